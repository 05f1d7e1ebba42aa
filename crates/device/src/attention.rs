//! What needs its author: changes that wait or were turned down, and those no page shows any more; words kept.

use std::collections::{BTreeMap, BTreeSet, btree_map};

use lianhu_core::gate::{Scan, scan};
use lianhu_core::{ChangeHash, DeviceMillis, DocId, Edit, Scalar, Stamp};
use lianhu_sync::ids::{ChangeHash as SyncHash, DocId as SyncDocId};
use lianhu_sync::message::RefusedCode;
use lianhu_sync::ports::{PendingChange, PendingState, PhoneStore, PhoneWrite};

use crate::convert::{core_doc, core_hash, sync_doc, sync_hash};
use crate::error::WorkbookError;
use crate::gate::left_out;
use crate::place::Place;
use crate::replay::{by_document, dependents};
use crate::shelf::Waiting;
use crate::surroundings::Surroundings;
use crate::workbook::{Prepared, Saved, Workbook};

/// An own save that a person has to look at: held by the township, turned down, or shown on no page because what the
/// township recorded does not go together with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Attention {
    /// The document.
    pub doc: DocId,
    /// The change.
    pub change: ChangeHash,
    /// Held or refused, and why; kept, when it waits for the next sync and no page shows it.
    pub place: Place,
    /// When it was written, by this device's clock.
    pub at: DeviceMillis,
    /// What was written: each key with its value, or nothing where it was removed.
    pub words: Vec<(String, Option<Scalar>)>,
}

impl<S: PhoneStore, X: Surroundings> Workbook<S, X> {
    /// Own saves that are held or were turned down, and those that are kept and yet shown on no page: a township that
    /// records changes under this phone's own name, or another generation, has put something in their place. Oldest
    /// first. Their words stay until their author writes them again or discards them.
    pub fn needs_attention(&self) -> Result<Vec<Attention>, WorkbookError<S::Error>> {
        let mut words = BTreeMap::new();
        let mut attention = Vec::new();
        for change in self.wants_attention()? {
            // Hardly anything does, and only of what does the words are read.
            if let btree_map::Entry::Vacant(unread) = words.entry(change.doc) {
                unread.insert(self.store.pending(Some(change.doc)).map_err(WorkbookError::Store)?);
            }
            let mut of_document = words.get(&change.doc).into_iter().flatten();
            let Some(pending) = of_document.find(|pending| pending.hash == change.hash) else { continue };
            let (Some(doc), Ok(scanned)) = (core_doc(change.doc), scan(&pending.bytes)) else { continue };
            attention.push(Attention {
                doc,
                change: core_hash(change.hash),
                place: change.place,
                at: scanned.time(),
                words: scanned.words(),
            });
        }
        Ok(attention)
    }

    /// How many they are, without their words.
    pub fn attention_count(&self) -> Result<usize, WorkbookError<S::Error>> {
        Ok(self.wants_attention()?.len())
    }

    fn wants_attention(&self) -> Result<Vec<Waiting>, WorkbookError<S::Error>> {
        self.unlocked()?;
        let waiting = self.shelf.waiting(&self.store).map_err(WorkbookError::Store)?;
        let unseen = self.shelf.unseen(|| self.unseen(&self.store.pending(None).map_err(WorkbookError::Store)?))?;
        let wants = |change: &&Waiting| {
            matches!(change.place, Place::Held(_) | Place::Refused(..)) || unseen.contains(&change.hash)
        };
        Ok(waiting.iter().filter(wants).cloned().collect())
    }

    /// The kept changes among `pending` that no page shows.
    fn unseen(&self, pending: &[PendingChange]) -> Result<BTreeSet<SyncHash>, WorkbookError<S::Error>> {
        let mut unseen = BTreeSet::new();
        for (doc, changes) in by_document(pending.to_vec()) {
            let Some(id) = core_doc(doc).filter(|_| changes.iter().any(is_kept)) else { continue };
            let base = self.store.base(doc).map_err(WorkbookError::Store)?;
            unseen.extend(left_out(id, base.as_ref(), &changes).into_iter().map(sync_hash));
        }
        let kept = pending.iter().filter(|change| is_kept(change) && unseen.contains(&change.hash));
        Ok(kept.map(|change| change.hash).collect())
    }

    /// Lets a turned-down save go, words and all. A held one is the township's to decide, and so is one that is kept. What was written about the
    /// discarded words stays turned down with them, for its author to look at by itself.
    pub fn discard(&mut self, doc: DocId, change: ChangeHash) -> Result<(), WorkbookError<S::Error>> {
        let refused = self.named(doc, change, |change| matches!(change.state, PendingState::Refused(..)))?;
        let pending = self.store.pending(Some(sync_doc(doc))).map_err(WorkbookError::Store)?;
        let mut writes = vec![PhoneWrite::Settled { doc: sync_doc(doc), hash: sync_hash(change) }];
        writes.extend(dependents(&pending, &refused).map(|hash| PhoneWrite::PendingState {
            doc: sync_doc(doc),
            hash,
            state: refused.state.clone(),
        }));
        self.store.commit(writes).map_err(WorkbookError::Store)?;
        self.forget_cached(Some(doc));
        Ok(())
    }

