//! What the office asks and does: one document, what is held, the devices, enrolment codes, and its own acts.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use lianhu_core::access::town_reads;
use lianhu_core::household::{self, CardChange, CardForm, ContactBy, Residence};
use lianhu_core::matter::{Act, Matter};
use lianhu_core::{DocId, DocKind, Document, Edit, Field, Lang, Refusal, Scalar, WorkerId};
use lianhu_sync::message::Verdict;
use lianhu_sync::ports::Township as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::act::ActError;
use crate::gate::OFFICE;
use crate::http::night::Night;
use crate::http::problem::Problem;
use crate::town::Town;

/// Alive, and able to read its store.
pub(crate) async fn healthz(State(town): State<Arc<Town>>) -> Result<Json<Value>, Problem> {
    let head = town.blocking(|town| town.store.read().map(|reader| reader.head().0)).await?;
    head.map(|head| Json(json!({ "status": "ok", "position": head }))).map_err(|why| Problem::internal(&why))
}

/// The office has no accounts yet, so its pages answer this machine only: the caller's address is this machine's, and
/// the name it asked for is too (a page of another site cannot reach them by a name of its own).
pub(crate) async fn this_machine_only(
    ConnectInfo(caller): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if caller.ip().is_loopback() && ["127.0.0.1", "localhost", "[::1]"].contains(&name) {
        return next.run(request).await;
    }
    let problem = Problem::new(
        StatusCode::FORBIDDEN,
        "this_machine_only",
        "the office's pages open on the township's own machine only",
    );
    problem.into_response()
}

/// What the server has done since it started; `documents_loaded` stays where it is while phones have nothing new.
pub(crate) async fn counters(State(town): State<Arc<Town>>) -> Result<Json<Value>, Problem> {
    let exchanges = town.exchanges();
    let documents_loaded = town.store.documents_loaded();
    let counts = town.blocking(|town| town.store.read()?.counters()).await?.map_err(|why| Problem::internal(&why))?;
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

/// Last night.
pub(crate) async fn night(State(town): State<Arc<Town>>) -> Result<Json<Night>, Problem> {
    town.blocking(Night::of).await?.map(Json).map_err(|why| Problem::internal(&why))
}

/// One document, key by key, with every value that concurrent writes left.
pub(crate) async fn document(State(town): State<Arc<Town>>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let id = id.parse().map_err(|_| Problem::not_found("document"))?;
    let document = town.blocking(move |town| town.document(id)).await?.map_err(|why| Problem::internal(&why))?;
    if document.is_blank() {
        return Err(Problem::not_found("document"));
    }
    if !town_reads(&document) {
        let why = "this diary was not written for the town";
        return Err(Problem::new(StatusCode::FORBIDDEN, "not_for_the_town", why));
    }
    Ok(Json(shown(&document)))
}

fn shown(document: &Document) -> Value {
    let fields: serde_json::Map<String, Value> =
        document.list("").into_iter().map(|(key, field)| (key, field_of(&field))).collect();
    let kind = match document.id().kind() {
        DocKind::Roster => "roster",
        DocKind::Household => "household",
        DocKind::Diary => "diary",
        DocKind::Matter => "matter",
        DocKind::Other(_) => "other",
    };
    let mut shown = json!({ "id": document.id().to_string(), "kind": kind, "fields": fields });
    if document.id().kind() == DocKind::Matter {
        shown["state"] = Matter::read(document).state().code().into();
    }
    shown
}

fn field_of(field: &Field<Scalar>) -> Value {
    let rivals: Vec<Value> =
        field.rivals.iter().map(|told| json!({ "value": value_of(&told.value), "at": told.at.0 })).collect();
    if rivals.is_empty() {
        json!({ "value": value_of(&field.value) })
    } else {
        json!({ "value": value_of(&field.value), "rivals": rivals })
    }
}

/// Records are JSON inside the document and JSON here.
fn value_of(scalar: &Scalar) -> Value {
    match scalar {
        Scalar::Text(text) if text.starts_with('{') => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.0.clone()))
        }
        Scalar::Text(text) => Value::String(text.0.clone()),
        Scalar::Int(number) => (*number).into(),
        Scalar::Bool(yes) => (*yes).into(),
        Scalar::Bytes(bytes) => Value::String(data_encoding::HEXLOWER.encode(bytes)),
        Scalar::Unknown => Value::Null,
    }
}

/// Changes that wait for a person.
pub(crate) async fn held(State(town): State<Arc<Town>>) -> Result<Json<Value>, Problem> {
    let held = town.blocking(|town| town.store.read()?.held()).await?.map_err(|why| Problem::internal(&why))?;
    let rows: Vec<Value> = held
        .into_iter()
        .map(|held| {
            json!({
                "doc": uuid::Uuid::from_bytes(held.doc.0).to_string(),
                "change": data_encoding::HEXLOWER.encode(&held.hash.0),
                "reason": held.reason.to_u8(),
                "by": held.from.map(|(_, reader)| uuid::Uuid::from_bytes(reader.0).to_string()),
                "at": held.at.0,
            })
        })
        .collect();
    Ok(Json(json!({ "held": rows })))
}

