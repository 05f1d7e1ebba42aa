//! What was decided, and how the residents judged.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::deed::Hand;
use crate::document::Edit;
use crate::draft::{FieldId, Prose, Reason, Refusal, ShortText, Title, parse_date, require};
use crate::ids::{DocId, RecordId, WorkerId};
use crate::matter::Level;
use crate::meeting::deed::people::choice;
use crate::meeting::deed::{in_session, new_item, not_now, not_there};
use crate::meeting::records::MAX_VOTES;
use crate::meeting::{Ballot, Decided, Decision, Item, Meeting, MeetingKind};
use crate::private::Private;
use crate::value::Value as _;

/// A decision as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DecideForm {
    /// The item it is about. Left out, it is the one about the matter; what is not on the agenda yet is put at its end.
    pub item: Option<RecordId>,
    /// The matter; left out, the item's.
    pub matter: Option<DocId>,
    /// A choice of [`Decided`]; needed.
    pub decision: String,
    /// What it is called, fit for the public board; left out, as the item is called.
    pub title: Private<String>,
    /// Measures, reason, opinion, or what was agreed. Needed, except to assign and to record that something was studied.
    pub text: Private<String>,
    /// What is to be reached.
    pub target: String,
    /// The owner; needed to assign.
    pub owner: Option<WorkerId>,
    /// Those who assist.
    pub co_owners: Vec<WorkerId>,
    /// A choice of [`Level`].
    pub level: String,
    /// The day it is due; needed to assign, and to park (when it is looked at again).
    pub due: String,
}

impl DecideForm {
    pub(super) fn edit(&self, meeting: &Meeting, hand: &Hand) -> Result<Edit, Refusal> {
        let decided = self.decision(meeting)?;
        in_session(meeting, FieldId::Decision)?;
        let (item, known) = self.place(meeting, hand)?;
        let matter = self.matter.or_else(|| known?.matter.as_ref().map(|matter| matter.value));
        let title = match (self.title.trim(), known.and_then(|item| item.title.as_ref())) {
            ("", Some(title)) => title.value.clone(),
            (typed, _) => Title::parse_public(FieldId::Title, typed)?,
        };
        let mut edit = match known {
            Some(_) => Edit::new(),
            None => new_item(meeting, item, matter, title.as_str(), "", None)?,
        };
        let read = meeting.decisions.get(&item).map(|field| field.value.other.clone()).unwrap_or_default();
        let decision = Decision { matter, title: Some(title), other: read, ..decided };
        let needs_matter = decision.decision.is_some_and(Decided::is_a_step);
        if needs_matter && matter.is_none() {
            return Err(Refusal::new(FieldId::Matter, Reason::Missing));
        }
        edit.put(format!("decision/{item}"), decision.to_scalar());
        Ok(edit)
    }

