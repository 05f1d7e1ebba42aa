//! One CRDT document: a flat map of keys to scalars, with its whole history; a meeting has one text besides ([`PROSE_KEY`]).
//!
//! Only this module and the gate touch automerge. A document is created by its *genesis*, a change that every device
//! derives from the document's id; nothing else may write [`ID_KEY`], [`SCHEMA_KEY`] or [`GENERATION_KEY`], and because every later change
//! depends on the genesis, a change cannot be moved from one document to another, nor from one generation of a document to
//! another (`docs/adr/0004-generations.md`).
//!
//! Keys are `field` for a card's own fields, `collection/id` for a record written as one value (a visit), and
//! `collection/id/field` for a record several people keep up (a resident): see `docs/adr/0001-flat-documents.md`.

use std::sync::Arc;

use automerge::transaction::{CommitOptions, Transactable as _};
use automerge::{Automerge, ObjType, ROOT, ReadDoc, ScalarValue, TextEncoding};

use crate::gate::{Flat, Scan, load, quietly, scan};
use crate::ids::{ActorId, ChangeHash, DocId, Generation, Stamp};

mod edit;
mod field;
mod generation;
mod genesis;
mod prose;
mod reading;
mod whole;

pub use edit::Edit;
pub use field::{Field, Scalar, Told};
pub use generation::{NextGeneration, NotRenewed};
pub use prose::{CharId, PROSE_KEY};
pub(crate) use prose::{PROSE_COUNTER, has_prose};
pub(crate) use reading::{OpId, Row, Written};

use reading::Reading;
use whole::Whole;

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
    /// automerge's document.
    whole: Whole,
    /// What the bytes say of it, where they could be read without automerge; then nobody asks `reading`.
    flat: Option<Arc<Flat>>,
    reading: Reading,
}

impl Document {
    /// The document as its genesis makes it: named, and empty.
    pub fn new(id: DocId) -> Self {
        Self::of_generation(id, Generation::FIRST)
    }

    /// The same in a generation of its own: the genesis differs, and with it every change that follows it.
    pub fn of_generation(id: DocId, generation: Generation) -> Self {
        let flat = Flat::blank(id, generation).map(Arc::new);
        let whole = match flat {
            Some(_) => Whole::stored(id, generation, None, &[]),
            None => Whole::made(built(id, generation)),
        };
        Document { id, generation, whole, flat, reading: Reading::default() }
    }

    /// Rebuilds a document from what this replica stored itself: a snapshot ([`Document::save`]) if there is one, then
    /// changes in the order they were stored. A snapshot knows its generation; without one it is the first
    /// ([`Document::replay`] takes any). Bytes from anywhere else go through [`crate::gate`].
    pub fn open<'a>(
        id: DocId,
        snapshot: Option<&[u8]>,
        changes: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, OpenError> {
        Self::rebuilt(id, Generation::FIRST, snapshot, &changes.into_iter().collect::<Vec<_>>())
    }

    /// Rebuilds one generation of a document from all of its stored changes.
    pub fn replay<'a>(
        id: DocId,
        generation: Generation,
        changes: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, OpenError> {
        Self::rebuilt(id, generation, None, &changes.into_iter().collect::<Vec<_>>())
    }

    fn rebuilt(
        id: DocId,
        generation: Generation,
        snapshot: Option<&[u8]>,
        changes: &[&[u8]],
    ) -> Result<Self, OpenError> {
        let mut whole = Whole::stored(id, generation, snapshot, changes);
        if let Some((generation, flat)) = read_flat(id, generation, snapshot, changes) {
            return Ok(Document { id, generation, whole, flat: Some(Arc::new(flat)), reading: Reading::default() });
        }
        let generation = generation_of(whole.get()?);
        whole.apart();
        Ok(Document { id, generation, whole, flat: None, reading: Reading::default() })
    }

    /// The document's name.
    pub fn id(&self) -> DocId {
        self.id
    }

