//! Every view as the page gets it, written into a file that TypeScript checks against the types of the contract, so that the
//! types and the JSON do not part. `LIANHU_GOLDEN=write` writes the file again; the difference is for review.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Hand, worker};
use lianhu_core::roster::roster_id;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../apps/web/tests/golden.ts");

const HEAD: &str = "\
/**
 * Views as the Rust side really makes them, of made-up data, held to the types of the contract. Written by the test
 * `every_view_is_what_the_page_was_promised` of `crates/wasm`; never by hand.
 */

import type { ApiError, Ok, State } from '../src/api';

";

struct Golden(String);

impl Golden {
    fn put(&mut self, name: &str, is: &str, value: &Value) {
        let pretty = serde_json::to_string_pretty(value).unwrap();
        writeln!(self.0, "export const {name} = {pretty} satisfies {is};\n").unwrap();
    }

    fn of(&mut self, hand: &mut Hand, call: &str, args: Value) -> Value {
        let ok = hand.ok(call, args);
        self.put(call, &format!("Ok<'{call}'>"), &ok);
        ok
    }
}

/// A village evening: visits, an entry, a matter on its way, a plan, a pledge, a meeting.
fn evening(hand: &mut Hand) -> (String, String) {
    let village = roster_id("新塍镇", "火炬村");
    let home = hand.household("王建国", "1组3号");
    hand.household("单雄飞", "1组12号");
    for group in ["residents", "care"] {
        let on = json!({
            "do": "set_group", "group": group, "on": true, "purpose": "联户走访", "basis": "consent", "review_on": "2027-11-01",
        });
        // Only the town desk switches a group on: on this phone it stays off.
        assert_eq!(hand.refused("act", json!({ "id": village, "deed": on })), "would_be_refused");
    }
    hand.ok("act", json!({ "id": home, "deed": { "do": "change", "phone": "13800138000", "members": 4, "residence": "lived_in" } }));
    let raised = hand.ok("visit", json!({
        "household": home,
        "visit": { "note": "水管冻裂，想装保温", "mode": "home", "met": "head", "channel": "everyday", "next_on": "2026-11-26", "time": "19:30" },
        "raise": { "title": "水管保温", "text": "家里水管冻裂", "category": "其他", "urgency": "ordinary" },
    }));
    hand.ok("visit", json!({ "household": home, "visit": { "date": "2026-11-20", "met": "nobody" } }));
    let matter = raised["matter"].as_str().unwrap().to_owned();
    for deed in [
        json!({ "do": "submit" }),
        json!({ "do": "assign", "owner": worker(2), "text": "本周内装好", "level": "grid" }),
        json!({ "do": "note", "text": "已约好时间", "on": "2026-11-25" }),
    ] {
        hand.ok("act", json!({ "id": matter, "deed": deed }));
    }
    (home, matter)
}

fn papers(golden: &mut Golden, hand: &mut Hand, home: &str, matter: &str) {
    let village = roster_id("新塍镇", "火炬村");
    let plan = hand.ok("begin", json!({ "kind": "plan", "deed": {
        "do": "draft", "village": village, "household": home, "goal": "冬天不断水", "helpers": [worker(2)], "causes": ["illness"],
    } }));
    hand.ok("act", json!({ "id": plan["id"], "deed": { "do": "add_measure", "content": "装保温层", "due": "2026-12-01", "amount": "300.50" } }));
    hand.ok("act", json!({ "id": plan["id"], "deed": { "do": "begin" } }));
    golden.of(hand, "plan", json!({ "id": plan["id"] }));
    let item =
        json!({ "content": "每月走访两户", "measured_by": "走访记录", "baseline": "每月一户", "due": "2026-12-31" });
    let pledge = hand.ok(
        "begin",
        json!({ "kind": "pledge", "deed": { "do": "begin", "village": village, "place": "村口", "items": [item] } }),
    );
    golden.of(hand, "my_pledge", json!({ "year": 2026 }));
    golden.of(hand, "pledge", json!({ "id": pledge["id"] }));
    let meeting = hand.ok(
        "begin",
        json!({ "kind": "meeting", "deed": {
        "do": "call", "village": village, "kind": "analysis", "date": "2026-11-26", "time": "晚上七点", "place": "村部",
        "chair": worker(1), "recorder": worker(2), "workers": [worker(1), worker(2)],
    } }),
    );
    for deed in [
        json!({ "do": "add_item", "matter": matter, "title": "水管保温" }),
        json!({ "do": "guest", "name": "徐金花", "role": "居民代表", "attendance": "present" }),
        json!({ "do": "hold" }),
        json!({ "do": "decide", "matter": matter, "decision": "analyse", "text": "先排查" }),
        json!({ "do": "minutes", "text": "到会两人。" }),
    ] {
        hand.ok("act", json!({ "id": meeting["id"], "deed": deed }));
    }
    golden.of(hand, "meeting", json!({ "id": meeting["id"] }));
    golden.of(hand, "carry_out", json!({ "meeting": meeting["id"], "verdicts": false }));
    golden.of(hand, "document", json!({ "id": plan["id"] }));
    let complaint = hand.ok(
        "begin",
        json!({ "kind": "complaint", "deed": { "do": "begin", "village": village, "about": "asked_twice", "text": "户数报了三遍。" } }),
    );
    // No phone replies: the town desk does.
    let reply = json!({ "id": complaint["id"], "deed": { "do": "reply", "text": "一" } });
    assert_eq!(hand.refused("act", reply), "would_be_refused");
    golden.of(hand, "complaints", json!({}));
}

