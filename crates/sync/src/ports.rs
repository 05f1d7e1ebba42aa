//! What the exchange needs from the rest of a phone or a township. The session machines own these ports; stores, and
//! the documents crate through its hosts, implement them. Every call can fail, and a failed call has changed nothing.

use crate::ids::{ChangeHash, DeviceId, Digest, DocId, Generation, Heads, LogId, Position, ReaderId, ServerMillis};
use crate::message::{DocChanges, Entry, HeldReason, RefusedCode, Verdict};
use crate::seal::{Seal, SealKey};

// ------------------------------------------------------------------------------------------------ the township

/// Reading a township's store, all calls of one exchange on one consistent snapshot of it.
pub trait TownshipReader {
    /// What a store failure is.
    type Error;

    /// Where the log stands, and what `reader` may read of it.
    fn standing(&self, reader: ReaderId) -> Result<Standing, Self::Error>;

    /// What happened to `reader` after `after`, in log order, until about `budget` bytes are filled. At least one entry
    /// if there is any; never more than [`MAX_CHANGES`](crate::limits::MAX_CHANGES) changes. Documents granted after
    /// `after`, or first recorded after it, come whole; a document withdrawn and granted again comes once. Changes that
    /// came from `device` itself are left out: it has them; a document it began itself comes as what others added. A
    /// document begun anew after `after` comes whole to all its readers, whoever wrote what.
    fn page(&self, reader: ReaderId, device: DeviceId, after: Position, budget: usize) -> Result<Page, Self::Error>;

    /// The heads of every document `reader` may read and that has recorded changes.
    fn readable(&self, reader: ReaderId) -> Result<Vec<(DocId, Heads)>, Self::Error>;

    /// One document as it is recorded: what the gate judges against, and what a grant or repair sends. `None` when the
    /// township has never recorded anything under this id.
    fn document(&self, doc: DocId) -> Result<Option<RecordedDoc>, Self::Error>;

    /// The heads of one document, without its bytes; empty when the township has never recorded anything of it.
    fn heads(&self, doc: DocId) -> Result<Heads, Self::Error>;

    /// The verdict already given to a change, if it was recorded ([`Verdict::Recorded`]), held or refused before. A change
    /// that was recorded stays so when its generation is closed.
    fn verdict(&self, doc: DocId, hash: ChangeHash) -> Result<Option<Verdict>, Self::Error>;
}

/// Where a reader stands in the township's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The log's present life.
    pub log: LogId,
    /// The last position of the whole log.
    pub head: Position,
    /// The last position that concerns this reader.
    pub newest: Position,
    /// The digest of the documents this reader may read.
    pub digest: Digest,
    /// The township's key for seals: of every reader the same, and the same in every copy of the store.
    pub seals: SealKey,
}

/// A piece of the log as one reader sees it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Page {
    /// The entries.
    pub entries: Vec<Entry>,
    /// The position reached: everything up to it is in `entries`.
    pub position: Position,
    /// Whether more waits after it.
    pub more: bool,
}

/// A document as the township holds it. The bytes mean nothing to the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedDoc {
    /// The document.
    pub doc: DocId,
    /// Its heads.
    pub heads: Heads,
    /// The last snapshot, if one was stored.
    pub snapshot: Option<Vec<u8>>,
    /// Changes recorded after the snapshot, in log order.
    pub tail: Vec<Vec<u8>>,
    /// What permission depends on, in the gate's own encoding.
    pub facts: Vec<u8>,
    /// Which generation it is. A later one than the first always has a snapshot.
    pub generation: Generation,
}

