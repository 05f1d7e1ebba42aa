//! Every hostile shape there is in a text, one test each, and who refuses it: the scan what needs no document to see, the
//! trial what does, before automerge applies any of it.

use std::collections::BTreeSet;

use automerge::marks::{ExpandMark, Mark};
use automerge::transaction::Transactable as _;
use automerge::{AutomergeError, ObjId, ObjType, ROOT, ReadDoc as _};

use super::builder::*;
use crate::document::{Document, Edit, PROSE_KEY};
use crate::gate::limits::MAX_PROSE_CHARS;
use crate::gate::trial::Ledger;
use crate::gate::{Refusal, Scan, ScanError, SnapshotError, TrialVerdict, open_snapshot, scan, trial};
use crate::ids::{ActorId, DocId, DocKind};
use crate::testing::Dice;

/// Where person 1's characters begin: the genesis has three operations.
const FIRST: i64 = 4;

fn meeting() -> Document {
    Document::new(DocId::mint(DocKind::Meeting, [9; 16]))
}

fn save(document: &mut Document, name: u8, text: &str) -> Vec<u8> {
    let mut edit = Edit::new();
    edit.prose(PROSE_KEY, text);
    document.write(stamp(name), edit).unwrap().unwrap().bytes
}

/// A meeting in which person 1 wrote `河道` (operations 4 and 5) and `title` (6).
fn recorded() -> Document {
    let mut document = meeting();
    save(&mut document, 1, "河道");
    put(&mut document, 1, "title", "议事");
    document
}

/// Person 2 inserts one character after the character `FIRST` of person 1, all of it as automerge writes it.
fn insertion() -> Draft {
    let honest = Draft::of(&recorded(), 2, "k", "的");
    let others = vec![ActorId::GENESIS.to_bytes().to_vec(), actor(1).to_bytes().to_vec()];
    Draft { others, ..honest }
        .with(OBJ_ACTOR, run(1, 1))
        .with(OBJ_COUNTER, run(1, 3))
        .with(KEY, vec![])
        .with(INSERT, vec![0, 1])
        .after(2, FIRST)
}

/// Person 2 deletes the character `FIRST` of person 1.
fn deletion() -> Draft {
    let insertion = insertion().with(INSERT, number(1)).with(ACTION, run(1, 3));
    insertion.with(META, run(1, 0)).with(VALUE, vec![]).overwriting(2, FIRST)
}

/// At the beginning: person 1 is not named any more.
fn at_the_head(draft: Draft) -> Draft {
    Draft { others: vec![ActorId::GENESIS.to_bytes().to_vec()], ..draft }
        .with(KEY_ACTOR, vec![])
        .with(KEY_COUNTER, delta(1, 0))
}

impl Draft {
    fn after(self, actor: u64, counter: i64) -> Self {
        self.with(KEY_ACTOR, run(1, actor)).with(KEY_COUNTER, delta(1, counter))
    }
}

#[track_caller]
fn scan_refuses(draft: &Draft, error: ScanError) {
    assert_eq!(scan(&draft.bytes()), Err(error));
}

#[track_caller]
fn trial_refuses(document: &Document, change: &Scan, refusal: Refusal) {
    let before = (document.heads(), document.prose(PROSE_KEY));
    let mut apart = document.clone();
    let independent = scan(&put(&mut apart, 3, "independent", "y")).unwrap();
    let judged = Ledger::for_batch(document, std::slice::from_ref(change)).judge(change, &mut BTreeSet::new());
    assert_eq!(judged, TrialVerdict::Refused(refusal), "before automerge sees it");
    let result = trial(document, &[change.clone(), independent]);
    assert_eq!(result.verdicts, [TrialVerdict::Refused(refusal), TrialVerdict::Admitted]);
    assert_eq!((document.heads(), document.prose(PROSE_KEY)), before);
    let mut opened = open_snapshot(document.id(), Some(&result.saved().unwrap()), []).unwrap();
    assert_eq!(opened.prose(PROSE_KEY), before.1);
    put(&mut opened, 4, "after", "z");
}