    /// The item it is about, by name, and as it stands on the agenda.
    fn place<'a>(&self, meeting: &'a Meeting, hand: &Hand) -> Result<(RecordId, Option<&'a Item>), Refusal> {
        if let Some(item) = self.item {
            let there = meeting.items.get(&item);
            return there.map(|known| (item, Some(known))).ok_or(not_there(FieldId::Agenda));
        }
        let Some(matter) = self.matter else { return Ok((hand.record(0), None)) };
        let known = meeting.item_about(matter);
        Ok(known.map_or_else(|| (Item::id_of(matter), None), |(id, item)| (id, Some(item))))
    }

    /// What was decided, without what it is about.
    fn decision(&self, meeting: &Meeting) -> Result<Decision, Refusal> {
        let decided = choice(FieldId::Decision, &self.decision, Decided::parse)?;
        let text = self.words(decided)?;
        let due = self.day(meeting, decided)?;
        let owner = if decided == Decided::Assign { Some(require(FieldId::Owner, self.owner)?) } else { self.owner };
        let co_owners: BTreeSet<_> = self.co_owners.iter().copied().filter(|worker| Some(*worker) != owner).collect();
        let level = match self.level.trim() {
            "" => None,
            level => Some(choice(FieldId::Level, level, Level::parse)?),
        };
        Ok(Decision {
            decision: Some(decided),
            text,
            target: ShortText::parse_optional(FieldId::Target, &self.target)?,
            owner,
            co_owners,
            level,
            due,
            ..Decision::default()
        })
    }

    fn words(&self, decided: Decided) -> Result<Option<Prose>, Refusal> {
        let field = match decided {
            Decided::Assign => return Prose::parse_optional(FieldId::Measures, &self.text),
            Decided::Analyse => return Prose::parse_optional(FieldId::Text, &self.text),
            Decided::ReferOut => {
                // To whom: a step of a matter keeps it as one short line.
                ShortText::parse(FieldId::Text, &self.text)?;
                FieldId::Text
            }
            Decided::Agree => FieldId::Text,
            Decided::Escalate | Decided::Park | Decided::Decline => FieldId::Reason,
        };
        Prose::parse(field, &self.text).map(Some)
    }

    fn day(&self, meeting: &Meeting, decided: Decided) -> Result<Option<NaiveDate>, Refusal> {
        let needed = matches!(decided, Decided::Assign | Decided::Park);
        if self.due.trim().is_empty() && !needed {
            return Ok(None);
        }
        let due = parse_date(FieldId::Due, &self.due)?;
        match meeting.held_on() {
            Some(held) if due < held => Err(Refusal::new(FieldId::Due, Reason::EndsBeforeItBegins)),
            _ => Ok(Some(due)),
        }
    }
}

/// Takes back what was written down as decided.
pub(super) fn take_back(meeting: &Meeting, item: RecordId) -> Result<Edit, Refusal> {
    in_session(meeting, FieldId::Decision)?;
    if !meeting.decisions.contains_key(&item) {
        return Err(not_there(FieldId::Decision));
    }
    let mut edit = Edit::new();
    edit.remove(format!("decision/{item}"));
    Ok(edit)
}

/// Counts of votes as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Counts {
    /// The matter, which is on the agenda; left out: the contact work as a whole.
    pub matter: Option<DocId>,
    /// Satisfied.
    pub satisfied: i64,
    /// Basically satisfied.
    pub basically: i64,
    /// Not satisfied.
    pub not: i64,
    /// No answer.
    pub no_answer: i64,
    /// Solved.
    pub yes: i64,
    /// Partly solved.
    pub partly: i64,
    /// Not solved.
    pub no: i64,
}

impl Counts {
    pub(super) fn edit(&self, meeting: &Meeting) -> Result<Edit, Refusal> {
        let counts = [self.satisfied, self.basically, self.not, self.no_answer, self.yes, self.partly, self.no];
        if counts.iter().any(|count| !(0..=MAX_VOTES).contains(count)) {
            return Err(Refusal::new(FieldId::Ballots, Reason::OutOfRange { min: 0, max: MAX_VOTES }));
        }
        if counts.iter().all(|count| *count == 0) {
            return Err(Refusal::new(FieldId::Ballots, Reason::Missing));
        }
        if meeting.kind() != Some(MeetingKind::Review) {
            return Err(not_now(FieldId::Ballots));
        }
        in_session(meeting, FieldId::Ballots)?;
        if self.matter.is_some_and(|matter| meeting.item_about(matter).is_none()) {
            return Err(not_there(FieldId::Matter));
        }
        let id = Ballot::id_of(self.matter);
        let read = meeting.ballots.get(&id).map(|field| field.value.other.clone()).unwrap_or_default();
        let ballot = Ballot {
            matter: self.matter,
            satisfied: self.satisfied,
            basically: self.basically,
            not: self.not,
            no_answer: self.no_answer,
            yes: self.yes,
            partly: self.partly,
            no: self.no,
            other: read,
        };
        let mut edit = Edit::new();
        edit.put(format!("ballot/{id}"), ballot.to_scalar());
        Ok(edit)
    }
}
