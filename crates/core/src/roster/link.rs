//! Links: which worker keeps in touch with which household, from when to when.

use chrono::NaiveDate;

use crate::document::Scalar;
use crate::draft::{FieldId, Reason, Refusal, require};
use crate::ids::{DocId, WorkerId};
use crate::record::Record;
use crate::roster::Chosen;
use crate::value::Value;

const FIELDS: &[&str] = &["worker", "household", "from", "to", "chosen", "confirmed_on", "published_on", "backup"];

/// A link as read. What a newer version added is carried and written back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Link {
    /// The worker.
    pub worker: Option<WorkerId>,
    /// The household's document.
    pub household: Option<DocId>,
    /// Its first day; absent means it always was.
    pub from: Option<NaiveDate>,
    /// Its last day; absent means it goes on.
    pub to: Option<NaiveDate>,
    /// How it came about.
    pub chosen: Option<Chosen>,
    /// The meeting that confirmed it.
    pub confirmed_on: Option<NaiveDate>,
    /// The day it was published.
    pub published_on: Option<NaiveDate>,
    /// Who stands in.
    pub backup: Option<WorkerId>,
    pub(super) other: Record,
}

impl Link {
    /// Whether it holds on a day; first and last day included.
    pub fn is_active(&self, on: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= on) && self.to.is_none_or(|to| on <= to)
    }

    /// Whether it names a worker, as first or as backup.
    pub fn names(&self, worker: WorkerId) -> bool {
        self.worker == Some(worker) || self.backup == Some(worker)
    }

    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Link::from_scalar(scalar).is_some_and(|link| {
            // A link handed on before its first day ends on the eve of it: it never held, and stays as the trace of it.
            let begins_by = |to: NaiveDate| to.succ_opt().unwrap_or(to);
            let ordered = link.to.is_none_or(|to| link.from.is_none_or(|from| from <= begins_by(to)));
            link.worker.is_some() && link.household.is_some() && ordered && link.other.lacks_all(FIELDS)
        })
    }
}

impl Value for Link {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(Link {
            worker: record.take("worker"),
            household: record.take("household"),
            from: record.take("from"),
            to: record.take("to"),
            chosen: record.take("chosen"),
            confirmed_on: record.take("confirmed_on"),
            published_on: record.take("published_on"),
            backup: record.take("backup"),
            other: record,
        })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("worker", self.worker.as_ref());
        record.put("household", self.household.as_ref());
        record.put("from", self.from.as_ref());
        record.put("to", self.to.as_ref());
        record.put("chosen", self.chosen.as_ref());
        record.put("confirmed_on", self.confirmed_on.as_ref());
        record.put("published_on", self.published_on.as_ref());
        record.put("backup", self.backup.as_ref());
        record.into_scalar()
    }
}

/// A link as typed.
#[derive(Clone, Debug, Default)]
pub struct LinkForm {
    /// The worker; needed.
    pub worker: Option<WorkerId>,
    /// The household's document; needed.
    pub household: Option<DocId>,
    /// Its first day.
    pub from: Option<NaiveDate>,
    /// Its last day; not before the first.
    pub to: Option<NaiveDate>,
    /// How it came about.
    pub chosen: Option<Chosen>,
    /// The meeting that confirmed it.
    pub confirmed_on: Option<NaiveDate>,
    /// The day it was published.
    pub published_on: Option<NaiveDate>,
    /// Who stands in; somebody else.
    pub backup: Option<WorkerId>,
}

/// A link fit to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkDraft(Link);

impl LinkDraft {
    /// Parses a form.
    pub fn new(form: &LinkForm) -> Result<Self, Refusal> {
        let worker = require(FieldId::Workers, form.worker)?;
        let household = require(FieldId::Head, form.household)?;
        if form.from.is_some_and(|from| form.to.is_some_and(|to| to < from)) {
            return Err(Refusal::new(FieldId::To, Reason::EndsBeforeItBegins));
        }
        if form.backup == Some(worker) {
            return Err(Refusal::new(FieldId::Workers, Reason::NotAChoice));
        }
        Ok(LinkDraft(Link {
            worker: Some(worker),
            household: Some(household),
            from: form.from,
            to: form.to,
            chosen: form.chosen,
            confirmed_on: form.confirmed_on,
            published_on: form.published_on,
            backup: form.backup,
            other: Record::default(),
        }))
    }

    pub(crate) fn to_scalar(&self) -> Scalar {
        self.0.to_scalar()
    }
}
