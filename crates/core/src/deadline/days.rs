//! Working days: weekends are off, unless the State Council's notice of the year moves them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{Datelike as _, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::document::Scalar;
use crate::draft::{FieldId, Reason, Refusal, parse_date};
use crate::value::Value;

/// The holidays of the last and the present year, as they were published.
const SHIPPED: &[&str] =
    &[include_str!("../../../../seeds/calendar/2025.json"), include_str!("../../../../seeds/calendar/2026.json")];

/// How many days are looked through for one working day: no calendar has a month without any.
const LONGEST_BREAK_DAYS: u32 = 31;

/// The days of one year that are not as the week has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearPlan {
    /// The year.
    pub year: i32,
    /// Who published it: the name of the notice.
    #[serde(default)]
    pub notice: String,
    /// Days off, weekends among them or not.
    #[serde(default)]
    pub off: BTreeSet<NaiveDate>,
    /// Weekends that are worked.
    #[serde(default)]
    pub work: BTreeSet<NaiveDate>,
}

impl YearPlan {
    /// A year's plan from a file: JSON as `seeds/calendar/2026.json` has it, or lines of a CSV, `date,off` or `date,work`
    /// (`休` and `班` too; a heading is passed over). Every day must be of one year, and no day both.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim_start_matches('\u{feff}').trim();
        let plan = if text.starts_with('{') {
            serde_json::from_str(text).map_err(|_| Refusal::new(FieldId::Calendar, Reason::NotAChoice))?
        } else {
            Self::parse_lines(text)?
        };
        let of_year = |day: &NaiveDate| day.year() == plan.year;
        if plan.off.is_empty() || !plan.off.is_disjoint(&plan.work) || !plan.off.iter().chain(&plan.work).all(of_year) {
            return Err(Refusal::new(FieldId::Calendar, Reason::NotAChoice));
        }
        Ok(plan)
    }

    fn parse_lines(text: &str) -> Result<Self, Refusal> {
        let mut plan = YearPlan::default();
        for (at, line) in text.lines().enumerate() {
            let mut cells = line.split([',', '，', '\t']).map(|cell| cell.trim().trim_matches('"'));
            let (Some(day), Some(kind)) = (cells.next(), cells.next()) else {
                if line.trim().is_empty() {
                    continue;
                }
                return Err(Refusal::new(FieldId::Calendar, Reason::Missing));
            };
            let day = match parse_date(FieldId::Calendar, day) {
                Err(_) if at == 0 => continue,
                day => day?,
            };
            match kind {
                "off" | "休" | "放假" => plan.off.insert(day),
                "work" | "班" | "上班" => plan.work.insert(day),
                _ => return Err(Refusal::new(FieldId::Calendar, Reason::NotAChoice)),
            };
            plan.year = day.year();
        }
        Ok(plan)
    }

    pub(crate) fn of(scalar: &Scalar) -> Option<Self> {
        serde_json::from_str(scalar.as_text()?).ok()
    }

    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Self::of(scalar).is_some()
    }
}

impl Value for YearPlan {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        Self::of(scalar)
    }
    fn to_scalar(&self) -> Scalar {
        serde_json::to_string(self).unwrap_or_default().into()
    }
}

/// Whether the calendar that a day was found by is the published one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// It is.
    Yes,
    /// Nobody has entered the holidays of a year that was looked at: plain weekends, so the day is provisional.
    No,
}

/// A day by which something is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// The day; it still counts.
    pub on: NaiveDate,
    /// Whether it may move when the year's holidays are published.
    pub known: Known,
}

/// Which days are worked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingDays {
    years: BTreeMap<i32, YearPlan>,
}

impl Default for WorkingDays {
    /// The published holidays that come with the program.
    fn default() -> Self {
        static PLANS: LazyLock<BTreeMap<i32, YearPlan>> = LazyLock::new(|| {
            let plans = SHIPPED.iter().filter_map(|text| YearPlan::parse(text).ok());
            plans.map(|plan| (plan.year, plan)).collect()
        });
        WorkingDays { years: PLANS.clone() }
    }
}

impl WorkingDays {
    /// The plan of a year; it takes the place of the one that was known.
    pub fn put(&mut self, year: i32, plan: YearPlan) {
        self.years.insert(year, plan);
    }

    /// The plans by year.
    pub fn years(&self) -> impl Iterator<Item = &YearPlan> {
        self.years.values()
    }

    /// The first year on after the known ones whose holidays nobody has entered.
    pub fn unknown_from(&self) -> Option<i32> {
        self.years.keys().next_back().map(|year| year + 1)
    }

    /// Whether a day is worked, and whether its year's holidays are known.
    pub fn is_worked(&self, day: NaiveDate) -> (bool, Known) {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        match self.years.get(&day.year()) {
            Some(plan) => (plan.work.contains(&day) || !weekend && !plan.off.contains(&day), Known::Yes),
            None => (!weekend, Known::No),
        }
    }

