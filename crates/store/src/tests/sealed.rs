//! Sealed stores: what lies on the disk names nobody, and opens with its key, in its place, or not at all.

use std::fs;
use std::path::Path;

use lianhu_crypto::SymmetricKey;
use lianhu_sync::ids::Heads;
use lianhu_sync::message::RefusedCode;
use lianhu_sync::ports::{PendingChange, PendingState, PhoneStanding, PhoneStore, PhoneWrite};
use lianhu_testkit::contract::{doc, hash};
use rusqlite::Connection;
use tempfile::TempDir;

use super::{keyed, path_in};
use crate::{Lock, OpenError, Phone, PhoneOptions, Pin, StoreError};

/// What people wrote: none of it may be found in a file.
const WORDS: [&str; 7] = ["host 13800001111", "card 王桂兰", "snapshot 腿脚不好", "tail 想修路", "bytes 漏雨", "visit/touches", "words 写错了"];

fn lived_in(phone: &mut Phone) {
    let [host, card, snapshot, tail, bytes, touches, words] = WORDS;
    let tail = lianhu_sync::ports::Admitted::by_gate(lianhu_sync::ports::Scanned::by_gate(
        lianhu_sync::ports::Received::new(tail.as_bytes().to_vec()),
        hash(1),
    ));
    phone
        .commit(vec![
            PhoneWrite::Standing(PhoneStanding { host: host.into(), ..PhoneStanding::default() }),
            PhoneWrite::Base { doc: doc(1), heads: Heads::default(), snapshot: Some(snapshot.into()), tail: vec![tail] },
            PhoneWrite::Card { doc: doc(1), card: card.into() },
            PhoneWrite::Pending(PendingChange {
                doc: doc(1),
                hash: hash(2),
                bytes: bytes.into(),
                touches: vec![touches.to_owned()],
                state: PendingState::Refused(RefusedCode::InvalidContent, words.to_owned()),
            }),
        ])
        .unwrap();
}

fn holds_everything(phone: &Phone) {
    let [host, card, snapshot, tail, bytes, touches, words] = WORDS;
    assert_eq!(phone.standing().unwrap().host, host.as_bytes());
    assert_eq!(phone.documents().unwrap()[0].card, card.as_bytes());
    let base = phone.base(doc(1)).unwrap().unwrap();
    assert_eq!((base.snapshot.unwrap(), base.tail), (snapshot.as_bytes().to_vec(), vec![tail.as_bytes().to_vec()]));
    let pending = phone.pending(None).unwrap().remove(0);
    assert_eq!((pending.bytes, pending.touches), (bytes.as_bytes().to_vec(), vec![touches.to_owned()]));
    assert_eq!(pending.state, PendingState::Refused(RefusedCode::InvalidContent, words.to_owned()));
}

/// Which of the words stand in any file of a folder.
fn found_in(directory: &Path) -> Vec<&'static str> {
    let files: Vec<Vec<u8>> = fs::read_dir(directory).unwrap().map(|file| fs::read(file.unwrap().path()).unwrap()).collect();
    assert!(files.iter().any(|file| file.len() > 4096), "there is a database");
    let holds = |word: &str| files.iter().any(|file| file.windows(word.len()).any(|part| part == word.as_bytes()));
    WORDS.into_iter().filter(|word| holds(word)).collect()
}

/// The files as a crash would leave them: nothing is moved from the journal into the database.
fn as_after_a_crash(directory: &TempDir) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in fs::read_dir(directory.path()).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
    }
    copy
}

fn pin(said: &str) -> Lock {
    Lock::Pin(Pin::new(said).unwrap())
}

fn open(directory: &TempDir, lock: Lock) -> Result<Phone, OpenError> {
    Phone::open(path_in(directory), PhoneOptions::new(lock))
}

#[test]
fn no_word_of_a_sealed_phone_lies_in_its_files() {
    let directory = tempfile::tempdir().unwrap();
    let mut phone = Phone::open(path_in(&directory), keyed()).unwrap();
    lived_in(&mut phone);
    let crashed = as_after_a_crash(&directory);
    assert_eq!(found_in(crashed.path()), [""; 0], "in the journal");
    holds_everything(&Phone::open(path_in(&crashed), keyed()).unwrap());
    drop(phone);
    assert_eq!(found_in(directory.path()), [""; 0]);
    holds_everything(&Phone::open(path_in(&directory), keyed()).unwrap());
}

#[test]
fn a_plain_phone_is_sealed_when_it_is_opened_with_a_lock() {
    let directory = tempfile::tempdir().unwrap();
    let mut phone = open(&directory, Lock::Plain).unwrap();
    lived_in(&mut phone);
    drop(phone);
    assert_eq!(found_in(directory.path()), WORDS, "what a plain store holds can be read");
    let phone = Phone::open(path_in(&directory), keyed()).unwrap();
    assert_eq!(found_in(directory.path()), [""; 0], "not even while it is open");
    holds_everything(&phone);
    drop(phone);
    assert!(matches!(open(&directory, Lock::Plain), Err(OpenError::Locked { .. })));
}

