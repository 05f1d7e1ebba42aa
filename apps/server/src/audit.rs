//! The audit log: who did what that must be accounted for, as a chain in which nothing can be taken out or changed unseen.
//!
//! A line names people and documents by id and never repeats what is in a document. A reason is written by a person, is
//! kept, and is not shown outside the log.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use data_encoding::HEXLOWER;
use lianhu_core::{DocId, DocKind, Private, WorkerId};
pub use lianhu_store::AuditPick;
use lianhu_store::{AuditFindings, AuditQuery, AuditRecord, AuditTrim, AuditTrimming, NewAuditLine, NewAuditTrim};
use lianhu_sync::ids::DeviceId;
use lianhu_sync::ports::Township as _;
use lianhu_sync::sentence::Sentence;
use lianhu_sync::signed::AuditSummary;
use serde::Serialize;

use crate::limits::{AUDIT_MONTHS, AUDIT_MONTHS_AT_LEAST};
use crate::town::{Town, TownError, begin_of, local};

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The township by itself, at night or by the calendar.
    Township,
    /// Somebody at the township's own machine, by command.
    Machine,
    /// An account of the office.
    Account(String),
    /// A worker, through a phone.
    Worker(WorkerId),
    /// A phone, as far as it is known.
    Device(DeviceId),
}

/// What was done. The words are stored, and are for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// An account signed in, failed to, or signed out.
    SignedIn,
    /// A sign-in that failed.
    SignInFailed,
    /// An account signed out, or its session ended.
    SignedOut,
    /// An account, a role or a password was made, changed or taken away.
    AccountChanged,
    /// A device was enrolled, renewed its key, or changed its standing.
    DeviceChanged,
    /// Roles or links in a roster were changed by the office.
    PermissionChanged,
    /// Named data was read that is read with a reason only.
    NamedRead,
    /// Data was exported.
    Exported,
    /// Held work was accepted or declined, or refused work was looked at.
    Decided,
    /// Words were erased or a document purged.
    Erased,
    /// Somebody's request about their own data was answered.
    RequestAnswered,
    /// The township was set up, backed up, restored, encrypted or configured.
    Administered,
    /// The office wrote into a document; its changes carry the office's one name, and this line the account.
    Written,
}

/// One line to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLine {
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: Action,
    /// A stable word that says more: `revoked`, `reports.xlsx`, `totp`.
    pub detail: &'static str,
    /// The document it was about.
    pub doc: Option<DocId>,
    /// What else it was about, by id: an account, a device, a worker.
    pub subject: Option<String>,
    /// Why, in the words of whoever did it.
    pub reason: Option<Private<String>>,
}

impl AuditLine {
    /// A line about nothing in particular; fill in what it is about.
    pub fn new(actor: Actor, action: Action, detail: &'static str) -> Self {
        AuditLine { actor, action, detail, doc: None, subject: None, reason: None }
    }
}

/// A line as it is shown: to the auditor, and to nobody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its number.
    pub number: u64,
    /// When, by the township's wall clock.
    pub at: String,
    /// Who, as a word and an id.
    pub actor: String,
    /// What.
    pub action: String,
    /// More about it.
    pub detail: String,
    /// The document it was about.
    pub doc: Option<String>,
    /// What else it was about, by id.
    pub subject: Option<String>,
    /// Why, in somebody's words.
    pub reason: Option<Private<String>>,
    /// Its hash.
    pub hash: String,
}

/// Which lines are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// From this day on.
    pub from: Option<NaiveDate>,
    /// Up to this day.
    pub to: Option<NaiveDate>,
    /// With this action.
    pub action: Option<String>,
    /// By this actor.
    pub actor: Option<String>,
    /// After this number.
    pub after: u64,
    /// How many of them, from which end.
    pub pick: AuditPick,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Lines looked at.
    pub lines: u64,
    /// What is wrong, by the number of the line where it shows.
    pub problems: Vec<(u64, &'static str)>,
    /// The first and the last of the lines an earlier version trimmed: their summary is under no signature, and only this
    /// township itself can check it.
    pub unsigned: Vec<(u64, u64)>,
}

/// What was trimmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trimmed {
    /// The first line that went.
    pub first: u64,
    /// The last one.
    pub last: u64,
    /// How many there were of each action.
    pub counts: BTreeMap<String, u64>,
}

