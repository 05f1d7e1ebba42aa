//! What every township's store promises. `T` is opened anew for each rule.

mod generations;
mod history;
mod office;

use std::fmt::Debug;

use lianhu_sync::ids::{Digest, DocId, Heads, LogId, Position, ServerMillis};
use lianhu_sync::limits::MAX_CHANGES;
use lianhu_sync::message::{Entry, HeldReason, RefusedCode, Verdict};
use lianhu_sync::ports::{Caller, Commit, CommitOutcome, HeldChange, RefusedChange, Township, TownshipReader};

use super::{bytes, caller, doc, hash, numbers};
use office::{ALL, Office, changes_of, wholes_of};

pub use generations::{
    a_document_begun_anew_comes_whole_to_every_reader_and_its_past_is_gone,
    what_was_held_of_a_closed_generation_is_refused_and_its_device_hears_of_it,
    what_was_recorded_in_a_closed_generation_stays_known,
};
pub use history::pages_of_any_budget_bring_every_phone_what_it_may_read;

/// One test for each rule, on the store that the closure opens.
#[macro_export]
macro_rules! township_contract {
    ($open:expr) => {
        $crate::contract_tests!(
            $open,
            township,
            a_new_township_is_empty_and_its_log_has_a_name,
            every_reader_is_told_one_key_for_seals,
            what_is_committed_is_read_back,
            the_heads_alone_are_those_of_the_document,
            a_snapshot_takes_the_place_of_the_tail,
            a_reader_sees_one_moment,
            a_commit_judged_against_other_heads_writes_nothing,
            a_stale_commit_does_not_disturb_the_others,
            positions_rise_with_every_commit,
            changes_come_in_the_order_of_the_log,
            own_changes_are_left_out,
            a_document_its_device_began_does_not_come_back,
            a_granted_document_comes_whole,
            a_document_nobody_may_read_is_nobodys_news,
            a_withdrawn_document_comes_as_a_withdrawal,
            a_document_withdrawn_and_granted_again_comes_once,
            a_grant_replaces_nothing_for_those_who_stay,
            a_page_ends_before_its_budget_but_never_empty,
            a_page_never_has_more_changes_than_a_message_may,
            a_page_that_is_the_last_says_so,
            the_digest_is_that_of_what_may_be_read,
            newest_moves_only_for_those_concerned,
            a_recorded_change_stays_recorded,
            a_held_change_stays_held,
            a_refused_change_stays_refused,
            a_missing_dependency_is_not_remembered,
            the_office_admits_a_held_change_and_its_device_hears_of_it,
            the_office_declines_a_held_change_and_its_device_hears_of_it,
            a_document_begun_anew_comes_whole_to_every_reader_and_its_past_is_gone,
            what_was_recorded_in_a_closed_generation_stays_known,
            what_was_held_of_a_closed_generation_is_refused_and_its_device_hears_of_it,
            pages_of_any_budget_bring_every_phone_what_it_may_read,
        );
    };
}

/// A new store has a named log, and nothing in it.
pub fn a_new_township_is_empty_and_its_log_has_a_name<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let reader = open().read().unwrap();
    let standing = reader.standing(caller(1).reader).unwrap();
    assert_ne!(standing.log, LogId::default());
    assert_eq!((standing.head, standing.newest), (Position(0), Position(0)));
    assert_eq!(standing.digest, Digest::EMPTY);
    assert_eq!(reader.document(doc(1)).unwrap(), None);
    let page = reader.page(caller(1).reader, caller(1).device, Position(0), ALL).unwrap();
    assert_eq!((page.entries, page.position, page.more), (vec![], Position(0), false));
}

/// Whoever asks, before and after a commit.
pub fn every_reader_is_told_one_key_for_seals<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    let key = |office: &Office<T>, of: u8| office.reader().standing(caller(of).reader).unwrap().seals;
    let told = key(&office, 1);
    office.begin_shared_documents(&[1]);
    for number in [1, 2, 9] {
        assert_eq!(key(&office, number), told);
    }
}

