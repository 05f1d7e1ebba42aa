//! What lists and counts are made of, in memory: the cards of all documents, and where each own save is that is not recorded.
//! Otherwise every look would read and open thousands of documents, and the words of all that waits for a line.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use lianhu_core::DocId;
use lianhu_core::card::Card;
use lianhu_sync::ids::{ChangeHash, DocId as SyncDocId};
use lianhu_sync::ports::{PendingChange, PhoneDocSummary, PhoneStore, PhoneWrite};

use crate::convert::core_doc;
use crate::place::Place;

/// A document and what lists show of it.
#[derive(Clone, Debug)]
pub(crate) struct Shelved {
    pub(crate) id: DocId,
    pub(crate) card: Card,
    pub(crate) withdrawn: bool,
}

/// One of this phone's own changes that is not recorded, without its words.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) doc: SyncDocId,
    pub(crate) hash: ChangeHash,
    pub(crate) place: Place,
}

impl From<&PendingChange> for Waiting {
    fn from(change: &PendingChange) -> Self {
        Waiting { doc: change.doc, hash: change.hash, place: Place::from(&change.state) }
    }
}

/// What is in memory of a store: each of these whole, or nothing yet.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    cards: OnceLock<BTreeMap<SyncDocId, Shelved>>,
    waiting: OnceLock<Vec<Waiting>>,
    unseen: OnceLock<BTreeSet<ChangeHash>>,
}

impl Shelf {
    /// Every document, in the order of the store.
    pub(crate) fn cards<S: PhoneStore>(&self, store: &S) -> Result<&BTreeMap<SyncDocId, Shelved>, S::Error> {
        filled(&self.cards, || {
            let all = store.documents()?.into_iter();
            Ok(all.filter_map(|summary| Some((summary.doc, shelved(&summary)?))).collect())
        })
    }

    /// Every own change that is not recorded, oldest first.
    pub(crate) fn waiting<S: PhoneStore>(&self, store: &S) -> Result<&[Waiting], S::Error> {
        filled(&self.waiting, || Ok(store.pending(None)?.iter().map(Waiting::from).collect())).map(Vec::as_slice)
    }

    /// The kept changes that no page shows, as `look` finds them.
    pub(crate) fn unseen<E>(
        &self,
        look: impl FnOnce() -> Result<BTreeSet<ChangeHash>, E>,
    ) -> Result<&BTreeSet<ChangeHash>, E> {
        filled(&self.unseen, look)
    }

    /// The same shelf after saves were committed: they fit what their pages show, so that none of them is unseen.
    pub(crate) fn with(mut self, saves: Saves) -> Self {
        if let Some(all) = self.cards.get_mut() {
            for (doc, card) in saves.cards {
                let withdrawn = all.get(&doc).is_some_and(|shelved| shelved.withdrawn);
                let id = core_doc(doc);
                all.extend(id.map(|id| (doc, Shelved { id, card: Card::from_bytes(&card), withdrawn })));
            }
        }
        if let Some(all) = self.waiting.get_mut() {
            all.extend(saves.changes);
        }
        self
    }
}

/// What is in memory, brought there by whoever asks first.
fn filled<T, E>(place: &OnceLock<T>, bring: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
    match place.get() {
        Some(all) => Ok(all),
        None => {
            let all = bring()?;
            Ok(place.get_or_init(|| all))
        }
    }
}

fn shelved(summary: &PhoneDocSummary) -> Option<Shelved> {
    let id = core_doc(summary.doc)?;
    Some(Shelved { id, card: Card::from_bytes(&summary.card), withdrawn: summary.withdrawn })
}

/// What saves bring to the shelf.
pub(crate) struct Saves {
    cards: Vec<(SyncDocId, Vec<u8>)>,
    changes: Vec<Waiting>,
}

impl Saves {
    /// The saves among writes that are about to be committed.
    pub(crate) fn among(writes: &[PhoneWrite]) -> Self {
        let (mut cards, mut changes) = (Vec::new(), Vec::new());
        for write in writes {
            match write {
                PhoneWrite::Card { doc, card } => cards.push((*doc, card.clone())),
                PhoneWrite::Pending(change) => changes.push(Waiting::from(change)),
                _ => {}
            }
        }
        Saves { cards, changes }
    }
}
