//! Who reads a meeting, and who writes it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{CHAIR, RECORDER, called, edit, held, matter, saying, village};
use crate::access::{Facts, readers};
use crate::meeting::Item;
use crate::policy::{Author, Judgement, Ruling, Why, judge};
use crate::roster::{self, GridDraft, GridForm, Role, Roster, WorkerDraft, WorkerForm};
use crate::testing::{day, doc, id, stamp, worker, write};
use crate::{DocKind, Document, Edit, WorkerId};

const MEMBER: u8 = 1;
const BOARD: u8 = 5;
const LEAD: u8 = 6;
const NODE: u8 = 7;
const SUPERVISOR: u8 = 8;
const GRID_LEADER: u8 = 10;
const DESK: u8 = 11;

fn village_roster() -> Roster {
    let mut document = Document::new(village());
    let mut edit = Edit::new();
    for (n, role) in [
        (MEMBER, Role::Member),
        (RECORDER, Role::Member),
        (CHAIR, Role::Member),
        (4, Role::Member),
        (BOARD, Role::VillageBoard),
        (LEAD, Role::BranchLead),
        (NODE, Role::Node),
        (SUPERVISOR, Role::Supervisor),
        (GRID_LEADER, Role::Member),
    ] {
        let form =
            WorkerForm { name: "某某".into(), roles: [role].into(), grids: [id(9)].into(), ..WorkerForm::default() };
        edit.extend(roster::put_worker(worker(n), &WorkerDraft::new(&form).unwrap()));
    }
    let form = GridForm { name: "一网格".into(), leader: Some(worker(GRID_LEADER)), ..GridForm::default() };
    edit.extend(roster::put_grid(id(9), &GridDraft::new(&form).unwrap()));
    write(&mut document, DESK, edit);
    Roster::read(&document)
}

/// What becomes of a deed.
fn ruling(before: &Document, by: u8, said: Value) -> Ruling {
    let shown = said.to_string();
    ruling_of(before, by, edit(before, by, 60, said).unwrap_or_else(|why| panic!("{shown}: {why}")))
}

fn ruling_of(before: &Document, by: u8, edit: Edit) -> Ruling {
    let roster = village_roster();
    let author = match by {
        DESK => Author::town_desk(worker(DESK)),
        by => Author::of_roster(worker(by), &roster).unwrap_or_else(|| Author::unknown(worker(by))),
    };
    let keys: Vec<_> = edit.keys().map(str::to_owned).collect();
    let mut after = before.clone();
    after.write(stamp(by, 0), edit).unwrap();
    judge(&Judgement { author: &author, keys: &keys, before, after: &after, roster: Some(&roster), on: day(6) })
}

fn refused(why: Why) -> Ruling {
    why.into()
}

fn call(kind: &str, more: Value) -> Value {
    saying(json!({ "do": "call", "village": village(), "kind": kind, "date": "2026-11-06" }), more)
}

#[test]
fn a_meeting_is_called_by_those_who_hold_it() {
    let blank = Document::new(doc(DocKind::Meeting, 7));
    let not_yours = refused(Why::NotYourMeeting);
    for (kind, more, may) in [
        ("analysis", json!({}), &[BOARD, DESK][..]),
        ("assignment", json!({}), &[BOARD, DESK]),
        ("review", json!({}), &[BOARD, DESK]),
        ("village_talk", json!({}), &[BOARD, DESK]),
        ("branch", json!({}), &[BOARD, DESK, LEAD]),
        ("grid", json!({ "grid": id(9) }), &[BOARD, DESK, LEAD, NODE, GRID_LEADER]),
        ("grid", json!({ "grid": id(8) }), &[BOARD, DESK, LEAD]),
        ("grid", json!({}), &[BOARD, DESK, LEAD, NODE, GRID_LEADER]),
    ] {
        for by in [MEMBER, BOARD, LEAD, NODE, SUPERVISOR, GRID_LEADER, DESK] {
            let expected = if may.contains(&by) { Ruling::Allow } else { not_yours };
            assert_eq!(ruling(&blank, by, call(kind, more.clone())), expected, "{kind} {more} by {by}");
        }
    }
    let named_oneself = call("analysis", json!({ "chair": worker(MEMBER), "recorder": worker(MEMBER) }));
    assert_eq!(ruling(&blank, MEMBER, named_oneself), not_yours, "naming oneself does not help");
}

