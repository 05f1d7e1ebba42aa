//! Whether the audit log is as it was written. Whatever is found is named by its line; what cannot be read is a finding like
//! any other, and the lines after it are looked at all the same.

use lianhu_crypto::{PublicKey, Suite, SymmetricKey};
use lianhu_sync::signed::{Signed, TownshipKey};
use rusqlite::{Connection, Row};

use super::trims::{self, Found};
use super::{AuditHead, COLUMNS, NOTHING, expected_mark, hash, head, head_mark_stored, key, record};
use crate::bytes::{Columns, number};
use crate::error::StoreError;
use crate::sealed::Sealer;
use crate::township::Reader;

/// What a check of the chain found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFindings {
    /// Lines looked at.
    pub lines: u64,
    /// What is wrong, by the number of the line where it shows.
    pub problems: Vec<(u64, AuditProblem)>,
    /// Which lines were trimmed by an earlier version, the first and the last of each time: their summary is under a keyed
    /// hash that only this township can check, and under no signature.
    pub unsigned: Vec<(u64, u64)>,
}

/// What is wrong with the chain at a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditProblem {
    /// The line says something else than when it was written.
    Altered,
    /// Something in the line is nothing that is ever written there.
    Unreadable,
    /// Lines before it are missing, were put in, or stand elsewhere.
    NotAfterThePrevious,
    /// The chain does not end where it ended when it was last written.
    EndIsMissing,
    /// The summary of what was trimmed is missing, or not the township's.
    TrimIsNotOurs,
    /// The chain does not pass through the hash that was noted elsewhere.
    NotTheNotedHead,
    /// None of the township's keys is the one that was noted elsewhere.
    NotTheNotedKey,
}

impl AuditProblem {
    /// A stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            AuditProblem::Altered => "altered",
            AuditProblem::Unreadable => "unreadable",
            AuditProblem::NotAfterThePrevious => "not_after_the_previous",
            AuditProblem::EndIsMissing => "end_is_missing",
            AuditProblem::TrimIsNotOurs => "trim_is_not_ours",
            AuditProblem::NotTheNotedHead => "not_the_noted_head",
            AuditProblem::NotTheNotedKey => "not_the_noted_key",
        }
    }
}

impl Reader {
    /// Looks at every line of the chain, and at its ends. `noted` is a hash that was written down elsewhere: the chain must
    /// pass through it, or have been trimmed beyond it. `known` is the fingerprint of a key of the township that was
    /// written down elsewhere: only that key and those that follow from it are believed.
    pub fn verify_audit(&self, noted: Option<[u8; 32]>, known: Option<[u8; 16]>) -> Result<AuditFindings, StoreError> {
        check(self.connection()?, self.sealer(), noted, known)
    }
}

/// How far the chain was followed. What cannot be read has no hash, and nothing is said of what follows it.
#[derive(Clone, Copy)]
struct Met {
    seq: u64,
    hash: Option<[u8; 32]>,
}

pub(super) fn check(
    connection: &Connection,
    sealer: &Sealer,
    noted: Option<[u8; 32]>,
    known: Option<[u8; 16]>,
) -> Result<AuditFindings, StoreError> {
    let ours = Ours::of(connection, sealer, known)?;
    let mut findings = AuditFindings::default();
    if known.is_some() && ours.keys.iter().all(Option::is_none) {
        findings.problems.push((0, AuditProblem::NotTheNotedKey));
    }
    let mut met_noted = noted.is_none();
    let mut met = Met { seq: 0, hash: Some(NOTHING) };
    for found in trims::all(connection)? {
        met = ours.summary(&found, met, &mut findings);
        met_noted |= noted.is_some() && noted == met.hash;
    }
    let trimmed = met.seq;
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM audit WHERE seq > ?1 ORDER BY seq"))?;
    let mut rows = statement.query([number(trimmed)])?;
    while let Some(row) = rows.next()? {
        met = line(row, sealer, met, &mut findings);
        met_noted |= noted.is_some() && noted == met.hash;
    }
    let stray: bool = connection
        .prepare("SELECT EXISTS (SELECT 1 FROM audit WHERE seq < 1 OR seq <= ?1)")?
        .query_row([number(trimmed)], |row| row.get(0))?;
    if stray {
        findings.problems.push((0, AuditProblem::NotAfterThePrevious));
    }
    if !ours.ends(connection, met)? {
        findings.problems.push((met.seq, AuditProblem::EndIsMissing));
    }
    if !met_noted {
        findings.problems.push((met.seq, AuditProblem::NotTheNotedHead));
    }
    Ok(findings)
}

