//! What the office does to meetings, help plans, funds and whatever else has deeds.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use lianhu_core::deed::{Deed, NotADeed, from_json};
use lianhu_core::meeting::CarriedOut;
use lianhu_core::{DocId, DocKind, Lang};
use lianhu_sync::message::Verdict;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::act::ActError;
use crate::deeds::DeedError;
use crate::http::problem::Problem;
use crate::http::room::Room;
use crate::limits::COME_BACK_AFTER_S;
use crate::town::TownError;

/// The document a deed was done to, and whether there was anything to write; if so it is recorded.
#[derive(Debug, Serialize)]
pub(crate) struct Done {
    id: DocId,
    recorded: bool,
}

/// Begins a document of a kind: the body is a deed that begins one.
pub(crate) async fn begin(
    State(room): State<Room>,
    Path(kind): Path<String>,
    body: Result<Json<Value>, JsonRejection>,
) -> Result<Json<Done>, Problem> {
    let kind = DocKind::from_name(&kind).ok_or_else(|| Problem::not_found("kind of document"))?;
    let Json(asked) = body?;
    let deed = read(kind, &asked)?;
    let begun = room.for_office(move |town| town.begin(&*deed)).await?;
    begun.map(|id| Json(Done { id, recorded: true })).map_err(problem)
}

/// Does something to a document: the body is a deed of its kind.
pub(crate) async fn act(
    State(room): State<Room>,
    Path(id): Path<String>,
    body: Result<Json<Value>, JsonRejection>,
) -> Result<Json<Done>, Problem> {
    let id: DocId = id.parse().map_err(|_| Problem::not_found("document"))?;
    let Json(asked) = body?;
    let deed = read(id.kind(), &asked)?;
    let done = room.for_office(move |town| town.do_to(id, &*deed)).await?;
    done.map(|recorded| Json(Done { id, recorded })).map_err(problem)
}

/// What is asked of a meeting that is to be carried out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CarryOut {
    #[serde(default)]
    verdicts: bool,
}

/// Carries out what a meeting decided.
pub(crate) async fn carry_out(
    State(room): State<Room>,
    Path(id): Path<String>,
    body: Result<Json<CarryOut>, JsonRejection>,
) -> Result<Json<CarriedOut>, Problem> {
    let id: DocId = id.parse().map_err(|_| Problem::not_found("document"))?;
    let Json(asked) = body?;
    let out = room.for_office(move |town| town.carry_out(id, asked.verdicts)).await?;
    out.map(Json).map_err(problem)
}

fn read(kind: DocKind, asked: &Value) -> Result<Box<dyn Deed + Send>, Problem> {
    // Written out over several lines, so that the place an error names is the line of a field.
    let json = serde_json::to_string_pretty(asked).unwrap_or_default();
    from_json(kind, &json).map_err(|why: NotADeed| Problem::bad_request("not_a_deed", why.to_string()))
}

pub(crate) fn problem(why: DeedError) -> Problem {
    match why {
        DeedError::NotHere => Problem::not_found("document"),
        DeedError::Draft(refusal) => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_content", refusal.message(Lang::Zh))
        }
        DeedError::Act(ActError::NotRecorded(Verdict::Refused { reason, .. })) => {
            Problem::new(StatusCode::CONFLICT, "not_permitted", reason)
        }
        DeedError::Act(ActError::Town(TownError::Busy)) => Problem::busy(COME_BACK_AFTER_S),
        DeedError::Act(why) => Problem::internal(&why),
    }
}
