//! The report a clerk corrects the roster by: every row not taken, and every row to look at, as a CSV file.

use super::{Place, RosterReading};

/// What every report begins with; UTF-8 with a byte order mark, so that Excel shows the Chinese.
const HEADER: &str = "\u{feff}sheet,row,column,reason,说明,explanation\r\n";

/// Whether a file is a report of ours, which a later one may replace.
pub fn is_report(bytes: &[u8]) -> bool {
    bytes.starts_with(HEADER.as_bytes())
}

/// The report when there is nothing to say about a file.
pub fn report_of_nothing() -> Vec<u8> {
    format!("{HEADER},,,nothing_refused,没有未收的行，也没有要提醒的。,No row was refused and none needs a look.\r\n")
        .into_bytes()
}

/// The report about one of the files read, by its index; `None` when there is nothing to say about it.
///
/// It names rows, columns and reasons and repeats nothing
/// of what the cells hold; what comes from the file (names of sheets and columns) is kept from being run as a formula.
pub fn report(reading: &RosterReading, file: usize) -> Option<Vec<u8>> {
    let mut csv = String::from(HEADER);
    let mut lines = 0;
    let mut line = |at: Place, column: &str, code: &str, zh: &str, en: &str| {
        let Some(sheet) = reading.sheets.get(at.sheet).filter(|sheet| sheet.file == file) else { return };
        let row = at.row.to_string();
        let cells = [&sheet.name, &row, column, code, zh, en].map(escape);
        csv.push_str(&cells.join(","));
        csv.push_str("\r\n");
        lines += 1;
    };
    for refusal in &reading.refusals {
        let other = refusal.other.and_then(|other| Some((reading.sheets.get(other.sheet)?, other)));
        let same = |other: Place| other.sheet == refusal.at.sheet;
        let (zh, en) = match other {
            Some((_, other)) if same(other) => {
                (format!("（另见第{}行）", other.row), format!(" (See row {}.)", other.row))
            }
            Some((sheet, other)) => (
                format!("（另见“{}”第{}行）", sheet.name, other.row),
                format!(" (See {} row {}.)", sheet.name, other.row),
            ),
            None => Default::default(),
        };
        let reason = refusal.reason;
        line(
            refusal.at,
            &refusal.column,
            reason.code(),
            &format!("{}{zh}", reason.zh()),
            &format!("{}{en}", reason.en()),
        );
    }
    for warned in &reading.warnings {
        let warning = warned.warning;
        let code = format!("warning:{}", warning.code());
        line(warned.at, "", &code, &format!("已导入，提醒：{}", warning.zh()), &format!("Taken. {}", warning.en()));
    }
    (lines > 0).then(|| csv.into_bytes())
}

/// A cell that no spreadsheet takes for a formula, quoted where CSV needs it.
fn escape(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let risky = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let text = if risky { format!("'{text}") } else { text };
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_the_report_runs_as_a_formula() {
        assert_eq!(escape("=HYPERLINK(\"x\",1)"), "\"'=HYPERLINK(\"\"x\"\",1)\"");
        for start in ["+1", "-1", "@a", " =1", "\t=1"] {
            assert!(escape(start).starts_with('\''), "{start:?}");
        }
        assert_eq!(escape("党员名册"), "党员名册");
    }
}
