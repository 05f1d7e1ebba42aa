//! Meetings, as people hold them.

mod apart;
mod carried;
mod papers;
mod refusals;
mod samples;
mod who;

pub(in crate::meeting) use samples::{REFUSED, SAMPLES};

use serde_json::{Value, json};

use crate::deed::{Deed as _, Hand};
use crate::draft::Refusal;
use crate::meeting::{Attendance, Item, Meeting, MeetingDeed, MeetingKind, MeetingState};
use crate::testing::{day, doc, worker, write};
use crate::{DeviceMillis, DocId, DocKind, Document, Edit, RecordId};

pub(super) const CHAIR: u8 = 3;
pub(super) const RECORDER: u8 = 2;
pub(super) const OWNER: u8 = 1;

pub(super) fn matter(n: u8) -> DocId {
    doc(DocKind::Matter, n)
}

pub(super) fn village() -> DocId {
    doc(DocKind::Roster, 1)
}

pub(super) fn hand(by: u8, random: u8) -> Hand {
    Hand { worker: worker(by), at: DeviceMillis(i64::from(random)), today: day(6), random: [random; 16] }
}

/// A deed as the office's JSON says it.
pub(super) fn deed(said: Value) -> MeetingDeed {
    let shown = said.to_string();
    serde_json::from_value(said).unwrap_or_else(|why| panic!("{shown}: {why}"))
}

pub(super) fn edit(document: &Document, by: u8, random: u8, said: Value) -> Result<Edit, Refusal> {
    deed(said).edit(document, &hand(by, random))
}

/// A deed with more fields than it has.
pub(super) fn saying(mut deed: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("{more} is no object") };
    deed.as_object_mut().unwrap().extend(more);
    deed
}

/// Somebody does something.
pub(super) fn does(document: &mut Document, by: u8, random: u8, said: Value) {
    let shown = said.to_string();
    let edit = edit(document, by, random, said).unwrap_or_else(|why| panic!("{shown}: {why}"));
    write(document, by, edit);
}

/// A meeting that was called, with a chair and a recorder.
pub(super) fn called(kind: &str) -> Document {
    let mut document = Document::new(doc(DocKind::Meeting, 1));
    does(
        &mut document,
        CHAIR,
        1,
        json!({
            "do": "call", "village": village(), "kind": kind, "date": "2026-11-06", "number": "2026-6", "time": "晚上七点",
            "place": "文化礼堂", "chair": worker(CHAIR), "recorder": worker(RECORDER), "workers": [worker(OWNER)],
        }),
    );
    document
}

/// The same with two matters on its agenda, and held.
pub(super) fn held(kind: &str) -> Document {
    let mut document = called(kind);
    for (n, title) in [(1, "清理河道垃圾"), (2, "桥边路灯不亮")] {
        does(&mut document, RECORDER, 10 + n, json!({ "do": "add_item", "matter": matter(n), "title": title }));
    }
    does(&mut document, RECORDER, 20, json!({ "do": "hold", "on": "2026-11-06" }));
    document
}

pub(super) fn titles(document: &Document) -> Vec<String> {
    let meeting = Meeting::read(document);
    let title = |item: &Item| item.title.as_ref().map(|title| title.value.as_str().to_owned()).unwrap_or_default();
    meeting.agenda().into_iter().map(|(_, item)| title(item)).collect()
}

#[test]
fn a_meeting_reads_as_it_was_called() {
    let meeting = Meeting::read(&called("analysis"));
    assert_eq!((meeting.kind(), meeting.state()), (Some(MeetingKind::Analysis), MeetingState::Called));
    assert_eq!(meeting.village.as_ref().unwrap().value, village());
    assert_eq!(meeting.called_by.as_ref().unwrap().value, worker(CHAIR));
    assert_eq!(meeting.date.as_ref().unwrap().value, day(6));
    assert_eq!(meeting.place.as_ref().unwrap().value.as_str(), "文化礼堂");
    let called: Vec<_> = meeting.called().collect();
    assert_eq!(called, [worker(OWNER), worker(RECORDER), worker(CHAIR)], "chair and recorder are called too");
    assert!(meeting.attendees.values().all(|attendance| attendance.value == Attendance::Invited));
}

