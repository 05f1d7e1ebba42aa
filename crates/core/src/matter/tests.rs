use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::DocKind;
use crate::testing::{day, id, worker};

fn prose(text: &str) -> Prose {
    Prose::parse(FieldId::Text, text).unwrap()
}

const LEAD: u8 = 1;
const OWNER: u8 = 2;
const MEMBER: u8 = 3;

/// A matter's steps as they are written: each after all the steps its author has seen.
#[derive(Clone, Default)]
struct Steps(BTreeMap<RecordId, Step>);

impl Steps {
    fn then(mut self, n: u8, by: u8, act: Act) -> Self {
        let after = Story::of(&self.0).latest;
        self.0.insert(id(n), Step { by: Some(worker(by)), at: Some(DeviceMillis(0)), after, limit: None, act });
        self
    }

    fn merged(mut self, other: Steps) -> Story {
        self.0.extend(other.0);
        Story::of(&self.0)
    }

    fn story(&self) -> Story {
        Story::of(&self.0)
    }
}

fn assign(owner: u8) -> Act {
    Act::Assign(Assignment {
        owner: worker(owner),
        co_owners: BTreeSet::new(),
        level: Some(Level::Village),
        measures: None,
        due: Some(day(20)),
    })
}

fn evaluate(satisfaction: Satisfaction) -> Act {
    Act::Evaluate { solved: Solved::Partly, satisfaction, grounds: None, collected_by: None, on: None }
}

fn close(closing: Closing) -> Act {
    Act::Close { closing }
}

fn reopen() -> Act {
    Act::Reopen { grounds: prose("还有垃圾") }
}

fn in_progress() -> Steps {
    Steps::default().then(10, MEMBER, Act::Submit).then(11, LEAD, assign(OWNER)).then(12, OWNER, Act::Accept).then(
        13,
        OWNER,
        Act::Start,
    )
}

fn evaluated(satisfaction: Satisfaction) -> Steps {
    in_progress()
        .then(14, OWNER, Act::Done { result: prose("已清理") })
        .then(15, MEMBER, Act::Feedback { way: FeedbackWay::Visit, on: day(9) })
        .then(16, MEMBER, evaluate(satisfaction))
}

#[test]
fn a_matter_goes_from_the_residents_word_to_the_residents_verdict() {
    let story = evaluated(Satisfaction::Satisfied).then(17, LEAD, close(Closing::Substantive)).story();
    assert_eq!(story.state, State::Closed);
    assert_eq!(story.owner, Some(worker(OWNER)));
    assert_eq!(story.conclusion, Some(Conclusion { closing: Closing::Substantive, step: id(17) }));
    assert!(story.steps.iter().all(|told| told.not_standing.is_none()));
    assert_eq!(story.latest, [id(17)].into());
}

#[test]
fn the_owner_never_evaluates_the_own_work() {
    let steps = in_progress()
        .then(14, OWNER, Act::Done { result: prose("已清理") })
        .then(15, OWNER, Act::Feedback { way: FeedbackWay::Phone, on: day(9) })
        .then(16, OWNER, evaluate(Satisfaction::Satisfied));
    let story = steps.story();
    assert_eq!(story.state, State::FedBack);
    assert_eq!(story.steps.last().unwrap().not_standing, Some(NotStanding::OwnWork));
}

#[test]
fn a_closing_and_a_reopening_that_did_not_see_each_other_leave_the_matter_open_and_wait_for_the_lead() {
    let seen = evaluated(Satisfaction::Not);
    for (closing, reopening) in [(17, 18), (18, 17)] {
        let office = seen.clone().then(closing, LEAD, close(Closing::Phased));
        let lane = seen.clone().then(reopening, MEMBER, reopen());
        let mut both = office;
        both.0.extend(lane.0.clone());
        let story = both.story();
        assert_eq!((story.state, story.conclusion), (State::InProgress, None));
        assert_eq!(story.reopened, 1);
        let told = story.steps.iter().find(|told| told.id == id(closing)).unwrap();
        assert_eq!(told.not_standing, Some(NotStanding::Overtaken { by: id(reopening) }));
        assert_eq!(story.needs_lead, [(id(reopening), id(closing))]);

        // What follows the reopening does not take the mark away.
        let mut on = lane.then(40, OWNER, Act::Done { result: prose("清完") });
        on.0.extend(both.0.clone());
        assert_eq!((on.story().state, on.story().needs_lead.len()), (State::Done, 1));

        let open = both.clone().then(50, LEAD, Act::Settle { stands: id(reopening) }).story();
        assert_eq!((open.state, open.reopened, open.is_disputed()), (State::InProgress, 1, false));
        let closed = both.then(50, LEAD, Act::Settle { stands: id(closing) }).story();
        assert_eq!((closed.state, closed.reopened, closed.is_disputed()), (State::Closed, 0, false));
        assert_eq!(closed.conclusion, Some(Conclusion { closing: Closing::Phased, step: id(closing) }));
        let told = closed.steps.iter().find(|told| told.id == id(closing)).unwrap();
        assert_eq!(told.not_standing, None);
    }
}

