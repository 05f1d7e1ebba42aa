//! The trial: whether scanned changes fit their document, found out on a scratch copy.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use automerge::{Automerge, Change, LoadOptions, TextEncoding};

use super::careful::{on_large_stack, quietly};
use super::limits::MAX_HEADS;
use super::prose::{Fit, Prose};
use super::scan::{Scan, scan};
use super::snapshot::within_bounds;
use crate::document::{Document, OpenError, has_prose};
use crate::ids::{ActorId, ChangeHash};

/// What the trial says of one change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrialVerdict {
    /// It fits, and is part of [`Trial::document`].
    Admitted,
    /// The document held it already.
    AlreadyHeld,
    /// It is not part of [`Trial::document`].
    Refused(Refusal),
}

/// Why a change does not fit its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It follows a change that neither the document nor the batch before it holds.
    #[error("it follows a change that is not here")]
    MissingDependency,
    /// The actor's number is taken by another change: two stores wrote under one actor.
    #[error("another change of this actor has the same number")]
    Forked,
    /// It follows a refused change of the same batch.
    #[error("it follows a change that was refused")]
    FollowsRefused,
    /// Sequence, counter or references that do not fit, prose where there is none, or a document that would not open
    /// again.
    #[error("its counters or references do not fit the document")]
    Inconsistent,
    /// The document would have more than [`MAX_HEADS`] heads: its author has to see the others first.
    #[error("too many people write this document at once")]
    TooManyHeads,
    /// The document would outgrow what phones accept.
    #[error("the document is full")]
    DocumentFull,
}

/// The outcome of a trial. Only [`trial`] makes one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Trial {
    /// The document with the admitted changes.
    pub document: Document,
    /// One verdict per change of the batch, in its order.
    pub verdicts: Vec<TrialVerdict>,
    /// The document's heads, sorted.
    pub heads: Vec<ChangeHash>,
    saved: Option<Vec<u8>>,
}

impl Trial {
    /// The document as bytes that were opened again and said the same ([`Document::save`]).
    pub fn saved(&self) -> Result<Cow<'_, [u8]>, OpenError> {
        match &self.saved {
            Some(saved) => Ok(Cow::Borrowed(saved)),
            None => on_large_stack(|| self.document.save()).map(Cow::Owned),
        }
    }

    /// About how many bytes that is.
    pub fn size(&self) -> usize {
        self.saved.as_ref().map_or_else(|| self.document.size(), Vec::len)
    }
}

/// Tries `batch` on a scratch copy of `recorded`, which stays as it is whatever happens.
///
/// First the headers, in order: dependencies known, sequence exactly next, own previous change followed, first counter
/// exactly one above the dependencies' last; and every character of prose that is named is there. Then automerge applies all of it, saves, and opens the bytes again. If
/// that fails, halves are tried apart, so that one bad change never takes along others that do not follow it.
///
/// Where all of that can be told of a flat document without automerge, and every change fits, automerge is not asked: it is
/// when the document is saved.
pub fn trial(recorded: &Document, batch: &[Scan]) -> Trial {
    if let Some(document) = recorded.extended(batch) {
        let (verdicts, heads) = (vec![TrialVerdict::Admitted; batch.len()], document.heads());
        return Trial { document, verdicts, heads, saved: None };
    }
    on_large_stack(|| {
        let mut attempt = Attempt {
            document: Cow::Borrowed(recorded),
            saved: None,
            ledger: Ledger::for_batch(recorded, batch),
            refused: BTreeSet::new(),
            verdicts: Vec::with_capacity(batch.len()),
        };
        attempt.admit(batch);
        let heads = attempt.document.heads();
        Trial { document: attempt.document.into_owned(), verdicts: attempt.verdicts, heads, saved: attempt.saved }
    })
}

struct Attempt<'a> {
    document: Cow<'a, Document>,
    saved: Option<Vec<u8>>,
    ledger: Ledger,
    refused: BTreeSet<ChangeHash>,
    verdicts: Vec<TrialVerdict>,
}

