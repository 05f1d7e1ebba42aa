//! Numbers with a meaning: phones, area codes, birth years, months.

use std::fmt;

use chrono::{Datelike as _, NaiveDate};

use crate::document::Scalar;
use crate::draft::{FieldId, Reason, Refusal, half_width};
use crate::private::Private;
use crate::value::Value;

/// A phone number, digits only: an 11-digit mobile, or a landline with or without its area code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(Private<String>);

impl Phone {
    /// Reads a number as clerks write it: full-width digits, spaces, hyphens, brackets and `+86` are taken away.
    pub fn parse(field: FieldId, text: &str) -> Result<Self, Refusal> {
        let text = half_width(text);
        if text.trim().is_empty() {
            return Err(Refusal::new(field, Reason::Missing));
        }
        let is_filler = |c: char| c.is_whitespace() || matches!(c, '-' | '(' | ')' | '–' | '—' | '―');
        let digits: String = text.chars().filter(|c| !is_filler(*c)).collect();
        let digits = digits.strip_prefix("+86").or(digits.strip_prefix("0086")).unwrap_or(&digits);
        let bytes = digits.as_bytes();
        let fits = bytes.iter().all(u8::is_ascii_digit)
            && matches!(
                (bytes, bytes.len()),
                ([b'1', b'3'..=b'9', ..], 11) | ([b'0', b'1'..=b'9', ..], 10..=12) | ([b'2'..=b'9', ..], 7 | 8)
            );
        if fits { Ok(Phone(digits.into())) } else { Err(Refusal::new(field, Reason::NotAPhone)) }
    }

    /// The same, for a field that may stay empty.
    pub fn parse_optional(field: FieldId, text: &str) -> Result<Option<Self>, Refusal> {
        if text.trim().is_empty() { Ok(None) } else { Self::parse(field, text).map(Some) }
    }

    /// The digits. Personal: do not log them.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for Phone {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        Self::parse(FieldId::Phone, scalar.as_text()?).ok()
    }
    fn to_scalar(&self) -> Scalar {
        self.as_str().into()
    }
}

/// A 12-digit statistical area code: county 6, town 3, village 3.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaCode([u8; 12]);

/// How deep an area code reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AreaLevel {
    /// The last six digits are zero.
    County,
    /// The last three digits are zero.
    Town,
    /// A village or community.
    Village,
}

impl AreaCode {
    /// Reads 12 digits, full-width ones included; a code that starts with zero or skips the town is refused.
    pub fn parse(field: FieldId, text: &str) -> Result<Self, Refusal> {
        let text = half_width(text);
        let text = text.trim();
        if text.is_empty() {
            return Err(Refusal::new(field, Reason::Missing));
        }
        let refusal = Refusal::new(field, Reason::NotAnAreaCode);
        let digits: [u8; 12] = text.as_bytes().try_into().map_err(|_| refusal)?;
        let (county, below) = digits.split_at(6);
        let (town, village) = below.split_at(3);
        let skips_town = town == b"000" && village != b"000";
        if !digits.iter().all(u8::is_ascii_digit) || county.starts_with(b"0") || skips_town {
            return Err(refusal);
        }
        Ok(AreaCode(digits))
    }

    /// How deep it reaches.
    pub fn level(self) -> AreaLevel {
        let (head, village) = self.0.split_at(9);
        match (head.ends_with(b"000"), village == b"000") {
            (true, true) => AreaLevel::County,
            (false, true) => AreaLevel::Town,
            _ => AreaLevel::Village,
        }
    }

    /// The area one level up: a village's town, a town's county.
    pub fn parent(self) -> Option<AreaCode> {
        let keep = match self.level() {
            AreaLevel::County => return None,
            AreaLevel::Town => 6,
            AreaLevel::Village => 9,
        };
        let mut digits = self.0;
        digits.iter_mut().skip(keep).for_each(|digit| *digit = b'0');
        Some(AreaCode(digits))
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| write!(f, "{}", char::from(*digit)))
    }
}

impl fmt::Debug for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Value for AreaCode {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        Self::parse(FieldId::Area, scalar.as_text()?).ok()
    }
    fn to_scalar(&self) -> Scalar {
        self.to_string().into()
    }
}

