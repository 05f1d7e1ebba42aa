//! The audit log: a chain of lines in which nothing can be changed, put in, moved or taken out unseen.
//!
//! A line's hash is the suite's hash over `lianhu audit 1`, the hash before it (zeros for the first), and the line: its
//! suite's number in one byte, the numbers as eight bytes, each text as its length in eight bytes and its bytes, what is absent as the length 2^64 − 1. The
//! end of the chain is authenticated under a key that follows from the township's; what was trimmed from its beginning is
//! signed by the township.

mod check;
mod trims;

use std::sync::Arc;

use lianhu_crypto::{Purpose, Suite, SymmetricKey};
use lianhu_sync::ids::{DocId, ServerMillis};
use lianhu_sync::sentence::Sentence;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::suite::{key_of, suite_numbered};
use super::{Reader, Township, sealed};
use crate::bytes::{Columns, number};
use crate::error::{StoreError, unreadable};
use crate::sealed::{Opened as _, Sealer};

pub use check::{AuditFindings, AuditProblem};
pub use trims::{AuditTrim, AuditTrimming, NewAuditTrim};

/// The hash before the first line.
const NOTHING: [u8; 32] = [0; 32];
/// What a line is read from, in the order of [`record`].
const COLUMNS: &str = "seq, at, actor, action, detail, doc, subject, reason, suite, previous, hash";

/// A line to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAuditLine {
    /// When, by the township's clock.
    pub at: ServerMillis,
    /// Who, as a word and an id.
    pub actor: String,
    /// What, as a stable word.
    pub action: String,
    /// More about it, as a stable word.
    pub detail: String,
    /// The document it was about.
    pub doc: Option<DocId>,
    /// What else it was about, by id.
    pub subject: Option<String>,
    /// Why, in somebody's words.
    pub reason: Option<Sentence>,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// What it says.
    pub line: NewAuditLine,
    /// The suite it was hashed under.
    pub suite: Suite,
    /// The hash of the line before.
    pub previous: [u8; 32],
    /// Its own hash.
    pub hash: [u8; 32],
}

/// Which lines are asked for. Everything that is left out is not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// From this moment on.
    pub from: Option<ServerMillis>,
    /// Before this moment.
    pub until: Option<ServerMillis>,
    /// With this action.
    pub action: Option<String>,
    /// By this actor.
    pub actor: Option<String>,
    /// After this number.
    pub after: u64,
    /// How many of them, from which end.
    pub pick: AuditPick,
}

/// How many of the lines that are asked for. Whichever end they are from, they come in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuditPick {
    /// Every one.
    #[default]
    All,
    /// The first so many.
    First(u64),
    /// The last so many; none but these are read.
    Last(u64),
}

/// Where the chain ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// The number of the last line; 0 before the first.
    pub seq: u64,
    /// Its hash.
    pub hash: [u8; 32],
}

impl Township {
    /// Adds a line, and answers its number. It is durable then.
    pub fn audit(&self, line: NewAuditLine) -> Result<u64, StoreError> {
        let sealer = Arc::clone(&self.inner.sealer);
        self.inner.writer.write(move |connection| append(connection, &sealer, &line))
    }
}

impl Reader {
    /// Lines, in their order.
    pub fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditRecord>, StoreError> {
        let (order, limit) = match query.pick {
            AuditPick::All => ("ASC", i64::MAX),
            AuditPick::First(lines) => ("ASC", number(lines)),
            AuditPick::Last(lines) => ("DESC", number(lines)),
        };
        let mut statement = self.prepare(&format!(
            "SELECT {COLUMNS} FROM audit
             WHERE seq > ?1 AND at >= ?2 AND at < ?3 AND (?4 IS NULL OR action = ?4) AND (?5 IS NULL OR actor = ?5)
             ORDER BY seq {order} LIMIT ?6",
        ))?;
        let from = query.from.map_or(i64::MIN, |from| from.0);
        let until = query.until.map_or(i64::MAX, |until| until.0);
        let mut rows = statement.query(params![number(query.after), from, until, query.action, query.actor, limit])?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            let seq = row.count(0)?;
            lines.push(
                record(row, self.sealer()).map_err(|_| unreadable(&format!("line of the audit log (number {seq})")))?,
            );
        }
        if matches!(query.pick, AuditPick::Last(_)) {
            lines.reverse();
        }
        Ok(lines)
    }

    /// Where the chain ends.
    pub fn audit_head(&self) -> Result<AuditHead, StoreError> {
        head(self.connection()?)
    }
}

