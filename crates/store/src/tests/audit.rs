//! The audit log: whatever is done to it with SQL alone shows.

use lianhu_crypto::{SecretKey, Suite, SymmetricKey};
use lianhu_sync::ids::{DocId, ServerMillis};
use lianhu_sync::ports::Township as _;
use lianhu_sync::signed::{AuditSummary, Signed, TownshipKey};
use rusqlite::Connection;
use tempfile::TempDir;

use super::{OnDisk, open_township, township};
use crate::{
    AuditFindings, AuditPick, AuditProblem, AuditQuery, AuditTrim, AuditTrimming, NewAuditLine, NewAuditTrim, Township,
    TownshipKeyRow, TownshipOptions,
};

const LINES: u64 = 9;

fn line(number: u64) -> NewAuditLine {
    NewAuditLine {
        at: ServerMillis(1_000 * number as i64),
        actor: format!("account:{}", number % 3),
        action: ["signed_in", "exported", "erased"][number as usize % 3].to_owned(),
        detail: "detail".to_owned(),
        doc: number.is_multiple_of(2).then_some(DocId([number as u8; 16])),
        subject: number.is_multiple_of(4).then(|| "subject".to_owned()),
        reason: number.is_multiple_of(5).then(|| "reason".into()),
    }
}

/// What is found in a chain of so many lines that nobody touched.
fn whole(lines: u64) -> AuditFindings {
    AuditFindings { lines, ..AuditFindings::default() }
}

/// The key a township of these tests has under a number.
fn key(number: u32) -> SecretKey {
    SecretKey::from_seed(Suite::International, &[number as u8 + 1; 32]).unwrap()
}

fn add_key(town: &Township, number: u32) {
    let (key, by) = (key(number), key(number.saturating_sub(1)));
    let public = key.public().to_bytes();
    let statement =
        Signed::by(&by, &TownshipKey { number, public_key: public.clone(), since: ServerMillis(5) }).to_bytes();
    let secret = [&[1], key.seed().as_slice()].concat();
    town.add_township_key(TownshipKeyRow { number, public, secret, statement, since: ServerMillis(5) }).unwrap();
}

fn before(moment: i64) -> NewAuditTrim {
    let at = ServerMillis(99_000);
    NewAuditTrim { before: ServerMillis(moment), at, key: key(0), key_number: 0, although_broken: false }
}

fn trimmed(town: &Township, what: NewAuditTrim) -> AuditTrim {
    match town.trim_audit(what).unwrap() {
        AuditTrimming::Trimmed(trim) => trim,
        other => panic!("{other:?}"),
    }
}

fn with_lines() -> OnDisk<Township> {
    let town = township();
    add_key(&town.store, 0);
    for number in 1..=LINES {
        assert_eq!(town.store.audit(line(number)).unwrap(), number);
    }
    town
}

fn verified(town: &Township) -> AuditFindings {
    town.read().unwrap().verify_audit(None, None).unwrap()
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
    assert_eq!(verified(&town.store), whole(LINES));
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
            let found = town.read().unwrap().verify_audit(Some(noted), None).unwrap();
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
    assert_eq!(reader.verify_audit(Some(noted.hash), None).unwrap().problems, []);
    let found = reader.verify_audit(Some([7; 32]), None).unwrap().problems;
    assert_eq!(found, [(LINES + 1, AuditProblem::NotTheNotedHead)]);
}

#[test]
fn what_is_trimmed_leaves_a_summary_that_the_chain_goes_on_from() {
    let town = with_lines();
    let trim = trimmed(&town.store, before(5_000));
    assert_eq!(trim.lines, (1, 4));
    assert_eq!(trim.between, (ServerMillis(1_000), ServerMillis(4_000)));
    let counts: Vec<(String, u64)> = trim.counts.clone().into_iter().collect();
    assert_eq!(counts, [("erased".into(), 1), ("exported".into(), 2), ("signed_in".into(), 1)]);
    assert_eq!(town.store.trim_audit(before(5_000)).unwrap(), AuditTrimming::Nothing);
    assert_eq!(verified(&town.store), whole(LINES - 4));
    let again = trimmed(&town.store, before(100_000));
    assert_eq!(again.lines, (5, LINES));
    town.store.audit(line(LINES + 1)).unwrap();
    assert_eq!(verified(&town.store), whole(1));
    assert_eq!(town.store.read().unwrap().audit_trims().unwrap(), [trim, again]);
}

