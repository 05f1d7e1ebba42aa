//! What is done to a roster: by the village's board on its phones, by the office, from the command line.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::deed::{Deed, Hand};
use crate::document::{Document, Edit};
use crate::draft::{FieldId, Reason, Refusal, parse_date, parse_optional_date, require};
use crate::groups::SwitchTyped;
use crate::ids::{DocId, DocKind, RecordId, WorkerId};
use crate::private::Private;
use crate::roster::pairs::end_post;
use crate::roster::{
    self, Chosen, Exempt, GridDraft, GridForm, GridKind, GridPlace, LinkDraft, LinkForm, MAX_REASSIGNED, NotReassigned,
    PostDraft, PostForm, Reassignment, Role, Roster, RosterDraft, RosterForm, Which, WorkerDraft, WorkerForm,
    roster_id,
};

/// What can be done to a roster. Days are as typed; ids are those of its people, grids and links.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum RosterDeed {
    /// Names a village; begins its roster if there is none.
    PutVillage(PutVillage),
    /// Adds a worker, or changes what is named.
    PutWorker(PutWorker),
    /// Says whether a worker still works here.
    SetActive(SetActive),
    /// Exempts a worker from links, or ends that.
    SetExempt(SetExempt),
    /// Adds a grid, or changes what is named.
    PutGrid(PutGrid),
    /// Ends a grid after a day.
    EndGrid(EndGrid),
    /// Links a worker and a household.
    Link(PutLink),
    /// Ends a link after a day.
    EndLink(EndRecord),
    /// Says who stands in on a link.
    SetBackup(SetBackup),
    /// Says when a link was confirmed and published.
    SetPublished(SetPublished),
    /// Hands households on, for good or as a cover.
    HandOn(HandOn),
    /// Pairs a cadre with a node household (六六).
    Pair(PutPost),
    /// Ends a pair after a day.
    EndPair(EndRecord),
    /// Says who serves a grid together.
    PutServiceGroup(PutServiceGroup),
    /// Stations a cadre in the village (驻村).
    Station(PutPost),
    /// Ends a stationing after a day.
    EndStation(EndRecord),
    /// Switches a group of personal data on or off; the town desk alone.
    SetGroup(SwitchTyped),
}

/// A village.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PutVillage {
    /// Its name; needed.
    pub name: String,
    /// Its town's name; needed.
    pub town: String,
    /// The 12-digit code, if it is known.
    pub area: String,
    /// The district or county's name.
    pub district: String,
}

/// A worker. Without an id somebody new; text left empty stays as it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PutWorker {
    /// Who; somebody of another village keeps their id.
    pub worker: Option<WorkerId>,
    /// Name; needed for somebody new.
    pub name: Private<String>,
    /// Phone.
    pub phone: Private<String>,
    /// What they may do.
    pub roles: BTreeSet<Role>,
    /// Their branch.
    pub branch: String,
    /// Their grids.
    pub grids: BTreeSet<RecordId>,
    /// Why they are exempt from links.
    pub exempt: Option<Exempt>,
}

/// Whether a worker still works here.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SetActive {
    /// Who; needed.
    pub worker: Option<WorkerId>,
    /// Whether; needed.
    pub active: Option<bool>,
}

/// Whether a worker is exempt from links.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SetExempt {
    /// Who; needed.
    pub worker: Option<WorkerId>,
    /// Why, or `none`; needed.
    pub exempt: Option<Exempt>,
}

/// A grid. Without an id a new one; what is left empty stays as it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PutGrid {
    /// Which.
    pub grid: Option<RecordId>,
    /// Name; needed for a new one.
    pub name: String,
    /// Kind.
    pub kind: Option<GridKind>,
    /// The branch it belongs to.
    pub branch: String,
    /// Its leader.
    pub leader: Option<WorkerId>,
    /// Its node household.
    pub node: Option<DocId>,
    /// The grid it is a part of.
    pub parent: Option<RecordId>,
    /// Its first day.
    pub from: String,
}

/// The end of a grid.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EndGrid {
    /// Which; needed.
    pub grid: Option<RecordId>,
    /// Its last day; needed.
    pub last_day: String,
    /// The grid that comes after it.
    pub replaced_by: Option<RecordId>,
}

/// A link.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PutLink {
    /// The worker; needed.
    pub worker: Option<WorkerId>,
    /// The household; needed.
    pub household: Option<DocId>,
    /// The first day; today if left empty.
    pub from: String,
    /// The last day.
    pub to: String,
    /// How it came about.
    pub chosen: Option<Chosen>,
    /// The meeting that confirmed it.
    pub confirmed_on: String,
    /// The day it was published.
    pub published_on: String,
    /// Who stands in.
    pub backup: Option<WorkerId>,
}

