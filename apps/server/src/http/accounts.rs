//! `/office/v1/accounts`: what the security administrator does. Nobody sees a password, a secret or a hash.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Extension, Path, State};
use lianhu_core::roster::Role;
use lianhu_store::{Account, AccountId};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::accounts::{AccountError, SetUpCode, can_sign_in, id_text};
use crate::http::guard::Caller;
use crate::http::problem::Problem;
use crate::http::room::Room;
use crate::http::session::problem;

/// Every account.
pub(crate) async fn list(State(room): State<Room>) -> Result<Json<Value>, Problem> {
    let accounts = room.for_office(|town| town.accounts()).await?.map_err(problem)?;
    Ok(Json(json!({ "accounts": accounts.iter().map(shown).collect::<Vec<_>>() })))
}

fn shown(account: &Account) -> Value {
    json!({
        "id": id_text(account.id),
        "login": account.login,
        "name": account.name,
        "role": account.role,
        "created_at": account.created_at.0,
        "disabled_at": account.disabled_at.map(|at| at.0),
        "set_up_until": account.set_up_until.map(|at| at.0),
        "can_sign_in": can_sign_in(account),
        "recovery_codes_left": account.recovery_codes,
    })
}

/// A new account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct New {
    login: String,
    name: String,
    role: Role,
}

/// Makes an account; answers its set-up code, this once.
pub(crate) async fn add(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    body: Result<Json<New>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let Json(New { login, name, role }) = body?;
    let made = room.for_office(move |town| town.add_account(&caller.actor, &login, &name, role)).await?;
    Ok(Json(code(&made.map_err(problem)?)))
}

/// What to change about an account.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Change {
    Reset,
    Disable,
    Enable,
    Role { role: Role },
}

/// Changes an account.
pub(crate) async fn change(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    body: Result<Json<Change>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let Json(change) = body?;
    let id: AccountId = id.parse::<Uuid>().map_err(|_| problem(AccountError::NoSuchAccount))?.into_bytes();
    let done = room.for_office(move |town| {
        let by = &caller.actor;
        match change {
            Change::Reset => return town.reset_account(by, id).map(|made| code(&made)),
            Change::Disable => town.disable_account(by, id, true)?,
            Change::Enable => town.disable_account(by, id, false)?,
            Change::Role { role } => town.change_account_role(by, id, role)?,
        }
        Ok(json!({ "changed": true }))
    });
    done.await?.map(Json).map_err(problem)
}

/// The code, and the page it is for; it stands after the `#`, which browsers do not send.
fn code(made: &SetUpCode) -> Value {
    json!({ "set_up": made.code, "page": format!("/office/set-up#{}", made.code), "until": made.until.0 })
}
