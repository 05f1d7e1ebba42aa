use super::*;
use crate::deed::{Hand, from_json};
use crate::document::{Document, Scalar};
use crate::policy::{Author, Judgement, Ruling, Why, judge};
use crate::roster::Roster;
use crate::testing::{day, doc, put, worker, write};
use crate::{DeviceMillis, kind};

fn hand(on: u32) -> Hand {
    Hand { worker: worker(9), at: DeviceMillis(0), today: day(on), random: [1; 16] }
}

fn switched(json: &[&str]) -> Roster {
    let mut document = Document::new(doc(DocKind::Roster, 1));
    for deed in json {
        let edit = from_json(DocKind::Roster, deed).unwrap().edit(&document, &hand(3)).unwrap();
        write(&mut document, 9, edit);
    }
    Roster::read(&document)
}

const RESIDENTS_ON: &str = r#"{"do":"set_group","group":"residents","on":true,"purpose":"知道家里有谁","basis":"consent","review_on":"2026-11-20"}"#;

#[test]
fn every_key_of_every_kind_has_a_group_or_is_named_as_not_personal() {
    for kind in kind::KNOWN {
        let known: Vec<&str> = rows(*kind).iter().map(|(key, _)| *key).collect();
        for key in kind::of(*kind).unwrap().schema().iter().map(crate::value::KeySpec::name) {
            assert!(known.contains(&key.as_str()), "{}: {key} has no row in groups/table.rs", kind.name());
        }
        let mut once = known.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), known.len(), "{}: a key stands twice", kind.name());
    }
}

#[test]
fn the_minimal_form_has_the_card_and_no_residents_and_no_care_tags() {
    let roster = switched(&[]);
    let on: Vec<Group> = Group::ALL.iter().copied().filter(|group| roster.terms.switches.is_on(*group)).collect();
    assert_eq!(on, [Group::Base, Group::Phone, Group::Said, Group::Help, Group::Partners]);
    assert!(Group::ALL.iter().all(|group| Switches::default().is_on(*group)), "without a roster nobody knows");
}

#[test]
fn a_switch_turned_on_brings_children_with_the_residents_and_stays_on_past_its_day() {
    let roster = switched(&[RESIDENTS_ON]);
    let switches = &roster.terms.switches;
    assert!(switches.is_on(Group::Residents) && switches.is_on(Group::Minors) && !switches.is_on(Group::Care));
    assert_eq!(switches.to_review(day(19)).count(), 0);
    assert_eq!(switches.to_review(day(20)).collect::<Vec<_>>(), [(Group::Residents, day(20))]);
    let off = switched(&[RESIDENTS_ON, r#"{"do":"set_group","group":"residents","on":false}"#]);
    assert!(!off.terms.switches.is_on(Group::Residents));
    assert_eq!(off.terms.switches.to_review(day(30)).count(), 0);
}

#[test]
fn two_desks_that_disagree_about_a_switch_leave_it_off() {
    let mut one = Document::new(doc(DocKind::Roster, 1));
    let mut other = one.clone();
    let edit = |json, document: &Document| from_json(DocKind::Roster, json).unwrap().edit(document, &hand(3)).unwrap();
    let on = edit(RESIDENTS_ON, &one);
    write(&mut one, 1, on);
    let off = edit(r#"{"do":"set_group","group":"residents","on":false}"#, &other);
    write(&mut other, 2, off);
    let merged = crate::testing::merge(&one, &other);
    assert!(!Roster::read(&merged).terms.switches.is_on(Group::Residents));
}

/// What the gate says of one edit to a household of a village with these switches.
fn ruling(roster: &Roster, edit: Edit) -> Ruling {
    let desk = Author::town_desk(worker(9));
    let mut before = Document::new(doc(DocKind::Household, 1));
    let village = Scalar::Bytes(roster.id.to_bytes().to_vec());
    write(&mut before, 9, put("village", village).extend(put("care/dibao", true)).clone());
    let keys: Vec<String> = edit.keys().map(str::to_owned).collect();
    let mut after = before.clone();
    write(&mut after, 9, edit);
    let judgement =
        Judgement { author: &desk, keys: &keys, before: &before, after: &after, roster: Some(roster), on: day(3) };
    judge(&judgement)
}

#[test]
fn the_gate_takes_nothing_into_a_group_that_is_off_whoever_writes_it_and_lets_go_of_what_is_there() {
    let off = switched(&[]);
    for key in ["care/disabled", "resident/AQEBAQEBAQE/away", "resident/AQEBAQEBAQE/of_a_newer_version"] {
        assert_eq!(ruling(&off, put(key, true)), Why::GroupOff.into(), "{key}");
    }
    let mut gone = Edit::new();
    gone.remove("care/dibao");
    assert_eq!(ruling(&off, gone), Ruling::Allow);
    assert_eq!(ruling(&off, put("head", "张三")), Ruling::Allow);
    let on = switched(&[RESIDENTS_ON]);
    assert_eq!(ruling(&on, put("resident/AQEBAQEBAQE/away", true)), Ruling::Allow);
    assert_eq!(ruling(&on, put("care/disabled", true)), Why::GroupOff.into());
}

#[test]
fn a_draft_with_a_field_of_a_group_that_is_off_is_refused_with_a_sentence() {
    let home = Document::new(doc(DocKind::Household, 1));
    let refused = |json: &str, roster: &Roster| {
        let deed = from_json(DocKind::Household, json).unwrap();
        deed.edit_under(&home, &hand(3), &roster.terms).err()
    };
    let off = switched(&[]);
    let resident = refused(r#"{"do":"put_resident","name":"张小四"}"#, &off).unwrap();
    assert_eq!((resident.field, resident.reason), (FieldId::Resident, Reason::GroupOff));
    assert!(resident.message(crate::Lang::Zh).contains("没有启用"));
    let tag = refused(r#"{"do":"set_care","tag":"dibao","set":true}"#, &off).unwrap();
    assert_eq!((tag.field, tag.code()), (FieldId::Tags, "group_off"));
    assert_eq!(refused(r#"{"do":"set_care","tag":"dibao","set":false}"#, &off), None);
    assert_eq!(refused(r#"{"do":"put_resident","name":"张小四"}"#, &switched(&[RESIDENTS_ON])), None);
}

#[test]
fn a_switch_says_what_for_on_what_grounds_and_until_when_or_is_not_turned() {
    let mut bare = Edit::new();
    bare.put("switch/care", r#"{"on":true}"#);
    assert!(bare.writes().all(|(_, value)| !Switch::is_valid(value.unwrap())));
    let refused = |typed: SwitchTyped| typed.edit(day(3)).unwrap_err();
    let whole = || SwitchTyped {
        group: Some(Group::Care),
        on: Some(true),
        purpose: "评定救助".to_owned(),
        basis: Some(LegalBasis::Duty),
        review_on: "2026-12-01".to_owned(),
    };
    assert!(whole().edit(day(3)).is_ok());
    assert_eq!(refused(SwitchTyped { purpose: String::new(), ..whole() }).field, FieldId::Purpose);
    assert_eq!(refused(SwitchTyped { basis: None, ..whole() }).field, FieldId::Basis);
    assert_eq!(refused(SwitchTyped { review_on: String::new(), ..whole() }).field, FieldId::ReviewOn);
    let past = refused(SwitchTyped { review_on: "2026-11-03".to_owned(), ..whole() });
    assert_eq!((past.field, past.reason), (FieldId::ReviewOn, Reason::EndsBeforeItBegins));
    assert_eq!(refused(SwitchTyped { group: Some(Group::Base), ..whole() }).field, FieldId::FieldGroup);
}
