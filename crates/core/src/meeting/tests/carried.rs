//! Decisions that become steps of matters.

use serde_json::{Value, json};

use super::{OWNER, RECORDER, does, held, matter, saying};
use crate::deadline::Terms;
use crate::matter::{Act, ActKind, Categories, Matter, MatterDraft, MatterForm, Satisfaction, State};
use crate::meeting::{CarriedOut, Meeting, NotCarried, carry_out, matters_to_carry_out};
use crate::testing::{day, merge, worker, write};
use crate::{DeviceMillis, Document, matter as matters};

const OFFICE: u8 = 9;

/// A matter with steps taken by its recorder.
fn raised(n: u8, acts: &[&str]) -> Document {
    let form = MatterForm {
        village: Some(super::village()),
        date: Some(day(3)),
        title: "清理河道垃圾".into(),
        ..MatterForm::default()
    };
    let mut document = Document::new(matter(n));
    write(&mut document, 4, matters::create(worker(4), &MatterDraft::new(&form, &Categories::default()).unwrap()));
    for (place, act) in (100_u8..).zip(acts) {
        let act = Act::from_json(act).unwrap_or_else(|| panic!("{act}"));
        let edit = Matter::read(&document).step(crate::testing::id(place), worker(4), DeviceMillis(1), act);
        write(&mut document, 4, edit);
    }
    document
}

fn decided(what: Value) -> Meeting {
    let mut document = held("assignment");
    does(&mut document, RECORDER, 30, saying(json!({ "do": "decide", "matter": matter(1) }), what));
    Meeting::read(&document)
}

fn to_owner() -> Value {
    json!({ "decision": "assign", "owner": worker(OWNER), "due": "2026-11-20", "text": "雇船打捞" })
}

/// Carries out until nothing is left to do, as phones and the township do.
fn carried(document: &mut Document, meeting: &Meeting, by: u8, verdicts: bool) -> CarriedOut {
    let mut out = CarriedOut::default();
    loop {
        let read = Matter::read(document);
        let carried = carry_out(meeting, &read, worker(by), Terms::usual(), verdicts);
        let Some(due) = carried.next else {
            out.leaves(read.id, carried.left);
            return out;
        };
        write(document, by, due.edit(&read, worker(by)));
        out.took(read.id, &due.act);
        assert!(out.steps.len() < 9, "it comes to an end");
    }
}

fn acts(out: &CarriedOut) -> Vec<&str> {
    out.steps.iter().map(|(_, act)| *act).collect()
}

fn why(out: &CarriedOut) -> Vec<NotCarried> {
    out.left.iter().map(|left| left.why).collect()
}

const SUBMIT: &str = r#"{"act":"submit"}"#;
const ANALYSE: &str = r#"{"act":"analyse","text":"议过"}"#;

#[test]
fn every_decision_becomes_its_step_by_the_way_the_diagram_has() {
    let park = json!({ "decision": "park", "text": "等疏浚", "due": "2026-11-30" });
    let decline = json!({ "decision": "decline", "text": "不属实" });
    let escalate = json!({ "decision": "escalate", "text": "要跨村协调" });
    let refer = json!({ "decision": "refer_out", "text": "12345" });
    let analyse = json!({ "decision": "analyse", "text": "先查清来源" });
    for (what, before, steps, state) in [
        (to_owner(), &[SUBMIT][..], &["assign"][..], State::Assigned),
        (to_owner(), &[], &["submit", "assign"], State::Assigned),
        (park.clone(), &[SUBMIT, ANALYSE], &["park"], State::Parked),
        (park, &[], &["submit", "analyse", "park"], State::Parked),
        (decline, &[SUBMIT], &["decline"], State::Declined),
        (escalate, &[SUBMIT, ANALYSE], &["escalate"], State::Escalated),
        (refer, &[], &["refer_out"], State::ReferredOut),
        (analyse, &[SUBMIT], &["analyse"], State::Analysed),
    ] {
        let meeting = decided(what.clone());
        let mut document = raised(1, before);
        let out = carried(&mut document, &meeting, RECORDER, false);
        let read = Matter::read(&document);
        assert_eq!(acts(&out), steps, "{what}");
        assert_eq!((read.state(), why(&out).len()), (state, 0), "{what}");
        assert!(read.story.steps.iter().all(|told| told.not_standing.is_none()), "{what}");
    }
}

