//! `lianhu import roster`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lianhu_core::groups::Group;
use lianhu_core::roster::Roster;
use lianhu_core::{ActorId, DeviceMillis, DocId, DocKind, Document, Lang, Stamp};
use lianhu_server::audit::Action;
use lianhu_server::{ActError, OFFICE, Town, store_file};
use lianhu_sync::message::{Chunk, DocChanges, Verdict};
use serde::Serialize;

use crate::args::{Import, RosterArgs, Tongue};
use crate::commands::{account_for, by_hand, open_town, store_failure, town_failure};
use crate::failure::{Failure, Kind, Words};
use crate::roster::{self, NAMELESS, Plan, PlanError, PlanOptions, ReadError, Reason, RosterReading};
use crate::talk::Talk;
use crate::trouble::act_failure;

/// Documents written by one commit: one fsync for all of them, and a village fits.
const DOCUMENTS_PER_COMMIT: usize = 500;

/// A roster file: its name and its bytes.
pub type RosterFile = (String, Vec<u8>);

/// What an import did.
#[derive(Debug, Default, Serialize)]
pub struct Imported {
    /// Rows that went in, by sheet.
    pub imported: BTreeMap<String, usize>,
    /// Rows the township held already, by sheet.
    pub unchanged: BTreeMap<String, usize>,
    /// Rows that did not go in, by sheet.
    pub refused: BTreeMap<String, usize>,
    /// How often each reason occurs.
    pub reasons: BTreeMap<&'static str, usize>,
    /// Rows that went in and deserve a look.
    pub warnings: usize,
    /// Fields where the township holds something newer than the list; they stay as they are.
    pub kept: usize,
    /// Documents written.
    pub documents: usize,
    /// Sheets that are no list of a kind we know, or hidden, and were not read.
    pub not_read: Vec<String>,
    /// The report files.
    pub reports: Vec<PathBuf>,
    /// What is worth saying about the name the rosters go under.
    #[serde(skip)]
    pub note: Option<Words>,
}

/// Imports what the arguments name.
pub fn run(talk: Talk, what: &Import) -> Result<(), Failure> {
    let Import::Roster(args) = what;
    let imported = import(talk, args)?;
    if let Some(note) = &imported.note {
        talk.say(note.in_tongue(talk.tongue));
    }
    say(talk, &imported, args.dry_run);
    talk.object(&imported);
    Ok(())
}

/// Reads, plans, writes and reports. Files that cannot be read stop it before a township is made.
pub(super) fn import(talk: Talk, args: &RosterArgs) -> Result<Imported, Failure> {
    let files = read_files(&args.files)?;
    let places = report_places(args)?;
    let name = args.name.as_deref();
    let there = store_file(&args.township.dir).exists();
    let mut planned = if there { None } else { Some(prepare(None, &files, name)?) };
    if there || !args.dry_run {
        let town = open_town(&args.township)?;
        let (reading, plan, note) = prepare(Some(&town), &files, name)?;
        if !args.dry_run {
            account_for(&town, &by_hand(Action::Administered, "import"))?;
            write(talk, &town, &plan)?;
        }
        planned = Some((reading, plan, note));
    }
    let Some((reading, plan, note)) = planned else { return Ok(Imported::default()) };
    let mut imported = count(&reading, &plan);
    imported.note = note;
    imported.reports = write_reports(&places, args.report.is_some(), &reading)?;
    Ok(imported)
}

/// Reads files whole; each is bounded again by what the roster reader takes.
pub fn read_files(paths: &[PathBuf]) -> Result<Vec<RosterFile>, Failure> {
    let read = |path: &PathBuf| {
        let bytes = std::fs::read(path).map_err(|why| Failure::file(path, &why))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok((name, bytes))
    };
    paths.iter().map(read).collect()
}

