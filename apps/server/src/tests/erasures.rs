//! A township put back under its list of erasures: what was erased stays erased, whatever phones give back and in whatever
//! order, and two beginnings of one generation never stand against each other.

use std::path::Path;

use lianhu_core::household::{self, CardChange, CardForm, HouseholdDraft};
use lianhu_core::{DocId, Edit};
use lianhu_store::ListError;
use lianhu_sync::ports::Township as _;

use super::world::{BOARD, LI, Phone, WANG, World, ZHAO, home, sent, village, visit};
use crate::gate::OFFICE;
use crate::generations::{Erase, RenewError};
use crate::town::{Town, TownError};

const GONE: &str = "谁都认得出的一句话";

/// The list as it lies beside the township's database.
fn list(world: &World) -> String {
    std::fs::read_to_string(world.folder().join("erasures.list")).unwrap()
}

/// The township as it was when `copy` was taken, with the list as it is now.
fn put_back(world: &World, copy: &Path) -> World {
    put_back_under(world, copy, &list(world))
}

fn put_back_under(world: &World, copy: &Path, list: &str) -> World {
    world.reopened_with(copy, |dir| std::fs::write(dir.join("erasures.list"), list).unwrap())
}

fn erase_visits(world: &World, doc: DocId) {
    world.town.erase(doc, &Erase::Keys(vec!["visit/".to_owned()]), "本人要求").unwrap();
}

fn notes(world: &World) -> Vec<String> {
    let mut notes = world.column("visits", "note");
    notes.sort();
    notes
}

fn telephone(number: &str) -> Edit {
    let form = CardForm { phone: number.to_owned().into(), ..CardForm::default() };
    household::change_card(&CardChange::new(&form).unwrap())
}

fn nowhere(world: &World, phones: &mut [&mut Phone]) {
    world.town.store().sweep().unwrap();
    for file in std::fs::read_dir(world.folder()).unwrap() {
        let path = file.unwrap().path();
        if path.file_name().is_some_and(|name| name == "backup") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(GONE.len()).any(|window| window == GONE.as_bytes()), "{}", path.display());
    }
    for phone in phones {
        assert!(world.sync(phone).proven);
        let page = phone.households().get(home(1)).unwrap();
        assert!(
            page.visits.iter().all(|(_, visit)| visit.value.note.as_ref().is_none_or(|note| note.as_str() != GONE))
        );
    }
}

#[test]
fn a_township_put_back_with_its_list_is_erased_again_before_anybody_asks() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    wang.households().visit(home(1), visit(GONE)).unwrap();
    world.sync(&mut wang);
    let copy = world.backup();
    erase_visits(&world, home(1));

    let world = put_back(&world, &copy);
    assert_eq!(world.town.document(home(1)).unwrap().generation().0, 1);
    assert_eq!(notes(&world), [""; 0]);
    assert_eq!(list(&world).lines().count(), 3);
    nowhere(&world, &mut []);
    // A phone that has heard nothing of it still has the words in the generation that is closed.
    assert!(world.sync(&mut wang).proven);
    nowhere(&world, &mut [&mut wang]);
    wang.households().visit(home(1), visit("又去了")).unwrap();
    assert_eq!(world.sync(&mut wang).recorded, 1);
    assert_eq!(notes(&world), ["又去了"]);
}

#[test]
fn what_phones_have_of_the_new_generation_takes_the_place_of_what_stood_in_for_it() {
    let world = World::new();
    let (mut wang, mut li) = (world.phone(WANG), world.phone(LI));
    for phone in [&mut wang, &mut li] {
        world.sync(phone);
    }
    world.office(home(1), telephone("13800000001"));
    wang.households().visit(home(1), visit(GONE)).unwrap();
    world.sync(&mut wang);
    let copy = world.backup();
    // Between the backup and the erasure: a number is corrected, a card field is taken away, a visit is written.
    world.office(home(1), telephone("13800000002"));
    world.office(home(2), telephone("13800000009"));
    wang.households().visit(home(2), visit("别的户")).unwrap();
    world.sync(&mut wang);
    erase_visits(&world, home(1));
    world.sync(&mut wang);
    wang.households().visit(home(1), visit("新的一代")).unwrap();
    world.sync(&mut wang);

    let world = put_back(&world, &copy);
    // Somebody who has not heard of it writes first, on what stands in.
    assert!(world.sync(&mut li).proven);
    li.households().visit(home(1), visit("李在恢复以后写的")).unwrap();
    assert_eq!(world.sync(&mut li).recorded, 1);
    assert_eq!(world.column("households", "phone").iter().filter(|phone| *phone == "13800000001").count(), 1);
    for _ in 0..2 {
        assert!(world.sync(&mut wang).proven);
        assert!(world.sync(&mut li).proven);
    }
    assert_eq!(notes(&world), ["别的户", "新的一代", "李在恢复以后写的"]);
    let document = world.town.document(home(1)).unwrap();
    assert_eq!((document.generation().0, document.conflicts().len()), (1, 0), "{:?}", document.conflicts());
    assert!(world.column("households", "phone").contains(&"13800000002".to_owned()));
    assert!(world.town.store().read().unwrap().stand_in(sent(home(1))).unwrap().is_none());
    nowhere(&world, &mut [&mut wang, &mut li]);
}

