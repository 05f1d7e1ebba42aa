//! What phones and the office really write passes, whatever its size.

use super::builder::{Draft, actor, any_edit, household, put, stamp, worker};
use crate::document::{Document, Edit, Scalar};
use crate::gate::{Refusal, Touch, TrialVerdict, open_snapshot, scan, trial};
use crate::ids::{ActorId, DeviceMillis, Stamp};
use crate::testing::Dice;

/// Scans and tries every change of `document` in one batch on a blank copy, and expects the same document.
fn assert_passes(document: &Document) {
    let changes = document.whole().unwrap().get_changes(&[]);
    let scans: Vec<_> = changes.iter().skip(1).map(|change| scan(change.raw_bytes()).unwrap()).collect();
    let result = trial(&Document::new(document.id()), &scans);
    assert!(result.verdicts.iter().all(|verdict| *verdict == TrialVerdict::Admitted), "{:?}", result.verdicts);
    assert_eq!(result.heads, document.heads());
    assert_eq!(result.document.list(""), document.list(""));
    let reopened = open_snapshot(document.id(), Some(&result.saved().unwrap()), []).unwrap();
    assert_eq!(reopened.heads(), document.heads());
    let bytes = scans.iter().map(|scan| scan.bytes());
    assert_eq!(open_snapshot(document.id(), None, bytes).unwrap().heads(), document.heads());
}

#[test]
fn a_scan_says_what_the_change_says() {
    let mut document = household();
    put(&mut document, 1, "head", "张伟");
    let before = document.heads();
    let mut edit = Edit::new();
    edit.remove("head").put("phone", "0573").put("members", 4).put("empty", false);
    let change = document.write(stamp(2), edit).unwrap().unwrap();
    let scan = scan(&change.bytes).unwrap();
    assert_eq!(scan.hash(), change.hash);
    assert_eq!(scan.actor(), actor(2));
    assert_eq!(scan.time(), stamp(2).at);
    assert_eq!((scan.seq(), scan.start_op(), scan.ops(), scan.max_op()), (1, 4, 4, 7));
    assert_eq!(scan.deps(), before);
    let touches: Vec<_> = scan.touches().collect();
    let expected = [("empty", Touch::Put), ("head", Touch::Delete), ("members", Touch::Put), ("phone", Touch::Put)];
    assert_eq!(touches, expected);
    assert!(!format!("{scan:?}").contains("0573"));
    let word = |key: &str, value: Option<Scalar>| (key.to_owned(), value);
    let words = [
        word("head", None),
        word("phone", Some("0573".into())),
        word("members", Some(4.into())),
        word("empty", Some(false.into())),
    ];
    assert_eq!(scan.words(), words);
}

#[test]
fn a_document_of_every_kind_of_value_passes() {
    let mut document = household();
    let mut edit = Edit::new();
    edit.put("text", "走访时说河道有垃圾").put("empty", "").put("long", "长".repeat(3_000));
    edit.put("yes", true).put("no", false).put("bytes", Scalar::Bytes(vec![0, 255])).put("none", Scalar::Bytes(vec![]));
    for (index, number) in [0, 1, -1, 63, 64, -64, -65, 127, 128, i64::MAX, i64::MIN].into_iter().enumerate() {
        edit.put(format!("n/{index}"), number);
    }
    document.write(stamp(1), edit).unwrap();
    assert_passes(&document);
}

#[test]
fn the_largest_import_passes_and_one_operation_more_does_not() {
    for (ops, fits) in [(1, true), (2, true), (100, true), (5_000, true), (5_001, false)] {
        let mut document = household();
        let mut edit = Edit::new();
        for index in 0..ops {
            edit.put(format!("workers/{index:05}/name"), format!("{index}"));
        }
        let change = document.write(stamp(1), edit).unwrap().unwrap();
        assert_eq!(scan(&change.bytes).is_ok(), fits, "{ops} operations");
        if fits {
            assert_passes(&document);
        }
    }
}