/// Everything one exchange (or one act of the office) writes, committed as one transaction or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Commit {
    /// Documents this commit was judged against, with the heads they had (empty: not recorded). If any has moved since,
    /// the commit is [`CommitOutcome::Stale`] and nothing is written: judge again.
    pub based_on: Vec<(DocId, Heads)>,
    /// Documents with new changes.
    pub documents: Vec<AdmittedDoc>,
    /// Access lists to replace, for documents whose readers changed. The store turns the difference into grants and
    /// withdrawals in the log and keeps every reader's digest.
    pub access: Vec<DocAccess>,
    /// Changes that wait for a person.
    pub held: Vec<HeldChange>,
    /// Changes that were not taken, so that the same bytes get the same answer again.
    pub refused: Vec<RefusedChange>,
    /// Whose exchange this is; `None` for the office. When the office decides about a held change (admits it in
    /// `documents`, or puts it into `refused`), the store appends [`Entry::Settled`] for the device it was held from.
    pub from: Option<Caller>,
    /// The township's clock.
    pub at: ServerMillis,
}

/// Who asks: a device, and the person it reads for. The server knows this from the signature, never from the body alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caller {
    /// The device.
    pub device: DeviceId,
    /// Whom it reads for.
    pub reader: ReaderId,
}

/// New changes of one document, and all that follows from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdmittedDoc {
    /// The document.
    pub doc: DocId,
    /// Its new changes, in an order in which each follows what it depends on. Only a gate makes these.
    pub changes: Vec<Admitted>,
    /// Its heads after them.
    pub heads: Heads,
    /// A fresh snapshot to replace the stored one; `None` leaves the snapshot and lengthens the tail.
    pub snapshot: Option<Vec<u8>>,
    /// What permission depends on, after these changes.
    pub facts: Vec<u8>,
    /// The document's rows in the views, all of them: they replace what the views held of this document.
    pub rows: Vec<ViewRow>,
    /// These changes begin the document anew. What was recorded of it before goes: changes, snapshot and rows, in the same
    /// transaction; what is held of it is refused as [`RefusedCode::GenerationClosed`]. Every reader gets it whole.
    pub begins: Option<Beginning>,
}

/// A new generation of a document; its [`AdmittedDoc`] has all the changes of it, and a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// Which one.
    pub generation: Generation,
    /// Words go for good: sentences written about the document's changes go too.
    pub erases: bool,
    /// Why, in a sentence that stays in the log.
    pub reason: String,
}

/// A row of a view. Views are derived from documents and can be rebuilt at any time.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewRow {
    /// The view's name.
    pub view: &'static str,
    /// The values, in the order of the view's columns.
    pub values: Vec<ViewValue>,
}

impl Eq for ViewRow {}

/// A value in a view.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ViewValue {
    /// Nothing.
    Null,
    /// A whole number, or 0 and 1 for no and yes.
    Int(i64),
    /// Text, dates and ids included.
    Text(String),
}

/// Who may read one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocAccess {
    /// The document.
    pub doc: DocId,
    /// Every reader, in any order.
    pub readers: Vec<ReaderId>,
}

/// A change that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldChange {
    /// The document.
    pub doc: DocId,
    /// The change.
    pub hash: ChangeHash,
    /// Its bytes, kept.
    pub bytes: Vec<u8>,
    /// Why it waits.
    pub reason: HeldReason,
}

/// A change that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedChange {
    /// The document.
    pub doc: DocId,
    /// The change.
    pub hash: ChangeHash,
    /// Why, as a stable code.
    pub code: RefusedCode,
    /// A sentence for people, without personal data.
    pub reason: String,
}

/// What became of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitOutcome {
    /// Durable. `head` is the log's last position after it.
    Committed {
        /// The log's last position.
        head: Position,
    },
    /// A document it was judged against has moved; nothing was written.
    Stale,
}

/// A township's store, shared by every exchange that is under way.
pub trait Township {
    /// What a store failure is.
    type Error;
    /// One consistent snapshot for reading.
    type Reader: TownshipReader<Error = Self::Error>;

    /// Opens a snapshot of everything committed so far.
    fn read(&self) -> Result<Self::Reader, Self::Error>;

    /// Writes one commit durably and waits until it is; a store gathers commits of several exchanges into one
    /// transaction (one fsync for many phones). A stale commit writes nothing and does not disturb the others.
    fn commit(&self, commit: Commit) -> Result<CommitOutcome, Self::Error>;
}

