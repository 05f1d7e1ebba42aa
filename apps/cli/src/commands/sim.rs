//! `lianhu sim`

use std::time::Instant;

use lianhu_sim::{Break, Failure as NotHeld, Report, Scene, Sizes, Tally, world, worlds};
use serde::Serialize;

use crate::args::{SimArgs, Tongue};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Failing seeds printed for people; `--json` has them all.
const SHOWN: usize = 20;

/// Runs simulated townships.
pub fn run(talk: Talk, args: &SimArgs) -> Result<(), Failure> {
    let begun = Instant::now();
    let scene = Scene::of(args.phones as usize).map_err(|why| Failure::new(Kind::Failed, why))?;
    let sizes = args.events.map_or(Sizes::for_phones(args.phones as usize), |events| Sizes { events });
    let broken = broken(args)?;
    if let Some(seed) = args.seed {
        return one(talk, &scene, seed, sizes, broken.first().copied(), args.trace);
    }
    let seeds: Vec<u64> = (args.from..args.from.saturating_add(args.seeds)).collect();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = args.parallel.unwrap_or(cores);
    if broken.is_empty() {
        all(talk, &scene, &seeds, sizes, threads, begun)
    } else {
        caught(talk, &scene, &seeds, sizes, threads, &broken)
    }
}

fn broken(args: &SimArgs) -> Result<Vec<Break>, Failure> {
    match args.broken.as_deref() {
        None => Ok(Vec::new()),
        Some("all") => Ok(Break::ALL.to_vec()),
        Some(name) => Break::parse(name).map(|broken| vec![broken]).ok_or_else(|| {
            let names: Vec<&str> = Break::ALL.iter().map(|broken| broken.name()).collect();
            let names = names.join(", ");
            Failure::new(Kind::Input, (format!("没有这条规则：{name}"), format!("there is no rule {name} to break")))
                .hint((format!("可以是 all、{names}"), format!("one of: all, {names}")))
        }),
    }
}

/// One township, with its trace.
fn one(talk: Talk, scene: &Scene, seed: u64, sizes: Sizes, broken: Option<Break>, trace: bool) -> Result<(), Failure> {
    let ending = world(scene, seed, sizes, broken, trace);
    for line in &ending.trace {
        talk.print(line);
    }
    #[derive(Serialize)]
    struct One<'a> {
        seed: u64,
        digest: String,
        judge: Option<&'a str>,
        what: Option<&'a str>,
        events: &'a Tally,
        faults: &'a Tally,
        checks: &'a Tally,
    }
    let (judge, what) = match &ending.failure {
        Some(NotHeld { judge, what }) => (Some(*judge), Some(what.as_str())),
        None => (None, None),
    };
    let digest = format!("{:016x}", ending.digest);
    talk.object(&One {
        seed,
        digest: digest.clone(),
        judge,
        what,
        events: &ending.events,
        faults: &ending.faults,
        checks: &ending.checks,
    });
    match ending.failure {
        None => {
            talk.print(match talk.tongue {
                Tongue::Zh => format!("种子 {seed}：一切相符（{digest}）。"),
                Tongue::En => format!("seed {seed}: everything holds ({digest})"),
            });
            Ok(())
        }
        Some(NotHeld { judge, what }) => Err(Failure::new(
            Kind::Differences,
            (format!("种子 {seed}：{judge}：{what}"), format!("seed {seed}: {judge}: {what}")),
        )),
    }
}

/// Many townships, and their report.
fn all(talk: Talk, scene: &Scene, seeds: &[u64], sizes: Sizes, threads: usize, begun: Instant) -> Result<(), Failure> {
    let bar = talk.bar(talk.pick("模拟的镇", "simulated townships"), seeds.len() as u64);
    let report = worlds(scene, seeds, sizes, None, threads, &|ending| {
        if let Some(failure) = &ending.failure {
            bar.suspend(|| talk.say(format!("seed {}: {failure}", ending.seed)));
        }
        bar.inc(1);
        true
    });
    bar.finish_and_clear();
    let seconds = begun.elapsed().as_secs_f64();
    talk.print(table(talk, &report, seconds));
    #[derive(Serialize)]
    struct Timed<'a> {
        #[serde(flatten)]
        report: &'a Report,
        seconds: f64,
    }
    talk.object(&Timed { report: &report, seconds });
    if report.failed == 0 {
        return Ok(());
    }
    let failed = report.failed;
    Err(Failure::new(Kind::Differences, (format!("{failed} 个种子没有通过"), format!("{failed} seeds failed"))).hint((
        "用 lianhu sim --seed 种子 --trace（手机数相同）重放其中一个",
        "replay one with lianhu sim --seed SEED --trace and the same --phones",
    )))
}

fn table(talk: Talk, report: &Report, seconds: f64) -> String {
    let mut lines = vec![match talk.tongue {
        Tongue::Zh => format!(
            "{} 个镇，每镇 {} 部手机，{} 个没有通过，用时 {seconds:.0} 秒。",
            report.seeds, report.phones, report.failed
        ),
        Tongue::En => {
            format!("{} townships of {} phones, {} failed, {seconds:.0} s", report.seeds, report.phones, report.failed)
        }
    }];
    let parts = [
        (talk.pick("注入的故障", "faults"), &report.faults),
        (talk.pick("核对的次数（按裁判）", "checks by judge"), &report.checks),
        (talk.pick("发生的事", "events"), &report.events),
    ];
    for (title, tally) in parts {
        lines.push(String::new());
        lines.push(title.to_owned());
        lines.extend(tally.iter().map(|(name, count)| format!("  {count:>10}  {name}")));
    }
    if !report.failures.is_empty() {
        lines.push(String::new());
        let shown = report.failures.iter().take(SHOWN);
        lines.extend(shown.map(|failed| format!("  seed {}: {}: {}", failed.seed, failed.judge, failed.what)));
    }
    lines.join("\n")
}

/// Breaks each rule and looks which judge notices, and after how many seeds.
fn caught(
    talk: Talk,
    scene: &Scene,
    seeds: &[u64],
    sizes: Sizes,
    threads: usize,
    broken: &[Break],
) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Caught {
        rule: &'static str,
        seeds: u64,
        seed: Option<u64>,
        judge: Option<&'static str>,
    }
    let mut all = Vec::new();
    for rule in broken {
        let report = worlds(scene, seeds, sizes, Some(*rule), threads, &|ending| ending.failure.is_none());
        let first = report.failures.first();
        let (rule, seeds) = (rule.name(), report.seeds);
        talk.print(match first {
            Some(failed) => format!("{rule}: seed {}, {}: {}", failed.seed, failed.judge, failed.what),
            None => format!("{rule}: {}", talk.pick("没有被发现", "not noticed")),
        });
        all.push(Caught {
            rule,
            seeds,
            seed: first.map(|failed| failed.seed),
            judge: first.map(|failed| failed.judge),
        });
    }
    talk.object(&all);
    if all.iter().all(|caught| caught.judge.is_some()) {
        return Ok(());
    }
    Err(Failure::new(Kind::Differences, ("有一条规则被破坏而没有被发现", "a broken rule was not noticed")))
}
