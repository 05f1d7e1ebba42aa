//! `lianhu report`

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use lianhu_core::Lang;
use lianhu_core::report::{self, Asked, Block, Facts, Figure, Period, ReportId, Scope};
use lianhu_server::audit::Action;
use lianhu_server::reports::{Counted, Whose, csv, json, xlsx};
use serde_json::json;

use crate::args::ReportArgs;
use crate::commands::town_failure;
use crate::commands::{account_for, by_hand};
use crate::desk::Desk;
use crate::failure::{Failure, Kind};
use crate::phone::workbook_failure;
use crate::talk::Talk;

/// Counts reports, prints them, and writes them into files.
pub fn run(talk: Talk, args: &ReportArgs) -> Result<(), Failure> {
    let ids = named(&args.reports)?;
    let mut desk = Desk::open(&args.desk)?;
    let (facts, whose) = facts(&mut desk, args.village.as_deref(), talk.lang())?;
    let today = desk.hand()?.today;
    let asked = Asked { scope: whose.scope, period: period(args, today)?, today };
    let reports = ids.iter().map(|id| report::of(&facts, *id, &asked)).collect();
    let counted = Counted { reports, whose: whose.name.clone(), lang: talk.lang() };
    if let (Desk::Town(town), true) = (&desk, args.csv.is_some() || args.xlsx.is_some() || args.print.is_some()) {
        account_for(town, &by_hand(Action::Exported, "reports"))?;
    }
    write_files(talk, args, &counted)?;
    for report in &counted.reports {
        report::blocks(report, &counted.whose, talk.lang()).iter().for_each(|block| print(talk, block));
        talk.print("");
    }
    let told: Vec<_> = counted.reports.iter().map(|report| json(report, &whose)).collect();
    talk.object(&json!({ "whose": whose.name, "reports": told }));
    match counted.reports.iter().map(|report| report.broken().count()).sum() {
        0 => Ok(()),
        broken => Err(does_not_hold(broken)),
    }
}

fn does_not_hold(broken: usize) -> Failure {
    let what = (format!("{broken} 处核对不符，见上"), format!("{broken} checks do not hold; they are shown above"));
    Failure::new(Kind::Differences, what).hint((
        "请核对所列的资料；数字照实列出，没有改动",
        "look at what they name; the figures are as they were entered",
    ))
}

fn named(said: &[String]) -> Result<Vec<ReportId>, Failure> {
    if said.is_empty() {
        return Ok(ReportId::ALL.to_vec());
    }
    let parse = |said: &String| {
        ReportId::parse(&said.trim().to_uppercase()).ok_or_else(|| {
            let what = (format!("没有“{said}”这张报表"), format!("there is no report {said:?}"));
            Failure::new(Kind::Input, what).hint(("报表是 R1 到 R18", "reports are R1 to R18"))
        })
    };
    said.iter().map(parse).collect()
}

fn period(args: &ReportArgs, today: chrono::NaiveDate) -> Result<Period, Failure> {
    let parsed = match (&args.period, args.from, args.to) {
        (Some(said), ..) => Period::parse(said),
        (None, Some(from), Some(to)) => Period::new(from, to),
        _ => Ok(Period::month_of(today)),
    };
    parsed.map_err(|why| {
        let zh = "期间写作：一年（2026）、一月（2026-11）、几个月（2026-09..2026-10）或几天（2026-11-01..2026-11-15）";
        Failure::new(Kind::Input, (zh.to_owned(), why.to_string()))
    })
}