/// Heads, tail and facts are what was committed.
pub fn what_is_committed_is_read_back<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    office.record(None, doc(1), &[1, 2]);
    office.record(Some(caller(1)), doc(1), &[3]);
    let recorded = office.reader().document(doc(1)).unwrap().unwrap();
    assert_eq!(recorded.doc, doc(1));
    assert_eq!(recorded.heads, Heads::new(vec![hash(3)]));
    assert_eq!(recorded.tail, [bytes(1, 40), bytes(2, 40), bytes(3, 40)]);
    assert_eq!(recorded.facts, b"facts 3");
    assert_eq!(recorded.snapshot, None);
}

/// Also of a document nobody has ever recorded.
pub fn the_heads_alone_are_those_of_the_document<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    assert_eq!(office.reader().heads(doc(1)).unwrap(), Heads::default());
    office.record(None, doc(1), &[1, 2]);
    let before = office.reader();
    office.record_with_snapshot(None, doc(1), &[3]);
    assert_eq!(before.heads(doc(1)).unwrap(), Heads::new(vec![hash(2)]));
    assert_eq!(office.reader().heads(doc(1)).unwrap(), Heads::new(vec![hash(3)]));
    assert_eq!(office.reader().heads(doc(2)).unwrap(), Heads::default());
}

/// A snapshot covers everything before it; changes after it are the tail.
pub fn a_snapshot_takes_the_place_of_the_tail<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    office.record(None, doc(1), &[1, 2]);
    office.record_with_snapshot(None, doc(1), &[3]);
    let recorded = office.reader().document(doc(1)).unwrap().unwrap();
    assert_eq!(numbers(&recorded.snapshot.unwrap()), [1, 2, 3]);
    assert!(recorded.tail.is_empty());
    office.record(None, doc(1), &[4]);
    let recorded = office.reader().document(doc(1)).unwrap().unwrap();
    assert_eq!(numbers(&recorded.snapshot.unwrap()), [1, 2, 3]);
    assert_eq!(recorded.tail, [bytes(4, 40)]);
}

/// What is committed after a reader was opened is not in it.
pub fn a_reader_sees_one_moment<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    office.access(doc(1), &[1]);
    office.record(None, doc(1), &[1]);
    let before = office.reader();
    let standing = before.standing(caller(1).reader).unwrap();
    office.record(None, doc(1), &[2]);
    assert_eq!(before.standing(caller(1).reader).unwrap(), standing);
    assert_eq!(before.document(doc(1)).unwrap().unwrap().heads, Heads::new(vec![hash(1)]));
    assert_eq!(before.verdict(doc(1), hash(2)).unwrap(), None);
    assert_eq!(office.reader().document(doc(1)).unwrap().unwrap().heads, Heads::new(vec![hash(2)]));
}

/// Stale is stale for everything in the commit.
pub fn a_commit_judged_against_other_heads_writes_nothing<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    office.record(None, doc(1), &[1]);
    let before = office.reader().standing(caller(1).reader).unwrap();
    for wrong in [Heads::default(), Heads::new(vec![hash(9)])] {
        let mut commit = office.commit_of(Some(caller(1)), doc(2), &[2]);
        commit.based_on.push((doc(1), wrong));
        commit.access = vec![office.list(doc(1), &[1])];
        commit.refused = vec![refused(doc(1), 7)];
        commit.held = vec![held(doc(1), 8)];
        assert_eq!(office.township.commit(commit).unwrap(), CommitOutcome::Stale);
    }
    let reader = office.reader();
    assert_eq!(reader.standing(caller(1).reader).unwrap(), before);
    assert_eq!(reader.document(doc(2)).unwrap(), None);
    for number in [2, 7, 8] {
        assert_eq!(reader.verdict(doc(1), hash(number)).unwrap(), None);
    }
}

