//! A workbook with no township at all.

use lianhu_core::diary::{Audience, EntryForm};
use lianhu_core::draft::{FieldId, Month, Reason};
use lianhu_core::household::{CardForm, CareTag, ResidentForm, VisitForm};
use lianhu_core::matter::{Act, MatterForm, State};
use lianhu_testkit::memory::MemoryPhone;

use super::town::{day, owner, phone, scripted};
use crate::limits::MAX_CACHED_DOCUMENTS;
use crate::{
    DeviceName, EnrolReply, NewDevice, NotAnEnrolment, Owner, Place, Saved, Signature, Workbook, WorkbookError,
};

fn entry(date: &str, text: &str) -> EntryForm {
    EntryForm { date: Some(day(date)), text: text.into(), ..EntryForm::default() }
}

fn card(head: &str) -> CardForm {
    CardForm { head: head.into(), doorplate: "火炬村12号".into(), ..CardForm::default() }
}

#[test]
fn a_workbook_is_written_read_and_opened_again_without_any_township() {
    let mut book = phone(1);
    let late = book.diary().write(entry("2026-11-20", "河道清理已完成")).unwrap();
    let early = book.diary().write(entry("2026-11-03", "李阿姨说桥边路灯不亮")).unwrap();
    let own = book.diary().write_for(Audience::OnlyMe, entry("2026-11-10", "自己记一笔")).unwrap();
    book.diary().write(entry("2026-12-01", "十二月")).unwrap();

    let mut book = Workbook::open(book.into_store(), scripted(9)).unwrap();
    let month = Month::of(day("2026-11-01")).unwrap();
    let entries = book.diary().month(month).unwrap();
    assert_eq!(entries.iter().map(|shown| shown.at).collect::<Vec<_>>(), [early, own, late]);
    assert!(entries.iter().all(|shown| shown.place == Place::Kept));
    assert_eq!(entries[1].audience, Audience::OnlyMe);
    let status = book.status().unwrap();
    assert_eq!((status.kept, status.documents, status.recorded, status.position), (4, 3, 0, 0));
    assert_eq!(status.last_sync, None);
    assert_eq!(book.diary().list().unwrap().len(), 3);
}

#[test]
fn an_entry_is_rewritten_in_its_month_and_taken_out() {
    let mut book = phone(1);
    let at = book.diary().write(entry("2026-11-20", "初稿")).unwrap();
    assert_eq!(book.diary().rewrite(at, entry("2026-11-21", "改过")).unwrap(), Saved::Kept);
    let month = Month::of(day("2026-11-01")).unwrap();
    let shown = book.diary().month(month).unwrap().remove(0);
    assert_eq!(shown.entry.value.text.as_ref().map(|text| text.as_str()), Some("改过"));
    let moved = book.diary().rewrite(at, entry("2026-12-01", "改过"));
    assert!(matches!(moved, Err(WorkbookError::NoSuchRecord)));
    book.diary().remove(at).unwrap();
    assert!(book.diary().month(month).unwrap().is_empty());
    assert!(matches!(book.diary().remove(at), Err(WorkbookError::NoSuchRecord)));
}

#[test]
fn a_household_keeps_its_card_residents_and_visits() {
    let mut book = phone(1);
    let id = book.households().create(&card("张伟")).unwrap();
    let visit = book
        .households()
        .visit(id, VisitForm { date: Some(day("2026-11-22")), note: "想装扶手".into(), ..VisitForm::default() })
        .unwrap();
    let resident =
        book.households().add_resident(id, &ResidentForm { name: "张小宝".into(), ..ResidentForm::default() }).unwrap();
    book.households().care(id, CareTag::ALL[0], true).unwrap();
    book.households().change(id, &CardForm { members: Some(3), ..CardForm::default() }).unwrap();

    let page = book.households().get(id).unwrap();
    assert_eq!(page.head.as_ref().map(|head| head.value.as_str().to_owned()), Some("张伟".to_owned()));
    assert_eq!(page.visits[&visit].value.workers, [owner(1).worker].into());
    assert_eq!(page.residents.len(), 1);
    assert_eq!(page.care, [CareTag::ALL[0]]);
    assert_eq!(page.places.record("visit", visit), Place::Kept);
    let listed = book.households().list().unwrap();
    assert_eq!(listed[0].card.records, 1);
    assert_eq!(listed[0].place, Place::Kept);
    book.households().remove_resident(id, resident).unwrap();
    assert!(book.households().get(id).unwrap().residents.is_empty());
    let nobody = book.households().change_resident(id, resident, &ResidentForm::default());
    assert!(matches!(nobody, Err(WorkbookError::NoSuchRecord)));
}

#[test]
fn what_memory_shows_after_a_save_is_what_the_store_shows() {
    let mut book = phone(1);
    let id = book.households().create(&card("张伟")).unwrap();
    book.households().change(id, &CardForm { members: Some(3), ..CardForm::default() }).unwrap();
    let shown = book.households().get(id).unwrap();
    let mut again = Workbook::open(book.into_store(), scripted(9)).unwrap();
    assert_eq!(again.households().get(id).unwrap(), shown);
}

#[test]
fn a_matter_goes_from_a_residents_word_to_done() {
    let mut book = phone(1);
    let form =
        MatterForm { title: "桥边路灯不亮".into(), text: "晚上看不清".into(), ..MatterForm::default() };
    let id = book.matters().raise(form).unwrap();
    book.matters().step(id, Act::Submit).unwrap();
    let page = book.matters().get(id).unwrap();
    assert_eq!(page.state(), State::Submitted);
    assert_eq!(page.recorded_on.as_ref().map(|date| date.value), Some(day("2026-11-23")));
    assert_eq!(book.matters().list().unwrap()[0].card.state, Some(State::Submitted));
}

