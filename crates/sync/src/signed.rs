//! What a township or a device has put its name to: certificates, invitations, and the words that one key follows another.
//!
//! Each is a CBOR record (`docs/protocol.md`), kept and passed on as the very bytes that were signed.

use std::collections::BTreeMap;

use lianhu_crypto::{PublicKey, Purpose, SecretKey};
use minicbor::{Decode, Encode};

use crate::ids::{DeviceId, ServerMillis};
use crate::limits::MAX_SIGNED_BYTES;
use crate::signature::Signature;

/// Some bytes and the signature over them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Signed {
    /// A record, as it was signed.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub said: Vec<u8>,
    /// The signature.
    #[n(1)]
    pub signature: Signature,
}

/// A record that is signed for one purpose.
pub trait Record: Encode<()> + for<'b> Decode<'b, ()> {
    /// What its signature is for.
    const PURPOSE: Purpose;
}

impl Signed {
    /// Puts a key's name to a record.
    pub fn by<T: Record>(key: &SecretKey, record: &T) -> Self {
        // Records hold nothing that cannot become CBOR; were one to, no key would find its signature over nothing useful.
        let said = minicbor::to_vec(record).unwrap_or_default();
        let signature = Signature::by(key, T::PURPOSE, &said);
        Signed { said, signature }
    }

    /// The record, if it is one and this key has signed it.
    pub fn check<T: Record>(&self, key: &PublicKey) -> Result<T, NotSigned> {
        self.signature.check(key, T::PURPOSE, &self.said).map_err(|_| NotSigned::Signature)?;
        self.read()
    }

    /// The record, whoever signed it.
    pub fn read<T: Record>(&self) -> Result<T, NotSigned> {
        decode(&self.said)
    }

    /// As bytes to be kept.
    pub fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).unwrap_or_default()
    }

    /// From such bytes; any bytes at all are answered, never with a panic.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotSigned> {
        decode(bytes)
    }
}

fn decode<T: for<'b> Decode<'b, ()>>(bytes: &[u8]) -> Result<T, NotSigned> {
    if bytes.len() > 2 * MAX_SIGNED_BYTES {
        return Err(NotSigned::Unreadable);
    }
    let mut decoder = minicbor::Decoder::new(bytes);
    let record = T::decode(&mut decoder, &mut ()).map_err(|_| NotSigned::Unreadable)?;
    if decoder.position() == bytes.len() { Ok(record) } else { Err(NotSigned::Unreadable) }
}

/// Why something is not somebody's word. Says nothing of what is inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSigned {
    /// The bytes are no record.
    #[error("this is damaged or incomplete")]
    Unreadable,
    /// Signed by somebody else, or changed since.
    #[error("this is not signed by the key it should be signed by")]
    Signature,
}

/// A township's word that a device is a worker's, and for how long the device may go on without hearing from it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Certificate {
    /// The fingerprint of the township's key that signs it.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub township: [u8; 16],
    /// The device.
    #[n(1)]
    pub device: DeviceId,
    /// Its public key, as it travels.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub public_key: Vec<u8>,
    /// Whose it is.
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    pub worker: [u8; 16],
    /// The worker's roles in the roster, as codes.
    #[n(4)]
    pub roles: Vec<String>,
    /// When it was made, by the township's clock.
    #[n(5)]
    pub issued_at: ServerMillis,
    /// For how many days the device may go on without contact.
    #[n(6)]
    pub good_for_days: u32,
}

impl Record for Certificate {
    const PURPOSE: Purpose = Purpose::Certificate;
}

/// A township's word that a key is its own: the first, signed by itself, or a later one, signed by the one before.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct TownshipKey {
    /// How many came before it.
    #[n(0)]
    pub number: u32,
    /// The key, as it travels.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub public_key: Vec<u8>,
    /// Since when, by the township's clock.
    #[n(2)]
    pub since: ServerMillis,
}

impl Record for TownshipKey {
    const PURPOSE: Purpose = Purpose::NewTownshipKey;
}

/// A township's word on lines of its audit log that it has taken away: which they were, and where the chain goes on.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct AuditSummary {
    /// How many keys the township had before the one that signs this.
    #[n(0)]
    pub key_number: u32,
    /// The number of the first line.
    #[n(1)]
    pub first: u64,
    /// The number of the last one.
    #[n(2)]
    pub last: u64,
    /// When the oldest was written, by the township's clock.
    #[n(3)]
    pub first_at: ServerMillis,
    /// When the youngest was.
    #[n(4)]
    pub last_at: ServerMillis,
    /// How many there were of each action.
    #[n(5)]
    pub counts: BTreeMap<String, u64>,
    /// The hash of the line before the first; zeros where there was none.
    #[n(6)]
    #[cbor(with = "minicbor::bytes")]
    pub before: [u8; 32],
    /// The hash of the last line: the next one follows from it.
    #[n(7)]
    #[cbor(with = "minicbor::bytes")]
    pub hash: [u8; 32],
    /// When they were taken away.
    #[n(8)]
    pub at: ServerMillis,
    /// How much was wrong with the chain then; 0 unless it was trimmed although it was broken.
    #[n(9)]
    pub problems: u64,
}

impl Record for AuditSummary {
    const PURPOSE: Purpose = Purpose::Audit;
}

/// A device's word, by its new key, that this key takes the place of the old one.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct DeviceKeyProof {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
    /// The old key, as it travels.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub old: Vec<u8>,
    /// The new key, as it travels.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub new: Vec<u8>,
}

impl Record for DeviceKeyProof {
    const PURPOSE: Purpose = Purpose::NewDeviceKey;
}

impl DeviceKeyProof {
    /// Whether `signature` is the new key's over just this.
    pub fn is_proven(&self, new: &PublicKey, signature: &Signature) -> bool {
        minicbor::to_vec(self).is_ok_and(|said| signature.check(new, Self::PURPOSE, &said).is_ok())
    }
}

/// Follows a township from one of its keys to the newest. `None` when a step is missing or not signed by the one before.
pub fn follow(known: (u32, PublicKey), steps: &[Signed]) -> Option<(u32, PublicKey)> {
    steps.iter().try_fold(known, |(number, key), step| {
        let next: TownshipKey = step.read().ok()?;
        if next.number <= number {
            return Some((number, key));
        }
        let next: TownshipKey = step.check(&key).ok()?;
        let public = PublicKey::from_bytes(&next.public_key).ok()?;
        (number.checked_add(1) == Some(next.number)).then_some((next.number, public))
    })
}

#[cfg(test)]
mod tests;