#[test]
fn a_closing_that_was_seen_stays_closed() {
    let story = evaluated(Satisfaction::Not).then(17, LEAD, close(Closing::Phased)).then(18, MEMBER, reopen()).story();
    assert_eq!(story.state, State::Closed);
    assert_eq!(story.steps.last().unwrap().not_standing, Some(NotStanding::NoSuchStep));
}

#[test]
fn two_different_closings_wait_for_the_lead_and_a_settling_step_decides() {
    let seen = evaluated(Satisfaction::Satisfied);
    let one = seen.clone().then(17, LEAD, close(Closing::Substantive));
    let mut both = one;
    both.0.extend(seen.then(18, MEMBER, close(Closing::Phased)).0);
    let story = both.story();
    assert_eq!((story.state, story.needs_lead.as_slice()), (State::Closed, [(id(17), id(18))].as_slice()));

    let settled = both.clone().then(19, LEAD, Act::Settle { stands: id(18) }).story();
    assert!(!settled.is_disputed());
    assert_eq!(settled.conclusion, Some(Conclusion { closing: Closing::Phased, step: id(18) }));
    let kept = both.then(19, LEAD, Act::Settle { stands: id(17) }).story();
    assert!(!kept.is_disputed());
    assert_eq!(kept.conclusion, Some(Conclusion { closing: Closing::Substantive, step: id(17) }));
}

#[test]
fn two_equal_closings_agree() {
    let seen = evaluated(Satisfaction::Satisfied);
    let one = seen.clone().then(17, LEAD, close(Closing::Substantive));
    let story = one.merged(seen.then(18, MEMBER, close(Closing::Substantive)));
    assert_eq!(story.state, State::Closed);
    assert!(!story.is_disputed());
}

#[test]
fn two_owners_named_at_once_wait_for_the_lead() {
    let seen = Steps::default().then(10, MEMBER, Act::Submit);
    let story = seen.clone().then(12, LEAD, assign(4)).merged(seen.then(11, LEAD, assign(5)));
    assert_eq!(story.owner, Some(worker(5)));
    assert_eq!(story.needs_lead, [(id(11), id(12))]);
    assert_eq!(story.ever_owners, [worker(4), worker(5)].into());
}

#[test]
fn a_matter_is_returned_once_and_extended_once() {
    let back = |steps: Steps, n| {
        steps.then(n, OWNER, Act::Return { reason: prose("不属于本组") }).then(n + 1, LEAD, assign(OWNER))
    };
    let steps = Steps::default().then(10, MEMBER, Act::Submit).then(11, LEAD, assign(OWNER));
    let twice = back(back(steps, 12), 14).story();
    assert_eq!(twice.steps[4].not_standing, Some(NotStanding::ReturnedBefore));

    let ask = Act::AskExtension { until: day(28), reason: prose("等配件") };
    let extended = in_progress().then(14, OWNER, ask.clone()).then(
        15,
        LEAD,
        Act::AnswerExtension { granted: true, answer: None, told_on: None },
    );
    assert_eq!(extended.story().due, Some(day(28)));
    let again = extended.then(16, OWNER, ask).story();
    assert_eq!(again.steps.last().unwrap().not_standing, Some(NotStanding::ExtendedBefore));
}

#[test]
fn what_was_referred_out_closes_procedurally() {
    let out = Steps::default().then(10, MEMBER, Act::ReferOut { to: ShortText::parse(FieldId::To, "12345").unwrap() });
    let wrong = out.clone().then(11, LEAD, close(Closing::Substantive)).story();
    assert_eq!(wrong.steps[1].not_standing, Some(NotStanding::OnlyProcedural));
    assert_eq!(out.then(11, LEAD, close(Closing::Procedural)).story().state, State::Closed);
}

#[test]
fn a_step_of_a_newer_version_is_kept_and_has_no_effect() {
    let mut steps = in_progress();
    let newer = r#"{"act":"bless","by":"01010101-0101-0101-0101-010101010101","at":5,"candles":3}"#;
    let step = Step::from_scalar(&newer.into()).unwrap();
    let written: serde_json::Value = serde_json::from_str(step.to_scalar().as_text().unwrap()).unwrap();
    assert_eq!(written, serde_json::from_str::<serde_json::Value>(newer).unwrap());
    steps.0.insert(id(99), step);
    assert_eq!(steps.story().state, State::InProgress);
    assert!(steps.story().steps.iter().any(|told| told.not_standing == Some(NotStanding::Unreadable)));
}

#[test]
fn every_act_reads_as_it_was_written() {
    let acts = [
        Act::Submit,
        Act::Solve { how: prose("当场") },
        assign(4),
        Act::Park { reason: prose("等规划"), recheck_on: day(30) },
        Act::Merge { into: DocId::mint(DocKind::Matter, [3; 16]) },
        evaluate(Satisfaction::NoAnswer),
        close(Closing::Discontinued),
        Act::AnswerExtension { granted: false, answer: Some(prose("不行")), told_on: Some(day(4)) },
        Act::Assist { worker: worker(9) },
        Act::Settle { stands: id(9) },
    ];
    for act in acts {
        let step =
            Step { by: Some(worker(1)), at: Some(DeviceMillis(7)), after: [id(1)].into(), limit: Some(day(9)), act };
        assert_eq!(Step::from_scalar(&step.to_scalar()), Some(step.clone()));
        assert!(Step::is_valid(&step.to_scalar()));
    }
}

