//! The minimal form and its switches, at the office and on phones.

use lianhu_core::draft::Reason;
use lianhu_core::household::{CareTag, Household, ResidentForm};
use lianhu_core::policy::Why;
use lianhu_core::{DocKind, Edit};
use lianhu_device::WorkbookError;

use super::wire::Served;
use super::world::{WANG, World, home, village};
use crate::town::Town;

const CARE_ON: &str = r#"{"group":"care","on":true,"purpose":"评定救助","basis":"duty","review_on":"2099-01-01"}"#;

#[test]
fn what_goes_beyond_the_minimal_form_is_refused_on_phone_and_at_the_office_until_the_desk_switches_it_on() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let served = Served::of(&world.town);
    let deeds = format!("/office/v1/documents/{}/deeds", home(1));
    let tag = r#"{"do":"set_care","tag":"dibao","set":true}"#;
    let refused = served.post_json(&deeds, tag);
    assert_eq!((refused.status, refused.code().as_str()), (422, "invalid_content"));
    let on_the_phone = wang.households().care(home(1), CareTag::Dibao, true).unwrap_err();
    assert!(matches!(on_the_phone, WorkbookError::Draft(refusal) if refusal.reason == Reason::GroupOff));

    for (body, status) in [(r#"{"group":"care","on":true,"purpose":"评定救助"}"#, 422), (r#"{"group":"salary"}"#, 400)]
    {
        assert_eq!(served.post_json("/office/v1/groups", body).status, status, "{body}");
    }
    assert_eq!(served.post_json("/office/v1/groups", CARE_ON).json().to_string(), r#"{"villages":1}"#);
    assert_eq!(served.post_json("/office/v1/groups", CARE_ON).json().to_string(), r#"{"villages":0}"#);
    assert_eq!(served.post_json(&deeds, tag).status, 200);
    world.sync(&mut wang);
    wang.households().care(home(1), CareTag::Alone, true).unwrap();
    let resident =
        wang.households().add_resident(home(1), &ResidentForm { name: "张小四".into(), ..Default::default() });
    assert!(resident.is_err(), "the residents' switch is another one");
    world.sync(&mut wang);

    // What a phone wrote before it heard that the switch is off is refused, and its words stay on the phone.
    wang.households().care(home(1), CareTag::Disabled, true).unwrap();
    // Switched off again, what stands there is read, and goes when it is taken away.
    assert_eq!(served.post_json("/office/v1/groups", r#"{"group":"care","on":false}"#).status, 200);
    world.sync(&mut wang);
    assert_eq!(wang.status().unwrap().refused, 1);
    let card = wang.households().get(home(1)).unwrap();
    assert_eq!(card.care, [CareTag::Alone, CareTag::Dibao]);
    wang.households().care(home(1), CareTag::Alone, false).unwrap();
    world.sync(&mut wang);
    assert_eq!(Household::read(&world.town.document(home(1)).unwrap()).care, [CareTag::Dibao]);
    let shown = served.get("/office/v1/groups").json();
    let care = shown["groups"].as_array().unwrap().iter().find(|group| group["group"] == "care").unwrap();
    assert_eq!((&care["minimal"], &care["villages"][0]["on"]), (&false.into(), &false.into()));
}

#[test]
fn a_phone_that_writes_past_its_own_forms_is_refused_by_the_gate() {
    let world = World::new();
    let mut edit = Edit::new();
    edit.put("resident/AQEBAQEBAQE/name", "张小四");
    let recorded = world.town.write(home(1), |_| Ok::<_, crate::ActError>(edit.clone()));
    let said = recorded.unwrap_err().to_string();
    assert!(said.contains(Why::GroupOff.message(lianhu_core::Lang::Zh)), "{said}");
}

#[test]
fn a_township_from_before_there_were_switches_keeps_what_it_used_on_and_is_told_to_look_at_it() {
    let world = World::new();
    // As an older version left it: tags in a household, and no switch in the roster.
    let mut off = Edit::new();
    off.remove("switch/care");
    let served = Served::of(&world.town);
    served.post_json("/office/v1/groups", CARE_ON);
    let deeds = format!("/office/v1/documents/{}/deeds", home(1));
    assert_eq!(served.post_json(&deeds, r#"{"do":"set_care","tag":"dibao","set":true}"#).status, 200);
    world.town.write(village(), |_| Ok::<_, crate::ActError>(off.clone())).unwrap();
    assert_eq!(world.town.terms(Some(village())).unwrap().switches.turned().count(), 0);

    Town::keep_groups_in_use(&world.town).unwrap();
    let switches = world.town.terms(Some(village())).unwrap().switches;
    assert!(switches.is_on(lianhu_core::groups::Group::Care));
    assert!(!switches.is_on(lianhu_core::groups::Group::Residents), "nobody had written a resident");
    let told = served.get("/office/v1/digest").json();
    assert_eq!((&told["reminders"][0]["when"], &told["reminders"][0]["what"]), (&"review".into(), &"care".into()));
    let before = world.town.document(village()).unwrap().heads();
    Town::keep_groups_in_use(&world.town).unwrap();
    assert_eq!(world.town.document(village()).unwrap().heads(), before, "once is enough");
    assert_eq!(village().kind(), DocKind::Roster);
}
