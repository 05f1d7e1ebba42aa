//! What the township's office writes. It takes the same way as a phone's changes: through the gate, into the log.

use std::sync::{MutexGuard, PoisonError};

use lianhu_core::{ActorId, DeviceMillis, DocId, DocKind, Document, Edit, Stamp, WriteError};
use lianhu_store::StoreError;
use lianhu_sync::ids::{DeviceId, LogId, ServerMillis};
use lianhu_sync::message::{Chunk, DocChanges, RefusedCode, Verdict};
use lianhu_sync::ports::{Caller, CommitOutcome, Township as _, TownshipGate as _};

use crate::audit::Actor;
use crate::gate::{GateError, OFFICE};
use crate::limits::WRITTEN_AGAIN;
use crate::town::{Town, TownError, reader_of};
use crate::{numbers, settle};

/// Why the office's own writing did not get in. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// The store or the gate failed.
    #[error("{0}")]
    Town(#[from] TownError),
    /// The document refused the edit.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The gate gave another verdict than recorded; the code and the sentence say why.
    #[error("the office's change was not recorded: {0:?}")]
    NotRecorded(Verdict),
}

impl From<StoreError> for ActError {
    fn from(why: StoreError) -> Self {
        ActError::Town(why.into())
    }
}

impl From<GateError> for ActError {
    fn from(why: GateError) -> Self {
        ActError::Town(why.into())
    }
}

/// The office's hand in one life of the log, at a moment.
pub(crate) fn office_stamp(log: LogId, at: ServerMillis) -> Stamp {
    Stamp { worker: OFFICE, actor: ActorId::new(OFFICE, log.0, 0), at: DeviceMillis(at.0) }
}

impl Town {
    /// The office's hand at this moment. Its device is the log's present life, so a restored township never writes under
    /// the actor of the one it was copied from.
    pub fn office_stamp(&self) -> Result<Stamp, StoreError> {
        Ok(office_stamp(self.store.read()?.log(), self.now()))
    }

    /// A document as it is recorded now; a blank one if it never was.
    pub fn document(&self, id: DocId) -> Result<Document, TownError> {
        let reader = self.store.read()?;
        Ok(self.gate.open(&reader, lianhu_sync::ids::DocId(id.to_bytes()))?.document)
    }

    /// The recorded documents of a kind, in the order of ids.
    pub fn documents_of(&self, kind: DocKind) -> Result<Vec<DocId>, TownError> {
        let recorded = self.store.read()?.documents()?;
        let ids = recorded.into_iter().filter_map(|recorded| DocId::from_bytes(recorded.doc.0).ok());
        Ok(ids.filter(|id| id.kind() == kind).collect())
    }

    /// Writes one save into one document as the office. `edit` makes it from the document as it stands, and is asked
    /// again when somebody else's change got in first. Answers whether there was anything to write.
    pub fn write<E>(&self, id: DocId, mut edit: impl FnMut(&Document) -> Result<Edit, E>) -> Result<bool, E>
    where
        E: From<ActError>,
    {
        for _ in 0..WRITTEN_AGAIN {
            let hand = self.office_hand();
            let stamp = self.office_stamp().map_err(ActError::from)?;
            let mut document = self.document(id).map_err(ActError::from)?;
            let edit = edit(&document)?;
            let Some(change) = document.write(stamp, edit).map_err(ActError::from)? else { return Ok(false) };
            let doc = lianhu_sync::ids::DocId(id.to_bytes());
            let verdicts = self.record_by(&hand, &[DocChanges { doc, changes: vec![Chunk(change.bytes)] }])?;
            match verdicts.into_iter().next() {
                Some(Verdict::Recorded | Verdict::Known) => {
                    drop(hand);
                    numbers::after(self, [doc]);
                    return Ok(true);
                }
                // The number of the office's own actor was taken meanwhile: write it again.
                Some(Verdict::Refused { code: RefusedCode::Forked, .. }) => {}
                Some(other) => return Err(ActError::NotRecorded(other).into()),
                None => return Ok(false),
            }
        }
        Err(ActError::Town(TownError::Busy).into())
    }

    /// Records changes written under the office's hand ([`Town::office_stamp`]), all in one commit.
    pub fn record(&self, changes: &[DocChanges]) -> Result<Vec<Verdict>, ActError> {
        let verdicts = self.record_by(&self.office_hand(), changes)?;
        numbers::after(self, changes.iter().map(|of_doc| of_doc.doc));
        Ok(verdicts)
    }

    /// The office has one hand: its clerks share an actor, whose changes follow one another.
    pub(crate) fn office_hand(&self) -> MutexGuard<'_, ()> {
        self.office_hand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn record_by(
        &self,
        _hand: &MutexGuard<'_, ()>,
        changes: &[DocChanges],
    ) -> Result<Vec<Verdict>, ActError> {
        let caller = Caller { device: DeviceId(self.store.read()?.log().0), reader: reader_of(OFFICE) };
        for _ in 0..WRITTEN_AGAIN {
            let reader = self.store.read()?;
            let judged = self.gate.judge(&reader, caller, changes, self.now())?;
            drop(reader);
            let Some(commit) = judged.commit else { return Ok(judged.verdicts) };
            if self.store.commit(commit)? != CommitOutcome::Stale {
                settle::after(self, changes.iter().map(|of_doc| of_doc.doc));
                self.log_rights(&Actor::Machine, changes, &judged.verdicts);
                return Ok(judged.verdicts);
            }
        }
        Err(ActError::Town(TownError::Busy))
    }
}
