//! A household's card and its residents: forms, drafts, edits.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::document::{Edit, Field, Scalar};
use crate::draft::{BirthYear, FieldId, Headcount, PersonName, Phone, Refusal, ShortText, require};
use crate::household::{ContactBy, Relation, Residence, Sex};
use crate::ids::{DocId, RecordId};
use crate::private::Private;
use crate::value::typed;

/// A card as typed. Text left empty means: nothing to write there.
#[derive(Clone, Debug, Default)]
pub struct CardForm {
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
    /// How many belong to it, 0 to 9999.
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
    pub noticed_on: Option<NaiveDate>,
    /// When they agreed.
    pub consented_on: Option<NaiveDate>,
    /// When the card is to be looked through again.
    pub review_by: Option<NaiveDate>,
    /// Fields to empty: a phone that is nobody's any more. What is filled in besides stands.
    pub clear: Vec<CardField>,
}

/// A field of a card that can be emptied again: not what a household was told and agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardField {
    /// Its grid.
    Grid,
    /// Its village group.
    Group,
    /// Its short printed code.
    Code,
    /// Doorplate.
    Doorplate,
    /// Head of household: refused, for a household has one. Another one is written over it.
    Head,
    /// Phone.
    Phone,
    /// How many belong to it.
    Members,
    /// Whether somebody lives there.
    Residence,
    /// How they want to be reached.
    ContactBy,
    /// When they want to be reached.
    ContactTime,
}

impl CardField {
    fn key(self) -> &'static str {
        match self {
            CardField::Grid => "grid",
            CardField::Group => "group",
            CardField::Code => "code",
            CardField::Doorplate => "doorplate",
            CardField::Head => "head",
            CardField::Phone => "phone",
            CardField::Members => "members",
            CardField::Residence => "residence",
            CardField::ContactBy => "contact_by",
            CardField::ContactTime => "contact_time",
        }
    }
}

/// Changes to a card that are fit to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct CardChange {
    clear: Vec<CardField>,
    grid: Option<RecordId>,
    group: Option<ShortText>,
    code: Option<ShortText>,
    doorplate: Option<ShortText>,
    head: Option<PersonName>,
    phone: Option<Phone>,
    members: Option<Headcount>,
    residence: Option<Residence>,
    contact_by: Option<ContactBy>,
    contact_time: Option<ShortText>,
    basis: Option<ShortText>,
    noticed_on: Option<NaiveDate>,
    consented_on: Option<NaiveDate>,
    review_by: Option<NaiveDate>,
}

impl CardChange {
    /// Parses a form; only what was filled in will be written.
    pub fn new(form: &CardForm) -> Result<Self, Refusal> {
        let members = form.members.map(|members| Headcount::parse(FieldId::Members, members));
        let head = PersonName::parse_optional(FieldId::Head, &form.head)?;
        if form.clear.contains(&CardField::Head) {
            require(FieldId::Head, head.as_ref())?;
        }
        Ok(CardChange {
            clear: form.clear.clone(),
            grid: form.grid,
            group: ShortText::parse_optional(FieldId::Group, &form.group)?,
            code: ShortText::parse_optional(FieldId::Code, &form.code)?,
            doorplate: ShortText::parse_optional(FieldId::Doorplate, &form.doorplate)?,
            head,
            phone: Phone::parse_optional(FieldId::Phone, &form.phone)?,
            members: members.transpose()?,
            residence: form.residence,
            contact_by: form.contact_by,
            contact_time: ShortText::parse_optional(FieldId::ContactTime, &form.contact_time)?,
            basis: ShortText::parse_optional(FieldId::Basis, &form.basis)?,
            noticed_on: form.noticed_on,
            consented_on: form.consented_on,
            review_by: form.review_by,
        })
    }

    pub(crate) fn edit(&self) -> Edit {
        let mut edit = Edit::new();
        for field in &self.clear {
            edit.remove(field.key());
        }
        edit.put_value("grid", self.grid.as_ref());
        edit.put_value("group", self.group.as_ref());
        edit.put_value("code", self.code.as_ref());
        edit.put_value("doorplate", self.doorplate.as_ref());
        edit.put_value("head", self.head.as_ref());
        edit.put_value("phone", self.phone.as_ref());
        edit.put_value("members", self.members.as_ref());
        edit.put_value("residence", self.residence.as_ref());
        edit.put_value("contact_by", self.contact_by.as_ref());
        edit.put_value("contact_time", self.contact_time.as_ref());
        edit.put_value("basis", self.basis.as_ref());
        edit.put_value("noticed_on", self.noticed_on.as_ref());
        edit.put_value("consented_on", self.consented_on.as_ref());
        edit.put_value("review_by", self.review_by.as_ref());
        edit
    }
}

