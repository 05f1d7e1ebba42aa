//! Listing views: what the office asks, as values. Names come from descriptions and values are bound, so no question can
//! become part of a statement.

use std::fmt::Write as _;

use lianhu_sync::ids::DocId;
use lianhu_sync::ports::{ViewRow, ViewValue};
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Row};

use super::Reader;
use super::rows::record_at;
use super::views::{Bound, Kept, View, bound};
use crate::bytes::id_text;
use crate::error::{StoreError, unreadable};
use crate::sealed::Sealer;

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
    /// The rows of a view that a question asks for, each in the order of the view's columns. What SQLite cannot see in
    /// sealed columns (a part of a word, an order) is looked for in the opened rows, which costs as much as reading them all.
    pub fn list(&self, view: &str, query: &Query) -> Result<Vec<Vec<ViewValue>>, StoreError> {
        let view = self.views().find(view)?;
        let mut sql = Sql::new(self, view, format!("SELECT {} FROM {}", view.spec.kept(), view.spec.table()));
        let mut by_hand = sql.filter(&query.filters)?;
        sql.text.push_str(" ORDER BY ");
        if let Some(column) = &query.order_by {
            let meaning = view.spec.meaning(column)?;
            if view.is_sealed(column) {
                by_hand.order = view.spec.columns.iter().position(|(known, _)| known == column);
            } else {
                let direction = if query.descending { "DESC" } else { "ASC" };
                let _ = write!(sql.text, "{meaning} {direction}, ");
            }
        }
        sql.text.push_str("_doc, _order, _row");
        if by_hand.is_idle() {
            let limit = query.limit.map_or(-1, i64::from);
            let _ = write!(sql.text, " LIMIT {limit} OFFSET {}", query.offset);
            return self.rows(&sql, |row| self.values(view, row));
        }
        let rows = by_hand.pick(self.rows(&sql, |row| self.values(view, row))?, query.descending);
        let limit = query.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(rows.into_iter().skip(usize::try_from(query.offset).unwrap_or(usize::MAX)).take(limit).collect())
    }

    /// How many rows of a view pass the filters.
    pub fn count(&self, view: &str, filters: &[(String, Op)]) -> Result<u64, StoreError> {
        let found = self.views().find(view)?;
        let mut sql = Sql::new(self, found, format!("SELECT count(*) FROM {}", found.spec.table()));
        if !sql.filter(filters)?.is_idle() {
            let query = Query { filters: filters.to_vec(), ..Query::default() };
            return Ok(self.list(view, &query)?.len() as u64);
        }
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
        let found = self.views().find(view)?;
        let column = found.spec.column(group)?;
        let mut sql = Sql::new(self, found, format!("SELECT count(*), {column} FROM {}", found.spec.table()));
        if !sql.filter(filters)?.is_idle() || found.is_sealed(group) {
            let query = Query { filters: filters.to_vec(), order_by: Some(group.to_owned()), ..Query::default() };
            let place = found.spec.columns.iter().position(|(known, _)| *known == group).unwrap_or_default();
            return Ok(counted_by(self.list(view, &query)?, place));
        }
        let _ = write!(sql.text, " GROUP BY {column} ORDER BY {}", found.spec.meaning(group)?);
        self.rows(&sql, |row| Ok((value(row, 1)?, row.get::<_, i64>(0)?.unsigned_abs())))
    }

    /// What all views hold of one document, to compare with what its projection says now.
    pub fn rows_of(&self, doc: DocId) -> Result<Vec<ViewRow>, StoreError> {
        let mut found = Vec::new();
        for view in self.views().all() {
            found.extend(self.rows_in(view, doc)?);
        }
        Ok(found)
    }

    /// The rows a view holds of one document, found without looking at those of others.
    pub fn list_of(&self, view: &str, doc: DocId) -> Result<Vec<Vec<ViewValue>>, StoreError> {
        let rows = self.rows_in(self.views().find(view)?, doc)?;
        Ok(rows.into_iter().map(|row| row.values).collect())
    }

    fn rows_in(&self, view: &View, doc: DocId) -> Result<Vec<ViewRow>, StoreError> {
        let mut statement = self.prepare(&view.select)?;
        let mut rows = statement.query([doc.0])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let order = view.spec.by_record.then(|| row.get(view.spec.columns.len() + 1)).transpose()?;
            found.push(ViewRow { view: view.spec.name, record: order.map(record_at), values: self.values(view, row)? });
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

    fn values(&self, view: &View, row: &Row<'_>) -> Result<Vec<ViewValue>, StoreError> {
        view.values(row, self.sealer())
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

/// What is looked for in opened rows.
#[derive(Default)]
struct ByHand<'q> {
    filters: Vec<(usize, &'q Op)>,
    order: Option<usize>,
}

impl ByHand<'_> {
    fn is_idle(&self) -> bool {
        self.filters.is_empty() && self.order.is_none()
    }

    /// The rows that pass, in order; rows that are equal in the column stay as they came.
    fn pick(&self, mut rows: Vec<Vec<ViewValue>>, descending: bool) -> Vec<Vec<ViewValue>> {
        let holds =
            |row: &Vec<ViewValue>, (column, op): &(usize, &Op)| row.get(*column).is_some_and(|held| op.holds(held));
        rows.retain(|row| self.filters.iter().all(|filter| holds(row, filter)));
        if let Some(column) = self.order {
            rows.sort_by(|one, other| {
                let order = rank(one.get(column)).cmp(&rank(other.get(column)));
                if descending { order.reverse() } else { order }
            });
        }
        rows
    }
}

impl Op {
    /// Whether a value passes, as SQLite would say it.
    fn holds(&self, held: &ViewValue) -> bool {
        let text = match held {
            ViewValue::Text(text) => Some(text.as_str()),
            ViewValue::Null | ViewValue::Int(_) => None,
        };
        let is_something = |value: &ViewValue| *held != ViewValue::Null && *value != ViewValue::Null;
        match self {
            Op::Eq(value) => held == value,
            Op::Ne(value) => held != value,
            Op::Ge(value) => is_something(value) && rank(Some(held)) >= rank(Some(value)),
            Op::Le(value) => is_something(value) && rank(Some(held)) <= rank(Some(value)),
            Op::Prefix(prefix) => text.is_some_and(|text| text.starts_with(prefix)),
            Op::Contains(part) => text.is_some_and(|text| text.contains(part)),
            Op::In(values) => values.iter().any(|value| is_something(value) && held == value),
        }
    }
}

/// The order in which SQLite sorts: nothing, numbers, text byte by byte.
fn rank(value: Option<&ViewValue>) -> (u8, i64, &str) {
    match value {
        None | Some(ViewValue::Null) => (0, 0, ""),
        Some(ViewValue::Int(number)) => (1, *number, ""),
        Some(ViewValue::Text(text)) => (2, 0, text),
    }
}

/// How many rows have each value of a column they are sorted by.
fn counted_by(rows: Vec<Vec<ViewValue>>, column: usize) -> Vec<(ViewValue, u64)> {
    let mut counted: Vec<(ViewValue, u64)> = Vec::new();
    for value in rows.into_iter().filter_map(|row| row.into_iter().nth(column)) {
        match counted.last_mut() {
            Some((last, count)) if *last == value => *count += 1,
            _ => counted.push((value, 1)),
        }
    }
    counted
}

/// A statement under construction, with the values that go with it.
struct Sql<'q> {
    reader: &'q Reader,
    view: &'q View,
    text: String,
    values: Vec<Bound<'q>>,
}