/// Many threads commit at once; whoever comes too late is told so, and all others are written.
pub fn a_stale_commit_does_not_disturb_the_others<T: Township + Sync>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let office = Office::new(open());
    let outcomes: Vec<(u8, CommitOutcome)> = std::thread::scope(|scope| {
        let write = |number: u8| {
            let mut commit = office.commit_of(Some(caller(number)), doc(number), &[u64::from(number)]);
            if number.is_multiple_of(4) {
                commit.based_on = vec![(doc(number), Heads::new(vec![hash(99)]))];
            }
            (number, office.township.commit(commit).unwrap())
        };
        let threads: Vec<_> = (1..=32).map(|number| scope.spawn(move || write(number))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let reader = office.reader();
    let mut heads = Vec::new();
    for (number, outcome) in outcomes {
        let recorded = reader.document(doc(number)).unwrap().is_some();
        match outcome {
            CommitOutcome::Committed { head } => heads.push(head),
            CommitOutcome::Stale => assert_eq!(number % 4, 0),
        }
        assert_eq!(recorded, number % 4 != 0);
    }
    heads.sort_unstable();
    heads.dedup();
    assert_eq!(heads.len(), 24, "every commit has its own place in the log");
}

/// The head after a commit lies after the one before.
pub fn positions_rise_with_every_commit<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    let mut last = Position(0);
    for number in 1..=5 {
        let head = office.record(None, doc(1), &[number]);
        assert!(head > last);
        assert_eq!(office.reader().standing(caller(1).reader).unwrap().head, head);
        last = head;
    }
}

/// Across documents, in the order in which they were committed.
pub fn changes_come_in_the_order_of_the_log<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    let after = office.begin_shared_documents(&[1, 2]);
    office.record(None, doc(1), &[11, 12]);
    office.record(None, doc(2), &[13]);
    office.record(None, doc(1), &[14]);
    let page = office.page(2, after, ALL);
    assert_eq!(
        changes_of(&page),
        [(doc(1), vec![11, 12]), (doc(2), vec![13]), (doc(1), vec![14])],
        "changes of one document that follow each other share an entry"
    );
}

/// A phone is not sent what it brought; another phone of the same person is.
pub fn own_changes_are_left_out<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    let after = office.begin_shared_documents(&[1]);
    office.record(Some(caller(1)), doc(1), &[11]);
    office.record(Some(caller(2)), doc(1), &[12]);
    assert_eq!(changes_of(&office.page(1, after, ALL)), [(doc(1), vec![12])]);
    assert_eq!(changes_of(&office.page(2, after, ALL)), [(doc(1), vec![11])]);
    let second_phone = office.reader().page(caller(1).reader, caller(9).device, after, ALL).unwrap();
    assert_eq!(changes_of(&second_phone), [(doc(1), vec![11, 12])]);
}

/// The author holds it already; the others get it whole.
pub fn a_document_its_device_began_does_not_come_back<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    let mut commit = office.commit_of(Some(caller(1)), doc(1), &[1]);
    commit.access = vec![office.list(doc(1), &[1, 2])];
    office.write(commit);
    let page = office.page(1, Position(0), ALL);
    assert_eq!((page.entries, page.more), (vec![], false));
    assert_eq!(wholes_of(&office.page(2, Position(0), ALL)), [(doc(1), vec![1])]);
    office.record(Some(caller(2)), doc(1), &[2]);
    assert_eq!(changes_of(&office.page(1, Position(0), ALL)), [(doc(1), vec![2])]);
}

/// Snapshot, then what follows it, and nothing of it twice.
pub fn a_granted_document_comes_whole<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    office.record_with_snapshot(None, doc(1), &[1, 2]);
    let after = office.record(Some(caller(1)), doc(1), &[3]);
    office.access(doc(1), &[1]);
    office.record(None, doc(1), &[4]);
    let page = office.page(1, after, ALL);
    assert_eq!(page.entries.len(), 1, "{:?}", page.entries);
    assert_eq!(wholes_of(&page), [(doc(1), vec![1, 2, 3, 4])]);
}

/// Neither its changes nor its existence.
pub fn a_document_nobody_may_read_is_nobodys_news<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    let head = office.record(None, doc(1), &[1]);
    let page = office.page(1, Position(0), ALL);
    assert_eq!((page.entries, page.position, page.more), (vec![], head, false));
    assert!(office.reader().readable(caller(1).reader).unwrap().is_empty());
}

/// Once, and no changes recorded after it.
pub fn a_withdrawn_document_comes_as_a_withdrawal<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    let after = office.begin_shared_documents(&[1]);
    office.record(None, doc(1), &[11]);
    office.access(doc(1), &[2]);
    office.record(None, doc(1), &[12]);
    assert_eq!(office.page(1, after, ALL).entries, [Entry::Withdrawn { doc: doc(1) }]);
    assert!(office.reader().readable(caller(1).reader).unwrap().is_empty());
    assert_eq!(changes_of(&office.page(2, after, ALL)), [(doc(1), vec![11, 12])]);
}

