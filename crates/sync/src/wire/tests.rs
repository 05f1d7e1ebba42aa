use std::path::PathBuf;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::*;
use crate::dictionary::DICTIONARY_V1;
use crate::ids::{ChangeHash, DeviceId, Digest, DocId, Heads, LogId, Position, ServerMillis};
use crate::limits::{
    MAX_CHANGE_BYTES, MAX_CHANGES, MAX_DOCUMENTS, MAX_HEADS, MAX_NESTING, MAX_REASON_CHARS, MAX_SNAPSHOT_BYTES,
};
use crate::message::{
    Chunk, DocChanges, DocHeads, Entry, HeldReason, Holds, NewKey, Order, RefusedCode, Returned, Verdict,
};
use crate::seal::Seal;
use crate::signature::Signature;
use crate::signed::Signed;

fn doc(number: u8) -> DocId {
    DocId([number; 16])
}

fn hash(number: u8) -> ChangeHash {
    ChangeHash([number; 32])
}

fn chunk(text: &str) -> Chunk {
    Chunk(text.as_bytes().to_vec())
}

fn empty_request() -> Request {
    Request {
        device: DeviceId([0xd1; 16]),
        log: LogId([0x10; 16]),
        position: Position(59_837),
        digest: Digest::from_bytes([0xab; 16]),
        changes: vec![],
        ..Request::default()
    }
}

fn full_request() -> Request {
    Request {
        changes: vec![
            DocChanges { doc: doc(1), changes: vec![chunk("first"), chunk("second")] },
            DocChanges { doc: doc(2), changes: vec![chunk("third")] },
        ],
        holds: Some(Holds {
            after: Some(doc(1)),
            until: Some(doc(9)),
            docs: vec![
                DocHeads { doc: doc(3), heads: Heads::new(vec![hash(7), hash(6)]) },
                DocHeads { doc: doc(4), heads: Heads::new(vec![hash(8)]) },
            ],
        }),
        budget: Some(65_536),
        ..empty_request()
    }
}

fn empty_reply() -> Reply {
    Reply {
        log: LogId([0x10; 16]),
        verdicts: vec![],
        entries: vec![],
        position: Position(59_838),
        digest: Digest::from_bytes([0xab; 16]),
        more: false,
        list_heads: false,
        server_time: ServerMillis(1_790_000_000_000),
        ..Reply::default()
    }
}

fn returned() -> Returned {
    let heads = Heads::new(vec![hash(8)]);
    Returned { doc: doc(4), heads, seal: Seal([0x5e; 16]), changes: vec![chunk("lost")] }
}

fn verdicts() -> Vec<Verdict> {
    vec![
        Verdict::Recorded,
        Verdict::Known,
        Verdict::Held { reason: HeldReason::NoLongerEntitled },
        Verdict::Refused { code: RefusedCode::InvalidContent, reason: "日期无效".into() },
    ]
}

fn reply_with(entries: Vec<Entry>) -> Reply {
    Reply { entries, ..empty_reply() }
}

fn goldens() -> Vec<(&'static str, Vec<u8>)> {
    let request = |request| encode(&request, plain, MAX_BODY_BYTES).unwrap();
    let reply = |reply| encode(&reply, plain, MAX_REPLY_BYTES).unwrap();
    let granted = |snapshot| Entry::Granted { doc: doc(2), snapshot, changes: vec![chunk("after it")] };
    vec![
        ("request_empty", request(empty_request())),
        ("request_full", request(full_request())),
        ("request_returned", request(Request { returned: Some(vec![returned()]), ..empty_request() })),
        ("reply_empty", reply(empty_reply())),
        ("reply_verdicts", reply(Reply { verdicts: verdicts(), ..empty_reply() })),
        (
            "reply_changes",
            reply(reply_with(vec![Entry::Changes(DocChanges { doc: doc(1), changes: vec![chunk("one")] })])),
        ),
        ("reply_granted", reply(reply_with(vec![granted(Some(chunk("all of it"))), granted(None)]))),
        ("reply_withdrawn", reply(reply_with(vec![Entry::Withdrawn { doc: doc(3) }]))),
        (
            "reply_settled",
            reply(reply_with(
                verdicts().into_iter().map(|verdict| Entry::Settled { doc: doc(1), hash: hash(2), verdict }).collect(),
            )),
        ),
        (
            "reply_seals",
            reply(Reply {
                seals: Some(vec![Some(Seal([0x5e; 16])), None]),
                wanted: Some(vec![DocHeads { doc: doc(4), heads: Heads::new(vec![hash(8)]) }]),
                ..empty_reply()
            }),
        ),
        ("request_trust", request(trusting_request())),
        ("reply_trust", reply(trusting_reply())),
        ("reply_late", reply(Reply { verdicts: verdicts(), late: Some(vec![0, 1]), ..empty_reply() })),
        ("reply_flags", reply(Reply { more: true, list_heads: true, retry_after_s: Some(30), ..empty_reply() })),
    ]
}

