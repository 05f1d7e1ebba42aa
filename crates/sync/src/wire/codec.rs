//! Compression: raw deflate, with or without the preset dictionary, and always with a bound on what comes out.

use std::borrow::Cow;
use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::WireError;
use crate::dictionary::DICTIONARY_V1;

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
    match deflate(&payload, Some(reach.of(DICTIONARY_V1))) {
        Some(packed) if packed.len() < payload.len() => (Codec::DeflateV1, packed),
        _ => (Codec::Plain, payload),
    }
}

thread_local! {
    /// Setting one up takes longer than packing a message, so each thread keeps its own.
    static PACKER: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(6), false));
}

fn deflate(payload: &[u8], dictionary: Option<&[u8]>) -> Option<Vec<u8>> {
    PACKER.with_borrow_mut(|packer| {
        packer.reset();
        if let Some(dictionary) = dictionary {
            packer.set_dictionary(dictionary).ok()?;
        }
        let mut packed = Vec::with_capacity(payload.len() / 2 + 64);
        loop {
            let rest = payload.get(usize::try_from(packer.total_in()).ok()?..)?;
            match packer.compress_vec(rest, &mut packed, FlushCompress::Finish).ok()? {
                Status::StreamEnd => return Some(packed),
                Status::Ok | Status::BufError => packed.reserve(packed.len().max(256)),
            }
        }
    })
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
