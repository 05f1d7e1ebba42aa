//! The township's gate: the documents crate behind the exchange.
//!
//! Every change, from a phone or from the office, takes the same way: pre-scan, earlier verdict, actor, trial, permission
//! and content; what passes becomes rows, facts and access lists of the same commit. The gate reads one snapshot of the
//! store and writes nothing: it says what to commit, and the store commits that only if nothing it read has moved.

mod document;
mod held;
mod late;
mod returned;
mod rosters;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use lianhu_core::access::{Facts, readers};
use lianhu_core::policy::Author;
use lianhu_core::roster::Roster;
use lianhu_core::{DocKind, Document, WorkerId};
use lianhu_store::{Op, Query, Reader, StoreError};
use lianhu_sync::ids::{DocId, Heads, ReaderId, ServerMillis};
use lianhu_sync::message::{Chunk, DocChanges, RefusedCode, Verdict};
use lianhu_sync::ports::{Caller, Commit, DocAccess, Judged, SealedDoc, TownshipGate, ViewValue};

pub(crate) use document::Opened;
pub(crate) use returned::{hand_of, heads_of};
pub(crate) use rosters::RosterAt;
use rosters::Rosters;

use crate::projection;
use crate::town::{local, reader_of};

pub use lianhu_core::policy::OFFICE;

/// Judges changes. Shared by all exchanges; holds nothing but a bounded cache of rosters.
#[derive(Debug, Default)]
pub struct Gate {
    rosters: Rosters,
}

/// A failure that is nobody's change's fault.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// The store could not be read.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// A document of our own store does not open.
    #[error("the stored document {0} does not open; `lianhu verify` says more")]
    Damaged(DocId),
}

/// The judging of one request.
struct Judging<'a> {
    gate: &'a Gate,
    reader: &'a Reader,
    caller: Caller,
    author: Author,
    today: NaiveDate,
    /// Rosters as this request leaves them, so that what follows in it is judged by them.
    moved: BTreeMap<DocId, Arc<Roster>>,
    commit: Commit,
    /// The places of changes that went in late.
    late: Vec<u32>,
    loaded: u32,
}

impl TownshipGate<Reader> for Gate {
    type Error = GateError;

    fn judge(
        &self,
        reader: &Reader,
        caller: Caller,
        changes: &[DocChanges],
        at: ServerMillis,
    ) -> Result<Judged, GateError> {
        let mut judging = self.begin(reader, caller, at);
        judging.introduce_author()?;
        let verdicts =
            judging.each_document(changes, |judging, doc, chunks, verdicts| judging.document(doc, chunks, verdicts))?;
        Ok(judging.end(verdicts))
    }

    fn take_back(
        &self,
        reader: &Reader,
        caller: Caller,
        documents: &[SealedDoc],
        at: ServerMillis,
    ) -> Result<Judged, GateError> {
        let mut judging = self.begin(reader, caller, at);
        let mut documents: Vec<&SealedDoc> = documents.iter().collect();
        // Rosters first, since they say who reads the rest.
        documents.sort_by_key(|sealed| (!is_roster(sealed.doc()), sealed.doc()));
        for sealed in documents {
            judging.take_back(sealed)?;
        }
        Ok(judging.end(Vec::new()))
    }
}

fn is_roster(doc: DocId) -> bool {
    doc.0.first().is_some_and(|kind| DocKind::from_code(*kind) == DocKind::Roster)
}

/// The request's changes, each with the place of its verdict: one list per document, rosters first, since what they say
/// decides about the rest.
fn by_document(changes: &[DocChanges]) -> Vec<(DocId, Vec<(usize, &Chunk)>)> {
    let mut grouped: BTreeMap<(bool, DocId), Vec<(usize, &Chunk)>> = BTreeMap::new();
    let mut slot = 0;
    for of_doc in changes {
        let chunks = grouped.entry((!is_roster(of_doc.doc), of_doc.doc)).or_default();
        for chunk in &of_doc.changes {
            chunks.push((slot, chunk));
            slot += 1;
        }
    }
    grouped.into_iter().map(|((_, doc), chunks)| (doc, chunks)).collect()
}

impl Gate {
    /// What becomes of the changes of a device that may not ask any more: bounds, form and whose hand it is are looked at
    /// like everybody's, and what passes waits for a person. No document is opened.
    pub(crate) fn suspend(
        &self,
        reader: &Reader,
        caller: Caller,
        changes: &[DocChanges],
        at: ServerMillis,
    ) -> Result<Judged, GateError> {
        let mut judging = self.begin(reader, caller, at);
        let verdicts =
            judging.each_document(changes, |judging, doc, chunks, verdicts| judging.suspend(doc, chunks, verdicts))?;
        Ok(judging.end(verdicts))
    }

