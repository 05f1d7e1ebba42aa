//! What lies beside the log: `verify` finds what does not follow from it, opening and midnight put it right.

use std::time::Duration;

use lianhu_core::household::{self, CardChange, CardForm};
use lianhu_store::Reader;
use lianhu_sync::ids::{DeviceId, Heads, ServerMillis};
use lianhu_sync::message::{Chunk, DocChanges};
use lianhu_sync::ports::{
    AdmittedDoc, Caller, Commit, CommitOutcome, DocAccess, RecordedDoc, Township as _, TownshipGate as _,
    TownshipReader as _, ViewRow, ViewValue,
};

use super::world::{BOARD, DAY, EVENING, HOUR, WANG, World, ZHAO, home, link_from, sent, village, visit};
use crate::town::reader_of;
use crate::{calendar, projection, settle};

fn commit(world: &World, commit: Commit) {
    assert!(matches!(world.town.store().commit(commit).unwrap(), CommitOutcome::Committed { .. }));
}

fn problems(world: &World) -> Vec<String> {
    world.findings().problems
}

/// Every row of every document, as the views hold them.
fn rows(reader: &Reader) -> Vec<(lianhu_sync::ids::DocId, Vec<ViewRow>)> {
    let documents = reader.documents().unwrap();
    documents.into_iter().map(|recorded| (recorded.doc, reader.rows_of(recorded.doc).unwrap())).collect()
}

#[test]
fn a_night_leaves_nothing_to_find() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    for round in 0..20 {
        wang.households().visit(home(1), visit(&format!("第{round}次"))).unwrap();
        world.sync(&mut wang);
    }
    let before = world.findings();
    assert_eq!((before.documents, before.differences, before.problems.len()), (3, 0, 0));
    assert!(before.changes > 24);
    drop(wang);
    assert_eq!(world.reopened().findings(), before);
}

#[test]
fn rows_that_the_documents_do_not_say_are_found_and_a_rebuild_mends_them() {
    let world = World::new();
    let reader = world.town.store().read().unwrap();
    let honest = rows(&reader);
    let head = reader.head();
    drop(reader);

    let mut changed = honest.clone();
    let row = changed.iter_mut().flat_map(|(_, rows)| rows).find(|row| row.view == "households").unwrap();
    *row.values.iter_mut().find(|value| matches!(value, ViewValue::Text(text) if text == "张伟")).unwrap() =
        ViewValue::Text("张三".into());
    let mut missing = honest.clone();
    missing[1].1.clear();
    let mut orphan = honest.clone();
    let mut row = honest.iter().flat_map(|(_, rows)| rows).find(|row| row.view == "households").unwrap().clone();
    let nobodys = lianhu_core::DocId::mint(lianhu_core::DocKind::Household, [55; 16]);
    row.values[0] = ViewValue::Text(nobodys.to_string());
    orphan.push((sent(nobodys), vec![row]));

    for (what, wrong) in [("changed", changed), ("missing", missing), ("orphan", orphan)] {
        assert_ne!(world.town.store().replace_views(head, wrong.into_iter().map(Ok)).unwrap(), CommitOutcome::Stale);
        let found = problems(&world);
        assert!(found.len() == 1 && found[0].contains("views"), "{what}: {found:?}");
        projection::rebuild(&world.town).unwrap();
        assert_eq!(problems(&world), Vec::<String>::new(), "{what}");
    }
}

#[test]
fn facts_a_snapshot_and_heads_that_are_not_the_documents_are_found() {
    let world = World::new();
    let recorded =
        |number| -> RecordedDoc { world.town.store().read().unwrap().document(sent(home(number))).unwrap().unwrap() };
    let (honest, other) = (recorded(1), recorded(2));
    let honest_rows = world.town.store().read().unwrap().rows_of(honest.doc).unwrap();
    let snapshot = world.town.document(home(1)).unwrap().save().unwrap();
    let as_it_is = AdmittedDoc {
        doc: honest.doc,
        changes: vec![],
        heads: honest.heads.clone(),
        snapshot: None,
        facts: honest.facts.clone(),
        rows: honest_rows,
        records: None,
        begins: None,
    };
    let write = |document: AdmittedDoc| commit(&world, Commit { documents: vec![document], ..Commit::default() });

    write(AdmittedDoc { facts: b"{}".to_vec(), ..as_it_is.clone() });
    assert!(problems(&world).iter().any(|problem| problem.contains("the facts permission depends on")));
    write(as_it_is.clone());

    write(AdmittedDoc { heads: other.heads, ..as_it_is.clone() });
    assert!(problems(&world).iter().any(|problem| problem.contains("the stored heads")));
    write(as_it_is.clone());
    assert_eq!(problems(&world), Vec::<String>::new());

    let elsewhere = world.town.document(home(2)).unwrap().save().unwrap();
    write(AdmittedDoc { snapshot: Some(elsewhere), ..as_it_is.clone() });
    assert_eq!(problems(&world).len(), 1);
    write(AdmittedDoc { snapshot: Some(snapshot), ..as_it_is });
    assert_ne!(honest.heads, Heads::default());
}

