//! What this crate's tests share: people, days and documents under short names.

use chrono::NaiveDate;

use crate::{ActorId, DeviceMillis, DocId, DocKind, Document, Edit, RecordId, Stamp, WorkerId};

/// A worker by number.
pub(crate) fn worker(n: u8) -> WorkerId {
    WorkerId(uuid::Uuid::from_bytes([n; 16]))
}

/// A record by number.
pub(crate) fn id(n: u8) -> RecordId {
    RecordId([n; 8])
}

/// A document by kind and number.
pub(crate) fn doc(kind: DocKind, n: u8) -> DocId {
    DocId::mint(kind, [n; 16])
}

/// A day of November 2026.
pub(crate) fn day(n: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, n).unwrap()
}

/// A worker's phone at a moment.
pub(crate) fn stamp(n: u8, at: i64) -> Stamp {
    Stamp { worker: worker(n), actor: ActorId::new(worker(n), [n; 16], 0), at: DeviceMillis(at) }
}

/// An edit of one key.
pub(crate) fn put(key: &str, value: impl Into<crate::Scalar>) -> Edit {
    let mut edit = Edit::new();
    edit.put(key, value);
    edit
}

/// One worker writes.
pub(crate) fn write(document: &mut Document, by: u8, edit: Edit) {
    document.write(stamp(by, i64::from(by)), edit).unwrap();
}

/// What both wrote, as a third replica sees it.
pub(crate) fn merge(one: &Document, other: &Document) -> Document {
    let mut merged = one.clone();
    merged.inner.merge(&mut other.inner.clone()).unwrap();
    merged
}
