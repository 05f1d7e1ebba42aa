//! The oldest database anybody may have, brought up to date, looks like a new one. `golden/` holds it as SQL text; an
//! applied migration that was edited afterwards fails here too, because its checksum is in there.

use rusqlite::Connection;

use super::{keyed, path_in};
use crate::{Phone, Township, TownshipOptions};

/// Everything SQLite knows about the schema, without the order in which it was made.
fn schema_of(path: &std::path::Path) -> Vec<(String, String)> {
    let raw = Connection::open(path).unwrap();
    let mut statement = raw
        .prepare("SELECT name, coalesce(sql, '') FROM sqlite_schema WHERE name <> 'sqlite_sequence' ORDER BY name")
        .unwrap();
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap()
}

fn upgraded_and_fresh(golden: &str, open: impl Fn(&std::path::Path)) {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    Connection::open(path_in(&old)).unwrap().execute_batch(golden).unwrap();
    open(&path_in(&old));
    open(&path_in(&new));
    assert_eq!(schema_of(&path_in(&old)), schema_of(&path_in(&new)));
}

#[test]
fn the_oldest_township_becomes_a_new_one() {
    upgraded_and_fresh(include_str!("golden/township_v1.sql"), |path| {
        drop(Township::open(path, &[], TownshipOptions::default()).unwrap());
    });
}

#[test]
fn the_oldest_phone_becomes_a_new_one() {
    upgraded_and_fresh(include_str!("golden/phone_v1.sql"), |path| {
        drop(Phone::open(path, keyed()).unwrap());
    });
}
