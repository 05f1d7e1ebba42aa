//! The limits on what a message says, the same for what we send and for what we get.

use std::collections::BTreeSet;

use super::{Limit, WireError};
use crate::ids::Heads;
use crate::limits::{
    MAX_CHANGE_BYTES, MAX_CHANGES, MAX_DOCUMENTS, MAX_HEADS, MAX_KEY_BYTES, MAX_REASON_CHARS, MAX_SEALS,
    MAX_SIGNED_BYTES, MAX_SNAPSHOT_BYTES, MAX_TOWNSHIP_KEYS,
};
use crate::message::{Chunk, DocChanges, Entry, Holds, Reply, Request, Verdict};
use crate::signed::Signed;

pub(super) fn request(request: &Request) -> Result<(), WireError> {
    let mut total = Total::default();
    let mut named = BTreeSet::new();
    for doc in &request.changes {
        total.doc_changes(doc)?;
        // Named twice, a document would be judged twice on the same ground.
        if !named.insert(doc.doc) {
            return Err(WireError::Malformed);
        }
    }
    within(request.new_key.as_ref().map_or(0, |new| new.public_key.len()), MAX_KEY_BYTES, Limit::SignedBytes)?;
    let mut returned = BTreeSet::new();
    for doc in request.returned.iter().flatten() {
        total.document()?;
        total.changes(&doc.changes)?;
        heads(&doc.heads)?;
        if !returned.insert(doc.doc) {
            return Err(WireError::Malformed);
        }
    }
    match &request.holds {
        Some(list) => holds(list),
        None => Ok(()),
    }
}

pub(super) fn reply(reply: &Reply) -> Result<(), WireError> {
    within(reply.verdicts.len(), MAX_CHANGES, Limit::Changes)?;
    reply.verdicts.iter().try_for_each(verdict)?;
    let mut total = Total::default();
    for entry in &reply.entries {
        match entry {
            Entry::Changes(doc) => total.doc_changes(doc)?,
            Entry::Granted { snapshot, changes, .. } => {
                total.document()?;
                let bytes = snapshot.as_ref().map_or(0, |Chunk(bytes)| bytes.len());
                within(bytes, MAX_SNAPSHOT_BYTES, Limit::SnapshotBytes)?;
                total.changes(changes)?;
            }
            Entry::Withdrawn { .. } => total.document()?,
            Entry::Settled { verdict: settled, .. } => {
                total.document()?;
                verdict(settled)?;
            }
        }
    }
    within(reply.seals.as_ref().map_or(0, Vec::len), MAX_SEALS, Limit::Documents)?;
    let late = reply.late.as_deref().unwrap_or_default();
    if !late.is_sorted_by(|one, next| one < next)
        || late.last().is_some_and(|last| *last as usize >= reply.verdicts.len())
    {
        return Err(WireError::Malformed);
    }
    let wanted = reply.wanted.as_deref().unwrap_or_default();
    within(wanted.len(), MAX_DOCUMENTS, Limit::Documents)?;
    let keys = reply.keys.as_deref().unwrap_or_default();
    within(keys.len(), MAX_TOWNSHIP_KEYS, Limit::SignedBytes)?;
    keys.iter().chain(&reply.certificate).try_for_each(signed)?;
    wanted.iter().try_for_each(|doc| heads(&doc.heads))
}

/// What one message names altogether.
#[derive(Default)]
struct Total {
    documents: usize,
    changes: usize,
}

impl Total {
    fn document(&mut self) -> Result<(), WireError> {
        self.documents += 1;
        within(self.documents, MAX_DOCUMENTS, Limit::Documents)
    }

    fn changes(&mut self, changes: &[Chunk]) -> Result<(), WireError> {
        self.changes += changes.len();
        within(self.changes, MAX_CHANGES, Limit::Changes)?;
        changes.iter().try_for_each(|Chunk(bytes)| within(bytes.len(), MAX_CHANGE_BYTES, Limit::ChangeBytes))
    }

    fn doc_changes(&mut self, doc: &DocChanges) -> Result<(), WireError> {
        self.document()?;
        self.changes(&doc.changes)
    }
}

fn holds(list: &Holds) -> Result<(), WireError> {
    within(list.docs.len(), MAX_DOCUMENTS, Limit::Documents)?;
    list.docs.iter().try_for_each(|doc| heads(&doc.heads))?;
    // Sorted and inside the range, so that the township can compare it in one pass.
    let sorted = list.docs.is_sorted_by(|a, b| a.doc < b.doc);
    let begins = list.after.is_none_or(|after| list.docs.first().is_none_or(|doc| doc.doc > after));
    let ends = list.until.is_none_or(|until| list.docs.last().is_none_or(|doc| doc.doc <= until));
    if sorted && begins && ends { Ok(()) } else { Err(WireError::Malformed) }
}

fn signed(signed: &Signed) -> Result<(), WireError> {
    within(signed.said.len(), MAX_SIGNED_BYTES, Limit::SignedBytes)
}

fn heads(heads: &Heads) -> Result<(), WireError> {
    within(heads.hashes().len(), MAX_HEADS, Limit::Heads)
}

fn verdict(verdict: &Verdict) -> Result<(), WireError> {
    match verdict {
        Verdict::Refused { reason, .. } => within(reason.chars().count(), MAX_REASON_CHARS, Limit::ReasonChars),
        Verdict::Recorded | Verdict::Known | Verdict::Held { .. } => Ok(()),
    }
}

fn within(count: usize, max: usize, limit: Limit) -> Result<(), WireError> {
    if count > max { Err(WireError::Limit(limit)) } else { Ok(()) }
}
