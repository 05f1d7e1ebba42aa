//! How long what is kept, and the purge of what is past its time: every night, or by command. It goes like what is
//! erased: out of the history, into the list of erasures, and from every phone at its next sync.

use std::collections::{BTreeMap, BTreeSet};

use lianhu_core::DocId;
use lianhu_core::access::Facts;
use lianhu_core::retention::{Kept, Past, kept_since, past};
use lianhu_store::Reader;
use lianhu_sync::ids::ServerMillis;
use lianhu_sync::ports::Township as _;
use serde::Serialize;

use crate::audit::{Action, Actor, AuditLine};
use crate::generations::{Begin, Erase, RenewError};
use crate::town::{Town, TownError};

/// A rule as the office sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RetentionRule {
    /// What is kept.
    pub kept: Kept,
    /// For how many years; nothing: until a person erases it.
    pub years: Option<u32>,
    /// What a township may begin its talk with.
    pub suggested_years: u32,
    /// How much is past its time today: documents, records of a document, traces.
    pub past: u64,
    /// How much of it was purged so far, as far as the list of erasures says: documents, and records of documents.
    pub purged: u64,
}

/// What a purge did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Purged {
    /// By what is kept; what nothing is past its time of is not here.
    pub kinds: BTreeMap<Kept, PurgedKind>,
    /// Documents that were left as they are, with the reason: `held`, `stands_in`, `failed`.
    pub left: Vec<(DocId, &'static str)>,
}

/// How much of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PurgedKind {
    /// Documents that were purged whole.
    pub documents: u64,
    /// Records that were purged of documents, or traces.
    pub records: u64,
}

/// One document, or some of its records, past their time.
struct Due {
    kept: Kept,
    doc: DocId,
    past: Past,
}

impl Town {
    /// For how many years what is kept; what is not here is kept until a person erases it.
    pub fn retention(&self) -> Result<BTreeMap<Kept, u32>, TownError> {
        let set = self.store.read()?.retention()?;
        Ok(set.into_iter().filter_map(|(kept, years)| Some((Kept::parse(&kept)?, years))).collect())
    }

    /// Sets for how many years something is kept; `None`: until a person erases it.
    pub fn set_retention(&self, actor: Actor, kept: Kept, years: Option<u32>) -> Result<(), TownError> {
        self.audit(&AuditLine {
            subject: Some(kept.code().to_owned()),
            ..AuditLine::new(actor, Action::Administered, "retention")
        })?;
        Ok(self.store.set_retention(kept.code(), years)?)
    }

    /// Every rule, with what is past its time and what went so far.
    pub fn retention_rules(&self) -> Result<Vec<RetentionRule>, TownError> {
        let years = self.retention()?;
        let due = self.look()?.kinds;
        let mut purged: BTreeMap<Kept, u64> = BTreeMap::new();
        for line in self.store.read()?.erasures()? {
            let kept = Kept::ALL.iter().copied().find(|kept| *line.erasure.reason == *reason(*kept));
            if let Some(kept) = kept {
                *purged.entry(kept).or_default() += line.erasure.keys.map_or(1, |keys| keys.len() as u64);
            }
        }
        let rule = |kept: &Kept| {
            let due = due.get(kept).copied().unwrap_or_default();
            RetentionRule {
                kept: *kept,
                years: years.get(kept).copied(),
                suggested_years: kept.suggested_years(),
                past: due.documents + due.records,
                purged: purged.get(kept).copied().unwrap_or(0),
            }
        };
        Ok(Kept::ALL.iter().map(rule).collect())
    }

    /// What a purge would do now.
    pub fn look(&self) -> Result<Purged, TownError> {
        let (years, reader) = (self.retention()?, self.store.read()?);
        let mut would = Purged::default();
        for due in self.due(&reader, &years)? {
            match reader.held_in(lianhu_sync::ids::DocId(due.doc.to_bytes()))? {
                0 => would.count(&due),
                _ => would.left.push((due.doc, "held")),
            }
        }
        if let Some(before) = self.traces_before(&years) {
            would.trace(reader.traces_before(before)?);
        }
        Ok(would)
    }

