//! The audit log, for the audit administrator: its lines, page by page, and whether it is as it was written.

use axum::Json;
use axum::extract::{Query as Typed, State};
use chrono::NaiveDate;
use data_encoding::HEXLOWER_PERMISSIVE;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::audit::{Asked, AuditPick, Line};
use crate::http::problem::Problem;
use crate::http::room::Room;
use crate::limits::ROWS_PER_ANSWER;

/// Which lines; those after a number, the first ones first.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    action: Option<String>,
    actor: Option<String>,
    #[serde(default)]
    after: u64,
}

/// One page.
#[derive(Debug, Serialize)]
pub(crate) struct Lines {
    lines: Vec<Line>,
}

/// Shows lines, so many at a time: the number of the last one leads to the next page.
pub(crate) async fn list(State(room): State<Room>, Typed(typed): Typed<Question>) -> Result<Json<Lines>, Problem> {
    let Question { from, to, action, actor, after } = typed;
    let asked = Asked { from, to, action, actor, after, pick: AuditPick::First(ROWS_PER_ANSWER.into()) };
    let lines = room.for_office(move |town| town.audit_lines(&asked)).await?.map_err(|why| Problem::internal(&why))?;
    Ok(Json(Lines { lines }))
}

/// A head that was noted elsewhere.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Noted {
    head: Option<String>,
}

/// Looks at the whole chain, and says where it ends.
pub(crate) async fn verify(State(room): State<Room>, Typed(typed): Typed<Noted>) -> Result<Json<Value>, Problem> {
    let noted = typed.head.map(|head| HEXLOWER_PERMISSIVE.decode(head.trim().as_bytes()).ok()?.try_into().ok());
    if noted.as_ref().is_some_and(Option::is_none) {
        return Err(Problem::bad_request("not_a_head", "a head is the 64 digits that `lianhu audit head` prints"));
    }
    let looked = room.for_office(move |town| {
        Ok::<_, crate::TownError>((town.verify_audit(noted.flatten(), None)?, town.audit_head()?))
    });
    let (checked, (number, hash)) = looked.await?.map_err(|why| Problem::internal(&why))?;
    let problems: Vec<Value> =
        checked.problems.iter().map(|(line, what)| json!({ "line": line, "problem": what })).collect();
    let head = json!({ "line": number, "hash": HEXLOWER_PERMISSIVE.encode(&hash) });
    Ok(Json(json!({ "lines": checked.lines, "problems": problems, "unsigned": checked.unsigned, "head": head })))
}
