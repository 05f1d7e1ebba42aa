//! What the diary does that touches two documents: both are written, or neither, whatever happens in between.

use lianhu_core::DocKind;
use lianhu_core::diary::{Audience, EntryForm};
use lianhu_core::draft::{FieldId, Reason};
use lianhu_core::household::{CardForm, VisitForm};
use lianhu_core::matter::MatterForm;
use lianhu_sync::ids::DocId as SyncDocId;
use lianhu_sync::ports::{PendingChange, PhoneBase, PhoneDocSummary, PhoneStanding, PhoneStore, PhoneWrite};
use lianhu_testkit::memory::MemoryPhone;

use super::town::{Scripted, day, owner, phone, scripted};
use crate::{EntryAt, NewDevice, Place, Workbook, WorkbookError};

/// A store whose power goes at the nth commit from now; nothing of that one is written.
#[derive(Default)]
struct Failing {
    inner: MemoryPhone,
    left: Option<u32>,
}

#[derive(Debug)]
struct PowerCut;

impl PhoneStore for Failing {
    type Error = PowerCut;
    fn standing(&self) -> Result<PhoneStanding, PowerCut> {
        Ok(self.inner.standing().unwrap())
    }
    fn documents(&self) -> Result<Vec<PhoneDocSummary>, PowerCut> {
        Ok(self.inner.documents().unwrap())
    }
    fn base(&self, doc: SyncDocId) -> Result<Option<PhoneBase>, PowerCut> {
        Ok(self.inner.base(doc).unwrap())
    }
    fn pending(&self, doc: Option<SyncDocId>) -> Result<Vec<PendingChange>, PowerCut> {
        Ok(self.inner.pending(doc).unwrap())
    }
    fn commit(&mut self, writes: Vec<PhoneWrite>) -> Result<(), PowerCut> {
        match &mut self.left {
            Some(0) => return Err(PowerCut),
            Some(left) => *left -= 1,
            None => {}
        }
        self.inner.commit(writes).unwrap();
        Ok(())
    }
    fn destroy(&mut self) -> Result<(), PowerCut> {
        self.inner.destroy().unwrap();
        Ok(())
    }
}

fn failing() -> Workbook<Failing, Scripted> {
    let mut surroundings = scripted(1);
    let device = NewDevice::generate(&mut surroundings);
    Workbook::create(Failing::default(), surroundings, device, owner(1)).unwrap()
}

fn entry(text: &str) -> EntryForm {
    EntryForm { date: Some(day("2026-11-22")), text: text.into(), ..EntryForm::default() }
}

#[test]
fn wherever_the_power_goes_no_matter_is_without_its_entry_and_no_entry_names_one_that_is_not_there() {
    for cut in 0..4 {
        let mut book = failing();
        let at = book.diary().write(entry("河里有垃圾。")).unwrap();
        book.store_mut().left = Some(cut);
        let raised = book.diary().raise(at, "河里有垃圾", MatterForm::default());
        // As the phone comes up again.
        let mut store = book.into_store();
        store.left = None;
        let mut book = Workbook::open(store, scripted(9)).unwrap();
        let matters: Vec<_> = book.matters().list().unwrap().into_iter().map(|listed| listed.id).collect();
        let linked = book.diary().get(at.doc).unwrap().entries[&at.id].value.matters.clone();
        assert_eq!(matters, linked, "cut at commit {cut}");
        assert_eq!(raised.is_ok(), matters.len() == 1);
    }
}

#[test]
fn wherever_the_power_goes_a_moved_entry_is_in_one_audience() {
    for cut in 0..4 {
        let mut book = failing();
        let at = book.diary().write(entry("河里有垃圾。")).unwrap();
        book.store_mut().left = Some(cut);
        let _ = book.diary().move_to(at, Audience::Town);
        let mut store = book.into_store();
        store.left = None;
        let mut book = Workbook::open(store, scripted(9)).unwrap();
        let month = lianhu_core::draft::Month::of(day("2026-11-22")).unwrap();
        assert_eq!(book.diary().month(month).unwrap().len(), 1, "cut at commit {cut}");
    }
}

#[test]
fn a_sentence_that_is_not_in_the_entry_raises_nothing() {
    let mut book = phone(1);
    let at = book.diary().write(entry("河里有垃圾。")).unwrap();
    for sentence in ["路灯不亮", " "] {
        let refused = book.diary().raise(at, sentence, MatterForm::default()).unwrap_err();
        let WorkbookError::Draft(refusal) = refused else { panic!("{refused:?}") };
        assert_eq!((refusal.field, refusal.reason), (FieldId::Text, Reason::NotThere));
    }
    assert!(book.matters().list().unwrap().is_empty());
}

#[test]
fn an_entry_about_one_household_makes_a_matter_of_it_and_two_sentences_make_two() {
    let mut book = phone(1);
    let home = book.households().create(&CardForm { head: "张伟".into(), ..CardForm::default() }).unwrap();
    let form = EntryForm { households: vec![home], ..entry("河里有垃圾。路灯不亮。") };
    let at = book.diary().write(form).unwrap();
    let one = book.diary().raise(at, "河里有垃圾。", MatterForm::default()).unwrap();
    let title = MatterForm { title: "桥边路灯".into(), ..MatterForm::default() };
    let two = book.diary().raise(at, "路灯不亮。", title).unwrap();
    assert_eq!(book.diary().get(at.doc).unwrap().entries[&at.id].value.matters, [one, two]);
    let page = book.matters().get(two).unwrap();
    assert_eq!(page.household.as_ref().map(|home| home.value), Some(home));
    assert_eq!(page.title.as_ref().unwrap().value.as_str(), "桥边路灯");
}

#[test]
fn an_entry_is_moved_under_its_name_and_moved_again_it_is_there_once() {
    let mut book = phone(1);
    let at = book.diary().write(entry("河里有垃圾。")).unwrap();
    let moved = book.diary().move_to(at, Audience::OnlyMe).unwrap();
    assert_eq!((moved.id, moved.doc == at.doc), (at.id, false));
    assert_eq!(book.diary().move_to(moved, Audience::OnlyMe).unwrap(), moved);
    assert!(matches!(book.diary().move_to(at, Audience::Town), Err(WorkbookError::NoSuchRecord)));
    let back = book.diary().move_to(moved, Audience::Branch).unwrap();
    assert_eq!(back, EntryAt { doc: at.doc, id: at.id });
    assert_eq!(book.diary().get(at.doc).unwrap().places.record("entry", at.id), Place::Kept);
}

#[test]
fn a_visit_at_which_something_came_up_and_its_matter_name_each_other() {
    let mut book = phone(1);
    let home = book.households().create(&CardForm { head: "张伟".into(), ..CardForm::default() }).unwrap();
    let visit = VisitForm { date: Some(day("2026-11-22")), note: "想装扶手".into(), ..VisitForm::default() };
    let matter = MatterForm { title: "装扶手".into(), ..MatterForm::default() };
    let (visit, matter) = book.households().visit_and_raise(home, visit, matter).unwrap();
    assert_eq!(book.households().get(home).unwrap().visits[&visit].value.matters, [matter]);
    let source = book.matters().get(matter).unwrap().source.clone().unwrap().value;
    assert_eq!((source.doc.kind(), source.doc, source.record), (DocKind::Household, home, visit));
}
