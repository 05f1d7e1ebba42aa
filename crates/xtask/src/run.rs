//! Chores that run other programs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The workspace's folder.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// The cargo that runs us, in the workspace's folder.
pub(crate) fn cargo_command() -> Command {
    let mut cargo = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    cargo.current_dir(root());
    cargo
}

/// What `cargo metadata` says with these arguments.
pub(crate) fn metadata(args: &[&str]) -> Result<Value, String> {
    let output = cargo_command()
        .args(["metadata", "--format-version", "1"])
        .args(args)
        .output()
        .map_err(|why| format!("`cargo metadata` could not be started: {why}"))?;
    serde_json::from_slice(&output.stdout)
        .map_err(|why| format!("`cargo metadata` made no sense: {why}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// The items of a list in what cargo says; none where there is no list.
pub(crate) fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn cargo(args: &[&str]) -> Result<(), String> {
    eprintln!("$ cargo {}", args.join(" "));
    let status = cargo_command().args(args).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`cargo {}` ended with {status}", args.join(" "))),
        Err(why) => Err(format!("`cargo` could not be started: {why}")),
    }
}

fn has_nextest() -> bool {
    let asked = Command::new("cargo").args(["nextest", "--version"]).current_dir(root()).output();
    asked.is_ok_and(|output| output.status.success())
}

/// Installs packages of Debian where this user may, unless what they bring is here already.
pub(crate) fn installed(packages: &[&str], is_here: impl Fn() -> bool) -> Result<(), String> {
    if is_here() {
        return Ok(());
    }
    let names = packages.join(" ");
    let apt = |args: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(args).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()).output()
    };
    eprintln!("$ apt-get update && apt-get install --yes {names}");
    // A list of packages that is old names versions that are gone.
    _ = apt(&["update"]);
    match apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat()) {
        _ if is_here() => Ok(()),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(format!("{names}: not here and not installed: {}", said.lines().last().unwrap_or_default()))
        }
        Err(why) => Err(format!("{names}: not here, and apt-get could not be started: {why}")),
    }
}

/// Builds the one binary and runs the main job with it.
pub(crate) fn demo(args: &[String]) -> Result<(), String> {
    let mut all = vec!["run", "--quiet", "--release", "--package", "lianhu", "--", "demo"];
    all.extend(args.iter().map(String::as_str));
    cargo(&all)
}

/// Mutants by the million, each measured; the program is a workspace of its own.
pub(crate) fn fuzz(args: &[String]) -> Result<(), String> {
    let mut all = vec!["run", "--quiet", "--release", "--manifest-path", "fuzz/Cargo.toml"];
    all.extend(["--no-default-features", "--bin", "mutate", "--"]);
    all.extend(args.iter().map(String::as_str));
    cargo(&all)
}

/// Every test there is. nextest runs them faster where it is installed; plain `cargo test` runs the same ones.
pub(crate) fn test() -> Result<(), String> {
    // The end-to-end tests run the real binary, so it is built with the rest first.
    cargo(&["build", "--workspace", "--all-targets"])?;
    if has_nextest() {
        cargo(&["nextest", "run", "--workspace", "--no-fail-fast"])?;
    } else {
        cargo(&["test", "--workspace", "--all-targets", "--no-fail-fast"])?;
    }
    cargo(&["test", "--workspace", "--doc"])?;
    crate::handbook::test()
}

/// What must hold before a change lands.
pub(crate) fn ci() -> Result<(), String> {
    cargo(&["fmt", "--all", "--check"])?;
    crate::tidy::run()?;
    cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    crate::deny::run()?;
    test()?;
    crate::counts::run(&[])
}
