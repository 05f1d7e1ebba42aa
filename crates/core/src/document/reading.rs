//! A document read once, so that looking up one key after another does not search the whole history each time: automerge
//! takes some ten thousand instructions to find a key, and a rule asks for dozens.

use std::sync::{Arc, OnceLock};

use automerge::{Automerge, ObjId, ObjType, ROOT, ReadDoc as _, ValueRef};

use super::Scalar;

/// What a document's keys hold, in key order, as far as somebody has asked. Whoever changes the document forgets it.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading(OnceLock<Arc<[Read]>>);

/// What is shown under one key.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) key: String,
    pub(super) value: Scalar,
    /// The operation that wrote it.
    pub(super) id: ObjId,
    /// Other values stand beside it; automerge is asked for those.
    pub(super) conflict: bool,
}

impl Reading {
    /// Every key with what it shows.
    pub(super) fn of(&self, inner: &Automerge) -> &[Read] {
        self.0.get_or_init(|| inner.map_range(ROOT, ..).map(Read::of).collect())
    }

    /// What one key shows.
    pub(super) fn key(&self, inner: &Automerge, key: &str) -> Option<&Read> {
        let all = self.of(inner);
        let place = all.binary_search_by(|read| read.key.as_str().cmp(key)).ok()?;
        all.get(place)
    }
}

impl Read {
    fn of(item: automerge::iter::MapRangeItem<'_>) -> Self {
        let value = match &item.value {
            ValueRef::Scalar(scalar) => Scalar::from_automerge(&automerge::Value::from(scalar)),
            ValueRef::Object(ObjType::Map | ObjType::Table | ObjType::List | ObjType::Text) => Scalar::Unknown,
        };
        Read { id: item.id(), conflict: item.conflict, key: item.key.into_owned(), value }
    }
}