/// The end of a link, a pair or a stationing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EndRecord {
    /// Its id; needed.
    pub id: Option<RecordId>,
    /// Its last day; needed.
    pub last_day: String,
}

/// Who stands in on a link.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SetBackup {
    /// The link's id; needed.
    pub id: Option<RecordId>,
    /// Who; nobody if left out.
    pub backup: Option<WorkerId>,
}

/// When a link was confirmed and published; a day left empty stays as it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SetPublished {
    /// The link's id; needed.
    pub id: Option<RecordId>,
    /// The meeting that confirmed it.
    pub confirmed_on: String,
    /// The day it was published.
    pub published_on: String,
}

/// Households handed on ([`Roster::reassign`]).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HandOn {
    /// Which; without any, all that `of` has.
    pub households: BTreeSet<DocId>,
    /// Who has them so far.
    pub of: Option<WorkerId>,
    /// Who gets them; needed.
    pub to: Option<WorkerId>,
    /// The first day they are the new worker's; today if left empty.
    pub from: String,
    /// The last day of a cover.
    pub until: String,
}

/// A cadre's post: worker or name is needed, for a pair a household too.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PutPost {
    /// The cadre, if the roster lists them.
    pub worker: Option<WorkerId>,
    /// The cadre's name, if it does not.
    pub name: Private<String>,
    /// The department they come from.
    pub unit: String,
    /// The node household, for a pair.
    pub household: Option<DocId>,
    /// The first day; today if left empty.
    pub from: String,
    /// The last day.
    pub to: String,
}

/// Who serves a grid together; what is left empty stays as it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PutServiceGroup {
    /// The grid; needed.
    pub grid: Option<RecordId>,
    /// Who leads the group.
    pub leader: Option<WorkerId>,
    /// Who belongs to it.
    pub members: BTreeSet<WorkerId>,
}

impl Deed for RosterDeed {
    fn kind(&self) -> DocKind {
        DocKind::Roster
    }

    fn begins(&self, _hand: &Hand) -> Option<DocId> {
        match self {
            RosterDeed::PutVillage(village) => Some(roster_id(&village.town, &village.name)),
            _ => None,
        }
    }

    fn edit(&self, document: &Document, hand: &Hand) -> Result<Edit, Refusal> {
        let roster = Roster::read(document);
        match self {
            RosterDeed::PutVillage(village) => village.edit(&roster),
            RosterDeed::PutWorker(worker) => worker.edit(&roster, hand),
            RosterDeed::SetActive(set) => {
                let active = require(FieldId::Result, set.active)?;
                Ok(roster::set_active(known_worker(&roster, FieldId::Worker, set.worker)?, active))
            }
            RosterDeed::SetExempt(set) => {
                let worker = known_worker(&roster, FieldId::Worker, set.worker)?;
                let exempt = require(FieldId::Reason, set.exempt)?;
                let mut edit = Edit::new();
                edit.put_value(format!("worker/{worker}/exempt"), Some(&exempt));
                Ok(edit)
            }
            RosterDeed::PutGrid(grid) => grid.edit(&roster, hand),
            RosterDeed::EndGrid(end) => {
                let grid = require(FieldId::Grid, end.grid)?;
                roster::end_grid(&roster, grid, parse_date(FieldId::To, &end.last_day)?, end.replaced_by)
            }
            RosterDeed::Link(link) => link.edit(&roster, hand),
            RosterDeed::EndLink(end) => end.link(&roster),
            RosterDeed::SetBackup(set) => set.edit(&roster),
            RosterDeed::SetPublished(set) => set.edit(&roster),
            RosterDeed::HandOn(hand_on) => hand_on.edit(&roster, hand.today),
            RosterDeed::Pair(post) => roster::pair(hand.record(0), &post.draft(&roster, hand.today)?, post.household),
            RosterDeed::EndPair(end) => end.post("pair", &roster),
            RosterDeed::PutServiceGroup(group) => {
                let grid = require(FieldId::Grid, group.grid)?;
                roster::put_service_group(&roster, grid, group.leader, &group.members)
            }
            RosterDeed::Station(post) if post.household.is_some() => {
                Err(Refusal::new(FieldId::Household, Reason::NotAChoice))
            }
            RosterDeed::Station(post) => Ok(roster::station(hand.record(0), &post.draft(&roster, hand.today)?)),
            RosterDeed::EndStation(end) => end.post("station", &roster),
            RosterDeed::SetGroup(switch) => switch.edit(hand.today),
        }
    }
}

