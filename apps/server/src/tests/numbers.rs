//! The township gives every matter its number: at once, once, and each its own.

use std::collections::BTreeSet;
use std::sync::Barrier;

use lianhu_core::deed::from_json;
use lianhu_core::matter::{self, Act, Matter, MatterForm};
use lianhu_core::{DocId, DocKind};
use lianhu_sync::message::{Chunk, DocChanges, Verdict};

use super::world::{LI, Phone, WANG, World, home, sent, village};

fn raise(phone: &mut Phone, title: &str) -> DocId {
    let form = MatterForm { title: title.into(), household: Some(home(1)), ..MatterForm::default() };
    phone.matters().raise(form).unwrap()
}

fn number(phone: &mut Phone, matter: DocId) -> Option<String> {
    let page = phone.matters().get(matter).unwrap();
    page.number.as_ref().map(|number| number.value.as_str().to_owned())
}

fn recorded_number(world: &World, matter: DocId) -> String {
    let matter = Matter::read(&world.town.document(matter).unwrap());
    assert!(matter.number.as_ref().is_some_and(|number| !number.is_conflict()));
    matter.number.unwrap().value.as_str().to_owned()
}

/// The township as it was when `copy` was taken, in a new folder, as a new life of its log.
fn put_back(world: &World, copy: &std::path::Path) -> World {
    let restored = world.reopened_from(copy);
    restored.town.store().restored().unwrap();
    restored
}

#[test]
fn the_phone_has_the_number_after_the_very_sync_that_brought_the_matter() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let (one, two) = (raise(&mut wang, "路灯不亮"), raise(&mut wang, "河道有垃圾"));
    assert_eq!(number(&mut wang, one), None, "until then it has its temporary code");
    world.sync(&mut wang);
    let numbers: BTreeSet<_> = [one, two].into_iter().filter_map(|matter| number(&mut wang, matter)).collect();
    let code = matter::village_code(village(), None);
    assert_eq!(numbers, [format!("{code}-2026-0001"), format!("{code}-2026-0002")].into());
    // A step later changes nothing of it.
    wang.matters().step(one, Act::Submit).unwrap();
    world.sync(&mut wang);
    assert!(numbers.contains(&number(&mut wang, one).unwrap()));
    assert_eq!(world.column("matters", "number").into_iter().collect::<BTreeSet<_>>(), numbers);
}

#[test]
fn the_office_numbers_what_it_raises_itself() {
    let world = World::new();
    let json = format!(r#"{{"do":"raise","village":"{}","title":"桥面破损"}}"#, village());
    let matter = world.town.begin(&*from_json(DocKind::Matter, &json).unwrap()).unwrap();
    assert!(recorded_number(&world, matter).ends_with("-2026-0001"));
}

#[test]
fn an_exchange_that_records_no_matter_loads_no_document_for_numbers() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    raise(&mut wang, "路灯不亮");
    world.sync(&mut wang);
    let loaded = || world.town.store().documents_loaded();
    let before = loaded();
    world.sync(&mut wang);
    assert_eq!(loaded(), before, "nothing new: nothing loaded");
    let hand = world.hand(WANG, 100);
    hand.ask(&hand.request(Vec::new()));
    assert_eq!(loaded(), before);
    // What is numbered is not looked at again.
    crate::numbers::all(&world.town);
    assert_eq!(loaded(), before);
}

#[test]
fn phones_that_bring_matters_at_the_same_moment_get_each_its_own_number() {
    const PHONES: u8 = 6;
    const ROUNDS: u64 = 4;
    let world = World::new();
    let hands: Vec<_> = (0..PHONES).map(|number| world.hand(WANG, 100 + number)).collect();
    let start = Barrier::new(PHONES.into());
    std::thread::scope(|scope| {
        for (number, hand) in (0_u8..).zip(&hands) {
            let start = &start;
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    start.wait();
                    let id = DocId::mint(DocKind::Matter, [number + 1, round as u8 + 1].repeat(8).try_into().unwrap());
                    let form = MatterForm {
                        village: Some(village()),
                        date: Some(super::world::day("2026-11-23")),
                        title: "同时".into(),
                        ..MatterForm::default()
                    };
                    let draft = matter::MatterDraft::new(&form, &matter::Categories::default()).unwrap();
                    let bytes = hand.write(id, matter::create(hand.worker, &draft));
                    let request = hand.request(vec![(id, vec![bytes])]);
                    let reply = hand.ask(&request);
                    assert_eq!(reply.verdicts, [Verdict::Recorded]);
                    assert_eq!(hand.ask(&request).verdicts, [Verdict::Known]);
                }
            });
        }
    });
    let total = usize::from(PHONES) * ROUNDS as usize;
    let mut serials: Vec<usize> =
        world.column("matters", "number_serial").iter().map(|serial| serial.parse().unwrap()).collect();
    serials.sort_unstable();
    assert_eq!(serials, (1..=total).collect::<Vec<_>>());
}

