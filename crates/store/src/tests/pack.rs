//! Packed stores: everything is read as before, whatever was packed when, and nothing of it is lost.

use lianhu_crypto::SymmetricKey;
use lianhu_sync::ids::{DocId, Generation, Heads, Position};
use lianhu_sync::message::Entry;
use lianhu_sync::ports::{
    Admitted, AdmittedDoc, Beginning, Commit, DocAccess, Received, Scanned, Township as _, TownshipReader as _,
};
use lianhu_testkit::contract::{caller, doc, hash};
use rusqlite::Connection;
use tempfile::TempDir;

use super::{path_in, reader};
use crate::limits::BLOCK_BYTES;
use crate::{LoggedChange, StoreError, Township, TownshipOptions};

fn open(directory: &TempDir, sealed: bool) -> Township {
    let key = sealed.then_some(SymmetricKey([7; 32]));
    Township::open(path_in(directory), &[], TownshipOptions { key, ..TownshipOptions::default() }).unwrap()
}

/// What the change of this number says: words that come again, and some that do not.
fn said(number: u64) -> Vec<u8> {
    format!("{{\"date\":\"2026-11-{number}\",\"mode\":\"home\",\"note\":\"到第{number}家走了一趟，老人腿脚不好\"}}")
        .into_bytes()
}

/// Records changes that say something in a document, with a snapshot of everything or without one.
fn write(
    township: &Township,
    doc: DocId,
    changes: impl Iterator<Item = u64>,
    snapshot: Option<Vec<u8>>,
    said: impl Fn(u64) -> Vec<u8>,
) {
    let admit = |number| Admitted::by_gate(Scanned::by_gate(Received::new(said(number)), hash(number)));
    let numbers: Vec<_> = changes.collect();
    let document = AdmittedDoc {
        doc,
        changes: numbers.iter().copied().map(admit).collect(),
        heads: Heads::new(numbers.last().map(|number| hash(*number)).into_iter().collect()),
        snapshot,
        facts: b"facts".to_vec(),
        rows: Vec::new(),
        records: None,
        begins: None,
    };
    let access = vec![DocAccess { doc, readers: vec![reader(1)] }];
    township.commit(Commit { documents: vec![document], access, ..Commit::default() }).unwrap();
}

/// All a reader gives of a document.
#[derive(Debug, PartialEq)]
struct Read {
    history: Vec<LoggedChange>,
    snapshot: Option<Vec<u8>>,
    tail: Vec<Vec<u8>>,
    size: (u64, u64),
    pages: Vec<Vec<Entry>>,
}

fn read(township: &Township, doc: DocId) -> Read {
    let now = township.read().unwrap();
    let document = now.document(doc).unwrap().unwrap();
    // From the middle on, for somebody else's device, in small pages.
    let (mut pages, mut after) = (Vec::new(), Position(now.head().0 / 2));
    loop {
        let page = now.page(reader(1), caller(9).device, after, 500).unwrap();
        after = page.position;
        pages.push(page.entries);
        if !page.more {
            break;
        }
    }
    let history = now.history(doc).unwrap();
    Read { history, snapshot: document.snapshot, tail: document.tail, size: now.size_of(doc).unwrap(), pages }
}

fn raw<T: rusqlite::types::FromSql>(township: &Township, sql: &str) -> T {
    Connection::open(township.path()).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}

const LOOSE: &str = "SELECT count(*) FROM log WHERE kind = 1 AND (bytes IS NOT NULL OR block IS NULL)";

