//! A village's roster: its areas, its workers, and who keeps in touch with whom (联户).
//!
//! Card `name`, `town`, `area`, `district`; `grid/<id>/<field>`; `worker/<uuid>/<field>`; `service/<grid>/<field>`, who serves
//! a grid together; `link/<id>`, `pair/<id>`, `station/<id>`, one JSON record each. Every worker of the village holds a copy,
//! so it carries nothing about households but their documents' names.
//!
//! A worker may stand in several villages' rosters (somebody who moves, a cadre stationed in two). What they may do in a
//! village is what that village's roster says while it has them at work; everywhere else they are who their *home* says
//! they are: the roster that has them at work, of several the one with the smallest name.

mod areas;
mod choices;
mod coverage;
mod deeds;
mod drafts;
mod kind;
mod link;
mod load;
mod pairs;
mod public;
mod reassign;

use std::collections::{BTreeMap, BTreeSet};

pub use areas::{GridPlace, end_grid, place_grid};
pub use choices::{Chosen, Exempt, GridKind, Role};
pub use coverage::{Coverage, Covered, Gap, InScope, NODE_HOUSEHOLDS};
pub use deeds::{
    EndGrid, EndRecord, HandOn, PutGrid, PutLink, PutPost, PutServiceGroup, PutVillage, PutWorker, RosterDeed,
    SetActive, SetBackup, SetExempt, SetPublished,
};
pub use drafts::{GridDraft, GridForm, RosterDraft, RosterForm, WorkerDraft, WorkerForm};
pub(crate) use kind::Rosters;
pub use link::{Link, LinkDraft, LinkForm};
pub use load::{LoadWarning, Preset};
pub use pairs::{Post, PostDraft, PostForm, ServiceGroup, pair, put_service_group, station};
pub(crate) use public::public;
pub use reassign::{MAX_REASSIGNED, NotReassigned, Reassigned, Reassignment, Which};

use chrono::NaiveDate;

use crate::deadline::{Terms, YearPlan, is_valid_rule};
use crate::document::{Document, Edit, Field, Scalar};
use crate::draft::{AreaCode, PersonName, Phone, ShortText};
use crate::groups::{Switch, Switches};
use crate::ids::{DocId, DocKind, RecordId, WorkerId};
use crate::value::{Key, KeySpec, Value as _, own, part, record, typed};

/// What may stand under the keys of a roster.
pub(crate) const SCHEMA: &[KeySpec] = &[
    own::<ShortText>("name"),
    own::<ShortText>("town"),
    own::<AreaCode>("area"),
    own::<ShortText>("district"),
    part::<ShortText>("grid", "name"),
    part::<GridKind>("grid", "kind"),
    part::<ShortText>("grid", "branch"),
    part::<WorkerId>("grid", "leader"),
    part::<DocId>("grid", "node"),
    part::<RecordId>("grid", "parent"),
    part::<NaiveDate>("grid", "from"),
    part::<NaiveDate>("grid", "to"),
    part::<RecordId>("grid", "replaced_by"),
    part::<WorkerId>("service", "leader"),
    part::<BTreeSet<WorkerId>>("service", "members"),
    part::<PersonName>("worker", "name"),
    part::<Phone>("worker", "phone"),
    part::<BTreeSet<Role>>("worker", "roles"),
    part::<ShortText>("worker", "branch"),
    part::<BTreeSet<RecordId>>("worker", "grids"),
    part::<Exempt>("worker", "exempt"),
    part::<bool>("worker", "active"),
    record("link", Link::is_valid),
    record("pair", Post::is_pair),
    record("station", Post::is_stationing),
    record("rule", is_valid_rule),
    record("calendar", YearPlan::is_valid),
    record("switch", Switch::is_valid),
];

/// The name of a village's roster, from its town's and its own name (or its 12-digit code, where the town has them):
/// every device and every import derives the same.
pub fn roster_id(town: &str, village: &str) -> DocId {
    DocId::derive(DocKind::Roster, &[town.trim().as_bytes(), village.trim().as_bytes()])
}

/// A village's roster as it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Roster {
    /// Its document, which also names the village everywhere else.
    pub id: DocId,
    /// The village's name.
    pub name: Option<Field<ShortText>>,
    /// The town's name.
    pub town: Option<Field<ShortText>>,
    /// The 12-digit code, where it is known; never invented.
    pub area: Option<Field<AreaCode>>,
    /// The district or county's name.
    pub district: Option<Field<ShortText>>,
    /// Grids by id.
    pub grids: BTreeMap<RecordId, Grid>,
    /// Workers by id.
    pub workers: BTreeMap<WorkerId, Worker>,
    /// Links by id.
    pub links: BTreeMap<RecordId, Field<Link>>,
    /// Cadres and the node households they are paired with (六六), by id.
    pub pairs: BTreeMap<RecordId, Field<Post>>,
    /// Cadres stationed in the village (驻村), by id.
    pub stations: BTreeMap<RecordId, Field<Post>>,
    /// Who serves a grid together, by grid.
    pub services: BTreeMap<RecordId, ServiceGroup>,
    /// What the village works under: its rules and its calendar.
    pub terms: Terms,
}

