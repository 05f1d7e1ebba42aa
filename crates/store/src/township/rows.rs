//! Replacing what the views hold of one document: what is the same stays, so that a diary of a year costs its new entry
//! and not all of them. Rows keep their order, and so what is there after any replacements is what a fresh start would give.
//!
//! Where a view's rows name their records, the record is the order number: whoever knows which records have changed has no
//! other row looked at.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use lianhu_sync::ids::DocId;
use lianhu_sync::ports::{RecordName, ViewRow, ViewValue};
use rusqlite::{CachedStatement, Connection, OptionalExtension, ToSql, params};

use super::views::{Kept, View, Views, bound, fits};
use crate::error::StoreError;
use crate::sealed::Sealer;

/// The table that says in which views a document has rows, by their names with commas between. There are many views and a
/// document has rows in few: to ask each of them would be dearer than all the rest. No view can have its name.
pub(super) const HOLDING: &str =
    "CREATE TABLE view__holding (doc BLOB NOT NULL PRIMARY KEY, views TEXT NOT NULL) STRICT, WITHOUT ROWID;";

/// How far apart the order numbers of neighbouring rows begin: rows that come between them later find room.
const APART: i64 = 1 << 16;

/// The order number of a record's rows: numbers rise as the names do, byte by byte.
fn order_of(record: RecordName) -> i64 {
    (u64::from_be_bytes(record) ^ (1 << 63)).cast_signed()
}

/// The record whose rows have an order number.
pub(super) fn record_at(order: i64) -> RecordName {
    (order.cast_unsigned() ^ (1 << 63)).to_be_bytes()
}

impl Views {
    /// Replaces what the views hold of one document; of rows that name a record, those of these records alone.
    pub(super) fn replace(
        &self,
        connection: &Connection,
        doc: DocId,
        rows: &[ViewRow],
        records: Option<&BTreeSet<RecordName>>,
    ) -> Result<(), StoreError> {
        let mut wanted: BTreeMap<&str, Vec<&ViewRow>> = BTreeMap::new();
        for row in rows {
            wanted.entry(row.view).or_default().push(row);
        }
        let held: Option<String> = connection
            .prepare_cached("SELECT views FROM view__holding WHERE doc = ?1")?
            .query_row([doc.0], |row| row.get(0))
            .optional()?;
        let held = held.unwrap_or_default();
        let holds = |name: &str| held.split(',').any(|held| held == name);
        for name in held.split(',').filter(|name| !name.is_empty()) {
            let view = self.find(name)?;
            if view.spec.by_record && records.is_some() {
                wanted.entry(view.spec.name).or_default();
            } else if !wanted.contains_key(name) {
                connection.prepare_cached(&view.delete)?.execute([doc.0])?;
            }
        }
        for (name, rows) in &wanted {
            let filling = Filling { connection, view: self.find(name)?, sealer: &self.sealer, doc };
            match filling.view.spec.by_record {
                true => filling.replace_records(holds(name), rows, records)?,
                false => filling.replace(holds(name), rows)?,
            }
        }
        let holding = wanted.into_keys().collect::<Vec<_>>().join(",");
        if holding != held {
            connection
                .prepare_cached("INSERT OR REPLACE INTO view__holding (doc, views) VALUES (?1, ?2)")?
                .execute(params![doc.0, holding])?;
        }
        Ok(())
    }
}

/// A row that is there.
struct Held {
    row: i64,
    order: i64,
    /// Nothing when they cannot be read, and then they are no row's.
    values: Option<Vec<ViewValue>>,
}

/// One view with the rows of one document.
struct Filling<'v> {
    connection: &'v Connection,
    view: &'v View,
    sealer: &'v Sealer,
    doc: DocId,
}