#[test]
fn a_packed_store_gives_what_it_gave_before_plain_or_sealed() {
    for sealed in [false, true] {
        let directory = tempfile::tempdir().unwrap();
        let store = open(&directory, sealed);
        for number in 1..=3_u8 {
            let first = u64::from(number) * 1_000;
            let saved = (first..first + 40).flat_map(said).collect();
            write(&store, doc(number), first..first + 40, Some(saved), said);
            write(&store, doc(number), first + 40..first + 50, None, said);
        }
        let before: Vec<_> = (1..=3).map(|number| read(&store, doc(number))).collect();
        assert!(before[0].pages.len() > 2 && before[0].tail.len() == 10, "there is something to page through");
        let bytes: i64 =
            raw(&store, "SELECT (SELECT sum(length(bytes)) FROM log) + (SELECT sum(length(bytes)) FROM snapshots)");
        let mut steps = Vec::new();
        assert_eq!(store.pack(|done, all| steps.push((done, all))).unwrap(), 3);
        assert_eq!((steps, raw::<i64>(&store, LOOSE)), (vec![(3, 3)], 0));
        let packed: i64 =
            raw(&store, "SELECT (SELECT sum(length(bytes)) FROM blocks) + (SELECT sum(length(bytes)) FROM snapshots)");
        assert!(packed * 4 < bytes, "{packed} of {bytes}");
        assert_eq!((1..=3).map(|number| read(&store, doc(number))).collect::<Vec<_>>(), before);
        assert_eq!(store.pack(|_, _| {}).unwrap(), 0, "all is packed");
        store.sweep().unwrap();
        drop(store);
        let again = open(&directory, sealed);
        assert_eq!((1..=3).map(|number| read(&again, doc(number))).collect::<Vec<_>>(), before);
        assert!(again.read().unwrap().integrity_problems().unwrap().is_empty());
    }
}

#[test]
fn what_is_written_after_packing_joins_the_block_at_the_next() {
    let directories = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [packed, never] = directories.each_ref().map(|directory| open(directory, false));
    for round in 0..6_u64 {
        let first = round * 10 + 1;
        for store in [&packed, &never] {
            let saved = (round % 2 == 0).then(|| (1..first + 10).flat_map(said).collect());
            write(store, doc(1), first..first + 10, saved, said);
        }
        packed.pack(|_, _| {}).unwrap();
        let [one, other] = [read(&packed, doc(1)), read(&never, doc(1))];
        assert_eq!(one.history.len() as u64, first + 9);
        assert_eq!(one, other);
    }
    assert_eq!(raw::<i64>(&packed, "SELECT count(*) FROM blocks"), 1);
    let now = packed.read().unwrap();
    assert!(now.verdict(doc(1), hash(7)).unwrap().is_some(), "a change is known by its name");
    assert!(now.verdict(doc(2), hash(7)).unwrap().is_none(), "and in its document alone");
}

#[test]
fn a_long_history_lies_in_several_blocks_that_are_read_in_order() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory, false);
    let long =
        |number: u64| (0..500).flat_map(|part| (number * 7_919 + part).to_string().into_bytes()).collect::<Vec<_>>();
    for round in 0..3 {
        write(&store, doc(1), round * 40 + 1..round * 40 + 41, Some(long(round)), long);
        let before = read(&store, doc(1));
        store.pack(|_, _| {}).unwrap();
        assert_eq!(read(&store, doc(1)), before);
    }
    assert!(raw::<i64>(&store, "SELECT count(*) FROM blocks") > 2);
    let longest: i64 = raw(&store, "SELECT max(size) FROM blocks");
    assert!(longest < 2 * BLOCK_BYTES as i64);
}

#[test]
fn a_document_begun_anew_leaves_no_block_behind() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory, false);
    write(&store, doc(1), 1..20, Some(said(1)), said);
    write(&store, doc(2), 30..40, None, said);
    store.pack(|_, _| {}).unwrap();
    let kept = read(&store, doc(2)).history;
    let admitted = Admitted::by_gate(Scanned::by_gate(Received::new(b"anew".to_vec()), hash(50)));
    let anew = AdmittedDoc {
        doc: doc(1),
        changes: vec![admitted],
        heads: Heads::new(vec![hash(50)]),
        snapshot: Some(b"anew".to_vec()),
        facts: Vec::new(),
        rows: Vec::new(),
        records: None,
        begins: Some(Beginning { generation: Generation(1), erases: true, reason: "asked".into() }),
    };
    store.commit(Commit { documents: vec![anew], ..Commit::default() }).unwrap();
    assert_eq!(raw::<i64>(&store, "SELECT count(*) FROM blocks"), 1);
    assert_eq!((read(&store, doc(1)).history.len(), read(&store, doc(2)).history), (1, kept));
    store.pack(|_, _| {}).unwrap();
    assert_eq!(read(&store, doc(1)).snapshot.unwrap(), b"anew");
}

