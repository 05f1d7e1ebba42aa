//! `/office/v1/lists/{view}`: any view, filtered and paged. The views and their columns are the documents crate's.
//!
//! What is asked of a column about people comes in the body of a POST: addresses end up in journals and histories.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query as Asked, State};
use lianhu_core::views::{ColumnType, ViewSpec, find};
use lianhu_store::{Op, Query};
use lianhu_sync::ports::{Township as _, ViewValue};
use serde::Serialize;
use serde_json::Value;

use crate::http::problem::Problem;
use crate::http::room::Room;
use crate::kept_back;
use crate::limits::ROWS_PER_ANSWER;
use crate::town::Town;

/// One page of a list.
#[derive(Debug, Serialize)]
pub(crate) struct List {
    view: &'static str,
    columns: Vec<&'static str>,
    rows: Vec<Vec<Value>>,
    total: u64,
}

/// GET: `?column=value` keeps rows where the column is exactly that, `column~=text` where it has the text in it; `order`
/// (`-column` for the greatest first), `limit` (at most 500) and `offset` page through.
pub(crate) async fn list(
    State(room): State<Room>,
    Path(view): Path<String>,
    Asked(asked): Asked<BTreeMap<String, String>>,
) -> Result<Json<List>, Problem> {
    let spec = find(&view).ok_or_else(|| Problem::not_found("list"))?;
    let columns = asked.keys().map(|name| name.strip_suffix('~').unwrap_or(name));
    if columns.into_iter().any(|name| spec.columns.contains(&(name, ColumnType::Personal))) {
        return Err(Problem::bad_request(
            "personal_filter",
            "what is asked about people does not belong in an address: POST the same as a JSON object",
        ));
    }
    answer(&room, spec, &asked).await
}

/// POST: the same questions as a JSON object of texts.
pub(crate) async fn ask(
    State(room): State<Room>,
    Path(view): Path<String>,
    asked: Result<Json<BTreeMap<String, String>>, JsonRejection>,
) -> Result<Json<List>, Problem> {
    let spec = find(&view).ok_or_else(|| Problem::not_found("list"))?;
    answer(&room, spec, &asked?.0).await
}

async fn answer(room: &Room, spec: &'static ViewSpec, asked: &BTreeMap<String, String>) -> Result<Json<List>, Problem> {
    let query = query_of(spec, asked)?;
    room.for_office(move |town| read(town, spec, &query)).await?.map(Json)
}

fn read(town: &Town, spec: &'static ViewSpec, query: &Query) -> Result<List, Problem> {
    let reader = town.store.read().map_err(|why| Problem::internal(&why))?;
    let query = &kept_back::asked(spec, query, town.today());
    let rows = reader.list(spec.name, query).map_err(|why| Problem::internal(&why))?;
    let total = reader.count(spec.name, &query.filters).map_err(|why| Problem::internal(&why))?;
    let shown = |row| kept_back::row(spec, row, town.today()).into_iter().map(json).collect();
    let rows = rows.into_iter().map(shown).collect();
    Ok(List { view: spec.name, columns: spec.columns.iter().map(|(name, _)| *name).collect(), rows, total })
}

fn json(value: ViewValue) -> Value {
    match value {
        ViewValue::Null => Value::Null,
        ViewValue::Int(number) => number.into(),
        ViewValue::Text(text) => text.into(),
    }
}

fn query_of(spec: &ViewSpec, asked: &BTreeMap<String, String>) -> Result<Query, Problem> {
    let mut query = Query { limit: Some(ROWS_PER_ANSWER), ..Query::default() };
    for (name, value) in asked {
        match name.as_str() {
            "limit" => query.limit = Some(number(name, value)?.min(ROWS_PER_ANSWER)),
            "offset" => query.offset = number(name, value)?,
            "order" => {
                let descending = value.strip_prefix('-');
                let column = descending.unwrap_or(value);
                kind_of(spec, column)?;
                query.descending = descending.is_some();
                query.order_by = Some(column.to_owned());
            }
            filter => query = add_filter(spec, query, filter, value)?,
        }
    }
    Ok(query)
}

fn add_filter(spec: &ViewSpec, query: Query, name: &str, value: &str) -> Result<Query, Problem> {
    if let Some(column) = name.strip_suffix('~') {
        kind_of(spec, column)?;
        return Ok(query.filter(column, Op::Contains(value.to_owned())));
    }
    let wanted = match kind_of(spec, name)? {
        ColumnType::Int => ViewValue::Int(value.parse().map_err(|_| not_a_number(name))?),
        ColumnType::Text | ColumnType::Id | ColumnType::Doc | ColumnType::Personal => ViewValue::Text(value.to_owned()),
    };
    Ok(query.filter(name, Op::Eq(wanted)))
}

fn kind_of(spec: &ViewSpec, column: &str) -> Result<ColumnType, Problem> {
    let found = spec.columns.iter().find(|(name, _)| *name == column);
    found.map(|(_, kind)| *kind).ok_or_else(|| {
        let columns: Vec<_> = spec.columns.iter().map(|(name, _)| *name).collect();
        Problem::bad_request("unknown_column", format!("the columns of this list are: {}", columns.join(", ")))
    })
}

fn number(name: &str, value: &str) -> Result<u32, Problem> {
    value.parse().map_err(|_| not_a_number(name))
}

fn not_a_number(name: &str) -> Problem {
    Problem::bad_request("not_a_number", format!("{name} takes a whole number"))
}
