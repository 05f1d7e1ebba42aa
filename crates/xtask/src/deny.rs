//! `cargo xtask deny`: licences, banned crates, sources and advisories, by the rules in `deny.toml`.
//!
//! Licences, bans and sources need nothing but the lock file. Advisories need the advisory database: a folder named by
//! `LIANHU_ADVISORY_DB` (a clone of it, made where there is a network), or the network itself. Where there is neither,
//! they are not checked, and that is said loudly; `LIANHU_ADVISORIES=required` makes it a failure.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{cargo_command, root};

/// The one version everybody runs: another one may see things otherwise.
const VERSION: &str = "0.20.2";

/// Where the advisory database lives.
const DATABASE: &str = "https://github.com/RustSec/advisory-db";

/// Where the advisory database can be had from, here and now.
#[derive(Debug, PartialEq, Eq)]
enum Advisories {
    /// A clone of it in a folder.
    Clone(PathBuf),
    /// The network.
    Network,
    /// Nowhere; why, in the words of whoever said no.
    Nowhere(String),
}

/// Runs every check that can be run.
pub(crate) fn run() -> Result<(), String> {
    let deny = installed()?;
    check(&deny, &["bans", "licenses", "sources"], None)?;
    let named = std::env::var_os("LIANHU_ADVISORY_DB").map(PathBuf::from);
    let required = std::env::var("LIANHU_ADVISORIES").is_ok_and(|word| word == "required");
    match advisories(named, ask_network)? {
        Advisories::Clone(folder) => check(&deny, &["advisories"], Some(&folder)),
        Advisories::Network => check(&deny, &["advisories"], None),
        Advisories::Nowhere(why) if required => Err(format!("advisories must be checked, and cannot be: {why}")),
        Advisories::Nowhere(why) => {
            eprintln!("{}", skipped(&why));
            Ok(())
        }
    }
}

fn advisories(named: Option<PathBuf>, ask: impl FnOnce() -> Result<(), String>) -> Result<Advisories, String> {
    match named {
        Some(folder) if folder.join(".git").exists() || folder.join("HEAD").exists() => Ok(Advisories::Clone(folder)),
        // Somebody meant it to be there: a mistyped name must not look like a check that passed.
        Some(folder) => Err(format!("LIANHU_ADVISORY_DB={} is no clone of {DATABASE}", folder.display())),
        None => Ok(ask().map_or_else(Advisories::Nowhere, |()| Advisories::Network)),
    }
}

fn skipped(why: &str) -> String {
    let bar = "*".repeat(100);
    format!(
        "{bar}\n\
         * ADVISORIES WERE NOT CHECKED: nobody looked whether a known fault touches a dependency.\n\
         * The advisory database cannot be reached from here: {why}\n\
         * Where there is a network: git clone --branch main {DATABASE} FOLDER\n\
         * then bring FOLDER here and run: LIANHU_ADVISORY_DB=FOLDER cargo xtask deny\n\
         * LIANHU_ADVISORIES=required makes this a failure. A release needs it.\n\
         {bar}"
    )
}

/// Whether the database's server answers; if not, what was said.
fn ask_network() -> Result<(), String> {
    let patience = ["-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=20"];
    let asked = Command::new("git")
        .args(patience)
        .args(["ls-remote", "--exit-code", DATABASE, "refs/heads/main"])
        .env("GIT_TERMINAL_PROMPT", "0")
        .output();
    match asked {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        Err(why) => Err(format!("git could not be started: {why}")),
    }
}

fn check(deny: &Path, which: &[&str], clone: Option<&Path>) -> Result<(), String> {
    eprintln!("$ cargo deny --locked check {}", which.join(" "));
    let mut command = Command::new(deny);
    command.args(["--locked", "check"]).args(which).current_dir(root());
    if let Some(folder) = clone {
        let folder = folder.canonicalize().map_err(|why| format!("{}: {why}", folder.display()))?;
        // cargo-deny clones the database itself; git finds it in the folder instead.
        command.env("GIT_CONFIG_COUNT", "1");
        command.env("GIT_CONFIG_KEY_0", format!("url.file://{}.insteadOf", folder.display()));
        command.env("GIT_CONFIG_VALUE_0", DATABASE);
    }
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`cargo deny check {}` ended with {status}", which.join(" "))),
        Err(why) => Err(format!("{} could not be started: {why}", deny.display())),
    }
}

/// The program, from the path or the tools' folder, or built there once.
fn installed() -> Result<PathBuf, String> {
    let tools = std::env::var_os("LIANHU_TOOLS").map_or_else(|| root().join("target/tools"), PathBuf::from);
    let ours = tools.join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if let Some(found) = [PathBuf::from("cargo-deny"), ours.clone()].into_iter().find(|one| is_the_one(one)) {
        return Ok(found);
    }
    eprintln!("building cargo-deny {VERSION} into {}: once, some minutes", tools.display());
    let status = cargo_command()
        .args(["install", "cargo-deny", "--version", VERSION, "--locked", "--no-default-features", "--debug", "--root"])
        .arg(&tools)
        .env_remove("CARGO_TARGET_DIR")
        .status();
    match status {
        Ok(status) if status.success() => Ok(ours),
        Ok(status) => Err(format!("cargo-deny could not be built: {status}")),
        Err(why) => Err(format!("`cargo install` could not be started: {why}")),
    }
}

fn is_the_one(program: &Path) -> bool {
    let said = Command::new(program).arg("--version").output();
    said.is_ok_and(|said| String::from_utf8_lossy(&said.stdout).trim() == format!("cargo-deny {VERSION}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_database_that_is_none_is_a_failure_and_never_a_skip() {
        let nobody = || -> Result<(), String> { panic!("the network is not asked when a folder is named") };
        assert!(advisories(Some(root().join("docs")), nobody).is_err());
        assert!(advisories(Some(root().join("nowhere")), nobody).is_err());
    }

    #[test]
    fn a_skip_says_what_was_not_looked_at_and_what_to_do() {
        let Ok(Advisories::Nowhere(why)) = advisories(None, || Err("no such host".to_owned())) else { panic!() };
        let said = skipped(&why);
        for word in ["NOT CHECKED", "no such host", "LIANHU_ADVISORY_DB=", "LIANHU_ADVISORIES=required"] {
            assert!(said.contains(word), "{word}");
        }
        assert_eq!(advisories(None, || Ok(())), Ok(Advisories::Network));
    }
}
