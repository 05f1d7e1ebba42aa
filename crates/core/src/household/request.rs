//! What people ask about their own data, and what they are answered (PIPL articles 44 to 50).
//!
//! | keys | shape |
//! |---|---|
//! | `request/<id>` | what was asked, when, by whom: one record, never rewritten |
//! | `answer/<id>` | an answer to a request; a refusal says why |
//! | `words/<id>` | the words of the request or the answer of that id |
//!
//! Words stand apart, so that an erasure takes them and leaves the proof that somebody asked and was answered. The law gives no
//! number of days: how soon an answer is due is a rule of the township (`answer_days`, 15 unless it says otherwise, ours).

use chrono::{Days, NaiveDate};
use serde::Deserialize;

use crate::deadline::Rules;
use crate::deed::Hand;
use crate::document::{Edit, Scalar};
use crate::draft::{FieldId, Prose, Reason, Refusal, parse_optional_date, require};
use crate::household::{Household, SpokenBy};
use crate::ids::{RecordId, WorkerId};
use crate::lang::codes;
use crate::private::Private;
use crate::record::Record;
use crate::value::Value;

codes! {
    /// What somebody may ask.
    RequestKind {
        Access = "access", "查阅", "to see it";
        Copy = "copy", "复制", "a copy";
        Correct = "correct", "更正、补充", "to correct or complete it";
        Delete = "delete", "删除", "to delete it";
        Withdraw = "withdraw", "撤回同意", "to withdraw consent";
    }
}

codes! {
    /// What became of a request.
    Answered {
        Done = "done", "已办理", "done";
        Partly = "partly", "部分办理", "done in part";
        Refused = "refused", "不予办理", "refused";
    }
}

/// A request as read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// What was asked.
    pub kind: Option<RequestKind>,
    /// The day it was asked.
    pub asked_on: Option<NaiveDate>,
    /// Who asked.
    pub asked_by: Option<SpokenBy>,
    /// Who wrote it down.
    pub by: Option<WorkerId>,
    other: Record,
}

impl Request {
    /// Whether a judge lets this stand.
    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Request::from_scalar(scalar).is_some_and(|request| {
            let needed = request.kind.is_some() && request.asked_on.is_some() && request.by.is_some();
            needed && request.other.lacks_all(&["kind", "asked_on", "asked_by", "by"])
        })
    }

    /// The day by which it is to be answered.
    pub fn due(&self, rules: &Rules) -> Option<NaiveDate> {
        self.asked_on?.checked_add_days(Days::new(rules.answer_days.into()))
    }
}

impl Value for Request {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(Request {
            kind: record.take("kind"),
            asked_on: record.take("asked_on"),
            asked_by: record.take("asked_by"),
            by: record.take("by"),
            other: record,
        })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("kind", self.kind.as_ref());
        record.put("asked_on", self.asked_on.as_ref());
        record.put("asked_by", self.asked_by.as_ref());
        record.put("by", self.by.as_ref());
        record.into_scalar()
    }
}

/// An answer as read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The request it answers.
    pub request: Option<RecordId>,
    /// What became of it.
    pub answer: Option<Answered>,
    /// The day it was given.
    pub on: Option<NaiveDate>,
    /// Who gave it.
    pub by: Option<WorkerId>,
    other: Record,
}

impl Answer {
    /// Whether a judge lets this stand.
    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Answer::from_scalar(scalar).is_some_and(|answer| {
            let about = answer.request.is_some() && answer.answer.is_some();
            about
                && answer.on.is_some()
                && answer.by.is_some()
                && answer.other.lacks_all(&["request", "answer", "on", "by"])
        })
    }
}

impl Value for Answer {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(Answer {
            request: record.take("request"),
            answer: record.take("answer"),
            on: record.take("on"),
            by: record.take("by"),
            other: record,
        })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("request", self.request.as_ref());
        record.put("answer", self.answer.as_ref());
        record.put("on", self.on.as_ref());
        record.put("by", self.by.as_ref());
        record.into_scalar()
    }
}

/// A request as it is written down.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AskTyped {
    /// What is asked; needed.
    pub kind: Option<RequestKind>,
    /// The day it was asked; today if left empty.
    pub asked_on: String,
    /// Who asks; the head of household if left out.
    pub asked_by: Option<SpokenBy>,
    /// In their words, up to 4000 characters.
    pub words: Private<String>,
}

impl AskTyped {
    pub(super) fn edit(&self, hand: &Hand) -> Result<Edit, Refusal> {
        let request = Request {
            kind: Some(require(FieldId::Kind, self.kind)?),
            asked_on: Some(parse_optional_date(FieldId::Date, &self.asked_on)?.unwrap_or(hand.today)),
            asked_by: Some(self.asked_by.unwrap_or(SpokenBy::Head)),
            by: Some(hand.worker),
            other: Record::default(),
        };
        if request.asked_on.is_some_and(|on| on > hand.today) {
            return Err(Refusal::new(FieldId::Date, Reason::NotNow));
        }
        Ok(with_words("request", hand, &request, Prose::parse_optional(FieldId::Text, &self.words)?.as_ref()))
    }
}

/// An answer as it is given. What is not done in full needs its reason.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AnswerTyped {
    /// Which request; needed.
    pub request: Option<RecordId>,
    /// What became of it; needed.
    pub answer: Option<Answered>,
    /// Why, as the household is told; needed unless everything was done.
    pub reason: Private<String>,
    /// The day; today if left empty.
    pub on: String,
}

impl AnswerTyped {
    pub(super) fn edit(&self, home: &Household, hand: &Hand) -> Result<Edit, Refusal> {
        let asked = require(FieldId::Request, self.request)?;
        if !home.requests.contains_key(&asked) {
            return Err(Refusal::new(FieldId::Request, Reason::NotThere));
        }
        let answered = require(FieldId::Result, self.answer)?;
        let reason = Prose::parse_optional(FieldId::Reason, &self.reason)?;
        if answered != Answered::Done {
            require(FieldId::Reason, reason.as_ref())?;
        }
        let answer = Answer {
            request: Some(asked),
            answer: Some(answered),
            on: Some(parse_optional_date(FieldId::Date, &self.on)?.unwrap_or(hand.today)),
            by: Some(hand.worker),
            other: Record::default(),
        };
        Ok(with_words("answer", hand, &answer, reason.as_ref()))
    }
}

fn with_words(collection: &str, hand: &Hand, record: &impl Value, words: Option<&Prose>) -> Edit {
    let id = hand.record(0);
    let mut edit = Edit::new();
    edit.put(format!("{collection}/{id}"), record.to_scalar());
    edit.put_value(format!("words/{id}"), words);
    edit
}

impl Household {
    /// The answers to a request, in the order of their days.
    pub fn answers_to(&self, request: RecordId) -> Vec<(RecordId, &Answer)> {
        let answers = self.answers.iter().filter(|(_, answer)| answer.request == Some(request));
        let mut answers: Vec<_> = answers.map(|(id, answer)| (*id, answer)).collect();
        answers.sort_by_key(|(id, answer)| (answer.on, *id));
        answers
    }

    /// The requests nobody has answered.
    pub fn unanswered(&self) -> impl Iterator<Item = (RecordId, &Request)> {
        self.requests.iter().map(|(id, request)| (*id, request)).filter(|(id, _)| self.answers_to(*id).is_empty())
    }
}
