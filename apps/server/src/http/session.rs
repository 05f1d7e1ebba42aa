//! `/office/v1/sign-in`, `set-up`, `session`…: the way in, the way out, and what people do with their own account.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use lianhu_core::Private;
use lianhu_store::Account;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::accounts::{AccountError, act_token, id_text};
use crate::http::guard::{Caller, Line};
use crate::http::problem::Problem;
use crate::http::room::Room;
use crate::http::serve::OfficeDoor;
use crate::limits::{LOGIN_CHARS, PASSWORD_CHARS, SESSION_MS};

/// What kind of door this is: the page before it shows the right thing.
pub(crate) async fn door(State(room): State<Room>) -> Result<Json<Value>, Problem> {
    let has_accounts = room.for_office(|town| town.has_accounts()).await?.map_err(problem)?;
    Ok(Json(json!({ "this_machine": room.office == OfficeDoor::ThisMachine, "has_accounts": has_accounts })))
}

/// Who wants to sign in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    login: String,
    password: Private<String>,
    code: String,
}

/// Signs in. The session begins anew each time; the cookie is all the browser gets to keep.
pub(crate) async fn sign_in(
    State(room): State<Room>,
    Extension(line): Extension<Line>,
    body: Result<Json<SignIn>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(asked) = body?;
    let waits = room.waits.clone();
    if asked.login.len() > *LOGIN_CHARS.end() || asked.password.0.len() > 4 * PASSWORD_CHARS.end() {
        return Err(problem(AccountError::Wrong));
    }
    let work =
        move |town: &crate::Town| town.sign_in(&waits, &asked.login, &asked.password.0, &asked.code, line.caller);
    let fresh = room.for_passwords(work).await?.map_err(problem)?;
    let cookie = set_cookie(line, &fresh.token, SESSION_MS / 1_000);
    Ok(([(SET_COOKIE, cookie)], Json(shown(&fresh.account, &fresh.token))).into_response())
}

/// Who has signed in.
pub(crate) async fn show(Extension(caller): Extension<Caller>) -> Json<Value> {
    Json(match &caller.session {
        Some((account, token)) => shown(account, token),
        None => json!({ "this_machine": true }),
    })
}

/// Whether every session of the account ends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignOut {
    #[serde(default)]
    everywhere: bool,
}

/// Signs out, here or everywhere.
pub(crate) async fn sign_out(
    State(room): State<Room>,
    Extension(line): Extension<Line>,
    Extension(caller): Extension<Caller>,
    body: Result<Json<SignOut>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(SignOut { everywhere }) = body?;
    let (account, token) = own(&caller)?;
    room.for_office(move |town| town.sign_out(&token, account.id, everywhere)).await?.map_err(problem)?;
    Ok(([(SET_COOKIE, set_cookie(line, "", 0))], Json(json!({ "signed_out": true }))).into_response())
}

/// Another password for one's own account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPassword {
    present: Private<String>,
    new: Private<String>,
}

/// Changes the password; every session of the account ends, this one too.
pub(crate) async fn password(
    State(room): State<Room>,
    Extension(line): Extension<Line>,
    Extension(caller): Extension<Caller>,
    body: Result<Json<NewPassword>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let Json(asked) = body?;
    let (account, _) = own(&caller)?;
    let waits = room.waits.clone();
    let work = move |town: &crate::Town| {
        waits.begin(&account.login, line.caller, true, town.now()).map_err(AccountError::Wait)?;
        town.change_password(account.id, &asked.present.0, &asked.new.0)?;
        waits.succeeded(&account.login, line.caller);
        Ok(())
    };
    room.for_passwords(work).await?.map_err(problem)?;
    Ok(Json(json!({ "changed": true })))
}

/// A code of the second factor.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Code {
    code: String,
}

/// Ten new recovery codes, for whoever shows the second factor once more.
pub(crate) async fn recovery(
    State(room): State<Room>,
    Extension(line): Extension<Line>,
    Extension(caller): Extension<Caller>,
    body: Result<Json<Code>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let Json(Code { code }) = body?;
    let (account, _) = own(&caller)?;
    let (waits, actor) = (room.waits.clone(), caller.actor);
    let work = move |town: &crate::Town| {
        waits.begin(&account.login, line.caller, true, town.now()).map_err(AccountError::Wait)?;
        if !town.second_fits(&account, &code)? {
            return Err(AccountError::Wrong);
        }
        waits.succeeded(&account.login, line.caller);
        town.new_recovery_codes(&actor, account.id)
    };
    let codes = room.for_passwords(work).await?.map_err(problem)?;
    Ok(Json(json!({ "recovery_codes": codes })))
}

/// What the account of a set-up code is, and its second factor's secret.
pub(crate) async fn begin_set_up(
    State(room): State<Room>,
    body: Result<Json<Code>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let Json(Code { code }) = body?;
    let begun = room.for_passwords(move |town| town.begin_set_up(&code)).await?.map_err(problem)?;
    Ok(Json(json!({
        "login": begun.login, "name": begun.name, "role": begun.role, "secret": begun.secret, "address": begun.address,
    })))
}

/// The password and a code that shows that the second factor works.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetUp {
    set_up: String,
    password: Private<String>,
    code: String,
}

/// Sets an account up; answers the recovery codes, this once.
pub(crate) async fn finish_set_up(
    State(room): State<Room>,
    body: Result<Json<SetUp>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let Json(asked) = body?;
    let work = move |town: &crate::Town| town.finish_set_up(&asked.set_up, &asked.password.0, &asked.code);
    let codes = room.for_passwords(work).await?.map_err(problem)?;
    Ok(Json(json!({ "recovery_codes": codes })))
}

fn own(caller: &Caller) -> Result<(Account, String), Problem> {
    caller.session.clone().ok_or_else(|| {
        let message = "the office is open on this machine without accounts";
        Problem::new(StatusCode::CONFLICT, "no_session", message)
    })
}

fn shown(account: &Account, token: &str) -> Value {
    json!({
        "id": id_text(account.id), "login": account.login, "name": account.name, "role": account.role,
        "act": act_token(token), "recovery_codes_left": account.recovery_codes,
    })
}

fn set_cookie(line: Line, token: &str, seconds: i64) -> String {
    let secure = if line.secure { "; Secure" } else { "" };
    format!("{}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}", line.cookie())
}

/// What went wrong with an account, as HTTP says it.
#[expect(clippy::needless_pass_by_value, reason = "what maps an error takes it")]
pub(crate) fn problem(why: AccountError) -> Problem {
    let status = match &why {
        AccountError::Town(why) => return Problem::internal(why),
        AccountError::Wrong => StatusCode::UNAUTHORIZED,
        AccountError::Wait(_) => StatusCode::TOO_MANY_REQUESTS,
        AccountError::NoSuchAccount => StatusCode::NOT_FOUND,
        AccountError::NoSuchCode => StatusCode::FORBIDDEN,
        AccountError::Taken | AccountError::OwnAccount | AccountError::LastSecAdmin => StatusCode::CONFLICT,
        AccountError::NotALogin | AccountError::NotAName | AccountError::NotARole | AccountError::WeakPassword => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
    };
    let problem = Problem::new(status, why.code(), why.to_string());
    match why {
        AccountError::Wait(seconds) => problem.retry_after(seconds),
        _ => problem,
    }
}
