//! What people do to a matter: raise it, mend its card, take a step.
//!
//! A step that would not stand as the matter is here is refused before anything is written, with the reason. What was
//! written elsewhere meanwhile, and what others send, is kept whatever it is: the fold says what becomes of it.

use chrono::{Days, NaiveDate};
use serde::Deserialize;

use crate::deadline::{Deadlines, Terms};
use crate::deed::{Deed, Hand};
use crate::document::{Document, Edit};
use crate::draft::{
    FieldId, Headcount, Prose, Reason, Refusal, ShortText, Title, parse_date, parse_optional_date, require,
};
use crate::ids::{DocId, DocKind, RecordId, WorkerId};
use crate::matter::{
    Act, Assignment, Closing, FeedbackWay, Matter, MatterDraft, MatterForm, NotStanding, Raised, Satisfaction, Solved,
    State, Urgency, create,
};
use crate::private::Private;

mod forms;

pub use forms::{AmendForm, AssignForm, RaiseForm};

/// What is done to a matter.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum MatterDeed {
    /// Records what a resident raised, in a new document.
    Raise(Box<RaiseForm>),
    /// Mends its card.
    Amend(Box<AmendForm>),
    /// Hands it to the branch.
    Submit {},
    /// Solved on the spot.
    Solve {
        /// How.
        text: Private<String>,
    },
    /// Goes to somebody outside.
    ReferOut {
        /// To whom: 110, 12345, the courts, arbitration.
        to: Private<String>,
    },
    /// Studied.
    Analyse {
        /// What was found.
        #[serde(default)]
        text: Private<String>,
    },
    /// Handed to an owner.
    Assign(Box<AssignForm>),
    /// Handed on to another owner.
    Transfer(Box<AssignForm>),
    /// Handed to a studio or team.
    Refer(Box<AssignForm>),
    /// One more assists.
    Assist {
        /// Who.
        worker: WorkerId,
    },
    /// The owner takes it.
    Accept {},
    /// The owner begins.
    Start {},
    /// The owner gives it back.
    Return {
        /// Why it is not theirs.
        text: Private<String>,
    },
    /// The owner asks for more time.
    AskExtension {
        /// Until when.
        on: String,
        /// The reason, which the resident is told.
        text: Private<String>,
    },
    /// The request is answered.
    AnswerExtension {
        /// Whether it is granted.
        granted: bool,
        /// What is answered.
        #[serde(default)]
        text: Private<String>,
        /// The day the resident was told.
        #[serde(default)]
        on: String,
    },
    /// Goes up to the town.
    Escalate {
        /// Why.
        text: Private<String>,
    },
    /// Put aside, explained to the resident.
    Park {
        /// The explanation.
        text: Private<String>,
        /// When it is looked at again.
        on: String,
    },
    /// The same as another matter, and handled there.
    Merge {
        /// The other matter.
        into: DocId,
    },
    /// Some of its concerns go on as matters of their own.
    Split {
        /// The new matters.
        parts: Vec<DocId>,
    },
    /// Much like another matter.
    Similar {
        /// The other matter.
        similar: DocId,
    },
    /// Not taken up.
    Decline {
        /// Why.
        text: Private<String>,
    },
    /// Reported done.
    Done {
        /// What was done.
        text: Private<String>,
    },
    /// The resident was told.
    Feedback {
        /// How.
        way: FeedbackWay,
        /// When; today if left out.
        #[serde(default)]
        on: String,
    },
    /// The residents' verdict.
    Evaluate {
        /// Whether it is solved.
        solved: Solved,
        /// How satisfied they are.
        satisfaction: Satisfaction,
        /// Their words.
        #[serde(default)]
        text: Private<String>,
        /// Who asked them, if another than whoever writes it down.
        #[serde(default)]
        collected_by: Option<WorkerId>,
        /// When; today if left out.
        #[serde(default)]
        on: String,
    },
    /// Closed.
    Close {
        /// How.
        closing: Closing,
    },
    /// Taken up again.
    Reopen {
        /// Why.
        text: Private<String>,
    },
    /// The resident takes it back.
    Withdraw {},
    /// Somebody watches over it.
    Supervise {
        /// What they ask for.
        text: Private<String>,
    },
    /// Posted on the public board.
    Post {
        /// The day; today if left out.
        #[serde(default)]
        on: String,
    },
    /// A remark.
    Note {
        /// The remark.
        text: Private<String>,
        /// The day the resident was spoken to, if that is what it tells.
        #[serde(default)]
        on: String,
    },
    /// Where two steps cannot both stand, says which one does.
    Settle {
        /// The step that stands.
        stands: RecordId,
    },
}

