//! Compression: raw deflate, with or without the preset dictionary, and always with a bound on what comes out.

use std::borrow::Cow;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::WireError;
use crate::dictionary::DICTIONARY_V1;

/// Below this nothing is gained: ids and hashes do not compress.
const WORTH_COMPRESSING_BYTES: usize = 128;
/// Above this the dictionary's start-up cost is nothing and only one compression is tried.
const SMALL_BYTES: usize = 64 << 10;

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
            Codec::Deflate => deflate(payload, None).unwrap_or_default(),
            Codec::DeflateV1 => deflate(payload, Some(DICTIONARY_V1)).unwrap_or_default(),
        }
    }

    /// Unpacks a payload of at most `max_bytes`. More is [`WireError::InflatesTooLarge`] and is never built; bytes that
    /// are no stream, or go on after it, are [`WireError::Malformed`].
    pub fn unpack(self, packed: &[u8], max_bytes: usize) -> Result<Cow<'_, [u8]>, WireError> {
        match self {
            Codec::Plain if packed.len() > max_bytes => Err(WireError::InflatesTooLarge),
            Codec::Plain => Ok(Cow::Borrowed(packed)),
            Codec::Deflate => inflate(packed, None, max_bytes).map(Cow::Owned),
            Codec::DeflateV1 => inflate(packed, Some(DICTIONARY_V1), max_bytes).map(Cow::Owned),
        }
    }
}

/// The codec that makes this payload shortest, and the packed bytes; the same payload always gives the same answer.
pub(super) fn shortest(payload: Vec<u8>) -> (Codec, Vec<u8>) {
    let candidates: &[Codec] = match payload.len() {
        0..WORTH_COMPRESSING_BYTES => &[],
        WORTH_COMPRESSING_BYTES..=SMALL_BYTES => &[Codec::Deflate, Codec::DeflateV1],
        _ => &[Codec::DeflateV1],
    };
    let mut best = (Codec::Plain, payload);
    let packed: Vec<_> = candidates.iter().map(|codec| (*codec, codec.pack(&best.1))).collect();
    for (codec, bytes) in packed {
        if !bytes.is_empty() && bytes.len() < best.1.len() {
            best = (codec, bytes);
        }
    }
    best
}

fn deflate(payload: &[u8], dictionary: Option<&[u8]>) -> Option<Vec<u8>> {
    let mut compress = Compress::new(Compression::new(6), false);
    if let Some(dictionary) = dictionary {
        compress.set_dictionary(dictionary).ok()?;
    }
    let mut packed = Vec::with_capacity(payload.len() / 2 + 64);
    loop {
        let rest = payload.get(usize::try_from(compress.total_in()).ok()?..)?;
        match compress.compress_vec(rest, &mut packed, FlushCompress::Finish).ok()? {
            Status::StreamEnd => return Some(packed),
            Status::Ok | Status::BufError => packed.reserve(packed.len().max(256)),
        }
    }
}

/// Inflates at most `max_bytes`; everything packed must belong to the stream.
fn inflate(packed: &[u8], dictionary: Option<&[u8]>, max_bytes: usize) -> Result<Vec<u8>, WireError> {
    let mut decompress = Decompress::new(false);
    if let Some(dictionary) = dictionary {
        decompress.set_dictionary(dictionary).map_err(|_| WireError::Malformed)?;
    }
    let mut payload = Vec::with_capacity(packed.len().saturating_mul(4).clamp(256, 1 << 20).min(max_bytes + 1));
    loop {
        let read = usize::try_from(decompress.total_in()).map_err(|_| WireError::Malformed)?;
        let rest = packed.get(read..).ok_or(WireError::Malformed)?;
        let written = payload.len();
        let status =
            decompress.decompress_vec(rest, &mut payload, FlushDecompress::None).map_err(|_| WireError::Malformed)?;
        if payload.len() > max_bytes {
            return Err(WireError::InflatesTooLarge);
        }
        if status == Status::StreamEnd {
            let whole = decompress.total_in() == packed.len() as u64;
            return if whole { Ok(payload) } else { Err(WireError::Malformed) };
        }
        if payload.len() == payload.capacity() {
            // One byte beyond the bound is room enough to notice that the bound is passed.
            payload.reserve_exact(payload.len().clamp(256, 1 << 20).min(max_bytes + 1 - payload.len()));
        } else if payload.len() == written && decompress.total_in() == read as u64 {
            return Err(WireError::Malformed);
        }
    }
}
