//! Who may come in: the office, from this machine only; phones, while there is room for one more.

use std::net::SocketAddr;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use lianhu_sync::limits::MAX_BODY_BYTES;

use crate::http::problem::Problem;
use crate::http::room::Room;
use crate::limits::BODY_WITHIN;

/// The office has no accounts yet, so its pages answer this machine only: the caller's address is this machine's, and
/// the name it asked for is too (a page of another site cannot reach them by a name of its own).
pub(crate) async fn this_machine_only(
    ConnectInfo(caller): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if caller.ip().to_canonical().is_loopback() && is_this_machine(host) {
        return next.run(request).await;
    }
    let problem = Problem::new(
        StatusCode::FORBIDDEN,
        "this_machine_only",
        "the office's pages open on the township's own machine only",
    );
    problem.into_response()
}

/// Whether a `Host` header names this machine, whatever the port.
fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    ["127.0.0.1", "localhost", "[::1]"].contains(&name)
}

/// Phones wait outside once the house is full, before their bodies are read.
/// Whoever takes too long to send what they say gives their place to somebody else.
pub(crate) async fn while_there_is_room(
    State(room): State<Room>,
    ConnectInfo(caller): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    match room.let_in(caller.ip().to_canonical()) {
        Ok(_place) => match arrived(request).await {
            Ok(request) => next.run(request).await,
            Err(problem) => problem.into_response(),
        },
        Err(problem) => problem.into_response(),
    }
}

/// The request with its whole body.
async fn arrived(request: Request) -> Result<Request, Problem> {
    let (head, body) = request.into_parts();
    let too_slow = || {
        let message = "the request took too long to arrive: try again on a better line, or with less";
        Problem::new(StatusCode::REQUEST_TIMEOUT, "too_slow", message)
    };
    let body = tokio::time::timeout(BODY_WITHIN, to_bytes(body, MAX_BODY_BYTES)).await.map_err(|_| too_slow())?;
    // Only a body that is too large, or one that broke off, is none.
    let body = body.map_err(|_| Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE))?;
    Ok(Request::from_parts(head, Body::from(body)))
}

/// Says in the journal, when it is asked to say so much, who was answered how: the address without what follows the
/// question mark, and of an address nobody serves nothing at all, since anything may stand there.
pub(crate) async fn noted(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<axum::extract::MatchedPath>().map(|route| route.as_str().to_owned());
    let response = next.run(request).await;
    let route = route.as_deref().unwrap_or("unknown address");
    tracing::debug!(%method, route, status = response.status().as_u16(), "answered");
    response
}
