//! What a store promises of a document that is begun anew.

use std::fmt::Debug;

use lianhu_sync::ids::{Generation, Heads, Position};
use lianhu_sync::message::{Entry, HeldReason, RefusedCode, Verdict};
use lianhu_sync::ports::{Beginning, Commit, HeldChange, Township, TownshipReader};

use super::office::{ALL, Office, wholes_of};
use crate::contract::{bytes, caller, doc, hash, numbers};

/// Begins the next generation of a document with some changes.
fn begin<T: Township>(office: &mut Office<T>, number: u8, generation: u32, changes: &[u64]) -> Position
where
    T::Error: Debug,
{
    let mut commit = office.commit_of(None, doc(number), changes);
    commit.documents[0].snapshot = Some(changes.iter().flat_map(|number| bytes(*number, 40)).collect());
    let (generation, reason) = (Generation(generation), "as a test".to_owned());
    commit.documents[0].begins = Some(Beginning { generation, erases: true, reason });
    office.recorded.remove(&doc(number));
    office.write(commit)
}

/// Whoever stood before it, and whoever wrote what, gets the document whole, once; nothing of its past is sent or read.
pub fn a_document_begun_anew_comes_whole_to_every_reader_and_its_past_is_gone<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    let start = office.begin_shared_documents(&[1, 2]);
    office.record(Some(caller(1)), doc(1), &[11, 12]);
    begin(&mut office, 1, 1, &[21]);
    let between = begin(&mut office, 1, 2, &[31, 32]);
    office.record(Some(caller(1)), doc(1), &[33]);
    let recorded = office.reader().document(doc(1)).unwrap().unwrap();
    assert_eq!((recorded.generation, recorded.heads), (Generation(2), Heads::new(vec![hash(33)])));
    assert_eq!(numbers(&recorded.snapshot.unwrap()), [31, 32]);
    assert_eq!(recorded.tail, [bytes(33, 40)]);
    assert_eq!(office.reader().document(doc(2)).unwrap().unwrap().generation, Generation(0));
    for reader in [1, 2] {
        let page = office.page(reader, start, ALL);
        assert_eq!(wholes_of(&page), [(doc(1), vec![31, 32, 33])], "reader {reader}");
        assert_eq!(wholes_of(&office.page(reader, Position(0), ALL)).len(), 2);
        // One piece at a time, and none of them twice.
        let first = office.page(reader, Position(0), 1);
        let second = office.page(reader, first.position, 1);
        assert_eq!(wholes_of(&first).len() + wholes_of(&second).len(), 2);
        assert!(first.more && !second.more);
        assert!(office.reader().standing(caller(reader).reader).unwrap().newest > start);
    }
    // Who had it already gets what came after.
    assert!(office.page(1, between, ALL).entries.is_empty(), "its own change");
    assert!(
        matches!(office.page(2, between, ALL).entries.as_slice(), [Entry::Changes(sent)] if sent.changes.len() == 1)
    );
    office.check_digests();
}

/// A reply that was lost is made good: what was recorded is known for ever, and never recorded again.
pub fn what_was_recorded_in_a_closed_generation_stays_known<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    office.begin_shared_documents(&[1]);
    let refused = lianhu_sync::ports::RefusedChange {
        doc: doc(1),
        hash: hash(9),
        code: RefusedCode::NotPermitted,
        reason: "no".to_owned(),
    };
    office.write(Commit { refused: vec![refused], ..office.empty_commit(Some(caller(1))) });
    begin(&mut office, 1, 1, &[21]);
    let reader = office.reader();
    assert_eq!(reader.verdict(doc(1), hash(1)).unwrap(), Some(Verdict::Recorded));
    assert_eq!(reader.verdict(doc(1), hash(21)).unwrap(), Some(Verdict::Recorded));
    assert_eq!(reader.verdict(doc(1), hash(9)).unwrap(), None, "it would be judged by the present document");
    let again = Commit { based_on: Vec::new(), ..office.commit_of(Some(caller(1)), doc(1), &[1]) };
    assert_eq!(office.township.commit(again).unwrap(), lianhu_sync::ports::CommitOutcome::Stale);
}

/// Held work cannot enter any more: the device it was held from hears that its generation is closed.
pub fn what_was_held_of_a_closed_generation_is_refused_and_its_device_hears_of_it<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    let start = office.begin_shared_documents(&[1]);
    let held = HeldChange { doc: doc(1), hash: hash(8), bytes: bytes(8, 40), reason: HeldReason::NoLongerEntitled };
    office.write(Commit { held: vec![held], ..office.empty_commit(Some(caller(1))) });
    begin(&mut office, 1, 1, &[21]);
    let closed = Verdict::Refused { code: RefusedCode::GenerationClosed, reason: String::new() };
    assert_eq!(office.reader().verdict(doc(1), hash(8)).unwrap(), Some(closed.clone()));
    let settled = Entry::Settled { doc: doc(1), hash: hash(8), verdict: closed };
    assert!(office.page(1, start, ALL).entries.contains(&settled));
    assert!(!office.page(2, start, ALL).entries.contains(&settled));
}
