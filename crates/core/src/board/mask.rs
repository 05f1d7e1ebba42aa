//! Numbers of people that somebody typed into words for the board.

use crate::draft::half_width;

/// What stands where a number stood.
const MASK: &str = "＊＊＊";

/// The same text without what looks like a mobile, a landline with its area code or an ID number, also where spaces or
/// hyphens are between its digits. Dates and the township's own numbers stay.
pub fn masked(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let groups = groups(&chars);
    let mut out = String::new();
    let (mut at, mut group) = (0, 0);
    while let Some((start, _)) = groups.get(group) {
        out.extend(chars.get(at..*start).unwrap_or_default());
        at = *start;
        let longest = (group..groups.len()).rev().find(|last| is_somebodys(&chars, &groups, group, *last));
        let last = longest.unwrap_or(group);
        let end = groups.get(last).map_or(at, |(_, end)| *end);
        match longest {
            Some(_) => out.push_str(MASK),
            None => out.extend(chars.get(at..end).unwrap_or_default()),
        }
        (at, group) = (end, last + 1);
    }
    out.extend(chars.get(at..).unwrap_or_default());
    out
}

/// A digit, full-width ones too, or the X at the end of an ID number.
fn digit(c: char) -> Option<char> {
    half_width(&c.to_string()).chars().next().filter(|c| c.is_ascii_digit() || matches!(c, 'x' | 'X'))
}

/// Runs of digits: where each begins and ends.
fn groups(chars: &[char]) -> Vec<(usize, usize)> {
    let mut groups: Vec<(usize, usize)> = Vec::new();
    for (at, c) in chars.iter().enumerate() {
        match (digit(*c), groups.last_mut()) {
            (Some(_), Some(last)) if last.1 == at => last.1 = at + 1,
            (Some('0'..='9'), _) => groups.push((at, at + 1)),
            _ => {}
        }
    }
    groups
}

/// Whether some groups, with nothing but spaces, hyphens and brackets between them, are a number of somebody.
fn is_somebodys(chars: &[char], groups: &[(usize, usize)], first: usize, last: usize) -> bool {
    let groups = groups.get(first..=last).unwrap_or_default();
    // No number of anybody has more digits than an ID number.
    if groups.len() > 18 {
        return false;
    }
    let apart = groups.iter().zip(groups.iter().skip(1)).any(|((_, end), (start, _))| {
        let between = chars.get(*end..*start).unwrap_or_default();
        let filler = |c: &char| c.is_whitespace() || matches!(c, '-' | '－' | '–' | '—' | '(' | ')' | '（' | '）');
        between.len() > 2 || !between.iter().all(filler)
    });
    let digits = groups.iter().flat_map(|(start, end)| chars.get(*start..*end).unwrap_or_default());
    let digits: String = digits.filter_map(|c| digit(*c)).collect();
    !apart && is_a_number_of_a_person(&digits)
}

fn is_a_number_of_a_person(digits: &str) -> bool {
    let mobile = |digits: &str| {
        let begins = matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..]);
        digits.len() == 11 && begins && digits.bytes().all(|digit| digit.is_ascii_digit())
    };
    let body = digits.get(..17).unwrap_or_default();
    let id = digits.len() == 18 && body.bytes().all(|digit| digit.is_ascii_digit()) && !digits.starts_with('0');
    let landline = (10..=12).contains(&digits.len()) && digits.starts_with('0');
    id || landline || mobile(digits) || digits.strip_prefix("86").is_some_and(mobile)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_somebody_does_not_come_through_however_it_is_written() {
        for text in [
            "找张三13800138000",
            "１３８ ００１３ ８０００",
            "138-0013-8000",
            "8613800138000",
            "11010519491231002X",
            "44052418800101 0014",
            "电话0573-82345678。",
        ] {
            let masked = masked(text);
            assert!(masked.contains(MASK) && !masked.contains("8000") && !masked.contains("5678"), "{text}: {masked}");
        }
        assert_eq!(masked("13800138000 13900139000"), "＊＊＊ ＊＊＊");
    }

    #[test]
    fn dates_amounts_and_the_townships_numbers_stay() {
        for text in ["2026-11-03 停水", "330411101203-2026-0007", "3号楼12户", "8:30-11:30", "30000元", "K3XX-9Z", ""]
        {
            assert_eq!(masked(text), text);
        }
    }
}
