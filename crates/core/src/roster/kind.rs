//! What the rest of the crate asks about rosters.

use std::collections::BTreeSet;

use crate::access::{Facts, Relations};
use crate::card::Card;
use crate::deed::{Deed, NotADeed};
use crate::document::Document;
use crate::ids::WorkerId;
use crate::kind::Kind;
use crate::policy::rules;
use crate::policy::{Judgement, Ruling, Why};
use crate::roster::{Role, Roster, RosterDeed, SCHEMA};
use crate::value::{Key, KeySpec};
use crate::views::ColumnType::{self, Doc, Id, Int, Personal, Text};
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

    fn deed(&self, json: &str) -> Result<Box<dyn Deed + Send>, NotADeed> {
        Ok(Box::new(serde_json::from_str::<RosterDeed>(json)?))
    }

    #[cfg(test)]
    fn samples(&self) -> &'static [&'static str] {
        SAMPLES
    }

    #[cfg(test)]
    fn refused(&self) -> &'static [&'static str] {
        REFUSED
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
            Key::Record("rule" | "calendar" | "switch", _) => rules::only_the_desk(judgement, Why::TownRules),
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
            ("doc", Doc),
            ("name", Personal),
            ("town", Text),
            ("area", Text),
            ("workers", Int),
            ("grids", Int),
            ("links", Int),
            ("district", Text),
        ],
        indexes: &[],
    },
    ViewSpec {
        name: "grids",
        columns: &[
            ("doc", Doc),
            ("id", Text),
            ("name", Personal),
            ("kind", Text),
            ("branch", Text),
            ("leader", Id),
            ("node", Text),
            ("parent", Text),
            ("from_on", Text),
            ("to_on", Text),
            ("replaced_by", Text),
            ("service_leader", Personal),
            ("service_members", Personal),
        ],
        indexes: &[],
    },
    ViewSpec {
        name: "workers",
        columns: &[
            ("doc", Doc),
            ("id", Text),
            ("name", Personal),
            ("phone", Personal),
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
            ("doc", Doc),
            ("id", Text),
            ("worker", Id),
            ("household", Id),
            ("from_on", Text),
            ("to_on", Text),
            ("chosen", Text),
            ("confirmed_on", Text),
            ("published_on", Text),
            ("backup", Text),
        ],
        indexes: &[&["worker"], &["household"]],
    },
    ViewSpec { name: "pairs", columns: POST, indexes: &[&["household"]] },
    ViewSpec { name: "stations", columns: POST, indexes: &[] },
    ViewSpec {
        name: "field_groups",
        columns: &[
            ("doc", Doc),
            ("field_group", Text),
            ("is_on", Int),
            ("purpose", Text),
            ("basis", Text),
            ("review_on", Text),
        ],
        indexes: &[],
    },
];