impl Filling<'_> {
    fn check(&self, rows: &[&ViewRow]) -> Result<(), StoreError> {
        if rows.iter().all(|row| fits(&self.view.spec, self.doc, row)) {
            Ok(())
        } else {
            Err(StoreError::BadRow(self.view.spec.name.to_owned()))
        }
    }

    /// Replaces the rows of the records that may have changed, or of all.
    fn replace_records(
        &self,
        holds: bool,
        rows: &[&ViewRow],
        records: Option<&BTreeSet<RecordName>>,
    ) -> Result<(), StoreError> {
        self.check(rows)?;
        let mut places: BTreeMap<i64, (Vec<Held>, Vec<&ViewRow>)> = BTreeMap::new();
        for row in rows {
            let Some(record) = row.record.filter(|record| records.is_none_or(|records| records.contains(record)))
            else {
                return Err(StoreError::BadRow(self.view.spec.name.to_owned()));
            };
            places.entry(order_of(record)).or_default().1.push(row);
        }
        let held = match records {
            _ if !holds => Vec::new(),
            None => self.held(&self.view.select, params![self.doc.0])?,
            Some(records) => {
                let of =
                    |record: &RecordName| self.held(&self.view.select_record, params![self.doc.0, order_of(*record)]);
                records.iter().map(of).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect()
            }
        };
        for one in held {
            places.entry(one.order).or_default().0.push(one);
        }
        for (order, (held, rows)) in &places {
            for (one, row) in held.iter().zip(rows) {
                if one.values.as_ref() != Some(&row.values) {
                    self.update(one, row)?;
                }
            }
            for gone in held.iter().skip(rows.len()) {
                self.connection.prepare_cached(&self.view.delete_row)?.execute([gone.row])?;
            }
            for row in rows.iter().skip(held.len()) {
                self.insert(*order, row)?;
            }
        }
        Ok(())
    }

    fn replace(&self, holds: bool, rows: &[&ViewRow]) -> Result<(), StoreError> {
        self.check(rows)?;
        let held = if holds { self.held(&self.view.select, params![self.doc.0])? } else { Vec::new() };
        if !self.merge(&held, rows)? {
            self.connection.prepare_cached(&self.view.delete)?.execute([self.doc.0])?;
            // Into nothing there is always room.
            self.merge(&[], rows)?;
        }
        Ok(())
    }

    fn held(&self, sql: &str, of: &[&dyn ToSql]) -> Result<Vec<Held>, StoreError> {
        let columns = self.view.spec.columns.len();
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(of)?;
        let mut held = Vec::new();
        while let Some(row) = rows.next()? {
            let values = self.view.values(row, self.sealer).ok();
            held.push(Held { row: row.get(columns)?, order: row.get(columns + 1)?, values });
        }
        Ok(held)
    }

    /// Makes the rows that are held the wanted ones, from one row that stays to the next. False when somewhere between two
    /// of them no order number is left.
    fn merge(&self, held: &[Held], rows: &[&ViewRow]) -> Result<bool, StoreError> {
        let mut staying = Staying::among(rows);
        let (mut gone, mut from, mut after) = (Vec::new(), 0, 0);
        for one in held {
            let Some(place) = staying.find(one.values.as_deref(), from) else {
                gone.push(one);
                continue;
            };
            if !self.fill(&gone, rows.get(from..place).unwrap_or_default(), after, Some(one.order))? {
                return Ok(false);
            }
            gone.clear();
            (from, after) = (place + 1, one.order);
        }
        self.fill(&gone, rows.get(from..).unwrap_or_default(), after, None)
    }

    /// Puts new rows where others go, between two that stay: first in their places, as a row that has changed comes.
    fn fill(&self, gone: &[&Held], new: &[&ViewRow], mut after: i64, before: Option<i64>) -> Result<bool, StoreError> {
        for (held, row) in gone.iter().zip(new) {
            self.update(held, row)?;
            after = held.order;
        }
        for held in gone.iter().skip(new.len()) {
            self.connection.prepare_cached(&self.view.delete_row)?.execute([held.row])?;
        }
        let more = new.get(gone.len()..).unwrap_or_default();
        let between = i64::try_from(more.len()).unwrap_or(i64::MAX).saturating_add(1);
        let step = before.map_or(APART, |before| APART.min((before - after) / between));
        if step == 0 && !more.is_empty() {
            return Ok(false);
        }
        for row in more {
            after = after.saturating_add(step);
            self.insert(after, row)?;
        }
        Ok(true)
    }

    fn insert(&self, order: i64, row: &ViewRow) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(&self.view.insert)?;
        statement.raw_bind_parameter(1, self.doc.0)?;
        statement.raw_bind_parameter(2, order)?;
        self.bind(&mut statement, 3, row, |_| true)?;
        statement.raw_execute()?;
        Ok(())
    }

    /// A row whose looked-up columns stay the same costs no index anything.
    fn update(&self, held: &Held, row: &ViewRow) -> Result<(), StoreError> {
        let view = self.view;
        let is_same =
            |column: &usize| held.values.as_ref().is_some_and(|values| values.get(*column) == row.values.get(*column));
        let by_index = !view.indexed.iter().all(is_same);
        let sql = if by_index { &view.update } else { &view.update_unindexed };
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.raw_bind_parameter(1, held.row)?;
        self.bind(&mut statement, 2, row, |column| by_index || !view.indexed.contains(&column))?;
        statement.raw_execute()?;
        Ok(())
    }

    /// Binds the values of the columns that are in a statement, from its parameter `first` on.
    fn bind(
        &self,
        statement: &mut CachedStatement<'_>,
        first: usize,
        row: &ViewRow,
        is_in: impl Fn(usize) -> bool,
    ) -> Result<(), StoreError> {
        for (column, (value, kept)) in row.values.iter().zip(&self.view.kept).enumerate() {
            if is_in(column) && !matches!(kept, Kept::AsDocument) {
                statement.raw_bind_parameter(column + first, bound(value, kept, self.sealer)?)?;
            }
        }
        Ok(())
    }
}

/// Finds which of the wanted rows are there already. Most often the next one is; the others are sorted once it is not.
struct Staying<'r> {
    rows: &'r [&'r ViewRow],
    sorted: Option<BTreeMap<&'r [ViewValue], VecDeque<usize>>>,
}

impl<'r> Staying<'r> {
    fn among(rows: &'r [&'r ViewRow]) -> Self {
        Staying { rows, sorted: None }
    }

    /// The first wanted row with these values that is not before `from`.
    fn find(&mut self, values: Option<&[ViewValue]>, from: usize) -> Option<usize> {
        let values = values?;
        if self.rows.get(from).is_some_and(|row| row.values == values) {
            return Some(from);
        }
        let sorted = self.sorted.get_or_insert_with(|| {
            let mut sorted: BTreeMap<&[ViewValue], VecDeque<usize>> = BTreeMap::new();
            for (place, row) in self.rows.iter().enumerate().skip(from) {
                sorted.entry(&row.values).or_default().push_back(place);
            }
            sorted
        });
        let places = sorted.get_mut(values)?;
        while places.front().is_some_and(|place| *place < from) {
            places.pop_front();
        }
        places.front().copied()
    }
}