#[test]
fn an_assignment_carries_owner_measures_and_the_date_the_meeting_set() {
    let meeting = decided(to_owner());
    let mut document = raised(1, &[SUBMIT]);
    carried(&mut document, &meeting, RECORDER, false);
    let story = Matter::read(&document).story;
    assert_eq!((story.owner, story.due), (Some(worker(OWNER)), Some(day(20))));
    assert!(story.steps.last().unwrap().step.limit.is_some(), "the owner is to accept by a day the rules say");
    let step = &story.steps.last().unwrap().step;
    assert_eq!(step.by, Some(worker(RECORDER)));
    let Act::Assign(assignment) = &step.act else { panic!("it is assigned") };
    assert_eq!(assignment.measures.as_ref().unwrap().as_str(), "雇船打捞");
}

#[test]
fn carrying_out_again_does_nothing_whatever_has_become_of_the_matter() {
    let meeting = decided(to_owner());
    let mut document = raised(1, &[SUBMIT]);
    carried(&mut document, &meeting, RECORDER, false);
    for act in [r#"{"act":"accept"}"#, r#"{"act":"start"}"#] {
        assert_eq!(carried(&mut document, &meeting, OFFICE, false), CarriedOut::default());
        let edit = Matter::read(&document).step(
            crate::testing::id(act.len() as u8),
            worker(OWNER),
            DeviceMillis(9),
            Act::from_json(act).unwrap(),
        );
        write(&mut document, OWNER, edit);
    }
    assert_eq!(carried(&mut document, &meeting, RECORDER, false), CarriedOut::default());
}

#[test]
fn one_person_with_two_devices_writes_the_very_same_step() {
    let meeting = decided(to_owner());
    let (mut phone, mut tablet) = (raised(1, &[SUBMIT]), raised(1, &[SUBMIT]));
    carried(&mut phone, &meeting, RECORDER, false);
    carried(&mut tablet, &meeting, RECORDER, false);
    let both = merge(&phone, &tablet);
    let story = Matter::read(&both).story;
    assert_eq!(story.steps.len(), 2, "one submit, one assign");
    assert!(!both.has_conflict() && !story.is_disputed());
}

#[test]
fn two_people_who_carry_out_the_same_decision_apart_do_not_disagree() {
    let park = json!({ "decision": "park", "text": "等疏浚", "due": "2026-11-30" });
    for (what, before, state) in
        [(to_owner(), &[SUBMIT][..], State::Assigned), (to_owner(), &[], State::Assigned), (park, &[], State::Parked)]
    {
        let meeting = decided(what);
        let (mut phone, mut office) = (raised(1, before), raised(1, before));
        carried(&mut phone, &meeting, RECORDER, false);
        carried(&mut office, &meeting, OFFICE, false);
        let (mut both, other) = (merge(&phone, &office), merge(&office, &phone));
        let story = Matter::read(&both).story;
        assert_eq!(story, Matter::read(&other).story);
        assert_eq!(story.state, state);
        assert!(!both.has_conflict() && !story.is_disputed(), "saying the same is no dispute");
        assert_eq!(carried(&mut both, &meeting, RECORDER, false), CarriedOut::default());
    }
}

