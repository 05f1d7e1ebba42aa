//! What the office decides about people and their phones: who gets whose households, which phone may not ask any more.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use chrono::NaiveDate;
use lianhu_core::roster::Which;
use lianhu_core::{DocId, Lang, Private, WorkerId};
use lianhu_store::DeviceStanding;
use lianhu_sync::ids::DeviceId;
use lianhu_sync::limits::MAX_REASON_CHARS;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::act::ActError;
use crate::http::guard::Caller;
use crate::http::problem::Problem;
use crate::http::room::Room;
use crate::limits::COME_BACK_AFTER_S;
use crate::reassign::{HandOver, HandOverError};
use crate::town::{Town, TownError};

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

/// How a device is to stand, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stand {
    standing: String,
    #[serde(default)]
    reason: Private<String>,
}

/// Changes how a device stands; the answer says how it stands then.
pub(crate) async fn stand(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    body: Result<Json<Stand>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let Json(Stand { standing, reason }) = body?;
    // That a device is wiped is for itself to say.
    let standing = DeviceStanding::parse(&standing).filter(|standing| *standing != DeviceStanding::Wiped);
    let standing = standing
        .ok_or_else(|| Problem::bad_request("malformed", "the standing is active, suspended, revoked or lost"))?;
    if reason.as_str().chars().count() > MAX_REASON_CHARS {
        return Err(Problem::bad_request("malformed", "the reason is too long"));
    }
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(id.as_bytes()).ok();
    let device = bytes.and_then(|bytes| bytes.try_into().ok()).map(DeviceId);
    let device = device.ok_or_else(|| Problem::not_found("device"))?;
    let act = move |town: &Town| town.set_standing(device, standing, reason, caller.actor);
    match room.for_office(act).await? {
        Ok(Some(stands)) => Ok(Json(json!({ "standing": stands.code() }))),
        Ok(None) => Err(Problem::not_found("device")),
        Err(why) => Err(Problem::internal(&why)),
    }
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