#[test]
fn conflicts_and_their_settlement_pass() {
    let blank = household();
    let scans: Vec<_> = [(1, "张伟"), (2, "张玮")]
        .map(|(name, head)| scan(&put(&mut blank.clone(), name, "head", head)).unwrap())
        .to_vec();
    let mut both = trial(&blank, &scans).document;
    assert!(both.get("head").unwrap().is_conflict());
    let recorded = both.clone();
    let settle = scan(&put(&mut both, 3, "head", "张玮")).unwrap();
    let settled = trial(&recorded, &[settle]);
    assert_eq!(settled.verdicts, [TrialVerdict::Admitted]);
    assert!(!settled.document.get("head").unwrap().is_conflict());
    assert_passes(&both);
}

#[test]
fn documents_written_at_random_by_many_actors_pass() {
    for seed in 0..40 {
        let mut dice = Dice::new(seed);
        let mut replicas = vec![household(); 2 + dice.below(6)];
        for _ in 0..60 {
            let index = dice.below(replicas.len());
            if dice.below(3) == 0 {
                let other = dice.below(replicas.len());
                let mut theirs = replicas[other].whole().unwrap().clone();
                replicas[index].whole_mut().merge(&mut theirs).unwrap();
                continue;
            }
            replicas[index].write(stamp(index as u8 + 1), any_edit(&mut dice)).unwrap();
        }
        let mut all = replicas.pop().unwrap();
        for mut replica in replicas {
            all.whole_mut().merge(replica.whole_mut()).unwrap();
        }
        assert_passes(&all);
    }
}

#[test]
fn three_hundred_people_in_turn_pass() {
    let mut document = household();
    for index in 0..300_u16 {
        let device: Vec<u8> = index.to_be_bytes().repeat(8);
        let actor = ActorId::new(worker(7), device.try_into().unwrap(), 0);
        let mut edit = Edit::new();
        edit.put("note", format!("{index}")).put(format!("visits/{index}"), "走访");
        document.write(Stamp { worker: worker(7), actor, at: DeviceMillis(i64::from(index)) }, edit).unwrap();
    }
    assert_passes(&document);
}

#[test]
fn sixty_four_people_at_once_pass_and_one_more_has_to_see_them_first() {
    let blank = household();
    let scans: Vec<_> =
        (1..=65).map(|name| scan(&put(&mut blank.clone(), name, "head", &format!("{name}"))).unwrap()).collect();
    let result = trial(&blank, &scans);
    assert_eq!(result.heads.len(), 64);
    assert_eq!(result.verdicts[64], TrialVerdict::Refused(Refusal::TooManyHeads));
    let mut seen = result.document;
    put(&mut seen, 65, "head", "65");
    assert_passes(&seen);
}

#[test]
fn what_is_held_already_is_said_to_be_and_a_repeat_in_the_batch_too() {
    let mut document = household();
    let first = scan(&put(&mut document, 1, "a", "1")).unwrap();
    let recorded = document.clone();
    let second = scan(&put(&mut document, 1, "b", "2")).unwrap();
    let result = trial(&recorded, &[first, second.clone(), second]);
    let expected = [TrialVerdict::AlreadyHeld, TrialVerdict::Admitted, TrialVerdict::AlreadyHeld];
    assert_eq!(result.verdicts, expected);
    assert_eq!(result.heads, document.heads());
}

#[test]
fn the_builder_writes_what_automerge_writes() {
    let mut document = household();
    put(&mut document, 1, "a", "x");
    let draft = Draft::of(&document, 1, "b", "y");
    let mut edit = Edit::new();
    edit.put("b", "y");
    let at = Stamp { at: DeviceMillis(draft.time), ..stamp(1) };
    assert_eq!(draft.bytes(), document.write(at, edit).unwrap().unwrap().bytes);
}
