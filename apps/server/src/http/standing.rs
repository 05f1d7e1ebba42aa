//! How the township stands: alive, what it has done, its devices, what waits for a person.

use axum::Json;
use axum::extract::State;
use lianhu_core::Lang;
use lianhu_sync::ports::Township as _;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::http::night::{Night, names_of_workers};
use crate::http::problem::Problem;
use crate::http::room::Room;
use crate::town::TownError;

/// Alive, and able to read its store.
pub(crate) async fn healthz(State(room): State<Room>) -> Result<Json<Value>, Problem> {
    let head = room.for_office(|town| town.store.read().map(|reader| reader.head().0)).await?;
    head.map(|head| Json(json!({ "status": "ok", "position": head }))).map_err(|why| Problem::internal(&why))
}

/// Last night.
pub(crate) async fn night(State(room): State<Room>) -> Result<Json<Night>, Problem> {
    room.for_office(Night::of).await?.map(Json).map_err(|why| Problem::internal(&why))
}

/// What the server has done since it started; `documents_loaded` stays where it is while phones have nothing new.
pub(crate) async fn counters(State(room): State<Room>) -> Result<Json<Value>, Problem> {
    let exchanges = room.town.exchanges();
    let documents_loaded = room.town.store.documents_loaded();
    let counts = room.for_office(|town| town.store.read()?.counters()).await?;
    let counts = counts.map_err(|why| Problem::internal(&why))?;
    Ok(Json(json!({
        "exchanges": exchanges,
        "documents_loaded": documents_loaded,
        "documents": counts.documents,
        "changes": counts.changes,
        "held": counts.held,
        "refused": counts.refused,
        "devices": counts.devices,
    })))
}

/// Changes that wait for a person.
pub(crate) async fn held(State(room): State<Room>) -> Result<Json<Value>, Problem> {
    let held = room.for_office(|town| Ok::<_, TownError>((town.held_work(Lang::Zh)?, names_of_workers(town)?))).await?;
    let (held, names) = held.map_err(|why| Problem::internal(&why))?;
    let rows: Vec<Value> = held
        .into_iter()
        .map(|held| {
            let by = held.by.map(|by| by.to_string());
            let name = by.as_ref().and_then(|by| names.get(by));
            json!({
                "doc": Uuid::from_bytes(held.doc.0).to_string(),
                "kind": held.kind.name(),
                "document": held.title.0,
                "change": data_encoding::HEXLOWER.encode(&held.change.0),
                "reason": held.reason.to_u8(),
                "by": by,
                "name": name,
                "written_at": held.written_at.0,
                "at": held.since.0,
                "words": held.words.into_iter().map(|(part, said)| json!({ "part": part, "said": said.0 })).collect::<Vec<_>>(),
            })
        })
        .collect();
    Ok(Json(json!({ "held": rows })))
}

/// The devices and when they last called.
pub(crate) async fn devices(State(room): State<Room>) -> Result<Json<Value>, Problem> {
    let devices = room.for_office(|town| town.store.read()?.devices()).await?.map_err(|why| Problem::internal(&why))?;
    let rows: Vec<Value> = devices
        .into_iter()
        .map(|device| {
            json!({
                "device": device.device.to_string(),
                "worker": Uuid::from_bytes(device.reader.0).to_string(),
                "name": device.name,
                "enrolled_at": device.enrolled_at.0,
                "standing": device.standing.code(),
                "reason": device.standing_reason,
                "standing_at": device.standing_at.map(|at| at.0),
                "last_contact": device.last_contact.map(|(at, _)| at.0),
            })
        })
        .collect();
    Ok(Json(json!({ "devices": rows })))
}