#[test]
fn a_phone_that_died_while_it_was_swept_is_swept_at_the_next_opening() {
    let directory = tempfile::tempdir().unwrap();
    lived_in(&mut Phone::open(path_in(&directory), keyed()).unwrap());
    let raw = Connection::open(path_in(&directory)).unwrap();
    let leftover = "CREATE TABLE leftover (word TEXT); INSERT INTO leftover VALUES (?1)".split_once("; ").unwrap();
    raw.pragma_update(None, "secure_delete", false).unwrap();
    raw.execute(leftover.0, []).unwrap();
    raw.execute(leftover.1, [WORDS[0]]).unwrap();
    raw.execute_batch("DROP TABLE leftover; UPDATE lock SET swept = 0").unwrap();
    drop(raw);
    assert_eq!(found_in(directory.path()), [WORDS[0]], "a free page holds it");
    holds_everything(&Phone::open(path_in(&directory), keyed()).unwrap());
    assert_eq!(found_in(directory.path()), [""; 0]);
}

#[test]
fn a_wrong_key_or_pin_is_said_and_changes_nothing() {
    let (by_key, by_pin) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    lived_in(&mut Phone::open(path_in(&by_key), keyed()).unwrap());
    lived_in(&mut open(&by_pin, pin("135790")).unwrap());
    let names = |directory: &TempDir| {
        let mut names: Vec<_> = fs::read_dir(directory.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = [&by_key, &by_pin].map(names);
    let other_key = || Lock::Keystore(SymmetricKey([6; 32]));
    let aside = |directory, lock| Phone::open_or_set_aside(path_in(directory), PhoneOptions::new(lock)).map(|_| ());
    assert!(matches!(aside(&by_key, other_key()), Err(OpenError::WrongKey { .. })));
    assert!(matches!(aside(&by_key, pin("135790")), Err(OpenError::OtherLock { by: "a key", .. })));
    assert!(matches!(aside(&by_key, Lock::Plain), Err(OpenError::Locked { .. })));
    assert!(matches!(aside(&by_pin, pin("135791")), Err(OpenError::WrongPin { .. })));
    assert!(matches!(aside(&by_pin, other_key()), Err(OpenError::OtherLock { by: "a PIN", .. })));
    assert_eq!([&by_key, &by_pin].map(names), before, "nothing was set aside");
    holds_everything(&Phone::open(path_in(&by_key), keyed()).unwrap());
    holds_everything(&open(&by_pin, pin(" 135790\n")).unwrap());
}

#[test]
fn a_pin_is_changed_by_whoever_knows_it() {
    let directory = tempfile::tempdir().unwrap();
    let mut phone = open(&directory, pin("135790")).unwrap();
    lived_in(&mut phone);
    assert!(matches!(phone.change_lock(&pin("000000"), &pin("246801")), Err(OpenError::WrongPin { .. })));
    assert!(matches!(phone.change_lock(&pin("135790"), &Lock::Plain), Err(OpenError::Locked { .. })));
    phone.change_lock(&pin("135790"), &pin("246801")).unwrap();
    holds_everything(&phone);
    drop(phone);
    assert!(matches!(open(&directory, pin("135790")), Err(OpenError::WrongPin { .. })));
    let mut phone = open(&directory, pin("246801")).unwrap();
    phone.change_lock(&pin("246801"), &Lock::Keystore(SymmetricKey([5; 32]))).unwrap();
    drop(phone);
    holds_everything(&Phone::open(path_in(&directory), keyed()).unwrap());
}

#[test]
fn a_short_pin_is_refused() {
    assert!(Pin::new("12345 ").is_err());
    assert_eq!(format!("{:?}", Pin::new("135790").unwrap()), "Pin(…)");
}

#[test]
fn a_value_that_was_bent_or_moved_to_another_row_does_not_open() {
    let moved = "UPDATE documents SET card = (SELECT bytes FROM snapshots)";
    let bent = "UPDATE documents SET card = CAST(substr(card, 1, length(card) - 1) || x'00' AS BLOB)";
    let emptied = "UPDATE lock SET swept = 1";
    for (sql, opens) in [(moved, false), (bent, false), (emptied, true)] {
        let directory = tempfile::tempdir().unwrap();
        lived_in(&mut Phone::open(path_in(&directory), keyed()).unwrap());
        Connection::open(path_in(&directory)).unwrap().execute_batch(sql).unwrap();
        let phone = Phone::open(path_in(&directory), keyed()).unwrap();
        assert_eq!(phone.documents().is_ok(), opens, "{sql}");
        assert_eq!(matches!(phone.documents(), Err(StoreError::Damaged(_))), !opens);
        assert!(phone.base(doc(1)).is_ok(), "the rest can be read");
    }
}

#[test]
fn what_a_destroyed_phone_held_opens_with_no_key_any_more() {
    let directory = tempfile::tempdir().unwrap();
    let mut phone = Phone::open(path_in(&directory), keyed()).unwrap();
    lived_in(&mut phone);
    drop(phone);
    let read = "SELECT wrapped FROM lock";
    let key_of = || -> Vec<u8> { Connection::open(path_in(&directory)).unwrap().query_row(read, [], |row| row.get(0)).unwrap() };
    let before = key_of();
    let mut phone = Phone::open(path_in(&directory), keyed()).unwrap();
    phone.destroy().unwrap();
    let holds = |word: &[u8]| {
        fs::read_dir(directory.path()).unwrap().any(|file| {
            fs::read(file.unwrap().path()).unwrap().windows(word.len()).any(|part| part == word)
        })
    };
    assert!(!holds(&before), "the key is overwritten, in the journal too");
    lived_in(&mut phone);
    drop(phone);
    assert!(holds(&key_of()), "another one is there");
    holds_everything(&Phone::open(path_in(&directory), keyed()).unwrap());
}
