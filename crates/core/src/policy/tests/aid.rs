//! Help plans, funds and applications: who writes, who reads.

use super::*;
use crate::access::{Facts, readers};
use crate::testing::{deed_edit, does, merge};

const SUPERVISOR: u8 = 10;

/// The village of these tests, with somebody who supervises it.
fn supervised() -> Roster {
    let mut document = roster_document();
    let form = WorkerForm { name: "某某".into(), roles: [Role::Supervisor].into(), ..WorkerForm::default() };
    write(&mut document, DESK, roster::put_worker(worker(SUPERVISOR), &WorkerDraft::new(&form).unwrap()));
    Roster::read(&document)
}

/// What becomes of an edit that `by` makes on `before`.
fn ruled(before: &Document, by: u8, edit: Edit) -> Ruling {
    let keys: Vec<_> = edit.keys().map(str::to_owned).collect();
    let mut after = before.clone();
    after.write(stamp(by, 0), edit).unwrap();
    judged(before, &after, by, &keys)
}

fn judged(before: &Document, after: &Document, by: u8, keys: &[String]) -> Ruling {
    let roster = supervised();
    let author = match by {
        DESK => Author::town_desk(worker(by)),
        _ => Author::of_roster(worker(by), &roster).unwrap(),
    };
    judge(&Judgement { author: &author, keys, before, after, roster: Some(&roster), on: day(9) })
}

fn did(before: &Document, by: u8, json: &str) -> Ruling {
    ruled(before, by, deed_edit(before, by, 50, json).unwrap())
}

fn listed(document: &Document) -> Vec<u8> {
    let readers = readers(document.id().kind(), &Facts::of(document), &supervised(), day(9));
    readers.into_iter().map(|reader| reader.0.as_bytes()[0]).collect()
}

fn draft(helper: u8) -> String {
    let (village, home, helper) = (village(), home(), worker(helper));
    format!(r#"{{"do":"draft","village":"{village}","household":"{home}","helpers":["{helper}"],"goal":"年内有活干"}}"#)
}

fn plan(helper: u8) -> Document {
    let mut document = Document::new(doc(DocKind::HelpPlan, 1));
    does(&mut document, BOARD, 1, &draft(helper));
    document
}

fn application() -> Document {
    let mut document = Document::new(doc(DocKind::Application, 1));
    let (village, home) = (village(), home());
    let json = format!(
        r#"{{"do":"apply","village":"{village}","household":"{home}","applicant":"王某","scheme":"start_up",
            "asked":"30000","reason":"开店"}}"#
    );
    does(&mut document, STRANGER, 1, &json);
    document
}

