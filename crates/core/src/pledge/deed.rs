//! What people do with a pledge.

use chrono::Datelike as _;
use serde::Deserialize;

use crate::course::Act as _;
use crate::deed::{Deed, Hand};
use crate::document::{Document, Edit};
use crate::draft::{FieldId, Prose, Reason, Refusal, ShortText, parse_date};
use crate::ids::{DocId, DocKind, RecordId, WorkerId};
use crate::pledge::{ITEMS, Item, Outcome, Pledge, PledgeAct, PledgeState, Review, Reviewer, Verdict, pledge_id};
use crate::private::Private;
use crate::record::Record;
use crate::value::Value as _;

/// One thing pledged, as typed. A draft needs only what will be done.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ItemForm {
    /// What will be done; needed.
    pub content: String,
    /// How one will see that it was done; needed to publish.
    pub measured_by: String,
    /// How it is now; needed to publish.
    pub baseline: String,
    /// The day it is due; needed to publish.
    pub due: String,
}

/// A review, as typed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewForm {
    /// For whom it speaks.
    pub reviewer: Reviewer,
    /// What they find.
    pub verdict: Verdict,
    /// In their words.
    #[serde(default)]
    pub text: Private<String>,
    /// The day it was said; today if left out.
    #[serde(default)]
    pub on: String,
}

/// One thing done with a pledge.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum PledgeDeed {
    /// Begins a worker's pledge of a year; one that is there is gone on with.
    Begin {
        /// Whose it is; whoever acts, if left out.
        #[serde(default)]
        worker: Option<WorkerId>,
        /// The year; this one, if left out.
        #[serde(default)]
        year: Option<i32>,
        /// The roster of the worker's village.
        village: DocId,
        /// Where it is shown.
        #[serde(default)]
        place: String,
        /// What is pledged, as far as it is known.
        #[serde(default)]
        items: Vec<ItemForm>,
    },
    /// Says where it is shown.
    Place {
        /// The stall or post.
        place: String,
    },
    /// Adds an item to a draft, or writes one anew.
    Item {
        /// The item to write anew.
        #[serde(default)]
        id: Option<RecordId>,
        /// What is pledged.
        item: ItemForm,
    },
    /// Takes an item out of a draft.
    RemoveItem {
        /// The item.
        id: RecordId,
    },
    /// The lead or the board agrees.
    Approve {},
    /// It needs more work.
    SendBack {
        /// Why; needed.
        reason: Private<String>,
    },
    /// It is shown to everybody: two to five concrete items.
    Publish {
        /// The day; today if left out.
        #[serde(default)]
        on: String,
    },
    /// The worker begins.
    Start {},
    /// What became of one item; said by somebody else than the worker.
    Result {
        /// The item.
        item: RecordId,
        /// What became of it.
        outcome: Outcome,
        /// Why; needed unless it was kept.
        #[serde(default)]
        reason: Private<String>,
    },
    /// What became of the whole; said by somebody else than the worker.
    Close {
        /// What became of it.
        outcome: Outcome,
        /// Why; needed unless it was kept.
        #[serde(default)]
        reason: Private<String>,
    },
    /// What somebody finds.
    Review {
        /// The review.
        review: ReviewForm,
    },
}

impl Deed for PledgeDeed {
    fn kind(&self) -> DocKind {
        DocKind::Pledge
    }

    fn begins(&self, hand: &Hand) -> Option<DocId> {
        match self {
            PledgeDeed::Begin { worker, year, .. } => {
                Some(pledge_id(worker.unwrap_or(hand.worker), year.unwrap_or(hand.today.year())))
            }
            _ => None,
        }
    }

    fn edit(&self, document: &Document, hand: &Hand) -> Result<Edit, Refusal> {
        let pledge = Pledge::read(document);
        match self {
            PledgeDeed::Begin { worker, year, village, place, items } => {
                let (worker, year) = (worker.unwrap_or(hand.worker), year.unwrap_or(hand.today.year()));
                begin(&pledge, hand, (worker, year, *village), place, items)
            }
            PledgeDeed::Place { place } => {
                let mut edit = Edit::new();
                edit.put_value("place", Some(&ShortText::parse(FieldId::Place, place)?));
                Ok(edit)
            }
            PledgeDeed::Item { id, item } => put_item(&pledge, hand, *id, item),
            PledgeDeed::RemoveItem { id } => {
                drafting(&pledge)?;
                if !pledge.items.contains_key(id) {
                    return Err(Refusal::new(FieldId::Item, Reason::NotThere));
                }
                let mut edit = Edit::new();
                edit.remove(format!("item/{id}"));
                Ok(edit)
            }
            PledgeDeed::Review { review } => put_review(&pledge, hand, review),
            step => {
                let act = act_of(step, &pledge, hand)?;
                let Some(act) = act.filter(|act| act.target(pledge.state()).is_some()) else {
                    return Err(Refusal::new(FieldId::Step, Reason::NotNow));
                };
                Ok(pledge.course.step(hand.record(0), hand.worker, hand.at, act))
            }
        }
    }
}

