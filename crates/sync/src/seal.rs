//! Seals: how a township knows its own record again.
//!
//! With each document a reply speaks of, the township hands out a seal over the document and its heads, made with a key
//! that lives in its store and so in every backup of it. A change names what it follows by hash, so the heads stand for
//! the whole history before them. When the township is put back from an old backup, a phone that holds a seal can give
//! back everything under it, whoever wrote it, and the township takes it in as what it is: its own record, judged once
//! before. Without a seal a phone could only vouch for its owner's own words.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use minicbor::{Decode, Encode};
use sha2::Sha256;

use crate::ids::{Digest, DocId, Heads};

/// Bytes of a seal by which a phone sees which heads it is over.
const NAMED: usize = 4;
/// What the key is used for, so that it can never be made to say something else.
const PURPOSE: &[u8] = b"lianhu seal 1";

/// A township's key for seals: made with its store, the same in every copy of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SealKey(pub [u8; 32]);

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey(…)")
    }
}

/// A township's word that it has recorded a document up to some heads: 4 bytes that name them, 12 that prove it.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Seal(#[cbor(with = "minicbor::bytes")] pub [u8; 16]);

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(…)")
    }
}

impl Seal {
    /// Whether this seal is over these heads, as far as somebody without the key can see.
    pub fn names(&self, doc: DocId, heads: &Heads) -> bool {
        self.0[..NAMED] == Digest::of(doc, heads).to_bytes()[..NAMED]
    }
}

impl SealKey {
    /// The seal over a document recorded up to `heads`.
    pub fn seal(&self, doc: DocId, heads: &Heads) -> Seal {
        let named = Digest::of(doc, heads).to_bytes().into_iter().take(NAMED);
        let proof = self.over(doc, heads).finalize().into_bytes();
        let mut bytes = named.chain(proof);
        Seal(std::array::from_fn(|_| bytes.next().unwrap_or_default()))
    }

    /// Whether `seal` is this township's seal over these heads. Takes as long for a wrong one as for a right one.
    pub fn made(&self, seal: &Seal, doc: DocId, heads: &Heads) -> bool {
        seal.names(doc, heads) && self.over(doc, heads).verify_truncated_left(&seal.0[NAMED..]).is_ok()
    }

    fn over(&self, doc: DocId, heads: &Heads) -> Hmac<Sha256> {
        // HMAC fills a short key with zeros up to the hash's block.
        let mut block = [0; 64];
        block[..32].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(PURPOSE);
        mac.update(&doc.0);
        heads.hashes().iter().for_each(|hash| mac.update(&hash.0));
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ChangeHash;

    fn heads(numbers: &[u8]) -> Heads {
        Heads::new(numbers.iter().map(|number| ChangeHash([*number; 32])).collect())
    }

    #[test]
    fn a_seal_is_over_one_document_at_one_place_under_one_key() {
        let (key, other) = (SealKey([7; 32]), SealKey([8; 32]));
        let seal = key.seal(DocId([1; 16]), &heads(&[2, 3]));
        assert!(key.made(&seal, DocId([1; 16]), &heads(&[2, 3])));
        assert!(!key.made(&seal, DocId([9; 16]), &heads(&[2, 3])));
        assert!(!key.made(&seal, DocId([1; 16]), &heads(&[2])));
        assert!(!other.made(&seal, DocId([1; 16]), &heads(&[2, 3])));
        let mut bent = seal;
        bent.0[15] ^= 1;
        assert!(!key.made(&bent, DocId([1; 16]), &heads(&[2, 3])));
    }

    #[test]
    fn a_phone_sees_which_heads_a_seal_is_over() {
        let seal = SealKey([7; 32]).seal(DocId([1; 16]), &heads(&[2, 3]));
        assert!(seal.names(DocId([1; 16]), &heads(&[2, 3])));
        assert!(!seal.names(DocId([1; 16]), &heads(&[2])));
        assert!(!seal.names(DocId([9; 16]), &heads(&[2, 3])));
    }
}