#[test]
fn packing_beside_writers_loses_nothing_of_either() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory, false);
    let rounds = 60_u64;
    std::thread::scope(|scope| {
        let writers: Vec<_> = (1..=4_u8)
            .map(|number| {
                let store = &store;
                scope.spawn(move || {
                    for round in 0..rounds {
                        let change = u64::from(number) * 1_000 + round;
                        let saved = (round % 4 == 0).then(|| (0..=round).flat_map(said).collect());
                        write(store, doc(number), change..change + 1, saved, said);
                    }
                })
            })
            .collect();
        while !writers.iter().all(std::thread::ScopedJoinHandle::is_finished) {
            store.pack(|_, _| {}).unwrap();
        }
    });
    store.pack(|_, _| {}).unwrap();
    assert_eq!(raw::<i64>(&store, LOOSE), 0);
    for number in 1..=4 {
        let Read { history, snapshot, tail, .. } = read(&store, doc(number));
        let numbers = (0..rounds).map(|round| u64::from(number) * 1_000 + round);
        assert_eq!(
            history.into_iter().map(|change| change.bytes).collect::<Vec<_>>(),
            numbers.map(said).collect::<Vec<_>>()
        );
        assert_eq!(snapshot.unwrap(), (0..=rounds - 4).flat_map(said).collect::<Vec<_>>());
        assert_eq!(tail.len(), 3);
    }
}

#[test]
fn a_block_that_was_bent_cut_or_taken_away_is_damage_and_says_so() {
    for sql in [
        "UPDATE blocks SET bytes = CAST(substr(bytes, 1, length(bytes) - 1) AS BLOB)",
        "UPDATE blocks SET size = size + 1",
        "UPDATE blocks SET size = 9223372036854775807",
        "UPDATE blocks SET dictionary = 0",
        "UPDATE blocks SET dictionary = 9",
        "UPDATE blocks SET bytes = zeroblob(100), size = 100, dictionary = 0",
        "DELETE FROM blocks",
    ] {
        let directory = tempfile::tempdir().unwrap();
        let store = open(&directory, false);
        write(&store, doc(1), 1..20, Some((1..20).flat_map(said).collect()), said);
        store.pack(|_, _| {}).unwrap();
        drop(store);
        Connection::open(path_in(&directory)).unwrap().execute_batch(sql).unwrap();
        let now = open(&directory, false).read().unwrap();
        assert!(matches!(now.history(doc(1)), Err(StoreError::Damaged(_))), "{sql}");
        assert!(matches!(now.document(doc(1)), Err(StoreError::Damaged(_))), "{sql}");
    }
}

#[test]
fn a_packed_store_is_sealed_and_made_plain_again_with_all_it_holds() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory, false);
    write(&store, doc(1), 1..20, Some((1..20).flat_map(said).collect()), said);
    store.pack(|_, _| {}).unwrap();
    let before = read(&store, doc(1));
    drop(store);
    let options = TownshipOptions { key: Some(SymmetricKey([7; 32])), ..TownshipOptions::default() };
    Township::encrypt(path_in(&directory), &options).unwrap();
    assert_eq!(read(&open(&directory, true), doc(1)), before);
    Township::decrypt(path_in(&directory), &options).unwrap();
    assert_eq!(read(&open(&directory, false), doc(1)), before);
}

#[test]
fn a_backup_of_a_packed_store_has_its_history() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory, false);
    write(&store, doc(1), 1..20, None, said);
    store.pack(|_, _| {}).unwrap();
    let (backup, path) = (directory.path().join("backup"), directory.path().join("restored"));
    store.backup_to(&backup).unwrap();
    let restored = Township::restore(&backup, path, &[], TownshipOptions::default()).unwrap();
    assert_eq!(read(&restored, doc(1)), read(&store, doc(1)));
}
