//! The contracts of the ports, and what only a store on disk has to show.

mod audit;
mod contracts;
mod opening;
mod pack;
mod room;
mod rows;
mod schema;
mod sealed;
mod suite;
mod township;
mod views;

use std::path::{Path, PathBuf};

use lianhu_crypto::SymmetricKey;
use lianhu_sync::ids::{DocId, Heads, ReaderId};
use lianhu_sync::ports::{
    self, AdmittedDoc, Commit, CommitOutcome, DocAccess, PendingChange, PhoneBase, PhoneDocSummary, PhoneStanding,
    PhoneStore, PhoneWrite,
};
use lianhu_testkit::contract::{admitted, hash};
use tempfile::TempDir;

use crate::{Lock, Phone, PhoneOptions, Reader, StoreError, Township, TownshipOptions, ViewSpec};

/// A store with the directory it lies in.
struct OnDisk<S> {
    store: S,
    directory: TempDir,
}

impl<S> OnDisk<S> {
    fn path(&self) -> PathBuf {
        path_in(&self.directory)
    }
}

fn path_in(directory: &TempDir) -> PathBuf {
    directory.path().join("store.db")
}

fn open_township(path: &Path, views: &[ViewSpec]) -> Township {
    Township::open(path, views, TownshipOptions::default()).unwrap()
}

fn township() -> OnDisk<Township> {
    let directory = tempfile::tempdir().unwrap();
    OnDisk { store: open_township(&path_in(&directory), &[]), directory }
}

fn sealed_township() -> OnDisk<Township> {
    let directory = tempfile::tempdir().unwrap();
    let options = TownshipOptions { key: Some(SymmetricKey([7; 32])), ..TownshipOptions::default() };
    OnDisk { store: Township::open(path_in(&directory), &[], options).unwrap(), directory }
}

/// A phone's store that a key of the host's opens.
fn keyed() -> PhoneOptions {
    PhoneOptions::new(Lock::Keystore(SymmetricKey([5; 32])))
}

fn plain_phone() -> OnDisk<Phone> {
    let directory = tempfile::tempdir().unwrap();
    OnDisk { store: Phone::open(path_in(&directory), PhoneOptions::new(Lock::Plain)).unwrap(), directory }
}

fn phone() -> OnDisk<Phone> {
    let directory = tempfile::tempdir().unwrap();
    OnDisk { store: Phone::open(path_in(&directory), keyed()).unwrap(), directory }
}

fn reopen_phone(phone: OnDisk<Phone>) -> OnDisk<Phone> {
    let OnDisk { store, directory } = phone;
    drop(store);
    OnDisk { store: Phone::open(path_in(&directory), keyed()).unwrap(), directory }
}

/// A document's next changes, of `length` bytes each.
fn admitted_doc(doc: DocId, changes: &[u64], length: usize) -> AdmittedDoc {
    AdmittedDoc {
        doc,
        changes: changes.iter().map(|number| admitted(*number, length)).collect(),
        heads: Heads::new(changes.last().map(|number| hash(*number)).into_iter().collect()),
        snapshot: None,
        facts: Vec::new(),
        rows: Vec::new(),
        records: None,
        begins: None,
    }
}

/// Records changes of a document that these people may read.
fn try_record(
    township: &Township,
    doc: DocId,
    changes: &[u64],
    length: usize,
    readers: &[u8],
) -> Result<CommitOutcome, StoreError> {
    let access = DocAccess { doc, readers: readers.iter().map(|number| reader(*number)).collect() };
    let documents = vec![admitted_doc(doc, changes, length)];
    ports::Township::commit(township, Commit { documents, access: vec![access], ..Commit::default() })
}

fn record(township: &Township, doc: DocId, changes: &[u64], readers: &[u8]) {
    try_record(township, doc, changes, 40, readers).unwrap();
}

fn reader(number: u8) -> ReaderId {
    lianhu_testkit::contract::caller(number).reader
}

impl ports::Township for OnDisk<Township> {
    type Error = StoreError;
    type Reader = Reader;

    fn read(&self) -> Result<Reader, StoreError> {
        self.store.read()
    }

    fn commit(&self, commit: Commit) -> Result<CommitOutcome, StoreError> {
        self.store.commit(commit)
    }
}

impl PhoneStore for OnDisk<Phone> {
    type Error = StoreError;

    fn destroy(&mut self) -> Result<(), StoreError> {
        self.store.destroy()
    }

    fn standing(&self) -> Result<PhoneStanding, StoreError> {
        self.store.standing()
    }

    fn documents(&self) -> Result<Vec<PhoneDocSummary>, StoreError> {
        self.store.documents()
    }

    fn base(&self, doc: DocId) -> Result<Option<PhoneBase>, StoreError> {
        self.store.base(doc)
    }

    fn pending(&self, doc: Option<DocId>) -> Result<Vec<PendingChange>, StoreError> {
        self.store.pending(doc)
    }

    fn commit(&mut self, writes: Vec<PhoneWrite>) -> Result<(), StoreError> {
        self.store.commit(writes)
    }
}
