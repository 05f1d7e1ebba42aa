//! Compression: raw deflate, with or without the preset dictionary, and always with a bound on what comes out.

use std::borrow::Cow;

use super::WireError;
use crate::dictionary::DICTIONARY_V1;
use crate::pack::{self, NotInflated};

/// Below this nothing is gained: ids and hashes do not compress.
const WORTH_COMPRESSING_BYTES: usize = 128;

/// How a payload is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// As it is.
    Plain,
    /// Deflate (RFC 1951).
    Deflate,
    /// Deflate with dictionary version 1 before the first byte.
    DeflateV1,
}

impl Codec {
    /// The codec byte of the frame.
    pub const fn to_u8(self) -> u8 {
        match self {
            Codec::Plain => 0,
            Codec::Deflate => 1,
            Codec::DeflateV1 => 2,
        }
    }

    /// What a codec byte means.
    pub const fn from_u8(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Codec::Plain),
            1 => Some(Codec::Deflate),
            2 => Some(Codec::DeflateV1),
            _ => None,
        }
    }

    /// Packs a payload.
    pub fn pack(self, payload: &[u8]) -> Vec<u8> {
        match self {
            Codec::Plain => payload.to_vec(),
            // Deflate into memory cannot fail; were it to, an empty body would be refused as malformed, never misread.
            Codec::Deflate => pack::deflate(payload, &[]).unwrap_or_default(),
            Codec::DeflateV1 => pack::deflate(payload, DICTIONARY_V1).unwrap_or_default(),
        }
    }

    /// Unpacks a payload of at most `max_bytes`. More is [`WireError::InflatesTooLarge`] and is never built; bytes that
    /// are no stream, or go on after it, are [`WireError::Malformed`].
    pub fn unpack(self, packed: &[u8], max_bytes: usize) -> Result<Cow<'_, [u8]>, WireError> {
        match self {
            Codec::Plain if packed.len() > max_bytes => Err(WireError::InflatesTooLarge),
            Codec::Plain => Ok(Cow::Borrowed(packed)),
            Codec::Deflate => inflate(packed, &[], max_bytes),
            Codec::DeflateV1 => inflate(packed, DICTIONARY_V1, max_bytes),
        }
    }
}

/// How far back into the dictionary packing looks. Whoever unpacks needs the whole dictionary in any case; what is packed with
/// its end alone unpacks the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// All of it: bytes are dear on a phone's line up, and a phone packs one message a night.
    Whole,
    /// Its last 8 KiB, where what is most often seen stands: a quarter of the time, and two bytes more in a night's reply.
    /// A township packs one for every phone.
    End,
}

impl Reach {
    fn of(self, dictionary: &[u8]) -> &[u8] {
        let from = match self {
            Reach::Whole => 0,
            Reach::End => dictionary.len().saturating_sub(8 << 10),
        };
        dictionary.get(from..).unwrap_or_default()
    }
}

/// A payload packed, where that is shorter; the same payload always gives the same answer. Deflate without the dictionary
/// is not tried: it saves a few bytes where nothing of the dictionary is of use, and would double the time.
pub(super) fn shortest(payload: Vec<u8>, reach: Reach) -> (Codec, Vec<u8>) {
    if payload.len() < WORTH_COMPRESSING_BYTES {
        return (Codec::Plain, payload);
    }
    match pack::pack(&payload, reach.of(DICTIONARY_V1)) {
        Some(packed) => (Codec::DeflateV1, packed),
        None => (Codec::Plain, payload),
    }
}

fn inflate<'p>(packed: &[u8], known: &[u8], max_bytes: usize) -> Result<Cow<'p, [u8]>, WireError> {
    let payload = pack::inflate(packed, known, max_bytes).map_err(|why| match why {
        NotInflated::TooLarge => WireError::InflatesTooLarge,
        NotInflated::Malformed => WireError::Malformed,
    });
    payload.map(Cow::Owned)
}
