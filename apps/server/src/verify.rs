//! `verify`: the township checked from its log up. Every document is built again from its changes alone, and what the
//! store holds beside the log (heads, rows, access lists, digests) must be what follows from that.

use std::collections::{BTreeMap, BTreeSet};

use lianhu_core::access::{Facts, readers};
use lianhu_core::views::{VIEWS, project};
use lianhu_core::{Document, gate};
use lianhu_store::{Query, Reader};
use lianhu_sync::ids::{ChangeHash, DocId, Heads};
use lianhu_sync::ports::{Township as _, ViewRow, ViewValue};
use serde::Serialize;

use crate::projection;
use crate::town::{Town, TownError, reader_of};

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// Documents checked.
    pub documents: u64,
    /// Changes replayed.
    pub changes: u64,
    /// Things that are not what follows from the log.
    pub differences: u64,
    /// What they are; ids only, never what a document says.
    pub problems: Vec<String>,
}

impl Findings {
    fn differ(&mut self, what: String) {
        self.differences += 1;
        self.problems.push(what);
    }
}

/// Checks everything, on one snapshot. `step` is called after each document with how many are done and to do.
pub fn verify(town: &Town, mut step: impl FnMut(u64, u64)) -> Result<Findings, TownError> {
    let reader = town.store.read()?;
    let mut findings = Findings::default();
    for problem in reader.integrity_problems()? {
        findings.differ(format!("database: {problem}"));
    }
    let recorded = reader.documents()?;
    let mut rebuilt: BTreeMap<DocId, Document> = BTreeMap::new();
    for entry in &recorded {
        findings.documents += 1;
        if let Some(document) = replay(&reader, entry.doc, &mut findings)? {
            check_heads(&document, &entry.heads, entry.doc, &mut findings);
            check_snapshot(town, &reader, &document, entry.doc, &mut findings);
            if Facts::of(&document).to_bytes() != entry.facts {
                findings.differ(format!("{}: the facts permission depends on are not the document's", entry.doc));
            }
            rebuilt.insert(entry.doc, document);
        }
        step(findings.documents, recorded.len() as u64);
    }
    check_access(town, &reader, &rebuilt, &mut findings)?;
    check_rows(&reader, &rebuilt, &mut findings)?;
    for difference in reader.digest_differences()? {
        findings.differ(format!("reader {}: the stored digest is not that of what they may read", difference.reader));
    }
    Ok(findings)
}

/// A document from its changes alone, each through the gate's scan again.
fn replay(reader: &Reader, doc: DocId, findings: &mut Findings) -> Result<Option<Document>, TownError> {
    let Ok(id) = lianhu_core::DocId::from_bytes(doc.0) else {
        findings.differ(format!("{doc}: not a document id"));
        return Ok(None);
    };
    let history = reader.history(doc)?;
    for change in &history {
        findings.changes += 1;
        match gate::scan(&change.bytes) {
            Ok(scan) if scan.hash().0 == change.hash.0 => {}
            Ok(_) => findings.differ(format!("{doc}: the change at {} has another hash", change.position.0)),
            Err(why) => findings.differ(format!("{doc}: the change at {} is not sound: {why}", change.position.0)),
        }
    }
    match Document::open(id, None, history.iter().map(|change| change.bytes.as_slice())) {
        Ok(document) => Ok(Some(document)),
        Err(why) => {
            findings.differ(format!("{doc}: does not open from its changes: {why}"));
            Ok(None)
        }
    }
}

fn heads_of(document: &Document) -> Heads {
    Heads::new(document.heads().into_iter().map(|hash| ChangeHash(hash.0)).collect())
}

fn check_heads(document: &Document, stored: &Heads, doc: DocId, findings: &mut Findings) {
    if heads_of(document) != *stored {
        findings.differ(format!("{doc}: the stored heads are not the log's"));
    }
}

/// The way the server opens it (snapshot and tail) leads to the same document.
fn check_snapshot(town: &Town, reader: &Reader, document: &Document, doc: DocId, findings: &mut Findings) {
    match town.gate.open(reader, doc) {
        Ok(opened) if heads_of(&opened.document) == heads_of(document) => {}
        Ok(_) => findings.differ(format!("{doc}: the snapshot is not what the log says")),
        Err(why) => findings.differ(format!("{doc}: {why}")),
    }
}

fn check_access(
    town: &Town,
    reader: &Reader,
    rebuilt: &BTreeMap<DocId, Document>,
    findings: &mut Findings,
) -> Result<(), TownError> {
    let today = town.today();
    for (doc, document) in rebuilt {
        let facts = Facts::of(document);
        let entitled = match facts.village {
            Some(village) => {
                let at = town.gate.roster(reader, DocId(village.to_bytes()))?;
                readers(document.id().kind(), &facts, &at.roster, today)
            }
            None => BTreeSet::new(),
        };
        let mut entitled: Vec<_> = entitled.into_iter().map(reader_of).collect();
        entitled.sort_unstable();
        if reader.document_readers(*doc)? != entitled {
            findings.differ(format!("{doc}: the access list is not what the roster says"));
        }
    }
    Ok(())
}

/// The live rows of every view against rows projected from the replayed documents, row by row.
fn check_rows(reader: &Reader, rebuilt: &BTreeMap<DocId, Document>, findings: &mut Findings) -> Result<(), TownError> {
    let mut expected: BTreeMap<&'static str, BTreeMap<DocId, Vec<Vec<ViewValue>>>> = BTreeMap::new();
    for (doc, document) in rebuilt {
        for ViewRow { view, values } in projection::rows(project(document)) {
            expected.entry(view).or_default().entry(*doc).or_default().push(values);
        }
    }
    for view in VIEWS {
        let mut live: BTreeMap<DocId, Vec<Vec<ViewValue>>> = BTreeMap::new();
        for row in reader.list(view.name, &Query::default())? {
            match projection::doc_of(&row) {
                Some(doc) => live.entry(doc).or_default().push(row),
                None => findings.differ(format!("view {}: a row names no document", view.name)),
            }
        }
        let expected = expected.remove(view.name).unwrap_or_default();
        let docs: BTreeSet<&DocId> = live.keys().chain(expected.keys()).collect();
        for doc in docs {
            if live.get(doc) != expected.get(doc) {
                findings.differ(format!("{doc}: its rows in view {} are not what the document says", view.name));
            }
        }
    }
    Ok(())
}
