//! What somebody does in the first hour, as the README tells it: from a list to words that the office reads.

use serde_json::{Value, json};

use crate::house::{House, LEAD, MEMBER, NEIGHBOUR, STRANGER, code_at};
use crate::program::Server;

fn texts(rows: &[Value], column: &str) -> Vec<String> {
    rows.iter().map(|row| row[column].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn words_written_without_a_server_reach_the_office_and_the_branch_in_the_end() {
    let house = House::with_a_village();
    let code = house.code(MEMBER);
    let server = house.serve();
    let address = server.address.clone();
    house.phone(MEMBER, &["enrol", &address, &code]).done();
    let first = house.phone(MEMBER, &["sync"]).done();
    assert_eq!(first["proven"], true);
    house.enrol(&server, LEAD);
    let listed = house.phone(MEMBER, &["list"]).done();
    let mut doorplates: Vec<_> =
        listed["listed"].as_array().unwrap().iter().map(|row| row["card"]["doorplate"].clone()).collect();
    doorplates.sort_by_key(Value::to_string);
    assert_eq!(doorplates, ["1组1号", "1组2号", "1组3号"], "her own households, and no others");
    assert!(server.stop().success());

    // No signal: the village's own days.
    let visit = house.phone(MEMBER, &["visit", "1组2号", "自来水又小了"]).done();
    house.phone(MEMBER, &["visit", "李凤仙", "儿子下月回来"]).done();
    let diary = house.phone(MEMBER, &["diary", "桥边路灯不亮，记下来"]).done();
    let matter = house.phone(MEMBER, &["raise", "1组2号", "自来水水压低", "早晚做饭时没有水"]).done();
    for told in [&visit, &diary, &matter] {
        assert_eq!(told["place"], "kept");
    }
    let away = house.phone(MEMBER, &["sync"]);
    assert!(away.failed(8).contains("everything written is kept on this phone"));
    let status = house.phone(MEMBER, &["status"]).done();
    assert_eq!((&status["kept"], &status["held"], &status["refused"]), (&json!(4), &json!(0), &json!(0)));
    let entries = house.phone(MEMBER, &["list", "diary"]).done();
    assert_eq!(entries["listed"][0]["place"], "kept");

    let server = Server::start_at(&house.town(), &address);
    let night = house.phone(MEMBER, &["sync"]).done();
    assert_eq!((&night["recorded"], &night["round_trips"]), (&json!(4), &json!(1)));
    assert_eq!(night["proven"], true);
    let status = house.phone(MEMBER, &["status"]).done();
    assert_eq!((&status["kept"], &status["held"], &status["refused"]), (&json!(0), &json!(0), &json!(0)));
    assert_eq!(house.phone(MEMBER, &["list", "matters"]).done()["listed"][0]["place"], "recorded");

    let mut notes = texts(&server.list("visits"), "note");
    notes.sort();
    assert_eq!(notes, ["儿子下月回来", "自来水又小了"]);
    assert_eq!(texts(&server.list("matters"), "title"), ["自来水水压低"]);
    let document = server.get(&format!("/office/v1/documents/{}", visit["document"].as_str().unwrap()));
    let shown = &document["fields"][format!("visit/{}", visit["visit"].as_str().unwrap())];
    assert_eq!(shown["value"]["note"], "自来水又小了", "{document}");
    // Of a diary for the branch the office sees that it was written, and not what.
    let entries = server.list("diary_entries");
    assert_eq!((entries[0]["id"].clone(), entries[0]["text"].clone()), (diary["entry"].clone(), Value::Null));
    assert_eq!(entries.len(), 1);
    let of_night = server.get("/office/v1/night");
    assert_eq!((&of_night["devices"]["enrolled"], &of_night["devices"]["synced"]), (&json!(2), &json!(2)));
    assert_eq!((&of_night["changes"]["recorded"], &of_night["new_matters_total"]), (&json!(4), &json!(1)));

    // The branch's lead reads them, a member of another branch does not.
    assert_eq!(house.phone(LEAD, &["sync"]).done()["proven"], true);
    let read = house.phone(LEAD, &["show", diary["document"].as_str().unwrap()]).done();
    assert!(read["lines"][0].as_str().unwrap().contains("桥边路灯不亮"), "{read}");
    let read = house.phone(LEAD, &["show", visit["document"].as_str().unwrap()]).done();
    assert_eq!(read["lines"].as_array().unwrap().len(), 2, "{read}");
    house.enrol(&server, STRANGER);
    assert_eq!(house.phone(STRANGER, &["list", "diary"]).done()["listed"], json!([]));
    house.phone(STRANGER, &["show", visit["document"].as_str().unwrap()]).failed(3);

    assert!(server.stop().success());
    house.sound();
}

#[test]
fn a_code_enrols_one_phone_and_a_refused_one_leaves_nothing_behind() {
    let house = House::with_a_village();
    let server = house.serve();
    let code = code_at(&server, MEMBER);
    let before = house.names();
    let wrong = house.phone("second", &["enrol", &server.address, "NOSUCHCODE234567"]);
    assert!(wrong.failed(8).contains("unknown_code"));
    assert!(wrong.failed(8).contains("ask the office for a new one"));
    house.phone(MEMBER, &["enrol", &server.address, &code]).done();
    let names = house.names();
    let used = house.phone("second", &["enrol", &server.address, &code]);
    assert!(used.failed(8).contains("used_code"));
    assert_eq!(house.names(), names, "no second workbook");
    assert!(!before.iter().any(|name| name.starts_with("second")));
    let twice = house.phone(MEMBER, &["enrol", &server.address, &code_at(&server, MEMBER)]);
    assert!(twice.failed(8).contains("device_exists"));
    assert_eq!(house.phone(MEMBER, &["sync"]).done()["proven"], true, "the first workbook is what it was");
    assert_eq!(server.list("households").len(), 5);
    let address = server.address.clone();
    assert!(server.stop().success());
    let unreachable = house.phone("second", &["enrol", &address, &code]);
    unreachable.failed(8);
    assert_eq!(house.names().len(), names.len());
}

#[test]
fn a_phone_that_never_enrolled_says_so_and_leaves_no_file_behind() {
    let house = House::empty();
    for action in [&["list"][..], &["sync"], &["status"], &["diary", "话"], &["show", "不是编号"]] {
        let told = house.phone("nobody", action);
        assert!(told.failed(3).contains("enrol"), "{told:?}");
        assert_eq!(house.names(), [""; 0], "{action:?} left something behind");
    }
}

#[test]
fn a_household_or_a_member_that_two_answer_to_is_asked_for_again() {
    let house = House::with_a_village();
    let server = house.serve();
    house.enrol(&server, MEMBER);
    let two = house.phone(MEMBER, &["visit", "张福根", "在家"]);
    assert!(two.failed(3).contains("2 households answer to that"));
    let foreign = house.phone(MEMBER, &["visit", "2组1号", "在家"]);
    assert!(foreign.failed(3).contains("no household of yours answers to that"));
    assert_eq!(house.phone(MEMBER, &["status"]).done()["kept"], 0, "nothing was guessed");
    assert!(server.stop().success());

    let namesake = house.write(
        "more.csv",
        format!(
            "乡镇,行政村,所属支部,姓名,出生年月,联系电话\n禾泾镇,庆丰村,庆丰第2支部,{NEIGHBOUR},1990-12,15400000009\n"
        ),
    );
    let told = house.import(&[&namesake]).done();
    assert_eq!(
        told["imported"],
        json!({ "more.csv": 0 }),
        "another of this name in the village is not guessed to be new"
    );
    let nobody = crate::program::lianhu(&["code", "查无此人", "--dir", &house.typed("township")]);
    nobody.failed(3);
}
