//! A flat document read from its bytes says what automerge says of it.

use super::builder::{Draft, any_edit, household, put, stamp};
use crate::document::{Document, OpenError};
use crate::gate::{Flat, Scan, TrialVerdict, scan, trial};
use crate::ids::Generation;
use crate::testing::Dice;

/// The same document, asked through automerge alone.
fn by_automerge(document: &Document) -> Document {
    Document::from_inner(document.id(), document.whole().unwrap().clone())
}

/// Everything that is read of a document: what its keys hold, who said so and when, its heads.
fn says_the_same(one: &Document, other: &Document) {
    assert_eq!(one.list(""), other.list(""));
    for (key, _) in one.list("") {
        assert_eq!(one.told_values(&key), other.told_values(&key), "{key}");
    }
    assert_eq!(one.conflicts(), other.conflicts());
    assert_eq!((one.heads(), one.generation()), (other.heads(), other.generation()));
}

/// A document that several people wrote at random, sometimes seeing each other, and its changes in an order that works.
fn written_at_random(dice: &mut Dice) -> (Document, Vec<Scan>) {
    let mut replicas = vec![household(); 1 + dice.below(4)];
    for _ in 0..30 {
        let index = dice.below(replicas.len());
        if dice.below(3) == 0 {
            let mut theirs = replicas[dice.below(replicas.len())].whole().unwrap().clone();
            replicas[index].whole_mut().merge(&mut theirs).unwrap();
            continue;
        }
        replicas[index].write(stamp(index as u8 + 1), any_edit(dice)).unwrap();
    }
    let mut all = replicas.pop().unwrap();
    for replica in replicas {
        all.whole_mut().merge(&mut replica.whole().unwrap().clone()).unwrap();
    }
    let changes = all.whole().unwrap().get_changes(&[]);
    let scans = changes.iter().skip(1).map(|change| scan(change.raw_bytes()).unwrap()).collect();
    (all, scans)
}

#[test]
fn documents_written_at_random_say_the_same_from_their_bytes_as_through_automerge() {
    let (mut admitted, mut tried) = (0, 0);
    for seed in 0..60 {
        let mut dice = Dice::new(seed);
        let (all, scans) = written_at_random(&mut dice);
        let saved = all.save().unwrap();
        assert!(Flat::read(all.id(), &saved).is_some(), "a snapshot of ours is read");
        says_the_same(&Document::open(all.id(), Some(&saved), []).unwrap(), &all);

        // A snapshot of some of it, and the rest one by one: each either fits at once, or is left to automerge.
        let (first, rest) = scans.split_at(dice.below(scans.len() + 1));
        let mut so_far = Document::replay(all.id(), Generation::FIRST, first.iter().map(Scan::bytes)).unwrap();
        so_far = Document::open(all.id(), Some(&so_far.save().unwrap()), []).unwrap();
        for change in rest {
            let by_flat = so_far.extended(std::slice::from_ref(change));
            let outcome = trial(&by_automerge(&so_far), std::slice::from_ref(change));
            assert_eq!(outcome.verdicts, [TrialVerdict::Admitted]);
            tried += 1;
            so_far = match by_flat {
                Some(flat) => {
                    admitted += 1;
                    says_the_same(&flat, &outcome.document);
                    says_the_same(&flat, &by_automerge(&flat));
                    flat
                }
                None => Document::open(all.id(), Some(&outcome.saved().unwrap()), []).unwrap(),
            };
        }
        assert_eq!(so_far.heads(), all.heads());
    }
    assert!(admitted * 3 > tried, "many changes follow what is known: {admitted} of {tried}");
}

#[test]
fn a_blank_document_says_the_same_in_every_generation() {
    for generation in [Generation::FIRST, Generation(1), Generation(70_000)] {
        let blank = Document::of_generation(household().id(), generation);
        says_the_same(&blank, &by_automerge(&blank));
        let saved = blank.save().unwrap();
        says_the_same(&Document::open(blank.id(), Some(&saved), []).unwrap(), &blank);
    }
}

#[test]
fn a_day_of_saves_is_admitted_without_automerge() {
    let mut document = household();
    for number in 0..20 {
        let change = scan(&put(&mut document.clone(), 1 + number % 3, &format!("visit/{number}"), "好")).unwrap();
        document = document.extended(&[change]).expect("what follows on is admitted");
    }
    assert_eq!(trial(&document, &[]).verdicts, []);
    says_the_same(&document, &by_automerge(&document));
}

#[test]
fn what_overwrites_something_that_is_not_under_its_key_is_left_to_automerge() {
    let mut document = household();
    put(&mut document, 1, "a", "1");
    put(&mut document, 1, "b", "2");
    let next =
        |key: &str, counter: i64| scan(&Draft::of(&document, 1, key, "3").overwriting(0, counter).bytes()).unwrap();
    let fits = |change: Scan| document.extended(&[change]).is_some();
    // The genesis has two operations, so `a` was written by the third and `b` by the fourth.
    assert!(fits(next("a", 3)), "what stands there");
    assert!(!fits(next("a", 4)), "what stands under another key");
    assert!(!fits(next("c", 3)), "under a new key there is nothing");
    assert!(!fits(next("a", 1)), "an operation of somebody else's");
    let wrong = trial(&document, &[next("a", 4)]);
    assert!(matches!(wrong.verdicts[..], [TrialVerdict::Refused(_)]), "and automerge does not take it either");
}

#[test]
fn what_does_not_follow_on_is_left_to_automerge() {
    let mut document = household();
    put(&mut document, 1, "a", "1");
    let honest = Draft::of(&document, 1, "b", "2");
    let fits = |draft: Draft| document.extended(&[scan(&draft.bytes()).unwrap()]).is_some();
    assert!(fits(honest.clone()));
    assert!(!fits(Draft { seq: honest.seq + 1, ..honest.clone() }), "a number is left out");
    assert!(!fits(Draft { seq: honest.seq - 1, ..honest.clone() }), "a number that is taken");
    assert!(!fits(Draft { start_op: honest.start_op + 1, ..honest.clone() }), "a counter is left out");
    assert!(!fits(Draft { start_op: honest.start_op - 1, ..honest.clone() }), "a counter that is taken");
    assert!(!fits(Draft { deps: household().heads(), start_op: 3, ..honest.clone() }), "not its author's last change");
    assert!(!fits(Draft { deps: vec![crate::ids::ChangeHash([7; 32])], ..honest }), "a change that is not here");
    let held = scan(document.whole().unwrap().get_last_local_change().unwrap().raw_bytes()).unwrap();
    assert!(document.extended(&[held]).is_none(), "a change that is here");
}

#[test]
fn a_snapshot_with_any_byte_changed_is_not_opened_as_something_else() {
    let mut document = household();
    put(&mut document, 1, "head", "张三");
    put(&mut document, 2, "head", "李四");
    let saved = document.save().unwrap();
    for at in 0..saved.len() {
        let mut damaged = saved.clone();
        damaged[at] ^= 0x11;
        let opened = Document::open(document.id(), Some(&damaged), []);
        assert_eq!(opened.map(drop), Err(OpenError::Snapshot), "byte {at}");
    }
    let other = crate::DocId::mint(crate::DocKind::Household, [8; 16]);
    assert_eq!(Document::open(other, Some(&saved), []).map(drop), Err(OpenError::OtherDocument));
}
