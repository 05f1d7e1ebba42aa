//! What lies on the disk: one program at a time, and nothing that is damaged is ever deleted.

use std::path::Path;

use lianhu::phone::open_store;
use serde_json::json;

use crate::house::{House, MEMBER, names_in};
use crate::program::{Server, lianhu};

/// Overwrites the middle of the file, as a failing disk would.
fn damage(path: &Path) -> Vec<u8> {
    let mut bytes = std::fs::read(path).unwrap();
    let from = bytes.len() / 4;
    let to = bytes.len() / 4 * 3;
    bytes[from..to].fill(0xA5);
    std::fs::write(path, &bytes).unwrap();
    bytes
}

#[test]
fn a_township_is_one_programs_at_a_time() {
    let house = House::with_a_village();
    let server = house.serve();
    let dir = house.typed("township");
    let file = house.write("more.csv", "乡镇,行政村,姓名,联系电话\n禾泾镇,庆丰村,新党员,15400000088\n");
    for command in [
        &["verify", "--dir", &dir][..],
        &["code", MEMBER, "--dir", &dir],
        &["serve", "--listen", "127.0.0.1:0", "--dir", &dir],
        &["serve", "--listen", "127.0.0.1:0", "--set-aside-damaged", "--dir", &dir],
        &["import", "roster", &file, "--dir", &dir],
    ] {
        let told = lianhu(command);
        assert!(told.failed(5).contains("stop the other lianhu"), "{command:?}");
    }
    assert_eq!(server.list("workers").len(), 4);
    // A program that died holds nothing.
    server.kill();
    house.sound();
}

#[test]
fn a_workbook_is_one_programs_at_a_time() {
    let house = House::with_a_village();
    let server = house.serve();
    house.enrol(&server, MEMBER);
    let open = open_store(&house.phone_path(MEMBER)).unwrap();
    for action in [&["status"][..], &["diary", "不应该记下"], &["sync"]] {
        house.phone(MEMBER, action).failed(5);
    }
    drop(open);
    let status = house.phone(MEMBER, &["status"]).done();
    assert_eq!(status["kept"], 0);
}

#[test]
fn a_damaged_township_is_left_as_it_is_until_somebody_asks_to_set_it_aside() {
    let house = House::with_a_village();
    let store = house.path("township/township.db");
    let damaged = damage(&store);
    let dir = house.typed("township");
    for command in [
        &["verify", "--dir", &dir][..],
        &["code", MEMBER, "--dir", &dir],
        &["serve", "--listen", "127.0.0.1:0", "--dir", &dir],
    ] {
        let told = lianhu(command);
        assert!(told.failed(6).contains("damaged"), "{command:?}");
        assert!(!told.failed(6).contains("张福根"));
        assert_eq!(std::fs::read(&store).unwrap(), damaged, "{command:?} changed it");
    }

    let server = Server::start_with(&house.town(), &["--listen", "127.0.0.1:0", "--set-aside-damaged"]);
    assert!(server.talk().contains("township.db.damaged-1"), "{}", server.talk());
    assert_eq!(std::fs::read(house.path("township/township.db.damaged-1")).unwrap(), damaged);
    assert_eq!(server.list("workers"), [json!(null); 0], "a new, empty township");
    assert!(server.stop().success());
    assert_eq!(house.sound()["documents"], 0);

    // And once more: the first one set aside stays what it is.
    let second = damage(&store);
    Server::start_with(&house.town(), &["--listen", "127.0.0.1:0", "--set-aside-damaged"]).stop();
    assert_eq!(std::fs::read(house.path("township/township.db.damaged-1")).unwrap(), damaged);
    assert_eq!(std::fs::read(house.path("township/township.db.damaged-2")).unwrap(), second);
    // A sound one is not set aside.
    Server::start_with(&house.town(), &["--listen", "127.0.0.1:0", "--set-aside-damaged"]).stop();
    assert!(!names_in(&house.town()).iter().any(|name| name.contains("damaged-3")));
}

#[test]
fn something_else_under_the_townships_name_is_not_touched() {
    let house = House::empty();
    std::fs::create_dir(house.town()).unwrap();
    let letter = "不是数据库，是一封信。".repeat(100);
    std::fs::write(house.path("township/township.db"), &letter).unwrap();
    let told = lianhu(&["verify", "--dir", &house.typed("township")]);
    told.failed(6);
    assert_eq!(std::fs::read_to_string(house.path("township/township.db")).unwrap(), letter);
}

#[test]
fn a_damaged_workbook_is_reported_and_left_as_it_is() {
    let house = House::with_a_village();
    let server = house.serve();
    house.enrol(&server, MEMBER);
    house.phone(MEMBER, &["diary", "写在坏掉之前"]).done();
    let damaged = damage(&house.phone_path(MEMBER));
    for action in [&["status"][..], &["list"], &["diary", "话"], &["sync"]] {
        let told = house.phone(MEMBER, action);
        assert!(told.failed(6).contains("do not delete it"), "{action:?}");
        assert_eq!(std::fs::read(house.phone_path(MEMBER)).unwrap(), damaged, "{action:?} changed it");
    }
}

#[test]
fn there_is_no_township_to_verify_where_there_is_none() {
    let house = House::empty();
    lianhu(&["verify", "--dir", &house.typed("township")]).failed(3);
    assert_eq!(house.names(), [""; 0]);
}
