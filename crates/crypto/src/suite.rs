//! Which suite, for what, and the keys that are symmetric.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::CryptoError;

/// A set of algorithms. Its number travels and is stored, and is for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Suite {
    /// 1: Ed25519, SHA-256, HMAC-SHA-256, XChaCha20-Poly1305.
    #[default]
    International,
}

impl Suite {
    /// Every suite this version has.
    pub const ALL: &[Suite] = &[Suite::International];

    /// The number that travels.
    pub const fn number(self) -> u8 {
        match self {
            Suite::International => 1,
        }
    }

    /// The suite with this number.
    pub const fn from_number(number: u8) -> Result<Self, CryptoError> {
        match number {
            1 => Ok(Suite::International),
            other => Err(CryptoError::OtherSuite(other)),
        }
    }

    /// A stable word for settings and JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Suite::International => "international",
        }
    }

    /// The hash of some parts, one after another.
    pub fn hash(self, parts: &[&[u8]]) -> [u8; 32] {
        let mut hash = Sha256::new();
        parts.iter().for_each(|part| hash.update(part));
        hash.finalize().into()
    }

    /// A keyed hash of some parts, one after another, for one purpose.
    pub fn authenticate(self, key: &SymmetricKey, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC fills a short key with zeros up to the hash's block.
        let mut block = [0; 64];
        block[..32].copy_from_slice(&key.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        block.zeroize();
        mac.update(purpose.as_str().as_bytes());
        mac.update(&[0]);
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes().into()
    }

    /// A key for one purpose, from a key that is good for several. `context` tells keys of one purpose apart.
    pub fn derive(self, key: &SymmetricKey, purpose: Purpose, context: &[u8]) -> SymmetricKey {
        SymmetricKey(self.authenticate(key, purpose, &[context]))
    }
}

/// What a signature, a derived key or a keyed hash is for. The words are part of what is computed, and are for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A phone's request.
    Request,
    /// The township's reply to one request.
    Reply,
    /// A device's certificate.
    Certificate,
    /// An invitation to enrol.
    Invitation,
    /// A township's word that another key is its own from now on.
    NewTownshipKey,
    /// A device's word that another key is its own from now on.
    NewDeviceKey,
    /// A line of the audit log, or its summary.
    Audit,
    /// A value in a store.
    Store,
    /// A backup.
    Backup,
    /// The list of erasures beside a township's store.
    Erasures,
    /// A second factor's secret.
    SecondFactor,
}

impl Purpose {
    /// The words that are mixed in.
    pub const fn as_str(self) -> &'static str {
        match self {
            Purpose::Request => "lianhu request 1",
            Purpose::Reply => "lianhu reply 1",
            Purpose::Certificate => "lianhu certificate 1",
            Purpose::Invitation => "lianhu invitation 1",
            Purpose::NewTownshipKey => "lianhu new township key 1",
            Purpose::NewDeviceKey => "lianhu new device key 1",
            Purpose::Audit => "lianhu audit 1",
            Purpose::Store => "lianhu store 1",
            Purpose::Backup => "lianhu backup 1",
            Purpose::Erasures => "lianhu erasures 1",
            Purpose::SecondFactor => "lianhu second factor 1",
        }
    }
}

/// A secret of 32 bytes. It is overwritten when it goes; `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SymmetricKey(pub [u8; 32]);

impl fmt::Debug for SymmetricKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SymmetricKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_derived_for_one_purpose_is_no_key_for_another() {
        let key = SymmetricKey([7; 32]);
        for suite in Suite::ALL {
            let one = suite.derive(&key, Purpose::Store, b"a");
            assert_ne!(one, suite.derive(&key, Purpose::Backup, b"a"));
            assert_ne!(one, suite.derive(&key, Purpose::Store, b"b"));
            assert_eq!(one, suite.derive(&key, Purpose::Store, b"a"));
        }
    }

    #[test]
    fn an_unknown_suite_is_refused_by_its_number() {
        for suite in Suite::ALL {
            assert_eq!(Suite::from_number(suite.number()), Ok(*suite));
        }
        assert_eq!(Suite::from_number(99), Err(CryptoError::OtherSuite(99)));
    }
}
