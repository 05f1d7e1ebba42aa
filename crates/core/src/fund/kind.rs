//! What the rest of the crate asks about funds.

use std::collections::BTreeSet;

use crate::access::{Facts, Relations};
use crate::board::{Item, Seen};
use crate::card::Card;
use crate::deed::{Deed, NotADeed};
use crate::document::Document;
use crate::fund::{Entry, Fund, FundDeed, SCHEMA, payment_entry};
use crate::ids::{DocId, RecordId, WorkerId};
use crate::kind::Kind;
use crate::policy::matter_rules::Relation::{Board, Desk};
use crate::policy::rules;
use crate::policy::{Judgement, Ruling, Why, written};
use crate::roster::Role;
use crate::value::{Key, KeySpec, Value as _, shown};
use crate::views::ColumnType::{Doc, Id, Int, Personal, Text};
use crate::views::{Cell, Row, ViewSpec, row};

/// Care funds (关爱资金).
pub(crate) struct Funds;

impl Kind for Funds {
    fn schema(&self) -> &'static [KeySpec] {
        SCHEMA
    }

    fn facts(&self, document: &Document) -> Facts {
        Facts { village: shown(document, "village"), ..Facts::default() }
    }

    fn readers(&self, facts: &Facts, by: &Relations<'_>) -> BTreeSet<WorkerId> {
        if facts.village.is_none() {
            return BTreeSet::new();
        }
        let keep_and_watch = [Role::VillageBoard, Role::Supervisor, Role::BranchLead];
        keep_and_watch.into_iter().flat_map(|role| by.all(role)).collect()
    }

    fn decides_who_reads(&self, key: &str) -> bool {
        key == "village"
    }

    fn card(&self, document: &Document) -> Card {
        let fund = Fund::read(document);
        Card {
            title: fund.name.as_ref().map(|name| name.value.as_str().into()),
            village: fund.village.as_ref().map(|village| village.value),
            records: fund.entries.len(),
            last: fund.entries.values().filter_map(|entry| entry.value.date).max(),
            conflict: fund.ledger().needs_keeper(),
            ..Card::default()
        }
    }

    fn deed(&self, json: &str) -> Result<Box<dyn Deed + Send>, NotADeed> {
        Ok(Box::new(serde_json::from_str::<FundDeed>(json)?))
    }

    #[cfg(test)]
    fn samples(&self) -> &'static [&'static str] {
        super::tests::SAMPLES
    }

    #[cfg(test)]
    fn refused(&self) -> &'static [&'static str] {
        super::tests::REFUSED
    }

    fn views(&self) -> &'static [ViewSpec] {
        VIEWS
    }

    fn rows(&self, document: &Document) -> Vec<Row> {
        rows_of(&Fund::read(document))
    }

    fn public(&self, document: &Document, seen: &Seen<'_>) -> Vec<Item> {
        super::public::items(&Fund::read(document), seen)
    }

    /// The town's own fund, which names no village, is the town desk's alone.
    fn whole(&self, judgement: &Judgement<'_>) -> Result<(), Ruling> {
        let village = |document| shown::<DocId>(document, "village");
        let was_the_towns = !judgement.before.is_blank() && village(judgement.before).is_none();
        if was_the_towns || village(judgement.after).is_none() {
            return rules::only_the_desk(judgement, Why::NotYourFund);
        }
        rules::of_a_village(judgement)
    }

    fn key(&self, judgement: &Judgement<'_>, key: Key<'_>, name: &str, settles: bool) -> Result<(), Ruling> {
        let village = shown(judgement.before, "village").or(shown(judgement.after, "village"));
        let now = rules::standing(judgement, village, None, None);
        rules::may_by(&[Board, Desk], &now, &BTreeSet::new(), Why::NotYourFund)?;
        match key {
            Key::Own("village") => rules::handed_on(judgement, name),
            Key::Own("created_by") => rules::names_author(judgement, name),
            Key::Own("opening" | "opened_on") if !settles => rules::stays_unless(judgement, name, &[]),
            Key::Record("ledger", id) if !settles => entry(judgement, name, id),
            _ => Ok(()),
        }
    }
}

/// An entry is new and names its author. Two who pay the same application apart write the same entry: both are kept, and
/// the fund counts one.
fn entry(judgement: &Judgement<'_>, name: &str, id: &str) -> Result<(), Ruling> {
    let pays = |entry: Entry| entry.application.map(payment_entry) == id.parse::<RecordId>().ok();
    let by = |entry: &Entry| entry.by;
    match written(judgement, name).iter().filter_map(Entry::from_scalar).all(pays) {
        true => rules::added_records(judgement, name, by)?,
        false => rules::new_records(judgement, name, by)?,
    };
    Ok(())
}

/// Its tables.
const VIEWS: &[ViewSpec] = &[
    ViewSpec {
        name: "funds",
        columns: &[("doc", Doc), ("village", Id), ("name", Personal), ("opening", Int), ("balance", Int)],
        indexes: &[&["village"]],
    },
    ViewSpec {
        name: "fund_entries",
        columns: &[
            ("doc", Doc),
            ("id", Text),
            ("village", Id),
            ("date", Text),
            ("direction", Text),
            ("source", Text),
            ("donor", Personal),
            ("amount", Int),
            ("purpose", Personal),
            ("receipt", Personal),
            ("application", Text),
        ],
        indexes: &[&["village", "date"]],
    },
];

/// The entries that count, so that opening + in − out of the rows is the balance.
fn rows_of(fund: &Fund) -> Vec<Row> {
    let (doc, village) = (Cell::text(&fund.id), Cell::field(fund.village.as_ref()));
    let ledger = fund.ledger();
    let mut rows = vec![row(
        "funds",
        vec![
            doc.clone(),
            village.clone(),
            Cell::field(fund.name.as_ref()),
            Cell::Int(ledger.opening.get()),
            ledger.balance.map_or(Cell::Null, |balance| Cell::Int(balance.get())),
        ],
    )];
    rows.extend(ledger.counted().map(|line| {
        let entry = &line.entry;
        row(
            "fund_entries",
            vec![
                doc.clone(),
                Cell::text(&line.id),
                village.clone(),
                Cell::value(entry.date.as_ref()),
                Cell::value(entry.direction.as_ref()),
                Cell::value(entry.source.as_ref()),
                Cell::value(entry.donor.as_ref()),
                Cell::value(entry.amount.as_ref()),
                Cell::value(entry.purpose.as_ref()),
                Cell::value(entry.receipt.as_ref()),
                Cell::value(entry.application.as_ref()),
            ],
        )
    }));
    rows
}
