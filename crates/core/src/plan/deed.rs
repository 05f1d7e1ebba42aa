//! What people do to a help plan.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::deed::{Deed, Hand};
use crate::document::{Document, Edit};
use crate::draft::{Fen, FieldId, Prose, Reason, Refusal, ShortText, parse_date, parse_optional_date};
use crate::ids::{DocId, DocKind, RecordId, WorkerId};
use crate::plan::{Cause, HelpPlan, MAX_CAUSES, PlanAct};
use crate::private::Private;

/// A plan as it is drawn up.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanForm {
    /// The roster of its village.
    pub village: DocId,
    /// The household it is for.
    pub household: DocId,
    /// Who will help; may follow later.
    #[serde(default)]
    pub helpers: Vec<WorkerId>,
    /// Why the household is in need: codes of [`Cause`], two at most.
    #[serde(default)]
    pub causes: Vec<String>,
    /// The cause in words, where the list has none.
    #[serde(default)]
    pub cause_other: Private<String>,
    /// What the help is to reach; needed.
    pub goal: Private<String>,
    /// When it is looked at again.
    #[serde(default)]
    pub review_on: String,
}

/// What is to change on a plan; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlanChange {
    /// Why the household is in need, all causes anew.
    pub causes: Option<Vec<String>>,
    /// The cause in words.
    pub cause_other: Option<Private<String>>,
    /// What the help is to reach.
    pub goal: Option<Private<String>>,
    /// What it has reached.
    pub effect: Option<Private<String>>,
    /// When it is looked at again.
    pub review_on: Option<String>,
}

/// A measure as it is planned.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MeasureForm {
    /// What sort of thing, in the township's words.
    pub kind: String,
    /// What; needed.
    pub content: Private<String>,
    /// Who provides it.
    pub provider: Private<String>,
    /// What it is worth, in yuan.
    pub amount: String,
    /// By when; needed.
    pub due: String,
}

/// What people do to a help plan. Days are as typed; where one may be left out it is today.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum PlanDeed {
    /// Draws one up.
    Draft(PlanForm),
    /// Changes its card.
    Change(PlanChange),
    /// Adds a measure.
    AddMeasure(MeasureForm),
    /// Says that a measure is done, and what came of it.
    MeasureDone {
        /// Which.
        measure: RecordId,
        /// When.
        #[serde(default)]
        on: String,
        /// What came of it.
        #[serde(default)]
        result: Private<String>,
    },
    /// Somebody helps from a day on.
    Join {
        /// Who.
        worker: WorkerId,
        /// From when.
        #[serde(default)]
        from: String,
    },
    /// Somebody helps no more after a day.
    Leave {
        /// Who.
        worker: WorkerId,
        /// The last day, not later than today: whoever has one reads the plan no more.
        #[serde(default)]
        on: String,
    },
    /// Help begins.
    Begin {
        /// When.
        #[serde(default)]
        on: String,
    },
    /// Reports that what was planned is done.
    ReportDone {
        /// When.
        #[serde(default)]
        on: String,
        /// What came of it.
        #[serde(default)]
        effect: Private<String>,
    },
    /// Writes down the household's word; refused to whoever helps or helped.
    Confirm {
        /// When it was given.
        #[serde(default)]
        on: String,
        /// Whether the help arrived.
        yes: bool,
        /// Their words; needed when they say no.
        #[serde(default)]
        words: Private<String>,
    },
    /// The household stands by itself.
    Stabilise {
        /// When.
        #[serde(default)]
        on: String,
    },
    /// It is over.
    End {
        /// When.
        #[serde(default)]
        on: String,
    },
    /// It is over before it reached its goal.
    EndEarly {
        /// When.
        #[serde(default)]
        on: String,
        /// Why; needed.
        reason: Private<String>,
    },
    /// The household is in need again.
    Resume {
        /// When.
        #[serde(default)]
        on: String,
        /// Why; needed.
        reason: Private<String>,
    },
    /// It was looked at.
    Review {
        /// When.
        #[serde(default)]
        on: String,
        /// What was found; needed.
        words: Private<String>,
        /// When it is looked at next.
        #[serde(default)]
        next: String,
    },
}

impl Deed for PlanDeed {
    fn kind(&self) -> DocKind {
        DocKind::HelpPlan
    }

    fn begins(&self, hand: &Hand) -> Option<DocId> {
        matches!(self, PlanDeed::Draft(_)).then(|| hand.document(DocKind::HelpPlan))
    }

