//! What the rest of the crate asks about studios.

use std::collections::BTreeSet;

use crate::access::{Facts, Relations};
use crate::board::{Item, Posting, Section, Seen};
use crate::card::Card;
use crate::deed::{Deed, NotADeed};
use crate::document::Document;
use crate::draft::ShortText;
use crate::ids::WorkerId;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::policy::rules;
use crate::policy::{Judgement, Ruling, Why};
use crate::roster::Role;
use crate::studio::{SCHEMA, Service, Studio, StudioDeed};
use crate::value::{Key, KeySpec};
use crate::views::ColumnType::{Doc, Id, Int, Personal, Text};
use crate::views::{Cell, Row, ViewSpec, joined, row};

/// Studios and teams.
pub(crate) struct Studios;

impl Kind for Studios {
    fn schema(&self) -> &'static [KeySpec] {
        SCHEMA
    }

    fn steps(&self) -> Vec<&'static str> {
        Posting::CODES.to_vec()
    }

    fn facts(&self, document: &Document) -> Facts {
        let studio = Studio::read(document);
        Facts {
            village: studio.village.as_ref().map(|village| village.value),
            author: studio.created_by.as_ref().map(|author| author.value),
            owners: studio.leader.iter().map(|leader| leader.value).chain(studio.members_now()).collect(),
            ..Facts::default()
        }
    }

    /// Everybody of the village sends people there, and knows when the door is open; its own people from elsewhere read it too.
    fn readers(&self, facts: &Facts, by: &Relations<'_>) -> BTreeSet<WorkerId> {
        let mut readers = by.everybody();
        readers.extend(&facts.owners);
        readers
    }

    fn decides_who_reads(&self, key: &str) -> bool {
        matches!(key, "village" | "created_by" | "leader") || key.starts_with("member/")
    }

    fn card(&self, document: &Document) -> Card {
        let studio = Studio::read(document);
        Card {
            title: studio.name.as_ref().map(|name| name.value.as_str().into()),
            village: studio.village.as_ref().map(|village| village.value),
            owner: studio.leader.as_ref().map(|leader| leader.value),
            records: studio.record.len(),
            last: studio.record.values().filter_map(|service| service.value.date).max(),
            ..Card::default()
        }
    }

    fn deed(&self, json: &str) -> Result<Box<dyn Deed + Send>, NotADeed> {
        Ok(Box::new(serde_json::from_str::<StudioDeed>(json)?))
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
        rows_of(&Studio::read(document))
    }

    fn public(&self, document: &Document, seen: &Seen<'_>) -> Vec<Item> {
        public(&Studio::read(document), seen).into_iter().collect()
    }

    fn whole(&self, judgement: &Judgement<'_>) -> Result<(), Ruling> {
        rules::of_a_village(judgement)
    }

    fn key(&self, judgement: &Judgement<'_>, key: Key<'_>, name: &str, _settles: bool) -> Result<(), Ruling> {
        let author = judgement.author.worker;
        match key {
            Key::Own("village") => rules::handed_on(judgement, name),
            Key::Own("created_by") => rules::names_author(judgement, name),
            Key::Record("service", _) => service(judgement, name),
            Key::Record("step", _) => {
                rules::new_steps::<Posting>(judgement, name)?;
                keeps(judgement)
            }
            Key::Record("member", worker) if worker.parse() == Ok(author) && rules::is_of_its_village(judgement) => {
                Ok(())
            }
            _ => keeps(judgement),
        }
    }
}

/// Who keeps a studio's card: its leader, whoever entered it, the leads, the board.
fn keeps(judgement: &Judgement<'_>) -> Result<(), Ruling> {
    let studio = Studio::read(judgement.before);
    let author = judgement.author.worker;
    let is = |field: &Option<crate::Field<WorkerId>>| field.as_ref().is_some_and(|named| named.value == author);
    let own = judgement.before.is_blank() || is(&studio.leader) || is(&studio.created_by);
    let may = own || rules::holds_here(judgement, &[Role::BranchLead, Role::VillageBoard]);
    if may { Ok(()) } else { Err(Why::NotYours.into()) }
}

/// A service record is new, names whoever wrote it, and tells of somebody who is or was of the studio: oneself, unless one
/// types in what others tell.
fn service(judgement: &Judgement<'_>, key: &str) -> Result<(), Ruling> {
    let studio = Studio::read(judgement.after);
    let author = judgement.author.worker;
    let types = rules::types_for_others(judgement) && rules::is_of_its_village(judgement);
    for service in rules::new_records::<Service>(judgement, key, |service| service.entered_by)? {
        if service.by != Some(author) && !types {
            return Err(Why::OtherName.into());
        }
        if !service.by.is_some_and(|by| studio.was_ever_of(by)) {
            return Err(Why::NotYours.into());
        }
    }
    Ok(())
}

