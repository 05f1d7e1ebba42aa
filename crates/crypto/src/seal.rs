//! Sealed bytes: encrypted and bound to the place they were made for.
//!
//! ```text
//! suite number (1)  nonce (24)  ciphertext and tag
//! ```

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::{CryptoError, Suite, SymmetricKey};

/// Bytes of a nonce.
pub const NONCE_BYTES: usize = 24;

/// Bytes nobody has used with the same key before: 24 random ones will do.
pub type Nonce = [u8; NONCE_BYTES];

impl Suite {
    /// Seals bytes for one place: `place` is not kept, and whoever opens them must name the same one.
    pub fn seal(self, key: &SymmetricKey, nonce: &Nonce, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let sealed = match self {
            Suite::International => XChaCha20Poly1305::new(&key.0.into())
                .encrypt(&XNonce::from(*nonce), Payload { msg: plain, aad: place })
                .map_err(|_| CryptoError::DoesNotOpen)?,
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
            Suite::International => XChaCha20Poly1305::new(&key.0.into())
                .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: place })
                .map_err(|_| CryptoError::DoesNotOpen),
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
}