impl Attempt<'_> {
    fn admit(&mut self, batch: &[Scan]) {
        let mut ledger = self.ledger.clone();
        let mut refused = self.refused.clone();
        let verdicts: Vec<_> = batch.iter().map(|change| ledger.judge(change, &mut refused)).collect();
        let chosen = batch.iter().zip(&verdicts).filter(|(_, verdict)| **verdict == TrialVerdict::Admitted);
        let chosen: Vec<&Scan> = chosen.map(|(change, _)| change).collect();
        if chosen.is_empty() {
            self.refused = refused;
            self.verdicts.extend(verdicts);
            return;
        }
        match (apply(&self.document, &chosen), batch) {
            (Ok((document, saved)), _) => {
                self.document = Cow::Owned(document);
                self.saved = Some(saved);
                self.ledger = ledger;
                self.refused = refused;
                self.verdicts.extend(verdicts);
            }
            (Err(reason), [bad]) => {
                self.refused.insert(bad.hash());
                self.verdicts.push(TrialVerdict::Refused(reason));
            }
            (Err(_), _) => {
                let (first, second) = batch.split_at(batch.len() / 2);
                self.admit(first);
                self.admit(second);
            }
        }
    }
}

/// What the header rules need to know of a document's history.
#[derive(Clone)]
pub(super) struct Ledger {
    changes: HashMap<ChangeHash, Entry>,
    last_seq: HashMap<ActorId, u64>,
    /// What is known of the prose; nothing where there is none, or where nobody will touch it.
    prose: Option<Prose>,
}

/// A change by its header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) actor: ActorId,
    pub(super) seq: u64,
    pub(super) max_op: u64,
}

impl Ledger {
    /// The ledger of a blank document, which is to hear of every change that follows.
    pub(super) fn of_blank(blank: &Document) -> Self {
        let mut ledger = Ledger::of_headers(blank);
        ledger.prose = has_prose(blank.id().kind()).then(|| ledger.blank_prose(blank));
        ledger
    }

    /// The ledger of a document, as far as a batch needs it: reading the whole history of the prose is left out when
    /// nothing of the batch touches it.
    pub(super) fn for_batch(document: &Document, batch: &[Scan]) -> Self {
        let mut ledger = Ledger::of_headers(document);
        if has_prose(document.id().kind()) && batch.iter().any(Scan::touches_prose) {
            // Not to be had, where automerge cannot give the changes: then no prose is let in.
            ledger.prose = quietly(|| ledger.read_prose(document)).ok().flatten();
        }
        ledger
    }

    fn of_headers(document: &Document) -> Self {
        let mut ledger = Ledger { changes: HashMap::new(), last_seq: HashMap::new(), prose: None };
        for meta in document.whole().map(|whole| whole.get_changes_meta(&[])).unwrap_or_default() {
            let actor = ActorId::from_bytes(meta.actor.to_bytes()).unwrap_or(ActorId::GENESIS);
            ledger.enter(ChangeHash(meta.hash.0), Entry { actor, seq: meta.seq, max_op: meta.max_op });
        }
        ledger
    }

    fn blank_prose(&self, blank: &Document) -> Prose {
        let mut prose = Prose::default();
        for hash in blank.heads() {
            let max_op = self.changes.get(&hash).map_or(0, |entry| entry.max_op);
            prose.enter_blank(hash, ActorId::GENESIS, max_op);
        }
        prose
    }

    fn read_prose(&self, document: &Document) -> Option<Prose> {
        let blank = Document::of_generation(document.id(), document.generation());
        let mut prose = self.blank_prose(&blank);
        for change in document.whole().ok()?.get_changes(&[]) {
            if !blank.holds(ChangeHash(change.hash().0)) {
                let scanned = scan(change.raw_bytes()).ok()?;
                let fit = prose.check(&scanned).ok()?;
                prose.enter_scan(&scanned, fit);
            }
        }
        Some(prose)
    }

    fn enter(&mut self, hash: ChangeHash, entry: Entry) {
        self.changes.insert(hash, entry);
        let last = self.last_seq.entry(entry.actor).or_default();
        *last = entry.seq.max(*last);
    }

