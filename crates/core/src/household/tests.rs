use super::*;
use crate::draft::{FieldId, Reason};
use crate::testing::{day, doc, id, merge, put, worker, write};
use crate::{DeviceMillis, DocKind};

fn card() -> CardForm {
    CardForm { head: "张三".into(), doorplate: "南浜12号".into(), members: Some(4), ..CardForm::default() }
}

fn home() -> Document {
    let mut document = Document::new(doc(DocKind::Household, 1));
    let draft = HouseholdDraft::new(doc(DocKind::Roster, 1), &card()).unwrap();
    write(&mut document, 1, create(worker(1), &draft));
    document
}

fn form(n: u8, note: &str) -> VisitForm {
    VisitForm {
        workers: vec![worker(n)],
        date: Some(day(u32::from(n))),
        mode: Some(VisitMode::Home),
        met: Some(Met::Head),
        note: note.into(),
        recorded_at: Some(DeviceMillis(5)),
        entered_by: Some(worker(n)),
        ..VisitForm::default()
    }
}

fn draft(n: u8, note: &str) -> VisitDraft {
    VisitDraft::new(form(n, note)).unwrap()
}

#[test]
fn a_card_reads_as_it_was_written() {
    let home = Household::read(&home());
    assert_eq!(home.village.unwrap().value, doc(DocKind::Roster, 1));
    assert_eq!(home.created_by.unwrap().value, worker(1));
    assert_eq!(home.head.unwrap().value.as_str(), "张三");
    assert_eq!(home.members.unwrap().value.get(), 4);
    assert_eq!(home.phone, None);
}

#[test]
fn a_card_needs_a_head_and_sound_values() {
    let refusal = |form: CardForm| HouseholdDraft::new(doc(DocKind::Roster, 1), &form).unwrap_err();
    assert_eq!(refusal(CardForm { head: " ".into(), ..card() }).field, FieldId::Head);
    let range = refusal(CardForm { members: Some(-1), ..card() });
    assert_eq!((range.field, range.reason), (FieldId::Members, Reason::OutOfRange { min: 0, max: 9999 }));
    assert_eq!(refusal(CardForm { phone: "123".into(), ..card() }).reason, Reason::NotAPhone);
}

#[test]
fn a_change_writes_only_what_was_filled_in() {
    let mut document = home();
    let change = CardChange::new(&CardForm { phone: "138 0013 8000".into(), ..CardForm::default() }).unwrap();
    let edit = change_card(&change);
    assert_eq!(edit.keys().collect::<Vec<_>>(), ["phone"]);
    write(&mut document, 2, edit);
    let home = Household::read(&document);
    assert_eq!(home.phone.unwrap().value.as_str(), "13800138000");
    assert_eq!(home.head.unwrap().value.as_str(), "张三");
}

#[test]
fn what_is_nobodys_any_more_is_emptied_and_what_is_filled_in_besides_stands() {
    let mut document = home();
    let change = |form: &CardForm| change_card(&CardChange::new(form).unwrap());
    write(
        &mut document,
        2,
        change(&CardForm { phone: "13800138000".into(), group: "1组".into(), ..CardForm::default() }),
    );
    let clear = vec![CardField::Phone, CardField::Members, CardField::ContactTime];
    write(&mut document, 2, change(&CardForm { members: Some(3), clear, ..CardForm::default() }));
    let home = Household::read(&document);
    assert_eq!((home.phone, home.contact_time), (None, None));
    assert_eq!((home.members.unwrap().value.get(), home.group.unwrap().value.as_str()), (3, "1组"));

    let lives =
        ResidentForm { name: "张小四".into(), away: Some(true), born: Some(1990), ..ResidentForm::default() };
    write(&mut document, 2, put_resident(id(1), &ResidentDraft::new(&lives).unwrap()));
    let came_back =
        ResidentForm { name: "张小四".into(), clear: vec![ResidentField::Away], ..ResidentForm::default() };
    write(&mut document, 2, put_resident(id(1), &ResidentDraft::new(&came_back).unwrap()));
    let residents = Household::read(&document).residents;
    let fields = &residents[&id(1)].fields;
    assert_eq!((&fields.away, fields.born.as_ref().unwrap().value.get()), (&None, 1990));
}

