//! The public boards of a township's villages, from what is recorded.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use lianhu_core::board::{Board, Seen};
use lianhu_core::roster::Roster;
use lianhu_core::{DocId, DocKind, Document, WorkerId};
use lianhu_store::{Op, Query, Reader};
use lianhu_sync::ports::{Township as _, ViewValue};

use crate::coverage;
use crate::projection::{self, doc_of};
use crate::town::{Town, TownError};

/// Where documents that may hang on a board are found: the view, and the values of a column with which none does. What
/// hangs on a day each kind says itself; this only keeps the others closed.
const HANGING: &[(&str, &str, &[&str])] = &[
    ("matters", "state", &["recorded", "submitted", "analysed", "withdrawn", "merged"]),
    ("meetings", "state", &[]),
    ("applications", "state", &[]),
    ("funds", "name", &[]),
    ("pledges", "status", &["draft", "approved"]),
    ("studios", "kind", &[]),
    ("bases", "trade", &[]),
];

impl Town {
    /// The villages, by name.
    pub fn villages(&self) -> Result<Vec<(DocId, String)>, TownError> {
        let reader = self.store.read()?;
        let rows = reader.list("villages", &Query { order_by: Some("name".to_owned()), ..Query::default() })?;
        let named = rows.iter().filter_map(|row| {
            let id = doc_of(row).and_then(|doc| DocId::from_bytes(doc.0).ok())?;
            Some((id, projection::text(row, "villages", "name")?))
        });
        Ok(named.collect())
    }

    /// A village's board today; `None` if there is no such village.
    pub fn board(&self, village: DocId) -> Result<Option<Board>, TownError> {
        let reader = self.store.read()?;
        let document = self.opened(&reader, village)?;
        if village.kind() != DocKind::Roster || document.is_blank() {
            return Ok(None);
        }
        let (roster, on) = (Roster::read(&document), self.today());
        let mut documents = Vec::new();
        let kept_days = roster.terms.rules.board_days;
        for (view, by, without) in HANGING {
            let mut query = in_village(village);
            for value in *without {
                query = query.filter(*by, Op::Ne(ViewValue::Text((*value).to_owned())));
            }
            for row in reader.list(view, &query)?.iter().filter(|row| !is_over(view, row, on, kept_days)) {
                if let Some(id) = doc_of(row).and_then(|doc| DocId::from_bytes(doc.0).ok()) {
                    documents.push(self.opened(&reader, id)?);
                }
            }
        }
        let others = names(&reader)?;
        let coverage = roster.coverage(on, coverage::in_scope(&reader, village)?).village;
        let seen = Seen { roster: &roster, others: &others, on };
        Ok(Some(Board::of(&documents, &seen, Some(coverage))))
    }

    fn opened(&self, reader: &Reader, id: DocId) -> Result<Document, TownError> {
        Ok(self.gate.open(reader, lianhu_sync::ids::DocId(id.to_bytes()))?.document)
    }
}

/// Whether a matter was closed so long ago that it does not hang any more: it need not be opened.
fn is_over(view: &str, row: &[ViewValue], on: NaiveDate, kept_days: u32) -> bool {
    let closed = projection::text(row, view, "closed_on").and_then(|day| day.parse::<NaiveDate>().ok());
    let last = closed.and_then(|closed| closed.checked_add_days(Days::new(kept_days.into())));
    view == "matters" && last.is_some_and(|last| last < on)
}

fn in_village(village: DocId) -> Query {
    Query::default().filter("village", Op::Eq(ViewValue::Text(village.to_string())))
}

/// Everybody's name, in whichever village.
fn names(reader: &Reader) -> Result<BTreeMap<WorkerId, String>, TownError> {
    let rows = reader.list("workers", &Query::default())?;
    let named = rows.iter().filter_map(|row| {
        let id = projection::text(row, "workers", "id")?.parse().ok()?;
        Some((id, projection::text(row, "workers", "name")?))
    });
    Ok(named.collect())
}
