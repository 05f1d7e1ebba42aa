//! Who keeps in touch with whom in a village, and who is left out: what the office reads of it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use lianhu_core::household::Residence;
use lianhu_core::roster::{Coverage, InScope, LoadWarning, Roster};
use lianhu_core::{DocId, DocKind, WorkerId};
use lianhu_store::{Op, Query, Reader, StoreError};
use lianhu_sync::ports::{Township as _, ViewValue};

use crate::projection;
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
        let households = in_scope(&self.store.read()?, village)?;
        let coverage = roster.coverage(on, households);
        let warnings = roster.load_warnings(on, roster.terms.rules.preset);
        Ok(Some(VillageCoverage { on, coverage, load: roster.load(on), warnings, roster }))
    }
}

/// The households of a village, by the views: no document is opened.
pub(crate) fn in_scope(reader: &Reader, village: DocId) -> Result<Vec<InScope>, StoreError> {
    const VIEW: &str = "households";
    let query = Query::default().filter("village", Op::Eq(ViewValue::Text(village.to_string())));
    let rows = reader.list(VIEW, &query)?;
    let in_scope = rows.iter().filter_map(|row| {
        Some(InScope {
            household: projection::text(row, VIEW, "doc")?.parse().ok()?,
            grid: projection::text(row, VIEW, "grid").and_then(|grid| grid.parse().ok()),
            residence: projection::text(row, VIEW, "residence").and_then(|residence| Residence::parse(&residence)),
        })
    });
    Ok(in_scope.collect())
}
