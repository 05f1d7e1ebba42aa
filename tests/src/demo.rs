//! `lianhu demo`: the main job, small enough for a test.

use serde_json::{Value, json};

use crate::house::{House, SEEDS, names_in};
use crate::program::lianhu;

/// Names that scripts rely on (`docs/operations.md`).
const STABLE: [&str; 7] = [
    "phones",
    "changes_merged",
    "bytes_per_phone",
    "round_trips_per_phone",
    "server_cpu_ms_per_phone",
    "peak_rss_mib",
    "differences",
];

fn number(object: &Value, name: &str) -> f64 {
    object[name].as_f64().unwrap_or_else(|| panic!("{name} is no number in {object}"))
}

/// The lists of the demo town's first two villages: the rest would only take longer.
fn two_villages(house: &House) -> [String; 3] {
    ["members.csv", "households.csv", "links.csv"].map(|name| {
        let list = std::fs::read_to_string(format!("{SEEDS}/{name}")).unwrap();
        let kept = list.lines().enumerate();
        let kept = kept.filter(|(row, line)| *row == 0 || line.contains("柳泾村") || line.contains("双荡村"));
        house.write(name, kept.map(|(_, line)| line.to_owned() + "\n").collect::<String>())
    })
}

#[test]
fn the_demo_is_sound_and_what_it_leaves_behind_is_too() {
    let house = House::empty();
    let dir = house.typed("demo");
    let lists = two_villages(&house);
    let arguments = ["demo", "--members", "60", "--seed", "7", "--exit", "--roster", &lists[0], &lists[1], &lists[2]];
    let told = lianhu(&[&arguments[..], &["--dir", &dir]].concat()).done();
    for name in STABLE {
        assert!(told.get(name).is_some(), "{name} is missing in {told}");
    }
    assert_eq!(told["phones"], 60);
    assert_eq!(told["differences"], 0);
    assert_eq!(told["problems"], json!([]));
    for name in ["not_delivered", "held", "refused"] {
        assert_eq!(told[name], 0, "{name} in {told}");
    }
    assert_eq!(number(&told, "round_trips_per_phone"), 1.0);
    assert!(number(&told, "bytes_per_phone") > 100.0);
    let written: f64 = told["written"].as_object().unwrap().values().map(|kind| kind.as_f64().unwrap()).sum();
    assert_eq!(number(&told, "changes_merged"), written, "every save is one change, and every one was recorded");
    assert!(number(&told, "conflicts") > 0.0, "some wrote about the same thing at the same time");
    if cfg!(target_os = "linux") {
        assert!(number(&told, "server_cpu_ms_per_phone") > 0.0);
        assert!(number(&told, "peak_rss_mib") > 1.0);
    }

    let played: std::collections::BTreeSet<u64> = told["practice"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            assert!(row["count"].as_u64().unwrap() > 0, "nothing came of it: {row}");
            row["row"].as_u64().unwrap()
        })
        .collect();
    assert_eq!(played, (1..=15).collect(), "every row of seeds/practice.md is played");

    let quiet = &told["nothing_new"];
    assert_eq!(number(quiet, "round_trips_per_phone"), 1.0);
    assert!(number(quiet, "bytes_up_per_phone") <= 100.0, "{quiet}");
    assert!(number(quiet, "bytes_down_per_phone") <= 100.0, "{quiet}");
    assert_eq!(quiet["documents_loaded"], 0);

    let findings = lianhu(&["verify", "--dir", &format!("{dir}/township")]).done();
    assert_eq!(findings["differences"], 0);
    assert_eq!(findings["problems"], json!([]));
    assert!(number(&findings, "documents") > 60.0);
    assert!(number(&findings, "changes") > written);
    let phones = names_in(&house.path("demo/phones"));
    assert_eq!(phones.iter().filter(|name| name.ends_with(".db")).count(), 60);

    let again = lianhu(&arguments).done();
    assert_eq!(again["written"], told["written"], "the same seed, the same days");
    assert_eq!(again["differences"], 0);
}

#[test]
fn the_demo_writes_over_nothing() {
    let house = House::empty();
    house.write("mine.txt", "keep me");
    let folder = house.typed("");
    let told = lianhu(&["demo", "--exit", "--members", "1", "--dir", &folder]);
    assert!(told.failed(3).contains("is not empty"));
    assert_eq!(house.names(), ["mine.txt"]);
}