#[test]
fn visits_written_apart_are_all_there() {
    let (mut one, mut other) = (home(), home());
    write(&mut one, 1, visit(id(1), &draft(1, "家里都好")));
    write(&mut other, 2, visit(id(2), &draft(2, "水压小")));
    let merged = Household::read(&merge(&one, &other));
    assert_eq!(merged.visits.len(), 2);
    assert_eq!(merged.last_visit(), Some(day(2)));
    let visit = &merged.visits[&id(2)].value;
    assert_eq!(visit.note.as_ref().unwrap().as_str(), "水压小");
    assert_eq!((visit.mode, visit.met, visit.entered_by), (Some(VisitMode::Home), Some(Met::Head), Some(worker(2))));
    assert_eq!(visit.recorded_at, Some(DeviceMillis(5)));
}

#[test]
fn a_visit_two_people_rewrote_at_once_shows_both_until_one_settles_it() {
    let mut one = home();
    write(&mut one, 1, visit(id(1), &draft(1, "初稿")));
    let mut other = one.clone();
    write(&mut one, 1, visit(id(1), &draft(1, "改一")));
    write(&mut other, 2, visit(id(1), &draft(2, "改二")));
    let mut merged = merge(&one, &other);
    let rivals = Household::read(&merged).visits[&id(1)].rivals.clone();
    let mut notes: Vec<_> = rivals.iter().map(|told| told.value.note.as_ref().unwrap().as_str()).collect();
    notes.sort_unstable();
    assert_eq!(notes, ["改一", "改二"]);
    write(&mut merged, 1, visit(id(1), &draft(1, "两人商定")));
    assert!(!Household::read(&merged).visits[&id(1)].is_conflict());
}

#[test]
fn a_visit_needs_somebody_a_day_and_a_typist() {
    let refused = |form: VisitForm| VisitDraft::new(form).unwrap_err();
    assert_eq!(refused(VisitForm { workers: vec![], ..form(1, "x") }).field, FieldId::Workers);
    assert_eq!(refused(VisitForm { date: None, ..form(1, "x") }).field, FieldId::Date);
    assert_eq!(refused(VisitForm { entered_by: None, ..form(1, "x") }).field, FieldId::EnteredBy);
    let early = refused(VisitForm { next_on: Some(day(1)), ..form(9, "x") });
    assert_eq!((early.field, early.reason), (FieldId::NextOn, Reason::EndsBeforeItBegins));
    assert!(VisitDraft::new(form(1, "")).is_ok(), "a visit without a note is a visit");
}