#[track_caller]
fn draft_refused(draft: &Draft, refusal: Refusal) {
    trial_refuses(&recorded(), &scan(&draft.bytes()).unwrap(), refusal);
}

#[test]
fn the_drafts_themselves_are_honest() {
    for (draft, text) in [(insertion(), "河的道"), (deletion(), "道"), (at_the_head(insertion()), "的河道")] {
        let result = trial(&recorded(), &[scan(&draft.bytes()).unwrap()]);
        assert_eq!(result.verdicts, [TrialVerdict::Admitted]);
        assert_eq!(result.document.prose(PROSE_KEY).unwrap(), text);
        let opened = open_snapshot(recorded().id(), Some(&result.saved().unwrap()), []).unwrap();
        assert_eq!(opened.prose(PROSE_KEY).unwrap(), text);
    }
}

#[test]
fn a_draft_is_what_automerge_writes() {
    let mut document = recorded();
    let written = save(&mut document, 2, "河的道");
    let time = stamp(2).at.0;
    assert_eq!(Draft { time, ..insertion() }.bytes(), written);
}

// ------------------------------------------------------------------------------------------------ what needs no document

#[test]
fn a_change_in_prose_of_another_object() {
    for (object, counter) in [(1, 2), (1, 4), (2, 3), (0, 3), (1, 0), (1, 1 << 40), (1, u64::MAX)] {
        let other = insertion().with(OBJ_ACTOR, run(1, object)).with(OBJ_COUNTER, run(1, counter));
        scan_refuses(&other, ScanError::Object);
    }
    scan_refuses(&insertion().with(OBJ_ACTOR, run(1, 3)), ScanError::OtherActors);
}

#[test]
fn half_an_object() {
    scan_refuses(&insertion().with(OBJ_ACTOR, vec![]), ScanError::Object);
    scan_refuses(&insertion().with(OBJ_COUNTER, vec![]), ScanError::Object);
}

#[test]
fn a_map_key_in_prose() {
    scan_refuses(&insertion().with(KEY, text(1, "k")), ScanError::Prose);
    scan_refuses(
        &insertion().with(KEY, text(1, "k")).with(KEY_ACTOR, vec![]).with(KEY_COUNTER, vec![]),
        ScanError::Prose,
    );
}

#[test]
fn half_a_character_or_none_to_stand_after() {
    scan_refuses(&insertion().with(KEY_ACTOR, vec![]), ScanError::Prose);
    scan_refuses(&insertion().with(KEY_COUNTER, vec![]), ScanError::Prose);
    scan_refuses(&insertion().with(KEY_ACTOR, vec![]).with(KEY_COUNTER, vec![]), ScanError::Prose);
    scan_refuses(&insertion().after(2, 0), ScanError::Counter);
    scan_refuses(&insertion().after(3, FIRST), ScanError::OtherActors);
}

#[test]
fn an_insertion_after_itself_or_a_later_one() {
    let own = insertion().start_op as i64;
    for counter in [own, own + 1, 1 << 32, i64::MAX, -1, i64::MIN] {
        scan_refuses(&insertion().after(0, counter), ScanError::Counter);
    }
}

#[test]
fn an_update_of_a_character() {
    scan_refuses(&insertion().with(INSERT, number(1)), ScanError::Prose);
    scan_refuses(&insertion().with(INSERT, number(1)).overwriting(2, FIRST), ScanError::Prose);
}

#[test]
fn an_insertion_that_overwrites_something() {
    scan_refuses(&insertion().overwriting(2, FIRST), ScanError::Prose);
}

#[test]
fn something_else_than_an_insertion_at_the_head() {
    scan_refuses(&at_the_head(insertion()).with(INSERT, number(1)), ScanError::Prose);
    let others = deletion().others;
    scan_refuses(&Draft { others, ..at_the_head(deletion()) }, ScanError::Prose);
}

