//! The words people write in a world: each save has one of its own, which can be found again in any bytes that hold it.

/// What each word begins with, in the bytes of a change.
const MARK: &[u8] = b"w#";
const DIGITS: usize = 9;

/// The word of a number.
pub(crate) fn word(number: u64) -> String {
    format!("w#{number:0DIGITS$}")
}

/// The numbers of every word in some bytes. A change's bytes hold its words as they are.
pub(crate) fn words_in(bytes: &[u8]) -> impl Iterator<Item = u64> + '_ {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        loop {
            let at = rest.windows(MARK.len()).position(|two| two == MARK)?;
            rest = rest.get(at + MARK.len()..)?;
            let digits = rest.get(..DIGITS).unwrap_or_default();
            let number = std::str::from_utf8(digits).ok().filter(|digits| digits.len() == DIGITS);
            if let Some(number) = number.and_then(|digits| digits.parse().ok()) {
                return Some(number);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_among_other_bytes() {
        let bytes = [b"w#w#1 ", word(7).as_bytes(), &[0, 255], word(123_456_789).as_bytes(), b"w#12"].concat();
        assert_eq!(words_in(&bytes).collect::<Vec<_>>(), [7, 123_456_789]);
    }
}
