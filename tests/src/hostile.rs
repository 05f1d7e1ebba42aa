//! Whoever can reach the server can send it anything. It answers with a stable code, and its store stays as it was.

use std::io::Write as _;

use lianhu::phone::System;
use lianhu_core::diary::EntryForm;
use lianhu_device::{DeviceKey, SIGNATURE_HEADER, SYNC_PATH};
use lianhu_sync::limits::MAX_BODY_BYTES;
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::house::{House, MEMBER};
use crate::program::Server;

/// A township with one enrolled phone, and a request of that phone with its signature.
struct Target {
    house: House,
    server: Server,
    body: Vec<u8>,
    signature: String,
}

impl Target {
    fn set_up() -> Self {
        let house = House::with_a_village();
        let server = house.serve();
        house.enrol(&server, MEMBER);
        let mut workbook = house.workbook(MEMBER);
        let day = "2026-01-05".parse().unwrap();
        workbook.diary().write(EntryForm { date: Some(day), text: "路灯不亮".into(), ..EntryForm::default() }).unwrap();
        let sent = workbook.begin_sync().unwrap();
        drop(workbook);
        Target { house, server, body: sent.body, signature: sent.signature.to_header() }
    }

    fn counters(&self) -> Value {
        self.server.get("/office/v1/counters")
    }

    /// The status and the code of the answer.
    fn send(&self, body: &[u8], signature: &str) -> (u16, String) {
        let (status, told) = self.server.post(SYNC_PATH, &[(SIGNATURE_HEADER, signature)], body);
        assert!(status == 200 || told["message"].is_string(), "{status} {told}");
        (status, told["code"].as_str().unwrap_or_default().to_owned())
    }
}

/// Posts over a bare socket; head and body as they are given. The status and the answer.
fn raw(server: &Server, head: &str, body: &[u8]) -> (u16, String) {
    let answer = String::from_utf8(server.raw(head, body)).unwrap();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("no HTTP: {answer:?}")), answer)
}

/// A small frame that unpacks to so many zeros: one deflate block with fixed codes, one literal and then copies of it.
fn bomb(zeros: usize) -> Vec<u8> {
    let (mut bytes, mut bits) = (b"LH\x01\x01".to_vec(), 0);
    let mut put = |code: &str| {
        for bit in code.bytes() {
            if bits % 8 == 0 {
                bytes.push(0);
            }
            *bytes.last_mut().unwrap() |= (bit - b'0') << (bits % 8);
            bits += 1;
        }
    };
    put("1"); // the last block
    put("10"); // fixed codes
    put("00110000"); // a zero
    for _ in 0..zeros / 258 {
        put("11000101"); // 258 bytes
        put("00000"); // from one byte back
    }
    put("0000000"); // the end
    bytes
}

#[test]
fn bodies_that_are_no_request_get_their_code_and_change_nothing() {
    let target = Target::set_up();
    let before = target.counters();
    let version = |version: u8| {
        let mut body = target.body.clone();
        body[2] = version;
        body
    };
    let codec = [&target.body[..3], &[9], &target.body[4..]].concat();
    let random: Vec<u8> = (0..1_000).map(|number| Dice(number).byte()).collect();
    let cases: [(&str, Vec<u8>, u16, &str); 9] = [
        ("nothing", vec![], 400, "not_lianhu"),
        ("random bytes", random.clone(), 400, "not_lianhu"),
        ("a page", b"<html>hello</html>".to_vec(), 400, "not_lianhu"),
        ("an older version", version(0), 426, "unsupported_version"),
        ("a newer version", version(2), 426, "unsupported_version"),
        ("an unknown codec", codec, 400, "unknown_codec"),
        ("a frame around random bytes", [b"LH\x01\x00", &random[..]].concat(), 400, "malformed"),
        ("a bomb", bomb(9 << 20), 413, "inflates_too_large"),
        ("too much", [b"LH\x01\x00", &vec![0; MAX_BODY_BYTES][..]].concat(), 413, "too_large"),
    ];
    for (what, body, status, code) in cases {
        assert_eq!(target.send(&body, &target.signature), (status, code.to_owned()), "{what}");
    }
    for length in 0..target.body.len() {
        let (status, code) = target.send(&target.body[..length], &target.signature);
        assert_eq!(status, 400, "{length} of {} bytes: {code}", target.body.len());
        assert!(["not_lianhu", "malformed"].contains(&code.as_str()), "{length} bytes: {code}");
    }
    assert_eq!(target.counters(), before);
    // The request itself was good all the time.
    assert_eq!(target.send(&target.body, &target.signature).0, 200);
    let after = target.counters();
    assert_eq!(after["changes"].as_u64(), before["changes"].as_u64().map(|changes| changes + 1));
    assert!(target.server.stop().success());
    target.house.sound();
}

