//! What phones give back of an earlier life of the log, under the township's own seal. `docs/adr/0012-erasure-list.md`.
//!
//! The document may have begun anew since the backup was made, and the list of erasures may have begun it here too. What
//! comes back is then of a later generation, of this one or of an earlier one, and in none of the three may it bring
//! erased words back, take away what was recorded since, or be lost.

use std::collections::BTreeSet;

use lianhu_core::gate::{Scan, Trial, TrialVerdict, scan, trial};
use lianhu_core::{Document, Generation, NewChange, Stamp};
use lianhu_sync::ids::{ChangeHash, DocId, Heads};
use lianhu_sync::message::Verdict;
use lianhu_sync::ports::{Admitted, Beginning, Received, Scanned, SealedDoc, StandIn, TownshipReader as _};

use super::document::BEGAN;
use super::{GateError, Judging, Opened};
use crate::act::office_stamp;
use crate::erasures::forgotten;

/// A document with what comes back of it, as it will be.
struct Joined {
    after: Trial,
    admitted: Vec<Admitted>,
    /// Nothing of what came was refused.
    whole: bool,
}

impl Joined {
    fn new(document: &Document, scans: Vec<Scan>) -> Self {
        let (after, admitted, whole) = tried(document, scans);
        Joined { after, admitted, whole }
    }

    /// Adds more on top. What does not fit is left out, and said.
    fn add(&mut self, changes: &[NewChange]) {
        let scans = changes.iter().filter_map(|change| scan(&change.bytes).ok()).collect();
        let (after, admitted, whole) = tried(&self.after.document, scans);
        self.after = after;
        self.admitted.extend(admitted);
        self.whole &= whole;
    }
}

fn tried(document: &Document, scans: Vec<Scan>) -> (Trial, Vec<Admitted>, bool) {
    let after = trial(document, &scans);
    let whole = !after.verdicts.iter().any(|verdict| matches!(verdict, TrialVerdict::Refused(_)));
    let fit = scans.into_iter().zip(&after.verdicts).filter(|(_, verdict)| **verdict == TrialVerdict::Admitted);
    let admitted = fit.map(|(scan, _)| {
        let hash = ChangeHash(scan.hash().0);
        Admitted::by_gate(Scanned::by_gate(Received::new(scan.into_bytes()), hash))
    });
    let admitted = admitted.collect();
    (after, admitted, whole)
}