#[test]
fn a_list_of_readers_that_the_roster_does_not_give_is_found_and_settled() {
    let world = World::new();
    let nobody = || Commit { access: vec![DocAccess { doc: sent(home(1)), readers: vec![] }], ..Commit::default() };
    commit(&world, nobody());
    assert!(!world.may_read(WANG, home(1)));
    let found = problems(&world);
    assert!(found.len() == 1 && found[0].contains("the access list"), "{found:?}");
    settle::all(&world.town).unwrap();
    assert!(world.may_read(WANG, home(1)));
    assert_eq!(problems(&world), Vec::<String>::new());

    commit(&world, nobody());
    let world = world.reopened();
    assert!(world.may_read(WANG, home(1)), "opening settles");
}

#[test]
fn a_roster_written_on_a_phone_brings_its_villages_lists_up_to_date() {
    let world = World::new();
    // As if the household had been committed while the roster was on its way.
    commit(&world, Commit { access: vec![DocAccess { doc: sent(home(1)), readers: vec![] }], ..Commit::default() });
    let board = world.hand(BOARD, 75);
    let change = board.write(village(), link_from(ZHAO, home(2), "2026-01-01"));
    board.send(vec![(village(), vec![change])]);
    assert!(world.may_read(ZHAO, home(2)) && world.may_read(WANG, home(1)));
}

#[test]
fn a_roster_written_by_the_office_does_the_same() {
    let world = World::new();
    commit(&world, Commit { access: vec![DocAccess { doc: sent(home(1)), readers: vec![] }], ..Commit::default() });
    world.link(ZHAO, home(2));
    assert!(world.may_read(ZHAO, home(2)) && world.may_read(WANG, home(1)));
}

#[test]
fn a_roster_and_the_lists_it_moves_are_one_commit() {
    let world = World::new();
    let board = world.hand(BOARD, 75);
    let change = board.write(village(), link_from(ZHAO, home(2), "2026-01-01"));
    let caller = Caller { device: DeviceId(board.device), reader: reader_of(board.worker) };
    let changes = [DocChanges { doc: sent(village()), changes: vec![Chunk(change)] }];
    let reader = world.town.store().read().unwrap();
    let commit = world.town.gate.judge(&reader, caller, &changes, world.town.now()).unwrap().commit.unwrap();
    let moved: Vec<_> = commit.access.iter().map(|list| list.doc).collect();
    assert!(moved.contains(&sent(home(2))) && !moved.contains(&sent(home(1))), "{moved:?}");
}

#[test]
fn a_link_begins_at_midnight_by_the_towns_wall_clock() {
    let world = World::new();
    world.office(village(), link_from(ZHAO, home(2), "2026-11-24"));
    let monday = world.town.today();
    world.later(3 * HOUR);
    assert_eq!(calendar::turn(&world.town, monday).unwrap(), monday);
    assert!(!world.may_read(ZHAO, home(2)));
    world.later(HOUR);
    let tuesday = calendar::turn(&world.town, monday).unwrap();
    assert_ne!(tuesday, monday);
    assert!(world.may_read(ZHAO, home(2)));
    let head = world.counters().head;
    world.later(DAY);
    calendar::turn(&world.town, tuesday).unwrap();
    assert_eq!(world.counters().head, head, "a day on which nothing begins or ends writes nothing");
}

#[test]
fn the_calendar_is_looked_at_just_after_midnight_and_every_hour() {
    let wait = |millis| calendar::until_next_look(ServerMillis(millis));
    let midnight = EVENING + 4 * HOUR;
    assert_eq!(wait(EVENING), Duration::from_secs(3_600));
    assert_eq!(wait(midnight - 60_000), Duration::from_secs(61));
    assert_eq!(wait(midnight - 1), Duration::from_millis(1_001));
    assert_eq!(wait(midnight), Duration::from_secs(3_600));
    assert_eq!(wait(i64::MAX), Duration::from_secs(3_600));
}

#[test]
fn an_old_long_document_opens_from_its_snapshot() {
    let world = World::new();
    for number in 0..40 {
        let form = CardForm { members: Some(number + 1), ..CardForm::default() };
        world.office(home(1), household::change_card(&CardChange::new(&form).unwrap()));
    }
    let recorded = world.town.store().read().unwrap().document(sent(home(1))).unwrap().unwrap();
    assert!(recorded.snapshot.is_some() && recorded.tail.len() < crate::limits::SNAPSHOT_EVERY);
}
