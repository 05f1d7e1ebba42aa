//! Nothing the program says by itself repeats what is in the workbook: not its journal, told to say everything, not its
//! answers to those who send nonsense, not its talk. Names, phones and sentences come from the seed data, all of them.

use std::collections::BTreeSet;

use lianhu_core::diary::EntryForm;
use serde_json::{Value, json};

use crate::house::{House, LEAD, MEMBER, SEEDS};
use crate::program::{Server, lianhu_that_logs};

/// A sentence of fewer characters may stand anywhere.
const SENTENCE: usize = 8;
/// Names and phones of the small village of these tests, and what is written on its phones.
const OF_THE_HOUSE: [&str; 9] =
    ["沈国良", "钱水芳", "陆阿根", "郁秀英", "张福根", "李凤仙", "15400000002", "15400001001", "井盖松了，夜里绊人"];

/// Every name and phone of the demo town, and every fixed piece of the sentences its people write.
fn everything_personal() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (list, columns) in [("members.csv", ["姓名", "联系电话"]), ("households.csv", ["户主姓名", "联系电话"])]
    {
        let text = std::fs::read_to_string(format!("{SEEDS}/{list}")).unwrap();
        let mut lines = text.lines();
        let head: Vec<&str> = lines.next().unwrap().trim_start_matches('\u{feff}').split(',').collect();
        let places = columns.map(|column| head.iter().position(|name| *name == column).unwrap());
        for line in lines {
            let cells: Vec<&str> = line.split(',').collect();
            found.extend(places.iter().filter_map(|place| cells.get(*place)).map(|cell| (*cell).to_owned()));
        }
    }
    for words in ["diary", "evaluations", "fields", "matters", "steps", "visits"] {
        let text = std::fs::read_to_string(format!("{SEEDS}/../words/{words}.json")).unwrap();
        sentences(&serde_json::from_str(&text).unwrap(), &mut found);
    }
    found.retain(|word| !word.is_empty());
    found
}

/// The pieces of every text that stand between what is filled in.
fn sentences(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            let pieces = text.split('{').flat_map(|piece| piece.split('}').next_back());
            // Codes are ASCII and say nothing of anybody.
            let sentence = |piece: &&str| piece.chars().count() >= SENTENCE && !piece.is_ascii();
            found.extend(pieces.filter(sentence).map(str::to_owned));
        }
        Value::Array(items) => items.iter().for_each(|item| sentences(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| sentences(field, found)),
        _ => {}
    }
}

/// Where these words are said: the lines, without what is not plain ASCII or is a number, so that a failing test names
/// nobody either.
fn said<'a>(words: impl IntoIterator<Item = &'a str>, text: &str) -> BTreeSet<String> {
    let found = words.into_iter().flat_map(|word| text.lines().filter(move |line| line.contains(word)));
    found.map(|line| line.chars().filter(|sign| sign.is_ascii() && !sign.is_ascii_digit()).collect()).collect()
}

#[test]
fn a_whole_night_that_logs_everything_names_nobody_and_repeats_no_sentence() {
    let personal = everything_personal();
    assert!(personal.len() > 1_000, "the seed data was read");
    let told = lianhu_that_logs("trace", &["demo", "--exit", "--members", "20", "--seed", "11"]);
    told.done();
    let talk = told.talk();
    assert!(talk.contains("TRACE") || talk.contains("DEBUG"), "the server's journal was on");
    assert_eq!(said(personal.iter().map(String::as_str), &talk), BTreeSet::new());
}

/// Whatever comes, with something personal in every place where a caller can put something.
fn nonsense(server: &Server) -> String {
    let encoded = "%E5%BC%A0%E7%A6%8F%E6%A0%B9";
    let mut answers = String::new();
    for path in [
        format!("/office/v1/lists/{encoded}"),
        format!("/office/v1/lists/households?{encoded}=1"),
        format!("/office/v1/lists/households?limit={encoded}"),
        format!("/office/v1/lists/households?order={encoded}"),
        format!("/office/v1/reports?from={encoded}"),
        format!("/office/v1/reports/{encoded}"),
        format!("/office/v1/documents/{encoded}"),
        format!("/office/v1/coverage?village={encoded}"),
        format!("/office/v1/night?day={encoded}"),
        format!("/board/{encoded}"),
        format!("/{encoded}"),
    ] {
        let answer = server.raw(&format!("GET {path} HTTP/1.1\nHost: localhost\nConnection: close\n\n"), b"");
        answers += &String::from_utf8_lossy(&answer);
    }
    let name = "张福根";
    let bodies = [
        json!(name),
        json!([name]),
        json!({ name: name }),
        json!({ "do": name }),
        json!({ "do": "begin", "form": { "head": name, name: 1 } }),
        json!({ "worker": name, "hours": name }),
        json!({ "code": name, "device": name, "public_key": name }),
        json!({ "rule": name, "value": { "days": name } }),
        json!({ "year": name, "csv": name }),
        json!({ "from": name, "to": name, "households": [name] }),
        json!({ "revoked": name, "standing": name, "reason": 1 }),
    ];
    for path in [
        "/v1/enrol",
        "/office/v1/codes",
        "/office/v1/begin/household",
        "/office/v1/begin/matter",
        "/office/v1/rules",
        "/office/v1/calendar",
        "/office/v1/conflicts/settle",
        "/office/v1/reassignments",
        "/office/v1/devices/01010101010101010101010101010101",
        "/office/v1/households/01010101010101010101010101010101",
    ] {
        for body in &bodies {
            let (_, told) = server.post(path, &[("content-type", "application/json")], body.to_string().as_bytes());
            answers += &told.to_string();
        }
        let broken = format!("{{\"head\": \"{name}");
        let (_, told) = server.post(path, &[("content-type", "application/json")], broken.as_bytes());
        answers += &told.to_string();
    }
    answers
}

#[test]
fn whoever_sends_nonsense_with_a_name_in_it_does_not_find_the_name_in_answer_or_journal() {
    let house = House::with_a_village();
    let server = Server::start_that_logs(&house.town(), "trace");
    house.enrol(&server, MEMBER);
    let mut workbook = house.workbook(MEMBER);
    let text = OF_THE_HOUSE[8];
    let day = "2026-01-05".parse().unwrap();
    workbook.diary().write(EntryForm { date: Some(day), text: text.into(), ..EntryForm::default() }).unwrap();
    drop(workbook);
    house.phone(MEMBER, &["sync"]).done();
    house.enrol(&server, LEAD);
    let answers = nonsense(&server);
    assert!(answers.contains("\"code\""), "there were answers");
    assert_eq!(said(OF_THE_HOUSE, &answers), BTreeSet::new());
    let talk = server.talk();
    assert!(talk.contains("/v1/sync"), "the journal says what was asked");
    assert_eq!(said(OF_THE_HOUSE, &talk), BTreeSet::new());
    assert!(!talk.contains("%E5%BC%A0"), "not even as part of an address");
    assert!(!talk.contains("panicked"));
    assert!(server.stop().success());
}