impl Judging<'_> {
    /// Takes back what this township recorded before and has lost since: what lies under its own seal, whoever wrote it.
    /// Permission was asked then; the bytes are scanned and tried like everybody's, and what does not fit is left out.
    pub(super) fn take_back(&mut self, sealed: &SealedDoc) -> Result<(), GateError> {
        let doc = sealed.doc();
        if lianhu_core::DocId::from_bytes(doc.0).is_err() {
            return Ok(());
        }
        let scans = under_seal(sealed);
        let before = self.gate.open(self.reader, doc)?;
        self.loaded += 1;
        self.based_on(doc, &before.heads);
        let stand_in = self.reader.stand_in(doc)?;
        let now = before.document.generation();
        match generation_of(&scans, &before.document) {
            Some(given) if given > now => self.take_later(doc, &before, scans, given, stand_in),
            Some(given) if given < now => self.take_earlier(doc, &before, scans, given, stand_in.as_ref()),
            _ => self.take_present(doc, &before, scans, stand_in),
        }
    }

    /// The document began anew after the backup was made: what the backup holds of it is what was to go. What was
    /// recorded here since is written again beside what comes.
    fn take_later(
        &mut self,
        doc: DocId,
        before: &Opened,
        scans: Vec<Scan>,
        given: Generation,
        stand_in: Option<StandIn>,
    ) -> Result<(), GateError> {
        let mut joined = Joined::new(&Document::of_generation(before.document.id(), given), scans);
        if joined.admitted.is_empty() {
            return Ok(());
        }
        if let Some(StandIn { heads, .. }) = stand_in {
            let since = before.document.beyond(&names(&heads));
            let since: Vec<Scan> = since.iter().filter_map(|bytes| scan(bytes).ok()).collect();
            let hand = hand_of(&before.heads);
            let carried = joined.after.document.carried(&since, &hand);
            joined.add(&carried.map_err(|_| GateError::Damaged(doc))?);
            self.commit.stand_ins.push((doc, None));
        }
        let generation = lianhu_sync::ids::Generation(given.0);
        let begins = Beginning { generation, erases: true, reason: BEGAN.to_owned() };
        self.admit(doc, before, &joined.after, joined.admitted, Some(begins))
    }

    /// The generation that is here. If what is here only stands in for it, that is taken back, and what was written on
    /// top of it stays.
    fn take_present(
        &mut self,
        doc: DocId,
        before: &Opened,
        scans: Vec<Scan>,
        stand_in: Option<StandIn>,
    ) -> Result<(), GateError> {
        let given: BTreeSet<ChangeHash> = scans.iter().map(|scan| ChangeHash(scan.hash().0)).collect();
        let mut joined = Joined::new(&before.document, scans);
        if joined.admitted.is_empty() {
            return Ok(());
        }
        if let Some(stand_in) = stand_in {
            // What follows the stand-in itself is this township's own line, and not what it waits for.
            let same_line = stand_in.heads.hashes().iter().any(|hash| given.contains(hash));
            if !same_line && joined.whole {
                self.retract(doc, &mut joined, &stand_in)?;
                self.commit.stand_ins.push((doc, None));
            }
        }
        self.admit(doc, before, &joined.after, joined.admitted, None)
    }

    /// An earlier generation, by a phone that has not heard that it is closed. It is erased as the list says, and what is
    /// left of it is news only if the township does not know what came of it.
    fn take_earlier(
        &mut self,
        doc: DocId,
        before: &Opened,
        scans: Vec<Scan>,
        given: Generation,
        stand_in: Option<&StandIn>,
    ) -> Result<(), GateError> {
        if stand_in.is_none() && !before.heads.is_empty() {
            return Ok(());
        }
        let hashes: Vec<ChangeHash> = scans.iter().map(|scan| ChangeHash(scan.hash().0)).collect();
        let mut news = false;
        for hash in &hashes {
            news |= self.reader.verdict(doc, *hash)? != Some(Verdict::Recorded);
        }
        let then = Joined::new(&Document::of_generation(before.document.id(), given), scans);
        if !news || !then.whole {
            return Ok(());
        }
        let then = then.after.document;
        let lines = self.reader.erasures_of(doc)?;
        let lines: Vec<_> = lines.iter().filter(|line| line.erasure.generation.0 > given.0).collect();
        let of = heads_of(&then);
        let now = before.document.generation();
        let Ok(next) = then.stand_in(now, &hand_of(&of), |key| forgotten(then.id().kind(), key, &lines)) else {
            tracing::warn!(%doc, "what a phone gave back of a closed generation could not be erased, and was not taken");
            return Ok(());
        };
        let mut joined = Joined::new(&before.document, Vec::new());
        joined.add(&next.changes);
        if joined.admitted.is_empty() {
            return Ok(());
        }
        // What stands in now was made from less than this; or else nobody knows which is the later, and both stand.
        let less = stand_in.is_none_or(|stand_in| names(&stand_in.of).iter().all(|head| then.holds(*head)));
        if less {
            if let Some(stand_in) = stand_in {
                self.retract(doc, &mut joined, stand_in)?;
            }
            self.commit.stand_ins.push((doc, Some(StandIn { heads: heads_of(&next.document), of })));
        }
        self.commit.closed.extend(hashes.into_iter().map(|hash| (doc, hash)));
        self.admit(doc, before, &joined.after, joined.admitted, None)
    }

    /// Takes back what stands in, by a hand of the office's of its own.
    fn retract(&mut self, doc: DocId, joined: &mut Joined, stand_in: &StandIn) -> Result<(), GateError> {
        if stand_in.heads.is_empty() {
            return Ok(());
        }
        let stamp = office_stamp(self.reader.log(), self.commit.at);
        let by = Stamp { actor: stamp.actor.stand_in(&hand_of(&stand_in.heads)), ..stamp };
        let retraction = joined.after.document.retraction(&names(&stand_in.heads), by);
        joined.add(&retraction.map_err(|_| GateError::Damaged(doc))?);
        Ok(())
    }
}

/// Of which generation changes are, seen from a document: by the genesis they follow.
fn generation_of(scans: &[Scan], document: &Document) -> Option<Generation> {
    let given: BTreeSet<_> = scans.iter().map(Scan::hash).collect();
    let mut before = scans.iter().flat_map(Scan::deps).filter(|dep| !given.contains(dep));
    before.find_map(|dep| match document.holds(*dep) {
        true => Some(document.generation()),
        false => document.later_genesis(*dep).or_else(|| document.earlier_genesis(*dep)),
    })
}

fn names(heads: &Heads) -> Vec<lianhu_core::ChangeHash> {
    heads.hashes().iter().map(|hash| lianhu_core::ChangeHash(hash.0)).collect()
}

/// The heads of a document, as the exchange says them.
pub(crate) fn heads_of(document: &Document) -> Heads {
    Heads::new(document.heads().into_iter().map(|hash| ChangeHash(hash.0)).collect())
}

/// Heads as what tells one hand of the township's from another.
pub(crate) fn hand_of(heads: &Heads) -> Vec<u8> {
    heads.hashes().iter().flat_map(|hash| hash.0).collect()
}

/// The changes that the seal stands for: its heads, and what they follow. Anything else was slipped in.
fn under_seal(sealed: &SealedDoc) -> Vec<Scan> {
    let mut known: BTreeSet<ChangeHash> = sealed.heads().hashes().iter().copied().collect();
    let scans = sealed.changes().iter().rev().filter_map(|change| scan(change.bytes()).ok());
    let mut under: Vec<Scan> = Vec::new();
    for scan in scans {
        if known.contains(&ChangeHash(scan.hash().0)) {
            known.extend(scan.deps().iter().map(|dep| ChangeHash(dep.0)));
            under.push(scan);
        }
    }
    under.reverse();
    under
}