/// A worker this roster lists.
fn known_worker(roster: &Roster, field: FieldId, worker: Option<WorkerId>) -> Result<WorkerId, Refusal> {
    let worker = require(field, worker)?;
    let known = roster.workers.contains_key(&worker);
    if known { Ok(worker) } else { Err(Refusal::new(field, Reason::NotThere)) }
}

impl PutVillage {
    fn edit(&self, roster: &Roster) -> Result<Edit, Refusal> {
        let form = RosterForm { name: self.name.clone(), town: self.town.clone(), area: self.area.clone() };
        let draft = RosterDraft::new(&form)?;
        // The name of the document follows from town and village: under another name it would be another village.
        if roster_id(&self.town, &self.name) != roster.id {
            return Err(Refusal::new(FieldId::Village, Reason::NotNow));
        }
        let mut edit = roster::create(&draft);
        let district = crate::draft::ShortText::parse_optional(FieldId::District, &self.district)?;
        edit.put_value("district", district.as_ref());
        Ok(edit)
    }
}

impl PutWorker {
    fn edit(&self, roster: &Roster, hand: &Hand) -> Result<Edit, Refusal> {
        let id = self.worker.unwrap_or_else(|| WorkerId::derive(&[b"worker", &hand.random]));
        let known = roster.workers.get(&id).and_then(|worker| worker.name.as_ref());
        let name = match known.filter(|_| self.name.trim().is_empty()) {
            Some(name) => name.value.as_str().into(),
            None => self.name.clone(),
        };
        if !self.grids.iter().all(|grid| roster.grids.contains_key(grid)) {
            return Err(Refusal::new(FieldId::Grid, Reason::NotThere));
        }
        let form = WorkerForm {
            name,
            phone: self.phone.clone(),
            roles: self.roles.clone(),
            branch: self.branch.clone(),
            grids: self.grids.clone(),
            exempt: self.exempt,
        };
        Ok(roster::put_worker(id, &WorkerDraft::new(&form)?))
    }
}

impl PutGrid {
    fn edit(&self, roster: &Roster, hand: &Hand) -> Result<Edit, Refusal> {
        let id = self.grid.unwrap_or_else(|| hand.record(0));
        let known = roster.grids.get(&id);
        if self.grid.is_some() && known.is_none() {
            return Err(Refusal::new(FieldId::Grid, Reason::NotThere));
        }
        let known = known.and_then(|grid| grid.name.as_ref()).filter(|_| self.name.trim().is_empty());
        let name = known.map_or_else(|| self.name.clone(), |name| name.value.as_str().to_owned());
        if let Some(leader) = self.leader {
            known_worker(roster, FieldId::Leader, Some(leader))?;
        }
        if self.node.is_some_and(|node| node.kind() != DocKind::Household) {
            return Err(Refusal::new(FieldId::Household, Reason::NotAChoice));
        }
        let (leader, node) = (self.leader, self.node);
        let form = GridForm { name, kind: self.kind, branch: self.branch.clone(), leader, node };
        let mut edit = roster::put_grid(id, &GridDraft::new(&form)?);
        let from = parse_optional_date(FieldId::From, &self.from)?;
        edit.extend(roster::place_grid(roster, id, GridPlace { parent: self.parent, from })?);
        Ok(edit)
    }
}

impl PutLink {
    fn edit(&self, roster: &Roster, hand: &Hand) -> Result<Edit, Refusal> {
        let worker = known_worker(roster, FieldId::Worker, self.worker)?;
        if self.household.is_some_and(|household| household.kind() != DocKind::Household) {
            return Err(Refusal::new(FieldId::Household, Reason::NotAChoice));
        }
        if let Some(backup) = self.backup {
            known_worker(roster, FieldId::Backup, Some(backup))?;
        }
        let from = parse_optional_date(FieldId::From, &self.from)?.unwrap_or(hand.today);
        let form = LinkForm {
            worker: Some(worker),
            household: Some(require(FieldId::Household, self.household)?),
            from: Some(from),
            to: parse_optional_date(FieldId::To, &self.to)?,
            chosen: self.chosen,
            confirmed_on: parse_optional_date(FieldId::Date, &self.confirmed_on)?,
            published_on: parse_optional_date(FieldId::Date, &self.published_on)?,
            backup: self.backup,
        };
        let draft = LinkDraft::new(&form)?;
        let linked = |link: &roster::Link| link.worker == Some(worker) && link.household == self.household;
        // Asked twice, it is the same link.
        let there = roster.active_links(from).any(linked);
        Ok(if there { Edit::new() } else { roster::put_link(hand.record(0), &draft) })
    }
}

