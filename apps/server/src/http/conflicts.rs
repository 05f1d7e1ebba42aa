//! What people disagree about: every value with its author and time, and the way to settle it.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use lianhu_core::dispute::About;
use lianhu_core::household::KEPT_BACK;
use lianhu_core::views::{key_label, value_words};
use lianhu_core::{ActorId, DocId, Lang, Scalar};
use lianhu_sync::message::Verdict;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::act::ActError;
use crate::conflicts::{Disputed, SettleError};
use crate::gate::OFFICE;
use crate::http::document::value_of;
use crate::http::problem::Problem;
use crate::http::room::Room;
use crate::limits::COME_BACK_AFTER_S;
use crate::town::{Town, TownError};

/// Every open disagreement.
pub(crate) async fn list(State(room): State<Room>) -> Result<Json<Value>, Problem> {
    let listed = room.for_office(shown).await?.map_err(|why| Problem::internal(&why))?;
    Ok(Json(json!({ "conflicts": listed })))
}

fn shown(town: &Town) -> Result<Vec<Value>, TownError> {
    let open = town.disputed()?;
    let actors: BTreeSet<ActorId> =
        open.iter().flat_map(|one| one.dispute.choices.iter().map(|told| told.by)).collect();
    let names = town.names_of(&actors)?;
    let of_one = |one: &Disputed| {
        let values = one.dispute.choices.iter().enumerate().map(|(place, told)| {
            let by = names.get(&told.by);
            let office = told.by.is_of(OFFICE).then(|| "镇里".to_owned());
            json!({
                "value": listed(one, place, &told.value),
                "said": if one.kept_back { KEPT_BACK.to_owned() } else { value_words(&told.value, Lang::Zh) },
                "by": by.map(|(worker, _)| worker),
                "name": by.map(|(_, name)| name.0.clone()).or(office),
                "at": told.at.0,
            })
        });
        json!({
            "doc": one.doc,
            "document": one.title.0,
            "village": one.village,
            "key": key_of(&one.dispute.about),
            "item": key_label(&key_of(&one.dispute.about), Lang::Zh),
            "values": values.collect::<Vec<_>>(),
        })
    };
    Ok(open.iter().map(of_one).collect())
}

/// A value as it is listed and named again to settle it: a child's by its place alone.
fn listed(one: &Disputed, place: usize, value: &Scalar) -> Value {
    if one.kept_back { Value::String(format!("{KEPT_BACK}{}", place.saturating_add(1))) } else { value_of(value) }
}

/// A key goes by itself, two steps by the key of the one that stands meanwhile.
fn key_of(about: &About) -> String {
    match about {
        About::Key(key) => key.clone(),
        About::Steps(stands, _) => format!("step/{stands}"),
    }
}

/// A disagreement as it was listed, and the value that is to hold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settle {
    doc: DocId,
    key: String,
    value: Value,
}

/// Settles a disagreement, for everybody.
pub(crate) async fn settle(
    State(room): State<Room>,
    body: Result<Json<Settle>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let Json(Settle { doc, key, value }) = body?;
    let settled = room.for_office(move |town| {
        let open = town.disputed_in(doc).map_err(ActError::from)?;
        let one = open.into_iter().find(|one| key_of(&one.dispute.about) == key).ok_or(SettleError::NotOpen)?;
        let mut choices = one.dispute.choices.iter().enumerate();
        let chosen = choices.find(|(place, told)| listed(&one, *place, &told.value) == value);
        let (_, chosen) = chosen.ok_or(SettleError::NotOpen)?;
        town.settle_dispute(doc, &one.dispute.about, &chosen.value)
    });
    match settled.await? {
        Ok(recorded) => Ok(Json(json!({ "recorded": recorded }))),
        Err(SettleError::NotOpen) => Err(Problem::not_found("disagreement, or value of it")),
        Err(SettleError::Act(ActError::NotRecorded(Verdict::Refused { reason, .. }))) => {
            Err(Problem::new(StatusCode::CONFLICT, "not_permitted", reason))
        }
        Err(SettleError::Act(ActError::Town(TownError::Busy))) => Err(Problem::busy(COME_BACK_AFTER_S)),
        Err(SettleError::Act(why)) => Err(Problem::internal(&why)),
    }
}
