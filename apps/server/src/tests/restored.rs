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
