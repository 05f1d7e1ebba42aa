//! Meetings between phones and the office.

use lianhu_core::deed::from_json;
use lianhu_core::matter::{Act, Matter, MatterForm, State};
use lianhu_core::meeting::{Meeting, MeetingState};
use lianhu_core::{DocId, DocKind};
use lianhu_device::Saved;
use serde_json::{Value, json};

use super::wire::Served;
use super::world::{BOARD, LI, Phone, WANG, World, ZHAO, home, village, worker};

fn does(book: &mut Phone, id: DocId, said: &Value) -> Saved {
    book.act(id, &*from_json(DocKind::Meeting, &said.to_string()).unwrap()).unwrap()
}

fn raised(world: &World) -> DocId {
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let form = MatterForm { title: "清理屋后水沟".into(), household: Some(home(1)), ..MatterForm::default() };
    let matter = wang.matters().raise(form).unwrap();
    wang.matters().step(matter, Act::Submit).unwrap();
    world.sync(&mut wang);
    matter
}

/// A meeting on the board's phone, with Li as its recorder, that hands the matter to Zhao.
fn held(board: &mut Phone, kind: &str, matter: DocId) -> DocId {
    let call =
        json!({ "do": "call", "village": village(), "kind": kind, "date": "2026-11-23", "recorder": worker(LI) });
    let id = board.begin(&*from_json(DocKind::Meeting, &call.to_string()).unwrap()).unwrap();
    does(board, id, &json!({ "do": "add_item", "matter": matter, "title": "清理屋后水沟" }));
    does(board, id, &json!({ "do": "hold" }));
    id
}

fn assign(matter: DocId) -> Value {
    json!({ "do": "decide", "matter": matter, "decision": "assign", "owner": worker(ZHAO), "due": "2026-12-20" })
}

#[test]
fn a_meeting_reaches_those_it_names_and_the_owner_once_there_is_one() {
    let world = World::new();
    let matter = raised(&world);
    let (mut board, mut li, mut zhao) = (world.phone(BOARD), world.phone(LI), world.phone(ZHAO));
    world.sync(&mut board);
    let meeting = held(&mut board, "assignment", matter);
    world.sync(&mut board);
    assert!(world.may_read(LI, meeting) && world.may_read(BOARD, meeting));
    assert!(!world.may_read(ZHAO, meeting) && !world.may_read(WANG, meeting));
    world.sync(&mut li);
    does(&mut li, meeting, &assign(matter));
    world.sync(&mut li);
    assert!(world.may_read(ZHAO, meeting));
    world.sync(&mut zhao);
    assert_eq!(zhao.read(meeting, Meeting::read).unwrap().decisions.len(), 1);
}

#[test]
fn board_and_office_carry_out_the_same_decision_apart_and_nobody_has_to_settle_it() {
    let world = World::new();
    let matter = raised(&world);
    let mut board = world.phone(BOARD);
    world.sync(&mut board);
    let meeting = held(&mut board, "assignment", matter);
    does(&mut board, meeting, &assign(matter));
    world.sync(&mut board);

    let served = Served::of(&world.town);
    let carry_out = format!("/office/v1/meetings/{meeting}/carry-out");
    let told = served.post_json(&carry_out, "{}").json();
    assert_eq!(told, json!({ "steps": [[matter, "assign"]], "left": [] }));
    assert_eq!(board.carry_out(meeting, false).unwrap().steps, [(matter, "assign")], "the phone has not heard of it");
    assert_eq!(world.sync(&mut board).refused, 0);
    let read = Matter::read(&world.town.document(matter).unwrap());
    assert_eq!((read.state(), read.story.owner), (State::Assigned, Some(worker(ZHAO))));
    assert_eq!(read.story.steps.iter().filter(|told| matches!(told.step.act, Act::Assign(_))).count(), 2);
    assert!(!read.story.is_disputed());
    assert_eq!(served.post_json(&carry_out, "{}").json(), json!({ "steps": [], "left": [] }));
    assert!(world.town.disputed().unwrap().is_empty());
}

