//! The public boards of a township's villages, from what is recorded.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use lianhu_core::board::{Board, Seen};
use lianhu_core::household::Residence;
use lianhu_core::roster::{Covered, InScope, Roster};
use lianhu_core::views::find;
use lianhu_core::{DocId, DocKind, Document, WorkerId};
use lianhu_store::{Op, Query, Reader};
use lianhu_sync::ports::{Township as _, ViewValue};

use crate::projection::doc_of;
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
        let place = column("villages", "name");
        let named = rows.iter().filter_map(|row| {
            let id = doc_of(row).and_then(|doc| DocId::from_bytes(doc.0).ok())?;
            Some((id, text(row.get(place)?)?.to_owned()))
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
        for (view, by, without) in HANGING.iter().filter(|(view, ..)| find(view).is_some()) {
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
        let coverage = coverage(&reader, &roster, on)?;
        let seen = Seen { roster: &roster, others: &others, on };
        Ok(Some(Board::of(&documents, &seen, Some(coverage))))
    }

    fn opened(&self, reader: &Reader, id: DocId) -> Result<Document, TownError> {
        Ok(self.gate.open(reader, lianhu_sync::ids::DocId(id.to_bytes()))?.document)
    }
}

/// Whether a matter was closed so long ago that it does not hang any more: it need not be opened.
fn is_over(view: &str, row: &[ViewValue], on: NaiveDate, kept_days: u32) -> bool {
    let closed = row.get(column(view, "closed_on")).and_then(text).and_then(|day| day.parse::<NaiveDate>().ok());
    let last = closed.and_then(|closed| closed.checked_add_days(Days::new(kept_days.into())));
    view == "matters" && last.is_some_and(|last| last < on)
}

fn in_village(village: DocId) -> Query {
    Query::default().filter("village", Op::Eq(ViewValue::Text(village.to_string())))
}

/// Where a column of a view stands.
fn column(view: &str, name: &str) -> usize {
    let columns = find(view).map(|spec| spec.columns).unwrap_or_default();
    columns.iter().position(|(known, _)| *known == name).unwrap_or(usize::MAX)
}

fn text(value: &ViewValue) -> Option<&str> {
    match value {
        ViewValue::Text(text) => Some(text),
        _ => None,
    }
}

/// Everybody's name, in whichever village.
fn names(reader: &Reader) -> Result<BTreeMap<WorkerId, String>, TownError> {
    let (id, name) = (column("workers", "id"), column("workers", "name"));
    let rows = reader.list("workers", &Query::default())?;
    let named = rows.iter().filter_map(|row| {
        let id = text(row.get(id)?)?.parse().ok()?;
        Some((id, text(row.get(name)?)?.to_owned()))
    });
    Ok(named.collect())
}

/// How many households of the village somebody keeps in touch with (R1).
fn coverage(reader: &Reader, roster: &Roster, on: NaiveDate) -> Result<Covered, TownError> {
    let place = column("households", "residence");
    let rows = reader.list("households", &in_village(roster.id))?;
    let homes = rows.iter().filter_map(|row| {
        let household = doc_of(row).and_then(|doc| DocId::from_bytes(doc.0).ok())?;
        let residence = row.get(place).and_then(text).and_then(Residence::parse);
        Some(InScope { household, grid: None, residence })
    });
    Ok(roster.coverage(on, homes).village)
}
