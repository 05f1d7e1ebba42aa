//! Meetings on phones: what was decided is carried out where the matters are.

use lianhu_core::deed::from_json;
use lianhu_core::matter::{Act, MatterForm, State};
use lianhu_core::meeting::{Meeting, NotCarried};
use lianhu_core::{DocId, DocKind};
use serde_json::{Value, json};

use super::town::{Phone, Town, day, phone, worker};
use crate::{Saved, WorkbookError};

const LEAD: u8 = 4;

fn does(book: &mut Phone, id: DocId, said: &Value) {
    let said = said.to_string();
    let saved = book.act(id, &*from_json(DocKind::Meeting, &said).unwrap()).unwrap();
    assert_ne!(saved, Saved::Unchanged, "{said}");
}

/// A branch meeting on the lead's phone that hands a matter to the first member.
fn held(book: &mut Phone, matter: DocId, recorder: u8) -> DocId {
    let call = json!({
        "do": "call", "village": book.owner().roster, "kind": "branch", "date": "2026-11-23", "recorder": worker(recorder)
    });
    let id = book.begin(&*from_json(DocKind::Meeting, &call.to_string()).unwrap()).unwrap();
    for said in [
        json!({ "do": "add_item", "matter": matter, "title": "桥边路灯" }),
        json!({ "do": "hold", "on": "2026-11-23" }),
        json!({ "do": "decide", "matter": matter, "decision": "assign", "owner": worker(1), "due": "2026-12-20" }),
    ] {
        does(book, id, &said);
    }
    id
}

fn raised(book: &mut Phone) -> DocId {
    let form = MatterForm { title: "桥边路灯".into(), ..MatterForm::default() };
    let id = book.matters().raise(form).unwrap();
    book.matters().step(id, Act::Submit).unwrap();
    id
}

#[test]
fn a_lead_carries_out_what_the_branch_decided_without_a_line_and_only_once() {
    let mut town = Town::new();
    let mut lead = phone(LEAD);
    town.sync(&mut lead);
    let matter = raised(&mut lead);
    let meeting = held(&mut lead, matter, 2);
    let out = lead.carry_out(meeting, false).unwrap();
    assert_eq!((out.steps, out.left), (vec![(matter, "assign")], vec![]));
    let story = lead.matters().get(matter).unwrap().content.story;
    assert_eq!((story.state, story.due), (State::Assigned, Some(day("2026-12-20"))));
    assert!(lead.carry_out(meeting, false).unwrap().steps.is_empty());
    assert_eq!(town.sync(&mut lead).refused, 0);
}

#[test]
fn what_is_not_here_or_not_ones_own_step_is_left_with_the_reason() {
    let mut town = Town::new();
    let (mut lead, mut member) = (phone(LEAD), phone(2));
    town.sync(&mut lead);
    town.sync(&mut member);
    let elsewhere = DocId::mint(DocKind::Matter, [77; 16]);
    let meeting = held(&mut lead, elsewhere, 2);
    let why = |out: lianhu_core::meeting::CarriedOut| out.left.iter().map(|left| left.why).collect::<Vec<_>>();
    assert_eq!(why(lead.carry_out(meeting, false).unwrap()), [NotCarried::NotHere]);

    let matter = raised(&mut member);
    town.sync(&mut member);
    town.sync(&mut lead);
    let meeting = held(&mut lead, matter, 2);
    town.sync(&mut lead);
    town.sync(&mut member);
    let out = member.carry_out(meeting, false).unwrap();
    assert_eq!((out.steps.len(), why(out)), (0, vec![NotCarried::NotYours]), "a member does not assign");
}

#[test]
fn minutes_and_decisions_that_two_phones_wrote_apart_come_together() {
    let mut town = Town::new();
    let (mut lead, mut recorder) = (phone(LEAD), phone(2));
    town.sync(&mut lead);
    let matter = raised(&mut lead);
    let meeting = held(&mut lead, matter, 2);
    town.sync(&mut lead);
    town.sync(&mut recorder);
    does(&mut lead, meeting, &json!({ "do": "minutes", "text": "一、路灯。" }));
    does(&mut recorder, meeting, &json!({ "do": "minutes", "text": "记录：到会九人。" }));
    does(&mut recorder, meeting, &json!({ "do": "decide", "title": "食堂", "decision": "agree", "text": "先试" }));
    town.sync(&mut lead);
    town.sync(&mut recorder);
    town.sync(&mut lead);
    let read = |book: &mut Phone| book.read(meeting, Meeting::read).unwrap().content;
    let (one, other) = (read(&mut lead), read(&mut recorder));
    assert_eq!(one, other);
    assert!(one.minutes.contains("一、路灯。") && one.minutes.contains("记录：到会九人。"));
    assert_eq!(one.decisions.len(), 2);
}

#[test]
fn an_agenda_is_proposed_from_the_matters_on_the_phone() {
    let mut book = phone(LEAD);
    let matter = raised(&mut book);
    let open = book.open_matters().unwrap();
    assert_eq!(open.iter().map(|open| (open.id, open.state)).collect::<Vec<_>>(), [(matter, State::Submitted)]);
    assert!(matches!(book.carry_out(matter, false), Err(WorkbookError::NotHere(_))), "that is no meeting");
}
