//! Suites: signatures, hashes, message authentication and encryption behind one interface, each set with a number.
//!
//! A township has one suite, chosen when it is made. Keys, signatures and sealed bytes carry its number, and whatever
//! comes under another number is refused ([`CryptoError::OtherSuite`]), never tried. Everything that is signed or derived
//! says for what ([`Purpose`]), so that nothing made for one use is ever good for another.
//!
//! This crate does **not** know paths, networks, clocks, randomness or what the bytes mean: seeds and nonces are arguments.
//! Names of changes and digests of documents are SHA-256 in every suite: they are names, given by automerge, and no secret
//! hangs on them.

mod file;
mod international;
mod key;
mod national;
mod paper;
mod seal;
mod stretch;
mod suite;
#[cfg(test)]
mod vectors;

pub use file::{CHUNK_BYTES, FileSecret, SEALED_MAGIC, SealedFileError, SealedHeader, UnlockedFile, seal_file};
pub use key::{PublicKey, SecretKey, Signature};
pub use seal::{NONCE_BYTES, Nonce};
pub use stretch::{SALT_BYTES, Stretch};
pub use suite::{PROOF_BYTES, Purpose, Suite, SymmetricKey};

/// Why something is not what it claims to be. Says nothing of what is inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    /// Made under another suite than the one in use.
    #[error("this was made under another cryptographic suite ({0}) than the one in use here")]
    OtherSuite(u8),
    /// Not a key of this suite.
    #[error("this is not a key")]
    NotAKey,
    /// The signature is not over these bytes by this key.
    #[error("the signature does not fit")]
    WrongSignature,
    /// The bytes were sealed under another key, or changed since, or for another place.
    #[error("these bytes were sealed under another key, or have been changed")]
    DoesNotOpen,
    /// A key typed from paper has a slip in it.
    #[error("this line is not a key: something in it was written or typed wrongly")]
    Mistyped,
}
