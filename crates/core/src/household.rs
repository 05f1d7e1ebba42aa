//! A household: its card, its residents and the visits paid to it (domain: 户卡, 走访).
//!
//! | keys | shape |
//! |---|---|
//! | `village` `grid` `group` `code` `doorplate` `head` `phone` `members` `residence` … | one value each, kept up by several people |
//! | `care/<tag>` | a care tag that is set; two people who set different tags keep both |
//! | `resident/<id>/<field>` | a resident, kept up field by field |
//! | `visit/<id>` | a visit, one author's event, written as one JSON record |
//! | `basis/<group>` | what the household was told about a group of personal data, and agreed to |
//! | `request/<id>` `answer/<id>` `words/<id>` | what somebody asked about their data, the answer, and the words of both |
//! | `opened/<id>` | why somebody read what is known of a child under 14 |
//!
//! Reading never fails: a value of another type reads as absent, and stays in the document.

mod card;
mod choices;
mod deeds;
mod kind;
mod minors;
mod notice;
mod request;
mod visit;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

pub use card::{
    CardChange, CardField, CardForm, HouseholdDraft, Resident, ResidentDraft, ResidentField, ResidentFields,
    ResidentForm,
};
pub use choices::{CareTag, ContactBy, Met, Relation, Residence, Sex, VisitChannel, VisitMode};
pub use deeds::{CardTyped, HouseholdDeed, PutResident, RemoveResident, RewriteVisit, SetCare, VisitTyped, millis_of};
pub(crate) use kind::Households;
pub use minors::{KEPT_BACK, KeptBack, OpenMinor, Opened, Shown, first_minor_year};
pub use notice::{Notice, NoticeTyped, NoticeWay, SpokenBy};
pub use request::{Answer, AnswerTyped, Answered, AskTyped, Request, RequestKind};
pub use visit::{Visit, VisitDraft, VisitForm};

use chrono::NaiveDate;

use crate::document::{Document, Edit, Field, Scalar};
use crate::draft::{BirthYear, Headcount, PersonName, Phone, Prose, ShortText};
use crate::groups::Group;
use crate::ids::{DocId, RecordId, WorkerId};
use crate::record::some_of;
use crate::value::{Key, KeySpec, Value, own, part, record, typed};

/// What may stand under the keys of a household.
pub(crate) const SCHEMA: &[KeySpec] = &[
    own::<DocId>("village"),
    own::<WorkerId>("created_by"),
    own::<RecordId>("grid"),
    own::<ShortText>("group"),
    own::<ShortText>("code"),
    own::<ShortText>("doorplate"),
    own::<PersonName>("head"),
    own::<Phone>("phone"),
    own::<Headcount>("members"),
    own::<Residence>("residence"),
    own::<ContactBy>("contact_by"),
    own::<ShortText>("contact_time"),
    own::<ShortText>("basis"),
    own::<NaiveDate>("noticed_on"),
    own::<NaiveDate>("consented_on"),
    own::<NaiveDate>("review_by"),
    record("care", |scalar| scalar.as_bool().is_some()),
    part::<PersonName>("resident", "name"),
    part::<Relation>("resident", "relation"),
    part::<BirthYear>("resident", "born"),
    part::<Sex>("resident", "sex"),
    part::<bool>("resident", "away"),
    record("visit", Visit::is_valid),
    record("basis", Notice::is_valid),
    record("request", Request::is_valid),
    record("answer", Answer::is_valid),
    record("words", |scalar| Prose::from_scalar(scalar).is_some()),
    record("opened", Opened::is_valid),
    crate::late::SCHEMA_ROW,
];

