//! What a reply means: the documents it speaks of, the phone's new standing, and whether to ask again.

use std::collections::{BTreeMap, BTreeSet};

use super::Session;
use super::compose::next_changes;
use super::document::{self, Named, News};
use super::give_back;
use crate::ids::{ChangeHash, DocId, Heads, LogId};
use crate::message::{Entry, Reply, Request};
use crate::ports::{PendingState, PhoneGate, PhoneStanding, PhoneStore, PhoneWrite};

/// What comes after a reply.
pub(super) enum Outcome {
    AskAgain,
    Over,
}

/// Absorbs `reply` in one transaction.
pub(super) fn reply<S: PhoneStore, G: PhoneGate>(
    session: &mut Session,
    store: &mut S,
    gate: &mut G,
    request: &Request,
    mut reply: Reply,
) -> Result<Outcome, S::Error> {
    let mut standing = store.standing()?;
    if (standing.log, standing.position, standing.digest) != (request.log, request.position, request.digest) {
        return Ok(Outcome::AskAgain);
    }
    let before = standing.clone();
    let met = standing.log != LogId::default();
    let new_log = met && reply.log != standing.log;
    let mut writes = Vec::new();
    let (spoken_of, seals) = (reply.spoken_of(request), reply.seals.take());
    if new_log {
        // Another life of the log: its entries say nothing about what this phone holds. Its verdicts are good.
        reply.entries.clear();
        writes.extend(keep_held(store)?);
    }
    session.summary.late += late(store, request, &reply)?;
    advance(session, &mut standing, request, &reply, new_log);
    give_back::note(session, reply.wanted.take());
    give_back::put_off(session, &mut reply.entries);
    let idle = request.changes.is_empty() && reply.entries.is_empty();
    let mut after = BTreeMap::new();
    if !idle {
        after = documents(session, store, gate, &mut standing, request, &mut reply, &mut writes)?;
    }
    writes.extend(give_back::seals(store, spoken_of, seals, &after)?);
    if !give_back::is_left(session) && session.compared && std::mem::take(&mut session.gave_back) {
        // The township knows more than when the list was compared: it may give, and take, something else now.
        (session.listed, session.compared, standing.list_heads) = (None, false, true);
        // Own changes may have waited for just that.
        session.waiting.clear();
    }

    let (more_to_send, waiting) = more_to_send(session, store, &writes)?;
    session.summary.waiting = waiting;
    let more_to_send = more_to_send || give_back::is_left(session);
    let same = standing.digest == reply.digest;
    // Nothing was said and nothing moved: asking the same again would get the same answer.
    let stuck = idle
        && before == standing
        && request.holds.is_none()
        && request.returned.is_none()
        && !give_back::is_left(session);
    let outcome = if same && !reply.more && !more_to_send {
        session.summary.proven = true;
        standing.list_heads = false;
        Outcome::Over
    } else if reply.retry_after_s.is_some() {
        Outcome::Over
    } else if stuck {
        session.summary.unsettled = true;
        standing.list_heads = false;
        Outcome::Over
    } else if reply.more || more_to_send || (standing.list_heads && !session.compared) {
        Outcome::AskAgain
    } else {
        standing.list_heads = !session.compared;
        session.summary.unsettled = session.compared;
        if session.compared { Outcome::Over } else { Outcome::AskAgain }
    };
    session.summary.retry_after_s = reply.retry_after_s;
    // What is to be given back is known to this sync alone: one that is cut off begins with the list again, before anything the
    // township says since can take a document away of which it has lost something.
    standing.list_heads |= give_back::is_left(session);
    if standing != before {
        writes.push(PhoneWrite::Standing(standing));
    }
    if !writes.is_empty() {
        store.commit(writes)?;
    }
    Ok(outcome)
}

/// Moves the standing to where the reply says, and the list of what this phone holds to where the township has compared it.
fn advance(session: &mut Session, standing: &mut PhoneStanding, request: &Request, reply: &Reply, new_log: bool) {
    standing.log = reply.log;
    standing.position = reply.position;
    if new_log {
        // Whatever was compared was compared with another life.
        standing.list_heads = true;
        (session.listed, session.compared, session.gave_back) = (None, false, false);
        session.wanted.clear();
        session.given.clear();
        session.unsealed.clear();
        session.offered.clear();
        return;
    }
    let Some(holds) = &request.holds else {
        standing.list_heads |= reply.list_heads;
        return;
    };
    let reached = if reply.list_heads { last_document(reply) } else { holds.until };
    let moved_on = reached.filter(|reached| holds.after.is_none_or(|after| *reached > after));
    // The end of the list, or a township that does not move on: either way there is no more to compare.
    session.compared = moved_on.is_none();
    session.listed = moved_on;
    standing.list_heads = moved_on.is_some();
}

/// How many changes went in late that this phone had not heard of yet.
fn late<S: PhoneStore>(store: &S, request: &Request, reply: &Reply) -> Result<u32, S::Error> {
    let mut count = 0;
    for (doc, bytes) in reply.late_changes(request) {
        let pending = store.pending(Some(doc))?;
        count += u32::from(pending.iter().any(|change| change.bytes == bytes));
    }
    Ok(count)
}