/// What is counted at this desk, and whose figures it gives.
fn facts(desk: &mut Desk, village: Option<&str>, lang: Lang) -> Result<(Facts, Whose), Failure> {
    match desk {
        Desk::Town(town) => {
            let whose = town.whose_figures(village).map_err(|why| town_failure(&why))?;
            let whose = whose.ok_or_else(|| Failure::new(Kind::Input, ("没有这个村", "there is no such village")))?;
            Ok((town.report_facts().map_err(|why| town_failure(&why))?, whose))
        }
        Desk::Phone(book) => {
            let facts = book.report_facts().map_err(|why| workbook_failure(&why))?;
            let [households, matters, ..] = facts.size();
            let here = match lang {
                Lang::Zh => format!("仅这部手机所存：{households} 户、{matters} 件事项"),
                Lang::En => format!("only what this phone holds: {households} households, {matters} matters"),
            };
            let scope = match village {
                None => Scope::All,
                Some(said) => Scope::Village(the_phones_village(book, said)?),
            };
            let name = village.map_or_else(|| here.clone(), |said| format!("{} · {here}", said.trim()));
            Ok((facts, Whose { scope, name }))
        }
    }
}

/// The village of a phone's owner, if that is what was said: a phone holds no other.
fn the_phones_village(book: &mut crate::phone::FileWorkbook, said: &str) -> Result<lianhu_core::DocId, Failure> {
    let own = book.owner().roster;
    let roster = book.roster().map_err(|why| workbook_failure(&why))?;
    let name = roster.and_then(|page| page.content.name.map(|name| name.value));
    let is_meant = said.parse() == Ok(own) || name.is_some_and(|name| name.as_str() == said.trim());
    if is_meant {
        return Ok(own);
    }
    Err(Failure::new(Kind::Input, ("这部手机上没有这个村", "this phone holds no such village")))
}

fn print(talk: Talk, block: &Block) {
    match block {
        Block::Title(text) => talk.print(format!("══ {text} ══")),
        Block::Text(text) | Block::Note(text) => talk.print(text),
        Block::Alarm(text) => talk.print(format!("！{text}")),
        Block::Table { title, columns, rows } => {
            talk.print(format!("〔{title}〕{}", columns.join(" | ")));
            let shown = |row: &Vec<Figure>| row.iter().map(|figure| figure.shown(talk.lang())).collect::<Vec<_>>();
            rows.iter().for_each(|row| talk.print(format!("　{}", shown(row).join(" | "))));
        }
    }
}

fn write_files(talk: Talk, args: &ReportArgs, counted: &Counted) -> Result<(), Failure> {
    if let Some(path) = &args.csv {
        write(talk, path, csv(counted).as_bytes())?;
    }
    if let Some(path) = &args.xlsx {
        let bytes = xlsx(counted).map_err(|why| Failure::new(Kind::Failed, why.to_string()))?;
        write(talk, path, &bytes)?;
    }
    if let Some(path) = &args.print {
        let sheet = report::sheet(&counted.reports, &counted.whose, counted.lang);
        write(talk, path, sheet.to_html(counted.lang).as_bytes())?;
    }
    Ok(())
}

