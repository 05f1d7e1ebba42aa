//! Every shape that was found to harm automerge, made from an honest chunk, for whoever has to stand it: a township, and a
//! phone whose township signs what it likes.
//!
//! `crates/core/src/gate/tests/hostile.rs` says of each by which rule the gate refuses it; here they are put before whole
//! programs, so they come with a name and nothing else. Checksums hold, but where a wrong one is the point.

use super::chunk::{Change, Chunk, Document, delta, fix_checksum, frame, number, run, set, signed, text, unsigned};

const OBJECT_ACTOR: u64 = 0x01;
const OBJECT_COUNTER: u64 = 0x02;
const ELEMENT_COUNTER: u64 = 0x13;
const KEY: u64 = 0x15;
const INSERT: u64 = 0x34;
const ACTION: u64 = 0x42;
const META: u64 = 0x56;
const VALUE: u64 = 0x57;
const PRED_COUNT: u64 = 0x70;
const PRED_ACTOR: u64 = 0x71;
const PRED_COUNTER: u64 = 0x73;
const SUCC_COUNT: u64 = 0x80;
const MARK_NAME: u64 = 0xa5;

/// Bytes a compressed chunk would unpack to; itself it is small enough to travel.
const BOMB_BYTES: usize = 30 << 20;
/// Objects inside one another in one change.
const NESTED: i64 = 4_000;

/// The hostile shapes of one honest change, which puts one text under one key and overwrites nothing, each with its name.
///
/// Panics when `honest` is no change.
pub fn hostile_changes(honest: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let Some(Chunk::Change(honest)) = Chunk::parse(honest) else { panic!("an honest change is a change") };
    let made = |shape: Change| made(&Chunk::Change(shape));
    let columns = |shapes: &[(u64, Vec<u8>)]| {
        let mut change = honest.clone();
        for (spec, bytes) in shapes {
            change.columns.retain(|(number, _)| number != spec);
            if !bytes.is_empty() {
                set(&mut change.columns, *spec, bytes.clone());
            }
        }
        made(change)
    };
    let overwriting = |count: i64, actor: u64, counter: i64| {
        columns(&[
            (PRED_COUNT, run(1, count as u64)),
            (PRED_ACTOR, run(count, actor)),
            (PRED_COUNTER, delta(count, counter)),
        ])
    };
    let mut wrong_sum = made(honest.clone());
    wrong_sum[5] ^= 1;
    let mut cut = made(honest.clone());
    cut.truncate(cut.len() / 2);
    let mut endless = vec![0];
    unsigned(&mut endless, u64::MAX);
    vec![
        ("a wrong checksum", wrong_sum),
        ("half a change", cut),
        ("nothing", Vec::new()),
        ("a compressed bomb", sealed(frame(2, &bomb(BOMB_BYTES)))),
        ("the change as a document", sealed(frame(0, &honest.body()))),
        ("the change as a bundle", sealed(frame(3, &honest.body()))),
        ("no actor", made(Change { actor: Vec::new(), ..honest.clone() })),
        ("a very long actor", made(Change { actor: vec![7; 200_000], ..honest.clone() })),
        ("the actor of the genesis", made(Change { actor: vec![0; 16], ..honest.clone() })),
        ("no dependencies", made(Change { deps: Vec::new(), ..honest.clone() })),
        ("a thousand repeated dependencies", made(Change { deps: vec![honest.deps[0]; 1_000], ..honest.clone() })),
        ("a dependency nobody has", made(Change { deps: vec![[7; 32]], ..honest.clone() })),
        ("number nought", made(Change { seq: 0, ..honest.clone() })),
        ("a gap of numbers", made(Change { seq: honest.seq + 3, ..honest.clone() })),
        ("the largest number", made(Change { seq: u64::MAX, ..honest.clone() })),
        ("a first counter of one", made(Change { start_op: 1, ..honest.clone() })),
        ("a first counter far ahead", made(Change { start_op: 1_000_000, ..honest.clone() })),
        ("the largest small counter", made(Change { start_op: u64::from(u32::MAX), ..honest.clone() })),
        ("a counter beyond all", made(Change { start_op: 1 << 32, ..honest.clone() })),
        ("the earliest time", made(Change { time: i64::MIN, ..honest.clone() })),
        ("a message", made(Change { message: b"hello".to_vec(), ..honest.clone() })),
        ("an author's footer", made(Change { extra: vec![1; 20], ..honest.clone() })),
        ("actors out of order", made(Change { others: vec![vec![9; 16], vec![8; 16]], ..honest.clone() })),
        ("a hundred thousand operations", columns(&[(ACTION, run(100_000, 1))])),
        ("ten million operations", columns(&[(ACTION, run(10_000_000, 1))])),
        ("endless operations", columns(&[(ACTION, run(i64::MAX, 1))])),
        ("endless nothings", columns(&[(ACTION, endless)])),
        ("endless keys", columns(&[(KEY, text(i64::MAX, "k"))])),
        ("a million predecessors", overwriting(1_000_000, 0, 1)),
        ("endless predecessors", overwriting(i64::MAX, 0, 1)),
        ("a predecessor counter beyond all", overwriting(1, 0, 1 << 32)),
        ("a predecessor of nobody", overwriting(1, 9, 1)),
        ("itself as predecessor", overwriting(1, 0, honest.start_op as i64)),
        ("a predecessor that is not there", overwriting(1, 0, 1)),
        ("an operation in a missing object", columns(&[(OBJECT_ACTOR, run(1, 0)), (OBJECT_COUNTER, run(1, 3))])),
        ("a list's element in a map", columns(&[(KEY, Vec::new()), (ELEMENT_COUNTER, delta(1, 0))])),
        ("an insertion into a map", columns(&[(INSERT, vec![0, 1])])),
        ("a new map", columns(&[(ACTION, run(1, 0)), (META, run(1, 0)), (VALUE, Vec::new())])),
        ("a table", columns(&[(ACTION, run(1, 6)), (META, run(1, 0)), (VALUE, Vec::new())])),
        ("a mark", columns(&[(ACTION, run(1, 7)), (MARK_NAME, text(1, "bold"))])),
        ("a deletion of nothing", columns(&[(ACTION, run(1, 3)), (META, run(1, 0)), (VALUE, Vec::new())])),
        ("a value of no known type", columns(&[(META, run(1, 15))])),
        ("a value longer than the change", columns(&[(META, run(1, (1 << 40) << 4 | 6))])),
        ("four thousand maps in one another", made(nested(&honest))),
    ]
}

