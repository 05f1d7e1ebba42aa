//! Messages as bytes: a frame of four bytes, then CBOR, compressed when that is shorter.
//!
//! ```text
//! 'L' 'H'  version  codec  payload…
//! ```
//!
//! Decoding trusts nothing: the size of the body, of the inflated payload, the number of data items and their nesting are
//! bounded before anything is built, the limits of [`crate::limits`] are checked before anything is returned.
//! `docs/protocol.md` says the same for somebody who writes a client in another language.

mod checks;
mod codec;
mod scan;

use minicbor::{Decode, Encode};

pub use codec::Codec;

use codec::Reach;

use crate::limits::{MAX_BODY_BYTES, MAX_INFLATED_BYTES, MAX_REPLY_BYTES, PROTOCOL_VERSION};
use crate::message::{Reply, Request};

const MAGIC: [u8; 2] = *b"LH";

/// A request as the body of one message.
pub fn encode_request(request: &Request) -> Result<Vec<u8>, WireError> {
    checks::request(request)?;
    encode(request, |payload| codec::shortest(payload, Reach::Whole), MAX_BODY_BYTES)
}

/// A request from the body of a message; any bytes at all are answered, never with a panic.
pub fn decode_request(body: &[u8]) -> Result<Request, WireError> {
    let request = decode(body, MAX_BODY_BYTES)?;
    checks::request(&request)?;
    Ok(request)
}

/// A reply as the body of one message.
pub fn encode_reply(reply: &Reply) -> Result<Vec<u8>, WireError> {
    checks::reply(reply)?;
    encode(reply, |payload| codec::shortest(payload, Reach::End), MAX_REPLY_BYTES)
}

/// A reply from the body of a message.
pub fn decode_reply(body: &[u8]) -> Result<Reply, WireError> {
    let reply = decode(body, MAX_REPLY_BYTES)?;
    checks::reply(&reply)?;
    Ok(reply)
}

/// A message as the CBOR that is compressed on its way: the samples a dictionary is trained on.
pub fn payload<T: Encode<()>>(message: &T) -> Result<Vec<u8>, WireError> {
    minicbor::to_vec(message).map_err(|_| WireError::Malformed)
}

fn encode<T: Encode<()>>(
    message: &T,
    pack: impl FnOnce(Vec<u8>) -> (Codec, Vec<u8>),
    max_body: usize,
) -> Result<Vec<u8>, WireError> {
    let payload = payload(message)?;
    if payload.len() > MAX_INFLATED_BYTES {
        return Err(WireError::InflatesTooLarge);
    }
    let (codec, packed) = pack(payload);
    let mut body = Vec::with_capacity(packed.len() + 4);
    body.extend_from_slice(&MAGIC);
    body.push(PROTOCOL_VERSION);
    body.push(codec.to_u8());
    body.extend_from_slice(&packed);
    if body.len() > max_body {
        return Err(WireError::TooLarge);
    }
    Ok(body)
}

fn decode<T: for<'b> Decode<'b, ()>>(body: &[u8], max_body: usize) -> Result<T, WireError> {
    if body.len() > max_body {
        return Err(WireError::TooLarge);
    }
    let Some(([l, h, version, codec], packed)) = body.split_first_chunk::<4>() else {
        return Err(WireError::NotLianhu);
    };
    if [*l, *h] != MAGIC {
        return Err(WireError::NotLianhu);
    }
    if *version != PROTOCOL_VERSION {
        return Err(WireError::UnsupportedVersion { theirs: *version });
    }
    let codec = Codec::from_u8(*codec).ok_or(WireError::UnknownCodec { codec: *codec })?;
    let payload = codec.unpack(packed, MAX_INFLATED_BYTES)?;
    scan::scan(&payload)?;
    let mut decoder = minicbor::Decoder::new(&payload);
    let message = T::decode(&mut decoder, &mut ()).map_err(|_| WireError::Malformed)?;
    if decoder.position() != payload.len() {
        return Err(WireError::Malformed);
    }
    Ok(message)
}

/// Why bytes are not a message, or a message cannot become bytes. Says nothing of what is inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The frame does not begin like one of ours.
    #[error("this is not a lianhu message")]
    NotLianhu,
    /// A protocol version this program does not speak.
    #[error("protocol version {theirs} is not spoken here (version {PROTOCOL_VERSION} is)")]
    UnsupportedVersion {
        /// The version of the message.
        theirs: u8,
    },
    /// A compression this program does not know.
    #[error("compression {codec} is not known here")]
    UnknownCodec {
        /// The codec byte.
        codec: u8,
    },
    /// More bytes than a body may have.
    #[error("the message is larger than a message may be")]
    TooLarge,
    /// More bytes after decompression than a body may have.
    #[error("the message is larger than a message may be once it is decompressed")]
    InflatesTooLarge,
    /// Not what a message looks like.
    #[error("the message is damaged or incomplete")]
    Malformed,
    /// Well-formed, but beyond a named limit.
    #[error("the message goes beyond the limit on {}", .0.name())]
    Limit(Limit),
}

impl WireError {
    /// A stable word for this error.
    pub const fn code(&self) -> &'static str {
        match self {
            WireError::NotLianhu => "not_lianhu",
            WireError::UnsupportedVersion { .. } => "unsupported_version",
            WireError::UnknownCodec { .. } => "unknown_codec",
            WireError::TooLarge => "too_large",
            WireError::InflatesTooLarge => "inflates_too_large",
            WireError::Malformed => "malformed",
            WireError::Limit(Limit::Items) => "limit:items",
            WireError::Limit(Limit::Nesting) => "limit:nesting",
            WireError::Limit(Limit::Changes) => "limit:changes",
            WireError::Limit(Limit::ChangeBytes) => "limit:change_bytes",
            WireError::Limit(Limit::Documents) => "limit:documents",
            WireError::Limit(Limit::Heads) => "limit:heads",
            WireError::Limit(Limit::SnapshotBytes) => "limit:snapshot_bytes",
            WireError::Limit(Limit::ReasonChars) => "limit:reason_chars",
            WireError::Limit(Limit::SignedBytes) => "limit:signed_bytes",
        }
    }
}

/// A bound of [`crate::limits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// [`crate::limits::MAX_ITEMS`]
    Items,
    /// [`crate::limits::MAX_NESTING`]
    Nesting,
    /// [`crate::limits::MAX_CHANGES`]
    Changes,
    /// [`crate::limits::MAX_CHANGE_BYTES`]
    ChangeBytes,
    /// [`crate::limits::MAX_DOCUMENTS`]
    Documents,
    /// [`crate::limits::MAX_HEADS`]
    Heads,
    /// [`crate::limits::MAX_SNAPSHOT_BYTES`]
    SnapshotBytes,
    /// [`crate::limits::MAX_REASON_CHARS`]
    ReasonChars,
    /// [`crate::limits::MAX_SIGNED_BYTES`], and how many of them
    SignedBytes,
}

impl Limit {
    /// What is limited, in words.
    pub const fn name(&self) -> &'static str {
        match self {
            Limit::Items => "data items",
            Limit::Nesting => "nesting",
            Limit::Changes => "changes",
            Limit::ChangeBytes => "the bytes of one change",
            Limit::Documents => "documents",
            Limit::Heads => "heads of one document",
            Limit::SnapshotBytes => "the bytes of one snapshot",
            Limit::ReasonChars => "the length of a reason",
            Limit::SignedBytes => "what is signed in it",
        }
    }
}

#[cfg(test)]
mod tests;
