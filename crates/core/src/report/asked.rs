//! What is asked of a report: which village, which days, and what day it is today.

use chrono::{Datelike as _, Days, Months, NaiveDate};

use crate::ids::DocId;

/// Whose figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything at hand: at the township the whole town, on a phone what it holds.
    All,
    /// One village, by its roster.
    Village(DocId),
}

/// Days, the first and the last included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
}

/// Text that names no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a period is a year (2026), a month (2026-11), months (2026-09..2026-10) or days (2026-11-01..2026-11-15)")]
pub struct NotAPeriod;

impl Period {
    /// From one day to another, both included; an error if the last comes before the first.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self, NotAPeriod> {
        if from <= to { Ok(Period { from, to }) } else { Err(NotAPeriod) }
    }

    /// A calendar month, 1 to 12.
    pub fn month(year: i32, month: u32) -> Result<Self, NotAPeriod> {
        Self::months(year, month, 1)
    }

    /// The two months between analysis meetings: the cycle 1 is January and February, 6 is November and December.
    pub fn two_months(year: i32, cycle: u32) -> Result<Self, NotAPeriod> {
        let first = cycle.checked_sub(1).and_then(|before| before.checked_mul(2)).ok_or(NotAPeriod)?;
        Self::months(year, first + 1, 2)
    }

    /// A calendar year.
    pub fn year(year: i32) -> Result<Self, NotAPeriod> {
        Self::months(year, 1, 12)
    }

    /// The month a day is in.
    pub fn month_of(day: NaiveDate) -> Self {
        Self::month(day.year(), day.month()).unwrap_or(Period { from: day, to: day })
    }

    fn months(year: i32, first: u32, count: u32) -> Result<Self, NotAPeriod> {
        let from = NaiveDate::from_ymd_opt(year, first, 1).ok_or(NotAPeriod)?;
        let to = from.checked_add_months(Months::new(count)).and_then(|next| next.pred_opt()).ok_or(NotAPeriod)?;
        Period::new(from, to)
    }

    /// A period as typed: `2026`, `2026-11`, `2026-09..2026-10`, `2026-11-01..2026-11-15`, or one day.
    pub fn parse(said: &str) -> Result<Self, NotAPeriod> {
        let said = said.trim();
        let Some((first, last)) = said.split_once("..") else { return Self::parse_one(said) };
        Period::new(Self::parse_one(first.trim())?.from, Self::parse_one(last.trim())?.to)
    }

    fn parse_one(said: &str) -> Result<Self, NotAPeriod> {
        let number = |text: &str| text.parse::<u32>().map_err(|_| NotAPeriod);
        let year = |text: &str| number(text).and_then(|year| i32::try_from(year).map_err(|_| NotAPeriod));
        match said.split('-').collect::<Vec<_>>().as_slice() {
            [one] if one.len() == 4 => Self::year(year(one)?),
            [one, month] if one.len() == 4 => Self::month(year(one)?, number(month)?),
            [_, _, _] => said.parse().map(|day| Period { from: day, to: day }).map_err(|_| NotAPeriod),
            _ => Err(NotAPeriod),
        }
    }

    /// Its first day.
    pub fn from(&self) -> NaiveDate {
        self.from
    }

    /// Its last day.
    pub fn to(&self) -> NaiveDate {
        self.to
    }

    /// Whether a day is in it. No day is in none.
    pub fn has(&self, day: Option<NaiveDate>) -> bool {
        day.is_some_and(|day| self.from <= day && day <= self.to)
    }

    /// The day before it.
    pub fn eve(&self) -> Option<NaiveDate> {
        self.from.pred_opt()
    }

    /// The twelve months up to its last day.
    pub(super) fn twelve_months(&self) -> Option<Period> {
        let from = self.to.checked_sub_months(Months::new(12)).and_then(|day| day.checked_add_days(Days::new(1)));
        from.map(|from| Period { from, to: self.to })
    }
}

/// The question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Whose figures.
    pub scope: Scope,
    /// Which days.
    pub period: Period,
    /// Today: what a limit has run out by, and where a period that is not over ends for now.
    pub today: NaiveDate,
}

impl Asked {
    /// The day the figures are as of: the period's last, or today where it is not over. What was entered for a later day
    /// does not count yet, so the figures of a period that is over stay what they were.
    pub fn as_of(&self) -> NaiveDate {
        self.period.to.min(self.today)
    }

    /// Whether something of a village is asked for. What names no village counts only where everything is asked for.
    pub(super) fn covers(&self, village: Option<DocId>) -> bool {
        match self.scope {
            Scope::All => true,
            Scope::Village(asked) => village == Some(asked),
        }
    }

    /// Whether something happened by the day the figures are as of.
    pub(super) fn by_then(&self, day: Option<NaiveDate>) -> bool {
        day.is_some_and(|day| day <= self.as_of())
    }

    /// Whether something happened in the period, as far as it has come.
    pub(super) fn in_period(&self, day: Option<NaiveDate>) -> bool {
        self.period.has(day) && self.by_then(day)
    }

    /// Whether a limit has run out.
    pub(super) fn is_over(&self, limit: Option<NaiveDate>) -> bool {
        limit.is_some_and(|limit| limit < self.today)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(period: Result<Period, NotAPeriod>) -> String {
        period.map_or("none".to_owned(), |period| format!("{}..{}", period.from(), period.to()))
    }

    #[test]
    fn a_period_is_a_year_a_month_a_cycle_or_days() {
        let cases = [
            ("2026", "2026-01-01..2026-12-31"),
            ("2028-02", "2028-02-01..2028-02-29"),
            ("2026-09..2026-10", "2026-09-01..2026-10-31"),
            ("2026-11-03", "2026-11-03..2026-11-03"),
            (" 2026-11-03 .. 2026-12 ", "2026-11-03..2026-12-31"),
            ("2026-13", "none"),
            ("26-11", "none"),
            ("2026-12..2026-11", "none"),
            ("-2026", "none"),
            ("", "none"),
            ("..", "none"),
            ("去年", "none"),
        ];
        for (said, expected) in cases {
            assert_eq!(days(Period::parse(said)), expected, "{said:?}");
        }
        assert_eq!(days(Period::two_months(2026, 6)), "2026-11-01..2026-12-31");
        assert_eq!(days(Period::two_months(2026, 1)), "2026-01-01..2026-02-28");
        for cycle in [0, 7, u32::MAX] {
            assert_eq!(Period::two_months(2026, cycle), Err(NotAPeriod));
        }
    }

    #[test]
    fn a_period_that_is_not_over_is_counted_up_to_today() {
        let period = Period::month(2026, 11).unwrap();
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let asked = Asked { scope: Scope::All, period, today: day(20) };
        assert_eq!(asked.as_of(), day(20));
        assert!(asked.in_period(Some(day(20))) && !asked.in_period(Some(day(21))) && !asked.in_period(None));
        assert!(asked.is_over(Some(day(19))) && !asked.is_over(Some(day(20))));
    }
}
