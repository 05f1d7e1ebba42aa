//! Judging the changes one request brings to one document.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use lianhu_core::access::{Facts, readers};
use lianhu_core::gate::{Refusal, Scan, Trial, TrialVerdict, scan, trial};
use lianhu_core::policy::{Judgement, Ruling, judge};
use lianhu_core::views::project_since;
use lianhu_core::{DocKind, Document};
use lianhu_store::Reader;
use lianhu_sync::ids::{ChangeHash, DocId, Generation, Heads};
use lianhu_sync::message::{Chunk, HeldReason, RefusedCode, Verdict};
use lianhu_sync::ports::{
    Admitted, AdmittedDoc, Beginning, DocAccess, HeldChange, Received, RefusedChange, Scanned, TownshipReader as _,
};

use super::{Gate, GateError, Judging, late, words};
use crate::limits::{SNAPSHOT_BYTES_PER_CHANGE, SNAPSHOT_EVERY};
use crate::projection;
use crate::town::reader_of;

/// A document of the store, opened.
pub(crate) struct Opened {
    pub(crate) document: Document,
    pub(crate) heads: Heads,
    pub(crate) facts: Vec<u8>,
    pub(crate) tail: usize,
}

impl Gate {
    /// Opens a document as this snapshot has it; one never recorded is blank.
    pub(crate) fn open(&self, reader: &Reader, doc: DocId) -> Result<Opened, GateError> {
        let id = lianhu_core::DocId::from_bytes(doc.0).map_err(|_| GateError::Damaged(doc))?;
        let Some(recorded) = reader.document(doc)? else {
            // What was erased before the township was put back is begun in the generation it had.
            let erased = reader.erasures_of(doc)?.into_iter().map(|line| line.erasure.generation.0).max();
            let document = Document::of_generation(id, lianhu_core::Generation(erased.unwrap_or(0)));
            return Ok(Opened { document, heads: Heads::default(), facts: Vec::new(), tail: 0 });
        };
        let tail = recorded.tail.iter().map(Vec::as_slice);
        let document = Document::open(id, recorded.snapshot.as_deref(), tail).map_err(|_| GateError::Damaged(doc))?;
        Ok(Opened { document, heads: recorded.heads, facts: recorded.facts, tail: recorded.tail.len() })
    }
}

/// What the log says of a generation that began before the township was put back.
pub(super) const BEGAN: &str = "begun anew before the township was put back";

/// One change on its way.
struct Candidate {
    slot: usize,
    scan: Scan,
}

/// What the gate decides about one change.
enum Decision {
    Admit,
    AdmitLate,
    Known,
    Hold(HeldReason),
    Refuse(RefusedCode, String),
}

impl Decision {
    fn hold_instead(&mut self) {
        if matches!(self, Decision::Admit | Decision::AdmitLate) {
            *self = Decision::Hold(HeldReason::NoLongerEntitled);
        }
    }

    /// What becomes of a change of a generation that is closed: its words are written again by the phone they are on.
    fn closed() -> Self {
        let reason = "the document was begun anew meanwhile".to_owned();
        Decision::Refuse(RefusedCode::GenerationClosed, reason)
    }

    /// What becomes of a change that follows a held or a refused one.
    fn of_follower(held: bool) -> Self {
        match held {
            true => Decision::Hold(HeldReason::FollowsHeld),
            false => Decision::Refuse(RefusedCode::FollowsRefused, "it follows a change that was not taken".to_owned()),
        }
    }
}

