//! What a report is made of: figures with their parts, tables, and checks that may fail.

use crate::lang::Lang;
use crate::private::Private;
use crate::report::asked::Asked;
use crate::report::definitions::{ReportId, Source};

/// A few words in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

impl Words {
    /// The words in a language.
    pub const fn in_lang(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => self.zh,
            Lang::En => self.en,
        }
    }
}

pub(super) const fn words(zh: &'static str, en: &'static str) -> Words {
    Words { zh, en }
}

/// A part of a whole. Both are kept; the percentage is made from them when it is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ratio {
    /// The numerator.
    pub part: u64,
    /// The denominator.
    pub whole: u64,
}

impl Ratio {
    /// In hundredths of a per cent, half up; `None` where there is nothing to divide by.
    pub fn basis_points(self) -> Option<u64> {
        let (part, whole) = (u128::from(self.part), u128::from(self.whole));
        let doubled = (part * 20_000).checked_add(whole)?;
        doubled.checked_div(whole * 2).and_then(|points| u64::try_from(points).ok())
    }
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figure {
    /// How many.
    Count(u64),
    /// A share.
    Share(Ratio),
    /// Money in fen; below nought where a fund is overdrawn.
    Fen(i64),
    /// Days, in tenths of one.
    TenthDays(u64),
    /// A choice or heading in both languages.
    Word(Words),
    /// What people wrote: a village's name, a place.
    Text(Private<String>),
    /// A day.
    Day(chrono::NaiveDate),
    /// Too few for it to be shown.
    Hidden,
    /// There is none.
    Nothing,
}

impl Figure {
    /// The cell as people read it.
    pub fn shown(&self, lang: Lang) -> String {
        match self {
            Figure::Count(count) => count.to_string(),
            Figure::Share(ratio) => match ratio.basis_points() {
                Some(points) => format!("{}.{:02}%", points / 100, points % 100),
                None => "—".to_owned(),
            },
            Figure::Fen(fen) => {
                let sign = if *fen < 0 { "-" } else { "" };
                format!("{sign}{}.{:02}", fen.unsigned_abs() / 100, fen.unsigned_abs() % 100)
            }
            Figure::TenthDays(tenths) => format!("{}.{}", tenths / 10, tenths % 10),
            Figure::Word(word) => word.in_lang(lang).to_owned(),
            Figure::Text(text) => text.0.clone(),
            Figure::Day(day) => day.to_string(),
            Figure::Hidden => words("不足5，不显示", "fewer than 5: not shown").in_lang(lang).to_owned(),
            Figure::Nothing => "—".to_owned(),
        }
    }

    /// Whether it says something: a number, not an empty or hidden cell.
    fn is_a_figure(&self) -> bool {
        match self {
            Figure::Count(count) => *count > 0,
            Figure::Share(ratio) => ratio.whole > 0,
            Figure::Fen(_) | Figure::TenthDays(_) => true,
            _ => false,
        }
    }
}

/// A figure of the report as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub words: Words,
    /// The figure.
    pub figure: Figure,
}

/// A table. Rows are as long as there are columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What it lists.
    pub title: Words,
    /// What each column holds.
    pub columns: Vec<Words>,
    /// The rows.
    pub rows: Vec<Vec<Figure>>,
}

/// Two numbers that must be the same. A check that fails is shown with both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What must be equal.
    pub words: Words,
    /// What it is about, where there are several: a fund's name.
    pub of: Option<Private<String>>,
    /// One way to count.
    pub one: i64,
    /// The other.
    pub other: i64,
}

impl Check {
    /// Whether it holds.
    pub fn holds(&self) -> bool {
        self.one == self.other
    }
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Which.
    pub id: ReportId,
    /// What was asked.
    pub asked: Asked,
    /// The figures of the whole.
    pub lines: Vec<Line>,
    /// What they are made of.
    pub tables: Vec<Table>,
    /// What must hold.
    pub checks: Vec<Check>,
    /// The views and columns this version does not keep. Where there are any, there are no figures.
    pub not_kept: Vec<Source>,
}

impl Report {
    pub(super) fn new(id: ReportId, asked: Asked) -> Self {
        Report { id, asked, lines: Vec::new(), tables: Vec::new(), checks: Vec::new(), not_kept: Vec::new() }
    }

    pub(super) fn line(mut self, words: Words, figure: Figure) -> Self {
        self.lines.push(Line { words, figure });
        self
    }

    pub(super) fn count(self, words: Words, count: usize) -> Self {
        self.line(words, Figure::Count(count as u64))
    }

    pub(super) fn table(mut self, table: impl Into<Option<Table>>) -> Self {
        self.tables.extend(table.into());
        self
    }

    /// Whether it has figures at all: a village that never met has none in the reports on meetings.
    pub fn has_figures(&self) -> bool {
        let cells = self.tables.iter().flat_map(|table| table.rows.iter().flatten());
        self.lines.iter().map(|line| &line.figure).chain(cells).any(Figure::is_a_figure)
    }

    /// The checks that do not hold.
    pub fn broken(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| !check.holds())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_half_up_and_nothing_is_divided_by_nought() {
        let shown = |part, whole| Figure::Share(Ratio { part, whole }).shown(Lang::Zh);
        let cases = [
            (0, 7, "0.00%"),
            (6, 7, "85.71%"),
            (2, 3, "66.67%"),
            (1, 8, "12.50%"),
            (1, 20_000, "0.01%"),
            (1, 20_001, "0.00%"),
            (7, 7, "100.00%"),
            (0, 0, "—"),
            (u64::MAX, u64::MAX, "100.00%"),
        ];
        for (part, whole, expected) in cases {
            assert_eq!(shown(part, whole), expected, "{part}/{whole}");
        }
    }

    #[test]
    fn money_is_shown_to_the_fen_below_nought_too() {
        let cases =
            [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (3_000_000, "30000.00"), (i64::MIN, "-92233720368547758.08")];
        for (fen, expected) in cases {
            assert_eq!(Figure::Fen(fen).shown(Lang::En), expected);
        }
    }
}
