//! The rules of the house, checked: each rule is a function that lists what breaks it.

mod dependencies;
mod sources;

use crate::run::root;

/// Runs every rule and reports all that breaks one.
pub(crate) fn run() -> Result<(), String> {
    let metadata = dependencies::metadata()?;
    let rules: [(&str, Vec<String>); 8] = [
        ("arrows point down", dependencies::arrows(&metadata)),
        ("each heavy dependency has one home", dependencies::homes(&metadata)),
        ("testkit is for tests alone", dependencies::testkit(&metadata)),
        ("one version of each dependency", dependencies::versions(&root())?),
        ("each crate knows its absences", sources::absences(&root())),
        ("paths named in documents exist", sources::named_paths(&root())),
        ("every file is somebody's module", sources::orphans(&root())),
        ("tests run, and nothing waits for the clock", sources::honest_tests(&root())),
    ];
    let mut broken = 0;
    for (rule, breaches) in rules {
        eprintln!("{} {rule}", if breaches.is_empty() { "ok    " } else { "BROKEN" });
        for breach in &breaches {
            eprintln!("       {breach}");
        }
        broken += breaches.len();
    }
    if broken == 0 { Ok(()) } else { Err(format!("tidy: {broken} breaches of the rules of the house")) }
}
