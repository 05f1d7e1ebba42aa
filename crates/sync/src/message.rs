//! What phone and township say to each other: one request, one reply, and the verdict on every change.
//!
//! Field numbers are for ever. A new optional field takes the next number; readers skip numbers they do not know.

use std::collections::BTreeSet;

use minicbor::{Decode, Encode};

use crate::ids::{ChangeHash, DeviceId, Digest, DocId, Heads, LogId, Position, ServerMillis};
use crate::seal::Seal;
use crate::signature::Signature;
use crate::signed::Signed;

/// A phone's side of one round trip.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
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
    /// What the phone holds, when the township asked for it ([`Reply::list_heads`]).
    #[n(5)]
    pub holds: Option<Holds>,
    /// The most bytes of entries the phone takes in one reply.
    #[n(6)]
    pub budget: Option<u32>,
    /// What the township asked back ([`Reply::wanted`]).
    #[n(7)]
    pub returned: Option<Vec<Returned>>,
    /// Greater than that of every request of this device before: the phone's clock in milliseconds, or one more than the
    /// last. None only from phones that never had numbers.
    #[n(8)]
    pub number: Option<u64>,
    /// The number of the township's key this phone knows it by; none for the first.
    #[n(9)]
    pub knows: Option<u32>,
    /// The key the device will sign with from now on.
    #[n(10)]
    pub new_key: Option<NewKey>,
    /// The phone did as it was told and destroyed what it held.
    #[n(11)]
    pub wiped: Option<bool>,
    /// The phone asks for a fresh certificate.
    #[n(12)]
    pub certify: Option<bool>,
}

/// A device's next key.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct NewKey {
    /// The key, as it travels.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub public_key: Vec<u8>,
    /// Its signature over [`DeviceKeyProof`](crate::signed::DeviceKeyProof): whoever asks has the new key too.
    #[n(1)]
    pub proof: Signature,
}

/// Changes of one document that a township recorded in an earlier life of its log and has lost since, with its own seal
/// on them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Returned {
    /// The document.
    #[n(0)]
    pub doc: DocId,
    /// The heads the seal is over.
    #[n(1)]
    pub heads: Heads,
    /// The township's seal.
    #[n(2)]
    pub seal: Seal,
    /// The changes, in an order in which each follows what it depends on.
    #[n(3)]
    pub changes: Vec<Chunk>,
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

/// What the phone holds of the documents in one range of ids, so that a long list can be compared piece by piece.
#[derive(Clone, Debug, PartialEq, Eq, Default, Encode, Decode)]
pub struct Holds {
    /// The range begins after this id; absent, at the first document.
    #[n(0)]
    pub after: Option<DocId>,
    /// The range ends with this id; absent, with the last document.
    #[n(1)]
    pub until: Option<DocId>,
    /// Every document of the range that has recorded changes and was not withdrawn, in the order of ids.
    #[n(2)]
    pub docs: Vec<DocHeads>,
}

/// Opaque bytes: a change chunk or a document snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Chunk(#[cbor(with = "minicbor::bytes")] pub Vec<u8>);

/// The township's side of one round trip.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Reply {
    /// The log this reply speaks of. Another one than the request's: keep everything, and list what you hold.
    #[n(0)]
    pub log: LogId,
    /// One verdict per change of the request, in its order.
    #[n(1)]
    pub verdicts: Vec<Verdict>,
    /// What happened after the request's position, in log order; in the reply to a list, what was repaired, by id.
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
    /// The digests cannot meet: send the next request with [`Request::holds`]. In the reply to a list: the range is not
    /// finished, go on after the last document of `entries`.
    #[n(6)]
    pub list_heads: bool,
    /// Come back no sooner than this many seconds.
    #[n(7)]
    pub retry_after_s: Option<u32>,
    /// The township's clock, for showing only.
    #[n(8)]
    pub server_time: ServerMillis,
    /// One seal for each document of [`Reply::spoken_of`], in its order; none for a document that is blank here.
    #[n(9)]
    pub seals: Option<Vec<Option<Seal>>>,
    /// Which of the verdicts, by their places, are on changes that went in late: the author was entitled no longer.
    #[n(10)]
    pub late: Option<Vec<u32>>,
    /// Documents of which the phone holds something this log does not, each with the heads it has here: give it back.
    #[n(11)]
    pub wanted: Option<Vec<DocHeads>>,
    /// What the phone has to do beyond absorbing.
    #[n(12)]
    pub order: Option<Order>,
    /// A fresh certificate ([`Certificate`](crate::signed::Certificate)).
    #[n(13)]
    pub certificate: Option<Signed>,
    /// The township's later keys ([`TownshipKey`](crate::signed::TownshipKey)), each signed by the one before; from the
    /// first on for a phone that has no certificate yet.
    #[n(14)]
    pub keys: Option<Vec<Signed>>,
}