#[test]
fn a_summary_is_checked_by_whoever_has_the_townships_public_key() {
    let town = with_lines();
    let signed = trimmed(&town.store, before(5_000)).signed.unwrap();
    let kept = Signed::from_bytes(&signed.to_bytes()).unwrap();
    let said: AuditSummary = kept.check(&key(0).public()).unwrap();
    assert_eq!((said.first, said.last, said.before, said.problems), (1, 4, [0; 32], 0));
    assert!(kept.check::<AuditSummary>(&key(1).public()).is_err());
    let next = trimmed(&town.store, before(7_000)).signed.unwrap().check::<AuditSummary>(&key(0).public()).unwrap();
    assert_eq!((next.before, next.first), (said.hash, 5), "one summary follows on the other");
}

#[test]
fn a_summary_that_was_altered_or_taken_away_is_found() {
    for sql in [
        "UPDATE audit_summaries SET counts = 'erased=0\n'",
        "UPDATE audit_summaries SET counts = 'no count'",
        "UPDATE audit_summaries SET last_at = 0",
        "UPDATE audit_summaries SET at = 0",
        "UPDATE audit_summaries SET signed = zeroblob(99)",
        "UPDATE audit_summaries SET signed = CAST(substr(signed, 1, length(signed) - 1) || x'00' AS BLOB)",
        "UPDATE audit_summaries SET signed = NULL, mark = zeroblob(32)",
        "UPDATE audit_summaries SET hash = x'00'",
        "DELETE FROM audit_summaries",
        "DELETE FROM audit_summaries WHERE first_seq = 1",
        "UPDATE audit_summaries SET last_seq = last_seq - 1",
        "UPDATE audit_summaries SET signed = (SELECT signed FROM audit_summaries WHERE first_seq = 1)",
        "DELETE FROM township_keys",
    ] {
        let OnDisk { store, directory } = with_lines();
        trimmed(&store, before(3_000));
        trimmed(&store, before(5_000));
        let path = store.path();
        drop(store);
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        let found = verified(&open_township(&path, &[])).problems;
        assert!(found.iter().any(|(_, problem)| *problem == AuditProblem::TrimIsNotOurs) || sql.starts_with("DELETE"));
        assert!(!found.is_empty(), "{sql}");
        drop(directory);
    }
}

#[test]
fn a_summary_that_somebody_else_signed_is_found() {
    let town = with_lines();
    // Whoever writes into the file can make a key of their own, and sign a summary with it.
    trimmed(&town.store, NewAuditTrim { key: key(6), ..before(5_000) });
    assert_eq!(verified(&town.store).problems, [(1, AuditProblem::TrimIsNotOurs)]);
    let town = with_lines();
    let forged = key(6).public().to_bytes();
    let statement = TownshipKey { number: 1, public_key: forged.clone(), since: ServerMillis(5) };
    let statement = Signed::by(&key(6), &statement).to_bytes();
    let row = TownshipKeyRow { number: 1, public: forged, secret: vec![], statement, since: ServerMillis(5) };
    town.store.add_township_key(row).unwrap();
    trimmed(&town.store, NewAuditTrim { key: key(6), key_number: 1, ..before(5_000) });
    assert_eq!(verified(&town.store).problems, [(1, AuditProblem::TrimIsNotOurs)], "no key of ours said so");
}