impl Deed for MatterDeed {
    fn kind(&self) -> DocKind {
        DocKind::Matter
    }

    fn begins(&self, hand: &Hand) -> Option<DocId> {
        matches!(self, MatterDeed::Raise(_)).then(|| hand.document(DocKind::Matter))
    }

    fn village(&self) -> Option<DocId> {
        match self {
            MatterDeed::Raise(form) => form.village,
            _ => None,
        }
    }

    fn edit(&self, document: &Document, hand: &Hand) -> Result<Edit, Refusal> {
        self.edit_under(document, hand, Terms::usual())
    }

    fn edit_under(&self, document: &Document, hand: &Hand, terms: &Terms) -> Result<Edit, Refusal> {
        let matter = Matter::read(document);
        match self {
            MatterDeed::Raise(form) => raise(form, hand, terms),
            MatterDeed::Amend(form) => form.edit(terms),
            step => take(&matter, step.act(&matter, hand, terms)?, hand, terms),
        }
    }
}

/// The edit that takes a step, if it would stand here, and says by when the next is expected.
pub fn take(matter: &Matter, act: Act, hand: &Hand, terms: &Terms) -> Result<Edit, Refusal> {
    stands(matter, hand.worker, &act)?;
    let limit = next_by(&act, hand.today, terms);
    Ok(matter.step_with_limit(hand.record(0), hand.worker, hand.at, act, limit))
}

/// Whether a step would stand as the matter is here.
pub(crate) fn stands(matter: &Matter, by: WorkerId, act: &Act) -> Result<(), Refusal> {
    let Some(kind) = act.kind() else { return Err(Refusal::new(FieldId::Act, Reason::NotAChoice)) };
    matter.story.would_stand(by, act).map_err(|why| match why {
        NotStanding::OwnWork => Refusal::new(FieldId::Act, Reason::OwnWork),
        why => Refusal::new(FieldId::Act, Reason::CannotStand { act: kind, state: matter.state(), why }),
    })
}

/// By when the next word is expected once a step is taken.
pub(crate) fn next_by(act: &Act, today: NaiveDate, terms: &Terms) -> Option<NaiveDate> {
    let (rules, days) = (&terms.rules, &terms.days);
    match act {
        Act::Assign(_) | Act::Transfer(_) | Act::Refer { .. } => Some(days.after(today, rules.accept_days).on),
        Act::Accept => Some(days.after(today, rules.contact_days).on),
        Act::Done { .. } | Act::Solve { .. } => Some(days.after(today, rules.feedback_days).on),
        Act::Feedback { on, .. } => on.checked_add_days(Days::new(rules.evaluation_days.into())),
        _ => None,
    }
}

fn raise(form: &RaiseForm, hand: &Hand, terms: &Terms) -> Result<Edit, Refusal> {
    let form = MatterForm {
        village: form.village,
        date: Some(hand.day(FieldId::Date, &form.date)?),
        title: form.title.clone(),
        text: form.text.clone(),
        household: form.household,
        raiser: form.raiser.clone(),
        phone: form.phone.clone(),
        headcount: form.headcount,
        category: form.category.clone(),
        kind: form.kind,
        urgency: form.urgency,
        place: form.place.clone(),
        channel: form.channel,
        split_from: form.split_from,
        source: None,
    };
    Ok(create(hand.worker, &MatterDraft::new(&form, &terms.rules.categories)?))
}

