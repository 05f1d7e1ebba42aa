//! A disk keeps what was synced and nothing it was not told to keep, and SQLite is at home on it.

use rusqlite::{Connection, OpenFlags};

use super::*;

fn disk(folder: &str, seed: u64) -> Arc<Disk> {
    Disk::attach(folder, Dice::new(seed))
}

fn connect(folder: &str) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let connection = Connection::open_with_flags_and_vfs(format!("{folder}/a.db"), flags, vfs::NAME).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.pragma_update(None, "synchronous", "FULL").unwrap();
    connection
}

fn count(connection: &Connection) -> i64 {
    connection.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_crash_keeps_what_was_synced_and_may_lose_or_tear_the_rest() {
    let mut endings = BTreeSet::new();
    for seed in 0..40 {
        let disk = disk("/sim/disk/kept", seed);
        let file = disk.open("a", true).unwrap();
        file.write(0, &[1; 2048]).unwrap();
        file.sync().unwrap();
        file.write(1024, &[2; 2048]).unwrap();
        file.cut(2560).unwrap();
        disk.switch_off();
        assert_eq!(file.sync(), Err(Refused::Down));
        disk.switch_on();
        assert_eq!(file.len(), Err(Refused::Down), "a file opened before the crash is of no use");
        let bytes = disk.image("a").unwrap();
        assert_eq!(bytes[..1024], [1; 1024], "seed {seed}");
        assert!(bytes[1024..2048].chunks(512).all(|sector| sector == [1; 512] || sector == [2; 512]));
        endings.insert(bytes.to_vec());
    }
    assert!(endings.len() > 4, "there are several ways to lose power");
}

#[test]
fn a_file_that_was_never_synced_may_be_gone_altogether() {
    let outcomes: BTreeSet<bool> = (0..20)
        .map(|seed| {
            let disk = disk("/sim/disk/unnamed", seed);
            disk.open("a", true).unwrap().write(0, &[1; 10]).unwrap();
            disk.switch_off();
            disk.switch_on();
            disk.exists("a")
        })
        .collect();
    assert_eq!(outcomes.len(), 2);
}

#[test]
fn several_connections_share_one_journal_and_see_what_is_committed() {
    let _disk = disk("/sim/disk/wal", 1);
    let writer = connect("/sim/disk/wal");
    let mode: String = writer.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    writer.execute_batch("CREATE TABLE t (x)").unwrap();
    let reader = connect("/sim/disk/wal");
    reader.execute_batch("BEGIN").unwrap();
    assert_eq!(count(&reader), 0);
    writer.execute_batch("INSERT INTO t VALUES (zeroblob(9000))").unwrap();
    assert_eq!(count(&reader), 0, "a snapshot stays as it was");
    reader.execute_batch("COMMIT").unwrap();
    assert_eq!(count(&reader), 1);
    writer.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(writer);
    assert_eq!(count(&connect("/sim/disk/wal")), 1);
}

#[test]
fn every_commit_that_was_answered_survives_a_crash_at_any_write_after_it() {
    for seed in 0..200 {
        let disk = disk("/sim/disk/commits", seed);
        let first = connect("/sim/disk/commits");
        first.execute_batch("CREATE TABLE t (x); PRAGMA wal_autocheckpoint = 8").unwrap();
        disk.crash_in(seed / 4);
        let mut committed = 0;
        while first.execute_batch("INSERT INTO t VALUES (zeroblob(3000))").is_ok() {
            committed += 1;
        }
        assert!(disk.is_down());
        drop(first);
        disk.switch_on();
        let again = connect("/sim/disk/commits");
        let sound: String = again.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok", "seed {seed}");
        let there = count(&again);
        assert!(there == committed || there == committed + 1, "seed {seed}: {there} of {committed}");
    }
}

#[test]
fn a_disk_that_ignores_syncs_is_found_out() {
    let lost = (0..50).any(|seed| {
        let disk = disk("/sim/disk/liar", seed);
        let first = connect("/sim/disk/liar");
        first.execute_batch("CREATE TABLE t (x)").unwrap();
        disk.ignore_syncs();
        first.execute_batch("INSERT INTO t VALUES (1)").unwrap();
        disk.switch_off();
        drop(first);
        disk.switch_on();
        count(&connect("/sim/disk/liar")) == 0
    });
    assert!(lost);
}

#[test]
fn a_full_disk_and_a_short_write_are_told_and_harm_nothing() {
    let disk = disk("/sim/disk/full", 1);
    let connection = connect("/sim/disk/full");
    connection.execute_batch("CREATE TABLE t (x)").unwrap();
    disk.set_full(true);
    let full = connection.execute_batch("INSERT INTO t VALUES (1)").unwrap_err();
    assert_eq!(full.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull));
    disk.calm();
    disk.fail_in(0, Fault::ShortWrite);
    assert!(connection.execute_batch("INSERT INTO t VALUES (1)").is_err());
    disk.fail_in(0, Fault::FailedSync);
    assert!(connection.execute_batch("INSERT INTO t VALUES (1)").is_err());
    connection.execute_batch("INSERT INTO t VALUES (1)").unwrap();
    drop(connection);
    assert_eq!(count(&connect("/sim/disk/full")), 1);
    let DiskFaults { short_writes, failed_syncs, disk_full, .. } = disk.seen();
    assert_eq!((short_writes, failed_syncs), (1, 1));
    assert!(disk_full > 0);
}
