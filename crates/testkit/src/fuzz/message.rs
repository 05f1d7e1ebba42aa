//! Requests and replies taken apart (frame, deflate, CBOR, and the chunks inside), damaged at any depth, packed again.

use lianhu_sync::limits::PROTOCOL_VERSION;
use lianhu_sync::wire::Codec;

use super::dice::{Dice, flip};
use super::{MAX_INPUT_BYTES, chunk};

/// Bytes a mutant's payload may have before it is packed: beyond every bound of the decoder.
const MAX_PAYLOAD_BYTES: usize = 10 << 20;
/// Arrays within arrays this reader follows; a mutant may nest deeper.
const MAX_DEPTH: usize = 64;

/// A data item.
#[derive(Clone)]
enum Item {
    /// A number, a simple value or a tag: major type and value.
    Number(u8, u64),
    /// Bytes or text.
    String(u8, Vec<u8>),
    /// An array, or a map as its keys and values in turn.
    List(u8, Vec<Item>),
    /// Bytes that are no item of ours.
    Raw(Vec<u8>),
}

/// A mutant of a message. What is no message any more is only shaken.
pub(super) fn mutate(input: &[u8], dice: &mut Dice) -> Vec<u8> {
    if dice.once_in(64) {
        return noise(dice);
    }
    let taken_apart = if dice.once_in(8) { None } else { take_apart(input) };
    let Some((header, mut item)) = taken_apart else {
        let mut bytes = input.to_vec();
        flip(&mut bytes, dice);
        return bytes;
    };
    for _ in 0..=dice.below(3) {
        let at = dice.below(item.count());
        item.visit(at, &mut |item| damage(item, dice));
    }
    let mut payload = Vec::new();
    item.write(&mut payload);
    if dice.once_in(8) {
        flip(&mut payload, dice);
    }
    let codec = match dice.below(8) {
        // Small payloads travel in every codec; a large one fits into an input only when it is packed.
        0..3 if payload.len() < MAX_INPUT_BYTES => Codec::Plain,
        0..5 => Codec::Deflate,
        _ => Codec::DeflateV1,
    };
    let mut bytes = header.to_vec();
    bytes[3] = codec.to_u8();
    bytes.extend(codec.pack(&payload));
    if dice.once_in(8) {
        flip(&mut bytes, dice);
    }
    bytes
}

/// Nothing but chance behind a good header.
fn noise(dice: &mut Dice) -> Vec<u8> {
    let mut bytes = vec![b'L', b'H', PROTOCOL_VERSION, dice.below(4) as u8];
    bytes.extend((0..dice.length(12)).map(|_| dice.roll() as u8));
    bytes
}

fn take_apart(input: &[u8]) -> Option<([u8; 4], Item)> {
    let (header, packed) = input.split_first_chunk::<4>()?;
    let payload = Codec::from_u8(header[3])?.unpack(packed, MAX_INPUT_BYTES).ok()?;
    let rest = &mut &*payload;
    let item = Item::parse(rest, 0)?;
    rest.is_empty().then_some((*header, item))
}

fn damage(item: &mut Item, dice: &mut Dice) {
    match item {
        Item::Number(major, value) => match dice.below(4) {
            0 => *major = dice.pick(&[0, 1, 6, 7]),
            1 => *item = Item::String(2, vec![7; dice.below(64)]),
            _ => *value = dice.odd_number(),
        },
        Item::String(major, bytes) => match dice.below(8) {
            0 => *major = 5 - *major,
            1 => bytes.truncate(dice.below(bytes.len())),
            2 => bytes.extend(vec![dice.roll() as u8; dice.length(12)]),
            // Much of the same byte packs to little: what a decoder builds must not follow from what it was sent.
            3 if dice.once_in(64) => bytes.resize(dice.below(MAX_PAYLOAD_BYTES), b'x'),
            4 | 5 if bytes.len() > 32 => *bytes = chunk::mutate(bytes, dice),
            _ => flip(bytes, dice),
        },
        Item::List(major, items) => damage_list(major, items, dice),
        Item::Raw(bytes) => flip(bytes, dice),
    }
    match dice.below(24) {
        0 => *item = Item::Number(7, dice.pick(&[20, 21, 22, 23, 31, 0])),
        1 => {
            *item =
                Item::Raw(dice.pick(&[&[0x9f_u8, 0xff] as &[u8], &[0x5f, 0xff], &[0xfb, 0, 0], &[0xff], &[]]).to_vec())
        }
        2 => {
            for _ in 0..dice.below(40) {
                *item = Item::List(4, vec![item.clone()]);
            }
        }
        _ => {}
    }
}

