//! Interest that is borne for a household (贴息): the rules by which a figure is reckoned.

use chrono::NaiveDate;

use crate::draft::{Fen, Rate};
use crate::lang::codes;

codes! {
    /// How interest is reckoned: a township's setting. Simple interest; the first day counts and the last does not; half a
    /// fen and more is rounded up. Each loan keeps the rule it was reckoned by and the figure that came of it.
    InterestRule {
        Days365 = "days_365", "单利，按实际天数/365", "simple interest, days over 365";
        Days360 = "days_360", "单利，按实际天数/360", "simple interest, days over 360";
    }
}

/// The interest of a principal from one day to another, rounded to the fen once, at the end. `None` where the end lies
/// before the beginning, or beyond what 64 bits hold.
pub fn interest(principal: Fen, rate: Rate, from: NaiveDate, to: NaiveDate, rule: InterestRule) -> Option<Fen> {
    let days = u32::try_from((to - from).num_days()).ok()?;
    let year = match rule {
        InterestRule::Days365 => 365,
        InterestRule::Days360 => 360,
    };
    let whole = i128::from(principal.get()) * i128::from(rate.millionths()) * i128::from(days);
    let parts = 1_000_000 * year;
    i64::try_from((2 * whole + parts) / (2 * parts)).ok().map(Fen::new)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::draft::FieldId;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn rate(text: &str) -> Rate {
        Rate::parse(FieldId::Rate, text).unwrap()
    }

    #[test]
    fn interest_is_simple_by_days_and_rounded_half_up_to_the_fen() {
        let (from, to) = (day(2026, 1, 1), day(2027, 1, 1));
        for (principal, percent, from, to, rule, fen) in [
            (10_000_000, "3.65", from, to, InterestRule::Days365, 365_000),
            (10_000_000, "3.6", from, to, InterestRule::Days360, 365_000),
            // 50,000 yuan at 4.35 % for 181 days: 1078.5616… yuan.
            (5_000_000, "4.35", from, day(2026, 7, 1), InterestRule::Days365, 107_856),
            // One day: 0.5 fen is a fen, a little less is none.
            (36_500, "0.5", from, day(2026, 1, 2), InterestRule::Days365, 1),
            (36_499, "0.5", from, day(2026, 1, 2), InterestRule::Days365, 0),
            // A leap year has its day.
            (36_500, "100", day(2028, 1, 1), day(2029, 1, 1), InterestRule::Days365, 36_600),
            (5_000_000, "4.35", from, from, InterestRule::Days365, 0),
        ] {
            let reckoned = interest(Fen::new(principal), rate(percent), from, to, rule);
            assert_eq!(reckoned, Some(Fen::new(fen)), "{principal} {percent}");
        }
        assert_eq!(interest(Fen::MAX, rate("4.35"), to, from, InterestRule::Days365), None);
    }

    proptest! {
        #[test]
        fn interest_is_within_half_a_fen_of_the_exact_figure(
            principal in 0..=Fen::MAX.get(), millionths in 1_i64..=1_000_000, days in 0_u64..20_000,
        ) {
            let rate = rate(&format!("{}.{:04}", millionths / 10_000, millionths % 10_000));
            let from = day(2026, 1, 1);
            let to = from + chrono::Days::new(days);
            let reckoned = interest(Fen::new(principal), rate, from, to, InterestRule::Days365).unwrap();
            let exact = i128::from(principal) * i128::from(millionths) * i128::from(days);
            let off = 2 * (i128::from(reckoned.get()) * 365_000_000 - exact);
            prop_assert!(-365_000_000 < off && off <= 365_000_000, "{off}");
        }
    }
}
