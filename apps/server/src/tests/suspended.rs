//! A phone that was suspended with work on it: nothing is given to it, and nothing of what it brings is lost.

use lianhu_core::{Edit, Lang};
use lianhu_device::{Place, SyncError, TransportError};
use lianhu_sync::ids::DeviceId;
use lianhu_sync::message::{HeldReason, RefusedCode, Verdict};
use lianhu_sync::ports::Township as _;

use super::wire::Served;
use super::world::{Phone, WANG, World, ZHAO, answer_of, home, visit, worker};
use crate::audit::Actor;
use crate::limits::HELD_BYTES_OF_REVOKED;
use crate::{DeviceStanding, ExchangeFailure};

/// Wang's phone, with two visits nobody has seen, suspended meanwhile.
fn suspended() -> (World, Phone) {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    wang.households().visit(home(1), visit("甲户")).unwrap();
    wang.households().visit(home(2), visit("乙户")).unwrap();
    suspend(&world, DeviceId(wang.device().0), true);
    (world, wang)
}

fn suspend(world: &World, device: DeviceId, suspended: bool) {
    let standing = if suspended { DeviceStanding::Suspended } else { DeviceStanding::Active };
    let stands = world.town.set_standing(device, standing, "试".to_owned().into(), Actor::Machine).unwrap();
    assert_eq!(stands, Some(standing));
}

fn is_turned_away(world: &World, phone: &mut Phone) -> bool {
    let told = world.try_sync(phone).unwrap_err();
    matches!(told, SyncError::Transport(TransportError::Answered { status: 403, code, .. }) if code == "suspended_device")
}

#[test]
fn unseen_work_of_a_suspended_phone_waits_for_a_person_and_the_phone_learns_both() {
    let (world, mut wang) = suspended();
    let mut zhao = world.phone(ZHAO);
    world.sync(&mut zhao);
    zhao.diary().write(super::world::entry("无关")).unwrap();
    world.sync(&mut zhao);
    world.link(ZHAO, home(1));
    let before = (world.counters().changes, wang.status().unwrap().position);
    assert!(is_turned_away(&world, &mut wang));
    let status = wang.status().unwrap();
    assert_eq!((status.held, status.kept), (2, 0));
    assert!(wang.needs_attention().unwrap().iter().all(|one| one.place == Place::Held(HeldReason::DeviceSuspended)));
    assert_eq!((world.counters().changes, status.position), before, "nothing recorded, nothing told");
    assert!(is_turned_away(&world, &mut wang), "and it stays so");
    assert_eq!(world.counters().held, 2, "each once");

    let work = world.town.held_work(Lang::Zh).unwrap();
    assert!(work.iter().all(|one| one.by == Some(worker(WANG)) && one.reason == HeldReason::DeviceSuspended));
    world.town.accept_held(work[0].doc, work[0].change).unwrap();
    world.town.decline_held(work[1].doc, work[1].change, "请本人来说明").unwrap();
    assert_eq!(world.column("visits", "note").len(), 1);
    assert!(world.column("late_entries", "by").is_empty(), "whose they are wrote it: it is not late");

    // Let in again, it hears what became of its work.
    suspend(&world, DeviceId(wang.device().0), false);
    let report = world.sync(&mut wang);
    assert_eq!((report.recorded, report.refused, report.proven), (1, 1, true), "{report:?}");
}

#[test]
fn a_suspended_phone_that_was_asked_to_list_what_it_holds_still_brings_its_work() {
    let (world, mut wang) = suspended();
    suspend(&world, DeviceId(wang.device().0), false);
    // A first reply asks for the list: the township it meets is a copy, in a new life.
    let copy = world.backup();
    let restored = tempfile::tempdir().unwrap();
    drop(crate::Town::restore(&copy, restored.path()).unwrap());
    let elsewhere = world.reopened_from(&crate::store_file(restored.path()));
    let outgoing = wang.begin_sync().unwrap();
    let reply = answer_of(elsewhere.town.exchange(&outgoing.body, &outgoing.signature).unwrap());
    wang.households().visit(home(1), visit("写在之后")).unwrap();
    let _ = wang.absorb_reply(&reply).unwrap();
    suspend(&elsewhere, DeviceId(wang.device().0), true);
    assert!(is_turned_away(&elsewhere, &mut wang));
    assert_eq!(wang.status().unwrap().kept, 0, "nothing stays behind the list");
}

