//! A batch of training, and an outcome.

use chrono::NaiveDate;

use crate::document::Scalar;
use crate::draft::{Headcount, Prose, ShortText};
use crate::ids::WorkerId;
use crate::record::Record;
use crate::value::Value;

const BATCH_FIELDS: &[&str] = &["from", "to", "topic", "trained", "outcome", "lifted", "by"];

/// A batch of training, as read. What a newer version added is carried and written back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// Its first day.
    pub from: Option<NaiveDate>,
    /// Its last day; absent means it was one day.
    pub to: Option<NaiveDate>,
    /// What was taught.
    pub topic: Option<ShortText>,
    /// How many people took part.
    pub trained: Option<Headcount>,
    /// What came of it.
    pub outcome: Option<Prose>,
    /// How many households came out of hardship by it.
    pub lifted: Option<Headcount>,
    /// Who wrote it down.
    pub by: Option<WorkerId>,
    pub(super) other: Record,
}

impl Batch {
    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Batch::from_scalar(scalar).is_some_and(|batch| {
            let needed = batch.from.is_some() && batch.topic.is_some() && batch.by.is_some();
            let ordered = batch.to.is_none_or(|to| batch.from.is_some_and(|from| from <= to));
            needed && ordered && batch.other.lacks_all(BATCH_FIELDS)
        })
    }
}

impl Value for Batch {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(Batch {
            from: record.take("from"),
            to: record.take("to"),
            topic: record.take("topic"),
            trained: record.take("trained"),
            outcome: record.take("outcome"),
            lifted: record.take("lifted"),
            by: record.take("by"),
            other: record,
        })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("from", self.from.as_ref());
        record.put("to", self.to.as_ref());
        record.put("topic", self.topic.as_ref());
        record.put("trained", self.trained.as_ref());
        record.put("outcome", self.outcome.as_ref());
        record.put("lifted", self.lifted.as_ref());
        record.put("by", self.by.as_ref());
        record.into_scalar()
    }
}

const OUTCOME_FIELDS: &[&str] = &["on", "text", "by"];

/// Something that came of a base, as read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BaseOutcome {
    /// The day.
    pub on: Option<NaiveDate>,
    /// What came of it.
    pub text: Option<Prose>,
    /// Who wrote it down.
    pub by: Option<WorkerId>,
    pub(super) other: Record,
}

impl BaseOutcome {
    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        BaseOutcome::from_scalar(scalar).is_some_and(|outcome| {
            let needed = outcome.on.is_some() && outcome.text.is_some() && outcome.by.is_some();
            needed && outcome.other.lacks_all(OUTCOME_FIELDS)
        })
    }
}

impl Value for BaseOutcome {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(BaseOutcome { on: record.take("on"), text: record.take("text"), by: record.take("by"), other: record })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("on", self.on.as_ref());
        record.put("text", self.text.as_ref());
        record.put("by", self.by.as_ref());
        record.into_scalar()
    }
}