/// As the grant, whole, with what happened meanwhile.
pub fn a_document_withdrawn_and_granted_again_comes_once<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    let after = office.begin_shared_documents(&[1]);
    office.access(doc(1), &[]);
    office.record(None, doc(1), &[11]);
    office.access(doc(1), &[1]);
    office.record(None, doc(1), &[12]);
    let page = office.page(1, after, ALL);
    assert_eq!(page.entries.len(), 1, "{:?}", page.entries);
    assert_eq!(wholes_of(&page), [(doc(1), vec![1, 11, 12])]);
}

/// Replacing a list by one with the same people in it is no news for them.
pub fn a_grant_replaces_nothing_for_those_who_stay<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    let after = office.begin_shared_documents(&[1]);
    office.access(doc(1), &[3, 2, 1, 1]);
    assert!(office.page(1, after, ALL).entries.is_empty());
    assert_eq!(wholes_of(&office.page(3, after, ALL)), [(doc(1), vec![1])]);
}

/// One entry at least; the next page begins where this one ended.
pub fn a_page_ends_before_its_budget_but_never_empty<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    let after = office.begin_shared_documents(&[1]);
    office.record(None, doc(1), &[11, 12, 13]);
    let mut seen = Vec::new();
    let mut at = after;
    for left in [true, true, false] {
        let page = office.page(2, at, 1);
        assert_eq!(page.more, left);
        assert!(page.position > at);
        at = page.position;
        seen.extend(changes_of(&page));
    }
    assert_eq!(seen, [(doc(1), vec![11]), (doc(1), vec![12]), (doc(1), vec![13])]);
}

/// However many there are and however large the budget; the rest comes next.
pub fn a_page_never_has_more_changes_than_a_message_may<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    let after = office.begin_shared_documents(&[1]);
    let many: Vec<u64> = (100..100 + MAX_CHANGES as u64 + 10).collect();
    office.record(None, doc(1), &many);
    let mut seen = Vec::new();
    let mut at = after;
    for more in [true, false] {
        let page = office.page(2, at, usize::MAX >> 1);
        let changes: Vec<u64> = changes_of(&page).into_iter().flat_map(|(_, changes)| changes).collect();
        assert!(changes.len() <= MAX_CHANGES && page.more == more, "{} changes", changes.len());
        seen.extend(changes);
        at = page.position;
    }
    assert_eq!(seen, many);
}

/// Its position is the log's head, even when the last entries were somebody else's.
pub fn a_page_that_is_the_last_says_so<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    let after = office.begin_shared_documents(&[1]);
    office.record(None, doc(1), &[11]);
    let head = office.record(None, doc(7), &[70]);
    let page = office.page(2, after, 64 + 40);
    assert_eq!((page.more, page.position), (false, head));
    let page = office.page(2, head, ALL);
    assert_eq!((page.entries, page.more, page.position), (vec![], false, head));
}

/// Through changes, grants and withdrawals, alone and together in one commit.
pub fn the_digest_is_that_of_what_may_be_read<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    office.begin_shared_documents(&[1, 2]);
    office.check_digests();
    let mut commit = office.commit_of(None, doc(1), &[11]);
    commit.access = vec![office.list(doc(1), &[2]), office.list(doc(2), &[1, 2, 3]), office.list(doc(5), &[1])];
    office.write(commit);
    office.check_digests();
    office.record(Some(caller(1)), doc(5), &[51]);
    office.access(doc(2), &[]);
    office.check_digests();
    let readable = office.reader().readable(caller(2).reader).unwrap();
    assert_eq!(readable, [(doc(1), Heads::new(vec![hash(11)]))]);
}

/// So that a phone for which nothing happened is answered without a page.
pub fn newest_moves_only_for_those_concerned<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    office.begin_shared_documents(&[1]);
    office.access(doc(2), &[3]);
    let newest = |office: &Office<T>, of: u8| office.reader().standing(caller(of).reader).unwrap().newest;
    let (first, third) = (newest(&office, 1), newest(&office, 3));
    let head = office.record(None, doc(2), &[2]);
    assert_eq!(newest(&office, 1), first);
    assert!(newest(&office, 3) > third && newest(&office, 3) <= head);
    let head = office.access(doc(1), &[2]);
    assert!(newest(&office, 1) > first && newest(&office, 1) <= head);
    assert_eq!(newest(&office, 9), Position(0));
}

