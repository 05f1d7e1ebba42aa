//! The device's key: what the township knows a phone by.

use std::fmt;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use ed25519_dalek::{Signature as DalekSignature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::surroundings::Surroundings;

/// The HTTP header that carries [`Signature::to_header`].
pub const SIGNATURE_HEADER: &str = "x-lianhu-signature";
/// Where a request's body is posted.
pub const SYNC_PATH: &str = "/v1/sync";

/// An Ed25519 key. It never leaves the device; `Debug` does not show it.
#[derive(Clone)]
pub struct DeviceKey(SigningKey);

impl DeviceKey {
    /// A fresh key.
    pub fn generate(surroundings: &mut impl Surroundings) -> Self {
        let mut seed = [0; 32];
        for half in seed.chunks_mut(16) {
            half.copy_from_slice(&surroundings.random());
        }
        DeviceKey(SigningKey::from_bytes(&seed))
    }

    /// What the township keeps to check signatures by.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs a request: the bytes of its body as they are sent.
    pub fn sign(&self, body: &[u8]) -> Signature {
        Signature(self.0.sign(body).to_bytes())
    }
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceKey of {:?}", self.public())
    }
}

impl Serialize for DeviceKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(self.0.as_bytes()))
    }
}

impl<'de> Deserialize<'de> for DeviceKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(DeviceKey(SigningKey::from_bytes(&bytes_of(deserializer)?)))
    }
}

/// The public half of a [`DeviceKey`], written as base64 in JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(pub [u8; 32]);

impl PublicKey {
    /// Whether `signature` was made over `body` with this key's other half.
    pub fn verifies(&self, body: &[u8], signature: &Signature) -> bool {
        let Ok(key) = VerifyingKey::from_bytes(&self.0) else { return false };
        key.verify_strict(body, &DalekSignature::from_bytes(&signature.0)).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64.encode(&self.0))
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        bytes_of(deserializer).map(PublicKey)
    }
}

/// 32 bytes in base64.
fn bytes_of<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
    let text = String::deserialize(deserializer)?;
    let bytes = BASE64.decode(text.as_bytes()).map_err(|_| serde::de::Error::custom("not base64"))?;
    bytes.try_into().map_err(|_| serde::de::Error::custom("not 32 bytes"))
}

/// A signature over the bytes of one request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

impl Signature {
    /// The value of [`SIGNATURE_HEADER`]: URL-safe base64 without padding.
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
        f.write_str(&self.to_header())
    }
}
