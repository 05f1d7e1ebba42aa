//! What a township takes on the disk, for each visit and diary entry, before and after `lianhu compact --keep-history`.

use std::path::Path;
use std::time::Instant;

use lianhu_store::StoreError;
use lianhu_sync::ports::Township as _;

use crate::args::TownshipArgs;
use crate::commands::{open_town, store_failure};
use crate::failure::Failure;
use crate::talk::Talk;

use super::figures::{More, more};

/// The views whose rows are counted.
const ENTRIES: [&str; 2] = ["visits", "diary_entries"];

/// Packs a township nobody uses and measures its folder before and after: everything in it, indexes and history included.
pub(super) fn measure(talk: Talk, folder: &Path) -> Result<Vec<More>, Failure> {
    let before = bytes_in(folder)?;
    let town = open_town(&TownshipArgs::in_folder(folder.to_owned()))?;
    let store = town.store();
    let began = Instant::now();
    let bar = talk.bar(talk.pick("压紧", "pack"), 0);
    let packed = store.pack(|done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    packed.and_then(|_| store.sweep()).map_err(|why| store_failure(&why))?;
    let seconds = began.elapsed().as_secs_f64();
    let reader = store.read().map_err(|why| store_failure(&why))?;
    let counted = ENTRIES.iter().map(|view| reader.count(view, &[])).sum::<Result<u64, StoreError>>();
    let entries = counted.map_err(|why| store_failure(&why))?;
    drop((reader, town));
    let each = |bytes: u64| bytes as f64 / entries.max(1) as f64;
    let after = bytes_in(folder)?;
    Ok(vec![
        more("entries", "走访和日记 条", "visits and diary entries", entries as f64),
        more("disk_bytes_per_entry", "每条占磁盘 字节", "bytes on the disk for each", each(before)),
        more("disk_bytes_per_entry_compacted", "压紧之后 字节", "the same, compacted", each(after)),
        more("compact_s", "压紧用时 秒", "compacting it, s", seconds),
    ])
}

fn bytes_in(folder: &Path) -> Result<u64, Failure> {
    let sizes = std::fs::read_dir(folder)?.map(|file| Ok(file?.metadata()?.len()));
    Ok(sizes.sum::<std::io::Result<u64>>()?)
}
