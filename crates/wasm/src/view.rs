//! What the SDK says, as the JSON that `apps/web/src/api.ts` and `apps/web/src/views.ts` promise the page. A view translates:
//! it leaves nothing out that the page is promised, and decides nothing.

mod complaint;
mod course;
mod diary;
mod household;
mod look;
mod matter;
mod paper;
mod said;
mod shelf;
mod status;
mod today;
mod trouble;
mod village;
mod words;

use std::sync::Arc;

use chrono::NaiveDate;
use lianhu_core::draft::{BirthYear, Fen, Headcount, Month, PersonName, Phone as PhoneNumber, Prose, ShortText, Title};
use lianhu_core::roster::Roster;
use lianhu_core::{DocId, Field, Lang, WorkerId};
use lianhu_device::{Place, Surroundings, Workbook};
use lianhu_store::Phone;
use lianhu_sync::message::{HeldReason, RefusedCode};
use serde_json::{Value, json};

use crate::error::ApiError;

pub(crate) use look::{line, steps};
pub(crate) use paper::paper;
pub(crate) use shelf::Asked;
pub(crate) use status::{lang, report, state, status};
pub(crate) use trouble::{change_named, name_of};
pub(crate) use words::words;

/// The workbook in a browser's or a test's store.
pub(crate) type Book<X> = Workbook<Phone, X>;

/// What a view comes to.
pub(crate) type Outcome = Result<Value, ApiError>;

/// A look at a workbook at one moment: the day, and the roster that names people.
pub(crate) struct Look<'b, X> {
    pub(crate) book: &'b mut Book<X>,
    pub(crate) roster: Option<Arc<Roster>>,
    pub(crate) today: NaiveDate,
}

impl<'b, X: Surroundings> Look<'b, X> {
    /// Looks now.
    pub(crate) fn at(book: &'b mut Book<X>) -> Result<Self, ApiError> {
        let roster = book.village(None)?;
        let today = book.hand().today;
        Ok(Look { book, roster, today })
    }

    /// A worker with the name the roster has for them.
    pub(crate) fn person(&self, id: WorkerId) -> Value {
        json!({ "id": id, "name": self.name(id) })
    }

    pub(crate) fn maybe_person(&self, id: Option<WorkerId>) -> Value {
        id.map_or(Value::Null, |id| self.person(id))
    }

    fn name(&self, id: WorkerId) -> Option<String> {
        let known = self.roster.as_ref().and_then(|roster| roster.workers.get(&id)?.name.as_ref());
        let own = self.book.owner();
        known.map(|name| name.value.as_str().to_owned()).or((own.worker == id).then(|| own.name.0.clone()))
    }

    /// A document with what lists show of it.
    pub(crate) fn named(&self, id: DocId) -> Result<Value, ApiError> {
        Ok(json!({ "id": id, "title": self.title(id)? }))
    }

    pub(crate) fn maybe_named(&self, id: Option<DocId>) -> Outcome {
        id.map_or(Ok(Value::Null), |id| self.named(id))
    }

    pub(crate) fn all_named<'d>(&self, ids: impl IntoIterator<Item = &'d DocId>) -> Outcome {
        Ok(ids.into_iter().map(|id| self.named(*id)).collect::<Result<Vec<_>, _>>()?.into())
    }

    pub(crate) fn title(&self, id: DocId) -> Result<Option<String>, ApiError> {
        Ok(self.book.card(id)?.map(|card| card.called().0))
    }
}

/// A value as the page gets it.
pub(crate) trait Shown {
    /// Its JSON.
    fn shown(&self) -> Value;
}

macro_rules! shown {
    ($($text:ty),+ ; $($number:ty),+ ; $($plain:ty),+) => {
        $(impl Shown for $text { fn shown(&self) -> Value { self.as_str().into() } })+
        $(impl Shown for $number { fn shown(&self) -> Value { self.get().into() } })+
        $(impl Shown for $plain { fn shown(&self) -> Value { json!(self) } })+
    };
}

