//! Every shape that was found to harm automerge, with a checksum that holds, and who refuses it.
//!
//! Shapes the scan lets pass by design (it does not know the document) are refused by the trial, and the recorded
//! document stays what it was and still opens.

use super::builder::*;
use crate::document::{Document, Edit};
use crate::gate::limits::{MAX_CHANGE_BYTES, MAX_KEY_BYTES};
use crate::gate::{Refusal, ScanError, TrialVerdict, scan, trial};
use crate::ids::{ActorId, ChangeHash, DocId, DocKind};

/// A document in which person 1 wrote `head` (operation 3) and `phone` (operation 4).
fn recorded() -> Document {
    let mut document = household();
    put(&mut document, 1, "head", "张伟");
    put(&mut document, 1, "phone", "0573");
    document
}

fn draft() -> Draft {
    Draft::of(&recorded(), 2, "note", "x")
}

fn by_person_1() -> Draft {
    Draft::of(&recorded(), 1, "note", "x")
}

fn naming_person_1() -> Draft {
    Draft { others: vec![actor(1).to_bytes().to_vec()], ..draft() }
}

#[track_caller]
fn scan_refuses(draft: &Draft, error: ScanError) {
    assert_eq!(scan(&draft.bytes()), Err(error));
}

#[track_caller]
fn trial_refuses(draft: &Draft, refusal: Refusal) {
    let document = recorded();
    let (heads, fields) = (document.heads(), document.list(""));
    let independent = Draft::of(&document, 3, "independent", "y");
    let batch = [scan(&draft.bytes()).unwrap(), scan(&independent.bytes()).unwrap()];
    let result = trial(&document, &batch);
    assert_eq!(result.verdicts, [TrialVerdict::Refused(refusal), TrialVerdict::Admitted]);
    assert_eq!(document.heads(), heads);
    assert_eq!(document.list(""), fields);
    assert_eq!(Document::open(document.id(), Some(&document.save().unwrap()), []).unwrap().heads(), heads);
    // The independent change went in, and the document it went into opens, reads and can be written.
    let mut reopened = Document::open(document.id(), Some(&result.saved().unwrap()), []).unwrap();
    assert_eq!(reopened.heads(), result.heads);
    assert!(reopened.get("independent").is_some());
    put(&mut reopened, 4, "after", "z");
}

#[test]
fn the_drafts_themselves_are_honest() {
    let document = recorded();
    for draft in [draft(), by_person_1()] {
        let result = trial(&document, &[scan(&draft.bytes()).unwrap()]);
        assert_eq!(result.verdicts, [TrialVerdict::Admitted]);
    }
    let overwrite = naming_person_1().with(KEY, text(1, "head")).overwriting(1, 3);
    let result = trial(&document, &[scan(&overwrite.bytes()).unwrap()]);
    assert_eq!(result.verdicts, [TrialVerdict::Admitted]);
    assert!(!result.document.get("head").unwrap().is_conflict());
}

// ------------------------------------------------------------------------------------------------ frames

#[test]
fn a_wrong_checksum() {
    let mut bytes = draft().bytes();
    bytes[5] ^= 1;
    assert_eq!(scan(&bytes), Err(ScanError::Checksum));
}

#[test]
fn a_change_of_more_bytes_than_allowed() {
    let long = draft().with(META, run(1, (MAX_CHANGE_BYTES as u64) << 4 | 6)).with(VALUE, vec![b'x'; MAX_CHANGE_BYTES]);
    scan_refuses(&long, ScanError::TooLarge);
}

#[test]
fn bytes_after_or_missing_at_the_end() {
    let mut bytes = draft().bytes();
    bytes.push(0);
    assert_eq!(scan(&bytes), Err(ScanError::Frame));
    bytes.truncate(bytes.len() - 2);
    assert_eq!(scan(&bytes), Err(ScanError::Frame));
    assert_eq!(scan(&[]), Err(ScanError::Frame));
}

#[test]
fn a_deflated_change_a_document_or_a_bundle() {
    for kind in [0, 2, 3, 9] {
        assert_eq!(scan(&chunk(kind, &draft().body())), Err(ScanError::OtherType));
    }
}

