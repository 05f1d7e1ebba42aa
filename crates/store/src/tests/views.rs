//! Views: rows that come and go with their documents, found without anybody writing SQL.

use ViewValue::{Int, Null};
use lianhu_sync::ids::DocId;
use lianhu_sync::ports::{CommitOutcome, Township as _, ViewRow, ViewValue};
use lianhu_testkit::contract::doc;

use super::{OnDisk, admitted_doc, open_township, path_in};
use crate::{ColumnType, Op, OpenError, Query, StoreError, Township, TownshipOptions, ViewSpec};

fn people() -> ViewSpec {
    ViewSpec {
        name: "people",
        columns: vec![("name", ColumnType::Text), ("village", ColumnType::Text), ("age", ColumnType::Int)],
        indexes: vec![vec!["village", "name"]],
        by_record: false,
    }
}

fn text(text: &str) -> ViewValue {
    ViewValue::Text(text.to_owned())
}

fn person(name: &str, village: &str, age: ViewValue) -> ViewRow {
    ViewRow { view: "people", record: None, values: vec![text(name), text(village), age] }
}

fn project(township: &Township, doc: DocId, change: u64, rows: Vec<ViewRow>) -> Result<CommitOutcome, StoreError> {
    let document = lianhu_sync::ports::AdmittedDoc { rows, ..admitted_doc(doc, &[change], 40) };
    township.commit(lianhu_sync::ports::Commit { documents: vec![document], ..Default::default() })
}

fn village() -> OnDisk<Township> {
    let directory = tempfile::tempdir().unwrap();
    let store = open_township(&path_in(&directory), &[people()]);
    let first = vec![person("张伟", "东村", Int(40)), person("张三", "西村", Int(70))];
    project(&store, doc(1), 1, first).unwrap();
    project(&store, doc(2), 2, vec![person("李'; DROP", "东村", Null), person("王张", "100%村", Int(9))]).unwrap();
    OnDisk { store, directory }
}

