//! What is done to a household: its card, its residents, the visits paid to it. On phones, at the office, from the command
//! line.

use chrono::{NaiveDate, NaiveTime};
use serde::Deserialize;

use crate::deadline::Terms;
use crate::deed::{Deed, Hand};
use crate::document::{Document, Edit};
use crate::draft::{FieldId, Reason, Refusal, half_width, parse_date, parse_optional_date, require};
use crate::groups;
use crate::household::{
    self, AnswerTyped, AskTyped, CardChange, CardField, CardForm, CareTag, ContactBy, Household, HouseholdDraft, Met,
    NoticeTyped, OpenMinor, Relation, Residence, ResidentDraft, ResidentField, ResidentForm, Sex, Visit, VisitChannel,
    VisitDraft, VisitForm, VisitMode,
};
use crate::ids::{DeviceMillis, DocId, DocKind, RecordId, WorkerId};
use crate::private::Private;

/// What can be done to a household. Days and times are as typed.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum HouseholdDeed {
    /// Makes a card for a household that has none.
    Create(CardTyped),
    /// Changes what is named on the card.
    Change(CardTyped),
    /// Sets or takes away a care tag.
    SetCare(SetCare),
    /// Adds a resident, or changes what is named of one.
    PutResident(PutResident),
    /// Takes a resident off the card.
    RemoveResident(RemoveResident),
    /// Records a visit.
    Visit(VisitTyped),
    /// Writes a visit anew.
    RewriteVisit(RewriteVisit),
    /// Writes down what the household was told about a group of its data, and agreed to.
    Notice(NoticeTyped),
    /// Writes down what somebody asks about their own data.
    Ask(AskTyped),
    /// Answers that.
    Answer(AnswerTyped),
    /// Says why one is about to read what is known of a child under 14.
    OpenMinor(OpenMinor),
}

/// A card. Text left empty means: nothing to write there.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CardTyped {
    /// The roster of its village; needed to make a card, and nowhere else.
    pub village: Option<DocId>,
    /// Its grid in the roster.
    pub grid: Option<RecordId>,
    /// Its village group (村民小组).
    pub group: String,
    /// Its short printed code.
    pub code: String,
    /// Doorplate.
    pub doorplate: Private<String>,
    /// Head of household; needed to make a card.
    pub head: Private<String>,
    /// Phone.
    pub phone: Private<String>,
    /// How many belong to it.
    pub members: Option<i64>,
    /// Whether somebody lives there.
    pub residence: Option<Residence>,
    /// How they want to be reached.
    pub contact_by: Option<ContactBy>,
    /// When they want to be reached.
    pub contact_time: String,
    /// The legal basis for holding this card.
    pub basis: String,
    /// When they were told.
    pub noticed_on: String,
    /// When they agreed.
    pub consented_on: String,
    /// When the card is to be looked through again.
    pub review_by: String,
    /// Fields to empty.
    pub clear: Vec<CardField>,
}

/// A care tag (sensitive personal information).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SetCare {
    /// Which; needed.
    pub tag: Option<CareTag>,
    /// Whether it is to be set; needed.
    pub set: Option<bool>,
}

/// A resident. Without an id somebody new.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PutResident {
    /// Which.
    pub resident: Option<RecordId>,
    /// Name; needed for somebody new.
    pub name: Private<String>,
    /// Relation to the head (GB/T 4761).
    pub relation: Option<Relation>,
    /// Year of birth.
    pub born: Option<i64>,
    /// Sex (GB/T 2261.1).
    pub sex: Option<Sex>,
    /// Works or studies elsewhere.
    pub away: Option<bool>,
    /// Fields to empty.
    pub clear: Vec<ResidentField>,
}

/// A resident who is taken off the card.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RemoveResident {
    /// Which; needed.
    pub resident: Option<RecordId>,
}

