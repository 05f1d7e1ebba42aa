//! What people do with a studio or a team.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::board::Posting;
use crate::course::Act as _;
use crate::deed::{Deed, Hand};
use crate::document::{Document, Edit};
use crate::draft::{FieldId, Headcount, Phone, Prose, Reason, Refusal, ShortText, half_width};
use crate::ids::{DocId, DocKind, WorkerId};
use crate::private::Private;
use crate::record::Record;
use crate::studio::service::MAX_TENTHS;
use crate::studio::{Membership, Service, Studio, StudioKind};
use crate::value::Value as _;

/// A studio's card, as typed. What is empty is left as it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StudioForm {
    /// What it is; a new one is a studio unless it says otherwise.
    pub kind: Option<StudioKind>,
    /// Its name; a new one needs it.
    pub name: String,
    /// Who leads it; of a new one whoever enters it, if left out.
    pub leader: Option<WorkerId>,
    /// Where it is.
    pub place: String,
    /// What its people are good at: 法律、调解.
    pub skills: String,
    /// What it offers.
    pub services: String,
    /// When the door is open, a line each.
    pub open_hours: String,
    /// Its phone.
    pub phone: Private<String>,
    /// Whether everybody may see the phone.
    pub phone_public: Option<bool>,
}

/// A service record, as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServiceForm {
    /// The day; today if left out.
    pub date: String,
    /// How many hours, with one decimal at most, if it was noted.
    pub hours: String,
    /// Where.
    pub place: String,
    /// What was done; needed, without names.
    pub content: Private<String>,
    /// The member who served; whoever writes, if left out.
    pub by: Option<WorkerId>,
    /// The matter that was handled.
    pub matter: Option<DocId>,
    /// How many people were served, if it was noted.
    pub served: Option<i64>,
}

/// One thing done with a studio.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum StudioDeed {
    /// Enters a new one.
    Begin {
        /// The roster of its village.
        village: DocId,
        /// Its card.
        studio: StudioForm,
    },
    /// Changes what the form names.
    Change {
        /// The card.
        studio: StudioForm,
    },
    /// Takes somebody in.
    Join {
        /// Who.
        worker: WorkerId,
        /// Since when; today if left out.
        #[serde(default)]
        since: String,
    },
    /// Lets somebody go; the record of what they served stays.
    Leave {
        /// Who.
        worker: WorkerId,
    },
    /// Adds to the service record.
    Serve {
        /// What was served.
        service: ServiceForm,
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
    /// It is closed. The record stays.
    Close {
        /// The day; today if left out.
        #[serde(default)]
        on: String,
    },
}

impl Deed for StudioDeed {
    fn kind(&self) -> DocKind {
        DocKind::Studio
    }

    fn begins(&self, hand: &Hand) -> Option<DocId> {
        matches!(self, StudioDeed::Begin { .. }).then(|| hand.document(DocKind::Studio))
    }

    fn edit(&self, document: &Document, hand: &Hand) -> Result<Edit, Refusal> {
        let studio = Studio::read(document);
        let mut edit = Edit::new();
        match self {
            StudioDeed::Begin { village, studio: form } => {
                edit.put_value("village", Some(village));
                edit.put_value("created_by", Some(&hand.worker));
                edit.put_value("name", Some(&ShortText::parse(FieldId::Name, &form.name)?));
                edit.put_value("kind", Some(&form.kind.unwrap_or(StudioKind::Studio)));
                edit.put_value("leader", Some(&form.leader.unwrap_or(hand.worker)));
                edit.extend(card(form)?);
            }
            StudioDeed::Change { studio: form } => {
                edit.put_value("name", ShortText::parse_optional(FieldId::Name, &form.name)?.as_ref());
                edit.put_value("kind", form.kind.as_ref());
                edit.put_value("leader", form.leader.as_ref());
                edit.extend(card(form)?);
            }
            StudioDeed::Join { worker, since } => {
                let read = studio.members.get(worker).cloned().unwrap_or_default();
                let goes_on = read.since.filter(|_| since.is_empty() && read.until.is_none());
                let since = goes_on.map_or_else(|| hand.day(FieldId::From, since), Ok)?;
                let member = Membership { since: Some(since), until: None, ..read };
                edit.put(format!("member/{worker}"), member.to_scalar());
            }
            StudioDeed::Leave { worker } => {
                let read = studio.members.get(worker).filter(|member| member.until.is_none());
                let read = read.cloned().ok_or(Refusal::new(FieldId::Worker, Reason::NotThere))?;
                let member = Membership { until: Some(hand.today), ..read };
                edit.put(format!("member/{worker}"), member.to_scalar());
            }
            StudioDeed::Serve { service } => {
                let key = format!("service/{}", hand.record(0));
                edit.put(key, served(&studio, service, hand)?.to_scalar());
            }
            StudioDeed::Post { on } => return post(&studio, hand, Posting::Post { on: hand.day(FieldId::Date, on)? }),
            StudioDeed::Unpost { reason } => {
                let reason = ShortText::parse_optional(FieldId::Reason, reason)?;
                return post(&studio, hand, Posting::Unpost { on: hand.today, reason });
            }
            StudioDeed::Close { on } => {
                edit.put_value("closed_on", Some(&hand.day(FieldId::ClosedOn, on)?));
            }
        }
        Ok(edit)
    }
}