#[test]
fn a_meeting_is_kept_by_chair_recorder_board_and_desk() {
    let document = held("assignment");
    let decide = json!({
        "do": "decide", "item": Item::id_of(matter(1)), "decision": "assign", "owner": worker(1), "due": "2026-11-20"
    });
    let others = [json!({ "do": "publish" }), json!({ "do": "add_item", "title": "食堂" }), decide];
    for said in others {
        for by in [CHAIR, RECORDER, BOARD, DESK] {
            assert_eq!(ruling(&document, by, said.clone()), Ruling::Allow, "{said} by {by}");
        }
        for by in [MEMBER, LEAD, NODE, SUPERVISOR, GRID_LEADER] {
            assert_eq!(ruling(&document, by, said.clone()), refused(Why::NotYourMeeting), "{said} by {by}");
        }
    }
}

#[test]
fn its_kind_village_and_caller_stay() {
    let document = called("branch");
    for (key, value) in
        [("kind", "analysis".into()), ("called_by", crate::Scalar::Bytes(worker(1).0.as_bytes().to_vec()))]
    {
        let mut edit = Edit::new();
        edit.put(key, value);
        assert_eq!(ruling_of(&document, CHAIR, edit), refused(Why::WrittenOnce), "{key}");
    }
}

#[test]
fn steps_name_their_author_and_are_never_rewritten() {
    let document = held("assignment");
    let (key, field) = document.list("step/").remove(0);
    let mut again = Edit::new();
    again.put(key.clone(), "{}");
    assert_ne!(ruling_of(&document, CHAIR, again), Ruling::Allow);
    let mut gone = Edit::new();
    gone.remove(key);
    assert_eq!(ruling_of(&document, CHAIR, gone), refused(Why::StepsStay));
    let mut anothers = Edit::new();
    anothers.put(format!("step/{}", id(5)), field.value);
    assert_eq!(ruling_of(&document, CHAIR, anothers), refused(Why::OtherName), "the recorder's step, by the chair");
}

#[test]
fn what_a_former_recorder_wrote_goes_in_late() {
    let mut document = held("assignment");
    super::does(&mut document, CHAIR, 61, json!({ "do": "change", "recorder": worker(4) }));
    let add = json!({ "do": "add_item", "title": "食堂" });
    assert_eq!(ruling(&document, RECORDER, add.clone()), Ruling::AllowLate);
    assert_eq!(ruling(&document, 4, add.clone()), Ruling::Allow);
    assert_eq!(ruling(&document, MEMBER, add), refused(Why::NotYourMeeting));
}

#[test]
fn minutes_are_written_by_those_who_were_called_too() {
    let mut document = held("analysis");
    let add = json!({ "do": "add_minutes", "text": "河里有垃圾。" });
    for by in [MEMBER, RECORDER, CHAIR, BOARD, DESK] {
        assert_eq!(ruling(&document, by, add.clone()), Ruling::Allow, "{by}");
    }
    for by in [4, LEAD, SUPERVISOR, NODE] {
        assert_eq!(ruling(&document, by, add.clone()), refused(Why::NotYourMeeting), "{by}");
    }
    let left_out = json!({ "do": "attend", "workers": [worker(MEMBER)], "attendance": "left_out" });
    super::does(&mut document, RECORDER, 64, left_out);
    assert_eq!(ruling(&document, MEMBER, add), Ruling::AllowLate);
}

#[test]
fn a_meeting_is_read_by_those_it_names_and_those_who_answer_for_the_village() {
    let mut document = held("assignment");
    let owner: WorkerId = worker(4);
    let said = json!({
        "do": "decide", "matter": matter(1), "decision": "assign", "owner": owner, "co_owners": [worker(NODE)],
        "due": "2026-11-20"
    });
    super::does(&mut document, RECORDER, 62, said);
    let read = |document: &Document| readers(DocKind::Meeting, &Facts::of(document), &village_roster(), day(6));
    let named = [MEMBER, RECORDER, CHAIR, 4, NODE].map(worker);
    let always = [BOARD, LEAD, SUPERVISOR].map(worker);
    assert_eq!(read(&document), named.into_iter().chain(always).collect::<BTreeSet<_>>());
    let left_out = json!({ "do": "attend", "workers": [worker(MEMBER)], "attendance": "left_out" });
    super::does(&mut document, RECORDER, 63, left_out);
    assert!(!read(&document).contains(&worker(MEMBER)));
    assert!(!read(&document).contains(&worker(GRID_LEADER)));
}
