//! A phone's store in memory.

use std::collections::BTreeMap;
use std::convert::Infallible;

use lianhu_sync::ids::DocId;
use lianhu_sync::ports::{
    PendingChange, PendingState, PhoneBase, PhoneDocSummary, PhoneStanding, PhoneStore, PhoneWrite,
};

/// A phone's store in memory. A clone is a copy of the phone as it was at that moment: take one before a call to see what
/// a crash would have left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryPhone {
    standing: PhoneStanding,
    documents: BTreeMap<DocId, Held>,
    pending: Vec<PendingChange>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Held {
    base: Option<PhoneBase>,
    card: Vec<u8>,
    withdrawn: bool,
}

impl PhoneStore for MemoryPhone {
    type Error = Infallible;

    fn standing(&self) -> Result<PhoneStanding, Infallible> {
        Ok(self.standing.clone())
    }

    fn documents(&self) -> Result<Vec<PhoneDocSummary>, Infallible> {
        let summary = |(doc, held): (&DocId, &Held)| PhoneDocSummary {
            doc: *doc,
            heads: held.base.as_ref().map(|base| base.heads.clone()).unwrap_or_default(),
            card: held.card.clone(),
            withdrawn: held.withdrawn,
        };
        Ok(self.documents.iter().map(summary).collect())
    }

    fn base(&self, doc: DocId) -> Result<Option<PhoneBase>, Infallible> {
        Ok(self.documents.get(&doc).and_then(|held| held.base.clone()))
    }

    fn pending(&self, doc: Option<DocId>) -> Result<Vec<PendingChange>, Infallible> {
        Ok(self.pending.iter().filter(|change| doc.is_none_or(|doc| change.doc == doc)).cloned().collect())
    }

    fn commit(&mut self, writes: Vec<PhoneWrite>) -> Result<(), Infallible> {
        writes.into_iter().for_each(|write| self.apply(write));
        Ok(())
    }

    fn destroy(&mut self) -> Result<(), Infallible> {
        *self = MemoryPhone::default();
        Ok(())
    }
}

impl MemoryPhone {
    fn apply(&mut self, write: PhoneWrite) {
        match write {
            PhoneWrite::Standing(standing) => self.standing = standing,
            PhoneWrite::Base { doc, heads, snapshot, tail } => {
                let base = self.documents.entry(doc).or_default().base.get_or_insert_default();
                base.heads = heads;
                if snapshot.is_some() {
                    base.snapshot = snapshot;
                    base.tail.clear();
                }
                base.tail.extend(tail.iter().map(|change| change.bytes().to_vec()));
            }
            PhoneWrite::Seal { doc, heads, seal } => {
                if let Some(base) = self.documents.get_mut(&doc).and_then(|held| held.base.as_mut()) {
                    base.sealed = Some((heads, seal));
                }
            }
            PhoneWrite::Card { doc, card } => self.documents.entry(doc).or_default().card = card,
            PhoneWrite::Withdrawn { doc, withdrawn } => self.documents.entry(doc).or_default().withdrawn = withdrawn,
            PhoneWrite::Forget { doc } => {
                self.documents.remove(&doc);
                self.pending.retain(|change| change.doc != doc || matches!(change.state, PendingState::Refused(..)));
            }
            PhoneWrite::Pending(change) => {
                if !self.pending.iter().any(|known| (known.doc, known.hash) == (change.doc, change.hash)) {
                    self.pending.push(change);
                }
            }
            PhoneWrite::PendingState { doc, hash, state } => {
                if let Some(change) = self.pending.iter_mut().find(|change| (change.doc, change.hash) == (doc, hash)) {
                    change.state = state;
                }
            }
            PhoneWrite::Settled { doc, hash } => {
                self.pending.retain(|change| (change.doc, change.hash) != (doc, hash));
            }
        }
    }
}
