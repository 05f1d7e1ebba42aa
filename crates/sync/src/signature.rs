//! Signatures as they travel, and what is signed with them: requests and replies.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use lianhu_crypto::{CryptoError, PublicKey, Purpose, SecretKey};
use minicbor::{Decode, Encode};

/// A signature as it travels: the number of its suite, then 64 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Signature(#[cbor(with = "minicbor::bytes")] pub [u8; 65]);

impl Signature {
    /// Signs some bytes for one purpose.
    pub fn by(key: &SecretKey, purpose: Purpose, message: &[u8]) -> Self {
        let signature = key.sign(purpose, message).0;
        let mut bytes = std::iter::once(key.suite().number()).chain(signature);
        Signature(std::array::from_fn(|_| bytes.next().unwrap_or_default()))
    }

    /// Whether it was made for this purpose over these bytes with the key's other half. A signature of another suite than
    /// the key's is refused by its number.
    pub fn check(&self, key: &PublicKey, purpose: Purpose, message: &[u8]) -> Result<(), CryptoError> {
        let [suite, signature @ ..] = self.0;
        if suite != key.suite().number() {
            return Err(CryptoError::OtherSuite(suite));
        }
        key.verify(purpose, message, &lianhu_crypto::Signature(signature))
    }

    /// As text for a header: URL-safe base64 without padding.
    pub fn to_header(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }

    /// The signature in such a header; `None` for anything else.
    pub fn from_header(text: &str) -> Option<Self> {
        BASE64URL_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok().map(Signature)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature(suite {}, …)", self.0[0])
    }
}

/// Signs a reply: it answers one request and no other, so that an old reply is never taken for a new one.
pub fn sign_reply(key: &SecretKey, request: &[u8], reply: &[u8]) -> Signature {
    Signature::by(key, Purpose::Reply, &answered(key.suite(), request, reply))
}

/// Whether `reply` is this township's answer to just this request.
pub fn check_reply(key: &PublicKey, request: &[u8], reply: &[u8], signature: &Signature) -> Result<(), CryptoError> {
    signature.check(key, Purpose::Reply, &answered(key.suite(), request, reply))
}

fn answered(suite: lianhu_crypto::Suite, request: &[u8], reply: &[u8]) -> Vec<u8> {
    [suite.hash(&[request]).as_slice(), reply].concat()
}

#[cfg(test)]
mod tests {
    use lianhu_crypto::Suite;

    use super::*;

    #[test]
    fn a_reply_answers_the_request_it_was_made_for_and_no_other() {
        for suite in Suite::ALL {
            let key = SecretKey::from_seed(*suite, &[7; 32]).unwrap();
            let signature = sign_reply(&key, b"one", b"reply");
            assert_eq!(check_reply(&key.public(), b"one", b"reply", &signature), Ok(()));
            assert!(check_reply(&key.public(), b"two", b"reply", &signature).is_err());
            assert!(check_reply(&key.public(), b"one", b"other", &signature).is_err());
        }
    }

    #[test]
    fn a_signature_says_its_suite_and_comes_back_from_a_header() {
        let key = SecretKey::from_seed(Suite::International, &[7; 32]).unwrap();
        let mut signature = Signature::by(&key, Purpose::Request, b"body");
        assert_eq!(Signature::from_header(&signature.to_header()), Some(signature));
        assert_eq!(Signature::from_header("short"), None);
        signature.0[0] = 99;
        let refused = signature.check(&key.public(), Purpose::Request, b"body");
        assert_eq!(refused, Err(CryptoError::OtherSuite(99)));
    }
}
