//! The audit log: whatever is done to it with SQL alone shows.

use lianhu_sync::ids::{DocId, ServerMillis};
use lianhu_sync::ports::Township as _;
use rusqlite::Connection;

use super::{OnDisk, open_township, township};
use crate::{AuditFindings, AuditPick, AuditProblem, AuditQuery, NewAuditLine, Township};

const LINES: u64 = 9;

fn line(number: u64) -> NewAuditLine {
    NewAuditLine {
        at: ServerMillis(1_000 * number as i64),
        actor: format!("account:{}", number % 3),
        action: ["signed_in", "exported", "erased"][number as usize % 3].to_owned(),
        detail: "detail".to_owned(),
        doc: number.is_multiple_of(2).then_some(DocId([number as u8; 16])),
        subject: number.is_multiple_of(4).then(|| "subject".to_owned()),
        reason: number.is_multiple_of(5).then(|| "reason".to_owned()),
    }
}

fn with_lines() -> OnDisk<Township> {
    let town = township();
    for number in 1..=LINES {
        assert_eq!(town.store.audit(line(number)).unwrap(), number);
    }
    town
}

fn verified(town: &Township) -> AuditFindings {
    town.read().unwrap().verify_audit(None).unwrap()
}

/// Does something with SQL to a township that is closed meanwhile, and looks at the chain.
fn after(sql: &str) -> AuditFindings {
    let OnDisk { store, directory } = with_lines();
    let path = store.path();
    drop(store);
    let changed = Connection::open(&path).unwrap().execute_batch(sql);
    changed.unwrap_or_else(|why| panic!("{sql}: {why}"));
    let findings = verified(&open_township(&path, &[]));
    drop(directory);
    findings
}

#[test]
fn a_chain_that_nobody_touched_is_whole_and_says_what_was_written() {
    let town = with_lines();
    assert_eq!(verified(&town.store), AuditFindings { lines: LINES, problems: vec![] });
    let reader = town.store.read().unwrap();
    let all = reader.audit(&AuditQuery::default()).unwrap();
    assert_eq!(
        all.iter().map(|record| record.line.clone()).collect::<Vec<_>>(),
        (1..=LINES).map(line).collect::<Vec<_>>()
    );
    let query = AuditQuery { action: Some("erased".into()), from: Some(ServerMillis(3_000)), ..AuditQuery::default() };
    let erased: Vec<u64> = reader.audit(&query).unwrap().iter().map(|record| record.seq).collect();
    assert_eq!(erased, [5, 8]);
    let query =
        AuditQuery { actor: Some("account:1".into()), after: 1, pick: AuditPick::First(1), ..AuditQuery::default() };
    assert_eq!(reader.audit(&query).unwrap().iter().map(|record| record.seq).collect::<Vec<_>>(), [4]);
}

#[test]
fn the_last_lines_are_given_in_their_order_and_no_other_is_read_for_them() {
    let OnDisk { store, directory } = with_lines();
    let path = store.path();
    drop(store);
    Connection::open(&path).unwrap().execute_batch("UPDATE audit SET hash = x'00' WHERE seq <= 6").unwrap();
    let reader = open_township(&path, &[]).read().unwrap();
    let picked = |pick| reader.audit(&AuditQuery { pick, ..AuditQuery::default() });
    let numbers = |pick| picked(pick).unwrap().iter().map(|record| record.seq).collect::<Vec<_>>();
    assert_eq!(numbers(AuditPick::Last(3)), [7, 8, 9]);
    assert_eq!(numbers(AuditPick::Last(0)), [0; 0]);
    assert!(picked(AuditPick::Last(4)).is_err(), "the sixth cannot be read");
    assert!(picked(AuditPick::All).is_err());
    let query = AuditQuery { actor: Some("account:1".into()), pick: AuditPick::Last(1), ..AuditQuery::default() };
    assert_eq!(reader.audit(&query).unwrap()[0].seq, 7);
    drop(directory);
}

#[test]
fn a_line_that_was_altered_in_any_column_is_found() {
    for change in [
        "at = at + 1",
        "actor = 'x'",
        "action = 'x'",
        "detail = 'x'",
        "doc = x'00112233445566778899aabbccddeeff'",
        "doc = NULL",
        "subject = 'x'",
        "subject = NULL",
        "reason = 'x'",
        "reason = NULL",
        "reason = ''",
        "hash = zeroblob(32)",
        "suite = 2",
        "previous = zeroblob(32)",
        "actor = actor || action, action = ''",
    ] {
        for seq in [2, 4, 5, LINES] {
            let before = line(seq);
            let same = (change == "doc = NULL" && before.doc.is_none())
                || (change == "subject = NULL" && before.subject.is_none())
                || (change == "reason = NULL" && before.reason.is_none());
            let findings = after(&format!("UPDATE audit SET {change} WHERE seq = {seq}"));
            assert_eq!(findings.problems.is_empty(), same, "{change} at {seq}: {:?}", findings.problems);
        }
    }
}

