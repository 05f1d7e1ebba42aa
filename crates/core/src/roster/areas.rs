//! Areas: district → town → village → grid → household, each grid with its days, its place in another, and what came after
//! it. A grid that ended is kept, since old visits and cards name it.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::document::Edit;
use crate::draft::{FieldId, Reason, Refusal};
use crate::ids::{DocId, RecordId};
use crate::roster::{Grid, Roster};

/// Whether days that may be open at both ends have a day among them; the ends are included.
pub(super) fn holds(from: Option<NaiveDate>, to: Option<NaiveDate>, on: NaiveDate) -> bool {
    from.is_none_or(|from| from <= on) && to.is_none_or(|to| on <= to)
}

impl Grid {
    /// Whether it is there on a day.
    pub fn is_active(&self, on: NaiveDate) -> bool {
        holds(self.from.as_ref().map(|from| from.value), self.to.as_ref().map(|to| to.value), on)
    }
}

/// Where a grid lies in others and since when, as it is written; what is absent is left as it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GridPlace {
    /// The grid it is a part of.
    pub parent: Option<RecordId>,
    /// Its first day.
    pub from: Option<NaiveDate>,
}

/// Says where a grid lies, and since when. A grid is not put inside itself, nor inside a part of itself.
pub fn place_grid(roster: &Roster, id: RecordId, place: GridPlace) -> Result<Edit, Refusal> {
    if let Some(parent) = place.parent {
        if !roster.grids.contains_key(&parent) {
            return Err(Refusal::new(FieldId::Parent, Reason::NotThere));
        }
        if parent == id || roster.above(parent).contains(&id) {
            return Err(Refusal::new(FieldId::Parent, Reason::NotAChoice));
        }
    }
    let mut edit = Edit::new();
    edit.put_value(format!("grid/{id}/parent"), place.parent.as_ref());
    edit.put_value(format!("grid/{id}/from"), place.from.as_ref());
    Ok(edit)
}

/// Ends a grid after a day, and says which one came after it. Households that name it count in that one from then on.
pub fn end_grid(
    roster: &Roster,
    id: RecordId,
    last_day: NaiveDate,
    replaced_by: Option<RecordId>,
) -> Result<Edit, Refusal> {
    let grid = roster.grids.get(&id).ok_or(Refusal::new(FieldId::Grid, Reason::NotThere))?;
    if grid.from.as_ref().is_some_and(|from| last_day < from.value) {
        return Err(Refusal::new(FieldId::To, Reason::EndsBeforeItBegins));
    }
    if let Some(next) = replaced_by {
        if !roster.grids.contains_key(&next) {
            return Err(Refusal::new(FieldId::ReplacedBy, Reason::NotThere));
        }
        if roster.followers(next).contains(&id) {
            return Err(Refusal::new(FieldId::ReplacedBy, Reason::NotAChoice));
        }
    }
    let mut edit = Edit::new();
    edit.put_value(format!("grid/{id}/to"), Some(&last_day));
    edit.put_value(format!("grid/{id}/replaced_by"), replaced_by.as_ref());
    Ok(edit)
}

impl Roster {
    /// A grid and those it lies in, from itself outwards. People who wrote apart may have made a ring: it is walked once.
    pub fn above(&self, grid: RecordId) -> Vec<RecordId> {
        self.walk(grid, |grid| grid.parent.as_ref().map(|parent| parent.value))
    }

    /// The grid that stands for another on a day: itself while it is there, afterwards what replaced it, as far as known.
    pub fn grid_on(&self, grid: RecordId, on: NaiveDate) -> RecordId {
        let followers = self.followers(grid);
        let there = |id: &&RecordId| self.grids.get(id).is_none_or(|grid| grid.is_active(on));
        followers.iter().find(there).or(followers.last()).copied().unwrap_or(grid)
    }

    /// A grid and those that came after it, in order.
    fn followers(&self, grid: RecordId) -> Vec<RecordId> {
        self.walk(grid, |grid| grid.replaced_by.as_ref().map(|next| next.value))
    }

    /// The grids that are there on a day.
    pub fn active_grids(&self, on: NaiveDate) -> impl Iterator<Item = (RecordId, &Grid)> {
        self.grids.iter().filter(move |(_, grid)| grid.is_active(on)).map(|(id, grid)| (*id, grid))
    }

    /// The node households (中心户) on a day, each with the grids it helps.
    pub fn nodes(&self, on: NaiveDate) -> BTreeSet<DocId> {
        self.active_grids(on).filter_map(|(_, grid)| grid.node.as_ref()).map(|node| node.value).collect()
    }

    fn walk(&self, from: RecordId, next: impl Fn(&Grid) -> Option<RecordId>) -> Vec<RecordId> {
        let mut seen = vec![from];
        let mut at = from;
        while let Some(to) = self.grids.get(&at).and_then(&next).filter(|to| !seen.contains(to)) {
            seen.push(to);
            at = to;
        }
        seen
    }
}
