//! The phone's side of the gate: what the township sends passes core's gate before the store keeps it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use lianhu_core::card::Card;
use lianhu_core::gate::{Refusal, Scan, TrialVerdict, keep_beyond, open_snapshot, scan, trial};
use lianhu_core::{ChangeHash, DocId, Document, Generation};
use lianhu_sync::ids::{DocId as SyncDocId, Heads};
use lianhu_sync::ports::{
    Admitted, ExtendedDoc, GateRefusal, OpenedDoc, PendingChange, PendingState, PhoneBase, PhoneGate, Received, Scanned,
};

use crate::convert::{core_doc, core_hash, heads_of, sync_hash};
use crate::limits::MAX_TAIL_CHANGES;

/// Core's gate behind the exchange's port. It holds nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gate;

impl PhoneGate for Gate {
    fn open(
        &mut self,
        doc: SyncDocId,
        base: Option<&PhoneBase>,
        snapshot: Option<&[u8]>,
        changes: Vec<Received>,
    ) -> Result<OpenedDoc, GateRefusal> {
        let id = named(doc)?;
        let opened = open_snapshot(id, snapshot, changes.iter().map(Received::bytes)).map_err(refusal)?;
        let held = base.and_then(|base| stored(id, base).ok());
        let whole = held.map_or_else(|| opened.clone(), |held| keep_beyond(&opened, &held));
        Ok(OpenedDoc { heads: heads_of(&whole), snapshot: whole.save().map_err(refusal)? })
    }

    fn extend(&mut self, doc: SyncDocId, base: &PhoneBase, changes: Vec<Received>) -> Result<ExtendedDoc, GateRefusal> {
        let id = named(doc)?;
        let held = stored(id, base)?;
        let scans = changes.iter().map(|change| scan(change.bytes())).collect::<Result<Vec<_>, _>>();
        let scans = scans.map_err(refusal)?;
        let outcome = trial(&held, &scans);
        let mut admitted = Vec::new();
        for ((received, scan), verdict) in changes.into_iter().zip(&scans).zip(&outcome.verdicts) {
            match verdict {
                TrialVerdict::Admitted => {
                    admitted.push(Admitted::by_gate(Scanned::by_gate(received, sync_hash(scan.hash()))));
                }
                TrialVerdict::AlreadyHeld => {}
                TrialVerdict::Refused(reason) => return Err(refusal(*reason)),
            }
        }
        let long = base.tail.len() + admitted.len() > MAX_TAIL_CHANGES;
        // A document that would not open again keeps its changes one by one.
        let snapshot = (long && !admitted.is_empty()).then(|| outcome.saved().ok().map(Cow::into_owned)).flatten();
        Ok(ExtendedDoc { heads: heads_of(&outcome.document), changes: admitted, snapshot })
    }

    fn beyond(&mut self, doc: SyncDocId, base: &PhoneBase, heads: &Heads) -> Result<Vec<Vec<u8>>, GateRefusal> {
        let heads: Vec<_> = heads.hashes().iter().map(|hash| core_hash(*hash)).collect();
        Ok(stored(named(doc)?, base)?.beyond(&heads))
    }

    fn left_behind(
        &mut self,
        doc: SyncDocId,
        base: &PhoneBase,
        changes: &[Received],
    ) -> Result<Vec<Received>, GateRefusal> {
        let held = stored(named(doc)?, base)?;
        if held.generation() == Generation::FIRST {
            return Ok(Vec::new());
        }
        // A phone writes on top of what it holds, so its own change fits its base or an earlier one. What follows a change
        // that was left behind was left behind with it.
        let scanned: Vec<(Received, Scan)> =
            changes.iter().filter_map(|change| Some((change.clone(), scan(change.bytes()).ok()?))).collect();
        let scans: Vec<Scan> = scanned.iter().map(|(_, scan)| scan.clone()).collect();
        let verdicts = trial(&held, &scans).verdicts;
        let left = |verdict: &TrialVerdict| {
            matches!(verdict, TrialVerdict::Refused(Refusal::MissingDependency | Refusal::FollowsRefused))
        };
        Ok(scanned.into_iter().zip(&verdicts).filter(|(_, verdict)| left(verdict)).map(|((own, _), _)| own).collect())
    }

    fn card(&mut self, doc: SyncDocId, base: &PhoneBase, pending: &[PendingChange]) -> Result<Vec<u8>, GateRefusal> {
        let document = working(stored(named(doc)?, base)?, pending);
        Ok(Card::of(&document).to_bytes())
    }
}

fn named(doc: SyncDocId) -> Result<DocId, GateRefusal> {
    core_doc(doc).ok_or_else(|| GateRefusal("the document's name is not one of ours".to_owned()))
}

fn refusal(reason: impl std::fmt::Display) -> GateRefusal {
    GateRefusal(reason.to_string())
}

/// The recorded part of a document, from this phone's own store.
pub(crate) fn stored(id: DocId, base: &PhoneBase) -> Result<Document, GateRefusal> {
    Document::open(id, base.snapshot.as_deref(), base.tail.iter().map(Vec::as_slice)).map_err(refusal)
}

/// A recorded document with this phone's own unsettled changes on top. Refused ones, and whatever follows them, are not
/// part of it, and neither is one that does not fit what is recorded.
pub(crate) fn working(base: Document, pending: &[PendingChange]) -> Document {
    let scans = unsettled(pending);
    if scans.is_empty() { base } else { trial(&base, &scans).document }
}

/// Those of this phone's own unsettled changes that [`working`] leaves out: what is recorded takes their number, or no
/// longer has what they follow. All of them, when the document does not open.
pub(crate) fn left_out(id: DocId, base: Option<&PhoneBase>, pending: &[PendingChange]) -> BTreeSet<ChangeHash> {
    let scans = unsettled(pending);
    let Ok(recorded) = base.map_or_else(|| Ok(Document::new(id)), |base| stored(id, base)) else {
        return scans.iter().map(Scan::hash).collect();
    };
    let verdicts = trial(&recorded, &scans).verdicts;
    let out = |verdict: &TrialVerdict| matches!(verdict, TrialVerdict::Refused(_));
    scans.iter().zip(&verdicts).filter(|(_, verdict)| out(verdict)).map(|(scan, _)| scan.hash()).collect()
}

fn unsettled(pending: &[PendingChange]) -> Vec<Scan> {
    let unsettled = pending.iter().filter(|change| !matches!(change.state, PendingState::Refused(..)));
    unsettled.filter_map(|change| scan(&change.bytes).ok()).collect()
}
