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
///
/// It refuses just what `verify_strict` refuses, without reading the point that the first half of a signature spells: that
/// half is compared with the spelling of a point that was computed, so it is one in its only spelling, and the points of
/// small order are known by theirs.
pub(crate) fn verify(key: &VerifyingKey, message: &[u8], signature: &[u8; 64]) -> Result<(), CryptoError> {
    let signature = Signature::from_bytes(signature);
    if key.is_weak() || is_of_small_order(signature.r_bytes()) {
        return Err(CryptoError::WrongSignature);
    }
    ed25519_dalek::Verifier::verify(key, message, &signature).map_err(|_| CryptoError::WrongSignature)
}

/// The upright coordinates of the eight points of small order, little-endian; the highest bit says on which side it lies.
pub(crate) const SMALL_ORDER: [[u8; 32]; 5] = [
    [0; 32],
    [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [
        0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
    ],
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
        0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
        0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

fn is_of_small_order(point: &[u8; 32]) -> bool {
    let mut upright = *point;
    if let Some(last) = upright.last_mut() {
        *last &= 0x7f;
    }
    SMALL_ORDER.contains(&upright)
}

#[cfg(test)]
mod tests {
    use curve25519_dalek::constants::{ED25519_BASEPOINT_TABLE, EIGHT_TORSION};
    use curve25519_dalek::scalar::Scalar;
    use ed25519_dalek::Verifier as _;
    use sha2::Sha512;

    use super::*;

    #[test]
    fn the_points_of_small_order_are_known_by_their_spelling() {
        let all: Vec<[u8; 32]> = EIGHT_TORSION.iter().map(|point| point.compress().0).collect();
        assert!(all.iter().all(is_of_small_order));
        for upright in SMALL_ORDER {
            assert!(all.contains(&upright), "{upright:02x?} is none of them");
        }
        assert!(!is_of_small_order(&SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes()));
    }

    #[test]
    fn a_signature_whose_first_half_is_of_small_order_is_refused_although_it_fits() {
        // A key with a part of small order, by somebody who knows its other part: then such signatures can be made.
        let secret = Scalar::from(0x1234_5678_u64);
        let [_, part, ..] = EIGHT_TORSION;
        let key = public(&(&secret * ED25519_BASEPOINT_TABLE + part).compress().0).unwrap();
        for first in EIGHT_TORSION {
            let spelled = first.compress().0;
            let fitting = (0_u32..).find_map(|message| {
                let message = message.to_be_bytes();
                let hash = Sha512::new().chain_update(spelled).chain_update(key.to_bytes()).chain_update(message);
                let factor = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
                (first + part * factor == EIGHT_TORSION[0]).then(|| (message, (factor * secret).to_bytes()))
            });
            let (message, second) = fitting.unwrap();
            let signature = Signature::from_components(spelled, second);
            assert!(key.verify(&message, &signature).is_ok(), "the equation holds");
            assert!(key.verify_strict(&message, &signature).is_err());
            assert_eq!(verify(&key, &message, &signature.to_bytes()), Err(CryptoError::WrongSignature));
        }
    }
}
