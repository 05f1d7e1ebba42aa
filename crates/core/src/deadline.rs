//! Deadlines (时限): a village's rules, the working days, and what follows from both for its matters. There is no clock in
//! here: the day and the hour are arguments.
//!
//! The rules and the holidays of a year stand in the village's roster, so that every phone has them without a line
//! (`rule/<name>`, `calendar/<year>`; only the town desk writes them). What is not set there has its usual value, and the
//! published holidays of the last and the present year come with the program. From the first year on whose holidays nobody
//! has entered, plain weekends are used, and a day that is found by them is marked as provisional ([`Known::No`]).
//!
//! Nothing is ever blocked because something is overdue.

mod days;
mod digest;
mod due;
mod rules;

use std::sync::LazyLock;

pub use days::{Due, Known, WorkingDays, YearPlan};
pub use digest::{Digest, Digested, Reminder, Reminds, Seen, digest};
pub use due::{Deadlines, Limit};
pub(crate) use rules::is_valid_rule;
pub use rules::{Hours, NOT_SET, Rule, Rules, put_calendar, put_rule};

use crate::document::{Field, Scalar};
use crate::groups::Switches;

/// What a village works under: its rules and its calendar.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Terms {
    /// The rules.
    pub rules: Rules,
    /// The working days.
    pub days: WorkingDays,
    /// Which personal data is kept.
    pub switches: Switches,
}

impl Terms {
    /// The usual rules, with the holidays that come with the program.
    pub fn usual() -> &'static Terms {
        static USUAL: LazyLock<Terms> = LazyLock::new(Terms::default);
        &USUAL
    }

    /// Takes what stands under `rule/<name>` of a roster. What cannot be read leaves the usual value.
    pub(crate) fn take_rule(&mut self, name: &str, field: &Field<Scalar>) {
        if let Some(rule) = Rule::parse(name) {
            self.rules.take(rule, &field.value);
        }
    }

    /// Takes what stands under `calendar/<year>` of a roster.
    pub(crate) fn take_year(&mut self, year: &str, field: &Field<Scalar>) {
        if let (Ok(year), Some(plan)) = (year.parse(), YearPlan::of(&field.value)) {
            self.days.put(year, plan);
        }
    }
}