    fn begin<'a>(&'a self, reader: &'a Reader, caller: Caller, at: ServerMillis) -> Judging<'a> {
        let from = (!Self::is_office(caller)).then_some(caller);
        let worker = WorkerId(uuid::Uuid::from_bytes(caller.reader.0));
        let author = Author::unknown(worker);
        let commit = Commit { from, at, ..Commit::default() };
        let today = local(at).date_naive();
        Judging {
            gate: self,
            reader,
            caller,
            author,
            today,
            moved: BTreeMap::new(),
            commit,
            late: Vec::new(),
            loaded: 0,
        }
    }

    /// Whether a caller is the township's own office.
    pub(crate) fn is_office(caller: Caller) -> bool {
        caller.reader == reader_of(OFFICE)
    }
}

impl Judging<'_> {
    /// Does `work` for the changes of each document, rosters first; one verdict for each change, in the request's order.
    fn each_document(
        &mut self,
        changes: &[DocChanges],
        mut work: impl FnMut(&mut Self, DocId, &[(usize, &Chunk)], &mut [Verdict]) -> Result<(), GateError>,
    ) -> Result<Vec<Verdict>, GateError> {
        let count = changes.iter().map(|doc| doc.changes.len()).sum();
        let unheard = document::refused(RefusedCode::Malformed, "not a document".to_owned());
        let mut verdicts = vec![unheard; count];
        for (doc, chunks) in by_document(changes) {
            if lianhu_core::DocId::from_bytes(doc.0).is_ok() {
                work(self, doc, &chunks, &mut verdicts)?;
            }
        }
        Ok(verdicts)
    }

    /// What was decided, and what to commit for it.
    fn end(self, verdicts: Vec<Verdict>) -> Judged {
        let Judging { commit, loaded, mut late, .. } = self;
        late.sort_unstable();
        let nothing = commit.documents.is_empty() && commit.held.is_empty() && commit.refused.is_empty();
        Judged { verdicts, late, commit: (!nothing).then_some(commit), documents_loaded: loaded }
    }

    /// Finds out who the caller is to the rules. Somebody no roster lists any more has no role and no village.
    fn introduce_author(&mut self) -> Result<(), GateError> {
        if Gate::is_office(self.caller) {
            self.author = Author::town_desk(OFFICE);
            return Ok(());
        }
        let Some(home) = home_of(self.reader, self.author.worker)? else { return Ok(()) };
        let roster = self.roster(home)?;
        if let Some(author) = Author::of_roster(self.author.worker, &roster) {
            self.author = author;
        }
        Ok(())
    }

    /// Notes a document the verdicts depend on.
    fn based_on(&mut self, doc: DocId, heads: &Heads) {
        if !self.commit.based_on.iter().any(|(known, _)| *known == doc) {
            self.commit.based_on.push((doc, heads.clone()));
        }
    }

    /// A village's roster, as this request leaves it.
    fn roster(&mut self, doc: DocId) -> Result<Arc<Roster>, GateError> {
        if let Some(moved) = self.moved.get(&doc) {
            return Ok(Arc::clone(moved));
        }
        let RosterAt { heads, roster } = self.gate.roster(self.reader, doc)?;
        self.based_on(doc, &heads);
        Ok(roster)
    }

    /// A roster is about to move: what follows is judged by the new one, and the village's access lists move with it.
    fn move_roster(&mut self, doc: DocId, after: &Document) -> Result<(), GateError> {
        let old = self.roster(doc)?;
        let new = Arc::new(Roster::read(after));
        for recorded in self.reader.documents()? {
            let facts = Facts::from_bytes(&recorded.facts);
            if recorded.doc == doc || facts.village.map(lianhu_core::DocId::to_bytes) != Some(doc.0) {
                continue;
            }
            let id = lianhu_core::DocId::from_bytes(recorded.doc.0).map_err(|_| GateError::Damaged(recorded.doc))?;
            let entitled = readers(id.kind(), &facts, &new, self.today);
            if entitled != readers(id.kind(), &facts, &old, self.today) {
                let readers: Vec<ReaderId> = entitled.into_iter().map(reader_of).collect();
                self.commit.access.push(DocAccess { doc: recorded.doc, readers });
            }
        }
        self.moved.insert(doc, new);
        Ok(())
    }
}

/// The roster a worker is at home in, found in the views: one that has them at work; of several the first by its name.
pub(crate) fn home_of(reader: &Reader, worker: WorkerId) -> Result<Option<DocId>, StoreError> {
    let query = Query { limit: Some(1), order_by: Some("active".to_owned()), descending: true, ..Query::default() };
    let query = query.filter("id", Op::Eq(ViewValue::Text(worker.to_string())));
    Ok(reader.list("workers", &query)?.first().and_then(|row| projection::doc_of(row)))
}
