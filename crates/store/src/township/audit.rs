//! The audit log: a chain of lines in which nothing can be changed, put in, moved or taken out unseen.
//!
//! A line's hash is the suite's hash over `lianhu audit 1`, the hash before it (zeros for the first), and the line: its
//! suite's number in one byte, the numbers as eight bytes, each text as its length in eight bytes and its bytes, what is absent as the length 2^64 − 1. The
//! end of the chain and what was trimmed from its beginning are authenticated under a key that follows from the township's.

use std::collections::BTreeMap;
use std::sync::Arc;

use lianhu_crypto::{Purpose, Suite, SymmetricKey};
use lianhu_sync::ids::{DocId, ServerMillis};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::suite::{key_of, suite_numbered};
use super::{Reader, Township};
use crate::bytes::{Columns, number};
use crate::error::StoreError;
use crate::sealed::Sealer;

/// The hash before the first line.
const NOTHING: [u8; 32] = [0; 32];
/// Lines that are read at a time while the chain is verified.
const AT_A_TIME: u64 = 4_096;
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
    pub reason: Option<String>,
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

/// What was trimmed from the beginning of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditTrim {
    /// The numbers of the first and the last line.
    pub lines: (u64, u64),
    /// When they were written.
    pub between: (ServerMillis, ServerMillis),
    /// How many there were of each action.
    pub counts: BTreeMap<String, u64>,
    /// The hash they end with.
    pub hash: [u8; 32],
    /// When it was done.
    pub at: ServerMillis,
}

/// What a check of the chain found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFindings {
    /// Lines looked at.
    pub lines: u64,
    /// What is wrong, by the number of the line where it shows.
    pub problems: Vec<(u64, AuditProblem)>,
}

/// What is wrong with the chain at a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditProblem {
    /// The line says something else than when it was written.
    Altered,
    /// Lines before it are missing, were put in, or stand elsewhere.
    NotAfterThePrevious,
    /// The chain does not end where it ended when it was last written.
    EndIsMissing,
    /// The summary of what was trimmed is missing, or not the township's.
    TrimIsNotOurs,
    /// The chain does not pass through the hash that was noted elsewhere.
    NotTheNotedHead,
}

impl AuditProblem {
    /// A stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            AuditProblem::Altered => "altered",
            AuditProblem::NotAfterThePrevious => "not_after_the_previous",
            AuditProblem::EndIsMissing => "end_is_missing",
            AuditProblem::TrimIsNotOurs => "trim_is_not_ours",
            AuditProblem::NotTheNotedHead => "not_the_noted_head",
        }
    }
}

impl Township {
    /// Adds a line, and answers its number. It is durable then.
    pub fn audit(&self, line: NewAuditLine) -> Result<u64, StoreError> {
        let sealer = Arc::clone(&self.inner.sealer);
        self.inner.writer.write(move |connection| append(connection, &sealer, &line))
    }

