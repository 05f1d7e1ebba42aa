//! Cadres: who is paired with which node household (六六群众工作制), who serves a grid together, and who is stationed in
//! the village (驻村). The rules of 六六 are not known (domain §10): pairs and groups are held, and nothing follows from them.
//!
//! A cadre is a worker of this roster, or somebody of a department who has no account here and is held by name.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::document::{Edit, Field, Scalar};
use crate::draft::{FieldId, PersonName, Reason, Refusal, ShortText, require};
use crate::ids::{DocId, DocKind, RecordId, WorkerId};
use crate::private::Private;
use crate::record::Record;
use crate::roster::Roster;
use crate::roster::areas::holds;
use crate::value::{Value, typed};

const FIELDS: &[&str] = &["worker", "name", "unit", "household", "from", "to"];

/// A cadre's post from a first to a last day: a pair names a node household, a stationing names none. What a newer version
/// added is carried and written back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Post {
    /// The cadre, if the roster lists them.
    pub worker: Option<WorkerId>,
    /// The cadre's name, if it does not.
    pub name: Option<PersonName>,
    /// The department they come from.
    pub unit: Option<ShortText>,
    /// The node household they are paired with.
    pub household: Option<DocId>,
    /// The first day; absent means it always was.
    pub from: Option<NaiveDate>,
    /// The last day; absent means it goes on.
    pub to: Option<NaiveDate>,
    other: Record,
}

impl Post {
    /// Whether it holds on a day.
    pub fn is_active(&self, on: NaiveDate) -> bool {
        holds(self.from, self.to, on)
    }

    fn is_post(scalar: &Scalar) -> Option<Post> {
        let ordered = |post: &Post| post.from.zip(post.to).is_none_or(|(from, to)| from <= to);
        let somebody = |post: &Post| post.worker.is_some() || post.name.is_some();
        Post::from_scalar(scalar).filter(|post| ordered(post) && somebody(post) && post.other.lacks_all(FIELDS))
    }

    pub(crate) fn is_pair(scalar: &Scalar) -> bool {
        Post::is_post(scalar).is_some_and(|post| post.household.is_some())
    }

    pub(crate) fn is_stationing(scalar: &Scalar) -> bool {
        Post::is_post(scalar).is_some_and(|post| post.household.is_none())
    }
}

impl Value for Post {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(Post {
            worker: record.take("worker"),
            name: record.take("name"),
            unit: record.take("unit"),
            household: record.take("household"),
            from: record.take("from"),
            to: record.take("to"),
            other: record,
        })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("worker", self.worker.as_ref());
        record.put("name", self.name.as_ref());
        record.put("unit", self.unit.as_ref());
        record.put("household", self.household.as_ref());
        record.put("from", self.from.as_ref());
        record.put("to", self.to.as_ref());
        record.into_scalar()
    }
}

/// A post as typed.
#[derive(Clone, Debug, Default)]
pub struct PostForm {
    /// The cadre, if the roster lists them; this or a name is needed.
    pub worker: Option<WorkerId>,
    /// The cadre's name, if it does not.
    pub name: Private<String>,
    /// The department they come from.
    pub unit: String,
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day; not before the first.
    pub to: Option<NaiveDate>,
}

/// A post fit to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct PostDraft(Post);

impl PostDraft {
    /// Parses a form for a roster: a worker it does not list is not there.
    pub fn new(form: &PostForm, roster: &Roster) -> Result<Self, Refusal> {
        let name = PersonName::parse_optional(FieldId::Name, &form.name)?;
        match form.worker {
            Some(worker) if !roster.workers.contains_key(&worker) => {
                return Err(Refusal::new(FieldId::Worker, Reason::NotThere));
            }
            None => drop(require(FieldId::Worker, name.as_ref())?),
            Some(_) => {}
        }
        if form.from.zip(form.to).is_some_and(|(from, to)| to < from) {
            return Err(Refusal::new(FieldId::To, Reason::EndsBeforeItBegins));
        }
        Ok(PostDraft(Post {
            worker: form.worker,
            // Whom the roster lists is called as the roster calls them.
            name: name.filter(|_| form.worker.is_none()),
            unit: ShortText::parse_optional(FieldId::Unit, &form.unit)?,
            household: None,
            from: form.from,
            to: form.to,
            other: Record::default(),
        }))
    }
}

