//! What is held about one household, for the office to hand out.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Extension, Path, State};
use lianhu_core::person::PersonFile;
use lianhu_core::{DocId, Lang, RecordId};
use serde::Deserialize;

use crate::http::guard::Caller;
use crate::http::problem::Problem;
use crate::http::room::Room;
use crate::person::PersonFileError;

/// Why, and about whom.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    reason: lianhu_core::Private<String>,
    resident: Option<String>,
    #[serde(default)]
    lang: Lang,
}

/// The file. Who asks has to say why; it is kept.
pub(crate) async fn file(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    body: Result<Json<Asked>, JsonRejection>,
) -> Result<Json<PersonFile>, Problem> {
    let Json(Asked { reason, resident, lang }) = body?;
    let household: DocId = id.parse().map_err(|_| Problem::not_found("household"))?;
    let resident: Option<RecordId> =
        resident.map(|id| id.parse()).transpose().map_err(|_| Problem::not_found("resident"))?;
    if reason.trim().is_empty() {
        return Err(Problem::bad_request("reason_missing", "say who asked and why"));
    }
    let actor = caller.actor;
    let made = room.for_office(move |town| town.person_file(actor, household, resident, reason.trim(), lang)).await?;
    match made {
        Ok(file) => Ok(Json(file)),
        Err(PersonFileError::NotHere) => Err(Problem::not_found("household or resident")),
        Err(PersonFileError::Town(why)) => Err(Problem::internal(&why)),
    }
}
