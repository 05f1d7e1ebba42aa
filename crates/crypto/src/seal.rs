//! Sealed bytes: encrypted and bound to the place they were made for.
//!
//! ```text
//! suite number (1)  nonce (24)  ciphertext and tag
//! ```

use crate::{CryptoError, Suite, SymmetricKey, international, national};

/// Bytes of a nonce.
pub const NONCE_BYTES: usize = 24;

/// Bytes nobody has used with the same key before: 24 random ones will do.
pub type Nonce = [u8; NONCE_BYTES];

impl Suite {
    /// Seals bytes for one place: `place` is not kept, and whoever opens them must name the same one.
    pub fn seal(self, key: &SymmetricKey, nonce: &Nonce, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let sealed = match self {
            Suite::International => international::seal(key, nonce, place, plain)?,
            Suite::National => national::seal(key, nonce, place, plain)?,
        };
        Ok([&[self.number()], nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed under this suite, with this key, for this place.
    pub fn open(self, key: &SymmetricKey, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let (number, rest) = sealed.split_first().ok_or(CryptoError::DoesNotOpen)?;
        if *number != self.number() {
            return Err(CryptoError::OtherSuite(*number));
        }
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(CryptoError::DoesNotOpen)?;
        match self {
            Suite::International => international::open(key, nonce, place, sealed),
            Suite::National => national::open(key, nonce, place, sealed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_in_its_place_alone() {
        let (key, other) = (SymmetricKey([7; 32]), SymmetricKey([8; 32]));
        for suite in Suite::ALL {
            let sealed = suite.seal(&key, &[3; NONCE_BYTES], b"page 1", b"words").unwrap();
            assert_eq!(suite.open(&key, b"page 1", &sealed).unwrap(), b"words");
            assert_eq!(suite.open(&key, b"page 2", &sealed), Err(CryptoError::DoesNotOpen));
            assert_eq!(suite.open(&other, b"page 1", &sealed), Err(CryptoError::DoesNotOpen));
            for place in 0..sealed.len() {
                let mut bent = sealed.clone();
                bent[place] ^= 1;
                assert!(suite.open(&key, b"page 1", &bent).is_err());
                assert!(suite.open(&key, b"page 1", &sealed[..place]).is_err());
            }
        }
    }
    #[test]
    fn what_another_suite_sealed_is_refused_and_not_tried() {
        let key = SymmetricKey([7; 32]);
        for suite in Suite::ALL {
            let sealed = suite.seal(&key, &[3; NONCE_BYTES], b"page 1", b"words").unwrap();
            for other in Suite::ALL.iter().filter(|other| *other != suite) {
                assert_eq!(other.open(&key, b"page 1", &sealed), Err(CryptoError::OtherSuite(suite.number())));
                // Under a false number it does not open either.
                let relabelled = [&[other.number()], &sealed[1..]].concat();
                assert_eq!(other.open(&key, b"page 1", &relabelled), Err(CryptoError::DoesNotOpen));
            }
        }
    }

    #[test]
    fn every_byte_of_a_nonce_counts() {
        let key = SymmetricKey([7; 32]);
        for suite in Suite::ALL {
            let mut seen = std::collections::BTreeSet::new();
            for place in 0..NONCE_BYTES {
                let mut nonce = [0; NONCE_BYTES];
                nonce[place] = 1;
                let sealed = suite.seal(&key, &nonce, b"", &[0; 32]).unwrap();
                assert!(seen.insert(sealed[1 + NONCE_BYTES..].to_vec()));
            }
        }
    }
}
