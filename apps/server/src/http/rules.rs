//! The rules and the calendar of the township, and what the desk is reminded of.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use chrono::NaiveDate;
use lianhu_core::deadline::{Known, Reminds, Rule, YearPlan};
use lianhu_core::{DocId, DocKind, Lang, Private, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::act::ActError;
use crate::http::problem::Problem;
use crate::http::room::Room;
use crate::limits::COME_BACK_AFTER_S;
use crate::town::TownError;

/// The rules as they would be typed, and the years whose holidays are known.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    rules: BTreeMap<&'static str, String>,
    calendar: Vec<YearPlan>,
    unknown_from: Option<i32>,
}

/// Shows the rules and the calendar. All villages have the same: one of them says it.
pub(crate) async fn show(State(room): State<Room>) -> Result<Json<Shown>, Problem> {
    let terms = room.for_office(|town| {
        let rosters = town.documents_of(DocKind::Roster)?;
        town.terms(rosters.first().copied())
    });
    let terms = terms.await?.map_err(|why| Problem::internal(&why))?;
    let rules = Rule::ALL.iter().map(|rule| (rule.code(), terms.rules.said(*rule))).collect();
    let calendar = terms.days.years().cloned().collect();
    Ok(Json(Shown { rules, calendar, unknown_from: terms.days.unknown_from() }))
}

/// A rule to set, as it would be typed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    rule: Rule,
    value: String,
}

/// In how many villages it was another before.
#[derive(Debug, Serialize)]
pub(crate) struct Changed {
    villages: usize,
}

/// Sets a rule in every village.
pub(crate) async fn set(
    State(room): State<Room>,
    body: Result<Json<Asked>, JsonRejection>,
) -> Result<Json<Changed>, Problem> {
    let Json(Asked { rule, value }) = body?;
    let set = room.for_office(move |town| town.set_rule(rule, &value)).await?.map_err(problem)?;
    set.map(|villages| Json(Changed { villages })).map_err(|why| refused(&why))
}

/// Puts the holidays of a year into every village.
pub(crate) async fn calendar(
    State(room): State<Room>,
    body: Result<Json<Value>, JsonRejection>,
) -> Result<Json<Changed>, Problem> {
    let Json(plan) = body?;
    let plan = YearPlan::parse(&plan.to_string()).map_err(|why| refused(&why))?;
    let villages = room.for_office(move |town| town.put_calendar(&plan)).await?.map_err(problem)?;
    Ok(Json(Changed { villages }))
}

/// What the desk is reminded of today.
#[derive(Debug, Serialize)]
pub(crate) struct Today {
    day: NaiveDate,
    quiet: bool,
    reminders: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct Line {
    when: &'static str,
    what: &'static str,
    on: NaiveDate,
    provisional: bool,
    doc: Option<DocId>,
    called: Private<String>,
}

/// Shows it. It is asked for: nothing is pushed.
pub(crate) async fn digest(State(room): State<Room>) -> Result<Json<Today>, Problem> {
    let told = room.for_office(|town| town.digest()).await?.map_err(|why| Problem::internal(&why))?;
    let lines = told.digest.reminders.into_iter().map(|reminder| {
        let (when, what) = match reminder.reminds {
            Reminds::Overdue(limit) => ("overdue", limit.code()),
            Reminds::Today(limit) => ("today", limit.code()),
            Reminds::Soon(limit) => ("soon", limit.code()),
            Reminds::Visit => ("today", "visit"),
            Reminds::Reply => ("waiting", "reply"),
            Reminds::Report => ("today", "report"),
            Reminds::Review(group) => ("review", group.code()),
        };
        let provisional = reminder.known == Known::No;
        Line { when, what, on: reminder.on, provisional, doc: reminder.doc, called: reminder.called }
    });
    Ok(Json(Today { day: told.digest.day, quiet: told.quiet, reminders: lines.collect() }))
}

fn refused(why: &Refusal) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_content", why.message(Lang::Zh))
}

pub(crate) fn problem(why: ActError) -> Problem {
    match why {
        ActError::Town(TownError::Busy) => Problem::busy(COME_BACK_AFTER_S),
        why => Problem::internal(&why),
    }
}
