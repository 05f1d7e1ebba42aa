//! What to ask: the phone's own changes within a budget, or the list of what it holds.

use std::collections::{BTreeMap, BTreeSet};

use super::Session;
use super::give_back::Back;
use crate::ids::DocId;
use crate::limits::{HOLDS_PER_REQUEST, MAX_CHANGE_BYTES, MAX_CHANGES, REQUEST_BUDGET_BYTES};
use crate::message::{Chunk, DocChanges, DocHeads, Holds, Request};
use crate::ports::{PendingChange, PendingState, PhoneStore};

/// The next request. What the township asked back comes first and alone, then the list of what the phone holds: changes
/// that build on something the township lost are better judged after the repair.
pub(super) fn request<S: PhoneStore>(session: &Session, store: &S, back: Option<Back>) -> Result<Request, S::Error> {
    let standing = store.standing()?;
    let listing = standing.list_heads && !session.compared;
    let (changes, holds, returned) = match (back, listing) {
        (Some(Back::Sealed(returned)), _) => (Vec::new(), None, Some(returned)),
        (Some(Back::Unsealed(changes)), _) => (changes, None, None),
        (None, true) => (Vec::new(), Some(holds(session, store)?), None),
        (None, false) => (changes(session, store)?, None, None),
    };
    Ok(Request {
        device: session.device,
        log: standing.log,
        position: standing.position,
        digest: standing.digest,
        changes,
        holds,
        budget: session.budget,
        returned,
        ..Request::default()
    })
}

/// The changes that are still to be judged, in their order. Held ones are with the township already; refused ones have
/// their answer; a change that is too large to travel stays, and with it what follows it in its document.
pub(super) fn next_changes(
    pending: Vec<PendingChange>,
    waiting: &BTreeSet<DocId>,
) -> impl Iterator<Item = PendingChange> {
    let mut blocked = waiting.clone();
    pending.into_iter().filter(move |change| {
        if !matches!(change.state, PendingState::Kept | PendingState::Carried) {
            return false;
        }
        if change.bytes.len() > MAX_CHANGE_BYTES {
            blocked.insert(change.doc);
        }
        !blocked.contains(&change.doc)
    })
}

/// Unjudged changes, oldest first, until the budget is filled. What is left out of a document is always its newest part,
/// because a change follows the ones before it.
fn changes<S: PhoneStore>(session: &Session, store: &S) -> Result<Vec<DocChanges>, S::Error> {
    let mut changes: Vec<DocChanges> = Vec::new();
    let mut places: BTreeMap<DocId, usize> = BTreeMap::new();
    let (mut bytes, mut count) = (0, 0);
    for change in next_changes(store.pending(None)?, &session.waiting) {
        if count == MAX_CHANGES || bytes + change.bytes.len() > REQUEST_BUDGET_BYTES {
            break;
        }
        bytes += change.bytes.len();
        count += 1;
        let place = *places.entry(change.doc).or_insert(changes.len());
        match changes.get_mut(place) {
            Some(doc) => doc.changes.push(Chunk(change.bytes)),
            None => changes.push(DocChanges { doc: change.doc, changes: vec![Chunk(change.bytes)] }),
        }
    }
    Ok(changes)
}

/// The next piece of the list of what the phone holds.
fn holds<S: PhoneStore>(session: &Session, store: &S) -> Result<Holds, S::Error> {
    let mut docs: Vec<DocHeads> = store
        .documents()?
        .into_iter()
        .filter(|doc| !doc.withdrawn && !doc.heads.is_empty() && session.listed.is_none_or(|after| doc.doc > after))
        .map(|doc| DocHeads { doc: doc.doc, heads: doc.heads })
        .collect();
    docs.sort_by_key(|doc| doc.doc);
    let until = (docs.len() > HOLDS_PER_REQUEST).then(|| {
        docs.truncate(HOLDS_PER_REQUEST);
        docs.last().map(|doc| doc.doc)
    });
    Ok(Holds { after: session.listed, until: until.flatten(), docs })
}
