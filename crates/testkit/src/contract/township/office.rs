//! A hand that writes to a township's store under test, and remembers what must be in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use lianhu_sync::ids::{Digest, DocId, Heads, Position, ReaderId, ServerMillis};
use lianhu_sync::message::{Chunk, Entry};
use lianhu_sync::ports::{AdmittedDoc, Caller, Commit, CommitOutcome, DocAccess, Page, Township, TownshipReader};

use crate::contract::{admitted, bytes, caller, doc, hash, numbers};

/// A budget that nothing in a test fills.
pub(super) const ALL: usize = 1 << 20;

/// The store under test, and what was written to it.
pub(super) struct Office<T> {
    pub(super) township: T,
    /// Each document's changes, in log order.
    pub(super) recorded: BTreeMap<DocId, Vec<u64>>,
    /// Who may read each document.
    pub(super) readers: BTreeMap<DocId, BTreeSet<ReaderId>>,
}

impl<T: Township> Office<T>
where
    T::Error: Debug,
{
    pub(super) fn new(township: T) -> Self {
        Office { township, recorded: BTreeMap::new(), readers: BTreeMap::new() }
    }

    pub(super) fn reader(&self) -> T::Reader {
        self.township.read().unwrap()
    }

    pub(super) fn page(&self, of: u8, after: Position, budget: usize) -> Page {
        self.reader().page(caller(of).reader, caller(of).device, after, budget).unwrap()
    }

    pub(super) fn empty_commit(&self, from: Option<Caller>) -> Commit {
        Commit { from, at: ServerMillis(1), ..Commit::default() }
    }

    /// A commit that adds changes to one document, judged against what it holds now.
    pub(super) fn commit_of(&self, from: Option<Caller>, doc: DocId, changes: &[u64]) -> Commit {
        let document = AdmittedDoc {
            doc,
            changes: changes.iter().map(|number| admitted(*number, 40)).collect(),
            heads: heads(changes),
            snapshot: None,
            facts: format!("facts {}", changes.last().unwrap()).into_bytes(),
            rows: Vec::new(),
            records: None,
            begins: None,
        };
        let based_on = vec![(doc, self.recorded.get(&doc).map(|changes| heads(changes)).unwrap_or_default())];
        Commit { based_on, documents: vec![document], ..self.empty_commit(from) }
    }

    pub(super) fn list(&self, doc: DocId, readers: &[u8]) -> DocAccess {
        DocAccess { doc, readers: readers.iter().map(|number| caller(*number).reader).collect() }
    }

    /// Commits, and remembers; a commit of this hand is never stale.
    pub(super) fn write(&mut self, commit: Commit) -> Position {
        for document in &commit.documents {
            let recorded = self.recorded.entry(document.doc).or_default();
            recorded.extend(document.changes.iter().flat_map(|change| numbers(change.bytes())));
        }
        for list in &commit.access {
            self.readers.insert(list.doc, list.readers.iter().copied().collect());
        }
        match self.township.commit(commit).unwrap() {
            CommitOutcome::Committed { head } => head,
            CommitOutcome::Stale => panic!("this commit was judged against what is there"),
        }
    }

    pub(super) fn record(&mut self, from: Option<Caller>, doc: DocId, changes: &[u64]) -> Position {
        self.write(self.commit_of(from, doc, changes))
    }

    pub(super) fn record_with_snapshot(&mut self, from: Option<Caller>, doc: DocId, changes: &[u64]) -> Position {
        let mut commit = self.commit_of(from, doc, changes);
        let all = self.recorded.get(&doc).into_iter().flatten().chain(changes);
        commit.documents[0].snapshot = Some(all.flat_map(|number| bytes(*number, 40)).collect());
        self.write(commit)
    }

    pub(super) fn access(&mut self, doc: DocId, readers: &[u8]) -> Position {
        let access = vec![self.list(doc, readers)];
        self.write(Commit { access, ..self.empty_commit(None) })
    }

    /// Documents that readers 1 and 2 hold, each with the change of its number.
    pub(super) fn begin_shared_documents(&mut self, numbers: &[u8]) -> Position {
        let mut head = Position(0);
        for number in numbers {
            let mut commit = self.commit_of(None, doc(*number), &[u64::from(*number)]);
            commit.access = vec![self.list(doc(*number), &[1, 2])];
            head = self.write(commit);
        }
        head
    }

    /// Every reader's digest and list is what this hand wrote.
    pub(super) fn check_digests(&self) {
        let reader = self.reader();
        for number in 0..10 {
            let who = caller(number).reader;
            let may_read = |doc: &DocId| self.readers.get(doc).is_some_and(|readers| readers.contains(&who));
            let expected: Vec<(DocId, Heads)> = (self.recorded.iter())
                .filter(|(doc, _)| may_read(doc))
                .map(|(doc, changes)| (*doc, heads(changes)))
                .collect();
            let mut readable = reader.readable(who).unwrap();
            readable.sort();
            assert_eq!(readable, expected);
            let digest =
                expected.iter().fold(Digest::EMPTY, |digest, (doc, heads)| digest.with(Digest::of(*doc, heads)));
            assert_eq!(reader.standing(who).unwrap().digest, digest);
        }
    }
}

/// A test's documents are lines: the last change is the only head.
pub(super) fn heads(changes: &[u64]) -> Heads {
    Heads::new(changes.last().map(|number| hash(*number)).into_iter().collect())
}

/// The numbers of the changes in a page that came as changes.
pub(super) fn changes_of(page: &Page) -> Vec<(DocId, Vec<u64>)> {
    let changes = page.entries.iter().map(|entry| match entry {
        Entry::Changes(sent) => (sent.doc, sent.changes.iter().flat_map(|Chunk(bytes)| numbers(bytes)).collect()),
        other => panic!("expected changes, found {other:?}"),
    });
    changes.collect()
}

/// The numbers of the changes in a page that came as whole documents.
pub(super) fn wholes_of(page: &Page) -> Vec<(DocId, Vec<u64>)> {
    let wholes = page.entries.iter().map(|entry| match entry {
        Entry::Granted { doc, snapshot, changes } => {
            (*doc, snapshot.iter().chain(changes).flat_map(|Chunk(bytes)| numbers(bytes)).collect())
        }
        other => panic!("expected a whole document, found {other:?}"),
    });
    wholes.collect()
}