#[test]
fn a_deletion_of_nothing() {
    let nothing = deletion().with(PRED_COUNT, run(1, 0)).with(PRED_ACTOR, vec![]).with(PRED_COUNTER, vec![]);
    scan_refuses(&nothing, ScanError::Prose);
}

#[test]
fn a_deletion_that_overwrites_another_character_or_several() {
    scan_refuses(&deletion().overwriting(2, FIRST + 1), ScanError::Prose);
    let both = deletion().with(PRED_COUNT, run(1, 2)).with(PRED_ACTOR, run(2, 2));
    let mut counters = vec![0x7e];
    signed(&mut counters, FIRST);
    signed(&mut counters, 1);
    scan_refuses(&both.with(PRED_COUNTER, counters), ScanError::Prose);
}

#[test]
fn a_deletion_with_a_value_or_an_insertion_flag() {
    scan_refuses(&deletion().with(META, run(1, 3 << 4 | 6)).with(VALUE, "的".into()), ScanError::Prose);
    scan_refuses(&deletion().with(META, run(1, 6)), ScanError::Prose);
    scan_refuses(&deletion().with(INSERT, vec![0, 1]), ScanError::Prose);
}

#[test]
fn making_objects_in_prose_marking_and_counting() {
    for action in [0, 2, 4, 5, 6, 7, 8, u64::MAX] {
        scan_refuses(&insertion().with(ACTION, run(1, action)), ScanError::Prose);
        let plain = insertion().with(META, run(1, 0)).with(VALUE, vec![]);
        scan_refuses(&plain.with(ACTION, run(1, action)), ScanError::Prose);
    }
    scan_refuses(&insertion().with(MARK_NAME, text(1, "bold")), ScanError::Columns);
    scan_refuses(&insertion().with(EXPAND, vec![0, 1]), ScanError::Columns);
}

#[test]
fn anything_else_than_one_character() {
    for (meta, value) in [
        (0, &b""[..]),
        (1, b""),
        (6, b""),
        (2 << 4 | 6, b"ab"),
        (6 << 4 | 6, "河道".as_bytes()),
        (1 << 4 | 3, b"\x05"),
        (1 << 4 | 4, b"\x05"),
        (1 << 4 | 7, b"a"),
    ] {
        scan_refuses(&insertion().with(META, run(1, meta)).with(VALUE, value.to_vec()), ScanError::Prose);
    }
    for kind in [5, 8, 9, 10, 15] {
        scan_refuses(&insertion().with(META, run(1, 8 << 4 | kind)).with(VALUE, vec![0; 8]), ScanError::Value);
    }
}

#[test]
fn prose_that_is_put_or_removed_as_a_value() {
    let document = recorded();
    scan_refuses(&Draft::of(&document, 2, PROSE_KEY, "x"), ScanError::Prose);
    let named = Draft { others: vec![ActorId::GENESIS.to_bytes().to_vec()], ..Draft::of(&document, 2, PROSE_KEY, "x") };
    scan_refuses(&named.clone().overwriting(1, 3), ScanError::Prose);
    let removed = named.with(ACTION, run(1, 3)).with(META, run(1, 0)).with(VALUE, vec![]).overwriting(1, 3);
    scan_refuses(&removed, ScanError::Prose);
}

#[test]
fn columns_of_prose_of_another_length_or_without_an_end() {
    for count in [2, 5_000] {
        scan_refuses(&insertion().with(OBJ_ACTOR, run(count, 1)), ScanError::Object);
        scan_refuses(&insertion().with(OBJ_COUNTER, run(count, 3)), ScanError::Object);
        scan_refuses(&insertion().with(KEY_ACTOR, run(count, 2)), ScanError::Prose);
        scan_refuses(&insertion().with(KEY_COUNTER, delta(count, FIRST)), ScanError::Prose);
    }
    for count in [5_001, 1 << 40, i64::MAX] {
        scan_refuses(&insertion().with(OBJ_ACTOR, run(count, 1)), ScanError::TooManyOps);
        scan_refuses(&insertion().with(OBJ_COUNTER, run(count, 3)), ScanError::TooManyOps);
        scan_refuses(&insertion().with(KEY_ACTOR, run(count, 2)), ScanError::TooManyOps);
        scan_refuses(&insertion().with(KEY_COUNTER, delta(count, 1)), ScanError::TooManyOps);
    }
    // A column that says nothing of any operation is not written.
    scan_refuses(&Draft::of(&recorded(), 2, "k", "v").with(OBJ_ACTOR, vec![0, 1]), ScanError::Object);
}

