//! Coverage (R1): which households of a village somebody keeps in touch with, and which gaps there are. Counted to help.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Serialize;

use crate::household::{Household, Residence};
use crate::ids::{DocId, RecordId};
use crate::lang::codes;
use crate::roster::Roster;

/// The households one node household (中心户) helps, by the practice; a township with other numbers is told, not stopped.
pub const NODE_HOUSEHOLDS: std::ops::RangeInclusive<usize> = 50..=100;

/// What coverage depends on of one household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InScope {
    /// Its document.
    pub household: DocId,
    /// Its grid.
    pub grid: Option<RecordId>,
    /// Whether somebody lives there. An empty house is in nobody's scope; one of which nothing is known is.
    pub residence: Option<Residence>,
}

impl From<&Household> for InScope {
    fn from(home: &Household) -> Self {
        InScope {
            household: home.id,
            grid: home.grid.as_ref().map(|grid| grid.value),
            residence: home.residence.as_ref().map(|residence| residence.value),
        }
    }
}

codes! {
    /// Why a household has nobody.
    Gap {
        NeverLinked = "never_linked", "尚未联户", "not linked yet";
        Ended = "ended", "联户已结束", "the link ended";
        ToCome = "to_come", "联户尚未开始", "the link is still to come";
        NobodyThere = "nobody_there", "联户人已不在岗", "its contact does not work here any more";
    }
}

/// Some households counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Covered {
    /// Households in scope: empty houses are not among them.
    pub households: usize,
    /// Those with an active link to somebody who works here.
    pub linked: usize,
    /// Empty houses, left out.
    pub empty: usize,
}

/// The coverage of a village on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The village as a whole.
    pub village: Covered,
    /// Each grid with all that lies in it; `None` are households without a grid.
    pub grids: BTreeMap<Option<RecordId>, Covered>,
    /// Households in scope that nobody keeps in touch with.
    pub gaps: BTreeMap<DocId, Gap>,
    /// Node households whose grids hold fewer or more households than [`NODE_HOUSEHOLDS`]: told, never blocked.
    pub nodes: BTreeMap<DocId, usize>,
}

impl Roster {
    /// Counts the households of the village on a day. A household in a grid that was replaced counts in the one that came
    /// after it; a grid counts what lies in its parts too.
    pub fn coverage(&self, on: NaiveDate, households: impl IntoIterator<Item = InScope>) -> Coverage {
        let covered = self.covered(on);
        let mut coverage = Coverage::default();
        for home in households {
            let one = match home.residence {
                Some(Residence::Empty) => Covered { empty: 1, ..Covered::default() },
                _ => Covered { households: 1, linked: usize::from(covered.contains(&home.household)), empty: 0 },
            };
            coverage.village.add(one);
            for grid in self.grids_over(home.grid, on) {
                coverage.grids.entry(grid).or_default().add(one);
            }
            if one.households > one.linked {
                coverage.gaps.insert(home.household, self.gap(home.household, on));
            }
        }
        coverage.nodes = self.nodes_out_of_range(on, &coverage.grids);
        coverage
    }

    fn grids_over(&self, grid: Option<RecordId>, on: NaiveDate) -> BTreeSet<Option<RecordId>> {
        match grid {
            None => [None].into(),
            Some(grid) => {
                self.above(self.grid_on(grid, on)).into_iter().map(|grid| Some(self.grid_on(grid, on))).collect()
            }
        }
    }

    fn gap(&self, household: DocId, on: NaiveDate) -> Gap {
        let links = || self.links.values().map(|link| &link.value).filter(|link| link.household == Some(household));
        if links().next().is_none() {
            Gap::NeverLinked
        } else if links().any(|link| link.is_active(on)) {
            Gap::NobodyThere
        } else if links().any(|link| link.from.is_some_and(|from| on < from)) {
            Gap::ToCome
        } else {
            Gap::Ended
        }
    }

    fn nodes_out_of_range(&self, on: NaiveDate, grids: &BTreeMap<Option<RecordId>, Covered>) -> BTreeMap<DocId, usize> {
        let mut helped: BTreeMap<DocId, usize> = BTreeMap::new();
        for (id, grid) in self.active_grids(on) {
            let Some(node) = grid.node.as_ref().map(|node| node.value) else { continue };
            let of_its_own =
                |over: &RecordId| self.grids.get(over).and_then(|grid| grid.node.as_ref()).map(|of| of.value);
            // Its households are counted already where it lies.
            if self.above(id).iter().skip(1).any(|over| of_its_own(over) == Some(node)) {
                continue;
            }
            *helped.entry(node).or_default() += grids.get(&Some(id)).map_or(0, |count| count.households);
        }
        helped.retain(|_, households| !NODE_HOUSEHOLDS.contains(households));
        helped
    }
}

impl Covered {
    fn add(&mut self, other: Covered) {
        self.households += other.households;
        self.linked += other.linked;
        self.empty += other.empty;
    }
}