/// A visit. Without workers it was whoever types it in; without a day it was today.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VisitTyped {
    /// Who paid it.
    pub workers: Vec<WorkerId>,
    /// The day.
    pub date: String,
    /// The time of day, if it was noted: `21:30`. Any hour will do.
    pub time: String,
    /// How it was paid.
    pub mode: Option<VisitMode>,
    /// On which occasion.
    pub channel: Option<VisitChannel>,
    /// Who was met.
    pub met: Option<Met>,
    /// What was said.
    pub note: Private<String>,
    /// Matters that came of it; empty says none did.
    pub matters: Vec<DocId>,
    /// When to come again.
    pub next_on: String,
    /// The day it was written down on paper, where somebody types it in later; otherwise it is written down now.
    pub recorded_on: String,
}

/// A visit written anew.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RewriteVisit {
    /// Which; needed.
    pub visit: Option<RecordId>,
    /// Who paid it; left empty, they stay.
    pub workers: Vec<WorkerId>,
    /// The day; left empty, it stays.
    pub date: String,
    /// The time of day.
    pub time: String,
    /// How it was paid.
    pub mode: Option<VisitMode>,
    /// On which occasion.
    pub channel: Option<VisitChannel>,
    /// Who was met.
    pub met: Option<Met>,
    /// What was said.
    pub note: Private<String>,
    /// Matters that came of it; left empty, they stay.
    pub matters: Vec<DocId>,
    /// When to come again.
    pub next_on: String,
}

impl Deed for HouseholdDeed {
    fn kind(&self) -> DocKind {
        DocKind::Household
    }

    fn begins(&self, hand: &Hand) -> Option<DocId> {
        match self {
            HouseholdDeed::Create(_) => Some(hand.document(DocKind::Household)),
            _ => None,
        }
    }

    fn edit(&self, document: &Document, hand: &Hand) -> Result<Edit, Refusal> {
        match self {
            HouseholdDeed::Create(card) => {
                // A card that is there is changed, not made again: its maker and village stay.
                if !document.is_blank() {
                    return Err(Refusal::new(FieldId::Village, Reason::NotNow));
                }
                let village = require(FieldId::Village, card.village)?;
                Ok(household::create(hand.worker, &HouseholdDraft::new(village, &card.form()?)?))
            }
            HouseholdDeed::Change(card) if card.village.is_some() => {
                Err(Refusal::new(FieldId::Village, Reason::NotAChoice))
            }
            HouseholdDeed::Change(card) => Ok(household::change_card(&CardChange::new(&card.form()?)?)),
            HouseholdDeed::SetCare(care) => {
                let tag = require(FieldId::Tags, care.tag)?;
                Ok(household::care(tag, require(FieldId::Result, care.set)?))
            }
            HouseholdDeed::PutResident(resident) => resident.edit(&Household::read(document), hand),
            HouseholdDeed::RemoveResident(RemoveResident { resident }) => {
                let resident = require(FieldId::Resident, *resident)?;
                let known = Household::read(document).residents.contains_key(&resident);
                if known {
                    Ok(household::remove_resident(resident))
                } else {
                    Err(Refusal::new(FieldId::Resident, Reason::NotThere))
                }
            }
            HouseholdDeed::Visit(visit) => Ok(household::visit(hand.record(0), &VisitDraft::new(visit.form(hand)?)?)),
            HouseholdDeed::RewriteVisit(visit) => visit.edit(&Household::read(document), hand),
            HouseholdDeed::Notice(notice) => notice.edit(hand),
            HouseholdDeed::Ask(ask) => ask.edit(hand),
            HouseholdDeed::Answer(answer) => answer.edit(&Household::read(document), hand),
            HouseholdDeed::OpenMinor(open) => open.edit(&Household::read(document), hand),
        }
    }

    fn edit_under(&self, document: &Document, hand: &Hand, terms: &Terms) -> Result<Edit, Refusal> {
        let edit = self.edit(document, hand)?;
        groups::check(DocKind::Household, &edit, &terms.switches)?;
        Ok(edit)
    }
}

impl CardTyped {
    fn form(&self) -> Result<CardForm, Refusal> {
        Ok(CardForm {
            grid: self.grid,
            group: self.group.clone(),
            code: self.code.clone(),
            doorplate: self.doorplate.clone(),
            head: self.head.clone(),
            phone: self.phone.clone(),
            members: self.members,
            residence: self.residence,
            contact_by: self.contact_by,
            contact_time: self.contact_time.clone(),
            basis: self.basis.clone(),
            noticed_on: parse_optional_date(FieldId::NoticedOn, &self.noticed_on)?,
            consented_on: parse_optional_date(FieldId::ConsentedOn, &self.consented_on)?,
            review_by: parse_optional_date(FieldId::ReviewBy, &self.review_by)?,
            clear: self.clear.clone(),
        })
    }
}

