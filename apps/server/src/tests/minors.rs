//! What is known of a child under 14 is kept back at the office until somebody says why; what people ask about their own data
//! is listed and answered.

use lianhu_core::groups::Group;
use lianhu_core::household::{Household, KEPT_BACK, RequestKind, ResidentForm, Shown};
use lianhu_core::{Edit, RecordId};

use super::wire::Served;
use super::world::{DAY, LI, WANG, World, day, home, worker};
use crate::audit::Asked;

const CHILD: &str = "陆小宝";

fn child() -> ResidentForm {
    ResidentForm { name: CHILD.into(), born: Some(2018), ..ResidentForm::default() }
}

/// A township that keeps residents, with a child and an adult in the first household.
fn family() -> (World, RecordId) {
    let world = World::new();
    world.keeps(Group::Residents);
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let adult = ResidentForm { name: "陆建国".into(), born: Some(1980), ..ResidentForm::default() };
    wang.households().add_resident(home(1), &adult).unwrap();
    let child = wang.households().add_resident(home(1), &child()).unwrap();
    world.sync(&mut wang);
    (world, child)
}

/// Who did this, and to what, as the audit log has it.
fn logged(world: &World, action: &str) -> Vec<(String, Option<String>)> {
    let asked = Asked { action: Some(action.to_owned()), ..Asked::default() };
    world.town.audit_lines(&asked).unwrap().into_iter().map(|line| (line.actor, line.subject)).collect()
}

