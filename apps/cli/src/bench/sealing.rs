//! What it costs a phone that its store is sealed: the same nights on phones that are, and on phones that are not.

use std::path::Path;
use std::sync::atomic::Ordering;

use crate::args::BenchArgs;
use crate::failure::Failure;
use crate::phone::sync_failure;
use crate::scene::{Member, check};
use crate::talk::Talk;

use super::figures::{More, more};
use super::nights::{Bench, DAY_MS};

/// Nights that are measured at least: a phone's work is short, and the kernel counts in ticks.
const NIGHTS: u64 = 5;

/// Processor time of one phone, in milliseconds.
#[derive(Clone, Copy, Debug, Default)]
struct Spent {
    phones: f64,
    write: f64,
    sync: f64,
}

impl Spent {
    fn add(&mut self, write: f64, sync: f64) {
        (self.phones, self.write, self.sync) = (self.phones + 1.0, self.write + write, self.sync + sync);
    }

    fn each(&self, sum: f64) -> f64 {
        sum / self.phones.max(1.0)
    }
}

/// Every second phone's store is plain; all write the same amount and sync, one after another, so that whatever else the
/// machine does meanwhile falls on both alike. Also answers what the check at the end found.
pub(super) fn measure(talk: Talk, args: &BenchArgs, dir: &Path) -> Result<(Vec<More>, u64), Failure> {
    std::fs::create_dir_all(dir)?;
    let bench = Bench::set(talk, &BenchArgs { parallel: 1, ..args.clone() }, dir, true)?;
    bench.first_sync()?;
    bench.month()?;
    let (mut sealed, mut plain) = (Spent::default(), Spent::default());
    for night in 0..args.nights.max(NIGHTS) {
        bench.scene.clock.fetch_add(DAY_MS, Ordering::Relaxed);
        bench.office(night)?;
        let spent = bench.scene.each(talk, talk.pick("一夜", "a night"), |member| one(&bench, member, night))?;
        for (is_plain, write, sync) in spent.into_iter().flatten() {
            if is_plain { plain.add(write, sync) } else { sealed.add(write, sync) }
        }
    }
    let scene = bench.close()?;
    let differences = check::everything(talk, &scene)?.differences();
    let (with, without) = (sealed.each(sealed.write + sealed.sync), plain.each(plain.write + plain.sync));
    let figures = vec![
        more(
            "sealed_write_cpu_ms",
            "加密库 写一天 CPU 毫秒",
            "sealed: writing a day, CPU ms",
            sealed.each(sealed.write),
        ),
        more("sealed_sync_cpu_ms", "加密库 同步 CPU 毫秒", "sealed: the sync, CPU ms", sealed.each(sealed.sync)),
        more("plain_write_cpu_ms", "不加密 写一天 CPU 毫秒", "plain: writing a day, CPU ms", plain.each(plain.write)),
        more("plain_sync_cpu_ms", "不加密 同步 CPU 毫秒", "plain: the sync, CPU ms", plain.each(plain.sync)),
        more(
            "sealing_costs_percent",
            "加密多用的 CPU 百分比",
            "what sealing adds, per cent of CPU",
            (with / without.max(f64::EPSILON) - 1.0) * 100.0,
        ),
    ];
    Ok((figures, differences))
}

/// One phone's day and night: whether its store is plain, and what it spent on writing and on the sync. Nothing where the
/// system does not tell.
fn one(bench: &Bench, member: &Member, night: u64) -> Result<Option<(bool, f64, f64)>, Failure> {
    let began = cpu_of_this_thread();
    let mut book = bench.scene.open(member, 20 + night)?;
    bench.day(&mut book, member, night)?;
    let written = cpu_of_this_thread();
    book.sync(&mut bench.line.clone()).map_err(|why| sync_failure(&why))?;
    drop(book);
    let synced = cpu_of_this_thread();
    let (Some(began), Some(written), Some(synced)) = (began, written, synced) else { return Ok(None) };
    Ok(Some((member.plain, written - began, synced - written)))
}

/// Processor time this thread has used, in milliseconds; `None` where the system does not tell.
fn cpu_of_this_thread() -> Option<f64> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = told.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e6)
}
