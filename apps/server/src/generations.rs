//! Documents begun anew: history trimmed (*compact*), words gone for good (*erase*). `docs/adr/0004-generations.md`.

use std::collections::BTreeSet;

use lianhu_core::access::{Facts, readers, stays_when_erased};
use lianhu_core::gate::{on_large_stack, scan};
use lianhu_core::roster::Roster;
use lianhu_core::views::project;
use lianhu_core::{DocKind, Document, NextGeneration, NotRenewed, Private};
use lianhu_store::{Reader, StoreError};
use lianhu_sync::ids::{ChangeHash, DocId, Generation, Heads};
use lianhu_sync::ports::{
    Admitted, AdmittedDoc, Beginning, Commit, CommitOutcome, DocAccess, Erasure, Received, Scanned, StandIn,
    Township as _,
};
use serde::Serialize;

use crate::audit::{Action, Actor, AuditLine};
use crate::gate::{GateError, Opened, hand_of};
use crate::limits::WRITTEN_AGAIN;
use crate::town::{Town, TownError, reader_of};
use crate::{projection, settle};

/// What is to be erased of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Erase {
    /// What stands under these keys, and under every key inside them: `visit/<id>`, `phone`, `resident/<id>`.
    Keys(Vec<String>),
    /// Everything but what decides who reads it.
    Whole,
}

impl Erase {
    /// Whether what stands under a key goes.
    fn takes(&self, kind: DocKind, key: &str) -> bool {
        match self {
            Erase::Keys(keys) => keys.iter().any(|erased| is_inside(key, erased)),
            Erase::Whole => !stays_when_erased(kind, key),
        }
    }

    /// The names of a document's changes of which nothing is left.
    fn names_of_gone(&self, document: &Document) -> Vec<ChangeHash> {
        let kind = document.id().kind();
        let scans = document.beyond(&[]).into_iter().filter_map(|bytes| scan(&bytes).ok());
        let gone = scans.filter(|scan| scan.touches().all(|(key, _)| self.takes(kind, key)));
        gone.map(|scan| ChangeHash(scan.hash().0)).collect()
    }

    /// As the list of erasures has it.
    fn keys(&self) -> Option<Vec<String>> {
        match self {
            Erase::Keys(keys) => Some(keys.clone()),
            Erase::Whole => None,
        }
    }
}

/// A document that was begun anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Renewed {
    /// The document.
    pub doc: String,
    /// Which generation it is in now.
    pub generation: u32,
    /// Its changes before and after.
    pub changes: (u64, u64),
    /// Bytes of its changes and of its snapshot, before and after.
    pub bytes: (u64, u64),
}

