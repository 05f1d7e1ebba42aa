//! Practice bases (创业实践基地、先锋号大棚): where a trade is taught, in batches, and what came of it.
//!
//! Card `name`, `trade`, `place`, `sheds`, `host` (a name) or `host_worker`; `batch/<id>` and `outcome/<id>`, one JSON record
//! each; `step/<id>`, which hangs it on the board and takes it down ([`Posting`]).

mod batch;
mod deed;
mod kind;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use batch::{BaseOutcome, Batch};
pub use deed::{BaseDeed, BaseForm, BatchForm, OutcomeForm};
pub(crate) use kind::Bases;

use crate::board::Posting;
use crate::course::{Course, Step};
use crate::document::{Document, Field};
use crate::draft::{PersonName, ShortText};
use crate::ids::{DocId, RecordId, WorkerId};
use crate::value::{Key, KeySpec, Value as _, own, record, typed};

/// What may stand under the keys of a base.
pub(crate) const SCHEMA: &[KeySpec] = &[
    own::<DocId>("village"),
    own::<WorkerId>("created_by"),
    own::<ShortText>("name"),
    own::<ShortText>("trade"),
    own::<ShortText>("place"),
    own::<ShortText>("sheds"),
    own::<PersonName>("host"),
    own::<WorkerId>("host_worker"),
    record("batch", Batch::is_valid),
    record("outcome", BaseOutcome::is_valid),
    record("step", Step::<Posting>::is_valid),
];

/// A base as it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Base {
    /// Its document.
    pub id: DocId,
    /// The roster of its village.
    pub village: Option<Field<DocId>>,
    /// Who entered it.
    pub created_by: Option<Field<WorkerId>>,
    /// Its name.
    pub name: Option<Field<ShortText>>,
    /// What is taught.
    pub trade: Option<Field<ShortText>>,
    /// Where it is.
    pub place: Option<Field<ShortText>>,
    /// How many sheds, how much land.
    pub sheds: Option<Field<ShortText>>,
    /// Who runs it, by name.
    pub host: Option<Field<PersonName>>,
    /// Who runs it, if it is a worker.
    pub host_worker: Option<Field<WorkerId>>,
    /// Batches of training.
    pub batches: BTreeMap<RecordId, Field<Batch>>,
    /// What came of it.
    pub outcomes: BTreeMap<RecordId, Field<BaseOutcome>>,
    /// Whether it hangs on the board.
    pub course: Course<Posting>,
}

/// What came of a base altogether.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Batches.
    pub batches: u64,
    /// People trained, batch by batch: who comes twice counts twice.
    pub trained: u64,
    /// Households out of hardship.
    pub lifted: u64,
}

impl Base {
    /// Reads a document of the kind base, in one pass.
    pub fn read(document: &Document) -> Self {
        let mut steps = BTreeMap::new();
        let mut base = Base {
            id: document.id(),
            village: None,
            created_by: None,
            name: None,
            trade: None,
            place: None,
            sheds: None,
            host: None,
            host_worker: None,
            batches: BTreeMap::new(),
            outcomes: BTreeMap::new(),
            course: Course::default(),
        };
        for (key, field) in document.list("") {
            match Key::of(&key) {
                Key::Own("village") => base.village = typed(&field),
                Key::Own("created_by") => base.created_by = typed(&field),
                Key::Own("name") => base.name = typed(&field),
                Key::Own("trade") => base.trade = typed(&field),
                Key::Own("place") => base.place = typed(&field),
                Key::Own("sheds") => base.sheds = typed(&field),
                Key::Own("host") => base.host = typed(&field),
                Key::Own("host_worker") => base.host_worker = typed(&field),
                Key::Record("batch", id) => {
                    if let (Ok(id), Some(batch)) = (id.parse(), typed(&field)) {
                        base.batches.insert(id, batch);
                    }
                }
                Key::Record("outcome", id) => {
                    if let (Ok(id), Some(outcome)) = (id.parse(), typed(&field)) {
                        base.outcomes.insert(id, outcome);
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
        base.course = Course::of(&steps);
        base
    }

    /// What came of it altogether.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for batch in self.batches.values().map(|batch| &batch.value) {
            totals.batches += 1;
            totals.trained += u64::from(batch.trained.map_or(0, |trained| trained.get()));
            totals.lifted += u64::from(batch.lifted.map_or(0, |lifted| lifted.get()));
        }
        totals
    }
}