/// Its verdict is the one it got, for this document only.
pub fn a_recorded_change_stays_recorded<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    office.record(Some(caller(1)), doc(1), &[1]);
    let reader = office.reader();
    assert_eq!(reader.verdict(doc(1), hash(1)).unwrap(), Some(Verdict::Recorded));
    assert_eq!(reader.verdict(doc(2), hash(1)).unwrap(), None);
}

/// And is no part of its document.
pub fn a_held_change_stays_held<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    let before = office.begin_shared_documents(&[1]);
    office.hold(caller(1), doc(1), 9);
    let reader = office.reader();
    let verdict = Verdict::Held { reason: HeldReason::NoLongerEntitled };
    assert_eq!(reader.verdict(doc(1), hash(9)).unwrap(), Some(verdict));
    assert_eq!(reader.document(doc(1)).unwrap().unwrap().heads, Heads::new(vec![hash(1)]));
    assert!(office.page(2, before, ALL).entries.is_empty());
}

/// With the words it was refused with.
pub fn a_refused_change_stays_refused<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    office.write(Commit { refused: vec![refused(doc(1), 7)], ..office.empty_commit(Some(caller(1))) });
    let reader = office.reader();
    assert_eq!(reader.verdict(doc(1), hash(7)).unwrap(), Some(no()));
    assert_eq!(reader.document(doc(1)).unwrap(), None);
}

/// The same bytes may fit when what they depend on has come.
pub fn a_missing_dependency_is_not_remembered<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    let early = RefusedChange { code: RefusedCode::MissingDependency, ..refused(doc(1), 7) };
    office.write(Commit { refused: vec![early], ..office.empty_commit(Some(caller(1))) });
    assert_eq!(office.reader().verdict(doc(1), hash(7)).unwrap(), None);
}

/// The device it was held from is told, and not sent its own change; the other readers are sent it.
pub fn the_office_admits_a_held_change_and_its_device_hears_of_it<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    let after = office.begin_shared_documents(&[1]);
    office.hold(caller(1), doc(1), 9);
    let newest = office.reader().standing(caller(1).reader).unwrap().newest;
    office.record(None, doc(1), &[9]);
    assert!(office.reader().standing(caller(1).reader).unwrap().newest > newest);
    assert_eq!(office.reader().verdict(doc(1), hash(9)).unwrap(), Some(Verdict::Recorded));
    let settled = Entry::Settled { doc: doc(1), hash: hash(9), verdict: Verdict::Recorded };
    assert_eq!(office.page(1, after, ALL).entries, [settled]);
    assert_eq!(changes_of(&office.page(2, after, ALL)), [(doc(1), vec![9])]);
}

/// The device it was held from is told, and nobody else.
pub fn the_office_declines_a_held_change_and_its_device_hears_of_it<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    let mut office = Office::new(open());
    let after = office.begin_shared_documents(&[1]);
    office.hold(caller(1), doc(1), 9);
    office.write(Commit { refused: vec![refused(doc(1), 9)], ..office.empty_commit(None) });
    assert_eq!(office.reader().verdict(doc(1), hash(9)).unwrap(), Some(no()));
    assert_eq!(office.page(1, after, ALL).entries, [Entry::Settled { doc: doc(1), hash: hash(9), verdict: no() }]);
    assert!(office.page(2, after, ALL).entries.is_empty());
}

fn no() -> Verdict {
    Verdict::Refused { code: RefusedCode::NotPermitted, reason: "not yours".into() }
}

fn refused(doc: DocId, number: u64) -> RefusedChange {
    RefusedChange { doc, hash: hash(number), code: RefusedCode::NotPermitted, reason: "not yours".into() }
}

fn held(doc: DocId, number: u64) -> HeldChange {
    HeldChange { doc, hash: hash(number), bytes: bytes(number, 40), reason: HeldReason::NoLongerEntitled }
}

impl<T: Township> Office<T>
where
    T::Error: Debug,
{
    fn hold(&mut self, from: Caller, doc: DocId, number: u64) {
        self.write(Commit { held: vec![held(doc, number)], at: ServerMillis(5), ..self.empty_commit(Some(from)) });
    }
}
