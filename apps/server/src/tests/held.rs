//! What waits for a person: shown with its words, accepted or declined, and what the phone makes of the answer.

use lianhu_core::household::CardForm;
use lianhu_core::{DocId, Lang, roster};
use lianhu_device::Place;
use lianhu_sync::message::{HeldReason, RefusedCode};
use serde_json::json;

use super::wire::Served;
use super::world::{Phone, WANG, World, day, home, link_from, village, visit, worker};
use crate::audit::Asked;
use crate::{DecideError, HeldWork};

/// Wang has left the roster; what his phone still held comes in afterwards.
fn with_late_work(write: impl Fn(&mut Phone)) -> (World, Phone) {
    let world = World::new();
    let mut wang = world.phone(WANG);
    assert!(world.sync(&mut wang).proven);
    write(&mut wang);
    for number in [1, 2] {
        let link = world.link_id(WANG, home(number));
        let ended = roster::end_link(link, &world.roster().links[&link].value.clone(), day("2026-11-22"));
        world.office(village(), ended);
    }
    world.office(village(), roster::set_active(worker(WANG), false));
    world.sync(&mut wang);
    (world, wang)
}

/// Wang is back, and linked to the second household again.
fn comes_back(world: &World) {
    world.office(village(), roster::set_active(worker(WANG), true));
    world.office(village(), link_from(WANG, home(2), "2026-11-23"));
}

fn held(world: &World) -> Vec<HeldWork> {
    world.town.held_work(Lang::Zh).unwrap()
}

fn first(world: &World, reason: HeldReason) -> HeldWork {
    held(world).into_iter().find(|work| work.reason == reason).unwrap()
}

fn places(phone: &mut Phone, doc: DocId) -> Vec<Place> {
    let attention = phone.needs_attention().unwrap().into_iter().filter(|one| one.doc == doc);
    attention.map(|one| one.place).collect()
}

#[test]
fn the_office_sees_who_wrote_what_and_why_it_waits() {
    let (world, _) = with_late_work(|wang| {
        wang.households().visit(home(2), visit("老人腿脚不便")).unwrap();
    });
    let work = first(&world, HeldReason::NoLongerEntitled);
    assert_eq!((work.doc.0, work.by), (home(2).to_bytes(), Some(worker(WANG))));
    assert_eq!(work.title.as_str(), "2组2号 陈芳");
    let (part, said) = &work.words[0];
    assert_eq!(part, "走访");
    assert!(said.as_str().contains("老人腿脚不便"));
    assert!(!said.as_str().contains(&worker(WANG).to_string()), "ids of people are no words");
}

#[test]
fn accepted_work_is_recorded_and_the_phone_hears_it() {
    let (world, mut wang) = with_late_work(|wang| {
        wang.households().visit(home(2), visit("第一次")).unwrap();
        wang.households().visit(home(2), visit("第二次")).unwrap();
    });
    let second = first(&world, HeldReason::FollowsHeld);
    // The second cannot stand without the first: both go in.
    assert_eq!(world.town.accept_held(second.doc, second.change).unwrap(), 2);
    assert_eq!(world.column("visits", "note").len(), 2);
    assert!(held(&world).is_empty());
    let report = world.sync(&mut wang);
    assert_eq!(report.recorded, 2);
    assert_eq!(wang.status().unwrap().not_delivered(), 0);
}

#[test]
fn what_follows_accepted_work_is_judged_again_for_its_own_reason() {
    let (world, _) = with_late_work(|wang| {
        wang.households().visit(home(2), visit("第一次")).unwrap();
        wang.households().visit(home(2), visit("第二次")).unwrap();
    });
    let one = first(&world, HeldReason::NoLongerEntitled);
    assert_eq!(world.town.accept_held(one.doc, one.change).unwrap(), 1);
    let left = held(&world);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].reason, HeldReason::NoLongerEntitled, "it no longer waits for the first");
    assert_eq!(world.town.accept_held(left[0].doc, left[0].change).unwrap(), 1);
}