/// A new household: a village, and a card with at least its head.
#[derive(Clone, Debug, PartialEq)]
pub struct HouseholdDraft {
    village: DocId,
    card: CardChange,
}

impl HouseholdDraft {
    /// Parses a form for a household of the village whose roster is `village`.
    pub fn new(village: DocId, form: &CardForm) -> Result<Self, Refusal> {
        let card = CardChange::new(form)?;
        require(FieldId::Head, card.head.as_ref())?;
        Ok(HouseholdDraft { village, card })
    }

    /// The roster of its village.
    pub fn village(&self) -> DocId {
        self.village
    }

    pub(crate) fn card(&self) -> CardChange {
        self.card.clone()
    }
}

/// A resident as read. What is known of a child is kept back: [`Resident::shown`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resident {
    pub(crate) fields: ResidentFields,
}

/// What is known of a resident.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResidentFields {
    /// Name.
    pub name: Option<Field<PersonName>>,
    /// Relation to the head (GB/T 4761).
    pub relation: Option<Field<Relation>>,
    /// Year of birth; never the day.
    pub born: Option<Field<BirthYear>>,
    /// Sex (GB/T 2261.1).
    pub sex: Option<Field<Sex>>,
    /// Works or studies elsewhere.
    pub away: Option<Field<bool>>,
}

impl Resident {
    pub(crate) fn take(&mut self, name: &str, field: &Field<Scalar>) {
        let fields = &mut self.fields;
        match name {
            "name" => fields.name = typed(field),
            "relation" => fields.relation = typed(field),
            "born" => fields.born = typed(field),
            "sex" => fields.sex = typed(field),
            "away" => fields.away = typed(field),
            _ => {}
        }
    }
}

/// A resident as typed.
#[derive(Clone, Debug, Default)]
pub struct ResidentForm {
    /// Name; needed.
    pub name: Private<String>,
    /// Relation to the head (GB/T 4761).
    pub relation: Option<Relation>,
    /// Year of birth, 1900 to 2100.
    pub born: Option<i64>,
    /// Sex (GB/T 2261.1).
    pub sex: Option<Sex>,
    /// Works or studies elsewhere.
    pub away: Option<bool>,
    /// Fields to empty; what is filled in besides stands.
    pub clear: Vec<ResidentField>,
}

/// A field of a resident that can be emptied again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResidentField {
    /// Name: refused. Another one is written over it.
    Name,
    /// Relation to the head.
    Relation,
    /// Year of birth.
    Born,
    /// Sex.
    Sex,
    /// Works or studies elsewhere.
    Away,
}

impl ResidentField {
    fn key(self) -> &'static str {
        match self {
            ResidentField::Name => "name",
            ResidentField::Relation => "relation",
            ResidentField::Born => "born",
            ResidentField::Sex => "sex",
            ResidentField::Away => "away",
        }
    }
}

/// A resident fit to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct ResidentDraft {
    clear: Vec<ResidentField>,
    name: PersonName,
    relation: Option<Relation>,
    born: Option<BirthYear>,
    sex: Option<Sex>,
    away: Option<bool>,
}

impl ResidentDraft {
    /// Parses a form.
    pub fn new(form: &ResidentForm) -> Result<Self, Refusal> {
        let born = form.born.map(|year| BirthYear::parse(FieldId::Born, year));
        Ok(ResidentDraft {
            clear: form.clear.clone(),
            name: PersonName::parse(FieldId::Name, &form.name)?,
            relation: form.relation,
            born: born.transpose()?,
            sex: form.sex,
            away: form.away,
        })
    }

    pub(crate) fn edit(&self, id: RecordId) -> Edit {
        let mut edit = Edit::new();
        for field in &self.clear {
            edit.remove(format!("resident/{id}/{}", field.key()));
        }
        edit.put_value(format!("resident/{id}/name"), Some(&self.name));
        edit.put_value(format!("resident/{id}/relation"), self.relation.as_ref());
        edit.put_value(format!("resident/{id}/born"), self.born.as_ref());
        edit.put_value(format!("resident/{id}/sex"), self.sex.as_ref());
        edit.put_value(format!("resident/{id}/away"), self.away.as_ref());
        edit
    }
}
