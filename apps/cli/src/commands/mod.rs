//! One file per command: it reads its arguments, calls the crates, and says what happened.

pub mod account;
pub mod aid;
mod attention;
pub mod audit;
pub mod backup;
pub mod base;
pub mod board;
pub mod calendar;
pub mod code;
pub mod complaint;
pub mod conflicts;
pub mod device;
pub mod diary;
pub mod digest;
mod enrol;
pub mod erasures;
pub mod fund;
pub mod generations;
pub mod group;
pub mod held;
pub mod import;
pub mod key;
mod late;
pub mod matter;
pub mod meeting;
pub mod person;
pub mod phones;
mod place;
pub mod plan;
pub mod pledge;
pub mod print;
pub mod reassign;
pub mod report;
pub mod retention;
mod rights;
pub mod roster;
pub mod rules;
pub mod serve;
pub mod sim;
pub mod studio;
mod told;
pub mod township;
pub mod verify;
pub mod visit;

#[cfg(test)]
mod contact_tests;
#[cfg(test)]
mod sealed_tests;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use lianhu_server::audit::{Action, Actor, AuditLine};
use lianhu_server::{Ground, Town, store_file};
use lianhu_store::Query;
use lianhu_sync::ports::{Township as _, ViewValue};

use crate::args::TownshipArgs;
use crate::failure::{Failure, Kind};
use crate::keys;

pub use crate::trouble::{store_failure, town_failure};
pub(crate) use code::find;
pub(crate) use enrol::key_of;

/// This machine, with the key of the township at a place.
pub fn ground_of(at: &TownshipArgs) -> Result<Ground, Failure> {
    let key = at.key_file.as_deref().map(keys::existing).transpose()?;
    Ok(Ground { key, ..Ground::default() })
}

/// Opens the township at a place, or makes it, with a failure that says what to do.
pub fn open_town(at: &TownshipArgs) -> Result<Town, Failure> {
    Town::open_on(&at.dir, ground_of(at)?).map_err(|why| town_failure(&why))
}

/// Writes into the audit log what is about to be done at the township's own machine; without the line it is not done.
pub(crate) fn account_for(town: &Town, line: &AuditLine) -> Result<(), Failure> {
    town.audit(line).map_err(|why| town_failure(&why))
}

/// A line about what somebody does at the township's own machine.
pub(crate) fn by_hand(action: Action, detail: &'static str) -> AuditLine {
    AuditLine::new(Actor::Machine, action, detail)
}

/// The name of every worker of a township, by id.
pub(crate) fn names_of_workers(town: &Town) -> Result<BTreeMap<String, String>, Failure> {
    let reader = town.store().read().map_err(|why| store_failure(&why))?;
    let rows = reader.list("workers", &Query::default()).map_err(|why| store_failure(&why))?;
    let named = rows.into_iter().filter_map(|row| match (row.get(1), row.get(2)) {
        (Some(ViewValue::Text(id)), Some(ViewValue::Text(name))) => Some((id.clone(), name.clone())),
        _ => None,
    });
    Ok(named.collect())
}

/// Opens a township that is there; nothing is made where there is none.
pub fn existing_town(at: &TownshipArgs) -> Result<Town, Failure> {
    if store_file(&at.dir).exists() {
        return open_town(at);
    }
    let dir = at.dir.display();
    Err(Failure::new(Kind::Input, (format!("{dir} 里没有镇的数据库"), format!("there is no township in {dir}"))).hint(
        (
            "用 --dir 写明它的文件夹；还没有的，先运行 lianhu import roster 文件",
            "name its folder with --dir; to make one: lianhu import roster FILE",
        ),
    ))
}
