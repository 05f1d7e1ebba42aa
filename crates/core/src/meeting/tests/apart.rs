//! People who prepare and record one meeting while they are apart.

use serde_json::json;

use super::{CHAIR, OWNER, RECORDER, called, deed, does, held, matter, titles};
use crate::Document;
use crate::card::Card;
use crate::deed::Deed as _;
use crate::meeting::{Ballot, Item, Meeting, MeetingState};
use crate::testing::{merge, worker, write};
use crate::views::project;

fn item(n: u8) -> crate::RecordId {
    Item::id_of(matter(n))
}

fn four_items() -> Document {
    let mut document = called("analysis");
    for n in 1..=4 {
        does(&mut document, RECORDER, n, json!({ "do": "add_item", "matter": matter(n), "title": n.to_string() }));
    }
    document
}

#[test]
fn two_people_who_reorder_an_agenda_lose_no_item() {
    let (mut chair, mut recorder) = (four_items(), four_items());
    does(&mut chair, CHAIR, 1, json!({ "do": "move_item", "item": item(4), "before": item(1) }));
    does(&mut recorder, RECORDER, 2, json!({ "do": "move_item", "item": item(1) }));
    does(&mut recorder, RECORDER, 3, json!({ "do": "add_item", "title": "5" }));
    let both = merge(&chair, &recorder);
    assert_eq!(titles(&both), titles(&merge(&recorder, &chair)));
    assert_eq!(titles(&both), ["4", "2", "3", "1", "5"], "both orders hold where they can");
    assert!(!both.has_conflict());
}

#[test]
fn an_item_that_one_drops_and_another_renames_stays() {
    let (mut chair, mut recorder) = (four_items(), four_items());
    does(&mut chair, CHAIR, 1, json!({ "do": "drop_item", "item": item(2) }));
    does(&mut recorder, RECORDER, 2, json!({ "do": "change_item", "item": item(2), "title": "二改" }));
    let both = merge(&chair, &recorder);
    assert!(titles(&both).contains(&"二改".to_owned()), "what somebody wrote is not lost");
    does(&mut recorder, RECORDER, 3, json!({ "do": "move_item", "item": item(3) }));
    does(&mut chair, CHAIR, 4, json!({ "do": "drop_item", "item": item(3) }));
    assert!(!titles(&merge(&chair, &recorder)).contains(&"3".to_owned()), "a position alone is no item");
}

#[test]
fn two_people_who_put_the_same_matter_on_the_agenda_put_it_there_once() {
    let (mut chair, mut recorder) = (called("analysis"), called("analysis"));
    for (document, by) in [(&mut chair, CHAIR), (&mut recorder, RECORDER)] {
        does(document, by, by, json!({ "do": "add_item", "matter": matter(1), "title": "河道" }));
    }
    let both = merge(&chair, &recorder);
    assert_eq!(titles(&both), ["河道"]);
    assert!(!both.has_conflict());
}

#[test]
fn counts_that_two_people_entered_differently_are_shown_with_both_values() {
    let count = |document: &mut Document, by: u8, satisfied: i64| {
        does(document, by, 30, json!({ "do": "ballot", "matter": matter(1), "satisfied": satisfied, "yes": 5 }));
    };
    let (mut chair, mut recorder) = (held("review"), held("review"));
    count(&mut chair, CHAIR, 9);
    count(&mut recorder, RECORDER, 8);
    let both = merge(&chair, &recorder);
    let meeting = Meeting::read(&both);
    let rivals: Vec<i64> =
        meeting.ballot(Some(matter(1))).unwrap().rivals.iter().map(|told| told.value.satisfied).collect();
    assert_eq!(rivals.len(), 2);
    assert!(rivals.contains(&9) && rivals.contains(&8));
    assert!(Card::of(&both).conflict);
    let key = format!("ballot/{}", Ballot::id_of(Some(matter(1))));
    assert!(project(&both).iter().any(|row| row.view == "conflicts" && format!("{row:?}").len() > key.len()));

    let (mut chair, mut recorder) = (held("review"), held("review"));
    count(&mut chair, CHAIR, 9);
    count(&mut recorder, RECORDER, 9);
    assert!(!merge(&chair, &recorder).has_conflict(), "two who counted the same agree");
}