impl Reply {
    /// The changes of the request that went in late.
    pub fn late_changes<'a>(&'a self, request: &'a Request) -> impl Iterator<Item = (DocId, &'a [u8])> {
        let sent = request.changes.iter().flat_map(|of_doc| {
            let doc = of_doc.doc;
            of_doc.changes.iter().map(move |Chunk(bytes)| (doc, bytes.as_slice()))
        });
        let late = |place: usize| {
            u32::try_from(place).is_ok_and(|place| self.late.iter().flatten().any(|late| *late == place))
        };
        sent.enumerate().filter(move |(place, _)| late(*place)).map(|(_, change)| change)
    }

    /// The documents a reply brings seals for: those the request sent changes of, then those it listed, then those of
    /// entries that are changes or grants; each once.
    pub fn spoken_of(&self, request: &Request) -> Vec<DocId> {
        let sent = request.changes.iter().map(|doc| doc.doc);
        let listed = request.holds.iter().flat_map(|holds| &holds.docs).map(|doc| doc.doc);
        let told = self.entries.iter().filter_map(|entry| match entry {
            Entry::Changes(changes) => Some(changes.doc),
            Entry::Granted { doc, .. } => Some(*doc),
            Entry::Withdrawn { .. } | Entry::Settled { .. } => None,
        });
        let mut known = BTreeSet::new();
        sent.chain(listed).chain(told).filter(|doc| known.insert(*doc)).collect()
    }
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

/// An enum that travels as one small number: known numbers have names, the rest are carried as `Other`.
macro_rules! codes {
    (
        $(#[$doc:meta])*
        $name:ident { $( $(#[$vdoc:meta])* $variant:ident = $code:literal $text:literal, )+ }
        $(#[$odoc:meta])* Other
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $( $(#[$vdoc])* $variant, )+
            $(#[$odoc])*
            Other(u8),
        }

        impl $name {
            /// Every code this version has a name for.
            pub const NAMED: &[$name] = &[$($name::$variant),+];

            /// The number that travels and is stored.
            pub const fn to_u8(self) -> u8 {
                match self {
                    $($name::$variant => $code,)+
                    $name::Other(code) => code,
                }
            }

            /// What a number means; an unknown one is kept as it is.
            pub const fn from_u8(code: u8) -> Self {
                match code {
                    $($code => $name::$variant,)+
                    other => $name::Other(other),
                }
            }

            /// A stable word for JSON, logs and translation tables.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $text,)+
                    $name::Other(_) => "other",
                }
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.u8(self.to_u8())?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                d.u8().map(Self::from_u8)
            }
        }
    };
}

codes! {
    /// What a township tells a phone to do. Codes are for ever; an unknown one reads as [`Order::Other`] and is not obeyed.
    Order {
        /// Destroy everything on this phone, and say so.
        Wipe = 1 "wipe",
    }
    /// An order of a newer township.
    Other
}

codes! {
    /// Why a change waits for a person. Codes are for ever; an unknown one reads as [`HeldReason::Other`].
    HeldReason {
        /// The author may no longer write this document (reassigned, link ended).
        NoLongerEntitled = 1 "no_longer_entitled",
        /// The device was suspended or revoked when the change arrived.
        DeviceSuspended = 2 "device_suspended",
        /// It follows a change that is held.
        FollowsHeld = 3 "follows_held",
    }
    /// A reason of a newer township.
    Other
}

codes! {
    /// Why a change was not taken. Codes are for ever; an unknown one reads as [`RefusedCode::Other`].
    RefusedCode {
        /// The bytes are not a change, or break a bound of the pre-scan.
        Malformed = 1 "malformed",
        /// It depends on changes the township does not have. Not final: a township does not remember this answer, and
        /// the phone keeps the change and sends it again later.
        MissingDependency = 2 "missing_dependency",
        /// Another change by the same actor with the same number is already in the log: write it again under a new actor.
        Forked = 3 "forked",
        /// Counters or references that would break the document.
        Inconsistent = 4 "inconsistent",
        /// It was written under an actor that is not this device's.
        ForeignActor = 5 "foreign_actor",
        /// The author may not write this.
        NotPermitted = 6 "not_permitted",
        /// The values are not what the document's kind allows.
        InvalidContent = 7 "invalid_content",
        /// It follows a change that was refused.
        FollowsRefused = 8 "follows_refused",
        /// It was written on an earlier generation of the document, and that one is closed: write it again on the present.
        GenerationClosed = 9 "generation_closed",
        /// The office looked at it while it was held, and declined.
        Declined = 10 "declined",
    }
    /// A code of a newer township.
    Other
}
