//! `GET /office/v1/coverage`: linked households, gaps and loads of one village.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query as Asked, State};
use chrono::NaiveDate;
use lianhu_core::DocId;
use lianhu_core::roster::LoadWarning;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::coverage::VillageCoverage;
use crate::http::problem::Problem;
use crate::http::room::Room;

/// Which village, and for which day; today if left out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Which {
    village: DocId,
    on: Option<NaiveDate>,
}

/// The coverage of a village.
pub(crate) async fn show(
    State(room): State<Room>,
    asked: Result<Asked<Which>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Ok(Asked(Which { village, on })) = asked else {
        return Err(Problem::bad_request("bad_query", "say ?village=ID, and perhaps &on=yyyy-mm-dd"));
    };
    let told = room.for_office(move |town| town.coverage(village, on.unwrap_or_else(|| town.today()))).await?;
    let told = told.map_err(|why| Problem::internal(&why))?.ok_or_else(|| Problem::not_found("village"))?;
    Ok(Json(shown(&told)))
}

fn shown(told: &VillageCoverage) -> Value {
    let VillageCoverage { roster, on, coverage, load, warnings } = told;
    let grids = coverage.grids.iter().map(|(grid, count)| json!({ "grid": grid, "count": count }));
    let gaps = coverage.gaps.iter().map(|(household, gap)| json!({ "household": household, "gap": gap }));
    let load: BTreeMap<String, usize> = load.iter().map(|(worker, count)| (worker.to_string(), *count)).collect();
    json!({
        "village": roster.id, "on": on, "count": coverage.village, "grids": grids.collect::<Vec<_>>(),
        "gaps": gaps.collect::<Vec<_>>(), "load": load, "warnings": warnings.iter().map(warning).collect::<Vec<_>>(),
        "nodes": coverage.nodes.iter().map(|(node, helped)| json!({ "node": node, "households": helped })).collect::<Vec<_>>(),
    })
}

fn warning(warning: &LoadWarning) -> Value {
    match warning {
        LoadWarning::TooFew { worker, households } => json!({ "too_few": worker, "households": households }),
        LoadWarning::TooMany { worker, households } => json!({ "too_many": worker, "households": households }),
        LoadWarning::ExemptButLinked { worker } => json!({ "exempt_but_linked": worker }),
        LoadWarning::LinkedTwice { household } => json!({ "linked_twice": household }),
        LoadWarning::NobodyThere { household } => json!({ "nobody_there": household }),
    }
}