/// The roster of the project's own demo town, carried in the binary.
pub fn demo_town() -> Vec<RosterFile> {
    let files: [(&str, &[u8]); 3] = [
        ("members.csv", include_bytes!("../../../../seeds/town/members.csv")),
        ("households.csv", include_bytes!("../../../../seeds/town/households.csv")),
        ("links.csv", include_bytes!("../../../../seeds/town/links.csv")),
    ];
    files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect()
}

/// Imports files into an open township, with what `past` adds to the plan: what the demo and the benches do with their
/// own rosters.
pub(crate) fn into_town(
    talk: Talk,
    town: &Town,
    files: &[RosterFile],
    name: Option<&str>,
    mut past: impl FnMut(&mut Plan, Stamp) -> Result<(), Failure>,
) -> Result<Imported, Failure> {
    let (reading, mut plan, _) = prepare(Some(town), files, name)?;
    past(&mut plan, town.office_stamp().map_err(|why| store_failure(&why))?)?;
    write(talk, town, &plan)?;
    Ok(count(&reading, &plan))
}

/// Reads and plans, on what a township holds; without one, on nothing.
fn prepare(
    town: Option<&Town>,
    files: &[RosterFile],
    name: Option<&str>,
) -> Result<(RosterReading, Plan, Option<Words>), Failure> {
    let (rosters, households, today, stamp) = match town {
        Some(town) => (
            documents(town, DocKind::Roster)?,
            documents(town, DocKind::Household)?,
            town.today(),
            town.office_stamp().map_err(|why| store_failure(&why))?,
        ),
        None => {
            let at = DeviceMillis(chrono::Utc::now().timestamp_millis());
            let nobody = Stamp { worker: OFFICE, actor: ActorId::new(OFFICE, [0; 16], 0), at };
            (Vec::new(), Vec::new(), chrono::Utc::now().date_naive(), nobody)
        }
    };
    let mut known = roster::known(&rosters, &households, today);
    let name = name.map(str::trim).filter(|name| !name.is_empty());
    let held_name = known.town.clone();
    known.town = known.town.or(name.map(str::to_owned));
    let sources: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let reading = roster::read(&sources, &known).map_err(|why| unreadable(&why))?;
    let note = about_the_name(&reading, held_name.as_deref(), name);
    // Care tags of a list are kept where every village has switched them on, and left in the list otherwise.
    let keeps = |document: &Document| Roster::read(document).terms.switches.is_on(Group::Care);
    let care_tags = !rosters.is_empty() && rosters.iter().all(keeps);
    let mut held: BTreeMap<DocId, Document> =
        rosters.into_iter().chain(households).map(|document| (document.id(), document)).collect();
    let plan =
        roster::plan(&reading, PlanOptions { care_tags, ..PlanOptions::default() }, stamp, |id| held.remove(&id))
            .map_err(|why| unplanned(&reading, &why))?;
    Ok((reading, plan, note))
}

/// What is worth saying about the name the rosters go under: nobody gave one, or another one is in force.
fn about_the_name(reading: &RosterReading, held: Option<&str>, given: Option<&str>) -> Option<Words> {
    match (held, given.or(reading.town.as_deref())) {
        (Some(held), Some(other)) if held != other => Some(Words::from((
            format!("注意：这个镇已登记为“{held}”，仍用这个名称；“{other}”没有采用。"),
            format!("note: this township is called {held} already and keeps that name; {other} was not taken."),
        ))),
        (None, None) => Some(Words::from((
            format!(
                "注意：表里没有写明镇（街道）的名称，暂称“{NAMELESS}”。以后不能再改；要写明，请在第一次导入时加 --name 名称。"
            ),
            format!(
                "note: the lists do not say what the township is called, so it goes under {NAMELESS}, for good. To name it, \
                 give --name NAME with the first import."
            ),
        ))),
        _ => None,
    }
}

fn documents(town: &Town, kind: DocKind) -> Result<Vec<Document>, Failure> {
    let ids = town.documents_of(kind).map_err(|why| town_failure(&why))?;
    ids.into_iter().map(|id| town.document(id).map_err(|why| town_failure(&why))).collect()
}

