//! Sealed stores: what lies on the disk names nobody, and opens with its key, in its place, or not at all.

use std::fs;
use std::path::Path;

use lianhu_crypto::SymmetricKey;
use lianhu_sync::ids::{Heads, Position, ServerMillis};
use lianhu_sync::message::{Entry, HeldReason, RefusedCode, Verdict};
use lianhu_sync::ports::{
    Admitted, AdmittedDoc, Commit, DocAccess, HeldChange, PendingChange, PendingState, PhoneStanding, PhoneStore,
    PhoneWrite, Received, RefusedChange, Scanned, Township as _, TownshipReader as _, ViewRow, ViewValue,
};
use lianhu_testkit::contract::{caller, doc, hash};
use rusqlite::Connection;
use tempfile::TempDir;

use super::{keyed, path_in};
use crate::{
    ColumnType, Lock, NewDevice, Op, OpenError, Phone, PhoneOptions, Pin, Query, Reader, StoreError, Township,
    TownshipOptions, ViewSpec,
};

/// What people wrote: none of it may be found in a file.
const WORDS: [&str; 7] = [
    "host 13800001111",
    "card 王桂兰",
    "snapshot 腿脚不好",
    "tail 想修路",
    "bytes 漏雨",
    "visit/touches",
    "words 写错了",
];

