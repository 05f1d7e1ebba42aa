//! A worker's pledge of one year (亮身份承诺): two to five concrete things, shown where they serve, and what became of them.
//!
//! One document per worker and year ([`pledge_id`]). Card `worker`, `year`, `village`, `place`; `item/<id>`, one JSON record
//! each, written while it is a draft; `step/<id>`, the course from draft to the end ([`PledgeAct`]); `review/<id>`, what the
//! worker, other members, the organisation and residents say of it: a verdict and words, never points.

mod deed;
mod item;
mod kind;
mod step;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use deed::{ItemForm, PledgeDeed, ReviewForm};
pub use item::{Item, Review, Reviewer, Verdict};
pub(crate) use kind::Pledges;
pub use step::{Outcome, PledgeAct, PledgeState, PledgeStep};

use crate::course::{Course, Step};
use crate::document::{Document, Field};
use crate::draft::ShortText;
use crate::ids::{DocId, DocKind, RecordId, WorkerId};
use crate::value::{Key, KeySpec, Value as _, own, own_if, record, typed};

/// How many things a pledge holds when it is published (domain §4); a draft may hold any number.
pub const ITEMS: std::ops::RangeInclusive<usize> = 2..=5;

/// What may stand under the keys of a pledge.
pub(crate) const SCHEMA: &[KeySpec] = &[
    own::<WorkerId>("worker"),
    own_if("year", |scalar| scalar.as_int().is_some_and(|year| (1900..=2100).contains(&year))),
    own::<DocId>("village"),
    own::<ShortText>("place"),
    record("item", Item::is_valid),
    record("step", Step::<PledgeAct>::is_valid),
    record("review", Review::is_valid),
];

/// The name of a worker's pledge of a year; every device derives the same.
pub fn pledge_id(worker: WorkerId, year: i32) -> DocId {
    DocId::derive(DocKind::Pledge, &[worker.0.as_bytes(), year.to_string().as_bytes()])
}

/// A pledge as it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Pledge {
    /// Its document.
    pub id: DocId,
    /// Whose it is.
    pub worker: Option<WorkerId>,
    /// The year.
    pub year: Option<i32>,
    /// The roster of the worker's village.
    pub village: Option<Field<DocId>>,
    /// Where it is shown: a stall, a post.
    pub place: Option<Field<ShortText>>,
    /// What is pledged.
    pub items: BTreeMap<RecordId, Field<Item>>,
    /// What others and the worker say of it.
    pub reviews: BTreeMap<RecordId, Field<Review>>,
    /// Its course.
    pub course: Course<PledgeAct>,
}

impl Pledge {
    /// Reads a document of the kind pledge, in one pass.
    pub fn read(document: &Document) -> Self {
        let mut steps = BTreeMap::new();
        let mut pledge = Pledge {
            id: document.id(),
            worker: None,
            year: None,
            village: None,
            place: None,
            items: BTreeMap::new(),
            reviews: BTreeMap::new(),
            course: Course::default(),
        };
        for (key, field) in document.list("") {
            match Key::of(&key) {
                Key::Own("worker") => pledge.worker = WorkerId::from_scalar(&field.value),
                Key::Own("year") => pledge.year = field.value.as_int().and_then(|year| i32::try_from(year).ok()),
                Key::Own("village") => pledge.village = typed(&field),
                Key::Own("place") => pledge.place = typed(&field),
                Key::Record("item", id) => {
                    if let (Ok(id), Some(item)) = (id.parse(), typed(&field)) {
                        pledge.items.insert(id, item);
                    }
                }
                Key::Record("review", id) => {
                    if let (Ok(id), Some(review)) = (id.parse(), typed(&field)) {
                        pledge.reviews.insert(id, review);
                    }
                }
                Key::Record("step", id) => {
                    if let (Ok(id), Some(step)) = (id.parse(), Step::from_scalar(&field.value)) {
                        steps.insert(id, step);
                    }
                }
                _ => {}
            }
        }
        pledge.course = Course::of(&steps);
        pledge
    }

    /// Whether the header says what the document's name says. One that does not is nobody's pledge.
    pub fn is_named_right(&self) -> bool {
        self.worker.zip(self.year).is_some_and(|(worker, year)| pledge_id(worker, year) == self.id)
    }

    /// Where it stands.
    pub fn state(&self) -> PledgeState {
        self.course.state
    }

    /// The day it was published.
    pub fn published_on(&self) -> Option<chrono::NaiveDate> {
        let days = self.course.standing().filter_map(|(_, act)| match act {
            PledgeAct::Publish { on } => Some(*on),
            _ => None,
        });
        days.last()
    }

    /// What became of an item, as was said last.
    pub fn result_of(&self, item: RecordId) -> Option<Outcome> {
        let said = self.course.standing().filter_map(|(_, act)| match act {
            PledgeAct::Result { item: of, outcome, .. } if *of == item => Some(*outcome),
            _ => None,
        });
        said.last()
    }

    /// Whether it holds what a published pledge holds: two to five items, each with its measure, its baseline and a day.
    pub fn is_concrete(&self) -> bool {
        ITEMS.contains(&self.items.len()) && self.items.values().all(|item| item.value.lacks().is_none())
    }
}