impl AmendForm {
    fn edit(&self, terms: &Terms) -> Result<Edit, Refusal> {
        if self.urgency == Some(Urgency::Emergency) {
            return Err(Refusal::new(FieldId::Urgency, Reason::Emergency));
        }
        let title = Some(&self.title).filter(|title| !title.trim().is_empty());
        let category = Some(&self.category).filter(|name| !name.trim().is_empty());
        let headcount = self.headcount.map(|count| Headcount::parse(FieldId::Headcount, count));
        let mut edit = Edit::new();
        let raised = self.household.map(|_| Raised::Household);
        edit.put_value("title", title.map(|text| Title::parse_public(FieldId::Title, text)).transpose()?.as_ref());
        edit.put_value("text", Prose::parse_optional(FieldId::Text, &self.text)?.as_ref());
        edit.put_value("household", self.household.as_ref());
        edit.put_value("raised", raised.as_ref());
        edit.put_value("headcount", headcount.transpose()?.as_ref());
        edit.put_value("category", category.map(|name| terms.rules.categories.find(name)).transpose()?.as_ref());
        edit.put_value("kind", self.kind.as_ref());
        edit.put_value("urgency", self.urgency.as_ref());
        edit.put_value("place", ShortText::parse_optional(FieldId::Place, &self.place)?.as_ref());
        Ok(edit)
    }
}

impl AssignForm {
    fn assignment(&self, matter: &Matter, hand: &Hand, terms: &Terms) -> Result<Assignment, Refusal> {
        let hard = matter.urgency.as_ref().is_some_and(|urgency| urgency.value == Urgency::Hard);
        let due = match parse_optional_date(FieldId::Due, &self.due)? {
            Some(due) => due,
            None if hard => return Err(Refusal::new(FieldId::Due, Reason::Missing)),
            None => terms.days.after(hand.today, terms.rules.finish_days).on,
        };
        let owner = require(FieldId::Owner, self.owner)?;
        Ok(Assignment {
            owner,
            co_owners: self.co_owners.iter().copied().filter(|worker| *worker != owner).collect(),
            level: self.level,
            measures: Prose::parse_optional(FieldId::Measures, &self.text)?,
            due: Some(due),
        })
    }
}