    /// Writes a save again that was turned down or is shown on no page, on top of what the document holds now. It is
    /// judged anew; if that fails, the old words stay where they are.
    pub fn write_again(&mut self, doc: DocId, change: ChangeHash) -> Result<Saved, WorkbookError<S::Error>> {
        let pending = self.store.pending(Some(sync_doc(doc))).map_err(WorkbookError::Store)?;
        let unseen = self.unseen(&pending)?;
        let may =
            |change: &PendingChange| matches!(change.state, PendingState::Refused(..)) || unseen.contains(&change.hash);
        let old = self.named(doc, change, may)?;
        let stamp = self.host.stamp(self.surroundings.now());
        self.rewrite(doc, &old, stamp)
    }

    fn named(
        &self,
        doc: DocId,
        change: ChangeHash,
        may: impl Fn(&PendingChange) -> bool,
    ) -> Result<PendingChange, WorkbookError<S::Error>> {
        let pending = self.store.pending(Some(sync_doc(doc))).map_err(WorkbookError::Store)?;
        let named = pending.into_iter().find(|pending| pending.hash == sync_hash(change) && may(pending));
        named.ok_or(WorkbookError::NoSuchRecord)
    }

    /// Replaces a change by a new one with the same words.
    fn rewrite(&mut self, doc: DocId, change: &PendingChange, stamp: Stamp) -> Result<Saved, WorkbookError<S::Error>> {
        let scanned = scan(&change.bytes).map_err(WorkbookError::TooMuch)?;
        let prepared = self.prepare(doc, Edit::again(&scanned), stamp)?;
        let (mut writes, saved) = match prepared {
            None => (Vec::new(), Saved::Unchanged),
            Some(Prepared { writes, saved, .. }) => (writes, saved),
        };
        writes.push(gives_way(change, &writes));
        self.store.commit(writes).map_err(WorkbookError::Store)?;
        self.forget_cached(Some(doc));
        Ok(saved)
    }

    /// Replaces a change by a new one with the same words and time, and says whether it could: what may not be written
    /// any more stays turned down, with its words.
    pub(crate) fn rewrite_if_it_may(
        &mut self,
        doc: DocId,
        change: &PendingChange,
        scanned: &Scan,
    ) -> Result<bool, WorkbookError<S::Error>> {
        match self.rewrite(doc, change, self.host.stamp(scanned.time())) {
            Ok(_) => Ok(true),
            Err(WorkbookError::Store(error)) => Err(WorkbookError::Store(error)),
            Err(_) => Ok(false),
        }
    }

    /// Another store wrote under this device's name, and the township recorded that one's change first. This store takes
    /// a fresh name and writes again what was turned down for it, in order. Says how many saves were.
    pub(crate) fn heal_forks(&mut self) -> Result<u32, WorkbookError<S::Error>> {
        let pending = self.store.pending(None).map_err(WorkbookError::Store)?;
        let forked: BTreeSet<SyncDocId> = pending
            .iter()
            .filter(|change| matches!(change.state, PendingState::Refused(RefusedCode::Forked, _)))
            .map(|change| change.doc)
            .collect();
        if forked.is_empty() {
            return Ok(0);
        }
        self.fresh_incarnation()?;
        let mut written = 0;
        for change in pending.iter().filter(|change| forked.contains(&change.doc)) {
            let spoilt =
                matches!(change.state, PendingState::Refused(RefusedCode::Forked | RefusedCode::FollowsRefused, _));
            let (Some(doc), Ok(scanned), true) = (core_doc(change.doc), scan(&change.bytes), spoilt) else { continue };
            written += u32::from(self.rewrite_if_it_may(doc, change, &scanned)?);
        }
        Ok(written)
    }
}

fn is_kept(change: &PendingChange) -> bool {
    matches!(change.state, PendingState::Kept | PendingState::Carried)
}

/// What becomes of a change in whose place `writes` put another. Written again by the same hand on the same ground, it may
/// be the very change it was: then it only stands again.
pub(crate) fn gives_way(change: &PendingChange, writes: &[PhoneWrite]) -> PhoneWrite {
    let same = |write: &PhoneWrite| matches!(write, PhoneWrite::Pending(new) if new.hash == change.hash);
    if writes.iter().any(same) {
        PhoneWrite::PendingState { doc: change.doc, hash: change.hash, state: PendingState::Kept }
    } else {
        PhoneWrite::Settled { doc: change.doc, hash: change.hash }
    }
}
