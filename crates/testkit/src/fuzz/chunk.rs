//! Change and document chunks taken apart, damaged where it hurts, and put together with a checksum that holds.

use sha2::{Digest as _, Sha256};

use super::dice::{Dice, flip};

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const DOCUMENT: u8 = 0;
const CHANGE: u8 = 1;
/// The bit of a column's number that says it is deflated.
const DEFLATED: u64 = 8;

pub(super) type Columns = Vec<(u64, Vec<u8>)>;

/// A chunk in its parts.
pub(super) enum Chunk {
    Change(Change),
    Document(Document),
}

#[derive(Clone)]
pub(super) struct Change {
    pub(super) deps: Vec<[u8; 32]>,
    pub(super) actor: Vec<u8>,
    pub(super) seq: u64,
    pub(super) start_op: u64,
    pub(super) time: i64,
    pub(super) message: Vec<u8>,
    pub(super) others: Vec<Vec<u8>>,
    pub(super) columns: Columns,
    pub(super) extra: Vec<u8>,
}

#[derive(Clone)]
pub(super) struct Document {
    pub(super) actors: Vec<Vec<u8>>,
    pub(super) heads: Vec<[u8; 32]>,
    pub(super) changes: Columns,
    pub(super) ops: Columns,
    pub(super) suffix: Vec<u8>,
}

/// A mutant of a chunk. What is no chunk any more is only shaken.
pub(super) fn mutate(input: &[u8], dice: &mut Dice) -> Vec<u8> {
    let parsed = if dice.once_in(4) { None } else { Chunk::parse(input) };
    let mut bytes = match parsed {
        Some(mut chunk) => {
            for _ in 0..=dice.length(2) {
                chunk.damage(dice);
            }
            let mut bytes = chunk.bytes();
            if dice.once_in(16) {
                flip(&mut bytes, dice);
            }
            bytes
        }
        None => {
            let mut bytes = input.to_vec();
            flip(&mut bytes, dice);
            bytes
        }
    };
    if !dice.once_in(64) {
        fix_checksum(&mut bytes);
    }
    bytes
}

/// Makes the checksum of (mutated) bytes hold.
pub fn fix_checksum(bytes: &mut [u8]) {
    if bytes.len() > 8 {
        let hash: [u8; 32] = Sha256::digest(&bytes[8..]).into();
        bytes[4..8].copy_from_slice(&hash[..4]);
    }
}

impl Chunk {
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let rest = &mut &*bytes;
        let (magic, kind) = (take(rest, 4)?, *take(rest, 5)?.last()?);
        let length = size(rest)?;
        if magic != MAGIC || length != rest.len() {
            return None;
        }
        match kind {
            CHANGE => Change::parse(rest).map(Chunk::Change),
            DOCUMENT => Document::parse(rest).map(Chunk::Document),
            _ => None,
        }
    }

    fn damage(&mut self, dice: &mut Dice) {
        match self {
            Chunk::Change(change) => change.damage(dice),
            Chunk::Document(document) => document.damage(dice),
        }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let (kind, body) = match self {
            Chunk::Change(change) => (CHANGE, change.body()),
            Chunk::Document(document) => (DOCUMENT, document.body()),
        };
        frame(kind, &body)
    }
}

impl Change {
    fn parse(rest: &mut &[u8]) -> Option<Self> {
        let deps = hashes(rest)?;
        let actor = sized(rest)?;
        let (seq, start_op, time) = (read_unsigned(rest)?, read_unsigned(rest)?, read_signed(rest)?);
        let message = sized(rest)?;
        let others = list(rest, sized)?;
        let layout = list(rest, described)?;
        let columns = cut(rest, layout)?;
        Some(Change { deps, actor, seq, start_op, time, message, others, columns, extra: rest.to_vec() })
    }

    pub(super) fn body(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_hashes(&mut out, &self.deps);
        put_sized(&mut out, &self.actor);
        unsigned(&mut out, self.seq);
        unsigned(&mut out, self.start_op);
        signed(&mut out, self.time);
        put_sized(&mut out, &self.message);
        unsigned(&mut out, self.others.len() as u64);
        self.others.iter().for_each(|other| put_sized(&mut out, other));
        put_layout(&mut out, &self.columns);
        self.columns.iter().for_each(|(_, bytes)| out.extend(bytes));
        out.extend(&self.extra);
        out
    }

    fn damage(&mut self, dice: &mut Dice) {
        match dice.below(16) {
            0 => self.seq = near(self.seq, dice),
            1 => self.start_op = near(self.start_op, dice),
            2 => self.time = dice.odd_number() as i64,
            3 => flip(&mut self.actor, dice),
            4 => shuffle_hashes(&mut self.deps, dice),
            5 => flip(&mut self.message, dice),
            6 => shuffle_actors(&mut self.others, dice),
            7 => flip(&mut self.extra, dice),
            8 | 9 => overwrite(&mut self.columns, dice),
            10 => stand_elsewhere(&mut self.columns, dice),
            _ => damage_columns(&mut self.columns, dice),
        }
    }
}

