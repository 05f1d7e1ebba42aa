//! Bytes at rest, made shorter against bytes that both sides of a read have: a preset dictionary, or what was kept before.
//!
//! Deflate (RFC 1951) without a frame. Whoever keeps the packed bytes also keeps how many they were and what they were packed
//! against; without either they cannot be read.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use crate::dictionary::MAX_DICTIONARY_BYTES;

/// Deflate makes nothing shorter than by this factor; what claims to be longer is damaged.
const MAX_RATIO: usize = 1_040;

/// Packs bytes against `known`, of which the last 32 KiB count. `None` where that would make them no shorter.
pub fn pack(bytes: &[u8], known: &[u8]) -> Option<Vec<u8>> {
    let mut compress = Compress::new(Compression::new(6), false);
    compress.set_dictionary(end_of(known)).ok()?;
    let mut packed = Vec::with_capacity(bytes.len());
    let status = compress.compress_vec(bytes, &mut packed, FlushCompress::Finish).ok()?;
    (status == Status::StreamEnd && packed.len() < bytes.len()).then_some(packed)
}

/// The `size` bytes that were packed against `known`. `None` for bytes that are nothing packed against it, or that are more
/// or fewer than `size`.
pub fn unpack(packed: &[u8], known: &[u8], size: usize) -> Option<Vec<u8>> {
    if size > packed.len().saturating_mul(MAX_RATIO) {
        return None;
    }
    let mut decompress = Decompress::new(false);
    decompress.set_dictionary(end_of(known)).ok()?;
    // One byte more than there should be is room enough to notice it.
    let mut bytes = Vec::with_capacity(size + 1);
    let status = decompress.decompress_vec(packed, &mut bytes, FlushDecompress::Finish).ok()?;
    let whole = status == Status::StreamEnd && decompress.total_in() == packed.len() as u64 && bytes.len() == size;
    whole.then_some(bytes)
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
