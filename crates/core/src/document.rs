//! One CRDT document: a flat map of keys to scalars, with its whole history; a meeting has one text besides ([`PROSE_KEY`]).
//!
//! Only this module and the gate touch automerge. A document is created by its *genesis*, a change that every device
//! derives from the document's id; nothing else may write [`ID_KEY`], [`SCHEMA_KEY`] or [`GENERATION_KEY`], and because every later change
//! depends on the genesis, a change cannot be moved from one document to another, nor from one generation of a document to
//! another (`docs/adr/0004-generations.md`).
//!
//! Keys are `field` for a card's own fields, `collection/id` for a record written as one value (a visit), and
//! `collection/id/field` for a record several people keep up (a resident): see `docs/adr/0001-flat-documents.md`.

use automerge::transaction::{CommitOptions, Transactable as _};
use automerge::{Automerge, LoadOptions, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, TextEncoding};

use crate::ids::{ActorId, ChangeHash, DeviceMillis, DocId, Generation, Stamp};

mod edit;
mod field;
mod generation;
mod genesis;
mod prose;
mod reading;

pub use edit::Edit;
pub use field::{Field, Scalar, Told};
pub use generation::{NextGeneration, NotRenewed};
pub use prose::{CharId, PROSE_KEY};
pub(crate) use prose::{PROSE_COUNTER, has_prose};

use reading::{Read, Reading};

/// The key under which the genesis names the document.
pub const ID_KEY: &str = "id";
/// The key under which the genesis names the schema version.
pub const SCHEMA_KEY: &str = "schema";
/// The key under which the genesis names the generation; absent in the first.
pub const GENERATION_KEY: &str = "generation";
/// The version of the documents this crate writes. Readers carry keys of newer versions untouched.
pub const SCHEMA: i64 = 1;

/// Whether a key is the genesis's alone.
pub(crate) fn is_genesis_key(key: &str) -> bool {
    matches!(key, ID_KEY | SCHEMA_KEY | GENERATION_KEY)
}

/// A change this device just wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewChange {
    /// Its name.
    pub hash: ChangeHash,
    /// The change chunk, as stored and sent.
    pub bytes: Vec<u8>,
}

/// Stored bytes that are not the document they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The snapshot does not decode, or its checksums do not hold.
    #[error("the stored snapshot does not decode")]
    Snapshot,
    /// A stored change does not decode or does not fit the snapshot.
    #[error("a stored change does not fit its document")]
    Change,
    /// The bytes hold a document with another id.
    #[error("the stored document has another id")]
    OtherDocument,
}

/// A write that could not be made; the document is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// Ids and schema versions are written by the genesis alone.
    #[error("the key is written by the genesis alone")]
    GenesisKey,
    /// Prose is written letter by letter ([`Edit::prose`]), and only in a kind that has any; it is never put nor removed.
    #[error("the document has no prose under this key, or prose is put there as a value")]
    NoProse,
    /// A value read as unknown cannot be written back; leave its key alone and it is kept.
    #[error("a value of a newer version cannot be rewritten")]
    UnknownValue,
    /// automerge refused; a bug on our side.
    #[error("the document refused the write")]
    Document,
}

/// A document in memory.
#[derive(Clone, Debug)]
pub struct Document {
    id: DocId,
    generation: Generation,
    pub(crate) inner: Automerge,
    reading: Reading,
}

impl Document {
    /// The document as its genesis makes it: named, and empty.
    pub fn new(id: DocId) -> Self {
        Self::of_generation(id, Generation::FIRST)
    }

