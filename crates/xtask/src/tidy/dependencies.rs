//! Rules about who depends on whom, read from `cargo metadata` and the lock file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::run;

/// Which of our crates each of our crates stands on; it may use those, and whatever they stand on. `core` and `sync` never
/// meet; arrows point down only.
const ARROWS: &[(&str, &[&str])] = &[
    ("lianhu-core", &[]),
    ("lianhu-crypto", &[]),
    ("lianhu-sync", &["lianhu-crypto"]),
    ("lianhu-store", &["lianhu-sync"]),
    ("lianhu-device", &["lianhu-core", "lianhu-sync"]),
    // A browser has the SDK and the phone's store, and nothing of the township.
    ("lianhu-wasm", &["lianhu-device", "lianhu-store"]),
    ("lianhu-testkit", &["lianhu-core", "lianhu-sync"]),
    ("lianhu-server", &["lianhu-core", "lianhu-store"]),
    // The simulator runs the whole product, and only the command and the tests run the simulator.
    ("lianhu-sim", &["lianhu-device", "lianhu-server"]),
    ("lianhu", &["lianhu-sim"]),
    ("lianhu-tests", &["lianhu", "lianhu-testkit"]),
    ("xtask", &[]),
];

/// Where each heavy dependency lives. Everyone else reaches it through its home's own types.
const HOMES: &[(&str, &[&str])] = &[
    ("automerge", &["lianhu-core"]),
    ("hexane", &["lianhu-core"]),
    ("minicbor", &["lianhu-sync"]),
    ("flate2", &["lianhu-sync"]),
    // The simulator puts its disk under SQLite; it writes no SQL but to break a rule on purpose.
    ("rusqlite", &["lianhu-store", "lianhu-sim"]),
    ("sqlite-wasm-rs", &["lianhu-wasm"]),
    ("sqlite-wasm-vfs", &["lianhu-wasm"]),
    ("wasm-bindgen", &["lianhu-wasm"]),
    ("pinyin", &["lianhu-device"]),
    ("axum", &["lianhu-server"]),
    ("hyper", &["lianhu-server"]),
    // The server speaks it, and the terminal phone.
    ("rustls", &["lianhu-server", "lianhu"]),
    ("tower-http", &["lianhu-server"]),
    ("tokio", &["lianhu-server", "lianhu"]),
    ("ed25519-dalek", &["lianhu-crypto", "lianhu-device", "lianhu-server"]),
    ("chacha20poly1305", &["lianhu-crypto"]),
    ("aes-gcm", &["lianhu-crypto"]),
    ("sm2", &["lianhu-crypto"]),
    ("sm3", &["lianhu-crypto"]),
    ("sm4", &["lianhu-crypto"]),
    ("clap", &["lianhu"]),
    ("calamine", &["lianhu"]),
    ("anyhow", &["lianhu"]),
    // The server writes workbooks; the command and the tests only make some to read.
    ("rust_xlsxwriter", &["lianhu-server", "lianhu", "lianhu-tests"]),
];

/// Second versions that others force on us, each with who does. The list may only shrink: an entry that is no longer
/// needed is a breach too.
const TOLERATED_TWINS: &str = include_str!("twins.txt");

/// What cargo knows of the workspace, development dependencies included.
pub(crate) fn metadata() -> Result<Value, String> {
    run::metadata(&["--no-deps"])
}

/// (package, dependency, is it for tests only) for every dependency in the workspace.
fn edges(metadata: &Value) -> Vec<(String, String, bool)> {
    let mut edges = Vec::new();
    for package in run::array(&metadata["packages"]) {
        let name = package["name"].as_str().unwrap_or_default();
        for dependency in run::array(&package["dependencies"]) {
            let uses = dependency["name"].as_str().unwrap_or_default();
            edges.push((name.to_owned(), uses.to_owned(), dependency["kind"].as_str() == Some("dev")));
        }
    }
    edges
}

/// Everything a crate of ours stands on, however deep.
fn below(package: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![package];
    while let Some(above) = waiting.pop() {
        let stands_on = ARROWS.iter().filter(|(name, _)| *name == above).flat_map(|(_, stands_on)| *stands_on);
        waiting.extend(stands_on.copied().filter(|name| found.insert(*name)));
    }
    found
}

/// Our crates use only the ones below them.
pub(crate) fn arrows(metadata: &Value) -> Vec<String> {
    let ours = |name: &str| ARROWS.iter().any(|(package, _)| *package == name);
    let mut breaches = Vec::new();
    for (package, uses, for_tests) in edges(metadata) {
        if !ours(&package) {
            breaches.push(format!("{package} has no place in the house: give it one in ARROWS"));
        } else if ours(&uses) && !for_tests && !below(&package).contains(uses.as_str()) {
            breaches.push(format!("{package} must not use {uses}"));
        }
    }
    breaches.sort();
    breaches.dedup();
    breaches
}

/// Heavy dependencies are used from their home only, tests included: a test that needs automerge lives in core.
pub(crate) fn homes(metadata: &Value) -> Vec<String> {
    let mut breaches = Vec::new();
    for (package, uses, _) in edges(metadata) {
        if let Some((_, homes)) = HOMES.iter().find(|(name, _)| *name == uses)
            && !homes.contains(&package.as_str())
        {
            breaches.push(format!("{package} uses {uses}, whose home is {}", homes.join(" or ")));
        }
    }
    breaches
}

/// Nothing that ships carries the test kit.
pub(crate) fn testkit(metadata: &Value) -> Vec<String> {
    edges(metadata)
        .into_iter()
        .filter(|(package, uses, for_tests)| uses == "lianhu-testkit" && !for_tests && package != "lianhu-tests")
        .map(|(package, ..)| format!("{package} uses lianhu-testkit outside its tests"))
        .collect()
}

/// The lock file names each package once, save for the tolerated twins.
pub(crate) fn versions(root: &Path) -> Result<Vec<String>, String> {
    let lock = std::fs::read_to_string(root.join("Cargo.lock")).map_err(|why| format!("Cargo.lock: {why}"))?;
    let mut locked: BTreeMap<&str, usize> = BTreeMap::new();
    for line in lock.lines() {
        if let Some(name) = line.strip_prefix("name = \"") {
            *locked.entry(name.trim_end_matches('"')).or_default() += 1;
        }
    }
    let tolerated: Vec<&str> = TOLERATED_TWINS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let mut breaches = Vec::new();
    for (name, count) in &locked {
        if *count > 1 && !tolerated.contains(name) {
            breaches.push(format!("{name} is locked in {count} versions"));
        }
    }
    for name in tolerated {
        if locked.get(name).copied().unwrap_or_default() < 2 {
            breaches.push(format!("{name} has one version again: take it off the list of tolerated twins"));
        }
    }
    Ok(breaches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_may_use_what_it_stands_on_and_nothing_beside_or_above_it() {
        let below = |package| Vec::from_iter(below(package)).join(" ");
        assert_eq!(below("lianhu-core"), "");
        assert_eq!(below("lianhu-store"), "lianhu-crypto lianhu-sync");
        assert_eq!(below("lianhu-device"), "lianhu-core lianhu-crypto lianhu-sync");
        assert_eq!(below("lianhu-server"), "lianhu-core lianhu-crypto lianhu-store lianhu-sync");
        let product = "lianhu-core lianhu-crypto lianhu-device lianhu-server";
        assert_eq!(below("lianhu"), format!("{product} lianhu-sim lianhu-store lianhu-sync"));
        assert_eq!(
            below("lianhu-tests"),
            format!("lianhu {product} lianhu-sim lianhu-store lianhu-sync lianhu-testkit")
        );
    }
}
