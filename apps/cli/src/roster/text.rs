//! What a cell means: names, phones, dates and counts as clerks write them.
//!
//! Taking away spaces and widths loses nothing and is done; filling in a digit, a month or a person would be a guess and
//! is not.

use std::collections::BTreeSet;

use chrono::{Datelike as _, NaiveDate};

use super::grid::Cell;
use super::reason::Reason;
use super::{Exempt, Note, Residence, RosterRole};

/// The same text with full-width letters, digits and punctuation made half-width.
pub(super) fn half_width(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        other => other,
    };
    text.chars().map(narrow).collect()
}

/// Without any white space.
pub(super) fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\u{feff}' | '\u{200b}')).collect()
}

/// Half-width and without white space.
pub(super) fn plain(text: &str) -> String {
    squeeze(&half_width(text))
}

/// A cell's meaning and what had to be tidied to see it.
pub(super) type Read<T> = Result<(T, Option<Note>), Reason>;

/// The words of a cell; an error value or an endless text is not clear.
pub(super) fn words(cell: &Cell) -> Result<String, Reason> {
    match cell {
        Cell::Bad => Err(Reason::CellError),
        Cell::TooLong => Err(Reason::CellTooLong),
        other => Ok(other.words()),
    }
}

/// Words that say "nothing here".
fn says_nothing(text: &str) -> bool {
    matches!(text, "" | "-" | "--" | "—" | "——" | "/" | "\\" | "无" | "暂无" | "没有")
}

/// A line without control characters, half-width, without white space; `None` when blank.
pub(super) fn line(cell: &Cell) -> Read<Option<String>> {
    let raw = words(cell)?;
    if raw.trim().chars().any(char::is_control) {
        return Err(Reason::NotPlain);
    }
    let text = plain(&raw);
    let note = (text != raw).then_some(Note::Tidied);
    Ok(((!text.is_empty()).then_some(text), note.filter(|_| !raw.is_empty())))
}

/// A person's name. Chinese lists pad two-character names with a space; that goes. Digits and signs are not a name.
pub(super) fn name(cell: &Cell) -> Read<Option<String>> {
    let (text, note) = line(cell)?;
    let Some(text) = text else { return Ok((None, None)) };
    let fits = |c: char| c.is_alphabetic() || matches!(c, '·' | '.' | '•' | '-' | '\'' | '〇' | '○');
    if text.chars().count() > 40 || !text.chars().all(fits) || !text.chars().any(char::is_alphabetic) {
        return Err(Reason::NameUnclear);
    }
    Ok((Some(text), note))
}

/// A village by its short name: 庆胜村村民委员会, 庆胜村委会 and 庆胜村 are one.
pub(super) fn village(cell: &Cell) -> Read<Option<String>> {
    let (text, note) = line(cell)?;
    let Some(text) = text else { return Ok((None, None)) };
    let long = [
        ("村村民委员会", "村"),
        ("村民委员会", "村"),
        ("村村委会", "村"),
        ("村委会", "村"),
        ("社区居民委员会", "社区"),
        ("社区居委会", "社区"),
    ];
    for (ending, short) in long {
        if let Some(stem) = text.strip_suffix(ending).filter(|stem| !stem.is_empty()) {
            return Ok((Some(format!("{stem}{short}")), Some(Note::VillageShortened)));
        }
    }
    Ok((Some(text), note))
}

