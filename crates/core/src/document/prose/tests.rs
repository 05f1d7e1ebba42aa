use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::gate::{TrialVerdict, open_snapshot, scan, trial};
use crate::testing::{doc, merge, put, stamp, write};
use crate::{Edit, Generation};

fn meeting() -> Document {
    Document::new(doc(DocKind::Meeting, 1))
}

fn says(text: &str) -> Edit {
    let mut edit = Edit::new();
    edit.prose(PROSE_KEY, text);
    edit
}

fn read(document: &Document) -> String {
    document.prose(PROSE_KEY).unwrap()
}

#[test]
fn a_new_meeting_has_empty_prose_and_a_household_has_none() {
    assert_eq!(meeting().prose(PROSE_KEY).as_deref(), Some(""));
    assert_eq!(meeting().prose("title"), None);
    let household = Document::new(doc(DocKind::Household, 1));
    assert_eq!((household.prose(PROSE_KEY), household.prose_length()), (None, 0));
    assert!(meeting().is_blank());
}

#[test]
fn every_generation_makes_the_same_prose() {
    for generation in [0, 1, 7] {
        let document = Document::of_generation(doc(DocKind::Meeting, 1), Generation(generation));
        let (_, id) = document.whole().unwrap().get(ROOT, PROSE_KEY).unwrap().unwrap();
        let ObjId::Id(counter, actor, _) = id else { panic!("it is an object") };
        assert_eq!((counter, actor.to_bytes()), (PROSE_COUNTER, &ActorId::GENESIS.to_bytes()[..]));
    }
}

#[test]
fn what_is_written_is_read_and_only_the_difference_is_written() {
    let mut document = meeting();
    write(&mut document, 1, says("河道清淤，月底前完成。"));
    let change = document.write(stamp(2, 2), says("河道清淤，十一月底前完成。")).unwrap().unwrap();
    assert_eq!(read(&document), "河道清淤，十一月底前完成。");
    let scanned = scan(&change.bytes).unwrap();
    assert_eq!(scanned.ops(), 2, "two characters came in");
    assert_eq!(scanned.words(), [(PROSE_KEY.to_owned(), Some("十一".into()))]);
    assert_eq!(scanned.touches().map(|(key, _)| key).collect::<Vec<_>>(), [PROSE_KEY]);
    assert_eq!(document.write(stamp(2, 3), says("河道清淤，十一月底前完成。")).unwrap(), None);
    assert_eq!(document.prose_length(), 13);
}

#[test]
fn two_people_who_write_the_minutes_apart_keep_every_word_of_both() {
    let mut one = meeting();
    write(&mut one, 1, says("一、河道。\n二、路灯。"));
    let mut other = one.clone();
    write(&mut one, 1, says("一、河道清淤。\n二、路灯。"));
    write(&mut other, 2, says("一、河道。\n二、路灯两盏不亮。"));
    let (here, there) = (merge(&one, &other), merge(&other, &one));
    assert_eq!(read(&here), "一、河道清淤。\n二、路灯两盏不亮。");
    assert_eq!(read(&there), read(&here));
    assert!(!here.has_conflict());
}

#[test]
fn what_others_wrote_while_a_person_was_writing_stays() {
    let mut document = meeting();
    write(&mut document, 1, says("一、河道。\n二、路灯。"));
    let shown = read(&document);
    write(&mut document, 2, says("到会十二人。\n一、河道。\n二、路灯。\n三、其他。"));
    let mut edit = Edit::new();
    edit.prose_read(PROSE_KEY, shown, "一、河道清淤。\n二、路。");
    write(&mut document, 1, edit);
    assert_eq!(read(&document), "到会十二人。\n一、河道清淤。\n二、路。\n三、其他。");
}

#[test]
fn added_words_stand_at_the_end_as_paragraphs_of_their_own() {
    let mut document = meeting();
    for words in ["一", "二\n", "三"] {
        let mut edit = Edit::new();
        edit.prose_added(PROSE_KEY, words);
        write(&mut document, 1, edit);
    }
    assert_eq!(read(&document), "一\n二\n三");
}

