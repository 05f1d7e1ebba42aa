//! Who reads what: what permission depends on ([`Facts`]), and the list that follows from it ([`readers`]).
//!
//! Who reads what, kind by kind, stands in `docs/permissions.md`, which a test writes from what [`readers`] says of a village
//! that is made up for it. Each kind says it in its own module (`Kind::readers`).
//!
//! Somebody at the town desk, and nobody else at the town, reads through the office and is on no list but that of
//! what everybody in their village reads. Only active workers are listed, and none whose only roles are the county's or an
//! administrator's. An owner from outside the village is listed too.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::diary::Audience;
use crate::document::Document;
use crate::ids::{DocId, DocKind, RecordId, WorkerId};
use crate::kind;
use crate::roster::{Role, Roster};

/// What permission to read one document depends on. Small; kept beside the document by hosts that do not look inside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The roster of its village.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub village: Option<DocId>,
    /// A household's grid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grid: Option<RecordId>,
    /// The household it is, or is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub household: Option<DocId>,
    /// A diary's author, who made a household's card, who recorded a matter, who called a meeting, who complains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<WorkerId>,
    /// A diary's audience.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<Audience>,
    /// A matter's owner and those who assist; everybody a meeting names.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub owners: BTreeSet<WorkerId>,
}

impl Facts {
    /// The facts of a document. A kind of a newer version has none.
    pub fn of(document: &Document) -> Self {
        kind::of(document.id().kind()).map(|kind| kind.facts(document)).unwrap_or_default()
    }

    /// The bytes to keep.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The facts kept as these bytes; from bytes that are none, the facts nobody may read by.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_default()
    }
}

/// Whether what stands under a key stays of a document that is erased whole: what says who reads it, so that its readers
/// hear of it and its author can begin again (a roster decides by all it says), and a matter's number, which no other
/// matter is given.
pub fn stays_when_erased(kind: DocKind, key: &str) -> bool {
    kind::of(kind).is_some_and(|kind| kind.stays_when_erased(key))
}

/// Whether the town desk reads a document whole: everything it is responsible for, and of diaries only those that were
/// written for the town.
pub fn town_reads(document: &Document) -> bool {
    kind::of(document.id().kind()).is_none_or(|kind| kind.town_reads(document))
}

/// Everybody who reads a document of `kind` with these facts on a day, by the roster of its village.
pub fn readers(kind: DocKind, facts: &Facts, roster: &Roster, on: NaiveDate) -> BTreeSet<WorkerId> {
    let by = Relations { roster, on };
    let mut readers = kind::of(kind).map(|kind| kind.readers(facts, &by)).unwrap_or_default();
    readers.retain(|reader| by.may_read_at_all(*reader));
    readers
}

/// How workers of one village stand to each other on one day.
pub(crate) struct Relations<'a> {
    pub(crate) roster: &'a Roster,
    pub(crate) on: NaiveDate,
}

impl<'a> Relations<'a> {
    /// The workers linked to a household, backups included.
    pub(crate) fn linked(&self, household: Option<DocId>) -> BTreeSet<WorkerId> {
        household.map(|household| self.roster.linked_to(household, self.on)).unwrap_or_default()
    }

    /// The leads of the branches these workers belong to.
    pub(crate) fn leads_of(&self, workers: &BTreeSet<WorkerId>) -> BTreeSet<WorkerId> {
        let branches: BTreeSet<_> =
            workers.iter().filter_map(|id| self.roster.workers.get(id)).filter_map(|worker| worker.branch()).collect();
        let leads = self.roster.with_role(Role::BranchLead);
        leads.filter(|(_, lead)| lead.branch().is_some_and(|own| branches.contains(own))).map(|(id, _)| id).collect()
    }

    /// The nodes of a grid.
    pub(crate) fn nodes_of(&self, grid: Option<RecordId>) -> BTreeSet<WorkerId> {
        let Some(grid) = grid else { return BTreeSet::new() };
        let nodes = self.roster.with_role(Role::Node);
        let of_grid =
            |worker: &crate::roster::Worker| worker.grids.as_ref().is_some_and(|grids| grids.value.contains(&grid));
        nodes.filter(|(_, worker)| of_grid(worker)).map(|(id, _)| id).collect()
    }

    /// Every active worker of the village.
    pub(crate) fn everybody(&self) -> BTreeSet<WorkerId> {
        self.roster.active_workers().map(|(id, _)| id).collect()
    }

    /// Every active worker of the village who holds a role.
    pub(crate) fn all(&self, role: Role) -> impl Iterator<Item = WorkerId> + use<'a> {
        self.roster.with_role(role).map(|(id, _)| id)
    }

    /// Whether a worker has not left, and does not sit apart from the villages (county, administrators). Somebody from outside
    /// the village is the business of their own roster.
    fn may_read_at_all(&self, worker: WorkerId) -> bool {
        let apart = |worker: &crate::roster::Worker| {
            worker.roles.as_ref().is_some_and(|roles| Role::keep_out_of_villages(&roles.value))
        };
        self.roster.workers.get(&worker).is_none_or(|worker| worker.is_active() && !apart(worker))
    }
}
