//! Prose that several people write together, letter by letter: the minutes of a meeting, and nothing else so far.
//!
//! It is the one value of a document that is no scalar. The genesis makes it, so that every replica has the same one; what
//! people do to it is to insert characters and to delete characters, and the gate lets in nothing else
//! (`docs/adr/0006-shared-prose.md`).

use std::collections::BTreeMap;

use automerge::transaction::{Transactable as _, Transaction};
use automerge::{Automerge, ObjId, ROOT, ReadDoc};

use super::{Document, WriteError};
use crate::Private;
use crate::ids::{ActorId, DocKind};

mod compare;

use compare::{Same, same_parts};

/// The key under which the genesis makes the prose, in the kinds that have any.
pub const PROSE_KEY: &str = "minutes";

/// The genesis's operation that makes the prose: it comes after the id and the schema, in every generation.
pub(crate) const PROSE_COUNTER: u64 = 3;

/// Whether documents of a kind have prose. The genesis depends on it: a kind that has documents never changes.
pub(crate) const fn has_prose(kind: DocKind) -> bool {
    matches!(kind, DocKind::Meeting)
}

/// A character by its name: the operation that inserted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CharId {
    /// Whose operation.
    pub actor: ActorId,
    /// Its counter.
    pub counter: u64,
}

/// What one save does to a document's prose.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wanted {
    /// It is to say `text`; whoever wants it so had `read` before their eyes (nothing: what the document says now).
    Says { read: Option<Private<String>>, text: Private<String> },
    /// These words come after all others, as paragraphs of their own.
    Added(Private<String>),
}

/// Deletes `gone` characters from a place, and puts `text` there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Splice {
    at: usize,
    gone: usize,
    text: String,
}

impl Document {
    /// What the prose under a key says; `None` under any other key, and in kinds without prose.
    pub fn prose(&self, key: &str) -> Option<String> {
        let prose = (key == PROSE_KEY).then(|| self.prose_object())??;
        self.whole().ok()?.text(&prose).ok()
    }

    /// How many characters the prose has; nought in kinds without any.
    pub fn prose_length(&self) -> usize {
        self.prose_object().and_then(|prose| Some(self.whole().ok()?.length(&prose))).unwrap_or(0)
    }

    fn prose_object(&self) -> Option<ObjId> {
        has_prose(self.id.kind()).then(|| prose_object(self.id.kind(), self.whole().ok()?)).flatten()
    }
}

/// The object that holds the prose, if the kind has any.
pub(super) fn prose_object(kind: DocKind, inner: &impl ReadDoc) -> Option<ObjId> {
    let found = has_prose(kind).then(|| inner.get(ROOT, PROSE_KEY).ok().flatten())?;
    found.and_then(|(value, id)| value.is_object().then_some(id))
}

/// Every character of a document's prose in order, each with the operation that wrote it.
pub(super) fn characters(kind: DocKind, inner: &Automerge) -> Vec<(char, ObjId)> {
    let Some(prose) = prose_object(kind, inner) else { return Vec::new() };
    let all = inner.list_range(&prose, ..).filter_map(|item| {
        let id = item.id();
        let value = automerge::Value::from(item.value);
        Some((value.as_str()?.chars().next()?, id))
    });
    all.collect()
}

/// Makes the prose what is wanted, touching no character that may stay.
pub(super) fn write(tx: &mut Transaction<'_>, kind: DocKind, wanted: &Wanted) -> Result<(), WriteError> {
    let prose = prose_object(kind, tx).ok_or(WriteError::NoProse)?;
    let now = tx.text(&prose).map_err(|_| WriteError::Document)?;
    let splices = match wanted {
        Wanted::Says { read, text } => splices(read.as_ref().map_or(now.as_str(), |read| read.as_str()), &now, text),
        Wanted::Added(text) if text.is_empty() => Vec::new(),
        Wanted::Added(text) => {
            let line = if now.is_empty() || now.ends_with('\n') { "" } else { "\n" };
            vec![Splice { at: now.chars().count(), gone: 0, text: format!("{line}{}", text.as_str()) }]
        }
    };
    // In the order of reading, so that the words come in that order when they are shown without their text.
    let (mut came, mut went) = (0, 0);
    for Splice { at, gone, text } in &splices {
        let goes = isize::try_from(*gone).map_err(|_| WriteError::Document)?;
        tx.splice_text(&prose, at + came - went, goes, text).map_err(|_| WriteError::Document)?;
        (came, went) = (came + text.chars().count(), went + gone);
    }
    Ok(())
}

/// What to do to `now` so that it says what `text` says of `read`, and keeps what others did to `read` meanwhile.
fn splices(read: &str, now: &str, text: &str) -> Vec<Splice> {
    let [read, now, text] = [read, now, text].map(|text| text.chars().collect::<Vec<char>>());
    let stays = places(&same_parts(&read, &now), read.len());
    let mut gone = vec![false; now.len()];
    let mut added: BTreeMap<usize, String> = BTreeMap::new();
    let (mut from, mut to) = (0, 0);
    let end = Same { from: read.len(), to: text.len(), length: 0 };
    for same in same_parts(&read, &text).into_iter().chain([end]) {
        let stays_before = stays.get(..from).unwrap_or_default();
        let after = stays_before.iter().rev().find_map(|place| *place).map_or(0, |place| place + 1);
        let words = text.get(to..same.to).unwrap_or_default();
        if !words.is_empty() {
            added.entry(after).or_default().extend(words);
        }
        for place in stays.get(from..same.from).unwrap_or_default().iter().flatten() {
            gone.get_mut(*place).into_iter().for_each(|gone| *gone = true);
        }
        (from, to) = (same.from + same.length, same.to + same.length);
    }
    gather(&gone, added)
}

/// Where each character of a text stands in another one, if it does.
fn places(same: &[Same], length: usize) -> Vec<Option<usize>> {
    let mut places = vec![None; length];
    for part in same {
        let kept = places.iter_mut().skip(part.from).take(part.length);
        kept.zip(part.to..).for_each(|(place, to)| *place = Some(to));
    }
    places
}

fn gather(gone: &[bool], mut added: BTreeMap<usize, String>) -> Vec<Splice> {
    let mut splices: Vec<Splice> = Vec::new();
    for at in 0..=gone.len() {
        let goes = gone.get(at).copied().unwrap_or(false);
        let text = added.remove(&at).unwrap_or_default();
        match splices.last_mut() {
            Some(last) if text.is_empty() && goes && last.at + last.gone == at => last.gone += 1,
            _ if goes || !text.is_empty() => splices.push(Splice { at, gone: usize::from(goes), text }),
            _ => {}
        }
    }
    splices
}

#[cfg(test)]
mod costs;
#[cfg(test)]
mod tests;