/// What stands for lines that were trimmed, as it is given to whoever wants to check it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The lines.
    #[serde(flatten)]
    pub lines: Trimmed,
    /// When they were trimmed, by the township's wall clock.
    pub at: String,
    /// The hash of the last of them, from which the next line follows.
    pub hash: String,
    /// How much was wrong with the chain when it was trimmed all the same. Absent with what follows where an earlier version
    /// trimmed.
    pub problems: Option<u64>,
    /// The number of the township's key that signed it.
    pub key_number: Option<u32>,
    /// The key as it travels: the suite's number and the key.
    pub key: Option<String>,
    /// What was signed: a record in CBOR.
    pub said: Option<String>,
    /// The signature: the suite's number and 64 bytes.
    pub signature: Option<String>,
}

/// Why nothing was trimmed.
#[derive(Debug, thiserror::Error)]
pub enum TrimError {
    /// The log is kept for half a year at least.
    #[error("the audit log is kept for {AUDIT_MONTHS_AT_LEAST} months at least")]
    TooShort,
    /// The chain is broken: the lines that are there are what shows it.
    #[error("the audit log is broken at line {}; nothing was trimmed", .0.problems.first().map_or(0, |(line, _)| *line))]
    Broken(Checked),
    /// The store failed.
    #[error("{0}")]
    Town(#[from] TownError),
}

impl Actor {
    /// A word and an id, as the log keeps them.
    pub fn written(&self) -> String {
        match self {
            Actor::Township => "township".to_owned(),
            Actor::Machine => "machine".to_owned(),
            Actor::Account(id) => format!("account:{id}"),
            Actor::Worker(id) => format!("worker:{id}"),
            Actor::Device(id) => format!("device:{id}"),
        }
    }
}

impl Action {
    /// What it is to write into a document: what a roster says decides about permission.
    pub fn of_document(id: DocId) -> Self {
        if id.kind() == DocKind::Roster { Action::PermissionChanged } else { Action::Written }
    }

    /// The word the log keeps.
    pub const fn as_str(self) -> &'static str {
        match self {
            Action::SignedIn => "signed_in",
            Action::SignInFailed => "sign_in_failed",
            Action::SignedOut => "signed_out",
            Action::AccountChanged => "account_changed",
            Action::DeviceChanged => "device_changed",
            Action::PermissionChanged => "permission_changed",
            Action::NamedRead => "named_read",
            Action::Exported => "exported",
            Action::Decided => "decided",
            Action::Erased => "erased",
            Action::RequestAnswered => "request_answered",
            Action::Administered => "administered",
            Action::Written => "written",
        }
    }
}

impl Town {
    /// Writes a line. It is durable when this returns; what cannot be written down must not be done.
    pub fn audit(&self, line: &AuditLine) -> Result<(), TownError> {
        let AuditLine { actor, action, detail, doc, subject, reason } = line.clone();
        self.store.audit(NewAuditLine {
            at: self.now(),
            actor: actor.written(),
            action: action.as_str().to_owned(),
            detail: detail.to_owned(),
            doc: doc.map(|doc| lianhu_sync::ids::DocId(doc.to_bytes())),
            subject,
            reason: reason.map(|reason| Sentence(reason.0)),
        })?;
        Ok(())
    }

    /// Lines, in their order.
    pub fn audit_lines(&self, asked: &Asked) -> Result<Vec<Line>, TownError> {
        let query = AuditQuery {
            from: asked.from.map(begin_of),
            until: asked.to.and_then(|day| day.succ_opt()).map(begin_of),
            action: asked.action.clone(),
            actor: asked.actor.clone(),
            after: asked.after,
            pick: asked.pick,
        };
        Ok(self.store.read()?.audit(&query)?.into_iter().map(shown).collect())
    }

    /// Looks at the whole chain. `noted` is a head, and `known` a township key's fingerprint, that were noted elsewhere.
    pub fn verify_audit(&self, noted: Option<[u8; 32]>, known: Option<[u8; 16]>) -> Result<Checked, TownError> {
        Ok(checked(self.store.read()?.verify_audit(noted, known)?))
    }

    /// What stands for the lines that were trimmed.
    pub fn audit_summaries(&self) -> Result<Vec<Summary>, TownError> {
        let reader = self.store.read()?;
        let keys = reader.township_keys()?;
        let public = |number: u32| keys.iter().find(|key| key.number == number).map(|key| HEXLOWER.encode(&key.public));
        Ok(reader.audit_trims()?.into_iter().map(|trim| summary_of(trim, public)).collect())
    }

