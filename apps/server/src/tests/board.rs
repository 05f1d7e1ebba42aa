//! The public board over HTTP: for everybody, without a script, and never with what is nobody's business.

use lianhu_core::deed::from_json;
use lianhu_core::matter::MatterForm;
use lianhu_core::{DocId, DocKind};
use serde_json::{Value, json};

use super::wire::Served;
use super::world::{DAY, WANG, World, home, village, worker};

/// The resident's words and phone, which are nobody else's business.
const WORDS: &str = "张伟说夜里有人往河里倒东西";
const PHONE: &str = "13912345678";

fn does(world: &World, id: DocId, deed: &Value) {
    let deed = from_json(id.kind(), &deed.to_string()).unwrap();
    assert!(world.town.do_to(id, &*deed).unwrap());
}

fn begins(world: &World, kind: DocKind, deed: &Value) -> DocId {
    world.town.begin(&*from_json(kind, &deed.to_string()).unwrap()).unwrap()
}

/// A matter that was raised on a phone and handed to its member.
fn assigned(world: &World) -> DocId {
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let form = MatterForm {
        title: "清理河道 <垃圾>".to_owned().into(),
        text: WORDS.into(),
        raiser: "张伟".into(),
        phone: PHONE.into(),
        household: Some(home(1)),
        ..MatterForm::default()
    };
    let matter = wang.matters().raise(form).unwrap();
    world.sync(&mut wang);
    does(world, matter, &json!({ "do": "submit" }));
    does(world, matter, &json!({ "do": "assign", "owner": worker(WANG), "due": "2026-12-01" }));
    matter
}

#[test]
fn the_board_is_open_to_everybody_and_names_the_matter_and_its_owner_and_nothing_more() {
    let world = World::new();
    let served = Served::of(&world.town);
    assigned(&world);
    let page = served.ask(&format!("GET /board/{}", village()), &[("host", "lianhu.example")], b"");
    assert_eq!((page.status, page.header("content-type").as_deref()), (200, Some("text/html; charset=utf-8")));
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    let html = String::from_utf8(page.body).unwrap();
    for shown in ["火炬村 公开栏", "清理河道 &lt;垃圾&gt;", "王建国", "2026-12-01", "已交办"] {
        assert!(html.contains(shown), "{shown}");
    }
    let json = served.get(&format!("/board/v1/{}", village())).json();
    let matters = json["sections"].as_array().unwrap().iter().find(|section| section["section"] == "matters").unwrap();
    assert_eq!(matters["items"][0]["owner"], "王建国");
    for hidden in [WORDS, PHONE, "张伟", "1组1号", &home(1).to_string(), "<script", "http:", "https:"] {
        assert!(!html.contains(hidden) && !json.to_string().contains(hidden), "{hidden}");
    }
    let index = served.ask("GET /board/", &[("host", "lianhu.example")], b"");
    assert!(String::from_utf8(index.body).unwrap().contains(&format!("href=\"/board/{}\"", village())));
    let english = served.get(&format!("/board/{}?lang=en", village()));
    assert!(String::from_utf8(english.body).unwrap().contains("public board"));
}

#[test]
fn whoever_has_the_board_already_is_told_so_until_something_is_recorded_or_a_day_begins() {
    let world = World::new();
    let served = Served::of(&world.town);
    assigned(&world);
    let path = format!("GET /board/v1/{}", village());
    let tag = || served.ask(&path, &[], b"").header("etag").unwrap();
    let first = tag();
    let again = served.ask(&path, &[("if-none-match", &format!("\"other\", W/{first}"))], b"");
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("etag").as_deref(), Some(first.as_str()));
    let base = json!({ "do": "begin", "village": village(), "base": { "name": "大棚", "trade": "草莓" } });
    begins(&world, DocKind::Base, &base);
    let second = tag();
    assert_ne!(first, second);
    assert_eq!(served.ask(&path, &[("if-none-match", &first)], b"").status, 200);
    world.later(DAY);
    assert_ne!(tag(), second, "a day begins");
}

#[test]
fn the_address_as_people_type_it_leads_to_the_boards() {
    let world = World::new();
    let answer = Served::of(&world.town).get("/board");
    assert_eq!((answer.status, answer.header("location").as_deref()), (308, Some("/board/")));
}

#[test]
fn there_is_no_board_of_what_is_no_village() {
    let world = World::new();
    let served = Served::of(&world.town);
    for name in ["nonsense".to_owned(), home(1).to_string(), DocId::mint(DocKind::Roster, [9; 16]).to_string()] {
        for path in ["/board/", "/board/v1/"] {
            let answer = served.get(&format!("{path}{name}"));
            assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"), "{path}{name}");
        }
    }
    assert_eq!(served.post_json("/board/", "{}").status, 405);
}

#[test]
fn what_is_posted_by_hand_hangs_until_it_is_taken_down_and_shows_a_phone_only_if_it_chose_to() {
    let world = World::new();
    let studio = json!({ "do": "begin", "village": village(), "studio":
        { "name": "一家人", "skills": "调解", "open_hours": "周三 8:30-11:30", "phone": PHONE, "leader": worker(WANG) } });
    let id = begins(&world, DocKind::Studio, &studio);
    let board = || serde_json::to_string(&world.town.board(village()).unwrap().unwrap()).unwrap();
    assert!(!board().contains("一家人"));
    does(&world, id, &json!({ "do": "post" }));
    assert!(board().contains("一家人") && !board().contains(PHONE));
    does(&world, id, &json!({ "do": "change", "studio": { "phone_public": true } }));
    assert!(board().contains(PHONE), "public by purpose");
    does(&world, id, &json!({ "do": "unpost", "reason": "搬家" }));
    assert!(!board().contains("一家人"));
}
