//! Rules about what the sources and documents say.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What a crate's sources never name, because the crate does not know such things exist (see each `lib.rs`).
const ABSENCES: &[(&str, &[&str])] = &[
    ("crates/core/src", &["std::fs", "std::net", "SystemTime", "Instant::now", "async fn", "Utc::now", "getrandom"]),
    ("crates/sync/src", &["automerge", "rusqlite", "SELECT ", "std::fs", "std::net", "SystemTime", "ousehold"]),
    ("crates/crypto/src", &["std::fs", "std::net", "SystemTime", "getrandom", "ousehold", "rusqlite"]),
    ("crates/store/src", &["automerge", "axum", "hyper", "std::net", "ousehold"]),
    ("crates/device/src", &["rusqlite", "std::net", "SystemTime", "axum"]),
    ("crates/wasm/src", &["automerge", "SELECT ", "std::fs", "std::net", "SystemTime", "axum", "lianhu_server"]),
    ("apps/server/src", &["SELECT ", "INSERT ", "UPDATE ", "DELETE FROM", "rusqlite"]),
];

/// The places documents speak of.
const ROOMS: &[&str] = &["crates/", "apps/", "docs/", "tests/", "seeds/", ".ci/", "fuzz/"];

fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return found };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with("target") && name != "node_modules" && (name == ".ci" || !name.starts_with('.')) {
                found.extend(files(&path, endings));
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn lines(path: &Path) -> Vec<String> {
    std::fs::read_to_string(path).unwrap_or_default().lines().map(str::to_owned).collect()
}

fn shown(root: &Path, path: &Path, line: usize) -> String {
    format!("{}:{}", path.strip_prefix(root).unwrap_or(path).display(), line + 1)
}

/// The files that may declare a file as their module.
fn parents(path: &Path) -> Vec<PathBuf> {
    let Some(folder) = path.parent() else { return Vec::new() };
    let beside = ["mod.rs", "lib.rs", "main.rs"].map(|name| folder.join(name));
    std::iter::once(folder.with_extension("rs")).chain(beside).collect()
}

fn declares(line: &str, stem: &str) -> bool {
    line.trim_end().ends_with(&format!("mod {stem};"))
}

/// Whether a file is compiled for tests alone: it lies among tests, or its parent declares it so. Tests may read the pages
/// and golden files that they hold the code to, and may measure.
fn is_for_tests(path: &Path) -> bool {
    if path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs") {
        return true;
    }
    let Some(stem) = path.file_stem().map(|stem| stem.to_string_lossy()) else { return false };
    parents(path).iter().any(|parent| {
        let said = lines(parent);
        said.windows(2)
            .any(|pair| matches!(pair, [mark, line] if mark.trim() == "#[cfg(test)]" && declares(line, &stem)))
    })
}

/// Code (not comments, not tests) names nothing its crate should not know.
pub(crate) fn absences(root: &Path) -> Vec<String> {
    let mut breaches = Vec::new();
    for (folder, words) in ABSENCES {
        for path in files(&root.join(folder), &[".rs"]) {
            if is_for_tests(&path) {
                continue;
            }
            for (number, line) in lines(&path).iter().enumerate() {
                if line.contains("#[cfg(test)]") {
                    break;
                }
                if line.trim_start().starts_with("//") {
                    continue;
                }
                for word in words.iter().filter(|word| line.contains(**word)) {
                    breaches.push(format!("{} names {word:?}", shown(root, &path, number)));
                }
            }
        }
    }
    breaches
}

/// Every path in backticks or links of our Markdown and doc comments exists, or is what a build leaves there.
pub(crate) fn named_paths(root: &Path) -> Vec<String> {
    let mut breaches = Vec::new();
    for path in files(root, &[".md", ".rs", ".toml"]) {
        for (number, line) in lines(&path).iter().enumerate() {
            let is_prose = path.extension().is_some_and(|ending| ending == "md")
                || line.trim_start().starts_with("//")
                || line.trim_start().starts_with('#');
            if !is_prose {
                continue;
            }
            for named in line.split(['`', '(', ')']).filter(|piece| is_path(piece)) {
                let target = named.split(['#', ':']).next().unwrap_or(named);
                if !root.join(target).exists() && !is_built(root, target) {
                    breaches.push(format!("{} names {target}, which is not there", shown(root, &path, number)));
                }
            }
        }
    }
    breaches
}

/// Git ignores what a build makes, so a fresh clone does not have it yet.
fn is_built(root: &Path, target: &str) -> bool {
    let asked = Command::new("git").args(["check-ignore", "--quiet", target]).current_dir(root).status();
    asked.is_ok_and(|status| status.success())
}

fn is_path(piece: &str) -> bool {
    let speaks_of_a_room = ROOMS.iter().any(|room| piece.starts_with(room));
    speaks_of_a_room && !piece.contains([' ', '*', '<', '>', '{', '…', ',', '"', '|'])
}

/// Every source file is somebody's module: a file that nobody declares is not compiled and only misleads.
pub(crate) fn orphans(root: &Path) -> Vec<String> {
    let mut breaches = Vec::new();
    for room in ["crates", "apps", "tests"] {
        for path in files(&root.join(room), &[".rs"]) {
            let (Some(folder), Some(stem)) = (path.parent(), path.file_stem().map(|stem| stem.to_string_lossy()))
            else {
                continue;
            };
            let is_a_root = ["lib", "main", "mod", "build"].contains(&stem.as_ref());
            if is_a_root || folder.ends_with("examples") || folder.ends_with("bin") {
                continue;
            }
            if !parents(&path).iter().any(|parent| lines(parent).iter().any(|line| declares(line, &stem))) {
                breaches.push(format!("{} is nobody's module", shown(root, &path, 0)));
            }
        }
    }
    breaches
}

/// No test is switched off, none sleeps, and nothing unfinished is left behind.
pub(crate) fn honest_tests(root: &Path) -> Vec<String> {
    // Written in pieces so that this file does not break its own rule.
    let refused =
        [concat!("#[", "ignore"), concat!("thread::", "sleep"), concat!("todo", "!("), concat!("unimpl", "emented!(")];
    let mut breaches = Vec::new();
    for room in ["crates", "apps", "tests"] {
        for path in files(&root.join(room), &[".rs"]) {
            for (number, line) in lines(&path).iter().enumerate() {
                for word in refused.iter().filter(|word| line.contains(**word)) {
                    breaches.push(format!("{} has {word:?}", shown(root, &path, number)));
                }
            }
        }
    }
    breaches
}