    /// The document as bytes, history included. Columns stay uncompressed: [`crate::gate::open_snapshot`] has to bound
    /// them before anything is built from them, and whoever sends or stores the bytes compresses them better as a whole.
    ///
    /// The bytes were opened again and say the same. An error says that what this document was opened from is damaged.
    pub fn save(&self) -> Result<Vec<u8>, OpenError> {
        let saved = self.whole.get()?.save_nocompress();
        let Some(flat) = &self.flat else { return Ok(saved) };
        let again = quietly(|| load(&saved)).ok().flatten().ok_or(OpenError::Snapshot)?;
        let stands = flat.rows().iter().filter(|row| !row.values.is_empty());
        let rows = quietly(|| reading::read(&again)).unwrap_or_default();
        let same_rows = stands.map(|row| (&row.key, &row.values)).eq(rows.iter().map(|row| (&row.key, &row.values)));
        if same_rows && sorted_heads(&again) == self.heads() { Ok(saved) } else { Err(OpenError::Change) }
    }

    /// About how many bytes [`Document::save`] gives, without saving: at most a little more.
    pub fn size(&self) -> usize {
        self.whole.bytes().unwrap_or_else(|| self.save().map_or(0, |saved| saved.len()))
    }

    /// Which generation it is.
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// A document the gate has opened or tried; it says itself which generation it is, since only a genesis may.
    pub(crate) fn from_inner(id: DocId, inner: Automerge) -> Self {
        let generation = generation_of(&inner);
        Document { id, generation, whole: Whole::made(inner), flat: None, reading: Reading::default() }
    }

    /// automerge's document.
    pub(crate) fn whole(&self) -> Result<&Automerge, OpenError> {
        self.whole.get()
    }

    /// automerge's document, to be written to in ways that nothing but automerge knows of.
    #[cfg(test)]
    pub(crate) fn whole_mut(&mut self) -> &mut Automerge {
        self.apart();
        self.whole.get_mut().unwrap()
    }

    /// Leaves everything to automerge from now on.
    fn apart(&mut self) {
        // Opened first: what it was opened from is forgotten.
        if self.whole.get().is_ok() {
            self.whole.apart();
        }
        self.flat = None;
        self.reading = Reading::default();
    }

    /// The document with changes after it, if that can be told without automerge: each of them fits in every respect.
    pub(crate) fn extended(&self, changes: &[Scan]) -> Option<Self> {
        let mut flat = Arc::clone(self.flat.as_ref()?);
        let own = Arc::make_mut(&mut flat);
        if !changes.iter().all(|change| own.admit(change)) {
            return None;
        }
        let whole = self.whole.with(changes.iter().map(Scan::bytes))?;
        Some(Document {
            id: self.id,
            generation: self.generation,
            whole,
            flat: Some(flat),
            reading: Reading::default(),
        })
    }

    /// The hashes of the changes no other change follows, sorted: two replicas with equal heads hold the same document.
    pub fn heads(&self) -> Vec<ChangeHash> {
        match &self.flat {
            Some(flat) => flat.heads().collect(),
            None => self.whole.get().map(sorted_heads).unwrap_or_default(),
        }
    }

    /// Whether nothing was written after the genesis.
    pub fn is_blank(&self) -> bool {
        self.heads() == genesis_heads(self.id, self.generation)
    }

    /// Whether a change is part of this document's history.
    pub fn holds(&self, hash: ChangeHash) -> bool {
        let known = self.flat.as_ref().is_some_and(|flat| flat.knows(hash));
        known || self.whole.get().is_ok_and(|whole| holds(whole, hash))
    }