#[test]
fn differences_that_add_up_to_more_than_there_are_numbers() {
    let mut counters = vec![0x7e];
    signed(&mut counters, 1);
    signed(&mut counters, i64::MAX);
    let two = insertion().with(ACTION, run(2, 1)).with(INSERT, vec![0, 2]).with(META, run(2, 3 << 4 | 6));
    let two = two.with(PRED_COUNT, run(2, 0)).with(OBJ_ACTOR, run(2, 1)).with(OBJ_COUNTER, run(2, 3));
    let two = two.with(KEY_ACTOR, run(2, 2)).with(VALUE, "的的".into());
    scan_refuses(&two.with(KEY_COUNTER, counters), ScanError::Counter);
}

// ------------------------------------------------------------------------------------------------ what needs the document

#[test]
fn an_insertion_after_a_character_that_is_not_there() {
    // Before the first, another operation of the same person, one of the genesis, the prose itself.
    draft_refused(&insertion().after(2, FIRST - 1), Refusal::Inconsistent);
    draft_refused(&insertion().after(2, FIRST + 2), Refusal::Inconsistent);
    let without_person_1 = Draft { others: vec![ActorId::GENESIS.to_bytes().to_vec()], ..insertion() };
    draft_refused(&without_person_1.clone().after(1, 1), Refusal::Inconsistent);
    draft_refused(&without_person_1.clone().after(1, 3), Refusal::Inconsistent);
    draft_refused(&without_person_1.after(0, FIRST), Refusal::Inconsistent);
}

#[test]
fn an_insertion_after_a_character_of_somebody_the_document_does_not_know() {
    let others = vec![ActorId::GENESIS.to_bytes().to_vec(), actor(9).to_bytes().to_vec()];
    draft_refused(&Draft { others, ..insertion() }, Refusal::Inconsistent);
}

/// A meeting in which person 3 wrote `新` (operation 7) and person 4 something else, apart from each other; person 2 has
/// seen only the latter.
fn apart() -> (Document, Draft) {
    let mut document = recorded();
    let mut other = document.clone();
    let third = scan(&save(&mut document, 3, "河道新")).unwrap();
    put(&mut other, 4, "place", "村部");
    put(&mut other, 4, "place", "祠堂");
    let draft = insertion();
    let start_op = draft.start_op + 2;
    let others = vec![ActorId::GENESIS.to_bytes().to_vec(), actor(3).to_bytes().to_vec()];
    let draft = Draft { deps: other.heads(), start_op, others, ..draft };
    (trial(&other, &[third]).document, draft)
}

#[test]
fn an_insertion_after_a_character_its_author_has_not_seen() {
    let (document, draft) = apart();
    trial_refuses(&document, &scan(&draft.after(2, 7).bytes()).unwrap(), Refusal::Inconsistent);
}

#[test]
fn a_deletion_of_a_character_its_author_has_not_seen() {
    let (document, draft) = apart();
    let Draft { deps, start_op, others, .. } = draft;
    let unseen = Draft { deps, start_op, others, ..deletion() }.after(2, 7).overwriting(2, 7);
    trial_refuses(&document, &scan(&unseen.bytes()).unwrap(), Refusal::Inconsistent);
}

#[test]
fn a_deletion_of_a_character_that_is_not_there() {
    draft_refused(&deletion().after(2, FIRST + 2).overwriting(2, FIRST + 2), Refusal::Inconsistent);
}

#[test]
fn a_deletion_of_the_prose_itself() {
    let others = vec![ActorId::GENESIS.to_bytes().to_vec()];
    draft_refused(&Draft { others, ..deletion() }.after(1, 3).overwriting(1, 3), Refusal::Inconsistent);
}

