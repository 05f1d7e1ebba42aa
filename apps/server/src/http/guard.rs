//! Who comes in: for each route, whom its row in the table names.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, RawPathParams, Request, State};
use axum::http::header::{COOKIE, HOST, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use lianhu_core::roster::Role;
use lianhu_core::{DocId, Private};
use lianhu_store::Account;

use crate::accounts::{act_token, id_text};
use crate::audit::{Action, Actor, AuditLine};
use crate::http::door;
use crate::http::problem::Problem;
use crate::http::room::Room;
use crate::http::routes::{Route, Who};
use crate::http::serve::OfficeDoor;
use crate::limits::{REASON_CHARS, STRANGERS_BYTES, STRANGERS_WITHIN};

/// The header in which an act carries the session's other word.
const ACT: &str = "x-lianhu-act";
/// The header in which the county says why it reads named data; anything but plain letters is percent-encoded UTF-8.
const REASON: &str = "x-lianhu-reason";

/// The connection a request came by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    /// Who called: behind a proxy, whom the proxy names.
    pub(crate) caller: IpAddr,
    /// Whether nobody on the way could read it.
    pub(crate) secure: bool,
}

impl Line {
    /// The name of the cookie that holds the session. `__Host-` binds it to this host, its root and to TLS; without TLS,
    /// on this machine alone, it goes without.
    pub(crate) fn cookie(self) -> &'static str {
        if self.secure { "__Host-lianhu" } else { "lianhu" }
    }
}

/// Who asks for something of the office.
#[derive(Clone)]
pub(crate) struct Caller {
    /// As the audit log names them.
    pub(crate) actor: Actor,
    /// The account that has signed in, and its token; none at the township's own machine without accounts.
    pub(crate) session: Option<(Account, String)>,
}

