//! One file per command: it reads its arguments, calls the crates, and says what happened.

pub mod code;
pub mod device;
pub mod import;
pub mod serve;
pub mod verify;

use std::path::Path;

use lianhu_server::{Town, TownError};
use lianhu_store::OpenError;

use crate::failure::{Failure, Kind};

/// Opens the township in a folder, with a failure that says what to do.
pub fn open_town(dir: &Path) -> Result<Town, Failure> {
    Town::open(dir).map_err(|why| town_failure(&why))
}

/// A township's error as a person reads it.
pub fn town_failure(why: &TownError) -> Failure {
    let failure = |kind| Failure::new(kind, why.to_string());
    match why {
        TownError::Open(OpenError::InUse { .. }) => {
            failure(Kind::InUse).hint("stop the other lianhu that uses this folder, or name another one with --dir")
        }
        TownError::Open(OpenError::Newer { .. }) => failure(Kind::Damaged).hint("use the newer lianhu that wrote it"),
        TownError::Open(OpenError::Damaged { .. } | OpenError::Foreign { .. }) => failure(Kind::Damaged).hint(
            "restore a backup, or `lianhu serve --set-aside-damaged` to keep it under another name and begin anew",
        ),
        TownError::Store(store) | TownError::Open(OpenError::Store(store)) => store_failure(store),
        TownError::Folder(_) => failure(Kind::Disk).hint("name a folder this user may write to with --dir"),
        TownError::Open(_) | TownError::Gate(_) | TownError::Dice => failure(Kind::Failed),
    }
}

/// A store's error as a person reads it.
pub fn store_failure(why: &lianhu_store::StoreError) -> Failure {
    match why {
        lianhu_store::StoreError::DiskFull => Failure::new(Kind::Disk, why.to_string())
            .hint("free some space; everything acknowledged so far is safe and can be read"),
        _ => Failure::new(Kind::Failed, why.to_string()),
    }
}