#[test]
fn a_deletion_of_a_character_that_went_before() {
    let mut document = recorded();
    save(&mut document, 3, "道");
    let Draft { deps, start_op, .. } = Draft::of(&document, 2, "k", "v");
    let again = scan(&Draft { deps, start_op, ..deletion() }.bytes()).unwrap();
    trial_refuses(&document, &again, Refusal::Inconsistent);
}

#[test]
fn a_character_that_is_deleted_twice_in_one_change() {
    let twice = deletion().with(ACTION, run(2, 3)).with(INSERT, number(2)).with(META, run(2, 0));
    let twice = twice.with(OBJ_ACTOR, run(2, 1)).with(OBJ_COUNTER, run(2, 3)).with(KEY_ACTOR, run(2, 2));
    let mut same = vec![0x7e];
    signed(&mut same, FIRST);
    signed(&mut same, 0);
    let twice = twice.with(KEY_COUNTER, same.clone()).with(PRED_COUNT, run(2, 1)).with(PRED_ACTOR, run(2, 2));
    draft_refused(&twice.with(PRED_COUNTER, same), Refusal::Inconsistent);
}

#[test]
fn two_people_who_delete_the_same_character_apart_both_may() {
    let document = recorded();
    let both = [5, 6].map(|name| scan(&save(&mut document.clone(), name, "道")).unwrap());
    let result = trial(&document, &both);
    assert_eq!(result.verdicts, [TrialVerdict::Admitted; 2]);
    assert_eq!(result.document.prose(PROSE_KEY).unwrap(), "道");
}

#[test]
fn a_character_may_stand_after_one_that_went() {
    let mut document = recorded();
    save(&mut document, 3, "道");
    let Draft { deps, start_op, .. } = Draft::of(&document, 2, "k", "v");
    let after = scan(&Draft { deps, start_op, ..insertion() }.bytes()).unwrap();
    let result = trial(&document, &[after]);
    assert_eq!(result.verdicts, [TrialVerdict::Admitted]);
    assert_eq!(result.document.prose(PROSE_KEY).unwrap(), "的道");
}

#[test]
fn prose_in_a_document_that_has_none() {
    let mut household = household();
    put(&mut household, 1, "head", "张伟");
    put(&mut household, 1, "phone", "0573");
    let Draft { deps, start_op, .. } = Draft::of(&household, 2, "k", "v");
    for draft in
        [Draft { deps: deps.clone(), start_op, ..at_the_head(insertion()) }, Draft { deps, start_op, ..deletion() }]
    {
        trial_refuses(&household, &scan(&draft.bytes()).unwrap(), Refusal::Inconsistent);
    }
}

#[test]
fn what_follows_a_refused_insertion_is_refused_and_nothing_else() {
    let document = recorded();
    let bad = scan(&insertion().after(2, FIRST + 2).bytes()).unwrap();
    let follower =
        Draft { deps: vec![bad.hash()], seq: 2, start_op: bad.max_op() + 1, ..Draft::of(&document, 2, "k", "v") };
    let batch = [bad, scan(&follower.bytes()).unwrap(), scan(&save(&mut document.clone(), 3, "河道。")).unwrap()];
    let result = trial(&document, &batch);
    let refused = |refusal| TrialVerdict::Refused(refusal);
    assert_eq!(
        result.verdicts,
        [refused(Refusal::Inconsistent), refused(Refusal::FollowsRefused), TrialVerdict::Admitted]
    );
    assert_eq!(result.document.prose(PROSE_KEY).unwrap(), "河道。");
}

