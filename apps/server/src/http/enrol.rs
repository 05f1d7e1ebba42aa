//! `POST /v1/enrol`: a phone's first word. A one-time code from the office, and the key the phone just made.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use data_encoding::BASE64;
use lianhu_core::{DocId, WorkerId};
use lianhu_crypto::PublicKey;
use lianhu_store::{NewDevice, Redeemed};
use lianhu_sync::ids::DeviceId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::audit::{Action, Actor, AuditLine};
use crate::gate::home_of;
use crate::http::guesses::Guesses;
use crate::http::problem::Problem;
use crate::http::room::Room;
use crate::limits::DEVICE_NAME_CHARS;
use crate::town::{Town, TownError, reader_of};

/// What the phone says.
#[derive(Debug, Deserialize)]
pub(crate) struct Enrolment {
    code: String,
    device: Uuid,
    public_key: String,
    #[serde(default)]
    name: String,
    /// Whose the device is already, if it has a workbook: one that the township does not know any more.
    #[serde(default)]
    worker: Option<WorkerId>,
}

/// What it hears.
#[derive(Debug, Serialize)]
pub(crate) struct Enrolled {
    worker: WorkerId,
    name: String,
    roles: Vec<String>,
    roster: DocId,
    township: String,
    /// The township's key, and how many it had before; replies are believed by it.
    township_key: String,
    key_number: u32,
    /// The device's certificate.
    certificate: Option<String>,
}

/// Enrols a device, once per code. The same request again gets the same answer.
pub(crate) async fn enrol(
    State(room): State<Room>,
    body: Result<Json<Enrolment>, JsonRejection>,
) -> Result<Json<Enrolled>, Problem> {
    let Json(asked) = body?;
    let key = BASE64.decode(asked.public_key.as_bytes()).ok().and_then(|key| PublicKey::from_bytes(&key).ok());
    let suite = room.town.suite_of_keys().map_err(|why| Problem::internal(&why))?;
    let key = key.filter(|key| key.suite() == suite).ok_or_else(|| {
        Problem::bad_request("bad_key", "the public key is not a key of this township's suite in base64")
    })?;
    let name: String = asked.name.chars().take(DEVICE_NAME_CHARS).collect();
    let device = NewDevice { device: DeviceId(asked.device.into_bytes()), name, public_key: key.to_bytes() };
    let guesses = Arc::clone(&room.guesses);
    room.for_phone(move |town| redeem(town, &guesses, &asked.code, device, asked.worker)).await?.map(Json)
}

fn redeem(
    town: &Town,
    guesses: &Guesses,
    code: &str,
    device: NewDevice,
    whose: Option<WorkerId>,
) -> Result<Enrolled, Problem> {
    let now = town.now();
    guesses.may_try(now).map_err(|seconds| {
        let message = "too many wrong codes lately: try again in a minute";
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", message).retry_after(seconds)
    })?;
    let (name, key) = (device.device, device.public_key.clone());
    let redeemed = town
        .store()
        .redeem_code(code.trim(), device, whose.map(reader_of), now)
        .map_err(|why| Problem::internal(&why))?;
    if redeemed == Redeemed::Unknown {
        guesses.wrong(now);
    }
    let refusal = |code: &str, message: &str| Problem::new(StatusCode::FORBIDDEN, code, message);
    match redeemed {
        Redeemed::Enrolled(reader) => {
            let worker = WorkerId(Uuid::from_bytes(reader.0));
            let line = AuditLine::new(Actor::Worker(worker), Action::DeviceChanged, "enrolled");
            town.audit(&AuditLine { subject: Some(name.to_string()), ..line })
                .map_err(|why| Problem::internal(&why))?;
            welcome(town, worker, name, &key).map_err(|why| Problem::internal(&why))?.ok_or_else(|| {
                refusal("no_such_worker", "the worker is in no roster any more: ask the office for a new code")
            })
        }
        Redeemed::Unknown => Err(refusal("unknown_code", "there is no such code: check it, or ask the office for one")),
        Redeemed::Expired => Err(refusal("expired_code", "the code's time is over: ask the office for a new one")),
        Redeemed::Used => Err(refusal("used_code", "the code enrolled another phone: ask the office for a new one")),
        Redeemed::OtherReader => {
            Err(refusal("other_worker", "the code is for somebody else: this workbook has an owner"))
        }
        Redeemed::DeviceExists => Err(refusal("device_exists", "this device is enrolled already: it can sync")),
    }
}

fn welcome(town: &Town, worker: WorkerId, device: DeviceId, key: &[u8]) -> Result<Option<Enrolled>, TownError> {
    let reader = lianhu_sync::ports::Township::read(town.store())?;
    let Some(home) = home_of(&reader, worker)? else { return Ok(None) };
    let roster = town.gate.roster(&reader, home)?.roster;
    let (Some(entry), Ok(home)) = (roster.workers.get(&worker), DocId::from_bytes(home.0)) else { return Ok(None) };
    let certificate = town.certify(device, key, reader_of(worker))?;
    let (key_number, township_key) = town.township_key()?;
    Ok(Some(Enrolled {
        worker,
        name: entry.name.as_ref().map(|name| name.value.as_str().to_owned()).unwrap_or_default(),
        roles: entry.roles.iter().flat_map(|roles| &roles.value).map(|role| role.code().to_owned()).collect(),
        roster: home,
        township: roster.town.as_ref().map(|town| town.value.as_str().to_owned()).unwrap_or_default(),
        township_key: BASE64.encode(&township_key.to_bytes()),
        key_number,
        certificate: certificate.map(|signed| BASE64.encode(&signed.to_bytes())),
    }))
}

/// By which key this township is known, and of which suite a device's key has to be: before anything is asked of it.
pub(crate) async fn township(State(room): State<Room>) -> Result<Json<serde_json::Value>, Problem> {
    let (number, key) = room.for_phone(Town::township_key).await?.map_err(|why| Problem::internal(&why))?;
    Ok(Json(serde_json::json!({
        "suite": key.suite().code(),
        "township_key": BASE64.encode(&key.to_bytes()),
        "key_number": number,
        "fingerprint": data_encoding::HEXLOWER.encode(&key.fingerprint()),
    })))
}
