//! A matter (民情事项): what a resident raised, and the steps by which it comes to an end.
//!
//! The card (`title`, `text`, `category`, …) is kept up field by field. Steps `step/<id>` are append-only facts, one JSON
//! record each, and carry in `after` the steps their author had seen. The state is not stored: [`Story`] derives it from
//! the steps, so that every replica derives the same.

mod act;
mod card;
mod choices;
mod deed;
mod emergency;
mod kind;
mod number;
mod public;
mod source;
mod story;
mod table;
mod timeline;

use std::collections::BTreeMap;

pub use act::{Act, Assignment, Step};
pub use card::{Categories, DEFAULT_CATEGORIES, MatterDraft, MatterForm};
pub use choices::{ActKind, Closing, FeedbackWay, Level, MatterKind, Raised, Satisfaction, Solved, State, Urgency};
pub(crate) use deed::next_by;
pub use deed::{AmendForm, AssignForm, MatterDeed, RaiseForm, take};
pub use emergency::{EmergencyCard, EmergencyNumber, emergency_card};
pub(crate) use kind::Matters;
pub use number::{Number, number, temporary_code, village_code};
pub use source::Source;
pub use story::{Conclusion, Move, NotStanding, Story, Told as StepTold};
pub use table::{TRANSITIONS, Target, Transition, next_from, target};
pub use timeline::Timeline;

use crate::document::{Document, Edit, Field, Scalar};
use crate::draft::{FieldId, Headcount, PersonName, Phone, Prose, ShortText, Title};
use crate::household::VisitChannel;
use crate::ids::{DeviceMillis, DocId, RecordId, WorkerId};
use crate::value::{Key, KeySpec, Value as _, own, own_if, record, typed};
use chrono::NaiveDate;

/// What may stand under the keys of a matter.
pub(crate) const SCHEMA: &[KeySpec] = &[
    own::<DocId>("village"),
    own::<WorkerId>("recorded_by"),
    own::<NaiveDate>("recorded_on"),
    own_if("title", is_public_title),
    own::<Prose>("text"),
    own::<DocId>("household"),
    own::<Raised>("raised"),
    own::<PersonName>("raiser"),
    own::<Phone>("phone"),
    own::<Headcount>("headcount"),
    own::<ShortText>("category"),
    own::<MatterKind>("kind"),
    own_if("urgency", |scalar| Urgency::from_scalar(scalar).is_some_and(|urgency| urgency != Urgency::Emergency)),
    own::<ShortText>("place"),
    own::<ShortText>("number"),
    own::<Source>("source"),
    own::<VisitChannel>("channel"),
    own::<DocId>("split_from"),
    record("step", Step::is_valid),
    crate::late::SCHEMA_ROW,
];

fn is_public_title(scalar: &Scalar) -> bool {
    scalar.as_text().is_some_and(|text| Title::parse_public(FieldId::Title, text).is_ok())
}

/// A matter as it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Matter {
    /// Its document.
    pub id: DocId,
    /// The roster of its village.
    pub village: Option<Field<DocId>>,
    /// Who wrote it down.
    pub recorded_by: Option<Field<WorkerId>>,
    /// The day it was written down.
    pub recorded_on: Option<Field<NaiveDate>>,
    /// What the public board shows.
    pub title: Option<Field<Title>>,
    /// The resident's words; never published.
    pub text: Option<Field<Prose>>,
    /// The household that raised it, or that it is about.
    pub household: Option<Field<DocId>>,
    /// By whom it was raised: a household, a named person, somebody unnamed.
    pub raised: Option<Field<Raised>>,
    /// The named person.
    pub raiser: Option<Field<PersonName>>,
    /// The person's phone.
    pub phone: Option<Field<Phone>>,
    /// How many people it concerns.
    pub headcount: Option<Field<Headcount>>,
    /// Category: one of the township's list.
    pub category: Option<Field<ShortText>>,
    /// Kind.
    pub kind: Option<Field<MatterKind>>,
    /// Urgency.
    pub urgency: Option<Field<Urgency>>,
    /// Place.
    pub place: Option<Field<ShortText>>,
    /// The number the township gave it: village code, year, serial.
    pub number: Option<Field<ShortText>>,
    /// The diary entry or visit it was first written down in.
    pub source: Option<Field<Source>>,
    /// The channel by which it was taken (五承办, or every day).
    pub channel: Option<Field<VisitChannel>>,
    /// The matter it was split from.
    pub split_from: Option<Field<DocId>>,
    /// What became of it.
    pub story: Story,
}

impl Matter {
    /// Reads a document of the kind matter, in one pass.
    pub fn read(document: &Document) -> Self {
        let mut steps = BTreeMap::new();
        let mut matter = Matter {
            id: document.id(),
            village: None,
            recorded_by: None,
            recorded_on: None,
            title: None,
            text: None,
            household: None,
            raised: None,
            raiser: None,
            phone: None,
            headcount: None,
            category: None,
            kind: None,
            urgency: None,
            place: None,
            number: None,
            source: None,
            channel: None,
            split_from: None,
            story: Story::default(),
        };
        for (key, field) in document.list("") {
            match Key::of(&key) {
                Key::Own("village") => matter.village = typed(&field),
                Key::Own("recorded_by") => matter.recorded_by = typed(&field),
                Key::Own("recorded_on") => matter.recorded_on = typed(&field),
                Key::Own("title") => matter.title = typed(&field),
                Key::Own("text") => matter.text = typed(&field),
                Key::Own("household") => matter.household = typed(&field),
                Key::Own("raised") => matter.raised = typed(&field),
                Key::Own("raiser") => matter.raiser = typed(&field),
                Key::Own("phone") => matter.phone = typed(&field),
                Key::Own("headcount") => matter.headcount = typed(&field),
                Key::Own("category") => matter.category = typed(&field),
                Key::Own("kind") => matter.kind = typed(&field),
                Key::Own("urgency") => matter.urgency = typed(&field),
                Key::Own("place") => matter.place = typed(&field),
                Key::Own("number") => matter.number = typed(&field),
                Key::Own("source") => matter.source = typed(&field),
                Key::Own("channel") => matter.channel = typed(&field),
                Key::Own("split_from") => matter.split_from = typed(&field),
                Key::Record("step", id) => {
                    if let (Ok(id), Some(step)) = (id.parse(), Step::from_scalar(&field.value)) {
                        steps.insert(id, step);
                    }
                }
                _ => {}
            }
        }
        matter.story = Story::of(&steps);
        matter
    }

    /// The state it is in.
    pub fn state(&self) -> State {
        self.story.state
    }

    /// The edit that adds a step after everything read, under a freshly minted id.
    pub fn step(&self, id: RecordId, by: WorkerId, at: DeviceMillis, act: Act) -> Edit {
        self.step_with_limit(id, by, at, act, None)
    }

    /// The same, saying by which day the next word is expected.
    pub(crate) fn step_with_limit(
        &self,
        id: RecordId,
        by: WorkerId,
        at: DeviceMillis,
        act: Act,
        limit: Option<NaiveDate>,
    ) -> Edit {
        let step = Step { by: Some(by), at: Some(at), after: self.story.latest.clone(), limit, act };
        let mut edit = Edit::new();
        edit.put(format!("step/{id}"), step.to_scalar());
        edit
    }
}

/// Records a matter, in a document freshly named by [`DocId::mint`].
pub fn create(by: WorkerId, draft: &MatterDraft) -> Edit {
    let mut edit = Edit::new();
    edit.put_value("recorded_by", Some(&by));
    edit.extend(draft.edit());
    edit
}

#[cfg(test)]
mod tests;