#[test]
fn prose_grows_to_its_bound_and_not_beyond() {
    let mut document = meeting();
    let mut text = String::new();
    while text.len() < MAX_PROSE_CHARS {
        text.push_str(&"x".repeat(5_000));
        let change = scan(&save(&mut document.clone(), 1, &text)).unwrap();
        let result = trial(&document, &[change]);
        assert_eq!(result.verdicts, [TrialVerdict::Admitted], "{} characters", text.len());
        document = result.document;
    }
    assert_eq!(document.prose_length(), MAX_PROSE_CHARS);
    let more = scan(&save(&mut document.clone(), 1, &format!("{text}x"))).unwrap();
    trial_refuses(&document, &more, Refusal::DocumentFull);
    let less = scan(&save(&mut document.clone(), 1, &text[1..])).unwrap();
    assert_eq!(trial(&document, &[less]).verdicts, [TrialVerdict::Admitted]);
}

/// Guards against shapes nobody thought of: what the header and character rules let through, automerge takes, saves and
/// opens again, without a panic and without another text on a replica that hears of it otherwise.
#[test]
fn whatever_names_characters_that_are_there_is_taken_by_automerge() {
    let mut document = recorded();
    save(&mut document, 3, "河");
    save(&mut document, 1, "河边道");
    let mut taken = 0;
    for seed in 0..3_000 {
        let mut dice = Dice::new(seed);
        let mut hand = Draft::of(&document, 2, "k", "v");
        hand.others = [ActorId::GENESIS, actor(1), actor(3)].map(|actor| actor.to_bytes().to_vec()).to_vec();
        let (mut elements, mut counters) = (Vec::new(), Vec::new());
        let ops = 1 + dice.below(3) as i64;
        for op in 0..ops {
            let own = hand.start_op as i64 + op;
            let (actor, counter) = *[(2, 3 + dice.below(8) as i64), (3, 6 + dice.below(4) as i64), (0, own - 1)]
                .get(dice.below(3))
                .unwrap();
            elements.extend(number(actor));
            counters.push(counter);
        }
        let literals = |body: &[u8]| [&delta_head(ops)[..], body].concat();
        let mut deltas = Vec::new();
        let mut before = 0;
        for counter in &counters {
            signed(&mut deltas, counter - before);
            before = *counter;
        }
        let deletes = dice.below(2) == 1;
        let same = elements.windows(2).all(|pair| pair[0] == pair[1]) && ops > 1;
        let alternate = elements.windows(2).all(|pair| pair[0] != pair[1]);
        let actors = match (same, alternate) {
            (true, _) => run(ops, u64::from(elements[0])),
            (_, true) => literals(&elements),
            _ => continue,
        };
        let mut draft = hand
            .with(KEY, vec![])
            .with(OBJ_ACTOR, run(ops, 1))
            .with(OBJ_COUNTER, run(ops, 3))
            .with(KEY_ACTOR, actors.clone())
            .with(KEY_COUNTER, literals(&deltas))
            .with(INSERT, if deletes { number(ops as u64) } else { [vec![0], number(ops as u64)].concat() })
            .with(ACTION, run(ops, if deletes { 3 } else { 1 }))
            .with(META, run(ops, if deletes { 0 } else { 3 << 4 | 6 }))
            .with(VALUE, if deletes { vec![] } else { "的".repeat(ops as usize).into_bytes() })
            .with(PRED_COUNT, run(ops, u64::from(deletes)));
        if deletes {
            draft = draft.with(PRED_ACTOR, actors).with(PRED_COUNTER, literals(&deltas));
        }
        draft.others.retain(|other| {
            let place =
                [ActorId::GENESIS, actor(1), actor(3)].iter().position(|actor| actor.to_bytes()[..] == other[..]);
            place == Some(0) || elements.contains(&(place.unwrap() as u8 + 1))
        });
        let Ok(scanned) = scan(&draft.bytes()) else { continue };
        let batch = std::slice::from_ref(&scanned);
        let judged = Ledger::for_batch(&document, batch).judge(&scanned, &mut BTreeSet::new());
        let result = trial(&document, batch);
        assert_eq!(result.verdicts, [judged], "seed {seed}");
        if judged == TrialVerdict::Admitted {
            taken += 1;
            let replayed = Document::open(document.id(), Some(&document.save().unwrap()), [scanned.bytes()]).unwrap();
            assert_eq!(result.document.prose(PROSE_KEY), replayed.prose(PROSE_KEY), "seed {seed}");
        }
    }
    assert!(taken > 100, "only {taken} were taken: the test would show little");
}

