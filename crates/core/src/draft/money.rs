//! Money: whole fen inside, yuan in front of people.
//!
//! Documents, views and reports hold fen as a whole number. What people type, and what a deed's JSON says, is yuan as it
//! stands on paper: `3000`, `3,000.50`, `３０００元`.

use std::fmt;

use crate::document::Scalar;
use crate::draft::{FieldId, Reason, Refusal, half_width};
use crate::value::Value;

/// An amount in fen (分). One that is typed or stored lies between nothing and [`Fen::MAX`]; a difference may be negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fen(i64);

impl Fen {
    /// Nothing.
    pub const ZERO: Fen = Fen(0);
    /// The most one amount or balance may be: a fen less than ten thousand million yuan.
    pub const MAX: Fen = Fen(999_999_999_999);

    /// Reads yuan with at most two decimals: full-width digits, `¥`, `元` and commas between thousands are taken as people
    /// write them, and nothing is guessed (`3万` and `1,23` are no amounts).
    pub fn parse(field: FieldId, text: &str) -> Result<Self, Refusal> {
        let text = half_width(text);
        let text = text.trim();
        if text.is_empty() {
            return Err(Refusal::new(field, Reason::Missing));
        }
        let text = text.strip_prefix(['¥', '￥']).unwrap_or(text);
        let text = text.strip_suffix('元').unwrap_or(text).trim();
        let fen = without_commas(text).and_then(|text| decimal(&text, 2));
        let fen = fen.ok_or(Refusal::new(field, Reason::NotMoney))?;
        if fen > Fen::MAX.0 { Err(Fen::too_much(field)) } else { Ok(Fen(fen)) }
    }

    /// The same, for an amount that must be more than nothing.
    pub fn parse_some(field: FieldId, text: &str) -> Result<Self, Refusal> {
        match Self::parse(field, text)? {
            Fen::ZERO => Err(Refusal::new(field, Reason::Missing)),
            some => Ok(some),
        }
    }

    /// The same, for a field that may stay empty.
    pub fn parse_optional(field: FieldId, text: &str) -> Result<Option<Self>, Refusal> {
        if text.trim().is_empty() { Ok(None) } else { Self::parse(field, text).map(Some) }
    }

    /// An amount or balance that is larger than any may be. The bounds are said in yuan.
    pub(crate) const fn too_much(field: FieldId) -> Refusal {
        Refusal::new(field, Reason::OutOfRange { min: 0, max: Fen::MAX.0 / 100 })
    }

    /// Whole fen; negative ones too, as a difference has them.
    pub const fn new(fen: i64) -> Self {
        Fen(fen)
    }

    /// How many fen.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Whether it is less than nothing.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Both together; `None` beyond what 64 bits hold.
    pub fn plus(self, other: Fen) -> Option<Fen> {
        self.0.checked_add(other.0).map(Fen)
    }

    /// What is left of it; `None` beyond what 64 bits hold.
    pub fn minus(self, other: Fen) -> Option<Fen> {
        self.0.checked_sub(other.0).map(Fen)
    }

    /// All together, whatever their order; `None` beyond what 64 bits hold.
    pub fn sum(amounts: impl IntoIterator<Item = Fen>) -> Option<Fen> {
        // Wider than the result, so that where the sum passes a bound on its way does not depend on the order.
        let sum: i128 = amounts.into_iter().map(|amount| i128::from(amount.0)).sum();
        i64::try_from(sum).ok().map(Fen)
    }
}

/// Yuan with two decimals.
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fen = self.0.unsigned_abs();
        let sign = if self.is_negative() { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

impl serde::Serialize for Fen {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

/// A stored amount is never negative.
impl Value for Fen {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        scalar.as_int().filter(|fen| (0..=Fen::MAX.0).contains(fen)).map(Fen)
    }
    fn to_scalar(&self) -> Scalar {
        self.0.into()
    }
}

/// A yearly rate of interest in millionths: 4.35 % is 43,500.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(i64);

impl Rate {
    const MAX: i64 = 1_000_000;

    /// Reads per cent a year with at most four decimals, with or without `%`: more than 0, at most 100.
    pub fn parse(field: FieldId, text: &str) -> Result<Self, Refusal> {
        let text = half_width(text);
        let text = text.trim();
        if text.is_empty() {
            return Err(Refusal::new(field, Reason::Missing));
        }
        let millionths = decimal(text.strip_suffix('%').unwrap_or(text).trim(), 4);
        let refusal = Refusal::new(field, Reason::OutOfRange { min: 0, max: 100 });
        millionths.filter(|rate| (1..=Rate::MAX).contains(rate)).map(Rate).ok_or(refusal)
    }

    /// How many millionths a year.
    pub const fn millionths(self) -> i64 {
        self.0
    }
}

/// Per cent a year, without trailing zeros after the second decimal.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 10_000, self.0 % 10_000);
        if rest % 100 == 0 { write!(f, "{whole}.{:02}%", rest / 100) } else { write!(f, "{whole}.{rest:04}%") }
    }
}

