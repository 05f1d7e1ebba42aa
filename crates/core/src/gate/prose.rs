//! Prose at the gate: what an operation on it may look like, and whether the characters it names are there.
//!
//! automerge panics on a character that does not exist, or takes the change and saves a document that does not open again;
//! and two replicas may end with two texts. So a change may insert one character after an earlier one, and delete one
//! that stands, and both have to be in what the change follows: not merely somewhere in the document.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::limits::MAX_PROSE_CHARS;
use super::scan::{DELETE, PUT, Scan, ScanError};
use super::trial::Refusal;
use crate::document::{CharId, PROSE_COUNTER, Scalar};
use crate::ids::{ActorId, ChangeHash};

/// What an operation does to prose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProseOp {
    /// A character comes in after another one, or at the beginning.
    Insert { id: CharId, after: Option<CharId>, character: char },
    /// A character goes.
    Delete(CharId),
}

/// The operation that made the prose, which is also its name.
pub(super) const PROSE: CharId = CharId { actor: ActorId::GENESIS, counter: PROSE_COUNTER };

/// A row of a change that is on the prose.
pub(super) struct ProseRow<'a> {
    pub(super) counter: u64,
    pub(super) action: u64,
    pub(super) key: Option<&'a str>,
    pub(super) inserts: bool,
    pub(super) overwritten: Vec<CharId>,
}

impl ProseRow<'_> {
    /// Reads the row: nothing but one character that comes, or one that goes and is named as what is overwritten.
    pub(super) fn read(
        &self,
        author: ActorId,
        element: Option<CharId>,
        character: Option<&str>,
    ) -> Result<ProseOp, ScanError> {
        if self.key.is_some() {
            return Err(ScanError::Prose);
        }
        let mut characters = character.into_iter().flat_map(str::chars);
        match (self.action, self.inserts, characters.next(), characters.next(), &self.overwritten[..]) {
            (PUT, true, Some(character), None, []) => {
                let id = CharId { actor: author, counter: self.counter };
                Ok(ProseOp::Insert { id, after: element, character })
            }
            (DELETE, false, None, None, [gone]) if element == Some(*gone) && character.is_none() => {
                Ok(ProseOp::Delete(*gone))
            }
            _ => Err(ScanError::Prose),
        }
    }
}

/// What a change's operations on prose say: each passage it inserts, in order, and nothing if it deletes.
pub(super) fn words_of(ops: &[ProseOp]) -> impl Iterator<Item = Option<Scalar>> {
    let mut passages: Vec<String> = Vec::new();
    let mut last: Option<CharId> = None;
    let mut deletes = false;
    for op in ops {
        match op {
            ProseOp::Delete(_) => deletes = true,
            ProseOp::Insert { id, after, character } => {
                match passages.last_mut() {
                    Some(passage) if after.is_some() && *after == last => passage.push(*character),
                    _ => passages.push(character.to_string()),
                }
                last = Some(*id);
            }
        }
    }
    let said = passages.into_iter().map(|passage| Some(Scalar::from(passage)));
    said.chain(deletes.then_some(None))
}

/// The history of one document's prose: which change inserted and deleted which characters, and what follows what.
#[derive(Clone, Debug, Default)]
pub(super) struct Prose {
    changes: Vec<Told>,
    by_hash: HashMap<ChangeHash, usize>,
    /// Each actor's changes in order, so with rising counters.
    by_actor: HashMap<ActorId, Vec<usize>>,
    /// The changes that delete a character.
    deleted: HashMap<CharId, Vec<usize>>,
    inserted: usize,
}

/// One change, as far as prose is concerned.
#[derive(Clone, Debug)]
struct Told {
    follows: Vec<usize>,
    max_op: u64,
    /// The counters of the characters it inserts.
    inserts: Vec<Range<u64>>,
}

/// What a change does to prose, found fit.
#[derive(Debug, Default)]
pub(super) struct Fit {
    inserts: Vec<Range<u64>>,
    deletes: HashSet<CharId>,
}

impl Prose {
    /// The genesis, or any change whose prose is not looked at.
    pub(super) fn enter_blank(&mut self, hash: ChangeHash, actor: ActorId, max_op: u64) {
        self.enter(hash, actor, (&[], max_op), Fit::default());
    }