fn begin(
    pledge: &Pledge,
    hand: &Hand,
    (worker, year, village): (WorkerId, i32, DocId),
    place: &str,
    items: &[ItemForm],
) -> Result<Edit, Refusal> {
    if !(1900..=2100).contains(&year) {
        return Err(Refusal::new(FieldId::Year, Reason::OutOfRange { min: 1900, max: 2100 }));
    }
    let mut edit = Edit::new();
    edit.put_value("worker", Some(&worker));
    edit.put_value("year", Some(&i64::from(year)));
    edit.put_value("village", Some(&village));
    edit.put_value("place", ShortText::parse_optional(FieldId::Place, place)?.as_ref());
    if !items.is_empty() {
        drafting(pledge)?;
    }
    for (n, form) in (0..).zip(items) {
        edit.put(format!("item/{}", hand.record(n)), item_of(form)?.to_scalar());
    }
    Ok(edit)
}

/// Items are written while it is a draft: what was agreed on, and what hangs on the board, stays as it is.
fn drafting(pledge: &Pledge) -> Result<(), Refusal> {
    if pledge.state() == PledgeState::Draft { Ok(()) } else { Err(Refusal::new(FieldId::Item, Reason::NotNow)) }
}

fn item_of(form: &ItemForm) -> Result<Item, Refusal> {
    let due = Some(form.due.as_str()).filter(|due| !due.trim().is_empty());
    Ok(Item {
        content: Some(ShortText::parse(FieldId::Item, &form.content)?),
        measured_by: ShortText::parse_optional(FieldId::MeasuredBy, &form.measured_by)?,
        baseline: ShortText::parse_optional(FieldId::Baseline, &form.baseline)?,
        due: due.map(|due| parse_date(FieldId::Due, due)).transpose()?,
        other: Record::default(),
    })
}

fn put_item(pledge: &Pledge, hand: &Hand, id: Option<RecordId>, form: &ItemForm) -> Result<Edit, Refusal> {
    drafting(pledge)?;
    let mut item = item_of(form)?;
    if let Some(id) = id {
        let read = pledge.items.get(&id).ok_or(Refusal::new(FieldId::Item, Reason::NotThere))?;
        item.other = read.value.other.clone();
    }
    let mut edit = Edit::new();
    edit.put(format!("item/{}", id.unwrap_or(hand.record(0))), item.to_scalar());
    Ok(edit)
}

fn put_review(pledge: &Pledge, hand: &Hand, form: &ReviewForm) -> Result<Edit, Refusal> {
    if !pledge.state().is_public() {
        return Err(Refusal::new(FieldId::Review, Reason::NotNow));
    }
    // What others find, others write down.
    if form.reviewer != Reviewer::Own && pledge.worker == Some(hand.worker) {
        return Err(Refusal::new(FieldId::Reviewer, Reason::OwnWork));
    }
    let review = Review {
        reviewer: Some(form.reviewer),
        verdict: Some(form.verdict),
        text: Prose::parse_optional(FieldId::Review, &form.text)?,
        on: Some(hand.day(FieldId::Date, &form.on)?),
        by: Some(hand.worker),
        other: Record::default(),
    };
    let mut edit = Edit::new();
    edit.put(format!("review/{}", hand.record(0)), review.to_scalar());
    Ok(edit)
}

/// The step a deed takes; `None` for a deed that is no step.
fn act_of(deed: &PledgeDeed, pledge: &Pledge, hand: &Hand) -> Result<Option<PledgeAct>, Refusal> {
    Ok(Some(match deed {
        PledgeDeed::Approve {} => PledgeAct::Approve,
        PledgeDeed::SendBack { reason } => PledgeAct::SendBack { reason: Prose::parse(FieldId::Reason, reason)? },
        PledgeDeed::Publish { on } => {
            concrete(pledge)?;
            PledgeAct::Publish { on: hand.day(FieldId::Date, on)? }
        }
        PledgeDeed::Start {} => PledgeAct::Start,
        PledgeDeed::Result { item, outcome, reason } => {
            if !pledge.items.contains_key(item) {
                return Err(Refusal::new(FieldId::Item, Reason::NotThere));
            }
            let reason = judged(pledge, hand, *outcome, reason)?;
            PledgeAct::Result { item: *item, outcome: *outcome, reason }
        }
        PledgeDeed::Close { outcome, reason } => {
            PledgeAct::Close { outcome: *outcome, reason: judged(pledge, hand, *outcome, reason)? }
        }
        _ => return Ok(None),
    }))
}

/// Two to five items, each with its measure, its baseline and its day.
fn concrete(pledge: &Pledge) -> Result<(), Refusal> {
    if !ITEMS.contains(&pledge.items.len()) {
        return Err(Refusal::new(FieldId::Item, Reason::OutOfRange { min: 2, max: 5 }));
    }
    let lacks = pledge.items.values().find_map(|item| item.value.lacks());
    lacks.map_or(Ok(()), |field| Err(Refusal::new(field, Reason::Missing)))
}

/// Nobody says what became of the own pledge, and whatever was not wholly kept has a reason.
fn judged(pledge: &Pledge, hand: &Hand, outcome: Outcome, reason: &str) -> Result<Option<Prose>, Refusal> {
    if pledge.worker == Some(hand.worker) {
        return Err(Refusal::new(FieldId::Result, Reason::OwnWork));
    }
    match outcome {
        Outcome::Kept => Prose::parse_optional(FieldId::Reason, reason),
        Outcome::Partly | Outcome::Not => Prose::parse(FieldId::Reason, reason).map(Some),
    }
}
