//! Bytes at rest, made shorter against bytes that both sides of a read have: a preset dictionary, or what was kept before.
//!
//! Deflate (RFC 1951) without a frame. Whoever keeps the packed bytes also keeps how many they were and what they were packed
//! against; without either they cannot be read.

use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use crate::dictionary::MAX_DICTIONARY_BYTES;

thread_local! {
    /// Setting one up takes longer than packing a message, so each thread keeps its own.
    static PACKER: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(6), false));
}

/// Packs bytes against `known`, of which the last 32 KiB count. `None` where that would make them no shorter.
pub fn pack(bytes: &[u8], known: &[u8]) -> Option<Vec<u8>> {
    deflate(bytes, known).filter(|packed| packed.len() < bytes.len())
}

/// The `size` bytes that were packed against `known`. `None` for bytes that are nothing packed against it, or that are more
/// or fewer than `size`.
pub fn unpack(packed: &[u8], known: &[u8], size: usize) -> Option<Vec<u8>> {
    inflate(packed, known, size).ok().filter(|bytes| bytes.len() == size)
}

/// The same, whatever comes of it. `None` never happens in memory; were it to, nothing is packed.
pub(crate) fn deflate(bytes: &[u8], known: &[u8]) -> Option<Vec<u8>> {
    PACKER.with_borrow_mut(|packer| {
        packer.reset();
        packer.set_dictionary(end_of(known)).ok()?;
        let mut packed = Vec::with_capacity(bytes.len() / 2 + 64);
        loop {
            let rest = bytes.get(usize::try_from(packer.total_in()).ok()?..)?;
            match packer.compress_vec(rest, &mut packed, FlushCompress::Finish).ok()? {
                Status::StreamEnd => return Some(packed),
                Status::Ok | Status::BufError => packed.reserve(packed.len().max(256)),
            }
        }
    })
}

/// Why bytes do not become what was packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotInflated {
    /// They would be more than was allowed, and were not built.
    TooLarge,
    /// They are no stream, or go on after it.
    Malformed,
}

/// Inflates at most `max_bytes`; everything packed must belong to the stream.
pub(crate) fn inflate(packed: &[u8], known: &[u8], max_bytes: usize) -> Result<Vec<u8>, NotInflated> {
    let malformed = || NotInflated::Malformed;
    let mut decompress = Decompress::new(false);
    decompress.set_dictionary(end_of(known)).map_err(|_| malformed())?;
    // One byte beyond the bound is room enough to notice that the bound is passed.
    let most = max_bytes.saturating_add(1);
    let mut bytes = Vec::with_capacity(packed.len().saturating_mul(4).clamp(256, 1 << 20).min(most));
    loop {
        let read = usize::try_from(decompress.total_in()).map_err(|_| malformed())?;
        let rest = packed.get(read..).ok_or_else(malformed)?;
        let written = bytes.len();
        let status = decompress.decompress_vec(rest, &mut bytes, FlushDecompress::None).map_err(|_| malformed())?;
        if bytes.len() > max_bytes {
            return Err(NotInflated::TooLarge);
        }
        if status == Status::StreamEnd {
            let whole = decompress.total_in() == packed.len() as u64;
            return if whole { Ok(bytes) } else { Err(malformed()) };
        }
        if bytes.len() == bytes.capacity() {
            bytes.reserve_exact(bytes.len().clamp(256, 1 << 20).min(most - bytes.len()));
        } else if bytes.len() == written && decompress.total_in() == read as u64 {
            return Err(malformed());
        }
    }
}

/// Deflate looks back no further.
fn end_of(known: &[u8]) -> &[u8] {
    known.get(known.len().saturating_sub(MAX_DICTIONARY_BYTES)..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dictionary::DICTIONARY_V1;

    const SAID: &[u8] = "到王家走了一趟，老人腿脚不好，想把门口的路修一修。到李家走了一趟，老人都好。".as_bytes();

    #[test]
    fn what_was_packed_is_read_with_what_it_was_packed_against_and_not_without() {
        let known = ["很久以前的话".as_bytes(), SAID].concat();
        let packed = pack(SAID, &known).unwrap();
        assert!(packed.len() < SAID.len() / 4, "most of it is known");
        assert_eq!(unpack(&packed, &known, SAID.len()).unwrap(), SAID);
        assert_ne!(unpack(&packed, DICTIONARY_V1, SAID.len()).as_deref(), Some(SAID));
    }

    #[test]
    fn of_what_is_known_only_the_end_counts() {
        let long = [vec![7; 100_000], SAID.to_vec()].concat();
        let packed = pack(SAID, &long).unwrap();
        assert_eq!(unpack(&packed, &long[1_000..], SAID.len()).unwrap(), SAID);
    }

    #[test]
    fn bytes_that_are_cut_bent_or_of_another_size_are_nothing() {
        let packed = pack(SAID, DICTIONARY_V1).unwrap();
        for size in [0, SAID.len() - 1, SAID.len() + 1, usize::MAX] {
            assert_eq!(unpack(&packed, DICTIONARY_V1, size), None);
        }
        for length in 0..packed.len() {
            assert_eq!(unpack(&packed[..length], DICTIONARY_V1, SAID.len()), None);
        }
        let longer = [packed.as_slice(), &[0]].concat();
        assert_eq!(unpack(&longer, DICTIONARY_V1, SAID.len()), None);
    }

    #[test]
    fn what_becomes_no_shorter_is_not_packed() {
        let dice: Vec<u8> = (0..400_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 19) as u8).collect();
        assert_eq!(pack(&dice[..32], b""), None);
        assert_eq!(pack(b"", DICTIONARY_V1), None);
    }
}
