//! What a household was told, what it asked, and what is kept back of its children.

use super::*;
use crate::access::stays_when_erased;
use crate::deadline::{Digested, Limit, Reminds, Seen, Terms, digest};
use crate::deed::{Hand, from_json};
use crate::draft::Refusal;
use crate::groups::LegalBasis;
use crate::policy::{Author, Judgement, Ruling, Why, judge};
use crate::roster::{LinkDraft, LinkForm, Role, Roster, WorkerDraft, WorkerForm, put_link, put_worker};

const MEMBER: u8 = 1;
const LEAD: u8 = 3;

fn hand(by: u8, on: u32, dice: u8) -> Hand {
    Hand { worker: worker(by), at: DeviceMillis(7), today: day(on), random: [dice; 16] }
}

fn edit(document: &Document, hand: &Hand, json: &str) -> Result<Edit, Refusal> {
    from_json(DocKind::Household, json).unwrap().edit(document, hand)
}

fn act(document: &mut Document, by: u8, on: u32, dice: u8, json: &str) -> RecordId {
    let hand = hand(by, on, dice);
    let edit = edit(document, &hand, json).unwrap();
    write(document, by, edit);
    hand.record(0)
}

/// A member linked to the household, and the lead of their branch.
fn roster() -> Roster {
    let mut document = Document::new(doc(DocKind::Roster, 1));
    for (n, role) in [(MEMBER, Role::Member), (LEAD, Role::BranchLead)] {
        let roles = [role].into();
        let form = WorkerForm { name: "某某".into(), roles, branch: "一支部".into(), ..WorkerForm::default() };
        write(&mut document, 9, put_worker(worker(n), &WorkerDraft::new(&form).unwrap()));
    }
    let household = Some(doc(DocKind::Household, 1));
    let link = LinkForm { worker: Some(worker(MEMBER)), household, ..LinkForm::default() };
    write(&mut document, 9, put_link(id(1), &LinkDraft::new(&link).unwrap()));
    Roster::read(&document)
}

fn ruled(before: &Document, by: u8, edit: Edit) -> Ruling {
    let roster = roster();
    let keys: Vec<String> = edit.keys().map(str::to_owned).collect();
    let mut after = before.clone();
    write(&mut after, by, edit);
    let author = Author::of_roster(worker(by), &roster).unwrap();
    judge(&Judgement { author: &author, keys: &keys, before, after: &after, roster: Some(&roster), on: day(9) })
}

