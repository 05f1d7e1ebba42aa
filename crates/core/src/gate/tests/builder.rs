//! A writer of change chunks that can be told to lie about anything; checksums always hold.

use sha2::{Digest as _, Sha256};

use crate::document::{Document, Edit};
use crate::ids::{ActorId, ChangeHash, DeviceMillis, DocId, DocKind, Stamp, WorkerId};
use crate::testing::Dice;

/// A worker for tests, told apart by one byte.
pub(super) fn worker(name: u8) -> WorkerId {
    WorkerId(uuid::Uuid::from_bytes([name; 16]))
}

/// The actor of that worker's only device.
pub(super) fn actor(name: u8) -> ActorId {
    ActorId::new(worker(name), [name; 16], 1)
}

pub(super) fn stamp(name: u8) -> Stamp {
    Stamp { worker: worker(name), actor: actor(name), at: DeviceMillis(1_700_000_000_000 + i64::from(name)) }
}

pub(super) fn household() -> Document {
    Document::new(DocId::mint(DocKind::Household, [9; 16]))
}

/// Writes one key and gives the change's bytes.
pub(super) fn put(document: &mut Document, name: u8, key: &str, value: &str) -> Vec<u8> {
    let mut edit = Edit::new();
    edit.put(key, value);
    document.write(stamp(name), edit).unwrap().unwrap().bytes
}

/// A save of some keys among a few, each with a value of some kind or none.
pub(super) fn any_edit(dice: &mut Dice) -> Edit {
    let mut edit = Edit::new();
    for _ in 0..=dice.below(5) {
        let key = format!("k/{}", dice.below(6));
        match dice.below(4) {
            0 => edit.remove(key),
            1 => edit.put(key, dice.roll() as i64 >> dice.below(60)),
            2 => edit.put(key, dice.below(2) == 0),
            _ => edit.put(key, "事".repeat(dice.below(60))),
        };
    }
    edit
}

