//! View tables: made from descriptions, filled with the rows the host projects, replaced with their documents.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use lianhu_sync::ids::{DocId, Position};
use lianhu_sync::ports::{CommitOutcome, ViewRow, ViewValue};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, params};

use super::{commit, rows};
use crate::bytes::{id_of, id_text_in_sql};
use crate::error::{OpenError, StoreError};
use crate::limits::NAME_MAX;
use crate::sealed::Sealer;

/// A view: a table derived from documents. Its rows belong to documents and come and go with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewSpec {
    /// Its name: lower-case letters, digits and `_`, beginning with a letter.
    pub name: &'static str,
    /// Its columns, in the order of [`ViewRow::values`].
    pub columns: Vec<(&'static str, ColumnType)>,
    /// Columns to find rows by, each list one index.
    pub indexes: Vec<Vec<&'static str>>,
    /// Whether each of its rows names a record ([`ViewRow::record`]). Then the rows of one record are found and replaced without
    /// those of others, and a document's rows stand in the order of their records.
    pub by_record: bool,
}

/// What a column holds; besides, any column may hold nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// Whole numbers.
    Int,
    /// Text.
    Text,
    /// Text that most often is an id, and then is kept as sixteen bytes.
    Id,
    /// The id of the document the row belongs to, as text; no row may have another. It is not kept again.
    Doc,
    /// Text that is nobody's business: a sealed store seals it.
    Personal,
}

impl ViewSpec {
    /// The table's name, ready for SQL.
    pub(super) fn table(&self) -> String {
        format!("\"view_{}\"", self.name)
    }

    /// The column as it is kept, ready for SQL. Nothing that is not in the description ever gets into a statement.
    pub(super) fn column(&self, name: &str) -> Result<String, StoreError> {
        self.find(name).map(kept_in)
    }

    /// The column as the text or number it means, ready for SQL.
    pub(super) fn meaning(&self, name: &str) -> Result<String, StoreError> {
        self.find(name).map(meaning_of)
    }

    fn find(&self, name: &str) -> Result<&(&'static str, ColumnType), StoreError> {
        let found = self.columns.iter().find(|(column, _)| *column == name);
        found.ok_or_else(|| StoreError::UnknownColumn { view: self.name.to_owned(), column: name.to_owned() })
    }

    /// The columns that a row has besides its document, with their numbers.
    fn own(&self) -> impl Iterator<Item = (usize, &'static str, ColumnType)> {
        let columns = self.columns.iter().enumerate().map(|(number, (name, kind))| (number, *name, *kind));
        columns.filter(|(_, _, kind)| *kind != ColumnType::Doc)
    }

    /// All columns as they are kept, ready for SQL.
    pub(super) fn kept(&self) -> String {
        self.columns.iter().map(kept_in).collect::<Vec<_>>().join(", ")
    }

    fn is_sound(&self) -> bool {
        let names: BTreeSet<_> = self.columns.iter().map(|(name, _)| *name).collect();
        is_name(self.name)
            && !self.columns.is_empty()
            && names.len() == self.columns.len()
            && names.iter().all(|name| is_name(name))
            && self.indexes.iter().all(|index| !index.is_empty() && index.iter().all(|name| names.contains(name)))
    }

    fn insert(&self) -> String {
        let mut columns = String::new();
        let mut places = String::new();
        for (number, name, _) in self.own() {
            let _ = write!(columns, ", \"{name}\"");
            let _ = write!(places, ", ?{}", number + 3);
        }
        format!("INSERT INTO {} (_doc, _order{columns}) VALUES (?1, ?2{places})", self.table())
    }

    /// Finds the rows of a document, in their order; all of them, or those with one order number.
    fn select(&self, one: bool) -> String {
        let one = if one { " AND _order = ?2" } else { "" };
        format!("SELECT {}, _row, _order FROM {} WHERE _doc = ?1{one} ORDER BY _order, _row", self.kept(), self.table())
    }

    /// Gives a row other values, in all columns or in those nothing looks rows up by.
    fn update(&self, is_in: impl Fn(usize) -> bool) -> String {
        let columns = self.own().filter(|(number, _, _)| is_in(*number));
        let set: Vec<_> = columns.map(|(number, name, _)| format!("\"{name}\" = ?{}", number + 2)).collect();
        let set = if set.is_empty() { "_row = ?1".to_owned() } else { set.join(", ") };
        format!("UPDATE {} SET {set} WHERE _row = ?1", self.table())
    }

    /// The columns that indexes look rows up by.
    fn indexed(&self) -> Vec<usize> {
        let is_indexed = |name: &str| self.indexes.iter().flatten().any(|indexed| *indexed == name);
        let columns = self.columns.iter().enumerate();
        columns.filter(|(_, (name, _))| is_indexed(name)).map(|(number, _)| number).collect()
    }

