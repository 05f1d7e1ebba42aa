//! Households handed on: what the phones of both people do, however they are cut off.

use std::collections::BTreeSet;

use lianhu_core::matter::MatterForm;
use lianhu_core::roster::Which;
use lianhu_core::{DocId, roster};

use super::wire::Served;
use super::world::{DAY, LI, Phone, WANG, World, ZHAO, day, home, village, visit, worker};
use crate::{HandOver, calendar};

fn these(homes: &[u8], of: Option<u8>) -> Which {
    Which::These { households: homes.iter().map(|n| home(*n)).collect(), of: of.map(worker) }
}

fn hand_over(world: &World, which: Which, to: u8, until: Option<&str>) -> BTreeSet<DocId> {
    let asked = HandOver { which, to: worker(to), from: None, until: until.map(day) };
    world.town.reassign(&asked).unwrap().households
}

fn households(phone: &mut Phone) -> Vec<DocId> {
    let mut ids: Vec<_> =
        phone.households().list().unwrap().into_iter().filter(|home| !home.withdrawn).map(|home| home.id).collect();
    ids.sort_unstable();
    ids
}

/// A matter about the second household, raised by a member.
fn raise(phone: &mut Phone) -> DocId {
    let form =
        MatterForm { title: "清理屋后水沟".to_owned().into(), household: Some(home(2)), ..MatterForm::default() };
    phone.matters().raise(form).unwrap()
}

#[test]
fn a_household_handed_on_leaves_one_phone_and_comes_whole_to_the_other() {
    let world = World::new();
    let (mut wang, mut zhao) = (world.phone(WANG), world.phone(ZHAO));
    world.sync(&mut wang);
    world.sync(&mut zhao);
    wang.households().visit(home(2), visit("先前的走访")).unwrap();
    world.sync(&mut wang);
    assert_eq!(hand_over(&world, these(&[2], None), ZHAO, None), [home(2)].into());
    assert!(hand_over(&world, these(&[2], None), ZHAO, None).is_empty(), "asked twice, done once");

    let (former, new) = (world.sync(&mut wang), world.sync(&mut zhao));
    assert_eq!((former.withdrawn, former.proven), (1, true));
    assert_eq!((new.granted, new.proven), (1, true));
    assert_eq!((households(&mut wang), households(&mut zhao)), (vec![home(1)], vec![home(2)]));
    assert_eq!(zhao.households().get(home(2)).unwrap().visits.len(), 1);
}

#[test]
fn the_former_phone_forgets_the_matters_it_may_no_longer_read_and_keeps_those_it_raised() {
    let world = World::new();
    world.link(LI, home(2));
    let (mut wang, mut li, mut zhao) = (world.phone(WANG), world.phone(LI), world.phone(ZHAO));
    for phone in [&mut wang, &mut li, &mut zhao] {
        world.sync(phone);
    }
    let (own, of_li) = (raise(&mut wang), raise(&mut li));
    for phone in [&mut wang, &mut li] {
        world.sync(phone);
    }
    world.sync(&mut wang);
    assert_eq!(wang.matters().list().unwrap().len(), 2);
    hand_over(&world, these(&[2], Some(WANG)), ZHAO, None);
    assert_eq!(world.sync(&mut wang).withdrawn, 2, "the household and the matter of somebody else");
    assert!(wang.matters().get(own).is_ok() && wang.matters().get(of_li).is_err());
    world.sync(&mut zhao);
    assert!(zhao.matters().get(own).is_ok() && zhao.matters().get(of_li).is_ok());
}

#[test]
fn all_households_of_one_who_leaves_go_to_another_in_one_change() {
    let world = World::new();
    let (mut wang, mut zhao) = (world.phone(WANG), world.phone(ZHAO));
    world.sync(&mut wang);
    world.sync(&mut zhao);
    world.office(village(), roster::set_active(worker(WANG), false));
    let changes = world.counters().changes;
    assert_eq!(hand_over(&world, Which::AllOf(worker(WANG)), ZHAO, None), [home(1), home(2)].into());
    assert_eq!(world.counters().changes, changes + 1);
    assert_eq!(world.sync(&mut zhao).granted, 2);
    assert!(world.sync(&mut wang).proven);
    assert_eq!((households(&mut wang), households(&mut zhao)), (vec![], vec![home(1), home(2)]));
    assert!(!world.may_read(WANG, village()));
}

#[test]
fn a_cover_comes_and_goes_by_the_calendar() {
    let world = World::new();
    let mut zhao = world.phone(ZHAO);
    world.sync(&mut zhao);
    let asked = HandOver {
        which: these(&[2], None),
        to: worker(ZHAO),
        from: Some(day("2026-11-25")),
        until: Some(day("2026-11-26")),
    };
    world.town.reassign(&asked).unwrap();
    let mut seen = Vec::new();
    let mut settled_on = world.town.today();
    for _ in 0..5 {
        assert!(world.sync(&mut zhao).proven);
        assert!(world.may_read(WANG, home(2)), "whose they are keeps them");
        seen.push((settled_on.to_string(), households(&mut zhao).len()));
        world.later(DAY);
        settled_on = calendar::turn(&world.town, settled_on).unwrap();
    }
    let days = ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"];
    assert_eq!(seen, days.iter().map(|day| (*day).to_owned()).zip([0, 0, 1, 1, 0]).collect::<Vec<_>>());
}

#[test]
fn the_office_hands_on_over_http_and_hears_in_words_what_it_may_not() {
    let world = World::new();
    let served = Served::of(&world.town);
    let asked = |body: String| served.post_json("/office/v1/reassignments", &body);
    let (wang, zhao) = (worker(WANG), worker(ZHAO));
    let done = asked(format!(r#"{{"households": ["{}"], "to": "{zhao}"}}"#, home(2)));
    assert_eq!(done.json(), serde_json::json!({ "households": [home(2)], "from": "2026-11-23" }));
    assert!(world.may_read(ZHAO, home(2)) && !world.may_read(WANG, home(2)));
    let cover = asked(format!(r#"{{"of": "{wang}", "to": "{zhao}", "from": "2026-12-01", "until": "2026-12-05"}}"#));
    assert_eq!(cover.json()["households"], serde_json::json!([home(1)]));
    let cases = [
        (format!(r#"{{"of": "{wang}", "to": "{wang}"}}"#), 422, "same_person"),
        (format!(r#"{{"of": "{wang}", "to": "{}"}}"#, worker(77)), 422, "unknown_worker"),
        (format!(r#"{{"households": ["{}"], "to": "{zhao}"}}"#, home(9)), 422, "not_linked"),
        (format!(r#"{{"households": ["{}"], "to": "{zhao}"}}"#, village()), 422, "not_linked"),
        (
            format!(r#"{{"of": "{wang}", "to": "{zhao}", "from": "2026-12-05", "until": "2026-12-01"}}"#),
            422,
            "days_in_wrong_order",
        ),
        (format!(r#"{{"to": "{zhao}"}}"#), 400, "malformed"),
        (format!(r#"{{"of": "{wang}", "to": "{zhao}", "from": "明天"}}"#), 400, "malformed"),
    ];
    for (body, status, code) in cases {
        let answer = asked(body.clone());
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{body}");
    }
}