#[test]
fn every_cut_of_an_honest_change() {
    let body = draft().body();
    for length in 0..body.len() {
        assert!(scan(&chunk(1, &body[..length])).is_err(), "{length} bytes");
    }
}

// ------------------------------------------------------------------------------------------------ headers

#[test]
fn an_empty_a_short_and_a_very_long_actor() {
    for length in [0, 15, 17, 200_000] {
        scan_refuses(&Draft { actor: vec![1; length], ..draft() }, ScanError::Actor);
    }
}

#[test]
fn the_actor_of_the_genesis() {
    scan_refuses(&Draft { actor: ActorId::GENESIS.to_bytes().to_vec(), ..draft() }, ScanError::Actor);
}

#[test]
fn no_dependencies() {
    scan_refuses(&Draft { deps: vec![], ..draft() }, ScanError::Dependencies);
}

#[test]
fn repeated_unsorted_or_too_many_dependencies() {
    let head = draft().deps[0];
    let many = (0..65).map(|byte| ChangeHash([byte; 32])).collect();
    for deps in [vec![head; 2], vec![head; 1_000], vec![ChangeHash([2; 32]), ChangeHash([1; 32])], many] {
        scan_refuses(&Draft { deps, ..draft() }, ScanError::Dependencies);
    }
}

#[test]
fn a_missing_dependency() {
    let mut deps = vec![draft().deps[0], ChangeHash([7; 32])];
    deps.sort();
    trial_refuses(&Draft { deps, ..draft() }, Refusal::MissingDependency);
}

#[test]
fn sequence_number_nought_and_the_largest() {
    scan_refuses(&Draft { seq: 0, ..draft() }, ScanError::Counter);
    scan_refuses(&Draft { seq: u64::MAX, ..draft() }, ScanError::Counter);
}

#[test]
fn a_gap_in_the_sequence() {
    trial_refuses(&Draft { seq: 4, ..by_person_1() }, Refusal::Inconsistent);
}

#[test]
fn an_unknown_actor_that_starts_in_the_middle() {
    trial_refuses(&Draft { seq: 2, ..draft() }, Refusal::Inconsistent);
}

#[test]
fn a_sequence_number_that_is_taken() {
    trial_refuses(&Draft { seq: 2, ..by_person_1() }, Refusal::Forked);
}

#[test]
fn the_next_number_without_the_own_previous_change() {
    let loose = Draft { deps: household().heads(), start_op: 3, ..by_person_1() };
    trial_refuses(&loose, Refusal::Inconsistent);
}

#[test]
fn a_first_counter_of_one() {
    trial_refuses(&Draft { start_op: 1, ..draft() }, Refusal::Inconsistent);
    trial_refuses(&Draft { start_op: 1, ..by_person_1() }, Refusal::Inconsistent);
}

#[test]
fn a_first_counter_far_ahead() {
    trial_refuses(&Draft { start_op: 1_000_000, ..draft() }, Refusal::Inconsistent);
}

#[test]
fn the_largest_first_counters_and_nought() {
    for start_op in [0, 1 << 30, u64::from(u32::MAX), 1 << 32, u64::MAX] {
        scan_refuses(&Draft { start_op, ..draft() }, ScanError::Counter);
    }
}

#[test]
fn the_earliest_and_the_latest_time_there_is() {
    scan_refuses(&Draft { time: i64::MIN, ..draft() }, ScanError::Time);
    scan_refuses(&Draft { time: i64::MAX, ..draft() }, ScanError::Time);
}

#[test]
fn a_message() {
    scan_refuses(&Draft { message: b"hello".to_vec(), ..draft() }, ScanError::Extra);
}

#[test]
fn an_author_footer_or_a_thousand_extra_bytes() {
    scan_refuses(&Draft { extra: vec![1; 20], ..draft() }, ScanError::Extra);
    scan_refuses(&Draft { extra: vec![0; 1_000], ..draft() }, ScanError::Extra);
}

