//! `cargo xtask counts`: the instructions of the hot paths, compared with those kept in `crates/xtask/src/counts.txt`.
//!
//! Times depend on the machine and on what else it does; the number of instructions does not. valgrind counts them while
//! `apps/server/examples/hot_paths.rs` goes each path a few times, once more often than the other: the difference is the
//! path's. It is built with our own crates optimised, on top of the dependencies the tests have built anyway.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{array, cargo_command, installed, metadata, root};

/// Where the counts are kept.
const KEPT: &str = "crates/xtask/src/counts.txt";
/// How far a count may grow, in per cent.
const TOLERANCE: u64 = 5;
/// The paths, and how often each is gone.
const PATHS: [(&str, u64); 3] = [("document", 4), ("message", 8), ("exchange", 4)];

/// Counts and compares; `--write` keeps what was counted instead.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let write = match args {
        [] => false,
        [only] if only == "--write" => true,
        _ => return Err("`cargo xtask counts` takes nothing, or --write".to_owned()),
    };
    if let Err(why) = has_valgrind() {
        return skip(&why);
    }
    let program = built()?;
    let mut counted = BTreeMap::new();
    for (path, times) in PATHS {
        let (none, all) = (instructions(&program, path, 0)?, instructions(&program, path, times)?);
        counted.insert(path.to_owned(), all.saturating_sub(none) / times);
    }
    let here = Kept { compiler: compiler()?, counts: counted };
    if write {
        eprint!("{}", here.to_text());
        return std::fs::write(root().join(KEPT), here.to_text()).map_err(|why| format!("{KEPT}: {why}"));
    }
    let kept = std::fs::read_to_string(root().join(KEPT)).map_err(|why| format!("{KEPT}: {why}"))?;
    let kept = Kept::of_text(&kept)?;
    let (said, grown) = compared(&kept, &here);
    said.iter().for_each(|line| eprintln!("{line}"));
    if kept.compiler != here.compiler {
        return skip(&format!("the counts were kept with {}, and this is {}", kept.compiler, here.compiler));
    }
    match grown {
        0 => Ok(()),
        _ => Err(format!(
            "{grown} hot paths take over {TOLERANCE} % more instructions than {KEPT} says. If that is the price of \
             something, say so in the commit and keep the new counts: cargo xtask counts --write"
        )),
    }
}

/// Says loudly that nothing was compared. Where everything has to be checked, that is a failure.
fn skip(why: &str) -> Result<(), String> {
    if std::env::var("CI").is_ok_and(|ci| ci == "true") {
        return Err(format!("instructions were not compared: {why}"));
    }
    let bar = "*".repeat(100);
    eprintln!("{bar}\n* INSTRUCTIONS WERE NOT COMPARED: {why}\n{bar}");
    Ok(())
}

/// valgrind, installed where this user may install.
fn has_valgrind() -> Result<(), String> {
    let here = || Command::new("valgrind").arg("--version").output().is_ok_and(|output| output.status.success());
    installed(&["valgrind"], here)
}

/// Builds the program. Our own crates are optimised as the released ones are; the dependencies stay as the tests have them.
fn built() -> Result<PathBuf, String> {
    let said = metadata(&["--no-deps"])?;
    let mut cargo = cargo_command();
    cargo.args(["build", "--quiet", "--package", "lianhu-server", "--example", "hot_paths"]);
    let packages = said.get("packages").into_iter().flat_map(array);
    for package in packages.filter_map(|package| package.get("name")?.as_str()) {
        cargo.args(["--config", &format!("profile.dev.package.{package}.opt-level=2")]);
    }
    match cargo.status() {
        Ok(status) if status.success() => {}
        Ok(status) => return Err(format!("hot_paths could not be built: {status}")),
        Err(why) => return Err(format!("`cargo` could not be started: {why}")),
    }
    let target = said.get("target_directory").and_then(|folder| folder.as_str()).unwrap_or("target");
    Ok(Path::new(target).join("debug/examples/hot_paths").with_extension(std::env::consts::EXE_EXTENSION))
}