fn last_document(reply: &Reply) -> Option<DocId> {
    reply.entries.iter().map(document_of).max()
}

fn document_of(entry: &Entry) -> DocId {
    match entry {
        Entry::Changes(changes) => changes.doc,
        Entry::Granted { doc, .. } | Entry::Withdrawn { doc } | Entry::Settled { doc, .. } => *doc,
    }
}

/// A new log may have lost what an earlier one held for the office: such changes are sent again.
fn keep_held<S: PhoneStore>(store: &S) -> Result<Vec<PhoneWrite>, S::Error> {
    let held = store.pending(None)?.into_iter().filter(|change| matches!(change.state, PendingState::Held(_)));
    Ok(held
        .map(|change| PhoneWrite::PendingState { doc: change.doc, hash: change.hash, state: PendingState::Kept })
        .collect())
}

/// Whether a change will still wait for its first verdict once `writes` are stored; and how many will, of documents that
/// have to wait for something else.
fn more_to_send<S: PhoneStore>(session: &Session, store: &S, writes: &[PhoneWrite]) -> Result<(bool, u32), S::Error> {
    let mut moved: BTreeMap<(DocId, ChangeHash), Option<&PendingState>> = BTreeMap::new();
    for write in writes {
        match write {
            PhoneWrite::PendingState { doc, hash, state } => moved.insert((*doc, *hash), Some(state)),
            PhoneWrite::Settled { doc, hash } => moved.insert((*doc, *hash), None),
            _ => None,
        };
    }
    let mut pending = store.pending(None)?;
    pending.retain_mut(|change| match moved.get(&(change.doc, change.hash)) {
        Some(Some(state)) => {
            change.state = (*state).clone();
            true
        }
        Some(None) => false,
        None => true,
    });
    let unjudged = pending.iter().filter(|change| matches!(change.state, PendingState::Kept | PendingState::Carried));
    let waiting = unjudged.filter(|change| session.waiting.contains(&change.doc)).count();
    let more = next_changes(pending, &session.waiting).next().is_some();
    Ok((more, u32::try_from(waiting).unwrap_or(u32::MAX)))
}

/// Gathers what the reply says by document, and absorbs each document by itself, so that a bad one blocks no other. Says
/// which heads each stands at then.
fn documents<S: PhoneStore, G: PhoneGate>(
    session: &mut Session,
    store: &S,
    gate: &mut G,
    standing: &mut PhoneStanding,
    request: &Request,
    reply: &mut Reply,
    writes: &mut Vec<PhoneWrite>,
) -> Result<BTreeMap<DocId, Heads>, S::Error> {
    let mut news: BTreeMap<DocId, News> = BTreeMap::new();
    let mut verdicts = std::mem::take(&mut reply.verdicts).into_iter();
    for sent in &request.changes {
        let news = news.entry(sent.doc).or_default();
        let named = sent.changes.iter().map(|chunk| Named::Bytes(chunk.0.clone()));
        news.verdicts.extend(named.zip(verdicts.by_ref()));
    }
    for entry in std::mem::take(&mut reply.entries) {
        let news = news.entry(document_of(&entry)).or_default();
        match entry {
            Entry::Changes(sent) if news.withdrawn != Some(true) => news.changes.extend(sent.changes),
            // Changes of a document that was just withdrawn: not for this reader.
            Entry::Changes(_) => {}
            Entry::Granted { snapshot, changes, .. } => {
                news.granted = Some((snapshot, changes));
                news.changes.clear();
                news.withdrawn = Some(false);
            }
            Entry::Withdrawn { .. } => {
                news.granted = None;
                news.changes.clear();
                news.withdrawn = Some(true);
                session.summary.withdrawn += 1;
            }
            Entry::Settled { hash, verdict, .. } => news.verdicts.push((Named::Hash(hash), verdict)),
        }
    }
    let withdrawn: BTreeSet<DocId> =
        store.documents()?.into_iter().filter(|doc| doc.withdrawn).map(|doc| doc.doc).collect();
    // The author may have discarded what a withdrawn document was kept for.
    for doc in withdrawn.iter().filter(|doc| !news.contains_key(doc)) {
        if store.pending(Some(*doc))?.iter().all(|change| matches!(change.state, PendingState::Refused(..))) {
            writes.push(PhoneWrite::Forget { doc: *doc });
        }
    }
    let mut after = BTreeMap::new();
    for (doc, news) in news {
        let granted = news.granted.is_some();
        let outcome = document::absorb(store, gate, doc, withdrawn.contains(&doc), news, &mut session.summary)?;
        standing.digest = standing.digest.without(outcome.before).with(outcome.after);
        writes.extend(outcome.writes);
        after.insert(doc, outcome.heads);
        if outcome.waits {
            session.waiting.insert(doc);
        } else if granted {
            session.waiting.remove(&doc);
        }
    }
    Ok(after)
}