impl MatterDeed {
    /// The step it takes, from what was filled in.
    fn act(&self, matter: &Matter, hand: &Hand, terms: &Terms) -> Result<Act, Refusal> {
        let reason = |text: &Private<String>| Prose::parse(FieldId::Reason, text);
        let said = |text: &Private<String>| Prose::parse(FieldId::Text, text);
        let assignment = |form: &AssignForm| form.assignment(matter, hand, terms);
        Ok(match self {
            MatterDeed::Raise(_) | MatterDeed::Amend(_) => return Err(Refusal::new(FieldId::Act, Reason::NotAChoice)),
            MatterDeed::Submit {} => Act::Submit,
            MatterDeed::Solve { text } => Act::Solve { how: Prose::parse(FieldId::Result, text)? },
            MatterDeed::ReferOut { to } => Act::ReferOut { to: ShortText::parse(FieldId::ReferTo, to)? },
            MatterDeed::Analyse { text } => Act::Analyse { opinion: Prose::parse_optional(FieldId::Text, text)? },
            MatterDeed::Assign(form) => Act::Assign(assignment(form)?),
            MatterDeed::Transfer(form) => Act::Transfer(assignment(form)?),
            MatterDeed::Refer(form) => Act::Refer {
                studio: studio(form.studio)?,
                to: ShortText::parse(FieldId::ReferTo, &form.to)?,
                assignment: assignment(form)?,
            },
            MatterDeed::Assist { worker } => Act::Assist { worker: *worker },
            MatterDeed::Accept {} => Act::Accept,
            MatterDeed::Start {} => Act::Start,
            MatterDeed::Return { text } => {
                in_time_to_return(matter, hand, terms)?;
                Act::Return { reason: reason(text)? }
            }
            MatterDeed::AskExtension { on, text } => {
                let until = extension(matter, parse_date(FieldId::Due, on)?, terms)?;
                Act::AskExtension { until, reason: reason(text)? }
            }
            MatterDeed::AnswerExtension { granted, text, on } => Act::AnswerExtension {
                granted: *granted,
                answer: Prose::parse_optional(FieldId::Text, text)?,
                told_on: parse_optional_date(FieldId::Date, on)?,
            },
            MatterDeed::Escalate { text } => Act::Escalate { reason: reason(text)? },
            MatterDeed::Park { text, on } => {
                let recheck_on = parse_date(FieldId::RecheckOn, on)?;
                if recheck_on < hand.today {
                    return Err(Refusal::new(FieldId::RecheckOn, Reason::EndsBeforeItBegins));
                }
                Act::Park { reason: reason(text)?, recheck_on }
            }
            MatterDeed::Merge { into } => Act::Merge { into: another(FieldId::Into, matter, *into)? },
            MatterDeed::Split { parts } => {
                let parts = parts.iter().map(|part| another(FieldId::Parts, matter, *part));
                let parts = parts.collect::<Result<std::collections::BTreeSet<_>, _>>()?;
                Act::Split { parts: require(FieldId::Parts, Some(parts).filter(|parts| !parts.is_empty()))? }
            }
            MatterDeed::Similar { similar } => Act::Similar { to: another(FieldId::Similar, matter, *similar)? },
            MatterDeed::Decline { text } => Act::Decline { reason: reason(text)? },
            MatterDeed::Done { text } => Act::Done { result: Prose::parse(FieldId::Result, text)? },
            MatterDeed::Feedback { way, on } => Act::Feedback { way: *way, on: hand.day(FieldId::Date, on)? },
            MatterDeed::Evaluate { solved, satisfaction, text, collected_by, on } => Act::Evaluate {
                solved: *solved,
                satisfaction: *satisfaction,
                grounds: Prose::parse_optional(FieldId::Text, text)?,
                collected_by: *collected_by,
                on: Some(hand.day(FieldId::Date, on)?),
            },
            MatterDeed::Close { closing } => Act::Close { closing: *closing },
            MatterDeed::Reopen { text } => Act::Reopen { grounds: reason(text)? },
            MatterDeed::Withdraw {} => Act::Withdraw,
            MatterDeed::Supervise { text } => Act::Supervise { note: said(text)? },
            MatterDeed::Post { on } => Act::Post { on: hand.day(FieldId::Date, on)? },
            MatterDeed::Note { text, on } => {
                Act::Note { note: said(text)?, contacted_on: parse_optional_date(FieldId::Date, on)? }
            }
            MatterDeed::Settle { stands } => Act::Settle { stands: *stands },
        })
    }
}

/// Another matter than this one.
fn another(field: FieldId, matter: &Matter, other: DocId) -> Result<DocId, Refusal> {
    let fits = other.kind() == DocKind::Matter && other != matter.id;
    if fits { Ok(other) } else { Err(Refusal::new(field, Reason::NotAChoice)) }
}

fn studio(studio: Option<DocId>) -> Result<Option<DocId>, Refusal> {
    match studio.filter(|studio| studio.kind() != DocKind::Studio) {
        Some(_) => Err(Refusal::new(FieldId::ReferTo, Reason::NotAChoice)),
        None => Ok(studio),
    }
}

/// What is not ours goes back within the limit; afterwards it is handed on by whoever assigned it.
fn in_time_to_return(matter: &Matter, hand: &Hand, terms: &Terms) -> Result<(), Refusal> {
    let by = Deadlines::of(matter, terms).return_by.filter(|_| matter.state() == State::Assigned);
    let late = by.is_some_and(|by| hand.today > by.on);
    if late { Err(Refusal::new(FieldId::ReturnBy, Reason::NotNow)) } else { Ok(()) }
}

/// The day an extension asks for lies after the due date, and not further than the rule allows.
fn extension(matter: &Matter, until: NaiveDate, terms: &Terms) -> Result<NaiveDate, Refusal> {
    let Some(due) = Deadlines::of(matter, terms).due else { return Ok(until) };
    if until <= due.on {
        return Err(Refusal::new(FieldId::Due, Reason::EndsBeforeItBegins));
    }
    let most = terms.rules.extension_days;
    if terms.days.between(due.on, until) > most {
        return Err(Refusal::new(FieldId::ExtensionDays, Reason::OutOfRange { min: 1, max: most.into() }));
    }
    Ok(until)
}

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
