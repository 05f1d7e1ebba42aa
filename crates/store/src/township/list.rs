//! Listing views: what the office asks, as values. Names come from descriptions and values are bound, so no question can
//! become part of a statement.

use std::fmt::Write as _;

use lianhu_sync::ids::DocId;
use lianhu_sync::ports::{ViewRow, ViewValue};
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Row};

use super::Reader;
use super::views::{Bound, ViewSpec};
use crate::error::{StoreError, unreadable};

/// A question to one view. The default lists everything, in the order of documents.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Query {
    /// What must be true of a row: each of these.
    pub filters: Vec<(String, Op)>,
    /// The column to sort by; rows that are equal in it come in the order of documents.
    pub order_by: Option<String>,
    /// The greatest first.
    pub descending: bool,
    /// The most rows to give.
    pub limit: Option<u32>,
    /// Rows to leave out at the beginning.
    pub offset: u32,
}

/// What must be true of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// It holds exactly this; `Null` finds what holds nothing.
    Eq(ViewValue),
    /// It holds something else, or nothing.
    Ne(ViewValue),
    /// This or more.
    Ge(ViewValue),
    /// This or less.
    Le(ViewValue),
    /// Text that begins with this.
    Prefix(String),
    /// Text with this in it.
    Contains(String),
    /// One of these.
    In(Vec<ViewValue>),
}

impl Query {
    /// The question with one more filter.
    #[must_use]
    pub fn filter(mut self, column: impl Into<String>, op: Op) -> Self {
        self.filters.push((column.into(), op));
        self
    }
}

impl Reader {
    /// The rows of a view that a question asks for, each in the order of the view's columns.
    pub fn list(&self, view: &str, query: &Query) -> Result<Vec<Vec<ViewValue>>, StoreError> {
        let spec = &self.views().find(view)?.spec;
        let mut sql = Sql::new(format!("SELECT {} FROM {}", columns(spec), spec.table()));
        sql.filter(spec, &query.filters)?;
        sql.text.push_str(" ORDER BY ");
        if let Some(column) = &query.order_by {
            let direction = if query.descending { "DESC" } else { "ASC" };
            let _ = write!(sql.text, "{} {direction}, ", spec.column(column)?);
        }
        sql.text.push_str("_doc, _row");
        let limit = query.limit.map_or(-1, i64::from);
        let _ = write!(sql.text, " LIMIT {limit} OFFSET {}", query.offset);
        self.rows(&sql, |row| values(row, 0))
    }

    /// How many rows of a view pass the filters.
    pub fn count(&self, view: &str, filters: &[(String, Op)]) -> Result<u64, StoreError> {
        let spec = &self.views().find(view)?.spec;
        let mut sql = Sql::new(format!("SELECT count(*) FROM {}", spec.table()));
        sql.filter(spec, filters)?;
        let counted = self.rows(&sql, |row| Ok(row.get::<_, i64>(0)?))?;
        Ok(counted.first().map_or(0, |count| count.unsigned_abs()))
    }

    /// How many rows pass the filters, for each value of a column, in the order of the values.
    pub fn count_by(
        &self,
        view: &str,
        group: &str,
        filters: &[(String, Op)],
    ) -> Result<Vec<(ViewValue, u64)>, StoreError> {
        let spec = &self.views().find(view)?.spec;
        let column = spec.column(group)?;
        let mut sql = Sql::new(format!("SELECT count(*), {column} FROM {}", spec.table()));
        sql.filter(spec, filters)?;
        let _ = write!(sql.text, " GROUP BY {column} ORDER BY {column}");
        self.rows(&sql, |row| Ok((value(row, 1)?, row.get::<_, i64>(0)?.unsigned_abs())))
    }