#[test]
fn prose_is_neither_put_nor_removed_and_no_value_is_prose() {
    let mut document = meeting();
    assert_eq!(document.write(stamp(1, 1), put(PROSE_KEY, "x")), Err(WriteError::NoProse));
    let mut remove = Edit::new();
    remove.remove(PROSE_KEY);
    assert_eq!(document.write(stamp(1, 1), remove), Err(WriteError::NoProse));
    let mut elsewhere = Edit::new();
    elsewhere.prose("title", "x");
    assert_eq!(document.write(stamp(1, 1), elsewhere), Err(WriteError::NoProse));
    let mut household = Document::new(doc(DocKind::Household, 1));
    assert_eq!(household.write(stamp(1, 1), says("x")), Err(WriteError::NoProse));
    assert!(document.is_blank() && household.is_blank());
}

#[test]
fn a_change_that_was_not_taken_is_written_again_with_every_word() {
    let mut there = meeting();
    write(&mut there, 1, says("一、河道。"));
    let mut here = there.clone();
    let mut edit = says("关于一、河道的事。");
    edit.put("place", "村部");
    let change = here.write(stamp(2, 2), edit).unwrap().unwrap();
    let again = Edit::again(&scan(&change.bytes).unwrap());
    assert_eq!(again.keys().collect::<Vec<_>>(), ["place", PROSE_KEY]);
    write(&mut there, 3, again);
    assert_eq!(read(&there), "一、河道。\n关于的事");
    assert_eq!(there.get("place").unwrap().value, "村部".into());
}

#[test]
fn a_next_generation_keeps_the_prose_and_whose_each_character_is() {
    let mut document = meeting();
    write(&mut document, 3, says("一、河道。二、路灯。"));
    write(&mut document, 1, says("到会：十人。一、河道清淤。二、路灯。"));
    write(&mut document, 2, says("到会：十二人。一、河道清淤。路灯两盏。"));
    write(&mut document, 1, put("place", "村部"));
    let by = |document: &Document| -> Vec<(char, ActorId)> {
        let told =
            characters(DocKind::Meeting, document.whole().unwrap()).into_iter().map(|(character, id)| match id {
                ObjId::Id(_, actor, _) => (character, ActorId::from_bytes(actor.to_bytes()).unwrap()),
                ObjId::Root => panic!("no character is the document"),
            });
        told.collect()
    };
    let next = document.next_generation(|_| false).unwrap();
    assert_eq!(by(&next.document), by(&document));
    assert_eq!(next.document.get("place"), document.get("place"));
    let opened = open_snapshot(document.id(), Some(&next.document.save().unwrap()), []).unwrap();
    assert_eq!(by(&opened), by(&document));
    let mut after = opened;
    write(&mut after, 4, says("无"));
    assert_eq!(after.next_generation(|_| false).unwrap().changes.len(), 2);
}

#[test]
fn what_is_erased_of_prose_is_nowhere_in_the_bytes() {
    let mut document = meeting();
    write(&mut document, 1, put("place", "村部"));
    write(&mut document, 1, says("secret words"));
    write(&mut document, 2, says("secret"));
    assert!(document.save().unwrap().windows(6).any(|bytes| bytes == b"secret"), "or this test shows nothing");
    let next = document.next_generation(|key| key == PROSE_KEY).unwrap().document;
    assert_eq!(read(&next), "");
    assert!(!next.save().unwrap().windows(3).any(|bytes| bytes == b"sec"));
    assert!(document.next_generation(|_| true).is_err(), "nothing would be left");
    let mut only = meeting();
    write(&mut only, 1, says("x"));
    assert_eq!(read(&only.next_generation(|_| false).unwrap().document), "x");
}

#[test]
fn long_minutes_come_through_a_generation_in_changes_the_gate_takes() {
    let mut document = meeting();
    let mut text = String::new();
    for part in 0..4_u8 {
        text.extend(std::iter::repeat_n(char::from(b'a' + part), 4_000));
        write(&mut document, 1 + part % 2, says(&text));
    }
    let next = document.next_generation(|_| false).unwrap();
    assert_eq!(read(&next.document), text);
}

fn splice_is_right(read: &str, now: &str, text: &str) -> String {
    let mut written: Vec<char> = now.chars().collect();
    for splice in splices(read, now, text).iter().rev() {
        written.splice(splice.at..splice.at + splice.gone, splice.text.chars());
    }
    written.into_iter().collect()
}

