//! From the documents crate's views to the store's tables. The two describe rows alike and never meet: this is the seam.

use lianhu_core::views::{self, Cell, Row};
use lianhu_store::{ColumnType, ViewSpec};
use lianhu_sync::ids::DocId;
use lianhu_sync::ports::{CommitOutcome, Township as _, ViewRow, ViewValue};

use crate::gate::GateError;
use crate::town::{Town, TownError};

/// The tables the store keeps.
pub(crate) fn specs() -> Vec<ViewSpec> {
    let column = |kind: &views::ColumnType| match kind {
        views::ColumnType::Int => ColumnType::Int,
        views::ColumnType::Text => ColumnType::Text,
        views::ColumnType::Personal => ColumnType::Personal,
    };
    views::all()
        .map(|view| ViewSpec {
            name: view.name,
            columns: view.columns.iter().map(|(name, kind)| (*name, column(kind))).collect(),
            indexes: view.indexes.iter().map(|index| index.to_vec()).collect(),
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
        .map(|row| ViewRow { view: row.view, values: row.values.into_iter().map(value).collect() })
        .collect()
}

/// Makes every row again from the documents, as one transaction.
pub(crate) fn rebuild(town: &Town) -> Result<(), TownError> {
    loop {
        let reader = town.store.read()?;
        let mut all = Vec::new();
        for recorded in reader.documents()? {
            match town.gate.open(&reader, recorded.doc) {
                Ok(opened) => all.push((recorded.doc, rows(views::project(&opened.document)))),
                // One damaged document must not keep the whole township shut; `verify` tells of it.
                Err(GateError::Damaged(doc)) => tracing::error!(%doc, "a document does not open; it has no rows"),
                Err(why) => return Err(why.into()),
            }
        }
        let as_of = reader.head();
        drop(reader);
        if town.store.replace_views(as_of, all)? != CommitOutcome::Stale {
            return Ok(());
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
    Row { view, values: values.into_iter().map(cell).collect() }
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
