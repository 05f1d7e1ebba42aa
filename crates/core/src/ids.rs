//! Names of things: documents, people, records, devices, moments.
//!
//! Every id is minted by whoever creates the thing, before it is stored or sent, so a retry never makes a second one.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, TimeDelta};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// The first `N` bytes of a SHA-256 over a purpose and length-prefixed parts.
fn hash_parts<const N: usize>(purpose: &[u8], parts: &[&[u8]]) -> [u8; N] {
    let mut hasher = Sha256::new();
    hasher.update(purpose);
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    let hash: [u8; 32] = hasher.finalize().into();
    std::array::from_fn(|at| hash.get(at).copied().unwrap_or_default())
}

/// What a document holds. The kind is the first byte of its [`DocId`], so an id cannot lie about it and no table or
/// message repeats it. A kind this version does not know is carried as [`DocKind::Other`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocKind {
    /// One village's areas, workers and links.
    Roster,
    /// One household's card, residents and visits.
    Household,
    /// One author's diary for one month.
    Diary,
    /// One resident's concern and its steps.
    Matter,
    /// One meeting: agenda, decisions, ballots, minutes.
    Meeting,
    /// The help plan of one hardship household.
    HelpPlan,
    /// One worker's public pledges of one year.
    Pledge,
    /// A studio or a service team, with its service record.
    Studio,
    /// A practice base (创业实践基地) with its training batches.
    Base,
    /// A care fund: its ledger of entries.
    Fund,
    /// One household's application for aid, with its steps.
    Application,
    /// What one worker put into the complaint box (意见箱), with the town desk's replies.
    Complaint,
    /// Written by a newer version: stored and exchanged, not interpreted.
    Other(u8),
}

impl DocKind {
    /// The byte that stands for this kind in a [`DocId`]; never reused, never renumbered.
    pub const fn code(self) -> u8 {
        match self {
            DocKind::Roster => 1,
            DocKind::Household => 2,
            DocKind::Diary => 3,
            DocKind::Matter => 4,
            DocKind::Meeting => 5,
            DocKind::HelpPlan => 6,
            DocKind::Pledge => 7,
            DocKind::Studio => 8,
            DocKind::Base => 9,
            DocKind::Fund => 10,
            DocKind::Application => 11,
            DocKind::Complaint => 12,
            DocKind::Other(code) => code,
        }
    }

    /// What it is called in addresses and commands; `other` for a kind of a newer version.
    pub const fn name(self) -> &'static str {
        match self {
            DocKind::Roster => "roster",
            DocKind::Household => "household",
            DocKind::Diary => "diary",
            DocKind::Matter => "matter",
            DocKind::Meeting => "meeting",
            DocKind::HelpPlan => "plan",
            DocKind::Pledge => "pledge",
            DocKind::Studio => "studio",
            DocKind::Base => "base",
            DocKind::Fund => "fund",
            DocKind::Application => "aid",
            DocKind::Complaint => "complaint",
            DocKind::Other(_) => "other",
        }
    }

    /// The kind a name stands for.
    pub fn from_name(name: &str) -> Option<Self> {
        crate::kind::KNOWN.iter().copied().find(|kind| kind.name() == name)
    }

    /// The kind a byte stands for.
    pub const fn from_code(code: u8) -> Self {
        match code {
            1 => DocKind::Roster,
            2 => DocKind::Household,
            3 => DocKind::Diary,
            4 => DocKind::Matter,
            5 => DocKind::Meeting,
            6 => DocKind::HelpPlan,
            7 => DocKind::Pledge,
            8 => DocKind::Studio,
            9 => DocKind::Base,
            10 => DocKind::Fund,
            11 => DocKind::Application,
            12 => DocKind::Complaint,
            other => DocKind::Other(other),
        }
    }
}

/// A document's name: a UUID (version 8) whose first byte is the document's kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Uuid", into = "Uuid")]
pub struct DocId([u8; 16]);

/// Bytes or text that are not the name of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a document id: it must be a version 8 UUID")]
pub struct NotADocId;

impl DocId {
    /// A name for a new document of `kind` from 16 random bytes.
    pub fn mint(kind: DocKind, random: [u8; 16]) -> Self {
        let mut bytes = uuid::Builder::from_custom_bytes(random).into_uuid().into_bytes();
        bytes[0] = kind.code();
        DocId(bytes)
    }

    /// The name every device derives for the same thing (one author's diary month, one village's roster), from the
    /// parts that identify it. Parts are length-prefixed, so `["ab", "c"]` and `["a", "bc"]` differ.
    pub fn derive(kind: DocKind, parts: &[&[u8]]) -> Self {
        Self::mint(kind, hash_parts(&[kind.code()], parts))
    }

    /// Takes 16 bytes from disk or network; anything but a version 8 UUID is refused.
    pub fn from_bytes(bytes: [u8; 16]) -> Result<Self, NotADocId> {
        match Uuid::from_bytes(bytes).get_version_num() {
            8 => Ok(DocId(bytes)),
            _ => Err(NotADocId),
        }
    }

    /// The 16 bytes stored and sent.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// What the document holds.
    pub const fn kind(self) -> DocKind {
        DocKind::from_code(self.0[0])
    }
}

impl TryFrom<Uuid> for DocId {
    type Error = NotADocId;
    fn try_from(uuid: Uuid) -> Result<Self, NotADocId> {
        Self::from_bytes(uuid.into_bytes())
    }
}

