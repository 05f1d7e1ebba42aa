//! Calling a meeting, its card, and who comes.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::deed::Hand;
use crate::document::Edit;
use crate::draft::{FieldId, PersonName, Reason, Refusal, ShortText, parse_date};
use crate::ids::{DocId, DocKind, RecordId, WorkerId};
use crate::meeting::deed::{not_now, not_there, set, still_open};
use crate::meeting::{Attendance, Meeting, MeetingKind};
use crate::private::Private;
use crate::value::Value as _;

/// A meeting as it is called.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallForm {
    /// The roster of its village.
    pub village: DocId,
    /// A choice of [`MeetingKind`]; needed, and it stays.
    pub kind: String,
    /// The day; needed.
    pub date: String,
    /// The rest of the card.
    #[serde(default)]
    pub number: String,
    /// The hour, as people say it.
    #[serde(default)]
    pub time: String,
    /// The place.
    #[serde(default)]
    pub place: String,
    /// Who chairs it.
    #[serde(default)]
    pub chair: Option<WorkerId>,
    /// Who records it.
    #[serde(default)]
    pub recorder: Option<WorkerId>,
    /// The branch a branch meeting is of.
    #[serde(default)]
    pub branch: String,
    /// The grid a grid talk is of.
    #[serde(default)]
    pub grid: Option<RecordId>,
    /// Workers who are called, besides chair and recorder.
    #[serde(default)]
    pub workers: Vec<WorkerId>,
}

impl CallForm {
    pub(super) fn edit(&self, meeting: &Meeting, hand: &Hand) -> Result<Edit, Refusal> {
        if meeting.kind.is_some() {
            return Err(not_now(FieldId::Kind));
        }
        if self.village.kind() != DocKind::Roster {
            return Err(not_there(FieldId::Village));
        }
        let mut edit = Edit::new();
        edit.put_value("village", Some(&self.village));
        edit.put_value("called_by", Some(&hand.worker));
        edit.put_value("kind", Some(&choice(FieldId::Kind, &self.kind, MeetingKind::parse)?));
        edit.put_value("date", Some(&parse_date(FieldId::Date, &self.date)?));
        edit.put_value("number", ShortText::parse_optional(FieldId::Number, &self.number)?.as_ref());
        edit.put_value("time", ShortText::parse_optional(FieldId::Time, &self.time)?.as_ref());
        edit.put_value("place", ShortText::parse_optional(FieldId::Place, &self.place)?.as_ref());
        edit.put_value("branch", ShortText::parse_optional(FieldId::Branch, &self.branch)?.as_ref());
        edit.put_value("grid", self.grid.as_ref());
        edit.put_value("chair", self.chair.as_ref());
        edit.put_value("recorder", self.recorder.as_ref());
        let called: BTreeSet<_> = self.workers.iter().chain(&self.chair).chain(&self.recorder).collect();
        for worker in called {
            edit.put(format!("attendee/{worker}"), Attendance::Invited.to_scalar());
        }
        Ok(edit)
    }
}

/// What is changed on a card. What is left out stays; what is given empty goes, except for the day.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CardForm {
    /// Its number.
    pub number: Option<String>,
    /// The day.
    pub date: Option<String>,
    /// The hour.
    pub time: Option<String>,
    /// The place.
    pub place: Option<String>,
    /// Who chairs it.
    pub chair: Option<WorkerId>,
    /// Who records it.
    pub recorder: Option<WorkerId>,
    /// The branch a branch meeting is of.
    pub branch: Option<String>,
    /// The grid a grid talk is of.
    pub grid: Option<RecordId>,
}

impl CardForm {
    pub(super) fn edit(&self, meeting: &Meeting) -> Result<Edit, Refusal> {
        still_open(meeting, FieldId::Date)?;
        let mut edit = Edit::new();
        if let Some(date) = &self.date {
            edit.put_value("date", Some(&parse_date(FieldId::Date, date)?));
        }
        let texts = [
            ("number", FieldId::Number, &self.number),
            ("time", FieldId::Time, &self.time),
            ("place", FieldId::Place, &self.place),
            ("branch", FieldId::Branch, &self.branch),
        ];
        for (key, field, typed) in texts {
            if let Some(typed) = typed {
                set(&mut edit, key, ShortText::parse_optional(field, typed)?.as_ref());
            }
        }
        edit.put_value("grid", self.grid.as_ref());
        let chair = meeting.chair.as_ref().map(|chair| chair.value);
        let recorder = meeting.recorder.as_ref().map(|recorder| recorder.value);
        for (key, was, now) in [("chair", chair, self.chair), ("recorder", recorder, self.recorder)] {
            let Some(now) = now else { continue };
            edit.put_value(key, Some(&now));
            // What they wrote before they hear of it is not lost: it goes in as late.
            if let Some(was) = was.filter(|was| *was != now) {
                edit.put(format!("former/{was}"), true);
            }
            if !meeting.attendees.contains_key(&now) {
                edit.put(format!("attendee/{now}"), Attendance::Invited.to_scalar());
            }
        }
        Ok(edit)
    }
}

/// Somebody who is no worker.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GuestForm {
    /// Who is there already; left out: somebody new.
    pub guest: Option<RecordId>,
    /// The name; needed for somebody new.
    pub name: Private<String>,
    /// As what they come.
    pub role: String,
    /// A choice of [`Attendance`]; somebody new is called.
    pub attendance: String,
}

impl GuestForm {
    pub(super) fn edit(&self, meeting: &Meeting, hand: &Hand) -> Result<Edit, Refusal> {
        still_open(meeting, FieldId::Attendees)?;
        let known = self.guest.is_some();
        if self.guest.is_some_and(|guest| !meeting.guests.contains_key(&guest)) {
            return Err(not_there(FieldId::Attendees));
        }
        let id = self.guest.unwrap_or_else(|| hand.record(0));
        let name = PersonName::parse_optional(FieldId::Name, &self.name)?;
        if name.is_none() && !known {
            return Err(Refusal::new(FieldId::Name, Reason::Missing));
        }
        let attendance = match self.attendance.trim() {
            "" if known => None,
            "" => Some(Attendance::Invited),
            said => Some(choice(FieldId::Attendance, said, Attendance::parse)?),
        };
        let mut edit = Edit::new();
        edit.put_value(format!("guest/{id}/name"), name.as_ref());
        edit.put_value(format!("guest/{id}/role"), ShortText::parse_optional(FieldId::Roles, &self.role)?.as_ref());
        edit.put_value(format!("guest/{id}/attendance"), attendance.as_ref());
        Ok(edit)
    }
}

/// Says of workers whether they are called and whether they came.
pub(super) fn attend(meeting: &Meeting, workers: &[WorkerId], attendance: &str) -> Result<Edit, Refusal> {
    still_open(meeting, FieldId::Attendees)?;
    if workers.is_empty() {
        return Err(Refusal::new(FieldId::Attendees, Reason::Missing));
    }
    let attendance = choice(FieldId::Attendance, attendance, Attendance::parse)?;
    let mut edit = Edit::new();
    for worker in workers {
        edit.put(format!("attendee/{worker}"), attendance.to_scalar());
    }
    Ok(edit)
}

/// One of a list of choices, by its code.
pub(super) fn choice<T>(field: FieldId, said: &str, parse: fn(&str) -> Option<T>) -> Result<T, Refusal> {
    match said.trim() {
        "" => Err(Refusal::new(field, Reason::Missing)),
        said => parse(said).ok_or(Refusal::new(field, Reason::NotAChoice)),
    }
}
