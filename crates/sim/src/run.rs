//! Many worlds, one after another on every core, and what came of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use lianhu_core::gate::on_large_stack;
use serde::Serialize;

use crate::broken::Break;
use crate::failure::{Failure, Held};
use crate::heal::heal;
use crate::scene::Scene;
use crate::tally::Tally;
use crate::world::World;
use crate::{events, judges};

/// What worlds are like.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// Events before healing.
    pub events: u64,
}

impl Sizes {
    /// What `lianhu sim` runs for so many phones: something happens to each of them about twice.
    pub fn for_phones(phones: usize) -> Self {
        Sizes { events: 2 * phones as u64 }
    }
}

/// How one world ended.
#[derive(Clone, Debug)]
pub struct Ending {
    /// Its seed.
    pub seed: u64,
    /// What did not hold; `None` if everything did.
    pub failure: Option<Failure>,
    /// Events by name.
    pub events: Tally,
    /// Faults by kind.
    pub faults: Tally,
    /// Checks by judge.
    pub checks: Tally,
    /// One number for everything that happened: the same seed gives the same.
    pub digest: u64,
    /// What happened, line by line, if that was asked for.
    pub trace: Vec<String>,
}

/// Runs the world of one seed.
pub fn world(scene: &Scene, seed: u64, sizes: Sizes, broken: Option<Break>, trace: bool) -> Ending {
    // The gate wants a large stack for every document; here one serves the whole world.
    on_large_stack(|| one(scene, seed, sizes, broken, trace))
}

fn one(scene: &Scene, seed: u64, sizes: Sizes, broken: Option<Break>, trace: bool) -> Ending {
    let mut ending = Ending {
        seed,
        failure: None,
        events: Tally::default(),
        faults: Tally::default(),
        checks: Tally::default(),
        digest: 0,
        trace: Vec::new(),
    };
    let mut world = match World::new(scene, seed, broken, trace) {
        Ok(world) => world,
        Err(failure) => return Ending { failure: Some(failure), ..ending },
    };
    let lived = catch_unwind(AssertUnwindSafe(|| live(&mut world, sizes)));
    ending.failure = match lived {
        Ok(Ok(())) => None,
        Ok(Err(failure)) => Some(failure),
        Err(panic) => Some(Failure::new("no panic anywhere", said(panic.as_ref()))),
    };
    world.count_disk_faults();
    world.checks.count("no panic anywhere");
    ending.events.merge(&world.events);
    ending.faults.merge(&world.faults);
    ending.checks.merge(&world.checks);
    ending.digest = world.trace.digest();
    ending.trace = world.take_trace();
    ending
}

fn live(world: &mut World<'_>, sizes: Sizes) -> Held {
    for _ in 0..sizes.events {
        events::next(world)?;
    }
    judges::acknowledged::since_last(world)?;
    heal(world)
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".to_owned())
}

/// What all worlds together came to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Worlds.
    pub seeds: u64,
    /// Worlds in which something did not hold.
    pub failed: u64,
    /// Phones in each.
    pub phones: usize,
    /// Events by name.
    pub events: Tally,
    /// Faults by kind.
    pub faults: Tally,
    /// Checks by judge.
    pub checks: Tally,
    /// The first failures, by seed.
    pub failures: Vec<Failed>,
}

/// A world in which something did not hold.
#[derive(Clone, Debug, Serialize)]
pub struct Failed {
    /// Its seed.
    pub seed: u64,
    /// The judge that saw it.
    pub judge: &'static str,
    /// What it saw.
    pub what: String,
}

/// Runs the worlds of these seeds, `threads` at a time, and calls `each` after every one. It stops early when `each` says
/// so by answering `false`.
pub fn worlds(
    scene: &Scene,
    seeds: &[u64],
    sizes: Sizes,
    broken: Option<Break>,
    threads: usize,
    each: &(dyn Fn(&Ending) -> bool + Sync),
) -> Report {
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let report = Mutex::new(Report { phones: scene.phones.len(), ..Report::default() });
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let ending = world(scene, *seed, sizes, broken, false);
                    if !each(&ending) {
                        stop.store(true, Ordering::Relaxed);
                    }
                    report.lock().unwrap_or_else(std::sync::PoisonError::into_inner).add(ending);
                }
            });
        }
    });
    let mut report = report.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    report.failures.sort_by_key(|failed| failed.seed);
    report
}

impl Report {
    fn add(&mut self, ending: Ending) {
        self.seeds += 1;
        self.events.merge(&ending.events);
        self.faults.merge(&ending.faults);
        self.checks.merge(&ending.checks);
        if let Some(Failure { judge, what }) = ending.failure {
            self.failed += 1;
            self.failures.push(Failed { seed: ending.seed, judge, what });
        }
    }
}
