//! R18 类事分析: which kinds of matters come, again and again, and where. The paper for the analysis meeting.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::private::Private;
use crate::report::asked::{Asked, Period};
use crate::report::definitions::ReportId;
use crate::report::facts::{Facts, MatterFact};
use crate::report::figures::{Figure, Report, Table, words};
use crate::report::handling::matters;
use crate::report::hide::{Group, hidden};

/// Categories of the default list that are about public things. By any other (health, work, quarrels, hardship, one a
/// village added) somebody may be found.
const PUBLIC_THINGS: &[&str] = &[
    "水利",
    "交通",
    "教育",
    "农业",
    "能源",
    "环境保护",
    "城乡规划建设",
    "科技文体",
    "公共安全",
    "村务监督",
    "政策咨询",
];

/// Whether a category is about a person's life, so that small numbers of it are hidden. No category is about nobody.
pub(super) fn is_about_a_life(category: Option<&str>) -> bool {
    category.is_some_and(|category| !PUBLIC_THINGS.contains(&category))
}

/// A category's matters.
#[derive(Default)]
struct Kind {
    recorded: u64,
    recurring: u64,
    /// Days from recorded to closed, of those closed in the period.
    days: Vec<u64>,
}

/// Where and of which category.
type At<'a> = (Option<&'a Private<String>>, &'a str);

fn place(matter: &MatterFact) -> Option<&str> {
    matter.place.as_ref().map(|place| place.trim()).filter(|place| !place.is_empty())
}

fn at(matter: &MatterFact) -> Option<At<'_>> {
    place(matter).map(|place| (matter.category.as_ref(), place))
}

/// R18.
pub(super) fn kinds(facts: &Facts, asked: &Asked) -> Report {
    let seen = recorded_days(facts, asked);
    let mut kinds: BTreeMap<Option<&Private<String>>, Kind> = BTreeMap::new();
    let mut places: BTreeMap<At<'_>, u64> = BTreeMap::new();
    for (_, matter) in matters(facts, asked) {
        let kind = kinds.entry(matter.category.as_ref()).or_default();
        if asked.in_period(matter.recorded_on) {
            kind.recorded += 1;
            kind.recurring += u64::from(came_before(&seen, matter));
            if let Some(at) = at(matter) {
                *places.entry(at).or_default() += 1;
            }
        }
        if let (Some(from), Some(to)) = (matter.recorded_on, matter.closed_on.filter(|to| asked.in_period(Some(*to)))) {
            kind.days.push(to.signed_duration_since(from).num_days().max(0).unsigned_abs());
        }
    }
    kinds.retain(|_, kind| kind.recorded > 0 || !kind.days.is_empty());
    let recorded: u64 = kinds.values().map(|kind| kind.recorded).sum();
    let recurring: u64 = kinds.values().map(|kind| kind.recurring).sum();
    let days = kinds.values().flat_map(|kind| kind.days.iter().copied()).collect();
    Report::new(ReportId::R18, *asked)
        .line(words("期内记录", "recorded in the period"), Figure::Count(recorded))
        .line(words("重复发生", "recurring"), Figure::Count(recurring))
        .line(words("办结天数中位数", "median days to close"), median(days))
        .table(by_category(kinds))
        .table(repeat_places(places))
}

/// On which days matters of a category were recorded at a place, in their order.
fn recorded_days<'a>(facts: &'a Facts, asked: &Asked) -> BTreeMap<At<'a>, Vec<NaiveDate>> {
    let mut seen: BTreeMap<At<'a>, Vec<NaiveDate>> = BTreeMap::new();
    for (_, matter) in matters(facts, asked) {
        if let (Some(at), Some(day)) = (at(matter), matter.recorded_on) {
            seen.entry(at).or_default().push(day);
        }
    }
    seen.values_mut().for_each(|days| days.sort_unstable());
    seen
}

/// Whether there was one like it in the twelve months before.
fn came_before(seen: &BTreeMap<At<'_>, Vec<NaiveDate>>, matter: &MatterFact) -> bool {
    let (Some(at), Some(day)) = (at(matter), matter.recorded_on) else { return false };
    let year = Period::new(day, day).ok().and_then(|day| day.twelve_months());
    let days = seen.get(&at).map(Vec::as_slice).unwrap_or_default();
    days.iter().any(|other| *other < day && year.is_some_and(|year| year.has(Some(*other))))
}

/// The middle one of several numbers of days, in tenths; between two, the middle of them.
fn median(mut days: Vec<u64>) -> Figure {
    days.sort_unstable();
    let middle = days.len() / 2;
    let (upper, lower) = (days.get(middle), middle.checked_sub(1).and_then(|lower| days.get(lower)));
    match (upper, lower) {
        (Some(upper), Some(lower)) if days.len().is_multiple_of(2) => Figure::TenthDays((upper + lower) * 5),
        (Some(upper), _) => Figure::TenthDays(upper * 10),
        (None, _) => Figure::Nothing,
    }
}

fn by_category(kinds: BTreeMap<Option<&Private<String>>, Kind>) -> Table {
    let mut rows: Vec<_> = kinds.into_iter().collect();
    // The most first; of equal ones, by name.
    rows.sort_by_key(|(category, kind)| (std::cmp::Reverse(kind.recorded), *category));
    let groups: Vec<Group> = rows
        .iter()
        .map(|(category, kind)| Group {
            counts: vec![kind.recorded, kind.recurring],
            sensitive: is_about_a_life(category.map(|category| category.as_str())),
        })
        .collect();
    let rows = rows.into_iter().zip(hidden(&groups)).map(|((category, kind), is_hidden)| {
        let name = category.cloned().map_or(Figure::Word(words("未写明", "not said")), Figure::Text);
        let figures = [Figure::Count(kind.recorded), Figure::Count(kind.recurring), median(kind.days)];
        std::iter::once(name).chain(figures.map(|figure| if is_hidden { Figure::Hidden } else { figure })).collect()
    });
    Table {
        title: words("按类别", "by category"),
        columns: vec![
            words("类别", "category"),
            words("件数", "matters"),
            words("重复发生", "recurring"),
            words("办结天数中位数", "median days to close"),
        ],
        rows: rows.collect(),
    }
}

fn repeat_places(places: BTreeMap<At<'_>, u64>) -> Table {
    let is_listed = |at: &At<'_>, count: u64| count > 1 && !is_about_a_life(at.0.map(|category| category.as_str()));
    let mut rows: Vec<_> = places.into_iter().filter(|(at, count)| is_listed(at, *count)).collect();
    rows.sort_by_key(|(at, count)| (std::cmp::Reverse(*count), *at));
    let row = |((category, place), count): (At<'_>, u64)| {
        let category = category.cloned().map_or(Figure::Word(words("未写明", "not said")), Figure::Text);
        vec![Figure::Text(place.into()), category, Figure::Count(count)]
    };
    Table {
        title: words("同一地点多次发生", "places with two and more of a kind"),
        columns: vec![words("地点", "place"), words("类别", "category"), words("件数", "matters")],
        rows: rows.into_iter().map(row).collect(),
    }
}