/// A phone: an 11-digit mobile, or a landline with or without its area code. Blank is fine; ten digits are not.
pub(super) fn phone(cell: &Cell) -> Read<Option<String>> {
    let raw = match cell {
        // A whole number below 2^53 is exact; anything else has lost digits already.
        Cell::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => format!("{number:.0}"),
        Cell::Number(_) | Cell::Date(_) => return Err(Reason::PhoneUnclear),
        other => words(other)?,
    };
    let text = plain(&raw);
    if says_nothing(&text) {
        return Ok((None, (!raw.is_empty()).then_some(Note::SaysNothing)));
    }
    let digits: String = text.chars().filter(|c| !matches!(c, '-' | '(' | ')' | '–' | '—')).collect();
    let digits = digits.strip_prefix("+86").unwrap_or(&digits);
    let fits = digits.bytes().all(|c| c.is_ascii_digit())
        && matches!(
            (digits.as_bytes(), digits.len()),
            ([b'1', b'3'..=b'9', ..], 11) | ([b'0', b'1'..=b'9', ..], 10..=12) | ([b'2'..=b'9', ..], 7 | 8)
        );
    if !fits {
        return Err(Reason::PhoneUnclear);
    }
    let note = match cell {
        Cell::Number(_) => Some(Note::NumberAsPhone),
        _ => (digits != raw).then_some(Note::Tidied),
    };
    Ok((Some(digits.to_owned()), note))
}

fn year_month(year: &str, month: &str) -> Option<(i32, u32)> {
    let year = (year.len() == 4).then(|| year.parse().ok()).flatten()?;
    let month = (1..=2).contains(&month.len()).then(|| month.parse().ok()).flatten()?;
    ((1900..=2100).contains(&year) && (1..=12).contains(&month)).then_some((year, month))
}

/// Numbers apart, whatever stands between them: `1965.4`, `1950年5月`, `1982-08`, `2025/9/18`, `198208`, `20250918`.
fn parts(text: &str) -> Vec<String> {
    let text = text.replace(['年', '月', '/', '.', '。'], "-");
    let text = text.trim_end_matches(['日', '号', '生', '-']);
    let apart: Vec<String> = text.split('-').map(str::to_owned).collect();
    match apart.as_slice() {
        [run] if run.len() == 6 && run.is_ascii() => vec![run[..4].to_owned(), run[4..].to_owned()],
        [run] if run.len() == 8 && run.is_ascii() => {
            vec![run[..4].to_owned(), run[4..6].to_owned(), run[6..].to_owned()]
        }
        _ => apart,
    }
}

/// A month of birth. `text_keeps_zeros` says whether `1990.1` can only be January: a spreadsheet turns a typed 1990.10
/// into the number 1990.1, and then nobody knows.
pub(super) fn birth(cell: &Cell, text_keeps_zeros: bool) -> Read<Option<(i32, u32)>> {
    let (raw, exact) = match cell {
        Cell::Date(date) => return Ok((Some((date.year(), date.month())), None)),
        Cell::Number(number) => (number.to_string(), false),
        other => (words(other)?, text_keeps_zeros),
    };
    let text = plain(&raw);
    if says_nothing(&text) {
        return Ok((None, None));
    }
    if !exact && text.ends_with(".1") {
        return Err(Reason::BirthUnclear);
    }
    let parts = parts(&text);
    let month = match parts.as_slice() {
        // A year alone is clear, it only tells less.
        [year] if year_month(year, "1").is_some() => return Ok((None, None)),
        [year, month] => year_month(year, month),
        [_, _, _] => day(&text).map(|date| (date.year(), date.month())),
        _ => None,
    };
    month.map(|month| (Some(month), None)).ok_or(Reason::BirthUnclear)
}

fn day(text: &str) -> Option<NaiveDate> {
    let parts = parts(text);
    let [year, month, day] = parts.as_slice() else { return None };
    let (year, month) = year_month(year, month)?;
    let day = (1..=2).contains(&day.len()).then(|| day.parse().ok()).flatten()?;
    NaiveDate::from_ymd_opt(year, month, day)
}

/// A day of the calendar.
pub(super) fn date(cell: &Cell) -> Read<Option<NaiveDate>> {
    let raw = match cell {
        Cell::Date(date) => return Ok((Some(*date), None)),
        // 20250918 typed as a number is a date; 45918 is only a spreadsheet's count of days.
        other => words(other)?,
    };
    let text = half_width(&raw);
    let text = text.trim().trim_end_matches(" 00:00:00").trim_end_matches(" 0:00:00").trim_end_matches(" 0:00");
    let text = plain(text);
    if says_nothing(&text) {
        return Ok((None, None));
    }
    let found = day(&text).filter(|date| date.year() >= 1949).ok_or(Reason::DateUnclear)?;
    Ok((Some(found), (found.to_string() != raw).then_some(Note::DateRewritten)))
}

