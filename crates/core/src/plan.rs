//! A help plan (结对帮扶): what is done for one hardship household, by whom, until it needs it no more.
//!
//! One document for each pairing. The card (`goal`, `causes`, `effect`, `review_on`) is kept up field by field, and so are
//! who helps (`helper/<id>/…`, with the days from and to) and the measures (`measure/<id>/…`). Where the plan stands is
//! not stored: steps `step/<id>` fold into it ([`crate::course`]).
//!
//! That the help arrived is the household's word, not the helper's: no helper of the plan, present or former, collects the
//! confirmation (报办分离). Causes may tell of illness, so nothing of a plan is ever published.

mod act;
mod deed;
mod kind;

use std::collections::{BTreeMap, BTreeSet};

pub use act::{PlanAct, PlanActKind, PlanState, Status};
pub use deed::{MeasureForm, PlanChange, PlanDeed, PlanForm};
pub(crate) use kind::HelpPlans;

use chrono::NaiveDate;

use crate::course::{Course, Step};
use crate::document::{Document, Field, Scalar};
use crate::draft::{Fen, Prose, ShortText};
use crate::ids::{DocId, RecordId, WorkerId};
use crate::lang::codes;
use crate::value::{Key, KeySpec, Value as _, own, own_if, part, record, typed};

codes! {
    /// Why a household is in need. What the list lacks is said in words of one's own.
    Cause {
        Illness = "illness", "因病", "illness";
        Disability = "disability", "因残", "disability";
        Schooling = "schooling", "因学", "costs of schooling";
        Disaster = "disaster", "因灾", "disaster";
        Labour = "labour", "缺劳力", "too few hands";
        Skills = "skills", "缺技术", "no trade";
        Capital = "capital", "缺资金", "no capital";
        Other = "other", "其他", "something else";
    }
}

/// The most causes one plan names: those that decide (domain §4).
pub const MAX_CAUSES: usize = 2;

/// What may stand under the keys of a help plan.
pub(crate) const SCHEMA: &[KeySpec] = &[
    own::<DocId>("village"),
    own::<WorkerId>("created_by"),
    own::<DocId>("household"),
    own_if("causes", |scalar| BTreeSet::<Cause>::from_scalar(scalar).is_some_and(|causes| causes.len() <= MAX_CAUSES)),
    own::<ShortText>("cause_other"),
    own::<Prose>("goal"),
    own::<Prose>("effect"),
    own::<NaiveDate>("review_on"),
    part::<WorkerId>("helper", "worker"),
    part::<NaiveDate>("helper", "from"),
    part::<NaiveDate>("helper", "to"),
    part::<ShortText>("measure", "kind"),
    part::<Prose>("measure", "content"),
    part::<ShortText>("measure", "provider"),
    part::<Fen>("measure", "amount"),
    part::<NaiveDate>("measure", "due"),
    part::<NaiveDate>("measure", "done_on"),
    part::<Prose>("measure", "result"),
    record("step", Step::<PlanAct>::is_valid),
    crate::late::SCHEMA_ROW,
];

/// A help plan as it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct HelpPlan {
    /// Its document.
    pub id: DocId,
    /// The roster of its village.
    pub village: Option<Field<DocId>>,
    /// Who drew it up.
    pub created_by: Option<Field<WorkerId>>,
    /// The household it is for.
    pub household: Option<Field<DocId>>,
    /// Why the household is in need.
    pub causes: Option<Field<BTreeSet<Cause>>>,
    /// The cause in words, where the list has none.
    pub cause_other: Option<Field<ShortText>>,
    /// What the help is to reach.
    pub goal: Option<Field<Prose>>,
    /// What it has reached.
    pub effect: Option<Field<Prose>>,
    /// When the plan is looked at again.
    pub review_on: Option<Field<NaiveDate>>,
    /// Who helps and helped.
    pub helpers: BTreeMap<RecordId, Helper>,
    /// What is done.
    pub measures: BTreeMap<RecordId, Measure>,
    /// Where it stands, and by which steps.
    pub course: Course<PlanAct>,
}

/// Somebody who helps, or did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Helper {
    /// Who.
    pub worker: Option<Field<WorkerId>>,
    /// From when.
    pub from: Option<Field<NaiveDate>>,
    /// The last day; none while they help.
    pub to: Option<Field<NaiveDate>>,
}