/// Its tables.
const VIEWS: &[ViewSpec] = &[
    ViewSpec {
        name: "studios",
        columns: &[
            ("doc", Doc),
            ("village", Id),
            ("kind", Text),
            ("name", Personal),
            ("leader", Id),
            ("members", Int),
            ("place", Personal),
            ("skills", Personal),
            ("services", Text),
            ("open_hours", Text),
            ("phone", Personal),
            ("phone_public", Int),
            ("posted_on", Text),
            ("closed_on", Text),
            ("served", Int),
            ("hours_tenths", Int),
        ],
        indexes: &[&["village", "kind"]],
    },
    ViewSpec {
        name: "studio_members",
        columns: &[("doc", Doc), ("worker", Id), ("village", Id), ("since", Text), ("until", Text)],
        indexes: &[],
    },
    ViewSpec {
        name: "service_records",
        columns: &[
            ("doc", Doc),
            ("id", Text),
            ("village", Id),
            ("date", Text),
            ("hours_tenths", Int),
            ("place", Personal),
            ("content", Personal),
            ("matter", Id),
            ("served", Int),
        ],
        indexes: &[&["village", "date"], &["matter"]],
    },
];

fn rows_of(studio: &Studio) -> Vec<Row> {
    let doc = Cell::text(&studio.id);
    let village = Cell::field(studio.village.as_ref());
    let totals = studio.totals();
    let sum = |number: u64| i64::try_from(number).map_or(Cell::Null, Cell::Int);
    let words = |field: &Option<crate::Field<BTreeSet<ShortText>>>| {
        joined(field.iter().flat_map(|words| words.value.iter()).map(ShortText::as_str))
    };
    let mut rows = vec![row(
        "studios",
        vec![
            doc.clone(),
            village.clone(),
            Cell::field(studio.kind.as_ref()),
            Cell::field(studio.name.as_ref()),
            Cell::field(studio.leader.as_ref()),
            Cell::count(studio.members_now().count()),
            Cell::field(studio.place.as_ref()),
            words(&studio.skills),
            words(&studio.services),
            Cell::field(studio.open_hours.as_ref()),
            Cell::field(studio.phone.as_ref()),
            Cell::Int(i64::from(studio.public_phone().is_some())),
            Cell::value(studio.course.posted_on().as_ref()),
            Cell::field(studio.closed_on.as_ref()),
            sum(totals.served),
            sum(totals.hours_tenths),
        ],
    )];
    rows.extend(studio.members.iter().map(|(worker, member)| {
        let (since, until) = (Cell::value(member.since.as_ref()), Cell::value(member.until.as_ref()));
        row("studio_members", vec![doc.clone(), Cell::text(worker), village.clone(), since, until])
    }));
    rows.extend(studio.record.iter().map(|(id, service)| {
        let service = &service.value;
        row(
            "service_records",
            vec![
                doc.clone(),
                Cell::text(id),
                village.clone(),
                Cell::value(service.date.as_ref()),
                service.hours_tenths.map_or(Cell::Null, |tenths| Cell::Int(tenths.into())),
                Cell::value(service.place.as_ref()),
                Cell::value(service.content.as_ref()),
                Cell::value(service.matter.as_ref()),
                Cell::value(service.served.as_ref()),
            ],
        )
    }));
    rows
}

/// On the board while it is posted and not closed: name, skills, open hours, what it offers; the phone if it chose so.
fn public(studio: &Studio, seen: &Seen<'_>) -> Option<Item> {
    let posted_on = studio.course.posted_on()?;
    let name = studio.name.as_ref()?.value.as_str();
    let words = |field: &Option<crate::Field<BTreeSet<ShortText>>>| {
        let words: Vec<_> = field.iter().flat_map(|words| words.value.iter()).map(ShortText::as_str).collect();
        words.join("、")
    };
    let mut item = Item::new(Section::Studios, studio.id);
    item.sort_by(name).say("name", name);
    item.say_maybe("kind", studio.kind.as_ref().map(|kind| kind.value.label(Lang::Zh)));
    item.say("skills", words(&studio.skills)).say("services", words(&studio.services));
    item.say_maybe("open_hours", studio.open_hours.as_ref().map(|hours| hours.value.as_str()));
    item.say_maybe("place", studio.place.as_ref().map(|place| place.value.as_str()));
    item.say_maybe("phone", studio.public_phone().map(|phone| phone.as_str()));
    let closed = studio.closed_on.as_ref().map(|closed| seen.last_day(closed.value));
    item.hang(Some(posted_on), closed);
    Some(item)
}