    /// Judges a change by its header and, if it fits, counts it as part of the history.
    pub(super) fn judge(&mut self, change: &Scan, refused: &mut BTreeSet<ChangeHash>) -> TrialVerdict {
        if self.changes.contains_key(&change.hash()) {
            return TrialVerdict::AlreadyHeld;
        }
        match self.check(change, refused) {
            Ok(fit) => {
                let entry = Entry { actor: change.actor(), seq: change.seq(), max_op: change.max_op() };
                self.enter(change.hash(), entry);
                if let Some(prose) = &mut self.prose {
                    prose.enter_scan(change, fit);
                }
                TrialVerdict::Admitted
            }
            Err(reason) => {
                refused.insert(change.hash());
                TrialVerdict::Refused(reason)
            }
        }
    }

    fn check(&self, change: &Scan, refused: &BTreeSet<ChangeHash>) -> Result<Fit, Refusal> {
        if change.deps().iter().any(|dep| refused.contains(dep)) {
            return Err(Refusal::FollowsRefused);
        }
        let deps: Option<Vec<Entry>> = change.deps().iter().map(|dep| self.changes.get(dep).copied()).collect();
        let deps = deps.ok_or(Refusal::MissingDependency)?;
        let last = self.last_seq.get(&change.actor()).copied().unwrap_or(0);
        if change.seq() <= last {
            return Err(Refusal::Forked);
        }
        let follows_own =
            last == 0 || deps.iter().any(|entry| entry.actor == change.actor() && entry.seq == change.seq() - 1);
        let highest = deps.iter().map(|entry| entry.max_op).max().unwrap_or(0);
        if change.seq() != last + 1 || !follows_own || change.start_op() != highest + 1 {
            return Err(Refusal::Inconsistent);
        }
        match &self.prose {
            Some(prose) => prose.check(change),
            None if change.touches_prose() => Err(Refusal::Inconsistent),
            None => Ok(Fit::default()),
        }
    }
}

/// Applies changes whose headers fit to a copy of `base`, saves it and opens it again. The document returned is the one
/// every other replica would open.
fn apply(base: &Document, changes: &[&Scan]) -> Result<(Document, Vec<u8>), Refusal> {
    let expected = expected_heads(base, changes);
    if expected.len() > MAX_HEADS {
        return Err(Refusal::TooManyHeads);
    }
    let applied = quietly(|| {
        let mut inner = base.whole().map_err(|_| Refusal::Inconsistent)?.clone();
        let parsed: Result<Vec<Change>, _> = changes.iter().map(|change| Change::try_from(change.bytes())).collect();
        let parsed = parsed.map_err(|_| Refusal::Inconsistent)?;
        if parsed.iter().zip(changes).any(|(parsed, change)| parsed.hash().0 != change.hash().0) {
            return Err(Refusal::Inconsistent);
        }
        inner.apply_changes(parsed).map_err(|_| Refusal::Inconsistent)?;
        let scratch = Document::from_inner(base.id(), inner);
        if scratch.heads() != expected {
            return Err(Refusal::Inconsistent);
        }
        let saved = scratch.save().map_err(|_| Refusal::Inconsistent)?;
        within_bounds(&saved, base.id().kind()).map_err(|_| Refusal::DocumentFull)?;
        let document = Document::from_inner(base.id(), load(&saved).ok_or(Refusal::Inconsistent)?);
        if document.heads() != expected {
            return Err(Refusal::Inconsistent);
        }
        // Whatever every replica does next must work too: reading all of it.
        document.read_through();
        Ok((document, saved))
    });
    applied.unwrap_or(Err(Refusal::Inconsistent))
}

/// Opens a saved document with all of automerge's own checks.
pub(crate) fn load(saved: &[u8]) -> Option<Automerge> {
    let options = LoadOptions::new().text_encoding(TextEncoding::UnicodeCodePoint);
    Automerge::load_with_options(saved, options).ok()
}

fn expected_heads(base: &Document, changes: &[&Scan]) -> Vec<ChangeHash> {
    let mut heads: BTreeSet<ChangeHash> = base.heads().into_iter().collect();
    for change in changes {
        for dep in change.deps() {
            heads.remove(dep);
        }
        heads.insert(change.hash());
    }
    heads.into_iter().collect()
}
