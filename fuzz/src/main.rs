//! Millions of mutants with the stable compiler, each measured: `cargo xtask fuzz [--inputs N] [--seed S] [--target NAME]`.
//!
//! An input fails that panics, that takes more than 50 ms of processor time, or for which more than 16 MiB are allocated
//! at once. Its bytes are kept in the folder `artifacts` here. `--write-corpus` writes the honest inputs to `fuzz/corpus`, and
//! `--inputs-from FILE …` judges files instead of mutants.

mod measure;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lianhu_core::gate::on_large_stack;
use lianhu_testkit::fuzz::{Dice, Judge, Target, corpus, mutate};
use measure::{Cost, measured};

const MAX_NANOS: u64 = 50_000_000;
const MAX_BYTES: usize = 16 << 20;
/// Mutants that were not refused at once and may be mutated further.
const POOL: usize = 512;
/// After so many failures of a target the rest is not worth waiting for.
const ENOUGH: u64 = 20;

struct Wish {
    inputs: u64,
    seed: u64,
    targets: Vec<Target>,
    write_corpus: bool,
    files: Vec<PathBuf>,
}

impl Wish {
    fn parse(mut args: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut wish =
            Wish { inputs: 1_000_000, seed: 1, targets: Target::ALL.to_vec(), write_corpus: false, files: vec![] };
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or(format!("{arg} needs a value"));
            let number = |text: String| text.replace('_', "").parse().map_err(|_| format!("{text} is not a number"));
            match arg.as_str() {
                "--inputs" => wish.inputs = number(value()?)?,
                "--seed" => wish.seed = number(value()?)?,
                "--target" => {
                    let name = value()?;
                    wish.targets.retain(|target| target.name() == name);
                }
                "--write-corpus" => wish.write_corpus = true,
                "--inputs-from" => wish.files.extend(args.by_ref().map(PathBuf::from)),
                other => return Err(format!("there is no option {other}")),
            }
        }
        if wish.targets.is_empty() { Err("there is no such target".to_owned()) } else { Ok(wish) }
    }
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn main() -> ExitCode {
    let wish = match Wish::parse(std::env::args().skip(1)) {
        Ok(wish) => wish,
        Err(why) => {
            eprintln!("fuzz: {why}");
            return ExitCode::FAILURE;
        }
    };
    if wish.write_corpus {
        wish.targets.iter().for_each(|target| write_corpus(*target));
        return ExitCode::SUCCESS;
    }
    let each = wish.inputs.div_ceil(wish.targets.len() as u64);
    let mut failed = 0;
    println!("target       inputs    refused      tried      taken  slowest ms  largest KiB  at once KiB  failed");
    for target in &wish.targets {
        // Messages meet the decoder on an ordinary thread, documents on the gate's large stack.
        let tally = match wish.files.is_empty() {
            true => on_large_stack(|| mutants(*target, each, wish.seed)),
            false => on_large_stack(|| files(*target, &wish.files)),
        };
        println!("{}", tally.line(*target));
        failed += tally.failed;
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn write_corpus(target: Target) {
    let folder = here().join("corpus").join(target.name());
    let written = std::fs::create_dir_all(&folder).and_then(|()| {
        corpus(target)
            .iter()
            .enumerate()
            .try_for_each(|(n, input)| std::fs::write(folder.join(format!("{n:02}")), input))
    });
    if let Err(why) = written {
        eprintln!("fuzz: {}: {why}", folder.display());
    }
}

#[derive(Default)]
struct Tally {
    inputs: u64,
    fates: [u64; 3],
    worst: Cost,
    failed: u64,
}

impl Tally {
    fn line(&self, target: Target) -> String {
        let [refused, tried, taken] = self.fates;
        let (millis, largest) = (self.worst.nanos as f64 / 1e6, self.worst.largest >> 10);
        format!(
            "{:<9}{:>10}{refused:>11}{tried:>11}{taken:>11}{millis:>12.1}{largest:>13}{:>13}{:>8}",
            target.name(),
            self.inputs,
            self.worst.peak >> 10,
            self.failed
        )
    }

    /// Judges one input; says whether it got further than the first look at its bytes.
    fn judge(&mut self, judge: &Judge, target: Target, input: &[u8], name: &str) -> bool {
        self.inputs += 1;
        let asked = catch_unwind(AssertUnwindSafe(|| measured(|| judge.ask(target, input))));
        let Ok((answer, cost)) = asked else {
            self.fail(target, input, name, "panicked");
            return false;
        };
        self.worst = self.worst.max(cost);
        if cost.nanos > MAX_NANOS {
            self.fail(target, input, name, &format!("took {} ms", cost.nanos / 1_000_000));
        }
        if cost.peak > MAX_BYTES || cost.largest > MAX_BYTES {
            self.fail(target, input, name, &format!("allocated {} KiB at once", cost.peak >> 10));
        }
        match catch_unwind(AssertUnwindSafe(|| judge.check(answer))) {
            Ok(fate) => {
                self.fates[fate as usize] += 1;
                fate as usize > 0
            }
            Err(_) => {
                self.fail(target, input, name, "was taken and should not have been");
                false
            }
        }
    }

    fn fail(&mut self, target: Target, input: &[u8], name: &str, why: &str) {
        self.failed += 1;
        let folder = here().join("artifacts");
        let file = folder.join(format!("{}-{name}", target.name()));
        let kept = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&file, input));
        let kept = kept.map_or_else(|why| why.to_string(), |()| file.display().to_string());
        eprintln!("{} {name} ({} bytes) {why}: {kept}", target.name(), input.len());
    }
}

fn mutants(target: Target, inputs: u64, seed: u64) -> Tally {
    let (judge, honest) = (Judge::default(), corpus(target));
    let mut pool: Vec<Vec<u8>> = Vec::with_capacity(POOL);
    let mut tally = Tally::default();
    for number in 0..inputs {
        let seed = seed.wrapping_mul(1 << 40).wrapping_add(number);
        let mut dice = Dice::new(seed);
        let parent = if !pool.is_empty() && dice.once_in(3) {
            &pool[dice.below(pool.len())]
        } else {
            &honest[dice.below(honest.len())]
        };
        let input = mutate(target, parent, &mut dice);
        if tally.judge(&judge, target, &input, &seed.to_string()) && input.len() < 16 << 10 {
            match pool.len() < POOL {
                true => pool.push(input),
                false => pool[dice.below(POOL)] = input,
            }
        }
        if tally.failed >= ENOUGH {
            break;
        }
    }
    tally
}

fn files(target: Target, files: &[PathBuf]) -> Tally {
    let judge = Judge::default();
    let mut tally = Tally::default();
    for file in files {
        match std::fs::read(file) {
            Ok(input) => drop(tally.judge(&judge, target, &input, "file")),
            Err(why) => eprintln!("fuzz: {}: {why}", file.display()),
        }
    }
    tally
}
