//! The office's pages: files inside the binary, and headers that let nothing else in.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Redirect};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "no-cache"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    (headers, text)
}

/// `/` leads to the office page.
pub(crate) async fn home() -> Redirect {
    Redirect::temporary("/office/")
}

macro_rules! files {
    ($($(#[$doc:meta])* $name:ident: $kind:literal $path:literal;)*) => {
        $($(#[$doc])* pub(crate) async fn $name() -> impl IntoResponse {
            file($kind, include_str!($path))
        })*
    };
}

files! {
    /// The page of last night.
    index: "text/html; charset=utf-8" "page/index.html";
    /// The looks of all pages.
    style: "text/css; charset=utf-8" "page/page.css";
    /// What the page of last night does.
    script: "text/javascript; charset=utf-8" "page/page.js";
    /// The page before the door.
    sign_in: "text/html; charset=utf-8" "page/sign-in.html";
    /// What it does.
    sign_in_script: "text/javascript; charset=utf-8" "page/sign-in.js";
    /// The page for whoever brings a set-up code.
    set_up: "text/html; charset=utf-8" "page/set-up.html";
    /// What it does.
    set_up_script: "text/javascript; charset=utf-8" "page/set-up.js";
    /// The page of accounts, and of one's own.
    accounts: "text/html; charset=utf-8" "page/accounts.html";
    /// What it does.
    accounts_script: "text/javascript; charset=utf-8" "page/accounts.js";
}