impl PutResident {
    fn edit(&self, home: &Household, hand: &Hand) -> Result<Edit, Refusal> {
        let id = self.resident.unwrap_or_else(|| hand.record(0));
        let known = home.residents.get(&id);
        if self.resident.is_some() && known.is_none() {
            return Err(Refusal::new(FieldId::Resident, Reason::NotThere));
        }
        let unnamed = self.name.trim().is_empty() && !self.clear.contains(&ResidentField::Name);
        let known = known.and_then(|resident| resident.fields.name.as_ref()).filter(|_| unnamed);
        let name = known.map_or_else(|| self.name.clone(), |name| name.value.as_str().into());
        let (relation, born, sex, away) = (self.relation, self.born, self.sex, self.away);
        let clear = self.clear.clone();
        let draft = ResidentDraft::new(&ResidentForm { name, relation, born, sex, away, clear })?;
        Ok(household::put_resident(id, &draft))
    }
}

impl VisitTyped {
    /// The form it makes in a hand: who, when and where left empty are filled in.
    pub fn form(&self, hand: &Hand) -> Result<VisitForm, Refusal> {
        let workers = if self.workers.is_empty() { vec![hand.worker] } else { self.workers.clone() };
        let recorded_on = parse_optional_date(FieldId::RecordedOn, &self.recorded_on)?;
        Ok(VisitForm {
            workers,
            date: Some(parse_optional_date(FieldId::Date, &self.date)?.unwrap_or(hand.today)),
            time: parse_time(&self.time)?,
            mode: self.mode,
            channel: self.channel,
            met: self.met,
            note: self.note.clone(),
            matters: self.matters.clone(),
            next_on: parse_optional_date(FieldId::NextOn, &self.next_on)?,
            recorded_at: Some(recorded_on.map_or(hand.at, millis_of)),
            entered_at: Some(hand.at),
            entered_by: Some(hand.worker),
        })
    }
}

impl RewriteVisit {
    fn edit(&self, home: &Household, hand: &Hand) -> Result<Edit, Refusal> {
        let id = require(FieldId::Visit, self.visit)?;
        let read: &Visit = match home.visits.get(&id) {
            Some(read) => &read.value,
            None => return Err(Refusal::new(FieldId::Visit, Reason::NotThere)),
        };
        let date = if self.date.trim().is_empty() { read.date } else { Some(parse_date(FieldId::Date, &self.date)?) };
        let workers =
            if self.workers.is_empty() { read.workers.iter().copied().collect() } else { self.workers.clone() };
        let draft = VisitDraft::new(VisitForm {
            workers,
            date,
            time: parse_time(&self.time)?,
            mode: self.mode,
            channel: self.channel,
            met: self.met,
            note: self.note.clone(),
            matters: if self.matters.is_empty() { read.matters.clone() } else { self.matters.clone() },
            next_on: parse_optional_date(FieldId::NextOn, &self.next_on)?,
            recorded_at: read.recorded_at,
            entered_at: Some(hand.at),
            entered_by: Some(hand.worker),
        })?;
        Ok(household::rewrite_visit(id, read, &draft))
    }
}

/// A time of day as people write it; nothing typed is none.
fn parse_time(text: &str) -> Result<Option<NaiveTime>, Refusal> {
    let text = half_width(text);
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let time = NaiveTime::parse_from_str(text, "%H:%M");
    time.map(Some).map_err(|_| Refusal::new(FieldId::Time, Reason::NotATime))
}

/// A moment of a day in China, for what is known by its day alone: noon.
pub fn millis_of(day: NaiveDate) -> DeviceMillis {
    // Noon in China is four in the morning by UTC.
    let noon = NaiveTime::from_hms_opt(4, 0, 0).unwrap_or(NaiveTime::MIN);
    DeviceMillis(day.and_time(noon).and_utc().timestamp_millis())
}