#[test]
fn every_view_is_what_the_page_was_promised() {
    let mut hand = Hand::in_a_village();
    let mut golden = Golden(HEAD.to_owned());
    let (home, matter) = evening(&mut hand);
    let entry = golden.of(
        &mut hand,
        "write_entry",
        json!({ "entry": {
        "text": "李阿姨说桥边路灯不亮。", "weather": "晴", "place": "桥头", "tags": ["路灯"], "households": [home],
    } }),
    );
    golden.of(&mut hand, "raise_from_entry", json!({ "doc": entry["doc"], "id": entry["id"] }));
    let comment = json!({ "do": "comment", "entry": entry["id"], "text": "已报修" });
    golden.of(&mut hand, "act", json!({ "id": entry["doc"], "deed": comment }));
    golden.of(&mut hand, "diary", json!({ "month": "2026-11" }));
    golden.of(&mut hand, "today", json!({ "anyway": true }));
    golden.of(&mut hand, "village", json!({}));
    golden.of(&mut hand, "households", json!({ "query": "sxf" }));
    golden.of(&mut hand, "household", json!({ "id": home, "visits": 5 }));
    golden.of(&mut hand, "matters", json!({ "open": true, "limit": 1 }));
    golden.of(&mut hand, "matter", json!({ "id": matter }));
    golden.of(&mut hand, "documents", json!({ "kind": "diary" }));
    papers(&mut golden, &mut hand, &home, &matter);
    golden.of(&mut hand, "attention", json!({}));
    golden.of(&mut hand, "conflicts", json!({}));
    golden.of(&mut hand, "late", json!({}));
    let refused = hand.call("write_entry", json!({ "entry": { "text": "" } }));
    golden.put("refused", "ApiError", &refused["error"]);
    let state = crate::parsed(&hand.handbook.state(&crate::Opened::Open));
    // What the worker adds of its own.
    let added = json!({ "storage": { "persisted": false, "used": null, "quota": null }, "aeroplane": false });
    golden.put("state", "State", &joined(state, &added));
    let status = hand.ok("status", json!({}));
    let added = json!({
        "syncing": false, "aeroplane": false, "online": true, "storage": { "persisted": true, "used": 1, "quota": 2 },
        "version": "0", "documents": status["documents"],
    });
    golden.put("status", "Ok<'status'>", &joined(status, &added));
    let written = std::env::var("LIANHU_GOLDEN").is_ok_and(|how| how == "write");
    if written {
        std::fs::write(FILE, &golden.0).unwrap();
    }
    let kept = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(
        kept == golden.0,
        "a view has changed: LIANHU_GOLDEN=write cargo test -p lianhu-wasm, and look at the difference"
    );
}

fn joined(mut one: Value, other: &Value) -> Value {
    one.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    one
}

#[test]
fn what_is_printed_and_exported_is_whole_and_stands_by_itself() {
    let mut hand = Hand::in_a_village();
    let (home, _) = evening(&mut hand);
    for (paper, what) in [("a4", "workbook"), ("pocket", "workbook"), ("a4", "board")] {
        let sheet = hand.ok("print", json!({ "what": what, "paper": paper, "lang": "zh" }));
        let html = sheet["html"].as_str().unwrap();
        assert!(html.starts_with("<!") && !html.contains("<script"), "{what}");
        assert_eq!(html.contains("王建国"), what == "workbook", "the board names no household");
    }
    let file = hand.ok("export_mine", json!({ "lang": "zh" }));
    let text = file["text"].as_str().unwrap();
    let read: Value = serde_json::from_str(text).unwrap();
    assert!(text.contains("水管冻裂") && file["name"] == "lianhu-2026-11-26.json");
    assert!(read["documents"].as_array().unwrap().iter().any(|document| document["id"] == json!(home)));
}

#[test]
fn a_step_is_offered_to_whoever_may_take_it_and_to_nobody_else() {
    let mut hand = Hand::in_a_village();
    let (_, matter) = evening(&mut hand);
    let offered = |hand: &mut Hand| -> Vec<String> {
        let next = hand.ok("matter", json!({ "id": matter }))["next"].clone();
        next.as_array().unwrap().iter().map(|step| step["do"].as_str().unwrap().to_owned()).collect()
    };
    let next = offered(&mut hand);
    // Assigned to somebody else: a lead hands it on or helps, and the owner alone accepts.
    assert!(next.contains(&"transfer".to_owned()) && next.contains(&"note".to_owned()), "{next:?}");
    assert!(!next.contains(&"accept".to_owned()) && !next.contains(&"close".to_owned()), "{next:?}");
    hand.ok("act", json!({ "id": matter, "deed": { "do": "transfer", "owner": worker(1) } }));
    let next = offered(&mut hand);
    assert!(next.contains(&"accept".to_owned()) && next.contains(&"return".to_owned()), "{next:?}");
    for step in ["accept", "start"] {
        hand.ok("act", json!({ "id": matter, "deed": { "do": step } }));
    }
    hand.ok("act", json!({ "id": matter, "deed": { "do": "done", "text": "装好了" } }));
    hand.ok("act", json!({ "id": matter, "deed": { "do": "feedback", "way": "visit" } }));
    // The owner does not record how the own work is judged.
    assert!(!offered(&mut hand).contains(&"evaluate".to_owned()));
}
