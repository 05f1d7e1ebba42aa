//! From the documents crate's views to the store's tables. The two describe rows alike and never meet: this is the seam.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use lianhu_core::views::{self, Cell, Row, Since};
use lianhu_store::{ColumnType, DocFacts, Reader, StoreError, ViewSpec};
use lianhu_sync::ids::DocId;
use lianhu_sync::ports::{CommitOutcome, RecordName, ViewRow, ViewValue};

use crate::gate::GateError;
use crate::limits::ROWS_WAITING;
use crate::sweep::Sweep;
use crate::town::{Town, TownError};

/// The tables the store keeps.
pub(crate) fn specs() -> Vec<ViewSpec> {
    let column = |kind: &views::ColumnType| match kind {
        views::ColumnType::Int => ColumnType::Int,
        views::ColumnType::Text => ColumnType::Text,
        views::ColumnType::Id => ColumnType::Id,
        views::ColumnType::Doc => ColumnType::Doc,
        views::ColumnType::Personal => ColumnType::Personal,
    };
    views::all()
        .map(|view| ViewSpec {
            name: view.name,
            columns: view.columns.iter().map(|(name, kind)| (*name, column(kind))).collect(),
            indexes: view.indexes.iter().map(|index| index.to_vec()).collect(),
            by_record: view.is_by_record(),
        })
        .collect()
}

/// A document's rows as the store takes them.
pub(crate) fn rows(rows: Vec<Row>) -> Vec<ViewRow> {
    let value = |cell: Cell| match cell {
        Cell::Null => ViewValue::Null,
        Cell::Int(number) => ViewValue::Int(number),
        Cell::Text(text) => ViewValue::Text(text.0),
    };
    rows.into_iter()
        .map(|row| ViewRow {
            view: row.view,
            record: row.record.map(|record| record.0),
            values: row.values.into_iter().map(value).collect(),
        })
        .collect()
}

/// The rows of a document that was another before, and the records they are of.
pub(crate) fn since(since: Since) -> (Vec<ViewRow>, Option<BTreeSet<RecordName>>) {
    let records = since.records.map(|records| records.into_iter().map(|record| record.0).collect());
    (rows(since.rows), records)
}

/// Makes every row of every view again from the documents, on all cores and as one transaction: all of them or none.
pub fn rebuild(town: &Town) -> Result<(), TownError> {
    loop {
        let mut sweep = Sweep::begin(town)?;
        let as_of = sweep.head();
        let (to_write, waiting) = sync_channel(ROWS_WAITING);
        let outcome = thread::scope(|scope| {
            let written = scope.spawn(move || town.store.replace_views(as_of, Waiting { rows: waiting, over: false }));
            let projected = sweep.each(
                |reader, entry| project(town, reader, entry),
                // Nobody waits for rows any more when writing failed; the writer says why.
                |entry, rows| Ok(_ = to_write.send(Some((entry.doc, rows)))),
            );
            if projected.is_ok() {
                _ = to_write.send(None);
            }
            drop(to_write);
            let written = written.join().unwrap_or_else(|why| std::panic::resume_unwind(why));
            projected.and_then(|()| Ok(written?))
        })?;
        if outcome != CommitOutcome::Stale {
            return Ok(());
        }
    }
}

fn project(town: &Town, reader: &Reader, entry: &DocFacts) -> Result<Vec<ViewRow>, TownError> {
    match town.gate.open(reader, entry.doc) {
        Ok(opened) => Ok(rows(views::project(&opened.document))),
        // One damaged document must not keep the whole township shut; `verify` tells of it.
        Err(GateError::Damaged(doc)) => {
            tracing::error!(%doc, "a document does not open; it has no rows");
            Ok(Vec::new())
        }
        Err(why) => Err(why.into()),
    }
}

/// Rows on their way to the writer. `None` says that these were all: whoever stops without it has failed, and then nothing
/// may be written.
struct Waiting {
    rows: Receiver<Option<(DocId, Vec<ViewRow>)>>,
    over: bool,
}

impl Iterator for Waiting {
    type Item = Result<(DocId, Vec<ViewRow>), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        match self.rows.recv() {
            Ok(Some(rows)) => Some(Ok(rows)),
            Ok(None) => {
                self.over = true;
                None
            }
            Err(_) => {
                self.over = true;
                Some(Err(StoreError::Closed))
            }
        }
    }
}

/// A row of the store as the documents crate has it.
pub(crate) fn row(view: &'static str, values: Vec<ViewValue>) -> Row {
    let cell = |value: ViewValue| match value {
        ViewValue::Null => Cell::Null,
        ViewValue::Int(number) => Cell::Int(number),
        ViewValue::Text(text) => Cell::Text(text.into()),
    };
    Row { view, record: None, values: values.into_iter().map(cell).collect() }
}

/// What stands in a column of a row of a view; nothing where the view has no such column.
pub(crate) fn cell<'r>(row: &'r [ViewValue], view: &str, column: &str) -> Option<&'r ViewValue> {
    let place = views::find(view)?.columns.iter().position(|(name, _)| *name == column)?;
    row.get(place)
}

/// The text in a column of a row of a view.
pub(crate) fn text(row: &[ViewValue], view: &str, column: &str) -> Option<String> {
    match cell(row, view, column)? {
        ViewValue::Text(text) => Some(text.clone()),
        ViewValue::Int(_) | ViewValue::Null => None,
    }
}

/// The document a row's first column names.
pub(crate) fn doc_of(row: &[ViewValue]) -> Option<DocId> {
    match row.first() {
        Some(ViewValue::Text(text)) => text.parse::<lianhu_core::DocId>().ok().map(|doc| DocId(doc.to_bytes())),
        _ => None,
    }
}