    fn create(&self, sealed: bool) -> String {
        let mut sql = format!(
            "CREATE TABLE {} (_row INTEGER PRIMARY KEY, _doc BLOB NOT NULL, _order INTEGER NOT NULL",
            self.table()
        );
        for (_, name, kind) in self.own() {
            let kind = match kind {
                ColumnType::Int => "INTEGER",
                ColumnType::Personal if sealed => "BLOB",
                ColumnType::Id => "ANY",
                ColumnType::Text | ColumnType::Doc | ColumnType::Personal => "TEXT",
            };
            let _ = write!(sql, ", \"{name}\" {kind}");
        }
        let (name, table) = (self.name, self.table());
        let _ = write!(sql, ") STRICT; CREATE INDEX \"view_{name}_doc\" ON {table} (_doc, _order);");
        for (number, index) in self.indexes.iter().enumerate() {
            // Every name is one of a column, or the description would not be sound.
            let columns: Vec<_> = index.iter().filter_map(|name| self.column(name).ok()).collect();
            let _ = write!(sql, " CREATE INDEX \"view_{name}_{number}\" ON {table} ({});", columns.join(", "));
        }
        sql
    }
}

/// Where a column's value is.
fn kept_in((name, kind): &(&'static str, ColumnType)) -> String {
    if *kind == ColumnType::Doc { "_doc".to_owned() } else { format!("\"{name}\"") }
}

/// What a column's value means, made of what is kept. Sealed words stay as they are.
fn meaning_of(column: &(&'static str, ColumnType)) -> String {
    let kept = kept_in(column);
    match column.1 {
        ColumnType::Doc => id_text_in_sql(&kept),
        ColumnType::Id => format!("iif(typeof({kept}) = 'blob', {}, {kept})", id_text_in_sql(&kept)),
        ColumnType::Int | ColumnType::Text | ColumnType::Personal => kept,
    }
}

fn is_name(name: &str) -> bool {
    name.len() <= NAME_MAX
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_')
}

/// All views of a township, with the statements that fill them.
pub(super) struct Views {
    views: Vec<View>,
    pub(super) sealer: Arc<Sealer>,
}

/// How a column's values are kept.
pub(super) enum Kept {
    /// As they are.
    Plainly,
    /// An id as its bytes.
    AsId,
    /// Not in the column: it is the row's document.
    AsDocument,
    /// Sealed, under this name.
    Sealed(String),
}

pub(super) struct View {
    pub(super) spec: ViewSpec,
    /// How each column's values are kept.
    pub(super) kept: Vec<Kept>,
    /// The columns that indexes look rows up by.
    pub(super) indexed: Vec<usize>,
    pub(super) select: String,
    /// The rows of one record.
    pub(super) select_record: String,
    pub(super) insert: String,
    pub(super) update: String,
    pub(super) update_unindexed: String,
    pub(super) delete_row: String,
    /// Takes away all rows of a document.
    pub(super) delete: String,
}

impl Views {
    pub(super) fn new(specs: &[ViewSpec], sealer: Arc<Sealer>) -> Result<Self, OpenError> {
        let mut names = BTreeSet::new();
        let mut views = Vec::new();
        for spec in specs {
            if !spec.is_sound() || !names.insert(spec.name) {
                return Err(OpenError::BadView(spec.name.to_owned()));
            }
            let kept = |(name, kind): &(&str, ColumnType)| match kind {
                ColumnType::Id => Kept::AsId,
                ColumnType::Doc => Kept::AsDocument,
                ColumnType::Personal if !sealer.is_plain() => Kept::Sealed(format!("{}.{name}", spec.name)),
                ColumnType::Int | ColumnType::Text | ColumnType::Personal => Kept::Plainly,
            };
            let indexed = spec.indexed();
            views.push(View {
                spec: spec.clone(),
                kept: spec.columns.iter().map(kept).collect(),
                select: spec.select(false),
                select_record: spec.select(true),
                insert: spec.insert(),
                update: spec.update(|_| true),
                update_unindexed: spec.update(|column| !indexed.contains(&column)),
                delete_row: format!("DELETE FROM {} WHERE _row = ?1", spec.table()),
                delete: format!("DELETE FROM {} WHERE _doc = ?1", spec.table()),
                indexed,
            });
        }
        Ok(Views { views, sealer })
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &View> {
        self.views.iter()
    }

    pub(super) fn find(&self, name: &str) -> Result<&View, StoreError> {
        let found = self.views.iter().find(|view| view.spec.name == name);
        found.ok_or_else(|| StoreError::UnknownView(name.to_owned()))
    }

    /// Makes the tables anew when their descriptions are others than last time. Answers whether the rows are current.
    pub(super) fn prepare(&self, connection: &mut Connection) -> Result<bool, StoreError> {
        let wanted = self.fingerprint();
        let (found, current): (String, bool) =
            connection
                .query_row("SELECT view_specs, views_current FROM meta", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if found == wanted {
            return Ok(current);
        }
        let transaction = connection.transaction()?;
        drop_all(&transaction)?;
        transaction.execute_batch(rows::HOLDING)?;
        for view in &self.views {
            transaction.execute_batch(&view.spec.create(!self.sealer.is_plain()))?;
        }
        // Without documents there is nothing to project: empty views are right.
        let current = !transaction.prepare("SELECT 1 FROM documents")?.exists([])?;
        transaction.execute("UPDATE meta SET view_specs = ?1, views_current = ?2", params![wanted, current])?;
        transaction.commit()?;
        Ok(current)
    }

    /// Replaces everything, unless the log has moved on from `as_of`.
    pub(super) fn replace_all(
        &self,
        connection: &Connection,
        as_of: Position,
        rows: impl Iterator<Item = Result<(DocId, Vec<ViewRow>), StoreError>>,
    ) -> Result<CommitOutcome, StoreError> {
        let head = commit::head(connection)?;
        if head != as_of {
            return Ok(CommitOutcome::Stale);
        }
        for view in &self.views {
            connection.execute(&format!("DELETE FROM {}", view.spec.table()), [])?;
        }
        connection.execute("DELETE FROM view__holding", [])?;
        for document in rows {
            let (doc, rows) = document?;
            self.replace(connection, doc, &rows, None)?;
        }
        connection.execute("UPDATE meta SET views_current = 1", [])?;
        Ok(CommitOutcome::Committed { head })
    }

    /// The descriptions as text: equal text, equal tables.
    fn fingerprint(&self) -> String {
        let created = self.views.iter().map(|view| {
            let numbers = if view.spec.by_record { " -- by record" } else { "" };
            view.spec.create(!self.sealer.is_plain()) + numbers
        });
        created.chain([rows::HOLDING.to_owned()]).collect::<Vec<_>>().join("\n")
    }
}

/// Whether a row of a document can be kept as a view describes it.
pub(super) fn fits(spec: &ViewSpec, doc: DocId, row: &ViewRow) -> bool {
    row.values.len() == spec.columns.len()
        && row.record.is_some() == spec.by_record
        && row.values.iter().zip(&spec.columns).all(|(value, (_, kind))| match (value, kind) {
            (ViewValue::Text(text), ColumnType::Doc) => id_of(text) == Some(doc.0),
            (_, ColumnType::Doc) => false,
            (ViewValue::Null, _) => true,
            (ViewValue::Int(_), kind) => *kind == ColumnType::Int,
            (ViewValue::Text(_), kind) => *kind != ColumnType::Int,
        })
}

/// Drops every view, so that the next opening makes them again.
pub(super) fn drop_all(connection: &Connection) -> Result<(), StoreError> {
    for table in existing_tables(connection)? {
        connection.execute_batch(&format!("DROP TABLE \"{table}\""))?;
    }
    connection.execute("UPDATE meta SET view_specs = '', views_current = 0", [])?;
    Ok(())
}

/// A value as its column keeps it.
pub(super) fn bound<'v>(value: &'v ViewValue, kept: &Kept, sealer: &Sealer) -> Result<Bound<'v>, StoreError> {
    let ViewValue::Text(text) = value else { return Ok(Bound::Value(value)) };
    Ok(match kept {
        Kept::Plainly => Bound::Value(value),
        Kept::AsId | Kept::AsDocument => id_of(text).map_or(Bound::Value(value), Bound::Id),
        Kept::Sealed(place) => Bound::Sealed(sealer.seal_word(place, text)?.unwrap_or_default()),
    })
}

fn existing_tables(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'view\\_%' ESCAPE '\\'")?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// A value on its way into a statement.
pub(super) enum Bound<'v> {
    /// A value of a view.
    Value(&'v ViewValue),
    /// Text.
    Text(&'v str),
    /// An id.
    Id([u8; 16]),
    /// A sealed word.
    Sealed(Vec<u8>),
}

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Bound::Value(ViewValue::Null) => ValueRef::Null,
            Bound::Value(ViewValue::Int(number)) => ValueRef::Integer(*number),
            Bound::Value(ViewValue::Text(text)) => ValueRef::Text(text.as_bytes()),
            Bound::Text(text) => ValueRef::Text(text.as_bytes()),
            Bound::Id(id) => ValueRef::Blob(id),
            Bound::Sealed(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