fn link_of(roster: &Roster, id: Option<RecordId>) -> Result<(RecordId, &roster::Link), Refusal> {
    let id = require(FieldId::Record, id)?;
    let link = roster.links.get(&id).ok_or(Refusal::new(FieldId::Record, Reason::NotThere))?;
    Ok((id, &link.value))
}

impl EndRecord {
    fn link(&self, roster: &Roster) -> Result<Edit, Refusal> {
        let (id, link) = link_of(roster, self.id)?;
        let last_day = parse_date(FieldId::To, &self.last_day)?;
        if link.from.is_some_and(|from| last_day < from) {
            return Err(Refusal::new(FieldId::To, Reason::EndsBeforeItBegins));
        }
        Ok(roster::end_link(id, link, last_day))
    }

    fn post(&self, collection: &str, roster: &Roster) -> Result<Edit, Refusal> {
        let id = require(FieldId::Record, self.id)?;
        let read = if collection == "pair" { roster.pairs.get(&id) } else { roster.stations.get(&id) };
        end_post(format!("{collection}/{id}"), read, parse_date(FieldId::To, &self.last_day)?)
    }
}

impl SetBackup {
    fn edit(&self, roster: &Roster) -> Result<Edit, Refusal> {
        let (id, link) = link_of(roster, self.id)?;
        if let Some(backup) = self.backup {
            known_worker(roster, FieldId::Backup, Some(backup))?;
        }
        if self.backup.is_some() && self.backup == link.worker {
            return Err(Refusal::new(FieldId::Backup, Reason::NotAChoice));
        }
        Ok(roster::rewrite_link(id, &roster::Link { backup: self.backup, ..link.clone() }))
    }
}

impl SetPublished {
    fn edit(&self, roster: &Roster) -> Result<Edit, Refusal> {
        let (id, link) = link_of(roster, self.id)?;
        let confirmed = parse_optional_date(FieldId::Date, &self.confirmed_on)?;
        let published = parse_optional_date(FieldId::Date, &self.published_on)?;
        Ok(roster::rewrite_link(
            id,
            &roster::Link {
                confirmed_on: confirmed.or(link.confirmed_on),
                published_on: published.or(link.published_on),
                ..link.clone()
            },
        ))
    }
}

impl HandOn {
    fn edit(&self, roster: &Roster, today: NaiveDate) -> Result<Edit, Refusal> {
        let which = match (self.households.is_empty(), self.of) {
            (true, of) => Which::AllOf(require(FieldId::Worker, of)?),
            (false, of) => Which::These { households: self.households.clone(), of },
        };
        let asked = Reassignment {
            which,
            to: require(FieldId::Worker, self.to)?,
            first_day: parse_optional_date(FieldId::From, &self.from)?.unwrap_or(today),
            last_day: parse_optional_date(FieldId::To, &self.until)?,
        };
        roster.reassign(&asked).map(|done| done.edit).map_err(refused)
    }
}

/// Why nothing was handed on, as the field to look at.
fn refused(why: NotReassigned) -> Refusal {
    let (field, reason) = match why {
        NotReassigned::UnknownWorker => (FieldId::Worker, Reason::NotThere),
        NotReassigned::NotActive => (FieldId::Worker, Reason::NotNow),
        NotReassigned::SamePerson => (FieldId::Worker, Reason::NotAChoice),
        NotReassigned::DaysInWrongOrder => (FieldId::To, Reason::EndsBeforeItBegins),
        NotReassigned::NothingToHandOn | NotReassigned::NotLinked => (FieldId::Household, Reason::NotThere),
        NotReassigned::SeveralContacts => (FieldId::Household, Reason::NotAChoice),
        NotReassigned::TooMany => {
            let max = i64::try_from(MAX_REASSIGNED).unwrap_or(i64::MAX);
            (FieldId::Household, Reason::OutOfRange { min: 1, max })
        }
    };
    Refusal::new(field, reason)
}

impl PutPost {
    fn draft(&self, roster: &Roster, today: NaiveDate) -> Result<PostDraft, Refusal> {
        let form = PostForm {
            worker: self.worker,
            name: self.name.clone(),
            unit: self.unit.clone(),
            from: Some(parse_optional_date(FieldId::From, &self.from)?.unwrap_or(today)),
            to: parse_optional_date(FieldId::To, &self.to)?,
        };
        PostDraft::new(&form, roster)
    }
}