/// How many people: `4`, `4人`, `三`, `三口`, `十二`.
pub(super) fn count(cell: &Cell) -> Read<Option<u8>> {
    let raw = words(cell)?;
    let text = plain(&raw);
    if says_nothing(&text) {
        return Ok((None, None));
    }
    let bare = text.trim_end_matches(['人', '口', '位', '个']);
    let number = if bare.bytes().all(|c| c.is_ascii_digit()) { bare.parse().ok() } else { chinese_number(bare) };
    let number: u8 = number.filter(|number| (0..=30).contains(number)).ok_or(Reason::CountUnclear)?;
    Ok((Some(number), (number.to_string() != raw).then_some(Note::CountRewritten)))
}

/// 一 to 二十九.
fn chinese_number(text: &str) -> Option<u8> {
    let digit = |c: char| match c {
        '零' | '〇' => Some(0),
        '一' | '壹' => Some(1),
        '二' | '两' | '贰' => Some(2),
        '三' | '叁' => Some(3),
        '四' | '肆' => Some(4),
        '五' | '伍' => Some(5),
        '六' | '陆' => Some(6),
        '七' | '柒' => Some(7),
        '八' | '捌' => Some(8),
        '九' | '玖' => Some(9),
        _ => None,
    };
    let characters: Vec<char> = text.chars().collect();
    match characters.as_slice() {
        ['十'] => Some(10),
        [one] => digit(*one),
        ['十', ones] => digit(*ones).filter(|ones| *ones > 0).map(|ones| 10 + ones),
        ['二', '十'] => Some(20),
        ['二', '十', ones] => digit(*ones).filter(|ones| *ones > 0).map(|ones| 20 + ones),
        _ => None,
    }
}

/// Yes or no, as ticked.
pub(super) fn yes(cell: &Cell) -> Read<bool> {
    let text = plain(&words(cell)?);
    match text.as_str() {
        "是" | "√" | "✓" | "✔" | "有" | "1" | "中心户" | "Y" | "y" => Ok((true, None)),
        "否" | "×" | "✗" | "0" | "不是" | "N" | "n" => Ok((false, None)),
        other if says_nothing(other) => Ok((false, None)),
        _ => Err(Reason::ChoiceUnclear),
    }
}

/// Whether people live there.
pub(super) fn residence(cell: &Cell) -> Read<Option<Residence>> {
    let text = plain(&words(cell)?);
    let residence = match text.as_str() {
        "常住" | "在家" | "居住" | "全家在家" => Residence::LivedIn,
        "部分外出" | "部分在家" => Residence::PartlyAway,
        "全家外出" | "举家外出" | "全部外出" => Residence::AllAway,
        "空户" | "空房" | "空置" | "空挂户" | "无人居住" => Residence::Empty,
        "租住" | "出租" | "租户" | "外来租住" | "新居民租住" => Residence::Renting,
        other if says_nothing(other) => return Ok((None, None)),
        _ => return Err(Reason::ChoiceUnclear),
    };
    Ok((Some(residence), None))
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(['、', ',', '，', ';', '；', '/', '|']).map(str::trim).filter(|part| !says_nothing(part))
}

/// Care tags under their short names; a tag we have no name for stays as it was written.
pub(super) fn care(cell: &Cell) -> Read<BTreeSet<String>> {
    let (text, _) = line(cell)?;
    let text = text.unwrap_or_default();
    let tags = split(&text).map(|tag| match tag {
        "低保对象" | "低保户" => "低保",
        "特困人员" | "特困户" | "五保" | "五保户" => "特困",
        "低保边缘户" | "低边" => "低保边缘",
        "残疾人" => "残疾",
        "独居老人" => "独居",
        "优抚对象" => "优抚",
        "重病患者" | "大病" => "重病",
        other => other,
    });
    Ok((tags.map(str::to_owned).collect(), None))
}

