//! A key as a line that people write on paper and type again: base32 in groups of four, with 24 bits that find a slip.

use data_encoding::BASE32_NOPAD;
use zeroize::Zeroizing;

use crate::{CryptoError, Suite, SymmetricKey};

/// Bytes that find a slip: with them the line has 56 letters, 14 groups.
const CHECK: usize = 3;

impl SymmetricKey {
    /// The line. It is the key: whoever has it has everything.
    pub fn to_paper(&self) -> Zeroizing<String> {
        let bytes = Zeroizing::new([self.0.as_slice(), &check(&self.0)].concat());
        let letters = Zeroizing::new(BASE32_NOPAD.encode(&bytes));
        let mut line = Zeroizing::new(String::with_capacity(letters.len() * 5 / 4));
        for (place, letter) in letters.chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                line.push('-');
            }
            line.push(letter);
        }
        line
    }

    /// The key from its line. Spaces, hyphens and capitals do not matter, and 0, 1 and 8 are read as O, I and B: base32 has
    /// none of them. A slip is [`CryptoError::Mistyped`].
    pub fn from_paper(line: &str) -> Result<Self, CryptoError> {
        let mut letters = Zeroizing::new(String::with_capacity(64));
        for letter in line.chars().filter(|letter| !letter.is_whitespace() && *letter != '-') {
            letters.push(match letter.to_ascii_uppercase() {
                '0' => 'O',
                '1' => 'I',
                '8' => 'B',
                other => other,
            });
        }
        let bytes = BASE32_NOPAD.decode(letters.as_bytes()).map(Zeroizing::new).map_err(|_| CryptoError::Mistyped)?;
        let (key, checked) = bytes.split_first_chunk::<32>().ok_or(CryptoError::Mistyped)?;
        if check(key) == checked { Ok(SymmetricKey(*key)) } else { Err(CryptoError::Mistyped) }
    }
}

/// The line is the same whichever suite the key is used under, so one hash finds the slip for all.
fn check(key: &[u8; 32]) -> [u8; CHECK] {
    let hash = Suite::International.hash(&[b"lianhu key on paper 1\0", key]);
    std::array::from_fn(|place| hash.get(place).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_paper_however_it_was_written() {
        let key = SymmetricKey(std::array::from_fn(|place| place as u8 * 7));
        let line = key.to_paper();
        assert_eq!(line.as_str(), include_str!("../golden/paper.txt").trim_end());
        assert_eq!(SymmetricKey::from_paper(&line), Ok(key.clone()));
        let untidy = line.to_lowercase().replace('-', "  ").replace('o', "0").replace('i', "1").replace('b', "8");
        assert_eq!(SymmetricKey::from_paper(&format!(" {untidy}\n")), Ok(key));
    }

    #[test]
    fn one_slip_in_a_line_is_found() {
        let line = SymmetricKey([7; 32]).to_paper();
        for (place, letter) in line.char_indices().filter(|(_, letter)| *letter != '-') {
            let mut slip = line.to_string();
            slip.replace_range(place..=place, if letter == 'A' { "C" } else { "A" });
            assert_eq!(SymmetricKey::from_paper(&slip), Err(CryptoError::Mistyped));
            slip.remove(place);
            assert_eq!(SymmetricKey::from_paper(&slip), Err(CryptoError::Mistyped));
        }
        assert_eq!(SymmetricKey::from_paper(""), Err(CryptoError::Mistyped));
        assert_eq!(SymmetricKey::from_paper("名册"), Err(CryptoError::Mistyped));
    }
}
