//! `cargo xtask sbom`: what the program `lianhu` is made of, as CycloneDX 1.6: every crate that is compiled into it, with
//! its licence and the hash the lock file holds it to. The same sources and target give the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::{Value, json};

use crate::run::{self, array, root};

/// The package whose program is described.
const PROGRAM: &str = "lianhu";

/// Writes it below `target/sbom`. `--target TRIPLE` describes the program for another machine than this one.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let target = match args {
        [] => host()?,
        [flag, triple] if flag == "--target" => triple.clone(),
        _ => return Err("sbom takes `--target TRIPLE` and nothing else".to_owned()),
    };
    let bom = bom(&target)?;
    let folder = root().join("target/sbom");
    let file = folder.join(format!("{PROGRAM}-{target}.cdx.json"));
    let written = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&file, format!("{bom:#}\n")));
    written.map_err(|why| format!("{}: {why}", file.display()))?;
    let count = bom.get("components").and_then(Value::as_array).map_or(0, Vec::len);
    println!("{count} components of {PROGRAM} for {target}: {}", file.display());
    Ok(())
}

/// The triple of this machine, as rustc says it.
fn host() -> Result<String, String> {
    let said =
        Command::new("rustc").arg("-vV").output().map_err(|why| format!("`rustc` could not be started: {why}"))?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc does not say what machine this is".to_owned())
}

/// The whole list.
fn bom(target: &str) -> Result<Value, String> {
    let metadata = &metadata(target)?;
    let hashes =
        hashes(&std::fs::read_to_string(root().join("Cargo.lock")).map_err(|why| format!("Cargo.lock: {why}"))?);
    let packages = by_id(&metadata["packages"]);
    let nodes = by_id(metadata.pointer("/resolve/nodes").unwrap_or(&Value::Null));
    let program = packages.iter().find(|(_, package)| package["name"].as_str() == Some(PROGRAM));
    let (program, described) = program.map(|(id, package)| (*id, *package)).ok_or("there is no program lianhu here")?;

    // Everything the program reaches by dependencies that are neither for building nor for tests.
    let (mut reached, mut edges) = (BTreeSet::from([program]), BTreeMap::new());
    let mut waiting = vec![program];
    while let Some(id) = waiting.pop() {
        let uses = nodes.get(id).map(|node| uses(node)).unwrap_or_default();
        waiting.extend(uses.iter().copied().filter(|used| reached.insert(used)));
        edges.insert(id, uses);
    }
    let ids = |ids: &BTreeSet<&str>| -> BTreeSet<String> {
        ids.iter().filter_map(|id| packages.get(id)).map(|package| purl(package)).collect()
    };
    let mut components: Vec<Value> = reached
        .iter()
        .filter(|id| **id != program)
        .filter_map(|id| packages.get(id))
        .map(|package| component(package, "library", &hashes))
        .collect();
    components.sort_by_key(|component| component["purl"].to_string());
    let mut dependencies: Vec<Value> = edges
        .iter()
        .filter_map(|(id, uses)| Some(json!({ "ref": purl(packages.get(id)?), "dependsOn": ids(uses) })))
        .collect();
    dependencies.sort_by_key(|dependency| dependency["ref"].to_string());
    Ok(json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": component(described, "application", &hashes),
            "lifecycles": [{ "phase": "build" }],
            "properties": [{ "name": "lianhu:target", "value": target }],
        },
        "components": components,
        "dependencies": dependencies,
    }))
}

fn metadata(target: &str) -> Result<Value, String> {
    run::metadata(&["--locked", "--filter-platform", target])
}

/// What a package is compiled with.
fn uses(node: &Value) -> BTreeSet<&str> {
    let normal = |used: &&Value| array(&used["dep_kinds"]).any(|kind| kind["kind"].is_null());
    array(&node["deps"]).filter(normal).filter_map(|used| used["pkg"].as_str()).collect()
}

