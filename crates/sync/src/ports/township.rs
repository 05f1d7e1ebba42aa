//! The township's side: its store, its gate, and what one exchange writes.

use std::collections::BTreeSet;

use super::trust::{Admitted, Received};
use crate::ids::{ChangeHash, DeviceId, Digest, DocId, Generation, Heads, LogId, Position, ReaderId, ServerMillis};
use crate::message::{DocChanges, Entry, HeldReason, RefusedCode, Verdict};
use crate::seal::SealKey;
use crate::sentence::Sentence;

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
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Words that go with this commit, for the list of erasures; the documents themselves are in `documents`.
    pub erasures: Vec<Erasure>,
    /// Names of changes that were recorded in an earlier life of the log, in a generation that is closed: their words
    /// are in `documents`, written again, or gone.
    pub closed: Vec<(DocId, ChangeHash)>,
    /// What stands in for a generation that is not here; `None` when it stands in no longer.
    pub stand_ins: Vec<(DocId, Option<StandIn>)>,
}

/// That words went for good: which, from where, and why, but not what they were.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Erasure {
    /// The document.
    pub doc: DocId,
    /// The generation it was begun anew in.
    pub generation: Generation,
    /// The keys, with all that is inside them; `None`: everything but what says who reads it.
    pub keys: Option<Vec<String>>,
    /// The names of the recorded changes whose words went: a phone that never heard that one was recorded sends it again.
    pub changes: Vec<ChangeHash>,
    /// Why, in a sentence that does not repeat the words.
    pub reason: Sentence,
}

/// A beginning of a generation by a township that was put back: what it was begun with elsewhere is not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandIn {
    /// The heads of what stands in, by itself.
    pub heads: Heads,
    /// The heads, in the generation before, of what it was made from.
    pub of: Heads,
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
    /// The document's rows in the views: they replace what the views held of this document.
    pub rows: Vec<ViewRow>,
    /// Of rows that name a record, `rows` has those of these records alone, and what the views hold of other records stays; `None`
    /// when `rows` are all of them.
    pub records: Option<BTreeSet<RecordName>>,
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

/// A record of a document, as the host names it.
pub type RecordName = [u8; 8];

/// A row of a view. Views are derived from documents and can be rebuilt at any time.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewRow {
    /// The view's name.
    pub view: &'static str,
    /// The record it is of, in a view whose rows stand in the order of records; none in others.
    pub record: Option<RecordName>,
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