    fn edit(&self, document: &Document, hand: &Hand) -> Result<Edit, Refusal> {
        let plan = HelpPlan::read(document);
        let act = match self {
            PlanDeed::Draft(form) => return draft(document, form, hand),
            PlanDeed::Change(change) => return changed(&plan, change),
            PlanDeed::AddMeasure(form) => return measure(form, hand),
            PlanDeed::MeasureDone { measure, on, result } => return measure_done(&plan, *measure, on, result, hand),
            PlanDeed::Join { worker, from } => return join(&plan, *worker, from, hand),
            PlanDeed::Leave { worker, on } => return leave(&plan, *worker, on, hand),
            PlanDeed::Review { on, words, next } => return review(&plan, on, words, next, hand),
            PlanDeed::Begin { on } => PlanAct::Begin { on: hand.day(FieldId::Date, on)? },
            PlanDeed::ReportDone { on, effect } => PlanAct::ReportDone {
                on: hand.day(FieldId::Date, on)?,
                effect: Prose::parse_optional(FieldId::Effect, effect)?,
            },
            PlanDeed::Confirm { on, yes, words } => confirm(&plan, on, *yes, words, hand)?,
            PlanDeed::Stabilise { on } => PlanAct::Stabilise { on: hand.day(FieldId::Date, on)? },
            PlanDeed::End { on } => PlanAct::End { on: hand.day(FieldId::Date, on)? },
            PlanDeed::EndEarly { on, reason } => {
                PlanAct::EndEarly { on: hand.day(FieldId::Date, on)?, reason: Prose::parse(FieldId::Reason, reason)? }
            }
            PlanDeed::Resume { on, reason } => {
                PlanAct::Resume { on: hand.day(FieldId::Date, on)?, reason: Prose::parse(FieldId::Reason, reason)? }
            }
        };
        plan.course.taken(hand, act)
    }
}

/// Two causes at most; the choice *other* and words of one's own need each other.
fn causes(typed: &[String]) -> Result<BTreeSet<Cause>, Refusal> {
    let refusal = |reason| Refusal::new(FieldId::Causes, reason);
    let read = |code: &String| Cause::parse(code.trim()).ok_or(refusal(Reason::NotAChoice));
    let causes = typed.iter().map(read).collect::<Result<BTreeSet<_>, _>>()?;
    match causes.len() {
        0..=MAX_CAUSES => Ok(causes),
        _ => Err(refusal(Reason::OutOfRange { min: 0, max: MAX_CAUSES as i64 })),
    }
}

fn draft(document: &Document, form: &PlanForm, hand: &Hand) -> Result<Edit, Refusal> {
    if !document.is_blank() {
        return Err(Refusal::new(FieldId::Step, Reason::NotNow));
    }
    let causes = causes(&form.causes)?;
    let other = ShortText::parse_optional(FieldId::CauseOther, &form.cause_other)?;
    if causes.contains(&Cause::Other) && other.is_none() {
        return Err(Refusal::new(FieldId::CauseOther, Reason::Missing));
    }
    let goal = Prose::parse(FieldId::Goal, &form.goal)?;
    let mut edit = Edit::new();
    edit.put_value("village", Some(&form.village));
    edit.put_value("created_by", Some(&hand.worker));
    edit.put_value("household", Some(&form.household));
    edit.put_value("causes", Some(&causes).filter(|causes| !causes.is_empty()));
    edit.put_value("cause_other", other.as_ref());
    edit.put_value("goal", Some(&goal));
    edit.put_value("review_on", parse_optional_date(FieldId::ReviewOn, &form.review_on)?.as_ref());
    let helpers: BTreeSet<WorkerId> = form.helpers.iter().copied().collect();
    for (n, worker) in (1..).zip(&helpers) {
        edit.put_value(format!("helper/{}/worker", hand.record(n)), Some(worker));
        edit.put_value(format!("helper/{}/from", hand.record(n)), Some(&hand.today));
    }
    Ok(edit)
}

fn changed(plan: &HelpPlan, change: &PlanChange) -> Result<Edit, Refusal> {
    let mut edit = Edit::new();
    let other = change.cause_other.as_ref().map(|typed| ShortText::parse(FieldId::CauseOther, typed)).transpose()?;
    if let Some(typed) = &change.causes {
        let causes = causes(typed)?;
        if causes.contains(&Cause::Other) && other.is_none() && plan.cause_other.is_none() {
            return Err(Refusal::new(FieldId::CauseOther, Reason::Missing));
        }
        edit.put_value("causes", Some(&causes));
    }
    edit.put_value("cause_other", other.as_ref());
    let prose =
        |field, typed: &Option<Private<String>>| typed.as_ref().map(|typed| Prose::parse(field, typed)).transpose();
    edit.put_value("goal", prose(FieldId::Goal, &change.goal)?.as_ref());
    edit.put_value("effect", prose(FieldId::Effect, &change.effect)?.as_ref());
    let review_on = change.review_on.as_ref().map(|typed| parse_date(FieldId::ReviewOn, typed)).transpose()?;
    edit.put_value("review_on", review_on.as_ref());
    Ok(edit)
}

