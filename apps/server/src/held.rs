//! Held work: what waits for a person at the office, shown with its words, and accepted or declined.

use lianhu_core::access::town_reads;
use lianhu_core::card::Card;
use lianhu_core::gate::{on_large_stack, scan};
use lianhu_core::household::{KEPT_BACK, KeptBack};
use lianhu_core::views::{key_label, value_words};
use lianhu_core::{DeviceMillis, DocKind, Lang, Private, WorkerId};
use lianhu_store::{HeldRecord, StoreError};
use lianhu_sync::ids::{ChangeHash, DocId, ServerMillis};
use lianhu_sync::limits::MAX_REASON_CHARS;
use lianhu_sync::message::{HeldReason, Verdict};
use lianhu_sync::ports::{CommitOutcome, Township as _};

use crate::gate::{Gate, GateError};
use crate::limits::WRITTEN_AGAIN;
use crate::town::{Town, TownError};
use crate::{numbers, settle};

/// A change that waits for a person, as the office sees it.
#[derive(Clone, Debug)]
pub struct HeldWork {
    /// The document.
    pub doc: DocId,
    /// The change.
    pub change: ChangeHash,
    /// Why it waits.
    pub reason: HeldReason,
    /// Whose phone brought it.
    pub by: Option<WorkerId>,
    /// What people call the document: a household by doorplate and head, a matter by its title, a diary by its month.
    pub title: Private<String>,
    /// What kind of document.
    pub kind: DocKind,
    /// When it was written, by the clock of the phone.
    pub written_at: DeviceMillis,
    /// Since when it waits.
    pub since: ServerMillis,
    /// What was written: what each part is called, and what it says. Empty for a diary that was not written for the
    /// town: its words are not the office's to read, even to decide about them.
    pub words: Vec<(String, Private<String>)>,
}

/// Why held work was not decided. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The store or the gate failed.
    #[error("{0}")]
    Town(#[from] TownError),
    /// Nothing of this name waits: it was decided already, or never held.
    #[error("no such work is waiting")]
    NotWaiting,
    /// It cannot be let in whoever wants it; the sentence says why. It can be declined.
    #[error("it cannot be accepted: {0}")]
    CannotStand(String),
    /// A reason has at most [`MAX_REASON_CHARS`] characters, and at least one.
    #[error("a reason of 1 to {MAX_REASON_CHARS} characters is needed")]
    Reason,
}

impl From<StoreError> for DecideError {
    fn from(why: StoreError) -> Self {
        DecideError::Town(why.into())
    }
}

impl From<GateError> for DecideError {
    fn from(why: GateError) -> Self {
        DecideError::Town(why.into())
    }
}

impl Town {
    /// Everything that waits for a person, the oldest first.
    pub fn held_work(&self, lang: Lang) -> Result<Vec<HeldWork>, TownError> {
        let reader = self.store.read()?;
        reader.held()?.iter().map(|held| self.shown(&reader, held, lang)).collect()
    }

    fn shown(&self, reader: &lianhu_store::Reader, held: &HeldRecord, lang: Lang) -> Result<HeldWork, TownError> {
        let scanned = scan(&held.bytes).ok();
        let document = self.gate.open(reader, held.doc)?.document;
        let card = Card::of(&document);
        let called: Vec<String> = [card.doorplate, card.title].into_iter().flatten().map(|text| text.0).collect();
        // What is only begun here has no audience yet: it is read as its author's own.
        let may_show = town_reads(&document);
        let mut kept_back = KeptBack::of(&document, self.today());
        for (key, value) in scanned.iter().flat_map(lianhu_core::gate::Scan::words) {
            value.iter().for_each(|value| kept_back.note(&key, value, self.today()));
        }
        let words = scanned.iter().filter(|_| may_show).flat_map(lianhu_core::gate::Scan::words);
        let words = words.map(|(key, value)| {
            if kept_back.covers(&key) {
                return (key_label(&key, lang), Private(KEPT_BACK.to_owned()));
            }
            let said = value.map(|value| value_words(&value, lang)).unwrap_or_default();
            (key_label(&key, lang), Private(said))
        });
        Ok(HeldWork {
            doc: held.doc,
            change: held.hash,
            reason: held.reason,
            by: held.from.map(|(_, reader)| WorkerId(uuid::Uuid::from_bytes(reader.0))),
            title: Private(called.join(" ")),
            kind: document.id().kind(),
            written_at: scanned.as_ref().map_or(DeviceMillis(0), lianhu_core::gate::Scan::time),
            since: held.at,
            words: words.collect(),
        })
    }

    /// Records held work after all, with the held work it follows; the phone that brought it is told. Says how many
    /// changes were recorded: others that waited only for this one go in with it.
    pub fn accept_held(&self, doc: DocId, change: ChangeHash) -> Result<usize, DecideError> {
        for _ in 0..WRITTEN_AGAIN {
            let asked = on_large_stack(|| self.gate.accept(&self.store.read()?, doc, change, self.now()))?;
            let commit = match asked {
                None => return Err(DecideError::NotWaiting),
                Some(Err(Verdict::Refused { reason, .. })) => return Err(DecideError::CannotStand(reason)),
                Some(Err(other)) => return Err(DecideError::CannotStand(format!("{other:?}"))),
                Some(Ok(commit)) => commit,
            };
            // Not counted: the mark the township adds itself.
            let recorded = commit.documents.iter().flat_map(|document| &document.changes);
            let recorded = recorded.filter(|change| !change.is_by_township()).count();
            if self.store.commit(commit)? != CommitOutcome::Stale {
                settle::after(self, [doc]);
                numbers::after(self, [doc]);
                return Ok(recorded);
            }
        }
        Err(DecideError::Town(TownError::Busy))
    }

    /// Turns held work down, for a reason its author will read. The words stay on the phone that wrote them. Says how
    /// many changes were turned down: what follows it goes with it, and comes again without it as far as it stands alone.
    pub fn decline_held(&self, doc: DocId, change: ChangeHash, reason: &str) -> Result<usize, DecideError> {
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > MAX_REASON_CHARS {
            return Err(DecideError::Reason);
        }
        let commit = Gate::decline(&self.store.read()?, doc, change, reason, self.now())?;
        let commit = commit.ok_or(DecideError::NotWaiting)?;
        let declined = commit.refused.len();
        self.store.commit(commit)?;
        Ok(declined)
    }
}