#[test]
fn counts_two_people_entered_differently_wait_for_a_person_with_both_values() {
    let world = World::new();
    let matter = raised(&world);
    let (mut board, mut li) = (world.phone(BOARD), world.phone(LI));
    world.sync(&mut board);
    let meeting = held(&mut board, "review", matter);
    world.sync(&mut board);
    world.sync(&mut li);
    let count = |satisfied: i64| json!({ "do": "ballot", "matter": matter, "satisfied": satisfied, "yes": 9 });
    does(&mut board, meeting, &count(12));
    does(&mut li, meeting, &count(11));
    world.sync(&mut board);
    world.sync(&mut li);
    let served = Served::of(&world.town);
    let open = served.get("/office/v1/conflicts").json()["conflicts"].as_array().unwrap().clone();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0]["values"].as_array().unwrap().len(), 2);
    let left =
        &served.post_json(&format!("/office/v1/meetings/{meeting}/carry-out"), r#"{"verdicts": true}"#).json()["left"];
    assert_eq!(left[0]["why"], "disputed");
    let settle = json!({ "doc": open[0]["doc"], "key": open[0]["key"], "value": open[0]["values"][0]["value"] });
    assert_eq!(served.post_json("/office/v1/conflicts/settle", &settle.to_string()).status, 200);
    assert_eq!(world.column("meeting_ballots", "satisfied").len(), 1);
    assert!(served.get("/office/v1/conflicts").json()["conflicts"].as_array().unwrap().is_empty());
}

#[test]
fn what_a_replaced_recorder_wrote_before_hearing_of_it_goes_in_late() {
    let world = World::new();
    let matter = raised(&world);
    let (mut board, mut li) = (world.phone(BOARD), world.phone(LI));
    world.sync(&mut board);
    let meeting = held(&mut board, "assignment", matter);
    world.sync(&mut board);
    world.sync(&mut li);
    does(&mut board, meeting, &json!({ "do": "change", "recorder": worker(ZHAO) }));
    world.sync(&mut board);
    does(&mut li, meeting, &assign(matter));
    let report = world.sync(&mut li);
    assert_eq!((report.recorded, report.late, report.refused), (1, 1, 0));
    let recorded = Meeting::read(&world.town.document(meeting).unwrap());
    assert_eq!(recorded.decisions.len(), 1);
    assert_eq!(world.column("late_entries", "doc"), [meeting.to_string()]);
}

#[test]
fn the_office_holds_a_village_talk_by_deeds() {
    let world = World::new();
    let served = Served::of(&world.town);
    let call = json!({ "do": "call", "village": village(), "kind": "village_talk", "date": "2026-11-23" });
    let begun = served.post_json("/office/v1/begin/meeting", &call.to_string()).json();
    let deeds = format!("/office/v1/documents/{}/deeds", begun["id"].as_str().unwrap());
    for (said, status) in [
        (json!({ "do": "publish" }), 422),
        (json!({ "do": "vote", "by": "张三" }), 400),
        (json!({ "do": "hold" }), 200),
        (json!({ "do": "decide", "title": "食堂", "decision": "agree", "text": "先试" }), 200),
        (json!({ "do": "add_minutes", "text": "都说好。" }), 200),
        (json!({ "do": "publish" }), 200),
    ] {
        assert_eq!(served.post_json(&deeds, &said.to_string()).status, status, "{said}");
    }
    let id: DocId = begun["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(Meeting::read(&world.town.document(id).unwrap()).state(), MeetingState::Published);
    assert_eq!(world.column("meetings", "state"), ["published"]);
    for (path, body, status) in [
        (format!("/office/v1/meetings/{}/carry-out", home(1)), "{}", 404),
        (format!("/office/v1/meetings/{}/carry-out", DocId::mint(DocKind::Meeting, [9; 16])), "{}", 404),
        ("/office/v1/meetings/nonsense/carry-out".to_owned(), "{}", 404),
        (format!("/office/v1/meetings/{id}/carry-out"), r#"{"all": true}"#, 400),
    ] {
        assert_eq!(served.post_json(&path, body).status, status, "{path}");
    }
}
