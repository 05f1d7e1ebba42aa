//! From a roster that was read to what has to be written: per village its roster, per household its card.
//!
//! Only what is not there yet is written. Where the township holds something else, somebody put it there since, and an
//! older list must not take it back unseen: it is listed, and written only when asked for ([`PlanOptions::update`]).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use lianhu_core::household::{self, CardChange, CardForm, CareTag, Household, HouseholdDraft};
use lianhu_core::roster::{
    self, GridDraft, GridForm, GridKind, LinkDraft, LinkForm, Role, Roster, RosterDraft, RosterForm, WorkerDraft,
    WorkerForm,
};
use lianhu_core::{DocId, Document, Edit, Lang, NewChange, Private, RecordId, Stamp, WorkerId};

use super::{
    Exempt, ExistingRoster, HouseholdRow, KnownHousehold, KnownLink, KnownWorker, LinkRow, Place, Residence,
    RosterReading, RosterRole, VillageRow, WorkerRow, derive_record,
};

/// Writes of one change at most; the gate takes several times as many.
const MAX_WRITES: usize = 500;

/// What an import may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanOptions {
    /// Whether the list wins where the township holds something else.
    pub update: bool,
    /// Whether care tags are kept: sensitive personal information, off until a township switches it on (domain §4).
    pub care_tags: bool,
}

/// One document's part of an import.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The document as it will be.
    pub document: Document,
    /// The changes that make it so, in order.
    pub changes: Vec<NewChange>,
    /// Whether nothing was in it before.
    pub created: bool,
}

/// A field where the township holds something else than the list says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differs {
    /// The row of the list.
    pub at: Place,
    /// The document.
    pub document: DocId,
    /// The key in the document.
    pub key: String,
}

/// What an import writes.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Rosters first, for they say who may read the households.
    pub documents: Vec<Planned>,
    /// Where the township holds something else; written over only with [`PlanOptions::update`].
    pub differs: Vec<Differs>,
}

/// A plan that could not be made; nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A row was read and is no fit draft.
    #[error("row {row}: {}", refusal.message(Lang::En), row = at.row)]
    Draft {
        /// The row.
        at: Place,
        /// What is wrong with it.
        refusal: lianhu_core::Refusal,
    },
    /// A document did not take an edit.
    #[error(transparent)]
    Write(#[from] lianhu_core::WriteError),
}

/// What the township holds, as [`super::read`] wants to know it: from its rosters and households, on a day. What the
/// township is called is among it, once it holds a roster.
pub fn known<'a>(
    rosters: impl IntoIterator<Item = &'a Document>,
    households: impl IntoIterator<Item = &'a Document>,
    on: NaiveDate,
) -> ExistingRoster {
    let mut existing = ExistingRoster::default();
    let mut villages = BTreeMap::new();
    for document in rosters {
        let roster = Roster::read(document);
        if existing.town.is_none() {
            existing.town = roster.town.as_ref().map(|town| town.value.as_str().to_owned());
        }
        let Some(village) = roster.name.as_ref().map(|name| name.value.as_str().to_owned()) else { continue };
        for (id, worker) in &roster.workers {
            let Some(name) = worker.name.as_ref().map(|name| Private::from(name.value.as_str())) else { continue };
            let phone = worker.phone.as_ref().map(|phone| Private::from(phone.value.as_str()));
            existing.workers.push(KnownWorker { id: *id, village: village.clone(), name, phone });
        }
        for link in roster.links.values().map(|link| &link.value) {
            if let (Some(worker), Some(household)) = (link.worker, link.household) {
                let ended = link.to.is_some_and(|to| to < on);
                existing.links.push(KnownLink { worker, household, from: link.from, to: link.to, ended });
            }
        }
        villages.insert(roster.id, village);
    }
    for document in households {
        let card = Household::read(document);
        let village = card.village.as_ref().and_then(|village| villages.get(&village.value));
        if let (Some(village), Some(doorplate), Some(head)) = (village, &card.doorplate, &card.head) {
            existing.households.push(KnownHousehold {
                id: card.id,
                village: village.clone(),
                doorplate: doorplate.value.as_str().into(),
                head: head.value.as_str().into(),
            });
        }
    }
    existing
}

