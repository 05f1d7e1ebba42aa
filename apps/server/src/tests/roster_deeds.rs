//! The roster as the office keeps it over HTTP, and as a board's phone keeps it offline.

use lianhu_core::deed::from_json;
use lianhu_core::roster::Roster;
use lianhu_core::{DocKind, RecordId};
use lianhu_device::WorkbookError;
use serde_json::{Value, json};

use super::wire::Served;
use super::world::{BOARD, LI, WANG, World, day, home, village, worker};

fn path() -> String {
    format!("/office/v1/documents/{}/deeds", village())
}

#[test]
fn the_office_keeps_a_roster_by_deeds_and_reads_its_coverage() {
    let world = World::new();
    let served = Served::of(&world.town);
    let deeds = [
        json!({ "do": "put_grid", "name": "第1网格", "kind": "grid", "node": home(1) }),
        json!({ "do": "set_exempt", "worker": worker(LI), "exempt": "health" }),
        json!({ "do": "pair", "household": home(1), "name": "陈干部", "unit": "区农业局" }),
        json!({ "do": "station", "worker": worker(LI), "from": "2026年11月1日" }),
        json!({ "do": "put_worker", "name": "周新", "roles": ["member"] }),
    ];
    for deed in &deeds {
        let answer = served.post_json(&path(), &deed.to_string());
        assert_eq!((answer.status, &answer.json()["recorded"]), (200, &Value::Bool(true)), "{deed}");
    }
    let grid = *world.roster().grids.keys().next().unwrap();
    let change = json!({ "do": "change", "grid": grid, "group": "第1组" });
    for number in 1..=2 {
        let deeds = format!("/office/v1/documents/{}/deeds", home(number));
        assert_eq!(served.post_json(&deeds, &change.to_string()).status, 200);
    }
    let end = json!({ "do": "end_link", "id": world.link_id(WANG, home(2)), "last_day": "2026-11-20" });
    assert_eq!(served.post_json(&path(), &end.to_string()).status, 200);

    let told = served.get(&format!("/office/v1/coverage?village={}", village())).json();
    assert_eq!(told["count"], json!({ "households": 2, "linked": 1, "empty": 0 }));
    assert_eq!(told["grids"][0]["count"]["linked"], 1);
    assert_eq!(told["gaps"], json!([{ "household": home(2), "gap": "ended" }]));
    assert_eq!(told["nodes"], json!([{ "node": home(1), "households": 2 }]));
    assert_eq!(told["load"][worker(WANG).to_string()], 1);
    let exempt = json!({ "exempt_but_linked": worker(LI) });
    assert!(told["warnings"].as_array().unwrap().contains(&exempt), "{told}");
    let before = served.get(&format!("/office/v1/coverage?village={}&on=2026-11-20", village())).json();
    assert_eq!(before["gaps"], json!([]), "the link still held on that day");
    let home = format!("?village={}", home(1));
    for (asked, status) in [("", 400), ("?village=1", 400), (home.as_str(), 404)] {
        assert_eq!(served.get(&format!("/office/v1/coverage{asked}")).status, status, "{asked}");
    }

    let refused =
        served.post_json(&path(), &json!({ "do": "set_exempt", "worker": worker(77), "exempt": "age" }).to_string());
    assert_eq!((refused.status, refused.code()), (422, "invalid_content".to_owned()));
    assert_eq!(served.post_json(&path(), &json!({ "do": "rank" }).to_string()).code(), "not_a_deed");
}

#[test]
fn a_village_is_begun_by_the_office_alone() {
    let world = World::new();
    let served = Served::of(&world.town);
    let asked = json!({ "do": "put_village", "name": "桃园村", "town": "新塍镇", "district": "秀洲区" });
    let begun = served.post_json("/office/v1/begin/roster", &asked.to_string()).json();
    let id = lianhu_core::roster::roster_id("新塍镇", "桃园村");
    assert_eq!(begun["id"], id.to_string());
    assert_eq!(Roster::read(&world.town.document(id).unwrap()).district.unwrap().value.as_str(), "秀洲区");

    let mut board = world.phone(BOARD);
    world.sync(&mut board);
    let deed = from_json(DocKind::Roster, &asked.to_string().replace("桃园", "别的")).unwrap();
    assert!(board.begin(&*deed).is_err() || world.sync(&mut board).refused == 1, "a board keeps its own village");
}

#[test]
fn the_board_keeps_its_roster_offline_and_a_member_does_not() {
    let world = World::new();
    let (mut board, mut wang) = (world.phone(BOARD), world.phone(WANG));
    world.sync(&mut board);
    world.sync(&mut wang);
    let deed = |json: Value| from_json(DocKind::Roster, &json.to_string()).unwrap();
    let link = json!({ "do": "link", "worker": worker(LI), "household": home(2), "from": "2026-11-23", "backup": worker(WANG) });
    board.act(village(), &*deed(link)).unwrap();
    board.act(village(), &*deed(json!({ "do": "put_grid", "name": "第1网格" }))).unwrap();
    assert_eq!(world.sync(&mut board).recorded, 2);
    assert!(world.may_read(LI, home(2)));
    let made = world.roster().links.values().find(|link| link.value.backup.is_some()).unwrap().value.clone();
    assert_eq!((made.worker, made.from), (Some(worker(LI)), Some(day("2026-11-23"))));
    let refused = wang.act(village(), &*deed(json!({ "do": "put_grid", "name": "我的网格" })));
    assert!(matches!(refused, Err(WorkbookError::WouldBeRefused(_))), "{refused:?}");
    let nothing =
        board.act(village(), &*deed(json!({ "do": "end_link", "id": RecordId([77; 8]), "last_day": "2026-11-23" })));
    assert!(matches!(nothing, Err(WorkbookError::Draft(_))));
}
