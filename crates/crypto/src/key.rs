//! Keys that sign. Bytes that travel begin with the suite's number.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use ed25519_dalek::SigningKey;
use zeroize::Zeroizing;

use crate::{CryptoError, Purpose, Suite, international, national};

/// A key that signs; `Debug` does not show it.
#[derive(Clone)]
pub struct SecretKey(Signer);

#[derive(Clone)]
enum Signer {
    International(SigningKey),
    // The seed is what is kept and comes back; the key follows from it.
    National(Zeroizing<[u8; 32]>, Box<sm2::dsa::SigningKey>),
}

impl SecretKey {
    /// The key that follows from 32 random bytes.
    pub fn from_seed(suite: Suite, seed: &[u8; 32]) -> Result<Self, CryptoError> {
        match suite {
            Suite::International => Ok(SecretKey(Signer::International(SigningKey::from_bytes(seed)))),
            Suite::National => {
                let key = national::secret(seed)?;
                Ok(SecretKey(Signer::National(Zeroizing::new(*seed), Box::new(key))))
            }
        }
    }

    /// The 32 bytes it follows from, to be kept in a secret place.
    pub fn seed(&self) -> [u8; 32] {
        match &self.0 {
            Signer::International(key) => key.to_bytes(),
            Signer::National(seed, _) => **seed,
        }
    }

    /// Its suite.
    pub fn suite(&self) -> Suite {
        match self.0 {
            Signer::International(_) => Suite::International,
            Signer::National(..) => Suite::National,
        }
    }

    /// What others check its signatures by.
    pub fn public(&self) -> PublicKey {
        let (bytes, checker) = match &self.0 {
            Signer::International(key) => {
                let key = key.verifying_key();
                (key.to_bytes().to_vec(), Checker::International(key))
            }
            Signer::National(_, key) => {
                (national::public_bytes(key), Checker::National(Box::new(key.verifying_key().clone())))
            }
        };
        PublicKey { suite: self.suite(), bytes, checker }
    }

    /// Signs some bytes for one purpose.
    pub fn sign(&self, purpose: Purpose, message: &[u8]) -> Signature {
        let said = said(purpose, message);
        Signature(match &self.0 {
            Signer::International(key) => international::sign(key, &said),
            Signer::National(_, key) => national::sign(key, &said),
        })
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey of {:?}", self.public())
    }
}

/// The public half of a [`SecretKey`].
#[derive(Clone)]
pub struct PublicKey {
    suite: Suite,
    bytes: Vec<u8>,
    checker: Checker,
}

/// The key as it is computed with. It follows from the bytes, and reading them takes as long as a tenth of a check.
#[derive(Clone)]
enum Checker {
    International(ed25519_dalek::VerifyingKey),
    National(Box<sm2::dsa::VerifyingKey>),
}

impl Checker {
    fn read(suite: Suite, bytes: &[u8]) -> Result<Self, CryptoError> {
        Ok(match suite {
            Suite::International => Checker::International(international::public(bytes)?),
            Suite::National => Checker::National(Box::new(national::public(bytes)?)),
        })
    }
}

impl PublicKey {
    /// A key from the bytes that travel: the suite's number and the key itself.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CryptoError> {
        let (number, bytes) = bytes.split_first().ok_or(CryptoError::NotAKey)?;
        let suite = Suite::from_number(*number)?;
        Ok(PublicKey { suite, bytes: bytes.to_vec(), checker: Checker::read(suite, bytes)? })
    }

    /// The same, of one suite: a key of another is [`CryptoError::OtherSuite`].
    pub fn from_bytes_of(suite: Suite, bytes: &[u8]) -> Result<Self, CryptoError> {
        let key = Self::from_bytes(bytes)?;
        if key.suite == suite { Ok(key) } else { Err(CryptoError::OtherSuite(key.suite.number())) }
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
        match &self.checker {
            Checker::International(key) => international::verify(key, &said, &signature.0),
            Checker::National(key) => national::verify(key, &said, &signature.0),
        }
    }

    fn spelled(&self) -> (Suite, &[u8]) {
        (self.suite, &self.bytes)
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.spelled() == other.spelled()
    }
}

impl Eq for PublicKey {}

impl PartialOrd for PublicKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PublicKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.spelled().cmp(&other.spelled())
    }
}

impl Hash for PublicKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.spelled().hash(state);
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = self.fingerprint();
        write!(f, "PublicKey({}: {:02x}{:02x}{:02x}{:02x}…)", self.suite.code(), hash[0], hash[1], hash[2], hash[3])
    }
}

/// A signature: 64 bytes in every suite. Its suite is that of the key it is checked by, and a key does not say yes to a
/// signature made under another suite; whatever carries a signature without its key names the suite beside it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(…)")
    }
}

fn said(purpose: Purpose, message: &[u8]) -> Vec<u8> {
    [purpose.as_str().as_bytes(), purpose.end(), message].concat()
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
    #[test]
    fn a_key_or_signature_of_another_suite_is_never_taken() {
        for suite in Suite::ALL {
            let key = SecretKey::from_seed(*suite, &[7; 32]).unwrap();
            let bytes = key.public().to_bytes();
            assert_eq!(PublicKey::from_bytes_of(*suite, &bytes), Ok(key.public()));
            for other in Suite::ALL.iter().filter(|other| *other != suite) {
                assert_eq!(PublicKey::from_bytes_of(*other, &bytes), Err(CryptoError::OtherSuite(suite.number())));
                let theirs = SecretKey::from_seed(*other, &[7; 32]).unwrap();
                let signature = theirs.sign(Purpose::Request, b"a night");
                assert_eq!(
                    key.public().verify(Purpose::Request, b"a night", &signature),
                    Err(CryptoError::WrongSignature)
                );
                // Under a false number the bytes are no key: the suites' keys differ in length.
                let relabelled = [&[other.number()], &bytes[1..]].concat();
                assert_eq!(PublicKey::from_bytes(&relabelled), Err(CryptoError::NotAKey));
            }
        }
    }

    #[test]
    fn a_signature_bent_anywhere_fits_no_more() {
        for suite in Suite::ALL {
            let key = SecretKey::from_seed(*suite, &[7; 32]).unwrap();
            let public = key.public();
            let signature = key.sign(Purpose::Audit, b"a line");
            for place in 0..64 {
                let mut bent = signature;
                bent.0[place] ^= 1;
                assert_eq!(public.verify(Purpose::Audit, b"a line", &bent), Err(CryptoError::WrongSignature));
            }
            for nothing in [[0; 64], [0xff; 64]] {
                let nothing = Signature(nothing);
                assert_eq!(public.verify(Purpose::Audit, b"a line", &nothing), Err(CryptoError::WrongSignature));
            }
        }
    }

    #[test]
    fn what_is_no_private_key_and_no_point_in_its_one_spelling_is_refused() {
        let order = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
        let mut order = data_encoding::HEXLOWER.decode(order.as_bytes()).unwrap();
        for _ in 0..2 {
            let seed: [u8; 32] = order.as_slice().try_into().unwrap();
            assert_eq!(SecretKey::from_seed(Suite::National, &seed).unwrap_err(), CryptoError::NotAKey);
            order[31] -= 1;
        }
        assert!(SecretKey::from_seed(Suite::National, &[0xff; 32]).is_ok());
        let spelled = SecretKey::from_seed(Suite::National, &[7; 32]).unwrap().public().to_bytes();
        for first in [0, 1, 4, 5, 6, 7] {
            let mut other = spelled.clone();
            other[1] = first;
            assert_eq!(PublicKey::from_bytes(&other), Err(CryptoError::NotAKey));
        }
    }
}
