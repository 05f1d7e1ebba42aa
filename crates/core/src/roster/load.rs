//! Who has how many households: counted to help, never to rank. A preset warns and never blocks.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::ids::{DocId, WorkerId};
use crate::roster::{Exempt, Role, Roster};

/// How many households one worker should have. The practice knows several; a township picks one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The fewest.
    pub min: usize,
    /// The most.
    pub max: usize,
}

impl Preset {
    /// 5–10, Jiaxing.
    pub const JIAXING: Preset = Preset { min: 5, max: 10 };
    /// 5–20, Ninghai (宁海).
    pub const NINGHAI: Preset = Preset { min: 5, max: 20 };
    /// 10–20, micro-grids.
    pub const MICRO_GRID: Preset = Preset { min: 10, max: 20 };
}

/// Something about the links that a person should look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LoadWarning {
    /// A member who is not exempt has fewer households than the preset says.
    TooFew {
        /// Who.
        worker: WorkerId,
        /// How many they have.
        households: usize,
    },
    /// A worker has more households than the preset says.
    TooMany {
        /// Who.
        worker: WorkerId,
        /// How many they have.
        households: usize,
    },
    /// An exempt worker has households.
    ExemptButLinked {
        /// Who.
        worker: WorkerId,
    },
    /// A household has more than one first contact.
    LinkedTwice {
        /// Which.
        household: DocId,
    },
    /// A link names somebody who is not, or no longer, a worker here.
    NobodyThere {
        /// Which household is left alone.
        household: DocId,
    },
}

impl Roster {
    /// How many households each active worker is linked to on a day, as first contact; workers without any count zero.
    pub fn load(&self, on: NaiveDate) -> BTreeMap<WorkerId, usize> {
        let mut households: BTreeMap<WorkerId, BTreeSet<DocId>> =
            self.active_workers().map(|(worker, _)| (worker, BTreeSet::new())).collect();
        for link in self.active_links(on) {
            if let (Some(worker), Some(household)) = (link.worker, link.household) {
                households.entry(worker).or_default().insert(household);
            }
        }
        households.into_iter().map(|(worker, households)| (worker, households.len())).collect()
    }

    /// The households with a first contact on a day: the numerator of coverage (R1).
    pub fn covered(&self, on: NaiveDate) -> BTreeSet<DocId> {
        let kept = |worker: Option<WorkerId>| {
            worker.and_then(|worker| self.workers.get(&worker)).is_some_and(crate::roster::Worker::is_active)
        };
        self.active_links(on).filter(|link| kept(link.worker)).filter_map(|link| link.household).collect()
    }

    /// What a person should look at, in a fixed order. Only members are expected to have households.
    pub fn load_warnings(&self, on: NaiveDate, preset: Preset) -> Vec<LoadWarning> {
        let mut warnings = Vec::new();
        let load = self.load(on);
        for (id, worker) in self.active_workers() {
            let households = load.get(&id).copied().unwrap_or_default();
            let exempt = worker.exempt.as_ref().is_some_and(|exempt| exempt.value != Exempt::No);
            if exempt && households > 0 {
                warnings.push(LoadWarning::ExemptButLinked { worker: id });
            }
            if households > preset.max {
                warnings.push(LoadWarning::TooMany { worker: id, households });
            } else if households < preset.min && worker.has(Role::Member) && !exempt {
                warnings.push(LoadWarning::TooFew { worker: id, households });
            }
        }
        let covered = self.covered(on);
        let mut contacts: BTreeMap<DocId, usize> = BTreeMap::new();
        for household in self.active_links(on).filter_map(|link| link.household) {
            *contacts.entry(household).or_default() += 1;
        }
        for (household, links) in contacts {
            if links > 1 {
                warnings.push(LoadWarning::LinkedTwice { household });
            }
            if !covered.contains(&household) {
                warnings.push(LoadWarning::NobodyThere { household });
            }
        }
        warnings
    }
}