#[test]
fn texts_that_have_little_in_common_are_compared_too() {
    let (one, other): (String, String) = ("ab".repeat(2_000), "ba c".repeat(1_500));
    assert_eq!(splice_is_right(&one, &one, &other), other);
    assert_eq!(splice_is_right("", "", &other), other);
    assert_eq!(splice_is_right(&one, &one, ""), "");
}

#[test]
fn the_shortest_way_is_found() {
    let changed = |one: &str, other: &str| -> usize {
        splices(one, one, other).iter().map(|splice| splice.gone + splice.text.chars().count()).sum()
    };
    assert_eq!(changed("abcabba", "cbabac"), 5);
    assert_eq!(changed("河道清淤", "河道要清淤了"), 2);
    assert_eq!(changed("", ""), 0);
}

/// What one of several people does to the minutes they have: puts something somewhere, or takes something out.
type Act = (u8, usize, usize, &'static str);

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let words = proptest::sample::select(vec!["", "一", "河道。", "ab", "🙂\n"]);
    proptest::collection::vec((1_u8..4, 0_usize..12, 0_usize..4, words), 1..20)
}

proptest! {
    #[test]
    fn a_comparison_always_leads_to_the_wanted_text(one in "[ab河]{0,12}", other in "[ab河]{0,12}") {
        prop_assert_eq!(splice_is_right(&one, &one, &other), other);
    }

    #[test]
    fn what_nobody_took_out_stays_whoever_saves_when(
        read in "[abc]{0,8}", now in "[abcxyz]{0,12}", text in "[abc]{0,8}",
    ) {
        let written = splice_is_right(&read, &now, &text);
        let count = |text: &str, letter| text.chars().filter(|other| *other == letter).count();
        for letter in ['x', 'y', 'z'] {
            prop_assert_eq!(count(&written, letter), count(&now, letter), "the others' letters");
        }
    }

    #[test]
    fn whoever_hears_whom_when_all_read_the_same_and_no_character_is_lost(acts in acts(), order in any::<u64>()) {
        let blank = meeting();
        let mut phones: BTreeMap<u8, Document> = (1..4).map(|by| (by, blank.clone())).collect();
        let mut changes = Vec::new();
        let mut dice = crate::testing::Dice::new(order);
        for (by, place, gone, words) in acts {
            let phone = &phones[&by];
            let mut text: Vec<char> = read(phone).chars().collect();
            let place = place.min(text.len());
            text.splice(place..(place + gone).min(text.len()), words.chars());
            let mut phone = phone.clone();
            let change = phone.write(stamp(by, 1), says(&text.iter().collect::<String>())).unwrap();
            prop_assert_eq!(read(&phone), text.iter().collect::<String>());
            changes.extend(change.map(|change| scan(&change.bytes).unwrap()));
            if dice.below(3) == 0 {
                let other = 1 + dice.below(3) as u8;
                phone = merge(&phone, &phones[&other]);
            }
            phones.insert(by, phone);
        }
        let mut replica = blank.clone();
        while !changes.is_empty() {
            let next = changes[dice.below(changes.len())].clone();
            let tried = trial(&replica, std::slice::from_ref(&next));
            if tried.verdicts == [TrialVerdict::Admitted] {
                changes.retain(|change| change.hash() != next.hash());
            }
            replica = tried.document;
        }
        let all = phones.values().fold(blank, |all, phone| merge(&all, phone));
        prop_assert_eq!(read(&replica), read(&all));
        let opened = open_snapshot(all.id(), Some(&all.save().unwrap()), []).unwrap();
        prop_assert_eq!(read(&opened), read(&all));
        let inserted: usize = all.whole().unwrap().get_changes(&[]).iter().skip(1).map(|change| {
            let words = scan(change.raw_bytes()).unwrap().words();
            words.iter().filter_map(|(_, said)| Some(said.as_ref()?.as_text()?.chars().count())).sum::<usize>()
        }).sum();
        let deleted: std::collections::BTreeSet<CharId> = all.whole().unwrap().get_changes(&[]).iter().skip(1)
            .flat_map(|change| scan(change.raw_bytes()).unwrap().deleted_characters()).collect();
        prop_assert_eq!(all.prose_length(), inserted - deleted.len());
        prop_assert!(read(&all).chars().count() == all.prose_length());
    }
}