#[test]
fn two_recorders_who_wrote_the_same_decision_agree_and_different_ones_disagree() {
    let decide = |document: &mut Document, by: u8, due: &str| {
        let said = json!({ "do": "decide", "item": item(1), "decision": "assign", "owner": worker(OWNER), "due": due });
        does(document, by, 30, said);
    };
    let (mut chair, mut recorder) = (held("assignment"), held("assignment"));
    decide(&mut chair, CHAIR, "2026-11-20");
    decide(&mut recorder, RECORDER, "2026-11-20");
    let mut both = merge(&chair, &recorder);
    assert!(!both.has_conflict());
    decide(&mut both, RECORDER, "2026-11-25");
    assert!(!both.has_conflict(), "who has seen the other's writes over it, and that is no disagreement");
    let (mut chair, mut recorder) = (held("assignment"), held("assignment"));
    decide(&mut chair, CHAIR, "2026-11-20");
    decide(&mut recorder, RECORDER, "2026-11-25");
    let mut both = merge(&chair, &recorder);
    assert_eq!(Meeting::read(&both).decisions[&item(1)].rivals.len(), 2);
    let publish = deed(json!({ "do": "publish" }));
    assert!(publish.edit(&both, &super::hand(CHAIR, 40)).is_err(), "what is disputed is not put on the board");
    decide(&mut both, CHAIR, "2026-11-25");
    let edit = publish.edit(&both, &super::hand(CHAIR, 40)).unwrap();
    write(&mut both, CHAIR, edit);
    assert_eq!(Meeting::read(&both).state(), MeetingState::Published);
}

#[test]
fn of_two_who_hold_and_cancel_apart_both_are_shown_and_every_replica_says_the_same() {
    let (mut chair, mut recorder) = (called("analysis"), called("analysis"));
    does(&mut chair, CHAIR, 1, json!({ "do": "cancel", "reason": "下雨" }));
    does(&mut recorder, RECORDER, 2, json!({ "do": "hold" }));
    let (one, other) = (Meeting::read(&merge(&chair, &recorder)), Meeting::read(&merge(&recorder, &chair)));
    assert_eq!(one.course, other.course);
    assert_eq!(one.course.steps.len(), 2);
    assert_eq!(one.course.steps.iter().filter(|told| told.not_standing.is_some()).count(), 1);
}

fn noted(document: &Document) -> String {
    Meeting::read(document).minutes.0
}

#[test]
fn two_recorders_who_write_the_minutes_apart_both_keep_their_words() {
    let mut begun = held("analysis");
    does(&mut begun, RECORDER, 30, json!({ "do": "minutes", "text": "一、河道。\n二、路灯。\n" }));
    let (mut chair, mut recorder) = (begun.clone(), begun.clone());
    let read = noted(&begun);
    does(&mut chair, CHAIR, 31, json!({ "do": "minutes", "text": "一、河道，雇船打捞。\n二、路灯。\n", "read": read }));
    does(&mut recorder, RECORDER, 32, json!({ "do": "minutes", "text": "一、河道。\n二、路灯，找王师傅。\n" }));
    does(&mut recorder, RECORDER, 33, json!({ "do": "add_minutes", "text": "三、食堂。" }));
    let (both, other) = (merge(&chair, &recorder), merge(&recorder, &chair));
    assert_eq!(noted(&both), "一、河道，雇船打捞。\n二、路灯，找王师傅。\n三、食堂。");
    assert_eq!(noted(&other), noted(&both));
    assert!(!both.has_conflict());
}

#[test]
fn who_saves_minutes_read_earlier_takes_nothing_of_others_away() {
    let mut document = held("analysis");
    does(&mut document, RECORDER, 30, json!({ "do": "minutes", "text": "一、河道。\n" }));
    let read = noted(&document);
    does(&mut document, CHAIR, 31, json!({ "do": "add_minutes", "text": "二、路灯。" }));
    does(&mut document, RECORDER, 32, json!({ "do": "minutes", "text": "一、河道垃圾。\n", "read": read }));
    assert_eq!(noted(&document), "一、河道垃圾。\n二、路灯。");
}