#[test]
fn other_actors_out_of_order_repeated_own_unused_or_short() {
    let [one, two, three] = [1, 2, 3].map(|name| actor(name).to_bytes().to_vec());
    for others in [vec![three, one.clone()], vec![one.clone(); 2], vec![two], vec![one], vec![vec![1; 3]]] {
        scan_refuses(&Draft { others, ..draft() }, ScanError::OtherActors);
    }
}

// ------------------------------------------------------------------------------------------------ runs

#[test]
fn a_hundred_thousand_to_endless_operations_in_a_hundred_bytes() {
    for count in [5_001, 100_000, 10_000_000, i64::MAX, i64::MIN] {
        scan_refuses(&draft().with(ACTION, run(count, 1)), ScanError::TooManyOps);
    }
    let mut nothings = vec![0];
    unsigned(&mut nothings, u64::MAX);
    scan_refuses(&draft().with(ACTION, nothings.clone()), ScanError::TooManyOps);
    scan_refuses(&draft().with(KEY, text(i64::MAX, "k")), ScanError::TooManyOps);
    scan_refuses(&draft().with(META, run(i64::MAX, 6)), ScanError::TooManyOps);
    scan_refuses(&draft().with(INSERT, number(u64::MAX)), ScanError::TooManyOps);
    scan_refuses(&draft().with(PRED_COUNT, nothings), ScanError::TooManyOps);
}

#[test]
fn a_million_predecessors_in_a_hundred_bytes() {
    for count in [20_001, 1_000_000, 1_000_000_000, i64::MAX] {
        let many = draft().with(PRED_COUNT, run(1, count as u64));
        scan_refuses(&many, ScanError::Spelling);
        let many = many.with(PRED_ACTOR, run(count, 0)).with(PRED_COUNTER, delta(count, 1));
        scan_refuses(&many, ScanError::TooManyOps);
    }
}

#[test]
fn columns_of_different_lengths() {
    scan_refuses(&draft().with(ACTION, run(2, 1)), ScanError::Key);
    scan_refuses(&draft().with(KEY, text(2, "k")).with(ACTION, run(2, 1)), ScanError::Spelling);
    scan_refuses(&draft().with(META, run(2, 0)), ScanError::Value);
    scan_refuses(&draft().with(PRED_COUNT, run(2, 0)), ScanError::Spelling);
}

#[test]
fn no_operations() {
    scan_refuses(&Draft { columns: vec![], ..draft() }, ScanError::Empty);
}

#[test]
fn numbers_and_runs_spelled_otherwise() {
    let flags = [vec![0x81, 0x80, 0x00], vec![0x81], vec![1, 0]];
    for spelling in flags {
        scan_refuses(&draft().with(INSERT, spelling), ScanError::Spelling);
    }
    // A run of one, a literal of two equals, an empty run of nothing, two literals in a row.
    for spelling in [vec![1, 1], vec![0x7e, 1, 1], vec![0, 0, 0x7f, 1], vec![0x7f, 1, 0x7f, 3]] {
        scan_refuses(&draft().with(ACTION, spelling), ScanError::Spelling);
    }
}

#[test]
fn empty_values_where_there_must_be_one() {
    scan_refuses(&draft().with(ACTION, vec![0, 1]), ScanError::Value);
    scan_refuses(&draft().with(KEY, vec![0, 1]), ScanError::Key);
}

// ------------------------------------------------------------------------------------------------ shapes

#[test]
fn an_operation_inside_another_object() {
    // A missing object, an unknown actor's, a scalar used as one.
    scan_refuses(&draft().with(OBJ_ACTOR, run(1, 0)).with(OBJ_COUNTER, run(1, 3)), ScanError::Object);
}

#[test]
fn list_elements_in_the_map() {
    let element = draft().with(KEY_ACTOR, run(1, 0)).with(KEY_COUNTER, delta(1, 3)).with(KEY, vec![]);
    scan_refuses(&element, ScanError::Action);
    scan_refuses(&draft().with(KEY_COUNTER, delta(1, 0)), ScanError::Action);
    scan_refuses(&draft().with(KEY_ACTOR, run(1, 0)), ScanError::Action);
}

