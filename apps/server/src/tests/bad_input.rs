//! Bodies that are none: each gets its stable code, and the township stays as it was.

use std::io::{Read as _, Write as _};

use lianhu_device::{SIGNATURE_HEADER, SYNC_PATH};
use lianhu_sync::limits::MAX_BODY_BYTES;
use lianhu_sync::message::{RefusedCode, Verdict};
use lianhu_sync::wire;

use super::wire::{Answer, Served};
use super::world::{Hand, LI, WANG, World, home};

/// An honest body that would be recorded.
fn honest(hand: &Hand) -> Vec<u8> {
    let change = hand.write(home(1), hand.visit(1, "好的"));
    wire::encode_request(&hand.request(vec![(home(1), vec![change])])).unwrap()
}

/// Numbers that look like nothing, the same on every machine.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn every_bad_body_has_its_code_and_leaves_the_township_as_it_was() {
    let world = World::new();
    let (wang, li) = (world.hand(WANG, 70), world.hand(LI, 71));
    let unknown = Hand { device: [99; 16], ..world.hand(WANG, 98) };
    let served = Served::of(&world.town);
    let before = world.counters();
    let good = honest(&wang);
    let changed = |place: usize, byte: u8| {
        let mut body = good.clone();
        body[place] = byte;
        body
    };
    let with_magic = [&b"LH\x01\x00"[..], &noise(500)].concat();
    let cases = [
        ("empty", vec![], 400, "not_lianhu"),
        ("truncated", good[..good.len() / 2].to_vec(), 400, "malformed"),
        ("one byte more", [&good[..], &[0]].concat(), 400, "malformed"),
        ("random", noise(4_000), 400, "not_lianhu"),
        ("random after an honest frame", with_magic, 400, "malformed"),
        ("another version", changed(2, 2), 426, "unsupported_version"),
        ("another codec", changed(3, 9), 400, "unknown_codec"),
        ("a page of a captive portal", b"<html>please log in</html>".to_vec(), 400, "not_lianhu"),
    ];
    for (what, body, status, code) in cases {
        let answer = served.sync(&body, &wang.sign(&body));
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{what}");
    }

    let path = format!("POST {SYNC_PATH}");
    let told = |answer: Answer| (answer.status, answer.code());
    assert_eq!(told(served.ask(&path, &[], &good)), (401, "not_signed".into()));
    assert_eq!(told(served.ask(&path, &[(SIGNATURE_HEADER, "nonsense")], &good)), (401, "not_signed".into()));
    assert_eq!(told(served.sync(&good, &li.sign(&good))), (401, "wrong_signature".into()), "another device signed");
    let foreign = honest(&unknown);
    assert_eq!(told(served.sync(&foreign, &unknown.sign(&foreign))), (401, "unknown_device".into()));
    let oversized = noise(MAX_BODY_BYTES + 1);
    assert_eq!(told(served.sync(&oversized, &wang.sign(&oversized))), (413, "too_large".into()));

    assert_eq!(world.counters(), before);
    assert_eq!(served.sync(&good, &wang.sign(&good)).status, 200);
}

#[test]
fn a_revoked_device_is_told_so_and_nobody_else_is() {
    let world = World::new();
    let (wang, li) = (world.hand(WANG, 70), world.hand(LI, 71));
    let served = Served::of(&world.town);
    let device = lianhu_sync::ids::DeviceId(wang.device);
    let (standing, now) = (crate::DeviceStanding::Revoked, world.town.now());
    assert!(world.town.store().set_standing(device, standing, String::new(), now).unwrap().is_some());
    let before = world.counters();
    let body = wire::encode_request(&wang.request(vec![])).unwrap();
    let answer = served.sync(&body, &wang.sign(&body));
    assert_eq!((answer.status, answer.code()), (403, "revoked_device".to_owned()));
    assert_eq!(served.sync(&body, &li.sign(&body)).code(), "wrong_signature");
    assert_eq!(world.counters(), before);
}