#[test]
fn declined_work_keeps_its_words_on_the_phone_and_what_stands_alone_comes_again() {
    let (world, mut wang) = with_late_work(|wang| {
        let card = CardForm { phone: "13800000000".into(), ..CardForm::default() };
        wang.households().change(home(2), &card).unwrap();
        wang.households().visit(home(2), visit("与电话无关")).unwrap();
        let again = CardForm { phone: "13800000001".into(), ..CardForm::default() };
        wang.households().change(home(2), &again).unwrap();
    });
    comes_back(&world);
    let phone = first(&world, HeldReason::NoLongerEntitled);
    assert_eq!(world.town.decline_held(phone.doc, phone.change, "电话由村里核对").unwrap(), 3);

    let report = world.sync(&mut wang);
    // The visit says nothing about the phone number: it was written again and is recorded.
    assert_eq!((report.written_again, report.recorded), (1, 1), "{report:?}");
    assert_eq!(world.column("visits", "note"), ["与电话无关"]);
    assert_eq!(world.column("households", "phone"), ["", ""]);
    let places = places(&mut wang, home(2));
    assert_eq!(places[0], Place::Refused(RefusedCode::Declined, "电话由村里核对".into()));
    assert_eq!(places[1], Place::Refused(RefusedCode::FollowsRefused, String::new()), "the second number builds on it");
    assert_eq!(places.len(), 2);
    let words = wang.needs_attention().unwrap().remove(0).words;
    assert_eq!(words[0].0, "phone");
    // Again and again: nothing more comes of it.
    assert_eq!(world.sync(&mut wang).written_again, 0);

    // Its author lets the first go; the second does not slip in by itself.
    let declined = wang.needs_attention().unwrap().remove(0);
    wang.discard(home(2), declined.change).unwrap();
    assert_eq!(world.sync(&mut wang).recorded, 0);
    let left = wang.needs_attention().unwrap().remove(0);
    wang.write_again(home(2), left.change).unwrap();
    assert_eq!(world.sync(&mut wang).recorded, 1);
    assert_eq!(world.column("households", "phone"), ["", "13800000001"]);
}

#[test]
fn a_decision_is_made_once() {
    let (world, mut wang) = with_late_work(|wang| {
        wang.households().visit(home(2), visit("一次")).unwrap();
    });
    let work = held(&world).remove(0);
    for reason in ["", "  ", &"长".repeat(201)] {
        assert!(matches!(world.town.decline_held(work.doc, work.change, reason), Err(DecideError::Reason)));
    }
    world.town.decline_held(work.doc, work.change, "记错了户").unwrap();
    let again = world.town.accept_held(work.doc, work.change).unwrap_err();
    assert!(matches!(again, DecideError::NotWaiting));
    // A lost reply, another request: the same answer.
    world.sync(&mut wang);
    assert_eq!(world.sync(&mut wang).refused, 0);
    assert_eq!(places(&mut wang, home(2)).len(), 1);
}

#[test]
fn the_office_decides_over_http() {
    let (world, mut wang) = with_late_work(|wang| {
        wang.households().visit(home(1), visit("甲户")).unwrap();
        wang.households().visit(home(2), visit("乙户")).unwrap();
    });
    let served = Served::of(&world.town);
    let listed = served.get("/office/v1/held").json();
    let listed = listed["held"].as_array().unwrap().clone();
    assert_eq!(listed.len(), 2);
    assert_eq!((&listed[0]["name"], &listed[0]["kind"]), (&json!("王建国"), &json!("household")));
    let at = |work: &serde_json::Value, what: &str| {
        format!("/office/v1/held/{}/{}/{what}", work["doc"].as_str().unwrap(), work["change"].as_str().unwrap())
    };
    let answer = served.post_json(&at(&listed[0], "accept"), &json!({}).to_string());
    assert_eq!((answer.status, answer.json()), (200, json!({ "decided": 1 })));
    let answer = served.post_json(&at(&listed[1], "decline"), &json!({ "reason": "不是这一户" }).to_string());
    assert_eq!((answer.status, answer.json()), (200, json!({ "decided": 1 })));
    assert_eq!(served.post_json(&at(&listed[0], "accept"), &json!({}).to_string()).status, 404);
    let answer = served.post_json(&at(&listed[1], "decline"), &json!({ "reason": "" }).to_string());
    assert_eq!((answer.status, &answer.json()["code"]), (422, &json!("reason_needed")));
    assert_eq!(served.post_json("/office/v1/held/nonsense/00/accept", &json!({}).to_string()).status, 404);

    let report = world.sync(&mut wang);
    assert_eq!((report.recorded, report.refused), (1, 1));
}

#[test]
fn what_is_held_leaves_a_line_with_the_phone_the_document_and_why() {
    let (world, wang) = with_late_work(|wang| {
        for note in ["老人腿脚不便", "屋顶漏雨"] {
            wang.households().visit(home(2), visit(note)).unwrap();
        }
    });
    let asked = Asked { action: Some("held_back".to_owned()), ..Asked::default() };
    let lines = world.town.audit_lines(&asked).unwrap();
    let about: Vec<_> = lines.iter().map(|line| (line.detail.as_str(), line.doc.clone())).collect();
    assert!(about.contains(&("held:no_longer_entitled", Some(home(2).to_string()))), "{about:?}");
    assert!(lines.iter().all(|line| line.actor.starts_with("device:") && line.reason.is_none()));
    drop(wang);
    assert_eq!(world.town.verify_audit(None, None).unwrap().problems, []);
}
