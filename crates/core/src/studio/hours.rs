//! Open hours as people write them on a door: a weekday and from when to when, read as far as they can be.

use chrono::{NaiveTime, Weekday};

use crate::draft::half_width;

/// One line of open hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenLine {
    /// The line as it was written.
    pub text: String,
    /// The weekdays it names; none if it names none that can be read.
    pub days: Vec<Weekday>,
    /// From when to when; nothing if it does not say, or not so that it can be read.
    pub hours: Option<(NaiveTime, NaiveTime)>,
}

/// Reads open hours line by line. What cannot be read stays as text.
pub fn open_lines(text: &str) -> Vec<OpenLine> {
    let lines = text.split(['\n', '；', ';']).map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| OpenLine { text: line.to_owned(), days: days(line), hours: hours(line) }).collect()
}

const WEEK: [(char, Weekday); 9] = [
    ('一', Weekday::Mon),
    ('二', Weekday::Tue),
    ('三', Weekday::Wed),
    ('四', Weekday::Thu),
    ('五', Weekday::Fri),
    ('六', Weekday::Sat),
    ('日', Weekday::Sun),
    ('天', Weekday::Sun),
    ('末', Weekday::Sat),
];

/// The days after 周, 星期 or 礼拜, a span from one to another filled in; 每天 is all of them.
fn days(line: &str) -> Vec<Weekday> {
    let all = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    if ["每天", "每日", "天天"].iter().any(|word| line.contains(word)) {
        return all.to_vec();
    }
    let line = line.replace("星期", "周").replace("礼拜", "周");
    let mut named: Vec<Weekday> = Vec::new();
    let (mut in_week, mut span) = (false, false);
    for c in line.chars() {
        let day = WEEK.iter().find(|(known, _)| *known == c).map(|(_, day)| *day).filter(|_| in_week);
        match (day, c) {
            (_, '周') => in_week = true,
            (Some(day), _) => {
                if let Some(last) = named.last().copied().filter(|_| span) {
                    let between = |other: &&Weekday| {
                        let (from, to) = (last.num_days_from_monday(), day.num_days_from_monday());
                        (from + 1..to).contains(&other.num_days_from_monday())
                    };
                    named.extend(all.iter().filter(between));
                }
                named.push(day);
                if c == '末' {
                    named.push(Weekday::Sun);
                }
                span = false;
            }
            (None, '至' | '到' | '-' | '—' | '~' | '～') => span = in_week,
            (None, '、' | '，' | ',' | ' ') => span = false,
            _ => (in_week, span) = (false, false),
        }
    }
    named.sort_by_key(Weekday::num_days_from_monday);
    named.dedup();
    named
}

/// The first two times of the line, if the second comes after the first.
fn hours(line: &str) -> Option<(NaiveTime, NaiveTime)> {
    let line = half_width(line).replace('点', ":00").replace("时", ":00").replace(":00半", ":30");
    let words = line.split(|c: char| !c.is_ascii_digit() && c != ':');
    let mut times = words.filter_map(|word| {
        let (hour, minute) = word.split_once(':')?;
        NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0)
    });
    let (from, to) = (times.next()?, times.next()?);
    (from < to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};

    #[test]
    fn open_hours_are_read_as_they_stand_on_the_door() {
        let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
        let cases = [
            ("周三 8:30-11:30", &[Wed][..], Some((at(8, 30), at(11, 30)))),
            ("星期一至星期五　９：００—１７：００", &[Mon, Tue, Wed, Thu, Fri], Some((at(9, 0), at(17, 0)))),
            ("周二、四晚上7点半", &[Tue, Thu], None),
            ("周末 9点到11点", &[Sat, Sun], Some((at(9, 0), at(11, 0)))),
            ("每天 7:00-8:00", &[Mon, Tue, Wed, Thu, Fri, Sat, Sun], Some((at(7, 0), at(8, 0)))),
            ("有事随时来", &[], None),
            ("一楼 11:30-8:30", &[], None),
        ];
        for (text, days, hours) in cases {
            let lines = open_lines(text);
            assert_eq!((lines[0].days.as_slice(), lines[0].hours), (days, hours), "{text}");
            assert_eq!(lines[0].text, text.trim());
        }
        assert_eq!(open_lines("周一 8:00-9:00；周二 8:00-9:00\n\n随时").len(), 3);
    }
}