impl Document {
    fn parse(rest: &mut &[u8]) -> Option<Self> {
        let (actors, heads) = (list(rest, sized)?, hashes(rest)?);
        let (changes, ops) = (list(rest, described)?, list(rest, described)?);
        let (changes, ops) = (cut(rest, changes)?, cut(rest, ops)?);
        Some(Document { actors, heads, changes, ops, suffix: rest.to_vec() })
    }

    pub(super) fn body(&self) -> Vec<u8> {
        let mut out = Vec::new();
        unsigned(&mut out, self.actors.len() as u64);
        self.actors.iter().for_each(|actor| put_sized(&mut out, actor));
        put_hashes(&mut out, &self.heads);
        put_layout(&mut out, &self.changes);
        put_layout(&mut out, &self.ops);
        self.changes.iter().chain(&self.ops).for_each(|(_, bytes)| out.extend(bytes));
        out.extend(&self.suffix);
        out
    }

    fn damage(&mut self, dice: &mut Dice) {
        match dice.below(10) {
            0 => shuffle_actors(&mut self.actors, dice),
            1 => shuffle_hashes(&mut self.heads, dice),
            2 => flip(&mut self.suffix, dice),
            3..6 => damage_columns(&mut self.changes, dice),
            _ => damage_columns(&mut self.ops, dice),
        }
    }
}

/// A chunk around a body; its checksum is still to be made.
pub(super) fn frame(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.extend([0; 4]);
    out.push(kind);
    unsigned(&mut out, body.len() as u64);
    out.extend(body);
    out
}

/// The same number, one beside it, or any.
fn near(number: u64, dice: &mut Dice) -> u64 {
    match dice.below(3) {
        0 => number.wrapping_add(1),
        1 => number.wrapping_sub(1),
        _ => dice.odd_number(),
    }
}

fn shuffle_hashes(hashes: &mut Vec<[u8; 32]>, dice: &mut Dice) {
    let (at, to) = (dice.below(hashes.len()), dice.below(hashes.len()));
    match dice.below(5) {
        0 if !hashes.is_empty() => drop(hashes.remove(at)),
        1 if !hashes.is_empty() => hashes.push(hashes[at]),
        2 if !hashes.is_empty() => hashes[at][to % 32] ^= 1 << dice.below(8),
        3 if !hashes.is_empty() => hashes.swap(at, to),
        4 => hashes.extend((0..dice.length(12)).map(|n| [n as u8; 32])),
        _ => hashes.push([dice.roll() as u8; 32]),
    }
}

fn shuffle_actors(actors: &mut Vec<Vec<u8>>, dice: &mut Dice) {
    let (at, to) = (dice.below(actors.len()), dice.below(actors.len()));
    match dice.below(5) {
        0 if !actors.is_empty() => drop(actors.remove(at)),
        1 if !actors.is_empty() => actors.push(actors[at].clone()),
        2 if !actors.is_empty() => flip(&mut actors[at], dice),
        3 if !actors.is_empty() => actors.swap(at, to),
        4 => actors.extend((0..dice.length(12)).map(|n| (n as u128).to_be_bytes().to_vec())),
        _ => actors.push(vec![dice.roll() as u8; 16]),
    }
}

/// Makes a change of one operation overwrite something that may or may not be there.
fn overwrite(columns: &mut Columns, dice: &mut Dice) {
    for (spec, bytes) in
        [(0x70, run(1, 1)), (0x71, run(1, dice.below(4) as u64)), (0x73, delta(1, dice.odd_number() as i64))]
    {
        set(columns, spec, bytes);
    }
}

/// Makes a change of one operation in prose stand after, or take out, another character that may or may not be there.
fn stand_elsewhere(columns: &mut Columns, dice: &mut Dice) {
    let (actor, counter) = (dice.below(5) as u64, dice.below(40) as i64);
    let deletes = columns.iter().any(|(spec, bytes)| *spec == 0x70 && *bytes == run(1, 1));
    let prefixes = if deletes { &[0x10, 0x70][..] } else { &[0x10] };
    for prefix in prefixes {
        set(columns, prefix | 1, run(1, actor));
        set(columns, prefix | 3, delta(1, counter));
    }
}

pub(super) fn set(columns: &mut Columns, spec: u64, bytes: Vec<u8>) {
    columns.retain(|(number, _)| *number != spec);
    columns.push((spec, bytes));
    columns.sort_by_key(|(number, _)| *number);
}

/// The numbers of all columns anybody knows: ids times sixteen, and a type.
const SPECS: [u64; 26] = [
    0x01, 0x02, 0x03, 0x11, 0x13, 0x15, 0x21, 0x23, 0x34, 0x40, 0x42, 0x43, 0x56, 0x57, 0x61, 0x63, 0x70, 0x71, 0x73,
    0x80, 0x81, 0x83, 0x94, 0xa5, 0x35, 0x55,
];