fn fund() -> Document {
    let mut document = Document::new(doc(DocKind::Fund, 1));
    let village = village();
    does(
        &mut document,
        BOARD,
        1,
        &format!(r#"{{"do":"open","village":"{village}","name":"关爱资金","opening":"9000"}}"#),
    );
    document
}

#[test]
fn a_plan_is_kept_up_by_those_who_have_to_do_with_the_household_and_its_helpers() {
    let goal = r#"{"do":"change","goal":"稳定"}"#;
    let before = plan(STRANGER);
    for (by, expected) in [
        (STRANGER, ALLOWED),
        (LINKED, ALLOWED),
        (LEAD, ALLOWED),
        (OTHER_LEAD, ALLOWED),
        (BOARD, ALLOWED),
        (DESK, ALLOWED),
        (FORMER, LATE),
        (SUPERVISOR, Why::NotYourPlan.into()),
        (NODE, Why::NotYourPlan.into()),
    ] {
        assert_eq!(did(&before, by, goal), expected, "worker {by}");
    }
    let join = format!(r#"{{"do":"join","worker":"{}"}}"#, worker(NODE));
    assert_eq!(did(&before, NODE, &join), Why::NotYourPlan.into(), "nobody lets themselves in");
    assert_eq!(did(&before, BOARD, &join), ALLOWED);
    let blank = Document::new(doc(DocKind::HelpPlan, 2));
    assert_eq!(did(&blank, STRANGER, &draft(STRANGER)), ALLOWED);
}

#[test]
fn what_a_former_helper_still_reports_goes_in_as_late() {
    let mut before = plan(STRANGER);
    does(&mut before, BOARD, 2, r#"{"do":"begin"}"#);
    does(&mut before, BOARD, 3, &format!(r#"{{"do":"leave","worker":"{}"}}"#, worker(STRANGER)));
    assert_eq!(did(&before, STRANGER, r#"{"do":"report_done"}"#), LATE);
}

#[test]
fn the_township_too_takes_no_confirmation_from_a_helper() {
    let mut before = plan(LINKED);
    does(&mut before, BOARD, 2, r#"{"do":"begin"}"#);
    does(&mut before, BOARD, 3, r#"{"do":"report_done"}"#);
    let confirm = |by: u8| {
        let act = crate::plan::PlanAct::Confirm { on: day(9), yes: true, words: None };
        let read = crate::plan::HelpPlan::read(&before);
        ruled(&before, by, read.course.step(id(7), worker(by), DeviceMillis(0), act))
    };
    assert_eq!(confirm(LINKED), Why::OwnWork.into());
    for by in [BACKUP, LEAD, BOARD, SUPERVISOR, DESK] {
        assert_eq!(confirm(by), ALLOWED, "worker {by}");
    }
    assert_eq!(confirm(STRANGER), Why::NotYourStep.into());
}

#[test]
fn a_plan_is_read_by_helpers_and_linked_workers_their_leads_the_board_and_supervisors() {
    assert_eq!(listed(&plan(STRANGER)), [LINKED, LEAD, BOARD, STRANGER, BACKUP, SUPERVISOR]);
    assert_eq!(listed(&plan(LINKED)), [LINKED, LEAD, BOARD, BACKUP, SUPERVISOR]);
}

#[test]
fn a_step_of_an_application_is_taken_by_whoever_it_is_theirs_to_take() {
    let before = application();
    let opinion = r#"{"do":"opinion","supports":true,"text":"属实"}"#;
    for (by, expected) in [
        (LEAD, ALLOWED),
        (DESK, ALLOWED),
        (BOARD, Why::NotYourStep.into()),
        (STRANGER, Why::NotYourStep.into()),
        (SUPERVISOR, Why::NotYourStep.into()),
    ] {
        assert_eq!(did(&before, by, opinion), expected, "worker {by}");
    }
    for (by, expected) in [(STRANGER, ALLOWED), (LINKED, ALLOWED), (FORMER, LATE), (NODE, Why::NotYourStep.into())] {
        assert_eq!(did(&before, by, r#"{"do":"withdraw"}"#), expected, "worker {by}");
    }
    let mut heard = before;
    does(&mut heard, LEAD, 2, opinion);
    let review = r#"{"do":"review","amount":"30000"}"#;
    assert_eq!((did(&heard, DESK, review), did(&heard, BOARD, review)), (ALLOWED, Why::NotYourStep.into()));
    does(&mut heard, DESK, 3, review);
    does(&mut heard, BOARD, 4, r#"{"do":"publish","from":"2026-11-01","to":"2026-11-08"}"#);
    assert_eq!(did(&heard, SUPERVISOR, r#"{"do":"object","text":"有人说"}"#), ALLOWED);
    assert_eq!(did(&heard, NODE, r#"{"do":"object","text":"有人说"}"#), Why::NotYourStep.into());
    let grant = r#"{"do":"grant","amount":"30000"}"#;
    assert_eq!((did(&heard, BOARD, grant), did(&heard, LEAD, grant)), (ALLOWED, Why::NotYourStep.into()));
}

#[test]
fn a_loan_is_one_authors_record_and_never_rewritten() {
    let mut before = application();
    let loan = r#"{"do":"add_loan","principal":"1000","rate":"4","from":"2026-01-01","to":"2026-12-31"}"#;
    assert_eq!((did(&before, LINKED, loan), did(&before, NODE, loan)), (ALLOWED, Why::NotYourApplication.into()));
    let others = deed_edit(&before, BACKUP, 50, loan).unwrap();
    assert_eq!(ruled(&before, LINKED, others), Why::OtherName.into());
    does(&mut before, LINKED, 60, loan);
    let key = before.list("loan/")[0].0.clone();
    let mut rewritten = Edit::new();
    rewritten.put(key, before.list("loan/")[0].1.value.as_text().unwrap().replace("100000", "900000"));
    assert_eq!(ruled(&before, LINKED, rewritten), Why::StepsStay.into());
}

#[test]
fn an_application_is_read_by_those_concerned_the_board_and_supervisors() {
    assert_eq!(listed(&application()), [LINKED, LEAD, BOARD, STRANGER, BACKUP, SUPERVISOR]);
}

#[test]
fn a_funds_ledger_is_kept_by_the_board_and_the_desk_and_an_entry_stays_as_it_was_written() {
    let mut before = fund();
    let enter = r#"{"do":"enter","direction":"in","source":"捐赠","amount":"50"}"#;
    for (by, expected) in [
        (BOARD, ALLOWED),
        (DESK, ALLOWED),
        (LEAD, Why::NotYourFund.into()),
        (SUPERVISOR, Why::NotYourFund.into()),
        (LINKED, Why::NotYourFund.into()),
    ] {
        assert_eq!(did(&before, by, enter), expected, "worker {by}");
    }
    let others = deed_edit(&before, DESK, 50, enter).unwrap();
    assert_eq!(ruled(&before, BOARD, others), Why::OtherName.into());
    does(&mut before, BOARD, 60, enter);
    let (key, entry) = before.list("ledger/")[0].clone();
    let mut rewritten = Edit::new();
    rewritten.put(key.clone(), entry.value.as_text().unwrap().replace("5000", "9000"));
    assert_eq!(ruled(&before, BOARD, rewritten), Why::StepsStay.into());
    let mut removed = Edit::new();
    removed.remove(key);
    assert_eq!(ruled(&before, DESK, removed), Why::StepsStay.into());
    assert_eq!(ruled(&before, DESK, put("opening", 1_i64)), Why::WrittenOnce.into());
}

#[test]
fn two_who_pay_the_same_application_apart_are_both_let_in_and_nobody_pays_over_another() {
    let base = fund();
    let application = doc(DocKind::Application, 1);
    let pay =
        |amount: u32| format!(r#"{{"do":"pay","application":"{application}","amount":"{amount}","purpose":"慰问"}}"#);
    let (mut office, mut phone) = (base.clone(), base);
    does(&mut office, DESK, 2, &pay(3000));
    let edit = deed_edit(&phone, BOARD, 3, &pay(2000)).unwrap();
    let keys: Vec<_> = edit.keys().map(str::to_owned).collect();
    write(&mut phone, BOARD, edit.clone());
    assert_eq!(judged(&office, &merge(&office, &phone), BOARD, &keys), ALLOWED);
    assert_eq!(ruled(&office, BOARD, edit), Why::StepsStay.into(), "with the other's in sight");
}

#[test]
fn a_fund_without_a_village_is_the_town_desks_alone() {
    let blank = Document::new(doc(DocKind::Fund, 2));
    let open = r#"{"do":"open","name":"镇关爱资金","opening":"0"}"#;
    assert_eq!((did(&blank, DESK, open), did(&blank, BOARD, open)), (ALLOWED, Why::NotYourFund.into()));
    let mut towns = blank;
    does(&mut towns, DESK, 1, open);
    let enter = r#"{"do":"enter","direction":"in","source":"财政","amount":"50"}"#;
    assert_eq!((did(&towns, DESK, enter), did(&towns, BOARD, enter)), (ALLOWED, Why::NotYourFund.into()));
    let mut taken = Edit::new();
    taken.put("village", Scalar::Bytes(village().to_bytes().to_vec()));
    assert_eq!(ruled(&towns, BOARD, taken), Why::NotYourFund.into(), "no village takes it for its own");
    assert_eq!(listed(&towns), [0_u8; 0]);
    assert_eq!(listed(&fund()), [LEAD, BOARD, OTHER_LEAD, SUPERVISOR]);
}