fn post(studio: &Studio, hand: &Hand, act: Posting) -> Result<Edit, Refusal> {
    if act.target(studio.course.state).is_none() {
        return Err(Refusal::new(FieldId::Step, Reason::NotNow));
    }
    Ok(studio.course.step(hand.record(0), hand.worker, hand.at, act))
}

/// What a form says beside name, kind and leader.
fn card(form: &StudioForm) -> Result<Edit, Refusal> {
    let mut edit = Edit::new();
    let (skills, services) = (words(FieldId::Skills, &form.skills)?, words(FieldId::Service, &form.services)?);
    edit.put_value("place", ShortText::parse_optional(FieldId::Place, &form.place)?.as_ref());
    edit.put_value("skills", Some(&skills).filter(|skills| !skills.is_empty()));
    edit.put_value("services", Some(&services).filter(|services| !services.is_empty()));
    edit.put_value("open_hours", Prose::parse_optional(FieldId::OpenHours, &form.open_hours)?.as_ref());
    edit.put_value("phone", Phone::parse_optional(FieldId::Phone, &form.phone)?.as_ref());
    edit.put_value("phone_public", form.phone_public.as_ref());
    Ok(edit)
}

/// Words with any of the marks between them that people put there.
fn words(field: FieldId, text: &str) -> Result<BTreeSet<ShortText>, Refusal> {
    let words = text.split(['、', '，', ',', '；', ';', '\n']).map(str::trim).filter(|word| !word.is_empty());
    words.map(|word| ShortText::parse(field, word)).collect()
}

fn served(studio: &Studio, form: &ServiceForm, hand: &Hand) -> Result<Service, Refusal> {
    if studio.closed_on.as_ref().is_some_and(|closed| closed.value < hand.today) {
        return Err(Refusal::new(FieldId::Service, Reason::NotNow));
    }
    if form.matter.is_some_and(|matter| matter.kind() != DocKind::Matter) {
        return Err(Refusal::new(FieldId::Matter, Reason::NotThere));
    }
    Ok(Service {
        date: Some(hand.day(FieldId::Date, &form.date)?),
        hours_tenths: tenths(&form.hours)?,
        place: ShortText::parse_optional(FieldId::Place, &form.place)?,
        content: Some(Prose::parse(FieldId::Content, &form.content)?),
        by: Some(form.by.unwrap_or(hand.worker)),
        entered_by: Some(hand.worker),
        matter: form.matter,
        served: form.served.map(|served| Headcount::parse(FieldId::Served, served)).transpose()?,
        other: Record::default(),
    })
}

/// `2`, `1.5`, `1.5小时`: one decimal at most; nothing if nothing was noted.
fn tenths(text: &str) -> Result<Option<u16>, Refusal> {
    let text = half_width(text);
    let text = text.trim().trim_end_matches("小时").trim();
    if text.is_empty() {
        return Ok(None);
    }
    let refusal = Refusal::new(FieldId::Hours, Reason::OutOfRange { min: 0, max: i64::from(MAX_TENTHS / 10) });
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit()) && !text.is_empty();
    if !digits(whole) || !digits(part) || part.len() > 1 {
        return Err(refusal);
    }
    let tenths = whole.parse::<u16>().ok().and_then(|whole| whole.checked_mul(10)?.checked_add(part.parse().ok()?));
    tenths.filter(|tenths| *tenths <= MAX_TENTHS).map(Some).ok_or(refusal)
}