/// Adds a line inside a transaction.
pub(super) fn append(connection: &Connection, sealer: &Sealer, line: &NewAuditLine) -> Result<u64, StoreError> {
    let before = head(connection)?;
    let seq = before.seq + 1;
    let (suite, key) = key(connection, sealer)?;
    let hash = hash(suite, seq, line, &before.hash);
    let place = sealed::AUDIT_REASON.at(number(seq));
    let reason = line.reason.as_ref().map(|why| sealer.seal_text(&place, why)).transpose()?;
    connection
        .prepare_cached(
            "INSERT INTO audit (seq, at, actor, action, detail, doc, subject, reason, suite, previous, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            number(seq),
            line.at.0,
            line.actor,
            line.action,
            line.detail,
            line.doc.map(|doc| doc.0),
            line.subject,
            reason,
            suite.number(),
            before.hash,
            hash
        ])?;
    let head = AuditHead { seq, hash };
    let mark = head_mark(suite, &key, head);
    connection
        .prepare_cached("INSERT OR REPLACE INTO audit_head (one, seq, hash, mark) VALUES (1, ?1, ?2, ?3)")?
        .execute(params![number(seq), hash, mark])?;
    Ok(seq)
}

fn head(connection: &Connection) -> Result<AuditHead, StoreError> {
    let found = connection
        .prepare_cached("SELECT seq, hash FROM audit_head")?
        .query_row([], |row| Ok((row.count(0), row.bytes::<32>(1))))
        .optional()?;
    let Some((seq, hash)) = found else { return Ok(AuditHead { seq: 0, hash: NOTHING }) };
    Ok(AuditHead { seq: seq?, hash: hash? })
}

fn head_mark_stored(connection: &Connection) -> Result<Option<[u8; 32]>, StoreError> {
    let mark =
        connection.prepare_cached("SELECT mark FROM audit_head")?.query_row([], |row| Ok(row.bytes(0))).optional()?;
    mark.transpose()
}

fn expected_mark(suite: Suite, key: &SymmetricKey, head: AuditHead) -> Option<[u8; 32]> {
    (head.seq > 0).then(|| head_mark(suite, key, head))
}

fn head_mark(suite: Suite, key: &SymmetricKey, head: AuditHead) -> [u8; 32] {
    suite.authenticate(key, Purpose::Audit, &[b"head", &head.seq.to_be_bytes(), &head.hash])
}

/// The key of the chain's ends follows from the township's own, which is in every copy of it.
fn key(connection: &Connection, sealer: &Sealer) -> Result<(Suite, SymmetricKey), StoreError> {
    let (suite, key) = key_of(connection, sealer)?;
    Ok((suite, suite.derive(&key, Purpose::Audit, b"")))
}

fn hash(suite: Suite, seq: u64, line: &NewAuditLine, previous: &[u8; 32]) -> [u8; 32] {
    let mut said = Vec::new();
    said.push(suite.number());
    said.extend(seq.to_be_bytes());
    said.extend(line.at.0.to_be_bytes());
    let mut put = |text: Option<&[u8]>| {
        said.extend(text.map_or(u64::MAX, |text| text.len() as u64).to_be_bytes());
        said.extend(text.unwrap_or_default());
    };
    put(Some(line.actor.as_bytes()));
    put(Some(line.action.as_bytes()));
    put(Some(line.detail.as_bytes()));
    put(line.doc.as_ref().map(|doc| doc.0.as_slice()));
    put(line.subject.as_deref().map(str::as_bytes));
    put(line.reason.as_ref().map(|why| why.as_bytes()));
    suite.hash(&[Purpose::Audit.as_str().as_bytes(), previous, &said])
}

fn record(row: &Row<'_>, sealer: &Sealer) -> Result<AuditRecord, StoreError> {
    let seq = row.count(0)?;
    let why = row.opened_text(7, sealer, &sealed::AUDIT_REASON.at(number(seq)))?;
    Ok(AuditRecord {
        seq,
        line: NewAuditLine {
            at: ServerMillis(row.get(1)?),
            actor: row.get(2)?,
            action: row.get(3)?,
            detail: row.get(4)?,
            doc: row.optional_bytes(5)?.map(DocId),
            subject: row.get(6)?,
            reason: why.map(Sentence),
        },
        suite: suite_numbered(row.code(8)?)?,
        previous: row.bytes(9)?,
        hash: row.bytes(10)?,
    })
}