fn write(talk: Talk, town: &Town, plan: &Plan) -> Result<(), Failure> {
    let bar = talk.bar(talk.pick("写入正本库", "write the township"), plan.documents.len() as u64);
    // The plan lists rosters first, and a household is judged by its village's roster as recorded.
    let rosters = plan.documents.iter().filter(|planned| planned.document.id().kind() == DocKind::Roster).count();
    let (rosters, households) = plan.documents.split_at(rosters);
    for group in rosters.chunks(1).chain(households.chunks(DOCUMENTS_PER_COMMIT)) {
        let changes: Vec<DocChanges> = group
            .iter()
            .map(|planned| DocChanges {
                doc: lianhu_sync::ids::DocId(planned.document.id().to_bytes()),
                changes: planned.changes.iter().map(|change| Chunk(change.bytes.clone())).collect(),
            })
            .collect();
        let verdicts = town.record(&changes).map_err(|why| act_failure(&why))?;
        if let Some(other) = verdicts.iter().find(|verdict| !matches!(verdict, Verdict::Recorded | Verdict::Known)) {
            return Err(act_failure(&ActError::NotRecorded(other.clone())));
        }
        bar.inc(group.len() as u64);
    }
    bar.finish_and_clear();
    Ok(())
}

fn count(reading: &RosterReading, plan: &Plan) -> Imported {
    let mut imported = Imported {
        reasons: reading.reasons(),
        warnings: reading.warnings.len(),
        kept: plan.differs.len(),
        documents: plan.documents.len(),
        not_read: reading.sheets.iter().filter(|sheet| sheet.kind.is_none()).map(|sheet| sheet.name.clone()).collect(),
        ..Imported::default()
    };
    for sheet in reading.sheets.iter().filter(|sheet| sheet.kind.is_some()) {
        *imported.imported.entry(sheet.name.clone()).or_default() += sheet.new;
        *imported.unchanged.entry(sheet.name.clone()).or_default() += sheet.known;
        *imported.refused.entry(sheet.name.clone()).or_default() += sheet.refused;
    }
    imported
}

/// Where each file's report goes: beside it, or where asked. A file that is there and is no report of ours is not ours
/// to write over; that is said before anything is imported.
fn report_places(args: &RosterArgs) -> Result<Vec<PathBuf>, Failure> {
    let place = |(index, file): (usize, &PathBuf)| {
        let path = match &args.report {
            Some(path) if args.files.len() == 1 => path.clone(),
            Some(path) => beside(path, &format!("{}.csv", index + 1)),
            None => beside(file, "report.csv"),
        };
        match std::fs::read(&path) {
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(path),
            Ok(bytes) if bytes.is_empty() || roster::is_report(&bytes) => Ok(path),
            Ok(_) => {
                let path = path.display();
                let what = (
                    format!("{path} 已经存在，而且不是导入说明，没有覆盖；什么也没有导入"),
                    format!(
                        "{path} is there already and is no import report; it was left alone and nothing was imported"
                    ),
                );
                Err(Failure::new(Kind::Input, what)
                    .hint(("请用 --report 另写一个文件名", "name another file with --report")))
            }
            Err(why) => Err(Failure::file(&path, &why)),
        }
    };
    args.files.iter().enumerate().map(place).collect()
}

