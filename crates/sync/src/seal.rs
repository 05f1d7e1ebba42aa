//! Seals: how a township knows its own record again.
//!
//! With each document a reply speaks of, the township hands out a seal over the document and its heads, made with a key
//! that lives in its store and so in every backup of it. A change names what it follows by hash, so the heads stand for
//! the whole history before them. When the township is put back from an old backup, a phone that holds a seal can give
//! back everything under it, whoever wrote it, and the township takes it in as what it is: its own record, judged once
//! before. Without a seal a phone could only vouch for its owner's own words.

use std::fmt;

use lianhu_crypto::{Purpose, Suite, SymmetricKey};
use minicbor::{Decode, Encode};

use crate::ids::{Digest, DocId, Heads};

/// Bytes of a seal by which a phone sees which heads it is over.
const NAMED: usize = 4;

/// A township's key for seals: made with its store, the same in every copy of it, and used under the township's suite.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SealKey {
    suite: Suite,
    key: SymmetricKey,
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
    /// The key a township's store holds, for its suite.
    pub const fn new(suite: Suite, key: [u8; 32]) -> Self {
        SealKey { suite, key: SymmetricKey(key) }
    }

    /// The seal over a document recorded up to `heads`.
    pub fn seal(&self, doc: DocId, heads: &Heads) -> Seal {
        let named = Digest::of(doc, heads).to_bytes().into_iter().take(NAMED);
        let proof = self.suite.authenticate(&self.key, Purpose::DocumentSeal, &over(&doc, heads));
        let mut bytes = named.chain(proof);
        Seal(std::array::from_fn(|_| bytes.next().unwrap_or_default()))
    }

    /// Whether `seal` is this township's seal over these heads. Takes as long for a wrong one as for a right one.
    pub fn made(&self, seal: &Seal, doc: DocId, heads: &Heads) -> bool {
        let proof = &seal.0[NAMED..];
        seal.names(doc, heads) && self.suite.is_authentic(&self.key, Purpose::DocumentSeal, &over(&doc, heads), proof)
    }
}

fn over<'a>(doc: &'a DocId, heads: &'a Heads) -> Vec<&'a [u8]> {
    std::iter::once(doc.0.as_slice()).chain(heads.hashes().iter().map(|hash| hash.0.as_slice())).collect()
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
        for suite in Suite::ALL {
            one_seal(&SealKey::new(*suite, [7; 32]), &SealKey::new(*suite, [8; 32]));
        }
        let [first, second] = [Suite::International, Suite::National].map(|suite| SealKey::new(suite, [7; 32]));
        one_seal(&first, &second);
        one_seal(&second, &first);
    }

    fn one_seal(key: &SealKey, other: &SealKey) {
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
        let seal = SealKey::new(Suite::default(), [7; 32]).seal(DocId([1; 16]), &heads(&[2, 3]));
        assert!(seal.names(DocId([1; 16]), &heads(&[2, 3])));
        assert!(!seal.names(DocId([1; 16]), &heads(&[2])));
        assert!(!seal.names(DocId([9; 16]), &heads(&[2, 3])));
    }
    #[test]
    fn the_seals_phones_hold_are_computed_for_ever_as_they_were() {
        // HMAC-SHA-256 and HMAC-SM3 of these bytes under this key, as another program computes them.
        let golden = ["3f50b50c140233d33068c96d", "06ec9b1aa99efbedf42c516d"];
        for (suite, proof) in Suite::ALL.iter().zip(golden) {
            let seal = SealKey::new(*suite, [7; 32]).seal(DocId([1; 16]), &heads(&[2, 3]));
            assert_eq!(data_encoding::HEXLOWER.encode(&seal.0[NAMED..]), proof);
        }
    }
}
