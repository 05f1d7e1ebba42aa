//! Suite 1: Ed25519, SHA-256, HMAC-SHA-256, XChaCha20-Poly1305.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroize as _;

use crate::seal::Nonce;
use crate::{CryptoError, SymmetricKey};

pub(crate) fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().into()
}

pub(crate) fn mac(key: &SymmetricKey, parts: &[&[u8]]) -> [u8; 32] {
    // HMAC fills a short key with zeros up to the hash's block.
    let mut block = [0; 64];
    block[..32].copy_from_slice(&key.0);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    block.zeroize();
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

pub(crate) fn seal(key: &SymmetricKey, nonce: &Nonce, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
    XChaCha20Poly1305::new(&key.0.into())
        .encrypt(&XNonce::from(*nonce), Payload { msg: plain, aad: place })
        .map_err(|_| CryptoError::DoesNotOpen)
}

pub(crate) fn open(key: &SymmetricKey, nonce: &Nonce, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
    XChaCha20Poly1305::new(&key.0.into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: place })
        .map_err(|_| CryptoError::DoesNotOpen)
}

/// A key's public half, read: 32 bytes, a point of the curve.
pub(crate) fn public(bytes: &[u8]) -> Result<VerifyingKey, CryptoError> {
    let raw: &[u8; 32] = bytes.try_into().map_err(|_| CryptoError::NotAKey)?;
    VerifyingKey::from_bytes(raw).map_err(|_| CryptoError::NotAKey)
}

pub(crate) fn sign(key: &SigningKey, message: &[u8]) -> [u8; 64] {
    ed25519_dalek::Signer::sign(key, message).to_bytes()
}

/// The strict check: no second signature fits the same words, and no key of small order signs anything.
pub(crate) fn verify(key: &[u8], message: &[u8], signature: &[u8; 64]) -> Result<(), CryptoError> {
    let signature = Signature::from_bytes(signature);
    public(key)?.verify_strict(message, &signature).map_err(|_| CryptoError::WrongSignature)
}
