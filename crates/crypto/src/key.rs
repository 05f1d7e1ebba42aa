//! Keys that sign. Bytes that travel begin with the suite's number.

use std::fmt;

use ed25519_dalek::{Signature as EdSignature, Signer as _, SigningKey, VerifyingKey};

use crate::{CryptoError, Purpose, Suite};

/// A key that signs; `Debug` does not show it.
#[derive(Clone)]
pub struct SecretKey(Signer);

#[derive(Clone)]
enum Signer {
    International(SigningKey),
}

impl SecretKey {
    /// The key that follows from 32 random bytes.
    pub fn from_seed(suite: Suite, seed: &[u8; 32]) -> Result<Self, CryptoError> {
        match suite {
            Suite::International => Ok(SecretKey(Signer::International(SigningKey::from_bytes(seed)))),
        }
    }

    /// The 32 bytes it follows from, to be kept in a secret place.
    pub fn seed(&self) -> [u8; 32] {
        match &self.0 {
            Signer::International(key) => key.to_bytes(),
        }
    }

    /// Its suite.
    pub fn suite(&self) -> Suite {
        match self.0 {
            Signer::International(_) => Suite::International,
        }
    }

    /// What others check its signatures by.
    pub fn public(&self) -> PublicKey {
        match &self.0 {
            Signer::International(key) => {
                PublicKey { suite: Suite::International, bytes: key.verifying_key().to_bytes().to_vec() }
            }
        }
    }

    /// Signs some bytes for one purpose.
    pub fn sign(&self, purpose: Purpose, message: &[u8]) -> Signature {
        let said = said(purpose, message);
        match &self.0 {
            Signer::International(key) => Signature(key.sign(&said).to_bytes()),
        }
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey of {:?}", self.public())
    }
}

/// The public half of a [`SecretKey`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey {
    suite: Suite,
    bytes: Vec<u8>,
}

impl PublicKey {
    /// A key from the bytes that travel: the suite's number and the key itself.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CryptoError> {
        let (number, bytes) = bytes.split_first().ok_or(CryptoError::NotAKey)?;
        let suite = Suite::from_number(*number)?;
        match suite {
            Suite::International => {
                let raw: &[u8; 32] = bytes.try_into().map_err(|_| CryptoError::NotAKey)?;
                VerifyingKey::from_bytes(raw).map_err(|_| CryptoError::NotAKey)?;
            }
        }
        Ok(PublicKey { suite, bytes: bytes.to_vec() })
    }

    /// The bytes that travel.
    pub fn to_bytes(&self) -> Vec<u8> {
        [&[self.suite.number()], self.bytes.as_slice()].concat()
    }

    /// Its suite.
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// A short name people can compare: the first 16 bytes of the hash of what travels.
    pub fn fingerprint(&self) -> [u8; 16] {
        let hash = self.suite.hash(&[&self.to_bytes()]);
        std::array::from_fn(|place| hash.get(place).copied().unwrap_or_default())
    }

    /// Whether `signature` was made for `purpose` over `message` with this key's other half.
    pub fn verify(&self, purpose: Purpose, message: &[u8], signature: &Signature) -> Result<(), CryptoError> {
        let said = said(purpose, message);
        match self.suite {
            Suite::International => {
                let raw: &[u8; 32] = self.bytes.as_slice().try_into().map_err(|_| CryptoError::NotAKey)?;
                let key = VerifyingKey::from_bytes(raw).map_err(|_| CryptoError::NotAKey)?;
                let signature = EdSignature::from_bytes(&signature.0);
                key.verify_strict(&said, &signature).map_err(|_| CryptoError::WrongSignature)
            }
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = self.fingerprint();
        write!(f, "PublicKey({}: {:02x}{:02x}{:02x}{:02x}…)", self.suite.code(), hash[0], hash[1], hash[2], hash[3])
    }
}

/// A signature of 64 bytes. Its suite is that of the key it is checked by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(…)")
    }
}

fn said(purpose: Purpose, message: &[u8]) -> Vec<u8> {
    [purpose.as_str().as_bytes(), &[0], message].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_over_these_bytes_for_this_purpose_by_this_key() {
        for suite in Suite::ALL {
            let key = SecretKey::from_seed(*suite, &[7; 32]).unwrap();
            let other = SecretKey::from_seed(*suite, &[8; 32]).unwrap();
            let signature = key.sign(Purpose::Request, b"a night");
            assert_eq!(key.public().verify(Purpose::Request, b"a night", &signature), Ok(()));
            assert_eq!(key.public().verify(Purpose::Reply, b"a night", &signature), Err(CryptoError::WrongSignature));
            assert_eq!(key.public().verify(Purpose::Request, b"another", &signature), Err(CryptoError::WrongSignature));
            assert_eq!(
                other.public().verify(Purpose::Request, b"a night", &signature),
                Err(CryptoError::WrongSignature)
            );
        }
    }

    #[test]
    fn a_key_comes_back_from_its_bytes_and_from_its_seed() {
        for suite in Suite::ALL {
            let key = SecretKey::from_seed(*suite, &[7; 32]).unwrap();
            assert_eq!(PublicKey::from_bytes(&key.public().to_bytes()), Ok(key.public()));
            assert_eq!(SecretKey::from_seed(*suite, &key.seed()).unwrap().public(), key.public());
        }
        assert_eq!(PublicKey::from_bytes(&[]), Err(CryptoError::NotAKey));
        assert_eq!(PublicKey::from_bytes(&[99, 1, 2]), Err(CryptoError::OtherSuite(99)));
        assert_eq!(PublicKey::from_bytes(&[1, 1, 2]), Err(CryptoError::NotAKey));
    }
}
