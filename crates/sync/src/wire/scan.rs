//! A walk over CBOR that builds nothing: it bounds the number of items and their nesting before a decoder allocates, and
//! lets only definite lengths through, so that a message has few spellings.

use super::{Limit, WireError};
use crate::limits::{MAX_ITEMS, MAX_NESTING};

/// Checks that `payload` is one well-formed item within the bounds. Trailing bytes are an error.
pub(super) fn scan(payload: &[u8]) -> Result<(), WireError> {
    // How many items are still missing in each open array.
    let mut open: Vec<u64> = vec![1];
    let mut items = 0;
    let mut rest = payload;
    while let Some(missing) = open.last_mut() {
        if *missing == 0 {
            open.pop();
            continue;
        }
        *missing -= 1;
        items += 1;
        if items > MAX_ITEMS {
            return Err(WireError::Limit(Limit::Items));
        }
        let (major, value) = head(&mut rest)?;
        match major {
            0 | 1 | 7 => {}
            2 | 3 => {
                let length = usize::try_from(value).map_err(|_| WireError::Malformed)?;
                rest = rest.get(length..).ok_or(WireError::Malformed)?;
            }
            4 | 5 => {
                let children = value.checked_mul(u64::from(major) - 3).ok_or(WireError::Malformed)?;
                // Every item is at least one byte long.
                if children > rest.len() as u64 {
                    return Err(WireError::Malformed);
                }
                if open.len() > MAX_NESTING {
                    return Err(WireError::Limit(Limit::Nesting));
                }
                open.push(children);
            }
            // Tags are not used.
            _ => return Err(WireError::Malformed),
        }
    }
    if rest.is_empty() { Ok(()) } else { Err(WireError::Malformed) }
}

/// Reads the head of one item: its major type and its value.
fn head(rest: &mut &[u8]) -> Result<(u8, u64), WireError> {
    let (first, after) = rest.split_first().ok_or(WireError::Malformed)?;
    let (value, after) = match first & 0x1f {
        small @ 0..=23 => (u64::from(small), after),
        24 => take::<1>(after)?,
        25 => take::<2>(after)?,
        26 => take::<4>(after)?,
        27 => take::<8>(after)?,
        _ => return Err(WireError::Malformed),
    };
    *rest = after;
    Ok((first >> 5, value))
}

fn take<const N: usize>(bytes: &[u8]) -> Result<(u64, &[u8]), WireError> {
    let (value, rest) = bytes.split_first_chunk::<N>().ok_or(WireError::Malformed)?;
    Ok((value.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)), rest))
}