/// A cadre's post; a stationing has no household.
const POST: &[(&str, ColumnType)] = &[
    ("doc", Doc),
    ("id", Text),
    ("worker", Id),
    ("name", Personal),
    ("unit", Text),
    ("household", Id),
    ("from_on", Text),
    ("to_on", Text),
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
            Cell::field(roster.district.as_ref()),
        ],
    )];
    rows.extend(roster.grids.iter().map(|(id, grid)| {
        let service = roster.services.get(id);
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
                Cell::field(grid.parent.as_ref()),
                Cell::field(grid.from.as_ref()),
                Cell::field(grid.to.as_ref()),
                Cell::field(grid.replaced_by.as_ref()),
                Cell::field(service.and_then(|group| group.leader.as_ref())),
                Cell::field(service.and_then(|group| group.members.as_ref())),
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
    let posts = [("pairs", &roster.pairs), ("stations", &roster.stations)];
    rows.extend(posts.into_iter().flat_map(|(view, posts)| {
        posts.iter().map(move |(id, post)| (view, id, &post.value)).map(|(view, id, post)| {
            let cells = vec![
                Cell::text(&roster.id),
                Cell::text(id),
                Cell::value(post.worker.as_ref()),
                Cell::value(post.name.as_ref()),
                Cell::value(post.unit.as_ref()),
                Cell::value(post.household.as_ref()),
                Cell::value(post.from.as_ref()),
                Cell::value(post.to.as_ref()),
            ];
            row(view, cells)
        })
    }));
    rows.extend(roster.terms.switches.turned().map(|(group, switch)| {
        let is_on = Cell::Int(i64::from(roster.terms.switches.is_on(group)));
        let (purpose, basis) = (Cell::value(switch.purpose.as_ref()), Cell::value(switch.basis.as_ref()));
        let review_on = Cell::value(switch.review_on.as_ref());
        row("field_groups", vec![doc.clone(), Cell::text(group.code()), is_on, purpose, basis, review_on])
    }));
    rows
}

/// Deeds of every sort, on few people and grids, so that they meet.
#[cfg(test)]
const SAMPLES: &[&str] = &[
    r#"{"do":"put_worker","worker":"01010101-0101-0101-0101-010101010101","name":"张三","roles":["member"],"branch":"一支部"}"#,
    r#"{"do":"put_worker","worker":"02020202-0202-0202-0202-020202020202","name":"李四","roles":["branch_lead"]}"#,
    r#"{"do":"put_worker","worker":"01010101-0101-0101-0101-010101010101","phone":"13800138000"}"#,
    r#"{"do":"set_active","worker":"01010101-0101-0101-0101-010101010101","active":false}"#,
    r#"{"do":"set_active","worker":"01010101-0101-0101-0101-010101010101","active":true}"#,
    r#"{"do":"set_exempt","worker":"01010101-0101-0101-0101-010101010101","exempt":"age"}"#,
    r#"{"do":"put_grid","name":"第1网格","kind":"grid","from":"2026-01-01"}"#,
    r#"{"do":"put_grid","name":"第1微网格","kind":"micro_grid"}"#,
    r#"{"do":"link","worker":"01010101-0101-0101-0101-010101010101","household":"02010101-0101-8101-8101-010101010101"}"#,
    r#"{"do":"link","worker":"02020202-0202-0202-0202-020202020202","household":"02010101-0101-8101-8101-010101010101","backup":"01010101-0101-0101-0101-010101010101"}"#,
    r#"{"do":"put_grid","grid":"AQEBAQEBAQE","parent":"AgICAgICAgI"}"#,
    r#"{"do":"put_grid","grid":"AgICAgICAgI","parent":"AQEBAQEBAQE","leader":"01010101-0101-0101-0101-010101010101"}"#,
    r#"{"do":"end_grid","grid":"AQEBAQEBAQE","last_day":"2026-11-08","replaced_by":"AgICAgICAgI"}"#,
    r#"{"do":"end_grid","grid":"AgICAgICAgI","last_day":"2026-11-09","replaced_by":"AQEBAQEBAQE"}"#,
    r#"{"do":"put_service_group","grid":"AQEBAQEBAQE","leader":"01010101-0101-0101-0101-010101010101","members":["02020202-0202-0202-0202-020202020202"]}"#,
    r#"{"do":"end_link","id":"AQEBAQEBAQE","last_day":"2026-11-05"}"#,
    r#"{"do":"set_backup","id":"AQEBAQEBAQE","backup":"02020202-0202-0202-0202-020202020202"}"#,
    r#"{"do":"set_published","id":"AQEBAQEBAQE","confirmed_on":"2026-11-02","published_on":"2026-11-04"}"#,
    r#"{"do":"hand_on","of":"01010101-0101-0101-0101-010101010101","to":"02020202-0202-0202-0202-020202020202"}"#,
    r#"{"do":"hand_on","of":"02020202-0202-0202-0202-020202020202","to":"01010101-0101-0101-0101-010101010101","until":"2026-11-20"}"#,
    r#"{"do":"pair","name":"陈干部","unit":"区农业局","household":"02010101-0101-8101-8101-010101010101"}"#,
    r#"{"do":"station","worker":"02020202-0202-0202-0202-020202020202","from":"2026-11-01"}"#,
    r#"{"do":"set_group","group":"care","on":true,"purpose":"评定救助","basis":"duty","review_on":"2027-11-01"}"#,
    r#"{"do":"set_group","group":"care","on":false}"#,
];

/// Deeds that are refused: one for each thing a person can get wrong.
#[cfg(test)]
const REFUSED: &[&str] = &[
    r#"{"do":"put_village","town":"高桥镇"}"#,
    r#"{"do":"put_village","name":"别的村","town":"高桥镇"}"#,
    r#"{"do":"put_worker","phone":"13800138000"}"#,
    r#"{"do":"put_worker","name":"张三","phone":"12"}"#,
    r#"{"do":"put_worker","name":"张三","grids":["CQkJCQkJCQk"]}"#,
    r#"{"do":"set_active","active":true}"#,
    r#"{"do":"set_active","worker":"01010101-0101-0101-0101-010101010101"}"#,
    r#"{"do":"set_exempt","worker":"09090909-0909-0909-0909-090909090909","exempt":"age"}"#,
    r#"{"do":"set_exempt","worker":"01010101-0101-0101-0101-010101010101"}"#,
    r#"{"do":"put_grid","kind":"grid"}"#,
    r#"{"do":"put_grid","grid":"CQkJCQkJCQk","name":"第1网格"}"#,
    r#"{"do":"put_grid","name":"第1网格","parent":"CQkJCQkJCQk"}"#,
    r#"{"do":"put_grid","name":"第1网格","leader":"09090909-0909-0909-0909-090909090909"}"#,
    r#"{"do":"put_grid","name":"第1网格","node":"01010101-0101-8101-8101-010101010101"}"#,
    r#"{"do":"put_grid","name":"第1网格","from":"年初"}"#,
    r#"{"do":"end_grid","grid":"CQkJCQkJCQk","last_day":"2026-11-03"}"#,
    r#"{"do":"link","household":"02010101-0101-8101-8101-010101010101"}"#,
    r#"{"do":"link","worker":"01010101-0101-0101-0101-010101010101"}"#,
    r#"{"do":"link","worker":"01010101-0101-0101-0101-010101010101","household":"01010101-0101-8101-8101-010101010101"}"#,
    r#"{"do":"link","worker":"01010101-0101-0101-0101-010101010101","household":"02010101-0101-8101-8101-010101010101","from":"2026-11-05","to":"2026-11-03"}"#,
    r#"{"do":"link","worker":"01010101-0101-0101-0101-010101010101","household":"02010101-0101-8101-8101-010101010101","backup":"09090909-0909-0909-0909-090909090909"}"#,
    r#"{"do":"end_link","last_day":"2026-11-03"}"#,
    r#"{"do":"end_link","id":"CQkJCQkJCQk","last_day":"2026-11-03"}"#,
    r#"{"do":"set_backup","id":"CQkJCQkJCQk"}"#,
    r#"{"do":"set_published","id":"CQkJCQkJCQk"}"#,
    r#"{"do":"hand_on","to":"01010101-0101-0101-0101-010101010101"}"#,
    r#"{"do":"hand_on","of":"01010101-0101-0101-0101-010101010101","to":"09090909-0909-0909-0909-090909090909"}"#,
    r#"{"do":"hand_on","of":"01010101-0101-0101-0101-010101010101","to":"01010101-0101-0101-0101-010101010101"}"#,
    r#"{"do":"pair","household":"02010101-0101-8101-8101-010101010101"}"#,
    r#"{"do":"pair","name":"陈干部"}"#,
    r#"{"do":"end_pair","id":"CQkJCQkJCQk","last_day":"2026-11-03"}"#,
    r#"{"do":"put_service_group","leader":"01010101-0101-0101-0101-010101010101"}"#,
    r#"{"do":"put_service_group","grid":"CQkJCQkJCQk"}"#,
    r#"{"do":"station"}"#,
    r#"{"do":"station","name":"陈干部","household":"02010101-0101-8101-8101-010101010101"}"#,
    r#"{"do":"station","name":"陈干部","from":"2026-11-05","to":"2026-11-03"}"#,
    r#"{"do":"end_station","id":"CQkJCQkJCQk","last_day":"2026-11-03"}"#,
    r#"{"do":"set_group","on":true}"#,
    r#"{"do":"set_group","group":"base","on":true}"#,
    r#"{"do":"set_group","group":"care"}"#,
    r#"{"do":"set_group","group":"care","on":true}"#,
    r#"{"do":"set_group","group":"care","on":true,"purpose":"评定救助"}"#,
    r#"{"do":"set_group","group":"care","on":true,"purpose":"评定救助","basis":"duty","review_on":"明年"}"#,
    r#"{"do":"set_group","group":"care","on":true,"purpose":"评定救助","basis":"duty","review_on":"2026-11-03"}"#,
];
