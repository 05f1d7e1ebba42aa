//! One file per command: it reads its arguments, calls the crates, and says what happened.

pub mod backup;
pub mod code;
pub mod device;
pub mod import;
pub mod serve;
pub mod verify;

#[cfg(test)]
mod tests;

use std::path::Path;

use lianhu_server::{Town, store_file};

use crate::failure::{Failure, Kind};

pub use crate::trouble::{store_failure, town_failure};

/// Opens the township in a folder, or makes it, with a failure that says what to do.
pub fn open_town(dir: &Path) -> Result<Town, Failure> {
    Town::open(dir).map_err(|why| town_failure(&why))
}

/// Opens a township that is there; nothing is made where there is none.
pub fn existing_town(dir: &Path) -> Result<Town, Failure> {
    if store_file(dir).exists() {
        return open_town(dir);
    }
    let dir = dir.display();
    Err(Failure::new(Kind::Input, (format!("{dir} 里没有镇的数据库"), format!("there is no township in {dir}"))).hint(
        (
            "用 --dir 写明它的文件夹；还没有的，先运行 lianhu import roster 文件",
            "name its folder with --dir; to make one: lianhu import roster FILE",
        ),
    ))
}
