//! Names and measures of the exchange. Each carries its unit in its type.

use std::fmt;

use data_encoding::HEXLOWER;
use minicbor::{Decode, Encode};
use sha2::{Digest as _, Sha256};

macro_rules! id16 {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode)]
        #[cbor(transparent)]
        pub struct $name(#[cbor(with = "minicbor::bytes")] pub [u8; 16]);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), HEXLOWER.encode(&self.0))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&HEXLOWER.encode(&self.0))
            }
        }
    };
}

id16!(
    /// A document; 16 bytes that mean nothing here.
    DocId
);
id16!(
    /// A device: one installed copy of a phone's store.
    DeviceId
);
id16!(
    /// Whom a device reads for (a worker). The township keeps one access list and one digest per reader.
    ReaderId
);
id16!(
    /// One life of a township's log: new when the store is created *or restored*. All zero: never met a township.
    LogId
);

/// How often a document was begun anew (history trimmed, words erased); 0 as it was first begun. It keeps its [`DocId`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(pub u32);

/// A place in the township's log, in commit order. Zero is before the first entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct Position(#[n(0)] pub u64);

/// The township's clock, milliseconds since 1970 (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct ServerMillis(#[n(0)] pub i64);

/// The SHA-256 hash that names a change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct ChangeHash(#[cbor(with = "minicbor::bytes")] pub [u8; 32]);

impl fmt::Debug for ChangeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChangeHash({}…)", HEXLOWER.encode(&self.0[..6]))
    }
}

/// The hashes no other change of a document follows, sorted and without repeats. Empty: nothing recorded yet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode)]
#[cbor(transparent)]
pub struct Heads(#[n(0)] Vec<ChangeHash>);

impl<'b, C> Decode<'b, C> for Heads {
    /// Takes only what [`Heads::new`] makes: equal heads have equal bytes.
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        let hashes: Vec<ChangeHash> = Vec::decode(d, ctx)?;
        if hashes.is_sorted_by(|a, b| a < b) {
            Ok(Heads(hashes))
        } else {
            Err(minicbor::decode::Error::message("heads are not in order"))
        }
    }
}

impl Heads {
    /// Sorts and dedupes.
    pub fn new(mut hashes: Vec<ChangeHash>) -> Self {
        hashes.sort_unstable();
        hashes.dedup();
        Heads(hashes)
    }

    /// The hashes in order.
    pub fn hashes(&self) -> &[ChangeHash] {
        &self.0
    }

    /// Whether nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What a reader holds, in 16 bytes: the sum, modulo 2^128, of one number per (document, heads).
///
/// The order of documents does not matter and one document can be taken out and put back, so both sides keep it
/// incrementally. Equal digests prove equal documents as far as SHA-256 goes; a digest is compared, never adopted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct Digest(#[cbor(with = "minicbor::bytes")] [u8; 16]);

impl Digest {
    /// The digest of holding nothing.
    pub const EMPTY: Digest = Digest([0; 16]);

    /// The part one document contributes; a document without recorded changes contributes nothing.
    pub fn of(doc: DocId, heads: &Heads) -> Self {
        if heads.is_empty() {
            return Self::EMPTY;
        }
        let mut hasher = Sha256::new();
        hasher.update(doc.0);
        for hash in heads.hashes() {
            hasher.update(hash.0);
        }
        let hash: [u8; 32] = hasher.finalize().into();
        let mut part = [0; 16];
        part.copy_from_slice(&hash[..16]);
        Digest(part)
    }

    /// This digest with one more part.
    #[must_use]
    pub fn with(self, part: Digest) -> Self {
        Digest(u128::from_be_bytes(self.0).wrapping_add(u128::from_be_bytes(part.0)).to_be_bytes())
    }

    /// This digest with a part taken out.
    #[must_use]
    pub fn without(self, part: Digest) -> Self {
        Digest(u128::from_be_bytes(self.0).wrapping_sub(u128::from_be_bytes(part.0)).to_be_bytes())
    }

    /// The bytes stored.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// The digest stored as these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Digest(bytes)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({})", HEXLOWER.encode(&self.0))
    }
}
