use super::*;
use crate::testing::{day, doc, id, merge, put, worker, write as write_by};

fn header() -> DiaryHeader {
    DiaryHeader { author: worker(1), village: doc(DocKind::Roster, 1), audience: Audience::default() }
}

fn form(text: &str) -> EntryForm {
    EntryForm { date: Some(day(3)), text: text.into(), tags: vec!["河道".into()], ..EntryForm::default() }
}

#[test]
fn a_month_reads_as_it_was_written() {
    let draft = EntryDraft::new(form("李阿姨说河里有垃圾。")).unwrap();
    let name = diary_id(worker(1), draft.month(), Audience::Branch);
    let mut document = Document::new(name);
    write_by(&mut document, 1, write(&header(), id(1), &draft));
    let diary = Diary::read(&document);
    assert!(diary.is_named_right());
    assert_eq!((diary.author, diary.audience), (Some(worker(1)), Some(Audience::Branch)));
    let entry = &diary.entries[&id(1)].value;
    assert_eq!((entry.date, entry.tags.len()), (Some(day(3)), 1));
    assert_eq!(entry.text.as_ref().unwrap().as_str(), "李阿姨说河里有垃圾。");
    write_by(&mut document, 1, remove(id(1)));
    assert!(Diary::read(&document).entries.is_empty());
}

#[test]
fn a_header_that_is_read_alone_says_what_it_says_in_the_whole_document() {
    let draft = EntryDraft::new(form("一")).unwrap();
    let name = diary_id(worker(1), draft.month(), Audience::Branch);
    let mut document = Document::new(name);
    write_by(&mut document, 1, write(&header(), id(1), &draft));
    let mut other = document.clone();
    write_by(&mut document, 1, put("village", Scalar::Bytes(doc(DocKind::Roster, 2).to_bytes().to_vec())));
    write_by(&mut other, 2, put("village", Scalar::Bytes(doc(DocKind::Roster, 3).to_bytes().to_vec())));
    let mut merged = merge(&document, &other);
    for key in ["author", "month", "audience", "village", "nothing of it"] {
        let (alone, whole) = (Diary::header(&merged), Diary::read(&merged));
        assert!(alone.entries.is_empty() && !whole.entries.is_empty());
        assert_eq!(Diary { entries: whole.entries.clone(), ..alone }, whole, "before {key} is spoilt");
        write_by(&mut merged, 1, put(key, 5));
    }
}

#[test]
fn two_devices_of_one_author_begin_the_month_apart_and_agree() {
    let draft = EntryDraft::new(form("一")).unwrap();
    let name = diary_id(worker(1), draft.month(), Audience::Branch);
    let (mut phone, mut tablet) = (Document::new(name), Document::new(name));
    write_by(&mut phone, 1, write(&header(), id(1), &draft));
    write_by(&mut tablet, 2, write(&header(), id(2), &draft));
    let merged = merge(&phone, &tablet);
    assert_eq!(Diary::read(&merged).entries.len(), 2);
    assert!(!merged.has_conflict());
}

#[test]
fn every_author_month_and_audience_has_its_own_document() {
    let month = Month::new(2026, 11).unwrap();
    let name = diary_id(worker(1), month, Audience::Branch);
    assert_eq!(name, diary_id(worker(1), month, Audience::Branch));
    assert_eq!(name.kind(), DocKind::Diary);
    for other in [
        diary_id(worker(2), month, Audience::Branch),
        diary_id(worker(1), Month::new(2026, 12).unwrap(), Audience::Branch),
        diary_id(worker(1), month, Audience::OnlyMe),
    ] {
        assert_ne!(name, other);
    }
}

#[test]
fn an_entry_needs_a_day_and_a_sentence() {
    let refused = |form| EntryDraft::new(form).unwrap_err().field;
    assert_eq!(refused(EntryForm { date: None, ..form("一") }), FieldId::Date);
    assert_eq!(refused(form(" ")), FieldId::Text);
    assert_eq!(refused(EntryForm { tags: vec![String::new()], ..form("一") }), FieldId::Tags);
}

#[test]
fn a_document_under_another_name_is_nobodys_diary() {
    let mut document = Document::new(diary_id(worker(2), Month::new(2026, 11).unwrap(), Audience::Branch));
    write_by(&mut document, 1, write(&header(), id(1), &EntryDraft::new(form("一")).unwrap()));
    assert!(!Diary::read(&document).is_named_right());
}

mod deeds;