/// The devices and when they last called.
pub(crate) async fn devices(State(town): State<Arc<Town>>) -> Result<Json<Value>, Problem> {
    let devices = town.blocking(|town| town.store.read()?.devices()).await?.map_err(|why| Problem::internal(&why))?;
    let rows: Vec<Value> = devices
        .into_iter()
        .map(|device| {
            json!({
                "device": device.device.to_string(),
                "worker": uuid::Uuid::from_bytes(device.reader.0).to_string(),
                "name": device.name,
                "enrolled_at": device.enrolled_at.0,
                "revoked_at": device.revoked_at.map(|at| at.0),
                "last_contact": device.last_contact.map(|(at, _)| at.0),
            })
        })
        .collect();
    Ok(Json(json!({ "devices": rows })))
}

/// For whom a code is wanted.
#[derive(Debug, Deserialize)]
pub(crate) struct CodeFor {
    worker: WorkerId,
    #[serde(default = "three_days")]
    hours: u32,
}

fn three_days() -> u32 {
    72
}

/// A new one-time code. It is shown this once and kept only as its hash.
#[derive(Debug, Serialize)]
pub(crate) struct NewCode {
    code: String,
}

/// Makes a one-time code for a worker.
pub(crate) async fn new_code(
    State(town): State<Arc<Town>>,
    body: Result<Json<CodeFor>, JsonRejection>,
) -> Result<Json<NewCode>, Problem> {
    let Json(asked) = body.map_err(|why| Problem::bad_request("malformed", why.body_text()))?;
    let code = town.blocking(move |town| town.new_code(asked.worker, asked.hours)).await?;
    match code.map_err(|why| Problem::internal(&why))? {
        Some(code) => Ok(Json(NewCode { code })),
        None => Err(Problem::not_found("worker")),
    }
}

/// Fields of a household's card to set; what is left out stays.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CardPatch {
    code: String,
    doorplate: String,
    head: String,
    phone: String,
    members: Option<i64>,
    residence: Option<Residence>,
    contact_by: Option<ContactBy>,
    contact_time: String,
}

/// Changes fields of a household's card.
pub(crate) async fn change_household(
    State(town): State<Arc<Town>>,
    Path(id): Path<String>,
    body: Result<Json<CardPatch>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let id = document_of_kind(&id, DocKind::Household)?;
    let Json(patch) = body.map_err(|why| Problem::bad_request("malformed", why.body_text()))?;
    let form = CardForm {
        code: patch.code,
        doorplate: patch.doorplate.into(),
        head: patch.head.into(),
        phone: patch.phone.into(),
        members: patch.members,
        residence: patch.residence,
        contact_by: patch.contact_by,
        contact_time: patch.contact_time,
        ..CardForm::default()
    };
    let change = CardChange::new(&form).map_err(|why| refused(&why))?;
    act(town, id, move |_| household::change_card(&change)).await
}

/// Adds a step to a matter: `{"act": "assign", "owner": …, "due": …}` and so on, as `docs/protocol.md` lists them.
pub(crate) async fn add_step(
    State(town): State<Arc<Town>>,
    Path(id): Path<String>,
    body: String,
) -> Result<Json<Value>, Problem> {
    let id = document_of_kind(&id, DocKind::Matter)?;
    let step = Act::from_json(&body)
        .ok_or_else(|| Problem::bad_request("not_a_step", "the step has no known act, or lacks what its act needs"))?;
    let record = town.mint_record().map_err(|why| Problem::internal(&why))?;
    let at = lianhu_core::DeviceMillis(town.now().0);
    act(town, id, move |document| Matter::read(document).step(record, OFFICE, at, step.clone())).await
}

async fn act(
    town: Arc<Town>,
    id: DocId,
    edit: impl Fn(&Document) -> Edit + Send + 'static,
) -> Result<Json<Value>, Problem> {
    let written = town
        .blocking(move |town| {
            if town.document(id)?.is_blank() {
                return Ok(None);
            }
            town.write(id, |document| Ok::<_, ActError>(edit(document))).map(Some)
        })
        .await?;
    match written {
        Ok(Some(written)) => Ok(Json(json!({ "recorded": written }))),
        Ok(None) => Err(Problem::not_found("document")),
        Err(ActError::NotRecorded(Verdict::Refused { reason, .. })) => {
            Err(Problem::new(StatusCode::CONFLICT, "not_permitted", reason))
        }
        Err(why) => Err(Problem::internal(&why)),
    }
}

fn document_of_kind(id: &str, kind: DocKind) -> Result<DocId, Problem> {
    let id: DocId = id.parse().map_err(|_| Problem::not_found("document"))?;
    if id.kind() == kind { Ok(id) } else { Err(Problem::not_found("document of this kind")) }
}

fn refused(why: &Refusal) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_content", why.message(Lang::Zh))
}
