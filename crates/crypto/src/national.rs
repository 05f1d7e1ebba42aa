//! Suite 2: SM2, SM3, HMAC-SM3, SM4-GCM (GB/T 32918, 32905, 32907; RFC 8998).
//!
//! A sealed thing has a nonce of 24 bytes in every suite, SM4-GCM one of 12. The first 12 bytes make a key for this one
//! thing (HMAC-SM3 of them under the key, its first 16 bytes), the other 12 are the nonce under that key. So nonces may be
//! rolled: two things meet only when all 24 bytes do, or when the derived keys and the other 12 do.

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use hmac::{Hmac, Mac as _};
use sm2::NonZeroScalar;
use sm2::dsa::signature::{Signer as _, Verifier as _};
use sm2::dsa::{Signature, SigningKey, VerifyingKey};
use sm2::elliptic_curve::ops::Reduce as _;
use sm2::elliptic_curve::sec1::ToSec1Point as _;
use sm3::{Digest as _, Sm3};
use sm4::Sm4;
use zeroize::{Zeroize as _, Zeroizing};

use crate::seal::Nonce;
use crate::{CryptoError, SymmetricKey};

/// The signer's name that is mixed into every SM2 signature: the one the standard gives where nobody has chosen another.
/// Who signed says the key; other programs (OpenSSL: `distid`) have to be told this name to check a signature.
pub(crate) const SIGNER: &str = "1234567812345678";
/// What the key of one sealed thing is derived by. No [`Purpose`](crate::Purpose) has these words.
const ONE_THING: &[u8] = b"lianhu sm4-gcm 1\0";

pub(crate) type Sm4Gcm = AesGcm<Sm4, U12>;

pub(crate) fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sm3::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().into()
}

pub(crate) fn mac(key: &SymmetricKey, parts: &[&[u8]]) -> [u8; 32] {
    // HMAC fills a short key with zeros up to the hash's block.
    let mut block = [0; 64];
    block[..32].copy_from_slice(&key.0);
    let mut mac = Hmac::<Sm3>::new(&block.into());
    block.zeroize();
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

pub(crate) fn seal(key: &SymmetricKey, nonce: &Nonce, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let (gcm, nonce) = of_one_thing(key, nonce);
    gcm.encrypt(&nonce.into(), Payload { msg: plain, aad: place }).map_err(|_| CryptoError::DoesNotOpen)
}

pub(crate) fn open(key: &SymmetricKey, nonce: &Nonce, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let (gcm, nonce) = of_one_thing(key, nonce);
    gcm.decrypt(&nonce.into(), Payload { msg: sealed, aad: place }).map_err(|_| CryptoError::DoesNotOpen)
}

fn of_one_thing(key: &SymmetricKey, nonce: &Nonce) -> (Sm4Gcm, [u8; 12]) {
    let (first, rest) = nonce.split_at(12);
    let derived = Zeroizing::new(mac(key, &[ONE_THING, first]));
    let half: Zeroizing<[u8; 16]> =
        Zeroizing::new(std::array::from_fn(|place| derived.get(place).copied().unwrap_or_default()));
    (Sm4Gcm::new(&(*half).into()), std::array::from_fn(|place| rest.get(place).copied().unwrap_or_default()))
}

/// The private key that follows from a seed: the number it spells, modulo the order of the group. The two numbers that are
/// no keys (0 and the order less 1) are refused; nobody rolls them.
pub(crate) fn secret(seed: &[u8; 32]) -> Result<SigningKey, CryptoError> {
    let scalar = sm2::Scalar::reduce(&sm2::FieldBytes::from(*seed));
    if scalar == -sm2::Scalar::ONE {
        return Err(CryptoError::NotAKey);
    }
    let scalar: Option<NonZeroScalar> = NonZeroScalar::new(scalar).into();
    SigningKey::from_nonzero_scalar(SIGNER, scalar.ok_or(CryptoError::NotAKey)?).map_err(|_| CryptoError::NotAKey)
}

/// The public half as it travels: the compressed point, 33 bytes.
pub(crate) fn public_bytes(key: &SigningKey) -> Vec<u8> {
    key.verifying_key().to_sec1_point(true).as_bytes().to_vec()
}

/// A key's public half, read. A point has several spellings elsewhere; here the compressed one is the only one, so that
/// one key has one fingerprint.
pub(crate) fn public(bytes: &[u8]) -> Result<VerifyingKey, CryptoError> {
    match bytes {
        [2 | 3, rest @ ..] if rest.len() == 32 => {
            VerifyingKey::from_sec1_bytes(SIGNER, bytes).map_err(|_| CryptoError::NotAKey)
        }
        _ => Err(CryptoError::NotAKey),
    }
}

/// A signature; its secret number follows from key and message (RFC 6979 with SM3), so that no dice are needed.
pub(crate) fn sign(key: &SigningKey, message: &[u8]) -> [u8; 64] {
    // The standard rolls again for one secret number in 2^255. Then a signature comes out here that fits nothing.
    key.try_sign(message).map_or([0; 64], |signature| signature.to_bytes().into())
}

pub(crate) fn verify(key: &VerifyingKey, message: &[u8], signature: &[u8; 64]) -> Result<(), CryptoError> {
    let signature = Signature::from_slice(signature).map_err(|_| CryptoError::WrongSignature)?;
    key.verify(message, &signature).map_err(|_| CryptoError::WrongSignature)
}