/// A grid, micro-grid or responsibility area.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    /// Name.
    pub name: Option<Field<ShortText>>,
    /// Kind.
    pub kind: Option<Field<GridKind>>,
    /// The branch it belongs to.
    pub branch: Option<Field<ShortText>>,
    /// Its leader.
    pub leader: Option<Field<WorkerId>>,
    /// Its node household (中心户).
    pub node: Option<Field<DocId>>,
    /// The grid it is a part of.
    pub parent: Option<Field<RecordId>>,
    /// Its first day; absent means it always was.
    pub from: Option<Field<NaiveDate>>,
    /// Its last day; absent means it goes on.
    pub to: Option<Field<NaiveDate>>,
    /// The grid that came after it.
    pub replaced_by: Option<Field<RecordId>>,
}

/// A worker.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Worker {
    /// Name.
    pub name: Option<Field<PersonName>>,
    /// Phone.
    pub phone: Option<Field<Phone>>,
    /// What they may do.
    pub roles: Option<Field<BTreeSet<Role>>>,
    /// Their branch.
    pub branch: Option<Field<ShortText>>,
    /// Their grids.
    pub grids: Option<Field<BTreeSet<RecordId>>>,
    /// Why they are exempt from links, if they are.
    pub exempt: Option<Field<Exempt>>,
    /// Whether they still work here; absent means yes.
    pub active: Option<Field<bool>>,
}

impl Worker {
    /// Whether they still work here. While people disagree, they do not: access waits until it is settled.
    pub fn is_active(&self) -> bool {
        let says_no = |active: &Field<bool>| !active.value || active.rivals.iter().any(|told| !told.value);
        !self.active.as_ref().is_some_and(says_no)
    }

    /// Whether they hold a role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.as_ref().is_some_and(|roles| roles.value.contains(&role))
    }

    /// Their branch, as shown.
    pub fn branch(&self) -> Option<&ShortText> {
        self.branch.as_ref().map(|branch| &branch.value)
    }

    fn take(&mut self, name: &str, field: &Field<Scalar>) {
        match name {
            "name" => self.name = typed(field),
            "phone" => self.phone = typed(field),
            "roles" => self.roles = typed(field),
            "branch" => self.branch = typed(field),
            "grids" => self.grids = typed(field),
            "exempt" => self.exempt = typed(field),
            "active" => self.active = typed(field),
            _ => {}
        }
    }
}

impl Grid {
    fn take(&mut self, name: &str, field: &Field<Scalar>) {
        match name {
            "name" => self.name = typed(field),
            "kind" => self.kind = typed(field),
            "branch" => self.branch = typed(field),
            "leader" => self.leader = typed(field),
            "node" => self.node = typed(field),
            "parent" => self.parent = typed(field),
            "from" => self.from = typed(field),
            "to" => self.to = typed(field),
            "replaced_by" => self.replaced_by = typed(field),
            _ => {}
        }
    }
}

impl Roster {
    /// The active workers of this name or phone number.
    pub fn called(&self, said: &str) -> Vec<WorkerId> {
        let is = |worker: &Worker| {
            let name = worker.name.as_ref().is_some_and(|name| name.value.as_str() == said);
            name || worker.phone.as_ref().is_some_and(|phone| phone.value.as_str() == said)
        };
        self.active_workers().filter(|(_, worker)| is(worker)).map(|(id, _)| id).collect()
    }

