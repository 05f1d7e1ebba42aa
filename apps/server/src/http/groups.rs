//! Which personal data the township keeps, group by group, and the switches for what goes beyond the minimal form.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use lianhu_core::groups::{Group, SwitchTyped};
use lianhu_core::{DocId, DocKind, Lang};
use serde_json::{Value, json};

use crate::http::guard::Caller;
use crate::http::problem::Problem;
use crate::http::room::Room;
use crate::http::rules;
use crate::town::{Town, TownError};

/// Shows every group: whether it is part of the minimal form, and what each village that turned its switch says.
pub(crate) async fn show(State(room): State<Room>) -> Result<Json<Value>, Problem> {
    let shown = room.for_office(shown).await?.map_err(|why| Problem::internal(&why))?;
    Ok(Json(shown))
}

fn shown(town: &Town) -> Result<Value, TownError> {
    let today = town.today();
    let villages: Vec<(DocId, _)> = town
        .documents_of(DocKind::Roster)?
        .into_iter()
        .map(|roster| Ok((roster, town.terms(Some(roster))?.switches)))
        .collect::<Result<_, TownError>>()?;
    let of_group = |group: &Group| {
        let said = villages.iter().filter_map(|(village, switches)| {
            let (_, switch) = switches.turned().find(|(turned, _)| turned == group)?;
            Some(json!({
                "village": village,
                "on": switches.is_on(*group),
                "purpose": switch.purpose.as_ref().map(|purpose| purpose.as_str()),
                "basis": switch.basis,
                "review_on": switch.review_on,
                "to_review": switches.to_review(today).any(|(due, _)| due == *group),
            }))
        });
        json!({
            "group": group,
            "name": group.label(Lang::Zh),
            "minimal": group.is_minimal(),
            "sensitive": group.is_sensitive(),
            "villages": said.collect::<Vec<_>>(),
        })
    };
    Ok(json!({ "groups": Group::ALL.iter().map(of_group).collect::<Vec<_>>() }))
}

/// Turns a switch in every village.
pub(crate) async fn set(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    body: Result<Json<SwitchTyped>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let Json(typed) = body?;
    let set = room.for_office(move |town| town.set_group(caller.actor, &typed)).await?.map_err(rules::problem)?;
    match set {
        Ok(villages) => Ok(Json(json!({ "villages": villages }))),
        Err(why) => Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_content", why.message(Lang::Zh))),
    }
}
