//! Who keeps in touch with whom in a village, and who is left out: what the office reads of it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use lianhu_core::household::Residence;
use lianhu_core::roster::{Coverage, InScope, LoadWarning, Roster};
use lianhu_core::{DocId, DocKind, WorkerId};
use lianhu_store::{Op, Query};
use lianhu_sync::ports::{Township as _, ViewValue};

use crate::town::{Town, TownError};

/// A village's coverage, and how many households each of its workers has.
#[derive(Clone, Debug)]
pub struct VillageCoverage {
    /// Its roster.
    pub roster: Roster,
    /// The day it is told for.
    pub on: NaiveDate,
    /// Coverage (R1) and its gaps.
    pub coverage: Coverage,
    /// Households for each active worker: counted to help, never to rank.
    pub load: BTreeMap<WorkerId, usize>,
    /// What a person should look at, by the village's preset.
    pub warnings: Vec<LoadWarning>,
}

impl Town {
    /// The coverage of a village on a day; `None` where there is no such village.
    pub fn coverage(&self, village: DocId, on: NaiveDate) -> Result<Option<VillageCoverage>, TownError> {
        let document = self.document(village)?;
        if village.kind() != DocKind::Roster || document.is_blank() {
            return Ok(None);
        }
        let roster = Roster::read(&document);
        let households = self.households_in_scope(village)?;
        let coverage = roster.coverage(on, households);
        let warnings = roster.load_warnings(on, roster.terms.rules.preset);
        Ok(Some(VillageCoverage { on, coverage, load: roster.load(on), warnings, roster }))
    }

    /// The households of a village, by the views: no document is opened.
    fn households_in_scope(&self, village: DocId) -> Result<Vec<InScope>, TownError> {
        let reader = self.store.read()?;
        let query = Query::default().filter("village", Op::Eq(ViewValue::Text(village.to_string())));
        let rows = reader.list("households", &query)?;
        let place = |name: &str| {
            let columns = lianhu_core::views::find("households").map(|spec| spec.columns).unwrap_or_default();
            columns.iter().position(|(column, _)| *column == name).unwrap_or(usize::MAX)
        };
        let (doc, grid, residence) = (place("doc"), place("grid"), place("residence"));
        let text = |row: &[ViewValue], at: usize| match row.get(at) {
            Some(ViewValue::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let in_scope = rows.iter().filter_map(|row| {
            Some(InScope {
                household: text(row, doc)?.parse().ok()?,
                grid: text(row, grid).and_then(|grid| grid.parse().ok()),
                residence: text(row, residence).and_then(|residence| Residence::parse(&residence)),
            })
        });
        Ok(in_scope.collect())
    }
}