/// Pairs a cadre with a household (六六).
pub fn pair(id: RecordId, draft: &PostDraft, household: Option<DocId>) -> Result<Edit, Refusal> {
    let household = require(FieldId::Household, household)?;
    if household.kind() != DocKind::Household {
        return Err(Refusal::new(FieldId::Household, Reason::NotAChoice));
    }
    let mut edit = Edit::new();
    edit.put(format!("pair/{id}"), Post { household: Some(household), ..draft.0.clone() }.to_scalar());
    Ok(edit)
}

/// Stations a cadre in the village (驻村).
pub fn station(id: RecordId, draft: &PostDraft) -> Edit {
    let mut edit = Edit::new();
    edit.put(format!("station/{id}"), draft.0.to_scalar());
    edit
}

/// Ends a post after a day, and leaves the rest of it as read. `key` is where it stands: `pair/<id>` or `station/<id>`.
pub(super) fn end_post(key: String, read: Option<&Field<Post>>, last_day: NaiveDate) -> Result<Edit, Refusal> {
    let read = read.ok_or(Refusal::new(FieldId::Record, Reason::NotThere))?;
    if read.value.from.is_some_and(|from| last_day < from) {
        return Err(Refusal::new(FieldId::To, Reason::EndsBeforeItBegins));
    }
    let mut edit = Edit::new();
    edit.put(key, Post { to: Some(last_day), ..read.value.clone() }.to_scalar());
    Ok(edit)
}

/// The people who serve one grid together (服务团). One group per grid; its name is the grid's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceGroup {
    /// Who leads it.
    pub leader: Option<Field<WorkerId>>,
    /// Who belongs to it.
    pub members: Option<Field<BTreeSet<WorkerId>>>,
}

impl ServiceGroup {
    pub(super) fn take(&mut self, name: &str, field: &Field<Scalar>) {
        match name {
            "leader" => self.leader = typed(field),
            "members" => self.members = typed(field),
            _ => {}
        }
    }
}

/// Says who serves a grid. What is left empty stays as it is.
pub fn put_service_group(
    roster: &Roster,
    grid: RecordId,
    leader: Option<WorkerId>,
    members: &BTreeSet<WorkerId>,
) -> Result<Edit, Refusal> {
    if !roster.grids.contains_key(&grid) {
        return Err(Refusal::new(FieldId::Grid, Reason::NotThere));
    }
    let known = |worker: &WorkerId| roster.workers.contains_key(worker);
    if leader.is_some_and(|leader| !known(&leader)) {
        return Err(Refusal::new(FieldId::Leader, Reason::NotThere));
    }
    if !members.iter().all(known) {
        return Err(Refusal::new(FieldId::ServiceMembers, Reason::NotThere));
    }
    let mut edit = Edit::new();
    edit.put_value(format!("service/{grid}/leader"), leader.as_ref());
    edit.put_value(format!("service/{grid}/members"), Some(members).filter(|members| !members.is_empty()));
    Ok(edit)
}

impl Roster {
    /// The pairs that hold on a day.
    pub fn active_pairs(&self, on: NaiveDate) -> impl Iterator<Item = (RecordId, &Post)> {
        self.pairs.iter().map(|(id, pair)| (*id, &pair.value)).filter(move |(_, pair)| pair.is_active(on))
    }

    /// Who is stationed in the village on a day.
    pub fn stationed(&self, on: NaiveDate) -> impl Iterator<Item = (RecordId, &Post)> {
        self.stations.iter().map(|(id, post)| (*id, &post.value)).filter(move |(_, post)| post.is_active(on))
    }
}
