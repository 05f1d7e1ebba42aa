//! What the rest of the crate asks about matters.

use std::collections::BTreeSet;

use crate::access::{Facts, Relations};
use crate::board::{Item, Seen};
use crate::card::Card;
use crate::document::Document;
use crate::ids::WorkerId;
use crate::kind::Kind;
use crate::late::marks;
use crate::matter::{Matter, SCHEMA, public::public, temporary_code};
use crate::policy::rules;
use crate::policy::{Judgement, Ruling, Why};
use crate::roster::Role;
use crate::value::{Key, KeySpec};
use crate::views::ColumnType::{Int, Text};
use crate::views::{Cell, Row, ViewSpec, joined, row};

/// Matters.
pub(crate) struct Matters;

impl Kind for Matters {
    fn schema(&self) -> &'static [KeySpec] {
        SCHEMA
    }

    fn facts(&self, document: &Document) -> Facts {
        let matter = Matter::read(document);
        Facts {
            village: matter.village.map(|village| village.value),
            household: matter.household.map(|household| household.value),
            author: matter.recorded_by.map(|author| author.value),
            owners: matter.story.owner.into_iter().chain(matter.story.co_owners).collect(),
            ..Facts::default()
        }
    }

    fn readers(&self, facts: &Facts, by: &Relations<'_>) -> BTreeSet<WorkerId> {
        let mut concerned = by.linked(facts.household);
        concerned.extend(facts.author);
        concerned.extend(&facts.owners);
        let mut readers = by.leads_of(&concerned);
        readers.extend(by.all(Role::VillageBoard));
        readers.extend(by.all(Role::Supervisor));
        readers.extend(concerned);
        readers
    }

    fn decides_who_reads(&self, key: &str) -> bool {
        matches!(key, "village" | "household" | "recorded_by")
    }

    fn card(&self, document: &Document) -> Card {
        let matter = Matter::read(document);
        Card {
            title: matter.title.as_ref().map(|title| title.value.as_str().into()),
            village: matter.village.as_ref().map(|village| village.value),
            records: matter.story.steps.len(),
            state: Some(matter.state()),
            owner: matter.story.owner,
            due: matter.story.due,
            late: marks(document).len(),
            conflict: matter.story.is_disputed(),
            ..Card::default()
        }
    }

    fn views(&self) -> &'static [ViewSpec] {
        VIEWS
    }

    fn rows(&self, document: &Document) -> Vec<Row> {
        rows_of(&Matter::read(document))
    }

    fn public(&self, document: &Document, seen: &Seen<'_>) -> Vec<Item> {
        public(&Matter::read(document), seen).into_iter().collect()
    }

    fn whole(&self, judgement: &Judgement<'_>) -> Result<(), Ruling> {
        rules::of_a_village(judgement)
    }

    fn key(&self, judgement: &Judgement<'_>, key: Key<'_>, name: &str, _settles: bool) -> Result<(), Ruling> {
        match key {
            Key::Own("village") => rules::handed_on(judgement, name),
            Key::Own("recorded_by") => rules::names_author(judgement, name),
            Key::Record("late", _) => rules::marked_late(judgement),
            Key::Own("number") => rules::only_the_desk(judgement, Why::TownNumber),
            Key::Record("step", _) => rules::step(judgement, name),
            _ => rules::matter_card(judgement),
        }
    }
}

/// Its tables.
const VIEWS: &[ViewSpec] = &[
    ViewSpec {
        name: "matters",
        columns: &[
            ("doc", Text),
            ("village", Text),
            ("number", Text),
            ("code", Text),
            ("title", Text),
            ("text", Text),
            ("state", Text),
            ("household", Text),
            ("raised", Text),
            ("raiser", Text),
            ("phone", Text),
            ("headcount", Int),
            ("category", Text),
            ("kind", Text),
            ("urgency", Text),
            ("place", Text),
            ("recorded_by", Text),
            ("recorded_on", Text),
            ("level", Text),
            ("owner", Text),
            ("co_owners", Text),
            ("due", Text),
            ("recheck_on", Text),
            ("closing", Text),
            ("feedback_on", Text),
            ("solved", Text),
            ("satisfaction", Text),
            ("posted_on", Text),
            ("reopened", Int),
            ("steps", Int),
            ("needs_lead", Int),
        ],
        indexes: &[&["village", "state"], &["owner"], &["due"], &["recorded_on"]],
    },
    ViewSpec {
        name: "matter_steps",
        columns: &[
            ("doc", Text),
            ("id", Text),
            ("place", Int),
            ("act", Text),
            ("by", Text),
            ("at", Int),
            ("not_standing", Text),
        ],
        indexes: &[&["by"]],
    },
];

fn rows_of(matter: &Matter) -> Vec<Row> {
    let doc = Cell::text(&matter.id);
    let story = &matter.story;
    let mut rows = vec![row(
        "matters",
        vec![
            doc.clone(),
            Cell::field(matter.village.as_ref()),
            Cell::field(matter.number.as_ref()),
            Cell::text(&temporary_code(matter.id)),
            Cell::field(matter.title.as_ref()),
            Cell::field(matter.text.as_ref()),
            Cell::text(story.state.code()),
            Cell::field(matter.household.as_ref()),
            Cell::field(matter.raised.as_ref()),
            Cell::field(matter.raiser.as_ref()),
            Cell::field(matter.phone.as_ref()),
            Cell::field(matter.headcount.as_ref()),
            Cell::field(matter.category.as_ref()),
            Cell::field(matter.kind.as_ref()),
            Cell::field(matter.urgency.as_ref()),
            Cell::field(matter.place.as_ref()),
            Cell::field(matter.recorded_by.as_ref()),
            Cell::field(matter.recorded_on.as_ref()),
            Cell::value(story.level.as_ref()),
            Cell::value(story.owner.as_ref()),
            joined(&story.co_owners),
            Cell::value(story.due.as_ref()),
            Cell::value(story.recheck_on.as_ref()),
            Cell::maybe(story.conclusion.map(|conclusion| conclusion.closing.code())),
            Cell::maybe(story.feedback.map(|(_, on)| on)),
            Cell::maybe(story.evaluation.map(|(solved, _)| solved.code())),
            Cell::maybe(story.evaluation.map(|(_, satisfaction)| satisfaction.code())),
            Cell::value(story.posted_on.as_ref()),
            Cell::Int(i64::from(story.reopened)),
            Cell::count(story.steps.len()),
            Cell::Int(i64::from(story.is_disputed())),
        ],
    )];
    rows.extend(story.steps.iter().enumerate().map(|(place, told)| {
        row(
            "matter_steps",
            vec![
                doc.clone(),
                Cell::text(&told.id),
                Cell::count(place + 1),
                Cell::maybe(told.step.act.kind().map(|kind| kind.code())),
                Cell::value(told.step.by.as_ref()),
                Cell::value(told.step.at.as_ref()),
                Cell::maybe(told.not_standing.map(|why| why.code())),
            ],
        )
    }));
    rows
}