macro_rules! number_type {
    ($(#[$doc:meta])* $name:ident, $inner:ty, $min:literal..=$max:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($inner);

        impl $name {
            /// Checks the range.
            pub fn parse(field: FieldId, number: i64) -> Result<Self, Refusal> {
                let refusal = Refusal::new(field, Reason::OutOfRange { min: $min, max: $max });
                match number {
                    $min..=$max => <$inner>::try_from(number).map($name).map_err(|_| refusal),
                    _ => Err(refusal),
                }
            }

            /// The number.
            pub const fn get(self) -> $inner {
                self.0
            }
        }

        impl Value for $name {
            fn from_scalar(scalar: &Scalar) -> Option<Self> {
                Self::parse(FieldId::Members, scalar.as_int()?).ok()
            }
            fn to_scalar(&self) -> Scalar {
                i64::from(self.0).into()
            }
        }
    };
}

number_type! {
    /// How many people: 0 (an empty house) to 9999 (a matter that concerns a whole village).
    Headcount, u16, 0..=9999
}
number_type! {
    /// A year of birth, 1900 to 2100. Never a whole birthday.
    BirthYear, u16, 1900..=2100
}

/// A calendar month.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: u16,
    month: u8,
}

impl Month {
    /// A month of the years 1900 to 2100.
    pub fn new(year: u16, month: u8) -> Result<Self, Refusal> {
        match (year, month) {
            (1900..=2100, 1..=12) => Ok(Month { year, month }),
            _ => Err(Refusal::new(FieldId::Month, Reason::NotADate)),
        }
    }

    /// The month a day lies in; `None` outside the years 1900 to 2100.
    pub fn of(date: NaiveDate) -> Option<Self> {
        Month::new(u16::try_from(date.year()).ok()?, u8::try_from(date.month()).ok()?).ok()
    }

    /// The year.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Value for Month {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let text = scalar.as_text()?;
        let (year, month) = text.split_once('-')?;
        let month = Month::new(year.parse().ok()?, month.parse().ok()?).ok()?;
        (month.to_string() == text).then_some(month)
    }
    fn to_scalar(&self) -> Scalar {
        self.to_string().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_read_as_clerks_write_it() {
        for (written, digits) in [
            ("13800138000", "13800138000"),
            ("１３８　００１３　８０００", "13800138000"),
            ("138-0013-8000", "13800138000"),
            ("+86 138 0013 8000", "13800138000"),
            ("0573-82110110", "057382110110"),
            ("（0573）8211 0110", "057382110110"),
            ("82110110", "82110110"),
        ] {
            assert_eq!(Phone::parse(FieldId::Phone, written).unwrap().as_str(), digits, "{written}");
        }
    }

    #[test]
    fn what_is_not_a_phone_is_refused_and_not_repeated() {
        for written in ["1380013800", "12345678901", "1380013800O", "138001380001", "无", "1.38E+10"] {
            let refusal = Phone::parse(FieldId::Phone, written).unwrap_err();
            assert_eq!(refusal.reason, Reason::NotAPhone, "{written}");
            assert!(!refusal.message(crate::Lang::Zh).contains(written));
        }
    }

    #[test]
    fn an_area_code_knows_its_level_and_parent() {
        let village = AreaCode::parse(FieldId::Area, "３30411101203").unwrap();
        assert_eq!(village.level(), AreaLevel::Village);
        let town = village.parent().unwrap();
        assert_eq!((town.to_string().as_str(), town.level()), ("330411101000", AreaLevel::Town));
        let county = town.parent().unwrap();
        assert_eq!((county.to_string().as_str(), county.level()), ("330411000000", AreaLevel::County));
        assert_eq!(county.parent(), None);
        for bad in ["33041110120", "3304111012033", "33041110120x", "030411101203", "330411000203", "三三"] {
            assert_eq!(AreaCode::parse(FieldId::Area, bad).unwrap_err().reason, Reason::NotAnAreaCode, "{bad}");
        }
    }

    #[test]
    fn a_month_is_stored_in_the_one_form_that_sorts() {
        let month = Month::new(2026, 3).unwrap();
        assert_eq!(Month::from_scalar(&month.to_scalar()), Some(month));
        for bad in ["2026-3", "2026-13", "2026", "+026-03"] {
            assert_eq!(Month::from_scalar(&bad.into()), None, "{bad}");
        }
    }
}