#[test]
fn what_was_taken_away_in_the_new_generation_does_not_come_back_with_what_stood_in() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    world.office(home(1), telephone("13800000001"));
    wang.households().visit(home(1), visit(GONE)).unwrap();
    world.sync(&mut wang);
    let copy = world.backup();
    let mut edit = Edit::new();
    edit.remove("phone");
    world.office(home(1), edit);
    erase_visits(&world, home(1));
    world.sync(&mut wang);
    let world = put_back(&world, &copy);
    assert!(world.sync(&mut wang).proven);
    assert!(world.town.document(home(1)).unwrap().get("phone").is_none());
    nowhere(&world, &mut [&mut wang]);
}

#[test]
fn what_only_a_phone_on_the_closed_generation_still_has_arrives_without_what_was_erased() {
    let world = World::new();
    let (mut wang, mut li) = (world.phone(WANG), world.phone(LI));
    for phone in [&mut wang, &mut li] {
        world.sync(phone);
    }
    let copy = world.backup();
    wang.households().visit(home(1), visit(GONE)).unwrap();
    world.sync(&mut wang);
    world.office(home(1), telephone("13800000007"));
    world.sync(&mut li);
    world.sync(&mut wang);
    erase_visits(&world, home(1));

    // Both phones have the words under the township's own seal, and neither has heard that they are erased.
    let mut world = put_back(&world, &copy);
    for phone in [&mut li, &mut wang] {
        let report = world.sync(phone);
        assert!(report.proven, "{report:?}");
    }
    assert_eq!(notes(&world), [""; 0]);
    assert!(world.column("households", "phone").contains(&"13800000007".to_owned()));
    assert_eq!(world.town.document(home(1)).unwrap().conflicts(), []);
    nowhere(&world, &mut [&mut wang, &mut li]);
    let heads = world.town.document(home(1)).unwrap().heads();
    world = world.reopened();
    assert!(world.sync(&mut wang).proven);
    assert_eq!(world.town.document(home(1)).unwrap().heads(), heads, "the same twice changes nothing");
}

#[test]
fn a_document_the_backup_does_not_know_comes_back_without_what_was_erased() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let copy = world.backup();
    let new = wang.households().create(&CardForm { head: "新来的户".into(), ..CardForm::default() }).unwrap();
    wang.households().visit(new, visit(GONE)).unwrap();
    world.sync(&mut wang);
    world.town.erase(new, &Erase::Keys(vec!["visit/".to_owned()]), "本人要求").unwrap();

    let world = put_back(&world, &copy);
    let report = world.sync(&mut wang);
    assert!(report.proven, "{report:?}");
    let document = world.town.document(new).unwrap();
    assert_eq!((document.generation().0, document.list("visit/").len()), (1, 0));
    assert!(world.column("households", "head").contains(&"新来的户".to_owned()));
    wang.households().visit(new, visit("接着写")).unwrap();
    assert_eq!(world.sync(&mut wang).recorded, 1);
    let world = world.reopened();
    assert_eq!(notes(&world), ["接着写"]);
}

#[test]
fn a_change_whose_recording_was_never_heard_of_does_not_bring_its_words_back() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let copy = world.backup();
    wang.households().visit(home(1), visit(GONE)).unwrap();
    let outgoing = wang.begin_sync().unwrap();
    world.town.exchange(&outgoing.body, &outgoing.signature).unwrap();
    assert_eq!(notes(&world), [GONE]);
    erase_visits(&world, home(1));
    let world = put_back(&world, &copy);
    assert!(world.sync(&mut wang).proven);
    assert_eq!(wang.status().unwrap().kept, 0);
    assert_eq!(notes(&world), [""; 0]);
    nowhere(&world, &mut [&mut wang]);
}

#[test]
fn a_later_generation_than_the_list_knows_keeps_what_was_written_since_the_restore() {
    let world = World::new();
    let (mut wang, mut li) = (world.phone(WANG), world.phone(LI));
    for phone in [&mut wang, &mut li] {
        world.sync(phone);
    }
    wang.households().visit(home(1), visit(GONE)).unwrap();
    world.sync(&mut wang);
    let copy = world.backup();
    erase_visits(&world, home(1));
    let older = list(&world);
    world.town.erase(home(1), &Erase::Keys(vec!["doorplate".to_owned()]), "本人要求").unwrap();
    world.sync(&mut wang);
    wang.households().visit(home(1), visit("第二代")).unwrap();
    world.sync(&mut wang);

    let world = put_back_under(&world, &copy, &older);
    assert!(world.sync(&mut li).proven);
    li.households().visit(home(1), visit("恢复以后")).unwrap();
    assert_eq!(world.sync(&mut li).recorded, 1);
    let report = world.sync(&mut wang);
    assert!(report.proven, "{report:?}");
    assert_eq!(world.town.document(home(1)).unwrap().generation().0, 2);
    assert_eq!(notes(&world), ["恢复以后", "第二代"]);
    assert!(world.town.document(home(1)).unwrap().get("doorplate").is_none());
    assert!(world.sync(&mut li).proven);
    nowhere(&world, &mut [&mut wang, &mut li]);
}

