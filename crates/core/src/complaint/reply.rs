//! What the town desk says to a complaint.

use chrono::NaiveDate;

use crate::document::Scalar;
use crate::draft::Prose;
use crate::ids::{DeviceMillis, WorkerId};
use crate::record::Record;
use crate::value::Value;

const FIELDS: &[&str] = &["on", "text", "by", "at"];

/// A reply as read. What a newer version added is carried and written back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// The day.
    pub on: Option<NaiveDate>,
    /// What the desk says, and what it did about it.
    pub text: Option<Prose>,
    /// Who wrote it down.
    pub by: Option<WorkerId>,
    /// When, by their device's clock.
    pub at: Option<DeviceMillis>,
    pub(super) other: Record,
}

impl Reply {
    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Reply::from_scalar(scalar).is_some_and(|reply| {
            let needed = reply.on.is_some() && reply.text.is_some() && reply.by.is_some() && reply.at.is_some();
            needed && reply.other.lacks_all(FIELDS)
        })
    }
}

impl Value for Reply {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(Reply {
            on: record.take("on"),
            text: record.take("text"),
            by: record.take("by"),
            at: record.take("at"),
            other: record,
        })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("on", self.on.as_ref());
        record.put("text", self.text.as_ref());
        record.put("by", self.by.as_ref());
        record.put("at", self.at.as_ref());
        record.into_scalar()
    }
}