    /// Purges what is past its time, out of the township's files too. A document with work that waits for a decision, or
    /// that only stands in for what phones still have, is left alone: that it is past its time is no reason to lose words.
    pub fn purge(&self) -> Result<Purged, TownError> {
        let years = self.retention()?;
        let due = self.due(&self.store.read()?, &years)?;
        let mut purged = Purged::default();
        for due in due {
            match self.purge_one(&due) {
                Ok(()) => purged.count(&due),
                Err(RenewError::Town(why)) => return Err(why),
                Err(RenewError::HeldWork(_)) => purged.left.push((due.doc, "held")),
                Err(RenewError::StandsIn) => purged.left.push((due.doc, "stands_in")),
                Err(_) => purged.left.push((due.doc, "failed")),
            }
        }
        if let Some(before) = self.traces_before(&years) {
            purged.trace(self.store.forget_traces_before(before)?);
        }
        if !purged.kinds.is_empty() {
            self.store.write_erasures_beside()?;
            tracing::info!(purged = ?purged.kinds, "what was past its time was purged");
            // While somebody reads, the old bytes stay in the file; they go with the next sweep.
            if let Err(why) = self.store.sweep() {
                tracing::warn!(why = %why, "the file was not written anew yet after a purge");
            }
        }
        Ok(purged)
    }

    fn purge_one(&self, due: &Due) -> Result<(), RenewError> {
        let doc = lianhu_sync::ids::DocId(due.doc.to_bytes());
        let reader = self.store.read()?;
        let held = reader.held_in(doc)?;
        if held > 0 {
            return Err(RenewError::HeldWork(held));
        }
        if reader.stand_in(doc)?.is_some() {
            return Err(RenewError::StandsIn);
        }
        drop(reader);
        self.audit(&AuditLine {
            doc: Some(due.doc),
            subject: Some(due.kept.code().to_owned()),
            ..AuditLine::new(Actor::Township, Action::Erased, "purged")
        })?;
        let what = match &due.past {
            Past::Whole => Erase::Whole,
            Past::Keys(keys) => Erase::Keys(keys.clone()),
        };
        self.renew(due.doc, &Begin { erase: Some(&what), reason: reason(due.kept) })?;
        Ok(())
    }

    /// Everything in documents that is past its time; what goes whole is not named by its records.
    fn due(&self, reader: &Reader, years: &BTreeMap<Kept, u32>) -> Result<Vec<Due>, TownError> {
        let on = self.today();
        let (mut due, mut whole) = (Vec::new(), BTreeSet::new());
        if years.keys().all(|kept| kept.doc_kind().is_none()) {
            return Ok(due);
        }
        for recorded in reader.documents()? {
            let Ok(id) = DocId::from_bytes(recorded.doc.0) else { continue };
            let kinds: Vec<_> = years.iter().filter(|(kept, _)| kept.doc_kind() == Some(id.kind())).collect();
            if kinds.is_empty() {
                continue;
            }
            let document = self.gate.open(reader, recorded.doc)?.document;
            let village = Facts::from_bytes(&recorded.facts).village.map(|id| lianhu_sync::ids::DocId(id.to_bytes()));
            let roster = village.map(|village| self.gate.roster(reader, village)).transpose()?;
            for (kept, years) in kinds {
                let roster = roster.as_ref().map(|at| &*at.roster);
                let Some(past) = past(*kept, &document, roster, on, kept_since(on, *years)) else { continue };
                if past == Past::Whole {
                    whole.insert(id);
                }
                due.push(Due { kept: *kept, doc: id, past });
            }
        }
        due.retain(|due| due.past == Past::Whole || !whole.contains(&due.doc));
        Ok(due)
    }

    fn traces_before(&self, years: &BTreeMap<Kept, u32>) -> Option<ServerMillis> {
        let since = kept_since(self.today(), *years.get(&Kept::Trace)?);
        let days = self.today().signed_duration_since(since).num_days();
        Some(ServerMillis(self.now().0.saturating_sub(days.saturating_mul(86_400_000))))
    }
}

impl Purged {
    fn count(&mut self, due: &Due) {
        let kind = self.kinds.entry(due.kept).or_default();
        match &due.past {
            Past::Whole => kind.documents += 1,
            Past::Keys(keys) => kind.records += keys.len() as u64,
        }
    }

    fn trace(&mut self, gone: u64) {
        if gone > 0 {
            self.kinds.entry(Kept::Trace).or_default().records += gone;
        }
    }
}

/// What the log and the list say of why it went. The words stand in lists for ever.
const fn reason(kept: Kept) -> &'static str {
    match kept {
        Kept::Household => "retention: household",
        Kept::Visit => "retention: visit",
        Kept::Diary => "retention: diary",
        Kept::Matter => "retention: matter",
        Kept::Meeting => "retention: meeting",
        Kept::HelpPlan => "retention: plan",
        Kept::Application => "retention: application",
        Kept::Pledge => "retention: pledge",
        Kept::Complaint => "retention: complaint",
        Kept::Service => "retention: service",
        Kept::Trace => "retention: trace",
    }
}