fn trusting_request() -> Request {
    Request {
        number: Some(1_790_000_000_001),
        knows: Some(1),
        new_key: Some(NewKey { public_key: vec![1; 33], proof: Signature([1; 65]) }),
        wiped: Some(true),
        certify: Some(true),
        ..empty_request()
    }
}

fn trusting_reply() -> Reply {
    let signed = |said: &str| Signed { said: said.as_bytes().to_vec(), signature: Signature([1; 65]) };
    Reply {
        order: Some(Order::Wipe),
        certificate: Some(signed("certificate")),
        keys: Some(vec![signed("key 1"), signed("key 2")]),
        ..empty_reply()
    }
}

fn golden_path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden").join(name)
}

/// Compares with the file of that name; `BLESS_GOLDEN=1` writes it instead, so that the change shows in review.
fn assert_golden(name: &str, actual: &str) {
    let path = golden_path(name);
    if std::env::var_os("BLESS_GOLDEN").is_some() {
        std::fs::write(&path, format!("{actual}\n")).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(golden.trim_end(), actual, "{name} differs: phones in the field would no longer understand us");
}

fn plain(payload: Vec<u8>) -> (Codec, Vec<u8>) {
    (Codec::Plain, payload)
}

#[test]
fn what_is_sent_has_the_bytes_it_always_had() {
    for (name, body) in goldens() {
        assert_golden(&format!("{name}.hex"), &HEXLOWER.encode(&body));
    }
}

#[test]
fn what_was_sent_before_can_still_be_read() {
    let read =
        |name: &str| HEXLOWER.decode(std::fs::read_to_string(golden_path(name)).unwrap().trim().as_bytes()).unwrap();
    assert_eq!(decode_request(&read("request_full.hex")), Ok(full_request()));
    assert_eq!(decode_request(&read("request_empty.hex")), Ok(empty_request()));
    assert_eq!(decode_request(&read("request_trust.hex")), Ok(trusting_request()));
    assert_eq!(decode_reply(&read("reply_trust.hex")), Ok(trusting_reply()));
    assert_eq!(decode_reply(&read("reply_verdicts.hex")).unwrap().verdicts, verdicts());
    // Compressed bytes may come out differently one day; what they say may not.
    assert_eq!(decode_request(&read("request_full_deflate.hex")), Ok(full_request()));
    assert_eq!(decode_request(&read("request_full_deflate_v1.hex")), Ok(full_request()));
}

#[test]
fn each_codec_brings_back_what_was_packed() {
    for (codec, name) in
        [(Codec::Deflate, "request_full_deflate.hex"), (Codec::DeflateV1, "request_full_deflate_v1.hex")]
    {
        let body = encode(&full_request(), |payload| (codec, codec.pack(&payload)), MAX_BODY_BYTES).unwrap();
        if std::env::var_os("BLESS_GOLDEN").is_some() {
            std::fs::write(golden_path(name), format!("{}\n", HEXLOWER.encode(&body))).unwrap();
        }
        assert_eq!(body[3], codec.to_u8());
        assert_eq!(decode_request(&body), Ok(full_request()));
    }
}

#[test]
fn the_first_dictionary_never_changes_because_phones_out_there_have_it() {
    let hash: [u8; 32] = Sha256::digest(DICTIONARY_V1).into();
    assert_eq!(HEXLOWER.encode(&hash), "c780a173479aa71c31a998f225a965ff7b2ed4e27006ec16f1d4eb9e24f0667d");
}

#[test]
fn codes_mean_what_they_always_meant() {
    let held = HeldReason::NAMED.iter().map(|code| format!("held {} {}", code.to_u8(), code.as_str()));
    let refused = RefusedCode::NAMED.iter().map(|code| format!("refused {} {}", code.to_u8(), code.as_str()));
    let errors = [
        WireError::NotLianhu,
        WireError::UnsupportedVersion { theirs: 2 },
        WireError::UnknownCodec { codec: 9 },
        WireError::TooLarge,
        WireError::InflatesTooLarge,
        WireError::Malformed,
        WireError::Limit(Limit::Items),
        WireError::Limit(Limit::Nesting),
        WireError::Limit(Limit::Changes),
        WireError::Limit(Limit::ChangeBytes),
        WireError::Limit(Limit::Documents),
        WireError::Limit(Limit::Heads),
        WireError::Limit(Limit::SnapshotBytes),
        WireError::Limit(Limit::ReasonChars),
        WireError::Limit(Limit::SignedBytes),
    ];
    let errors = errors.iter().map(|error| format!("error {}", error.code()));
    let table: Vec<String> = held.chain(refused).chain(errors).collect();
    assert_golden("codes.txt", &table.join("\n"));
    for number in 0..=255 {
        assert_eq!(HeldReason::from_u8(number).to_u8(), number);
        assert_eq!(RefusedCode::from_u8(number).to_u8(), number);
    }
}

#[test]
fn nothing_new_takes_less_than_a_hundred_bytes_each_way() {
    let (request, reply) = (encode_request(&empty_request()).unwrap(), encode_reply(&empty_reply()).unwrap());
    assert!(request.len() <= 75 && reply.len() <= 75, "{} and {}", request.len(), reply.len());
}

#[test]
fn a_message_that_repeats_itself_travels_short_and_always_the_same() {
    let text = r#"{"date":"2026-03-15","mode":"home","channel":"everyday","met":"family","note":"灯不亮"}"#;
    let request =
        Request { changes: vec![DocChanges { doc: doc(1), changes: vec![chunk(text); 6] }], ..empty_request() };
    let body = encode_request(&request).unwrap();
    assert!(body.len() < 200, "{}", body.len());
    assert_eq!(encode_request(&request).unwrap(), body);
    assert_eq!(decode_request(&body), Ok(request));
}

#[test]
fn a_frame_that_is_not_ours_is_named() {
    let body = encode_request(&empty_request()).unwrap();
    let changed = |at: usize, byte: u8| {
        let mut body = body.clone();
        body[at] = byte;
        decode_request(&body).unwrap_err()
    };
    assert_eq!(changed(0, b'X'), WireError::NotLianhu);
    assert_eq!(changed(2, 2), WireError::UnsupportedVersion { theirs: 2 });
    assert_eq!(changed(3, 9), WireError::UnknownCodec { codec: 9 });
    assert_eq!(decode_request(b""), Err(WireError::NotLianhu));
    assert_eq!(decode_request(b"{\"device\":1}"), Err(WireError::NotLianhu));
    assert_eq!(decode_reply(&body).unwrap_err(), WireError::Malformed);
}

fn framed(payload: &[u8]) -> Vec<u8> {
    [b"LH\x01\x00", payload].concat()
}

#[test]
fn a_newer_field_is_skipped_and_bytes_after_the_end_are_not() {
    // One more field, itself an array, appended to the request's array of fields.
    let mut fields = payload(&Request { budget: Some(1), ..empty_request() }).unwrap();
    assert_eq!(fields[0], 0x87);
    fields[0] = 0x8e;
    fields.extend([0xf6; 6]);
    fields.extend([0x82, 0x01, 0x43, 1, 2, 3]);
    assert_eq!(decode_request(&framed(&fields)), Ok(Request { budget: Some(1), ..empty_request() }));
    fields.push(0);
    assert_eq!(decode_request(&framed(&fields)), Err(WireError::Malformed));
}

#[test]
fn a_truncated_body_is_never_a_message() {
    for codec in [Codec::Plain, Codec::Deflate, Codec::DeflateV1] {
        let body = encode(&full_request(), |payload| (codec, codec.pack(&payload)), MAX_BODY_BYTES).unwrap();
        for length in 0..body.len() {
            assert!(decode_request(&body[..length]).is_err(), "{codec:?} cut to {length}");
        }
        let longer = [body.as_slice(), b"x"].concat();
        assert_eq!(decode_request(&longer), Err(WireError::Malformed), "{codec:?}");
    }
}

#[test]
fn a_bomb_is_cut_off() {
    let zeros = vec![0; 100 << 20];
    for codec in [Codec::Deflate, Codec::DeflateV1] {
        let body = [b"LH\x01".as_slice(), &[codec.to_u8()], &codec.pack(&zeros)].concat();
        assert!(body.len() < 1 << 20);
        assert_eq!(decode_request(&body), Err(WireError::InflatesTooLarge));
    }
    assert_eq!(decode_request(&vec![0; MAX_BODY_BYTES + 1]), Err(WireError::TooLarge));
    assert_eq!(decode_reply(&vec![0; MAX_REPLY_BYTES + 1]), Err(WireError::TooLarge));
}

#[test]
fn a_body_of_exactly_the_largest_inflated_size_passes_the_bound() {
    let zeros = vec![0; MAX_INFLATED_BYTES];
    let packed = Codec::Deflate.pack(&zeros);
    assert_eq!(Codec::Deflate.unpack(&packed, MAX_INFLATED_BYTES).unwrap().len(), MAX_INFLATED_BYTES);
    assert_eq!(Codec::Deflate.unpack(&packed, MAX_INFLATED_BYTES - 1), Err(WireError::InflatesTooLarge));
}

#[test]
fn every_limit_has_its_own_answer_before_sending_and_after_receiving() {
    let one = |changes: Vec<Chunk>| vec![DocChanges { doc: doc(1), changes }];
    let holds = |docs| Some(Holds { docs, ..Holds::default() });
    let many_docs = |count: usize| (0..count).map(|i| DocId((i as u128).to_be_bytes()));
    let requests = [
        (Limit::Changes, Request { changes: one(vec![chunk("x"); MAX_CHANGES + 1]), ..empty_request() }),
        (Limit::ChangeBytes, Request { changes: one(vec![Chunk(vec![7; MAX_CHANGE_BYTES + 1])]), ..empty_request() }),
        (
            Limit::Documents,
            Request {
                changes: many_docs(MAX_DOCUMENTS + 1).map(|doc| DocChanges { doc, changes: vec![] }).collect(),
                ..empty_request()
            },
        ),
        (
            Limit::Documents,
            Request {
                holds: holds(
                    many_docs(MAX_DOCUMENTS + 1).map(|doc| DocHeads { doc, heads: Heads::default() }).collect(),
                ),
                ..empty_request()
            },
        ),
        (
            Limit::Heads,
            Request {
                holds: holds(vec![DocHeads {
                    doc: doc(1),
                    heads: Heads::new((0..=MAX_HEADS as u8).map(hash).collect()),
                }]),
                ..empty_request()
            },
        ),
    ];
    for (limit, request) in requests {
        assert_eq!(encode_request(&request), Err(WireError::Limit(limit)));
        let body = encode(&request, plain, MAX_BODY_BYTES).unwrap();
        assert_eq!(decode_request(&body), Err(WireError::Limit(limit)));
    }
    let snapshot = Some(Chunk(vec![7; MAX_SNAPSHOT_BYTES + 1]));
    let reason = "因".repeat(MAX_REASON_CHARS + 1);
    let replies = [
        (Limit::SnapshotBytes, reply_with(vec![Entry::Granted { doc: doc(1), snapshot, changes: vec![] }])),
        (
            Limit::ReasonChars,
            Reply { verdicts: vec![Verdict::Refused { code: RefusedCode::Forked, reason }], ..empty_reply() },
        ),
        (Limit::Changes, Reply { verdicts: vec![Verdict::Known; MAX_CHANGES + 1], ..empty_reply() }),
        (Limit::Documents, reply_with(vec![Entry::Withdrawn { doc: doc(1) }; MAX_DOCUMENTS + 1])),
    ];
    for (limit, reply) in replies {
        assert_eq!(encode_reply(&reply), Err(WireError::Limit(limit)));
        assert_eq!(decode_reply(&encode(&reply, plain, MAX_REPLY_BYTES).unwrap()), Err(WireError::Limit(limit)));
    }
}

#[test]
fn depth_and_number_of_items_are_bounded_before_anything_is_built() {
    let mut deep = vec![0x81; 1_000_000];
    deep.push(0);
    assert_eq!(decode_request(&framed(&deep)), Err(WireError::Limit(Limit::Nesting)));
    let allowed = [vec![0x81; MAX_NESTING], vec![0]].concat();
    assert_eq!(decode_request(&framed(&allowed)), Err(WireError::Malformed));

    let mut wide = vec![0x9a, 0, 0x0f, 0, 0];
    wide.resize(5 + 0x0f_0000, 0x80);
    assert_eq!(decode_request(&framed(&wide)), Err(WireError::Limit(Limit::Items)));
    for lie in [&[0x9b, 255, 255, 255, 255, 255, 255, 255, 255][..], &[0x5b, 255, 255, 255, 255, 255, 255, 255, 255]] {
        assert_eq!(decode_request(&framed(lie)), Err(WireError::Malformed), "lengths that are not there");
    }
    assert_eq!(decode_request(&framed(&[0x9f, 0xff])), Err(WireError::Malformed), "no indefinite lengths");
}

#[test]
fn heads_and_lists_out_of_order_or_named_twice_are_refused() {
    let sorted = payload(&Heads::new(vec![hash(1), hash(2)])).unwrap();
    let swapped = [&sorted[..1], &sorted[35..], &sorted[1..35]].concat();
    assert!(minicbor::decode::<Heads>(&sorted).is_ok() && minicbor::decode::<Heads>(&swapped).is_err());

    let twice = vec![DocChanges { doc: doc(1), changes: vec![chunk("a change")] }; 2];
    assert_eq!(encode_request(&Request { changes: twice, ..empty_request() }), Err(WireError::Malformed));

    let held = |number| DocHeads { doc: doc(number), heads: Heads::default() };
    let list = |after, until, docs| Request { holds: Some(Holds { after, until, docs }), ..empty_request() };
    for wrong in [
        list(None, None, vec![held(2), held(1)]),
        list(None, None, vec![held(2), held(2)]),
        list(Some(doc(2)), None, vec![held(2)]),
        list(None, Some(doc(2)), vec![held(3)]),
    ] {
        assert_eq!(encode_request(&wrong), Err(WireError::Malformed));
    }
}

#[test]
fn the_digest_is_worked_out_as_the_protocol_page_says() {
    // The numbers of docs/protocol.md.
    let one = Digest::of(doc(0x11), &Heads::new(vec![hash(0xaa)]));
    let two = Digest::of(doc(0x22), &Heads::new(vec![hash(0xcc), hash(0xbb)]));
    let page = include_str!("../../../../docs/protocol.md");
    for digest in [one, two, one.with(two)] {
        let hex = HEXLOWER.encode(&digest.to_bytes());
        assert!(page.contains(&hex), "{hex} is not in docs/protocol.md");
    }
    assert_eq!(one.with(two), two.with(one));
    assert_eq!(one.with(two).without(one), two);
    assert_eq!(Digest::of(doc(3), &Heads::default()), Digest::EMPTY);
}

#[test]
fn a_message_packed_with_the_end_of_the_dictionary_alone_unpacks_like_any_other() {
    let payload = payload(&full_request()).unwrap();
    for reach in [Reach::Whole, Reach::End] {
        let (codec, packed) = codec::shortest(payload.clone(), reach);
        assert_eq!(codec, Codec::DeflateV1);
        assert_eq!(codec.unpack(&packed, payload.len()).unwrap(), payload);
    }
}

#[test]
fn a_message_packed_after_another_is_the_same_as_packed_first() {
    let payload = payload(&full_request()).unwrap();
    let first = codec::shortest(payload.clone(), Reach::Whole);
    codec::shortest(DICTIONARY_V1.repeat(9), Reach::End);
    assert_eq!(codec::shortest(payload, Reach::Whole), first);
}
