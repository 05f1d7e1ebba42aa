//! The disk is full. Phones keep their words, what was acknowledged can be read, and room is all it takes to go on.

#![cfg(unix)]

use lianhu::phone::Line;
use lianhu_core::diary::EntryForm;
use lianhu_device::{SyncError, TransportError};

use crate::house::{House, LEAD, MEMBER};
use crate::program::Server;

/// Room for some writes beyond what a file holds already.
const ROOM_BYTES: u64 = 200 << 10;
/// More saves than fit into that room by far.
const MANY: usize = 500;
/// Saves of somebody else, which do not fit into no room at all.
const OTHERS: usize = 16;

#[test]
fn with_no_room_left_nothing_is_lost_and_what_was_recorded_can_be_read() {
    let house = House::with_a_village();
    let server = house.serve();
    house.enrol(&server, MEMBER);
    let address = server.address.clone();
    assert!(server.stop().success());
    let held = std::fs::metadata(house.path("township/township.db")).unwrap().len();

    let server = Server::start_in_little_room(&house.town(), &address, held + ROOM_BYTES);
    let mut book = house.workbook(MEMBER);
    let mut recorded = 0;
    let refused = loop {
        assert!(recorded < MANY, "the room never ends");
        let day = Some("2026-01-05".parse().unwrap());
        let text = format!("第{recorded}件，路灯不亮。").repeat(40);
        book.diary().write(EntryForm { date: day, text: text.into(), ..EntryForm::default() }).unwrap();
        match book.sync(&mut Line::to(&address)) {
            Ok(report) => recorded += report.recorded as usize,
            Err(SyncError::Transport(TransportError::Answered { status, code, .. })) => break (status, code),
            Err(other) => panic!("{other}"),
        }
    };
    assert!(recorded > 0, "there was some room");
    assert_eq!(refused, (507, "disk_full".to_owned()));
    assert!(server.talk().contains("the disk is full"), "{}", server.talk());
    assert_eq!(book.status().unwrap().kept, 1, "the words stay on the phone");
    drop(book);
    house.phone(MEMBER, &["diary", "没有地方了，先记在手机上"]).done();
    assert!(house.phone(MEMBER, &["sync"]).failed(8).contains("disk_full"));
    assert_eq!(house.phone(MEMBER, &["status"]).done()["kept"], 2);

    let readable = |server: &Server| server.list("diary_entries").len();
    assert_eq!(server.get("/healthz")["status"], "ok");
    assert_eq!(readable(&server), recorded, "the last acknowledged state");
    assert_eq!(server.list("workers").len(), 4);
    server.get("/office/v1/night");
    // Whether it dies or is stopped now makes no difference to what is on the disk.
    server.kill();

    let server = Server::start_at(&house.town(), &address);
    assert_eq!(readable(&server), recorded);
    let report = house.phone(MEMBER, &["sync"]).done();
    assert_eq!((&report["recorded"], &report["proven"]), (&2.into(), &true.into()));
    assert_eq!(readable(&server), recorded + 2);
    assert!(server.stop().success());
    house.sound();
}

#[test]
fn a_phone_with_no_room_left_loses_no_word_and_no_verdict() {
    let house = House::with_a_village();
    let server = house.serve();
    for who in [MEMBER, LEAD] {
        house.enrol(&server, who);
    }
    let held = std::fs::metadata(house.phone_path(MEMBER)).unwrap().len();
    let (room, long) = (held + ROOM_BYTES / 4, "路灯不亮。".repeat(400));
    let write = |number: usize| {
        house.phone_in_little_room(room, MEMBER, &["diary", &format!("第{number}件，{long}"), "--on", "2026-01-05"])
    };
    let written = (0..MANY).take_while(|number| write(*number).code() == Some(0)).count();
    assert!(written > 0 && written < MANY, "there was some room, and an end of it");
    write(written).failed(7);
    assert_eq!(house.phone(MEMBER, &["status"]).done()["kept"], written);

    // What others wrote has no room here, and what this phone sends is recorded although it cannot note that it is.
    for number in 0..OTHERS {
        house.phone(LEAD, &["diary", &format!("第{number}次走访，{long}"), "--on", "2026-01-06"]).done();
    }
    house.phone(LEAD, &["sync"]).done();
    house.phone_in_little_room(held, MEMBER, &["sync"]).failed(7);
    assert_eq!(house.phone(MEMBER, &["status"]).done()["kept"], written, "the words stay until the verdict is noted");

    let report = house.phone(MEMBER, &["sync"]).done();
    assert_eq!(report["proven"], true);
    assert_eq!(house.phone(MEMBER, &["status"]).done()["not_delivered"], 0);
    assert_eq!(server.list("diary_entries").len(), written + OTHERS);
    assert!(server.stop().success());
    house.sound();
}