impl<'q> Sql<'q> {
    fn new(reader: &'q Reader, view: &'q View, text: String) -> Self {
        Sql { reader, view, text, values: Vec::new() }
    }

    /// Binds a value as a column keeps it.
    fn bind(&mut self, kept: &Kept, value: &'q ViewValue) -> Result<usize, StoreError> {
        self.values.push(bound(value, kept, self.reader.sealer())?);
        Ok(self.values.len())
    }

    /// Binds a value as it is meant.
    fn bind_plainly(&mut self, value: &'q ViewValue) -> usize {
        self.values.push(Bound::Value(value));
        self.values.len()
    }

    fn bind_text(&mut self, text: &'q str) -> usize {
        self.values.push(Bound::Text(text));
        self.values.len()
    }

    /// Adds the filters, and gives back those that only opened rows can answer.
    fn filter(&mut self, filters: &'q [(String, Op)]) -> Result<ByHand<'q>, StoreError> {
        let mut by_hand = ByHand::default();
        let mut joint = " WHERE ";
        for (name, op) in filters {
            let (column, meaning) = (self.view.spec.column(name)?, self.view.spec.meaning(name)?);
            let kept = self.view.kept_as(name);
            if matches!(kept, Kept::Sealed(_)) && !matches!(op, Op::Eq(_) | Op::Ne(_) | Op::In(_)) {
                let number = self.view.spec.columns.iter().position(|(known, _)| known == name);
                by_hand.filters.extend(number.map(|number| (number, op)));
                continue;
            }
            let condition = match op {
                Op::Eq(value) => format!("{column} IS ?{}", self.bind(kept, value)?),
                Op::Ne(value) => format!("{column} IS NOT ?{}", self.bind(kept, value)?),
                Op::Ge(value) => format!("{meaning} >= ?{}", self.bind_plainly(value)),
                Op::Le(value) => format!("{meaning} <= ?{}", self.bind_plainly(value)),
                Op::Prefix(text) => {
                    let place = self.bind_text(text);
                    // Text is compared byte by byte, so this finds what begins so, and an index helps.
                    format!("({meaning} >= ?{place} AND {meaning} < ?{place} || char(1114111))")
                }
                Op::Contains(text) => format!("instr({meaning}, ?{}) > 0", self.bind_text(text)),
                Op::In(values) => {
                    let places = values.iter().map(|value| Ok(format!("?{}", self.bind(kept, value)?)));
                    format!("{column} IN ({})", places.collect::<Result<Vec<_>, StoreError>>()?.join(", "))
                }
            };
            self.text.push_str(std::mem::replace(&mut joint, " AND "));
            self.text.push_str(&condition);
        }
        Ok(by_hand)
    }
}

impl View {
    /// A row of it that begins with its columns, opened.
    pub(super) fn values(&self, row: &Row<'_>, sealer: &Sealer) -> Result<Vec<ViewValue>, StoreError> {
        let columns = self.kept.iter().enumerate();
        columns
            .map(|(column, kept)| match (kept, row.get_ref(column)?) {
                (Kept::Sealed(_), ValueRef::Blob([])) => Ok(ViewValue::Text(String::new())),
                (Kept::Sealed(place), ValueRef::Blob(sealed)) => sealer.open_word(place, sealed).map(ViewValue::Text),
                _ => value(row, column),
            })
            .collect()
    }

    /// How a column's values are kept.
    fn kept_as(&self, column: &str) -> &Kept {
        let mut columns = self.spec.columns.iter().zip(&self.kept);
        columns.find(|((name, _), _)| *name == column).map_or(&Kept::Plainly, |(_, kept)| kept)
    }

    fn is_sealed(&self, column: &str) -> bool {
        matches!(self.kept_as(column), Kept::Sealed(_))
    }
}

fn value(row: &Row<'_>, column: usize) -> Result<ViewValue, StoreError> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(ViewValue::Null),
        ValueRef::Integer(number) => Ok(ViewValue::Int(number)),
        ValueRef::Text(text) => String::from_utf8(text.to_vec()).map(ViewValue::Text).map_err(|_| unreadable("text")),
        // Only ids are kept as bytes where nothing is sealed.
        ValueRef::Blob(id) => Ok(ViewValue::Text(id_text(id.try_into().map_err(|_| unreadable("id"))?))),
        ValueRef::Real(_) => Err(unreadable("view value")),
    }
}
