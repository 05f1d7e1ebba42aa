//! The handbook's own tests, part of `cargo xtask test`: its style, its units, and a real Chromium against a real township.
//!
//! They need Node, npm and Chromium. Chromium is installed where this user may; what cannot be had is said, and what was not
//! run for it. Where everything has to be checked (`CI=true`), that is a failure.

use std::path::PathBuf;
use std::process::Command;

use crate::run::{cargo_command, installed, root};
use crate::web;

/// The oldest Node that runs them: its first two numbers.
const NODE: (u32, u32) = (20, 19);
/// What the browser's tests want of the system, and the program by which it is known to be there.
const CHROMIUM: &str = "chromium";

/// Runs everything that can be run here.
pub(crate) fn test() -> Result<(), String> {
    if let Err(why) = has_node() {
        return skip("THE HANDBOOK WAS NOT TESTED", &why);
    }
    // As the lockfile has it, and from nowhere else.
    npm(&["ci", "--no-audit", "--no-fund"])?;
    npm(&["test"])?;
    // Its types are written by the build of its Rust half, so nothing is checked before that.
    let built = web::installed_compilers().and_then(|()| match cargo_command().args(["xtask", "web"]).status() {
        Ok(status) if status.success() => Ok(()),
        _ => Err("`cargo xtask web` could not build it; it says why above".to_owned()),
    });
    if let Err(why) = built {
        return skip("THE HANDBOOK WAS NEITHER CHECKED NOR TESTED IN A BROWSER", &why);
    }
    npm(&["run", "check"])?;
    if let Err(why) = has_chromium() {
        return skip("THE HANDBOOK WAS NOT TESTED IN A BROWSER", &why);
    }
    npm(&["run", "test:browser"])
}

/// Says loudly what was not run.
fn skip(what: &str, why: &str) -> Result<(), String> {
    if std::env::var("CI").is_ok_and(|ci| ci == "true") {
        return Err(format!("{what}: {why}"));
    }
    let bar = "*".repeat(100);
    eprintln!("{bar}\n* {what}: {why}\n{bar}");
    Ok(())
}

fn folder() -> PathBuf {
    root().join("apps/web")
}

fn npm(args: &[&str]) -> Result<(), String> {
    eprintln!("$ npm {}", args.join(" "));
    match Command::new("npm").args(args).current_dir(folder()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`npm {}` in apps/web ended with {status}", args.join(" "))),
        Err(why) => Err(format!("`npm` could not be started: {why}")),
    }
}

fn has_node() -> Result<(), String> {
    let said = |program: &str| {
        let output = Command::new(program).arg("--version").output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let node = said("node").ok_or("Node is not here")?;
    if numbers(&node).is_none_or(|found| found < NODE) {
        return Err(format!("Node is {node}, and it takes {}.{} or newer", NODE.0, NODE.1));
    }
    said("npm").map(drop).ok_or_else(|| "npm is not here".to_owned())
}

/// The first two numbers of `v20.19.4`.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim_start_matches('v').split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

/// Chromium, and letters for Chinese, installed where this user may install.
fn has_chromium() -> Result<(), String> {
    let named = std::env::var_os("CHROMIUM").is_some_and(|path| PathBuf::from(path).is_file());
    let here = || Command::new(CHROMIUM).arg("--version").output().is_ok_and(|output| output.status.success());
    if named || here() {
        return Ok(());
    }
    installed(&[CHROMIUM, "fonts-noto-cjk"], here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_versions_are_compared_as_numbers() {
        assert_eq!(numbers("v20.19.4"), Some((20, 19)));
        assert!(numbers("v20.9.0").unwrap() < NODE && numbers("v24.1.0").unwrap() > NODE);
        assert_eq!(numbers("node"), None);
    }
}
