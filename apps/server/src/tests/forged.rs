//! A stolen key, and a phone that obeys no rule: whatever its bytes say, nobody writes as another, nor into what is not
//! theirs. Each story sends an honest change beside the forged one, and only that one is recorded.

use std::collections::BTreeMap;

use lianhu_core::matter::{Matter, Solved};
use lianhu_core::{ActorId, DocId, DocKind, Document, Edit, RecordId, Scalar, Stamp};
use lianhu_sync::message::{RefusedCode, Verdict};
use lianhu_sync::ports::Township as _;
use lianhu_testkit::permissions::{SUBJECTS, Subject, VILLAGE, Who, id_of, worker};

use super::permission_table::{change, founded, hand};
use super::world::{Hand, World, sent};

fn subject(kind: DocKind, en: &str) -> Subject {
    *SUBJECTS.iter().find(|subject| subject.kind == kind && subject.en.starts_with(en)).unwrap()
}

fn the(kind: DocKind) -> DocId {
    id_of(subject(kind, ""), 0)
}

fn put(key: &str, value: impl Into<Scalar>) -> Edit {
    let mut edit = Edit::new();
    edit.put(key, value);
    edit
}

fn step(number: u8, by: Who, after: u8, rest: &str) -> Edit {
    let (id, after) = (RecordId([number; 8]), RecordId([after; 8]));
    let by = worker(by);
    put(&format!("step/{id}"), format!(r#"{{"after":["{after}"],"at":5,"by":"{by}",{rest}}}"#))
}

/// What somebody may honestly say of the matter.
fn note(number: u8, by: Who) -> Edit {
    step(number, by, 3, r#""act":"note","text":"看过了""#)
}

fn code(verdict: &Verdict) -> Option<RefusedCode> {
    match verdict {
        Verdict::Refused { code, .. } => Some(*code),
        _ => None,
    }
}

/// Sends the honest note and the forged edits in one request; only the note is recorded, and of the rest nothing is there.
fn refused(world: &World, hand: &Hand, honest: (DocId, Edit), forged: &[(DocId, Edit)]) -> Vec<RefusedCode> {
    let before = |doc: DocId| world.town.document(doc).unwrap();
    let (place_of_honest, honest_key) = (honest.0, honest.1.keys().next().unwrap().to_owned());
    let was: Vec<Document> = forged.iter().map(|(doc, _)| before(*doc)).collect();
    let all = [honest].into_iter().chain(forged.to_vec());
    let mut by: BTreeMap<DocId, Vec<(usize, Vec<u8>)>> = BTreeMap::new();
    for (place, (doc, edit)) in all.enumerate() {
        by.entry(doc).or_default().push((place, change(hand, &before(doc), place, edit)));
    }
    let places: Vec<usize> = by.values().flatten().map(|(place, _)| *place).collect();
    let changes = by.into_iter().map(|(doc, changes)| (doc, changes.into_iter().map(|(_, bytes)| bytes).collect()));
    let verdicts: BTreeMap<usize, Verdict> = places.into_iter().zip(hand.send(changes.collect())).collect();
    assert_eq!(verdicts[&0], Verdict::Recorded);
    assert!(before(place_of_honest).get(&honest_key).is_some());
    for ((doc, edit), was) in forged.iter().zip(&was) {
        for key in edit.keys().filter(|key| *key != honest_key) {
            assert_eq!(before(*doc).get(key), was.get(key), "{key}");
        }
    }
    verdicts.values().skip(1).map(|verdict| code(verdict).unwrap_or_else(|| panic!("{verdict:?}"))).collect()
}

#[test]
fn a_stolen_key_writes_as_nobody_but_its_owner() {
    let (world, _) = founded();
    let hand = hand(&world, Who::Linked, 3);
    let matter = the(DocKind::Matter);
    let honest = change(&hand, &world.town.document(matter).unwrap(), 0, note(0x31, Who::Linked));
    let document = world.town.document(matter).unwrap();
    let forged = [Who::Board, Who::Desk, Who::Own].map(|other| {
        // The other's own actor, and one that only begins like it.
        let actor = ActorId::new(worker(other), hand.device, 1);
        let stamp = Stamp { actor, ..hand.stamp() };
        document.clone().write(stamp, note(0x32, other)).unwrap().unwrap().bytes
    });
    let mut bytes = vec![honest];
    bytes.extend(forged);
    let verdicts = hand.send(vec![(matter, bytes)]);
    assert_eq!(verdicts[0], Verdict::Recorded);
    assert!(verdicts[1..].iter().all(|verdict| code(verdict) == Some(RefusedCode::ForeignActor)), "{verdicts:?}");
    assert_eq!(world.town.document(matter).unwrap().get(&format!("step/{}", RecordId([0x32; 8]))), None);
}

#[test]
fn a_step_names_nobody_but_its_author_whatever_step_it_is() {
    let (world, _) = founded();
    for (place, who) in [Who::Linked, Who::Own, Who::Lead, Who::Board, Who::Desk].into_iter().enumerate() {
        let hand = hand(&world, who, 3);
        let named = if who == Who::Board { Who::Desk } else { Who::Board };
        let matter = the(DocKind::Matter);
        let number = 0x40 + u8::try_from(place).unwrap();
        let forged = ["note\",\"text\":\"同意", "close\",\"closing\":\"substantive", "withdraw"]
            .map(|act| (matter, step(0x50, named, 3, &format!(r#""act":"{act}""#))));
        let codes = refused(&world, &hand, (matter, note(number, who)), &forged);
        assert!(codes.iter().all(|code| *code == RefusedCode::NotPermitted), "{who:?}: {codes:?}");
    }
}

#[test]
fn an_owners_verdict_on_their_own_work_is_found_inside_a_bigger_honest_change() {
    let (world, _) = founded();
    let hand = hand(&world, Who::Own, 3);
    let matter = the(DocKind::Matter);
    let evaluate = r#""act":"evaluate","solved":"yes","satisfaction":"satisfied""#;
    let collected = format!(r#"{evaluate},"collected_by":"{}""#, worker(Who::Assisting));
    let mut hidden = Edit::new();
    for number in 0x61..0x67 {
        hidden.extend(step(number, Who::Own, 3, r#""act":"done","text":"清理了""#));
    }
    hidden.extend(step(0x67, Who::Own, 3, evaluate));
    // Before they owned it, as they say: what they had seen is what they name, and they own it as it is recorded.
    let forged = vec![
        (matter, hidden),
        (matter, step(0x68, Who::Own, 3, &collected)),
        (matter, step(0x69, Who::Own, 1, evaluate)),
    ];
    let codes = refused(&world, &hand, (matter, note(0x60, Who::Own)), &forged);
    assert_eq!(codes, [RefusedCode::NotPermitted; 3]);
    assert_eq!(
        Matter::read(&world.town.document(matter).unwrap()).story.evaluation.map(|(solved, _)| solved),
        None::<Solved>
    );
}

#[test]
fn nobody_makes_themselves_an_owner_a_helper_or_a_reader_in_the_change_that_uses_it() {
    let (world, _) = founded();
    let hand = hand(&world, Who::Member, 3);
    let matter = the(DocKind::Matter);
    let me = worker(Who::Member);
    let mut takes = step(0x71, Who::Member, 3, &format!(r#""act":"assign","owner":"{me}""#));
    takes.extend(step(0x72, Who::Member, 0x71, r#""act":"accept""#));
    let mut adopts = Edit::new();
    adopts.put("recorded_by", Scalar::Bytes(me.0.as_bytes().to_vec()));
    adopts.extend(note(0x73, Who::Member));
    let plan = the(DocKind::HelpPlan);
    let mut helps = Edit::new();
    helps.put(format!("helper/{}/worker", RecordId([0x74; 8])), Scalar::Bytes(me.0.as_bytes().to_vec()));
    helps.put("goal", "我来定");
    let meeting = the(DocKind::Meeting);
    let mut chairs = Edit::new();
    chairs.put("chair", Scalar::Bytes(me.0.as_bytes().to_vec()));
    chairs.put("place", "我家");
    let link = format!(r#"{{"from":"2026-01-01","household":"{}","worker":"{me}"}}"#, the(DocKind::Household));
    let links = put(&format!("link/{}", RecordId([0x75; 8])), link);
    let promoted = put(&format!("worker/{me}/roles"), "member,town_desk");
    let forged = vec![
        (matter, takes),
        (matter, adopts),
        (plan, helps),
        (meeting, chairs),
        (VILLAGE.id(), links),
        (VILLAGE.id(), promoted),
    ];
    let pledge = the(DocKind::Pledge);
    let review = format!(r#"{{"by":"{me}","on":"2026-11-03","reviewer":"members","verdict":"kept"}}"#);
    let honest = (pledge, put(&format!("review/{}", RecordId([0x76; 8])), review));
    let codes = refused(&world, &hand, honest, &forged);
    assert_eq!(codes, [RefusedCode::NotPermitted; 6]);
    let reader = crate::town::reader_of(hand.worker);
    assert!(!world.town.store().read().unwrap().may_read(reader, sent(matter)).unwrap());
}

#[test]
fn nothing_is_written_into_anothers_diary_and_no_typist_is_made_up() {
    let (world, _) = founded();
    let mine = |by: Who| format!(r#"{{"date":"2026-11-04","entered_by":"{}","text":"不是我写的"}}"#, worker(by));
    let key = format!("entry/{}", RecordId([0x81; 8]));
    let village = id_of(subject(DocKind::Diary, "for the village"), 0);
    let alone = id_of(subject(DocKind::Diary, "for its author alone"), 0);
    let pledge = the(DocKind::Pledge);
    for (who, forged) in [
        (Who::Member, vec![(village, put(&key, mine(Who::Member))), (alone, put(&key, mine(Who::Own)))]),
        (Who::Node, vec![(village, put(&key, mine(Who::Own))), (alone, put(&key, mine(Who::Node)))]),
        (Who::Desk, vec![(alone, put(&key, mine(Who::Desk))), (village, put("audience", "town"))]),
    ] {
        let hand = hand(&world, who, 3);
        let review = format!(r#"{{"by":"{}","on":"2026-11-03","reviewer":"members","verdict":"kept"}}"#, worker(who));
        let honest = (pledge, put(&format!("review/{}", RecordId([0x82 + who as u8; 8])), review));
        let codes = refused(&world, &hand, honest, &forged);
        assert_eq!(codes, [RefusedCode::NotPermitted; 2], "{who:?}");
    }
    let hand = hand(&world, Who::Own, 3);
    let honest = (village, put(&format!("entry/{}", RecordId([0x83; 8])), mine(Who::Own)));
    let codes = refused(&world, &hand, honest, &[(village, put(&key, mine(Who::Board)))]);
    assert_eq!(codes, [RefusedCode::NotPermitted]);
}

/// The board may write the card of everything here, and so any field of a newer version; none of these is one.
#[test]
fn no_key_is_smuggled_in_beside_what_is_judged() {
    let (world, _) = founded();
    let hand = hand(&world, Who::Board, 3);
    let id = RecordId([0x91; 8]);
    let smuggled = [
        format!("step/{id}/by"),
        format!("visit/{id}/z"),
        format!("step/{id}/x/y"),
        format!("step//{id}"),
        format!("/step/{id}"),
        format!("step/{id}/"),
        "step".to_owned(),
        "step/".to_owned(),
        "late".to_owned(),
        format!("late/{id}/by"),
        "number/1".to_owned(),
        format!("ｓtep/{id}"),
        format!("Step/{id}"),
        format!("step\u{200b}/{id}"),
        format!("step/{id}\u{202e}"),
        format!(" step/{id}"),
        "village\u{0}".to_owned(),
        "recorded_by ".to_owned(),
        "../number".to_owned(),
    ];
    let matter = the(DocKind::Matter);
    let forged: Vec<_> = smuggled
        .iter()
        // What is part of the matter's own schema in another shape; a visit is none of it, and is a newer field here.
        .filter(|key| !key.starts_with("visit/"))
        .map(|key| (matter, put(key, "1")))
        .collect();
    let many = forged.len();
    let codes = refused(&world, &hand, (matter, note(0x92, Who::Board)), &forged);
    assert_eq!(codes, vec![RefusedCode::InvalidContent; many]);

    let home = the(DocKind::Household);
    let forged =
        vec![(home, put(&smuggled[1], "1")), (home, put(&format!("care/{id}/z"), true)), (home, put("visit", "1"))];
    let codes = refused(&world, &hand, (matter, note(0x93, Who::Board)), &forged);
    assert_eq!(codes, [RefusedCode::InvalidContent; 3]);

    // A name of the town's is the town's in every kind, and a field of a newer version is for whoever keeps the card.
    let mark = format!(r#"{{"at":5,"by":"{}","keys":["place"]}}"#, worker(Who::Own));
    let towns = vec![
        (matter, put("number", "330411101203-2026-0001")),
        (matter, put(&format!("late/{id}"), mark.clone())),
        (the(DocKind::Pledge), put(&format!("late/{id}"), mark.clone())),
        (the(DocKind::Studio), put(&format!("late/{id}"), mark)),
        (VILLAGE.id(), put("rule/accept_days", "9")),
        (VILLAGE.id(), put("switch/minors", r#"{"on":false}"#)),
    ];
    let codes = refused(&world, &hand, (matter, note(0x94, Who::Board)), &towns);
    assert_eq!(codes, [RefusedCode::NotPermitted; 6]);
}

#[test]
fn a_field_of_a_newer_version_is_for_whoever_keeps_the_card_and_for_nobody_else() {
    let (world, _) = founded();
    let matter = the(DocKind::Matter);
    let member = hand(&world, Who::Linked, 3);
    let codes = refused(&world, &member, (matter, note(0xa1, Who::Linked)), &[(matter, put("newer", "1"))]);
    assert_eq!(codes, [RefusedCode::NotPermitted]);
    let board = hand(&world, Who::Board, 3);
    let bytes = change(&board, &world.town.document(matter).unwrap(), 1, put("newer", "1"));
    assert_eq!(board.send(vec![(matter, vec![bytes])]), [Verdict::Recorded]);
}
