//! One owner, the right kind of file, sound, of a version we know; copies noticed.

use std::path::{Path, PathBuf};
use std::{fs, io};

use lianhu_sync::ids::Position;
use lianhu_sync::ports::{Commit, PhoneStanding, PhoneStore, PhoneWrite, Township as _, TownshipReader as _};
use lianhu_testkit::contract::doc;

use super::{keyed, open_township, path_in, phone, reader, record, township};
use crate::file::beside;
use crate::{Held, Machine, OpenError, Phone, PhoneOptions, ThisMachine, Township, TownshipOptions};

fn try_open(path: &Path) -> Result<Township, OpenError> {
    Township::open(path, &[], TownshipOptions::default())
}

#[test]
fn a_second_owner_is_refused_until_the_first_has_gone() {
    let on_disk = township();
    let path = on_disk.path();
    assert!(matches!(try_open(&path), Err(OpenError::InUse { .. })));
    let still_reading = on_disk.store.read().unwrap();
    drop(on_disk.store);
    assert!(matches!(try_open(&path), Err(OpenError::InUse { .. })));
    drop(still_reading);
    try_open(&path).unwrap();
}

#[test]
fn a_second_owner_of_a_phone_is_refused() {
    let on_disk = phone();
    let second = Phone::open(on_disk.path(), keyed());
    assert!(matches!(second, Err(OpenError::InUse { .. })));
}

#[test]
fn a_reopened_township_gives_the_same_answers() {
    let on_disk = township();
    record(&on_disk.store, doc(1), &[1, 2], &[1]);
    let before = on_disk.store.read().unwrap();
    let answers = (before.standing(reader(1)).unwrap(), before.document(doc(1)).unwrap());
    drop(before);
    let path = on_disk.path();
    drop(on_disk.store);
    let after = open_township(&path, &[]).read().unwrap();
    assert_eq!((after.standing(reader(1)).unwrap(), after.document(doc(1)).unwrap()), answers);
    assert_eq!(after.head(), Position(2));
}

#[test]
fn a_damaged_township_is_set_aside_and_never_deleted() {
    let directory = tempfile::tempdir().unwrap();
    let path = path_in(&directory);
    for number in 1..=2 {
        fs::write(&path, format!("not a database any more {number}")).unwrap();
        assert!(matches!(try_open(&path), Err(OpenError::Damaged { .. })));
        let (township, aside) = Township::open_or_set_aside(&path, &[], TownshipOptions::default()).unwrap();
        let aside = aside.unwrap();
        assert_eq!(aside.path, directory.path().join(format!("store.db.damaged-{number}")));
        assert_eq!(fs::read_to_string(&aside.path).unwrap(), format!("not a database any more {number}"));
        assert_eq!(township.read().unwrap().head(), Position(0));
    }
}

#[test]
fn a_township_with_a_spoiled_page_is_found_damaged() {
    let on_disk = township();
    for number in 1..=40 {
        record(&on_disk.store, doc(number), &[u64::from(number)], &[1]);
    }
    let path = on_disk.path();
    drop(on_disk.store);
    let mut bytes = fs::read(&path).unwrap();
    let length = bytes.len();
    bytes[4096..length.min(6 * 4096)].fill(0xa5);
    fs::write(&path, bytes).unwrap();
    assert!(matches!(try_open(&path), Err(OpenError::Damaged { .. })));
}

#[test]
fn a_damaged_phone_is_set_aside_and_a_new_one_begins() {
    let directory = tempfile::tempdir().unwrap();
    let path = path_in(&directory);
    let mut first = Phone::open(&path, keyed()).unwrap();
    first
        .commit(vec![PhoneWrite::Standing(PhoneStanding { host: b"identity".to_vec(), ..Default::default() })])
        .unwrap();
    drop(first);
    fs::write(&path, "torn").unwrap();
    let (phone, aside) = Phone::open_or_set_aside(&path, keyed()).unwrap();
    assert!(aside.unwrap().path.exists());
    assert_eq!(phone.standing().unwrap(), PhoneStanding::default());
    assert!(!phone.looks_copied(), "nothing is left that a copy could share");
}

#[test]
fn a_database_of_something_else_is_foreign() {
    let on_disk = phone();
    let path = on_disk.path();
    drop(on_disk.store);
    assert!(matches!(try_open(&path), Err(OpenError::Foreign { .. })));
}

#[test]
fn a_database_of_a_newer_program_is_left_alone() {
    let on_disk = township();
    let path = on_disk.path();
    drop(on_disk.store);
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute("UPDATE refinery_schema_history SET version = 99 WHERE version = 1", []).unwrap();
    drop(raw);
    let refused = Township::open_or_set_aside(&path, &[], TownshipOptions::default()).err().unwrap();
    assert!(matches!(refused, OpenError::Newer { found: 99, .. }), "{refused}");
}

/// A phone that has written something, closed again.
fn used_phone(directory: &tempfile::TempDir) -> PathBuf {
    let path = path_in(directory);
    let mut phone = Phone::open(&path, keyed()).unwrap();
    assert!(!phone.looks_copied());
    phone.commit(vec![PhoneWrite::Card { doc: doc(1), card: vec![] }]).unwrap();
    path
}

#[test]
fn a_phone_that_was_only_closed_does_not_look_copied() {
    let directory = tempfile::tempdir().unwrap();
    let path = used_phone(&directory);
    assert!(!Phone::open(&path, keyed()).unwrap().looks_copied());
}

