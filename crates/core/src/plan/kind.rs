//! What the rest of the crate asks about help plans.

use std::collections::BTreeSet;

use crate::access::{Facts, Relations};
use crate::card::Card;
use crate::course::Step;
use crate::deed::{Deed, NotADeed};
use crate::document::Document;
use crate::ids::WorkerId;
use crate::kind::Kind;
use crate::late::marks;
use crate::plan::{HelpPlan, PlanAct, PlanActKind, PlanDeed, SCHEMA};
use crate::policy::matter_rules::Relation::{self, Board, Desk, Lead, Linked, Owner, Recorder};
use crate::policy::rules;
use crate::policy::{Judgement, Ruling, Why, written};
use crate::roster::Role;
use crate::value::{Key, KeySpec, Value as _};
use crate::views::ColumnType::{Doc, Id, Int, Personal, Text};
use crate::views::{Cell, Row, ViewSpec, row};

/// Help plans (结对帮扶).
pub(crate) struct HelpPlans;

impl Kind for HelpPlans {
    fn schema(&self) -> &'static [KeySpec] {
        SCHEMA
    }

    fn steps(&self) -> Vec<&'static str> {
        PlanActKind::ALL.iter().map(|step| step.code()).collect()
    }

    fn facts(&self, document: &Document) -> Facts {
        let plan = HelpPlan::read(document);
        Facts {
            village: plan.village.as_ref().map(|village| village.value),
            household: plan.household.as_ref().map(|household| household.value),
            author: plan.created_by.as_ref().map(|author| author.value),
            owners: plan.helping(),
            ..Facts::default()
        }
    }

    fn readers(&self, facts: &Facts, by: &Relations<'_>) -> BTreeSet<WorkerId> {
        let mut concerned = by.linked(facts.household);
        concerned.extend(&facts.owners);
        if concerned.is_empty() {
            concerned.extend(facts.author);
        }
        let mut readers = by.leads_of(&concerned);
        readers.extend(by.all(Role::VillageBoard));
        readers.extend(by.all(Role::Supervisor));
        readers.extend(concerned);
        readers
    }

    fn decides_who_reads(&self, key: &str) -> bool {
        matches!(Key::of(key), Key::Own("village" | "household" | "created_by") | Key::Part("helper", ..))
    }

    fn card(&self, document: &Document) -> Card {
        let plan = HelpPlan::read(document);
        Card {
            title: plan.goal.as_ref().map(|goal| goal.value.as_str().into()),
            village: plan.village.as_ref().map(|village| village.value),
            records: plan.measures.len(),
            household: plan.household.as_ref().map(|household| household.value),
            owner: plan.helping().into_iter().next(),
            due: plan.review_on.as_ref().map(|day| day.value),
            late: marks(document).len(),
            conflict: plan.is_disputed(),
            ..Card::default()
        }
    }

    fn deed(&self, json: &str) -> Result<Box<dyn Deed + Send>, NotADeed> {
        Ok(Box::new(serde_json::from_str::<PlanDeed>(json)?))
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
        rows_of(&HelpPlan::read(document))
    }

    fn whole(&self, judgement: &Judgement<'_>) -> Result<(), Ruling> {
        rules::of_a_village(judgement)
    }

    fn key(&self, judgement: &Judgement<'_>, key: Key<'_>, name: &str, _settles: bool) -> Result<(), Ruling> {
        match key {
            Key::Own("village") => rules::handed_on(judgement, name),
            Key::Own("created_by") => rules::names_author(judgement, name),
            Key::Record("step", _) => step(judgement, name),
            Key::Own("household") | Key::Part("helper", ..) => card(judgement, &[Recorder, Lead, Board, Desk]),
            _ => card(judgement, &[Recorder, Owner, Linked, Lead, Board, Desk]),
        }
    }
}

/// How the author stands to the plan now, and how they once stood.
fn standing(judgement: &Judgement<'_>, plan: &HelpPlan) -> (BTreeSet<Relation>, BTreeSet<Relation>) {
    let author = judgement.author.worker;
    let household = plan.household.as_ref().map(|household| household.value);
    let mut now = rules::standing(
        judgement,
        plan.village.as_ref().map(|village| village.value),
        household,
        plan.created_by.as_ref().map(|by| by.value),
    );
    if plan.helping().contains(&author) {
        now.insert(Owner);
    }
    let mut once = rules::once_linked(judgement, household);
    if plan.ever_helped().contains(&author) {
        once.insert(Owner);
    }
    (now, once)
}

fn card(judgement: &Judgement<'_>, may: &[Relation]) -> Result<(), Ruling> {
    // As it was: nobody lets themselves in by writing themselves down as a helper.
    let before = HelpPlan::read(judgement.before);
    let plan = if before.village.is_some() { before } else { HelpPlan::read(judgement.after) };
    let (now, once) = standing(judgement, &plan);
    rules::may_by(may, &now, &once, Why::NotYourPlan)
}

fn step(judgement: &Judgement<'_>, name: &str) -> Result<(), Ruling> {
    let plan = HelpPlan::read(judgement.after);
    let (now, once) = standing(judgement, &plan);
    let steps = written(judgement, name);
    let confirms = |step: Step<PlanAct>| step.act.is_some_and(|act| act.kind() == PlanActKind::Confirm);
    let judges = steps.iter().filter_map(Step::from_scalar).any(confirms);
    if judges && plan.ever_helped().contains(&judgement.author.worker) {
        return Err(Why::OwnWork.into());
    }
    rules::course_step(judgement, name, PlanAct::takers, &now, &once)
}

/// Its tables.
const VIEWS: &[ViewSpec] = &[
    ViewSpec {
        name: "plans",
        columns: &[
            ("doc", Doc),
            ("village", Id),
            ("household", Id),
            ("status", Text),
            ("begun_on", Text),
            ("ended_on", Text),
            ("confirmed_on", Text),
            ("review_on", Text),
            ("measures", Int),
        ],
        indexes: &[&["village", "status"], &["household"]],
    },
    ViewSpec {
        name: "plan_measures",
        columns: &[
            ("doc", Doc),
            ("id", Text),
            ("village", Id),
            ("household", Id),
            ("kind", Text),
            ("content", Personal),
            ("provider", Personal),
            ("amount", Int),
            ("due", Text),
            ("done_on", Text),
            ("result", Personal),
        ],
        indexes: &[&["village", "due"]],
    },
];

fn rows_of(plan: &HelpPlan) -> Vec<Row> {
    let (doc, village) = (Cell::text(&plan.id), Cell::field(plan.village.as_ref()));
    let household = Cell::field(plan.household.as_ref());
    let mut rows = vec![row(
        "plans",
        vec![
            doc.clone(),
            village.clone(),
            household.clone(),
            Cell::text(plan.status().code()),
            Cell::maybe(plan.begun_on()),
            Cell::maybe(plan.ended_on()),
            Cell::maybe(plan.confirmed_on()),
            Cell::field(plan.review_on.as_ref()),
            Cell::count(plan.measures.len()),
        ],
    )];
    rows.extend(plan.measures.iter().map(|(id, measure)| {
        row(
            "plan_measures",
            vec![
                doc.clone(),
                Cell::text(id),
                village.clone(),
                household.clone(),
                Cell::field(measure.kind.as_ref()),
                Cell::field(measure.content.as_ref()),
                Cell::field(measure.provider.as_ref()),
                Cell::field(measure.amount.as_ref()),
                Cell::field(measure.due.as_ref()),
                Cell::field(measure.done_on.as_ref()),
                Cell::field(measure.result.as_ref()),
            ],
        )
    }));
    rows
}
