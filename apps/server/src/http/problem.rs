//! What a caller hears when something is wrong: a stable code, a sentence, and a status; never personal data. Every error
//! of the server sounds like this, axum's own included.

use axum::Json;
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use lianhu_store::StoreError;

/// An error as it leaves the server.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: String,
    message: String,
    retry_after_s: Option<u32>,
}

impl Problem {
    /// A problem with its HTTP status, its stable code, and a sentence that says what to do.
    pub(crate) fn new(status: StatusCode, code: impl Into<String>, message: impl Into<String>) -> Self {
        Problem { status, code: code.into(), message: message.into(), retry_after_s: None }
    }

    /// Something failed on our side. The details go to the journal (they name no person), not to the caller.
    pub(crate) fn internal(why: &(dyn std::error::Error + 'static)) -> Self {
        let chain: Vec<&(dyn std::error::Error + 'static)> =
            std::iter::successors(Some(why), |why| why.source()).collect();
        let mut told: Vec<String> = chain.iter().map(ToString::to_string).collect();
        told.dedup();
        tracing::error!(why = told.join(": "), "request failed");
        if chain.iter().any(|why| matches!(why.downcast_ref(), Some(StoreError::DiskFull))) {
            return Problem::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "disk_full",
                "the township's disk is full: what was acknowledged is safe; try again when there is room",
            );
        }
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the township could not finish this; send the same again later",
        )
    }

    /// Nothing is wrong, there are only too many at once.
    pub(crate) fn busy(retry_after_s: u32) -> Self {
        let message = format!("too many at once: ask again in {retry_after_s} seconds");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", message).retry_after(retry_after_s)
    }

    /// There is no such thing, or not for this caller.
    pub(crate) fn not_found(what: &str) -> Self {
        Problem::new(StatusCode::NOT_FOUND, "not_found", format!("there is no such {what}"))
    }

    /// The request itself is wrong.
    pub(crate) fn bad_request(code: &str, message: impl Into<String>) -> Self {
        Problem::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// What to do, in a sentence.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Its HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// The same problem, with the seconds after which asking again may help.
    pub(crate) fn retry_after(self, seconds: u32) -> Self {
        Problem { retry_after_s: Some(seconds), ..self }
    }

    /// What a bare status means here.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Problem::not_found("address"),
            StatusCode::METHOD_NOT_ALLOWED => {
                Problem::new(status, "method_not_allowed", "this address does not take this method")
            }
            StatusCode::PAYLOAD_TOO_LARGE => {
                Problem::new(status, "too_large", "the body is too large: send less at once")
            }
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                Problem::new(status, "not_json", "the body must be JSON, and its content type must say so")
            }
            status if status.is_client_error() => Problem::new(status, "malformed", "the request cannot be read"),
            status => Problem::new(status, "internal", "the township could not finish this; try again later"),
        }
    }
}

impl From<BytesRejection> for Problem {
    fn from(why: BytesRejection) -> Self {
        Problem::of_status(why.status())
    }
}

impl From<JsonRejection> for Problem {
    /// Where the JSON is wrong, and never what stands there: parsers quote what they read.
    fn from(why: JsonRejection) -> Self {
        let problem = Problem::of_status(why.status());
        if !matches!(why, JsonRejection::JsonDataError(_) | JsonRejection::JsonSyntaxError(_)) {
            return problem;
        }
        let chain = std::iter::successors(Some(&why as &(dyn std::error::Error + 'static)), |why| why.source());
        let mut places = chain.filter_map(|why| why.downcast_ref::<serde_path_to_error::Error<serde_json::Error>>());
        let message = places.next().map(|place| {
            let (line, column) = (place.inner().line(), place.inner().column());
            format!("line {line}, column {column}: not JSON, or a field is missing, unknown or of another type")
        });
        let message = message.unwrap_or_else(|| problem.message.clone());
        Problem { status: StatusCode::BAD_REQUEST, message, ..problem }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::json!({ "code": self.code, "message": self.message });
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Puts what axum answers by itself (unknown addresses, wrong methods, unreadable queries) into our own words.
pub(crate) async fn in_our_words(response: Response) -> Response {
    let status = response.status();
    let is_ours = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if is_ours || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let allow = response.headers().get(ALLOW).cloned();
    let mut told = Problem::of_status(status).into_response();
    if let Some(allow) = allow {
        told.headers_mut().insert(ALLOW, allow);
    }
    told
}
