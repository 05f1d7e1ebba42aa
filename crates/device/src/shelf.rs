//! The cards of all documents in memory, so that a list does not read and open thousands of them anew for every look.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use lianhu_core::DocId;
use lianhu_core::card::Card;
use lianhu_sync::ids::DocId as SyncDocId;
use lianhu_sync::ports::{PhoneDocSummary, PhoneStore, PhoneWrite};

use crate::convert::core_doc;

/// A document and what lists show of it.
#[derive(Clone, Debug)]
pub(crate) struct Shelved {
    pub(crate) id: DocId,
    pub(crate) card: Card,
    pub(crate) withdrawn: bool,
}

/// What is in memory of a store's cards: all of them, or nothing yet.
#[derive(Debug, Default)]
pub(crate) struct Shelf(OnceLock<BTreeMap<SyncDocId, Shelved>>);

impl Shelf {
    /// Every document, in the order of the store.
    pub(crate) fn of<S: PhoneStore>(&self, store: &S) -> Result<&BTreeMap<SyncDocId, Shelved>, S::Error> {
        if let Some(all) = self.0.get() {
            return Ok(all);
        }
        let all =
            store.documents()?.into_iter().filter_map(|summary| Some((summary.doc, shelved(&summary)?))).collect();
        Ok(self.0.get_or_init(|| all))
    }

    /// The same shelf after these cards were committed.
    pub(crate) fn with(mut self, cards: Vec<(SyncDocId, Vec<u8>)>) -> Self {
        if let Some(all) = self.0.get_mut() {
            for (doc, card) in cards {
                let withdrawn = all.get(&doc).is_some_and(|shelved| shelved.withdrawn);
                let id = core_doc(doc);
                all.extend(id.map(|id| (doc, Shelved { id, card: Card::from_bytes(&card), withdrawn })));
            }
        }
        self
    }
}

fn shelved(summary: &PhoneDocSummary) -> Option<Shelved> {
    let id = core_doc(summary.doc)?;
    Some(Shelved { id, card: Card::from_bytes(&summary.card), withdrawn: summary.withdrawn })
}

/// The cards among writes that are about to be committed.
pub(crate) fn cards_in(writes: &[PhoneWrite]) -> Vec<(SyncDocId, Vec<u8>)> {
    let card = |write: &PhoneWrite| match write {
        PhoneWrite::Card { doc, card } => Some((*doc, card.clone())),
        _ => None,
    };
    writes.iter().filter_map(card).collect()
}
