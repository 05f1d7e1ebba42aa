//! A document read once, so that looking up one key after another does not search the whole history each time: automerge
//! takes some ten thousand instructions to find a key, and a rule asks for dozens.

use std::sync::{Arc, OnceLock};

use automerge::{Automerge, ObjId, ObjType, ROOT, ReadDoc as _, ValueRef};

use super::Scalar;
use crate::ids::{ActorId, DeviceMillis};

/// An operation by its name. Of the values of one key that nobody has overwritten, every replica shows the one whose operation
/// is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OpId {
    /// Its counter.
    pub(crate) counter: u64,
    /// Whose operation.
    pub(crate) actor: ActorId,
}

/// A value and the operation that wrote it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Written {
    pub(crate) id: OpId,
    pub(crate) value: Scalar,
}

/// What is known of one key.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) key: String,
    /// What it holds, rising by operation: the last one is shown, the others stand beside it. Nothing, once it was removed.
    pub(crate) values: Vec<Written>,
    /// Operations that wrote what was overwritten or removed since; known only to a document that was read from its bytes.
    pub(crate) gone: Vec<OpId>,
}

/// What a document's keys hold, in key order, as far as somebody has asked. Whoever changes the document forgets it.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading(OnceLock<Arc<[Arc<Row>]>>);

impl Reading {
    /// Every key with what it holds.
    pub(super) fn of(&self, whole: &Automerge) -> &[Arc<Row>] {
        self.0.get_or_init(|| read(whole).into_iter().map(Arc::new).collect())
    }
}

/// Every key of automerge's document with what it holds, in key order.
pub(super) fn read(whole: &Automerge) -> Vec<Row> {
    whole.map_range(ROOT, ..).map(|item| row(whole, item)).collect()
}

fn row(whole: &Automerge, item: automerge::iter::MapRangeItem<'_>) -> Row {
    let shown = match &item.value {
        ValueRef::Scalar(scalar) => Scalar::from_automerge(&automerge::Value::from(scalar)),
        ValueRef::Object(ObjType::Map | ObjType::Table | ObjType::List | ObjType::Text) => Scalar::Unknown,
    };
    let values = if item.conflict {
        let all = whole.get_all(ROOT, item.key.as_ref()).unwrap_or_default().into_iter();
        all.map(|(value, id)| Written { id: named(&id), value: Scalar::from_automerge(&value) }).collect()
    } else {
        vec![Written { id: named(&item.id()), value: shown }]
    };
    Row { key: item.key.into_owned(), values, gone: Vec::new() }
}

fn named(id: &ObjId) -> OpId {
    match id {
        ObjId::Root => OpId { counter: 0, actor: ActorId::GENESIS },
        ObjId::Id(counter, actor, _) => {
            OpId { counter: *counter, actor: ActorId::from_bytes(actor.to_bytes()).unwrap_or(ActorId::GENESIS) }
        }
    }
}

/// What the clock of an operation's author said, by automerge's document.
pub(super) fn time_of(whole: &Automerge, id: OpId) -> Option<DeviceMillis> {
    let id = ObjId::Id(id.counter, automerge::ActorId::from(&id.actor.to_bytes()[..]), 0);
    let meta = whole.get_change_meta_by_hash(&whole.hash_for_opid(&id)?)?;
    Some(DeviceMillis(meta.timestamp))
}
