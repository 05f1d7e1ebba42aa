//! A document's rows.

use std::collections::BTreeSet;

use crate::document::Document;
use crate::ids::{DocId, RecordId};
use crate::kind;
use crate::late::{LateMark, marks};
use crate::value::shown;
use crate::views::{Cell, Row};

/// The rows of one document, all of them. A kind of a newer version has only its conflicts.
pub fn project(document: &Document) -> Vec<Row> {
    let rows = kind::of(document.id().kind()).map(|kind| kind.rows(document)).unwrap_or_default();
    with_what_every_kind_has(document, rows)
}

/// The rows of a document that was another before.
#[derive(Clone, Debug, PartialEq)]
pub struct Since {
    /// The rows it has now.
    pub rows: Vec<Row>,
    /// Of the rows that name a record, these records' alone are among them, and all others are what they were; `None` when they
    /// are all there.
    pub records: Option<BTreeSet<RecordId>>,
}

/// What rows a document has now, without those that cannot have changed since it was `before`: a household of a thousand visits
/// gives the new one.
pub fn project_since(before: &Document, after: &Document) -> Since {
    let kind = kind::of(after.id().kind());
    let changed = kind.zip(after.keys_since(before));
    match changed.and_then(|(kind, keys)| kind.rows_since(after, &keys)) {
        Some((rows, records)) => Since { rows: with_what_every_kind_has(after, rows), records: Some(records) },
        None => Since { rows: project(after), records: None },
    }
}

fn with_what_every_kind_has(document: &Document, mut rows: Vec<Row>) -> Vec<Row> {
    rows.extend(late_entries(document));
    rows.extend(conflicts(document));
    rows
}

/// A row.
pub(crate) fn row(view: &'static str, values: Vec<Cell>) -> Row {
    Row { view, record: None, values }
}

/// A row of a record.
pub(crate) fn row_of(record: RecordId, view: &'static str, values: Vec<Cell>) -> Row {
    Row { view, record: Some(record), values }
}

/// Members in one cell, joined by commas; nothing when there are none.
pub(crate) fn joined<T: ToString>(members: impl IntoIterator<Item = T>) -> Cell {
    let members: Vec<_> = members.into_iter().map(|member| member.to_string()).collect();
    if members.is_empty() { Cell::Null } else { Cell::text(&members.join(",")) }
}

/// What came late: whose it is, when the township took it in, and what it wrote.
fn late_entries(document: &Document) -> Vec<Row> {
    let village: Option<DocId> = shown(document, "village");
    let row = |(id, mark): (RecordId, LateMark)| {
        row(
            "late_entries",
            vec![
                Cell::text(&document.id()),
                Cell::text(&id),
                Cell::value(village.as_ref()),
                Cell::text(&mark.by),
                Cell::Int(mark.at.0),
                joined(mark.keys),
            ],
        )
    };
    marks(document).into_iter().map(row).collect()
}

/// Where people disagree: the key, how many values, and who wrote the first and the last of them by their own clocks.
/// The values stay in the document.
fn conflicts(document: &Document) -> Vec<Row> {
    let disputed = document.conflicts().into_iter().map(|(key, field)| {
        let mut rivals: Vec<_> = field.rivals.iter().map(|told| (told.at, told.by)).collect();
        rivals.sort_unstable();
        let by =
            |rival: Option<&(crate::DeviceMillis, crate::ActorId)>| Cell::maybe(rival.map(|(_, by)| format!("{by:?}")));
        let at =
            |rival: Option<&(crate::DeviceMillis, crate::ActorId)>| rival.map_or(Cell::Null, |(at, _)| Cell::Int(at.0));
        row(
            "conflicts",
            vec![
                Cell::text(&document.id()),
                Cell::text(&key),
                Cell::count(rivals.len()),
                by(rivals.first()),
                at(rivals.first()),
                by(rivals.last()),
                at(rivals.last()),
            ],
        )
    });
    disputed.collect()
}
