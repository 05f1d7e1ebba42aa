//! `rebuild`: every view made again from the documents, and everything checked from the log up.

use std::path::Path;
use std::time::Instant;

use lianhu_server::{rebuild, store_file, verify};

use crate::args::{BenchArgs, TownshipArgs};
use crate::commands::{open_town, town_failure};
use crate::failure::Failure;
use crate::scene::server::Usage;
use crate::scene::{Cast, Scene};
use crate::talk::Talk;

use super::district;
use super::figures::{Figures, Found, more};

/// What it takes to make everything a township holds beside its log again, and to compare it with the log.
pub(super) fn measure(talk: Talk, args: &BenchArgs, dir: &Path) -> Result<Found, Failure> {
    let township = dir.join("township");
    // One that lies there from an earlier run is measured as it is: then this program's memory is the rebuild's alone.
    if !store_file(&township).exists() {
        let cast = Cast { members: None, parallel: 1, seed: args.seed, half_plain: false };
        let files = district::rosters(args.devices);
        let (visits, seed) = (args.visits, args.seed);
        Scene::set(talk, cast, &files, dir, |plan, stamp| district::past(plan, stamp, visits, seed))?;
    }
    let town = open_town(&TownshipArgs::in_folder(township))?;
    let before = Usage::of_this_program();

    let began = Instant::now();
    rebuild(&town).map_err(|why| town_failure(&why))?;
    let views_s = began.elapsed().as_secs_f64();
    let bar = talk.bar(talk.pick("核对", "verify"), 0);
    let findings = verify(&town, |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let findings = findings.map_err(|why| town_failure(&why))?;
    let wall_s = began.elapsed().as_secs_f64();

    let after = Usage::of_this_program();
    let cpu_s = before.zip(after).map(|(before, after)| (after.cpu_ms - before.cpu_ms) / 1_000.0);
    let asked = Figures {
        work: "rebuild",
        devices: args.devices,
        wall_s,
        documents_loaded: Some(town.store().documents_loaded()),
        peak_rss_mib: after.map(|usage| usage.peak_rss_mib),
        ..Figures::default()
    };
    let changes = findings.changes as f64;
    let mut found = Found { differences: findings.differences, ..Found::new(asked, Vec::new()) };
    found.more.extend([
        more("documents", "文档", "documents", findings.documents as f64),
        more("changes", "改动", "changes", changes),
        more("views_s", "重建各张表 秒", "views made again, s", views_s),
        more("verify_s", "按日志核对 秒", "verified from the log, s", wall_s - views_s),
        more("changes_per_s", "每秒改动", "changes per second", changes / wall_s.max(f64::EPSILON)),
    ]);
    found.more.extend(cpu_s.map(|cpu_s| more("cpu_s", "CPU 秒", "CPU, s", cpu_s)));
    Ok(found)
}