impl Judging<'_> {
    /// Judges the changes of one document, in order: fills their verdicts and adds to the commit.
    pub(super) fn document(
        &mut self,
        doc: DocId,
        chunks: &[(usize, &Chunk)],
        verdicts: &mut [Verdict],
    ) -> Result<(), GateError> {
        let mut candidates = Vec::new();
        for &(slot, chunk) in chunks {
            match self.prescan(doc, slot, chunk)? {
                Ok(candidate) => candidates.push(candidate),
                Err(verdict) => set(verdicts, slot, verdict),
            }
        }
        if candidates.is_empty() {
            return Ok(());
        }
        let before = self.gate.open(self.reader, doc)?;
        self.loaded += 1;
        self.based_on(doc, &before.heads);
        let (slots, scans): (Vec<usize>, Vec<Scan>) = candidates.into_iter().map(|one| (one.slot, one.scan)).unzip();
        let (mut after, mut decisions) = self.decide(doc, &before.document, &scans)?;
        let mut mark = None;
        let late = |decision: &Decision| matches!(decision, Decision::AdmitLate);
        if decisions.iter().any(late) {
            let of_this = scans.iter().zip(&decisions).filter(|(_, decision)| late(decision));
            match self.mark_late(&after, of_this.map(|(scan, _)| (scan, self.author.worker))) {
                Some((marked, change)) => (after, mark) = (marked, Some(change)),
                // No room for the mark: a person has to look.
                None => decisions.iter_mut().for_each(Decision::hold_instead),
            }
        }

        let mut admitted = Vec::new();
        for ((slot, scan), decision) in slots.into_iter().zip(scans).zip(decisions) {
            let hash = ChangeHash(scan.hash().0);
            let scanned = Scanned::by_gate(Received::new(scan.into_bytes()), hash);
            let verdict = match decision {
                Decision::Known => Verdict::Known,
                Decision::Admit | Decision::AdmitLate => {
                    if matches!(decision, Decision::AdmitLate) {
                        self.went_in_late(slot);
                    }
                    admitted.push(Admitted::by_gate(scanned));
                    Verdict::Recorded
                }
                Decision::Hold(reason) => {
                    self.commit.held.push(HeldChange { doc, hash, bytes: scanned.bytes().to_vec(), reason });
                    Verdict::Held { reason }
                }
                Decision::Refuse(code, reason) => {
                    if is_final(code) {
                        self.commit.refused.push(RefusedChange { doc, hash, code, reason: reason.clone() });
                    }
                    Verdict::Refused { code, reason }
                }
            };
            set(verdicts, slot, verdict);
        }
        admitted.extend(mark);
        if admitted.is_empty() { Ok(()) } else { self.admit(doc, &before, &after, admitted, None) }
    }

    /// Holds the changes of one document that pass the pre-scan, whatever they say.
    pub(super) fn suspend(
        &mut self,
        doc: DocId,
        chunks: &[(usize, &Chunk)],
        verdicts: &mut [Verdict],
    ) -> Result<(), GateError> {
        for &(slot, chunk) in chunks {
            let verdict = match self.prescan(doc, slot, chunk)? {
                Err(verdict) => verdict,
                Ok(Candidate { scan, .. }) => {
                    let (hash, reason) = (ChangeHash(scan.hash().0), HeldReason::DeviceSuspended);
                    self.commit.held.push(HeldChange { doc, hash, bytes: scan.into_bytes(), reason });
                    Verdict::Held { reason }
                }
            };
            set(verdicts, slot, verdict);
        }
        Ok(())
    }

    /// Bounds, earlier verdicts, and whose hand it is: what can be said without the document.
    fn prescan(&mut self, doc: DocId, slot: usize, chunk: &Chunk) -> Result<Result<Candidate, Verdict>, GateError> {
        let scan = match scan(&chunk.0) {
            Ok(scan) => scan,
            Err(why) => return Ok(Err(refused(RefusedCode::Malformed, why.to_string()))),
        };
        match self.reader.verdict(doc, ChangeHash(scan.hash().0))? {
            // Recorded earlier: the phone did not hear it, or another carried it here.
            Some(Verdict::Recorded) => {
                if late::is_marked(self.reader, doc, scan.hash())? {
                    self.went_in_late(slot);
                }
                return Ok(Err(Verdict::Known));
            }
            Some(verdict) => return Ok(Err(verdict)),
            // Recorded before the township was put back, and erased since: whoever sends it never heard that.
            None if self.reader.is_listed(doc, ChangeHash(scan.hash().0))? => return Ok(Err(Verdict::Known)),
            None => {}
        }
        if !scan.actor().belongs_to(self.author.worker, self.caller.device.0) {
            let reason = "the change was written by another device or person".to_owned();
            return Ok(Err(refused(RefusedCode::ForeignActor, reason)));
        }
        Ok(Ok(Candidate { slot, scan }))
    }

    /// Trial and rules: everything together first, one by one only when the rules object to something, or when a key is
    /// written twice and the rules would see only the last of its values.
    fn decide(&mut self, doc: DocId, before: &Document, scans: &[Scan]) -> Result<(Trial, Vec<Decision>), GateError> {
        let all = trial(before, scans);
        let fit = scans.iter().zip(&all.verdicts).filter(|(_, verdict)| **verdict == TrialVerdict::Admitted);
        let (keys, once_each) = touched(fit.map(|(scan, _)| scan));
        if keys.is_empty() || once_each && self.rule(before, &all.document, &keys)? == Ruling::Allow {
            let decisions: Result<_, _> = scans
                .iter()
                .zip(&all.verdicts)
                .map(|(scan, verdict)| self.translate(doc, before, scan, *verdict))
                .collect();
            return Ok((all, decisions?));
        }
        self.decide_one_by_one(doc, before, scans)
    }

    fn decide_one_by_one(
        &mut self,
        doc: DocId,
        before: &Document,
        scans: &[Scan],
    ) -> Result<(Trial, Vec<Decision>), GateError> {
        let mut so_far = trial(before, &[]);
        let mut decisions = Vec::new();
        // Changes that did not get in, and whether they are held.
        let mut outside: BTreeMap<lianhu_core::ChangeHash, bool> = BTreeMap::new();
        for scan in scans {
            let follows = scan.deps().iter().filter_map(|dep| outside.get(dep)).max().copied();
            let decision = match follows {
                Some(held) => Decision::of_follower(held),
                None => self.decide_one(doc, &mut so_far, scan)?,
            };
            match decision {
                Decision::Hold(_) => _ = outside.insert(scan.hash(), true),
                Decision::Refuse(..) => _ = outside.insert(scan.hash(), false),
                Decision::Admit | Decision::AdmitLate | Decision::Known => {}
            }
            decisions.push(decision);
        }
        Ok((so_far, decisions))
    }

    fn decide_one(&mut self, doc: DocId, so_far: &mut Trial, scan: &Scan) -> Result<Decision, GateError> {
        let next = trial(&so_far.document, std::slice::from_ref(scan));
        match next.verdicts.first() {
            Some(TrialVerdict::Admitted) => {}
            Some(verdict) => return self.translate(doc, &so_far.document, scan, *verdict),
            None => return self.translate(doc, &so_far.document, scan, TrialVerdict::Refused(Refusal::Inconsistent)),
        }
        let (keys, _) = touched(std::iter::once(scan));
        Ok(match self.rule(&so_far.document, &next.document, &keys)? {
            ruling @ (Ruling::Allow | Ruling::AllowLate) => {
                *so_far = next;
                if ruling == Ruling::AllowLate { Decision::AdmitLate } else { Decision::Admit }
            }
            Ruling::Hold(reason) => Decision::Hold(words::held(reason)),
            Ruling::Refuse { code, why } => {
                let (code, reason) = words::refused(code, why);
                Decision::Refuse(code, reason)
            }
        })
    }

    /// Why a change of which only this one was tried does not fit; `None` when it does.
    pub(super) fn misfit(&self, doc: DocId, scan: &Scan, tried: &Trial) -> Result<Option<Verdict>, GateError> {
        let verdict = tried.verdicts.first().copied().unwrap_or(TrialVerdict::Refused(Refusal::Inconsistent));
        Ok(match self.translate(doc, &tried.document, scan, verdict)? {
            Decision::Admit | Decision::AdmitLate => None,
            Decision::Known => Some(Verdict::Known),
            Decision::Hold(reason) => Some(Verdict::Held { reason }),
            Decision::Refuse(code, reason) => Some(refused(code, reason)),
        })
    }

    pub(super) fn rule(&mut self, before: &Document, after: &Document, keys: &[String]) -> Result<Ruling, GateError> {
        let village = Facts::of(before).village.or_else(|| Facts::of(after).village);
        let roster = match village {
            Some(village) => Some(self.roster(DocId(village.to_bytes()))?),
            None => None,
        };
        let roster = roster.as_deref();
        let author = self.author.within(roster);
        Ok(judge(&Judgement { author: &author, keys, before, after, roster, on: self.today }))
    }

    /// The trial's word as a decision. A change that waits for one we hold or refused ourselves says so.
    fn translate(
        &self,
        doc: DocId,
        before: &Document,
        scan: &Scan,
        verdict: TrialVerdict,
    ) -> Result<Decision, GateError> {
        let refusal = match verdict {
            TrialVerdict::Admitted => return Ok(Decision::Admit),
            TrialVerdict::AlreadyHeld => return Ok(Decision::Known),
            TrialVerdict::Refused(refusal) => refusal,
        };
        if refusal == Refusal::MissingDependency {
            for dep in scan.deps() {
                match self.reader.verdict(doc, ChangeHash(dep.0))? {
                    Some(Verdict::Held { .. }) => return Ok(Decision::of_follower(true)),
                    Some(Verdict::Refused { code: RefusedCode::GenerationClosed, .. }) => return Ok(Decision::closed()),
                    Some(Verdict::Refused { .. }) => return Ok(Decision::of_follower(false)),
                    // Recorded, and yet not in the document: it was, in a generation that is closed.
                    Some(Verdict::Recorded) if !before.holds(*dep) => return Ok(Decision::closed()),
                    _ if before.is_earlier_genesis(*dep) => return Ok(Decision::closed()),
                    _ => {}
                }
            }
        }
        let code = match refusal {
            Refusal::MissingDependency => RefusedCode::MissingDependency,
            // Too many people wrote one document without having seen each other. Nothing is wrong with the words: like
            // after a fork, the phone writes them again on top of what it has seen by then, and that is one head.
            Refusal::Forked | Refusal::TooManyHeads => RefusedCode::Forked,
            Refusal::FollowsRefused => RefusedCode::FollowsRefused,
            Refusal::Inconsistent | Refusal::DocumentFull => RefusedCode::Inconsistent,
        };
        Ok(Decision::Refuse(code, refusal.to_string()))
    }

    /// All that follows from new changes: rows, facts, who may read it now.
    pub(super) fn admit(
        &mut self,
        doc: DocId,
        before: &Opened,
        after: &Trial,
        changes: Vec<Admitted>,
        begins: Option<Beginning>,
    ) -> Result<(), GateError> {
        let id = after.document.id();
        let facts = Facts::of(&after.document);
        let facts_bytes = facts.to_bytes();
        let heads = Heads::new(after.heads.iter().map(|hash| ChangeHash(hash.0)).collect());
        if id.kind() == DocKind::Roster {
            self.move_roster(doc, &after.document)?;
        }
        if before.facts != facts_bytes || id.kind() == DocKind::Roster {
            let entitled = match facts.village {
                Some(village) => {
                    let roster = self.roster(DocId(village.to_bytes()))?;
                    readers(id.kind(), &facts, &roster, self.today)
                }
                None => BTreeSet::new(),
            };
            self.commit.access.push(DocAccess { doc, readers: entitled.into_iter().map(reader_of).collect() });
        }
        let begins = begins.or_else(|| began_elsewhere(before, &after.document));
        let due = begins.is_some() || before.tail + changes.len() >= tail_of(after.size());
        let snapshot = match due.then(|| after.saved().map(Cow::into_owned)).transpose() {
            Err(_) if begins.is_none() => {
                // Its changes stay what they are, one by one, and everything that was recorded is read from them.
                tracing::error!(document = %id, "no snapshot was written: `lianhu verify` says more");
                None
            }
            snapshot => snapshot.map_err(|_| GateError::Damaged(doc))?,
        };
        let (rows, records) = projection::since(project_since(&before.document, &after.document));
        let facts = facts_bytes;
        self.commit.documents.push(AdmittedDoc { doc, changes, heads, snapshot, facts, rows, records, begins });
        Ok(())
    }
}

