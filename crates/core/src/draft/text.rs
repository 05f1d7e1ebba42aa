//! Text of bounded length, and dates as people write them.

use chrono::NaiveDate;

use crate::document::Scalar;
use crate::draft::{FieldId, Reason, Refusal};
use crate::private::Private;
use crate::value::Value;

/// The same text with full-width letters, digits and punctuation made half-width, as clerks' lists mix both.
pub fn half_width(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    };
    text.chars().map(narrow).collect()
}

/// A day as clerks write it: `2026-11-03`, `2026/11/3`, `2026.11.3` or `2026年11月3日`, full-width digits included.
pub fn parse_date(field: FieldId, text: &str) -> Result<NaiveDate, Refusal> {
    let text = half_width(text);
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::new(field, Reason::Missing));
    }
    let plain = text.replace(['年', '月', '/', '.'], "-").replace('日', "");
    let mut parts = plain.split('-').map(|part| part.trim().parse::<u32>());
    let date = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Ok(year @ 1900..=2100)), Some(Ok(month)), Some(Ok(day)), None) => {
            i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day))
        }
        _ => None,
    };
    date.ok_or(Refusal::new(field, Reason::NotADate))
}

/// The same, for a day that may stay open.
pub fn parse_optional_date(field: FieldId, text: &str) -> Result<Option<NaiveDate>, Refusal> {
    if text.trim().is_empty() { Ok(None) } else { parse_date(field, text).map(Some) }
}

/// Whether characters that do not print stand in the text; a line break and a tab are fine where prose is.
fn has_control(text: &str, prose: bool) -> bool {
    text.chars().any(|c| c.is_control() && !(prose && matches!(c, '\n' | '\t')))
}

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, max: $max:literal, prose: $prose:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Private<String>);

        impl $name {
            /// The most characters.
            pub const MAX_CHARS: usize = $max;

            /// Trims and checks what was typed; nothing typed is refused as missing.
            pub fn parse(field: FieldId, text: &str) -> Result<Self, Refusal> {
                let text = text.trim();
                let text = if text.contains('\r') { text.replace("\r\n", "\n") } else { text.to_owned() };
                if text.is_empty() {
                    return Err(Refusal::new(field, Reason::Missing));
                }
                if text.chars().count() > $max {
                    return Err(Refusal::new(field, Reason::TooLong { max: $max }));
                }
                if has_control(&text, $prose) {
                    return Err(Refusal::new(field, Reason::NotPlain));
                }
                Ok($name(Private(text)))
            }

            /// The same, for a field that may stay empty.
            pub fn parse_optional(field: FieldId, text: &str) -> Result<Option<Self>, Refusal> {
                if text.trim().is_empty() { Ok(None) } else { Self::parse(field, text).map(Some) }
            }

            /// The text. Personal: do not log it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Value for $name {
            fn from_scalar(scalar: &Scalar) -> Option<Self> {
                Self::parse(FieldId::Text, scalar.as_text()?).ok()
            }
            fn to_scalar(&self) -> Scalar {
                self.as_str().into()
            }
        }
    };
}

text_type! {
    /// A person's name: 1 to 40 characters on one line.
    PersonName, max: 40, prose: false
}
text_type! {
    /// A short line (a doorplate, a branch, a place, a tag): 1 to 80 characters.
    ShortText, max: 80, prose: false
}
text_type! {
    /// Prose (a note, a diary text): 1 to 4000 characters, lines kept.
    Prose, max: 4000, prose: true
}
text_type! {
    /// The title of a matter, which is shown on the public board: 1 to 60 characters. What looks like a phone or ID
    /// number is refused by [`Title::parse_public`].
    Title, max: 60, prose: false
}

impl Title {
    /// A title for the public board (`docs/glossary.md`, *board*): without a run of 7 or more digits, spaces and hyphens
    /// between them left aside, unless it is a date.
    pub fn parse_public(field: FieldId, text: &str) -> Result<Self, Refusal> {
        let title = Self::parse(field, text)?;
        let narrow = half_width(title.as_str());
        let mut runs = narrow.split(|c: char| !c.is_ascii_digit() && c != '-' && c != ' ');
        if runs.any(looks_like_a_number_of_somebody) {
            return Err(Refusal::new(field, Reason::LooksPersonal));
        }
        Ok(title)
    }
}

fn looks_like_a_number_of_somebody(run: &str) -> bool {
    let is_date = |word: &&str| NaiveDate::parse_from_str(word, "%Y-%m-%d").is_ok();
    let words = run.split(' ').filter(|word| !is_date(word));
    words.flat_map(str::chars).filter(char::is_ascii_digit).count() >= 7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_trimmed_and_bounded() {
        let name = PersonName::parse(FieldId::Head, "　张三 ").unwrap();
        assert_eq!(name.as_str(), "张三");
        let reason = |text: &str| PersonName::parse(FieldId::Head, text).unwrap_err().reason;
        assert_eq!(reason(" 　"), Reason::Missing);
        assert_eq!(reason(&"字".repeat(41)), Reason::TooLong { max: 40 });
        assert_eq!(reason("张\n三"), Reason::NotPlain);
        assert!(PersonName::parse(FieldId::Head, &"字".repeat(40)).is_ok());
    }

    #[test]
    fn prose_keeps_its_lines_and_nothing_invisible() {
        assert_eq!(Prose::parse(FieldId::Note, "一\r\n二").unwrap().as_str(), "一\n二");
        assert_eq!(Prose::parse(FieldId::Note, "一\u{0}二").unwrap_err().reason, Reason::NotPlain);
    }

    #[test]
    fn a_name_does_not_print_itself() {
        let name = PersonName::parse(FieldId::Head, "张三").unwrap();
        assert!(!format!("{name:?}").contains("张三"));
    }

    #[test]
    fn a_title_for_the_board_holds_no_phone_number() {
        for bad in ["找张三 13800138000", "电话１３８ ００１３ ８０００", "身份证11010519491231002X"]
        {
            assert_eq!(Title::parse_public(FieldId::Title, bad).unwrap_err().reason, Reason::LooksPersonal, "{bad}");
        }
        for good in ["河道垃圾清理", "3号楼路灯不亮", "2026-11-03 停水"] {
            assert!(Title::parse_public(FieldId::Title, good).is_ok(), "{good}");
        }
    }

    #[test]
    fn dates_are_read_as_clerks_write_them() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 3).unwrap();
        for text in ["2026-11-03", "2026/11/3", "2026.11.3", "2026年11月3日", "２０２６年１１月３日"] {
            assert_eq!(parse_date(FieldId::Date, text), Ok(day), "{text}");
        }
        for text in ["3/11/2026", "2026-11", "2026-02-30", "昨天", "45233", "2026-11-03-1"] {
            assert_eq!(parse_date(FieldId::Date, text).unwrap_err().reason, Reason::NotADate, "{text}");
        }
    }
}