    /// What all views hold of one document, to compare with what its projection says now.
    pub fn rows_of(&self, doc: DocId) -> Result<Vec<ViewRow>, StoreError> {
        let mut found = Vec::new();
        for view in self.views().all() {
            let name = view.spec.name;
            found.extend(self.list_of(name, doc)?.into_iter().map(|values| ViewRow { view: name, values }));
        }
        Ok(found)
    }

    /// The rows a view holds of one document, found without looking at those of others.
    pub fn list_of(&self, view: &str, doc: DocId) -> Result<Vec<Vec<ViewValue>>, StoreError> {
        let spec = &self.views().find(view)?.spec;
        let (columns, table) = (columns(spec), spec.table());
        let mut statement = self.prepare(&format!("SELECT {columns} FROM {table} WHERE _doc = ?1 ORDER BY _row"))?;
        let mut rows = statement.query([doc.0])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(values(row, 0)?);
        }
        Ok(found)
    }

    /// How many rows all views hold together.
    pub fn count_all_rows(&self) -> Result<u64, StoreError> {
        let mut sum = 0;
        for view in self.views().all() {
            sum += self.count(view.spec.name, &[])?;
        }
        Ok(sum)
    }

    fn rows<T>(
        &self,
        sql: &Sql<'_>,
        mut each: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement: CachedStatement<'_> = self.prepare(&sql.text)?;
        for (number, value) in sql.values.iter().enumerate() {
            statement.raw_bind_parameter(number + 1, value)?;
        }
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(each(row)?);
        }
        Ok(found)
    }
}

/// A statement under construction, with the values that go with it.
struct Sql<'q> {
    text: String,
    values: Vec<Bound<'q>>,
}

impl<'q> Sql<'q> {
    fn new(text: String) -> Self {
        Sql { text, values: Vec::new() }
    }

    fn bind(&mut self, value: &'q ViewValue) -> usize {
        self.values.push(Bound::Value(value));
        self.values.len()
    }

    fn bind_text(&mut self, text: &'q str) -> usize {
        self.values.push(Bound::Text(text));
        self.values.len()
    }

    fn filter(&mut self, spec: &ViewSpec, filters: &'q [(String, Op)]) -> Result<(), StoreError> {
        for (number, (column, op)) in filters.iter().enumerate() {
            let column = spec.column(column)?;
            self.text.push_str(if number == 0 { " WHERE " } else { " AND " });
            let condition = match op {
                Op::Eq(value) => format!("{column} IS ?{}", self.bind(value)),
                Op::Ne(value) => format!("{column} IS NOT ?{}", self.bind(value)),
                Op::Ge(value) => format!("{column} >= ?{}", self.bind(value)),
                Op::Le(value) => format!("{column} <= ?{}", self.bind(value)),
                Op::Prefix(text) => {
                    let place = self.bind_text(text);
                    // Text is compared byte by byte, so this finds what begins so, and an index helps.
                    format!("({column} >= ?{place} AND {column} < ?{place} || char(1114111))")
                }
                Op::Contains(text) => format!("instr({column}, ?{}) > 0", self.bind_text(text)),
                Op::In(values) => {
                    let places: Vec<_> = values.iter().map(|value| format!("?{}", self.bind(value))).collect();
                    format!("{column} IN ({})", places.join(", "))
                }
            };
            self.text.push_str(&condition);
        }
        Ok(())
    }
}

fn columns(spec: &ViewSpec) -> String {
    spec.columns.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

fn values(row: &Row<'_>, from: usize) -> Result<Vec<ViewValue>, StoreError> {
    (from..row.as_ref().column_count()).map(|column| value(row, column)).collect()
}

fn value(row: &Row<'_>, column: usize) -> Result<ViewValue, StoreError> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(ViewValue::Null),
        ValueRef::Integer(number) => Ok(ViewValue::Int(number)),
        ValueRef::Text(text) => String::from_utf8(text.to_vec()).map(ViewValue::Text).map_err(|_| unreadable("text")),
        ValueRef::Real(_) | ValueRef::Blob(_) => Err(unreadable("view value")),
    }
}
