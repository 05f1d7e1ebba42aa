//! The township's disk is gone, and last night's backup is put back: the real program, from backup to proof.

use serde_json::json;

use crate::house::{House, MEMBER, NEIGHBOUR};
use crate::program::{Server, lianhu};

#[test]
fn what_was_recorded_after_the_backup_comes_back_from_the_phones() {
    let house = House::with_a_village();
    let server = house.serve();
    let address = server.address.clone();
    house.enrol(&server, MEMBER);
    house.phone(MEMBER, &["sync"]).done();
    assert!(server.stop().success());
    let backup = house.typed("backup.db");
    let key = house.typed("backup.key");
    lianhu(&["key", "new", &key]).done();
    lianhu(&["backup", &backup, "--key", &key, "--dir", &house.typed("township")]).done();

    // A day's work after the backup, by a phone the backup knows and by one it does not.
    let server = Server::start_at(&house.town(), &address);
    house.phone(MEMBER, &["visit", "1组1号", "备份之后的走访"]).done();
    house.phone(MEMBER, &["sync"]).done();
    house.enrol(&server, NEIGHBOUR);
    house.phone(NEIGHBOUR, &["diary", "备份之后的日记"]).done();
    assert_eq!(house.phone(NEIGHBOUR, &["sync"]).done()["recorded"], 1);
    house.phone(NEIGHBOUR, &["diary", "还没有送出"]).done();
    server.kill();

    // The folder is lost.
    std::fs::remove_dir_all(house.town()).unwrap();
    lianhu(&["restore", &backup, "--key", &key, "--no-erasures", "--dir", &house.typed("township")]).done();
    let code = house.code(NEIGHBOUR);
    let others = house.code(MEMBER);
    let server = Server::start_at(&house.town(), &address);
    assert_eq!(server.list("visits").len(), 0);

    let synced = house.phone(MEMBER, &["sync"]).done();
    assert_eq!((&synced["given_back"], &synced["proven"]), (&json!(1), &json!(true)), "{synced}");
    assert_eq!(server.list("visits").len(), 1);

    house.phone(NEIGHBOUR, &["sync"]).failed(8);
    house.phone(NEIGHBOUR, &["enrol", &address, &others]).failed(8);
    house.phone(NEIGHBOUR, &["enrol", &address, &code]).done();
    let synced = house.phone(NEIGHBOUR, &["sync"]).done();
    assert_eq!((&synced["given_back"], &synced["recorded"]), (&json!(1), &json!(1)), "{synced}");
    assert_eq!(synced["proven"], true);
    assert_eq!(house.phone(NEIGHBOUR, &["status"]).done()["not_delivered"], 0);
    assert!(server.stop().success());
    house.sound();
}
