//! `verify`: the township checked from its log up. Every document is built again from its changes alone, and what the
//! store holds beside the log (heads, rows, access lists, digests) must be what follows from that.

use std::collections::BTreeSet;
use std::thread;

use chrono::Datelike as _;
use lianhu_core::access::{self, readers};
use lianhu_core::report::{self, Asked, Facts, Period, Scope};
use lianhu_core::views::{Row, project};
use lianhu_core::{Document, Generation, gate};
use lianhu_store::{DocFacts, Reader};
use lianhu_sync::ids::{ChangeHash, DocId, Heads, ReaderId};
use lianhu_sync::ports::Township as _;
use serde::Serialize;

use crate::sweep::Sweep;
use crate::town::{Town, TownError, reader_of};
use crate::{projection, reports};

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

    fn add(&mut self, other: Findings) {
        self.documents += other.documents;
        self.changes += other.changes;
        self.differences += other.differences;
        self.problems.extend(other.problems);
    }
}

/// Checks everything, of one moment and on all cores. `step` is called after each document with how many are done and to do.
pub fn verify(town: &Town, mut step: impl FnMut(u64, u64)) -> Result<Findings, TownError> {
    let mut sweep = Sweep::begin(town)?;
    let beside = town.store.read()?;
    let all = sweep.documents() as u64;
    let mut of_documents = Findings::default();
    let (mut rows, mut counted) = (0, Facts::new());
    // What SQLite has to say of its file, and the digests, are read meanwhile.
    let (of_file, of_digests) = thread::scope(|scope| {
        let file = scope.spawn(move || of_file(&beside));
        sweep.each(
            |reader, entry| check(town, reader, entry),
            |_, checked| {
                of_documents.add(checked.findings);
                rows += checked.live;
                checked.said.iter().for_each(|row| counted.take(row));
                step(of_documents.documents, all);
                Ok(())
            },
        )?;
        file.join().unwrap_or_else(|why| std::panic::resume_unwind(why))
    })?;
    let mut findings = of_file;
    findings.add(of_documents);
    let reader = sweep.reader();
    let orphans = reader.count_all_rows()?.saturating_sub(rows);
    if orphans > 0 {
        findings.differ(format!("views: {orphans} rows belong to no recorded document"));
    }
    check_reports(town, reader, &counted, &mut findings)?;
    for (line, problem) in reader.verify_audit(None, None)?.problems {
        findings.differ(format!("audit log, line {line}: {}", problem.as_str()));
    }
    findings.add(of_digests);
    Ok(findings)
}

/// What is wrong with the database's file, and which readers' digests are not those of what they may read.
fn of_file(reader: &Reader) -> Result<(Findings, Findings), TownError> {
    let (mut file, mut digests) = (Findings::default(), Findings::default());
    for problem in reader.integrity_problems()? {
        file.differ(format!("database: {problem}"));
    }
    for difference in reader.digest_differences()? {
        let reader = difference.reader;
        digests.differ(format!("reader {reader}: the stored digest is not that of what they may read"));
    }
    Ok((file, digests))
}

/// What was found of one document.
struct Checked {
    findings: Findings,
    /// Rows the views hold of it.
    live: u64,
    /// The rows it says.
    said: Vec<Row>,
}

fn check(town: &Town, reader: &Reader, entry: &DocFacts) -> Result<Checked, TownError> {
    let mut findings = Findings { documents: 1, ..Findings::default() };
    let live = reader.rows_of(entry.doc)?;
    let mut said = Vec::new();
    if let Some(document) = replay(reader, entry, &mut findings)? {
        check_heads(&document, entry, &mut findings);
        check_snapshot(town, reader, &document, entry.doc, &mut findings);
        check_access(town, reader, &document, entry, &mut findings)?;
        said = project(&document);
        if live != projection::rows(said.clone()) {
            findings.differ(format!("{}: its rows in the views are not what it says", entry.doc));
        }
    }
    Ok(Checked { findings, live: live.len() as u64, said })
}

/// The figures counted from the documents are those counted from the tables. Where rows differ it has been said already.
fn check_reports(town: &Town, reader: &Reader, counted: &Facts, findings: &mut Findings) -> Result<(), TownError> {
    let Ok(period) = Period::year(town.today().year()) else { return Ok(()) };
    if findings.differences > 0 {
        return Ok(());
    }
    let asked = Asked { scope: Scope::All, period, today: town.today() };
    let from_tables = report::all(&reports::facts(reader)?, &asked);
    for (table, document) in from_tables.iter().zip(report::all(counted, &asked)) {
        if *table != document {
            let id = document.id.code();
            findings.differ(format!("report {id}: the figures from the views are not those from the documents"));
        }
    }
    Ok(())
}

/// A document from its changes alone, each through the gate's scan again.
fn replay(reader: &Reader, recorded: &DocFacts, findings: &mut Findings) -> Result<Option<Document>, TownError> {
    let doc = recorded.doc;
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
    let generation = Generation(recorded.generation.0);
    match Document::replay(id, generation, history.iter().map(|change| change.bytes.as_slice())) {
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

fn check_heads(document: &Document, stored: &DocFacts, findings: &mut Findings) {
    if heads_of(document) != stored.heads {
        findings.differ(format!("{}: the stored heads are not the log's", stored.doc));
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

/// What permission depends on is the document's, and its readers are who the roster says.
fn check_access(
    town: &Town,
    reader: &Reader,
    document: &Document,
    stored: &DocFacts,
    findings: &mut Findings,
) -> Result<(), TownError> {
    let facts = access::Facts::of(document);
    if facts.to_bytes() != stored.facts {
        findings.differ(format!("{}: the facts permission depends on are not the document's", stored.doc));
    }
    let entitled = match facts.village.map(|village| town.gate.roster(reader, DocId(village.to_bytes()))) {
        Some(Ok(at)) => readers(document.id().kind(), &facts, &at.roster, town.today()),
        // The roster itself is among the findings.
        Some(Err(_)) => return Ok(()),
        None => BTreeSet::new(),
    };
    let entitled: BTreeSet<ReaderId> = entitled.into_iter().map(reader_of).collect();
    if !reader.document_readers(stored.doc)?.into_iter().eq(entitled) {
        findings.differ(format!("{}: the access list is not what the roster says", stored.doc));
    }
    Ok(())
}
