//! What is pledged, and what is said of it.

use chrono::NaiveDate;

use crate::document::Scalar;
use crate::draft::{FieldId, Prose, ShortText};
use crate::ids::WorkerId;
use crate::lang::codes;
use crate::pledge::Outcome;
use crate::record::Record;
use crate::value::Value;

const FIELDS: &[&str] = &["content", "measured_by", "baseline", "due"];

/// One thing pledged, as read. What a newer version added is carried and written back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// What will be done.
    pub content: Option<ShortText>,
    /// How one will see that it was done.
    pub measured_by: Option<ShortText>,
    /// How it is now.
    pub baseline: Option<ShortText>,
    /// The day it is due.
    pub due: Option<NaiveDate>,
    pub(super) other: Record,
}

impl Item {
    /// What it lacks to be published.
    pub fn lacks(&self) -> Option<FieldId> {
        let lacking = [
            (self.content.is_none(), FieldId::Item),
            (self.measured_by.is_none(), FieldId::MeasuredBy),
            (self.baseline.is_none(), FieldId::Baseline),
            (self.due.is_none(), FieldId::Due),
        ];
        lacking.into_iter().find(|(lacks, _)| *lacks).map(|(_, field)| field)
    }

    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Item::from_scalar(scalar).is_some_and(|item| item.content.is_some() && item.other.lacks_all(FIELDS))
    }
}

impl Value for Item {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(Item {
            content: record.take("content"),
            measured_by: record.take("measured_by"),
            baseline: record.take("baseline"),
            due: record.take("due"),
            other: record,
        })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("content", self.content.as_ref());
        record.put("measured_by", self.measured_by.as_ref());
        record.put("baseline", self.baseline.as_ref());
        record.put("due", self.due.as_ref());
        record.into_scalar()
    }
}

codes! {
    /// For whom a review speaks.
    Reviewer {
        Own = "self", "本人自评", "the worker";
        Members = "members", "党员互评", "other members";
        Organisation = "organisation", "组织评定", "the organisation";
        Residents = "residents", "群众评议", "residents";
    }
}

/// What a reviewer finds.
pub type Verdict = Outcome;

const REVIEW_FIELDS: &[&str] = &["reviewer", "verdict", "text", "on", "by"];

/// One review, as read. No points: a verdict and words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Review {
    /// For whom it speaks.
    pub reviewer: Option<Reviewer>,
    /// What they find.
    pub verdict: Option<Verdict>,
    /// In their words.
    pub text: Option<Prose>,
    /// The day it was said.
    pub on: Option<NaiveDate>,
    /// Who wrote it down.
    pub by: Option<WorkerId>,
    pub(super) other: Record,
}

impl Review {
    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Review::from_scalar(scalar).is_some_and(|review| {
            let needed = review.reviewer.is_some() && review.verdict.is_some() && review.by.is_some();
            needed && review.on.is_some() && review.other.lacks_all(REVIEW_FIELDS)
        })
    }
}

impl Value for Review {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(Review {
            reviewer: record.take("reviewer"),
            verdict: record.take("verdict"),
            text: record.take("text"),
            on: record.take("on"),
            by: record.take("by"),
            other: record,
        })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("reviewer", self.reviewer.as_ref());
        record.put("verdict", self.verdict.as_ref());
        record.put("text", self.text.as_ref());
        record.put("on", self.on.as_ref());
        record.put("by", self.by.as_ref());
        record.into_scalar()
    }
}
