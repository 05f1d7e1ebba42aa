//! Work that is held or turned down, copies of a phone, and stores that lie.

use lianhu_core::draft::{FieldId, Prose};
use lianhu_core::household::{CardForm, VisitForm};
use lianhu_core::matter::{Act, MatterForm};
use lianhu_core::policy::Why;
use lianhu_core::{DocId, DocKind, Scalar};
use lianhu_sync::message::{HeldReason, RefusedCode};
use lianhu_sync::ports::{PhoneBase, PhoneGate, Received};

use super::town::{Phone, Town, day, phone, scripted};
use crate::convert::{heads_of, sync_doc};
use crate::{Gate, Place, Saved, Workbook, WorkbookError};

fn visit(note: &str) -> VisitForm {
    VisitForm { date: Some(day("2026-11-22")), note: note.into(), ..VisitForm::default() }
}

/// Phone 1, linked to a household it made.
fn member(town: &mut Town) -> (Phone, DocId) {
    let mut one = phone(1);
    let card = CardForm { head: "张伟".into(), ..CardForm::default() };
    let household = one.households().create(&card).unwrap();
    town.sync(&mut one);
    town.link(1, household);
    town.sync(&mut one);
    (one, household)
}

/// A step that fits any open matter and is not a member's to take.
fn watch_over() -> Act {
    Act::Supervise { note: Prose::parse(FieldId::Text, "请抓紧").unwrap() }
}

#[test]
fn a_phone_does_not_keep_what_it_knows_will_be_refused() {
    let mut town = Town::new();
    let (mut one, household) = member(&mut town);
    let link = town.link(3, household);
    let mut three = phone(3);
    town.sync(&mut three);
    town.unlink(link, household);
    let matter = one.matters().raise(MatterForm { title: "路灯不亮".into(), ..MatterForm::default() }).unwrap();
    let watch = one.matters().step(matter, watch_over());
    assert!(matches!(watch, Err(WorkbookError::WouldBeRefused(Why::NotYourStep))));
    assert_eq!(one.status().unwrap().kept, 1);
}

#[test]
fn work_of_whoever_has_left_is_held_for_a_person_with_its_words() {
    let mut town = Town::new();
    let (mut one, household) = member(&mut town);
    let link = town.link(3, household);
    let mut three = phone(3);
    town.sync(&mut three);
    town.unlink(link, household);
    town.leave(3);
    // Phone 3 has not heard of it.
    let record = three.households().visit(household, visit("想装扶手")).unwrap();
    let report = town.sync(&mut three);
    assert_eq!((report.held, report.recorded), (1, 0));
    let page = three.households().get(household).unwrap();
    assert_eq!(page.places.record("visit", record), Place::Held(HeldReason::NoLongerEntitled));
    let attention = three.needs_attention().unwrap();
    assert_eq!(attention.len(), 1);
    assert_eq!(attention[0].words[0].0, format!("visit/{record}"));
    let Some(Scalar::Text(words)) = &attention[0].words[0].1 else { panic!("no words") };
    assert!(words.contains("想装扶手"));
    assert!(!format!("{attention:?}").contains("想装扶手"));
    let discard = three.discard(household, attention[0].change);
    assert!(matches!(discard, Err(WorkbookError::NoSuchRecord)), "a held save is the township's to decide");
    town.sync(&mut one);
    assert!(one.households().get(household).unwrap().visits.is_empty());
}

#[test]
fn turned_down_words_stay_until_they_are_discarded_or_written_again() {
    let mut town = Town::new();
    // A phone that has not received the roster does not know that this step is not its own.
    let mut one = phone(1);
    let matter = one.matters().raise(MatterForm { title: "路灯不亮".into(), ..MatterForm::default() }).unwrap();
    let step = one.matters().step(matter, watch_over()).unwrap();
    one.matters().step(matter, Act::Submit).unwrap();
    let report = town.sync(&mut one);
    assert_eq!((report.recorded, report.refused), (1, 2));
    let page = one.matters().get(matter).unwrap();
    assert!(matches!(page.places.record("step", step), Place::Refused(RefusedCode::NotPermitted, _)));
    assert!(page.story.steps.is_empty(), "what was turned down is not part of the matter");

    let attention = one.needs_attention().unwrap();
    assert_eq!(attention.len(), 2);
    let again = one.write_again(matter, attention[0].change);
    assert!(matches!(again, Err(WorkbookError::WouldBeRefused(Why::NotYourStep))), "now the roster is here");
    assert_eq!(one.needs_attention().unwrap().len(), 2);
    one.discard(matter, attention[0].change).unwrap();
    assert_eq!(one.write_again(matter, attention[1].change).unwrap(), Saved::Kept);
    assert!(one.needs_attention().unwrap().is_empty());
    let report = town.sync(&mut one);
    assert_eq!((report.recorded, report.refused), (1, 0));
    assert!(report.proven);
    assert_eq!(one.matters().get(matter).unwrap().story.steps.len(), 1);
}