#[test]
fn a_line_that_was_taken_out_put_in_or_moved_is_found_where_it_was() {
    for seq in 1..=LINES {
        let gap = after(&format!("DELETE FROM audit WHERE seq = {seq}"));
        assert!(!gap.problems.is_empty(), "{seq}");
        let closed = after(&format!(
            "DELETE FROM audit WHERE seq = {seq}; UPDATE audit SET seq = -seq WHERE seq > {seq}; \
             UPDATE audit SET seq = -seq - 1 WHERE seq < 0"
        ));
        assert!(!closed.problems.is_empty(), "{seq}");
    }
    let put_in = "INSERT INTO audit SELECT seq + 1, at, actor, action, detail, doc, subject, reason, suite, hash, hash \
                  FROM audit ORDER BY seq DESC LIMIT 1";
    assert!(!after(put_in).problems.is_empty());
    assert!(!after("INSERT INTO audit SELECT 0, at, actor, action, detail, doc, subject, reason, suite, previous, hash FROM audit WHERE seq = 1").problems.is_empty());
    let swapped = "UPDATE audit SET seq = -3 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = -3";
    let found = after(swapped).problems;
    assert!(found.contains(&(3, AuditProblem::NotAfterThePrevious)), "{found:?}");
}

#[test]
fn an_end_that_was_cut_off_is_found_even_when_the_head_was_moved_back() {
    let cut = format!("DELETE FROM audit WHERE seq > {}", LINES - 3);
    assert_eq!(after(&cut).problems, [(LINES - 3, AuditProblem::EndIsMissing)]);
    let moved =
        format!("{cut}; UPDATE audit_head SET (seq, hash) = (SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1)");
    assert_eq!(after(&moved).problems, [(LINES - 3, AuditProblem::EndIsMissing)]);
    assert!(
        !after("DELETE FROM audit; DELETE FROM audit_head").problems.is_empty() || {
            // An empty chain is whole by itself: only a head that was noted elsewhere tells.
            let OnDisk { store, directory } = with_lines();
            let noted = store.read().unwrap().audit_head().unwrap().hash;
            let path = store.path();
            drop(store);
            Connection::open(&path).unwrap().execute_batch("DELETE FROM audit; DELETE FROM audit_head").unwrap();
            let town = open_township(&path, &[]);
            let found = town.read().unwrap().verify_audit(Some(noted)).unwrap();
            drop(directory);
            found.problems == [(0, AuditProblem::NotTheNotedHead)]
        }
    );
}

#[test]
fn a_head_that_was_noted_is_met_on_the_way_and_a_foreign_one_is_not() {
    let town = with_lines();
    let noted = town.store.read().unwrap().audit_head().unwrap();
    town.store.audit(line(LINES + 1)).unwrap();
    let reader = town.store.read().unwrap();
    assert_eq!(reader.verify_audit(Some(noted.hash)).unwrap().problems, []);
    let found = reader.verify_audit(Some([7; 32])).unwrap().problems;
    assert_eq!(found, [(LINES + 1, AuditProblem::NotTheNotedHead)]);
}

#[test]
fn what_is_trimmed_leaves_a_summary_that_the_chain_goes_on_from() {
    let town = with_lines();
    let trim = town.store.trim_audit(ServerMillis(5_000), ServerMillis(99_000)).unwrap().unwrap();
    assert_eq!(trim.lines, (1, 4));
    assert_eq!(trim.between, (ServerMillis(1_000), ServerMillis(4_000)));
    let counts: Vec<(String, u64)> = trim.counts.clone().into_iter().collect();
    assert_eq!(counts, [("erased".into(), 1), ("exported".into(), 2), ("signed_in".into(), 1)]);
    assert_eq!(town.store.trim_audit(ServerMillis(5_000), ServerMillis(99_000)).unwrap(), None);
    assert_eq!(verified(&town.store), AuditFindings { lines: LINES - 4, problems: vec![] });
    let again = town.store.trim_audit(ServerMillis(100_000), ServerMillis(99_000)).unwrap().unwrap();
    assert_eq!(again.lines, (5, LINES));
    town.store.audit(line(LINES + 1)).unwrap();
    assert_eq!(verified(&town.store), AuditFindings { lines: 1, problems: vec![] });
    assert_eq!(town.store.read().unwrap().audit_trims().unwrap(), [trim, again]);
}

#[test]
fn a_summary_that_was_altered_or_taken_away_is_found() {
    for sql in [
        "UPDATE audit_trims SET counts = 'erased=0\n'",
        "UPDATE audit_trims SET last_at = 0",
        "UPDATE audit_trims SET mark = zeroblob(32)",
        "DELETE FROM audit_trims",
        "UPDATE audit_trims SET last_seq = last_seq - 1",
    ] {
        let OnDisk { store, directory } = with_lines();
        store.trim_audit(ServerMillis(5_000), ServerMillis(99_000)).unwrap();
        let path = store.path();
        drop(store);
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        assert!(!verified(&open_township(&path, &[])).problems.is_empty(), "{sql}");
        drop(directory);
    }
}
