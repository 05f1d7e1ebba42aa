//! What people were told, as the judges remember it: which words are kept, which changes are recorded.

use std::collections::{BTreeMap, BTreeSet};

use lianhu_core::ActorId;
use lianhu_sync::ids::{ChangeHash, DocId};

use crate::words::words_in;

/// Where a word is, as far as its author was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// *Kept* on this handset.
    Kept,
    /// *Recorded*: the township answered so, whether or not the answer arrived.
    Recorded,
    /// It was only on a handset that was put back to an older state: nobody was promised more.
    LostWithItsHandset,
    /// Its author discarded it after it was turned down.
    Discarded,
}

/// A word somebody wrote.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written {
    /// On which handset.
    pub(crate) on: usize,
    pub(crate) fate: Fate,
}

/// Everything promised so far.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Words so far; the next one's number.
    pub(crate) next_word: u64,
    pub(crate) words: BTreeMap<u64, Written>,
    /// Changes the township said to have recorded.
    pub(crate) recorded: BTreeSet<(DocId, ChangeHash)>,
    /// Of those, the ones said since the log was last looked at.
    pub(crate) unchecked: Vec<(DocId, ChangeHash)>,
    /// Of those, the ones a restored township's backup did not know and nobody held: a disaster's loss, counted.
    pub(crate) gone: BTreeSet<(DocId, ChangeHash)>,
    /// Of those, the ones of handsets that write under one name with another, unnoticed: a restored township may take the
    /// other one's change of the same number first, and then it cannot take this one back.
    pub(crate) doubled: BTreeSet<(DocId, ChangeHash)>,
    /// Documents that were begun anew.
    pub(crate) renewed: BTreeSet<DocId>,
    /// Words the office erased.
    pub(crate) erased: BTreeSet<u64>,
    /// Under which name which life of which handset writes.
    pub(crate) actors: BTreeMap<ActorId, (usize, u64)>,
    /// Fresh names of two copies that were the same by chance.
    pub(crate) met_by_chance: u64,
}

impl Ledger {
    /// A save was answered with *kept*.
    pub(crate) fn kept(&mut self, word: u64, on: usize) {
        self.words.insert(word, Written { on, fate: Fate::Kept });
    }

    /// The township said that a change is recorded.
    pub(crate) fn recorded(&mut self, doc: DocId, hash: ChangeHash, bytes: Option<&[u8]>) {
        if self.recorded.insert((doc, hash)) {
            self.unchecked.push((doc, hash));
        }
        for word in bytes.into_iter().flat_map(words_in) {
            self.moved(word, Fate::Recorded);
        }
    }

    /// A word is somewhere else now.
    pub(crate) fn moved(&mut self, word: u64, fate: Fate) {
        if let Some(written) = self.words.get_mut(&word) {
            written.fate = fate;
        }
    }

    /// Words that have to be on a handset.
    pub(crate) fn kept_on(&self, handset: usize) -> impl Iterator<Item = u64> + '_ {
        let here = move |written: &Written| written.on == handset && written.fate == Fate::Kept;
        self.words.iter().filter(move |(_, written)| here(written)).map(|(word, _)| *word)
    }

    /// A handset was put back to a state before `word`: what it wrote since and had not delivered is gone with it.
    pub(crate) fn put_back(&mut self, handset: usize, word: u64) {
        for (number, written) in &mut self.words {
            if written.on == handset && written.fate == Fate::Kept && *number >= word {
                written.fate = Fate::LostWithItsHandset;
            }
        }
    }
}