pub(super) fn unsigned(out: &mut Vec<u8>, mut number: u64) {
    loop {
        let byte = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

pub(super) fn signed(out: &mut Vec<u8>, mut number: i64) {
    loop {
        let byte = (number & 0x7f) as u8;
        number >>= 7;
        if (number == 0 && byte & 0x40 == 0) || (number == -1 && byte & 0x40 != 0) {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

/// How automerge begins a run of `count` equal values.
fn run_of(count: i64) -> Vec<u8> {
    let mut out = Vec::new();
    signed(&mut out, if count == 1 { -1 } else { count });
    out
}

/// A run of one number.
pub(super) fn run(count: i64, value: u64) -> Vec<u8> {
    let mut out = run_of(count);
    unsigned(&mut out, value);
    out
}

/// A run of one difference.
pub(super) fn delta(count: i64, value: i64) -> Vec<u8> {
    let mut out = run_of(count);
    signed(&mut out, value);
    out
}

/// A run of one text.
pub(super) fn text(count: i64, value: &str) -> Vec<u8> {
    let mut out = run_of(count);
    unsigned(&mut out, value.len() as u64);
    out.extend(value.as_bytes());
    out
}

/// One unsigned number alone (a run of flags, a raw value).
pub(super) fn number(value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    unsigned(&mut out, value);
    out
}

pub(super) const OBJ_ACTOR: u32 = 1;
pub(super) const OBJ_COUNTER: u32 = 2;
pub(super) const KEY_ACTOR: u32 = 0x11;
pub(super) const KEY_COUNTER: u32 = 0x13;
pub(super) const KEY: u32 = 0x15;
pub(super) const INSERT: u32 = 0x34;
pub(super) const ACTION: u32 = 0x42;
pub(super) const META: u32 = 0x56;
pub(super) const VALUE: u32 = 0x57;
pub(super) const PRED_COUNT: u32 = 0x70;
pub(super) const PRED_ACTOR: u32 = 0x71;
pub(super) const PRED_COUNTER: u32 = 0x73;
pub(super) const EXPAND: u32 = 0x94;
pub(super) const MARK_NAME: u32 = 0xa5;

/// A change, field by field.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) deps: Vec<ChangeHash>,
    pub(super) actor: Vec<u8>,
    pub(super) seq: u64,
    pub(super) start_op: u64,
    pub(super) time: i64,
    pub(super) message: Vec<u8>,
    pub(super) others: Vec<Vec<u8>>,
    pub(super) columns: Vec<(u32, Vec<u8>)>,
    pub(super) extra: Vec<u8>,
}

impl Draft {
    /// An honest next change by `name` on top of `document`: `key` becomes `value`, nothing is overwritten.
    pub(super) fn of(document: &Document, name: u8, key: &str, value: &str) -> Self {
        let metas = document.whole().unwrap().get_changes_meta(&[]);
        let mine = metas.iter().filter(|meta| meta.actor.to_bytes() == actor(name).to_bytes()).count();
        Draft {
            deps: document.heads(),
            actor: actor(name).to_bytes().to_vec(),
            seq: mine as u64 + 1,
            start_op: metas.iter().map(|meta| meta.max_op).max().unwrap_or(0) + 1,
            time: 1_700_000_000_000,
            message: Vec::new(),
            others: Vec::new(),
            columns: vec![
                (KEY, text(1, key)),
                (INSERT, number(1)),
                (ACTION, run(1, 1)),
                (META, run(1, (value.len() as u64) << 4 | 6)),
                (VALUE, value.as_bytes().to_vec()),
                (PRED_COUNT, run(1, 0)),
            ],
            extra: Vec::new(),
        }
    }

    /// The same change with one column replaced, added in its place, or removed when empty.
    pub(super) fn with(mut self, spec: u32, bytes: Vec<u8>) -> Self {
        self.columns.retain(|(number, _)| *number != spec);
        if !bytes.is_empty() {
            self.columns.push((spec, bytes));
            self.columns.sort_by_key(|(number, _)| *number);
        }
        self
    }

    /// The same change overwriting operation `counter` of actor number `index` (0: its own).
    pub(super) fn overwriting(self, index: u64, counter: i64) -> Self {
        self.with(PRED_COUNT, run(1, 1)).with(PRED_ACTOR, run(1, index)).with(PRED_COUNTER, delta(1, counter))
    }

    pub(super) fn body(&self) -> Vec<u8> {
        let mut out = Vec::new();
        unsigned(&mut out, self.deps.len() as u64);
        for dep in &self.deps {
            out.extend(dep.0);
        }
        unsigned(&mut out, self.actor.len() as u64);
        out.extend(&self.actor);
        unsigned(&mut out, self.seq);
        unsigned(&mut out, self.start_op);
        signed(&mut out, self.time);
        unsigned(&mut out, self.message.len() as u64);
        out.extend(&self.message);
        unsigned(&mut out, self.others.len() as u64);
        for other in &self.others {
            unsigned(&mut out, other.len() as u64);
            out.extend(other);
        }
        unsigned(&mut out, self.columns.len() as u64);
        for (spec, bytes) in &self.columns {
            unsigned(&mut out, u64::from(*spec));
            unsigned(&mut out, bytes.len() as u64);
        }
        for (_, bytes) in &self.columns {
            out.extend(bytes);
        }
        out.extend(&self.extra);
        out
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        chunk(1, &self.body())
    }
}

/// A chunk with a checksum that holds.
pub(super) fn chunk(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, kind];
    unsigned(&mut out, body.len() as u64);
    out.extend(body);
    fix_checksum(&mut out);
    out
}

/// Makes the checksum of (mutated) bytes hold.
pub(super) fn fix_checksum(bytes: &mut [u8]) {
    if bytes.len() > 8 {
        let hash: [u8; 32] = Sha256::digest(&bytes[8..]).into();
        bytes[4..8].copy_from_slice(&hash[..4]);
    }
}