#[test]
fn a_request_that_was_altered_on_the_way_is_not_its_devices_any_more() {
    let target = Target::set_up();
    let before = target.counters();
    assert_eq!(target.send(&target.body, ""), (401, "not_signed".to_owned()));
    assert_eq!(target.send(&target.body, "AAAA"), (401, "not_signed".to_owned()));
    let strangers = DeviceKey::generate(&mut System).sign(&target.body).to_header();
    assert_eq!(target.send(&target.body, &strangers), (401, "wrong_signature".to_owned()));
    let nobodys: Vec<u8> = {
        let golden = include_str!("../../crates/sync/golden/request_empty.hex");
        data_encoding::HEXLOWER.decode(golden.trim().as_bytes()).unwrap()
    };
    assert_eq!(target.send(&nobodys, &strangers), (401, "unknown_device".to_owned()));

    let mut dice = Dice(2);
    for round in 0..400 {
        let mut body = target.body.clone();
        for _ in 0..=dice.below(4) {
            let place = dice.below(body.len());
            body[place] = dice.byte();
        }
        if body == target.body {
            continue;
        }
        let (status, code) = target.send(&body, &target.signature);
        assert!([400, 401, 413, 426].contains(&status), "round {round}: {status} {code}");
        assert!(!code.is_empty(), "round {round}: {status} without a code");
    }
    assert_eq!(target.counters(), before);
    assert!(!target.server.talk().contains("panicked"));
}

#[test]
fn a_body_that_never_ends_or_breaks_off_changes_nothing() {
    let target = Target::set_up();
    let before = target.counters();
    let head = |length: usize| {
        let signature = &target.signature;
        format!(
            "POST {SYNC_PATH} HTTP/1.1\nHost: localhost\nConnection: close\n{SIGNATURE_HEADER}: {signature}\n\
             Content-Length: {length}\n\n"
        )
    };
    let (status, answer) = raw(&target.server, &head(1 << 40), &vec![0; MAX_BODY_BYTES + 1]);
    assert_eq!(status, 413);
    assert!(answer.contains("\"too_large\""), "{answer}");

    let mut line = target.server.connect();
    line.write_all(head(target.body.len()).replace('\n', "\r\n").as_bytes()).unwrap();
    line.write_all(&target.body[..target.body.len() / 2]).unwrap();
    drop(line);
    let (status, _) = raw(&target.server, "NONSENSE\n\n", b"");
    assert_eq!(status, 400);
    assert_eq!(target.counters(), before);
    assert!(target.server.stop().success(), "a line that broke keeps nobody waiting");
}

#[test]
fn an_enrolment_that_makes_no_sense_enrols_nobody() {
    let target = Target::set_up();
    let before = target.counters();
    let key = "AAAA";
    let device = "01980001-0000-7000-8000-000000000000";
    let cases: [(Vec<u8>, u16, &str); 5] = [
        (b"".to_vec(), 400, "malformed"),
        (b"{\"code\":".to_vec(), 400, "malformed"),
        (vec![0xff; 64], 400, "malformed"),
        (json!({ "code": "X", "device": device, "public_key": key }).to_string().into_bytes(), 400, "bad_key"),
        (json!({ "code": "X", "device": "me", "public_key": key }).to_string().into_bytes(), 400, "malformed"),
    ];
    for (body, status, code) in cases {
        let shown = String::from_utf8_lossy(&body).into_owned();
        let (got, told) = target.server.post("/v1/enrol", &[("content-type", "application/json")], &body);
        assert_eq!((got, told["code"].as_str()), (status, Some(code)), "{shown}");
    }
    assert_eq!(target.counters(), before);
}

#[test]
fn the_office_answers_to_no_foreign_name() {
    let target = Target::set_up();
    let asked =
        |host: &str, line: &str| raw(&target.server, &format!("{line} HTTP/1.1\n{host}Connection: close\n\n"), b"");
    let office = [
        "GET /",
        "GET /office/",
        "GET /office/page.js",
        "GET /office/v1/night",
        "GET /office/v1/counters",
        "GET /office/v1/devices",
        "GET /office/v1/lists/households",
        "POST /office/v1/codes",
    ];
    for line in office {
        for host in ["township.example", "127.0.0.1.township.example", "localhost.example:8630", "example@127.0.0.1"] {
            let (status, answer) = asked(&format!("Host: {host}\n"), line);
            assert_eq!(status, 403, "{line} as {host}");
            assert!(answer.contains("\"this_machine_only\""), "{answer}");
            assert!(!answer.contains("张福根"), "{answer}");
        }
    }
    for host in ["localhost", "127.0.0.1:8630", "[::1]:8630"] {
        assert_eq!(asked(&format!("Host: {host}\n"), "GET /office/").0, 200, "{host}");
    }
    assert_eq!(asked("Host: township.example\n", "GET /healthz").0, 200, "who watches over it may call from elsewhere");
}
