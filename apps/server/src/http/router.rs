//! Every route on one screen, grouped by who calls it.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use lianhu_sync::limits::MAX_BODY_BYTES;

use crate::http::{enrol, lists, office, page, sync};
use crate::town::Town;

/// The whole HTTP face of a township.
pub(crate) fn router(town: Arc<Town>) -> Router {
    Router::new()
        .merge(phones())
        .merge(office().layer(from_fn(office::this_machine_only)))
        .route("/healthz", get(office::healthz))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(town)
}

/// Phones: signed by the device, except for the first word.
fn phones() -> Router<Arc<Town>> {
    Router::new().route("/v1/sync", post(sync::sync)).route("/v1/enrol", post(enrol::enrol))
}

/// The office: pages and JSON, for this machine only until there are accounts.
fn office() -> Router<Arc<Town>> {
    Router::new()
        .route("/", get(page::home))
        .route("/office/", get(page::index))
        .route("/office/page.css", get(page::style))
        .route("/office/page.js", get(page::script))
        .route("/office/v1/night", get(office::night))
        .route("/office/v1/counters", get(office::counters))
        .route("/office/v1/lists/{view}", get(lists::list))
        .route("/office/v1/documents/{id}", get(office::document))
        .route("/office/v1/held", get(office::held))
        .route("/office/v1/devices", get(office::devices))
        .route("/office/v1/codes", post(office::new_code))
        .route("/office/v1/households/{id}", post(office::change_household))
        .route("/office/v1/matters/{id}/steps", post(office::add_step))
}
