//! What a document's rows are replaced with is what the views hold, however they got there.

use std::collections::{BTreeMap, BTreeSet};

use lianhu_crypto::SymmetricKey;
use lianhu_sync::ids::DocId;
use lianhu_sync::ports::{AdmittedDoc, Commit, CommitOutcome, RecordName, Township as _, ViewRow, ViewValue};
use lianhu_testkit::contract::doc;

use super::{admitted_doc, path_in};
use crate::{ColumnType, Op, Query, StoreError, Township, TownshipOptions, ViewSpec};

fn views() -> Vec<ViewSpec> {
    let text = ColumnType::Text;
    let visits = ViewSpec {
        name: "visits",
        columns: vec![("id", text), ("note", ColumnType::Personal), ("day", text), ("minutes", ColumnType::Int)],
        indexes: vec![vec!["day"], vec!["minutes", "day"]],
        by_record: false,
    };
    let cards =
        ViewSpec { name: "cards", columns: vec![("head", text)], indexes: vec![vec!["head"]], by_record: false };
    vec![visits, cards, ViewSpec { name: "others", columns: vec![("what", text)], indexes: vec![], by_record: false }]
}

/// Numbers that look thrown.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn text(text: String) -> ViewValue {
    ViewValue::Text(text)
}

/// A row that is often one that was there before, or nearly.
fn visit(dice: &mut Dice) -> ViewRow {
    let note = match dice.below(4) {
        0 => ViewValue::Null,
        1 => text(String::new()),
        other => text(format!("note {other}")),
    };
    let (id, day) = (text(format!("{}", dice.below(12))), text(format!("day {}", dice.below(3))));
    let minutes = if dice.below(5) == 0 { ViewValue::Null } else { ViewValue::Int(dice.below(2) as i64) };
    ViewRow { view: "visits", record: None, values: vec![id, note, day, minutes] }
}

/// The next rows of a document: those it has with some gone, some changed, some new, and sometimes in another order.
fn next(dice: &mut Dice, rows: &[ViewRow]) -> Vec<ViewRow> {
    let mut visits: Vec<ViewRow> = rows.iter().filter(|row| row.view == "visits").cloned().collect();
    for _ in 0..dice.below(4) {
        let place = dice.below(visits.len() as u64 + 1) as usize;
        match dice.below(4) {
            0 if place < visits.len() => _ = visits.remove(place),
            1 if place < visits.len() => visits[place] = visit(dice),
            _ => visits.insert(place, visit(dice)),
        }
    }
    match dice.below(12) {
        0 => visits.clear(),
        1 => visits.reverse(),
        2 => visits.sort_by(|one, other| one.values.cmp(&other.values)),
        _ => {}
    }
    let card = (dice.below(4) > 0).then(|| ViewRow {
        view: "cards",
        record: None,
        values: vec![text(format!("{}", dice.below(2)))],
    });
    visits.into_iter().chain(card).collect()
}

fn project(township: &Township, doc: DocId, change: u64, rows: Vec<ViewRow>) -> Result<CommitOutcome, StoreError> {
    let document = AdmittedDoc { rows, ..admitted_doc(doc, &[change], 40) };
    township.commit(Commit { documents: vec![document], ..Commit::default() })
}

fn both_kinds() -> [TownshipOptions; 2] {
    let sealed = TownshipOptions { key: Some(SymmetricKey([7; 32])), ..TownshipOptions::default() };
    [TownshipOptions::default(), sealed]
}

#[test]
fn replacement_after_replacement_gives_what_a_fresh_start_gives() {
    for options in both_kinds() {
        let directories = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let township = Township::open(path_in(&directories[0]), &views(), options.clone()).unwrap();
        let mut dice = Dice(if options.key.is_some() { 1 } else { 2 });
        let mut wanted = vec![Vec::new(); 3];
        for change in 1..400 {
            let place = dice.below(3) as usize;
            wanted[place] = next(&mut dice, &wanted[place]);
            project(&township, doc(place as u8 + 1), change, wanted[place].clone()).unwrap();
            assert_eq!(township.read().unwrap().rows_of(doc(place as u8 + 1)).unwrap(), wanted[place]);
        }
        let fresh = Township::open(path_in(&directories[1]), &views(), options).unwrap();
        let all = (1..).zip(wanted.clone()).map(|(number, rows)| Ok((doc(number), rows)));
        fresh.replace_views(fresh.read().unwrap().head(), all).unwrap();
        let [one, other] = [township.read().unwrap(), fresh.read().unwrap()];
        let on_day = Query::default().filter("day", Op::Eq(text("day 1".into())));
        for (view, query) in [("visits", Query::default()), ("visits", on_day), ("cards", Query::default())] {
            assert_eq!(one.list(view, &query).unwrap(), other.list(view, &query).unwrap());
        }
        assert_eq!(one.count_all_rows().unwrap(), wanted.iter().map(|rows| rows.len() as u64).sum::<u64>());
        assert!(one.integrity_problems().unwrap().is_empty());
    }
}

/// A document of records: rows of each are replaced by themselves.
fn records() -> Vec<ViewSpec> {
    let columns = vec![("note", ColumnType::Personal), ("day", ColumnType::Text)];
    let notes = ViewSpec { name: "notes", columns, indexes: vec![vec!["day"]], by_record: true };
    views().into_iter().chain([notes]).collect()
}

