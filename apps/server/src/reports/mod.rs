//! Reports at the township: from one snapshot of the views, as JSON, as a table and as a workbook.
//!
//! The numbers are the documents crate's ([`lianhu_core::report`]); here they are only asked for and written down.

mod csv;
mod json;
mod xlsx;

pub use csv::csv;
pub use json::json;
pub use xlsx::{NotWritten, xlsx};

use lianhu_core::report::{self, Asked, Facts, Report, ReportId, Scope};
use lianhu_core::views;
use lianhu_core::{DocId, Lang};
use lianhu_store::{Query, Reader, StoreError};
use lianhu_sync::ports::Township as _;

use crate::projection;
use crate::town::{Town, TownError};

/// Reports that were counted, and whose figures they are.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The reports, in their order.
    pub reports: Vec<Report>,
    /// Whose figures they are, for people: a village's name, the town's, or what a phone holds.
    pub whose: String,
    /// The language they are written down in.
    pub lang: Lang,
}

/// Whose figures, as people say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whose {
    /// As a question to the reports.
    pub scope: Scope,
    /// As people say it.
    pub name: String,
}

impl Town {
    /// What reports count, all of it of one moment.
    pub fn report_facts(&self) -> Result<Facts, TownError> {
        Ok(facts(&self.store.read()?)?)
    }

    /// Reports, all counted from one snapshot.
    pub fn reports(&self, ids: &[ReportId], asked: &Asked) -> Result<Vec<Report>, TownError> {
        let facts = self.report_facts()?;
        Ok(ids.iter().map(|id| report::of(&facts, *id, asked)).collect())
    }

    /// The village somebody means, by its name or its roster's id, or the whole town; `None` if there is no such village,
    /// or more than one of that name.
    pub fn whose_figures(&self, said: Option<&str>) -> Result<Option<Whose>, TownError> {
        let villages = villages(&self.store.read()?)?;
        let Some(said) = said.map(str::trim).filter(|said| !said.is_empty()) else {
            let town = villages.into_iter().map(|village| village.town).find(|town| !town.is_empty());
            return Ok(Some(Whose { scope: Scope::All, name: town.unwrap_or_default() }));
        };
        let id = said.parse::<DocId>().ok();
        let mut meant = villages.into_iter().filter(|village| Some(village.id) == id || village.name == said);
        let found = meant.next().filter(|_| meant.next().is_none());
        Ok(found.map(|village| Whose { scope: Scope::Village(village.id), name: village.name }))
    }
}

/// What reports count, from a snapshot.
pub(crate) fn facts(reader: &Reader) -> Result<Facts, StoreError> {
    let mut facts = Facts::new();
    for view in report::SOURCES.iter().filter_map(|name| views::find(name)) {
        for values in reader.list(view.name, &Query::default())? {
            facts.take(&projection::row(view.name, values));
        }
    }
    Ok(facts)
}

struct Village {
    id: DocId,
    name: String,
    town: String,
}

fn villages(reader: &Reader) -> Result<Vec<Village>, StoreError> {
    let rows = reader.list("villages", &Query::default())?;
    let village = |row: Vec<_>| {
        let id = projection::doc_of(&row).and_then(|doc| DocId::from_bytes(doc.0).ok())?;
        let [name, town] =
            ["name", "town"].map(|column| projection::text(&row, "villages", column).unwrap_or_default());
        Some(Village { id, name, town })
    };
    Ok(rows.into_iter().filter_map(village).collect())
}
