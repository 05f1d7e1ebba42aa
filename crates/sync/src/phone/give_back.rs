//! What a township put back from an old copy has lost and this phone still holds: found, sealed, and given back.

use std::collections::{BTreeMap, BTreeSet};

use super::Session;
use crate::ids::{DocId, Heads};
use crate::limits::{MAX_CHANGES, MAX_RETURNED_BYTES, REQUEST_BUDGET_BYTES};
use crate::message::{Chunk, DocChanges, DocHeads, Entry, Returned};
use crate::ports::{PhoneBase, PhoneGate, PhoneStore, PhoneWrite};
use crate::seal::Seal;

/// What is given back with one request.
pub(super) enum Back {
    /// Under the township's own seal, whoever wrote it.
    Sealed(Vec<Returned>),
    /// What no seal here is over: the sync that would have brought it was cut off before the township was put back. It is
    /// sent like any change: this phone's own is judged again, and what others wrote is theirs to bring.
    Unsealed(Vec<DocChanges>),
}

/// Notes what the township asked back: first what can be given under a seal, then, if it still asks, the rest; each once.
pub(super) fn note(session: &mut Session, wanted: Option<Vec<DocHeads>>) {
    for DocHeads { doc, heads } in wanted.into_iter().flatten() {
        if !session.given.contains(&doc) {
            session.wanted.insert(doc, heads);
        } else if !session.offered.contains(&doc) {
            session.unsealed.insert(doc, heads);
        }
    }
}

/// Leaves out documents the township sends whole and asks back in one breath: what this phone has of them may be a
/// generation the township has lost, and a document taken over would leave nothing to give. They come again once it has.
pub(super) fn put_off(session: &mut Session, entries: &mut Vec<Entry>) {
    let before = entries.len();
    entries.retain(|entry| !matches!(entry, Entry::Granted { doc, .. } if session.wanted.contains_key(doc) || session.unsealed.contains_key(doc)));
    session.gave_back |= entries.len() < before;
}

/// Whether something is still to be given back.
pub(super) fn is_left(session: &Session) -> bool {
    !session.wanted.is_empty() || !session.unsealed.is_empty()
}

/// The next documents to give back, in the order of ids, until a request is filled.
pub(super) fn next<S: PhoneStore, G: PhoneGate>(
    session: &mut Session,
    store: &S,
    gate: &mut G,
) -> Result<Option<Back>, S::Error> {
    if let Some(returned) = sealed(session, store, gate)? {
        return Ok(Some(Back::Sealed(returned)));
    }
    Ok(unsealed(session, store, gate)?.map(Back::Unsealed))
}

/// What lies beyond what the township has, without a seal.
fn unsealed<S: PhoneStore, G: PhoneGate>(
    session: &mut Session,
    store: &S,
    gate: &mut G,
) -> Result<Option<Vec<DocChanges>>, S::Error> {
    let mut offered: Vec<DocChanges> = Vec::new();
    let mut bytes = 0;
    while let Some((doc, theirs)) = session.unsealed.pop_first() {
        let beyond = match store.base(doc)? {
            Some(base) => beyond(gate, doc, &base, &theirs),
            None => Vec::new(),
        };
        let its_bytes: usize = beyond.iter().map(Vec::len).sum();
        if bytes + its_bytes > REQUEST_BUDGET_BYTES && !offered.is_empty() {
            session.unsealed.insert(doc, theirs);
            break;
        }
        session.offered.insert(doc);
        bytes += its_bytes;
        if !beyond.is_empty() {
            offered.push(DocChanges { doc, changes: beyond.into_iter().map(Chunk).collect() });
        }
    }
    session.gave_back |= !offered.is_empty();
    Ok(Some(offered).filter(|offered| !offered.is_empty()))
}

/// A document goes whole, because its seal is over its last changes.
fn sealed<S: PhoneStore, G: PhoneGate>(
    session: &mut Session,
    store: &S,
    gate: &mut G,
) -> Result<Option<Vec<Returned>>, S::Error> {
    let mut returned: Vec<Returned> = Vec::new();
    let (mut bytes, mut count) = (0, 0);
    while let Some((doc, theirs)) = session.wanted.pop_first() {
        let Some(one) = of_document(store, gate, doc, &theirs)? else {
            session.given.insert(doc);
            session.unsealed.insert(doc, theirs);
            continue;
        };
        let its_bytes: usize = one.changes.iter().map(|chunk| chunk.0.len()).sum();
        let full = bytes + its_bytes > REQUEST_BUDGET_BYTES || count + one.changes.len() > MAX_CHANGES;
        if full && !returned.is_empty() {
            session.wanted.insert(doc, theirs);
            break;
        }
        session.given.insert(doc);
        bytes += its_bytes;
        count += one.changes.len();
        returned.push(one);
    }
    session.gave_back |= !returned.is_empty();
    session.summary.given_back += u32::try_from(count).unwrap_or(u32::MAX);
    Ok(Some(returned).filter(|returned| !returned.is_empty()))
}

/// What this phone can give back of one document; nothing if it has no seal, or no more than the township has.
fn of_document<S: PhoneStore, G: PhoneGate>(
    store: &S,
    gate: &mut G,
    doc: DocId,
    theirs: &Heads,
) -> Result<Option<Returned>, S::Error> {
    let Some(base) = store.base(doc)? else { return Ok(None) };
    let Some((heads, seal)) = base.sealed.clone() else { return Ok(None) };
    let beyond = beyond(gate, doc, &base, theirs);
    if beyond.is_empty() {
        return Ok(None);
    }
    Ok(Some(Returned { doc, heads, seal, changes: beyond.into_iter().map(Chunk).collect() }))
}

/// What a base holds beyond these heads, if it can travel. A base that cannot be read gives nothing back; it is told of
/// elsewhere.
fn beyond<G: PhoneGate>(gate: &mut G, doc: DocId, base: &PhoneBase, theirs: &Heads) -> Vec<Vec<u8>> {
    let beyond = gate.beyond(doc, base, theirs).unwrap_or_default();
    let bytes: usize = beyond.iter().map(Vec::len).sum();
    if beyond.len() > MAX_CHANGES || bytes > MAX_RETURNED_BYTES { Vec::new() } else { beyond }
}

/// The seals of a reply that are over what this phone holds once the reply is stored; `after` are the heads it brings.
pub(super) fn seals<S: PhoneStore>(
    store: &S,
    spoken_of: Vec<DocId>,
    seals: Option<Vec<Option<Seal>>>,
    after: &BTreeMap<DocId, Heads>,
) -> Result<Vec<PhoneWrite>, S::Error> {
    let sealed: Vec<(DocId, Seal)> =
        spoken_of.into_iter().zip(seals.unwrap_or_default()).filter_map(|(doc, seal)| Some((doc, seal?))).collect();
    if sealed.is_empty() {
        return Ok(Vec::new());
    }
    let asked: BTreeSet<DocId> = sealed.iter().map(|(doc, _)| *doc).filter(|doc| !after.contains_key(doc)).collect();
    let mut heads = after.clone();
    if !asked.is_empty() {
        let held = store.documents()?.into_iter().filter(|held| asked.contains(&held.doc));
        heads.extend(held.map(|held| (held.doc, held.heads)));
    }
    let fits = sealed.into_iter().filter_map(|(doc, seal)| {
        let heads = heads.get(&doc).filter(|heads| seal.names(doc, heads))?;
        Some(PhoneWrite::Seal { doc, heads: heads.clone(), seal })
    });
    Ok(fits.collect())
}