#[test]
fn a_key_that_was_noted_elsewhere_is_believed_with_those_that_follow_from_it_and_no_other() {
    let town = with_lines();
    trimmed(&town.store, before(3_000));
    add_key(&town.store, 1);
    trimmed(&town.store, NewAuditTrim { key: key(1), key_number: 1, ..before(5_000) });
    let reader = town.store.read().unwrap();
    let found = |known: SecretKey| reader.verify_audit(None, Some(known.public().fingerprint())).unwrap().problems;
    assert_eq!(verified(&town.store).problems, []);
    assert_eq!(found(key(0)), []);
    assert_eq!(found(key(1)), [(1, AuditProblem::TrimIsNotOurs)], "a later key does not speak for an earlier one");
    assert_eq!(found(key(6))[0], (0, AuditProblem::NotTheNotedKey), "all of the township's keys were put in its place");
}

#[test]
fn a_summary_of_an_earlier_version_is_understood_and_said_to_be_unsigned() {
    let town = of_version_10();
    assert_eq!(verified(&town.store), AuditFindings { unsigned: vec![(1, 4)], ..whole(LINES - 4) });
    assert_eq!(town.store.read().unwrap().audit_trims().unwrap()[0].signed, None);
    add_key(&town.store, 0);
    trimmed(&town.store, before(7_000));
    assert_eq!(verified(&town.store), AuditFindings { unsigned: vec![(1, 4)], ..whole(LINES - 6) });
    let OnDisk { store, directory } = town;
    drop(store);
    let forged = "UPDATE audit_summaries SET last_at = last_at + 1 WHERE mark IS NOT NULL";
    Connection::open(super::path_in(&directory)).unwrap().execute_batch(forged).unwrap();
    assert_eq!(verified(&open_sealed(&directory)).problems, [(1, AuditProblem::TrimIsNotOurs)]);
}

/// A sealed township as it was before summaries were signed and reasons sealed.
fn of_version_10() -> OnDisk<Township> {
    let directory = tempfile::tempdir().unwrap();
    let golden = include_str!("golden/township_v10_sealed.sql");
    Connection::open(super::path_in(&directory)).unwrap().execute_batch(golden).unwrap();
    OnDisk { store: open_sealed(&directory), directory }
}

#[test]
fn a_reason_does_not_print_itself() {
    let said = NewAuditLine { reason: Some("张三申请".into()), ..line(1) };
    assert!(!format!("{said:?}").contains("张三"), "{said:?}");
}

/// Which reasons stand in any file beside or in a database.
fn reasons_in(directory: &TempDir) -> Vec<String> {
    let words = ["第5个原因", "第9个原因", "第1次删除的原因", "第2次删除的原因", "又一个原因"];
    let files: Vec<Vec<u8>> =
        std::fs::read_dir(directory.path()).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
    let holds = |word: &str| files.iter().any(|file| file.windows(word.len()).any(|part| part == word.as_bytes()));
    words.into_iter().filter(|word| holds(word)).map(str::to_owned).collect()
}

#[test]
fn reasons_that_a_sealed_township_had_plainly_are_sealed_when_it_is_opened_and_the_chain_stays_whole() {
    let town = of_version_10();
    assert_eq!(reasons_in(&town.directory), [""; 0]);
    town.store.audit(NewAuditLine { reason: Some("又一个原因".into()), ..line(LINES + 1) }).unwrap();
    town.store.write_erasures_beside().unwrap();
    assert_eq!(reasons_in(&town.directory), [""; 0], "nor in the journal, nor in the list beside it");
    let OnDisk { store, directory } = town;
    drop(store);
    let store = open_sealed(&directory);
    assert_eq!(reasons_in(&directory), [""; 0]);
    assert_eq!(verified(&store), AuditFindings { unsigned: vec![(1, 4)], ..whole(LINES - 3) });
    let reader = store.read().unwrap();
    let records = reader.audit(&AuditQuery::default()).unwrap();
    assert_eq!(records[0].line.reason, Some("第5个原因".into()));
    assert_eq!(records[5].line.reason, Some("又一个原因".into()));
    let erased = reader.erasures().unwrap();
    assert_eq!(
        erased.iter().map(|line| &*line.erasure.reason).collect::<Vec<_>>(),
        ["第1次删除的原因", "第2次删除的原因"]
    );
    assert_eq!(store.erasures_beside().unwrap().unwrap().unwrap(), erased);
    drop((reader, store));
    let options = TownshipOptions { key: Some(SymmetricKey([7; 32])), ..TownshipOptions::default() };
    Township::decrypt(super::path_in(&directory), &options).unwrap();
    let plain = open_township(&super::path_in(&directory), &[]);
    assert_eq!(verified(&plain).problems, []);
    assert_eq!(plain.read().unwrap().erasures().unwrap(), erased);
    drop(plain);
    Township::encrypt(super::path_in(&directory), &options).unwrap();
    assert_eq!(reasons_in(&directory), [""; 0]);
    assert_eq!(verified(&open_sealed(&directory)).problems, []);
}