    /// Where the chain ends: the number of the last line and its hash.
    pub fn audit_head(&self) -> Result<(u64, [u8; 32]), TownError> {
        let head = self.store.read()?.audit_head()?;
        Ok((head.seq, head.hash))
    }

    /// Takes away the lines that are older than so many months, and leaves a summary signed with the township's key. The
    /// chain is looked at first; a broken one is trimmed only when `although_broken` says so, and the log says it too.
    pub fn trim_audit(&self, by: Actor, keep_months: u32, although_broken: bool) -> Result<Option<Trimmed>, TrimError> {
        if keep_months < AUDIT_MONTHS_AT_LEAST {
            return Err(TrimError::TooShort);
        }
        let Some(day) = self.today().checked_sub_months(Months::new(keep_months)) else { return Ok(None) };
        let (key_number, key) =
            self.with_keys(|keys| keys.newest().map(|(number, key)| (number, key.secret.clone())))?;
        let what = NewAuditTrim { before: begin_of(day), at: self.now(), key, key_number, although_broken };
        let trim = match self.store.trim_audit(what).map_err(TownError::from)? {
            AuditTrimming::Nothing => return Ok(None),
            AuditTrimming::Broken(findings) => return Err(TrimError::Broken(checked(findings))),
            AuditTrimming::Trimmed(trim) => trim,
        };
        let detail = if although_broken { "audit_trimmed_although_broken" } else { "audit_trimmed" };
        let lines = format!("{}-{}", trim.lines.0, trim.lines.1);
        self.audit(&AuditLine { subject: Some(lines), ..AuditLine::new(by, Action::Administered, detail) })?;
        Ok(Some(Trimmed { first: trim.lines.0, last: trim.lines.1, counts: trim.counts }))
    }

    /// What the calendar does for the log every night: says in the journal where the chain ends, and trims it.
    pub(crate) fn keep_audit(&self) -> Result<(), TownError> {
        let months = self.setting(AUDIT_SETTING)?.and_then(|months| months.parse().ok()).unwrap_or(AUDIT_MONTHS);
        match self.trim_audit(Actor::Township, months.max(AUDIT_MONTHS_AT_LEAST), false) {
            Ok(_) | Err(TrimError::TooShort) => {}
            // Nothing else of the night waits for somebody to look at it.
            Err(why @ TrimError::Broken(_)) => tracing::error!(why = %why, "the audit log was tampered with"),
            Err(TrimError::Town(why)) => return Err(why),
        }
        let (line, hash) = self.audit_head()?;
        tracing::info!(line, head = HEXLOWER.encode(&hash), "the audit log ends here");
        Ok(())
    }
}

/// The setting that says for how many months lines are kept.
const AUDIT_SETTING: &str = "audit_months";

fn checked(findings: AuditFindings) -> Checked {
    let problems = findings.problems.into_iter().map(|(line, problem)| (line, problem.as_str())).collect();
    Checked { lines: findings.lines, problems, unsigned: findings.unsigned }
}

fn summary_of(trim: AuditTrim, public: impl Fn(u32) -> Option<String>) -> Summary {
    let said = trim.signed.as_ref().and_then(|signed| signed.read::<AuditSummary>().ok());
    let key_number = said.as_ref().map(|said| said.key_number);
    Summary {
        lines: Trimmed { first: trim.lines.0, last: trim.lines.1, counts: trim.counts },
        at: local(trim.at).format("%Y-%m-%d %H:%M:%S").to_string(),
        hash: HEXLOWER.encode(&trim.hash),
        problems: said.map(|said| said.problems),
        key_number,
        key: key_number.and_then(public),
        said: trim.signed.as_ref().map(|signed| HEXLOWER.encode(&signed.said)),
        signature: trim.signed.as_ref().map(|signed| HEXLOWER.encode(&signed.signature.0)),
    }
}

fn shown(record: AuditRecord) -> Line {
    let AuditRecord { seq, line, hash, .. } = record;
    Line {
        number: seq,
        at: local(line.at).format("%Y-%m-%d %H:%M:%S").to_string(),
        actor: line.actor,
        action: line.action,
        detail: line.detail,
        doc: line.doc.map(|doc| DocId::from_bytes(doc.0).map_or_else(|_| doc.to_string(), |id| id.to_string())),
        subject: line.subject,
        reason: line.reason.map(|reason| Private(reason.0)),
        hash: HEXLOWER.encode(&hash),
    }
}