/// Why a document was not begun anew. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum RenewError {
    /// The store or the gate failed, or others kept writing the document.
    #[error("{0}")]
    Town(#[from] TownError),
    /// Nothing is recorded under this id.
    #[error("no document {0} is recorded here")]
    NotRecorded(lianhu_core::DocId),
    /// The document has no such key: nothing was erased, lest somebody believe that it was.
    #[error("the document has nothing under {0}")]
    NoSuchKey(String),
    /// Held work of the document waits for a decision. Its author may have lost the document, and could not write it again.
    #[error("{0} changes of the document wait for the office's decision: decide about them first")]
    HeldWork(u64),
    /// A roster decides with all it says who reads what: its keys are erased one by one.
    #[error("a roster is not erased whole: name what is to go")]
    WholeRoster,
    /// What stands in for a generation that phones still have cannot be trimmed: what they give back would find no place.
    #[error("the township was put back, and phones have not given back yet what this document was begun anew with")]
    StandsIn,
    /// The document has no next generation.
    #[error("{0}")]
    NotRenewed(#[from] NotRenewed),
}

impl From<StoreError> for RenewError {
    fn from(why: StoreError) -> Self {
        RenewError::Town(why.into())
    }
}

impl From<GateError> for RenewError {
    fn from(why: GateError) -> Self {
        RenewError::Town(why.into())
    }
}

/// A document that was left as it is, and why.
pub type NotRenewedDoc = (lianhu_core::DocId, RenewError);

impl Town {
    /// Trims a document's history to what its keys hold now. `None` when that would make it no shorter.
    pub fn compact(&self, id: lianhu_core::DocId) -> Result<Option<Renewed>, RenewError> {
        self.renew(id, &Begin { erase: None, reason: "" })
    }

    /// Trims every document with more than `over` changes. A document that cannot be trimmed is left as it is, and named
    /// with the reason; `step` hears how many of how many were looked at. The audit log has a line before anything is trimmed.
    pub fn compact_where(
        &self,
        over: u64,
        mut step: impl FnMut(u64, u64),
    ) -> Result<(Vec<Renewed>, Vec<NotRenewedDoc>), TownError> {
        self.audit(&AuditLine::new(Actor::Machine, Action::Administered, "compacted"))?;
        let long = self.store.read()?.documents_longer_than(over)?;
        let (mut renewed, mut left) = (Vec::new(), Vec::new());
        for (done, doc) in long.iter().enumerate() {
            if let Ok(id) = lianhu_core::DocId::from_bytes(doc.0) {
                match self.compact(id) {
                    Ok(one) => renewed.extend(one),
                    Err(RenewError::Town(why)) => return Err(why),
                    Err(why) => left.push((id, why)),
                }
            }
            step(done as u64 + 1, long.len() as u64);
        }
        self.store.write_erasures_beside()?;
        Ok((renewed, left))
    }

    /// Erases words from a document and its history. `reason` stays in the log, so it must not repeat them. The bytes are
    /// gone from the township's files after [`lianhu_store::Township::sweep`], from a phone after its next sync.
    pub fn erase(&self, id: lianhu_core::DocId, what: &Erase, reason: &str) -> Result<Renewed, RenewError> {
        self.audit(&AuditLine {
            doc: Some(id),
            reason: Some(Private(reason.to_owned())),
            ..AuditLine::new(Actor::Machine, Action::Erased, "erased")
        })?;
        let renewed = self.renew(id, &Begin { erase: Some(what), reason })?;
        // In the store it is durable; the copy beside it is what the operator takes along.
        self.store.write_erasures_beside()?;
        renewed.ok_or(RenewError::NotRenewed(NotRenewed::WouldDiffer))
    }

    pub(crate) fn renew(&self, id: lianhu_core::DocId, begin: &Begin<'_>) -> Result<Option<Renewed>, RenewError> {
        let doc = DocId(id.to_bytes());
        for _ in 0..WRITTEN_AGAIN {
            let reader = self.store.read()?;
            let opened = self.gate.open(&reader, doc)?;
            if opened.heads.is_empty() {
                return Err(RenewError::NotRecorded(id));
            }
            // An erasure cannot wait; then the words stay with their author, as refused.
            let held = reader.held_in(doc)?;
            if begin.erase.is_none() && held > 0 {
                return Err(RenewError::HeldWork(held));
            }
            let stands_in = reader.stand_in(doc)?;
            if begin.erase.is_none() && stands_in.is_some() {
                return Err(RenewError::StandsIn);
            }
            let next = on_large_stack(|| begin.next(&opened, stands_in.is_some()))?;
            let before = reader.size_of(doc)?;
            if begin.erase.is_none() && next.changes.len() as u64 >= before.0 {
                return Ok(None);
            }
            let snapshot = next.document.save().map_err(|_| NotRenewed::WouldDiffer)?;
            let after = (next.changes.len() as u64, bytes_of(&next, &snapshot));
            let generation = next.document.generation().0;
            let mut commit = self.commit_of(&reader, doc, &opened, next, snapshot, begin)?;
            // What stands in is one with what was written since, and cannot be taken back by itself any more.
            commit.stand_ins =
                stands_in.map(|of| (doc, Some(StandIn { heads: Heads::default(), ..of }))).into_iter().collect();
            drop(reader);
            if self.store.commit(commit)? != CommitOutcome::Stale {
                settle::after(self, [doc]);
                let (changes, bytes) = ((before.0, after.0), (before.1, after.1));
                return Ok(Some(Renewed { doc: id.to_string(), generation, changes, bytes }));
            }
        }
        Err(RenewError::Town(TownError::Busy))
    }

    /// All that follows from the new generation, judged against what `reader` has.
    pub(crate) fn commit_of(
        &self,
        reader: &Reader,
        doc: DocId,
        before: &Opened,
        next: NextGeneration,
        snapshot: Vec<u8>,
        begin: &Begin<'_>,
    ) -> Result<Commit, RenewError> {
        let NextGeneration { document, changes } = next;
        let facts = Facts::of(&document);
        let mut based_on = vec![(doc, before.heads.clone())];
        let entitled = match facts.village.map(|village| DocId(village.to_bytes())) {
            Some(village) if village == doc => readers(DocKind::Roster, &facts, &Roster::read(&document), self.today()),
            Some(village) => {
                let at = self.gate.roster(reader, village)?;
                based_on.push((village, at.heads));
                readers(document.id().kind(), &facts, &at.roster, self.today())
            }
            None => BTreeSet::new(),
        };
        let admitted = AdmittedDoc {
            doc,
            changes: changes.iter().map(admitted).collect::<Result<_, _>>()?,
            heads: Heads::new(document.heads().into_iter().map(|hash| ChangeHash(hash.0)).collect()),
            snapshot: Some(snapshot),
            facts: facts.to_bytes(),
            rows: projection::rows(project(&document)),
            records: None,
            begins: Some(Beginning {
                generation: Generation(document.generation().0),
                erases: begin.erase.is_some(),
                reason: begin.reason.to_owned(),
            }),
        };
        let access = vec![DocAccess { doc, readers: entitled.into_iter().map(reader_of).collect() }];
        // Trimming is listed too, as the erasure of nothing: a township put back knows by it which generation comes next.
        let erasures = vec![Erasure {
            doc,
            generation: Generation(document.generation().0),
            keys: begin.erase.map_or(Some(Vec::new()), Erase::keys),
            changes: begin.erase.map(|what| what.names_of_gone(&before.document)).unwrap_or_default(),
            reason: begin.reason.into(),
        }];
        Ok(Commit { based_on, documents: vec![admitted], access, erasures, at: self.now(), ..Commit::default() })
    }
}

/// What a document is begun anew for.
pub(crate) struct Begin<'a> {
    pub(crate) erase: Option<&'a Erase>,
    pub(crate) reason: &'a str,
}

