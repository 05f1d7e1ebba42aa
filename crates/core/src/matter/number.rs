//! What a matter is called on paper: a temporary code from the first moment, and the township's number once it is recorded.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use crate::document::Edit;
use crate::draft::{AreaCode, FieldId, Reason, Refusal, ShortText};
use crate::ids::DocId;

/// A matter's number: village code, year, serial (`330411101203-2026-0001`). The township alone gives it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number {
    /// The village: its 12-digit area code where it is known, else its short form ([`village_code`]).
    pub village: String,
    /// The year in which the township first recorded the matter.
    pub year: i32,
    /// From 1 in each village and year.
    pub serial: u32,
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{:04}", self.village, self.year, self.serial)
    }
}

impl FromStr for Number {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let refusal = Refusal::new(FieldId::Number, Reason::NotAChoice);
        let mut parts = text.trim().rsplitn(3, '-');
        let (Some(serial), Some(year), Some(village)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(refusal);
        };
        let (Ok(serial), Ok(year @ 1900..=2999)) = (serial.parse(), year.parse()) else { return Err(refusal) };
        if village.is_empty() { Err(refusal) } else { Ok(Number { village: village.to_owned(), year, serial }) }
    }
}

/// Gives a matter its number; the township alone does.
pub fn number(number: &str) -> Result<Edit, Refusal> {
    let number = ShortText::parse(FieldId::Number, number)?;
    let mut edit = Edit::new();
    edit.put_value("number", Some(&number));
    Ok(edit)
}

/// How a village is written in a number: its area code, or `V` and six letters and digits derived from its roster's name
/// while nobody has entered the code.
pub fn village_code(village: DocId, area: Option<&AreaCode>) -> String {
    area.map_or_else(|| format!("V{}", letters(village, 6)), ToString::to_string)
}

/// The code printed on paper until the township gives a number: 8 letters and digits without I, L, O and U, in two
/// groups, derived from the document's name. About one pair in a million matters share one; the name decides then.
pub fn temporary_code(id: DocId) -> String {
    let letters = letters(id, 8);
    let (left, right) = letters.split_at(4);
    format!("{left}-{right}")
}

/// The first letters and digits, 8 at most, of what a document's name hashes to.
fn letters(id: DocId, count: u64) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let hash: [u8; 32] = Sha256::digest(id.to_bytes()).into();
    let bits = hash.iter().take(5).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    let letter = |at: u64| ALPHABET.get((bits >> (35 - 5 * at) & 31) as usize).map_or('0', |byte| char::from(*byte));
    (0..count.min(8)).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DocKind;

    #[test]
    fn a_number_reads_as_it_is_written_and_nothing_else_is_one() {
        let number = Number { village: "330411101203".into(), year: 2026, serial: 17 };
        assert_eq!(number.to_string(), "330411101203-2026-0017");
        assert_eq!("330411101203-2026-0017".parse(), Ok(number));
        for text in ["", "17", "2026-0017", "-2026-0017", "330411101203-26-17", "330411101203-2026-x"] {
            assert!(text.parse::<Number>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_village_without_a_code_has_a_short_form_that_stays() {
        let village = DocId::mint(DocKind::Roster, [7; 16]);
        let short = village_code(village, None);
        assert_eq!((short.len(), short.starts_with('V')), (7, true));
        assert_eq!(short, village_code(village, None));
        assert_ne!(short, village_code(DocId::mint(DocKind::Roster, [8; 16]), None));
        let area = AreaCode::parse(FieldId::Area, "330411101203").unwrap();
        assert_eq!(village_code(village, Some(&area)), "330411101203");
    }
}