    /// The same in a generation of its own: the genesis differs, and with it every change that follows it.
    pub fn of_generation(id: DocId, generation: Generation) -> Self {
        let mut inner = Automerge::new_with_encoding(TextEncoding::UnicodeCodePoint);
        inner.set_actor(automerge::ActorId::from(&ActorId::GENESIS.to_bytes()[..]));
        let options = CommitOptions::default().with_time(0);
        let written: Result<_, automerge::transaction::Failure<automerge::AutomergeError>> = inner.transact_with(
            |_| options,
            |tx| {
                tx.put(ROOT, ID_KEY, ScalarValue::Bytes(id.to_bytes().to_vec()))?;
                tx.put(ROOT, SCHEMA_KEY, SCHEMA)?;
                if has_prose(id.kind()) {
                    tx.put_object(ROOT, PROSE_KEY, ObjType::Text)?;
                }
                match generation {
                    Generation::FIRST => Ok(()),
                    Generation(number) => tx.put(ROOT, GENERATION_KEY, i64::from(number)),
                }
            },
        );
        debug_assert!(written.is_ok(), "putting values into an empty map cannot fail");
        Document { id, generation, inner, reading: Reading::default() }
    }

    /// Rebuilds a document from what this replica stored itself: a snapshot ([`Document::save`]) if there is one, then
    /// changes in the order they were stored. A snapshot knows its generation; without one it is the first
    /// ([`Document::replay`] takes any). Bytes from anywhere else go through [`crate::gate`].
    pub fn open<'a>(
        id: DocId,
        snapshot: Option<&[u8]>,
        changes: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, OpenError> {
        let document = match snapshot {
            None => Document::new(id),
            Some(bytes) => {
                let options = LoadOptions::new().text_encoding(TextEncoding::UnicodeCodePoint);
                let inner = Automerge::load_with_options(bytes, options).map_err(|_| OpenError::Snapshot)?;
                let document = Document::from_inner(id, inner);
                document.check_genesis()?;
                document
            }
        };
        document.with_stored(changes)
    }

    /// Rebuilds one generation of a document from all of its stored changes.
    pub fn replay<'a>(
        id: DocId,
        generation: Generation,
        changes: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, OpenError> {
        Document::of_generation(id, generation).with_stored(changes)
    }

