//! `POST /office/v1/documents/{id}/minors`: what is known of a child under 14, for a reason that is written down first.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Extension, Path, State};
use lianhu_core::household::{OpenMinor, ResidentFields};
use lianhu_core::{DocId, DocKind};
use serde_json::{Value, json};

use crate::http::deeds::problem;
use crate::http::guard::Caller;
use crate::http::problem::Problem;
use crate::http::room::Room;

/// Gives what is known of one child. Without a reason, or where it cannot be written down, nothing is given.
pub(crate) async fn open(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    body: Result<Json<OpenMinor>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let id: DocId = id.parse().map_err(|_| Problem::not_found("document"))?;
    let Json(asked) = body?;
    if id.kind() != DocKind::Household {
        return Err(Problem::not_found("household"));
    }
    let given = room.for_office(move |town| town.open_minor(caller.actor, id, &asked)).await?;
    given.map(|fields| Json(shown(&fields))).map_err(problem)
}

fn shown(fields: &ResidentFields) -> Value {
    json!({
        "name": fields.name.as_ref().map(|name| name.value.as_str()),
        "relation": fields.relation.as_ref().map(|relation| relation.value),
        "born": fields.born.as_ref().map(|born| born.value.get()),
        "sex": fields.sex.as_ref().map(|sex| sex.value),
        "away": fields.away.as_ref().map(|away| away.value),
    })
}