impl Value for Rate {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        scalar.as_int().filter(|rate| (1..=Rate::MAX).contains(rate)).map(Rate)
    }
    fn to_scalar(&self) -> Scalar {
        self.0.into()
    }
}

/// A number without the commas between its thousands; `None` where a comma stands anywhere else.
fn without_commas(text: &str) -> Option<String> {
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let well_placed =
        groups.clone().all(|group| group.len() == 3) && (!whole.contains(',') || (1..=3).contains(&first.len()));
    well_placed.then(|| std::iter::once(first).chain(groups).collect::<String>() + rest)
}

/// A decimal number in units of its last place; `None` unless it is digits, and at most so many after one point.
fn decimal(text: &str, places: usize) -> Option<i64> {
    let (whole, rest) = match text.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (text, ""),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || rest.len() > places || !digits(whole) || !digits(rest) {
        return None;
    }
    format!("{whole}{rest:0<places$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Lang;

    #[test]
    fn an_amount_is_read_as_clerks_write_it() {
        for (written, fen) in [
            ("3000", 300_000),
            ("3,000.50", 300_050),
            ("３，０００．５", 300_050),
            (" 30000 元", 3_000_000),
            ("¥0.01", 1),
            ("￥1,234,567.89", 123_456_789),
            ("0", 0),
        ] {
            assert_eq!(Fen::parse(FieldId::Amount, written), Ok(Fen(fen)), "{written}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_in_words_a_clerk_can_act_on() {
        let refused = |text| Fen::parse_some(FieldId::Amount, text).unwrap_err();
        let message = |text| (refused(text).message(Lang::Zh), refused(text).message(Lang::En));
        for bad in ["3万", "1,23", "1,2345", ",100", "12.345", "12.", ".5", "-3", "三千", "3e4", "1 000", "3..1"] {
            assert_eq!(refused(bad).reason, Reason::NotMoney, "{bad}");
        }
        let not_money = (
            "“金额”不是金额：请按“元”填写，最多两位小数。".to_owned(),
            "The amount is not an amount: write yuan with at most two decimals.".to_owned(),
        );
        assert_eq!(message("3万"), not_money);
        for nothing in ["", "　", "0", "0.00"] {
            assert_eq!(message(nothing), ("请填写“金额”。".to_owned(), "Please fill in the amount.".to_owned()));
        }
        let too_much =
            ("“金额”应在0到9999999999之间。".to_owned(), "The amount must be between 0 and 9999999999.".to_owned());
        assert_eq!(message("10000000000"), too_much);
        assert_eq!(Fen::parse(FieldId::Amount, "9999999999.99"), Ok(Fen::MAX));
    }

    #[test]
    fn a_rate_is_per_cent_a_year() {
        for (written, millionths) in [("4.35", 43_500), ("４．３５％", 43_500), ("3.915%", 39_150), ("100", 1_000_000)]
        {
            assert_eq!(Rate::parse(FieldId::Rate, written).map(Rate::millionths), Ok(millionths), "{written}");
        }
        for bad in ["0", "100.0001", "4.35000", "四", "-1"] {
            let refusal = Rate::parse(FieldId::Rate, bad).unwrap_err();
            assert_eq!(refusal.message(Lang::Zh), "“利率”应在0到100之间。", "{bad}");
        }
        assert_eq!(Rate(43_500).to_string(), "4.35%");
        assert_eq!(Rate(39_150).to_string(), "3.9150%");
    }

    proptest! {
        #[test]
        fn an_amount_reads_as_it_is_shown(fen in 0..=Fen::MAX.0) {
            prop_assert_eq!(Fen::parse(FieldId::Amount, &Fen(fen).to_string()), Ok(Fen(fen)));
        }

        #[test]
        fn what_is_taken_away_from_a_sum_leaves_the_rest(one in 0..=Fen::MAX.0, other in 0..=Fen::MAX.0) {
            let sum = Fen::sum([Fen(one), Fen(other)]);
            prop_assert_eq!(sum, Fen(one).plus(Fen(other)));
            prop_assert_eq!(sum.and_then(|sum| sum.minus(Fen(other))), Some(Fen(one)));
        }
    }

    #[test]
    fn a_sum_does_not_depend_on_where_it_passes_a_bound() {
        let (most, one) = (Fen(i64::MAX), Fen(1));
        assert_eq!(Fen::sum([most, one, Fen(-1)]), Some(most));
        assert_eq!(Fen::sum([most, one]), None);
    }
}
