//! Whoever wants the township to stop: slow callers, many callers, generated requests, and a phone whose key was stolen.
//!
//! Each attack runs in a small size here. `LIANHU_ATTACK_SIZE=10000 cargo nextest run -p lianhu-tests attack --no-capture`
//! runs them large, and prints what the server held at most and what an honest phone paid beside the attack.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use lianhu::phone::System;
use lianhu_device::{DeviceKey, DeviceName, ENROL_PATH, EnrolRequest, SIGNATURE_HEADER, SYNC_PATH, Surroundings as _};
use lianhu_sync::ids::{DeviceId, Digest, DocId, LogId, Position};
use lianhu_sync::message::{Chunk, DocChanges, Request};
use lianhu_sync::wire;
use socket2::{Domain, Socket, Type};

use crate::dice::Dice;
use crate::house::{House, MEMBER, NEIGHBOUR, STRANGER, code_at};
use crate::program::Server;

/// How many connections or requests an attack has, unless somebody asks for more.
const SIZE: usize = 600;
/// The most memory the server may hold under any of them, in MiB.
const MEMORY_MIB: u64 = 256;

fn size() -> usize {
    std::env::var("LIANHU_ATTACK_SIZE").ok().and_then(|said| said.parse().ok()).unwrap_or(SIZE)
}

/// A township under attack, and a member who only wants to sync.
struct Siege {
    house: House,
    server: Server,
}

impl Siege {
    fn begin() -> Self {
        let house = House::with_a_village();
        let server = house.serve();
        house.enrol(&server, MEMBER);
        house.enrol(&server, NEIGHBOUR);
        Siege { house, server }
    }

    /// A line from another address of this machine than the phones'.
    fn connect_from_elsewhere(&self) -> TcpStream {
        let server = self.server.socket_address();
        let line = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        line.bind(&SocketAddr::from(([127, 0, 0, 2], 0)).into()).unwrap();
        line.connect(&server.into()).unwrap();
        line.into()
    }

    /// The member's sync comes to its end, in one round trip.
    fn an_honest_phone_syncs(&self) {
        let report = self.house.phone(MEMBER, &["sync"]).done();
        assert_eq!((&report["proven"], &report["round_trips"]), (&true.into(), &1.into()), "{report}");
    }

    /// The server lives, holds little, never panicked, and its store is sound.
    fn stands(self, what: &str) {
        if let Some(peak) = self.server.peak_mib() {
            println!("{what}: {} of them, the server held {peak} MiB at most", size());
            assert!(peak <= MEMORY_MIB, "{peak} MiB");
        }
        assert!(!self.server.talk().contains("panicked"), "{}", self.server.talk());
        assert!(self.server.stop().success());
        self.house.sound();
    }
}

#[test]
fn callers_who_never_finish_their_first_line_keep_nobody_waiting() {
    let siege = Siege::begin();
    let slow: Vec<TcpStream> = (0..size())
        .map(|number| {
            let mut line = siege.server.connect();
            line.write_all(&b"POST /v1/sync HTTP/1.1\r\nHost: localhost\r\nX-Slow: "[..20 + number % 30]).unwrap();
            line
        })
        .collect();
    siege.an_honest_phone_syncs();
    drop(slow);
    siege.an_honest_phone_syncs();
    siege.stands("callers who never finish their first line");
}

#[test]
fn callers_who_send_a_body_a_byte_at_a_time_keep_nobody_waiting() {
    let siege = Siege::begin();
    // More than are let in at once: one address cannot take every place.
    let mut slow: Vec<TcpStream> = (0..size())
        .map(|_| {
            let mut line = siege.connect_from_elsewhere();
            line.write_all(b"POST /v1/sync HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nL").unwrap();
            line
        })
        .collect();
    siege.an_honest_phone_syncs();
    for line in &mut slow {
        // Those who were told to come back have been hung up on.
        let _ = line.write_all(b"H");
    }
    siege.an_honest_phone_syncs();
    drop(slow);
    siege.stands("callers who send a body a byte at a time");
}

#[test]
fn callers_who_say_nothing_at_all_are_only_so_many_sockets() {
    let siege = Siege::begin();
    let idle: Vec<TcpStream> = (0..size()).map(|_| siege.server.connect()).collect();
    siege.an_honest_phone_syncs();
    drop(idle);
    siege.an_honest_phone_syncs();
    siege.stands("callers who say nothing");
}