fn line(row: &Row<'_>, sealer: &Sealer, met: Met, findings: &mut AuditFindings) -> Met {
    findings.lines += 1;
    let seq = row.count(0).unwrap_or(met.seq + 1);
    let record = record(row, sealer);
    let (previous, claimed) = (row.bytes(9).ok(), row.bytes(10).ok());
    let follows = match (met.hash, previous) {
        (Some(hash), Some(previous)) => hash == previous,
        // One of the two cannot be read, and that is said of its own line.
        _ => true,
    };
    if seq != met.seq + 1 || !follows {
        findings.problems.push((seq, AuditProblem::NotAfterThePrevious));
    }
    match record {
        Err(_) => findings.problems.push((seq, AuditProblem::Unreadable)),
        Ok(record) if record.hash != hash(record.suite, seq, &record.line, &record.previous) => {
            findings.problems.push((seq, AuditProblem::Altered));
        }
        Ok(_) => {}
    }
    Met { seq, hash: claimed }
}

/// What the township knows its own log by.
struct Ours {
    suite: Suite,
    key: SymmetricKey,
    /// Its keys that sign, by their numbers; those that are not believed are absent.
    keys: Vec<Option<PublicKey>>,
}

impl Ours {
    fn of(connection: &Connection, sealer: &Sealer, known: Option<[u8; 16]>) -> Result<Self, StoreError> {
        let (suite, key) = key(connection, sealer)?;
        let mut statement = connection.prepare("SELECT public, statement FROM township_keys ORDER BY number")?;
        let mut rows = statement.query([])?;
        let (mut keys, mut by): (Vec<Option<PublicKey>>, Option<PublicKey>) = (Vec::new(), None);
        while let Some(row) = rows.next()? {
            let public: Vec<u8> = row.get(0).unwrap_or_default();
            let said = row.get::<_, Vec<u8>>(1).ok().and_then(|bytes| Signed::from_bytes(&bytes).ok());
            let this = PublicKey::from_bytes(&public).ok();
            // The first is believed, or the one that was noted elsewhere; each later one on the word of the one before.
            let begins = match known {
                None => keys.is_empty(),
                Some(known) => this.as_ref().is_some_and(|key| key.fingerprint() == known),
            };
            let follows = |by: &PublicKey| {
                let next = said.as_ref().and_then(|said| said.check::<TownshipKey>(by).ok());
                next.is_some_and(|next| next.number as usize == keys.len() && next.public_key == public)
            };
            by = if begins || by.as_ref().is_some_and(follows) { this } else { None };
            keys.push(by.clone());
        }
        Ok(Ours { suite, key, keys })
    }

    /// Whether a summary is the township's and goes on from where the one before ended; answers where it ends.
    fn summary(&self, found: &Found, met: Met, findings: &mut AuditFindings) -> Met {
        let first = found.first.unwrap_or(met.seq + 1);
        let is_ours = found.trim.as_ref().is_some_and(|trim| match (&trim.signed, found.mark) {
            (Some(signed), None) => trims::is_signed(trim, signed, met.hash, &self.keys),
            (None, Some(mark)) => mark == trims::mark(self.suite, &self.key, trim),
            _ => false,
        });
        if first != met.seq + 1 || !is_ours {
            findings.problems.push((first, AuditProblem::TrimIsNotOurs));
        } else if let Some(trim) = found.trim.as_ref().filter(|trim| trim.signed.is_none()) {
            findings.unsigned.push(trim.lines);
        }
        Met { seq: found.last.unwrap_or(first), hash: found.hash }
    }

    /// Whether the chain ends where it says, and says so under the township's key.
    fn ends(&self, connection: &Connection, met: Met) -> Result<bool, StoreError> {
        let stored = head(connection).and_then(|head| Ok((head, head_mark_stored(connection)?)));
        match stored {
            Ok((head, mark)) => Ok(Some(head.hash) == met.hash
                && head.seq == met.seq
                && mark == expected_mark(self.suite, &self.key, AuditHead { seq: met.seq, hash: head.hash })),
            Err(StoreError::Damaged(_) | StoreError::Database(_)) => Ok(false),
            Err(why) => Err(why),
        }
    }
}