    /// Counts a change that fits as part of the history.
    pub(super) fn enter_scan(&mut self, change: &Scan, fit: Fit) {
        self.enter(change.hash(), change.actor(), (change.deps(), change.max_op()), fit);
    }

    fn enter(&mut self, hash: ChangeHash, actor: ActorId, (deps, max_op): (&[ChangeHash], u64), fit: Fit) {
        let index = self.changes.len();
        let follows = deps.iter().filter_map(|dep| self.by_hash.get(dep).copied()).collect();
        self.inserted += fit.inserts.iter().map(|range| (range.end - range.start) as usize).sum::<usize>();
        for gone in fit.deletes {
            self.deleted.entry(gone).or_default().push(index);
        }
        self.changes.push(Told { follows, max_op, inserts: fit.inserts });
        self.by_hash.insert(hash, index);
        self.by_actor.entry(actor).or_default().push(index);
    }

    /// Whether every character the change names is there for it, and the prose stays within its bound.
    pub(super) fn check(&self, change: &Scan) -> Result<Fit, Refusal> {
        if !change.touches_prose() {
            return Ok(Fit::default());
        }
        let ops = change.prose_ops();
        let past = self.past(change);
        let mut fit = Fit::default();
        for op in &ops {
            match *op {
                ProseOp::Insert { id, after, .. } => {
                    if after.is_some_and(|after| !self.is_there(&past, change, &fit, after)) {
                        return Err(Refusal::Inconsistent);
                    }
                    match fit.inserts.last_mut() {
                        Some(range) if range.end == id.counter => range.end += 1,
                        _ => fit.inserts.push(id.counter..id.counter + 1),
                    }
                }
                ProseOp::Delete(gone) => {
                    let went = self.deleted.get(&gone).into_iter().flatten();
                    let mut went_before = went.map(|index| past.get(*index).copied().unwrap_or(false));
                    let stands = self.is_there(&past, change, &fit, gone) && !went_before.any(|before| before);
                    if !stands || !fit.deletes.insert(gone) {
                        return Err(Refusal::Inconsistent);
                    }
                }
            }
        }
        let more: u64 = fit.inserts.iter().map(|range| range.end - range.start).sum();
        let gone = fit.deletes.iter().filter(|gone| !self.deleted.contains_key(gone)).count();
        let standing = self.inserted + more as usize - self.deleted.len() - gone;
        if more > 0 && standing > MAX_PROSE_CHARS { Err(Refusal::DocumentFull) } else { Ok(fit) }
    }

    /// Which changes a change follows, directly or not.
    fn past(&self, change: &Scan) -> Vec<bool> {
        let mut past = vec![false; self.changes.len()];
        let mut waiting: Vec<usize> = change.deps().iter().filter_map(|dep| self.by_hash.get(dep).copied()).collect();
        while let Some(index) = waiting.pop() {
            let Some(seen) = past.get_mut(index) else { continue };
            if !std::mem::replace(seen, true) {
                waiting.extend(self.changes.get(index).into_iter().flat_map(|told| &told.follows));
            }
        }
        past
    }

    /// Whether a character was inserted before: by the change itself, or by one that it follows.
    fn is_there(&self, past: &[bool], change: &Scan, own: &Fit, id: CharId) -> bool {
        let within = |inserts: &[Range<u64>]| {
            let place = inserts.partition_point(|range| range.end <= id.counter);
            inserts.get(place).is_some_and(|range| range.contains(&id.counter))
        };
        if id.actor == change.actor() && id.counter >= change.start_op() {
            return within(&own.inserts);
        }
        let of_actor = self.by_actor.get(&id.actor).map_or(&[][..], Vec::as_slice);
        let max_op = |index: &usize| self.changes.get(*index).map_or(0, |told| told.max_op);
        let place = of_actor.partition_point(|index| max_op(index) < id.counter);
        let Some(index) = of_actor.get(place) else { return false };
        let told = self.changes.get(*index);
        past.get(*index).copied().unwrap_or(false) && told.is_some_and(|told| within(&told.inserts))
    }
}