fn component(package: &Value, kind: &str, hashes: &BTreeMap<(String, String), String>) -> Value {
    let (name, version) = (text(&package["name"]), text(&package["version"]));
    // The older way to write a choice is no SPDX expression.
    let licence = text(&package["license"]).replace(" / ", "/").replace('/', " OR ");
    let mut component = json!({
        "type": kind,
        "bom-ref": purl(package),
        "purl": purl(package),
        "name": name,
        "version": version,
        "licenses": [{ "expression": licence }],
    });
    if let (Some(hash), Some(fields)) = (hashes.get(&(name, version)), component.as_object_mut()) {
        fields.insert("hashes".to_owned(), json!([{ "alg": "SHA-256", "content": hash }]));
    }
    component
}

fn purl(package: &Value) -> String {
    format!("pkg:cargo/{}@{}", text(&package["name"]), text(&package["version"]).replace('+', "%2B"))
}

/// The hash of each package that comes from outside, by name and version, as the lock file has it.
fn hashes(lock: &str) -> BTreeMap<(String, String), String> {
    let mut hashes = BTreeMap::new();
    for package in lock.split("[[package]]") {
        let field = |name: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \""));
            line.map(|value| value.trim_end_matches('"').to_owned())
        };
        if let (Some(name), Some(version), Some(hash)) = (field("name"), field("version"), field("checksum")) {
            hashes.insert((name, version), hash);
        }
    }
    hashes
}

fn by_id(items: &Value) -> BTreeMap<&str, &Value> {
    array(items).filter_map(|item| Some((item["id"].as_str()?, item))).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_this_machine() -> Value {
        bom(&host().unwrap()).unwrap()
    }

    fn names(bom: &Value) -> Vec<String> {
        array(&bom["components"]).map(|component| text(&component["name"])).collect()
    }

    #[test]
    fn every_component_is_there_once_and_has_the_hash_the_lock_file_holds_it_to() {
        let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
        let bom = of_this_machine();
        let mut seen = BTreeSet::new();
        for component in array(&bom["components"]) {
            let (name, version) = (text(&component["name"]), text(&component["version"]));
            assert!(seen.insert(text(&component["purl"])), "{name} twice");
            let locked = format!("name = \"{name}\"\nversion = \"{version}\"\n");
            let at = lock.find(&locked).unwrap_or_else(|| panic!("{name} {version} is not locked"));
            let entry = lock[at..].split("[[package]]").next().unwrap();
            match component["hashes"][0]["content"].as_str() {
                Some(hash) => assert!(entry.contains(&format!("checksum = \"{hash}\"")), "{name}"),
                None => assert!(name.starts_with("lianhu") && !entry.contains("checksum"), "{name} has no hash"),
            }
            assert_ne!(text(&component["licenses"][0]["expression"]), "", "{name} has no licence");
        }
    }

    #[test]
    fn every_crate_our_own_crates_are_compiled_with_is_a_component_and_what_tests_use_is_none() {
        let bom = of_this_machine();
        let names = names(&bom);
        let metadata = metadata(&host().unwrap()).unwrap();
        let ours = array(&metadata["packages"]).filter(|package| {
            let name = text(&package["name"]);
            name == PROGRAM || (name.starts_with("lianhu-") && names.contains(&name))
        });
        let mut normal = 0;
        for package in ours {
            for dependency in array(&package["dependencies"]) {
                if dependency["kind"].is_null() && dependency["target"].is_null() && dependency["optional"] == false {
                    normal += 1;
                    let name = text(&dependency["name"]);
                    assert!(names.contains(&name), "{name}");
                }
            }
        }
        assert!(normal > 40, "{normal} dependencies looked at");
        for name in ["lianhu-testkit", "lianhu-tests", "proptest", "xtask", "cc"] {
            assert!(!names.contains(&name.to_owned()), "{name} is not in the program");
        }
        let refs: BTreeSet<String> = array(&bom["dependencies"]).map(|one| text(&one["ref"])).collect();
        assert_eq!(refs.len(), names.len() + 1, "each component, and the program, says what it uses");
        for used in array(&bom["dependencies"]).flat_map(|one| array(&one["dependsOn"])) {
            assert!(refs.contains(&text(used)), "{used}");
        }
    }

    #[test]
    fn the_same_sources_give_the_same_bytes() {
        assert_eq!(of_this_machine().to_string(), of_this_machine().to_string());
    }
}
