//! What was trimmed from the beginning of the audit log, and the summaries that stand for it. A summary is signed with the
//! township's key, so that whoever has the public half can check it; those of earlier versions are under a keyed hash.

use std::collections::BTreeMap;
use std::sync::Arc;

use lianhu_crypto::{PublicKey, Purpose, SecretKey, Suite, SymmetricKey};
use lianhu_sync::ids::ServerMillis;
use lianhu_sync::signed::{AuditSummary, Signed};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::NOTHING;
use super::check::{AuditFindings, check};
use crate::bytes::{Columns, number};
use crate::error::{StoreError, unreadable};
use crate::limits::{AUDIT_ACTION_BYTES, AUDIT_ACTIONS};
use crate::sealed::Sealer;
use crate::township::{Reader, Township};

/// What is counted together: words that are no action of ours, in a log that was tampered with.
const OTHER: &str = "other";

/// What is to be trimmed.
#[derive(Clone, Debug)]
pub struct NewAuditTrim {
    /// Lines from before this moment go.
    pub before: ServerMillis,
    /// When, by the township's clock.
    pub at: ServerMillis,
    /// The township's key that signs the summary.
    pub key: SecretKey,
    /// How many keys came before it.
    pub key_number: u32,
    /// Trim even a chain that is broken. The summary says that it was.
    pub although_broken: bool,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditTrimming {
    /// No line is that old.
    Nothing,
    /// The chain is broken, and nothing was trimmed: the lines that are there are what shows it.
    Broken(AuditFindings),
    /// These lines are gone.
    Trimmed(AuditTrim),
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
    /// The [`AuditSummary`] the township has put its name to; `None` when an earlier version trimmed.
    pub signed: Option<Signed>,
}

impl Township {
    /// Takes the lines before a moment away, from the beginning of the chain, and leaves a signed summary. The whole chain is
    /// checked first, in the same transaction.
    pub fn trim_audit(&self, trim: NewAuditTrim) -> Result<AuditTrimming, StoreError> {
        let sealer = Arc::clone(&self.inner.sealer);
        self.inner.writer.write(move |connection| write(connection, &sealer, &trim))
    }
}

impl Reader {
    /// What was trimmed, in order.
    pub fn audit_trims(&self) -> Result<Vec<AuditTrim>, StoreError> {
        let trims = all(self.connection()?)?.into_iter().map(|found| found.trim);
        trims.map(|trim| trim.ok_or_else(|| unreadable("summary of the audit log"))).collect()
    }
}

fn write(connection: &Connection, sealer: &Sealer, new: &NewAuditTrim) -> Result<AuditTrimming, StoreError> {
    // From the beginning, and only as far as no younger line stands between: a clock that was put back moves nothing.
    let last: Option<i64> = connection.query_row(
        "SELECT max(seq) FROM audit WHERE seq < (SELECT coalesce(min(seq), 9223372036854775807) FROM audit WHERE at >= ?1)",
        [new.before.0],
        |row| row.get(0),
    )?;
    let Some(last) = last else { return Ok(AuditTrimming::Nothing) };
    let findings = check(connection, sealer, None, None)?;
    if !findings.problems.is_empty() && !new.although_broken {
        return Ok(AuditTrimming::Broken(findings));
    }
    let (trim, before) = summed_up(connection, last, new.at)?;
    let trim = sign(trim, before, findings.problems.len() as u64, new);
    connection.execute(
        "INSERT INTO audit_summaries (first_seq, last_seq, first_at, last_at, counts, hash, at, signed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            number(trim.lines.0),
            last,
            trim.between.0.0,
            trim.between.1.0,
            counts_text(&trim),
            trim.hash,
            trim.at.0,
            trim.signed.as_ref().map(Signed::to_bytes)
        ],
    )?;
    connection.execute("DELETE FROM audit WHERE seq <= ?1", [last])?;
    Ok(AuditTrimming::Trimmed(trim))
}

