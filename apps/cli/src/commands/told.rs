//! What a command says of a document that was begun or changed, and how it finds what a person named.

use std::collections::BTreeMap;

use lianhu_core::deed::Deed;
use lianhu_core::roster::Roster;
use lianhu_core::{DocId, RecordId, WorkerId};
use serde_json::json;

use crate::desk::Desk;
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Begins a document, prints its id and says where it is now.
pub(super) fn begun(talk: Talk, desk: &mut Desk, deed: &dyn Deed) -> Result<DocId, Failure> {
    let id = desk.begin(deed)?;
    talk.print(id.to_string());
    desk.done(talk);
    talk.object(&json!({ "document": id, "changed": true }));
    Ok(id)
}

/// Does something to a document, and says whether anything changed.
pub(super) fn acted(talk: Talk, desk: &mut Desk, id: DocId, deed: &dyn Deed) -> Result<(), Failure> {
    let changed = desk.act(id, deed)?;
    told(talk, desk, id, changed);
    Ok(())
}

/// Says whether anything changed, and where it is now.
pub(super) fn told(talk: Talk, desk: &Desk, id: DocId, changed: bool) {
    if changed {
        desk.done(talk);
    } else {
        talk.say(talk.pick("没有需要改动的。", "There was nothing to change."));
    }
    talk.object(&json!({ "document": id, "changed": changed }));
}

/// A record inside a document, by the id that was printed.
pub(super) fn record(said: &str) -> Result<RecordId, Failure> {
    said.trim().parse().map_err(|_| {
        Failure::new(Kind::Input, ("这不是一条记录的编号", "this is not the id of a record"))
            .hint(("请写 show 或台账里的编号", "give the id that `show` or the statement prints"))
    })
}

/// What the workers of a village are called; empty where its roster is not here.
pub(super) fn names(desk: &mut Desk, village: Option<DocId>) -> Result<BTreeMap<WorkerId, String>, Failure> {
    let Some(document) = village.map(|village| desk.document(village)).transpose()?.flatten() else {
        return Ok(BTreeMap::new());
    };
    let roster = Roster::read(&document);
    let named =
        roster.workers.into_iter().filter_map(|(id, worker)| Some((id, worker.name?.value.as_str().to_owned())));
    Ok(named.collect())
}

/// A worker's name, or the beginning of the id where nobody knows it.
pub(super) fn name_of(names: &BTreeMap<WorkerId, String>, worker: WorkerId) -> String {
    names.get(&worker).cloned().unwrap_or_else(|| worker.to_string().chars().take(8).collect())
}

/// A day, or a dash.
pub(super) fn day(day: Option<chrono::NaiveDate>) -> String {
    day.map_or_else(|| "—".to_owned(), |day| day.to_string())
}
