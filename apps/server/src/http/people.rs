//! What the office decides about people: who gets whose households.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use chrono::NaiveDate;
use lianhu_core::roster::Which;
use lianhu_core::{DocId, Lang, WorkerId};
use serde::{Deserialize, Serialize};

use crate::act::ActError;
use crate::http::problem::Problem;
use crate::http::room::Room;
use crate::limits::COME_BACK_AFTER_S;
use crate::reassign::{HandOver, HandOverError};
use crate::town::TownError;

/// Households to hand on: these, or all of a worker's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    households: Option<BTreeSet<DocId>>,
    of: Option<WorkerId>,
    to: WorkerId,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

/// The households that change hands, and from which day on.
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    households: BTreeSet<DocId>,
    from: NaiveDate,
}

/// Hands households on, for good or until a day.
pub(crate) async fn reassign(
    State(room): State<Room>,
    body: Result<Json<Asked>, JsonRejection>,
) -> Result<Json<Answer>, Problem> {
    let Json(Asked { households, of, to, from, until }) = body?;
    let which = match (households, of) {
        (Some(households), of) => Which::These { households, of },
        (None, Some(of)) => Which::AllOf(of),
        (None, None) => return Err(Problem::bad_request("malformed", "say `households`, or `of` whom")),
    };
    let asked = HandOver { which, to, from, until };
    match room.for_office(move |town| town.reassign(&asked)).await? {
        Ok(done) => Ok(Json(Answer { households: done.households, from: done.from })),
        Err(HandOverError::NotReassigned(why)) => {
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, why.code(), why.message(Lang::Zh)))
        }
        Err(HandOverError::Act(ActError::Town(TownError::Busy))) => Err(Problem::busy(COME_BACK_AFTER_S)),
        Err(HandOverError::Act(why)) => Err(Problem::internal(&why)),
    }
}