/// A household as it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Household {
    /// Its document.
    pub id: DocId,
    /// The roster of its village.
    pub village: Option<Field<DocId>>,
    /// Who made the card.
    pub created_by: Option<Field<WorkerId>>,
    /// Its grid in the roster.
    pub grid: Option<Field<RecordId>>,
    /// Its village group (村民小组), as the village calls it.
    pub group: Option<Field<ShortText>>,
    /// Its short printed code.
    pub code: Option<Field<ShortText>>,
    /// Doorplate.
    pub doorplate: Option<Field<ShortText>>,
    /// Head of household.
    pub head: Option<Field<PersonName>>,
    /// Phone.
    pub phone: Option<Field<Phone>>,
    /// How many belong to it.
    pub members: Option<Field<Headcount>>,
    /// Whether somebody lives there.
    pub residence: Option<Field<Residence>>,
    /// How they want to be reached.
    pub contact_by: Option<Field<ContactBy>>,
    /// When they want to be reached, in their words.
    pub contact_time: Option<Field<ShortText>>,
    /// The legal basis for holding this card (PIPL article 13).
    pub basis: Option<Field<ShortText>>,
    /// When they were told what is held about them.
    pub noticed_on: Option<Field<NaiveDate>>,
    /// When they agreed, where agreement is the basis.
    pub consented_on: Option<Field<NaiveDate>>,
    /// When the card is to be looked through again.
    pub review_by: Option<Field<NaiveDate>>,
    /// Care tags (sensitive personal information), in code order; a tag in conflict counts as set while its shown value says so.
    pub care: Vec<CareTag>,
    /// Residents by id.
    pub residents: BTreeMap<RecordId, Resident>,
    /// Visits by id. A visit rewritten by two people at once is a field with rivals.
    pub visits: BTreeMap<RecordId, Field<Visit>>,
    /// What they were told and agreed to, by group.
    pub notices: BTreeMap<Group, Field<Notice>>,
    /// What was asked about their data, by id.
    pub requests: BTreeMap<RecordId, Request>,
    /// What was answered, by id.
    pub answers: BTreeMap<RecordId, Answer>,
    /// The words of requests and answers, by their ids.
    pub words: BTreeMap<RecordId, Prose>,
    /// Why what is known of a child was read, by id.
    pub opened: BTreeMap<RecordId, Opened>,
}

impl Household {
    /// Reads a document of the kind household, in one pass.
    pub fn read(document: &Document) -> Self {
        Self::of(document, |_| true)
    }

    /// The same with no visits but those under these keys: the visits are most of it.
    pub(crate) fn with_visits(document: &Document, keys: &BTreeSet<&str>) -> Self {
        Self::of(document, |key| !key.starts_with("visit/") || keys.contains(key))
    }

    fn of(document: &Document, wanted: impl Fn(&str) -> bool) -> Self {
        let mut household = Household::nothing(document.id());
        for (key, field) in document.fields(wanted) {
            household.take(key, &field);
        }
        household
    }

    fn nothing(id: DocId) -> Self {
        Household {
            id,
            village: None,
            created_by: None,
            grid: None,
            group: None,
            code: None,
            doorplate: None,
            head: None,
            phone: None,
            members: None,
            residence: None,
            contact_by: None,
            contact_time: None,
            basis: None,
            noticed_on: None,
            consented_on: None,
            review_by: None,
            care: Vec::new(),
            residents: BTreeMap::new(),
            visits: BTreeMap::new(),
            notices: BTreeMap::new(),
            requests: BTreeMap::new(),
            answers: BTreeMap::new(),
            words: BTreeMap::new(),
            opened: BTreeMap::new(),
        }
    }

    fn take(&mut self, key: &str, field: &Field<Scalar>) {
        match Key::of(key) {
            Key::Own("village") => self.village = typed(field),
            Key::Own("created_by") => self.created_by = typed(field),
            Key::Own("grid") => self.grid = typed(field),
            Key::Own("group") => self.group = typed(field),
            Key::Own("code") => self.code = typed(field),
            Key::Own("doorplate") => self.doorplate = typed(field),
            Key::Own("head") => self.head = typed(field),
            Key::Own("phone") => self.phone = typed(field),
            Key::Own("members") => self.members = typed(field),
            Key::Own("residence") => self.residence = typed(field),
            Key::Own("contact_by") => self.contact_by = typed(field),
            Key::Own("contact_time") => self.contact_time = typed(field),
            Key::Own("basis") => self.basis = typed(field),
            Key::Own("noticed_on") => self.noticed_on = typed(field),
            Key::Own("consented_on") => self.consented_on = typed(field),
            Key::Own("review_by") => self.review_by = typed(field),
            Key::Record("care", tag) => {
                let set = field.value.as_bool() == Some(true);
                self.care.extend(CareTag::parse(tag).filter(|_| set));
            }
            Key::Record("visit", id) => {
                if let (Ok(id), Some(visit)) = (id.parse(), typed(field)) {
                    self.visits.insert(id, visit);
                }
            }
            Key::Record("basis", group) => {
                if let (Some(group), Some(notice)) = (Group::parse(group), typed(field)) {
                    self.notices.insert(group, notice);
                }
            }
            Key::Record("request", id) => keep(&mut self.requests, id, field),
            Key::Record("answer", id) => keep(&mut self.answers, id, field),
            Key::Record("words", id) => keep(&mut self.words, id, field),
            Key::Record("opened", id) => keep(&mut self.opened, id, field),
            Key::Part("resident", id, name) => {
                if let Ok(id) = id.parse() {
                    self.residents.entry(id).or_default().take(name, field);
                }
            }
            _ => {}
        }
    }

