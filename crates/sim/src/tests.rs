//! The simulator's own promises, and a set of worlds small enough for every run of the tests.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Deserialize;

use super::*;

/// Phones and events of the worlds in the tests; `lianhu sim` runs larger ones.
const PHONES: usize = 12;
const SIZES: Sizes = Sizes { events: 120 };
/// The seeds of every run, and how many fresh ones come with them.
const FIXED: std::ops::Range<u64> = 1..21;
const FRESH: u64 = 8;
/// Seeds within which a broken rule has to be noticed.
const NOTICED_WITHIN: u64 = 40;

/// A seed that found a fault once.
#[derive(Deserialize)]
struct Kept {
    seed: u64,
    phones: usize,
    events: u64,
    was: String,
}

fn holds(scene: &Scene, seed: u64, sizes: Sizes) {
    let ending = world(scene, seed, sizes, None, false);
    let phones = scene.phones.len();
    let replay = format!("lianhu sim --seed {seed} --phones {phones} --events {} --trace", sizes.events);
    assert_eq!(ending.failure, None, "seed {seed}: replay it with `{replay}`");
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let scene = Scene::of(6).unwrap();
    let sizes = Sizes { events: 100 };
    for seed in 1..5 {
        let first = world(&scene, seed, sizes, None, true);
        let again = world(&Scene::of(6).unwrap(), seed, sizes, None, true);
        assert_eq!(first.trace, again.trace, "seed {seed}");
        assert_eq!((first.faults, first.checks), (again.faults, again.checks), "seed {seed}");
    }
}

#[test]
fn worlds_of_fixed_seeds_lose_nothing_and_come_together() {
    let scene = Scene::of(PHONES).unwrap();
    for seed in FIXED {
        holds(&scene, seed, SIZES);
    }
}

#[test]
fn worlds_of_fresh_seeds_lose_nothing_and_come_together() {
    let scene = Scene::of(PHONES).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let first = now.as_secs();
    // The harness shows this when the test fails, and `--no-capture` always.
    eprintln!("fresh seeds: {first} to {}", first + FRESH - 1);
    for seed in first..first + FRESH {
        holds(&scene, seed, SIZES);
    }
}

#[test]
fn every_seed_that_found_a_fault_is_run_again() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../seeds/sim");
    let mut run = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let kept: Kept = serde_json::from_str(&text).unwrap();
        assert!(!kept.was.is_empty());
        holds(&Scene::of(kept.phones).unwrap(), kept.seed, Sizes { events: kept.events });
        run += 1;
    }
    assert!(run > 0);
}

/// Breaks a rule, and demands that the judge of it notices. Others may notice first in other worlds: a township whose lists do
/// not stay as written does not open any more.
fn noticed(broken: Break, by: &[&str]) {
    let scene = Scene::of(PHONES).unwrap();
    let mut others = Vec::new();
    for seed in 1..=NOTICED_WITHIN {
        match world(&scene, seed, SIZES, Some(broken), false).failure {
            Some(failure) if by.contains(&failure.judge) => return,
            Some(failure) => others.push(failure.judge),
            None => {}
        }
    }
    panic!("{} was not noticed in {NOTICED_WITHIN} seeds by the judge of it, but by: {others:?}", broken.name());
}

#[test]
fn a_disk_that_does_not_sync_is_noticed() {
    noticed(Break::SkipTheFsync, &["acknowledged, so in the log", "kept, so on the phone or delivered"]);
}

#[test]
fn a_township_that_forgets_its_verdicts_is_noticed() {
    noticed(Break::DropTheVerdictTable, &["a verdict is stored before it is sent"]);
}

#[test]
fn a_copy_that_keeps_its_name_is_noticed() {
    noticed(Break::ReuseAnActor, &["no two stores under one name"]);
}

#[test]
fn a_position_that_moves_without_its_rows_is_noticed() {
    noticed(Break::CheckpointApartFromRows, &["same changes, same state"]);
}

#[test]
fn a_document_served_after_its_withdrawal_is_noticed() {
    noticed(Break::ServeAWithdrawnDocument, &["nobody has what they may not read"]);
}

#[test]
fn rows_missing_in_the_office_are_noticed() {
    noticed(Break::ForgetRowsOfAView, &["rebuilt views equal live ones"]);
}
