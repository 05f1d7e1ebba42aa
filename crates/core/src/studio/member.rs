//! Membership: since and until when. Whoever left stays named, so that what they served then can still be written down.

use chrono::NaiveDate;

use crate::document::Scalar;
use crate::record::Record;
use crate::value::Value;

const FIELDS: &[&str] = &["since", "until"];

/// A membership, as read. What a newer version added is carried and written back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Membership {
    /// The day they joined.
    pub since: Option<NaiveDate>,
    /// The day they left.
    pub until: Option<NaiveDate>,
    pub(super) other: Record,
}

impl Membership {
    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Membership::from_scalar(scalar).is_some_and(|member| member.since.is_some() && member.other.lacks_all(FIELDS))
    }
}

impl Value for Membership {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(Membership { since: record.take("since"), until: record.take("until"), other: record })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("since", self.since.as_ref());
        record.put("until", self.until.as_ref());
        record.into_scalar()
    }
}
