//! A sheet as it stands: cells in rows, whatever file it came from.

use chrono::NaiveDate;

use super::limits::MAX_CELL_CHARS;

/// What a cell holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Cell {
    #[default]
    Empty,
    Text(String),
    /// A number as the workbook keeps it: leading and trailing zeros are gone.
    Number(f64),
    /// A cell formatted as a date.
    Date(NaiveDate),
    /// A formula's error, or a value no list of people holds.
    Bad,
    /// More than [`MAX_CELL_CHARS`] characters.
    TooLong,
}

impl Cell {
    pub(super) fn text(text: &str) -> Self {
        if text.chars().nth(MAX_CELL_CHARS).is_some() {
            return Cell::TooLong;
        }
        if text.trim().is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Cell::Empty
    }

    /// What it says, in words; a whole number without its decimal point. Empty for what says nothing.
    pub(super) fn words(&self) -> String {
        match self {
            Cell::Empty | Cell::Bad | Cell::TooLong => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Number(number) => number.to_string(),
            Cell::Date(date) => date.to_string(),
        }
    }
}

/// One line of a sheet, with the number the clerk sees beside it.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub(super) number: u32,
    pub(super) cells: Vec<Cell>,
    /// Whether every cell is blank in itself, not counting what merged cells spread over it.
    pub(super) blank: bool,
}

impl Line {
    pub(super) fn get(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }
}

/// A sheet.
#[derive(Clone, Debug, Default)]
pub(super) struct Grid {
    pub(super) name: String,
    pub(super) lines: Vec<Line>,
    /// Merged regions as (first line, last line, first column, last column); lines by their number.
    pub(super) merged: Vec<(u32, u32, usize, usize)>,
}