/// Lets in whom the route's row names, and writes the line it asks for.
pub(crate) async fn who_may(
    State((room, route)): State<(Room, &'static Route)>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    params: RawPathParams,
    mut request: Request,
    next: Next,
) -> Response {
    let line = request.extensions().get::<Line>().copied();
    let line = line.unwrap_or(Line { caller: address.ip().to_canonical(), secure: false });
    match route.who {
        Who::Everybody => return next.run(request).await,
        Who::Phones => return door::while_there_is_room(&room, line.caller, request, next).await,
        Who::Door | Who::Account | Who::Roles(_) => {}
    }
    let admitted = match room.office {
        OfficeDoor::ThisMachine => door::this_machine_only(line.caller, request.headers())
            .map(|()| Some(Caller { actor: Actor::Machine, session: None })),
        OfficeDoor::Accounts => {
            let acts = !matches!(*request.method(), Method::GET | Method::HEAD);
            by_account(&room, route, line, acts, request.headers()).await
        }
    };
    let caller = match admitted {
        Ok(caller) => caller,
        Err(problem) => return problem.into_response(),
    };
    request.extensions_mut().insert(line);
    if route.who == Who::Door {
        return match door::arrived(request, STRANGERS_BYTES, STRANGERS_WITHIN).await {
            Ok(request) => next.run(request).await,
            Err(problem) => problem.into_response(),
        };
    }
    let Some(caller) = caller else { return not_signed_in().into_response() };
    if let Err(problem) = written_down(&room, route, &caller, request.headers(), &params).await {
        return problem.into_response();
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}

/// Whom an account's session lets in. Before the door stands anybody.
async fn by_account(
    room: &Room,
    route: &Route,
    line: Line,
    acts: bool,
    headers: &HeaderMap,
) -> Result<Option<Caller>, Problem> {
    if !line.secure && door::this_machine_only(line.caller, headers).is_err() {
        let message = "the office opens over https only, or on the township's own machine";
        return Err(Problem::new(StatusCode::FORBIDDEN, "not_secure", message));
    }
    if acts && !is_own_page(headers, line) {
        return Err(forged());
    }
    if route.who == Who::Door {
        return Ok(None);
    }
    let token = cookie(headers, line.cookie()).ok_or_else(not_signed_in)?;
    let asked = token.clone();
    let session = room.for_office(move |town| town.session(&asked)).await?.map_err(|why| Problem::internal(&why))?;
    let account = session.ok_or_else(not_signed_in)?.account;
    if acts && headers.get(ACT).is_none_or(|said| said.as_bytes() != act_token(&token).as_bytes()) {
        return Err(forged());
    }
    if let Who::Roles(roles) = route.who
        && !roles.iter().any(|role| role.code() == account.role)
    {
        let message = "this is not for your role: another account of the office does it";
        return Err(Problem::new(StatusCode::FORBIDDEN, "not_your_role", message));
    }
    Ok(Some(Caller { actor: Actor::Account(id_text(account.id)), session: Some((account, token)) }))
}

/// What cannot be written down is not done.
async fn written_down(
    room: &Room,
    route: &'static Route,
    caller: &Caller,
    headers: &HeaderMap,
    params: &RawPathParams,
) -> Result<(), Problem> {
    let county = caller.session.as_ref().is_some_and(|(account, _)| account.role == Role::CountyView.code());
    let (action, detail, reason) = match route.line {
        _ if route.named && county => (Action::NamedRead, "county", Some(reason(headers)?)),
        Some((action, detail)) => (action, detail, None),
        None => return Ok(()),
    };
    let mut line = AuditLine { reason, ..AuditLine::new(caller.actor.clone(), action, detail) };
    for (_, value) in params {
        match value.parse::<DocId>() {
            Ok(doc) => {
                line.doc = Some(doc);
                if line.action == Action::Written {
                    line.action = Action::of_document(doc);
                }
            }
            // Names of lists, ids of devices and changes; whatever else somebody typed is not repeated.
            Err(_) if is_a_word(value) => line.subject = Some(value.to_owned()),
            Err(_) => {}
        }
    }
    room.for_office(move |town| town.audit(&line)).await?.map_err(|why| Problem::internal(&why))
}

fn is_a_word(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'_')
}

fn reason(headers: &HeaderMap) -> Result<Private<String>, Problem> {
    let said = headers.get(REASON).map(|said| percent_decoded(said.as_bytes())).unwrap_or_default();
    let said = String::from_utf8(said).unwrap_or_default().trim().to_owned();
    if !REASON_CHARS.contains(&said.chars().count()) {
        let message =
            "this names people: say why you read it, in the header x-lianhu-reason; it is kept with your name";
        return Err(Problem::new(StatusCode::FORBIDDEN, "reason_needed", message));
    }
    Ok(said.into())
}

/// The bytes of a percent-encoded header; what is not encoded well stays as it is.
fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let coded = after.get(..2).filter(|_| *first == b'%');
        match coded.and_then(|digits| data_encoding::HEXUPPER_PERMISSIVE.decode(digits).ok()) {
            Some(byte) => {
                bytes.extend(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}

/// Whether the page that sends this is ours, as far as the browser says.
fn is_own_page(headers: &HeaderMap, line: Line) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let host = headers.get(HOST).map(|host| host.as_bytes()).unwrap_or_default();
    let scheme: &[u8] = if line.secure { b"https://" } else { b"http://" };
    origin.as_bytes() == [scheme, host].concat()
}

/// The value of a cookie.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(named, _)| *named == name).map(|(_, value)| value.to_owned())
}

fn not_signed_in() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "sign_in", "sign in first")
}

fn forged() -> Problem {
    let message = "this did not come from the office's own page: load the page again";
    Problem::new(StatusCode::FORBIDDEN, "forged", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_read_however_it_is_encoded() {
        assert_eq!(percent_decoded(b"%E6%A0%B8 100% %zz"), "核 100% %zz".as_bytes());
        assert_eq!(percent_decoded(b"%"), b"%");
    }
}
