//! Reading: what each key of a document holds, by whom, and since when. It is read once, so that looking up one key after another
//! does not search the whole history each time: automerge takes some ten thousand instructions to find a key, and a rule asks for
//! dozens.

use std::sync::{Arc, OnceLock};

use automerge::{Automerge, ObjId, ObjType, ROOT, ReadDoc as _, ValueRef};

use super::{Document, Field, PROSE_KEY, Scalar, Told};
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

impl Document {
    /// Every key with what it holds, in key order; of a flat document also those that were removed.
    fn rows(&self) -> &[Arc<Row>] {
        match &self.flat {
            Some(flat) => flat.rows(),
            None => self.whole.get().map(|whole| self.reading.of(whole)).unwrap_or_default(),
        }
    }

    fn row(&self, key: &str) -> Option<&Row> {
        let rows = self.rows();
        let place = rows.binary_search_by(|row| row.key.as_str().cmp(key)).ok()?;
        rows.get(place).map(AsRef::as_ref)
    }

    /// What a key holds, with every concurrent value. Prose is no scalar: its key holds [`Scalar::Unknown`].
    pub fn get(&self, key: &str) -> Option<Field<Scalar>> {
        self.row(key).and_then(|row| self.field(row))
    }

    /// What a row holds; nothing, where its key was removed.
    fn field(&self, row: &Row) -> Option<Field<Scalar>> {
        let value = row.values.last()?.value.clone();
        let mut rivals = Vec::new();
        if row.values.len() > 1 {
            // The last one is shown.
            rivals = row.values.iter().rev().map(|written| self.told(written)).collect();
            if rivals.iter().all(|told| told.value == value && value != Scalar::Unknown) {
                rivals.clear();
            }
        }
        Some(Field { value, rivals })
    }

    /// Every value a key holds, each with who wrote it, even when nobody disagrees.
    pub fn told_values(&self, key: &str) -> Vec<Told<Scalar>> {
        self.written_values(key).iter().map(|written| self.told(written)).collect()
    }

    /// Every value a key holds, with the operation that wrote it.
    fn written_values(&self, key: &str) -> &[Written] {
        self.row(key).map_or(&[], |row| &row.values)
    }

    /// Who wrote what a key holds: the authors of all its values, even when nobody disagrees.
    pub fn authors(&self, key: &str) -> Vec<ActorId> {
        self.written_values(key).iter().map(|written| written.id.actor).collect()
    }

    /// The values under a key that were not there before: by which operation wrote them, not by what they say.
    pub(crate) fn written_since(&self, before: &Document, key: &str) -> Vec<Scalar> {
        let was = before.written_values(key);
        let now = self.written_values(key).iter();
        let new = now.filter(|written| was.iter().all(|old| old.id != written.id));
        new.map(|written| written.value.clone()).collect()
    }

    fn told(&self, written: &Written) -> Told<Scalar> {
        let at = match &self.flat {
            Some(flat) => flat.time_of(written.id),
            None => self.whole.get().ok().and_then(|whole| time_of(whole, written.id)),
        };
        Told { by: written.id.actor, at: at.unwrap_or(DeviceMillis(0)), value: written.value.clone() }
    }

    /// Whether people disagree about the value of any key.
    pub fn has_conflict(&self) -> bool {
        !self.conflicts().is_empty()
    }

    /// The keys about whose value people disagree, in key order, with every value.
    pub fn conflicts(&self) -> Vec<(String, Field<Scalar>)> {
        let disputed = self.rows().iter().filter(|row| row.values.len() > 1);
        let fields = disputed.filter_map(|row| Some((row.key.clone(), self.field(row)?)));
        fields.filter(|(_, field)| field.is_conflict()).collect()
    }

    /// Reads all of it: a document of which that would panic must not be taken.
    pub(crate) fn read_through(&self) {
        for row in self.rows().iter().filter(|row| row.values.len() > 1) {
            self.field(row);
        }
        self.prose(PROSE_KEY);
    }

    /// Every key that starts with `prefix`, in key order, with what it holds; the key is given whole.
    pub fn list(&self, prefix: &str) -> Vec<(String, Field<Scalar>)> {
        self.below(prefix).filter_map(|row| Some((row.key.clone(), self.field(row)?))).collect()
    }

    /// Every key that starts with `prefix`, in key order, with the value it shows.
    pub(crate) fn values(&self, prefix: &str) -> impl Iterator<Item = (&str, &Scalar)> {
        self.below(prefix).filter_map(|row| Some((row.key.as_str(), &row.values.last()?.value)))
    }

    /// Every key that somebody wants, in key order, with what it holds.
    pub(crate) fn fields(&self, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = (&str, Field<Scalar>)> {
        let wanted = self.rows().iter().filter(move |row| wanted(&row.key));
        wanted.filter_map(|row| Some((row.key.as_str(), self.field(row)?)))
    }

    /// The keys that were written since this document was another; `None` where that cannot be told, which is no statement.
    pub(crate) fn keys_since(&self, before: &Document) -> Option<Vec<&str>> {
        if self.generation != before.generation {
            return None;
        }
        let (now, then) = (self.flat.as_ref()?.rows(), before.flat.as_ref()?.rows());
        let mut then = then.iter().peekable();
        let mut written = Vec::new();
        for row in now {
            // No key that was ever written goes from a flat document, and what was not written to is the same.
            match then.next_if(|old| old.key == row.key) {
                Some(old) if Arc::ptr_eq(old, row) => {}
                _ => written.push(row.key.as_str()),
            }
        }
        then.peek().is_none().then_some(written)
    }

    fn below(&self, prefix: &str) -> impl Iterator<Item = &Row> {
        let all = self.rows();
        let from = all.partition_point(|row| row.key.as_str() < prefix);
        all.iter().skip(from).map(AsRef::as_ref).take_while(move |row| row.key.starts_with(prefix))
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