fn damage_list(major: &mut u8, items: &mut Vec<Item>, dice: &mut Dice) {
    let (at, to) = (dice.below(items.len()), dice.below(items.len()));
    match dice.below(8) {
        0 if !items.is_empty() => drop(items.remove(at)),
        1 if !items.is_empty() => items.swap(at, to),
        2 if !items.is_empty() => items[at] = items[to].clone(),
        3 if !items.is_empty() => {
            // Sometimes very many, never more than the decoder could be sent.
            let size = items[at].count().max(1);
            let bits = if dice.once_in(64) { 20 } else { 9 };
            let times = dice.length(bits).min((1 << 19) / size);
            let room = MAX_PAYLOAD_BYTES / items[at].weight().max(1);
            items.extend(vec![items[at].clone(); times.min(room)]);
        }
        4 => *major = 9 - *major,
        5 => items.push(Item::Number(0, dice.odd_number())),
        6 => items.truncate(at),
        _ => items.push(Item::Number(7, 22)),
    }
}

impl Item {
    fn parse(rest: &mut &[u8], depth: usize) -> Option<Item> {
        let (first, after) = rest.split_first()?;
        *rest = after;
        let wide = match first & 0x1f {
            0..=23 => 0,
            code @ 24..=27 => 1 << (code - 24),
            _ => return None,
        };
        let (digits, after) = rest.split_at_checked(wide)?;
        *rest = after;
        let small = u64::from(first & 0x1f);
        let value = if wide == 0 { small } else { digits.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)) };
        let major = first >> 5;
        match major {
            2 | 3 => {
                let (bytes, after) = rest.split_at_checked(usize::try_from(value).ok()?)?;
                *rest = after;
                Some(Item::String(major, bytes.to_vec()))
            }
            4 | 5 => {
                let children = value.checked_mul(u64::from(major) - 3)?;
                (children <= rest.len() as u64 && depth < MAX_DEPTH).then_some(())?;
                let items = (0..children).map(|_| Item::parse(rest, depth + 1)).collect::<Option<_>>()?;
                Some(Item::List(major, items))
            }
            _ => Some(Item::Number(major, value)),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Item::Number(major, value) => head(out, *major, *value),
            Item::String(major, bytes) => {
                head(out, *major, bytes.len() as u64);
                out.extend(bytes);
            }
            Item::List(major, items) => {
                head(out, *major, items.len() as u64 / (u64::from(*major) - 3));
                items.iter().for_each(|item| item.write(out));
            }
            Item::Raw(bytes) => out.extend(bytes),
        }
    }

    /// How many items it is made of, itself included.
    fn count(&self) -> usize {
        match self {
            Item::List(_, items) => 1 + items.iter().map(Item::count).sum::<usize>(),
            _ => 1,
        }
    }

    /// About how many bytes it is written in.
    fn weight(&self) -> usize {
        match self {
            Item::List(_, items) => 1 + items.iter().map(Item::weight).sum::<usize>(),
            Item::String(_, bytes) | Item::Raw(bytes) => 1 + bytes.len(),
            Item::Number(..) => 1,
        }
    }

    /// Visits the item number `at`, counted from the outside in.
    fn visit(&mut self, mut at: usize, damage: &mut dyn FnMut(&mut Item)) {
        if at == 0 {
            return damage(self);
        }
        at -= 1;
        if let Item::List(_, items) = self {
            for item in items {
                let count = item.count();
                if at < count {
                    return item.visit(at, damage);
                }
                at -= count;
            }
        }
    }
}

fn head(out: &mut Vec<u8>, major: u8, value: u64) {
    let major = major << 5;
    match value {
        0..=23 => out.push(major | value as u8),
        24..=0xff => out.extend([major | 24, value as u8]),
        0x100..=0xffff => {
            out.push(major | 25);
            out.extend((value as u16).to_be_bytes());
        }
        0x1_0000..=0xffff_ffff => {
            out.push(major | 26);
            out.extend((value as u32).to_be_bytes());
        }
        _ => {
            out.push(major | 27);
            out.extend(value.to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzz::{Target, corpus};

    #[test]
    fn a_message_taken_apart_and_put_together_is_the_same_message() {
        for bytes in corpus(Target::Request).into_iter().chain(corpus(Target::Reply)) {
            let (header, item) = take_apart(&bytes).expect("the corpus is made of messages");
            let mut payload = Vec::new();
            item.write(&mut payload);
            let packed = Codec::from_u8(header[3]).unwrap();
            assert_eq!(*packed.unpack(&bytes[4..], MAX_INPUT_BYTES).unwrap(), payload);
        }
    }
}