#[test]
fn a_phone_copied_without_its_token_looks_copied_until_it_is_settled() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = used_phone(&from);
    fs::copy(&path, path_in(&to)).unwrap();
    let mut copy = Phone::open(path_in(&to), keyed()).unwrap();
    assert!(copy.looks_copied());
    copy.commit(vec![PhoneWrite::Card { doc: doc(2), card: vec![] }]).unwrap();
    assert!(copy.looks_copied(), "only the host settles it");
    copy.settle_copy().unwrap();
    drop(copy);
    assert!(!Phone::open(path_in(&to), keyed()).unwrap().looks_copied());
    assert!(!Phone::open(&path, keyed()).unwrap().looks_copied(), "the first one may go on");
}

#[test]
fn a_phone_put_back_to_an_older_state_looks_copied() {
    let directory = tempfile::tempdir().unwrap();
    let path = used_phone(&directory);
    let old = fs::read(&path).unwrap();
    let mut phone = Phone::open(&path, keyed()).unwrap();
    phone.commit(vec![PhoneWrite::Card { doc: doc(2), card: vec![] }]).unwrap();
    drop(phone);
    fs::write(&path, old).unwrap();
    assert!(Phone::open(&path, keyed()).unwrap().looks_copied());
}

/// The log's present life, once the store has been opened again at a path.
fn log_at(path: &Path) -> lianhu_sync::ids::LogId {
    Township::open(path, &[], TownshipOptions::default()).unwrap().read().unwrap().log()
}

#[test]
fn a_township_copied_while_it_is_open_begins_a_new_life_and_the_first_one_goes_on() {
    let on_disk = township();
    let path = on_disk.path();
    on_disk.store.commit(Commit::default()).unwrap();
    let log = on_disk.store.read().unwrap().log();
    // By hand, with whatever the journal held at that moment.
    let copy = on_disk.directory.path().join("copied by hand");
    fs::copy(&path, &copy).unwrap();
    fs::copy(beside(&path, "-wal"), beside(&copy, "-wal")).unwrap();
    let copied = log_at(&copy);
    assert_ne!(copied, log);
    assert_eq!(log_at(&copy), copied, "and no other at every opening");
    drop(on_disk.store);
    assert_eq!(log_at(&path), log);
}

#[test]
fn an_older_file_put_in_the_place_of_a_township_begins_a_new_life() {
    let on_disk = township();
    let path = on_disk.path();
    on_disk.store.commit(Commit::default()).unwrap();
    let log = on_disk.store.read().unwrap().log();
    let older = on_disk.directory.path().join("older");
    on_disk.store.backup_to(&older).unwrap();
    on_disk.store.commit(Commit::default()).unwrap();
    drop(on_disk.store);
    for suffix in ["-wal", "-shm"] {
        _ = fs::remove_file(beside(&path, suffix));
    }
    fs::copy(&older, &path).unwrap();
    assert_ne!(log_at(&path), log);
}

/// A machine on which nobody else can have a database open, as in a browser.
struct Alone;

impl Machine for Alone {
    fn vfs(&self) -> Option<&'static str> {
        None
    }
    fn is_alone(&self) -> bool {
        true
    }
    fn random(&self, database: &Path) -> Option<[u8; 16]> {
        ThisMachine.random(database)
    }
    fn secret(&self, database: &Path) -> io::Result<[u8; 32]> {
        ThisMachine.secret(database)
    }
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        ThisMachine.make_folder(path)
    }
    fn lock(&self, path: &Path) -> io::Result<Option<Held>> {
        ThisMachine.lock(path)
    }
    fn exists(&self, path: &Path) -> bool {
        ThisMachine.exists(path)
    }
    fn read(&self, path: &Path, at_most: u64) -> io::Result<Option<Vec<u8>>> {
        ThisMachine.read(path, at_most)
    }
    fn write(&self, path: &Path, bytes: &[u8], durable: bool) -> io::Result<()> {
        ThisMachine.write(path, bytes, durable)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        ThisMachine.rename(from, to)
    }
    fn make_file(&self, to: &Path, from: Option<&Path>) -> io::Result<()> {
        ThisMachine.make_file(to, from)
    }
}

#[test]
fn a_store_that_is_alone_keeps_its_journal_without_shared_memory_and_opens_on_any_machine() {
    let directory = tempfile::tempdir().unwrap();
    let path = path_in(&directory);
    let alone = || PhoneOptions { machine: &Alone, ..keyed() };
    let kept = |host: &[u8]| PhoneWrite::Standing(PhoneStanding { host: host.to_vec(), ..PhoneStanding::default() });
    let mut phone = Phone::open(&path, alone()).unwrap();
    phone.commit(vec![kept(b"one")]).unwrap();
    assert!(beside(&path, "-wal").exists() && !beside(&path, "-shm").exists());
    drop(phone);
    // A phone that is not alone made the journal before, and shared memory with it.
    let mut phone = Phone::open(&path, keyed()).unwrap();
    assert_eq!(phone.standing().unwrap().host, b"one");
    phone.commit(vec![kept(b"two")]).unwrap();
    drop(phone);
    let phone = Phone::open(&path, alone()).unwrap();
    assert_eq!(phone.standing().unwrap().host, b"two");
    assert!(phone.integrity_problems().unwrap().is_empty());
}
