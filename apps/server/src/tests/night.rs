//! One night, from what members wrote to what the office reads in the morning.

use lianhu_core::matter::MatterForm;
use lianhu_device::{EnrolReply, Owner, Place, Workbook};
use lianhu_testkit::memory::MemoryPhone;

use super::wire::Served;
use super::world::{DAY, LI, WANG, World, ZHAO, entry, home, village, visit, worker};

fn matter(title: &str) -> MatterForm {
    MatterForm {
        title: title.to_owned().into(),
        household: Some(home(1)),
        category: "水利".into(),
        ..MatterForm::default()
    }
}

#[test]
fn one_night_carries_what_members_wrote_to_the_office_and_to_each_other() {
    let world = World::new();
    let (mut wang, mut li) = (world.phone(WANG), world.phone(LI));
    world.sync(&mut wang);
    world.sync(&mut li);
    let told = wang.households().visit(home(1), visit("屋后水沟堵了")).unwrap();
    wang.diary().write(entry("走访一户，水沟要清")).unwrap();
    let raised = wang.matters().raise(matter("清理屋后水沟")).unwrap();
    li.households().visit(home(1), visit("老人身体好")).unwrap();

    let evening = world.sync(&mut wang);
    assert_eq!((evening.recorded, evening.held, evening.refused), (3, 0, 0));
    assert!(evening.proven);
    let later = world.sync(&mut li);
    assert_eq!((later.recorded, later.proven), (1, true));
    assert!(world.sync(&mut wang).proven);

    assert_eq!(world.column("visits", "note").len(), 2);
    assert_eq!(world.column("matters", "title"), ["清理屋后水沟"]);
    assert_eq!(world.column("diary_entries", "author"), [worker(WANG).to_string()]);
    let page = li.households().get(home(1)).unwrap();
    assert_eq!(page.visits.len(), 2);
    assert_eq!(page.places.record("visit", told), Place::Recorded);
    assert!(li.matters().get(raised).is_ok());
}

#[test]
fn nothing_new_costs_one_round_trip_a_hundred_bytes_and_no_document() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let loaded = world.town.store().documents_loaded();
    let report = world.sync(&mut wang);
    assert_eq!((report.round_trips, report.proven), (1, true));
    assert!(report.bytes_sent <= 100 && report.bytes_received <= 100, "{report:?}");
    assert_eq!(world.town.store().documents_loaded(), loaded);
}

#[test]
fn a_lost_reply_costs_nothing_and_the_change_is_known() {
    let world = World::new();
    let hand = world.hand(WANG, 70);
    let change = hand.write(home(1), hand.visit(1, "一次"));
    let request = hand.request(vec![(home(1), vec![change])]);
    let first = hand.ask(&request).verdicts;
    let again = hand.ask(&request).verdicts;
    assert_eq!(format!("{first:?} {again:?}"), "[Recorded] [Known]");
    assert_eq!(world.column("visits", "note"), ["一次"]);
}

#[test]
fn the_page_of_the_night_counts_what_happened() {
    let world = World::new();
    let (mut wang, mut li, _away) = (world.phone(WANG), world.phone(LI), world.phone(ZHAO));
    world.sync(&mut wang);
    world.sync(&mut li);
    world.later(DAY);
    wang.matters().raise(matter("清理屋后水沟")).unwrap();
    wang.households().change(home(1), &phone("13800000001")).unwrap();
    li.households().change(home(1), &phone("13800000002")).unwrap();
    world.sync(&mut wang);
    world.sync(&mut li);

    let served = Served::of(&world.town);
    let night = served.get("/office/v1/night").json();
    assert_eq!(night["township"], "新塍镇");
    assert_eq!(night["devices"].to_string(), r#"{"enrolled":3,"missing":1,"synced":2}"#);
    assert_eq!((&night["changes"]["recorded"], &night["changes"]["held"]), (&3.into(), &0.into()));
    assert_eq!((&night["new_matters_total"], &night["conflicts_total"]), (&1.into(), &1.into()));
    assert_eq!(night["new_matters"][0]["title"], "清理屋后水沟");
    assert_eq!(night["new_matters"][0]["recorded_by"], "王建国");
    assert_eq!((&night["conflicts"][0]["item"], &night["conflicts"][0]["values"]), (&"电话".into(), &2.into()));
    assert_eq!((&night["missing"][0]["name"], &night["missing"][0]["last_contact"]), (&"赵敏".into(), &().into()));
    assert_eq!(night["villages"][0]["village"], "火炬村");
    assert!(night["bytes"]["up"].as_u64() > Some(0));

    world.later(DAY);
    let next = served.get("/office/v1/night").json();
    assert_eq!(next["devices"]["synced"], 0);
    assert_eq!((&next["changes"]["recorded"], &next["new_matters_total"]), (&0.into(), &0.into()));
    assert_eq!(next["conflicts_total"], 1, "a conflict stays until somebody settles it");
}

fn phone(number: &str) -> lianhu_core::household::CardForm {
    lianhu_core::household::CardForm { phone: number.to_owned().into(), ..Default::default() }
}

#[test]
fn a_phone_enrols_by_code_and_syncs_over_http() {
    let world = World::new();
    let served = Served::of(&world.town);
    let asked = format!(r#"{{"worker": "{}"}}"#, worker(WANG));
    let code = served.post_json("/office/v1/codes", &asked).json()["code"].as_str().unwrap().to_owned();
    let (device, pocket) = world.new_device(WANG);
    let asked = serde_json::to_string(&device.enrolment(&code, "老王的手机").unwrap()).unwrap();
    let reply = served.post_json("/v1/enrol", &asked);
    // The reply was lost: the same words again are answered the same.
    let told = |answer: &super::wire::Answer| {
        let mut told = answer.json();
        // Made anew each time, at another moment.
        assert!(told.as_object_mut().unwrap().remove("certificate").unwrap().is_string());
        told
    };
    assert_eq!(told(&served.post_json("/v1/enrol", &asked)), told(&reply));
    let reply: EnrolReply = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!((reply.worker, reply.roster, reply.township.as_str()), (worker(WANG), village(), "新塍镇"));
    let mut book = Workbook::create(MemoryPhone::default(), pocket, device, Owner::from(reply)).unwrap();
    assert!(book.sync(&mut &served).unwrap().proven);
    book.households().visit(home(2), visit("想装扶手")).unwrap();
    assert_eq!(book.sync(&mut &served).unwrap().recorded, 1);
    assert_eq!(world.column("visits", "note"), ["想装扶手"]);

    let (other, _) = world.new_device(LI);
    let asked = serde_json::to_string(&other.enrolment(&code, "别人的手机").unwrap()).unwrap();
    let used = served.post_json("/v1/enrol", &asked);
    assert_eq!((used.status, used.code()), (403, "used_code".to_owned()));
}

#[test]
fn nobody_becomes_the_office_by_being_written_into_a_roster() {
    let world = World::new();
    let form = lianhu_core::roster::WorkerForm { name: "镇办".to_owned().into(), ..Default::default() };
    let draft = lianhu_core::roster::WorkerDraft::new(&form).unwrap();
    world.office(village(), lianhu_core::roster::put_worker(crate::OFFICE, &draft));
    assert_eq!(world.town.new_code(crate::OFFICE, 1).unwrap(), None);
}
