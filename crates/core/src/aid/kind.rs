//! What the rest of the crate asks about applications.

use std::collections::BTreeSet;

use crate::access::{Facts, Relations};
use crate::aid::{AidAct, AidDeed, Application, Loan, Repayment, SCHEMA};
use crate::board::{Item, Seen};
use crate::card::Card;
use crate::deed::{Deed, NotADeed};
use crate::document::Document;
use crate::ids::WorkerId;
use crate::kind::Kind;
use crate::late::marks;
use crate::policy::matter_rules::Relation::{Board, Desk, Lead, Linked, Recorder};
use crate::policy::rules::{self, LATE};
use crate::policy::{Judgement, Ruling, Why};
use crate::roster::Role;
use crate::value::{Key, KeySpec, shown};
use crate::views::ColumnType::{Doc, Id, Int, Text};
use crate::views::{Cell, Row, ViewSpec, row};

/// Applications for aid (关爱资金、创业扶助、贴息).
pub(crate) struct Applications;

impl Kind for Applications {
    fn schema(&self) -> &'static [KeySpec] {
        SCHEMA
    }

    fn steps(&self) -> Vec<&'static str> {
        crate::aid::AidActKind::ALL.iter().map(|step| step.code()).collect()
    }

    fn facts(&self, document: &Document) -> Facts {
        Facts {
            village: shown(document, "village"),
            household: shown(document, "household"),
            author: shown(document, "recorded_by"),
            ..Facts::default()
        }
    }

    fn readers(&self, facts: &Facts, by: &Relations<'_>) -> BTreeSet<WorkerId> {
        let mut concerned = by.linked(facts.household);
        concerned.extend(facts.author);
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
        let application = Application::read(document);
        Card {
            title: application.applicant.as_ref().map(|name| name.value.as_str().into()),
            village: application.village.as_ref().map(|village| village.value),
            records: application.course.steps.len(),
            last: application.applied_on.as_ref().map(|day| day.value),
            late: marks(document).len(),
            conflict: application.is_disputed(),
            ..Card::default()
        }
    }

    fn deed(&self, json: &str) -> Result<Box<dyn Deed + Send>, NotADeed> {
        Ok(Box::new(serde_json::from_str::<AidDeed>(json)?))
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
        vec![row_of(&Application::read(document))]
    }

    fn public(&self, document: &Document, seen: &Seen<'_>) -> Vec<Item> {
        super::public::item(&Application::read(document), seen).into_iter().collect()
    }

    fn whole(&self, judgement: &Judgement<'_>) -> Result<(), Ruling> {
        rules::of_a_village(judgement)
    }

    fn key(&self, judgement: &Judgement<'_>, key: Key<'_>, name: &str, _settles: bool) -> Result<(), Ruling> {
        // As it was; a new one as it becomes. Nobody lets themselves in by what they write.
        let was = if judgement.before.is_blank() { judgement.after } else { judgement.before };
        let household = shown(was, "household");
        let now = rules::standing(judgement, shown(was, "village"), household, shown(was, "recorded_by"));
        let once = rules::once_linked(judgement, household);
        match key {
            Key::Own("village") => rules::handed_on(judgement, name),
            Key::Own("recorded_by") => rules::names_author(judgement, name),
            Key::Record("step", _) => rules::course_step(judgement, name, AidAct::takers, &now, &once),
            Key::Record(collection @ ("loan" | "repayment"), _) => {
                let may = rules::may_by(&[Recorder, Linked, Lead, Board, Desk], &now, &once, Why::NotYourApplication);
                if may.is_err_and(|ruling| ruling != LATE) {
                    return may;
                }
                match collection {
                    "loan" => rules::new_records(judgement, name, |loan: &Loan| loan.by).map(|_| ())?,
                    _ => rules::new_records(judgement, name, |repaid: &Repayment| repaid.by).map(|_| ())?,
                }
                may
            }
            _ => rules::may_by(&[Recorder, Lead, Board, Desk], &now, &once, Why::NotYourApplication),
        }
    }
}

/// Its table.
const VIEWS: &[ViewSpec] = &[ViewSpec {
    name: "applications",
    columns: &[
        ("doc", Doc),
        ("village", Id),
        ("household", Id),
        ("scheme", Text),
        ("asked", Int),
        ("granted", Int),
        ("state", Text),
        ("applied_on", Text),
        ("decided_on", Text),
        ("published_on", Text),
        ("paid_on", Text),
    ],
    indexes: &[&["village", "state"], &["household"]],
}];

fn row_of(application: &Application) -> Row {
    row(
        "applications",
        vec![
            Cell::text(&application.id),
            Cell::field(application.village.as_ref()),
            Cell::field(application.household.as_ref()),
            Cell::field(application.scheme.as_ref()),
            Cell::field(application.asked.as_ref()),
            Cell::value(application.course.state.granted.as_ref()),
            Cell::text(application.state().code()),
            Cell::field(application.applied_on.as_ref()),
            Cell::maybe(application.decided_on()),
            Cell::maybe(application.published().map(|(from, _)| from)),
            Cell::maybe(application.paid().map(|(.., on)| on)),
        ],
    )
}