fn measure(form: &MeasureForm, hand: &Hand) -> Result<Edit, Refusal> {
    let id = hand.record(0);
    let mut edit = Edit::new();
    let key = |name: &str| format!("measure/{id}/{name}");
    edit.put_value(key("kind"), ShortText::parse_optional(FieldId::Kind, &form.kind)?.as_ref());
    edit.put_value(key("content"), Some(&Prose::parse(FieldId::Measure, &form.content)?));
    edit.put_value(key("provider"), ShortText::parse_optional(FieldId::Provider, &form.provider)?.as_ref());
    edit.put_value(key("amount"), Fen::parse_optional(FieldId::Amount, &form.amount)?.as_ref());
    edit.put_value(key("due"), Some(&parse_date(FieldId::Due, &form.due)?));
    Ok(edit)
}

fn measure_done(plan: &HelpPlan, measure: RecordId, on: &str, result: &str, hand: &Hand) -> Result<Edit, Refusal> {
    if !plan.measures.contains_key(&measure) {
        return Err(Refusal::new(FieldId::Measure, Reason::NotThere));
    }
    let mut edit = Edit::new();
    edit.put_value(format!("measure/{measure}/done_on"), Some(&hand.day(FieldId::DoneOn, on)?));
    let result = Prose::parse_optional(FieldId::Result, result)?;
    edit.put_value(format!("measure/{measure}/result"), result.as_ref());
    Ok(edit)
}

fn join(plan: &HelpPlan, worker: WorkerId, from: &str, hand: &Hand) -> Result<Edit, Refusal> {
    if plan.helping().contains(&worker) {
        return Err(Refusal::new(FieldId::Helper, Reason::NotNow));
    }
    let id = hand.record(0);
    let mut edit = Edit::new();
    edit.put_value(format!("helper/{id}/worker"), Some(&worker));
    edit.put_value(format!("helper/{id}/from"), Some(&hand.day(FieldId::From, from)?));
    Ok(edit)
}

fn leave(plan: &HelpPlan, worker: WorkerId, on: &str, hand: &Hand) -> Result<Edit, Refusal> {
    let on = hand.day(FieldId::To, on)?;
    if on > hand.today {
        return Err(Refusal::new(FieldId::To, Reason::NotNow));
    }
    let mut edit = Edit::new();
    for (id, helper) in &plan.helpers {
        let helps = helper.to.is_none() && helper.worker.as_ref().is_some_and(|who| who.value == worker);
        if !helps {
            continue;
        }
        if helper.from.as_ref().is_some_and(|from| on < from.value) {
            return Err(Refusal::new(FieldId::To, Reason::EndsBeforeItBegins));
        }
        edit.put_value(format!("helper/{id}/to"), Some(&on));
    }
    if edit.is_empty() { Err(Refusal::new(FieldId::Helper, Reason::NotThere)) } else { Ok(edit) }
}

/// What the household says is not written down by whoever it judges.
fn confirm(plan: &HelpPlan, on: &str, yes: bool, words: &str, hand: &Hand) -> Result<PlanAct, Refusal> {
    if plan.ever_helped().contains(&hand.worker) {
        return Err(Refusal::new(FieldId::Confirmation, Reason::OwnWork));
    }
    let words = Prose::parse_optional(FieldId::Confirmation, words)?;
    if !yes && words.is_none() {
        return Err(Refusal::new(FieldId::Confirmation, Reason::Missing));
    }
    Ok(PlanAct::Confirm { on: hand.day(FieldId::Date, on)?, yes, words })
}

/// A review says when the next one is, in the step and on the card.
fn review(plan: &HelpPlan, on: &str, words: &str, next: &str, hand: &Hand) -> Result<Edit, Refusal> {
    let on = hand.day(FieldId::Date, on)?;
    let next = parse_optional_date(FieldId::ReviewOn, next)?;
    if next.is_some_and(|next| next <= on) {
        return Err(Refusal::new(FieldId::ReviewOn, Reason::EndsBeforeItBegins));
    }
    let words = Prose::parse(FieldId::Review, words)?;
    let mut edit = plan.course.taken(hand, PlanAct::Review { on, words, next })?;
    edit.put_value("review_on", next.as_ref());
    Ok(edit)
}