    /// Takes the lines before a moment away, from the beginning of the chain, and leaves a summary. `None` when there are
    /// none.
    pub fn trim_audit(&self, before: ServerMillis, at: ServerMillis) -> Result<Option<AuditTrim>, StoreError> {
        let sealer = Arc::clone(&self.inner.sealer);
        self.inner.writer.write(move |connection| trim(connection, &sealer, before, at))
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
            lines.push(record(row)?);
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

    /// What was trimmed, in order.
    pub fn audit_trims(&self) -> Result<Vec<AuditTrim>, StoreError> {
        Ok(trims(self.connection()?)?.into_iter().map(|(trim, _)| trim).collect())
    }

    /// Looks at every line of the chain, and at its ends. `noted` is a hash that was written down elsewhere: the chain must
    /// pass through it, or have been trimmed beyond it.
    pub fn verify_audit(&self, noted: Option<[u8; 32]>) -> Result<AuditFindings, StoreError> {
        let connection = self.connection()?;
        let (suite, key) = key(connection, self.sealer())?;
        let mut findings = AuditFindings::default();
        let mut met = noted.is_none();
        let mut at = AuditHead { seq: 0, hash: NOTHING };
        for (trim, mark) in trims(connection)? {
            if trim.lines.0 != at.seq + 1 || mark != trim_mark(suite, &key, &trim) {
                findings.problems.push((trim.lines.0, AuditProblem::TrimIsNotOurs));
            }
            at = AuditHead { seq: trim.lines.1, hash: trim.hash };
            met |= noted == Some(trim.hash);
        }
        loop {
            let lines =
                self.audit(&AuditQuery { after: at.seq, pick: AuditPick::First(AT_A_TIME), ..AuditQuery::default() })?;
            if lines.is_empty() {
                break;
            }
            for record in lines {
                findings.lines += 1;
                if record.seq != at.seq + 1 || record.previous != at.hash {
                    findings.problems.push((record.seq, AuditProblem::NotAfterThePrevious));
                }
                if record.hash != hash(record.suite, record.seq, &record.line, &record.previous) {
                    findings.problems.push((record.seq, AuditProblem::Altered));
                }
                at = AuditHead { seq: record.seq, hash: record.hash };
                met |= noted == Some(record.hash);
            }
        }
        let stray: u64 = self
            .prepare("SELECT count(*) FROM audit WHERE seq < 1 OR seq <= (SELECT coalesce(max(last_seq), 0) FROM audit_trims)")?
            .query_row([], |row| Ok(row.count(0)))??;
        if stray > 0 {
            findings.problems.push((0, AuditProblem::NotAfterThePrevious));
        }
        if head(connection)? != at || head_mark_stored(connection)? != expected_mark(suite, &key, at) {
            findings.problems.push((at.seq, AuditProblem::EndIsMissing));
        }
        if !met {
            findings.problems.push((at.seq, AuditProblem::NotTheNotedHead));
        }
        Ok(findings)
    }
}

/// Adds a line inside a transaction.
pub(super) fn append(connection: &Connection, sealer: &Sealer, line: &NewAuditLine) -> Result<u64, StoreError> {
    let before = head(connection)?;
    let seq = before.seq + 1;
    let (suite, key) = key(connection, sealer)?;
    let hash = hash(suite, seq, line, &before.hash);
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
            line.reason,
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

fn trim(
    connection: &Connection,
    sealer: &Sealer,
    before: ServerMillis,
    at: ServerMillis,
) -> Result<Option<AuditTrim>, StoreError> {
    // From the beginning, and only as far as no younger line stands between: a clock that was put back moves nothing.
    let last: Option<i64> = connection.query_row(
        "SELECT max(seq) FROM audit WHERE seq < (SELECT coalesce(min(seq), 9223372036854775807) FROM audit WHERE at >= ?1)",
        [before.0],
        |row| row.get(0),
    )?;
    let Some(last) = last else { return Ok(None) };
    let mut counts = BTreeMap::new();
    let mut statement = connection.prepare("SELECT action, count(*) FROM audit WHERE seq <= ?1 GROUP BY action")?;
    let mut rows = statement.query([last])?;
    while let Some(row) = rows.next()? {
        counts.insert(row.get::<_, String>(0)?, row.count(1)?);
    }
    let (first, first_at, last_at) =
        connection.query_row("SELECT min(seq), min(at), max(at) FROM audit WHERE seq <= ?1", [last], |row| {
            Ok((row.count(0), row.get(1)?, row.get(2)?))
        })?;
    let hash =
        connection.query_row("SELECT hash FROM audit WHERE seq = ?1", [last], |row| Ok(row.bytes::<32>(0)))??;
    let lines = (first?, u64::try_from(last).unwrap_or_default());
    let trim = AuditTrim { lines, between: (ServerMillis(first_at), ServerMillis(last_at)), counts, hash, at };
    let (suite, key) = key(connection, sealer)?;
    let mark = trim_mark(suite, &key, &trim);
    connection.execute(
        "INSERT INTO audit_trims (first_seq, last_seq, first_at, last_at, counts, hash, at, mark)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![number(lines.0), last, first_at, last_at, counts_text(&trim), hash, at.0, mark],
    )?;
    connection.execute("DELETE FROM audit WHERE seq <= ?1", [last])?;
    Ok(Some(trim))
}

fn trims(connection: &Connection) -> Result<Vec<(AuditTrim, [u8; 32])>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT first_seq, last_seq, first_at, last_at, counts, hash, at, mark FROM audit_trims ORDER BY first_seq",
    )?;
    let mut rows = statement.query([])?;
    let mut trims = Vec::new();
    while let Some(row) = rows.next()? {
        let counts: String = row.get(4)?;
        let trim = AuditTrim {
            lines: (row.count(0)?, row.count(1)?),
            between: (ServerMillis(row.get(2)?), ServerMillis(row.get(3)?)),
            counts: counts_of(&counts),
            hash: row.bytes(5)?,
            at: ServerMillis(row.get(6)?),
        };
        trims.push((trim, row.bytes(7)?));
    }
    Ok(trims)
}

/// `action=count`, one to a line: actions are our own words.
fn counts_text(trim: &AuditTrim) -> String {
    trim.counts.iter().map(|(action, count)| format!("{action}={count}\n")).collect()
}

fn counts_of(text: &str) -> BTreeMap<String, u64> {
    let pair = |line: &str| line.split_once('=').and_then(|(name, count)| Some((name.to_owned(), count.parse().ok()?)));
    text.lines().filter_map(pair).collect()
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

fn trim_mark(suite: Suite, key: &SymmetricKey, trim: &AuditTrim) -> [u8; 32] {
    let numbers = [trim.lines.0, trim.lines.1].map(u64::to_be_bytes).concat();
    let moments = [trim.between.0.0, trim.between.1.0, trim.at.0].map(i64::to_be_bytes).concat();
    let said = counts_text(trim);
    suite.authenticate(key, Purpose::Audit, &[b"trim", &numbers, &moments, &trim.hash, said.as_bytes()])
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
    put(line.reason.as_deref().map(str::as_bytes));
    suite.hash(&[Purpose::Audit.as_str().as_bytes(), previous, &said])
}

fn record(row: &Row<'_>) -> Result<AuditRecord, StoreError> {
    Ok(AuditRecord {
        seq: row.count(0)?,
        line: NewAuditLine {
            at: ServerMillis(row.get(1)?),
            actor: row.get(2)?,
            action: row.get(3)?,
            detail: row.get(4)?,
            doc: row.optional_bytes(5)?.map(DocId),
            subject: row.get(6)?,
            reason: row.get(7)?,
        },
        suite: suite_numbered(row.code(8)?)?,
        previous: row.bytes(9)?,
        hash: row.bytes(10)?,
    })
}
