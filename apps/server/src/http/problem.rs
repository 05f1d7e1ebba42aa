//! What a caller hears when something is wrong: a stable code, a sentence, and a status; never personal data.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// An error as it leaves the server.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: String,
    message: String,
}

impl Problem {
    /// A problem with its HTTP status, its stable code, and a sentence that says what to do.
    pub(crate) fn new(status: StatusCode, code: impl Into<String>, message: impl Into<String>) -> Self {
        Problem { status, code: code.into(), message: message.into() }
    }

    /// Something failed on our side. The details go to the log (they name no person), not to the caller.
    pub(crate) fn internal(why: &dyn std::error::Error) -> Self {
        tracing::error!(why = %why, "request failed");
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the township could not finish this; nothing was changed, try again later",
        )
    }

    /// There is no such thing, or not for this caller.
    pub(crate) fn not_found(what: &str) -> Self {
        Problem::new(StatusCode::NOT_FOUND, "not_found", format!("there is no such {what}"))
    }

    /// The request itself is wrong.
    pub(crate) fn bad_request(code: &str, message: impl Into<String>) -> Self {
        Problem::new(StatusCode::BAD_REQUEST, code, message)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::json!({ "code": self.code, "message": self.message });
        (self.status, Json(body)).into_response()
    }
}