    /// Reads a document of the kind roster, in one pass.
    pub fn read(document: &Document) -> Self {
        let mut roster = Roster {
            id: document.id(),
            name: None,
            town: None,
            area: None,
            district: None,
            grids: BTreeMap::new(),
            workers: BTreeMap::new(),
            links: BTreeMap::new(),
            pairs: BTreeMap::new(),
            stations: BTreeMap::new(),
            services: BTreeMap::new(),
            terms: Terms { switches: Switches::minimal(), ..Terms::default() },
        };
        for (key, field) in document.list("") {
            match Key::of(&key) {
                Key::Own("name") => roster.name = typed(&field),
                Key::Own("town") => roster.town = typed(&field),
                Key::Own("area") => roster.area = typed(&field),
                Key::Own("district") => roster.district = typed(&field),
                Key::Part("grid", id, name) => {
                    if let Ok(id) = id.parse() {
                        roster.grids.entry(id).or_default().take(name, &field);
                    }
                }
                Key::Part("worker", id, name) => {
                    if let Ok(id) = id.parse() {
                        roster.workers.entry(id).or_default().take(name, &field);
                    }
                }
                Key::Record("link", id) => {
                    if let (Ok(id), Some(link)) = (id.parse(), typed(&field)) {
                        roster.links.insert(id, link);
                    }
                }
                Key::Part("service", grid, name) => {
                    if let Ok(grid) = grid.parse() {
                        roster.services.entry(grid).or_default().take(name, &field);
                    }
                }
                Key::Record("pair", id) => {
                    if let (Ok(id), Some(pair)) = (id.parse(), typed(&field)) {
                        roster.pairs.insert(id, pair);
                    }
                }
                Key::Record("station", id) => {
                    if let (Ok(id), Some(post)) = (id.parse(), typed(&field)) {
                        roster.stations.insert(id, post);
                    }
                }
                Key::Record("rule", name) => roster.terms.take_rule(name, &field),
                Key::Record("switch", group) => roster.terms.switches.take(group, &field),
                Key::Record("calendar", year) => roster.terms.take_year(year, &field),
                _ => {}
            }
        }
        roster
    }

    /// The workers who still work here.
    pub fn active_workers(&self) -> impl Iterator<Item = (WorkerId, &Worker)> {
        self.workers.iter().filter(|(_, worker)| worker.is_active()).map(|(id, worker)| (*id, worker))
    }

    /// The active workers who hold a role.
    pub fn with_role(&self, role: Role) -> impl Iterator<Item = (WorkerId, &Worker)> {
        self.active_workers().filter(move |(_, worker)| worker.has(role))
    }

    /// The same roster, but this worker is at work.
    pub(crate) fn as_if_active(&self, worker: WorkerId) -> Self {
        let mut roster = self.clone();
        if let Some(entry) = roster.workers.get_mut(&worker) {
            entry.active = None;
        }
        roster
    }

    /// The links that hold on a day.
    pub fn active_links(&self, on: NaiveDate) -> impl Iterator<Item = &Link> {
        self.links.values().map(|link| &link.value).filter(move |link| link.is_active(on))
    }

    /// Everybody linked to a household on a day, backups included.
    pub fn linked_to(&self, household: DocId, on: NaiveDate) -> BTreeSet<WorkerId> {
        // Of a village's links a handful are the household's: the days are compared of those alone.
        let of_it = self.links.values().map(|link| &link.value).filter(|link| link.household == Some(household));
        let links = of_it.filter(|link| link.is_active(on));
        links.flat_map(|link| link.worker.into_iter().chain(link.backup)).collect()
    }

    /// The households a worker is linked to on a day, as first or as backup.
    pub fn households_of(&self, worker: WorkerId, on: NaiveDate) -> BTreeSet<DocId> {
        self.active_links(on).filter(|link| link.names(worker)).filter_map(|link| link.household).collect()
    }

    /// Whether any link, over or not, ever named this worker and this household together.
    pub fn was_ever_linked(&self, worker: WorkerId, household: DocId) -> bool {
        let readings = self
            .links
            .values()
            .flat_map(|link| std::iter::once(&link.value).chain(link.rivals.iter().map(|told| &told.value)));
        readings.into_iter().any(|link| link.household == Some(household) && link.names(worker))
    }
}

/// Names a village, in the document [`roster_id`] gives.
pub fn create(draft: &RosterDraft) -> Edit {
    draft.edit()
}

/// Adds a worker, or rewrites the fields the draft names.
pub fn put_worker(id: WorkerId, draft: &WorkerDraft) -> Edit {
    draft.edit(id)
}

/// Says whether a worker still works here. Links stay, so that it is known who had them.
pub fn set_active(id: WorkerId, active: bool) -> Edit {
    let mut edit = Edit::new();
    edit.put(format!("worker/{id}/active"), active);
    edit
}

/// Adds a grid, or rewrites the fields the draft names.
pub fn put_grid(id: RecordId, draft: &GridDraft) -> Edit {
    draft.edit(id)
}

/// Links a worker and a household under a freshly minted (or, in an import, derived) id.
pub fn put_link(id: RecordId, draft: &LinkDraft) -> Edit {
    let mut edit = Edit::new();
    edit.put(format!("link/{id}"), draft.to_scalar());
    edit
}

/// Ends a link after a day, and leaves the rest of it as read.
pub fn end_link(id: RecordId, read: &Link, last_day: NaiveDate) -> Edit {
    rewrite_link(id, &Link { to: Some(last_day), ..read.clone() })
}

/// Writes a link anew, with the fields of a newer version that it carried.
pub(crate) fn rewrite_link(id: RecordId, link: &Link) -> Edit {
    let mut edit = Edit::new();
    edit.put(format!("link/{id}"), link.to_scalar());
    edit
}

#[cfg(test)]
mod tests;