impl Helper {
    fn take(&mut self, name: &str, field: &Field<Scalar>) {
        match name {
            "worker" => self.worker = typed(field),
            "from" => self.from = typed(field),
            "to" => self.to = typed(field),
            _ => {}
        }
    }
}

/// One thing that is done for the household.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measure {
    /// What sort of thing; a township's own words.
    pub kind: Option<Field<ShortText>>,
    /// What.
    pub content: Option<Field<Prose>>,
    /// Who provides it.
    pub provider: Option<Field<ShortText>>,
    /// What it is worth.
    pub amount: Option<Field<Fen>>,
    /// By when.
    pub due: Option<Field<NaiveDate>>,
    /// When it was done.
    pub done_on: Option<Field<NaiveDate>>,
    /// What came of it.
    pub result: Option<Field<Prose>>,
}

impl Measure {
    fn take(&mut self, name: &str, field: &Field<Scalar>) {
        match name {
            "kind" => self.kind = typed(field),
            "content" => self.content = typed(field),
            "provider" => self.provider = typed(field),
            "amount" => self.amount = typed(field),
            "due" => self.due = typed(field),
            "done_on" => self.done_on = typed(field),
            "result" => self.result = typed(field),
            _ => {}
        }
    }
}

impl HelpPlan {
    /// Reads a document of the kind help plan, in one pass.
    pub fn read(document: &Document) -> Self {
        let mut steps = BTreeMap::new();
        let mut plan = HelpPlan {
            id: document.id(),
            village: None,
            created_by: None,
            household: None,
            causes: None,
            cause_other: None,
            goal: None,
            effect: None,
            review_on: None,
            helpers: BTreeMap::new(),
            measures: BTreeMap::new(),
            course: Course::default(),
        };
        for (key, field) in document.list("") {
            match Key::of(&key) {
                Key::Own("village") => plan.village = typed(&field),
                Key::Own("created_by") => plan.created_by = typed(&field),
                Key::Own("household") => plan.household = typed(&field),
                Key::Own("causes") => plan.causes = typed(&field),
                Key::Own("cause_other") => plan.cause_other = typed(&field),
                Key::Own("goal") => plan.goal = typed(&field),
                Key::Own("effect") => plan.effect = typed(&field),
                Key::Own("review_on") => plan.review_on = typed(&field),
                Key::Part("helper", id, name) => {
                    if let Ok(id) = id.parse() {
                        plan.helpers.entry(id).or_default().take(name, &field);
                    }
                }
                Key::Part("measure", id, name) => {
                    if let Ok(id) = id.parse() {
                        plan.measures.entry(id).or_default().take(name, &field);
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
        plan.course = Course::of(&steps);
        plan
    }

    /// Where it stands.
    pub fn status(&self) -> Status {
        self.course.state.status
    }

    /// Who helps now. Who has a last day helps no more, from the moment it is written down.
    pub fn helping(&self) -> BTreeSet<WorkerId> {
        let now = self.helpers.values().filter(|helper| helper.to.is_none());
        now.filter_map(|helper| Some(helper.worker.as_ref()?.value)).collect()
    }

    /// Everybody who helps or ever did.
    pub fn ever_helped(&self) -> BTreeSet<WorkerId> {
        self.helpers.values().filter_map(|helper| Some(helper.worker.as_ref()?.value)).collect()
    }

    /// The day it first began.
    pub fn begun_on(&self) -> Option<NaiveDate> {
        self.course.standing().find_map(|(_, act)| match act {
            PlanAct::Begin { on } => Some(*on),
            _ => None,
        })
    }

    /// The day it ended, if it has.
    pub fn ended_on(&self) -> Option<NaiveDate> {
        let ends = self.course.standing().filter_map(|(_, act)| match act {
            PlanAct::End { on } | PlanAct::EndEarly { on, .. } => Some(*on),
            _ => None,
        });
        ends.last().filter(|_| self.status() == Status::Ended)
    }

    /// The day the household confirmed, if its last word stands.
    pub fn confirmed_on(&self) -> Option<NaiveDate> {
        let confirmed = self.course.standing().filter_map(|(_, act)| match act {
            PlanAct::Confirm { on, yes: true, .. } => Some(*on),
            _ => None,
        });
        confirmed.last().filter(|_| self.course.state.confirmed)
    }

    /// Whether two acted apart and the steps of one have no effect: a person looks at it.
    pub fn is_disputed(&self) -> bool {
        self.course.has_overtaken()
    }
}

#[cfg(test)]
mod tests;
