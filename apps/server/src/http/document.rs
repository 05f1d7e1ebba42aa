//! `GET /office/v1/documents/{id}`: one document as it is recorded.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::NaiveDate;
use lianhu_core::access::town_reads;
use lianhu_core::household::{KEPT_BACK, KeptBack};
use lianhu_core::matter::Matter;
use lianhu_core::{DocKind, Document, Field, Scalar};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::http::problem::Problem;
use crate::http::room::Room;

/// A document, key by key.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    id: String,
    kind: &'static str,
    /// Where a matter stands, which no key says.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    fields: Map<String, Value>,
}

/// The value shown first, and all of them where concurrent writes left several.
#[derive(Debug, Serialize)]
struct Told {
    value: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rivals: Vec<Rival>,
}

#[derive(Debug, Serialize)]
struct Rival {
    value: Value,
    by: String,
    at: i64,
}

/// One document, with every value that concurrent writes left.
pub(crate) async fn document(State(room): State<Room>, Path(id): Path<String>) -> Result<Json<Shown>, Problem> {
    let id = id.parse().map_err(|_| Problem::not_found("document"))?;
    let read = room.for_office(move |town| town.document(id).map(|document| (document, town.today()))).await?;
    let (document, today) = read.map_err(|why| Problem::internal(&why))?;
    if document.is_blank() {
        return Err(Problem::not_found("document"));
    }
    if !town_reads(&document) {
        let why = "this diary was not written for the town";
        return Err(Problem::new(StatusCode::FORBIDDEN, "not_for_the_town", why));
    }
    Ok(Json(shown(&document, today)))
}

fn shown(document: &Document, today: NaiveDate) -> Shown {
    let kept_back = KeptBack::of(document, today);
    let value = |key: &str, field: &Field<Scalar>| {
        let told = if kept_back.covers(key) { told_kept_back(field) } else { told(field) };
        serde_json::to_value(told).unwrap_or_default()
    };
    let fields = document.list("").into_iter();
    let fields = fields
        .map(|(key, field)| {
            let value = value(&key, &field);
            (key, value)
        })
        .collect();
    let kind = document.id().kind();
    let state = (kind == DocKind::Matter).then(|| Matter::read(document).state().code());
    Shown { id: document.id().to_string(), kind: kind.name(), state, fields }
}

/// A child's field: that there is one, with who wrote what else there is.
fn told_kept_back(field: &Field<Scalar>) -> Told {
    let mut told = told(field);
    told.value = KEPT_BACK.into();
    told.rivals.iter_mut().for_each(|rival| rival.value = KEPT_BACK.into());
    told
}

fn told(field: &Field<Scalar>) -> Told {
    let rival = |told: &lianhu_core::Told<Scalar>| Rival {
        value: value_of(&told.value),
        by: format!("{:?}", told.by),
        at: told.at.0,
    };
    Told { value: value_of(&field.value), rivals: field.rivals.iter().map(rival).collect() }
}

/// Records are JSON inside the document and JSON here.
pub(crate) fn value_of(scalar: &Scalar) -> Value {
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