/// Writes a new file; one that is there is left alone.
fn write(talk: Talk, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    let path = path.display();
    talk.say(talk.pick(&format!("已写入 {path}"), &format!("written to {path}")));
    Ok(())
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader as _, Xlsx};
    use lianhu_core::household::VisitForm;
    use tempfile::TempDir;

    use super::*;
    use crate::args::{DeskArgs, PinArgs, RosterArgs, Tongue, TownshipArgs};
    use crate::commands::import::import;
    use crate::commands::tests::of_no_township;

    const TALK: Talk = Talk { tongue: Tongue::Zh, json: true };

    /// A township of two households, one of them linked; the other's doorplate looks like a formula.
    fn township() -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        let lists = [
            ("members.csv", "行政村,姓名,电话\n庆胜村,韩珠,15400000001\n"),
            ("homes.csv", "行政村,门牌号,户主姓名\n庆胜村,1组1号,邱国兴\n庆胜村,=1+1号,汤观志\n"),
            ("links.csv", "党员姓名,行政村,门牌号,户主姓名\n韩珠,庆胜村,1组1号,邱国兴\n"),
        ];
        let files = lists.map(|(name, text)| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        });
        let args = RosterArgs {
            files: files.into(),
            township: TownshipArgs { dir: dir.path().join("township"), key_file: None },
            name: None,
            report: None,
            dry_run: false,
        };
        import(TALK, &args).unwrap();
        dir
    }

    fn at(dir: &TempDir, reports: &[&str]) -> ReportArgs {
        ReportArgs {
            reports: reports.iter().map(|id| (*id).to_owned()).collect(),
            period: Some("2026-11".into()),
            from: None,
            to: None,
            village: None,
            csv: None,
            xlsx: None,
            print: None,
            desk: DeskArgs {
                workbook: None,
                township: TownshipArgs { dir: dir.path().join("township"), key_file: None },
                pin: PinArgs::default(),
            },
        }
    }

    #[test]
    fn reports_of_a_township_go_into_a_table_a_workbook_and_onto_paper_and_never_over_a_file() {
        let dir = township();
        let [csv, xlsx, print] = ["r.csv", "r.xlsx", "r.html"].map(|name| dir.path().join(name));
        let all = ReportArgs { xlsx: Some(xlsx.clone()), ..at(&dir, &[]) };
        run(TALK, &all).unwrap();
        let one = ReportArgs {
            csv: Some(csv.clone()),
            print: Some(print.clone()),
            village: Some("庆胜村".into()),
            ..at(&dir, &["r1"])
        };
        run(TALK, &one).unwrap();
        let text = std::fs::read_to_string(&csv).unwrap();
        assert!(text.starts_with('\u{feff}') && text.contains("联户覆盖率,1,2,50.00%\r\n"), "{text}");
        assert!(text.contains("庆胜村,'=1+1号,"), "a doorplate is no formula: {text}");
        assert!(std::fs::read_to_string(&print).unwrap().contains("<td>=1+1号</td>"));

        let bytes = std::io::Cursor::new(std::fs::read(&xlsx).unwrap());
        let mut book = Xlsx::new(bytes).unwrap();
        assert_eq!(book.sheet_names().len(), ReportId::ALL.len());
        let sheet = book.worksheet_range("R1 联户覆盖率").unwrap();
        let has = |data: &Data| sheet.rows().flatten().any(|cell| cell == data);
        assert!(has(&Data::String("=1+1号".into())) && has(&Data::Float(0.5)) && has(&Data::Float(2.0)));
        let last = sheet.rows().next_back().and_then(|row| row.first()).map(ToString::to_string).unwrap_or_default();
        assert!(last.starts_with("口径："), "the definition is under every table");

        assert!(run(TALK, &one).is_err(), "a file that is there is left alone");
        assert_eq!(std::fs::read_to_string(&csv).unwrap(), text);
    }

    #[test]
    fn what_is_no_report_no_village_and_no_period_is_said_to_be_so() {
        let dir = township();
        let cases = [
            at(&dir, &["R19"]),
            ReportArgs { village: Some("没有村".into()), ..at(&dir, &["R1"]) },
            ReportArgs { period: Some("2026-13".into()), ..at(&dir, &["R1"]) },
        ];
        for args in cases {
            assert_eq!(run(TALK, &args).unwrap_err().kind(), Kind::Input);
        }
    }

    #[test]
    fn a_phone_counts_what_it_holds_and_says_that_it_is_no_more() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("phone.db");
        let (mut book, home) = of_no_township(&path);
        book.households().visit(home, VisitForm { date: "2026-11-03".parse().ok(), ..VisitForm::default() }).unwrap();
        drop(book);

        let csv = dir.path().join("r.csv");
        let desk = DeskArgs {
            workbook: Some(path),
            township: TownshipArgs { dir: dir.path().join("township"), key_file: None },
            pin: PinArgs::default(),
        };
        let args = ReportArgs { csv: Some(csv.clone()), desk, ..at(&dir, &["R1", "R2"]) };
        run(TALK, &args).unwrap();
        let text = std::fs::read_to_string(&csv).unwrap();
        assert!(text.contains("仅这部手机所存：1 户、0 件事项"), "{text}");
        assert!(text.contains("联户覆盖率,0,1,0.00%") && text.contains("联系次数（不进公式）,,,1"), "{text}");
        let elsewhere = ReportArgs { village: Some("南浜村".into()), csv: None, ..args };
        assert_eq!(run(TALK, &elsewhere).unwrap_err().kind(), Kind::Input);
    }
}
