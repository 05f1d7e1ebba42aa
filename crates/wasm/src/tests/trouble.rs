//! What the page may say wrongly, and what people may fill in wrongly: each is an error with words, and nothing is kept.

use serde_json::json;

use super::Hand;
use crate::{Step, parsed, scan};

const CALLS: &[&str] = &[
    "words",
    "read_invitation",
    "status",
    "hand_over",
    "today",
    "village",
    "households",
    "household",
    "open_minor",
    "diary",
    "matters",
    "matter",
    "documents",
    "plan",
    "pledge",
    "my_pledge",
    "complaints",
    "meeting",
    "document",
    "attention",
    "conflicts",
    "late",
    "export_mine",
    "print",
    "visit",
    "write_entry",
    "move_entry",
    "raise_from_entry",
    "raise",
    "create_household",
    "begin",
    "act",
    "carry_out",
    "discard",
    "write_again",
    "settle",
    "dismiss",
    "looked_at",
    "renew_key",
    "no_such_call",
    "",
];

#[test]
fn whatever_the_page_says_it_gets_an_answer() {
    let mut hand = Hand::in_a_village();
    let junk = [
        "",
        "{",
        "null",
        "[]",
        "{}",
        "42",
        "\"\\u0000\"",
        r#"{"id":"x"}"#,
        r#"{"id":null,"visits":-1}"#,
        r#"{"id":"01010101-0101-8101-8101-010101010101"}"#,
        r#"{"id":"02010101-0101-8101-8101-010101010101","deed":{}}"#,
        r#"{"kind":"roster","deed":{"do":"put_village"}}"#,
        r#"{"kind":"…","deed":[]}"#,
        r#"{"month":"2026-13"}"#,
        r#"{"month":"0-0"}"#,
        r#"{"year":-2147483648}"#,
        r#"{"query":"\u0000","offset":18446744073709551615,"limit":0}"#,
        r#"{"what":"meeting","paper":"a4","lang":"zh","doc":"05010101-0101-8101-8101-010101010101"}"#,
        r#"{"doc":"04010101-0101-8101-8101-010101010101","change":"ff"}"#,
        r#"{"id":"AAAAAAAAAAA","choice":9}"#,
        r#"{"entry":{"text":"x","date":"99999-99-99"}}"#,
        r#"{"text":"LH1:AAAA"}"#,
        r#"{"raise":{"title":"13800138000"}}"#,
        r#"{"household":"02010101-0101-8101-8101-010101010101","visit":{"time":"25:00"}}"#,
        r#"{"lang":"xx"}"#,
    ];
    for call in CALLS.iter().filter(|call| **call != "hand_over") {
        for args in junk {
            let answer = parsed(&hand.handbook.call(call, args));
            let error = &answer["error"];
            let told = !answer["ok"].is_null() || (error["zh"].is_string() && error["en"].is_string());
            assert!(told || answer.get("ok").is_some(), "{call} {args}: {answer}");
        }
    }
    assert_eq!(hand.refused("no_such_call", json!({})), "bad_call");
}

#[test]
fn what_is_filled_in_wrongly_names_its_field_and_keeps_nothing() {
    let mut hand = Hand::in_a_village();
    let home = hand.household("王建国", "1组3号");
    let kept = hand.ok("status", json!({}))["kept"].clone();
    for (call, args, code, field) in [
        ("write_entry", json!({ "entry": { "text": "  " } }), "missing", "text"),
        ("write_entry", json!({ "entry": { "text": "一", "date": "昨天" } }), "not_a_date", "date"),
        ("raise", json!({ "raise": { "title": "请打13800138000" } }), "looks_personal", "title"),
        ("raise", json!({ "raise": { "title": "着火", "urgency": "emergency" } }), "emergency", "urgency"),
        ("visit", json!({ "household": home, "visit": { "time": "25:00" } }), "not_a_time", "time"),
        ("create_household", json!({ "card": { "doorplate": "9号" } }), "missing", "head"),
        ("act", json!({ "id": home, "deed": { "do": "change", "phone": "12" } }), "not_a_phone", "phone"),
        ("act", json!({ "id": home, "deed": { "do": "set_care", "tag": "dibao", "set": true } }), "group_off", "tags"),
    ] {
        let error = hand.call(call, args)["error"].clone();
        assert_eq!((error["code"].as_str(), error["field"].as_str()), (Some(code), Some(field)), "{error}");
        assert!(!error["zh"].as_str().unwrap().is_empty() && !error["en"].as_str().unwrap().is_empty());
    }
    assert_eq!(hand.ok("status", json!({}))["kept"], kept);
}

