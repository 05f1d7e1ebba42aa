//! The township gives every matter its number when it first records it: village code, year, serial.
//!
//! It is given under the office's own hand, so that no two matters are given one, and before the exchange that brought the
//! matter is answered, so that the phone learns it at once. A township that was put back from a backup may give a serial
//! again that an earlier life had given; when phones bring that life's words back, two matters have one number, or one
//! matter two. The number stays with whichever was recorded earlier (by its own day, then by its name); the other is given
//! a new one, and a remark among its steps says so. Doing it again changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike as _;
use lianhu_core::draft::{FieldId, Prose};
use lianhu_core::matter::{self, Act, Matter, Number, village_code};
use lianhu_core::{DeviceMillis, DocKind, Document, Edit, RecordId, Refusal};
use lianhu_store::{Op, Query, Reader, StoreError};
use lianhu_sync::ids::DocId;
use lianhu_sync::message::{Chunk, DocChanges, RefusedCode, Verdict};
use lianhu_sync::ports::{Township as _, ViewValue};

use crate::act::ActError;
use crate::gate::{GateError, OFFICE};
use crate::limits::{NUMBERED_AT_ONCE, WRITTEN_AGAIN};
use crate::projection::{self, doc_of};
use crate::town::{Town, TownError};

const VIEW: &str = "matters";

/// Numbers the matters among documents that were just recorded. What was recorded stays so whatever happens here: a failure
/// is only told, and midnight or the next opening makes it good. Where no matter lacks a number, no document is loaded.
pub(crate) fn after(town: &Town, recorded: impl IntoIterator<Item = DocId>) {
    let matters: BTreeSet<DocId> =
        recorded.into_iter().filter(|doc| DocKind::from_code(doc.0[0]) == DocKind::Matter).collect();
    if matters.is_empty() {
        return;
    }
    if let Err(why) = give(town, &matters) {
        tracing::error!(why = %why, "a matter could not be given its number");
    }
}

/// Numbers every matter that lacks one, or shares one.
pub(crate) fn all(town: &Town) {
    let given = lacking_anywhere(town).map_err(ActError::from).and_then(|lacking| {
        let lacking: Vec<DocId> = lacking.into_iter().collect();
        lacking.chunks(NUMBERED_AT_ONCE).try_for_each(|some| give(town, &some.iter().copied().collect()))
    });
    if let Err(why) = given {
        tracing::error!(why = %why, "matters could not be given their numbers");
    }
}

fn lacking_anywhere(town: &Town) -> Result<BTreeSet<DocId>, StoreError> {
    let reader = town.store.read()?;
    let without = Query::default().filter("number", Op::Eq(ViewValue::Null));
    let mut lacking: BTreeSet<DocId> = reader.list(VIEW, &without)?.iter().filter_map(|row| doc_of(row)).collect();
    for (number, count) in reader.count_by(VIEW, "number", &[])? {
        if count > 1 && number != ViewValue::Null {
            let sharing = reader.list(VIEW, &Query::default().filter("number", Op::Eq(number)))?;
            lacking.extend(sharing.iter().filter_map(|row| doc_of(row)));
        }
    }
    let disputed = Query::default().filter("key", Op::Eq(ViewValue::Text("number".into())));
    lacking.extend(reader.list("conflicts", &disputed)?.iter().filter_map(|row| doc_of(row)));
    lacking.retain(|doc| DocKind::from_code(doc.0[0]) == DocKind::Matter);
    Ok(lacking)
}

fn give(town: &Town, matters: &BTreeSet<DocId>) -> Result<(), ActError> {
    if lacking(&town.store.read()?, matters)?.is_empty() {
        return Ok(());
    }
    for _ in 0..WRITTEN_AGAIN {
        let hand = town.office_hand();
        let changes = numbered(town, matters)?;
        if changes.is_empty() {
            return Ok(());
        }
        // Looked at again in any case: what has one number now may share it, and a number that was not recorded is given anew.
        for verdict in town.record_by(&hand, &changes)? {
            if !matches!(
                verdict,
                Verdict::Recorded | Verdict::Known | Verdict::Refused { code: RefusedCode::Forked, .. }
            ) {
                return Err(ActError::NotRecorded(verdict));
            }
        }
    }
    Err(TownError::Busy.into())
}

/// What a matter is to be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lacks {
    /// Its first number.
    Number,
    /// Another one: an earlier matter has the same.
    OwnNumber,
    /// One number: it has two.
    OneNumber,
}

/// Which of these matters, and of those that share a number with one of them, are to be given what.
fn lacking(reader: &Reader, matters: &BTreeSet<DocId>) -> Result<BTreeMap<DocId, Lacks>, StoreError> {
    let (mut lacking, mut shared) = (BTreeMap::new(), BTreeMap::new());
    for doc in matters {
        let Some(row) = reader.list_of(VIEW, *doc)?.into_iter().next() else { continue };
        // What was erased has neither village nor title any more: it needs no number.
        if cell(&row, "village") == ViewValue::Null || cell(&row, "title") == ViewValue::Null {
            continue;
        }
        let number = cell(&row, "number");
        if number == ViewValue::Null {
            lacking.insert(*doc, Lacks::Number);
            continue;
        }
        let key = ViewValue::Text("number".into());
        if reader.list_of("conflicts", *doc)?.iter().any(|row| row.get(1) == Some(&key)) {
            lacking.insert(*doc, Lacks::OneNumber);
        }
        let sharing = reader.list(VIEW, &Query::default().filter("number", Op::Eq(number)))?;
        let mut sharing: Vec<_> = sharing
            .iter()
            .filter_map(|row| Some((projection::text(row, VIEW, "recorded_on").unwrap_or_default(), doc_of(row)?)))
            .collect();
        sharing.sort();
        shared.extend(sharing.into_iter().skip(1).map(|(_, doc)| (doc, Lacks::OwnNumber)));
    }
    // Whoever has two numbers keeps one that nobody else has; only then it is clear who shares.
    Ok(if lacking.is_empty() { shared } else { lacking })
}

