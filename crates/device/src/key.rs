//! The device's key: what the township knows a phone by.

use std::fmt;

use data_encoding::BASE64;
use lianhu_crypto::{Purpose, SecretKey, Suite};
use lianhu_sync::signature::Signature;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::surroundings::Surroundings;

/// The HTTP header that carries [`Signature::to_header`], with a request and with its reply.
pub const SIGNATURE_HEADER: &str = "x-lianhu-signature";
/// Where a request's body is posted.
pub const SYNC_PATH: &str = "/v1/sync";

/// A key of the township's suite. It never leaves the device; `Debug` does not show it.
#[derive(Clone)]
pub struct DeviceKey(SecretKey);

impl DeviceKey {
    /// A fresh key of the international suite.
    pub fn generate(surroundings: &mut impl Surroundings) -> Self {
        Self::generate_in(Suite::International, surroundings)
    }

    /// A fresh key of a suite.
    pub fn generate_in(suite: Suite, surroundings: &mut impl Surroundings) -> Self {
        let mut seed = [0; 32];
        for half in seed.chunks_mut(16) {
            half.copy_from_slice(&surroundings.random());
        }
        loop {
            match SecretKey::from_seed(suite, &seed) {
                Ok(key) => return DeviceKey(key),
                // In some suites one seed among billions is no key: what follows from it will do.
                Err(_) => seed = suite.hash(&[&seed]),
            }
        }
    }

    /// What the township keeps to check signatures by.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.public())
    }

    /// Signs a request: the bytes of its body as they are sent.
    pub fn sign(&self, body: &[u8]) -> Signature {
        Signature::by(&self.0, Purpose::Request, body)
    }

    /// The key itself, for what else it signs.
    pub(crate) fn secret(&self) -> &SecretKey {
        &self.0
    }
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceKey of {:?}", self.public())
    }
}

impl Serialize for DeviceKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes = [&[self.0.suite().number()], self.0.seed().as_slice()].concat();
        serializer.serialize_str(&BASE64.encode(&bytes))
    }
}

impl<'de> Deserialize<'de> for DeviceKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = base64(deserializer)?;
        // Before there were suites, a key was kept without the number of its own.
        let (suite, seed) = match bytes.as_slice() {
            [suite, seed @ ..] if seed.len() == 32 => (Suite::from_number(*suite), seed),
            seed => (Ok(Suite::International), seed),
        };
        let seed: &[u8; 32] = seed.try_into().map_err(|_| serde::de::Error::custom("not 32 bytes"))?;
        let key = suite.and_then(|suite| SecretKey::from_seed(suite, seed));
        key.map(DeviceKey).map_err(serde::de::Error::custom)
    }
}

/// The public half of a key, a device's or the township's; base64 of the bytes that travel in JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(pub lianhu_crypto::PublicKey);

impl PublicKey {
    /// Whether `signature` was made over a request's `body` with this key's other half.
    pub fn verifies(&self, body: &[u8], signature: &Signature) -> bool {
        signature.check(&self.0, Purpose::Request, body).is_ok()
    }

    /// A short name people can compare: 32 hexadecimal digits in groups of four.
    pub fn fingerprint(&self) -> String {
        let groups = self.0.fingerprint();
        let groups = groups.chunks(2).map(|pair| data_encoding::HEXLOWER.encode(pair));
        groups.collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(&self.0.to_bytes()))
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = base64(deserializer)?;
        lianhu_crypto::PublicKey::from_bytes(&bytes).map(PublicKey).map_err(serde::de::Error::custom)
    }
}

pub(crate) fn base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    BASE64.decode(text.as_bytes()).map_err(|_| serde::de::Error::custom("not base64"))
}