/// The roles a post stands for. A post we do not know gives no role: rights are never guessed.
pub(super) fn roles(cell: &Cell) -> Read<BTreeSet<RosterRole>> {
    let (text, _) = line(cell)?;
    let mut roles = BTreeSet::from([RosterRole::Member]);
    let mut note = None;
    for post in split(&text.unwrap_or_default()) {
        roles.insert(match post {
            "党员" | "联户党员" => RosterRole::Member,
            "中心户" | "中心户长" | "微网格长" => RosterRole::Node,
            "支部书记" | "党支部书记" | "网格长" | "支书" => RosterRole::BranchLead,
            "村书记"
            | "村党委书记"
            | "村党总支书记"
            | "村党支部书记"
            | "村党组织书记"
            | "村党总支副书记"
            | "村党委副书记"
            | "村主任"
            | "村委会主任"
            | "村委会副主任"
            | "村两委"
            | "村两委委员"
            | "两委委员"
            | "村委委员"
            | "村委会委员" => RosterRole::VillageBoard,
            "村务监督委员会主任" | "村务监督委员会委员" | "村监委主任" | "村监委委员" | "村监会主任" => {
                RosterRole::Supervisor
            }
            "驻村干部" | "驻村指导员" => RosterRole::ResidentCadre,
            "镇综合信息指挥室" | "镇综合信息指挥室工作人员" | "镇党建办" | "镇党建办工作人员" => {
                RosterRole::TownDesk
            }
            _ => {
                note = Some(Note::PostWithoutRole);
                continue;
            }
        });
    }
    Ok((roles, note))
}

/// Why a member has no households, from the column for it.
pub(super) fn exempt(cell: &Cell) -> Read<Option<Exempt>> {
    let (text, _) = line(cell)?;
    let text = text.unwrap_or_default();
    Ok((
        if says_nothing(&text) || text == "否" { None } else { Some(exempt_kind(&text).unwrap_or(Exempt::Other)) },
        None,
    ))
}

/// The same from a free remark, which may be about something else.
pub(super) fn exempt_in_remark(cell: &Cell) -> Read<Option<Exempt>> {
    let (text, _) = line(cell)?;
    let Some(text) = text.filter(|text| !says_nothing(text)) else { return Ok((None, None)) };
    let spared = text.contains("免联") || text.contains("不联户");
    let bare = text.replace("免联", "");
    let bare = bare.trim_matches(['、', ',', '，', ';', '(', ')', ':']);
    match exempt_kind(bare) {
        Some(kind) => Ok((Some(kind), None)),
        None if spared => Ok((Some(Exempt::Other), None)),
        None => Ok((None, Some(Note::RemarkNotKept))),
    }
}

fn exempt_kind(text: &str) -> Option<Exempt> {
    match text {
        "年老" | "年老体弱" | "高龄" | "年龄大" | "年迈" => Some(Exempt::Age),
        "病" | "患病" | "重病" | "生病" | "身体不好" | "残疾" | "卧床" => Some(Exempt::Health),
        "外出" | "长期外出" | "长年外出" | "外出务工" | "常年外出" => Some(Exempt::Away),
        _ => None,
    }
}

/// Twelve digits of a statistical area code.
pub(super) fn area_code(cell: &Cell) -> Read<Option<String>> {
    let raw = match cell {
        Cell::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => format!("{number:.0}"),
        other => words(other)?,
    };
    let text = plain(&raw);
    if says_nothing(&text) {
        return Ok((None, None));
    }
    let fits = text.len() == 12 && text.bytes().all(|c| c.is_ascii_digit()) && !text.starts_with('0');
    if fits { Ok((Some(text), None)) } else { Err(Reason::AreaCodeUnclear) }
}
