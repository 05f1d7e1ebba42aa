//! Many at once: nothing is lost, nothing is recorded twice, and what cannot both stand is shown.

use std::sync::Barrier;

use lianhu_core::DocKind;
use lianhu_core::household::{self, CardChange, CardForm, Household};
use lianhu_sync::message::Verdict;

use super::world::{LI, WANG, World, home, village, visit};
use crate::act::ActError;

fn phone(number: &str) -> CardForm {
    CardForm { phone: number.to_owned().into(), ..CardForm::default() }
}

#[test]
fn two_phones_and_the_office_on_one_household_lose_nothing_and_disagreements_are_listed() {
    let world = World::new();
    let (mut wang, mut li) = (world.phone(WANG), world.phone(LI));
    world.sync(&mut wang);
    world.sync(&mut li);
    wang.households().visit(home(1), visit("上午")).unwrap();
    wang.households().change(home(1), &phone("13800000001")).unwrap();
    li.households().visit(home(1), visit("下午")).unwrap();
    li.households().change(home(1), &phone("13800000002")).unwrap();
    let office = CardForm { members: Some(4), ..phone("13800000003") };
    world.office(home(1), household::change_card(&CardChange::new(&office).unwrap()));

    for report in [world.sync(&mut wang), world.sync(&mut li), world.sync(&mut wang)] {
        assert!(report.proven && report.refused == 0, "{report:?}");
    }
    let recorded = world.town.document(home(1)).unwrap();
    let card = Household::read(&recorded);
    assert_eq!(card.visits.len(), 2);
    assert_eq!(recorded.get("phone").unwrap().rivals.len(), 3);
    assert_eq!(world.column("conflicts", "key"), ["phone"]);
    assert_eq!(world.column("conflicts", "count"), ["3"]);
    for phone in [&mut wang, &mut li] {
        let page = phone.households().get(home(1)).unwrap();
        assert_eq!((page.visits.len(), page.phone.as_ref().unwrap().rivals.len()), (2, 3));
    }
    // Somebody who has seen them all settles it.
    world.office(home(1), household::change_card(&CardChange::new(&phone("13800000003")).unwrap()));
    assert!(world.column("conflicts", "key").is_empty());
}

#[test]
fn exchanges_at_the_same_moment_are_all_recorded_and_each_once() {
    const PHONES: u8 = 8;
    const ROUNDS: u64 = 5;
    let world = World::new();
    let hands: Vec<_> = (0..PHONES).map(|number| world.hand(WANG, 100 + number)).collect();
    let (before, start) = (world.counters(), Barrier::new(PHONES.into()));
    std::thread::scope(|scope| {
        for (number, hand) in hands.iter().enumerate() {
            let start = &start;
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    start.wait();
                    let name = 1_000 * (number as u64 + 1) + round;
                    let shared = hand.write(home(1), hand.visit(name, "同时"));
                    let other = hand.write(home(2), hand.visit(name, "同时"));
                    let request = hand.request(vec![(home(1), vec![shared]), (home(2), vec![other])]);
                    assert_eq!(hand.ask(&request).verdicts, [Verdict::Recorded, Verdict::Recorded]);
                    assert_eq!(hand.ask(&request).verdicts, [Verdict::Known, Verdict::Known]);
                }
            });
        }
    });
    let written = u64::from(PHONES) * ROUNDS * 2;
    assert_eq!(world.column("visits", "id").len() as u64, written);
    let after = world.counters();
    assert_eq!((after.changes - before.changes, after.refused), (written, 0));
}

#[test]
fn clerks_who_write_at_the_same_moment_follow_one_another() {
    let world = World::new();
    let start = Barrier::new(4);
    std::thread::scope(|scope| {
        for clerk in 0..4 {
            let (town, start) = (&world.town, &start);
            scope.spawn(move || {
                start.wait();
                for round in 0..5 {
                    let form = CardForm { code: format!("A{clerk}{round}"), ..CardForm::default() };
                    let change = CardChange::new(&form).unwrap();
                    assert!(town.write(home(1), |_| Ok::<_, ActError>(household::change_card(&change))).unwrap());
                }
            });
        }
    });
    assert_eq!(world.counters().refused, 0);
    assert!(world.column("conflicts", "key").is_empty());
}

#[test]
fn a_household_begun_while_the_roster_moves_is_read_by_whom_the_new_roster_says() {
    let world = World::new();
    let start = Barrier::new(2);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            start.wait();
            for number in 10..20 {
                world.link(LI, lianhu_core::DocId::mint(DocKind::Household, [number; 16]));
            }
        });
        start.wait();
        for number in 10..20 {
            let form = CardForm { head: "某户".to_owned().into(), ..CardForm::default() };
            let draft = household::HouseholdDraft::new(village(), &form).unwrap();
            let id = lianhu_core::DocId::mint(DocKind::Household, [number; 16]);
            world.office(id, household::create(crate::OFFICE, &draft));
        }
    });
    for number in 10..20 {
        assert!(world.may_read(LI, lianhu_core::DocId::mint(DocKind::Household, [number; 16])), "{number}");
    }
}
