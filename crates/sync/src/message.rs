//! What phone and township say to each other: one request, one reply, and the verdict on every change.
//!
//! Field numbers are for ever. A new optional field takes the next number; readers skip numbers they do not know.

use minicbor::{Decode, Encode};

use crate::ids::{ChangeHash, DeviceId, Digest, DocId, Heads, LogId, Position, ServerMillis};

/// A phone's side of one round trip.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Request {
    /// The device that asks; the request is signed with its key.
    #[n(0)]
    pub device: DeviceId,
    /// The log the position belongs to.
    #[n(1)]
    pub log: LogId,
    /// What the phone has absorbed so far.
    #[n(2)]
    pub position: Position,
    /// The digest of the recorded documents the phone holds.
    #[n(3)]
    pub digest: Digest,
    /// Changes without a verdict, oldest first within each document.
    #[n(4)]
    pub changes: Vec<DocChanges>,
    /// Everything the phone holds, when the township asked for it ([`Reply::list_heads`]).
    #[n(5)]
    pub holds: Option<Vec<DocHeads>>,
    /// The most bytes of entries the phone takes in one reply.
    #[n(6)]
    pub budget: Option<u32>,
}

/// Changes of one document, in the order they are to be judged.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct DocChanges {
    /// The document.
    #[n(0)]
    pub doc: DocId,
    /// Change chunks, uncompressed, as written.
    #[n(1)]
    pub changes: Vec<Chunk>,
}

/// A document and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct DocHeads {
    /// The document.
    #[n(0)]
    pub doc: DocId,
    /// Its heads.
    #[n(1)]
    pub heads: Heads,
}

/// Opaque bytes: a change chunk or a document snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Chunk(#[cbor(with = "minicbor::bytes")] pub Vec<u8>);

/// The township's side of one round trip.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Reply {
    /// The log this reply speaks of. Another one than the request's: keep everything, and list what you hold.
    #[n(0)]
    pub log: LogId,
    /// One verdict per change of the request, in its order.
    #[n(1)]
    pub verdicts: Vec<Verdict>,
    /// What happened after the request's position, in log order.
    #[n(2)]
    pub entries: Vec<Entry>,
    /// The phone's next position, once it has stored the entries.
    #[n(3)]
    pub position: Position,
    /// The digest of what the phone may read; it proves the phone complete when `more` is false.
    #[n(4)]
    pub digest: Digest,
    /// More entries wait after `position`.
    #[n(5)]
    pub more: bool,
    /// The digests cannot meet: send the next request with [`Request::holds`].
    #[n(6)]
    pub list_heads: bool,
    /// Come back no sooner than this many seconds.
    #[n(7)]
    pub retry_after_s: Option<u32>,
    /// The township's clock, for showing only.
    #[n(8)]
    pub server_time: ServerMillis,
}

/// One thing that happened in the township's log, as far as this reader is concerned.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Entry {
    /// New changes of a document the phone holds.
    #[n(0)]
    Changes(#[n(0)] DocChanges),
    /// A document the phone may read from now on (or must repair), whole: snapshot, then changes after it.
    #[n(1)]
    Granted {
        /// The document.
        #[n(0)]
        doc: DocId,
        /// A snapshot, if there is one.
        #[n(1)]
        snapshot: Option<Chunk>,
        /// Changes after the snapshot.
        #[n(2)]
        changes: Vec<Chunk>,
    },
    /// A document the phone may no longer read. It forgets the document once its own unsettled changes are settled.
    #[n(2)]
    Withdrawn {
        /// The document.
        #[n(0)]
        doc: DocId,
    },
    /// A verdict that replaces an earlier `held`: the office has decided.
    #[n(3)]
    Settled {
        /// The document.
        #[n(0)]
        doc: DocId,
        /// The change.
        #[n(1)]
        hash: ChangeHash,
        /// What became of it.
        #[n(2)]
        verdict: Verdict,
    },
}

/// What became of one change.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Verdict {
    /// In the township's log, durably.
    #[n(0)]
    Recorded,
    /// It was in the log already.
    #[n(1)]
    Known,
    /// Kept by the township until a person decides.
    #[n(2)]
    Held {
        /// Why, as a stable code.
        #[n(0)]
        reason: HeldReason,
    },
    /// Not taken. The words stay on the phone.
    #[n(3)]
    Refused {
        /// Why, as a stable code.
        #[n(0)]
        code: RefusedCode,
        /// A sentence for people, without personal data.
        #[n(1)]
        reason: String,
    },
}

/// Why a change waits for a person. Codes are for ever; an unknown one reads as [`HeldReason::Other`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HeldReason {
    /// The author may no longer write this document (reassigned, link ended).
    NoLongerEntitled,
    /// The device was suspended or revoked when the change arrived.
    DeviceSuspended,
    /// It follows a change that is held.
    FollowsHeld,
    /// A reason of a newer township.
    Other(u8),
}

/// Why a change was not taken. Codes are for ever; an unknown one reads as [`RefusedCode::Other`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefusedCode {
    /// The bytes are not a change, or break a bound of the pre-scan.
    Malformed,
    /// It depends on changes the township does not have: send those first.
    MissingDependency,
    /// Another change by the same actor with the same number is already in the log: write it again under a new actor.
    Forked,
    /// Counters or references that would break the document.
    Inconsistent,
    /// It was written under an actor that is not this device's.
    ForeignActor,
    /// The author may not write this.
    NotPermitted,
    /// The values are not what the document's kind allows.
    InvalidContent,
    /// It follows a change that was refused.
    FollowsRefused,
    /// A code of a newer township.
    Other(u8),
}
