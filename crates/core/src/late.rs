//! Late work (迟到): what somebody wrote into a document after it had been handed to another, and that went in all the
//! same. The township marks it in the document itself, so that everybody who reads it is told.
//!
//! `late/<id>`, one JSON record for each change, where the id is the beginning of the change's hash. Only the town desk
//! writes such marks; the township does so in the same commit that records the change.

use std::collections::BTreeMap;

use crate::document::{Document, Edit, Scalar};
use crate::ids::{ChangeHash, RecordId, WorkerId};
use crate::record::Record;
use crate::value::{Key, KeySpec, Value, record, typed};

/// The keys of one late change that its mark names; a visit has one, a card a few.
pub const MAX_LATE_KEYS: usize = 50;

const FIELDS: &[&str] = &["by", "at", "keys"];
const COLLECTION: &str = "late";

/// The row of every schema whose documents are handed on.
pub(crate) const SCHEMA_ROW: KeySpec = record(COLLECTION, LateMark::is_valid);

/// A moment by the township's clock, in milliseconds since 1970 (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct TownMillis(pub i64);

/// The mark on one late change.
#[derive(Clone, Debug, PartialEq)]
pub struct LateMark {
    /// Who wrote it.
    pub by: WorkerId,
    /// When the township took it in.
    pub at: TownMillis,
    /// What it wrote: the first [`MAX_LATE_KEYS`] of its keys.
    pub keys: Vec<String>,
}

impl LateMark {
    /// A mark on a change that wrote these keys.
    pub fn new<'a>(by: WorkerId, at: TownMillis, keys: impl IntoIterator<Item = &'a str>) -> Self {
        LateMark { by, at, keys: keys.into_iter().take(MAX_LATE_KEYS).map(str::to_owned).collect() }
    }

    fn is_valid(scalar: &Scalar) -> bool {
        let rest = |scalar| {
            let mut record = Record::of(scalar)?;
            let whole = record.take::<WorkerId>("by").is_some() && record.take::<i64>("at").is_some();
            let keys = record.take_all::<String>("keys").len();
            (whole && keys <= MAX_LATE_KEYS).then_some(record)
        };
        rest(scalar).is_some_and(|rest| rest.lacks_all(FIELDS))
    }
}

impl Value for LateMark {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(LateMark { by: record.take("by")?, at: TownMillis(record.take("at")?), keys: record.take_all("keys") })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = Record::default();
        record.put("by", Some(&self.by));
        record.put("at", Some(&self.at.0));
        record.put_all("keys", &self.keys);
        record.into_scalar()
    }
}

/// The name of the mark on a change.
pub fn mark_id(change: ChangeHash) -> RecordId {
    let mut bytes = change.0.into_iter();
    RecordId(std::array::from_fn(|_| bytes.next().unwrap_or_default()))
}

/// Marks changes as late.
pub fn mark(late: &[(ChangeHash, LateMark)]) -> Edit {
    let mut edit = Edit::new();
    for (change, mark) in late {
        edit.put(format!("{COLLECTION}/{}", mark_id(*change)), mark.to_scalar());
    }
    edit
}

/// The marks of a document, by the ids of the changes they are on.
pub fn marks(document: &Document) -> BTreeMap<RecordId, LateMark> {
    let listed = document.list("late/").into_iter();
    let read = listed.filter_map(|(key, field)| match Key::of(&key) {
        Key::Record(_, id) => Some((id.parse().ok()?, typed::<LateMark>(&field)?.value)),
        _ => None,
    });
    read.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DocKind;
    use crate::testing::{doc, worker, write};

    fn late() -> (ChangeHash, LateMark) {
        (ChangeHash([7; 32]), LateMark::new(worker(1), TownMillis(5), ["visit/a", "phone"]))
    }

    #[test]
    fn a_mark_reads_as_it_was_written_and_keeps_its_form() {
        let mut document = Document::new(doc(DocKind::Household, 1));
        write(&mut document, 9, mark(&[late()]));
        assert_eq!(marks(&document), BTreeMap::from([(mark_id(late().0), late().1)]));
        let (key, field) = document.list("late/").remove(0);
        assert_eq!(
            format!("{key} {}", field.value.as_text().unwrap()),
            r#"late/BwcHBwcHBwc {"at":5,"by":"01010101-0101-0101-0101-010101010101","keys":["visit/a","phone"]}"#
        );
    }

    #[test]
    fn a_mark_that_is_none_is_not_let_in() {
        for bad in ["", "{}", r#"{"at":5}"#, r#"{"at":"5","by":"01010101-0101-0101-0101-010101010101"}"#] {
            assert!(!LateMark::is_valid(&bad.into()), "{bad}");
        }
        assert!(LateMark::is_valid(&late().1.to_scalar()));
        let many = (0..200).map(|n| format!("visit/{n}")).collect::<Vec<_>>();
        let cut = LateMark::new(worker(1), TownMillis(5), many.iter().map(String::as_str));
        assert!(cut.keys.len() == MAX_LATE_KEYS && LateMark::is_valid(&cut.to_scalar()));
    }
}
