//! One consistent snapshot of a township's store: what one exchange, one request of the office, or one check reads.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use lianhu_crypto::Suite;
use lianhu_sync::ids::{ChangeHash, DeviceId, Digest, DocId, Heads, LogId, Position, ReaderId};
use lianhu_sync::message::{HeldReason, RefusedCode, Verdict};
use lianhu_sync::ports::{Page, RecordedDoc, Standing, TownshipReader};
use lianhu_sync::seal::SealKey;
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use super::blocks::Changes;
use super::suite::suite_numbered;
use super::views::Views;
use super::{Inner, commit, generation, page, sealed};
use crate::bytes::Columns;
use crate::error::{StoreError, unreadable};
use crate::sealed::{Opened as _, Sealer};

/// A snapshot of everything committed before it was opened. Keep it short: the journal cannot shrink meanwhile.
pub struct Reader {
    inner: Arc<Inner>,
    /// Gone only while dropping.
    connection: Option<Connection>,
    log: LogId,
    head: Position,
    pub(super) suite: Suite,
    seals: SealKey,
}

/// A document's bytes.
pub(super) struct Loaded {
    pub(super) snapshot: Option<Vec<u8>>,
    /// Changes after the snapshot, in log order.
    pub(super) tail: Vec<Vec<u8>>,
}

impl Reader {
    pub(super) fn begin(inner: Arc<Inner>) -> Result<Self, StoreError> {
        let connection = inner.take_connection()?;
        connection.prepare_cached("BEGIN DEFERRED")?.execute([])?;
        // The first read takes the snapshot.
        let (log, head, seals, suite) =
            connection.prepare_cached("SELECT log_id, head, seal_key, suite FROM meta")?.query_row([], |row| {
                Ok((
                    row.log_id(0),
                    row.position(1),
                    row.opened(2, &inner.sealer, &sealed::SEAL_KEY.of(&[])),
                    row.code(3),
                ))
            })?;
        let suite = suite_numbered(suite?)?;
        let seals = SealKey::new(suite, seals?.try_into().map_err(|_| unreadable("key"))?);
        Ok(Reader { inner, connection: Some(connection), log: log?, head: head?, suite, seals })
    }

    /// The log's last position in this snapshot.
    pub fn head(&self) -> Position {
        self.head
    }

    /// The log's present life.
    pub fn log(&self) -> LogId {
        self.log
    }

    pub(super) fn sealer(&self) -> &Sealer {
        &self.inner.sealer
    }

    pub(super) fn views(&self) -> &Views {
        &self.inner.views
    }

    pub(super) fn connection(&self) -> Result<&Connection, StoreError> {
        self.connection.as_ref().ok_or(StoreError::Closed)
    }

    pub(super) fn prepare(&self, sql: &str) -> Result<CachedStatement<'_>, StoreError> {
        Ok(self.connection()?.prepare_cached(sql)?)
    }

    /// A document's snapshot and the changes after it; this is what the counter of loaded documents counts.
    pub(super) fn load(&self, doc: DocId) -> Result<Loaded, StoreError> {
        self.inner.documents_loaded.fetch_add(1, Ordering::Relaxed);
        let mut changes = Changes::of(self);
        let snapshot = changes.snapshot(doc)?;
        let tail = self.collect(
            "SELECT position, bytes, block FROM log
             WHERE kind = 1 AND doc = ?1 AND position > (SELECT snapshot_position FROM documents WHERE doc = ?1)
             ORDER BY position",
            [doc.0],
            |row| changes.bytes(row, 1, row.get(0)?),
        )?;
        Ok(Loaded { snapshot, tail })
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        // A connection that cannot end its transaction is not used again.
        let ended = connection.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([]));
        if ended.is_ok() {
            self.inner.give_back(connection);
        }
    }
}

impl TownshipReader for Reader {
    type Error = StoreError;

    fn standing(&self, reader: ReaderId) -> Result<Standing, StoreError> {
        let found = self
            .prepare("SELECT digest, newest FROM readers WHERE reader = ?1")?
            .query_row([reader.0], |row| Ok((row.digest(0), row.position(1))))
            .optional()?;
        let (digest, newest) = match found {
            Some((digest, newest)) => (digest?, newest?),
            None => (Digest::EMPTY, Position::default()),
        };
        Ok(Standing { log: self.log, head: self.head, newest, digest, seals: self.seals.clone() })
    }

    fn page(&self, reader: ReaderId, device: DeviceId, after: Position, budget: usize) -> Result<Page, StoreError> {
        page::page(self, reader, device, after, budget)
    }

    fn readable(&self, reader: ReaderId) -> Result<Vec<(DocId, Heads)>, StoreError> {
        let mut statement = self.prepare(
            "SELECT a.doc, d.heads FROM access a JOIN documents d ON d.doc = a.doc WHERE a.reader = ?1 ORDER BY a.doc",
        )?;
        let mut rows = statement.query([reader.0])?;
        let mut readable = Vec::new();
        while let Some(row) = rows.next()? {
            readable.push((row.doc(0)?, row.heads(1)?));
        }
        Ok(readable)
    }

    fn document(&self, doc: DocId) -> Result<Option<RecordedDoc>, StoreError> {
        let found = self
            .prepare("SELECT heads, facts FROM documents WHERE doc = ?1")?
            .query_row([doc.0], |row| Ok((row.heads(0), row.opened(1, self.sealer(), &sealed::FACTS.of(&[&doc.0])))))
            .optional()?;
        let Some((heads, facts)) = found else { return Ok(None) };
        let Loaded { snapshot, tail } = self.load(doc)?;
        let generation = generation::of(self, doc)?;
        Ok(Some(RecordedDoc { doc, heads: heads?, snapshot, tail, facts: facts?, generation }))
    }

    fn heads(&self, doc: DocId) -> Result<Heads, StoreError> {
        commit::heads_of(self.connection()?, doc)
    }

    fn verdict(&self, doc: DocId, hash: ChangeHash) -> Result<Option<Verdict>, StoreError> {
        let change = params![doc.0, hash.0];
        if commit::is_recorded(self.connection()?, doc, hash)? {
            return Ok(Some(Verdict::Recorded));
        }
        let held = self
            .prepare("SELECT reason FROM held WHERE doc = ?1 AND hash = ?2")?
            .query_row(change, |row| Ok(row.code(0)))
            .optional()?;
        if let Some(reason) = held {
            return Ok(Some(Verdict::Held { reason: HeldReason::from_u8(reason?) }));
        }
        let refused = self
            .prepare("SELECT code, reason FROM refused WHERE doc = ?1 AND hash = ?2")?
            .query_row(change, |row| {
                Ok((row.code(0), row.opened_text(1, self.sealer(), &sealed::REFUSAL.of(&[&doc.0, &hash.0]))))
            })
            .optional()?;
        Ok(match refused {
            Some((code, reason)) => {
                Some(Verdict::Refused { code: RefusedCode::from_u8(code?), reason: reason?.unwrap_or_default() })
            }
            None => None,
        })
    }
}
