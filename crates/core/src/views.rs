//! Views: flat tables for the office, derived from documents and from nothing else.
//!
//! [`VIEWS`] says what tables there are; [`project`] gives a document's rows. A store replaces a document's rows whenever
//! it records a change, in the same transaction, and can always make them again: the same document gives the same rows in
//! the same order. The first column of every view is `doc`. Dates are `yyyy-mm-dd` text, ids are text, moments are
//! milliseconds, yes and no are 1 and 0.

mod rows;
mod specs;

pub use rows::project;
pub use specs::{ColumnType, VIEWS, ViewSpec};

use crate::document::Scalar;
use crate::private::Private;
use crate::value::Value;

/// A row of a view.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The view's name.
    pub view: &'static str,
    /// The values, in the order of the view's columns.
    pub values: Vec<Cell>,
}

/// A value in a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Int(i64),
    /// Text. May be personal.
    Text(Private<String>),
}

impl Cell {
    fn text(text: &(impl ToString + ?Sized)) -> Self {
        Cell::Text(Private(text.to_string()))
    }

    fn count(count: usize) -> Self {
        i64::try_from(count).map_or(Cell::Null, Cell::Int)
    }

    fn maybe(text: Option<impl ToString>) -> Self {
        text.map_or(Cell::Null, |text| Cell::text(&text))
    }

    /// A value as a record would hold it; ids as text.
    fn value<T: Value>(value: Option<&T>) -> Self {
        match value.map(|value| crate::value::scalar_of_json(&value.to_json())) {
            Some(Scalar::Text(text)) => Cell::Text(text),
            Some(Scalar::Int(number)) => Cell::Int(number),
            Some(Scalar::Bool(yes)) => Cell::Int(i64::from(yes)),
            _ => Cell::Null,
        }
    }

    /// A field's shown value.
    fn field<T: Value>(field: Option<&crate::Field<T>>) -> Self {
        Cell::value(field.map(|field| &field.value))
    }
}

#[cfg(test)]
mod tests;
