//! What people disagree about: both values with author and time on both phones and at the office, until somebody settles it.

use std::collections::BTreeSet;

use lianhu_core::dispute::About;
use lianhu_core::household::{CardForm, VisitForm};
use lianhu_core::matter::{Act, Assignment, Closing, FeedbackWay, Matter, MatterForm, Satisfaction, Solved, State};
use lianhu_core::{DeviceMillis, DocId, RecordId};
use lianhu_device::OpenConflict;
use serde_json::{Value, json};

use super::wire::Served;
use super::world::{BOARD, LEAD, LI, Phone, WANG, World, day, home, visit, worker};
use crate::gate::OFFICE;

fn phone_number(number: &str) -> CardForm {
    CardForm { phone: number.to_owned().into(), ..CardForm::default() }
}

/// Wang and Li have written one phone number differently, and both have heard of it.
fn disputed() -> (World, Phone, Phone) {
    let world = World::new();
    let (mut wang, mut li) = (world.phone(WANG), world.phone(LI));
    world.sync(&mut wang);
    world.sync(&mut li);
    wang.households().change(home(1), &phone_number("13800000001")).unwrap();
    li.households().change(home(1), &phone_number("13800000002")).unwrap();
    meet(&world, [&mut wang, &mut li]);
    (world, wang, li)
}

/// Everybody syncs until everybody has everything.
fn meet<const N: usize>(world: &World, phones: [&mut Phone; N]) {
    let mut phones = phones;
    for _ in 0..2 {
        for phone in &mut phones {
            assert!(world.sync(phone).proven);
        }
    }
}

/// Who said what, in order.
fn told(open: &OpenConflict) -> Vec<(String, [u8; 16], i64)> {
    let choices = open.choices.iter();
    choices.map(|told| (told.value.as_text().unwrap().to_owned(), told.by.to_bytes(), told.at.0)).collect()
}

fn listed(served: &Served) -> Vec<Value> {
    served.get("/office/v1/conflicts").json()["conflicts"].as_array().unwrap().clone()
}