impl Begin<'_> {
    fn next(&self, opened: &Opened, stands_in: bool) -> Result<NextGeneration, RenewError> {
        let document = &opened.document;
        let kind = document.id().kind();
        let whole = matches!(self.erase, Some(Erase::Whole));
        if whole && kind == DocKind::Roster {
            return Err(RenewError::WholeRoster);
        }
        let keys: &[String] = if let Some(Erase::Keys(keys)) = self.erase { keys } else { &[] };
        let held = document.list("");
        let missing = keys.iter().find(|key| !held.iter().any(|(held, _)| is_inside(held, key)));
        if let Some(missing) = missing {
            return Err(RenewError::NoSuchKey(missing.clone()));
        }
        let forget =
            |held: &str| whole && !stays_when_erased(kind, held) || keys.iter().any(|key| is_inside(held, key));
        let Some(generation) = document.generation().next().filter(|_| stands_in) else {
            return Ok(document.next_generation(forget)?);
        };
        Ok(document.stand_in(generation, &hand_of(&opened.heads), forget)?)
    }
}

/// Whether a key is `outer` or inside it.
pub(crate) fn is_inside(key: &str, outer: &str) -> bool {
    key.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || outer.ends_with('/'))
}

/// A change that [`Document::next_generation`] has tried, as the log takes it.
pub(crate) fn admitted(change: &lianhu_core::NewChange) -> Result<Admitted, RenewError> {
    let scan = scan(&change.bytes).map_err(|_| NotRenewed::WouldDiffer)?;
    let hash = ChangeHash(scan.hash().0);
    Ok(Admitted::by_gate(Scanned::by_gate(Received::new(scan.into_bytes()), hash)))
}

fn bytes_of(next: &NextGeneration, snapshot: &[u8]) -> u64 {
    (next.changes.iter().map(|change| change.bytes.len()).sum::<usize>() + snapshot.len()) as u64
}
