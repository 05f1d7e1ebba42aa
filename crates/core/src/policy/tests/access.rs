//! Who reads: the same village, seen through the access list.

use super::*;
use crate::access::{Facts, readers};

fn listed(document: &Document) -> Vec<u8> {
    let facts = Facts::from_bytes(&Facts::of(document).to_bytes());
    assert_eq!(facts, Facts::of(document), "facts survive being kept");
    let roster = Roster::read(&roster_document());
    let readers = readers(document.id().kind(), &facts, &roster, day(3));
    readers.into_iter().map(|reader| reader.0.as_bytes()[0]).collect()
}

#[test]
fn a_roster_is_read_by_every_active_worker() {
    assert_eq!(listed(&roster_document()), [LINKED, LEAD, BOARD, FORMER, STRANGER, OTHER_LEAD, BACKUP, NODE]);
}

#[test]
fn a_household_is_read_by_those_who_may_write_it_and_not_by_whoever_was_linked_once() {
    assert_eq!(listed(&household()), [LINKED, LEAD, BOARD, BACKUP, NODE]);
    let mut new = Document::new(doc(DocKind::Household, 2));
    let form = CardForm { head: "李四".into(), ..CardForm::default() };
    write(&mut new, STRANGER, household::create(worker(STRANGER), &HouseholdDraft::new(village(), &form).unwrap()));
    assert_eq!(listed(&new), [BOARD, STRANGER], "its maker, while nobody is linked");
}

#[test]
fn a_diary_is_read_by_its_audience() {
    let draft = EntryDraft::new(EntryForm { date: Some(day(3)), text: "一".into(), ..EntryForm::default() }).unwrap();
    for (audience, expected) in [
        (Audience::OnlyMe, vec![LINKED]),
        (Audience::Branch, vec![LINKED, LEAD]),
        (Audience::Village, vec![LINKED, LEAD, BOARD]),
    ] {
        let header = DiaryHeader { author: worker(LINKED), village: village(), audience };
        let mut document = Document::new(diary_id(worker(LINKED), draft.month(), audience));
        write(&mut document, LINKED, diary::write(&header, id(1), &draft));
        assert_eq!(listed(&document), expected, "{audience:?}");
    }
}

#[test]
fn a_matter_is_read_by_those_concerned_and_by_its_new_owner() {
    let mut document = matter();
    assert_eq!(listed(&document), [LINKED, LEAD, BOARD, BACKUP]);
    let assigned = step(&document, 1, LINKED, Act::Submit);
    write(&mut document, LINKED, assigned);
    let assigned = step(&document, 2, BOARD, assign(STRANGER));
    write(&mut document, BOARD, assigned);
    assert_eq!(listed(&document), [LINKED, LEAD, BOARD, STRANGER, BACKUP]);
}

#[test]
fn damaged_facts_open_nothing() {
    let roster = Roster::read(&roster_document());
    for bytes in [&b""[..], b"garbage", b"[]", br#"{"author":5}"#] {
        let facts = Facts::from_bytes(bytes);
        assert_eq!(facts, Facts::default());
        assert!(readers(DocKind::Diary, &facts, &roster, day(3)).is_empty());
    }
    assert_eq!(Facts::from_bytes(br#"{"newer":1}"#), Facts::default());
}

#[test]
fn whoever_left_reads_nothing() {
    let mut document = roster_document();
    write(&mut document, DESK, roster::set_active(worker(LINKED), false));
    let roster = Roster::read(&document);
    let readers = readers(DocKind::Household, &Facts::of(&household()), &roster, day(3));
    assert!(!readers.contains(&worker(LINKED)) && readers.contains(&worker(BACKUP)));
    assert!(!Author::of_roster(worker(LINKED), &roster).unwrap().active);
}