/// Writes the reports. Where there is nothing to say, the file asked for says just that, and so does an earlier report.
fn write_reports(places: &[PathBuf], asked: bool, reading: &RosterReading) -> Result<Vec<PathBuf>, Failure> {
    let mut written = Vec::new();
    for (index, path) in places.iter().enumerate() {
        let report = roster::report(reading, index);
        let Some(bytes) = report.or_else(|| (asked || path.exists()).then(roster::report_of_nothing)) else { continue };
        std::fs::write(path, bytes).map_err(|why| {
            Failure::file(path, &why).hint((
                "名册已经处理完，只是说明没有写成；用 --report 换一个位置再导入一次，不会重复",
                "the import itself is done; import again with --report somewhere else: nothing goes in twice",
            ))
        })?;
        written.push(path.clone());
    }
    Ok(written)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn say(talk: Talk, imported: &Imported, dry_run: bool) {
    let of = |rows: &BTreeMap<String, usize>, sheet: &str| rows.get(sheet).copied().unwrap_or_default();
    if dry_run {
        talk.print(talk.pick("试运行，没有写入任何内容。", "A dry run: nothing was written."));
    }
    for (sheet, rows) in &imported.imported {
        let (unchanged, refused) = (of(&imported.unchanged, sheet), of(&imported.refused, sheet));
        talk.print(match talk.tongue {
            Tongue::Zh => format!("{sheet}：导入 {rows} 行，原已有 {unchanged} 行，未收 {refused} 行"),
            Tongue::En => format!("{sheet}: {rows} rows in, {unchanged} already there, {refused} refused"),
        });
    }
    for sheet in &imported.not_read {
        talk.print(match talk.tongue {
            Tongue::Zh => format!("{sheet}：没有读取（不是党员名册、农户信息或联户关系，或者是隐藏的表）"),
            Tongue::En => format!("{sheet}: not read (no list of members, households or links, or hidden)"),
        });
    }
    if !imported.reasons.is_empty() {
        talk.print(talk.pick("未收的原因：", "refused because:"));
    }
    for (code, rows) in &imported.reasons {
        let reason = Reason::ALL.iter().find(|reason| reason.code() == *code);
        talk.print(match talk.tongue {
            Tongue::Zh => format!("  {rows} 行：{} [{code}]", reason.map(|reason| reason.zh()).unwrap_or_default()),
            Tongue::En => format!("  {rows} rows: {} [{code}]", reason.map(|reason| reason.en()).unwrap_or_default()),
        });
    }
    let (warnings, kept) = (imported.warnings, imported.kept);
    if warnings > 0 {
        talk.print(match talk.tongue {
            Tongue::Zh => format!("另有 {warnings} 条提醒，相关的行已导入。"),
            Tongue::En => format!("{warnings} remarks about rows that went in."),
        });
    }
    if kept > 0 {
        talk.print(match talk.tongue {
            Tongue::Zh => format!("有 {kept} 处镇里已改过，保留镇里的，没有按名册改回。"),
            Tongue::En => format!("{kept} fields were changed in the township since; they stay as they are."),
        });
    }
    for report in &imported.reports {
        talk.print(format!("{}{}", talk.pick("逐行说明在：", "row by row: "), report.display()));
    }
}

fn unreadable(why: &ReadError) -> Failure {
    Failure::new(Kind::Input, (why.zh(), why.en()))
        .hint(("什么也没有导入；请改好文件再导入", "nothing was imported; mend the file and import it again"))
}

fn unplanned(reading: &RosterReading, why: &PlanError) -> Failure {
    let what = match why {
        PlanError::Draft { at, refusal } if at.row > 0 => {
            let sheet = reading.sheets.get(at.sheet).map(|sheet| sheet.name.as_str()).unwrap_or_default();
            let (zh, en) = (refusal.message(Lang::Zh), refusal.message(Lang::En));
            Words::from((format!("“{sheet}”第{}行：{zh}", at.row), format!("{sheet}, row {}: {en}", at.row)))
        }
        PlanError::Draft { refusal, .. } => (refusal.message(Lang::Zh), refusal.message(Lang::En)).into(),
        PlanError::Write(why) => (format!("资料写不进去（{why}）"), why.to_string()).into(),
    };
    Failure::new(Kind::Input, what)
        .hint(("什么也没有导入；请改好这一行再导入", "nothing was imported; mend it and import again"))
}