#[test]
fn hostile_changes_in_an_honest_body_are_refused_and_the_rest_goes_on() {
    let world = World::new();
    let hand = world.hand(WANG, 70);
    let served = Served::of(&world.town);
    let honest = hand.write(home(1), hand.visit(1, "好的"));
    let mut no_checksum = honest.clone();
    no_checksum[5] ^= 1;
    let cut = honest[..honest.len() - 3].to_vec();
    // A second history under the same actor, as a copied phone writes it.
    let twin = hand.write(home(1), hand.visit(2, "副本"));
    // On top of something the township has never seen.
    let unseen = {
        let mut ahead = world.town.document(home(2)).unwrap();
        ahead.write(hand.stamp(), hand.visit(3, "没送到")).unwrap().unwrap();
        ahead.write(hand.stamp(), hand.visit(4, "跟着来")).unwrap().unwrap().bytes
    };
    let changes = vec![(home(1), vec![no_checksum, cut, honest, twin]), (home(2), vec![unseen])];
    let body = wire::encode_request(&hand.request(changes)).unwrap();
    let reply = wire::decode_reply(&served.sync(&body, &hand.sign(&body)).body).unwrap();
    let codes: Vec<_> = reply
        .verdicts
        .iter()
        .map(|verdict| match verdict {
            Verdict::Refused { code, .. } => Some(*code),
            other => {
                assert_eq!(*other, Verdict::Recorded);
                None
            }
        })
        .collect();
    use RefusedCode::{Forked, Malformed, MissingDependency};
    assert_eq!(codes, [Some(Malformed), Some(Malformed), None, Some(Forked), Some(MissingDependency)]);
    assert_eq!(world.column("visits", "note"), ["好的"]);
}

#[test]
fn a_document_of_no_known_kind_is_nobodys_to_write() {
    let world = World::new();
    let hand = world.hand(WANG, 70);
    let honest = hand.write(home(1), hand.visit(1, "好的"));
    let mut request = hand.request(vec![(home(1), vec![honest])]);
    for id in [[0; 16], [0xff; 16]] {
        request.changes[0].doc = lianhu_sync::ids::DocId(id);
        let verdicts = hand.ask(&request).verdicts;
        assert!(matches!(verdicts[..], [Verdict::Refused { .. }]), "{verdicts:?}");
    }
    assert_eq!(world.column("visits", "note").len(), 0);
}

#[test]
fn bad_enrolments_have_their_codes_and_too_many_wrong_codes_wait_a_minute() {
    let world = World::new();
    let served = Served::of(&world.town);
    let (device, _) = world.new_device(WANG);
    let asked = |code: &str| serde_json::to_string(&device.enrolment(code, "手机").unwrap()).unwrap();
    for (body, code) in [("", "malformed"), ("{}", "malformed"), ("[1, 2", "malformed")] {
        let answer = served.post_json("/v1/enrol", body);
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{body}");
    }
    let no_key = asked("CODE").replace("public_key\":\"", "public_key\":\"!");
    assert_eq!(served.post_json("/v1/enrol", &no_key).code(), "bad_key");
    let plain = served.ask("POST /v1/enrol", &[], asked("CODE").as_bytes());
    assert_eq!((plain.status, plain.code()), (415, "not_json".to_owned()));

    let mut last = served.post_json("/v1/enrol", &asked("WRONG"));
    assert_eq!((last.status, last.code()), (403, "unknown_code".to_owned()));
    for _ in 0..crate::limits::WRONG_CODES_PER_MINUTE {
        last = served.post_json("/v1/enrol", &asked("WRONG"));
    }
    assert_eq!((last.status, last.code()), (429, "too_many_attempts".to_owned()));
    assert!((1..=60).contains(&last.header("retry-after").unwrap().parse::<u32>().unwrap()));
    let code = world.town.new_code(super::world::worker(WANG), 1).unwrap().unwrap();
    assert_eq!(served.post_json("/v1/enrol", &asked(&code)).status, 429);
    world.later(60_000);
    assert_eq!(served.post_json("/v1/enrol", &asked(&code)).status, 200);

    let late = world.town.new_code(super::world::worker(LI), 1).unwrap().unwrap();
    world.later(2 * super::world::HOUR);
    assert_eq!(served.post_json("/v1/enrol", &asked(&late)).code(), "expired_code");
}

#[test]
fn a_request_under_way_is_finished_when_the_server_stops() {
    let world = World::new();
    let hand = world.hand(WANG, 70);
    let mut served = Served::of(&world.town);
    let body = honest(&hand);
    let mut line = served.connect();
    let head = format!(
        "POST {SYNC_PATH} HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: {}\r\n{SIGNATURE_HEADER}: {}\r\n\r\n",
        body.len(),
        hand.sign(&body).to_header(),
    );
    line.write_all(head.as_bytes()).unwrap();
    // The server says that it waits for the body: the request is under way.
    let mut go_on = [0; 25];
    line.read_exact(&mut go_on).unwrap();
    assert!(go_on.starts_with(b"HTTP/1.1 100 Continue"));
    served.stop();
    line.write_all(&body).unwrap();
    assert_eq!(Answer::read(&mut line).status, 200);
    drop(served);
    assert_eq!(world.column("visits", "note"), ["好的"]);
}