#[test]
fn both_values_are_on_both_phones_and_at_the_office_with_author_and_time() {
    let (world, mut wang, mut li) = disputed();
    let (one, other) = (wang.open_conflicts().unwrap(), li.open_conflicts().unwrap());
    assert_eq!((one.len(), one[0].about.clone()), (1, About::Key("phone".into())));
    assert_eq!(told(&one[0]), told(&other[0]));
    assert_eq!(one[0].title.as_str(), "1组1号 张伟");
    for number in [WANG, LI] {
        assert!(one[0].choices.iter().any(|told| told.by.is_of(worker(number))), "{number}");
    }
    let served = Served::of(&world.town);
    let office = listed(&served);
    assert_eq!((office.len(), &office[0]["doc"], &office[0]["item"]), (1, &json!(home(1)), &json!("电话")));
    let values = office[0]["values"].as_array().unwrap();
    let told_there: Vec<_> = values.iter().map(|told| (told["value"].clone(), told["at"].clone())).collect();
    let told_here: Vec<_> = told(&one[0]).into_iter().map(|(value, _, at)| (json!(value), json!(at))).collect();
    assert_eq!(told_there, told_here);
    let names: BTreeSet<_> = values.iter().map(|told| told["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["王建国", "李秀英"].into());
}

#[test]
fn settling_on_a_phone_is_a_change_that_clears_it_everywhere() {
    let (world, mut wang, mut li) = disputed();
    let open = wang.open_conflicts().unwrap().remove(0);
    let chosen = open.choices[1].value.clone();
    wang.settle_open(&open, 1).unwrap();
    assert!(wang.open_conflicts().unwrap().is_empty());
    assert!(wang.settle_open(&open, 0).is_err(), "what is settled is no choice any more");
    meet(&world, [&mut wang, &mut li]);
    assert!(li.open_conflicts().unwrap().is_empty() && world.column("conflicts", "key").is_empty());
    assert_eq!(world.town.document(home(1)).unwrap().get("phone").unwrap().value, chosen);
}

#[test]
fn two_people_who_settle_differently_at_once_disagree_again() {
    let (world, mut wang, mut li) = disputed();
    let open = wang.open_conflicts().unwrap().remove(0);
    wang.settle_open(&open, 0).unwrap();
    li.settle_open(&open, 1).unwrap();
    meet(&world, [&mut wang, &mut li]);
    let again = wang.open_conflicts().unwrap().remove(0);
    assert_eq!(told(&again), told(&li.open_conflicts().unwrap()[0]));
    let values: BTreeSet<_> = told(&again).into_iter().map(|(value, ..)| value).collect();
    assert_eq!(values, told(&open).into_iter().map(|(value, ..)| value).collect());
    li.settle_open(&again, 0).unwrap();
    meet(&world, [&mut li, &mut wang]);
    assert!(wang.open_conflicts().unwrap().is_empty() && world.column("conflicts", "key").is_empty());
}

#[test]
fn the_office_settles_every_kind_and_key() {
    let (world, mut wang, mut li) = disputed();
    // A visit that both were on, rewritten by both; the roster; a matter's card.
    let both = || VisitForm { workers: vec![worker(WANG), worker(LI)], ..visit("同去") };
    let record = wang.households().visit(home(1), both()).unwrap();
    let matter = wang.matters().raise(MatterForm { title: "路灯不亮".into(), ..about_home() }).unwrap();
    meet(&world, [&mut wang, &mut li]);
    wang.households().rewrite_visit(home(1), record, VisitForm { note: "王记的".into(), ..both() }).unwrap();
    li.households().rewrite_visit(home(1), record, VisitForm { note: "李记的".into(), ..both() }).unwrap();
    let (board, lead) = (world.hand(BOARD, 75), world.hand(LEAD, 76));
    let title = |hand: &super::world::Hand, title: &str| {
        let mut edit = lianhu_core::Edit::new();
        edit.put("title", title);
        hand.write(matter, edit)
    };
    let titles = [title(&board, "修路灯"), title(&lead, "换路灯")];
    let branch = |hand: &super::world::Hand, branch: &str| {
        let mut edit = lianhu_core::Edit::new();
        edit.put(format!("worker/{}/branch", worker(WANG)), branch);
        hand.write(super::world::village(), edit)
    };
    let second_board = world.hand(BOARD, 77);
    let branches = [branch(&board, "第三支部"), branch(&second_board, "第四支部")];
    for (hand, title, branch) in [(&board, 0, Some(0)), (&lead, 1, None)] {
        hand.send(vec![(matter, vec![titles[title].clone()])]);
        if let Some(place) = branch {
            hand.send(vec![(super::world::village(), vec![branches[place].clone()])]);
        }
    }
    second_board.send(vec![(super::world::village(), vec![branches[1].clone()])]);
    meet(&world, [&mut wang, &mut li]);

    let served = Served::of(&world.town);
    let open = listed(&served);
    let keys: BTreeSet<String> = open.iter().map(|one| one["key"].as_str().unwrap().to_owned()).collect();
    let branch = format!("worker/{}/branch", worker(WANG));
    assert_eq!(keys, ["phone".to_owned(), format!("visit/{record}"), "title".to_owned(), branch].into());
    for one in &open {
        let last = one["values"].as_array().unwrap().last().unwrap();
        let settle = json!({ "doc": one["doc"], "key": one["key"], "value": last["value"] }).to_string();
        let answer = served.post_json("/office/v1/conflicts/settle", &settle);
        assert_eq!((answer.status, answer.json()), (200, json!({ "recorded": true })), "{settle}");
        assert_eq!(served.post_json("/office/v1/conflicts/settle", &settle).status, 404, "settled once");
    }
    assert!(listed(&served).is_empty() && world.column("conflicts", "key").is_empty());
    meet(&world, [&mut wang, &mut li]);
    assert!(wang.open_conflicts().unwrap().is_empty() && li.open_conflicts().unwrap().is_empty());
    let nothing = json!({ "doc": home(1), "key": "phone", "value": "13800000009" }).to_string();
    assert_eq!(served.post_json("/office/v1/conflicts/settle", &nothing).status, 404);
}

fn about_home() -> MatterForm {
    MatterForm { household: Some(home(1)), ..MatterForm::default() }
}

/// A matter of Wang's that the residents are not satisfied with.
fn evaluated(world: &World, wang: &mut Phone) -> DocId {
    let matter = wang.matters().raise(MatterForm { title: "清理水沟".into(), ..about_home() }).unwrap();
    world.sync(wang);
    let owner = worker(LI);
    let assignment =
        Assignment { owner, co_owners: BTreeSet::new(), level: None, measures: None, due: Some(day("2026-11-30")) };
    let prose = |text: &str| lianhu_core::draft::Prose::parse(lianhu_core::draft::FieldId::Text, text).unwrap();
    let acts = [
        Act::Submit,
        Act::Assign(assignment),
        Act::Accept,
        Act::Start,
        Act::Done { result: prose("清完") },
        Act::Feedback { way: FeedbackWay::Visit, on: day("2026-11-23") },
        Act::Evaluate {
            solved: Solved::No,
            satisfaction: Satisfaction::Not,
            grounds: None,
            collected_by: None,
            on: None,
        },
    ];
    for (place, act) in acts.into_iter().enumerate() {
        let recorded = world.town.document(matter).unwrap();
        let id = RecordId([place as u8 + 1; 8]);
        world.office(matter, Matter::read(&recorded).step(id, OFFICE, DeviceMillis(0), act));
    }
    matter
}

#[test]
fn a_matter_closed_and_reopened_at_once_is_open_everywhere_until_the_lead_settles() {
    let world = World::new();
    let (mut wang, mut board) = (world.phone(WANG), world.phone(BOARD));
    world.sync(&mut wang);
    let matter = evaluated(&world, &mut wang);
    meet(&world, [&mut wang, &mut board]);
    let grounds = lianhu_core::draft::Prose::parse(lianhu_core::draft::FieldId::Text, "还堵着").unwrap();
    wang.matters().step(matter, Act::Reopen { grounds }).unwrap();
    board.matters().step(matter, Act::Close { closing: Closing::Phased }).unwrap();
    meet(&world, [&mut wang, &mut board]);

    let recorded = || Matter::read(&world.town.document(matter).unwrap());
    assert_eq!((recorded().state(), recorded().story.is_disputed()), (State::InProgress, true));
    for phone in [&mut wang, &mut board] {
        assert_eq!(phone.matters().get(matter).unwrap().story, recorded().story);
    }
    assert_eq!(world.column("matters", "needs_lead"), ["1"]);
    let served = Served::of(&world.town);
    let open = listed(&served);
    assert_eq!((open.len(), open[0]["values"].as_array().unwrap().len()), (1, 2));
    let open = wang.open_conflicts().unwrap().remove(0);
    assert!(matches!(open.about, About::Steps(..)));
    assert!(wang.settle_open(&open, 0).is_err(), "this is not for a member to settle");
    board.settle_open(&open, 1).unwrap();
    meet(&world, [&mut board, &mut wang]);
    assert_eq!((recorded().state(), recorded().story.is_disputed()), (State::Closed, false));
    assert_eq!(wang.matters().get(matter).unwrap().state(), State::Closed);
    assert!(listed(&served).is_empty() && wang.open_conflicts().unwrap().is_empty());
}