/// Plans an import. `existing` gives the document the township holds under an id, if it holds one.
pub fn plan(
    reading: &RosterReading,
    options: PlanOptions,
    stamp: Stamp,
    mut existing: impl FnMut(DocId) -> Option<Document>,
) -> Result<Plan, PlanError> {
    let town = reading.called.as_str();
    let mut plan = Plan::default();
    let areas = Areas::of(reading, town);
    let villages: BTreeMap<&str, &VillageRow> = reading.villages.iter().map(|row| (row.name.as_str(), row)).collect();
    let named = reading.links.iter().map(|link| link.village.as_str());
    let all: BTreeSet<&str> = villages.keys().copied().chain(named).collect();
    let mut by_village: BTreeMap<&str, (Vec<&WorkerRow>, Vec<&LinkRow>)> = BTreeMap::new();
    reading.workers.iter().for_each(|row| by_village.entry(&row.village).or_default().0.push(row));
    reading.links.iter().for_each(|row| by_village.entry(&row.village).or_default().1.push(row));
    for village in all {
        let id = roster::roster_id(town, village);
        let mut writer = Writer::open(id, existing(id), options, stamp);
        if let Some(row) = villages.get(village) {
            let area = row.code.clone().unwrap_or_default();
            let draft = RosterDraft::new(&RosterForm { name: village.to_owned(), town: town.to_owned(), area });
            writer
                .write(Place { sheet: 0, row: 0 }, &roster::create(&draft.map_err(|refusal| failed(None, refusal))?))?;
        }
        areas.write(village, &mut writer)?;
        let (workers, links) = by_village.remove(village).unwrap_or_default();
        for row in workers {
            writer.write(row.at, &worker(row, &areas)?)?;
        }
        write_links(&links, &mut writer)?;
        writer.finish(&mut plan)?;
    }
    for row in &reading.households {
        let mut writer = Writer::open(row.id, existing(row.id), options, stamp);
        let edit = card(row, roster::roster_id(town, &row.village), &areas, &writer, options)?;
        writer.write(row.at, &edit)?;
        writer.finish(&mut plan)?;
    }
    Ok(plan)
}

fn failed(at: Option<Place>, refusal: lianhu_core::Refusal) -> PlanError {
    PlanError::Draft { at: at.unwrap_or(Place { sheet: 0, row: 0 }), refusal }
}

/// A document being written: compares every value with the one held and gathers what is new.
struct Writer {
    document: Document,
    created: bool,
    options: PlanOptions,
    stamp: Stamp,
    edit: Edit,
    changes: Vec<NewChange>,
    differs: Vec<Differs>,
}

impl Writer {
    fn open(id: DocId, held: Option<Document>, options: PlanOptions, stamp: Stamp) -> Self {
        let document = held.unwrap_or_else(|| Document::new(id));
        let created = document.is_blank();
        Writer { document, created, options, stamp, edit: Edit::new(), changes: Vec::new(), differs: Vec::new() }
    }

    /// Takes over from an edit what the document does not hold yet. Equal values are left alone, even where people
    /// disagree about them: settling that is the office's act, not an import's.
    fn write(&mut self, at: Place, edit: &Edit) -> Result<(), PlanError> {
        for (key, value) in edit.writes() {
            let Some(value) = value else { continue };
            match self.document.get(key) {
                Some(held) if held.value == *value => continue,
                Some(_) if !self.options.update => {
                    self.differs.push(Differs { at, document: self.document.id(), key: key.to_owned() });
                    continue;
                }
                Some(_) => self.differs.push(Differs { at, document: self.document.id(), key: key.to_owned() }),
                None => {}
            }
            self.edit.put(key, value.clone());
        }
        if self.edit.writes().count() >= MAX_WRITES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), PlanError> {
        let edit = std::mem::take(&mut self.edit);
        if !edit.is_empty() {
            self.changes.extend(self.document.write(self.stamp, edit)?);
        }
        Ok(())
    }

    fn finish(mut self, plan: &mut Plan) -> Result<(), PlanError> {
        self.flush()?;
        plan.differs.extend(self.differs);
        if !self.changes.is_empty() {
            plan.documents.push(Planned { document: self.document, changes: self.changes, created: self.created });
        }
        Ok(())
    }
}

/// The responsibility areas the list names, with the branch all their members share and their one node household.
struct Areas {
    town: String,
    areas: BTreeMap<(String, String), Area>,
}

#[derive(Default)]
struct Area {
    branches: BTreeSet<String>,
    nodes: BTreeSet<DocId>,
    at: Option<Place>,
}

impl Areas {
    fn of(reading: &RosterReading, town: &str) -> Self {
        let mut areas: BTreeMap<(String, String), Area> = BTreeMap::new();
        for row in &reading.workers {
            let Some(name) = &row.area else { continue };
            let area = areas.entry((row.village.clone(), name.clone())).or_default();
            area.branches.extend(row.branch.clone());
            area.at.get_or_insert(row.at);
        }
        for row in &reading.households {
            let Some(name) = &row.area else { continue };
            let area = areas.entry((row.village.clone(), name.clone())).or_default();
            area.nodes.extend(row.node.then_some(row.id));
            area.at.get_or_insert(row.at);
        }
        Areas { town: town.to_owned(), areas }
    }

    fn id(&self, village: &str, area: Option<&str>) -> Option<RecordId> {
        Some(derive_record("area", &[&self.town, village, area?]))
    }

    fn write(&self, village: &str, writer: &mut Writer) -> Result<(), PlanError> {
        for ((_, name), area) in self.areas.iter().filter(|((of, _), _)| of == village) {
            let Some(id) = self.id(village, Some(name)) else { continue };
            let only = |set: &BTreeSet<String>| set.first().filter(|_| set.len() == 1).cloned().unwrap_or_default();
            let node = area.nodes.first().filter(|_| area.nodes.len() == 1).copied();
            let branch = only(&area.branches);
            let form = GridForm { name: name.clone(), kind: Some(GridKind::Area), branch, node, ..GridForm::default() };
            let draft = GridDraft::new(&form).map_err(|refusal| failed(area.at, refusal))?;
            writer.write(area.at.unwrap_or(Place { sheet: 0, row: 0 }), &roster::put_grid(id, &draft))?;
        }
        Ok(())
    }
}

