//! How long what is kept, for the office.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::http::problem::Problem;
use crate::http::room::Room;

/// Every rule, how much is past its time, and how much was purged so far.
pub(crate) async fn show(State(room): State<Room>) -> Result<Json<Value>, Problem> {
    match room.for_office(crate::Town::retention_rules).await? {
        Ok(rules) => Ok(Json(json!({ "rules": rules }))),
        Err(why) => Err(Problem::internal(&why)),
    }
}
