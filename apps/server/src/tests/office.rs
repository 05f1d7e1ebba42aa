//! The office: its pages open on this machine only, its lists answer what was asked, its acts go through the gate.

use lianhu_core::diary::Audience;
use lianhu_core::matter::MatterForm;
use lianhu_core::{DocId, DocKind};

use super::wire::Served;
use super::world::{LI, WANG, World, entry, home, village, visit, worker};

fn raised(world: &World) -> DocId {
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let form =
        MatterForm { title: "清理屋后水沟".to_owned().into(), household: Some(home(1)), ..MatterForm::default() };
    let matter = wang.matters().raise(form).unwrap();
    assert_eq!(world.sync(&mut wang).recorded, 1);
    matter
}

#[test]
fn the_offices_pages_answer_this_machines_names_only() {
    let world = World::new();
    let served = Served::of(&world.town);
    let port = served.address.port();
    for name in ["127.0.0.1", "localhost", "[::1]"] {
        for host in [name.to_owned(), format!("{name}:{port}")] {
            let answer = served.ask("GET /office/v1/counters", &[("host", &host)], b"");
            assert_eq!(answer.status, 200, "{host}");
        }
    }
    for host in ["lianhu.example", "127.0.0.1.example:80", "localhost.example", "", "[::2]", "1"] {
        for path in ["/", "/office/", "/office/page.js", "/office/v1/night", "/office/v1/lists/workers"] {
            let answer = served.ask(&format!("GET {path}"), &[("host", host)], b"");
            assert_eq!((answer.status, answer.code()), (403, "this_machine_only".to_owned()), "{host} {path}");
        }
    }
    assert_eq!(served.ask("GET /healthz", &[("host", "lianhu.example")], b"").status, 200);
}

