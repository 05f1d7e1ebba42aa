//! The router, made from the table of routes: each route behind the guard that lets in whom its row names.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use lianhu_sync::limits::MAX_BODY_BYTES;

use crate::http::handbook::Handbook;
use crate::http::room::Room;
use crate::http::routes::TABLE;
use crate::http::serve::OfficeDoor;
use crate::http::{door, guard, problem};
use crate::town::Town;

/// The whole HTTP face of a township.
pub(crate) fn router(town: Arc<Town>, office: OfficeDoor, handbook: Handbook) -> Router {
    let room = Room::new(town, office, handbook);
    let mut router = Router::new();
    for row in TABLE {
        let guarded = from_fn_with_state((room.clone(), &row.route), guard::who_may);
        router = router.route(row.route.path, (row.handler)().route_layer(guarded));
    }
    router
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(map_response(problem::in_our_words))
        .layer(from_fn(door::noted))
        .layer(from_fn(door::shielded))
        .with_state(room)
}