#[test]
fn an_insertion_into_the_map() {
    scan_refuses(&draft().with(INSERT, vec![0, 1]), ScanError::Action);
}

#[test]
fn marks() {
    scan_refuses(&draft().with(MARK_NAME, text(1, "bold")), ScanError::Columns);
    scan_refuses(&draft().with(EXPAND, vec![0, 1]), ScanError::Columns);
    scan_refuses(&draft().with(ACTION, run(1, 7)), ScanError::Action);
}

#[test]
fn making_maps_lists_texts_tables_and_counting() {
    for action in [0, 2, 4, 5, 6, 8, u64::MAX] {
        scan_refuses(&draft().with(ACTION, run(1, action)), ScanError::Action);
    }
}

#[test]
fn unknown_repeated_unsorted_deflated_or_countless_columns() {
    scan_refuses(&draft().with(0xb5, text(1, "x")), ScanError::Columns);
    scan_refuses(&draft().with(KEY, vec![]).with(KEY | 8, text(1, "x")), ScanError::Columns);
    let mut twice = draft();
    twice.columns.insert(1, (KEY, text(1, "k")));
    scan_refuses(&twice, ScanError::Spelling);
    let mut unsorted = draft();
    unsorted.columns.reverse();
    scan_refuses(&unsorted, ScanError::Spelling);
    let many = (0..2_000).map(|spec| (spec, vec![0])).collect();
    scan_refuses(&Draft { columns: many, ..draft() }, ScanError::Columns);
}

#[test]
fn keys_that_are_empty_too_long_or_no_text() {
    scan_refuses(&draft().with(KEY, text(1, "")), ScanError::Key);
    scan_refuses(&draft().with(KEY, text(1, &"k".repeat(MAX_KEY_BYTES + 1))), ScanError::Key);
    scan_refuses(&draft().with(KEY, vec![0x7f, 2, 0xc3, 0x28]), ScanError::Spelling);
    scan_refuses(&draft().with(KEY, vec![]), ScanError::Key);
}

#[test]
fn the_keys_of_the_genesis() {
    for key in ["id", "schema"] {
        scan_refuses(&draft().with(KEY, text(1, key)), ScanError::GenesisKey);
    }
}

#[test]
fn values_that_are_no_plain_scalars() {
    // Float, counter, timestamp, and types nobody knows.
    for kind in [5, 8, 9, 10, 15] {
        scan_refuses(&draft().with(META, run(1, 8 << 4 | kind)).with(VALUE, vec![0; 8]), ScanError::Value);
    }
}

#[test]
fn values_whose_lengths_do_not_add_up_or_that_are_spelled_otherwise() {
    for length in [0, 2, 1 << 40, u64::MAX >> 4] {
        scan_refuses(&draft().with(META, run(1, length << 4 | 6)), ScanError::Value);
    }
    // Null, no and yes have no bytes; numbers have one spelling; text is text.
    for kind in [0, 1, 2] {
        scan_refuses(&draft().with(META, run(1, 1 << 4 | kind)), ScanError::Value);
    }
    for kind in [3, 4] {
        scan_refuses(&draft().with(META, run(1, 2 << 4 | kind)).with(VALUE, vec![0x80, 0]), ScanError::Value);
    }
    scan_refuses(&draft().with(META, run(1, 1 << 4 | 6)).with(VALUE, vec![0xff]), ScanError::Value);
}

#[test]
fn a_deletion_of_nothing_or_with_a_value() {
    let nothing = draft().with(ACTION, run(1, 3)).with(META, run(1, 0)).with(VALUE, vec![]);
    scan_refuses(&nothing, ScanError::Action);
    scan_refuses(&naming_person_1().with(ACTION, run(1, 3)).overwriting(1, 3), ScanError::Value);
}

// ------------------------------------------------------------------------------------------------ references

