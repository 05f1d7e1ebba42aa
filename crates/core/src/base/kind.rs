//! What the rest of the crate asks about bases.

use std::collections::BTreeSet;

use crate::access::{Facts, Relations};
use crate::base::{Base, BaseDeed, BaseOutcome, Batch, SCHEMA};
use crate::board::{Item, Posting, Section, Seen};
use crate::card::Card;
use crate::deed::{Deed, NotADeed};
use crate::document::Document;
use crate::ids::WorkerId;
use crate::kind::Kind;
use crate::policy::rules;
use crate::policy::{Judgement, Ruling, Why, written};
use crate::roster::Role;
use crate::value::{Key, KeySpec, Value as _};
use crate::views::ColumnType::{Doc, Id, Int, Personal, Text};
use crate::views::{Cell, Row, ViewSpec, row};

/// Bases.
pub(crate) struct Bases;

impl Kind for Bases {
    fn schema(&self) -> &'static [KeySpec] {
        SCHEMA
    }

    fn steps(&self) -> Vec<&'static str> {
        Posting::CODES.to_vec()
    }

    fn facts(&self, document: &Document) -> Facts {
        let base = Base::read(document);
        Facts {
            village: base.village.map(|village| village.value),
            author: base.created_by.map(|author| author.value),
            owners: base.host_worker.into_iter().map(|host| host.value).collect(),
            ..Facts::default()
        }
    }

    /// Everybody of the village sends people there; a host from elsewhere reads it too.
    fn readers(&self, facts: &Facts, by: &Relations<'_>) -> BTreeSet<WorkerId> {
        let mut readers = by.everybody();
        readers.extend(&facts.owners);
        readers
    }

    fn decides_who_reads(&self, key: &str) -> bool {
        matches!(key, "village" | "created_by" | "host_worker")
    }

    fn card(&self, document: &Document) -> Card {
        let base = Base::read(document);
        Card {
            title: base.name.as_ref().map(|name| name.value.as_str().into()),
            village: base.village.as_ref().map(|village| village.value),
            owner: base.host_worker.as_ref().map(|host| host.value),
            records: base.batches.len(),
            last: base.batches.values().filter_map(|batch| batch.value.to.or(batch.value.from)).max(),
            ..Card::default()
        }
    }

    fn deed(&self, json: &str) -> Result<Box<dyn Deed + Send>, NotADeed> {
        Ok(Box::new(serde_json::from_str::<BaseDeed>(json)?))
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
        rows_of(&Base::read(document))
    }

    fn public(&self, document: &Document, seen: &Seen<'_>) -> Vec<Item> {
        public(&Base::read(document), seen).into_iter().collect()
    }

    fn whole(&self, judgement: &Judgement<'_>) -> Result<(), Ruling> {
        rules::of_a_village(judgement)
    }

    fn key(&self, judgement: &Judgement<'_>, key: Key<'_>, name: &str, _settles: bool) -> Result<(), Ruling> {
        match key {
            Key::Own("village") => rules::handed_on(judgement, name),
            Key::Own("created_by") => rules::names_author(judgement, name),
            Key::Record("step", _) => {
                rules::new_steps::<Posting>(judgement, name)?;
                keeps(judgement)
            }
            Key::Record("outcome", _) => {
                rules::new_records::<BaseOutcome>(judgement, name, |outcome| outcome.by)?;
                keeps(judgement)
            }
            Key::Record("batch", _) => {
                let named = |batch: Batch| batch.by == Some(judgement.author.worker);
                let batches = written(judgement, name);
                match batches.iter().filter_map(Batch::from_scalar).all(named) {
                    _ if batches.is_empty() => Err(Why::StepsStay.into()),
                    true => keeps(judgement),
                    false => Err(Why::OtherName.into()),
                }
            }
            _ => keeps(judgement),
        }
    }
}