/// The changes that give them their numbers, made on one snapshot.
fn numbered(town: &Town, matters: &BTreeSet<DocId>) -> Result<Vec<DocChanges>, ActError> {
    let reader = town.store.read()?;
    let stamp = town.office_stamp()?;
    let mut serials = Serials { reader: &reader, year: town.today().year(), given: BTreeMap::new() };
    let mut changes = Vec::new();
    for (doc, lacks) in lacking(&reader, matters)? {
        let mut document = match town.gate.open(&reader, doc) {
            Ok(opened) => opened.document,
            Err(GateError::Damaged(doc)) => {
                tracing::error!(%doc, "a matter does not open; it gets no number");
                continue;
            }
            Err(why) => return Err(why.into()),
        };
        let matter = Matter::read(&document);
        let Some(village) = matter.village.as_ref().map(|village| village.value) else { continue };
        let kept = if lacks == Lacks::OneNumber { own_number(&reader, &matter)? } else { None };
        let number = match kept {
            Some(number) => number,
            None => {
                let roster = town.gate.roster(&reader, DocId(village.to_bytes()))?.roster;
                let area = roster.area.as_ref().map(|area| &area.value);
                serials.next(village, &village_code(village, area))?.to_string()
            }
        };
        let edit = edit(&document, &matter, &number, stamp.at).unwrap_or_default();
        if let Some(change) = document.write(stamp, edit)? {
            changes.push(DocChanges { doc, changes: vec![Chunk(change.bytes)] });
        }
    }
    Ok(changes)
}

/// The number, and where there was one before, a remark that says so.
fn edit(document: &Document, matter: &Matter, number: &str, at: DeviceMillis) -> Result<Edit, Refusal> {
    let mut edit = matter::number(number)?;
    let before: BTreeSet<String> = document
        .told_values("number")
        .iter()
        .filter_map(|told| told.value.as_text().map(str::to_owned))
        .filter(|before| before != number)
        .collect();
    if !before.is_empty() {
        let before = before.into_iter().collect::<Vec<_>>().join("、");
        let note = Prose::parse(FieldId::Note, &format!("编号由 {before} 改为 {number}：恢复备份后重号。"))?;
        let id = RecordId::derive(&[b"number", &matter.id.to_bytes(), number.as_bytes()]);
        edit.extend(matter.step(id, OFFICE, at, Act::Note { note, contacted_on: None }));
    }
    Ok(edit)
}

/// The smallest of a matter's numbers that no other matter has.
fn own_number(reader: &Reader, matter: &Matter) -> Result<Option<String>, StoreError> {
    let Some(field) = &matter.number else { return Ok(None) };
    let values = std::iter::once(&field.value).chain(field.rivals.iter().map(|told| &told.value));
    let mut numbers: Vec<Number> = values.filter_map(|value| value.as_str().parse().ok()).collect();
    numbers.sort();
    for number in numbers {
        let number = number.to_string();
        let shared = [
            ("number".to_owned(), Op::Eq(ViewValue::Text(number.clone()))),
            ("doc".to_owned(), Op::Ne(ViewValue::Text(matter.id.to_string()))),
        ];
        if reader.count(VIEW, &shared)? == 0 {
            return Ok(Some(number));
        }
    }
    Ok(None)
}

/// The serials of a year that are given on one snapshot.
struct Serials<'a> {
    reader: &'a Reader,
    year: i32,
    given: BTreeMap<lianhu_core::DocId, u32>,
}

impl Serials<'_> {
    /// One more than the greatest of a village.
    fn next(&mut self, village: lianhu_core::DocId, code: &str) -> Result<Number, StoreError> {
        let greatest = match self.given.get(&village) {
            Some(serial) => *serial,
            None => self.greatest(village)?,
        };
        let serial = greatest.saturating_add(1);
        self.given.insert(village, serial);
        Ok(Number { village: code.to_owned(), year: self.year, serial })
    }

    fn greatest(&self, village: lianhu_core::DocId) -> Result<u32, StoreError> {
        let query =
            Query { order_by: Some("number_serial".into()), descending: true, limit: Some(1), ..Query::default() }
                .filter("village", Op::Eq(ViewValue::Text(village.to_string())))
                .filter("number_year", Op::Eq(ViewValue::Int(self.year.into())));
        let rows = self.reader.list(VIEW, &query)?;
        Ok(match rows.first().map(|row| cell(row, "number_serial")) {
            Some(ViewValue::Int(serial)) => u32::try_from(serial).unwrap_or_default(),
            _ => 0,
        })
    }
}

fn cell(row: &[ViewValue], column: &str) -> ViewValue {
    projection::cell(row, VIEW, column).cloned().unwrap_or(ViewValue::Null)
}
