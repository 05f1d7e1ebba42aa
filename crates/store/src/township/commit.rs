//! Writing one commit: the check that it was judged against what is there, then the log, the documents, the views, the
//! access lists and the digests, all in the transaction the writer has opened.

use std::collections::{BTreeMap, BTreeSet};

use lianhu_sync::ids::{ChangeHash, Digest, DocId, Heads, LogId, Position, ReaderId, ServerMillis};
use lianhu_sync::message::RefusedCode;
use lianhu_sync::ports::{Admitted, AdmittedDoc, Caller, Commit, CommitOutcome, DocAccess, HeldChange, RefusedChange};
use rusqlite::{Connection, OptionalExtension, params};

use super::audit::{self, NewAuditLine};
use super::views::Views;
use super::{access, erasures, generation, sealed};
use crate::bytes::{Columns, heads_to_bytes, number};
use crate::error::StoreError;
use crate::sealed::Sealer;

/// What a row of the log is.
pub(super) const CHANGE: i64 = 1;
pub(super) const GRANT: i64 = 2;
pub(super) const WITHDRAWAL: i64 = 3;
pub(super) const SETTLEMENT: i64 = 4;
pub(super) const GENERATION: i64 = 5;

/// The one action of the audit log that the store names itself: a phone's change was held for a person, or refused.
const HELD_BACK: &str = "held_back";

/// Writes a commit, or finds it stale before anything is written.
pub(super) fn write(
    connection: &Connection,
    sealer: &Sealer,
    views: &Views,
    commit: &Commit,
) -> Result<CommitOutcome, StoreError> {
    if is_stale(connection, commit)? {
        return Ok(CommitOutcome::Stale);
    }
    let mut writing = Writing::begin(connection, sealer, commit.from, commit.at)?;
    // A reader of a blank document needs no grant in the log: every change of it is news. So those lists come first, and
    // the lists of documents that were recorded before come last, when their heads are the new ones.
    let (recorded, blank) = split_by_recorded(connection, &commit.access)?;
    for list in blank {
        access::replace_of_blank(connection, list)?;
    }
    for document in &commit.documents {
        writing.record(document, views)?;
    }
    for list in recorded {
        access::replace(&mut writing, list)?;
    }
    for held in &commit.held {
        writing.hold(held)?;
    }
    for refused in &commit.refused {
        writing.refuse(refused)?;
    }
    erasures::keep(connection, sealer, commit)?;
    writing.account()?;
    Ok(CommitOutcome::Committed { head: writing.finish()? })
}

/// Gives the log a new name: the one given, or one of SQLite's dice.
pub(super) fn renew_log(connection: &Connection, named: Option<[u8; 16]>) -> Result<LogId, StoreError> {
    connection.execute("UPDATE meta SET log_id = coalesce(?1, randomblob(16))", [named])?;
    connection.prepare("SELECT log_id FROM meta")?.query_row([], |row| Ok(row.log_id(0)))?
}

/// The recorded heads of a document; empty when it is blank.
pub(super) fn heads_of(connection: &Connection, doc: DocId) -> Result<Heads, StoreError> {
    let found = connection
        .prepare_cached("SELECT heads FROM documents WHERE doc = ?1")?
        .query_row([doc.0], |row| Ok(row.heads(0)))
        .optional()?;
    found.unwrap_or_else(|| Ok(Heads::default()))
}

/// Whether a change was recorded, in this generation of its document or in a closed one.
pub(super) fn is_recorded(connection: &Connection, doc: DocId, hash: ChangeHash) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT 1 FROM log INDEXED BY log_change
             WHERE kind = 1 AND substr(hash, 1, 8) = substr(?2, 1, 8) AND hash = ?2 AND doc = ?1
             UNION ALL SELECT 1 FROM closed WHERE doc = ?1 AND hash = ?2",
        )?
        .exists(params![doc.0, hash.0])?)
}

pub(super) fn head(connection: &Connection) -> Result<Position, StoreError> {
    connection.prepare_cached("SELECT head FROM meta")?.query_row([], |row| Ok(row.position(0)))?
}