/// What goes with the lines up to `last`, and the hash before the first of them.
fn summed_up(connection: &Connection, last: i64, at: ServerMillis) -> Result<(AuditTrim, [u8; 32]), StoreError> {
    let mut counts = BTreeMap::new();
    let mut statement = connection.prepare("SELECT action, count(*) FROM audit WHERE seq <= ?1 GROUP BY action")?;
    let mut rows = statement.query([last])?;
    while let Some(row) = rows.next()? {
        let action: String = row.get(0).unwrap_or_default();
        let is_ours = action.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let fits = counts.len() < AUDIT_ACTIONS && !action.is_empty() && action.len() <= AUDIT_ACTION_BYTES;
        let action = if is_ours && fits { action } else { OTHER.to_owned() };
        *counts.entry(action).or_default() += row.count(1)?;
    }
    let (first_at, last_at) =
        connection.query_row("SELECT min(at), max(at) FROM audit WHERE seq <= ?1", [last], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let hash = connection
        .query_row("SELECT hash FROM audit WHERE seq = ?1", [last], |row| Ok(row.bytes::<32>(0)))?
        .map_err(|_| unreadable(&format!("line of the audit log (number {last})")))?;
    let before = connection
        .query_row("SELECT last_seq, hash FROM audit_summaries ORDER BY first_seq DESC LIMIT 1", [], |row| {
            Ok((row.count(0), row.bytes::<32>(1)))
        })
        .optional()?;
    // Whatever is missing at the beginning goes with these lines: the numbers have no gap, and the counts show it.
    let (ended, before) = before.map_or((0, NOTHING), |(ended, hash)| (ended.unwrap_or(0), hash.unwrap_or(NOTHING)));
    let lines = (ended + 1, u64::try_from(last).unwrap_or_default());
    let between = (ServerMillis(first_at), ServerMillis(last_at));
    Ok((AuditTrim { lines, between, counts, hash, at, signed: None }, before))
}

fn sign(trim: AuditTrim, before: [u8; 32], problems: u64, new: &NewAuditTrim) -> AuditTrim {
    let summary = summary(&trim, new.key_number, before, problems);
    AuditTrim { signed: Some(Signed::by(&new.key, &summary)), ..trim }
}

fn summary(trim: &AuditTrim, key_number: u32, before: [u8; 32], problems: u64) -> AuditSummary {
    let AuditTrim { lines, between, counts, hash, at, .. } = trim.clone();
    let (first, last) = lines;
    AuditSummary {
        key_number,
        first,
        last,
        first_at: between.0,
        last_at: between.1,
        counts,
        before,
        hash,
        at,
        problems,
    }
}

/// Whether this is the township's word on just these lines, and follows on the hash before them, as far as that is known.
pub(super) fn is_signed(
    trim: &AuditTrim,
    signed: &Signed,
    before: Option<[u8; 32]>,
    keys: &[Option<PublicKey>],
) -> bool {
    let Ok(said) = signed.read::<AuditSummary>() else { return false };
    let key = keys.get(said.key_number as usize).and_then(Option::as_ref);
    key.is_some_and(|key| signed.check::<AuditSummary>(key).is_ok())
        && said == summary(trim, said.key_number, before.unwrap_or(said.before), said.problems)
}

/// The keyed hash earlier versions left.
pub(super) fn mark(suite: Suite, key: &SymmetricKey, trim: &AuditTrim) -> [u8; 32] {
    let numbers = [trim.lines.0, trim.lines.1].map(u64::to_be_bytes).concat();
    let moments = [trim.between.0.0, trim.between.1.0, trim.at.0].map(i64::to_be_bytes).concat();
    let said = counts_text(trim);
    suite.authenticate(key, Purpose::Audit, &[b"trim", &numbers, &moments, &trim.hash, said.as_bytes()])
}

/// A summary as it is stored, read as far as it can be.
pub(super) struct Found {
    pub(super) first: Option<u64>,
    pub(super) last: Option<u64>,
    pub(super) hash: Option<[u8; 32]>,
    pub(super) trim: Option<AuditTrim>,
    pub(super) mark: Option<[u8; 32]>,
}

pub(super) fn all(connection: &Connection) -> Result<Vec<Found>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT first_seq, last_seq, first_at, last_at, counts, hash, at, mark, signed FROM audit_summaries
         ORDER BY first_seq",
    )?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Found {
            first: row.count(0).ok(),
            last: row.count(1).ok(),
            hash: row.bytes(5).ok(),
            trim: trim_of(row).ok(),
            mark: row.optional_bytes(7).ok().flatten(),
        });
    }
    Ok(found)
}

fn trim_of(row: &Row<'_>) -> Result<AuditTrim, StoreError> {
    let counts: String = row.get(4)?;
    let signed: Option<Vec<u8>> = row.get(8)?;
    let read = |bytes: Vec<u8>| Signed::from_bytes(&bytes).map_err(|_| unreadable("summary"));
    Ok(AuditTrim {
        lines: (row.count(0)?, row.count(1)?),
        between: (ServerMillis(row.get(2)?), ServerMillis(row.get(3)?)),
        counts: counts_of(&counts).ok_or_else(|| unreadable("summary"))?,
        hash: row.bytes(5)?,
        at: ServerMillis(row.get(6)?),
        signed: signed.map(read).transpose()?,
    })
}

/// `action=count`, one to a line: actions are our own words.
fn counts_text(trim: &AuditTrim) -> String {
    trim.counts.iter().map(|(action, count)| format!("{action}={count}\n")).collect()
}

fn counts_of(text: &str) -> Option<BTreeMap<String, u64>> {
    let pair = |line: &str| line.split_once('=').and_then(|(name, count)| Some((name.to_owned(), count.parse().ok()?)));
    text.lines().map(pair).collect()
}