fn lived_in(phone: &mut Phone) {
    let [host, card, snapshot, tail, bytes, touches, words] = WORDS;
    let tail = Admitted::by_gate(Scanned::by_gate(Received::new(tail.as_bytes().to_vec()), hash(1)));
    phone
        .commit(vec![
            PhoneWrite::Standing(PhoneStanding { host: host.into(), ..PhoneStanding::default() }),
            PhoneWrite::Base {
                doc: doc(1),
                heads: Heads::default(),
                snapshot: Some(snapshot.into()),
                tail: vec![tail],
            },
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
    let files: Vec<Vec<u8>> =
        fs::read_dir(directory).unwrap().map(|file| fs::read(file.unwrap().path()).unwrap()).collect();
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
    let key_of =
        || -> Vec<u8> { Connection::open(path_in(&directory)).unwrap().query_row(read, [], |row| row.get(0)).unwrap() };
    let before = key_of();
    let mut phone = Phone::open(path_in(&directory), keyed()).unwrap();
    phone.destroy().unwrap();
    let holds = |word: &[u8]| {
        fs::read_dir(directory.path())
            .unwrap()
            .any(|file| fs::read(file.unwrap().path()).unwrap().windows(word.len()).any(|part| part == word))
    };
    assert!(!holds(&before), "the key is overwritten, in the journal too");
    lived_in(&mut phone);
    drop(phone);
    assert!(holds(&key_of()), "another one is there");
    holds_everything(&Phone::open(path_in(&directory), keyed()).unwrap());
}

/// A view in which one column is about people.
fn people() -> ViewSpec {
    let columns = vec![
        ("doc", ColumnType::Text),
        ("name", ColumnType::Personal),
        ("born", ColumnType::Int),
        ("village", ColumnType::Text),
    ];
    ViewSpec { name: "people", columns, indexes: vec![vec!["name"]], by_record: false }
}

fn with_key(number: u8) -> TownshipOptions {
    TownshipOptions { key: Some(SymmetricKey([number; 32])), ..TownshipOptions::default() }
}

fn open_town(directory: &TempDir, options: TownshipOptions) -> Result<Township, OpenError> {
    Township::open(path_in(directory), &[people()], options)
}

fn town_error(directory: &TempDir, options: TownshipOptions) -> OpenError {
    Township::open_or_set_aside(path_in(directory), &[people()], options).map(|_| ()).unwrap_err()
}

fn row(name: Option<&str>, born: i64) -> ViewRow {
    let text = |text: &str| ViewValue::Text(text.to_owned());
    let name = name.map_or(ViewValue::Null, text);
    ViewRow { view: "people", record: None, values: vec![text("d"), name, ViewValue::Int(born), text("plain village")] }
}

/// Writes each word somewhere: log, snapshot, facts, held change, refusal, device, view.
fn gathered(township: &Township) {
    let [host, card, snapshot, tail, bytes, touches, words] = WORDS;
    let change = Admitted::by_gate(Scanned::by_gate(Received::new(host.into()), hash(1)));
    let mut document = AdmittedDoc {
        doc: doc(1),
        changes: vec![change],
        heads: Heads::new(vec![hash(1)]),
        snapshot: Some(snapshot.into()),
        facts: card.into(),
        rows: vec![row(Some(tail), 1950)],
        records: None,
        begins: None,
    };
    let held = HeldChange { doc: doc(2), hash: hash(2), reason: HeldReason::NoLongerEntitled, bytes: bytes.into() };
    let code = RefusedCode::InvalidContent;
    let refused = RefusedChange { doc: doc(3), hash: hash(3), code, reason: words.to_owned() };
    let access = vec![DocAccess { doc: doc(1), readers: vec![caller(1).reader] }];
    let commit = Commit {
        from: Some(caller(1)),
        documents: vec![document.clone()],
        access,
        held: vec![held],
        refused: vec![refused],
        ..Commit::default()
    };
    township.commit(commit).unwrap();
    // The held change is declined later, and its device told.
    let declined = RefusedChange { doc: doc(2), hash: hash(2), code, reason: words.to_owned() };
    document.changes.clear();
    township.commit(Commit { refused: vec![declined], ..Commit::default() }).unwrap();
    let device = NewDevice { device: caller(2).device, name: touches.to_owned(), public_key: vec![1] };
    township.enrol_device(device, caller(2).reader, ServerMillis(1)).unwrap();
}

fn gave_back_everything(township: &Township) {
    let [host, card, snapshot, tail, _, touches, words] = WORDS;
    let reader = township.read().unwrap();
    let document = reader.document(doc(1)).unwrap().unwrap();
    assert_eq!((document.snapshot.unwrap(), document.facts), (snapshot.as_bytes().to_vec(), card.as_bytes().to_vec()));
    assert_eq!(reader.history(doc(1)).unwrap()[0].bytes, host.as_bytes());
    let verdict = |number: u8| reader.verdict(doc(number), hash(u64::from(number))).unwrap().unwrap();
    for number in [2, 3] {
        assert!(matches!(verdict(number), Verdict::Refused { reason, .. } if reason == words));
    }
    assert_eq!(reader.devices().unwrap()[0].name, touches);
    assert_eq!(reader.list_of("people", doc(1)).unwrap(), [row(Some(tail), 1950).values]);
    let page = reader.page(caller(1).reader, caller(1).device, Position(0), 10_000).unwrap();
    assert!(page.entries.iter().any(|entry| matches!(entry, Entry::Settled { .. })), "the refusal is told");
}

#[test]
fn no_word_of_a_sealed_township_lies_in_its_files() {
    let directory = tempfile::tempdir().unwrap();
    let township = open_town(&directory, with_key(7)).unwrap();
    gathered(&township);
    let crashed = as_after_a_crash(&directory);
    assert_eq!(found_in(crashed.path()), [""; 0], "in the journal");
    gave_back_everything(&township);
    drop(township);
    assert_eq!(found_in(directory.path()), [""; 0]);
    gave_back_everything(&open_town(&directory, with_key(7)).unwrap());
}

#[test]
fn a_township_is_sealed_and_made_plain_again_in_place() {
    let directory = tempfile::tempdir().unwrap();
    gathered(&open_town(&directory, TownshipOptions::default()).unwrap());
    assert!(!found_in(directory.path()).is_empty(), "what a plain store holds can be read");
    let log = open_town(&directory, TownshipOptions::default()).unwrap().read().unwrap().log();
    for _ in 0..2 {
        Township::encrypt(path_in(&directory), &with_key(7)).unwrap();
        assert_eq!(found_in(directory.path()), [""; 0]);
    }
    let township = open_town(&directory, with_key(7)).unwrap();
    assert!(township.views_stale(), "the tables wait to be made again");
    let head = township.read().unwrap().head();
    township.replace_views(head, [Ok((doc(1), vec![row(Some(WORDS[3]), 1950)]))].into_iter()).unwrap();
    gave_back_everything(&township);
    assert_eq!(township.read().unwrap().log(), log, "it is the same life of the log");
    drop(township);
    assert_eq!(found_in(directory.path()), [""; 0]);
    assert!(matches!(Township::decrypt(path_in(&directory), &with_key(8)), Err(OpenError::WrongKey { .. })));
    Township::decrypt(path_in(&directory), &with_key(7)).unwrap();
    let township = open_town(&directory, TownshipOptions::default()).unwrap();
    township.replace_views(head, [Ok((doc(1), vec![row(Some(WORDS[3]), 1950)]))].into_iter()).unwrap();
    gave_back_everything(&township);
}

#[test]
fn a_sealed_township_without_its_key_is_said_to_be_sealed_and_never_set_aside() {
    let (sealed, plain) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    gathered(&open_town(&sealed, with_key(7)).unwrap());
    gathered(&open_town(&plain, TownshipOptions::default()).unwrap());
    assert!(matches!(town_error(&sealed, TownshipOptions::default()), OpenError::Locked { .. }));
    assert!(matches!(town_error(&sealed, with_key(8)), OpenError::WrongKey { .. }));
    assert!(matches!(town_error(&plain, with_key(7)), OpenError::NotSealed { .. }));
    assert!(!sealed.path().join("store.db.damaged-1").exists());
    gave_back_everything(&open_town(&sealed, with_key(7)).unwrap());
    gave_back_everything(&open_town(&plain, TownshipOptions::default()).unwrap());
}

#[test]
fn a_sealed_township_answers_every_question_to_its_lists_like_a_plain_one() {
    let directories = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let plain = open_town(&directories[0], TownshipOptions::default()).unwrap();
    let sealed = open_town(&directories[1], with_key(7)).unwrap();
    for township in [&plain, &sealed] {
        let rows = [Some("王桂兰"), Some("李四"), None, Some(""), Some("王五"), Some("李四"), Some("Z"), Some("a")];
        for (number, name) in (1..).zip(rows) {
            let mut document = super::admitted_doc(doc(number), &[u64::from(number)], 40);
            document.rows = vec![row(name, 1950 + i64::from(number % 3))];
            township.commit(Commit { documents: vec![document], ..Commit::default() }).unwrap();
        }
    }
    let text = |text: &str| ViewValue::Text(text.to_owned());
    let names = [text("李四"), text(""), text("nobody"), ViewValue::Null, text("王五")];
    let mut ops =
        vec![Op::Prefix("王".into()), Op::Contains("四".into()), Op::Contains(String::new()), Op::In(names.to_vec())];
    for name in names {
        ops.extend([Op::Eq(name.clone()), Op::Ne(name.clone()), Op::Ge(name.clone()), Op::Le(name)]);
    }
    let both = [plain.read().unwrap(), sealed.read().unwrap()];
    let same = |question: &dyn Fn(&Reader) -> String, what: &str| {
        let [plain, sealed] = &both;
        assert_eq!(question(plain), question(sealed), "{what}");
    };
    for op in ops {
        let by_name = vec![("name".to_owned(), op.clone())];
        let and_born = vec![("name".to_owned(), op.clone()), ("born".to_owned(), Op::Ge(ViewValue::Int(1951)))];
        for filters in [by_name, and_born] {
            same(&|reader| format!("{:?}", reader.count("people", &filters)), &format!("{op:?}"));
            same(&|reader| format!("{:?}", reader.count_by("people", "name", &filters)), &format!("{op:?} by name"));
            same(&|reader| format!("{:?}", reader.count_by("people", "born", &filters)), &format!("{op:?} by year"));
            for (order, descending) in
                [(None, false), (Some("name"), false), (Some("name"), true), (Some("born"), true)]
            {
                let order_by = order.map(str::to_owned);
                let query = Query { filters: filters.clone(), order_by, descending, limit: Some(3), offset: 1 };
                same(&|reader| format!("{:?}", reader.list("people", &query)), &format!("{query:?}"));
            }
        }
    }
    assert!(both[1].list("people", &Query::default().filter("nothing", Op::Eq(ViewValue::Null))).is_err());
}
