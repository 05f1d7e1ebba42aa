//! What needs its author: changes that wait or were turned down, words kept.

use std::collections::BTreeSet;

use lianhu_core::gate::{Scan, scan};
use lianhu_core::{ChangeHash, DeviceMillis, DocId, Edit, Scalar, Stamp};
use lianhu_sync::ids::DocId as SyncDocId;
use lianhu_sync::message::RefusedCode;
use lianhu_sync::ports::{PendingChange, PendingState, PhoneStore, PhoneWrite};

use crate::convert::{core_doc, core_hash, sync_doc, sync_hash};
use crate::error::WorkbookError;
use crate::place::Place;
use crate::replay::dependents;
use crate::surroundings::Surroundings;
use crate::workbook::{Prepared, Saved, Workbook};

/// An own save that a person has to look at: held by the township, or turned down.
#[derive(Clone, Debug, PartialEq)]
pub struct Attention {
    /// The document.
    pub doc: DocId,
    /// The change.
    pub change: ChangeHash,
    /// Held or refused, and why.
    pub place: Place,
    /// When it was written, by this device's clock.
    pub at: DeviceMillis,
    /// What was written: each key with its value, or nothing where it was removed.
    pub words: Vec<(String, Option<Scalar>)>,
}

impl<S: PhoneStore, X: Surroundings> Workbook<S, X> {
    /// Own saves that are held or were turned down, oldest first. Their words stay until their author writes them again
    /// or discards them.
    pub fn needs_attention(&self) -> Result<Vec<Attention>, WorkbookError<S::Error>> {
        self.unlocked()?;
        let pending = self.store.pending(None).map_err(WorkbookError::Store)?;
        let attention = pending.iter().filter_map(|change| {
            if !matches!(change.state, PendingState::Held(_) | PendingState::Refused(..)) {
                return None;
            }
            let scanned = scan(&change.bytes).ok()?;
            Some(Attention {
                doc: core_doc(change.doc)?,
                change: core_hash(change.hash),
                place: Place::from(&change.state),
                at: scanned.time(),
                words: scanned.words(),
            })
        });
        Ok(attention.collect())
    }

    /// Lets a turned-down save go, words and all. A held one is the township's to decide. What was written about the
    /// discarded words stays turned down with them, for its author to look at by itself.
    pub fn discard(&mut self, doc: DocId, change: ChangeHash) -> Result<(), WorkbookError<S::Error>> {
        let refused = self.refused(doc, change)?;
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

    /// Writes a turned-down save again, on top of what the document holds now. It is judged anew; if that fails, the old
    /// words stay where they are.
    pub fn write_again(&mut self, doc: DocId, change: ChangeHash) -> Result<Saved, WorkbookError<S::Error>> {
        let refused = self.refused(doc, change)?;
        let stamp = self.host.stamp(self.surroundings.now());
        self.rewrite(doc, &refused, stamp)
    }

    fn refused(&self, doc: DocId, change: ChangeHash) -> Result<PendingChange, WorkbookError<S::Error>> {
        let pending = self.store.pending(Some(sync_doc(doc))).map_err(WorkbookError::Store)?;
        let refused = pending
            .into_iter()
            .find(|pending| pending.hash == sync_hash(change) && matches!(pending.state, PendingState::Refused(..)));
        refused.ok_or(WorkbookError::NoSuchRecord)
    }

    /// Replaces a change by a new one with the same words.
    fn rewrite(&mut self, doc: DocId, change: &PendingChange, stamp: Stamp) -> Result<Saved, WorkbookError<S::Error>> {
        let scanned = scan(&change.bytes).map_err(WorkbookError::TooMuch)?;
        let prepared = self.prepare(doc, Edit::again(&scanned), stamp)?;
        let (mut writes, saved) = match prepared {
            None => (Vec::new(), Saved::Unchanged),
            Some(Prepared { writes, saved, .. }) => (writes, saved),
        };
        // Written again by the same hand on the same ground, it may be the very change it was: then it only stands again.
        let same = |write: &PhoneWrite| matches!(write, PhoneWrite::Pending(new) if new.hash == change.hash);
        if writes.iter().any(same) {
            let state = PendingState::Kept;
            writes.push(PhoneWrite::PendingState { doc: change.doc, hash: change.hash, state });
        } else {
            writes.push(PhoneWrite::Settled { doc: change.doc, hash: change.hash });
        }
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