/// A household with an adult and a child.
fn family() -> (Document, RecordId, RecordId) {
    let mut document = home();
    let adult = act(&mut document, MEMBER, 3, 1, r#"{"do":"put_resident","name":"张小四","born":1990}"#);
    let child = act(&mut document, MEMBER, 3, 2, r#"{"do":"put_resident","name":"张小宝","born":2015,"relation":"2"}"#);
    (document, adult, child)
}

#[test]
fn a_notice_is_kept_for_each_group_and_what_nobody_was_told_is_listed() {
    let (mut document, _, _) = family();
    assert_eq!(Household::read(&document).unnoticed(), [Group::Base, Group::Residents]);
    act(&mut document, MEMBER, 4, 5, r#"{"do":"notice","basis":"duty","how":"spoken"}"#);
    let consent = r#"{"do":"notice","group":"residents","basis":"consent","consented_on":"2026-11-05"}"#;
    act(&mut document, MEMBER, 5, 6, consent);
    let read = Household::read(&document);
    assert!(read.unnoticed().is_empty());
    let notice = &read.notices[&Group::Residents].value;
    assert_eq!((notice.basis, notice.consented_on), (Some(LegalBasis::Consent), Some(day(5))));
    assert_eq!((notice.told_by, notice.noticed_on), (Some(worker(MEMBER)), Some(day(5))));
    assert!(read.minors_unnoticed(day(9)), "a guardian was not told");
    let guardian =
        r#"{"do":"notice","group":"minors","basis":"consent","consented_on":"2026-11-06","agreed_by":"guardian"}"#;
    act(&mut document, MEMBER, 6, 7, guardian);
    assert!(!Household::read(&document).minors_unnoticed(day(9)));
}

#[test]
fn what_an_earlier_version_wrote_on_the_card_is_the_notice_of_the_basic_card() {
    let mut document = home();
    act(&mut document, MEMBER, 3, 1, r#"{"do":"change","basis":"履职","noticed_on":"2026-11-01"}"#);
    let read = Household::read(&document);
    assert_eq!((read.noticed_on(Group::Base), read.noticed_on(Group::Care)), (Some(day(1)), None));
    assert!(read.unnoticed().is_empty());
}

#[test]
fn what_is_known_of_a_child_is_given_for_a_reason_in_the_document_and_not_without() {
    let (mut document, adult, child) = family();
    let read = Household::read(&document);
    assert!(matches!(read.residents[&adult].shown(day(9)), Shown::Open(fields) if fields.name.is_some()));
    assert_eq!(read.residents[&child].shown(day(9)), Shown::KeptBack);
    assert_eq!(read.minor(child, worker(MEMBER)), None);
    let opened = format!(r#"{{"do":"open_minor","resident":"{child}","reason":"入学帮扶"}}"#);
    let record = act(&mut document, MEMBER, 9, 8, &opened);
    let read = Household::read(&document);
    let fields = read.minor(record, worker(MEMBER)).unwrap();
    assert_eq!(fields.name.as_ref().unwrap().value.as_str(), "张小宝");
    assert_eq!(read.minor(record, worker(LEAD)), None, "who reads says why themselves");
    assert_eq!(read.residents[&child].shown(day(9)), Shown::KeptBack, "everybody else reads as before");
    let why = &read.opened[&record];
    assert_eq!((why.resident, why.reason.as_ref().unwrap().as_str()), (Some(child), "入学帮扶"));
    let kept_back = KeptBack::of(&document, day(9));
    assert!(kept_back.covers(&format!("resident/{child}/name")));
    assert!(!kept_back.covers(&format!("resident/{adult}/name")) && !kept_back.covers("head"));
    let silent = format!(r#"{{"do":"open_minor","resident":"{child}","reason":" "}}"#);
    assert_eq!(edit(&document, &hand(MEMBER, 9, 9), &silent).unwrap_err().field, FieldId::Reason);
}

#[test]
fn a_year_of_birth_that_people_disagree_about_is_read_with_caution() {
    let (document, adult, _) = family();
    let (mut one, mut other) = (document.clone(), document);
    write(&mut one, 1, put(&format!("resident/{adult}/born"), 2014_i64));
    write(&mut other, 2, put(&format!("resident/{adult}/born"), 1991_i64));
    assert!(Household::read(&merge(&one, &other)).residents[&adult].is_minor(day(9)));
}

#[test]
fn nobody_opens_a_childs_data_in_anothers_name_or_takes_the_reason_away() {
    let (mut document, _, child) = family();
    let opened = format!(r#"{{"do":"open_minor","resident":"{child}","reason":"入学帮扶"}}"#);
    let others = edit(&document, &hand(LEAD, 9, 8), &opened).unwrap();
    assert_eq!(ruled(&document, MEMBER, others), Why::OtherName.into());
    let own = edit(&document, &hand(MEMBER, 9, 8), &opened).unwrap();
    assert_eq!(ruled(&document, MEMBER, own), Ruling::Allow);
    let record = act(&mut document, MEMBER, 9, 8, &opened);
    let mut gone = Edit::new();
    gone.remove(format!("opened/{record}"));
    assert_eq!(ruled(&document, MEMBER, gone), Why::StepsStay.into());
}

#[test]
fn a_request_is_answered_once_it_is_due_and_a_refusal_says_why_and_comes_from_above() {
    let mut document = home();
    let ask = r#"{"do":"ask","kind":"delete","asked_by":"person","words":"把电话删掉"}"#;
    let request = act(&mut document, MEMBER, 3, 1, ask);
    let read = Household::read(&document);
    assert_eq!(read.requests[&request].due(&Terms::usual().rules), Some(day(18)));
    assert_eq!(read.words[&request].as_str(), "把电话删掉");
    let reminded = |document: &Document, on: u32| {
        let homes = [Household::read(document)];
        digest(Seen::AtTheDesk, day(on), Digested { households: &homes, ..Digested::default() }, Terms::usual())
            .reminders
            .first()
            .map(|first| first.reminds)
    };
    assert_eq!(reminded(&document, 10), None);
    assert_eq!(reminded(&document, 18), Some(Reminds::Today(Limit::Answer)));
    assert_eq!(reminded(&document, 19), Some(Reminds::Overdue(Limit::Answer)));

    let silent = format!(r#"{{"do":"answer","request":"{request}","answer":"partly"}}"#);
    assert_eq!(edit(&document, &hand(LEAD, 9, 2), &silent).unwrap_err().field, FieldId::Reason);
    let refusal = format!(r#"{{"do":"answer","request":"{request}","answer":"refused","reason":"依法须保存"}}"#);
    let by = |n: u8| edit(&document, &hand(n, 9, 2), &refusal).unwrap();
    assert_eq!(ruled(&document, MEMBER, by(MEMBER)), Why::RefusalsAbove.into());
    assert_eq!(ruled(&document, LEAD, by(LEAD)), Ruling::Allow);
    let done = format!(r#"{{"do":"answer","request":"{request}","answer":"done"}}"#);
    assert_eq!(ruled(&document, MEMBER, edit(&document, &hand(MEMBER, 9, 2), &done).unwrap()), Ruling::Allow);
    act(&mut document, LEAD, 9, 2, &refusal);
    assert_eq!(reminded(&document, 19), None);
    assert_eq!(Household::read(&document).answers_to(request)[0].1.answer, Some(Answered::Refused));
}

#[test]
fn an_erasure_takes_the_words_of_a_request_and_leaves_the_proof_of_it() {
    let mut document = home();
    let request = act(&mut document, MEMBER, 3, 1, r#"{"do":"ask","kind":"delete","words":"全部删掉"}"#);
    act(&mut document, MEMBER, 4, 2, &format!(r#"{{"do":"answer","request":"{request}","answer":"done"}}"#));
    let next = document.next_generation(|key| !stays_when_erased(DocKind::Household, key)).unwrap();
    let read = Household::read(&next.document);
    assert_eq!((read.requests.len(), read.answers.len()), (1, 1));
    assert!(read.words.is_empty() && read.head.is_none());
}
