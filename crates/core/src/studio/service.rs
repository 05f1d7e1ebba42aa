//! What was served, once: a record that is added and never rewritten.

use chrono::NaiveDate;

use crate::document::Scalar;
use crate::draft::{Headcount, Prose, ShortText};
use crate::ids::{DocId, WorkerId};
use crate::record::Record;
use crate::value::Value;

/// The most tenths of an hour one record says: a day and a night.
pub(super) const MAX_TENTHS: u16 = 240;

const FIELDS: &[&str] = &["date", "hours_tenths", "place", "content", "by", "entered_by", "matter", "served"];

/// A service record, as read. What a newer version added is carried.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Service {
    /// The day.
    pub date: Option<NaiveDate>,
    /// How long it took, in tenths of an hour, if it was noted. It is the studio's record and nobody's clock.
    pub hours_tenths: Option<u16>,
    /// Where.
    pub place: Option<ShortText>,
    /// What was done; without the names of those it was done for.
    pub content: Option<Prose>,
    /// The member who served.
    pub by: Option<WorkerId>,
    /// Who wrote it down.
    pub entered_by: Option<WorkerId>,
    /// The matter that was handled.
    pub matter: Option<DocId>,
    /// How many people were served, if it was noted.
    pub served: Option<Headcount>,
    pub(super) other: Record,
}

impl Service {
    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Service::from_scalar(scalar).is_some_and(|service| {
            let needed = service.date.is_some() && service.content.is_some() && service.by.is_some();
            needed && service.entered_by.is_some() && service.other.lacks_all(FIELDS)
        })
    }
}

/// Tenths of an hour as a record holds them.
struct Tenths(u16);

impl Value for Tenths {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        u16::try_from(scalar.as_int()?).ok().filter(|tenths| *tenths <= MAX_TENTHS).map(Tenths)
    }
    fn to_scalar(&self) -> Scalar {
        i64::from(self.0).into()
    }
}

impl Value for Service {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(Service {
            date: record.take("date"),
            hours_tenths: record.take("hours_tenths").map(|tenths: Tenths| tenths.0),
            place: record.take("place"),
            content: record.take("content"),
            by: record.take("by"),
            entered_by: record.take("entered_by"),
            matter: record.take("matter"),
            served: record.take("served"),
            other: record,
        })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("date", self.date.as_ref());
        record.put("hours_tenths", self.hours_tenths.map(Tenths).as_ref());
        record.put("place", self.place.as_ref());
        record.put("content", self.content.as_ref());
        record.put("by", self.by.as_ref());
        record.put("entered_by", self.entered_by.as_ref());
        record.put("matter", self.matter.as_ref());
        record.put("served", self.served.as_ref());
        record.into_scalar()
    }
}