#[test]
fn an_agenda_is_kept_in_the_order_people_give_it() {
    let mut document = called("analysis");
    for (n, title) in [(1, "一"), (2, "二"), (3, "三")] {
        does(&mut document, RECORDER, n, json!({ "do": "add_item", "matter": matter(n), "title": title }));
    }
    let item = |n| Item::id_of(matter(n));
    does(&mut document, RECORDER, 4, json!({ "do": "add_item", "title": "四", "before": item(1) }));
    assert_eq!(titles(&document), ["四", "一", "二", "三"]);
    does(&mut document, RECORDER, 5, json!({ "do": "move_item", "item": item(3), "before": item(2) }));
    does(&mut document, RECORDER, 6, json!({ "do": "move_item", "item": item(1) }));
    assert_eq!(titles(&document), ["四", "三", "二", "一"]);
    does(&mut document, RECORDER, 7, json!({ "do": "drop_item", "item": item(2) }));
    does(&mut document, RECORDER, 8, json!({ "do": "add_item", "matter": matter(1), "title": "又一", "five": "环境" }));
    assert_eq!(titles(&document), ["四", "三", "一"], "a matter is on the agenda once");
    let meeting = Meeting::read(&document);
    assert_eq!(meeting.items[&item(1)].five.as_ref().unwrap().value.as_str(), "环境");
}

#[test]
fn items_moved_to_the_same_place_again_and_again_never_run_out_of_room() {
    let mut document = called("analysis");
    for n in 1..=3 {
        does(&mut document, RECORDER, n, json!({ "do": "add_item", "matter": matter(n), "title": n.to_string() }));
    }
    let mut order = vec![1, 2, 3];
    for _ in 0..40 {
        // The last one goes between the first two.
        let (last, second) = (order[2], order[1]);
        let said =
            json!({ "do": "move_item", "item": Item::id_of(matter(last)), "before": Item::id_of(matter(second)) });
        does(&mut document, RECORDER, 9, said);
        order = vec![order[0], last, second];
        assert_eq!(titles(&document), order.iter().map(u8::to_string).collect::<Vec<_>>());
    }
}

#[test]
fn a_meeting_goes_its_course() {
    let mut document = held("assignment");
    assert_eq!(Meeting::read(&document).held_on(), Some(day(6)));
    does(&mut document, CHAIR, 30, json!({ "do": "publish", "on": "2026-11-08" }));
    let meeting = Meeting::read(&document);
    assert_eq!((meeting.state(), meeting.published_on()), (MeetingState::Published, Some(day(8))));

    let mut document = held("branch");
    does(&mut document, CHAIR, 30, json!({ "do": "close" }));
    assert_eq!(Meeting::read(&document).state(), MeetingState::Closed);

    let mut document = called("analysis");
    does(&mut document, CHAIR, 30, json!({ "do": "cancel", "reason": "台风" }));
    assert_eq!(Meeting::read(&document).state(), MeetingState::Cancelled);
}

#[test]
fn who_came_is_kept_apart_from_who_was_called() {
    let mut document = called("review");
    does(&mut document, RECORDER, 2, json!({ "do": "guest", "name": "沈阿姨", "role": "居民代表" }));
    let guest: RecordId = *Meeting::read(&document).guests.keys().next().unwrap();
    does(&mut document, RECORDER, 3, json!({ "do": "guest", "guest": guest, "attendance": "present" }));
    does(
        &mut document,
        RECORDER,
        4,
        json!({ "do": "attend", "workers": [worker(OWNER), worker(4)], "attendance": "present" }),
    );
    does(&mut document, RECORDER, 5, json!({ "do": "attend", "workers": [worker(CHAIR)], "attendance": "left_out" }));
    let meeting = Meeting::read(&document);
    let guest = &meeting.guests[&guest];
    assert_eq!(guest.name.as_ref().unwrap().value.as_str(), "沈阿姨");
    assert_eq!(guest.attendance.as_ref().unwrap().value, Attendance::Present);
    assert_eq!(meeting.attendees[&worker(4)].value, Attendance::Present);
    assert!(!meeting.called().any(|called| called == worker(CHAIR)));
    assert!(meeting.named().contains(&worker(CHAIR)), "who chairs it is named all the same");
}

#[test]
fn a_decision_about_something_new_puts_it_on_the_agenda() {
    let mut document = held("village_talk");
    let said = json!({ "do": "decide", "title": "老年食堂", "decision": "agree", "text": "先试一个月", "owner": worker(OWNER) });
    does(&mut document, RECORDER, 30, said);
    assert_eq!(titles(&document), ["清理河道垃圾", "桥边路灯不亮", "老年食堂"]);
    let meeting = Meeting::read(&document);
    let (item, decision) = meeting.decisions.iter().next().unwrap();
    assert!(meeting.items.contains_key(item));
    assert_eq!(decision.value.title.as_ref().unwrap().as_str(), "老年食堂");
    does(&mut document, RECORDER, 31, json!({ "do": "drop_item", "item": item }));
    assert_eq!(Meeting::read(&document).decisions.len(), 1, "what was decided stays");
    does(&mut document, RECORDER, 32, json!({ "do": "take_back", "item": item }));
    assert!(Meeting::read(&document).decisions.is_empty());
}
