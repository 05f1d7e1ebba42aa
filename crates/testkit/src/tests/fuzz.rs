//! Mutants of everything that comes from the network, a few thousand each; `cargo xtask fuzz` tries millions.
//!
//! `LIANHU_FUZZ_ITERATIONS` asks for more here too; a failure prints its target and seed.

use std::path::Path;

use lianhu_core::gate::on_large_stack;

use crate::fuzz::{Dice, Fate, Judge, Target, corpus, mutate};

fn iterations() -> u64 {
    std::env::var("LIANHU_FUZZ_ITERATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(4_000)
}

/// Judges mutants and says how many met each fate.
fn fates(target: Target) -> [u64; 3] {
    let (judge, honest) = (Judge::default(), corpus(target));
    let mut fates = [0; 3];
    on_large_stack(|| {
        for seed in 0..iterations() {
            let mut dice = Dice::new(seed);
            let input = mutate(target, &honest[dice.below(honest.len())], &mut dice);
            let fate = std::panic::catch_unwind(|| judge.judge(target, &input));
            let fate = fate.unwrap_or_else(|_| panic!("{target:?} broke a promise for the mutant of seed {seed}"));
            fates[fate as usize] += 1;
        }
    });
    fates
}

#[test]
fn the_corpus_itself_is_taken() {
    let judge = Judge::default();
    for target in Target::ALL {
        for input in corpus(target) {
            assert_eq!(judge.judge(target, &input), Fate::Taken, "{target:?}");
        }
    }
}

#[test]
fn the_committed_corpus_is_the_one_our_code_makes() {
    for target in Target::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target.name());
        for (number, input) in corpus(target).iter().enumerate() {
            let kept = std::fs::read(folder.join(format!("{number:02}"))).unwrap_or_default();
            assert!(kept == *input, "{target:?} {number}: `cargo xtask fuzz --write-corpus` writes it again");
        }
    }
}

/// Guards against mutants that all die in the first check; otherwise the tests below would prove nothing.
#[track_caller]
fn reaches(fates: [u64; 3], least: [u64; 3]) {
    let enough = fates.iter().zip(least).all(|(met, percent)| met * 100 >= iterations() * percent);
    assert!(enough, "refused, tried, taken: {fates:?}");
}

#[test]
fn any_request_is_answered() {
    reaches(fates(Target::Request), [10, 0, 2]);
}

#[test]
fn any_reply_is_answered() {
    reaches(fates(Target::Reply), [10, 0, 2]);
}

#[test]
fn a_mutated_change_never_breaks_a_document() {
    reaches(fates(Target::Change), [10, 2, 2]);
}

#[test]
fn a_mutated_document_opens_as_what_it_is_or_not_at_all() {
    reaches(fates(Target::Document), [10, 0, 0]);
}

#[test]
fn a_mutated_change_of_minutes_never_breaks_a_meeting() {
    reaches(fates(Target::Prose), [10, 2, 2]);
}

#[test]
fn a_mutated_meeting_opens_as_what_it_is_or_not_at_all() {
    reaches(fates(Target::Meeting), [10, 0, 0]);
}