fn names(township: &Township, query: &Query) -> Vec<String> {
    let rows = township.read().unwrap().list("people", query).unwrap();
    rows.into_iter()
        .map(|row| match &row[0] {
            ViewValue::Text(name) => name.clone(),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn rows_are_found_by_every_kind_of_filter() {
    let on_disk = village();
    let store = &on_disk.store;
    let by = |column: &str, op: Op| names(store, &Query::default().filter(column, op));
    assert_eq!(by("village", Op::Eq(text("东村"))), ["张伟", "李'; DROP"]);
    assert_eq!(by("age", Op::Eq(Null)), ["李'; DROP"]);
    assert_eq!(by("age", Op::Ne(Int(40))), ["张三", "李'; DROP", "王张"]);
    assert_eq!(by("age", Op::Ge(Int(40))), ["张伟", "张三"]);
    assert_eq!(by("age", Op::Le(Int(9))), ["王张"]);
    assert_eq!(by("name", Op::Prefix("张".into())), ["张伟", "张三"]);
    assert_eq!(by("name", Op::Contains("张".into())), ["张伟", "张三", "王张"]);
    assert_eq!(by("village", Op::Contains("%".into())), ["王张"]);
    assert_eq!(by("name", Op::In(vec![text("张三"), text("李'; DROP")])), ["张三", "李'; DROP"]);
    assert!(by("name", Op::In(vec![])).is_empty());
    let both = Query::default().filter("village", Op::Eq(text("东村"))).filter("age", Op::Ge(Int(1)));
    assert_eq!(names(store, &both), ["张伟"]);
}

#[test]
fn rows_come_in_order_and_in_pieces() {
    let on_disk = village();
    let store = &on_disk.store;
    let oldest = Query { order_by: Some("age".into()), descending: true, limit: Some(2), ..Query::default() };
    assert_eq!(names(store, &oldest), ["张三", "张伟"]);
    assert_eq!(names(store, &Query { offset: 2, ..oldest }), ["王张", "李'; DROP"]);
    let now = store.read().unwrap();
    assert_eq!(now.count("people", &[]).unwrap(), 4);
    let villages = now.count_by("people", "village", &[("name".into(), Op::Contains("张".into()))]).unwrap();
    assert_eq!(villages, [(text("100%村"), 1), (text("东村"), 1), (text("西村"), 1)]);
}

#[test]
fn unknown_names_are_errors_and_never_sql() {
    let on_disk = village();
    let store = &on_disk.store;
    let now = store.read().unwrap();
    assert_eq!(now.list("people\" --", &Query::default()), Err(StoreError::UnknownView("people\" --".into())));
    let bad = Query { order_by: Some("age; DROP TABLE log".into()), ..Query::default() };
    assert!(matches!(now.list("people", &bad), Err(StoreError::UnknownColumn { .. })));
    let bad = Query::default().filter("_doc", Op::Eq(Null));
    assert!(matches!(now.list("people", &bad), Err(StoreError::UnknownColumn { .. })));
}

#[test]
fn a_documents_rows_replace_what_it_had() {
    let on_disk = village();
    let store = &on_disk.store;
    project(store, doc(1), 3, vec![person("张伟", "南村", Int(41))]).unwrap();
    let now = store.read().unwrap();
    assert_eq!(now.rows_of(doc(1)).unwrap(), [person("张伟", "南村", Int(41))]);
    assert_eq!(now.list_of("people", doc(1)).unwrap(), [person("张伟", "南村", Int(41)).values]);
    assert_eq!(now.list_of("people", doc(9)).unwrap(), Vec::<Vec<ViewValue>>::new());
    assert_eq!(now.list_of("animals", doc(1)), Err(StoreError::UnknownView("animals".into())));
    assert_eq!(now.count_all_rows().unwrap(), 3);
}

#[test]
fn a_row_that_does_not_fit_spoils_the_whole_commit() {
    let on_disk = village();
    let store = &on_disk.store;
    for values in [vec![text("x")], vec![text("x"), text("y"), text("z")]] {
        let refused = project(store, doc(3), 3, vec![ViewRow { view: "people", record: None, values }]);
        assert_eq!(refused, Err(StoreError::BadRow("people".into())));
    }
    let refused = project(store, doc(3), 3, vec![ViewRow { view: "animals", record: None, values: vec![] }]);
    assert_eq!(refused, Err(StoreError::UnknownView("animals".into())));
    assert!(store.read().unwrap().facts(doc(3)).unwrap().is_none());
}

#[test]
fn other_descriptions_make_the_views_anew_until_they_are_filled() {
    let on_disk = village();
    let path = on_disk.path();
    assert!(!on_disk.store.views_stale());
    drop(on_disk.store);
    let mut wider = people();
    wider.columns.push(("phone", ColumnType::Text));
    for _ in 0..2 {
        let store = open_township(&path, std::slice::from_ref(&wider));
        assert!(store.views_stale(), "until the rows are there");
        assert_eq!(store.read().unwrap().count_all_rows().unwrap(), 0);
    }
    let store = open_township(&path, std::slice::from_ref(&wider));
    let head = store.read().unwrap().head();
    let row = ViewRow { view: "people", record: None, values: vec![text("张伟"), text("东村"), Int(40), Null] };
    let early = lianhu_sync::ids::Position(head.0 - 1);
    assert_eq!(store.replace_views(early, std::iter::empty()).unwrap(), CommitOutcome::Stale);
    assert!(store.views_stale());
    store.replace_views(head, [Ok((doc(1), vec![row.clone()]))].into_iter()).unwrap();
    assert!(!store.views_stale());
    assert_eq!(store.read().unwrap().rows_of(doc(1)).unwrap(), [row]);
    drop(store);
    assert!(!open_township(&path, &[wider]).views_stale());
}

#[test]
fn names_that_could_break_a_statement_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let column = |name| ViewSpec { columns: vec![(name, ColumnType::Int)], indexes: vec![], ..people() };
    let twice = ViewSpec { columns: vec![("a", ColumnType::Int), ("a", ColumnType::Int)], indexes: vec![], ..people() };
    let no_such = ViewSpec { indexes: vec![vec!["nothing"]], ..people() };
    for spec in [column("a b"), column("a\""), column("_doc"), column(""), twice, no_such] {
        let refused = Township::open(path_in(&directory), &[spec], TownshipOptions::default());
        assert!(matches!(refused, Err(OpenError::BadView(_))));
    }
}

fn homes() -> ViewSpec {
    let columns = vec![("doc", ColumnType::Doc), ("worker", ColumnType::Id), ("day", ColumnType::Text)];
    ViewSpec { name: "homes", columns, indexes: vec![vec!["worker", "day"], vec!["doc"]], by_record: false }
}

#[test]
fn ids_are_kept_as_bytes_and_read_compared_and_sorted_as_the_text_they_are() {
    let directory = tempfile::tempdir().unwrap();
    let store = open_township(&path_in(&directory), &[homes()]);
    let own = |number: u8| {
        let hex: String = doc(number).0.iter().map(|byte| format!("{byte:02x}")).collect();
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    };
    let (low, high) = ("0a0b0c0d-0000-4000-8000-00000000000f", "fa0b0c0d-0000-4000-8000-00000000000f");
    let others = ["not-an-id", "", "0A0B0C0D-0000-4000-8000-00000000000F", "0a0b0c0d-0000-4000-8000-00000000000f,b"];
    let workers: Vec<&str> = [high, low].into_iter().chain(others).collect();
    let row = |number: u8, worker: &str| ViewRow {
        view: "homes",
        record: None,
        values: vec![text(&own(number)), text(worker), Null],
    };
    for (number, worker) in (1_u8..).zip(&workers) {
        project(&store, doc(number), u64::from(number), vec![row(number, worker)]).unwrap();
    }
    let now = store.read().unwrap();
    assert_eq!(now.rows_of(doc(2)).unwrap(), [row(2, low)]);
    let found = |column: &str, op: Op| -> Vec<ViewValue> {
        let rows = now.list("homes", &Query { order_by: Some("worker".into()), ..Query::default() }.filter(column, op));
        rows.unwrap().into_iter().map(|row| row[1].clone()).collect()
    };
    let mut sorted = workers.clone();
    sorted.sort_unstable();
    let all = |which: &dyn Fn(&str) -> bool| -> Vec<ViewValue> {
        sorted.iter().filter(|worker| which(worker)).map(|worker| text(worker)).collect()
    };
    for at in &workers {
        assert_eq!(found("worker", Op::Eq(text(at))), all(&|worker| worker == *at));
        assert_eq!(found("worker", Op::Ne(text(at))), all(&|worker| worker != *at));
        assert_eq!(found("worker", Op::Ge(text(at))), all(&|worker| worker >= *at));
        assert_eq!(found("worker", Op::Le(text(at))), all(&|worker| worker <= *at));
        assert_eq!(found("worker", Op::In(vec![text(at), text("x")])), all(&|worker| worker == *at));
        assert_eq!(found("worker", Op::Prefix((*at).into())), all(&|worker| worker.starts_with(*at)));
        assert_eq!(found("worker", Op::Contains((*at).into())), all(&|worker| worker.contains(*at)));
    }
    assert_eq!(found("doc", Op::Eq(text(&own(1)))), [text(high)]);
    assert_eq!(found("doc", Op::Ne(text(&own(1)))).len(), workers.len() - 1);
    assert_eq!(found("doc", Op::Prefix(own(2)[..4].into())), all(&|worker| worker == low));
    let counted = now.count_by("homes", "worker", &[]).unwrap();
    assert_eq!(counted, sorted.iter().map(|worker| (text(worker), 1)).collect::<Vec<_>>());
    let raw = rusqlite::Connection::open(path_in(&directory)).unwrap();
    let kept = "SELECT count(*) FROM view_homes WHERE length(worker) = 16 AND typeof(worker) = 'blob'";
    assert_eq!(raw.query_row(kept, [], |row| row.get::<_, i64>(0)).unwrap(), 2);
}

#[test]
fn a_row_that_names_another_document_as_its_own_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let store = open_township(&path_in(&directory), &[homes()]);
    for own in [Null, text("d"), text("0a0b0c0d-0000-4000-8000-00000000000f"), Int(1)] {
        let refused =
            project(&store, doc(1), 1, vec![ViewRow { view: "homes", record: None, values: vec![own, Null, Null] }]);
        assert_eq!(refused, Err(StoreError::BadRow("homes".into())));
    }
}