/// The hostile shapes of one honest document, each with its name.
///
/// Panics when `honest` is no document.
pub fn hostile_documents(honest: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let Some(Chunk::Document(document)) = Chunk::parse(honest) else { panic!("an honest document is a document") };
    let made = |shape: Document| made(&Chunk::Document(shape));
    let history = |spec: u64, bytes: Vec<u8>| {
        let mut shape = document.clone();
        set(&mut shape.changes, spec, bytes);
        made(shape)
    };
    let operations = |spec: u64, bytes: Vec<u8>| {
        let mut shape = document.clone();
        set(&mut shape.ops, spec, bytes);
        made(shape)
    };
    let deflated = {
        let mut shape = document.clone();
        set(&mut shape.ops, KEY | 8, bomb(BOMB_BYTES));
        shape.ops.retain(|(spec, _)| *spec != KEY);
        made(shape)
    };
    let mut wrong_sum = honest.to_vec();
    wrong_sum[5] ^= 1;
    vec![
        ("a wrong checksum", wrong_sum),
        ("half a document", honest[..honest.len() / 2].to_vec()),
        ("a document twice", [honest, honest].concat()),
        ("nothing", Vec::new()),
        ("a compressed bomb", sealed(frame(2, &bomb(BOMB_BYTES)))),
        ("a column that is a compressed bomb", deflated),
        ("other heads", made(Document { heads: vec![[7; 32]], ..document.clone() })),
        ("a thousand heads", made(Document { heads: vec![[7; 32]; 1_000], ..document.clone() })),
        ("no actors", made(Document { actors: Vec::new(), ..document.clone() })),
        ("actors that are none", made(Document { actors: vec![vec![7; 3]; 4], ..document.clone() })),
        ("more at the end", made(Document { suffix: vec![0; 64], ..document.clone() })),
        ("endless changes", history(0x01, run(i64::MAX, 0))),
        ("endless numbers", history(0x03, delta(i64::MAX, 1))),
        ("endless dependencies", history(0x40, run(1, u64::MAX))),
        ("endless operations", operations(ACTION, run(i64::MAX, 1))),
        ("endless keys", operations(KEY, text(i64::MAX, "k"))),
        ("endless flags", operations(INSERT, number(u64::MAX))),
        ("endless values", operations(META, run(i64::MAX, 6))),
        ("endless successors", operations(SUCC_COUNT, run(2, u64::MAX))),
        ("objects", operations(OBJECT_COUNTER, run(1, 3))),
    ]
}

fn made(chunk: &Chunk) -> Vec<u8> {
    sealed(chunk.bytes())
}

fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    fix_checksum(&mut bytes);
    bytes
}

/// Maps in one another: each operation makes one inside the one before.
fn nested(honest: &Change) -> Change {
    let mut change = honest.clone();
    let inside = |column: &mut Vec<u8>| {
        column.extend([0, 1]);
    };
    let (mut actors, mut counters) = (Vec::new(), Vec::new());
    inside(&mut actors);
    actors.extend(run(NESTED - 1, 0));
    inside(&mut counters);
    signed(&mut counters, -(NESTED - 1));
    (0..NESTED - 1).for_each(|level| unsigned(&mut counters, honest.start_op + level as u64));
    change.columns.clear();
    for (spec, bytes) in [
        (OBJECT_ACTOR, actors),
        (OBJECT_COUNTER, counters),
        (KEY, text(NESTED, "k")),
        (INSERT, number(NESTED as u64)),
        (ACTION, run(NESTED, 0)),
        (META, run(NESTED, 0)),
        (PRED_COUNT, run(NESTED, 0)),
    ] {
        set(&mut change.columns, spec, bytes);
    }
    change
}

/// Few bytes that unpack to many zeros: one deflate block with fixed codes, a literal and then copies of it.
fn bomb(zeros: usize) -> Vec<u8> {
    let (mut bytes, mut bits) = (Vec::new(), 0_usize);
    let mut put = |code: &str| {
        for bit in code.bytes() {
            if bits.is_multiple_of(8) {
                bytes.push(0);
            }
            if let Some(last) = bytes.last_mut() {
                *last |= (bit - b'0') << (bits % 8);
            }
            bits += 1;
        }
    };
    // The last block, of fixed codes; a zero.
    put("11000110000");
    // 258 bytes, from one byte back.
    (0..zeros / 258).for_each(|_| put("1100010100000"));
    put("0000000");
    bytes
}
