//! `POST /v1/sync`: check the signature, decode, exchange, encode. Everything else is `lianhu_sync`'s.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use lianhu_sync::wire;

use crate::exchange::ExchangeFailure;
use crate::http::problem::Problem;
use crate::http::room::Room;

/// The header that carries the device's Ed25519 signature over the body, in unpadded URL-safe base64.
const SIGNATURE: &str = "x-lianhu-signature";
/// What the bodies are.
const CONTENT: &str = "application/vnd.lianhu.sync";

/// One round trip of one phone.
pub(crate) async fn sync(
    State(room): State<Room>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let body = body?;
    let signature = headers.get(SIGNATURE).and_then(|value| BASE64URL_NOPAD.decode(value.as_bytes()).ok());
    let signature = signature.and_then(|bytes| <[u8; 64]>::try_from(bytes).ok()).ok_or_else(|| {
        Problem::new(StatusCode::UNAUTHORIZED, "not_signed", "the request carries no signature of a device")
    })?;
    let reply = room.for_phone(move |town| town.exchange(&body, &signature)).await?.map_err(problem)?;
    Ok(([(CONTENT_TYPE, CONTENT)], reply).into_response())
}

fn problem(failure: ExchangeFailure) -> Problem {
    match failure {
        ExchangeFailure::Wire(why) => wire_problem(&why),
        ExchangeFailure::UnknownDevice => Problem::new(
            StatusCode::UNAUTHORIZED,
            "unknown_device",
            "this township does not know the device: enrol it with a code from the office",
        ),
        ExchangeFailure::WrongSignature => {
            Problem::new(StatusCode::UNAUTHORIZED, "wrong_signature", "the signature is not this device's")
        }
        ExchangeFailure::RevokedDevice => Problem::new(
            StatusCode::FORBIDDEN,
            "revoked_device",
            "the office has revoked this device: ask there; what is written on it stays on it",
        ),
        ExchangeFailure::Busy(seconds) => Problem::busy(seconds),
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
