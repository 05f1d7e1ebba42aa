//! The rules, the calendar and the desk's digest over HTTP.

use lianhu_core::deadline::Rule;
use lianhu_core::matter::MatterForm;

use super::wire::Served;
use super::world::{DAY, LI, WANG, World, home, village, worker};

#[test]
fn the_office_sets_a_rule_for_every_village_and_phones_have_it_with_their_next_sync() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let served = Served::of(&world.town);
    let shown = served.get("/office/v1/rules").json();
    assert_eq!((&shown["rules"]["finish_days"], &shown["unknown_from"]), (&"7".into(), &2027.into()));
    let set = served.post_json("/office/v1/rules", r#"{"rule": "finish_days", "value": "5"}"#);
    assert_eq!(set.json().to_string(), r#"{"villages":1}"#);
    let again = served.post_json("/office/v1/rules", r#"{"rule": "finish_days", "value": "5"}"#);
    assert_eq!(again.json().to_string(), r#"{"villages":0}"#);
    let year = r#"{"year": 2027, "notice": "试录", "off": ["2027-01-01"], "work": []}"#;
    assert_eq!(served.post_json("/office/v1/calendar", year).status, 200);
    for (path, body, status, code) in [
        ("rules", r#"{"rule": "finish_days", "value": "soon"}"#, 422, "invalid_content"),
        ("rules", r#"{"rule": "salary", "value": "5"}"#, 400, "malformed"),
        ("calendar", r#"{"year": 2027, "off": ["2026-01-01"]}"#, 422, "invalid_content"),
    ] {
        let answer = served.post_json(&format!("/office/v1/{path}"), body);
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{body}");
    }
    world.sync(&mut wang);
    let terms = wang.terms(None).unwrap();
    assert_eq!((terms.rules.said(Rule::FinishDays), terms.days.unknown_from()), ("5".to_owned(), Some(2028)));
    assert_eq!(world.town.terms(Some(village())).unwrap(), terms);
}

#[test]
fn the_desk_is_reminded_of_what_is_overdue_and_a_phone_of_what_is_its_owners() {
    let world = World::new();
    let (mut wang, mut li) = (world.phone(WANG), world.phone(LI));
    world.sync(&mut wang);
    let form = MatterForm { title: "清理水沟".into(), household: Some(home(1)), ..MatterForm::default() };
    let matter = wang.matters().raise(form).unwrap();
    world.sync(&mut wang);
    let served = Served::of(&world.town);
    let deeds = format!("/office/v1/documents/{matter}/deeds");
    for deed in [r#"{"do": "submit"}"#.to_owned(), format!(r#"{{"do": "assign", "owner": "{}"}}"#, worker(LI))] {
        assert_eq!(served.post_json(&deeds, &deed).status, 200, "{deed}");
    }
    let listed = || served.get("/office/v1/digest").json();
    assert_eq!(listed()["reminders"].as_array().unwrap().len(), 0);
    world.later(7 * DAY);
    let told = listed();
    let reminder = &told["reminders"][0];
    assert_eq!((&reminder["when"], &reminder["what"]), (&"overdue".into(), &"accept".into()));
    assert_eq!((&reminder["doc"], &told["quiet"]), (&matter.to_string().into(), &false.into()));
    // Li's phone says the same of itself; Wang's has nothing to do with it.
    world.sync(&mut li);
    assert_eq!(li.matters().list().unwrap().len(), 1);
    assert!(wang.digest_of_today().unwrap().reminders.iter().all(|reminder| reminder.doc != Some(matter)));
}