#[test]
fn rewriting_a_visit_carries_what_a_newer_version_added() {
    let mut document = home();
    write(&mut document, 1, put(&format!("visit/{}", id(1)), r#"{"date":"2026-11-03","mood":{"weather":"sun"}}"#));
    let read = Household::read(&document).visits[&id(1)].value.clone();
    write(&mut document, 1, rewrite_visit(id(1), &read, &draft(1, "补记")));
    let written = document.get(&format!("visit/{}", id(1))).unwrap();
    let json: serde_json::Value = serde_json::from_str(written.value.as_text().unwrap()).unwrap();
    assert_eq!(json["mood"]["weather"], "sun");
    assert_eq!(json["note"], "补记");
    assert!(Visit::is_valid(&written.value));
}

#[test]
fn values_of_another_type_read_as_absent_and_stay() {
    let mut document = home();
    let mut edit = put("head", 7);
    edit.put("members", "four").put("residence", "on_the_moon").put("visit/AQEBAQEBAQE", "no object");
    edit.put("visit/not-an-id", "{}").put("resident/AQEBAQEBAQE/born", "1950").put("newer", true);
    write(&mut document, 1, edit);
    let home = Household::read(&document);
    assert_eq!((home.head, home.members, home.residence), (None, None, None));
    assert!(home.visits.is_empty());
    assert_eq!(home.residents[&id(1)], Resident::default());
    assert_eq!(document.get("newer").unwrap().value.as_bool(), Some(true));
    assert_eq!(document.get("members").unwrap().value.as_text(), Some("four"));
}

#[test]
fn residents_are_kept_up_field_by_field() {
    let mut one = home();
    let form = ResidentForm { name: "张小四".into(), born: Some(2014), ..ResidentForm::default() };
    write(&mut one, 1, put_resident(id(1), &ResidentDraft::new(&form).unwrap()));
    let mut other = one.clone();
    write(&mut one, 1, put(&format!("resident/{}/away", id(1)), true));
    write(&mut other, 2, put(&format!("resident/{}/sex", id(1)), Sex::Male.code()));
    let mut merged = merge(&one, &other);
    let resident = Household::read(&merged).residents[&id(1)].clone();
    assert_eq!(
        (resident.fields.away.as_ref().unwrap().value, resident.fields.sex.as_ref().unwrap().value),
        (true, Sex::Male)
    );
    let in_year = |year| NaiveDate::from_ymd_opt(year, 6, 1).unwrap();
    assert!(resident.is_minor(in_year(2026)) && resident.is_minor(in_year(2028)) && !resident.is_minor(in_year(2029)));
    write(&mut merged, 1, remove_resident(id(1)));
    assert!(Household::read(&merged).residents.is_empty());
    let unborn = ResidentForm { born: Some(1850), ..form };
    assert_eq!(ResidentDraft::new(&unborn).unwrap_err().field, FieldId::Born);
}

#[test]
fn two_care_tags_set_apart_are_both_set() {
    let (mut one, mut other) = (home(), home());
    write(&mut one, 1, care(CareTag::Alone, true));
    write(&mut other, 2, care(CareTag::Dibao, true));
    let mut merged = merge(&one, &other);
    assert_eq!(Household::read(&merged).care, [CareTag::Alone, CareTag::Dibao]);
    write(&mut merged, 1, care(CareTag::Alone, false));
    assert_eq!(Household::read(&merged).care, [CareTag::Dibao]);
}

#[test]
fn what_is_printed_for_developers_names_nobody() {
    let mut document = home();
    write(&mut document, 1, visit(id(1), &draft(1, "家里都好")));
    let printed = format!("{:?} {:?} {:?}", Household::read(&document), form(1, "家里都好"), card());
    assert!(["张三", "南浜", "都好"].iter().all(|text| !printed.contains(text)));
}

mod deeds;
mod rights;

#[test]
fn the_days_of_visits_are_told_without_their_words_as_with_them() {
    let mut document = home();
    let told = |document: &Document| {
        let days = VisitDays::read(document);
        assert_eq!(days, Household::read(document).visit_days());
        assert_eq!(days.count, Household::read(document).visits.len());
        (days.count, days.last, days.next)
    };
    assert_eq!(told(&document), (0, None, None));
    let promised = VisitForm { next_on: Some(day(9)), ..form(3, "水压低") };
    write(&mut document, 1, visit(id(1), &VisitDraft::new(promised).unwrap()));
    assert_eq!(told(&document), (1, Some(day(3)), Some(day(9))));
    write(&mut document, 1, visit(id(2), &draft(2, "更早")));
    assert_eq!(told(&document), (2, Some(day(3)), Some(day(9))), "what was promised last stands");
    write(&mut document, 1, visit(id(3), &draft(5, "来过了")));
    assert_eq!(told(&document), (3, Some(day(5)), None));
    // What no judge lets in may still lie in a document.
    for (key, value) in [
        (format!("visit/{}", id(4)), "{}"),
        (format!("visit/{}", id(5)), r#"{"date":"2026-13-40","next_on":"2026-11-30"}"#),
        (format!("visit/{}", id(6)), "no record"),
        (format!("visit/{}/x", id(7)), r#"{"date":"2026-11-29"}"#),
        ("visit/none".to_owned(), r#"{"date":"2026-11-29"}"#),
        ("visitor".to_owned(), r#"{"date":"2026-11-29"}"#),
    ] {
        write(&mut document, 1, put(&key, value));
    }
    assert_eq!(told(&document), (5, Some(day(5)), None));
}