#[test]
fn a_number_that_was_given_twice_in_two_lives_of_the_log_is_noticed_and_told() {
    let world = World::new();
    let (mut wang, mut li) = (world.phone(WANG), world.phone(LI));
    world.sync(&mut wang);
    world.sync(&mut li);
    let copy = world.backup();
    let first = raise(&mut wang, "路灯不亮");
    world.sync(&mut wang);
    let given = recorded_number(&world, first);

    // The township is put back; what Li brings is the first it hears of, and it gives the same number again.
    let world = put_back(&world, &copy);
    let second = raise(&mut li, "河道有垃圾");
    world.sync(&mut li);
    assert_eq!(recorded_number(&world, second), given);
    // Wang's phone brings the other matter back, number and all.
    let report = world.sync(&mut wang);
    assert!(report.proven && report.given_back > 0, "{report:?}");
    let numbers: BTreeSet<_> = [first, second].iter().map(|matter| recorded_number(&world, *matter)).collect();
    assert_eq!(numbers.len(), 2, "each has its own again");
    let kept = [first, second].into_iter().min().unwrap();
    assert_eq!(recorded_number(&world, kept), given, "on one day the smaller name keeps it");
    let other = [first, second].into_iter().max().unwrap();
    let told = Matter::read(&world.town.document(other).unwrap());
    let notes = told.story.steps.iter().filter(|told| matches!(told.step.act, Act::Note { .. })).count();
    assert_eq!(notes, 1, "and it is told");
    world.sync(&mut li);
    world.sync(&mut wang);
    crate::numbers::all(&world.town);
    let again = Matter::read(&world.town.document(other).unwrap());
    assert_eq!(again.story.steps.len(), told.story.steps.len(), "once is enough");
}

/// Takes a matter's number away, as if it had been recorded before there were numbers.
fn without_number(world: &World, matter: DocId) {
    let hand = world.town.office_hand();
    let mut edit = lianhu_core::Edit::new();
    edit.remove("number");
    let stamp = world.town.office_stamp().unwrap();
    let change = world.town.document(matter).unwrap().write(stamp, edit).unwrap().unwrap();
    let changes = [DocChanges { doc: sent(matter), changes: vec![Chunk(change.bytes)] }];
    assert_eq!(world.town.record_by(&hand, &changes).unwrap(), [Verdict::Recorded]);
}

#[test]
fn a_matter_that_two_lives_of_the_log_numbered_differently_has_one_number_in_the_end() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let matter = raise(&mut wang, "路灯不亮");
    world.sync(&mut wang);
    without_number(&world, matter);
    let copy = world.backup();
    let later = raise(&mut wang, "河道有垃圾");
    world.sync(&mut wang);
    assert!(recorded_number(&world, later).ends_with("-0001"), "the only one that has a number");
    crate::numbers::all(&world.town);
    assert!(recorded_number(&world, matter).ends_with("-0002"));
    world.sync(&mut wang);

    let world = put_back(&world, &copy);
    assert!(recorded_number(&world, matter).ends_with("-0001"), "opening numbers what was left without");
    assert!(world.sync(&mut wang).given_back > 0);
    assert!(recorded_number(&world, later).ends_with("-0001"));
    assert!(recorded_number(&world, matter).ends_with("-0002"), "the one of its two that nobody else has");
    assert!(world.column("conflicts", "key").is_empty());
    assert!(world.sync(&mut wang).proven);
}

#[test]
fn what_was_left_without_a_number_gets_one_at_the_next_opening() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let matter = raise(&mut wang, "路灯不亮");
    world.sync(&mut wang);
    without_number(&world, matter);
    assert_eq!(world.column("matters", "number"), [""]);
    let world = world.reopened();
    assert!(recorded_number(&world, matter).ends_with("-0001"));
}

#[test]
fn the_number_of_a_matter_that_was_erased_is_given_to_no_other() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let erased = raise(&mut wang, "路灯不亮");
    world.sync(&mut wang);
    world.town.erase(erased, &crate::Erase::Whole, "本人要求").unwrap();
    let next = raise(&mut wang, "河道有垃圾");
    world.sync(&mut wang);
    assert!(recorded_number(&world, next).ends_with("-0002"));
    let world = world.reopened();
    assert!(recorded_number(&world, erased).ends_with("-0001"), "all that is left of it besides who may read it");
}
