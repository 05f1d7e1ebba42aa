//! An entry of a fund's ledger.

use chrono::NaiveDate;

use crate::document::Scalar;
use crate::draft::{Fen, FieldId, ShortText, Title};
use crate::ids::{DeviceMillis, DocId, RecordId, WorkerId};
use crate::lang::codes;
use crate::record::Record;
use crate::value::Value;

codes! {
    /// Which way the money went.
    Direction {
        In = "in", "收入", "in";
        Out = "out", "支出", "out";
    }
}

impl Direction {
    /// The other way.
    pub const fn opposite(self) -> Self {
        match self {
            Direction::In => Direction::Out,
            Direction::Out => Direction::In,
        }
    }
}

/// The name of the entry by which an application is paid. Everybody derives the same, so paying twice makes one entry.
pub fn payment_entry(application: DocId) -> RecordId {
    RecordId::derive(&[b"payment", &application.to_bytes()])
}

const FIELDS: &[&str] =
    &["by", "at", "direction", "source", "donor", "amount", "date", "receipt", "purpose", "application", "reverses"];

/// An entry as read. What a newer version added is carried and written back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// Who entered it.
    pub by: Option<WorkerId>,
    /// When, by their device's clock.
    pub at: Option<DeviceMillis>,
    /// In or out.
    pub direction: Option<Direction>,
    /// Where money that came in is from; shown in public.
    pub source: Option<Title>,
    /// Who gave it; never shown in public.
    pub donor: Option<ShortText>,
    /// How much.
    pub amount: Option<Fen>,
    /// The day.
    pub date: Option<NaiveDate>,
    /// The number of the paper that proves it.
    pub receipt: Option<ShortText>,
    /// What money that went out was for; shown in public, so it names nobody.
    pub purpose: Option<Title>,
    /// The application it pays.
    pub application: Option<DocId>,
    /// The wrong entry it takes back.
    pub reverses: Option<RecordId>,
    pub(super) other: Record,
}

impl Entry {
    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Entry::from_scalar(scalar).is_some_and(|entry| {
            let public = |text: &Option<Title>| {
                text.as_ref().is_none_or(|text| Title::parse_public(FieldId::Purpose, text.as_str()).is_ok())
            };
            let says_what_for = match entry.direction {
                Some(Direction::In) => entry.source.is_some(),
                Some(Direction::Out) => entry.purpose.is_some(),
                None => false,
            };
            entry.by.is_some()
                && entry.at.is_some()
                && entry.date.is_some()
                && entry.amount.is_some_and(|amount| amount > Fen::ZERO)
                && (says_what_for || entry.reverses.is_some())
                && public(&entry.source)
                && public(&entry.purpose)
                && entry.other.lacks_all(FIELDS)
        })
    }

    /// What it does to the balance; nothing if it says no direction or amount.
    pub fn signed(&self) -> Option<Fen> {
        match self.direction? {
            Direction::In => self.amount,
            Direction::Out => Fen::ZERO.minus(self.amount?),
        }
    }
}

impl Value for Entry {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(Entry {
            by: record.take("by"),
            at: record.take("at"),
            direction: record.take("direction"),
            source: record.take("source"),
            donor: record.take("donor"),
            amount: record.take("amount"),
            date: record.take("date"),
            receipt: record.take("receipt"),
            purpose: record.take("purpose"),
            application: record.take("application"),
            reverses: record.take("reverses"),
            other: record,
        })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("by", self.by.as_ref());
        record.put("at", self.at.as_ref());
        record.put("direction", self.direction.as_ref());
        record.put("source", self.source.as_ref());
        record.put("donor", self.donor.as_ref());
        record.put("amount", self.amount.as_ref());
        record.put("date", self.date.as_ref());
        record.put("receipt", self.receipt.as_ref());
        record.put("purpose", self.purpose.as_ref());
        record.put("application", self.application.as_ref());
        record.put("reverses", self.reverses.as_ref());
        record.into_scalar()
    }
}