#[test]
fn a_predecessor_counter_beyond_all_counters() {
    for counter in [1 << 32, i64::MAX, 0, -1, i64::MIN] {
        scan_refuses(&draft().overwriting(0, counter), ScanError::Counter);
    }
    let mut overflow = vec![0x7e, 1];
    signed(&mut overflow, i64::MAX);
    let two = draft().with(PRED_COUNT, run(1, 2)).with(PRED_ACTOR, run(2, 0)).with(PRED_COUNTER, overflow);
    scan_refuses(&two, ScanError::Counter);
}

#[test]
fn a_predecessor_of_an_actor_that_is_not_named() {
    for index in [1, 1 << 32, u64::MAX] {
        scan_refuses(&draft().overwriting(index, 1), ScanError::OtherActors);
    }
}

#[test]
fn a_predecessor_that_is_the_operation_itself_or_a_later_one() {
    let own = draft().start_op as i64;
    scan_refuses(&draft().overwriting(0, own), ScanError::Counter);
    scan_refuses(&draft().overwriting(0, own + 1), ScanError::Counter);
}

#[test]
fn a_predecessor_that_does_not_exist() {
    trial_refuses(&naming_person_1().overwriting(1, 1), Refusal::Inconsistent);
    trial_refuses(&draft().overwriting(0, 2), Refusal::Inconsistent);
}

#[test]
fn a_predecessor_under_another_key() {
    trial_refuses(&naming_person_1().overwriting(1, 3), Refusal::Inconsistent);
}

#[test]
fn a_predecessor_of_an_actor_the_document_does_not_know() {
    let stranger = Draft { others: vec![actor(9).to_bytes().to_vec()], ..draft() };
    trial_refuses(&stranger.overwriting(1, 3), Refusal::Inconsistent);
}

#[test]
fn a_deletion_of_another_key() {
    let wrong = naming_person_1().with(ACTION, run(1, 3)).with(META, run(1, 0)).with(VALUE, vec![]).overwriting(1, 3);
    trial_refuses(&wrong, Refusal::Inconsistent);
}

// ------------------------------------------------------------------------------------------------ batches

#[test]
fn what_follows_a_refused_change_is_refused_and_nothing_else() {
    let document = recorded();
    let bad = scan(&naming_person_1().overwriting(1, 3).bytes()).unwrap();
    let follower =
        Draft { deps: vec![bad.hash()], seq: 2, start_op: bad.max_op() + 1, ..Draft::of(&document, 2, "next", "y") };
    let follower = scan(&follower.bytes()).unwrap();
    let mut batch: Vec<_> = (3..20).map(|name| scan(&Draft::of(&document, name, "n", "z").bytes()).unwrap()).collect();
    let independent = batch.len();
    batch.insert(5, bad);
    batch.insert(9, follower);
    let result = trial(&document, &batch);
    for (index, verdict) in result.verdicts.iter().enumerate() {
        let expected = match index {
            5 => TrialVerdict::Refused(Refusal::Inconsistent),
            9 => TrialVerdict::Refused(Refusal::FollowsRefused),
            _ => TrialVerdict::Admitted,
        };
        assert_eq!(*verdict, expected, "change {index}");
    }
    assert_eq!(result.heads.len(), independent);
}

#[test]
fn a_change_moved_to_another_document() {
    let mut other = Document::new(DocId::mint(DocKind::Household, [8; 16]));
    let moved = scan(&put(&mut other, 1, "head", "x")).unwrap();
    let result = trial(&recorded(), &[moved]);
    assert_eq!(result.verdicts, [TrialVerdict::Refused(Refusal::MissingDependency)]);
}

#[test]
fn a_document_that_would_be_too_large_for_phones() {
    let mut document = household();
    let mut verdict = TrialVerdict::Admitted;
    for index in 0..40 {
        let mut edit = Edit::new();
        edit.put(format!("k/{index}"), "x".repeat(200_000));
        let change = document.clone().write(stamp(1), edit).unwrap().unwrap();
        let result = trial(&document, &[scan(&change.bytes).unwrap()]);
        verdict = result.verdicts[0];
        document = result.document;
    }
    assert_eq!(verdict, TrialVerdict::Refused(Refusal::DocumentFull));
}