    /// The working day that is so many working days after a day, which itself does not count. None after it is the day.
    pub fn after(&self, day: NaiveDate, working_days: u32) -> Due {
        let mut due = Due { on: day, known: Known::Yes };
        for _ in 0..working_days {
            for _ in 0..LONGEST_BREAK_DAYS {
                let Some(next) = due.on.checked_add_days(Days::new(1)) else { return due };
                let (worked, known) = self.is_worked(next);
                due = Due { on: next, known: due.known.max(known) };
                if worked {
                    break;
                }
            }
        }
        due
    }

    /// How many working days lie after one day, up to another and with it.
    pub fn between(&self, from: NaiveDate, until: NaiveDate) -> u32 {
        let days = from.iter_days().skip(1).take_while(|day| *day <= until);
        u32::try_from(days.filter(|day| self.is_worked(*day).0).count()).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_published_holidays_of_two_years_come_with_the_program() {
        let days = WorkingDays::default();
        let years: Vec<_> = days.years().map(|plan| (plan.year, plan.off.len(), plan.work.len())).collect();
        assert_eq!(years, [(2025, 1 + 8 + 3 + 5 + 3 + 8, 5), (2026, 3 + 9 + 3 + 5 + 3 + 3 + 7, 6)]);
        assert!(days.years().all(|plan| plan.notice.contains("国务院办公厅")));
        assert!(days.years().flat_map(|plan| &plan.work).all(|day| day.weekday().number_from_monday() >= 6));
        assert_eq!(days.unknown_from(), Some(2027));
    }

    #[test]
    fn a_long_holiday_is_stepped_over_and_a_worked_weekend_counts() {
        let days = WorkingDays::default();
        // 2026-09-30 is a Wednesday; 10-01 to 10-07 are off, Saturday 10-10 is worked.
        assert_eq!(days.after(day("2026-09-30"), 1).on, day("2026-10-08"));
        assert_eq!(days.after(day("2026-09-30"), 3).on, day("2026-10-10"));
        assert_eq!(days.after(day("2026-09-30"), 4).on, day("2026-10-12"));
        assert_eq!(days.between(day("2026-09-30"), day("2026-10-12")), 4);
        assert_eq!(days.after(day("2026-10-03"), 0).on, day("2026-10-03"));
    }

    #[test]
    fn from_the_year_on_that_nobody_has_entered_a_day_is_provisional() {
        let mut days = WorkingDays::default();
        assert_eq!(days.after(day("2026-12-30"), 1), Due { on: day("2026-12-31"), known: Known::Yes });
        assert_eq!(days.after(day("2026-12-31"), 1), Due { on: day("2027-01-01"), known: Known::No });
        days.put(2027, YearPlan::parse("date,kind\n2027-01-01,off\n2027-01-02,work").unwrap());
        assert_eq!(days.after(day("2026-12-31"), 1), Due { on: day("2027-01-02"), known: Known::Yes });
        assert_eq!(days.unknown_from(), Some(2028));
    }

    #[test]
    fn a_calendar_is_read_as_json_and_as_lines_and_a_wrong_one_is_refused() {
        let lines = YearPlan::parse("日期,安排\n2027-01-01,休\n2027年1月3日,班\n\n").unwrap();
        let json = YearPlan::parse(r#"{"year":2027,"off":["2027-01-01"],"work":["2027-01-03"]}"#).unwrap();
        assert_eq!(lines, json);
        for wrong in [
            "",
            "2027-01-01",
            "2027-01-01,perhaps",
            "2027-01-01,off\nnever,off",
            "2027-01-01,off\n2028-01-01,off",
            "2027-01-01,off\n2027-01-01,work",
            r#"{"year":2026,"off":["2027-01-01"]}"#,
            r#"{"year":2027,"off":["2027-02-30"]}"#,
        ] {
            assert_eq!(YearPlan::parse(wrong).unwrap_err().field, FieldId::Calendar, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn more_days_never_end_sooner_and_counting_them_gives_them_back(
            start in 0_u64..1_200, fewer in 0_u32..40, more in 0_u32..20,
        ) {
            let days = WorkingDays::default();
            let start = day("2024-06-01") + Days::new(start);
            let (sooner, later) = (days.after(start, fewer), days.after(start, fewer + more));
            prop_assert!(start <= sooner.on && sooner.on <= later.on && sooner.known <= later.known);
            prop_assert_eq!(days.between(start, sooner.on), fewer);
            prop_assert!(fewer == 0 || days.is_worked(sooner.on).0);
            let tomorrow = days.after(start + Days::new(1), fewer);
            prop_assert!(sooner.on <= tomorrow.on, "who begins later is not due sooner");
        }
    }
}