#[test]
fn a_line_that_brings_nothing_or_nonsense_ends_an_errand_and_the_next_one_begins_anew() {
    let mut hand = Hand::blank();
    let typed = json!({ "server": "https://lianhu.example/", "code": "ABCD-1234" }).to_string();
    for (args, code) in [
        (json!({ "server": "lianhu.example", "code": "x" }), "bad_server"),
        (json!({ "server": "https://lianhu.example" }), "bad_code"),
        (json!({ "invitation": "LH1:nonsense" }), "not_an_invitation"),
        (json!({ "code": 5 }), "bad_call"),
    ] {
        let Step::Failed(why) = hand.handbook.begin_errand("enrol", &args.to_string(), Some([7; 32])) else {
            panic!("{args}")
        };
        assert_eq!(why.code, code);
    }
    let begin = |hand: &mut Hand| match hand.handbook.begin_errand("enrol", &typed, Some([7; 32])) {
        Step::Send(sending) => {
            assert_eq!((sending.method, sending.url.as_str()), ("GET", "https://lianhu.example/v1/township"))
        }
        other => panic!("{other:?}"),
    };
    begin(&mut hand);
    assert!(matches!(hand.handbook.give_up("no line"), Step::Failed(why) if why.code == "unreachable"));
    assert!(matches!(hand.handbook.go_on(200, None, b"{}"), Step::Failed(why) if why.code == "bad_call"));
    for (status, body, code) in [
        (200, "<html>a café's door</html>", "no_township"),
        (404, r#"{"code":"not_found"}"#, "answered"),
        (502, "", "answered"),
    ] {
        begin(&mut hand);
        let Step::Failed(why) = hand.handbook.go_on(status, None, body.as_bytes()) else { panic!("{body}") };
        assert_eq!(why.code, code);
    }
    // A code is good once: no store was made, and none was given away.
    assert!(!hand.home.path.exists());
}

#[test]
fn a_sync_that_meets_somebody_else_changes_nothing() {
    let mut hand = Hand::in_a_village();
    let before = hand.ok("status", json!({}));
    let Step::Send(sending) = hand.handbook.begin_errand("sync", "{}", None) else { panic!() };
    assert_eq!(sending.url, "https://lianhu.example/v1/sync");
    assert!(sending.headers.iter().any(|(name, _)| *name == "x-lianhu-signature") && !sending.body.is_empty());
    assert!(
        matches!(hand.handbook.go_on(200, None, b"welcome to the cafe"), Step::Failed(why) if why.code == "no_whole_reply")
    );
    let Step::Send(_) = hand.handbook.begin_errand("sync", "{}", None) else { panic!() };
    assert!(matches!(hand.handbook.go_on(403, None, br#"{"code":"unknown_device"}"#), Step::Failed(why)
        if why.detail.as_deref() == Some("unknown_device") && why.hint_zh.is_some()));
    assert_eq!(hand.ok("status", json!({})), before);
}

#[test]
fn a_picture_that_is_none_has_no_code_in_it() {
    for (width, height, grey) in
        [(0, 0, vec![]), (4, 4, vec![0; 15]), (usize::MAX, 2, vec![0; 4]), (8, 8, vec![128; 64])]
    {
        assert_eq!(scan(width, height, &grey), None);
    }
}
