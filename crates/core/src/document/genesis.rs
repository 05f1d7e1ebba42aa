//! The name of a document's genesis, without making the document: whoever opens a stored one asks for it each time.

use std::sync::OnceLock;

use automerge::ChangeHash;
use sha2::{Digest as _, Sha256};

use super::{built, has_prose};
use crate::ids::{DocId, DocKind, Generation};

/// The chunk of one document's first genesis, and where in it the document's id stands. Of another document's nothing else
/// differs.
struct Pattern {
    bytes: Vec<u8>,
    id_at: usize,
}

/// What a chunk's hash leaves out: the beginning that all chunks have, and the checksum.
const BEFORE_HASHED: usize = 8;

impl Pattern {
    /// Made by automerge once, so that it is written the way automerge writes it. `None` if it cannot be found out where
    /// the id stands: then every genesis is made.
    fn of(kind: DocKind) -> Option<Self> {
        let id = DocId::mint(kind, [0xa5; 16]);
        let document = built(id, Generation::FIRST);
        let bytes = document.get_changes(&[]).first()?.raw_bytes().to_vec();
        let mut places = bytes.windows(16).enumerate().filter(|(_, window)| *window == id.to_bytes());
        let (id_at, _) = places.next()?;
        places.next().is_none().then_some(Pattern { bytes, id_at })
    }

    fn hash_for(&self, id: DocId) -> Option<ChangeHash> {
        let mut bytes = self.bytes.clone();
        bytes.get_mut(self.id_at..self.id_at + 16)?.copy_from_slice(&id.to_bytes());
        Some(ChangeHash(Sha256::digest(bytes.get(BEFORE_HASHED..)?).into()))
    }
}

/// The heads of a document of which nothing but the genesis is written: those of [`super::Document::of_generation`].
pub(super) fn heads_of(id: DocId, generation: Generation) -> Vec<ChangeHash> {
    static FLAT: OnceLock<Option<Pattern>> = OnceLock::new();
    static WITH_PROSE: OnceLock<Option<Pattern>> = OnceLock::new();
    let pattern = if has_prose(id.kind()) { &WITH_PROSE } else { &FLAT };
    let first = || pattern.get_or_init(|| Pattern::of(id.kind())).as_ref()?.hash_for(id);
    match (generation == Generation::FIRST).then(first).flatten() {
        Some(hash) => vec![hash],
        None => built(id, generation).get_heads(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::KNOWN;
    use crate::testing::doc;

    #[test]
    fn the_name_of_a_genesis_is_that_of_the_genesis_which_is_made() {
        for kind in KNOWN.iter().copied().chain([DocKind::Other(99)]) {
            for n in [0, 1, 0xa5, 0xff] {
                for generation in [Generation::FIRST, Generation(1), Generation(300)] {
                    let made = built(doc(kind, n), generation).get_heads();
                    assert_eq!(heads_of(doc(kind, n), generation), made, "{kind:?} {n} {generation:?}");
                }
            }
            assert!(Pattern::of(kind).is_some(), "{kind:?} is named by its pattern");
        }
    }
}