#[test]
fn an_act_gives_the_words_that_were_written_with_it() {
    let reason = prose("等规划");
    let parked = Act::Park { reason: reason.clone(), recheck_on: day(30) };
    assert_eq!(parked.words(), Some(reason));
    assert_eq!(Act::AnswerExtension { granted: true, answer: None, told_on: None }.words(), None);
    assert_eq!(Act::Submit.words(), None);
}

#[test]
fn an_emergency_is_not_recorded() {
    let form = MatterForm { urgency: Some(Urgency::Emergency), ..MatterForm::default() };
    let refusal = MatterDraft::new(&form, &Categories::default()).unwrap_err();
    assert_eq!(refusal.reason, crate::draft::Reason::Emergency);
}

#[test]
fn a_category_is_one_of_the_townships() {
    let form = MatterForm {
        village: Some(DocId::mint(DocKind::Roster, [1; 16])),
        date: Some(day(3)),
        title: "河道垃圾".into(),
        category: "占星".into(),
        ..MatterForm::default()
    };
    let refusal = MatterDraft::new(&form, &Categories::default()).unwrap_err();
    assert_eq!((refusal.field, refusal.code()), (FieldId::Category, "not_a_choice"));
    assert!(MatterDraft::new(&MatterForm { category: "水利".into(), ..form }, &Categories::default()).is_ok());
}

#[test]
fn a_temporary_code_is_short_and_avoids_letters_people_confuse() {
    let code = temporary_code(DocId::mint(DocKind::Matter, [7; 16]));
    assert_eq!(code, temporary_code(DocId::mint(DocKind::Matter, [7; 16])));
    assert_eq!(code.len(), 9);
    assert!(code.chars().all(|c| c == '-' || c.is_ascii_digit() || (c.is_ascii_uppercase() && !"ILOU".contains(c))));
}

/// Any act, fitting or not.
fn any_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        Just(Act::Submit),
        (1_u8..6).prop_map(assign),
        Just(Act::Accept),
        Just(Act::Start),
        Just(Act::Return { reason: prose("退") }),
        Just(Act::Done { result: prose("毕") }),
        Just(Act::Feedback { way: FeedbackWay::Visit, on: day(1) }),
        Just(evaluate(Satisfaction::Not)),
        Just(close(Closing::Phased)),
        Just(close(Closing::Substantive)),
        Just(reopen()),
        Just(Act::Withdraw),
        (0_u8..30).prop_map(|n| Act::Settle { stands: id(n) }),
    ]
}

/// Steps with any ids after any other steps, rings included, as only a hostile phone writes them.
fn any_steps() -> impl Strategy<Value = Vec<(RecordId, Step)>> {
    let step = (0_u8..30, 1_u8..6, proptest::collection::btree_set(0_u8..30, 0..3), any_act());
    let step = step.prop_map(|(n, by, after, act)| {
        let after = after.into_iter().map(id).collect();
        (id(n), Step { by: Some(worker(by)), at: Some(DeviceMillis(0)), after, limit: None, act })
    });
    proptest::collection::vec(step, 0..30)
        .prop_map(|steps| steps.into_iter().collect::<BTreeMap<_, _>>().into_iter().collect())
}

proptest! {
    #[test]
    fn the_order_and_number_of_arrivals_make_no_difference(steps in any_steps(), seed in any::<u64>()) {
        let mut shuffled = steps.clone();
        shuffled.sort_by_key(|(id, _)| id.0[0].wrapping_mul(seed as u8 | 1));
        shuffled.extend(steps.iter().take(5).cloned());
        let arrived = |steps: Vec<(RecordId, Step)>| {
            let mut document = Document::new(DocId::mint(DocKind::Matter, [1; 16]));
            for (n, (id, step)) in (0_u8..).zip(&steps) {
                let actor = crate::ActorId::new(worker(n), [0; 16], 0);
                let stamp = crate::Stamp { worker: worker(n), actor, at: DeviceMillis(0) };
                let mut edit = Edit::new();
                edit.put(format!("step/{id}"), step.to_scalar());
                document.write(stamp, edit).unwrap();
            }
            Matter::read(&document).story
        };
        prop_assert_eq!(arrived(steps), arrived(shuffled));
    }

    #[test]
    fn every_step_is_told_once_and_after_those_it_names_unless_in_a_ring(steps in any_steps()) {
        let steps: BTreeMap<_, _> = steps.into_iter().collect();
        let story = Story::of(&steps);
        prop_assert_eq!(story.steps.len(), steps.len());
        let told: BTreeSet<_> = story.steps.iter().map(|told| told.id).collect();
        prop_assert_eq!(told.len(), steps.len());
    }
}
