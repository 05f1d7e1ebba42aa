//! How a report lies on a sheet, whatever the sheet is made of: its name and days, the figures with their numerators and
//! denominators, the tables, what was checked, and the definition under all of it.

use crate::lang::Lang;
use crate::print::{Paper, Sheet};
use crate::report::figures::{Check, Figure, Line, Report, Table};

/// A part of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// The report's name.
    Title(String),
    /// Whose figures, of which days.
    Text(String),
    /// Small print: what was checked, the definition.
    Note(String),
    /// A check that does not hold: not to be overlooked.
    Alarm(String),
    /// A table with a heading.
    Table {
        /// The heading.
        title: String,
        /// What each column holds.
        columns: Vec<String>,
        /// The rows.
        rows: Vec<Vec<Figure>>,
    },
}

/// Reports as paper (A4), each on a page of its own. `whose` says whose figures they are: a village, the town, a phone.
pub fn sheet(reports: &[Report], whose: &str, lang: Lang) -> Sheet {
    let title = match reports {
        [one] => format!("{} {}", one.id.code(), one.id.label(lang)),
        _ => whose.to_owned(),
    };
    let mut sheet = Sheet::new(title, Paper::A4);
    for (place, report) in reports.iter().enumerate() {
        if place > 0 {
            sheet.new_page();
        }
        for block in blocks(report, whose, lang) {
            match block {
                Block::Title(_) if reports.len() == 1 => {}
                Block::Title(text) => _ = sheet.section(text),
                Block::Text(text) | Block::Alarm(text) => _ = sheet.text(text),
                Block::Note(text) => _ = sheet.note(text),
                Block::Table { title, columns, rows } => {
                    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
                    let shown = |row: Vec<Figure>| row.iter().map(|figure| figure.shown(lang)).collect();
                    sheet.section(title).table(&columns, rows.into_iter().map(shown));
                }
            }
        }
    }
    sheet
}

/// The parts of a report's sheet, from top to bottom.
pub fn blocks(report: &Report, whose: &str, lang: Lang) -> Vec<Block> {
    let pick = |zh: &str, en: &str| if lang == Lang::Zh { zh.to_owned() } else { en.to_owned() };
    let period = report.asked.period;
    let mut blocks = vec![
        Block::Title(format!("{} {}", report.id.code(), report.id.label(lang))),
        Block::Text(match lang {
            Lang::Zh => format!("{whose}　{} 至 {}（截至 {}）", period.from(), period.to(), report.asked.as_of()),
            Lang::En => format!("{whose}, {} to {} (as of {})", period.from(), period.to(), report.asked.as_of()),
        }),
    ];
    if !report.not_kept.is_empty() {
        blocks.push(Block::Note(pick("这里没有记这项资料，所以没有数字。", "Not kept here: there are no figures.")));
    }
    if !report.lines.is_empty() {
        blocks.push(Block::Table {
            title: pick("指标", "figures"),
            columns: vec![
                pick("指标", "figure"),
                pick("分子", "numerator"),
                pick("分母", "denominator"),
                pick("数值", "value"),
            ],
            rows: report.lines.iter().map(line).collect(),
        });
    }
    blocks.extend(report.tables.iter().filter(|table| !table.rows.is_empty()).map(|table| of_table(table, lang)));
    blocks.extend(report.checks.iter().map(|check| checked(check, lang)));
    let definition = report.id.printed(lang);
    blocks.push(Block::Note(match lang {
        Lang::Zh => format!("口径：{definition}"),
        Lang::En => format!("Definition: {definition}"),
    }));
    blocks
}

fn line(line: &Line) -> Vec<Figure> {
    let (part, whole) = match line.figure {
        Figure::Share(ratio) => (Figure::Count(ratio.part), Figure::Count(ratio.whole)),
        _ => (Figure::Nothing, Figure::Nothing),
    };
    vec![Figure::Word(line.words), part, whole, line.figure.clone()]
}

fn of_table(table: &Table, lang: Lang) -> Block {
    Block::Table {
        title: table.title.in_lang(lang).to_owned(),
        columns: table.columns.iter().map(|column| column.in_lang(lang).to_owned()).collect(),
        rows: table.rows.clone(),
    }
}

fn checked(check: &Check, lang: Lang) -> Block {
    let of = check.of.as_ref().map(|of| format!("{} ", of.as_str())).unwrap_or_default();
    let what = format!("{of}{}", check.words.in_lang(lang));
    let (one, other) = (check.one, check.other);
    match (lang, check.holds()) {
        (Lang::Zh, true) => Block::Note(format!("核对无误：{what}（{one}）")),
        (Lang::Zh, false) => Block::Alarm(format!("核对不符：{what}（{one} 与 {other}）")),
        (Lang::En, true) => Block::Note(format!("Checked: {what} ({one})")),
        (Lang::En, false) => Block::Alarm(format!("DOES NOT HOLD: {what} ({one} and {other})")),
    }
}