#[test]
fn what_is_not_fit_to_be_written_is_not_kept() {
    let mut book = phone(1);
    let Err(WorkbookError::Draft(refusal)) = book.diary().write(EntryForm::default()) else { panic!("not a draft") };
    assert_eq!((refusal.field, refusal.reason), (FieldId::Date, Reason::Missing));
    let other = phone(2).households().create(&card("张伟")).unwrap();
    assert!(matches!(book.households().get(other), Err(WorkbookError::NotHere(_))));
    assert!(matches!(book.households().change(other, &card("李四")), Err(WorkbookError::NotHere(_))));
    assert!(matches!(book.matters().get(other), Err(WorkbookError::NotHere(_))));
    assert_eq!(book.status().unwrap().kept, 0);
}

#[test]
fn writing_what_is_there_already_keeps_nothing() {
    let mut book = phone(1);
    let id = book.households().create(&card("张伟")).unwrap();
    assert_eq!(book.households().change(id, &card("张伟")).unwrap(), Saved::Unchanged);
    assert_eq!(book.status().unwrap().kept, 1);
}

#[test]
fn more_documents_than_memory_keeps_are_all_readable() {
    let mut book = phone(1);
    let ids: Vec<_> = (0..MAX_CACHED_DOCUMENTS * 2)
        .map(|index| book.households().create(&card(&format!("户主{index}"))).unwrap())
        .collect();
    for (index, id) in ids.iter().enumerate() {
        let page = book.households().get(*id).unwrap();
        assert_eq!(page.head.as_ref().unwrap().value.as_str(), format!("户主{index}"));
    }
}

#[test]
fn a_store_holds_one_workbook_and_only_a_whole_one_opens() {
    let empty = Workbook::open(MemoryPhone::default(), scripted(1));
    assert!(matches!(empty, Err(WorkbookError::NoWorkbook)));
    let store = phone(1).into_store();
    let mut surroundings = scripted(2);
    let device = NewDevice::generate(&mut surroundings);
    let again = Workbook::create(store, surroundings, device, owner(1));
    assert!(matches!(again, Err(WorkbookError::AlreadyAWorkbook)));
}

#[test]
fn a_fresh_incarnation_writes_under_another_name() {
    let mut book = phone(1);
    let before = book.host.stamp(lianhu_core::DeviceMillis(0)).actor;
    book.fresh_incarnation().unwrap();
    let book = Workbook::open(book.into_store(), scripted(1)).unwrap();
    let after = book.host.stamp(lianhu_core::DeviceMillis(0)).actor;
    assert_ne!(before, after);
    assert!(after.belongs_to(owner(1).worker, book.device().0));
}

#[test]
fn two_copies_of_one_store_take_different_fresh_names() {
    let copies = [2, 3].map(|dice| {
        let mut book = Workbook::open(phone(1).into_store(), scripted(dice)).unwrap();
        book.fresh_incarnation().unwrap();
        book.host.stamp(lianhu_core::DeviceMillis(0)).actor
    });
    assert_ne!(copies[0], copies[1]);
}

#[test]
fn enrolment_travels_as_the_json_the_township_reads() {
    let mut surroundings = scripted(1);
    let device = NewDevice::generate(&mut surroundings);
    let request = device.enrolment(" 7KQ2-9F ", "老王的手机").unwrap();
    let json = serde_json::to_value(&request).unwrap();
    assert_eq!(json["code"], "7KQ2-9F");
    assert_eq!(json["device"].as_str().unwrap().len(), 32);
    assert_eq!(json["public_key"].as_str().unwrap().len(), 44);
    assert_eq!(serde_json::from_value::<crate::EnrolRequest>(json).unwrap(), request);
    assert_eq!(device.enrolment("", ""), Err(NotAnEnrolment::Code));
    assert_eq!(device.enrolment("7KQ2", &"长".repeat(61)), Err(NotAnEnrolment::Name));
    let reply = r#"{"worker":"01980001-0000-7000-8000-000000000000","name":"王建国","roles":["member"],
        "roster":"01c4b5a0-5d7e-8f00-8000-000000000000","township":"新塍镇","newer":1}"#;
    let owner: Owner = serde_json::from_str::<EnrolReply>(reply).unwrap().into();
    assert_eq!(owner.township, "新塍镇");
    assert!(!format!("{owner:?}").contains("王建国"));
    // A device that was kept until the reply came is the same device.
    let kept: NewDevice = serde_json::from_str(&serde_json::to_string(&device).unwrap()).unwrap();
    assert_eq!(kept.enrolment("x", "").unwrap().public_key, request.public_key);
    assert_eq!(serde_json::to_string(&DeviceName([10; 16])).unwrap(), format!("\"{}\"", "0a".repeat(16)));
}

#[test]
fn a_signature_holds_for_the_body_it_was_made_over_and_no_other() {
    let mut book = phone(1);
    let outgoing = book.begin_sync().unwrap();
    let public = book.host.key.public();
    let header = outgoing.signature.to_header();
    assert_eq!(header.len(), 87);
    let signature = Signature::from_header(&header).unwrap();
    assert!(public.verifies(&outgoing.body, &signature));
    assert!(!public.verifies(b"another body", &signature));
    assert_eq!(Signature::from_header("short"), None);
    let seed = serde_json::to_string(&book.host.key).unwrap();
    assert!(!format!("{:?}", book.host).contains(seed.trim_matches('"')));
}
