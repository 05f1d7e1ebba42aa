//! What people fill in where no deed is made of it: the workbook makes more than one document of these forms.

use lianhu_core::draft::{FieldId, parse_optional_date};
use lianhu_core::household::{CardForm, ContactBy, Residence, VisitChannel};
use lianhu_core::matter::{MatterForm, MatterKind, Urgency};
use lianhu_core::{DocId, Private, RecordId};
use serde::Deserialize;

use crate::error::ApiError;

/// A diary entry as typed.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct EntryArgs {
    pub(crate) date: String,
    pub(crate) weather: String,
    pub(crate) place: Private<String>,
    pub(crate) households: Vec<DocId>,
    pub(crate) title: Private<String>,
    pub(crate) text: Private<String>,
    pub(crate) reflection: Private<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) recorded_on: String,
}

/// A matter as typed.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RaiseArgs {
    title: Private<String>,
    date: String,
    text: Private<String>,
    household: Option<DocId>,
    raiser: Private<String>,
    phone: Private<String>,
    headcount: Option<i64>,
    category: String,
    kind: Option<MatterKind>,
    urgency: Option<Urgency>,
    place: Private<String>,
    channel: Option<VisitChannel>,
    split_from: Option<DocId>,
}

impl RaiseArgs {
    pub(crate) fn form(self) -> Result<MatterForm, ApiError> {
        Ok(MatterForm {
            date: parse_optional_date(FieldId::Date, &self.date)?,
            title: self.title,
            text: self.text,
            household: self.household,
            raiser: self.raiser,
            phone: self.phone,
            headcount: self.headcount,
            category: self.category,
            kind: self.kind,
            urgency: self.urgency,
            place: self.place,
            channel: self.channel,
            split_from: self.split_from,
            ..MatterForm::default()
        })
    }
}

/// A household's card as typed.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CardArgs {
    grid: Option<RecordId>,
    group: String,
    code: String,
    doorplate: Private<String>,
    head: Private<String>,
    phone: Private<String>,
    members: Option<i64>,
    residence: Option<Residence>,
    contact_by: Option<ContactBy>,
    contact_time: String,
    basis: String,
    noticed_on: String,
    consented_on: String,
    review_by: String,
}

impl CardArgs {
    pub(crate) fn form(self) -> Result<CardForm, ApiError> {
        Ok(CardForm {
            grid: self.grid,
            group: self.group,
            code: self.code,
            doorplate: self.doorplate,
            head: self.head,
            phone: self.phone,
            members: self.members,
            residence: self.residence,
            contact_by: self.contact_by,
            contact_time: self.contact_time,
            basis: self.basis,
            noticed_on: parse_optional_date(FieldId::NoticedOn, &self.noticed_on)?,
            consented_on: parse_optional_date(FieldId::ConsentedOn, &self.consented_on)?,
            review_by: parse_optional_date(FieldId::ReviewBy, &self.review_by)?,
            ..CardForm::default()
        })
    }
}