    /// All at once: applying has a price of its own, which each change of a tail would pay again. automerge keeps what
    /// follows something that is not there and says nothing, so each is looked for afterwards.
    fn with_stored<'a>(mut self, changes: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, OpenError> {
        let changes = changes.into_iter().map(automerge::Change::try_from).collect::<Result<Vec<_>, _>>();
        let changes = changes.map_err(|_| OpenError::Change)?;
        if changes.is_empty() {
            return Ok(self);
        }
        let hashes: Vec<_> = changes.iter().map(automerge::Change::hash).collect();
        self.reading = Reading::default();
        self.inner.apply_changes(changes).map_err(|_| OpenError::Change)?;
        let held = hashes.iter().all(|hash| self.inner.get_change_meta_by_hash(hash).is_some());
        if held { Ok(self) } else { Err(OpenError::Change) }
    }

    fn check_genesis(&self) -> Result<(), OpenError> {
        let held = genesis::heads_of(self.id, self.generation)
            .iter()
            .all(|hash| self.inner.get_change_meta_by_hash(hash).is_some());
        if held { Ok(()) } else { Err(OpenError::OtherDocument) }
    }

    /// The document's name.
    pub fn id(&self) -> DocId {
        self.id
    }

    /// The document as bytes, history included. Columns stay uncompressed: [`crate::gate::open_snapshot`] has to bound
    /// them before anything is built from them, and whoever sends or stores the bytes compresses them better as a whole.
    pub fn save(&self) -> Vec<u8> {
        self.inner.save_nocompress()
    }

    /// Which generation it is.
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// A document the gate has opened or tried; it says itself which generation it is, since only a genesis may.
    pub(crate) fn from_inner(id: DocId, inner: Automerge) -> Self {
        let named = inner.get(ROOT, GENERATION_KEY).ok().flatten();
        let number = named.and_then(|(value, _)| Scalar::from_automerge(&value).as_int());
        let generation = number.and_then(|number| u32::try_from(number).ok()).map_or(Generation::FIRST, Generation);
        Document { id, generation, inner, reading: Reading::default() }
    }

    /// The hashes of the changes no other change follows, sorted: two replicas with equal heads hold the same document.
    pub fn heads(&self) -> Vec<ChangeHash> {
        let mut heads: Vec<_> = self.inner.get_heads().into_iter().map(|hash| ChangeHash(hash.0)).collect();
        heads.sort_unstable();
        heads
    }

    /// Whether nothing was written after the genesis.
    pub fn is_blank(&self) -> bool {
        self.inner.get_heads() == genesis::heads_of(self.id, self.generation)
    }

    /// Whether a change is part of this document's history.
    pub fn holds(&self, hash: ChangeHash) -> bool {
        self.inner.get_change_meta_by_hash(&automerge::ChangeHash(hash.0)).is_some()
    }

    /// The changes that are neither among `heads` nor before them, as far as this document knows those; each after what
    /// it depends on, the genesis never.
    pub fn beyond(&self, heads: &[ChangeHash]) -> Vec<Vec<u8>> {
        let known = heads.iter().copied().filter(|hash| self.holds(*hash));
        let known: Vec<_> = known.map(|hash| automerge::ChangeHash(hash.0)).collect();
        let genesis = genesis::heads_of(self.id, self.generation);
        let changes = self.inner.get_changes(&known).into_iter();
        let ours = changes.filter(|change| !genesis.contains(&change.hash()));
        ours.map(|change| change.raw_bytes().to_vec()).collect()
    }

    /// Writes one save as one change. `None` when there was nothing to change.
    pub fn write(&mut self, stamp: Stamp, edit: Edit) -> Result<Option<NewChange>, WriteError> {
        if edit.writes.iter().any(|(key, _)| is_genesis_key(key)) {
            return Err(WriteError::GenesisKey);
        }
        let puts_prose = edit.writes.iter().any(|(key, _)| key == PROSE_KEY);
        if puts_prose || edit.prose.iter().any(|(key, _)| key != PROSE_KEY) {
            return Err(WriteError::NoProse);
        }
        let kind = self.id.kind();
        self.reading = Reading::default();
        self.inner.set_actor(automerge::ActorId::from(&stamp.actor.to_bytes()[..]));
        let options = CommitOptions::default().with_time(stamp.at.0);
        let written = self.inner.transact_with(
            |()| options,
            |tx| {
                for (key, value) in edit.writes {
                    match value {
                        Some(value) => {
                            let value = value.into_automerge().ok_or(WriteError::UnknownValue)?;
                            // automerge would write the shown one of several values by removing the others, and nobody
                            // would have said it: somebody who says otherwise at the same time would simply win.
                            if tx.get_all(ROOT, key.as_str()).map_err(|_| WriteError::Document)?.len() > 1 {
                                tx.delete(ROOT, key.as_str()).map_err(|_| WriteError::Document)?;
                            }
                            tx.put(ROOT, key, value).map_err(|_| WriteError::Document)?;
                        }
                        None => {
                            if tx.get(ROOT, key.as_str()).map_err(|_| WriteError::Document)?.is_some() {
                                tx.delete(ROOT, key).map_err(|_| WriteError::Document)?;
                            }
                        }
                    }
                }
                edit.prose.iter().try_for_each(|(_, wanted)| prose::write(tx, kind, wanted))
            },
        );
        let hash = written.map_err(|failure: automerge::transaction::Failure<WriteError>| failure.error)?.hash;
        let change = hash.and_then(|hash| self.inner.get_change_by_hash(&hash));
        Ok(change.map(|change| NewChange { hash: ChangeHash(change.hash().0), bytes: change.raw_bytes().to_vec() }))
    }

    /// What a key holds, with every concurrent value. Prose is no scalar: its key holds [`Scalar::Unknown`].
    pub fn get(&self, key: &str) -> Option<Field<Scalar>> {
        self.reading.key(&self.inner, key).map(|read| self.field(read))
    }

    fn field(&self, read: &Read) -> Field<Scalar> {
        let value = read.value.clone();
        let mut rivals = Vec::new();
        if read.conflict {
            // automerge lists concurrent values in a fixed order and shows the last one.
            rivals = self.told_values(&read.key);
            rivals.reverse();
            if rivals.iter().all(|told| told.value == value && value != Scalar::Unknown) {
                rivals.clear();
            }
        }
        Field { value, rivals }
    }

    /// Every value a key holds, each with who wrote it, even when nobody disagrees.
    pub fn told_values(&self, key: &str) -> Vec<Told<Scalar>> {
        self.written_values(key).iter().map(|(value, id)| self.told(value, id)).collect()
    }

    /// Every value a key holds, with the operation that wrote it.
    fn written_values(&self, key: &str) -> Vec<(Scalar, ObjId)> {
        match self.reading.key(&self.inner, key) {
            None => Vec::new(),
            Some(read) if !read.conflict => vec![(read.value.clone(), read.id.clone())],
            Some(_) => {
                let all = self.inner.get_all(ROOT, key).unwrap_or_default();
                all.into_iter().map(|(value, id)| (Scalar::from_automerge(&value), id)).collect()
            }
        }
    }

    /// Who wrote what a key holds: the authors of all its values, even when nobody disagrees.
    pub fn authors(&self, key: &str) -> Vec<ActorId> {
        self.told_values(key).into_iter().map(|told| told.by).collect()
    }

    /// The values under a key that were not there before: by which operation wrote them, not by what they say.
    pub(crate) fn written_since(&self, before: &Document, key: &str) -> Vec<Scalar> {
        let was = before.written_values(key);
        let now = self.written_values(key).into_iter();
        now.filter(|(_, id)| was.iter().all(|(_, old)| old != id)).map(|(value, _)| value).collect()
    }

    fn told(&self, value: &Scalar, id: &ObjId) -> Told<Scalar> {
        let by = match id {
            ObjId::Id(_, actor, _) => ActorId::from_bytes(actor.to_bytes()),
            ObjId::Root => None,
        };
        let hash = self.inner.hash_for_opid(id);
        let meta = hash.and_then(|hash| self.inner.get_change_meta_by_hash(&hash));
        Told {
            by: by.unwrap_or(ActorId::GENESIS),
            at: DeviceMillis(meta.map_or(0, |meta| meta.timestamp)),
            value: value.clone(),
        }
    }

    /// Whether people disagree about the value of any key.
    pub fn has_conflict(&self) -> bool {
        !self.conflicts().is_empty()
    }

    /// The keys about whose value people disagree, in key order, with every value.
    pub fn conflicts(&self) -> Vec<(String, Field<Scalar>)> {
        let disputed = self.reading.of(&self.inner).iter().filter(|read| read.conflict);
        let fields = disputed.map(|read| (read.key.clone(), self.field(read)));
        fields.filter(|(_, field)| field.is_conflict()).collect()
    }

    /// Reads all of it: a document of which that would panic must not be taken.
    pub(crate) fn read_through(&self) {
        for read in self.reading.of(&self.inner).iter().filter(|read| read.conflict) {
            self.field(read);
        }
        self.prose(PROSE_KEY);
    }

    /// Every key that starts with `prefix`, in key order, with what it holds; the key is given whole.
    pub fn list(&self, prefix: &str) -> Vec<(String, Field<Scalar>)> {
        let all = self.reading.of(&self.inner);
        let from = all.partition_point(|read| read.key.as_str() < prefix);
        let named = all.iter().skip(from).take_while(|read| read.key.starts_with(prefix));
        named.map(|read| (read.key.clone(), self.field(read))).collect()
    }
}

#[cfg(test)]
mod tests;