impl From<DocId> for Uuid {
    fn from(id: DocId) -> Uuid {
        Uuid::from_bytes(id.0)
    }
}

impl FromStr for DocId {
    type Err = NotADocId;
    fn from_str(text: &str) -> Result<Self, NotADocId> {
        text.parse::<Uuid>().map_err(|_| NotADocId)?.try_into()
    }
}

impl fmt::Display for DocId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Uuid::from_bytes(self.0).fmt(f)
    }
}

impl fmt::Debug for DocId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {self}", self.kind())
    }
}

/// How often a document was begun anew to trim its history or to erase words from it; 0 as it was first begun. A document
/// keeps its [`DocId`] through all of them, and no change of one generation fits into another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(pub u32);

impl Generation {
    /// As it was first begun.
    pub const FIRST: Generation = Generation(0);

    /// The one after this; `None` after the last there can be.
    pub fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Generation)
    }
}

/// A worker (member, lead, cadre, clerk): whoever writes and reads. Also the reader a township keeps an access list for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkerId(pub Uuid);

impl WorkerId {
    /// The id every import derives for the same line of a list, so that importing again makes nobody twice.
    pub fn derive(parts: &[&[u8]]) -> Self {
        WorkerId(uuid::Builder::from_custom_bytes(hash_parts(b"worker", parts)).into_uuid())
    }
}

impl fmt::Display for WorkerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for WorkerId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(WorkerId)
    }
}

/// A record inside a document (a visit, a diary entry, a step): 8 random bytes, unique within its document,
/// written as 11 characters of URL-safe base64.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub [u8; 8]);

impl RecordId {
    /// The id every import derives for the same record, so that importing again adds nothing.
    pub fn derive(parts: &[&[u8]]) -> Self {
        RecordId(hash_parts(b"record", parts))
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::BASE64URL_NOPAD.encode(&self.0))
    }
}

impl fmt::Debug for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Text that is not the name of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a record id: it must be 11 characters of URL-safe base64")]
pub struct NotARecordId;

impl FromStr for RecordId {
    type Err = NotARecordId;
    fn from_str(text: &str) -> Result<Self, NotARecordId> {
        let bytes = data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| NotARecordId)?;
        bytes.try_into().map(RecordId).map_err(|_| NotARecordId)
    }
}

impl Serialize for RecordId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RecordId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Whose hand wrote a change: worker, device and *incarnation*, in 16 bytes that the change itself carries.
///
/// Layout: 8 bytes of the worker's id, 6 of the device's, 2 of the incarnation (big-endian). Nothing else has to be
/// stored or sent to know who wrote a value, and the township checks the first 14 bytes against the phone it
/// authenticated. Another incarnation is drawn whenever a store may have been copied or restored, so that no two stores
/// write under one actor for long.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActorId([u8; 16]);

impl ActorId {
    /// The genesis change's author: no worker, no device.
    pub const GENESIS: ActorId = ActorId([0; 16]);

    /// The actor of one incarnation of a worker's device.
    pub fn new(worker: WorkerId, device: [u8; 16], incarnation: u16) -> Self {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&worker.0.as_bytes()[..8]);
        bytes[8..14].copy_from_slice(&device[..6]);
        bytes[14..].copy_from_slice(&incarnation.to_be_bytes());
        ActorId(bytes)
    }

    /// The actor named by bytes from a change; `None` unless there are exactly 16.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(ActorId)
    }

    /// Another hand of the same worker, one that belongs to no device: for what the township writes again in their name.
    /// The same `hand` gives the same actor.
    #[must_use]
    pub fn stand_in(self, hand: &[u8]) -> Self {
        let mut bytes = self.0;
        let named = Sha256::new().chain_update(b"lianhu stand-in 1").chain_update(hand).chain_update(self.0).finalize();
        bytes.iter_mut().skip(8).zip(named).for_each(|(byte, new)| *byte = new);
        ActorId(bytes)
    }

    /// The bytes a change carries.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// Whether this is some incarnation of `device` in the hands of `worker`.
    pub fn belongs_to(self, worker: WorkerId, device: [u8; 16]) -> bool {
        self.0[..14] == ActorId::new(worker, device, 0).0[..14]
    }

    /// Whether `worker` wrote under this actor, on whatever device.
    pub fn is_of(self, worker: WorkerId) -> bool {
        self.0[..8] == worker.0.as_bytes()[..8]
    }
}

impl fmt::Debug for ActorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

/// A moment as a device's clock claimed it, in milliseconds since 1970 (UTC). Shown to people; never used to order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceMillis(pub i64);

impl DeviceMillis {
    /// Day and time by the clock on the wall: the whole country keeps the time of UTC+8.
    pub fn in_china(self) -> NaiveDateTime {
        let utc = DateTime::from_timestamp_millis(self.0).unwrap_or_default().naive_utc();
        utc.checked_add_signed(TimeDelta::hours(8)).unwrap_or(utc)
    }
}

/// The SHA-256 hash that names a change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeHash(pub [u8; 32]);

impl fmt::Debug for ChangeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0[..6]))
    }
}

/// Who writes, with which hand, and when by that device's clock. Every write takes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The worker who writes.
    pub worker: WorkerId,
    /// The device incarnation that writes.
    pub actor: ActorId,
    /// The device's clock.
    pub at: DeviceMillis,
}
