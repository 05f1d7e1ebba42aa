//! A document begun anew, inside the transaction of its commit: the log keeps that it happened and why, and the names of
//! what was recorded; what the changes said goes.

use std::sync::PoisonError;

use lianhu_sync::ids::{ChangeHash, DocId, Generation};
use lianhu_sync::message::RefusedCode;
use lianhu_sync::ports::{Beginning, RefusedChange};
use rusqlite::{Connection, OptionalExtension, params};

use super::commit::{GENERATION, Writing};
use super::{Reader, Township, sealed};
use crate::bytes::{Columns, number};
use crate::error::StoreError;
use crate::file;

/// Closes the generation there is, before the changes of the next one are recorded.
pub(super) fn begin(writing: &mut Writing<'_>, doc: DocId, beginning: &Beginning) -> Result<(), StoreError> {
    let connection = writing.connection;
    for sql in [
        "INSERT OR IGNORE INTO closed (doc, hash) SELECT doc, hash FROM log WHERE kind = 1 AND doc = ?1",
        "DELETE FROM blocks WHERE block IN (SELECT block FROM log WHERE kind = 1 AND doc = ?1)",
        "DELETE FROM log WHERE kind = 1 AND doc = ?1",
        "DELETE FROM snapshots WHERE doc = ?1",
        "DELETE FROM refused WHERE doc = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([doc.0])?;
    }
    for hash in held_of(connection, doc)? {
        // Whoever wrote it writes it again on the new generation, and it is judged there.
        let code = RefusedCode::GenerationClosed;
        writing.refuse(&RefusedChange { doc, hash, code, reason: String::new() })?;
    }
    if beginning.erases {
        let words = "UPDATE log SET words = NULL WHERE kind = 4 AND doc = ?1 AND words IS NOT NULL";
        connection.prepare_cached(words)?.execute([doc.0])?;
    }
    connection
        .prepare_cached("UPDATE documents SET generation = ?2, tail_bytes = 0 WHERE doc = ?1")?
        .execute(params![doc.0, beginning.generation.0])?;
    let position = writing.next();
    let reason = writing.sealer.seal_text(&sealed::LOG_WORDS.at(position), &beginning.reason)?;
    connection
        .prepare_cached("INSERT INTO log (position, kind, doc, at, code, words) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![position, GENERATION, doc.0, writing.at.0, beginning.generation.0, reason])?;
    Ok(())
}

impl Township {
    /// Makes the bytes of everything that was deleted go from the township's own files: the database is written anew, the
    /// journal emptied. Takes as long as copying the database, and nobody else may be reading meanwhile. Backups, and
    /// copies somebody else made, are not reached.
    pub fn sweep(&self) -> Result<(), StoreError> {
        // Idle connections of readers would keep the old journal in use.
        self.inner.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let connection = file::connect(self.inner.lock.path(), self.inner.lock.machine())?;
        connection.execute_batch("VACUUM")?;
        if file::empty_journal(&connection)? { Ok(()) } else { Err(StoreError::StillRead) }
    }
}

impl Reader {
    /// Documents with more than this many recorded changes, the longest first.
    pub fn documents_longer_than(&self, changes: u64) -> Result<Vec<DocId>, StoreError> {
        self.collect(
            "SELECT doc FROM log WHERE kind = 1 GROUP BY doc HAVING count(*) > ?1 ORDER BY count(*) DESC, doc",
            [number(changes)],
            |row| row.doc(0),
        )
    }

    /// How many changes of a document wait for a person.
    pub fn held_in(&self, doc: DocId) -> Result<u64, StoreError> {
        self.prepare("SELECT count(*) FROM held WHERE doc = ?1")?.query_row([doc.0], |row| Ok(row.count(0)))?
    }

    /// A document's recorded changes, and the bytes of them and of its snapshot.
    pub fn size_of(&self, doc: DocId) -> Result<(u64, u64), StoreError> {
        self.prepare(
            "SELECT count(*), coalesce(sum(coalesce(size, length(bytes) - ?2)), 0)
                    + coalesce((SELECT snapshot_bytes FROM documents WHERE doc = ?1), 0)
             FROM log WHERE kind = 1 AND doc = ?1",
        )?
        .query_row(params![doc.0, self.sealer().overhead()], |row| {
            Ok(row.count(0).and_then(|changes| Ok((changes, row.count(1)?))))
        })?
    }
}

/// Which generation of a document is recorded; the first of one that never was.
pub(super) fn of(reader: &Reader, doc: DocId) -> Result<Generation, StoreError> {
    let found = reader
        .prepare("SELECT generation FROM documents WHERE doc = ?1")?
        .query_row([doc.0], |row| row.get(0))
        .optional()?;
    Ok(Generation(found.unwrap_or(0)))
}

fn held_of(connection: &Connection, doc: DocId) -> Result<Vec<ChangeHash>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT hash FROM held WHERE doc = ?1 ORDER BY at, hash")?;
    let mut rows = statement.query([doc.0])?;
    let mut held = Vec::new();
    while let Some(row) = rows.next()? {
        held.push(row.hash(0)?);
    }
    Ok(held)
}
