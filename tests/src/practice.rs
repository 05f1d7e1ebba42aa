//! `seeds/practice.md`: every practice of the township, and where it lives in this house. The table is only worth
//! something if what it names is there.

use std::path::Path;

use crate::program::lianhu;

const TABLE: &str = include_str!("../../seeds/practice.md");
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// How many practices the domain names.
const PRACTICES: usize = 15;

struct Row {
    number: usize,
    types: Vec<String>,
    commands: Vec<String>,
    tests: Vec<String>,
}

/// What stands in backticks in a cell.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn rows() -> Vec<Row> {
    let rows = TABLE.lines().filter_map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [number, _practice, types, commands, _screen, tests] = cells[..] else { return None };
        let number = number.parse().ok()?;
        Some(Row { number, types: quoted(types), commands: quoted(commands), tests: quoted(tests) })
    });
    rows.collect()
}

/// A place written as `path::Name`: the file, and what is declared in it.
fn is_declared(place: &str, keywords: &[&str]) -> Result<(), String> {
    let (path, name) = place.split_once("::").ok_or(format!("{place} is no path::name"))?;
    let source = std::fs::read_to_string(Path::new(ROOT).join(path)).map_err(|why| format!("{path}: {why}"))?;
    let declared = |line: &str| {
        // A choice is declared by a macro: its name, and what there is to choose.
        let choice = line.trim_start().strip_prefix(name).is_some_and(|after| after.starts_with(" {"));
        choice
            || keywords.iter().any(|keyword| {
                let rest = line.split_once(keyword).map(|(_, rest)| rest.trim_start());
                rest.and_then(|rest| rest.strip_prefix(name))
                    .is_some_and(|after| !after.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
            })
    };
    if source.lines().any(declared) { Ok(()) } else { Err(format!("{path} declares no {name}")) }
}

#[test]
fn every_practice_has_a_row_with_a_type_a_command_and_a_test() {
    let rows = rows();
    let numbers: Vec<_> = rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, (1..=PRACTICES).collect::<Vec<_>>());
    for row in rows {
        for (what, named) in [("type", &row.types), ("command", &row.commands), ("test", &row.tests)] {
            assert!(!named.is_empty(), "row {} names no {what}", row.number);
        }
    }
}

#[test]
fn every_type_and_every_test_the_table_names_is_there() {
    let mut missing = Vec::new();
    for row in rows() {
        let types = row.types.iter().map(|place| is_declared(place, &["struct ", "enum ", "fn "]));
        let tests = row.tests.iter().map(|place| is_declared(place, &["fn "]));
        missing.extend(types.chain(tests).filter_map(Result::err).map(|why| format!("row {}: {why}", row.number)));
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_command_the_table_names_can_be_asked_for_help() {
    for row in rows() {
        for command in row.commands {
            let words: Vec<&str> = command.split_whitespace().skip(1).chain(["--help"]).collect();
            let told = lianhu(&words);
            assert_eq!(told.code(), Some(0), "row {}: {command}: {told:?}", row.number);
        }
    }
}