#[test]
fn what_somebody_has_in_hand_is_handed_on_and_what_stands_as_decided_is_left() {
    let other = format!(r#"{{"act":"assign","owner":"{}","due":"2026-11-12"}}"#, worker(7));
    let same = format!(r#"{{"act":"assign","owner":"{}","due":"2026-11-20"}}"#, worker(OWNER));
    let meeting = decided(to_owner());
    let mut document = raised(1, &[SUBMIT, &other]);
    assert_eq!(acts(&carried(&mut document, &meeting, RECORDER, false)), ["transfer"]);
    assert_eq!(Matter::read(&document).story.owner, Some(worker(OWNER)));
    assert_eq!(carried(&mut document, &meeting, RECORDER, false), CarriedOut::default());
    let mut document = raised(1, &[SUBMIT, &same]);
    assert_eq!(carried(&mut document, &meeting, RECORDER, false), CarriedOut::default());
}

#[test]
fn what_does_not_fit_is_left_with_the_reason() {
    let meeting = decided(to_owner());
    let mut withdrawn = raised(1, &[r#"{"act":"withdraw"}"#]);
    assert_eq!(why(&carried(&mut withdrawn, &meeting, RECORDER, false)), [NotCarried::NotNow]);

    let decide = |by: u8, due: &str| {
        let mut document = held("assignment");
        let said =
            json!({ "do": "decide", "matter": matter(1), "decision": "assign", "owner": worker(OWNER), "due": due });
        does(&mut document, by, 30, said);
        document
    };
    let disputed = Meeting::read(&merge(&decide(RECORDER, "2026-11-20"), &decide(3, "2026-11-21")));
    let mut document = raised(1, &[SUBMIT]);
    let out = carried(&mut document, &disputed, RECORDER, false);
    assert_eq!((why(&out), acts(&out).len()), (vec![NotCarried::Disputed], 0));
}

#[test]
fn a_meeting_that_was_not_held_carries_nothing_out() {
    let meeting = Meeting::read(&super::called("assignment"));
    assert!(matters_to_carry_out(&meeting, true).is_empty());
    assert_eq!(
        carry_out(&meeting, &Matter::read(&raised(1, &[])), worker(1), Terms::usual(), true),
        crate::meeting::Carried::default()
    );
}

fn handled() -> Document {
    let assign = format!(r#"{{"act":"assign","owner":"{}","due":"2026-11-12"}}"#, worker(OWNER));
    let rest = [r#"{"act":"accept"}"#, r#"{"act":"start"}"#, r#"{"act":"done","text":"已清理"}"#];
    let told = r#"{"act":"feedback","way":"visit","on":"2026-11-05"}"#;
    raised(1, &[SUBMIT, &assign, rest[0], rest[1], rest[2], told])
}

fn judged(counts: Value) -> Meeting {
    let mut document = held("review");
    does(&mut document, RECORDER, 30, saying(json!({ "do": "ballot", "matter": matter(1) }), counts));
    Meeting::read(&document)
}

#[test]
fn votes_become_an_evaluation_only_if_asked_and_never_by_the_owner() {
    let meeting = judged(json!({ "satisfied": 3, "not": 9, "no_answer": 1, "yes": 2, "no": 10 }));
    let mut document = handled();
    assert_eq!(carried(&mut document, &meeting, RECORDER, false), CarriedOut::default());
    assert_eq!(why(&carried(&mut document, &meeting, OWNER, true)), [NotCarried::OwnWork]);
    assert_eq!(acts(&carried(&mut document, &meeting, RECORDER, true)), ["evaluate"]);
    let story = Matter::read(&document).story;
    assert_eq!(story.evaluation.map(|(_, satisfaction)| satisfaction), Some(Satisfaction::Not));
    let Act::Evaluate { grounds, .. } = &story.steps.last().unwrap().step.act else { panic!("it is evaluated") };
    assert!(grounds.as_ref().unwrap().as_str().contains("不满意 9"));
    assert_eq!(carried(&mut document, &meeting, OFFICE, true), CarriedOut::default(), "once");
    assert_eq!(story.steps.iter().filter(|told| told.step.act.kind() == Some(ActKind::Evaluate)).count(), 1);
}

#[test]
fn votes_that_do_not_say_whether_it_is_solved_give_no_verdict() {
    let meeting = judged(json!({ "satisfied": 3 }));
    assert_eq!(why(&carried(&mut handled(), &meeting, RECORDER, true)), [NotCarried::NoVerdict]);
    let meeting = judged(json!({ "satisfied": 3, "yes": 3 }));
    assert_eq!(why(&carried(&mut raised(1, &[SUBMIT]), &meeting, RECORDER, true)), [NotCarried::NotNow]);
}