fn worker(row: &WorkerRow, areas: &Areas) -> Result<Edit, PlanError> {
    let form = WorkerForm {
        name: row.name.clone(),
        phone: row.phone.clone().unwrap_or_default(),
        roles: row.roles.iter().copied().map(role).collect(),
        branch: row.branch.clone().unwrap_or_default(),
        grids: areas.id(&row.village, row.area.as_deref()).into_iter().collect(),
        exempt: row.exempt.map(exempt),
    };
    let draft = WorkerDraft::new(&form).map_err(|refusal| failed(Some(row.at), refusal))?;
    Ok(roster::put_worker(row.id, &draft))
}

/// Links the township does not hold, and the ends of those it does.
fn write_links(links: &[&LinkRow], writer: &mut Writer) -> Result<(), PlanError> {
    let held = Roster::read(&writer.document).links;
    let mut by_key: BTreeMap<(WorkerId, DocId, Option<NaiveDate>), RecordId> = BTreeMap::new();
    for (id, link) in &held {
        if let (Some(worker), Some(household)) = (link.value.worker, link.value.household) {
            by_key.insert((worker, household, link.value.from), *id);
        }
    }
    for row in links {
        let there = by_key.get(&(row.worker, row.household, row.from));
        let link = there.and_then(|id| Some((*id, &held.get(id)?.value)));
        match (link, row.to) {
            (Some((id, link)), Some(to)) if link.to.is_none() => {
                writer.flush()?;
                writer.changes.extend(writer.document.write(writer.stamp, roster::end_link(id, link, to))?);
            }
            // Another end, or an end the list does not know of: settled in the township since.
            (Some((id, link)), to) if link.to != to => {
                let key = format!("link/{id}");
                writer.differs.push(Differs { at: row.at, document: writer.document.id(), key });
            }
            (Some(_), _) => {}
            (None, to) => {
                let (worker, household) = (Some(row.worker), Some(row.household));
                let form = LinkForm { worker, household, from: row.from, to, ..LinkForm::default() };
                let draft = LinkDraft::new(&form).map_err(|refusal| failed(Some(row.at), refusal))?;
                writer.write(row.at, &roster::put_link(row.id, &draft))?;
            }
        }
    }
    Ok(())
}

fn card(
    row: &HouseholdRow,
    village: DocId,
    areas: &Areas,
    writer: &Writer,
    options: PlanOptions,
) -> Result<Edit, PlanError> {
    let form = CardForm {
        grid: areas.id(&row.village, row.area.as_deref()),
        group: row.group.clone().unwrap_or_default(),
        doorplate: row.doorplate.clone(),
        head: row.head.clone(),
        phone: row.phone.clone().unwrap_or_default(),
        members: row.members.map(i64::from),
        residence: row.residence.map(residence),
        ..CardForm::default()
    };
    let refused = |refusal| failed(Some(row.at), refusal);
    let mut edit = if writer.document.get("village").is_none() {
        household::create(writer.stamp.worker, &HouseholdDraft::new(village, &form).map_err(refused)?)
    } else {
        household::change_card(&CardChange::new(&form).map_err(refused)?)
    };
    if options.care_tags {
        for tag in row.care.iter().filter_map(|tag| care(tag)) {
            edit.extend(household::care(tag, true));
        }
    }
    Ok(edit)
}

/// The tag of this name; tags without one stay in the clerk's list.
fn care(tag: &str) -> Option<CareTag> {
    CareTag::ALL.iter().copied().find(|known| known.label(Lang::Zh) == tag)
}

fn role(role: RosterRole) -> Role {
    match role {
        RosterRole::Member => Role::Member,
        RosterRole::Node => Role::Node,
        RosterRole::BranchLead => Role::BranchLead,
        RosterRole::VillageBoard => Role::VillageBoard,
        RosterRole::Supervisor => Role::Supervisor,
        RosterRole::ResidentCadre => Role::ResidentCadre,
        RosterRole::TownDesk => Role::TownDesk,
    }
}

fn exempt(exempt: Exempt) -> roster::Exempt {
    match exempt {
        Exempt::Age => roster::Exempt::Age,
        Exempt::Health => roster::Exempt::Health,
        Exempt::Away => roster::Exempt::Away,
        Exempt::Other => roster::Exempt::Other,
    }
}

fn residence(residence: Residence) -> household::Residence {
    match residence {
        Residence::LivedIn => household::Residence::LivedIn,
        Residence::PartlyAway => household::Residence::PartlyAway,
        Residence::AllAway => household::Residence::AllAway,
        Residence::Empty => household::Residence::Empty,
        Residence::Renting => household::Residence::Renting,
    }
}