    /// Whether one of the care tags on the card says hardship (困难户).
    pub fn is_hardship(&self) -> bool {
        self.care.iter().any(|tag| tag.is_hardship())
    }

    /// The day of the visit that was promised at the last one, and has not been paid since.
    pub fn next_visit(&self) -> Option<NaiveDate> {
        self.visit_days().next
    }

    /// A household of which nothing but its name is known: for whoever has seen by its card that the rest says nothing now.
    pub fn unread(id: DocId) -> Self {
        Household::nothing(id)
    }

    /// The day of the last visit at which somebody was met or at least tried, by the visits' own dates.
    pub fn last_visit(&self) -> Option<NaiveDate> {
        self.visit_days().last
    }

    pub(crate) fn visit_days(&self) -> VisitDays {
        VisitDays::of(self.visits.values().map(|visit| (visit.value.date, visit.value.next_on)))
    }
}

/// How many visits there are, and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct VisitDays {
    pub(crate) count: usize,
    /// The day of the last one.
    pub(crate) last: Option<NaiveDate>,
    /// The day that was promised at the last one.
    pub(crate) next: Option<NaiveDate>,
}

impl VisitDays {
    /// Reads of every visit its days alone.
    pub(crate) fn read(document: &Document) -> Self {
        let is_visit = |key: &str| key.strip_prefix("visit/").is_some_and(|id| id.parse::<RecordId>().is_ok());
        let visits = document.values("visit/").filter(|(key, _)| is_visit(key));
        let days = visits.filter_map(|(_, visit)| some_of(visit, ["date", "next_on"]));
        Self::of(days.map(|[date, next]| (day(date), day(next))))
    }

    /// Of the days of each visit, and the days promised at it.
    fn of(visits: impl Iterator<Item = (Option<NaiveDate>, Option<NaiveDate>)>) -> Self {
        visits.fold(VisitDays::default(), |days, (date, next)| VisitDays {
            count: days.count + 1,
            last: days.last.max(date),
            next: match date.cmp(&days.last) {
                Ordering::Less => days.next,
                Ordering::Equal => days.next.max(next),
                Ordering::Greater => next,
            },
        })
    }
}

fn day(scalar: Option<Scalar>) -> Option<NaiveDate> {
    NaiveDate::from_scalar(&scalar?)
}

/// Keeps a record that is never rewritten.
fn keep<T: Value>(records: &mut BTreeMap<RecordId, T>, id: &str, field: &Field<Scalar>) {
    if let (Ok(id), Some(record)) = (id.parse(), T::from_scalar(&field.value)) {
        records.insert(id, record);
    }
}

/// Makes a card, in a document freshly named by [`DocId::mint`] or derived by an import.
pub fn create(by: WorkerId, draft: &HouseholdDraft) -> Edit {
    let mut edit = Edit::new();
    edit.put_value("village", Some(&draft.village()));
    edit.put_value("created_by", Some(&by));
    edit.extend(change_card(&draft.card()));
    edit
}

/// Changes the fields of a card that the change names, and no other.
pub fn change_card(change: &CardChange) -> Edit {
    change.edit()
}

/// Sets or takes away a care tag.
pub fn care(tag: CareTag, set: bool) -> Edit {
    let mut edit = Edit::new();
    let key = format!("care/{}", tag.code());
    match set {
        true => edit.put(key, true),
        false => edit.remove(key),
    };
    edit
}

/// Adds a resident under a freshly minted id, or rewrites the fields the draft names.
pub fn put_resident(id: RecordId, draft: &ResidentDraft) -> Edit {
    draft.edit(id)
}

/// Takes a resident off the card.
pub fn remove_resident(id: RecordId) -> Edit {
    let mut edit = Edit::new();
    for field in ["name", "relation", "born", "sex", "away"] {
        edit.remove(format!("resident/{id}/{field}"));
    }
    edit
}

/// Writes a visit under a freshly minted id.
pub fn visit(id: RecordId, draft: &VisitDraft) -> Edit {
    rewrite_visit(id, &Visit::default(), draft)
}

/// Writes a visit anew over the one read, with the fields of a newer version that it carried.
pub fn rewrite_visit(id: RecordId, read: &Visit, draft: &VisitDraft) -> Edit {
    let mut edit = Edit::new();
    edit.put(format!("visit/{id}"), draft.over(read));
    edit
}

#[cfg(test)]
mod tests;