/// Who keeps a base: its host, whoever entered it, stationed cadres, the leads, the board.
fn keeps(judgement: &Judgement<'_>) -> Result<(), Ruling> {
    let base = Base::read(judgement.before);
    let author = judgement.author.worker;
    let is = |field: &Option<crate::Field<WorkerId>>| field.as_ref().is_some_and(|named| named.value == author);
    let own = judgement.before.is_blank() || is(&base.host_worker) || is(&base.created_by);
    let roles = [Role::BranchLead, Role::VillageBoard, Role::ResidentCadre];
    if own || rules::holds_here(judgement, &roles) { Ok(()) } else { Err(Why::NotYours.into()) }
}

/// Its tables.
const VIEWS: &[ViewSpec] = &[
    ViewSpec {
        name: "bases",
        columns: &[
            ("doc", Doc),
            ("village", Id),
            ("name", Personal),
            ("trade", Text),
            ("place", Personal),
            ("sheds", Text),
            ("host", Personal),
            ("host_worker", Text),
            ("batches", Int),
            ("trained", Int),
            ("lifted", Int),
            ("outcomes", Int),
            ("posted_on", Text),
        ],
        indexes: &[&["village"]],
    },
    ViewSpec {
        name: "base_batches",
        columns: &[
            ("doc", Doc),
            ("id", Text),
            ("village", Id),
            ("from_on", Text),
            ("to_on", Text),
            ("topic", Personal),
            ("trained", Int),
            ("lifted", Int),
            ("outcome", Personal),
        ],
        indexes: &[&["village", "from_on"]],
    },
];

fn rows_of(base: &Base) -> Vec<Row> {
    let doc = Cell::text(&base.id);
    let village = Cell::field(base.village.as_ref());
    let totals = base.totals();
    let sum = |number: u64| i64::try_from(number).map_or(Cell::Null, Cell::Int);
    let mut rows = vec![row(
        "bases",
        vec![
            doc.clone(),
            village.clone(),
            Cell::field(base.name.as_ref()),
            Cell::field(base.trade.as_ref()),
            Cell::field(base.place.as_ref()),
            Cell::field(base.sheds.as_ref()),
            Cell::field(base.host.as_ref()),
            Cell::field(base.host_worker.as_ref()),
            sum(totals.batches),
            sum(totals.trained),
            sum(totals.lifted),
            Cell::count(base.outcomes.len()),
            Cell::value(base.course.posted_on().as_ref()),
        ],
    )];
    rows.extend(base.batches.iter().map(|(id, batch)| {
        let batch = &batch.value;
        row(
            "base_batches",
            vec![
                doc.clone(),
                Cell::text(id),
                village.clone(),
                Cell::value(batch.from.as_ref()),
                Cell::value(batch.to.as_ref()),
                Cell::value(batch.topic.as_ref()),
                Cell::value(batch.trained.as_ref()),
                Cell::value(batch.lifted.as_ref()),
                Cell::value(batch.outcome.as_ref()),
            ],
        )
    }));
    rows
}

/// On the board while it is posted: name, trade, place, who runs it, how many were trained. Not how many households came out
/// of hardship: in a small village that names them.
fn public(base: &Base, seen: &Seen<'_>) -> Option<Item> {
    let posted_on = base.course.posted_on()?;
    let name = base.name.as_ref()?.value.as_str();
    let totals = base.totals();
    let mut item = Item::new(Section::Bases, base.id);
    item.sort_by(name).say("name", name);
    item.say_maybe("trade", base.trade.as_ref().map(|trade| trade.value.as_str()));
    item.say_maybe("place", base.place.as_ref().map(|place| place.value.as_str()));
    let host = base.host_worker.as_ref().and_then(|host| seen.name(host.value));
    item.say_maybe("host", host.or(base.host.as_ref().map(|host| host.value.as_str())));
    item.say_maybe("sheds", base.sheds.as_ref().map(|sheds| sheds.value.as_str()));
    item.say("batches", totals.batches).say("trained", totals.trained);
    item.hang(Some(posted_on), None);
    Some(item)
}