#[test]
fn a_suspended_device_hears_nothing_of_the_township_and_cannot_fill_it() {
    let world = World::new();
    let hand = world.hand(WANG, 70);
    let good = hand.write(home(1), hand.visit(1, "好的"));
    let recorded = hand.write(home(1), hand.visit(2, "先前的"));
    hand.send(vec![(home(1), vec![recorded.clone()])]);
    suspend(&world, DeviceId(hand.device), true);
    let foreign = world.hand(ZHAO, 71);
    let stolen = foreign.write(home(1), foreign.visit(3, "他人的手"));
    let asked = hand.request(vec![(home(1), vec![good, recorded, stolen, vec![7; 60]])]);
    let reply = hand.ask(&asked);
    let held = Verdict::Held { reason: HeldReason::DeviceSuspended };
    assert_eq!(reply.verdicts[..2], [held, Verdict::Known]);
    let codes: Vec<_> = reply.verdicts[2..]
        .iter()
        .map(|verdict| match verdict {
            Verdict::Refused { code, .. } => *code,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(codes, [RefusedCode::ForeignActor, RefusedCode::Malformed]);
    assert_eq!((reply.log, reply.position, reply.digest), (asked.log, asked.position, asked.digest));
    assert!(reply.entries.is_empty() && reply.seals.is_none() && reply.more);
    assert_eq!(world.counters().held, 1);

    let large = |n: usize| {
        let mut edit = Edit::new();
        edit.put(format!("note{n}"), "水".repeat(60_000));
        hand.write(home(1), edit)
    };
    let mut asked = 0;
    let turned_away = loop {
        let changes = (0..9).map(|n| large(asked * 9 + n)).collect();
        let body = lianhu_sync::wire::encode_request(&hand.request(vec![(home(1), changes)])).unwrap();
        asked += 1;
        match world.town.exchange(&body, &hand.sign(&body)) {
            Ok(_) => assert!(asked < 20, "it is bounded"),
            Err(why) => break why,
        }
    };
    assert!(matches!(turned_away, ExchangeFailure::MayNotAsk(_)));
    let (_, bytes) = world.town.store().read().unwrap().held_from(DeviceId(hand.device)).unwrap();
    assert!(bytes <= HELD_BYTES_OF_REVOKED);
}

#[test]
fn the_office_suspends_a_phone_and_lets_it_in_again_over_http() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    let served = Served::of(&world.town);
    let device = format!("/office/v1/devices/{}", DeviceId(wang.device().0));
    assert_eq!(
        served.post_json(&device, r#"{"standing": "suspended", "reason": "在查"}"#).json().to_string(),
        r#"{"standing":"suspended"}"#
    );
    assert!(is_turned_away(&world, &mut wang));
    assert_eq!(served.post_json(&device, r#"{"standing": "active"}"#).status, 200);
    assert!(world.sync(&mut wang).proven);
    for (path, body, status) in [
        ("/office/v1/devices/00112233445566778899aabbccddeeff", r#"{"standing": "suspended"}"#, 404),
        ("/office/v1/devices/nonsense", r#"{"standing": "suspended"}"#, 404),
        (device.as_str(), "{}", 400),
        (device.as_str(), r#"{"standing": "wiped"}"#, 400),
    ] {
        assert_eq!(served.post_json(path, body).status, status, "{path}");
    }
}

#[test]
fn the_words_of_a_private_diary_are_not_shown_even_to_decide_about_them() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    wang.diary().write(super::world::entry("只写给支部看的话")).unwrap();
    suspend(&world, DeviceId(wang.device().0), true);
    assert!(is_turned_away(&world, &mut wang));
    let work = world.town.held_work(Lang::Zh).unwrap().remove(0);
    assert!(work.words.is_empty() && work.title.as_str().is_empty());
    let listed = Served::of(&world.town).get("/office/v1/held").json();
    assert_eq!(listed["held"][0]["kind"], "diary");
    assert!(!listed.to_string().contains("只写给支部看的话"));
    assert_eq!(world.town.accept_held(work.doc, work.change).unwrap(), 1);
}

#[test]
fn what_a_lost_life_of_the_log_held_is_brought_again_by_a_phone_that_is_suspended() {
    let (world, mut wang) = suspended();
    let copy = world.backup();
    assert!(is_turned_away(&world, &mut wang));
    assert_eq!(world.counters().held, 2);
    let world = world.reopened_from(&copy);
    assert_eq!(world.counters().held, 0, "the backup does not know of it");
    assert!(is_turned_away(&world, &mut wang));
    assert_eq!((world.counters().held, wang.status().unwrap().held), (2, 2));
    assert!(is_turned_away(&world, &mut wang), "and it stays so");
    assert_eq!(world.counters().held, 2);
}
