//! Phones and their township.

use lianhu_core::DocId;
use lianhu_core::diary::EntryForm;
use lianhu_core::draft::Month;
use lianhu_core::household::{CardForm, VisitForm};

use super::town::{Phone, Town, day, phone};
use crate::{Answer, Place, Step, SyncError};

fn visit(note: &str) -> VisitForm {
    VisitForm { date: Some(day("2026-11-22")), note: note.into(), ..VisitForm::default() }
}

fn phone_field(number: &str) -> CardForm {
    CardForm { phone: number.into(), ..CardForm::default() }
}

/// Phones 1 and 2, both linked to one household that phone 1 made.
fn two_members(town: &mut Town) -> (Phone, Phone, DocId) {
    let (mut one, mut two) = (phone(1), phone(2));
    let card = CardForm { head: "张伟".into(), ..CardForm::default() };
    let household = one.households().create(&card).unwrap();
    town.sync(&mut one);
    town.link(1, household);
    town.link(2, household);
    assert!(town.sync(&mut one).proven);
    assert!(town.sync(&mut two).proven);
    (one, two, household)
}

#[test]
fn what_was_kept_is_recorded_after_a_sync() {
    let mut town = Town::new();
    let mut book = phone(1);
    let form = EntryForm { date: Some(day("2026-11-20")), text: "走访三户".into(), ..EntryForm::default() };
    book.diary().write(form).unwrap();
    let report = town.sync(&mut book);
    assert_eq!((report.recorded, report.refused, report.held), (1, 0, 0));
    assert!(report.proven);
    let month = Month::of(day("2026-11-01")).unwrap();
    assert_eq!(book.diary().month(month).unwrap()[0].place, Place::Recorded);
    let status = book.status().unwrap();
    assert_eq!((status.kept, status.recorded), (0, 1));
    assert_eq!(status.last_sync, Some(report));
    assert!(book.roster().unwrap().unwrap().workers.len() == 4);
}

#[test]
fn a_phone_with_nothing_new_asks_once_in_about_a_hundred_bytes() {
    let mut town = Town::new();
    let (mut one, _, _) = two_members(&mut town);
    let report = town.sync(&mut one);
    assert_eq!((report.round_trips, report.received), (1, 0));
    assert!(report.bytes_sent <= 100 && report.bytes_received <= 120, "{report:?}");
}

#[test]
fn a_visit_reaches_the_other_linked_member() {
    let mut town = Town::new();
    let (mut one, mut two, household) = two_members(&mut town);
    let record = one.households().visit(household, visit("想装扶手")).unwrap();
    assert_eq!(one.households().get(household).unwrap().places.record("visit", record), Place::Kept);
    town.sync(&mut one);
    let report = town.sync(&mut two);
    assert_eq!(report.received, 1);
    let page = two.households().get(household).unwrap();
    assert_eq!(page.visits[&record].value.note.as_ref().unwrap().as_str(), "想装扶手");
    assert_eq!(page.places.whole(), Place::Recorded);
    assert_eq!(two.households().list().unwrap()[0].card.records, 1);
}

#[test]
fn two_who_write_different_things_see_both_and_one_of_them_settles_it() {
    let mut town = Town::new();
    let (mut one, mut two, household) = two_members(&mut town);
    one.households().change(household, &phone_field("13800000001")).unwrap();
    two.households().change(household, &phone_field("13800000002")).unwrap();
    for phone in [&mut one, &mut two] {
        town.sync(phone);
    }
    town.sync(&mut one);
    for phone in [&mut one, &mut two] {
        assert!(phone.households().list().unwrap()[0].card.conflict);
        let conflicts = phone.conflicts(household).unwrap();
        assert_eq!((conflicts.len(), conflicts[0].rivals.len()), (1, 2));
    }
    let chosen = two.conflicts(household).unwrap()[0].rivals[1].value.clone();
    two.settle(household, "phone", 1).unwrap();
    town.sync(&mut two);
    town.sync(&mut one);
    assert!(one.conflicts(household).unwrap().is_empty());
    assert_eq!(town.document(household).get("phone").unwrap().value, chosen);
    assert!(two.settle(household, "phone", 0).is_err());
}

#[test]
fn many_syncs_keep_base_and_township_the_same() {
    let mut town = Town::new();
    let (mut one, mut two, household) = two_members(&mut town);
    for round in 0..40 {
        one.households().visit(household, visit(&format!("一{round}"))).unwrap();
        two.households().visit(household, visit(&format!("二{round}"))).unwrap();
        town.sync(&mut one);
        assert!(town.sync(&mut two).proven);
    }
    assert!(town.sync(&mut one).proven);
    assert_eq!(one.households().get(household).unwrap().visits.len(), 80);
    assert_eq!(one.opened(household).unwrap().document.heads(), town.document(household).heads());
    assert_eq!(one.status().unwrap().recorded, 41);
}

#[test]
fn a_lost_reply_is_made_good_by_the_next_sync() {
    let mut town = Town::new();
    let (mut one, _, household) = two_members(&mut town);
    one.households().visit(household, visit("想装扶手")).unwrap();
    let outgoing = one.begin_sync().unwrap();
    let lost = town.answer(&one, &outgoing.body);
    assert_eq!(one.status().unwrap().kept, 1);
    let report = town.sync(&mut one);
    assert_eq!(report.recorded, 1);
    assert_eq!(one.status().unwrap().kept, 0);
    assert_eq!(town.document(household).list("visit/").len(), 1);
    // The reply that was thought lost comes after all.
    assert!(matches!(one.absorb_reply(&lost), Err(SyncError::NothingAsked)));
}

#[test]
fn a_host_that_cannot_block_goes_step_by_step() {
    let mut town = Town::new();
    let mut book = phone(1);
    let mut outgoing = book.begin_sync().unwrap();
    let report = loop {
        let reply = town.answer(&book, &outgoing.body);
        match book.absorb_reply(&reply).unwrap() {
            Step::Send(next) => outgoing = next,
            Step::Done(report) => break report,
        }
    };
    assert!(report.proven);
    assert_eq!(report.granted, 1);
}

#[test]
fn a_reply_that_is_none_changes_nothing_and_the_next_sync_works() {
    let mut town = Town::new();
    let (mut one, _, household) = two_members(&mut town);
    one.households().visit(household, visit("想装扶手")).unwrap();
    let before = one.status().unwrap();
    for garbage in [&b""[..], b"<html>captive portal</html>", &[0; 4_000]] {
        let _ = one.begin_sync().unwrap();
        assert!(matches!(
            one.absorb_reply(&Answer { body: garbage.to_vec(), signature: None }),
            Err(SyncError::Wire(_))
        ));
    }
    assert_eq!(one.status().unwrap(), before);
    assert_eq!(town.sync(&mut one).recorded, 1);
}

#[test]
fn a_household_handed_to_somebody_else_leaves_the_phone() {
    let mut town = Town::new();
    let (mut one, mut two, household) = two_members(&mut town);
    let link = town.link(2, household);
    town.unlink(link, household);
    let report = town.sync(&mut two);
    assert_eq!(report.withdrawn, 1);
    assert!(two.households().list().unwrap().is_empty());
    town.sync(&mut one);
    assert_eq!(one.households().list().unwrap().len(), 1);
}
