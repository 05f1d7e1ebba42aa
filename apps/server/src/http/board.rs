//! The public boards, for everybody: pages without a script, JSON, and the name of what was answered, so that whoever has it
//! already is told so.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use lianhu_core::board::{Board, index};
use lianhu_core::{DocId, Lang};
use lianhu_sync::ids::{LogId, Position};
use lianhu_sync::ports::Township as _;
use serde::Deserialize;

use crate::http::problem::Problem;
use crate::http::room::Room;
use crate::limits::BOARDS_IN_MEMORY;
use crate::town::{Town, TownError};

const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What a board depends on: what is recorded, and the day.
#[derive(Clone, Copy, PartialEq, Eq)]
struct AsOf {
    log: LogId,
    head: Position,
    on: NaiveDate,
}

impl AsOf {
    fn now(town: &Town) -> Result<Self, TownError> {
        let reader = town.store.read()?;
        Ok(AsOf { log: reader.log(), head: reader.head(), on: town.today() })
    }

    /// The name of an answer as of then. A restored township has another log.
    fn tag(&self, form: &str) -> String {
        let log = data_encoding::HEXLOWER.encode(self.log.0.get(..4).unwrap_or_default());
        format!("\"{log}-{}-{}-{form}\"", self.head.0, self.on)
    }
}

/// A village's board as of a moment; `None` where the village has none.
type LaidOut = (AsOf, Option<Arc<Board>>);

/// Boards that were laid out, until something is recorded or a day begins. One is laid out at a time.
#[derive(Default)]
pub(crate) struct Boards(Mutex<BTreeMap<DocId, LaidOut>>);

impl Boards {
    fn of(&self, town: &Town, village: DocId) -> Result<LaidOut, TownError> {
        let mut laid_out = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = AsOf::now(town)?;
        if let Some((as_of, board)) = laid_out.get(&village).filter(|(as_of, _)| *as_of == now) {
            return Ok((*as_of, board.clone()));
        }
        let board = town.board(village)?.map(Arc::new);
        if board.is_some() {
            if laid_out.len() >= BOARDS_IN_MEMORY {
                laid_out.clear();
            }
            laid_out.insert(village, (now, board.clone()));
        }
        Ok((now, board))
    }
}

/// In which language.
#[derive(Deserialize)]
pub(crate) struct Tongue {
    #[serde(default)]
    lang: Lang,
}

/// The address as people type it.
pub(crate) async fn door() -> Redirect {
    Redirect::permanent("/board/")
}

/// The boards there are.
pub(crate) async fn villages(
    State(room): State<Room>,
    Query(Tongue { lang }): Query<Tongue>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let read = |town: &Town| Ok::<_, TownError>((AsOf::now(town)?, town.villages()?));
    let (as_of, villages) = room.for_everybody(read).await?.map_err(|why| Problem::internal(&why))?;
    let page = || page(index(&villages, lang));
    Ok(tagged(&headers, &as_of.tag(code(lang)), page))
}

/// A village's board as a page.
pub(crate) async fn board(
    State(room): State<Room>,
    Path(village): Path<String>,
    Query(Tongue { lang }): Query<Tongue>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (as_of, board) = read(&room, &village).await?;
    Ok(tagged(&headers, &as_of.tag(code(lang)), || page(board.sheet(lang).to_html(lang))))
}

/// The same as JSON.
pub(crate) async fn json(
    State(room): State<Room>,
    Path(village): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (as_of, board) = read(&room, &village).await?;
    Ok(tagged(&headers, &as_of.tag("json"), || Json(&*board).into_response()))
}

async fn read(room: &Room, village: &str) -> Result<(AsOf, Arc<Board>), Problem> {
    let no_board = || Problem::not_found("board");
    let village: DocId = village.parse().map_err(|_| no_board())?;
    let boards = Arc::clone(&room.boards);
    let (as_of, board) =
        room.for_everybody(move |town| boards.of(town, village)).await?.map_err(|why| Problem::internal(&why))?;
    Ok((as_of, board.ok_or_else(no_board)?))
}

const fn code(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "zh",
        Lang::En => "en",
    }
}

fn page(html: String) -> Response {
    ([(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, POLICY)], html).into_response()
}

/// The answer with its name, or only the word that whoever asked has it already.
fn tagged(asked: &HeaderMap, tag: &str, answer: impl FnOnce() -> Response) -> Response {
    let known = asked.get_all(IF_NONE_MATCH).iter().filter_map(|header| header.to_str().ok());
    let has_it = known.flat_map(|header| header.split(',')).any(|one| {
        let one = one.trim();
        one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag
    });
    let answer = if has_it { StatusCode::NOT_MODIFIED.into_response() } else { answer() };
    let headers = [
        (ETAG, tag),
        (CACHE_CONTROL, "public, max-age=60"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    let headers = headers.map(|(name, value)| (name, value.to_owned()));
    (axum::response::AppendHeaders(headers), answer).into_response()
}
