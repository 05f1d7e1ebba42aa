//! The records of an application: a loan whose interest is borne, and what is paid back of it.

use chrono::NaiveDate;

use crate::aid::InterestRule;
use crate::document::Scalar;
use crate::draft::{Fen, Rate, ShortText};
use crate::ids::{DeviceMillis, RecordId, WorkerId};
use crate::record::Record;
use crate::value::Value;

const LOAN: &[&str] = &["by", "at", "lender", "principal", "rate", "from", "to", "rule", "interest"];
const REPAYMENT: &[&str] = &["by", "at", "loan", "amount", "date", "reverses"];

/// A loan (小额贷款) as read. What a newer version added is carried and written back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loan {
    /// Who wrote it down.
    pub by: Option<WorkerId>,
    /// When, by their device's clock.
    pub at: Option<DeviceMillis>,
    /// Who lends.
    pub lender: Option<ShortText>,
    /// How much was lent.
    pub principal: Option<Fen>,
    /// At what rate a year.
    pub rate: Option<Rate>,
    /// From when interest is borne.
    pub from: Option<NaiveDate>,
    /// Until when; this day bears none.
    pub to: Option<NaiveDate>,
    /// The rule by which the interest was reckoned; none for a figure that was written as it was paid, or one of a newer
    /// version.
    pub rule: Option<InterestRule>,
    /// The interest that is borne: the figure that holds.
    pub interest: Option<Fen>,
    pub(super) other: Record,
}

impl Loan {
    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Loan::from_scalar(scalar).is_some_and(|loan| {
            let in_order = loan.from.zip(loan.to).is_some_and(|(from, to)| from <= to);
            let whole = loan.by.is_some() && loan.at.is_some() && loan.principal.is_some() && loan.rate.is_some();
            // A rule of a newer version is carried: the figure holds, not the rule.
            let known: Vec<&str> = LOAN.iter().copied().filter(|name| *name != "rule").collect();
            whole && in_order && loan.interest.is_some() && loan.other.lacks_all(&known)
        })
    }
}

impl Value for Loan {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(Loan {
            by: record.take("by"),
            at: record.take("at"),
            lender: record.take("lender"),
            principal: record.take("principal"),
            rate: record.take("rate"),
            from: record.take("from"),
            to: record.take("to"),
            rule: record.take("rule"),
            interest: record.take("interest"),
            other: record,
        })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("by", self.by.as_ref());
        record.put("at", self.at.as_ref());
        record.put("lender", self.lender.as_ref());
        record.put("principal", self.principal.as_ref());
        record.put("rate", self.rate.as_ref());
        record.put("from", self.from.as_ref());
        record.put("to", self.to.as_ref());
        record.put("rule", self.rule.as_ref());
        record.put("interest", self.interest.as_ref());
        record.into_scalar()
    }
}

/// What was paid back of a loan, as read. What a newer version added is carried and written back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Repayment {
    /// Who wrote it down.
    pub by: Option<WorkerId>,
    /// When, by their device's clock.
    pub at: Option<DeviceMillis>,
    /// Of which loan.
    pub loan: Option<RecordId>,
    /// How much.
    pub amount: Option<Fen>,
    /// The day.
    pub date: Option<NaiveDate>,
    /// The wrong record it takes back.
    pub reverses: Option<RecordId>,
    pub(super) other: Record,
}

impl Repayment {
    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Repayment::from_scalar(scalar).is_some_and(|repaid| {
            let whole = repaid.by.is_some() && repaid.at.is_some() && repaid.loan.is_some() && repaid.date.is_some();
            whole && repaid.amount.is_some_and(|amount| amount > Fen::ZERO) && repaid.other.lacks_all(REPAYMENT)
        })
    }
}

impl Value for Repayment {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(Repayment {
            by: record.take("by"),
            at: record.take("at"),
            loan: record.take("loan"),
            amount: record.take("amount"),
            date: record.take("date"),
            reverses: record.take("reverses"),
            other: record,
        })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("by", self.by.as_ref());
        record.put("at", self.at.as_ref());
        record.put("loan", self.loan.as_ref());
        record.put("amount", self.amount.as_ref());
        record.put("date", self.date.as_ref());
        record.put("reverses", self.reverses.as_ref());
        record.into_scalar()
    }
}