    /// The changes that are neither among `heads` nor before them, as far as this document knows those; each after what
    /// it depends on, the genesis never.
    pub fn beyond(&self, heads: &[ChangeHash]) -> Vec<Vec<u8>> {
        let Ok(whole) = self.whole.get() else { return Vec::new() };
        let known = heads.iter().copied().filter(|hash| holds(whole, *hash));
        let known: Vec<_> = known.map(|hash| automerge::ChangeHash(hash.0)).collect();
        let genesis = genesis::heads_of(self.id, self.generation);
        let changes = whole.get_changes(&known).into_iter();
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
        let whole = self.whole.get_mut().map_err(|_| WriteError::Document)?;
        whole.set_actor(automerge::ActorId::from(&stamp.actor.to_bytes()[..]));
        let options = CommitOptions::default().with_time(stamp.at.0);
        let written = whole.transact_with(
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
        let change = hash.and_then(|hash| whole.get_change_by_hash(&hash));
        let change = change.map(|it| NewChange { hash: ChangeHash(it.hash().0), bytes: it.raw_bytes().to_vec() });
        if let Some(change) = &change {
            self.read_on(&change.bytes);
        }
        Ok(change)
    }

    /// The same on a copy: the document with the save, and the change. This one stays as it is.
    pub fn written(&self, stamp: Stamp, edit: Edit) -> Result<Option<(Document, NewChange)>, WriteError> {
        // Opened here, so that the next save finds it open.
        self.whole.get().map_err(|_| WriteError::Document)?;
        let mut written = self.clone();
        Ok(written.write(stamp, edit)?.map(|change| (written, change)))
    }

    /// Reads a change that was just written, as whoever opens the document later does.
    fn read_on(&mut self, change: &[u8]) {
        let Some(flat) = &mut self.flat else { return };
        if scan(change).is_ok_and(|scanned| Arc::make_mut(flat).admit(&scanned)) {
            self.whole.wrote(change);
        } else {
            self.apart();
        }
    }
}

/// automerge's document with the genesis of `id` alone.
fn built(id: DocId, generation: Generation) -> Automerge {
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
    inner
}

/// Whether automerge's document is the one of this id.
fn check_genesis(id: DocId, whole: &Automerge) -> Result<(), OpenError> {
    let held = genesis_heads(id, generation_of(whole)).into_iter().all(|hash| holds(whole, hash));
    if held { Ok(()) } else { Err(OpenError::OtherDocument) }
}

/// Which generation automerge's document says it is.
fn generation_of(whole: &Automerge) -> Generation {
    let named = whole.get(ROOT, GENERATION_KEY).ok().flatten();
    let number = named.and_then(|(value, _)| Scalar::from_automerge(&value).as_int());
    number.and_then(|number| u32::try_from(number).ok()).map_or(Generation::FIRST, Generation)
}

/// What the bytes of a document say of it without automerge, and which generation it is.
fn read_flat(
    id: DocId,
    generation: Generation,
    snapshot: Option<&[u8]>,
    changes: &[&[u8]],
) -> Option<(Generation, Flat)> {
    let mut flat = match snapshot {
        None => Flat::blank(id, generation)?,
        Some(bytes) => Flat::read(id, bytes)?,
    };
    let generation = flat.generation()?;
    changes.iter().all(|change| scan(change).is_ok_and(|scanned| flat.admit(&scanned))).then_some((generation, flat))
}

fn holds(whole: &Automerge, hash: ChangeHash) -> bool {
    whole.get_change_meta_by_hash(&automerge::ChangeHash(hash.0)).is_some()
}

fn sorted_heads(whole: &Automerge) -> Vec<ChangeHash> {
    let mut heads: Vec<_> = whole.get_heads().into_iter().map(|hash| ChangeHash(hash.0)).collect();
    heads.sort_unstable();
    heads
}

/// The heads of a document of which nothing but the genesis is written.
pub(crate) fn genesis_heads(id: DocId, generation: Generation) -> Vec<ChangeHash> {
    genesis::heads_of(id, generation).into_iter().map(|hash| ChangeHash(hash.0)).collect()
}

#[cfg(test)]
mod tests;
