//! Which suite, for what, and the keys that are symmetric.

use std::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{CryptoError, international, national};

/// The fewest bytes of a keyed hash that prove anything.
pub const PROOF_BYTES: usize = 12;

/// A set of algorithms. Its number travels and is stored, and is for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Suite {
    /// 1: Ed25519, SHA-256, HMAC-SHA-256, XChaCha20-Poly1305.
    #[default]
    International,
    /// 2: SM2, SM3, HMAC-SM3, SM4-GCM: the algorithms of the national standards (GB/T 32918, 32905, 32907).
    National,
}

impl Suite {
    /// Every suite this version has.
    pub const ALL: &[Suite] = &[Suite::International, Suite::National];

    /// The number that travels.
    pub const fn number(self) -> u8 {
        match self {
            Suite::International => 1,
            Suite::National => 2,
        }
    }

    /// The suite with this number.
    pub const fn from_number(number: u8) -> Result<Self, CryptoError> {
        match number {
            1 => Ok(Suite::International),
            2 => Ok(Suite::National),
            other => Err(CryptoError::OtherSuite(other)),
        }
    }

    /// A stable word for settings and JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Suite::International => "international",
            Suite::National => "national",
        }
    }

    /// The suite this word stands for.
    pub fn from_code(code: &str) -> Option<Self> {
        Suite::ALL.iter().copied().find(|suite| suite.code() == code)
    }

    /// The hash of some parts, one after another.
    pub fn hash(self, parts: &[&[u8]]) -> [u8; 32] {
        match self {
            Suite::International => international::hash(parts),
            Suite::National => national::hash(parts),
        }
    }

    /// A keyed hash of some parts, one after another, for one purpose.
    pub fn authenticate(self, key: &SymmetricKey, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        let parts = [&[purpose.as_str().as_bytes(), purpose.end()], parts].concat();
        match self {
            Suite::International => international::mac(key, &parts),
            Suite::National => national::mac(key, &parts),
        }
    }

    /// Whether `proof` is what [`Suite::authenticate`] gives, or its first bytes: [`PROOF_BYTES`] at least. Takes as long
    /// for a wrong one as for a right one.
    pub fn is_authentic(self, key: &SymmetricKey, purpose: Purpose, parts: &[&[u8]], proof: &[u8]) -> bool {
        let whole = self.authenticate(key, purpose, parts);
        match whole.get(..proof.len()) {
            Some(right) if proof.len() >= PROOF_BYTES => bool::from(right.ct_eq(proof)),
            _ => false,
        }
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
    /// The seal over a document's heads, by which a township knows its own record again.
    DocumentSeal,
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
            Purpose::DocumentSeal => "lianhu seal 1",
        }
    }

    /// What stands between the words and what follows, so that no words and bytes can be read as others.
    pub(crate) const fn end(self) -> &'static [u8] {
        match self {
            // These are older than this rule, and phones hold them. What follows begins with a document's 16 bytes, and no
            // other purpose's words begin with theirs.
            Purpose::DocumentSeal => &[],
            _ => &[0],
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
        assert!(Suite::ALL.iter().all(|suite| Suite::from_code(suite.code()) == Some(*suite)));
        assert_eq!(Suite::from_code("none"), None);
        assert_eq!(Suite::from_number(99), Err(CryptoError::OtherSuite(99)));
    }
    #[test]
    fn a_keyed_hash_is_proved_by_enough_of_it_and_by_nothing_else() {
        let (key, other) = (SymmetricKey([7; 32]), SymmetricKey([8; 32]));
        for suite in Suite::ALL {
            let whole = suite.authenticate(&key, Purpose::Audit, &[b"a", b"b"]);
            assert_eq!(whole, suite.authenticate(&key, Purpose::Audit, &[b"ab"]));
            assert!(suite.is_authentic(&key, Purpose::Audit, &[b"ab"], &whole));
            assert!(suite.is_authentic(&key, Purpose::Audit, &[b"ab"], &whole[..PROOF_BYTES]));
            assert!(!suite.is_authentic(&key, Purpose::Audit, &[b"ab"], &whole[..PROOF_BYTES - 1]));
            assert!(!suite.is_authentic(&key, Purpose::Audit, &[b"ab"], &[whole.as_slice(), &[0]].concat()));
            assert!(!suite.is_authentic(&key, Purpose::Store, &[b"ab"], &whole));
            assert!(!suite.is_authentic(&other, Purpose::Audit, &[b"ab"], &whole));
            let mut bent = whole;
            bent[11] ^= 1;
            assert!(!suite.is_authentic(&key, Purpose::Audit, &[b"ab"], &bent));
        }
    }
}
