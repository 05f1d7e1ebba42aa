//! A township put back from a backup, and phones that know more than it does.

use lianhu_core::household::CardForm;

use super::world::{BOARD, LI, WANG, World, ZHAO, home, link_from, village, visit};

/// The township as it was when `copy` was taken, in a new folder, as a new life of its log.
fn put_back(world: &World, copy: &std::path::Path) -> World {
    let restored = world.reopened_from(copy);
    restored.town.store().restored().unwrap();
    restored
}

#[test]
fn phones_refill_a_township_restored_from_last_weeks_backup() {
    let world = World::new();
    let (mut wang, mut li) = (world.phone(WANG), world.phone(LI));
    world.sync(&mut wang);
    world.sync(&mut li);
    let copy = world.backup();

    // A week of work: visits by both, the office's correction of a card.
    wang.households().visit(home(1), visit("王，备份之后")).unwrap();
    world.sync(&mut wang);
    li.households().visit(home(1), visit("李，备份之后")).unwrap();
    world.sync(&mut li);
    let card = CardForm { phone: "13900000000".into(), ..CardForm::default() };
    world
        .office(home(1), lianhu_core::household::change_card(&lianhu_core::household::CardChange::new(&card).unwrap()));
    world.sync(&mut li);
    li.households().visit(home(1), visit("李，还没有送出")).unwrap();

    // Wang's phone never comes again. Li's brings back his visit and the office's correction as well.
    let world = put_back(&world, &copy);
    assert!(world.column("visits", "note").is_empty());
    let report = world.sync(&mut li);
    assert!(report.proven, "{report:?}");
    assert_eq!((report.given_back, report.recorded), (3, 1));
    let mut notes = world.column("visits", "note");
    notes.sort();
    assert_eq!(notes, ["李，备份之后", "李，还没有送出", "王，备份之后"]);
    assert!(world.column("households", "phone").contains(&"13900000000".to_owned()));
    // And Wang's, should it come, has nothing to add.
    let report = world.sync(&mut wang);
    assert_eq!((report.proven, report.given_back), (true, 0), "{report:?}");
}

#[test]
fn a_reassignment_the_backup_does_not_know_comes_back_with_the_roster() {
    let world = World::new();
    let (mut wang, mut zhao, mut board) = (world.phone(WANG), world.phone(ZHAO), world.phone(BOARD));
    for phone in [&mut wang, &mut zhao, &mut board] {
        world.sync(phone);
    }
    let copy = world.backup();
    let link = world.link_id(WANG, home(2));
    let ended = world.roster().links[&link].value.clone();
    let mut edit = lianhu_core::roster::end_link(link, &ended, super::world::day("2026-11-22"));
    edit.extend(link_from(ZHAO, home(2), "2026-11-23"));
    world.office(village(), edit);
    assert_eq!(world.sync(&mut wang).withdrawn, 1);
    world.sync(&mut zhao);
    zhao.households().visit(home(2), visit("新来的")).unwrap();
    world.sync(&mut zhao);

    let world = put_back(&world, &copy);
    assert!(world.may_read(WANG, home(2)) && !world.may_read(ZHAO, home(2)));
    let report = world.sync(&mut zhao);
    assert!(report.proven, "{report:?}");
    assert!(!world.may_read(WANG, home(2)) && world.may_read(ZHAO, home(2)), "the roster came back, and its lists");
    assert_eq!(world.column("visits", "note"), ["新来的"]);
    assert!(zhao.households().get(home(2)).is_ok());
    assert!(world.sync(&mut wang).proven);
    assert!(wang.households().get(home(2)).is_err());
}

#[test]
fn what_was_erased_after_the_backup_goes_again_when_a_phone_gives_back_the_new_generation() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    wang.households().visit(home(1), visit("要被删去的话")).unwrap();
    world.sync(&mut wang);
    let copy = world.backup();
    let erased = world.town.erase(home(1), &crate::Erase::Keys(vec!["visit/".to_owned()]), "本人要求").unwrap();
    assert_eq!(erased.generation, 1);
    wang.households().visit(home(1), visit("之后写的")).unwrap();
    assert!(world.sync(&mut wang).proven);

    // The backup still has the words. The phone has the new generation, under the township's seal.
    let world = put_back(&world, &copy);
    assert_eq!(world.column("visits", "note"), ["要被删去的话"]);
    let report = world.sync(&mut wang);
    assert!(report.proven, "{report:?}");
    assert_eq!(world.column("visits", "note"), ["之后写的"]);
    let document = world.town.document(home(1)).unwrap();
    assert_eq!(document.generation().0, 1);
}

#[test]
fn a_document_begun_and_begun_anew_after_the_backup_comes_back_in_its_generation() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let copy = world.backup();
    let card = CardForm { head: "新来的户".into(), ..CardForm::default() };
    let new = wang.households().create(&card).unwrap();
    for number in 0..3 {
        let card = CardForm { head: format!("改了{number}次").into(), ..CardForm::default() };
        wang.households().change(new, &card).unwrap();
    }
    world.sync(&mut wang);
    assert!(world.town.compact(new).unwrap().is_some());
    assert!(world.sync(&mut wang).proven);
    let world = put_back(&world, &copy);
    assert!(world.sync(&mut wang).proven);
    assert_eq!(world.town.document(new).unwrap().generation().0, 1);
    wang.households().visit(new, visit("接着写")).unwrap();
    assert_eq!(world.sync(&mut wang).recorded, 1);
}
