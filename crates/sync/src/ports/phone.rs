//! The phone's side: its store and its gate.

use super::trust::{Admitted, Received};
use crate::ids::{ChangeHash, Digest, DocId, Heads, LogId, Position};
use crate::message::{HeldReason, RefusedCode};
use crate::seal::Seal;

/// A phone's store. Base (what the township recorded) and pending (this phone's own, unsettled) are kept apart.
pub trait PhoneStore {
    /// What a store failure is.
    type Error;

    /// Where this phone stands with its township.
    fn standing(&self) -> Result<PhoneStanding, Self::Error>;

    /// Every document, without its bytes.
    fn documents(&self) -> Result<Vec<PhoneDocSummary>, Self::Error>;

    /// One document's base, `None` when the township has recorded nothing of it that this phone holds.
    fn base(&self, doc: DocId) -> Result<Option<PhoneBase>, Self::Error>;

    /// This phone's own changes that are not recorded yet, oldest first: of one document, or of all.
    fn pending(&self, doc: Option<DocId>) -> Result<Vec<PendingChange>, Self::Error>;

    /// Applies everything as one durable transaction, in the order of the list.
    fn commit(&mut self, writes: Vec<PhoneWrite>) -> Result<(), Self::Error>;

    /// Destroys everything the store holds, keys included, so that it cannot be had back from this device. What is left is
    /// an empty store.
    fn destroy(&mut self) -> Result<(), Self::Error>;
}

/// Where a phone stands with its township.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PhoneStanding {
    /// The log the position belongs to.
    pub log: LogId,
    /// What was absorbed.
    pub position: Position,
    /// The digest of all bases that are not withdrawn.
    pub digest: Digest,
    /// The township wants to know what this phone holds.
    pub list_heads: bool,
    /// What the host keeps with the store (identity, key, settings), in its own encoding.
    pub host: Vec<u8>,
}

/// A document on the phone, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneDocSummary {
    /// The document.
    pub doc: DocId,
    /// The heads of its base.
    pub heads: Heads,
    /// What lists show of it, base and pending together, in the host's own encoding.
    pub card: Vec<u8>,
    /// The township has withdrawn it; it goes when its pending changes are settled.
    pub withdrawn: bool,
}

/// A document's recorded part on the phone.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PhoneBase {
    /// Its heads.
    pub heads: Heads,
    /// A snapshot, if one was stored.
    pub snapshot: Option<Vec<u8>>,
    /// Changes after the snapshot, in the order they were absorbed.
    pub tail: Vec<Vec<u8>>,
    /// The township's last seal on it, and the heads the seal is over; the base may have grown since.
    pub sealed: Option<(Heads, Seal)>,
}

/// One of this phone's own changes that the township has not recorded yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingChange {
    /// The document.
    pub doc: DocId,
    /// The change.
    pub hash: ChangeHash,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The records it writes (keys of the document), so that each record can show where it is.
    pub touches: Vec<String>,
    /// Where it is.
    pub state: PendingState,
}

/// Where an unrecorded change is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PendingState {
    /// On this phone only.
    Kept,
    /// Handed to a carrier.
    Carried,
    /// At the township, waiting for a person.
    Held(HeldReason),
    /// Not taken; the words stay here to be reused.
    Refused(RefusedCode, String),
}

/// One write to a phone's store; a list of them is one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneWrite {
    /// Replaces the standing.
    Standing(PhoneStanding),
    /// Appends recorded changes to a document's base; a snapshot replaces snapshot and tail.
    Base {
        /// The document.
        doc: DocId,
        /// Its heads after this.
        heads: Heads,
        /// A snapshot of all of it; then `tail` starts empty.
        snapshot: Option<Vec<u8>>,
        /// Changes to append to the tail.
        tail: Vec<Admitted>,
    },
    /// Keeps the township's seal on a document's base.
    Seal {
        /// The document.
        doc: DocId,
        /// The heads the seal is over.
        heads: Heads,
        /// The seal.
        seal: Seal,
    },
    /// What lists show of a document.
    Card {
        /// The document.
        doc: DocId,
        /// In the host's own encoding.
        card: Vec<u8>,
    },
    /// Marks a document as withdrawn, or as granted again.
    Withdrawn {
        /// The document.
        doc: DocId,
        /// Whether it is withdrawn.
        withdrawn: bool,
    },
    /// Forgets a document: base, card and settled changes. Its refused changes stay.
    Forget {
        /// The document.
        doc: DocId,
    },
    /// Adds one of this phone's own changes.
    Pending(PendingChange),
    /// Moves one of this phone's own changes to another state.
    PendingState {
        /// The document.
        doc: DocId,
        /// The change.
        hash: ChangeHash,
        /// Where it is now.
        state: PendingState,
    },
    /// The change is recorded (it is part of the base now) or was discarded by its author.
    Settled {
        /// The document.
        doc: DocId,
        /// The change.
        hash: ChangeHash,
    },
}

/// What a phone's host does with documents the township sends: the phone's side of the gate.
pub trait PhoneGate {
    /// Opens a granted document: checks it whole, and answers with its heads and one snapshot of it. What `base` holds
    /// beyond it stays (a township restored from an old copy must not take recorded work from its phones); a base that
    /// cannot be read is replaced, and so is one of an earlier generation, while one of a later generation stays.
    fn open(
        &mut self,
        doc: DocId,
        base: Option<&PhoneBase>,
        snapshot: Option<&[u8]>,
        changes: Vec<Received>,
    ) -> Result<OpenedDoc, GateRefusal>;

    /// Adds changes to a base (a default one is a document without recorded changes): the ones not held yet, admitted,
    /// and the heads after them.
    fn extend(&mut self, doc: DocId, base: &PhoneBase, changes: Vec<Received>) -> Result<ExtendedDoc, GateRefusal>;

    /// The changes of a base that are neither among `heads` nor before them, as far as the base knows those, each after
    /// what it depends on: what a township that stands at `heads` has lost.
    fn beyond(&mut self, doc: DocId, base: &PhoneBase, heads: &Heads) -> Result<Vec<Vec<u8>>, GateRefusal>;

    /// Those of this phone's own changes that were written on an earlier generation of the document than `base`. What they
    /// say may be part of it; they never are.
    fn left_behind(&mut self, doc: DocId, base: &PhoneBase, changes: &[Received])
    -> Result<Vec<Received>, GateRefusal>;

    /// What lists show of a document: its base with the pending changes on top. Refused ones are not among `pending`.
    fn card(&mut self, doc: DocId, base: &PhoneBase, pending: &[PendingChange]) -> Result<Vec<u8>, GateRefusal>;
}

/// A granted document that passed the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedDoc {
    /// Its heads.
    pub heads: Heads,
    /// All of it, as one snapshot.
    pub snapshot: Vec<u8>,
}

/// A base with recorded changes added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtendedDoc {
    /// Its heads.
    pub heads: Heads,
    /// The changes that were new, admitted.
    pub changes: Vec<Admitted>,
    /// A fresh snapshot when the tail has grown long; it covers the new changes too.
    pub snapshot: Option<Vec<u8>>,
}

/// The gate would not let a document or change in. The township is asked to send the document again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the gate refused a document of the township: {0}")]
pub struct GateRefusal(pub String);