#[test]
fn the_office_reads_of_a_child_only_what_somebody_gave_a_reason_for() {
    let (world, child) = family();
    let served = Served::of(&world.town);
    let shown = served.get(&format!("/office/v1/documents/{}", home(1)));
    assert_eq!(shown.json()["fields"][format!("resident/{child}/name")]["value"], KEPT_BACK);
    let listed = served.get("/office/v1/lists/residents").json();
    assert_eq!(listed["total"], 2);
    for answer in [shown.json().to_string(), listed.to_string()] {
        assert!(!answer.contains(CHILD) && !answer.contains("2018") && answer.contains("陆建国"), "{answer}");
    }
    // Whoever looks for the name, or sorts by the year, looks among adults: the number of rows says nothing either.
    for (asked, found) in [(r#"{"name~":"陆"}"#, 1), (r#"{"order":"born"}"#, 1), (r#"{"born":"2018"}"#, 0)] {
        let list = served.post_json("/office/v1/lists/residents", asked).json();
        assert_eq!(list["total"], found, "{asked}");
    }

    let minors = format!("/office/v1/documents/{}/minors", home(1));
    let silent = served.post_json(&minors, &format!(r#"{{"resident":"{child}","reason":" "}}"#));
    assert_eq!((silent.status, silent.code().as_str()), (422, "invalid_content"));
    assert!(Household::read(&world.town.document(home(1)).unwrap()).opened.is_empty());
    let given = served.post_json(&minors, &format!(r#"{{"resident":"{child}","reason":"入学帮扶"}}"#)).json();
    assert_eq!((&given["name"], &given["born"]), (&CHILD.into(), &2018.into()));
    let opened = Household::read(&world.town.document(home(1)).unwrap()).opened;
    let why = opened.values().next().unwrap();
    assert_eq!((why.resident, why.reason.as_ref().unwrap().as_str()), (Some(child), "入学帮扶"));
    assert_eq!(logged(&world, "named_read"), [("machine".to_owned(), Some(child.to_string()))]);
}

#[test]
fn a_phone_gives_a_childs_data_for_a_reason_that_reaches_the_township() {
    let (world, child) = family();
    let mut wang = world.second_phone(WANG, 9);
    world.sync(&mut wang);
    let today = day("2026-11-23");
    assert_eq!(wang.households().get(home(1)).unwrap().residents[&child].shown(today), Shown::KeptBack);
    assert!(wang.households().minor(home(1), child, "").is_err());
    let fields = wang.households().minor(home(1), child, "入学帮扶").unwrap();
    assert_eq!(fields.name.unwrap().value.as_str(), CHILD);
    assert!(logged(&world, "named_read").is_empty(), "nobody at the township knows yet");
    world.sync(&mut wang);
    assert_eq!(Household::read(&world.town.document(home(1)).unwrap()).opened.len(), 1);
    let [(by, subject)] = &logged(&world, "named_read")[..] else { panic!("logged once") };
    assert!(by.contains(&worker(WANG).to_string()) && *subject == Some(child.to_string()), "{by}");
}

#[test]
fn a_disagreement_about_a_child_is_settled_without_being_read() {
    let (world, child) = family();
    let (mut wang, mut li) = (world.second_phone(WANG, 9), world.phone(LI));
    world.sync(&mut wang);
    world.sync(&mut li);
    let named = |name: &str| ResidentForm { name: name.into(), ..ResidentForm::default() };
    wang.households().change_resident(home(1), child, &named("陆小一")).unwrap();
    li.households().change_resident(home(1), child, &named("陆小二")).unwrap();
    world.sync(&mut wang);
    world.sync(&mut li);
    let served = Served::of(&world.town);
    let open = served.get("/office/v1/conflicts").json();
    assert!(!open.to_string().contains("陆小"), "{open}");
    world.sync(&mut wang);
    let on_the_phone = wang.open_conflicts().unwrap();
    assert!(on_the_phone[0].choices.iter().all(|told| told.value.as_text() == Some(KEPT_BACK)));
    let one = &open["conflicts"][0];
    let body = serde_json::json!({ "doc": one["doc"], "key": one["key"], "value": one["values"][1]["value"] });
    assert_eq!(served.post_json("/office/v1/conflicts/settle", &body.to_string()).status, 200);
    assert_eq!(served.get("/office/v1/conflicts").json()["conflicts"].as_array().unwrap().len(), 0);
    let name = world.town.document(home(1)).unwrap().get(&format!("resident/{child}/name")).unwrap();
    assert!(name.value.as_text().unwrap().starts_with("陆小"), "one of the two was written, and not the mask");
}

#[test]
fn what_somebody_asks_about_their_data_is_listed_reminded_of_and_answered() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let ask = lianhu_core::deed::from_json(home(1).kind(), r#"{"do":"ask","kind":"delete","words":"电话不要留"}"#);
    wang.act(home(1), &*ask.unwrap()).unwrap();
    world.sync(&mut wang);
    let served = Served::of(&world.town);
    let listed = served.get("/office/v1/lists/requests").json();
    assert_eq!((&listed["total"], &listed["rows"][0][3]), (&1.into(), &RequestKind::Delete.code().into()));
    assert_eq!(served.get("/office/v1/digest").json()["reminders"].as_array().unwrap().len(), 0);
    world.later(16 * DAY);
    let told = served.get("/office/v1/digest").json();
    assert_eq!((&told["reminders"][0]["when"], &told["reminders"][0]["what"]), (&"overdue".into(), &"answer".into()));
    let request = listed["rows"][0][1].as_str().unwrap();
    let deeds = format!("/office/v1/documents/{}/deeds", home(1));
    let silent = format!(r#"{{"do":"answer","request":"{request}","answer":"refused"}}"#);
    assert_eq!(served.post_json(&deeds, &silent).status, 422, "a refusal says why");
    let refused =
        format!(r#"{{"do":"answer","request":"{request}","answer":"refused","reason":"救助期内依法须保存"}}"#);
    assert_eq!(served.post_json(&deeds, &refused).status, 200);
    assert_eq!(logged(&world, "request_answered"), [("machine".to_owned(), Some(request.to_owned()))]);
    assert_eq!(served.get("/office/v1/digest").json()["reminders"].as_array().unwrap().len(), 0);
    let unnoticed = world.column("households", "unnoticed");
    assert!(unnoticed.iter().any(|groups| groups.contains("base")), "{unnoticed:?}");
    let mut edit = Edit::new();
    edit.remove(format!("request/{request}"));
    assert!(world.town.write(home(1), |_| Ok::<_, crate::ActError>(edit.clone())).is_err(), "it stays");
}
