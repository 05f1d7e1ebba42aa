//! A phone's file, copied onto a second handset: both go on writing, and nothing is lost or doubled.

use std::collections::BTreeMap;
use std::path::Path;

use lianhu::phone::open_store;
use serde_json::Value;

use crate::house::{House, MEMBER};
use crate::program::Server;

/// Copies the store at one path to another, its journal with it; the token file only if it is asked for.
fn copy(from: &Path, to: &Path, with_token: bool) {
    let beside = |path: &Path, suffix: &str| std::path::PathBuf::from(format!("{}{suffix}", path.display()));
    for suffix in ["", "-wal", ".token", ".key"] {
        if beside(from, suffix).exists() && (suffix != ".token" || with_token) {
            std::fs::copy(beside(from, suffix), beside(to, suffix)).unwrap();
        }
    }
}

/// How often each sentence stands in the township.
fn counted(server: &Server) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for row in server.list("visits") {
        *counted.entry(row["note"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    counted
}

fn clone_and_go_on(with_token: bool) {
    let house = House::with_a_village();
    let server = house.serve();
    house.enrol(&server, MEMBER);
    house.phone(MEMBER, &["sync"]).done();
    house.phone(MEMBER, &["visit", "1组1号", "两部手机上都有"]).done();
    // Copied while it is open.
    let open = open_store(&house.phone_path(MEMBER)).unwrap();
    copy(&house.phone_path(MEMBER), &house.phone_path("clone"), with_token);
    drop(open);

    let write = |phone: &str, household: &str, note: &str| {
        house.phone(phone, &["visit", household, note]).done();
    };
    write(MEMBER, "1组1号", "旧手机一");
    write("clone", "1组1号", "新手机一");
    write("clone", "1组1号", "新手机二");
    write(MEMBER, "1组2号", "旧手机二");
    let mut again = 0;
    for round in 0..2 {
        for phone in [MEMBER, "clone"] {
            let synced: Value = house.phone(phone, &["sync"]).done();
            assert_eq!(synced["refused"], 0, "{synced}");
            again += synced["written_again"].as_u64().unwrap();
            write(phone, "1组3号", &format!("又去了 {phone} {round}"));
        }
    }
    for phone in [MEMBER, "clone", MEMBER] {
        assert_eq!(house.phone(phone, &["sync"]).done()["proven"], true);
        assert_eq!(house.phone(phone, &["status"]).done()["not_delivered"], 0, "{phone}");
    }
    let counted = counted(&server);
    assert!(counted.values().all(|times| *times == 1), "{counted:?}");
    assert_eq!(counted.len(), 9, "{counted:?}");
    // Without the token file the copy knew at once what it was; with it, the township's answer told it.
    assert_eq!(again > 0, with_token);
    assert!(server.stop().success());
    house.sound();
}

#[test]
fn a_phone_copied_while_it_is_open_becomes_two_and_nothing_is_lost_or_doubled() {
    clone_and_go_on(false);
}

#[test]
fn a_phone_copied_with_everything_beside_it_is_found_out_and_writes_again_what_collided() {
    clone_and_go_on(true);
}
