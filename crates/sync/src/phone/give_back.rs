//! What a township put back from an old copy has lost and this phone still holds: found, sealed, and given back.

use std::collections::{BTreeMap, BTreeSet};

use super::Session;
use crate::ids::{DocId, Heads};
use crate::limits::{MAX_CHANGES, MAX_RETURNED_BYTES, REQUEST_BUDGET_BYTES};
use crate::message::{Chunk, DocHeads, Returned};
use crate::ports::{PhoneGate, PhoneStore, PhoneWrite};
use crate::seal::Seal;

/// Notes what the township asked back, save what it has been given in this session already.
pub(super) fn note(session: &mut Session, wanted: Option<Vec<DocHeads>>) {
    for DocHeads { doc, heads } in wanted.into_iter().flatten() {
        if !session.given.contains(&doc) {
            session.wanted.insert(doc, heads);
        }
    }
}

/// The next documents to give back, in the order of ids, until a request is filled. A document goes whole, because its
/// seal is over its last changes; one whose seal this phone does not have is left to others.
pub(super) fn next<S: PhoneStore, G: PhoneGate>(
    session: &mut Session,
    store: &S,
    gate: &mut G,
) -> Result<Option<Vec<Returned>>, S::Error> {
    let mut returned: Vec<Returned> = Vec::new();
    let (mut bytes, mut count) = (0, 0);
    while let Some((doc, theirs)) = session.wanted.pop_first() {
        let Some(one) = of_document(store, gate, doc, &theirs)? else {
            session.given.insert(doc);
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
    // A base that cannot be read gives nothing back; it is told of elsewhere.
    let Ok(beyond) = gate.beyond(doc, &base, theirs) else { return Ok(None) };
    let bytes: usize = beyond.iter().map(Vec::len).sum();
    if beyond.is_empty() || beyond.len() > MAX_CHANGES || bytes > MAX_RETURNED_BYTES {
        return Ok(None);
    }
    Ok(Some(Returned { doc, heads, seal, changes: beyond.into_iter().map(Chunk).collect() }))
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
