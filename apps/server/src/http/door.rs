//! Who may come in: the office, from this machine only; phones, while there is room for one more.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use lianhu_sync::limits::MAX_BODY_BYTES;

use crate::http::guard::Line;
use crate::http::problem::Problem;
use crate::http::room::Room;
use crate::limits::BODY_WITHIN;

/// The open door: the caller's address is this machine's, and the name it asked for is too (a page of another site cannot
/// reach it by a name of its own).
pub(crate) fn this_machine_only(caller: IpAddr, headers: &HeaderMap) -> Result<(), Problem> {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if caller.is_loopback() && is_this_machine(host) {
        return Ok(());
    }
    let message = "the office's pages open on the township's own machine only";
    Err(Problem::new(StatusCode::FORBIDDEN, "this_machine_only", message))
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
pub(crate) async fn while_there_is_room(room: &Room, caller: IpAddr, request: Request, next: Next) -> Response {
    match room.let_in(caller) {
        Ok(_place) => match arrived(request, MAX_BODY_BYTES, BODY_WITHIN).await {
            Ok(request) => next.run(request).await,
            Err(problem) => problem.into_response(),
        },
        Err(problem) => problem.into_response(),
    }
}

/// The request with its whole body.
pub(crate) async fn arrived(request: Request, at_most: usize, within: Duration) -> Result<Request, Problem> {
    let (head, body) = request.into_parts();
    let too_slow = || {
        let message = "the request took too long to arrive: try again on a better line, or with less";
        Problem::new(StatusCode::REQUEST_TIMEOUT, "too_slow", message)
    };
    let body = tokio::time::timeout(within, to_bytes(body, at_most)).await.map_err(|_| too_slow())?;
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

/// What every answer says to a browser: nobody guesses what it is, nobody learns where it was read, nobody frames it; and
/// what came over TLS is asked over TLS from then on.
pub(crate) async fn shielded(request: Request, next: Next) -> Response {
    let secure = request.extensions().get::<Line>().is_some_and(|line| line.secure);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        let nothing = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
        headers.insert(CONTENT_SECURITY_POLICY, nothing);
    }
    if secure {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}
