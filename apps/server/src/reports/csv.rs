//! Reports as CSV, for Excel and WPS: with a byte order mark, or they take Chinese for another encoding; lines end in
//! CR LF; and no text is ever taken for a formula.

use lianhu_core::Lang;
use lianhu_core::report::{Block, Figure, blocks};

use crate::reports::Counted;

/// What tells Excel and WPS that a file is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The reports, one under another.
pub fn csv(counted: &Counted) -> String {
    let mut file = BYTE_ORDER_MARK.to_owned();
    for (place, report) in counted.reports.iter().enumerate() {
        if place > 0 {
            file.push_str("\r\n");
        }
        for block in blocks(report, &counted.whose, counted.lang) {
            match block {
                Block::Title(text) | Block::Text(text) | Block::Note(text) | Block::Alarm(text) => {
                    line(&mut file, [as_text(&text)]);
                }
                Block::Table { title, columns, rows } => {
                    line(&mut file, [as_text(&title)]);
                    line(&mut file, columns.iter().map(|column| as_text(column)));
                    rows.iter().for_each(|row| line(&mut file, row.iter().map(|figure| cell(figure, counted.lang))));
                }
            }
        }
    }
    file
}

fn line(file: &mut String, cells: impl IntoIterator<Item = String>) {
    let cells: Vec<String> = cells.into_iter().map(|cell| quoted(&cell)).collect();
    file.push_str(&cells.join(","));
    file.push_str("\r\n");
}

fn cell(figure: &Figure, lang: Lang) -> String {
    match figure {
        // Numbers are written by us and may begin with a minus.
        Figure::Count(_) | Figure::Share(_) | Figure::Fen(_) | Figure::TenthDays(_) | Figure::Day(_) => {
            figure.shown(lang)
        }
        Figure::Nothing => String::new(),
        Figure::Word(_) | Figure::Text(_) | Figure::Hidden => as_text(&figure.shown(lang)),
    }
}

/// Text a spreadsheet might calculate gets an apostrophe in front: it is text then.
fn as_text(text: &str) -> String {
    if text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n'])
    {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_looks_like_a_formula_stays_text_and_a_negative_number_a_number() {
        let cases = [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2组3号", "'-2组3号"),
            (" +1", "' +1"),
            ("\tcmd", "'\tcmd"),
            ("3组8号", "3组8号"),
            ("a=b", "a=b"),
        ];
        for (text, expected) in cases {
            assert_eq!(cell(&Figure::Text(text.into()), Lang::Zh), expected);
        }
        assert_eq!(cell(&Figure::Fen(-5), Lang::Zh), "-0.05");
        assert_eq!(quoted("他说\"好\",走了"), "\"他说\"\"好\"\",走了\"");
    }
}