/// How many changes the tail of a document of so many bytes may hold before a fresh snapshot is written.
fn tail_of(bytes: usize) -> usize {
    SNAPSHOT_EVERY + bytes / SNAPSHOT_BYTES_PER_CHANGE
}

/// A document that is recorded for the first time, and not in its first generation.
fn began_elsewhere(before: &Opened, after: &Document) -> Option<Beginning> {
    let new = before.heads.is_empty() && after.generation() > lianhu_core::Generation::FIRST;
    new.then(|| Beginning { generation: Generation(after.generation().0), erases: true, reason: BEGAN.to_owned() })
}

fn set(verdicts: &mut [Verdict], slot: usize, verdict: Verdict) {
    if let Some(place) = verdicts.get_mut(slot) {
        *place = verdict;
    }
}

pub(super) fn refused(code: RefusedCode, reason: String) -> Verdict {
    Verdict::Refused { code, reason }
}

/// The keys some changes touch, and whether each is touched by one of them only.
fn touched<'a>(scans: impl Iterator<Item = &'a Scan>) -> (Vec<String>, bool) {
    let mut keys = BTreeSet::new();
    let mut once_each = true;
    for scan in scans {
        let of_this: BTreeSet<&str> = scan.touches().map(|(key, _)| key).collect();
        for key in of_this {
            once_each &= keys.insert(key.to_owned());
        }
    }
    (keys.into_iter().collect(), once_each)
}

/// Whether the same bytes will get the same answer for ever. What waits for other changes is asked again.
fn is_final(code: RefusedCode) -> bool {
    !matches!(code, RefusedCode::MissingDependency | RefusedCode::FollowsRefused)
}