#[test]
fn rows_of_some_records_after_rows_of_others_give_what_a_fresh_start_gives() {
    for options in both_kinds() {
        let directories = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let township = Township::open(path_in(&directories[0]), &records(), options.clone()).unwrap();
        let mut dice = Dice(if options.key.is_some() { 3 } else { 4 });
        // Names whose first bit is set sort after those in which it is not.
        let name = |dice: &mut Dice| {
            [[0, 1, 127, 128, 254, 255][dice.below(6) as usize], 0, 0, 0, 0, 0, 0, dice.below(2) as u8]
        };
        let card = |head: u64| ViewRow { view: "cards", record: None, values: vec![text(head.to_string())] };
        let mut wanted = vec![BTreeMap::<RecordName, Vec<ViewRow>>::new(); 2];
        for change in 1..400 {
            let place = dice.below(2) as usize;
            let touched: BTreeSet<RecordName> = (0..dice.below(4)).map(|_| name(&mut dice)).collect();
            for record in &touched {
                let note = |dice: &mut Dice| ViewRow {
                    view: "notes",
                    record: Some(*record),
                    values: vec![text(format!("note {}", dice.below(3))), text(format!("day {}", dice.below(2)))],
                };
                let rows = (0..dice.below(4)).map(|_| note(&mut dice)).collect();
                wanted[place].insert(*record, rows);
            }
            let all = dice.below(5) == 0;
            let told = wanted[place].iter().filter(|(record, _)| all || touched.contains(*record));
            let rows = told.flat_map(|(_, rows)| rows.clone()).chain([card(change)]).collect();
            let records = (!all).then_some(touched);
            let document = AdmittedDoc { rows, records, ..admitted_doc(doc(place as u8 + 1), &[change], 40) };
            township.commit(Commit { documents: vec![document], ..Commit::default() }).unwrap();
            let notes = wanted[place].values().flatten().cloned();
            let expected: Vec<ViewRow> = [card(change)].into_iter().chain(notes).collect();
            assert_eq!(township.read().unwrap().rows_of(doc(place as u8 + 1)).unwrap(), expected);
        }
        let fresh = Township::open(path_in(&directories[1]), &records(), options).unwrap();
        let read = township.read().unwrap();
        let all: Vec<_> = [doc(1), doc(2)].map(|doc| Ok((doc, read.rows_of(doc).unwrap()))).into();
        fresh.replace_views(fresh.read().unwrap().head(), all.into_iter()).unwrap();
        let on_day = Query::default().filter("day", Op::Eq(text("day 1".into())));
        for query in [Query::default(), on_day, Query { order_by: Some("day".into()), ..Query::default() }] {
            assert_eq!(read.list("notes", &query).unwrap(), fresh.read().unwrap().list("notes", &query).unwrap());
        }
        assert!(read.integrity_problems().unwrap().is_empty());
    }
}

#[test]
fn a_row_without_its_record_or_of_a_record_nobody_spoke_of_is_refused_and_nothing_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let township = Township::open(path_in(&directory), &records(), TownshipOptions::default()).unwrap();
    let note = |record| ViewRow { view: "notes", record, values: vec![text("note".into()), ViewValue::Null] };
    let named = |view| ViewRow { view, record: Some([1; 8]), values: vec![text("head".into())] };
    for (row, records) in
        [(note(None), None), (note(Some([1; 8])), Some(BTreeSet::from([[2; 8]]))), (named("cards"), None)]
    {
        let document = AdmittedDoc { rows: vec![row], records, ..admitted_doc(doc(1), &[1], 40) };
        let refused = township.commit(Commit { documents: vec![document], ..Commit::default() });
        assert!(matches!(refused, Err(StoreError::BadRow(_))), "{refused:?}");
        assert!(township.read().unwrap().rows_of(doc(1)).unwrap().is_empty());
    }
}

#[test]
fn rows_find_room_between_two_others_however_often_one_more_comes() {
    let directory = tempfile::tempdir().unwrap();
    let township = Township::open(path_in(&directory), &views(), TownshipOptions::default()).unwrap();
    let row = |id: u64| ViewRow {
        view: "visits",
        record: None,
        values: vec![text(id.to_string()), ViewValue::Null, ViewValue::Null, ViewValue::Int(1)],
    };
    let mut rows = vec![row(1_000), row(1_001)];
    for change in 1..60 {
        rows.insert(1, row(change));
        project(&township, doc(1), change, rows.clone()).unwrap();
        assert_eq!(township.read().unwrap().rows_of(doc(1)).unwrap(), rows);
    }
}

#[test]
fn commits_that_fail_spoil_none_of_those_they_share_a_transaction_with() {
    let directory = tempfile::tempdir().unwrap();
    let township = Township::open(path_in(&directory), &views(), TownshipOptions::default()).unwrap();
    let good = |number: u64| vec![ViewRow { view: "cards", record: None, values: vec![text(number.to_string())] }];
    let bad = || vec![ViewRow { view: "cards", record: None, values: vec![] }];
    std::thread::scope(|scope| {
        for thread in 0..8_u8 {
            let township = &township;
            scope.spawn(move || {
                for round in 0..30_u64 {
                    let number = u64::from(thread) * 100 + round + 1;
                    let fails = number.is_multiple_of(3);
                    let rows = if fails { bad() } else { good(number) };
                    let done = project(township, doc(thread + 1), number, rows);
                    assert_eq!(done.err(), fails.then(|| StoreError::BadRow("cards".into())));
                }
            });
        }
    });
    let now = township.read().unwrap();
    for thread in 0..8_u8 {
        let recorded: Vec<_> = now.history(doc(thread + 1)).unwrap().into_iter().map(|change| change.hash).collect();
        let numbers = (1..=30).map(|round| u64::from(thread) * 100 + round);
        let expected: Vec<_> = numbers.filter(|number| !number.is_multiple_of(3)).collect();
        assert_eq!(recorded, expected.iter().map(|number| lianhu_testkit::contract::hash(*number)).collect::<Vec<_>>());
        assert_eq!(now.rows_of(doc(thread + 1)).unwrap(), good(*expected.last().unwrap()));
    }
}
