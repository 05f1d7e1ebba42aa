//! What the rest of the crate asks about rosters.

use std::collections::BTreeSet;

use crate::access::{Facts, Relations};
use crate::card::Card;
use crate::document::Document;
use crate::ids::WorkerId;
use crate::kind::Kind;
use crate::policy::rules;
use crate::policy::{Judgement, Ruling, Why};
use crate::roster::{Role, Roster, SCHEMA};
use crate::value::{Key, KeySpec};
use crate::views::ColumnType::{Int, Text};
use crate::views::{Cell, Row, ViewSpec, row};

/// Rosters.
pub(crate) struct Rosters;

impl Kind for Rosters {
    fn schema(&self) -> &'static [KeySpec] {
        SCHEMA
    }

    fn facts(&self, document: &Document) -> Facts {
        Facts { village: Some(document.id()), ..Facts::default() }
    }

    fn readers(&self, _facts: &Facts, by: &Relations<'_>) -> BTreeSet<WorkerId> {
        by.everybody()
    }

    fn decides_who_reads(&self, _key: &str) -> bool {
        true
    }

    fn card(&self, document: &Document) -> Card {
        let roster = Roster::read(document);
        Card {
            title: roster.name.as_ref().map(|name| name.value.as_str().into()),
            village: Some(roster.id),
            records: roster.workers.len(),
            ..Card::default()
        }
    }

    fn views(&self) -> &'static [ViewSpec] {
        VIEWS
    }

    fn rows(&self, document: &Document) -> Vec<Row> {
        rows_of(&Roster::read(document))
    }

    fn whole(&self, judgement: &Judgement<'_>) -> Result<(), Ruling> {
        let author = judgement.author;
        let keeps = author.has(Role::VillageBoard) && author.village == Some(judgement.after.id());
        if keeps || author.has(Role::TownDesk) { Ok(()) } else { Err(Why::RosterKeepers.into()) }
    }

    fn key(&self, judgement: &Judgement<'_>, key: Key<'_>, name: &str, _settles: bool) -> Result<(), Ruling> {
        match key {
            Key::Record("rule" | "calendar", _) => rules::only_the_desk(judgement, Why::TownRules),
            Key::Part("worker", _, "roles") => rules::roles_of_a_village(judgement, name),
            _ => Ok(()),
        }
    }
}

/// Its tables.
const VIEWS: &[ViewSpec] = &[
    ViewSpec {
        name: "villages",
        columns: &[
            ("doc", Text),
            ("name", Text),
            ("town", Text),
            ("area", Text),
            ("workers", Int),
            ("grids", Int),
            ("links", Int),
        ],
        indexes: &[],
    },
    ViewSpec {
        name: "grids",
        columns: &[
            ("doc", Text),
            ("id", Text),
            ("name", Text),
            ("kind", Text),
            ("branch", Text),
            ("leader", Text),
            ("node", Text),
        ],
        indexes: &[],
    },
    ViewSpec {
        name: "workers",
        columns: &[
            ("doc", Text),
            ("id", Text),
            ("name", Text),
            ("phone", Text),
            ("roles", Text),
            ("branch", Text),
            ("grids", Text),
            ("exempt", Text),
            ("active", Int),
        ],
        indexes: &[&["id"]],
    },
    ViewSpec {
        name: "links",
        columns: &[
            ("doc", Text),
            ("id", Text),
            ("worker", Text),
            ("household", Text),
            ("from_on", Text),
            ("to_on", Text),
            ("chosen", Text),
            ("confirmed_on", Text),
            ("published_on", Text),
            ("backup", Text),
        ],
        indexes: &[&["worker"], &["household"]],
    },
];

fn rows_of(roster: &Roster) -> Vec<Row> {
    let doc = Cell::text(&roster.id);
    let mut rows = vec![row(
        "villages",
        vec![
            doc.clone(),
            Cell::field(roster.name.as_ref()),
            Cell::field(roster.town.as_ref()),
            Cell::field(roster.area.as_ref()),
            Cell::count(roster.active_workers().count()),
            Cell::count(roster.grids.len()),
            Cell::count(roster.links.len()),
        ],
    )];
    rows.extend(roster.grids.iter().map(|(id, grid)| {
        row(
            "grids",
            vec![
                doc.clone(),
                Cell::text(id),
                Cell::field(grid.name.as_ref()),
                Cell::field(grid.kind.as_ref()),
                Cell::field(grid.branch.as_ref()),
                Cell::field(grid.leader.as_ref()),
                Cell::field(grid.node.as_ref()),
            ],
        )
    }));
    rows.extend(roster.workers.iter().map(|(id, worker)| {
        row(
            "workers",
            vec![
                doc.clone(),
                Cell::text(id),
                Cell::field(worker.name.as_ref()),
                Cell::field(worker.phone.as_ref()),
                Cell::field(worker.roles.as_ref()),
                Cell::field(worker.branch.as_ref()),
                Cell::field(worker.grids.as_ref()),
                Cell::field(worker.exempt.as_ref()),
                Cell::Int(i64::from(worker.is_active())),
            ],
        )
    }));
    rows.extend(roster.links.iter().map(|(id, link)| {
        let link = &link.value;
        row(
            "links",
            vec![
                doc.clone(),
                Cell::text(id),
                Cell::value(link.worker.as_ref()),
                Cell::value(link.household.as_ref()),
                Cell::value(link.from.as_ref()),
                Cell::value(link.to.as_ref()),
                Cell::value(link.chosen.as_ref()),
                Cell::value(link.confirmed_on.as_ref()),
                Cell::value(link.published_on.as_ref()),
                Cell::value(link.backup.as_ref()),
            ],
        )
    }));
    rows
}