mod choices {
    pub(super) use lianhu_core::household::{ContactBy, Relation, Residence, Sex, VisitChannel};
    pub(super) use lianhu_core::matter::{MatterKind, Raised, Urgency};
    pub(super) use lianhu_core::meeting::{Attendance, MeetingKind};
    pub(super) use lianhu_core::roster::GridKind;
}

shown! {
    ShortText, Prose, PersonName, Title, PhoneNumber;
    Headcount, BirthYear;
    bool, i32, DocId, NaiveDate, Fen, choices::ContactBy, choices::Relation, choices::Residence, choices::Sex,
    choices::VisitChannel, choices::MatterKind, choices::Raised, choices::Urgency, choices::Attendance, choices::MeetingKind,
    choices::GridKind
}

impl Shown for Month {
    fn shown(&self) -> Value {
        self.to_string().into()
    }
}

impl<T: Shown> Shown for Option<T> {
    fn shown(&self) -> Value {
        self.as_ref().map_or(Value::Null, Shown::shown)
    }
}

impl<T: Shown> Shown for Field<T> {
    fn shown(&self) -> Value {
        self.value.shown()
    }
}

impl<T: Shown> Shown for &T {
    fn shown(&self) -> Value {
        (*self).shown()
    }
}

/// A choice with its words.
macro_rules! word {
    ($choice:expr) => {{
        let choice = $choice;
        serde_json::json!({
            "code": choice.code(), "zh": choice.label(lianhu_core::Lang::Zh), "en": choice.label(lianhu_core::Lang::En),
        })
    }};
}
pub(crate) use word;

/// Where something is, with the reason where there is one.
pub(crate) fn place(place: &Place) -> Value {
    let why = match place {
        Place::Held(reason) => Some(held_words(*reason)).map(|(zh, en)| (zh.to_owned(), en.to_owned())),
        Place::Refused(code, said) => {
            let (zh, en) = refused_words(*code);
            // The township's own sentence says more than the code; it is in the office's language.
            match (said.is_empty(), code) {
                (true, _) => Some((zh.to_owned(), en.to_owned())),
                (false, RefusedCode::Declined) => Some((said.clone(), format!("{en}: {said}"))),
                (false, _) => Some((said.clone(), en.to_owned())),
            }
        }
        Place::Kept | Place::Carried | Place::Recorded => None,
    };
    let (zh, en) = why.unzip();
    json!({ "is": place.code(), "zh": zh, "en": en })
}

fn held_words(reason: HeldReason) -> (&'static str, &'static str) {
    match reason {
        HeldReason::NoLongerEntitled => {
            ("已不能再写这份资料，等镇里决定", "may no longer write this: the office decides")
        }
        HeldReason::DeviceSuspended => ("手机已停用，等镇里决定", "the phone was suspended: the office decides"),
        HeldReason::FollowsHeld => ("跟在另一条待定之后", "follows held work"),
        HeldReason::Other(_) => ("等镇里决定", "the office decides"),
    }
}

fn refused_words(code: RefusedCode) -> (&'static str, &'static str) {
    match code {
        RefusedCode::Malformed | RefusedCode::Inconsistent => ("内容不完整", "the change is not whole"),
        RefusedCode::MissingDependency => ("镇里还缺前面的内容", "the township lacks what it builds on"),
        RefusedCode::Forked => ("另一份手册用了同一个名字", "a copy of this workbook wrote under the same name"),
        RefusedCode::ForeignActor => ("不是这部手机写的", "it was not written on this phone"),
        RefusedCode::NotPermitted => ("没有权限写", "the author may not write this"),
        RefusedCode::InvalidContent => ("内容不符合要求", "the values are not what the document takes"),
        RefusedCode::FollowsRefused => ("跟在未收的一条之后", "it builds on a save that was not taken"),
        RefusedCode::GenerationClosed => ("资料已另起一份，请再写一次", "the document was begun anew: write it again"),
        RefusedCode::Declined => ("镇里看过，没有收", "the office looked at it and declined"),
        RefusedCode::Other(_) => ("镇里没有收", "the township did not take it"),
    }
}

/// Both languages of a label.
pub(crate) fn both(label: impl Fn(Lang) -> String) -> (String, String) {
    (label(Lang::Zh), label(Lang::En))
}