fn is_stale(connection: &Connection, commit: &Commit) -> Result<bool, StoreError> {
    for (doc, heads) in &commit.based_on {
        if heads_of(connection, *doc)? != *heads {
            return Ok(true);
        }
    }
    // A change that is in the log already was recorded after the commit was judged.
    let mut seen = BTreeSet::new();
    for document in &commit.documents {
        for change in &document.changes {
            if !seen.insert((document.doc, change.hash())) {
                return Err(StoreError::Database("a change stands twice in one commit".to_owned()));
            }
            if is_recorded(connection, document.doc, change.hash())? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn split_by_recorded<'a>(
    connection: &Connection,
    lists: &'a [DocAccess],
) -> Result<(Vec<&'a DocAccess>, Vec<&'a DocAccess>), StoreError> {
    let mut recorded = Vec::new();
    let mut blank = Vec::new();
    for list in lists {
        if heads_of(connection, list.doc)?.is_empty() { blank.push(list) } else { recorded.push(list) }
    }
    Ok((recorded, blank))
}

/// A commit under way: the next position, and what its readers' digests will change by.
pub(super) struct Writing<'c> {
    pub(super) connection: &'c Connection,
    pub(super) sealer: &'c Sealer,
    from: Option<Caller>,
    pub(super) at: ServerMillis,
    head: u64,
    readers: BTreeMap<ReaderId, Moved>,
    /// What was not let in, by document and reason: the first change and how many.
    held_back: BTreeMap<(DocId, String), (ChangeHash, u64)>,
}

/// What one commit does to a reader.
#[derive(Default)]
struct Moved {
    digest: Digest,
    newest: u64,
}

/// What of a document waits for a person, or was not taken.
struct Open {
    held: bool,
    refused: bool,
}

impl<'c> Writing<'c> {
    fn begin(
        connection: &'c Connection,
        sealer: &'c Sealer,
        from: Option<Caller>,
        at: ServerMillis,
    ) -> Result<Self, StoreError> {
        Ok(Writing {
            connection,
            sealer,
            from,
            at,
            head: head(connection)?.0,
            readers: BTreeMap::new(),
            held_back: BTreeMap::new(),
        })
    }

    /// The next position.
    pub(super) fn next(&mut self) -> i64 {
        self.head += 1;
        number(self.head)
    }

    fn device(&self) -> Option<[u8; 16]> {
        self.from.map(|caller| caller.device.0)
    }

    /// Appends the changes of one document, and keeps everything that follows from them.
    fn record(&mut self, document: &AdmittedDoc, views: &Views) -> Result<(), StoreError> {
        let before = heads_of(self.connection, document.doc)?;
        if before.is_empty() && document.changes.is_empty() {
            return Ok(());
        }
        if let Some(beginning) = &document.begins {
            generation::begin(self, document.doc, beginning)?;
        }
        let first = self.head + 1;
        let mut bytes = 0;
        let open = self.open_in(document.doc)?;
        for change in &document.changes {
            self.append_change(document.doc, change, &open)?;
            bytes += change.bytes().len();
        }
        self.store_document(document, first, bytes)?;
        views.replace(self.connection, document.doc, &document.rows, document.records.as_ref())?;
        if document.begins.is_some() {
            access::grant_anew(self.connection, document.doc, first)?;
        }
        self.tell_readers(document.doc, &before, &document.heads)
    }

    /// Whether anything of a document is held or was refused. Hardly ever is, and then no change of it has to ask.
    fn open_in(&self, doc: DocId) -> Result<Open, StoreError> {
        let found = self
            .connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM held WHERE doc = ?1), EXISTS (SELECT 1 FROM refused WHERE doc = ?1)",
            )?
            .query_row([doc.0], |row| Ok(Open { held: row.get(0)?, refused: row.get(1)? }))?;
        Ok(found)
    }

    fn append_change(&mut self, doc: DocId, change: &Admitted, open: &Open) -> Result<(), StoreError> {
        let hash = change.hash().0;
        let held = if open.held { self.take_held(doc, hash)? } else { None };
        // A change the office lets in is still the change of the device it was held from.
        let device = self.device().or(held.map(|caller| caller.device.0)).filter(|_| !change.is_by_township());
        let position = self.next();
        self.connection
            .prepare_cached(
                "INSERT INTO log (position, kind, doc, device, at, hash, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                position,
                CHANGE,
                doc.0,
                device,
                self.at.0,
                hash,
                self.sealer.seal(&sealed::CHANGE.at(position), change.bytes())?
            ])?;
        if open.refused {
            self.forget_refusal(doc, hash)?;
        }
        self.settle(doc, hash, held, None)
    }

    fn store_document(&mut self, document: &AdmittedDoc, first: u64, bytes: usize) -> Result<(), StoreError> {
        let connection = self.connection;
        let last = number(self.head);
        let changed = !document.changes.is_empty();
        connection
            .prepare_cached(
                "INSERT INTO documents
                   (doc, heads, first_position, last_position, snapshot_position, snapshot_bytes, tail_bytes, facts,
                    generation)
                 VALUES (?1, ?2, ?3, ?4, 0, 0, ?5, ?6, ?8)
                 ON CONFLICT (doc) DO UPDATE SET
                   heads = ?2, facts = ?6, tail_bytes = tail_bytes + ?5,
                   last_position = iif(?7, ?4, last_position)",
            )?
            .execute(params![
                document.doc.0,
                heads_to_bytes(&document.heads),
                number(first),
                last,
                number(bytes as u64),
                self.sealer.seal(&sealed::FACTS.of(&[&document.doc.0]), &document.facts)?,
                changed,
                document.begins.as_ref().map_or(0, |beginning| beginning.generation.0),
            ])?;
        if let Some(snapshot) = &document.snapshot {
            connection
                .prepare_cached(
                    "INSERT INTO snapshots (doc, bytes) VALUES (?1, ?2)
                     ON CONFLICT (doc) DO UPDATE SET bytes = ?2, block = NULL",
                )?
                .execute(params![
                    document.doc.0,
                    self.sealer.seal(&sealed::SNAPSHOT.of(&[&document.doc.0]), snapshot)?
                ])?;
            connection
                .prepare_cached(
                    "UPDATE documents SET snapshot_position = last_position, snapshot_bytes = ?2, tail_bytes = 0
                     WHERE doc = ?1",
                )?
                .execute(params![document.doc.0, number(snapshot.len() as u64)])?;
        }
        Ok(())
    }

    fn tell_readers(&mut self, doc: DocId, before: &Heads, after: &Heads) -> Result<(), StoreError> {
        let moved = Digest::of(doc, after).without(Digest::of(doc, before));
        for reader in access::readers_of(self.connection, doc)? {
            self.moved(reader, moved);
        }
        Ok(())
    }

    /// Notes that something that concerns a reader stands at the present end of the log.
    pub(super) fn moved(&mut self, reader: ReaderId, by: Digest) {
        let head = self.head;
        let moved = self.readers.entry(reader).or_default();
        moved.digest = moved.digest.with(by);
        moved.newest = head;
    }

    /// Appends a grant or withdrawal.
    pub(super) fn append_access(&mut self, kind: i64, doc: DocId, reader: ReaderId) -> Result<i64, StoreError> {
        let position = self.next();
        self.connection
            .prepare_cached("INSERT INTO log (position, kind, doc, reader, at) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![position, kind, doc.0, reader.0, self.at.0])?;
        Ok(position)
    }

    fn hold(&mut self, held: &HeldChange) -> Result<(), StoreError> {
        if self.is_recorded(held.doc, held.hash.0)? {
            return Ok(());
        }
        self.forget_refusal(held.doc, held.hash.0)?;
        self.hold_back(held.doc, held.hash, format!("held:{}", held.reason.as_str()));
        self.connection
            .prepare_cached(
                "INSERT INTO held (doc, hash, device, reader, at, reason, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (doc, hash) DO UPDATE SET reason = ?6",
            )?
            .execute(params![
                held.doc.0,
                held.hash.0,
                self.device(),
                self.from.map(|caller| caller.reader.0),
                self.at.0,
                held.reason.to_u8(),
                self.sealer.seal(&sealed::HELD.of(&[&held.doc.0, &held.hash.0]), &held.bytes)?,
            ])?;
        Ok(())
    }

    /// Remembers that a change was not taken; if it was held, its device is told.
    pub(super) fn refuse(&mut self, refused: &RefusedChange) -> Result<(), StoreError> {
        // "Send those first" is not an answer to give twice.
        let final_answer = refused.code != RefusedCode::MissingDependency;
        if !final_answer || self.is_recorded(refused.doc, refused.hash.0)? {
            return Ok(());
        }
        let held = self.take_held(refused.doc, refused.hash.0)?;
        self.settle(refused.doc, refused.hash.0, held, Some(refused))?;
        self.hold_back(refused.doc, refused.hash, format!("refused:{}", refused.code.as_str()));
        self.connection
            .prepare_cached(
                "INSERT INTO refused (doc, hash, device, at, code, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (doc, hash) DO UPDATE SET code = ?5, reason = ?6",
            )?
            .execute(params![
                refused.doc.0,
                refused.hash.0,
                self.device(),
                self.at.0,
                refused.code.to_u8(),
                self.sealer.seal_text(&sealed::REFUSAL.of(&[&refused.doc.0, &refused.hash.0]), &refused.reason)?,
            ])?;
        Ok(())
    }

    /// Notes for the audit log that a phone's change was not let in. What the office does has lines of its own.
    fn hold_back(&mut self, doc: DocId, hash: ChangeHash, why: String) {
        if self.from.is_some() {
            self.held_back.entry((doc, why)).or_insert((hash, 0)).1 += 1;
        }
    }

    /// Writes a line for each document and reason: the first change by the beginning of its name, and how many they are.
    fn account(&mut self) -> Result<(), StoreError> {
        let Some(caller) = self.from else { return Ok(()) };
        for ((doc, detail), (first, count)) in std::mem::take(&mut self.held_back) {
            let first: String = first.0.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            let line = NewAuditLine {
                at: self.at,
                actor: format!("device:{}", caller.device),
                action: HELD_BACK.to_owned(),
                detail,
                doc: Some(doc),
                subject: Some(format!("{first} {count}")),
                reason: None,
            };
            audit::append(self.connection, self.sealer, &line)?;
        }
        Ok(())
    }

    /// Takes a change from those that wait, and says who brought it.
    fn take_held(&self, doc: DocId, hash: [u8; 32]) -> Result<Option<Caller>, StoreError> {
        let held = self
            .connection
            .prepare_cached("DELETE FROM held WHERE doc = ?1 AND hash = ?2 RETURNING device, reader")?
            .query_row(params![doc.0, hash], |row| Ok((row.optional_device(0), row.optional_bytes::<16>(1))))
            .optional()?;
        let Some((device, reader)) = held else { return Ok(None) };
        Ok(device?.zip(reader?).map(|(device, reader)| Caller { device, reader: ReaderId(reader) }))
    }

    /// A change that waited is decided; the device it was held from is told, unless it is the one asking.
    fn settle(
        &mut self,
        doc: DocId,
        hash: [u8; 32],
        held: Option<Caller>,
        refused: Option<&RefusedChange>,
    ) -> Result<(), StoreError> {
        let Some(to) = held else { return Ok(()) };
        if self.from.map(|caller| caller.device) == Some(to.device) {
            return Ok(());
        }
        let position = self.next();
        let place = sealed::LOG_WORDS.at(position);
        let words = refused.map(|one| self.sealer.seal_text(&place, &one.reason)).transpose()?;
        self.connection
            .prepare_cached(
                "INSERT INTO log (position, kind, doc, reader, device, at, hash, code, words)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                position,
                SETTLEMENT,
                doc.0,
                to.reader.0,
                to.device.0,
                self.at.0,
                hash,
                refused.map(|one| one.code.to_u8()),
                words,
            ])?;
        self.moved(to.reader, Digest::EMPTY);
        Ok(())
    }

    fn is_recorded(&self, doc: DocId, hash: [u8; 32]) -> Result<bool, StoreError> {
        is_recorded(self.connection, doc, ChangeHash(hash))
    }

    fn forget_refusal(&self, doc: DocId, hash: [u8; 32]) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("DELETE FROM refused WHERE doc = ?1 AND hash = ?2")?
            .execute(params![doc.0, hash])?;
        Ok(())
    }

    fn finish(self) -> Result<Position, StoreError> {
        for (reader, moved) in &self.readers {
            let before = access::digest_of(self.connection, *reader)?;
            self.connection
                .prepare_cached(
                    "INSERT INTO readers (reader, digest, newest) VALUES (?1, ?2, ?3)
                     ON CONFLICT (reader) DO UPDATE SET digest = ?2, newest = ?3",
                )?
                .execute(params![reader.0, before.with(moved.digest).to_bytes(), number(moved.newest)])?;
        }
        self.connection.prepare_cached("UPDATE meta SET head = ?1")?.execute([number(self.head)])?;
        Ok(Position(self.head))
    }
}