fn damage_columns(columns: &mut Columns, dice: &mut Dice) {
    let (at, to) = (dice.below(columns.len()), dice.below(columns.len()));
    let some = !columns.is_empty();
    match dice.below(12) {
        0 if some => drop(columns.remove(at)),
        1 if some => {
            let bytes = columns[at].1.clone();
            columns[to].1 = bytes;
        }
        2 if some => columns[at].0 ^= DEFLATED,
        3 if some => {
            let again = columns[at].1.clone();
            columns[at].1.extend(again);
        }
        4 | 5 if some => columns[at].1 = any_run(columns[at].0, dice),
        6 => {
            let bytes = any_run(dice.pick(&SPECS), dice);
            set(columns, dice.pick(&SPECS), bytes);
        }
        7 if some => {
            let more = any_run(columns[at].0, dice);
            columns[at].1.extend(more);
        }
        _ if some => flip(&mut columns[at].1, dice),
        _ => columns.push((dice.pick(&SPECS), run(1, 1))),
    }
}

/// One run of what a column of this number holds, of an interesting length.
fn any_run(spec: u64, dice: &mut Dice) -> Vec<u8> {
    let count = if dice.once_in(2) { 1 } else { dice.odd_number() as i64 };
    match spec & 7 {
        3 => delta(count, dice.odd_number() as i64),
        4 => number(dice.odd_number()),
        5 => text(count, dice.pick(&["head", "phone", "note", "", "id", "schema", "minutes"])),
        7 => vec![dice.roll() as u8; dice.length(15)],
        6 if dice.once_in(2) => run(count, (dice.below(9) as u64) << 4 | dice.below(16) as u64),
        _ if dice.once_in(8) => [vec![0], number(dice.odd_number())].concat(),
        _ => run(count, dice.odd_number()),
    }
}

fn run_of(count: i64) -> Vec<u8> {
    let mut out = Vec::new();
    signed(&mut out, if count == 1 { -1 } else { count });
    out
}

pub(super) fn run(count: i64, value: u64) -> Vec<u8> {
    let mut out = run_of(count);
    unsigned(&mut out, value);
    out
}

pub(super) fn delta(count: i64, value: i64) -> Vec<u8> {
    let mut out = run_of(count);
    signed(&mut out, value);
    out
}

pub(super) fn text(count: i64, value: &str) -> Vec<u8> {
    let mut out = run_of(count);
    put_sized(&mut out, value.as_bytes());
    out
}

pub(super) fn number(value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    unsigned(&mut out, value);
    out
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

fn put_sized(out: &mut Vec<u8>, bytes: &[u8]) {
    unsigned(out, bytes.len() as u64);
    out.extend(bytes);
}

fn put_hashes(out: &mut Vec<u8>, hashes: &[[u8; 32]]) {
    unsigned(out, hashes.len() as u64);
    hashes.iter().for_each(|hash| out.extend(hash));
}

fn put_layout(out: &mut Vec<u8>, columns: &Columns) {
    unsigned(out, columns.len() as u64);
    for (spec, bytes) in columns {
        unsigned(out, *spec);
        unsigned(out, bytes.len() as u64);
    }
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(count)?;
    *rest = after;
    Some(taken)
}

fn read_unsigned(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for index in 0..9 {
        let byte = *take(rest, 1)?.first()?;
        number |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn read_signed(rest: &mut &[u8]) -> Option<i64> {
    let before = rest.len();
    let number = read_unsigned(rest)?;
    let bits = 7 * (before - rest.len()) as u32;
    let unused = 64 - bits.min(64);
    Some((number << unused) as i64 >> unused)
}

fn size(rest: &mut &[u8]) -> Option<usize> {
    usize::try_from(read_unsigned(rest)?).ok()
}

fn sized(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let length = size(rest)?;
    take(rest, length).map(<[u8]>::to_vec)
}

fn list<T>(rest: &mut &[u8], item: impl Fn(&mut &[u8]) -> Option<T>) -> Option<Vec<T>> {
    let count = size(rest)?;
    (count <= rest.len()).then_some(())?;
    (0..count).map(|_| item(rest)).collect()
}

fn hashes(rest: &mut &[u8]) -> Option<Vec<[u8; 32]>> {
    list(rest, |rest| take(rest, 32)?.try_into().ok())
}

fn described(rest: &mut &[u8]) -> Option<(u64, usize)> {
    Some((read_unsigned(rest)?, size(rest)?))
}

fn cut(rest: &mut &[u8], layout: Vec<(u64, usize)>) -> Option<Columns> {
    layout.into_iter().map(|(spec, length)| Some((spec, take(rest, length)?.to_vec()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzz::{Target, corpus};

    #[test]
    fn a_chunk_taken_apart_and_put_together_is_the_same_chunk() {
        for bytes in Target::ALL.into_iter().filter(|target| target.is_chunk()).flat_map(corpus) {
            let mut again = Chunk::parse(&bytes).expect("the corpus is made of chunks").bytes();
            fix_checksum(&mut again);
            assert_eq!(again, bytes);
        }
    }
}
