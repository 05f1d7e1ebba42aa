//! A visit: who, when, how, whom they met, what was said, what comes next. Never: duration, mileage, track.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};

use crate::document::Scalar;
use crate::draft::{FieldId, Prose, Reason, Refusal, require};
use crate::household::{Met, VisitChannel, VisitMode};
use crate::ids::{DeviceMillis, DocId, WorkerId};
use crate::private::Private;
use crate::record::Record;
use crate::value::Value;

/// The most workers one visit names.
const MAX_WORKERS: i64 = 20;

const FIELDS: &[&str] = &[
    "workers",
    "date",
    "time",
    "mode",
    "channel",
    "met",
    "note",
    "matters",
    "next_on",
    "recorded_at",
    "entered_at",
    "entered_by",
];

/// A visit as read. What a newer version added is carried and written back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Visit {
    /// Who paid it.
    pub workers: BTreeSet<WorkerId>,
    /// The day.
    pub date: Option<NaiveDate>,
    /// The time of day, if it was noted; any hour will do.
    pub time: Option<NaiveTime>,
    /// How it was paid.
    pub mode: Option<VisitMode>,
    /// On which occasion.
    pub channel: Option<VisitChannel>,
    /// Who was met.
    pub met: Option<Met>,
    /// What was said.
    pub note: Option<Prose>,
    /// Matters that came of it; empty says none did.
    pub matters: Vec<DocId>,
    /// When to come again.
    pub next_on: Option<NaiveDate>,
    /// When it was first written down, on paper or phone.
    pub recorded_at: Option<DeviceMillis>,
    /// When it was typed in; later than `recorded_at` where somebody types in a paper book.
    pub entered_at: Option<DeviceMillis>,
    /// Who typed it in.
    pub entered_by: Option<WorkerId>,
    other: Record,
}

impl Visit {
    fn of(mut record: Record) -> Self {
        Visit {
            workers: record.take_all("workers").into_iter().collect(),
            date: record.take("date"),
            time: record.take("time"),
            mode: record.take("mode"),
            channel: record.take("channel"),
            met: record.take("met"),
            note: record.take("note"),
            matters: record.take_all("matters"),
            next_on: record.take("next_on"),
            recorded_at: record.take("recorded_at"),
            entered_at: record.take("entered_at"),
            entered_by: record.take("entered_by"),
            other: record,
        }
    }

    fn to_record(&self) -> Record {
        let mut record = self.other.clone();
        record.put_all("workers", &self.workers);
        record.put("date", self.date.as_ref());
        record.put("time", self.time.as_ref());
        record.put("mode", self.mode.as_ref());
        record.put("channel", self.channel.as_ref());
        record.put("met", self.met.as_ref());
        record.put("note", self.note.as_ref());
        record.put_all("matters", &self.matters);
        record.put("next_on", self.next_on.as_ref());
        record.put("recorded_at", self.recorded_at.as_ref());
        record.put("entered_at", self.entered_at.as_ref());
        record.put("entered_by", self.entered_by.as_ref());
        record
    }

    /// Whether a judge lets this stand: the fields a visit needs, and every known one of its type.
    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Visit::from_scalar(scalar).is_some_and(|visit| {
            let needed = visit.date.is_some() && visit.entered_by.is_some() && !visit.workers.is_empty();
            needed && visit.workers.len() <= MAX_WORKERS as usize && visit.other.lacks_all(FIELDS)
        })
    }
}

impl Value for Visit {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        Record::of(scalar).map(Visit::of)
    }
    fn to_scalar(&self) -> Scalar {
        self.to_record().into_scalar()
    }
}

/// A visit as typed.
#[derive(Clone, Debug, Default)]
pub struct VisitForm {
    /// Who paid it; at least one, at most 20.
    pub workers: Vec<WorkerId>,
    /// The day; needed.
    pub date: Option<NaiveDate>,
    /// The time of day, if it was noted.
    pub time: Option<NaiveTime>,
    /// How it was paid.
    pub mode: Option<VisitMode>,
    /// On which occasion.
    pub channel: Option<VisitChannel>,
    /// Who was met.
    pub met: Option<Met>,
    /// What was said, up to 4000 characters.
    pub note: Private<String>,
    /// Matters that came of it.
    pub matters: Vec<DocId>,
    /// When to come again; not before the visit.
    pub next_on: Option<NaiveDate>,
    /// When it was first written down.
    pub recorded_at: Option<DeviceMillis>,
    /// When it is typed in.
    pub entered_at: Option<DeviceMillis>,
    /// Who types it in; needed.
    pub entered_by: Option<WorkerId>,
}

/// A visit fit to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct VisitDraft(Visit);

impl VisitDraft {
    /// Parses a form.
    pub fn new(form: VisitForm) -> Result<Self, Refusal> {
        let workers: BTreeSet<_> = form.workers.into_iter().collect();
        if workers.is_empty() {
            return Err(Refusal::new(FieldId::Workers, Reason::Missing));
        }
        if workers.len() > MAX_WORKERS as usize {
            return Err(Refusal::new(FieldId::Workers, Reason::OutOfRange { min: 1, max: MAX_WORKERS }));
        }
        let date = require(FieldId::Date, form.date)?;
        if form.next_on.is_some_and(|next| next < date) {
            return Err(Refusal::new(FieldId::NextOn, Reason::EndsBeforeItBegins));
        }
        Ok(VisitDraft(Visit {
            workers,
            date: Some(date),
            time: form.time,
            mode: form.mode,
            channel: form.channel,
            met: form.met,
            note: Prose::parse_optional(FieldId::Note, &form.note)?,
            matters: form.matters,
            next_on: form.next_on,
            recorded_at: form.recorded_at,
            entered_at: form.entered_at,
            entered_by: Some(require(FieldId::EnteredBy, form.entered_by)?),
            other: Record::default(),
        }))
    }

    pub(crate) fn over(&self, read: &Visit) -> Scalar {
        Visit { other: read.other.clone(), ..self.0.clone() }.to_scalar()
    }
}