fn instructions(program: &Path, path: &str, times: u64) -> Result<u64, String> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([path, &times.to_string()])
        .output()
        .map_err(|why| format!("valgrind could not be started: {why}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("hot_paths {path} {times} ended with {}:\n{said}", output.status));
    }
    collected(&said).ok_or_else(|| format!("valgrind said nothing of instructions:\n{said}"))
}

/// The number after `Collected :`.
fn collected(said: &str) -> Option<u64> {
    let line = said.lines().find_map(|line| line.split_once("Collected :"))?;
    line.1.trim().parse().ok()
}

/// The compiler and the machine's kind: another one makes other instructions of the same source.
fn compiler() -> Result<String, String> {
    let said = Command::new("rustc").arg("--version").output().map_err(|why| format!("rustc: {why}"))?;
    Ok(format!("{} on {}", String::from_utf8_lossy(&said.stdout).trim(), std::env::consts::ARCH))
}

/// Instructions of each path, once.
#[derive(Debug, PartialEq, Eq)]
struct Kept {
    compiler: String,
    counts: BTreeMap<String, u64>,
}

impl Kept {
    fn to_text(&self) -> String {
        let counts: String = self.counts.iter().map(|(path, count)| format!("{path} {count}\n")).collect();
        format!(
            "# Instructions of each hot path, once. Written by: cargo xtask counts --write\n# {}\n{counts}",
            self.compiler
        )
    }

    fn of_text(text: &str) -> Result<Self, String> {
        let compiler = text.lines().filter_map(|line| line.strip_prefix("# ")).nth(1).unwrap_or_default().to_owned();
        let mut counts = BTreeMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let counted = line.split_once(' ').and_then(|(path, count)| Some((path.to_owned(), count.parse().ok()?)));
            let (path, count) = counted.ok_or_else(|| format!("{KEPT}: {line:?} is no path and count"))?;
            counts.insert(path, count);
        }
        Ok(Kept { compiler, counts })
    }
}

/// What to say of each path, and how many have grown too much.
fn compared(kept: &Kept, here: &Kept) -> (Vec<String>, usize) {
    let (mut said, mut grown) = (Vec::new(), 0);
    for (path, count) in &here.counts {
        let Some(before) = kept.counts.get(path) else {
            said.push(format!("BROKEN {path}: {count} instructions, and none are kept"));
            grown += 1;
            continue;
        };
        let change = (*count as f64 / (*before).max(1) as f64 - 1.0) * 100.0;
        // In whole numbers: five per cent of a thousand are fifty, and not a little less.
        let is_too_much = count.saturating_mul(100) > before.saturating_mul(100 + TOLERANCE);
        let verdict = if is_too_much { "BROKEN" } else { "ok    " };
        grown += usize::from(is_too_much);
        let less = if count.saturating_mul(100) < before.saturating_mul(100 - TOLERANCE) {
            "; keep it: cargo xtask counts --write"
        } else {
            ""
        };
        said.push(format!("{verdict} {path}: {count} instructions, {change:+.1} %{less}"));
    }
    (said, grown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(document: u64) -> Kept {
        Kept { compiler: "rustc 1 on x".to_owned(), counts: [("document".to_owned(), document)].into() }
    }

    #[test]
    fn what_is_kept_reads_back_as_it_was() {
        assert_eq!(Kept::of_text(&kept(7).to_text()), Ok(kept(7)));
        assert!(Kept::of_text("document many").is_err());
    }

    #[test]
    fn a_path_may_grow_by_the_tolerance_and_no_further() {
        assert_eq!(compared(&kept(1_000), &kept(1_050)).1, 0);
        assert_eq!(compared(&kept(1_000), &kept(1_051)).1, 1);
        assert_eq!(compared(&kept(1_000), &kept(10)).1, 0);
        let nothing = Kept { counts: BTreeMap::new(), ..kept(1) };
        assert_eq!(
            compared(&nothing, &kept(1)).1,
            1,
            "a path nobody keeps a count of is not compared, and that is told"
        );
    }

    #[test]
    fn the_count_is_found_in_what_valgrind_says() {
        assert_eq!(collected("==7== Events    : Ir\n==7== Collected : 16463\n==7==\n"), Some(16_463));
        assert_eq!(collected("==7== nothing"), None);
    }
}
