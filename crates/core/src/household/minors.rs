//! Children under 14 (PIPL article 31): what is known of them is read for a reason, and the reason is written down first.
//!
//! A resident's fields are given by [`Resident::shown`], which keeps those of a child back, and by [`Household::minor`], which
//! asks for the record `opened/<id>` in which somebody said why. That record is part of the household's document, so it
//! reaches the township with the next sync. There is no third way.

use std::collections::BTreeSet;

use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize;

use crate::deed::Hand;
use crate::document::{Document, Edit, Field, Scalar};
use crate::draft::{FieldId, Prose, Reason, Refusal, require};
use crate::household::{Household, Resident, ResidentFields};
use crate::ids::{DeviceMillis, DocKind, RecordId, WorkerId};
use crate::private::Private;
use crate::record::Record;
use crate::value::{Key, Value};

/// What is shown in the place of what is kept back.
pub const KEPT_BACK: &str = "＊＊＊";

/// The age below which children's data is sensitive.
const AGE: i32 = 14;

/// The earliest year of birth in which somebody may still be under 14 on a day. Only years are known: who turns 14 this year
/// counts as a child until it is over.
pub fn first_minor_year(today: NaiveDate) -> i32 {
    today.year().saturating_sub(AGE)
}

/// Why somebody read what is known of a child.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Opened {
    /// The resident.
    pub resident: Option<RecordId>,
    /// Who read it.
    pub by: Option<WorkerId>,
    /// When, by their device's clock.
    pub at: Option<DeviceMillis>,
    /// Why.
    pub reason: Option<Prose>,
    other: Record,
}

impl Opened {
    /// Whether a judge lets this stand.
    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Opened::from_scalar(scalar).is_some_and(|opened| {
            let who = opened.resident.is_some() && opened.by.is_some();
            who && opened.at.is_some()
                && opened.reason.is_some()
                && opened.other.lacks_all(&["resident", "by", "at", "reason"])
        })
    }
}

impl Value for Opened {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(Opened {
            resident: record.take("resident"),
            by: record.take("by"),
            at: record.take("at"),
            reason: record.take("reason"),
            other: record,
        })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("resident", self.resident.as_ref());
        record.put("by", self.by.as_ref());
        record.put("at", self.at.as_ref());
        record.put("reason", self.reason.as_ref());
        record.into_scalar()
    }
}

/// A reason as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OpenMinor {
    /// Which resident; needed.
    pub resident: Option<RecordId>,
    /// Why; needed, up to 4000 characters.
    pub reason: Private<String>,
}

impl OpenMinor {
    /// The name of the record a hand writes the reason under.
    pub fn record(hand: &Hand) -> RecordId {
        hand.record(0)
    }

    pub(super) fn edit(&self, home: &Household, hand: &Hand) -> Result<Edit, Refusal> {
        let resident = require(FieldId::Resident, self.resident)?;
        if !home.residents.contains_key(&resident) {
            return Err(Refusal::new(FieldId::Resident, Reason::NotThere));
        }
        let opened = Opened {
            resident: Some(resident),
            by: Some(hand.worker),
            at: Some(hand.at),
            reason: Some(Prose::parse(FieldId::Reason, &self.reason)?),
            other: Record::default(),
        };
        let mut edit = Edit::new();
        edit.put(format!("opened/{}", OpenMinor::record(hand)), opened.to_scalar());
        Ok(edit)
    }
}

/// What of a resident is shown to whoever may read the household.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown<'a> {
    /// Everything.
    Open(&'a ResidentFields),
    /// A child's: that there is one, and no more.
    KeptBack,
}

impl Resident {
    /// Whether the resident may still be under 14. Where people disagree about the year of birth, the latest counts; where
    /// nobody wrote it down, nobody knows.
    pub fn is_minor(&self, today: NaiveDate) -> bool {
        let minor = |year: u16| i32::from(year) >= first_minor_year(today);
        let any = |born: &Field<crate::draft::BirthYear>| {
            minor(born.value.get()) || born.rivals.iter().any(|told| minor(told.value.get()))
        };
        self.fields.born.as_ref().is_some_and(any)
    }

    /// What is shown on a day.
    pub fn shown(&self, today: NaiveDate) -> Shown<'_> {
        if self.is_minor(today) { Shown::KeptBack } else { Shown::Open(&self.fields) }
    }
}

impl Household {
    /// What is known of the child that `by` opened with the record `opened`; `None` unless this document holds the record.
    pub fn minor(&self, opened: RecordId, by: WorkerId) -> Option<&ResidentFields> {
        let record = self.opened.get(&opened).filter(|record| record.by == Some(by))?;
        self.residents.get(&record.resident?).map(|resident| &resident.fields)
    }
}

/// The keys of a document that are kept back on a day: a child's fields, whoever shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptBack(BTreeSet<RecordId>);

impl KeptBack {
    /// Those of a document.
    pub fn of(document: &Document, today: NaiveDate) -> Self {
        if document.id().kind() != DocKind::Household {
            return KeptBack::default();
        }
        let residents = Household::read(document).residents.into_iter();
        KeptBack(residents.filter(|(_, resident)| resident.is_minor(today)).map(|(id, _)| id).collect())
    }

    /// Takes in what is only about to be written: a child who is not in the document yet.
    pub fn note(&mut self, key: &str, value: &Scalar, today: NaiveDate) {
        if let (Key::Part("resident", id, "born"), Some(year)) = (Key::of(key), value.as_int())
            && year >= i64::from(first_minor_year(today))
            && let Ok(id) = id.parse()
        {
            self.0.insert(id);
        }
    }

    /// Whether what stands under a key is kept back.
    pub fn covers(&self, key: &str) -> bool {
        let Key::Part("resident", id, _) = Key::of(key) else { return false };
        id.parse().is_ok_and(|id| self.0.contains(&id))
    }
}
