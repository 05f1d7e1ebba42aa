//! Finding a document by what people remember of it: part of a name, a doorplate, a title, or the first letters of the
//! pinyin (`wjg` finds 王建国).

use std::sync::LazyLock;

use lianhu_core::card::Card;
use lianhu_core::draft::half_width;

/// What somebody looks for. Words with a space between them are looked for each by itself, and all of them have to be there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought(Vec<Vec<char>>);

impl Sought {
    /// What was typed. Capitals, full-width signs and marks between letters do not matter; nothing typed finds everything.
    pub fn new(typed: &str) -> Self {
        let typed = half_width(typed);
        let words = typed.split_whitespace().map(plain).filter(|word| !word.is_empty());
        Sought(words.collect())
    }

    /// Whether everything is found.
    pub fn is_all(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a document's card answers to it, by what lists show first of it or by its doorplate.
    pub fn is_in(&self, card: &Card) -> bool {
        let texts: Vec<Vec<char>> =
            [&card.title, &card.doorplate].into_iter().flatten().map(|text| plain(&half_width(text))).collect();
        self.0.iter().all(|word| texts.iter().any(|text| text.windows(word.len()).any(|part| is_meant(word, part))))
    }
}

/// Letters, figures and characters alone, in small letters: a doorplate `12-3号` is also found as `123`.
fn plain(text: &str) -> Vec<char> {
    text.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn is_meant(word: &[char], part: &[char]) -> bool {
    word.iter().zip(part).all(|(typed, there)| typed == there || typed.is_ascii_lowercase() && begins(*there, *typed))
}

/// The first letters of every character from U+4E00 to U+9FFF, in their order: a capital begins a character, small letters are
/// those of its other readings, and a hyphen stands for none. A hundredth of what the tables of all readings take.
const INITIALS: &str = include_str!("initials.txt");
const FIRST: u32 = 0x4e00;

/// The same to be looked up: a bit for each letter.
static LETTERS: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let mut letters: Vec<u32> = Vec::new();
    for sign in INITIALS.trim_end().bytes() {
        match (bit(sign.to_ascii_lowercase()), letters.last_mut()) {
            (bit, Some(last)) if sign.is_ascii_lowercase() => *last |= bit,
            (bit, _) => letters.push(bit),
        }
    }
    letters
});

fn bit(letter: u8) -> u32 {
    if letter.is_ascii_lowercase() { 1 << (letter - b'a') } else { 0 }
}

/// Whether a reading of a character begins with a letter. A character with several readings has several first letters.
fn begins(there: char, letter: char) -> bool {
    let place = u32::from(there).checked_sub(FIRST).and_then(|place| usize::try_from(place).ok());
    let letters = place.and_then(|place| LETTERS.get(place)).copied().unwrap_or(0);
    u8::try_from(letter).is_ok_and(|letter| letters & bit(letter) != 0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pinyin::ToPinyinMulti as _;

    use super::*;

    #[test]
    fn the_first_letters_are_those_of_every_reading() {
        let mut all = String::new();
        for place in FIRST..=0x9fff {
            let readings = char::from_u32(place).unwrap().to_pinyin_multi().into_iter().flatten();
            let letters = readings.filter_map(|reading| reading.plain().chars().next());
            let letters: BTreeSet<char> = letters.filter(char::is_ascii_lowercase).collect();
            let capital = |(at, letter): (usize, char)| if at == 0 { letter.to_ascii_uppercase() } else { letter };
            let entry: String = letters.into_iter().enumerate().map(capital).collect();
            all.push_str(if entry.is_empty() { "-" } else { &entry });
        }
        assert!(INITIALS.trim_end() == all);
        assert_eq!(LETTERS.len(), 0x9fff - 0x4e00 + 1);
    }

    fn found(typed: &str, title: &str, doorplate: &str) -> bool {
        let card = Card { title: Some(title.into()), doorplate: Some(doorplate.into()), ..Card::default() };
        Sought::new(typed).is_in(&card)
    }

    #[test]
    fn a_household_is_found_by_part_of_its_name_its_doorplate_and_first_letters() {
        for typed in ["", "王建国", "建国", "wjg", "WJG", "jg", "王jg", "12-3", "123", "１２", "wjg 12", "12 王"]
        {
            assert!(found(typed, "王建国", "火炬村12-3号"), "{typed}");
        }
        for typed in ["李", "gj", "wg", "13", "wjg 13", "jian", "王 李"] {
            assert!(!found(typed, "王建国", "火炬村12-3号"), "{typed}");
        }
    }

    #[test]
    fn a_character_with_several_readings_is_found_by_each_of_them() {
        // 单 is read dān, shàn (as a family name) and chán; 曾 is zēng and céng; 解 is jiě and xiè.
        for typed in ["dxf", "sxf", "cxf"] {
            assert!(found(typed, "单雄飞", ""), "{typed}");
        }
        assert!(found("zl", "曾丽", "") && found("cl", "曾丽", ""));
        assert!(found("xp", "解平", "") && found("jp", "解平", ""));
        assert!(!found("wxf", "单雄飞", ""));
    }
}
