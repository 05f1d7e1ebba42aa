//! Somebody whom two villages list, and somebody who moves from one to the other.

use lianhu_core::household::{self, CardForm, HouseholdDraft};
use lianhu_core::roster::{self, LinkDraft, LinkForm, Role, RosterDraft, RosterForm, WorkerDraft, WorkerForm};
use lianhu_core::{DocId, DocKind, RecordId};
use lianhu_sync::message::{RefusedCode, Verdict};
use lianhu_sync::ports::Township as _;

use super::world::{BOARD, WANG, World, day, home, village, visit, worker};
use crate::gate::{OFFICE, home_of};

fn other_village() -> DocId {
    roster::roster_id("新塍镇", "桃园村")
}

fn other_home() -> DocId {
    DocId::mint(DocKind::Household, [77; 16])
}

/// A second village with a household of its own, which lists one worker of the first in a role.
fn second_village(world: &World, number: u8, role: Role) {
    let form = RosterForm { name: "桃园村".into(), town: "新塍镇".into(), ..RosterForm::default() };
    let mut edit = roster::create(&RosterDraft::new(&form).unwrap());
    edit.extend(listed(number, role));
    let link = LinkForm {
        worker: Some(worker(number)),
        household: Some(other_home()),
        from: Some(day("2026-01-01")),
        ..LinkForm::default()
    };
    edit.extend(roster::put_link(RecordId([9; 8]), &LinkDraft::new(&link).unwrap()));
    world.office(other_village(), edit);
    let form = CardForm { head: "周明".to_owned().into(), ..CardForm::default() };
    let card = household::create(OFFICE, &HouseholdDraft::new(other_village(), &form).unwrap());
    world.office(other_home(), card);
}

fn listed(number: u8, role: Role) -> lianhu_core::Edit {
    let form = WorkerForm { name: "某某".to_owned().into(), roles: [role].into(), ..WorkerForm::default() };
    roster::put_worker(worker(number), &WorkerDraft::new(&form).unwrap())
}

#[test]
fn in_each_village_somebody_is_who_that_villages_roster_says() {
    let world = World::new();
    // A member here, on the board there.
    second_village(&world, WANG, Role::VillageBoard);
    let hand = world.hand(WANG, 61);
    let send = |doc: DocId, edit: lianhu_core::Edit| hand.send(vec![(doc, vec![hand.write(doc, edit)])]).remove(0);
    assert_eq!(send(home(2), hand.visit(1, "本村")), Verdict::Recorded);
    assert_eq!(send(other_home(), hand.visit(2, "那村")), Verdict::Recorded);
    assert_eq!(send(other_village(), roster::set_active(worker(BOARD), false)), Verdict::Recorded);
    let here = send(village(), roster::set_active(worker(BOARD), false));
    assert!(matches!(here, Verdict::Refused { code: RefusedCode::NotPermitted, .. }), "the board there is nobody here");

    let mut phone = world.phone(WANG);
    assert!(world.sync(&mut phone).proven);
    let homes: Vec<DocId> = phone.households().list().unwrap().into_iter().map(|listed| listed.id).collect();
    assert!([home(1), home(2), other_home()].iter().all(|home| homes.contains(home)));
    phone.households().visit(other_home(), visit("手机上也一样")).unwrap();
    assert_eq!(world.sync(&mut phone).recorded, 1);
}

#[test]
fn a_worker_is_at_home_where_they_work() {
    let world = World::new();
    second_village(&world, WANG, Role::Member);
    let home = || home_of(&world.town.store().read().unwrap(), worker(WANG)).unwrap().unwrap();
    world.office(village(), roster::set_active(worker(WANG), false));
    assert_eq!(home().0, other_village().to_bytes());
    world.office(village(), roster::set_active(worker(WANG), true));
    world.office(other_village(), roster::set_active(worker(WANG), false));
    assert_eq!(home().0, village().to_bytes());
    world.office(village(), roster::set_active(worker(WANG), false));
    assert!(world.town.new_code(worker(WANG), 1).unwrap().is_some(), "somebody who left is still known by name");
}

#[test]
fn the_phone_of_somebody_who_moves_goes_on_in_the_new_village() {
    let world = World::new();
    let mut phone = world.phone(WANG);
    world.sync(&mut phone);
    phone.households().visit(home(2), visit("搬走之前")).unwrap();
    second_village(&world, WANG, Role::Member);
    world.office(village(), roster::set_active(worker(WANG), false));

    // What was written before the move goes in marked as late: the worker is still one of the township's.
    let report = world.sync(&mut phone);
    assert_eq!((report.recorded, report.late, report.held, report.proven), (1, 1, 0, true), "{report:?}");
    assert_eq!(phone.owner().roster, other_village());
    let homes: Vec<DocId> = phone.households().list().unwrap().into_iter().map(|listed| listed.id).collect();
    assert_eq!(homes, [other_home()], "the old village's households have left the phone");
    let new = phone.households().create(&CardForm { head: "新户".to_owned().into(), ..CardForm::default() }).unwrap();
    assert_eq!(world.sync(&mut phone).recorded, 1);
    assert!(!world.town.document(new).unwrap().is_blank());
}
