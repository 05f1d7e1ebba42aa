//! What the rest of the crate asks about matters.

use std::collections::BTreeSet;

use crate::access::{Facts, Relations};
use crate::board::{Item, Seen};
use crate::card::Card;
use crate::deadline::{Deadlines, Terms};
use crate::deed::{Deed, NotADeed};
use crate::document::Document;
use crate::ids::WorkerId;
use crate::kind::Kind;
use crate::late::marks;
use crate::matter::public::public;
use crate::matter::timeline::moves;
use crate::matter::{Matter, MatterDeed, Number, SCHEMA, Timeline, temporary_code};
use crate::policy::rules;
use crate::policy::{Judgement, Ruling, Why};
use crate::roster::Role;
use crate::value::{Key, KeySpec};
use crate::views::ColumnType::{Doc, Id, Int, Personal, Text};
use crate::views::{Cell, Row, ViewSpec, joined, row};

/// Matters.
pub(crate) struct Matters;

impl Kind for Matters {
    fn schema(&self) -> &'static [KeySpec] {
        SCHEMA
    }

    fn steps(&self) -> Vec<&'static str> {
        crate::matter::ActKind::ALL.iter().map(|step| step.code()).collect()
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

    fn stays_when_erased(&self, key: &str) -> bool {
        key == "number" || self.decides_who_reads(key)
    }

    fn card(&self, document: &Document) -> Card {
        let matter = Matter::read(document);
        Card {
            title: matter.title.as_ref().map(|title| title.value.as_str().into()),
            village: matter.village.as_ref().map(|village| village.value),
            records: matter.story.steps.len(),
            state: Some(matter.state()),
            household: matter.household.as_ref().map(|household| household.value),
            owner: matter.story.owner,
            due: Deadlines::of(&matter, Terms::usual()).due.map(|due| due.on),
            late: marks(document).len(),
            conflict: matter.story.is_disputed(),
            ..Card::default()
        }
    }

    fn deed(&self, json: &str) -> Result<Box<dyn Deed + Send>, NotADeed> {
        Ok(Box::new(serde_json::from_str::<MatterDeed>(json)?))
    }

    #[cfg(test)]
    fn samples(&self) -> &'static [&'static str] {
        crate::matter::deed::samples::SAMPLES
    }

    #[cfg(test)]
    fn refused(&self) -> &'static [&'static str] {
        crate::matter::deed::samples::REFUSED
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
            Key::Own("split_from") => {
                rules::stays_unless(judgement, name, &[Role::TownDesk])?;
                rules::matter_card(judgement)
            }
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
            ("doc", Doc),
            ("village", Id),
            ("number", Text),
            ("code", Text),
            ("title", Personal),
            ("text", Personal),
            ("state", Text),
            ("household", Id),
            ("raised", Text),
            ("raiser", Personal),
            ("phone", Personal),
            ("headcount", Int),
            ("category", Text),
            ("kind", Text),
            ("urgency", Text),
            ("place", Personal),
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
            ("submitted_on", Text),
            ("accepted_on", Text),
            ("accept_by", Text),
            ("contacted_on", Text),
            ("contact_by", Text),
            ("started_on", Text),
            ("done_on", Text),
            ("feedback_by", Text),
            ("evaluated_on", Text),
            ("closed_on", Text),
            ("extended", Int),
            ("first_due", Text),
            ("merged_into", Text),
            ("referred_to", Text),
            ("withdrawn_on", Text),
            ("escalated_on", Text),
            ("split_from", Text),
            ("channel", Text),
            ("team", Text),
            ("evaluate_by", Text),
            ("evaluated_by", Text),
            ("number_year", Int),
            ("number_serial", Int),
        ],
        indexes: &[
            &["village", "state"],
            &["owner"],
            &["due"],
            &["recorded_on"],
            &["village", "number_year", "number_serial"],
            &["number"],
            &["merged_into"],
            &["split_from"],
        ],
    },
    ViewSpec {
        name: "matter_steps",
        columns: &[
            ("doc", Doc),
            ("id", Text),
            ("place", Int),
            ("act", Text),
            ("by", Text),
            ("at", Int),
            ("not_standing", Text),
        ],
        indexes: &[&["by"]],
    },
    ViewSpec {
        name: "matter_moves",
        columns: &[("doc", Doc), ("place", Int), ("on_day", Text), ("state", Text), ("level", Text)],
        indexes: &[&["on_day"]],
    },
];

fn rows_of(matter: &Matter) -> Vec<Row> {
    let doc = Cell::text(&matter.id);
    let story = &matter.story;
    let days = Timeline::of(matter);
    // A step says by when the next is expected, as the village's rules were; what says nothing goes by the usual ones.
    let limits = Deadlines::of(matter, Terms::usual());
    let number = matter.number.as_ref().and_then(|number| number.value.as_str().parse::<Number>().ok());
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
            Cell::maybe(limits.due.map(|due| due.on)),
            Cell::value(story.recheck_on.as_ref()),
            Cell::maybe(story.conclusion.map(|conclusion| conclusion.closing.code())),
            Cell::maybe(story.feedback.map(|(_, on)| on)),
            Cell::maybe(story.evaluation.map(|(solved, _)| solved.code())),
            Cell::maybe(story.evaluation.map(|(_, satisfaction)| satisfaction.code())),
            Cell::value(story.posted_on.as_ref()),
            Cell::Int(i64::from(story.reopened)),
            Cell::count(story.steps.len()),
            Cell::Int(i64::from(story.is_disputed())),
            Cell::value(days.submitted_on.as_ref()),
            Cell::value(days.accepted_on.as_ref()),
            Cell::maybe(limits.accept_by.map(|due| due.on)),
            Cell::value(days.contacted_on.as_ref()),
            Cell::maybe(limits.contact_by.map(|due| due.on)),
            Cell::value(days.started_on.as_ref()),
            Cell::value(days.done_on.as_ref()),
            Cell::maybe(limits.feedback_by.map(|due| due.on)),
            Cell::value(days.evaluated_on.as_ref()),
            Cell::value(days.closed_on.as_ref()),
            Cell::Int(i64::from(story.extended)),
            Cell::maybe(limits.first_due.map(|due| due.on)),
            Cell::value(story.merged_into.as_ref()),
            Cell::value(story.referred_to.as_ref()),
            Cell::value(days.withdrawn_on.as_ref()),
            Cell::value(days.escalated_on.as_ref()),
            Cell::field(matter.split_from.as_ref()),
            Cell::field(matter.channel.as_ref()),
            Cell::value(story.team.as_ref()),
            Cell::maybe(limits.evaluate_by.map(|due| due.on)),
            Cell::value(story.evaluated_by.as_ref()),
            number.as_ref().map_or(Cell::Null, |number| Cell::Int(i64::from(number.year))),
            number.as_ref().map_or(Cell::Null, |number| Cell::Int(i64::from(number.serial))),
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
    rows.extend(moves(matter).into_iter().enumerate().map(|(place, (on, state, level))| {
        row(
            "matter_moves",
            vec![
                doc.clone(),
                Cell::count(place),
                Cell::value(on.as_ref()),
                Cell::text(state.code()),
                Cell::value(level.as_ref()),
            ],
        )
    }));
    rows
}