/// The township's judge of changes: the documents crate behind the exchange.
pub trait TownshipGate<R: TownshipReader> {
    /// What a failure is that is nobody's change's fault (the store could not be read, a worker died).
    type Error;

    /// Gives every change its verdict, in order, as of `reader`'s snapshot, and says what to commit so that the verdicts
    /// hold. A change that has a verdict already gets it again (recorded becomes [`Verdict::Known`]), except
    /// [`RefusedCode::MissingDependency`], which is never remembered. One bad change never changes the verdict of a
    /// change that does not follow it. Called again on a newer snapshot when the commit came too late.
    fn judge(
        &self,
        reader: &R,
        caller: Caller,
        changes: &[DocChanges],
        at: ServerMillis,
    ) -> Result<Judged, Self::Error>;

    /// Takes back what this township recorded in an earlier life of its log, whoever wrote it: the seal is checked, so
    /// nobody is asked for permission again, but no change reaches a document unscanned and untried. Only changes up to
    /// the sealed heads count; what does not fit is left out. Verdicts stay empty: these are nobody's pending changes.
    fn take_back(
        &self,
        reader: &R,
        caller: Caller,
        documents: &[SealedDoc],
        at: ServerMillis,
    ) -> Result<Judged, Self::Error>;
}

/// Changes of a document under this township's own seal. Only the session makes these, after it has checked the seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedDoc {
    doc: DocId,
    heads: Heads,
    changes: Vec<Received>,
}

impl SealedDoc {
    /// Called by the session once the seal is found to be the township's own.
    pub(crate) fn new(doc: DocId, heads: Heads, changes: Vec<Received>) -> Self {
        SealedDoc { doc, heads, changes }
    }

    /// The document.
    pub fn doc(&self) -> DocId {
        self.doc
    }

    /// The heads the township had recorded: they and what they follow are its record.
    pub fn heads(&self) -> &Heads {
        &self.heads
    }

    /// The changes, each after what it depends on.
    pub fn changes(&self) -> &[Received] {
        &self.changes
    }
}

/// What the gate decided about the changes of one request.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Judged {
    /// One per change, in order.
    pub verdicts: Vec<Verdict>,
    /// The places, ascending, of the changes that went in late, now or when they were recorded.
    pub late: Vec<u32>,
    /// What to write; `None` when every verdict was given before.
    pub commit: Option<Commit>,
    /// Documents it had to load.
    pub documents_loaded: u32,
}

// ------------------------------------------------------------------------------------------------ trust as a type

/// A change as it came: opaque, unjudged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received(Vec<u8>);

impl Received {
    /// Takes bytes from the network.
    pub fn new(bytes: Vec<u8>) -> Self {
        Received(bytes)
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// A change the pre-scan found bounded and well-formed; still nobody's word that it fits its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scanned {
    hash: ChangeHash,
    bytes: Vec<u8>,
}

impl Scanned {
    /// Called by a gate after its pre-scan.
    pub fn by_gate(received: Received, hash: ChangeHash) -> Self {
        Scanned { hash, bytes: received.0 }
    }

    /// The change's name.
    pub fn hash(&self) -> ChangeHash {
        self.hash
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// A change that passed the whole gate: scanned, permitted and applied on trial. Logs and stores take nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    hash: ChangeHash,
    bytes: Vec<u8>,
    by_township: bool,
}

impl Admitted {
    /// Called by a gate after the trial.
    pub fn by_gate(scanned: Scanned) -> Self {
        Admitted { hash: scanned.hash, bytes: scanned.bytes, by_township: false }
    }

    /// The same for a change the township itself adds to what a device brought (the mark on late work): that device has
    /// not got it yet, and is sent it like everybody.
    pub fn by_township(scanned: Scanned) -> Self {
        Admitted { by_township: true, ..Admitted::by_gate(scanned) }
    }

    /// Whether the township added it itself.
    pub fn is_by_township(&self) -> bool {
        self.by_township
    }

    /// The change's name.
    pub fn hash(&self) -> ChangeHash {
        self.hash
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

// ------------------------------------------------------------------------------------------------ the phone

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
