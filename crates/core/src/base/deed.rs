//! What people do with a base.

use serde::Deserialize;

use crate::base::{Base, BaseOutcome, Batch};
use crate::board::Posting;
use crate::course::Act as _;
use crate::deed::{Deed, Hand};
use crate::document::{Document, Edit};
use crate::draft::{FieldId, Headcount, PersonName, Prose, Reason, Refusal, ShortText, parse_date};
use crate::ids::{DocId, DocKind, RecordId, WorkerId};
use crate::private::Private;
use crate::record::Record;
use crate::value::Value as _;

/// A base's card, as typed. What is empty is left as it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BaseForm {
    /// Its name; a new one needs it.
    pub name: String,
    /// What is taught; a new one needs it.
    pub trade: String,
    /// Where it is.
    pub place: String,
    /// How many sheds, how much land.
    pub sheds: String,
    /// Who runs it, by name.
    pub host: Private<String>,
    /// Who runs it, if it is a worker.
    pub host_worker: Option<WorkerId>,
}

/// A batch of training, as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BatchForm {
    /// Its first day; today if left out.
    pub from: String,
    /// Its last day, if it was more than one.
    pub to: String,
    /// What was taught; needed.
    pub topic: String,
    /// How many people took part.
    pub trained: Option<i64>,
    /// What came of it.
    pub outcome: Private<String>,
    /// How many households came out of hardship by it.
    pub lifted: Option<i64>,
}

/// Something that came of a base, as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutcomeForm {
    /// The day; today if left out.
    pub on: String,
    /// What came of it; needed.
    pub text: Private<String>,
}

/// One thing done with a base.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum BaseDeed {
    /// Enters a new one.
    Begin {
        /// The roster of its village.
        village: DocId,
        /// Its card.
        base: BaseForm,
    },
    /// Changes what the form names.
    Change {
        /// The card.
        base: BaseForm,
    },
    /// Adds a batch of training, or writes one anew.
    Batch {
        /// The batch to write anew.
        #[serde(default)]
        id: Option<RecordId>,
        /// The batch.
        batch: BatchForm,
    },
    /// Adds something that came of it.
    Outcome {
        /// What came of it.
        outcome: OutcomeForm,
    },
    /// Hangs it on the board.
    Post {
        /// From which day on; today if left out.
        #[serde(default)]
        on: String,
    },
    /// Takes it down.
    Unpost {
        /// Why.
        #[serde(default)]
        reason: String,
    },
}

impl Deed for BaseDeed {
    fn kind(&self) -> DocKind {
        DocKind::Base
    }

    fn begins(&self, hand: &Hand) -> Option<DocId> {
        matches!(self, BaseDeed::Begin { .. }).then(|| hand.document(DocKind::Base))
    }

    fn edit(&self, document: &Document, hand: &Hand) -> Result<Edit, Refusal> {
        let base = Base::read(document);
        let mut edit = Edit::new();
        match self {
            BaseDeed::Begin { village, base: form } => {
                edit.put_value("village", Some(village));
                edit.put_value("created_by", Some(&hand.worker));
                edit.put_value("name", Some(&ShortText::parse(FieldId::Name, &form.name)?));
                edit.put_value("trade", Some(&ShortText::parse(FieldId::Trade, &form.trade)?));
                edit.extend(card(form)?);
            }
            BaseDeed::Change { base: form } => {
                edit.put_value("name", ShortText::parse_optional(FieldId::Name, &form.name)?.as_ref());
                edit.put_value("trade", ShortText::parse_optional(FieldId::Trade, &form.trade)?.as_ref());
                edit.extend(card(form)?);
            }
            BaseDeed::Batch { id, batch } => {
                let mut batch = batch_of(batch, hand)?;
                if let Some(id) = id {
                    let read = base.batches.get(id).ok_or(Refusal::new(FieldId::Batch, Reason::NotThere))?;
                    batch.other = read.value.other.clone();
                }
                edit.put(format!("batch/{}", id.unwrap_or(hand.record(0))), batch.to_scalar());
            }
            BaseDeed::Outcome { outcome } => {
                let outcome = BaseOutcome {
                    on: Some(hand.day(FieldId::Date, &outcome.on)?),
                    text: Some(Prose::parse(FieldId::Outcome, &outcome.text)?),
                    by: Some(hand.worker),
                    other: Record::default(),
                };
                edit.put(format!("outcome/{}", hand.record(0)), outcome.to_scalar());
            }
            BaseDeed::Post { on } => return post(&base, hand, Posting::Post { on: hand.day(FieldId::Date, on)? }),
            BaseDeed::Unpost { reason } => {
                let reason = ShortText::parse_optional(FieldId::Reason, reason)?;
                return post(&base, hand, Posting::Unpost { on: hand.today, reason });
            }
        }
        Ok(edit)
    }
}

fn post(base: &Base, hand: &Hand, act: Posting) -> Result<Edit, Refusal> {
    if act.target(base.course.state).is_none() {
        return Err(Refusal::new(FieldId::Step, Reason::NotNow));
    }
    Ok(base.course.step(hand.record(0), hand.worker, hand.at, act))
}

/// What a form says beside name and trade.
fn card(form: &BaseForm) -> Result<Edit, Refusal> {
    let mut edit = Edit::new();
    edit.put_value("place", ShortText::parse_optional(FieldId::Place, &form.place)?.as_ref());
    edit.put_value("sheds", ShortText::parse_optional(FieldId::Sheds, &form.sheds)?.as_ref());
    let host = Some(form.host.as_str()).filter(|host| !host.trim().is_empty());
    edit.put_value("host", host.map(|host| PersonName::parse(FieldId::Host, host)).transpose()?.as_ref());
    edit.put_value("host_worker", form.host_worker.as_ref());
    Ok(edit)
}

fn batch_of(form: &BatchForm, hand: &Hand) -> Result<Batch, Refusal> {
    let from = hand.day(FieldId::From, &form.from)?;
    let to = Some(form.to.as_str()).filter(|to| !to.trim().is_empty());
    let to = to.map(|to| parse_date(FieldId::To, to)).transpose()?;
    if to.is_some_and(|to| to < from) {
        return Err(Refusal::new(FieldId::To, Reason::EndsBeforeItBegins));
    }
    let count = |field, count: Option<i64>| count.map(|count| Headcount::parse(field, count)).transpose();
    Ok(Batch {
        from: Some(from),
        to,
        topic: Some(ShortText::parse(FieldId::Topic, &form.topic)?),
        trained: count(FieldId::Trained, form.trained)?,
        outcome: Prose::parse_optional(FieldId::Outcome, &form.outcome)?,
        lifted: count(FieldId::Lifted, form.lifted)?,
        by: Some(hand.worker),
        other: Record::default(),
    })
}
