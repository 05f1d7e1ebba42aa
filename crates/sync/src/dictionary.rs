//! The preset dictionary: what most messages contain, known to both sides before the first byte.
//!
//! A short message has nothing of its own to refer back to; with the dictionary it refers to this. A dictionary is for
//! ever: a better one is a new file and a new codec number.

use std::collections::HashMap;

/// Dictionary version 1, made by [`train`] from the demo township's messages.
pub const DICTIONARY_V1: &[u8] = include_bytes!("dictionary/v1.bin");

/// No dictionary is larger: deflate looks back no further than this.
pub const MAX_DICTIONARY_BYTES: usize = 32 << 10;

/// Strings of this length are counted.
const GRAM: usize = 6;
/// Pieces of this length are chosen.
const PIECE: usize = 48;

/// Makes a dictionary from representative payloads ([`crate::wire::payload`]); the same samples give the same bytes.
///
/// Chooses, again and again, the piece whose strings occur in the most samples and are not in the dictionary yet. The
/// best pieces come last, where a reference to them is shortest.
pub fn train(samples: &[Vec<u8>]) -> Vec<u8> {
    let mut frequency = sample_frequency(samples);
    let total: usize = samples.iter().map(Vec::len).sum();
    // As many pieces as fit, each from its own stretch of the samples, so that all kinds of messages have a part.
    let stretches = (MAX_DICTIONARY_BYTES / PIECE).max(1);
    let stretch_bytes = (total / stretches).max(PIECE);
    let mut chosen: Vec<(u64, Vec<u8>)> = Vec::new();
    let mut size = 0;
    let joined = samples.concat();
    'full: loop {
        let before = chosen.len();
        for stretch in joined.chunks(stretch_bytes) {
            let Some((score, piece)) = best_piece(stretch, &frequency) else { continue };
            if size + piece.len() > MAX_DICTIONARY_BYTES {
                break 'full;
            }
            for gram in piece.windows(GRAM) {
                frequency.insert(gram, 0);
            }
            size += piece.len();
            chosen.push((score, piece.to_vec()));
        }
        if chosen.len() == before {
            break;
        }
    }
    chosen.sort();
    chosen.into_iter().flat_map(|(_, piece)| piece).collect()
}

/// In how many samples each string occurs; those of a single sample count nothing.
fn sample_frequency(samples: &[Vec<u8>]) -> HashMap<&[u8], u32> {
    let mut seen: HashMap<&[u8], (u32, usize)> = HashMap::new();
    for (number, sample) in samples.iter().enumerate() {
        for gram in sample.windows(GRAM) {
            let entry = seen.entry(gram).or_insert((0, usize::MAX));
            if entry.1 != number {
                *entry = (entry.0 + 1, number);
            }
        }
    }
    seen.into_iter().map(|(gram, (count, _))| (gram, if count > 1 { count } else { 0 })).collect()
}

/// The piece of `stretch` with the highest sum of frequencies, trimmed to what counts; `None` when nothing does.
fn best_piece<'s>(stretch: &'s [u8], frequency: &HashMap<&[u8], u32>) -> Option<(u64, &'s [u8])> {
    let worth: Vec<u64> = stretch.windows(GRAM).map(|gram| frequency.get(gram).copied().map_or(0, u64::from)).collect();
    let window = PIECE - GRAM + 1;
    let score = |grams: &[u64]| grams.iter().sum::<u64>();
    let (start, grams) = if worth.len() <= window {
        (0, worth.as_slice())
    } else {
        // The first of equals, so that the choice does not depend on anything but the samples.
        worth.windows(window).enumerate().rev().max_by_key(|(_, grams)| score(grams))?
    };
    let first = grams.iter().position(|worth| *worth > 0)?;
    let last = grams.iter().rposition(|worth| *worth > 0)?;
    let piece = stretch.get(start + first..start + last + GRAM)?;
    Some((score(grams), piece))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_samples_share_ends_up_in_the_dictionary_once() {
        let samples: Vec<Vec<u8>> = (0..50u8)
            .map(|i| {
                format!("{i} unlike {} and then \"mode\":\"home\",\"met\":\"family\" {i}", i.wrapping_mul(77)).into()
            })
            .collect();
        let dictionary = train(&samples);
        let text = String::from_utf8(dictionary.clone()).unwrap();
        assert_eq!(text.matches("\"met\":\"family\"").count(), 1, "{text}");
        assert!(dictionary.len() <= MAX_DICTIONARY_BYTES);
        assert_eq!(train(&samples), dictionary);
    }

    #[test]
    fn nothing_to_learn_from_gives_an_empty_dictionary() {
        assert_eq!(train(&[]), Vec::<u8>::new());
        assert_eq!(train(&[b"once".to_vec(), vec![]]), Vec::<u8>::new());
    }

    #[test]
    fn the_dictionary_in_use_fits_the_window() {
        assert!(!DICTIONARY_V1.is_empty() && DICTIONARY_V1.len() <= MAX_DICTIONARY_BYTES);
    }
}