#[test]
fn a_sealed_reason_that_was_moved_to_another_line_is_found() {
    let OnDisk { store, directory } = of_version_10();
    drop(store);
    let moved = "UPDATE audit SET reason = (SELECT reason FROM audit WHERE seq = 5) WHERE seq = 6";
    Connection::open(super::path_in(&directory)).unwrap().execute_batch(moved).unwrap();
    assert_eq!(verified(&open_sealed(&directory)).problems, [(6, AuditProblem::Unreadable)]);
}

fn open_sealed(directory: &TempDir) -> Township {
    let options = TownshipOptions { key: Some(SymmetricKey([7; 32])), ..TownshipOptions::default() };
    Township::open(super::path_in(directory), &[], options).unwrap()
}

#[test]
fn a_broken_chain_is_not_trimmed_unless_that_is_asked_for_and_the_summary_says_so() {
    let OnDisk { store, directory } = with_lines();
    let path = store.path();
    drop(store);
    Connection::open(&path).unwrap().execute_batch("UPDATE audit SET actor = 'x' WHERE seq = 2").unwrap();
    let store = open_township(&path, &[]);
    let AuditTrimming::Broken(found) = store.trim_audit(before(5_000)).unwrap() else { panic!("it was trimmed") };
    assert_eq!(found.problems, [(2, AuditProblem::Altered)]);
    assert_eq!(verified(&store).lines, LINES, "what shows it is still there");
    let trim = trimmed(&store, NewAuditTrim { although_broken: true, ..before(5_000) });
    assert_eq!(trim.signed.unwrap().check::<AuditSummary>(&key(0).public()).unwrap().problems, 1);
    assert_eq!(verified(&store), whole(LINES - 4));
    drop(directory);
}

#[test]
fn a_line_with_a_column_that_cannot_be_read_is_named_and_the_others_are_looked_at() {
    // The table holds its columns to their types; whoever makes it anew without that can write anything.
    let loosened = "CREATE TABLE loose AS SELECT * FROM audit; DROP TABLE audit; ALTER TABLE loose RENAME TO audit; ";
    for (change, follows) in [
        ("actor = CAST(x'ff' AS TEXT)", true),
        ("reason = CAST(x'ff' AS TEXT)", true),
        ("doc = x'00'", true),
        ("suite = 99", true),
        ("suite = -1", true),
        ("previous = x''", true),
        ("hash = x'00'", true),
        ("at = 'yesterday'", true),
        ("action = x'00ff'", true),
        ("subject = x'07'", true),
        ("hash = 'none'", true),
        ("suite = NULL", true),
        ("detail = NULL", true),
        ("seq = 'two'", false),
    ] {
        let found = after(&format!("{loosened}UPDATE audit SET {change} WHERE seq = 2"));
        assert_eq!(found.lines, LINES, "{change}: {:?}", found.problems);
        if follows {
            assert_eq!(found.problems, [(2, AuditProblem::Unreadable)], "{change}");
        } else {
            assert!(found.problems.iter().any(|(_, problem)| *problem == AuditProblem::Unreadable), "{change}");
        }
    }
    assert_eq!(after("UPDATE audit_head SET hash = x'00'").problems, [(LINES, AuditProblem::EndIsMissing)]);
    let both = after("UPDATE audit SET doc = x'00' WHERE seq = 2; UPDATE audit SET actor = 'x' WHERE seq = 7");
    assert_eq!(both.problems, [(2, AuditProblem::Unreadable), (7, AuditProblem::Altered)]);
}
