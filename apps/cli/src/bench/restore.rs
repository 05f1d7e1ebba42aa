//! `restore`: a backup, one more night, the backup put back, and every phone brings the township what it lacks.

use std::path::Path;
use std::time::Instant;

use lianhu_server::Town;

use crate::args::{BenchArgs, TownshipArgs};
use crate::commands::{open_town, store_failure, town_failure};
use crate::failure::{Failure, Kind};
use crate::scene::check;
use crate::talk::Talk;

use super::figures::{Found, more};
use super::nights::{Bench, of_phones};

/// What the first sync after a restore costs, when a whole night is missing in the backup.
pub(super) fn measure(talk: Talk, args: &BenchArgs, dir: &Path) -> Result<Found, Failure> {
    let bench = Bench::set(talk, args, dir, false)?;
    bench.first_sync()?;
    bench.month()?;
    bench.night(0)?;
    let scene = bench.close()?;

    let backup = dir.join("backup.db");
    let began = Instant::now();
    let town = open_town(&TownshipArgs::in_folder(scene.township.clone()))?;
    town.store().backup_to(&backup).map_err(|why| store_failure(&why))?;
    drop(town);
    let backup_s = began.elapsed().as_secs_f64();

    let bench = Bench::serve(talk, scene)?;
    let lost = bench.night(1)?;
    let scene = bench.close()?;
    std::fs::remove_dir_all(&scene.township)?;
    let began = Instant::now();
    drop(Town::restore(&backup, &scene.township).map_err(|why| town_failure(&why))?);
    let put_back_s = began.elapsed().as_secs_f64();

    let bench = Bench::serve(talk, scene)?;
    let before = bench.cost()?;
    let healed = bench.everybody(talk.pick("手机交还", "phones give back"))?;
    let asked = bench.figures("restore", before, &of_phones(&healed))?;
    // What one phone gave back after another had synced reaches that one now.
    let sure = bench.everybody(talk.pick("核对同步", "make sure"))?;
    if sure.unproven > 0 || sure.waiting > 0 {
        return Err(Failure::new(Kind::Differences, format!("{} phones are not up to date", sure.unproven)));
    }
    let scene = bench.close()?;
    let mut found = Found::new(asked, vec![lost]);
    found.differences = check::everything(talk, &scene)?.differences();
    found.more.extend([
        more("backup_s", "备份 秒", "the backup took, s", backup_s),
        more("put_back_s", "放回 秒", "putting it back took, s", put_back_s),
        more("given_back", "手机交还的改动", "changes phones gave back", healed.given_back as f64),
        more("unproven_at_first", "还要再同步一次的手机", "phones that had to sync once more", healed.unproven as f64),
    ]);
    Ok(found)
}
