//! After a refusal: what was written on top of a refused save and does not depend on it is written again without it.
//!
//! A change names the one before it, so whatever a person wrote after a refused save was turned down with it. Most of it
//! has nothing to do with the refused words: another visit, another field. Such saves are made again on what is recorded,
//! with their words and their time, and go with the next request. What does depend on the refused words stays with them
//! under "needs attention".

use std::collections::{BTreeMap, BTreeSet};

use lianhu_core::Scalar;
use lianhu_core::gate::{Scan, scan};
use lianhu_sync::ids::{ChangeHash, DocId as SyncDocId};
use lianhu_sync::message::RefusedCode;
use lianhu_sync::ports::{PendingChange, PendingState, PhoneStore};

use crate::convert::core_doc;
use crate::error::WorkbookError;
use crate::surroundings::Surroundings;
use crate::workbook::Workbook;

impl<S: PhoneStore, X: Surroundings> Workbook<S, X> {
    /// Writes again what was turned down only for following a refused save, as far as it stands alone. Says how many
    /// saves were.
    pub(crate) fn replay_independent(&mut self) -> Result<u32, WorkbookError<S::Error>> {
        let mut written = 0;
        for (doc, changes) in by_document(self.store.pending(None).map_err(WorkbookError::Store)?) {
            let Some(doc) = core_doc(doc) else { continue };
            for (change, scanned) in independent(&changes) {
                written += u32::from(self.rewrite_if_it_may(doc, change, &scanned)?);
            }
        }
        Ok(written)
    }
}

/// The same changes, document by document, each in its order.
pub(crate) fn by_document(pending: Vec<PendingChange>) -> BTreeMap<SyncDocId, Vec<PendingChange>> {
    let mut documents: BTreeMap<SyncDocId, Vec<PendingChange>> = BTreeMap::new();
    for change in pending {
        documents.entry(change.doc).or_default().push(change);
    }
    documents
}

/// The saves of one document that only followed a refused one and say nothing about what it said.
fn independent(changes: &[PendingChange]) -> Vec<(&PendingChange, Scan)> {
    let mut spoilt = Spoilt::default();
    let mut standing = Vec::new();
    for change in changes {
        let PendingState::Refused(code, _) = &change.state else { continue };
        let Ok(scanned) = scan(&change.bytes) else { continue };
        if *code != RefusedCode::FollowsRefused || spoilt.is_named_by(&scanned) {
            spoilt.add(&scanned);
        } else {
            standing.push((change, scanned));
        }
    }
    standing
}

/// The saves that only followed a refused one and do say something about what it said.
pub(crate) fn dependents(changes: &[PendingChange], refused: &PendingChange) -> impl Iterator<Item = ChangeHash> {
    let mut spoilt = Spoilt::default();
    if let Ok(scanned) = scan(&refused.bytes) {
        spoilt.add(&scanned);
    }
    changes.iter().filter_map(move |change| {
        let follows = matches!(change.state, PendingState::Refused(RefusedCode::FollowsRefused, _));
        let scanned = scan(&change.bytes).ok().filter(|_| follows && change.hash != refused.hash)?;
        spoilt.is_named_by(&scanned).then(|| {
            spoilt.add(&scanned);
            change.hash
        })
    })
}

/// What refused saves wrote: the records (`visit/…`) and fields.
#[derive(Default)]
struct Spoilt {
    places: BTreeSet<String>,
    ids: BTreeSet<String>,
}

impl Spoilt {
    fn add(&mut self, scanned: &Scan) {
        for (key, _) in scanned.touches() {
            let (place, id) = place_of(key);
            self.places.insert(place.to_owned());
            self.ids.extend(id.map(str::to_owned));
        }
    }

    /// Whether a save touches a refused record or field, or names a refused record (a step that comes after it).
    fn is_named_by(&self, scanned: &Scan) -> bool {
        scanned.touches().any(|(key, _)| self.places.contains(place_of(key).0))
            || scanned.words().iter().any(|(_, value)| match value {
                Some(Scalar::Text(text)) => self.ids.iter().any(|id| text.as_str().contains(id.as_str())),
                _ => false,
            })
    }
}

/// A key's record (`resident/<id>` of `resident/<id>/name`) or the field itself, and the record's id.
fn place_of(key: &str) -> (&str, Option<&str>) {
    let mut slashes = key.match_indices('/').map(|(at, _)| at);
    let Some(first) = slashes.next() else { return (key, None) };
    let place = slashes.next().map_or(key, |second| key.split_at(second).0);
    (place, place.get(first + 1..))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_record_or_a_field() {
        assert_eq!(place_of("head"), ("head", None));
        assert_eq!(place_of("visit/abc"), ("visit/abc", Some("abc")));
        assert_eq!(place_of("resident/abc/name"), ("resident/abc", Some("abc")));
    }
}