/// How automerge begins `count` different values in a row.
fn delta_head(count: i64) -> Vec<u8> {
    let mut out = Vec::new();
    signed(&mut out, -count);
    out
}

// ------------------------------------------------------------------------------------------------ whole documents

/// A saved meeting in which something was done that the gate would never have let in.
fn tampered(
    deed: impl FnOnce(&mut automerge::transaction::Transaction<'_>, &ObjId) -> Result<(), AutomergeError>,
) -> Vec<u8> {
    let mut document = recorded();
    document.whole_mut().set_actor(automerge::ActorId::from(&actor(5).to_bytes()[..]));
    let (_, prose) = document.whole().unwrap().get(ROOT, PROSE_KEY).unwrap().unwrap();
    document.whole_mut().transact(|tx| deed(tx, &prose)).unwrap();
    document.save().unwrap()
}

#[track_caller]
fn opening_refuses(bytes: &[u8], error: SnapshotError) {
    assert_eq!(open_snapshot(recorded().id(), Some(bytes), []).unwrap_err(), error);
}

#[test]
fn a_saved_meeting_opens_and_its_prose_can_be_written_on() {
    let mut document = recorded();
    let tail = save(&mut document, 2, "河道，路灯");
    let opened = open_snapshot(document.id(), Some(&recorded().save().unwrap()), [tail.as_slice()]).unwrap();
    assert_eq!(opened.prose(PROSE_KEY).unwrap(), "河道，路灯");
    let whole = open_snapshot(document.id(), Some(&document.save().unwrap()), []).unwrap();
    assert_eq!((whole.heads(), whole.prose(PROSE_KEY)), (document.heads(), document.prose(PROSE_KEY)));
}

#[test]
fn a_document_with_a_marked_text() {
    let marked = tampered(|tx, prose| tx.mark(prose, Mark::new("bold".into(), true, 0, 1), ExpandMark::Both));
    opening_refuses(&marked, SnapshotError::Columns);
}

#[test]
fn a_document_with_another_text_a_map_or_a_list() {
    for kind in [ObjType::Map, ObjType::List, ObjType::Text] {
        let other = tampered(|tx, _| tx.put_object(ROOT, "other", kind).map(drop));
        opening_refuses(&other, SnapshotError::Change(ScanError::Action));
    }
}

#[test]
fn a_document_with_an_object_inside_its_prose() {
    let inside = tampered(|tx, prose| tx.insert_object(prose, 0, ObjType::Map).map(drop));
    opening_refuses(&inside, SnapshotError::Change(ScanError::Prose));
}

#[test]
fn a_document_whose_prose_was_overwritten_removed_or_changed_in_place() {
    let overwritten = tampered(|tx, _| tx.put(ROOT, PROSE_KEY, "x"));
    opening_refuses(&overwritten, SnapshotError::Change(ScanError::Prose));
    let removed = tampered(|tx, _| tx.delete(ROOT, PROSE_KEY));
    opening_refuses(&removed, SnapshotError::Change(ScanError::Prose));
    let replaced = tampered(|tx, prose| tx.put(prose, 0, "湖"));
    opening_refuses(&replaced, SnapshotError::Change(ScanError::Prose));
}

#[test]
fn a_document_of_a_kind_without_prose_has_no_columns_for_it() {
    let mut household = household();
    let written =
        household.whole_mut().transact::<_, _, AutomergeError>(|tx| tx.put_object(ROOT, PROSE_KEY, ObjType::Text));
    let text = written.unwrap().result;
    household.whole_mut().transact::<_, _, AutomergeError>(|tx| tx.splice_text(&text, 0, 0, "x")).unwrap();
    let opened = open_snapshot(household.id(), Some(&household.save().unwrap()), []);
    assert_eq!(opened.unwrap_err(), SnapshotError::Columns);
}