/// One request nobody would send, as it goes over the line.
fn generated(dice: &mut Dice) -> Vec<u8> {
    let method = dice.of(&["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "get", "BREW", ""]);
    let path = match dice.next() % 3 {
        0 => dice
            .of(&[
                "/",
                "/office/",
                "/v1/sync",
                "/v1/enrol",
                "/board/",
                "/healthz",
                "/office/v1/night",
                "/office/v1/lists/households",
                "/office/v1/documents/x/deeds",
                "/office/v1/begin/matter",
                "/office/v1/reports.xlsx",
                "/office/v1/devices/0",
                "/board/v1/x",
                "/office/v1/held/a/b/accept",
            ])
            .to_owned(),
        1 => {
            let deep = dice.below(400);
            format!("/{}", "../%2e%2e/".repeat(deep))
        }
        _ => {
            let long = dice.below(6_000);
            format!(
                "/office/v1/lists/{}?{}={}",
                dice.of(&["households", "%00", "..%2f..%2f", "';--"]),
                "a".repeat(long),
                "b"
            )
        }
    };
    let header = dice.of(&[
        "Host: localhost",
        "Host: a\r\nHost: b",
        "Content-Length: -1",
        "Content-Length: 5\r\nContent-Length: 6",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 3",
        "Expect: 100-continue",
        "Content-Encoding: gzip",
        "Upgrade: websocket\r\nConnection: upgrade",
        "X-Lianhu-Signature: AAAA",
        "Cookie: lianhu=0; lianhu=1",
        "Content-Type: application/json",
        "X:\0",
    ]);
    let body = match dice.next() % 4 {
        0 => "[".repeat(dice.below(40_000)),
        1 => "{\"a\":".repeat(dice.below(10_000)),
        2 => String::from_utf8_lossy(&dice.next().to_be_bytes()).into_owned(),
        _ => "ffffffff\r\n".to_owned(),
    };
    let json = if dice.next().is_multiple_of(2) { "Content-Type: application/json\r\n" } else { "" };
    let length =
        if dice.next().is_multiple_of(3) { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    format!("{method} {path} HTTP/1.1\r\n{header}\r\n{json}{length}Connection: close\r\n\r\n{body}").into_bytes()
}

#[test]
fn generated_requests_are_answered_or_cut_off_and_change_nothing() {
    let siege = Siege::begin();
    let before = siege.server.get("/office/v1/counters");
    let mut dice = Dice(5);
    let mut answered = 0;
    for _ in 0..size() {
        let mut line = siege.server.connect();
        // A server that has heard enough may hang up while we still talk.
        let _ = line.write_all(&generated(&mut dice));
        let _ = line.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = line.read_to_end(&mut answer);
        answered += usize::from(answer.starts_with(b"HTTP/1.1 "));
        assert!(!answer.starts_with(b"HTTP/1.1 5"), "{}", String::from_utf8_lossy(&answer));
    }
    assert!(answered > size() / 2, "{answered}");
    assert_eq!(siege.server.get("/office/v1/counters"), before);
    siege.an_honest_phone_syncs();
    siege.stands("generated requests");
}

/// A phone whose key somebody has taken out of it, and does as they like with.
struct Stolen {
    device: DeviceId,
    key: DeviceKey,
    sent: u64,
}

impl Stolen {
    fn enrolled(siege: &Siege) -> Self {
        let (device, key) = (DeviceName(System.random()), DeviceKey::generate(&mut System));
        let code = code_at(&siege.server, STRANGER);
        let asked = EnrolRequest { code, device, public_key: key.public(), name: "taken".into(), worker: None };
        let body = serde_json::to_vec(&asked).unwrap();
        let (status, told) = siege.server.post(ENROL_PATH, &[("content-type", "application/json")], &body);
        assert_eq!(status, 200, "{told}");
        Stolen { device: DeviceId(device.0), key, sent: 0 }
    }

    /// Sends a request full of what is no change; the status and the code of the answer.
    fn poison(&mut self, siege: &Siege) -> (u16, String) {
        self.sent += 1;
        let chunks = (0..200).map(|number| Chunk([self.sent.to_be_bytes(), [number; 8]].concat())).collect();
        let request = Request {
            device: self.device,
            log: LogId::default(),
            position: Position::default(),
            digest: Digest::EMPTY,
            changes: vec![DocChanges { doc: DocId([2; 16]), changes: chunks }],
            holds: None,
            budget: None,
            returned: None,
            number: Some(self.sent),
            knows: None,
            new_key: None,
            wiped: None,
            certify: None,
        };
        let body = wire::encode_request(&request).unwrap();
        let signature = self.key.sign(&body).to_header();
        let (status, told) = siege.server.post(SYNC_PATH, &[(SIGNATURE_HEADER, &signature)], &body);
        (status, told["code"].as_str().unwrap_or_default().to_owned())
    }
}

#[test]
fn a_stolen_key_that_brings_poison_is_suspended_and_its_flood_keeps_nobody_waiting() {
    let siege = Siege::begin();
    let quiet = Instant::now();
    (0..10).for_each(|_| siege.an_honest_phone_syncs());
    let quiet = quiet.elapsed();

    let mut stolen = Stolen::enrolled(&siege);
    let mut answers = vec![];
    while answers.last().is_none_or(|(status, _)| *status == 200) {
        assert!(answers.len() < 10, "nobody stops it");
        answers.push(stolen.poison(&siege));
    }
    assert_eq!(answers.last(), Some(&(403, "suspended_device".to_owned())));
    let devices = siege.server.get("/office/v1/devices");
    let suspended = devices["devices"].as_array().unwrap().iter().find(|device| device["standing"] == "suspended");
    assert_eq!(suspended.expect("the office sees it")["reason"], "poison");

    // A suspended phone's last words would be held for the office to decide about; these are none.
    let kept = |counters: serde_json::Value| (counters["changes"].clone(), counters["held"].clone());
    let before = kept(siege.server.get("/office/v1/counters"));
    let (attacked, over) = (&siege, &AtomicBool::new(false));
    let under = std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut refused = 0;
            while !over.load(Ordering::Relaxed) || refused < size() / 10 {
                stolen.poison(attacked);
                refused += 1;
            }
        });
        let under = Instant::now();
        (0..10).for_each(|_| siege.an_honest_phone_syncs());
        over.store(true, Ordering::Relaxed);
        under.elapsed()
    });
    assert_eq!(kept(siege.server.get("/office/v1/counters")), before);
    println!("ten syncs of an honest phone beside the flood took {:.2} times as long", under.div_duration_f64(quiet));
    siege.stands("requests of a stolen key");
}
