//! `POST /v1/sync`: a body and a signature in, a body and a signature out. Everything else is `lianhu_sync`'s.

use std::net::{IpAddr, SocketAddr};

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use lianhu_store::DeviceStanding;
use lianhu_sync::signature::Signature;
use lianhu_sync::wire;

use crate::exchange::{Answer, ExchangeFailure};
use crate::http::problem::Problem;
use crate::http::room::Room;

/// The header that carries a signature: the device's over the body, and the township's over its answer.
const SIGNATURE: &str = "x-lianhu-signature";
/// What the bodies are.
const CONTENT: &str = "application/vnd.lianhu.sync";

/// One round trip of one phone.
pub(crate) async fn sync(
    State(room): State<Room>,
    ConnectInfo(caller): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let body = body?;
    let signature = headers.get(SIGNATURE).and_then(|value| value.to_str().ok()).and_then(Signature::from_header);
    let signature = signature.ok_or_else(|| {
        Problem::new(StatusCode::UNAUTHORIZED, "not_signed", "the request carries no signature of a device")
    })?;
    // A proxy on this machine speaks for everybody: then the address says nothing.
    let address = Some(caller.ip().to_canonical()).filter(|ip| !ip.is_loopback()).map(|ip| match ip {
        IpAddr::V4(ip) => ip.to_ipv6_mapped().octets(),
        // Whoever has one address of a network has them all.
        IpAddr::V6(ip) => (u128::from(ip) >> 64 << 64).to_be_bytes(),
    });
    if let Some(address) = address {
        let may_ask = room.town.meters().may_ask(address, room.town.now());
        may_ask.map_err(|seconds| {
            let message = "too many requests from this address were not signed by a device: ask again later";
            Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", message).retry_after(seconds)
        })?;
    }
    let answered = room.for_phone(move |town| {
        town.exchange(&body, &signature).map_err(|why| {
            use ExchangeFailure::{UnknownDevice, Wire, WrongSignature};
            if let (Some(address), Wire(_) | UnknownDevice | WrongSignature) = (address, &why) {
                town.meters().failed(address, town.now());
            }
            let problem = problem(&why);
            (town.refusal(&body, &why, problem.message()), problem)
        })
    });
    match answered.await? {
        Ok(Answer { body, signature }) => {
            Ok(([(CONTENT_TYPE.as_str(), CONTENT), (SIGNATURE, &signature.to_header())], body).into_response())
        }
        Err((Some(Answer { body, signature }), problem)) => {
            let headers = [(CONTENT_TYPE.as_str(), "application/json"), (SIGNATURE, &signature.to_header())];
            Ok((problem.status(), headers, body).into_response())
        }
        Err((None, problem)) => Err(problem),
    }
}

fn problem(failure: &ExchangeFailure) -> Problem {
    let code = failure.signed_code().unwrap_or_default();
    match failure {
        ExchangeFailure::Wire(why) => wire_problem(why),
        ExchangeFailure::UnknownDevice => Problem::new(
            StatusCode::UNAUTHORIZED,
            "unknown_device",
            "this township does not know the device: enrol it with a code from the office",
        ),
        ExchangeFailure::WrongSignature => {
            Problem::new(StatusCode::UNAUTHORIZED, "wrong_signature", "the signature is not this device's")
        }
        ExchangeFailure::MayNotAsk(DeviceStanding::Suspended) => Problem::new(
            StatusCode::FORBIDDEN,
            code,
            "the office has suspended this device: ask there; what is written on it stays on it",
        ),
        ExchangeFailure::MayNotAsk(_) => Problem::new(
            StatusCode::FORBIDDEN,
            code,
            "the office has revoked this device: ask there; what is written on it stays on it",
        ),
        ExchangeFailure::Replayed(_) => Problem::new(
            StatusCode::CONFLICT,
            code,
            "a request with this number or a greater one came before: ask again with one more than the last",
        ),
        ExchangeFailure::TooMuch(seconds) => Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_much",
            "this device asks more than one person's work needs: ask again later",
        )
        .retry_after(*seconds),
        ExchangeFailure::Busy(seconds) => Problem::busy(*seconds),
        ExchangeFailure::Internal(why) => Problem::internal(why.as_ref()),
    }
}

fn wire_problem(why: &wire::WireError) -> Problem {
    let status = match why.code() {
        "unsupported_version" => StatusCode::UPGRADE_REQUIRED,
        "too_large" | "inflates_too_large" => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::BAD_REQUEST,
    };
    Problem::new(status, why.code(), why.to_string())
}