#[test]
fn the_page_lets_nothing_else_in() {
    let world = World::new();
    let served = Served::of(&world.town);
    for (path, kind) in [
        ("/office/", "text/html; charset=utf-8"),
        ("/office/page.css", "text/css; charset=utf-8"),
        ("/office/page.js", "text/javascript; charset=utf-8"),
    ] {
        let answer = served.get(path);
        assert_eq!((answer.status, answer.header("content-type").as_deref()), (200, Some(kind)));
        assert!(answer.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    }
    assert_eq!(served.get("/").header("location").as_deref(), Some("/office/"));
}

#[test]
fn every_error_is_told_in_our_words() {
    let world = World::new();
    let served = Served::of(&world.town);
    let blank = DocId::mint(DocKind::Household, [77; 16]);
    let cases = [
        ("GET /nowhere".to_owned(), 404, "not_found"),
        ("GET /v1/sync".to_owned(), 405, "method_not_allowed"),
        ("POST /office/v1/night".to_owned(), 405, "method_not_allowed"),
        (format!("GET /office/v1/documents/{blank}"), 404, "not_found"),
        ("GET /office/v1/documents/nonsense".to_owned(), 404, "not_found"),
        ("GET /office/v1/documents/%ff".to_owned(), 400, "malformed"),
        ("GET /office/v1/lists/secrets".to_owned(), 404, "not_found"),
        ("GET /office/v1/lists/workers?salary=1".to_owned(), 400, "unknown_column"),
        ("GET /office/v1/lists/workers?salary~=1".to_owned(), 400, "unknown_column"),
        ("GET /office/v1/lists/workers?order=salary".to_owned(), 400, "unknown_column"),
        ("GET /office/v1/lists/workers?order=--name".to_owned(), 400, "unknown_column"),
        ("GET /office/v1/lists/workers?limit=many".to_owned(), 400, "not_a_number"),
        ("GET /office/v1/lists/workers?active=yes".to_owned(), 400, "not_a_number"),
    ];
    for (asked, status, code) in cases {
        let answer = served.ask(&asked, &[], b"");
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{asked}");
    }
    assert_eq!(served.get("/v1/sync").header("allow").as_deref(), Some("POST"));
}

#[test]
fn lists_are_filtered_ordered_and_paged() {
    let world = World::new();
    let served = Served::of(&world.town);
    let names_in = |list: serde_json::Value| {
        let place = list["columns"].as_array().unwrap().iter().position(|name| name == "name").unwrap();
        let rows = list["rows"].as_array().unwrap().iter();
        (list["total"].as_u64().unwrap(), rows.map(|row| row[place].as_str().unwrap().to_owned()).collect::<Vec<_>>())
    };
    let names = |query: &str| names_in(served.get(&format!("/office/v1/lists/workers?{query}")).json());
    let asked = |question: serde_json::Value| {
        names_in(served.post_json("/office/v1/lists/workers", &question.to_string()).json())
    };
    let wang = || vec!["王建国".to_owned()];
    assert_eq!(asked(serde_json::json!({ "name": "王建国" })), (1, wang()));
    assert_eq!(asked(serde_json::json!({ "name~": "建", "limit": "1" })), (1, wang()));
    assert_eq!(names(&format!("id={}&active=1", worker(WANG))), (1, wang()));
    assert_eq!(names("active=0"), (0, vec![]));
    let (total, all) = names("order=id");
    assert_eq!((total, all.len()), (5, 5));
    let (total, page) = names("order=-id&limit=2&offset=1");
    assert_eq!((total, page), (5, vec![all[3].clone(), all[2].clone()]));
    // What looks like a statement is a value.
    assert_eq!(asked(serde_json::json!({ "name": "' OR 1=1 --" })), (0, vec![]));
}

#[test]
fn nobody_is_asked_for_by_name_in_an_address() {
    let world = World::new();
    let served = Served::of(&world.town);
    for question in ["name=x", "name~=x", "phone=1", "active=1&phone~=1"] {
        let answer = served.get(&format!("/office/v1/lists/workers?{question}"));
        assert_eq!((answer.status, answer.code().as_str()), (400, "personal_filter"), "{question}");
    }
}

#[test]
fn the_office_writes_a_card_and_a_step_through_the_gate() {
    let world = World::new();
    let matter = raised(&world);
    let served = Served::of(&world.town);
    let household = format!("/office/v1/households/{}", home(1));
    let told = served.post_json(&household, r#"{"doorplate": "三组8号", "members": 4}"#);
    assert_eq!(told.json().to_string(), r#"{"recorded":true}"#);
    let again = served.post_json(&household, r#"{"doorplate": "三组8号", "members": 4}"#);
    assert_eq!(again.json().to_string(), r#"{"recorded":false}"#);
    let shown = served.get(&format!("/office/v1/documents/{}", home(1))).json();
    assert_eq!((&shown["kind"], &shown["fields"]["members"]["value"]), (&"household".into(), &4.into()));

    let steps = format!("/office/v1/documents/{matter}/deeds");
    for step in [
        r#"{"do": "submit"}"#.to_owned(),
        format!(r#"{{"do": "assign", "owner": "{}", "due": "2026-11-30", "text": "三日内清完"}}"#, worker(LI)),
    ] {
        assert_eq!(served.post_json(&steps, &step).status, 200, "{step}");
    }
    let shown = served.get(&format!("/office/v1/documents/{matter}")).json();
    assert_eq!((&shown["kind"], &shown["state"]), (&"matter".into(), &"assigned".into()));
    assert!(world.may_read(LI, matter), "the owner reads what they are to handle");

    let cases = [
        (&household, r#"{"members": -3}"#, 422, "invalid_content"),
        (&household, r#"{"salary": 1}"#, 400, "malformed"),
        (&steps, r#"{"do": "dance"}"#, 400, "not_a_deed"),
        (&steps, r#"{"do": "assign"}"#, 422, "invalid_content"),
        (&steps, r#"{"do": "close", "closing": "phased"}"#, 422, "invalid_content"),
        (&format!("/office/v1/households/{matter}"), "{}", 404, "not_found"),
        (&format!("/office/v1/documents/{}/deeds", home(1)), r#"{"do": "submit"}"#, 400, "not_a_deed"),
    ];
    for (path, body, status, code) in cases {
        let answer = served.post_json(path, body);
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{body}");
    }
    // A form on another site's page can send text without asking, but not JSON.
    let forged = served.ask(&format!("POST {steps}"), &[("content-type", "text/plain")], br#"{"do": "withdraw"}"#);
    assert_eq!((forged.status, forged.code()), (415, "not_json".to_owned()));
}

#[test]
fn a_diary_is_shown_to_the_office_only_if_it_was_written_for_the_town() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let own = wang.diary().write(entry("家里的事")).unwrap();
    let open = wang.diary().write_for(Audience::Town, entry("村里的事")).unwrap();
    world.sync(&mut wang);
    let served = Served::of(&world.town);
    let refused = served.get(&format!("/office/v1/documents/{}", own.doc));
    assert_eq!((refused.status, refused.code()), (403, "not_for_the_town".to_owned()));
    assert_eq!(served.get(&format!("/office/v1/documents/{}", open.doc)).status, 200);
    let listed = String::from_utf8(served.get("/office/v1/lists/diary_entries").body).unwrap();
    assert!(listed.contains("村里的事") && !listed.contains("家里的事"));
}

#[test]
fn devices_and_counters_are_listed() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    let served = Served::of(&world.town);
    let before = served.get("/office/v1/devices").json();
    assert_eq!((&before["devices"][0]["name"], &before["devices"][0]["last_contact"]), (&"手机".into(), &().into()));
    world.sync(&mut wang);
    wang.households().visit(home(1), visit("好的")).unwrap();
    world.sync(&mut wang);
    world.town.store().flush().unwrap();
    let device = served.get("/office/v1/devices").json()["devices"][0].clone();
    assert_eq!(device["worker"], worker(WANG).to_string());
    assert!(device["last_contact"].as_i64() >= device["enrolled_at"].as_i64());
    let counters = served.get("/office/v1/counters").json();
    assert_eq!((&counters["exchanges"], &counters["devices"], &counters["held"]), (&2.into(), &1.into(), &0.into()));
    assert_eq!(counters["documents"], 3);
    assert_eq!(served.get("/healthz").json()["status"], "ok");
    let code = served.post_json("/office/v1/codes", &format!(r#"{{"worker": "{}"}}"#, worker(99)));
    assert_eq!((code.status, code.code()), (404, "not_found".to_owned()));
    assert_eq!(served.get(&format!("/office/v1/documents/{}", village())).json()["kind"], "roster");
}

#[test]
fn whoever_sends_json_that_does_not_fit_hears_where_and_never_what() {
    let world = World::new();
    let served = Served::of(&world.town);
    for (body, place) in [
        ("{\"worker\": \"张伟\", \"hours\": 1}", "line 1, column 19: "),
        ("{\"worker\":\n\"张伟", "line 2, column 7: "),
        ("{\"张伟\": 1}", "line 1, column 13: "),
    ] {
        let answer = served.post_json("/office/v1/codes", body);
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert_eq!((answer.status, answer.code().as_str()), (400, "malformed"));
        assert!(message.starts_with(place), "{message}");
        assert!(!message.contains("张伟"));
    }
}