#[test]
fn an_older_list_than_the_backup_adds_nothing_and_loses_nothing() {
    let world = World::new();
    world.office(home(1), telephone("13800000001"));
    world.town.erase(home(1), &Erase::Keys(vec!["phone".to_owned()]), "本人要求").unwrap();
    let older = list(&world);
    world.office(home(2), telephone("13800000002"));
    world.town.erase(home(2), &Erase::Keys(vec!["phone".to_owned()]), "本人要求").unwrap();
    let copy = world.backup();
    let newer = list(&world);
    let heads = world.town.document(home(2)).unwrap().heads();
    let world = put_back_under(&world, &copy, &older);
    assert_eq!(world.town.document(home(2)).unwrap().heads(), heads);
    assert_eq!(list(&world), newer);
    assert!(world.town.store().read().unwrap().stand_in(sent(home(1))).unwrap().is_none());
}

#[test]
fn a_forged_or_truncated_list_keeps_the_township_shut() {
    let world = World::new();
    world.office(home(1), telephone("13800000001"));
    let copy = world.backup();
    world.town.erase(home(1), &Erase::Keys(vec!["phone".to_owned()]), "本人要求").unwrap();
    let list = list(&world);
    let open = |text: String| {
        let dir = tempfile::tempdir().unwrap();
        std::fs::copy(&copy, crate::store_file(dir.path())).unwrap();
        std::fs::write(dir.path().join("erasures.list"), text).unwrap();
        Town::open(dir.path()).map(drop)
    };
    let why = |text: String| match open(text) {
        Err(TownError::ErasureList(why)) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(why(list.replace("phone", "photo")), ListError::Forged(2));
    let cut = list.lines().take(2).map(|line| format!("{line}\n")).collect();
    assert_eq!(why(cut), ListError::Truncated);
    assert_eq!(why("以前的".to_owned()), ListError::NotAList);
    open(list).unwrap();
}

#[test]
fn what_stands_in_is_not_trimmed_and_can_be_erased_once_more() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    wang.households().visit(home(1), visit("还在")).unwrap();
    world.office(home(1), telephone("13800000001"));
    world.sync(&mut wang);
    let copy = world.backup();
    world.town.erase(home(1), &Erase::Keys(vec!["phone".to_owned()]), "本人要求").unwrap();
    world.sync(&mut wang);
    wang.households().visit(home(1), visit("之后")).unwrap();
    wang.households().visit(home(1), visit(GONE)).unwrap();
    world.sync(&mut wang);
    let world = put_back(&world, &copy);
    assert!(matches!(world.town.compact(home(1)), Err(RenewError::StandsIn)));
    world.town.erase(home(1), &Erase::Keys(vec!["doorplate".to_owned()]), "本人要求").unwrap();
    assert!(world.sync(&mut wang).proven);
    assert_eq!(notes(&world), ["之后", GONE, "还在"]);
    let document = world.town.document(home(1)).unwrap();
    assert!(document.get("doorplate").is_none() && document.get("phone").is_none());
}

#[test]
fn a_roster_and_a_household_that_were_erased_in_part_go_on_after_the_restore() {
    let world = World::new();
    let (mut wang, mut board) = (world.phone(WANG), world.phone(BOARD));
    world.link(ZHAO, home(2));
    for phone in [&mut wang, &mut board] {
        world.sync(phone);
    }
    let copy = world.backup();
    let link = world.link_id(ZHAO, home(2));
    world.town.erase(village(), &Erase::Keys(vec![format!("link/{link}")]), "本人要求").unwrap();
    assert!(!world.may_read(ZHAO, home(2)));
    let world = put_back(&world, &copy);
    assert!(!world.may_read(ZHAO, home(2)), "a link that was erased gives no access again");
    for phone in [&mut wang, &mut board] {
        assert!(world.sync(phone).proven);
    }
    let draft = HouseholdDraft::new(village(), &CardForm { head: "后来的".into(), ..CardForm::default() }).unwrap();
    world.office(home(3), household::create(OFFICE, &draft));
    world.link(WANG, home(3));
    assert!(world.sync(&mut wang).proven);
    assert!(wang.households().get(home(3)).is_ok());
}
