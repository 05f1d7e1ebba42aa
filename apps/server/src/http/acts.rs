//! What the office does: enrolment codes, fields of a household's card, decisions about held work.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use data_encoding::HEXLOWER;
use lianhu_core::household::{self, CardChange, CardField, CardForm, ContactBy, Residence};
use lianhu_core::{DocId, DocKind, Document, Edit, Lang, Refusal, WorkerId};
use lianhu_sync::ids::ChangeHash;
use lianhu_sync::message::Verdict;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::act::ActError;
use crate::held::DecideError;
use crate::http::problem::Problem;
use crate::http::room::Room;
use crate::limits::COME_BACK_AFTER_S;
use crate::town::TownError;

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
    State(room): State<Room>,
    body: Result<Json<CodeFor>, JsonRejection>,
) -> Result<Json<NewCode>, Problem> {
    let Json(asked) = body?;
    let code = room.for_office(move |town| town.new_code(asked.worker, asked.hours)).await?;
    match code.map_err(|why| Problem::internal(&why))? {
        Some(code) => Ok(Json(NewCode { code })),
        None => Err(Problem::not_found("worker")),
    }
}

/// Fields of a household's card to set, and to empty; what is left out stays.
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
    clear: Vec<CardField>,
}

/// Whether there was anything to write; if so it is recorded.
#[derive(Debug, Serialize)]
pub(crate) struct Recorded {
    recorded: bool,
}

/// Changes fields of a household's card.
pub(crate) async fn change_household(
    State(room): State<Room>,
    Path(id): Path<String>,
    body: Result<Json<CardPatch>, JsonRejection>,
) -> Result<Json<Recorded>, Problem> {
    let id = document_of_kind(&id, DocKind::Household)?;
    let Json(patch) = body?;
    let form = CardForm {
        code: patch.code,
        doorplate: patch.doorplate.into(),
        head: patch.head.into(),
        phone: patch.phone.into(),
        members: patch.members,
        residence: patch.residence,
        contact_by: patch.contact_by,
        contact_time: patch.contact_time,
        clear: patch.clear,
        ..CardForm::default()
    };
    let change = CardChange::new(&form).map_err(|why| invalid(&why))?;
    act(&room, id, move |_| household::change_card(&change)).await
}

/// A held change, as its address says it.
#[derive(Debug, Deserialize)]
pub(crate) struct HeldAt {
    doc: String,
    change: String,
}

impl HeldAt {
    fn read(&self) -> Result<(lianhu_sync::ids::DocId, ChangeHash), Problem> {
        let doc: DocId = self.doc.parse().map_err(|_| Problem::not_found("document"))?;
        let hash = HEXLOWER.decode(self.change.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
        let hash = hash.ok_or_else(|| Problem::not_found("change"))?;
        Ok((lianhu_sync::ids::DocId(doc.to_bytes()), ChangeHash(hash)))
    }
}

/// Why the office turns held work down; its author reads it.
#[derive(Debug, Deserialize)]
pub(crate) struct Declined {
    reason: String,
}

/// How many changes a decision was about: others that only waited for this one are decided with it.
#[derive(Debug, Serialize)]
pub(crate) struct Decided {
    decided: usize,
}

/// Records held work after all. The body says nothing, but it must be JSON: no other site's form can send that.
pub(crate) async fn accept_held(
    State(room): State<Room>,
    Path(at): Path<HeldAt>,
    body: Result<Json<Value>, JsonRejection>,
) -> Result<Json<Decided>, Problem> {
    let Json(_) = body?;
    let (doc, change) = at.read()?;
    decided(room.for_office(move |town| town.accept_held(doc, change)).await?)
}

/// Turns held work down.
pub(crate) async fn decline_held(
    State(room): State<Room>,
    Path(at): Path<HeldAt>,
    body: Result<Json<Declined>, JsonRejection>,
) -> Result<Json<Decided>, Problem> {
    let (doc, change) = at.read()?;
    let Json(Declined { reason }) = body?;
    decided(room.for_office(move |town| town.decline_held(doc, change, &reason)).await?)
}

fn decided(outcome: Result<usize, DecideError>) -> Result<Json<Decided>, Problem> {
    outcome.map(|decided| Json(Decided { decided })).map_err(|why| match why {
        DecideError::NotWaiting => Problem::not_found("work waiting"),
        DecideError::CannotStand(reason) => Problem::new(StatusCode::CONFLICT, "cannot_stand", reason),
        DecideError::Reason => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "reason_needed", why.to_string()),
        DecideError::Town(TownError::Busy) => Problem::busy(COME_BACK_AFTER_S),
        DecideError::Town(why) => Problem::internal(&why),
    })
}

async fn act(
    room: &Room,
    id: DocId,
    edit: impl Fn(&Document) -> Edit + Send + 'static,
) -> Result<Json<Recorded>, Problem> {
    let written = room.for_office(move |town| {
        if town.document(id)?.is_blank() {
            return Ok(None);
        }
        town.write(id, |document| Ok::<_, ActError>(edit(document))).map(Some)
    });
    match written.await? {
        Ok(Some(recorded)) => Ok(Json(Recorded { recorded })),
        Ok(None) => Err(Problem::not_found("document")),
        Err(ActError::NotRecorded(Verdict::Refused { reason, .. })) => {
            Err(Problem::new(StatusCode::CONFLICT, "not_permitted", reason))
        }
        Err(ActError::Town(TownError::Busy)) => Err(Problem::busy(COME_BACK_AFTER_S)),
        Err(why) => Err(Problem::internal(&why)),
    }
}

fn document_of_kind(id: &str, kind: DocKind) -> Result<DocId, Problem> {
    let id: DocId = id.parse().map_err(|_| Problem::not_found("document"))?;
    if id.kind() == kind { Ok(id) } else { Err(Problem::not_found("document of this kind")) }
}

fn invalid(why: &Refusal) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_content", why.message(Lang::Zh))
}
