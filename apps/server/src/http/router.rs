//! The router, made from the table of routes: each route behind the guard that lets in whom its row names.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use lianhu_sync::limits::MAX_BODY_BYTES;

use crate::http::room::Room;
use crate::http::{
    acts, board, conflicts, coverage, deeds, document, door, enrol, groups, lists, minors, page, people, person,
    problem, reports, retention, rules, standing, sync,
};
use crate::http::routes::TABLE;
use crate::http::serve::OfficeDoor;
use crate::http::{door, guard, problem};
use crate::town::Town;

/// The whole HTTP face of a township.
pub(crate) fn router(town: Arc<Town>, office: OfficeDoor) -> Router {
    let room = Room::new(town, office);
    let mut router = Router::new();
    for row in TABLE {
        let guarded = from_fn_with_state((room.clone(), &row.route), guard::who_may);
        router = router.route(row.route.path, (row.handler)().route_layer(guarded));
    }
    router
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(map_response(problem::in_our_words))
        .layer(from_fn(door::noted))
        .with_state(room)
}

/// Phones: signed by the device, except for the first word.
fn phones() -> Router<Room> {
    Router::new()
        .route("/v1/sync", post(sync::sync))
        .route("/v1/enrol", post(enrol::enrol))
        .route("/v1/township", get(enrol::township))
}

/// Everybody: the public boards, wherever the server listens.
fn everybody() -> Router<Room> {
    Router::new()
        .route("/board", get(board::door))
        .route("/board/", get(board::villages))
        .route("/board/{village}", get(board::board))
        .route("/board/v1/{village}", get(board::json))
}

/// The office: pages and JSON, for this machine only until there are accounts.
fn office() -> Router<Room> {
    Router::new()
        .route("/", get(page::home))
        .route("/office/", get(page::index))
        .route("/office/page.css", get(page::style))
        .route("/office/page.js", get(page::script))
        .route("/office/v1/night", get(standing::night))
        .route("/office/v1/counters", get(standing::counters))
        .route("/office/v1/held", get(standing::held))
        .route("/office/v1/held/{doc}/{change}/accept", post(acts::accept_held))
        .route("/office/v1/held/{doc}/{change}/decline", post(acts::decline_held))
        .route("/office/v1/devices", get(standing::devices))
        .route("/office/v1/lists/{view}", get(lists::list).post(lists::ask))
        .route("/office/v1/reports", get(reports::all))
        .route("/office/v1/reports.xlsx", get(reports::workbook))
        .route("/office/v1/reports/{id}", get(reports::one))
        .route("/office/v1/coverage", get(coverage::show))
        .route("/office/v1/documents/{id}", get(document::document))
        .route("/office/v1/documents/{id}/deeds", post(deeds::act))
        .route("/office/v1/documents/{id}/minors", post(minors::open))
        .route("/office/v1/begin/{kind}", post(deeds::begin))
        .route("/office/v1/meetings/{id}/carry-out", post(deeds::carry_out))
        .route("/office/v1/codes", post(acts::new_code))
        .route("/office/v1/households/{id}", post(acts::change_household))
        .route("/office/v1/rules", get(rules::show).post(rules::set))
        .route("/office/v1/groups", get(groups::show).post(groups::set))
        .route("/office/v1/calendar", post(rules::calendar))
        .route("/office/v1/retention", get(retention::show))
        .route("/office/v1/person/{household}", post(person::file))
        .route("/office/v1/digest", get(rules::digest))
        .route("/office/v1/conflicts", get(conflicts::list))
        .route("/office/v1/conflicts/settle", post(conflicts::settle))
        .route("/office/v1/reassignments", post(people::reassign))
        .route("/office/v1/devices/{id}", post(people::stand))
}