/// Lists and counts come from memory: they say what whoever opens the store afresh reads.
fn says_what_the_store_says(book: &Phone) {
    let fresh = Workbook::open(book.store().clone(), scripted(99)).unwrap();
    assert_eq!(book.status().unwrap(), fresh.status().unwrap());
    for kind in [DocKind::Household, DocKind::Matter, DocKind::Diary] {
        assert_eq!(book.documents(kind).unwrap(), fresh.documents(kind).unwrap());
    }
    assert_eq!(book.needs_attention().unwrap(), fresh.needs_attention().unwrap());
    assert_eq!(book.attention_count().unwrap(), fresh.needs_attention().unwrap().len());
}

#[test]
fn what_waits_is_told_from_memory_as_the_store_has_it() {
    let mut town = Town::new();
    let (mut one, household) = member(&mut town);
    says_what_the_store_says(&one);
    one.households().visit(household, visit("水压低")).unwrap();
    says_what_the_store_says(&one);
    let lamp = MatterForm { title: "路灯不亮".into(), ..MatterForm::default() };
    one.households().visit_and_raise(household, visit("看路灯"), lamp).unwrap();
    assert_eq!(one.status().unwrap().kept, 3);
    says_what_the_store_says(&one);
    let link = town.link(1, household);
    town.unlink(link, household);
    town.leave(1);
    // It has not heard of it.
    assert!(town.sync(&mut one).held > 0);
    says_what_the_store_says(&one);
    let mut two = phone(2);
    let other = two.matters().raise(MatterForm { title: "井盖".into(), ..MatterForm::default() }).unwrap();
    two.matters().step(other, watch_over()).unwrap();
    two.matters().step(other, Act::Submit).unwrap();
    town.sync(&mut two);
    says_what_the_store_says(&two);
    let attention = two.needs_attention().unwrap();
    two.discard(other, attention[0].change).unwrap();
    says_what_the_store_says(&two);
    two.write_again(other, attention[1].change).unwrap();
    assert_eq!(two.attention_count().unwrap(), 0);
    says_what_the_store_says(&two);
}

#[test]
fn a_copied_phone_takes_a_fresh_name_and_loses_nothing() {
    let mut town = Town::new();
    let (one, household) = member(&mut town);
    let store = one.into_store();
    let mut one = Workbook::open(store.clone(), scripted(11)).unwrap();
    let mut copy = Workbook::open(store, scripted(12)).unwrap();
    let first = one.households().visit(household, visit("原机")).unwrap();
    let second = copy.households().visit(household, visit("副本一")).unwrap();
    let third = copy.households().visit(household, visit("副本二")).unwrap();
    assert_eq!(town.sync(&mut one).recorded, 1);
    let report = town.sync(&mut copy);
    assert_eq!((report.written_again, report.recorded, report.refused), (2, 2, 0));
    assert!(report.proven && copy.needs_attention().unwrap().is_empty());
    town.sync(&mut one);
    let page = one.households().get(household).unwrap();
    for (record, note) in [(first, "原机"), (second, "副本一"), (third, "副本二")] {
        assert_eq!(page.visits[&record].value.note.as_ref().unwrap().as_str(), note);
    }
}

#[test]
fn the_gate_lets_in_no_snapshot_of_another_document_and_keeps_what_a_base_has_beyond() {
    let mut town = Town::new();
    let (mut one, household) = member(&mut town);
    let old = town.document(household);
    one.households().visit(household, visit("恢复之前")).unwrap();
    town.sync(&mut one);
    let new = town.document(household);
    let base = PhoneBase { heads: heads_of(&new), snapshot: Some(new.save().unwrap()), ..PhoneBase::default() };
    let opened = Gate.open(sync_doc(household), Some(&base), Some(&old.save().unwrap()), Vec::new()).unwrap();
    assert_eq!(opened.heads, heads_of(&new));
    let other = sync_doc(DocId::mint(household.kind(), [77; 16]));
    assert!(Gate.open(other, None, Some(&new.save().unwrap()), Vec::new()).is_err());
    assert!(Gate.extend(sync_doc(household), &base, vec![Received::new(vec![0; 90])]).is_err());
    let damaged = PhoneBase { snapshot: Some(vec![0; 90]), ..base };
    assert!(Gate.extend(sync_doc(household), &damaged, Vec::new()).is_err());
    let replaced = Gate.open(sync_doc(household), Some(&damaged), Some(&new.save().unwrap()), Vec::new()).unwrap();
    assert_eq!(replaced.heads, heads_of(&new));
}
