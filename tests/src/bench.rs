//! `lianhu bench`: every piece of work on a very small district. What it takes is nobody's business here; what it says is.

use serde_json::Value;

use crate::program::lianhu;

/// Names that scripts rely on (`docs/performance.md`), whatever was measured.
const STABLE: [&str; 9] = [
    "devices",
    "wall_s",
    "server_cpu_ms_per_device",
    "bytes_up_per_device",
    "bytes_down_per_device",
    "round_trips_per_device",
    "documents_loaded",
    "peak_rss_mib",
    "differences",
];

#[track_caller]
fn bench(args: &[&str]) -> Value {
    let told = lianhu(&[&["bench"], args].concat()).done();
    for name in STABLE {
        assert!(told.get(name).is_some(), "{name} is missing in {told}");
    }
    assert_eq!(told["work"], args[0]);
    assert_eq!(told["differences"], 0, "{told}");
    told
}

#[test]
fn a_measured_night_takes_one_round_trip_and_leaves_a_sound_township() {
    let told = bench(&["night", "--devices", "3", "--nights", "2", "--parallel", "2"]);
    assert_eq!((&told["devices"], &told["round_trips_per_device"]), (&3.into(), &1.0.into()), "{told}");
    assert_eq!(told["changes_recorded"], 18, "six changes of each phone");
    assert_eq!(told["peak_rss_mib_by_night"].as_array().map(Vec::len), Some(2));
    let noop = &told["also"]["noop"];
    assert_eq!((&noop["documents_loaded"], &noop["round_trips_per_device"]), (&0.into(), &1.0.into()), "{told}");
    assert_eq!(told["also"]["first-sync"]["devices"], 3);
}

#[test]
fn a_measured_restore_gets_the_lost_night_back_from_the_phones() {
    let told = bench(&["restore", "--devices", "2"]);
    assert_eq!(told["given_back"], 14.0, "six changes of each phone, and one of the office's to each: {told}");
    assert_eq!(told["also"]["night"]["changes_recorded"], 12);
}

#[test]
fn a_measured_rebuild_counts_every_change_of_the_log() {
    let told = bench(&["rebuild", "--devices", "2", "--visits", "3"]);
    // Seven households of each: the card, one field more, three residents, three visits.
    assert!(told["changes"].as_f64() >= Some(14.0 * 8.0), "{told}");
    assert!(told["documents"].as_f64() >= Some(15.0), "{told}");
}

#[test]
fn a_measured_phone_finds_what_it_searches_and_is_sound_sealed_and_plain() {
    let told = bench(&["phone", "--devices", "2", "--documents", "100"]);
    assert!(told["search_found"].as_f64() >= Some(1.0), "{told}");
    for name in ["save_ms", "open_to_list_ms", "household_1000_ms", "sealed_sync_cpu_ms", "plain_sync_cpu_ms"] {
        assert!(told[name].is_number(), "{name} is missing in {told}");
    }
}
