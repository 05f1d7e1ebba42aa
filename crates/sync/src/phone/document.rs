//! One document and everything one reply says about it, worked out before anything is written.

use super::Summary;
use crate::ids::{ChangeHash, Digest, DocId, Heads};
use crate::message::{Chunk, RefusedCode, Verdict};
use crate::ports::{Admitted, PendingChange, PendingState, PhoneBase, PhoneGate, PhoneStore, PhoneWrite, Received};

/// What a reply says about one document, in the order in which it was said.
#[derive(Default)]
pub(super) struct News {
    /// Verdicts on this phone's own changes: those of the request, then those the office gave later.
    pub(super) verdicts: Vec<(Named, Verdict)>,
    /// The document as a whole, if it was granted; what came before it is part of it.
    pub(super) granted: Option<(Option<Chunk>, Vec<Chunk>)>,
    /// Changes of others, after the grant if there was one.
    pub(super) changes: Vec<Chunk>,
    /// Whether it was withdrawn (`true`) or granted (`false`) last.
    pub(super) withdrawn: Option<bool>,
}

/// One of this phone's own changes, as the reply names it.
pub(super) enum Named {
    /// By the bytes that were sent.
    Bytes(Vec<u8>),
    /// By its hash.
    Hash(ChangeHash),
}

/// What becomes of the document.
pub(super) struct Outcome {
    pub(super) writes: Vec<PhoneWrite>,
    /// What the document contributed to the digest before, and contributes now.
    pub(super) before: Digest,
    pub(super) after: Digest,
    /// The heads of its base now.
    pub(super) heads: Heads,
    /// Its own changes are better not sent again before something else has happened.
    pub(super) waits: bool,
}

/// Works out what `news` means for a document that is (or is not) marked as withdrawn.
pub(super) fn absorb<S: PhoneStore, G: PhoneGate>(
    store: &S,
    gate: &mut G,
    doc: DocId,
    was_withdrawn: bool,
    news: News,
    summary: &mut Summary,
) -> Result<Outcome, S::Error> {
    let old = store.base(doc)?;
    let mut pending = store.pending(Some(doc))?;
    let mut work = Work { doc, base: old.clone().unwrap_or_default(), writes: Vec::new(), summary };
    let withdrawn = news.withdrawn.unwrap_or(was_withdrawn);

    let judged = work.verdicts(&mut pending, news.verdicts);
    let changes = match news.granted {
        Some((snapshot, changes)) => match work.open(gate, old.as_ref(), snapshot, changes) {
            true => news.changes,
            // What follows a document that was not let in cannot be let in either.
            false => Vec::new(),
        },
        None => news.changes,
    };
    let settled = work.extend(gate, &judged.recorded, changes, withdrawn);
    if settled {
        pending.retain(|change| !judged.settled.contains(&change.hash));
        work.writes.extend(judged.settled.iter().map(|hash| PhoneWrite::Settled { doc, hash: *hash }));
    }

    let Work { base, mut writes, .. } = work;
    let unsettled = pending.iter().any(|change| !matches!(change.state, PendingState::Refused(..)));
    let held_before = old.is_some() && !was_withdrawn;
    if withdrawn && !unsettled {
        writes.push(PhoneWrite::Forget { doc });
    } else {
        if withdrawn != was_withdrawn {
            writes.push(PhoneWrite::Withdrawn { doc, withdrawn });
        }
        pending.retain(|change| !matches!(change.state, PendingState::Refused(..)));
        // A card that cannot be made leaves the one there is; the document itself is not in doubt.
        if let Ok(card) = gate.card(doc, &base, &pending) {
            writes.push(PhoneWrite::Card { doc, card });
        }
    }
    let part = |counts: bool, heads: &Heads| if counts { Digest::of(doc, heads) } else { Digest::EMPTY };
    Ok(Outcome {
        writes,
        before: part(held_before, &old.unwrap_or_default().heads),
        after: part(!withdrawn, &base.heads),
        heads: base.heads,
        waits: judged.waits || !settled,
    })
}

/// What the verdicts say about own changes.
#[derive(Default)]
struct Judgement {
    /// Changes that are part of the township's record now, in order.
    recorded: Vec<Received>,
    /// Their names, as far as they were still pending here.
    settled: Vec<ChangeHash>,
    waits: bool,
}

/// Whether the township has said nothing about a change that stands.
fn is_unjudged(change: &PendingChange) -> bool {
    matches!(change.state, PendingState::Kept | PendingState::Carried)
}

struct Work<'a> {
    doc: DocId,
    base: PhoneBase,
    writes: Vec<PhoneWrite>,
    summary: &'a mut Summary,
}

impl Work<'_> {
    /// Sorts verdicts into what joins the base and what changes its state, in `pending` as well as in the writes.
    fn verdicts(&mut self, pending: &mut [PendingChange], verdicts: Vec<(Named, Verdict)>) -> Judgement {
        let mut judged = Judgement::default();
        for (named, verdict) in verdicts {
            let index = pending.iter().position(|change| match &named {
                Named::Bytes(bytes) => change.bytes == *bytes,
                Named::Hash(hash) => change.hash == *hash,
            });
            let hash = index.and_then(|index| pending.get(index)).map(|change| change.hash);
            match verdict {
                Verdict::Recorded | Verdict::Known => {
                    let own = index.and_then(|index| pending.get(index)).map(|change| change.bytes.clone());
                    let bytes = match named {
                        Named::Bytes(bytes) => Some(bytes),
                        Named::Hash(_) => own,
                    };
                    let counter =
                        if verdict == Verdict::Known { &mut self.summary.known } else { &mut self.summary.recorded };
                    *counter += u32::from(hash.is_some());
                    judged.recorded.extend(bytes.map(Received::new));
                    judged.settled.extend(hash);
                }
                Verdict::Held { reason } => {
                    self.summary.held += u32::from(hash.is_some());
                    self.set_state(pending, index, PendingState::Held(reason));
                }
                Verdict::Refused { code: RefusedCode::MissingDependency, .. } => {
                    judged.waits = true;
                }
                // What follows a change that waits, waits with it.
                Verdict::Refused { code: RefusedCode::FollowsRefused, .. }
                    if judged.waits && index.and_then(|index| pending.get(index)).is_some_and(is_unjudged) => {}
                Verdict::Refused { code, reason } => self.refuse(pending, index, code, reason),
            }
        }
        judged
    }

    /// Refuses a change, and with it every later one of the document that has no verdict: a host writes on top of what
    /// is there, so a later change follows the earlier ones.
    fn refuse(&mut self, pending: &mut [PendingChange], index: Option<usize>, code: RefusedCode, reason: String) {
        let Some(index) = index else { return };
        if pending.get(index).is_some_and(|change| matches!(change.state, PendingState::Refused(..))) {
            return;
        }
        self.summary.refused += 1;
        self.set_state(pending, Some(index), PendingState::Refused(code, reason));
        for later in index + 1..pending.len() {
            if pending.get(later).is_some_and(is_unjudged) {
                self.summary.refused += 1;
                let state = PendingState::Refused(RefusedCode::FollowsRefused, String::new());
                self.set_state(pending, Some(later), state);
            }
        }
    }

    fn set_state(&mut self, pending: &mut [PendingChange], index: Option<usize>, state: PendingState) {
        let Some(change) = index.and_then(|index| pending.get_mut(index)) else { return };
        if change.state != state {
            change.state = state.clone();
            self.writes.push(PhoneWrite::PendingState { doc: self.doc, hash: change.hash, state });
        }
    }

    /// Takes a granted document in. Refused by the gate, it stays as it was.
    fn open<G: PhoneGate>(
        &mut self,
        gate: &mut G,
        old: Option<&PhoneBase>,
        snapshot: Option<Chunk>,
        changes: Vec<Chunk>,
    ) -> bool {
        let snapshot = snapshot.map(|Chunk(bytes)| bytes);
        let changes = changes.into_iter().map(|Chunk(bytes)| Received::new(bytes)).collect();
        match gate.open(self.doc, old, snapshot.as_deref(), changes) {
            Ok(opened) => {
                self.summary.granted += 1;
                self.base = PhoneBase { heads: opened.heads, snapshot: Some(opened.snapshot), ..PhoneBase::default() };
                self.write_base(self.base.snapshot.clone(), Vec::new());
                true
            }
            Err(_) => {
                self.summary.not_admitted += 1;
                false
            }
        }
    }

    /// Adds recorded changes: the phone's own first, since others may follow them. Whether the own ones are in the base.
    fn extend<G: PhoneGate>(&mut self, gate: &mut G, own: &[Received], others: Vec<Chunk>, withdrawn: bool) -> bool {
        let others: Vec<_> = others.into_iter().map(|Chunk(bytes)| Received::new(bytes)).collect();
        if own.is_empty() && others.is_empty() {
            return true;
        }
        let both = own.iter().chain(&others).cloned().collect();
        if self.try_extend(gate, own, both) {
            return true;
        }
        // What was recorded in an earlier generation is settled: the base holds what became of it.
        let closed = gate.left_behind(self.doc, &self.base, own).unwrap_or_default();
        if !closed.is_empty() {
            let present: Vec<_> = own.iter().filter(|change| !closed.contains(change)).cloned().collect();
            let others = others.into_iter().map(|change| Chunk(change.into_bytes())).collect();
            return self.extend(gate, &present, others, withdrawn);
        }
        self.summary.not_admitted += u32::from(!others.is_empty());
        // A document that leaves this phone need not be complete for its own changes to be settled.
        own.is_empty() || (!others.is_empty() && self.try_extend(gate, own, own.to_vec())) || withdrawn
    }

    fn try_extend<G: PhoneGate>(&mut self, gate: &mut G, own: &[Received], changes: Vec<Received>) -> bool {
        let Ok(extended) = gate.extend(self.doc, &self.base, changes) else { return false };
        let others = extended.changes.iter().filter(|new| own.iter().all(|own| own.bytes() != new.bytes())).count();
        self.summary.received += u32::try_from(others).unwrap_or(u32::MAX);
        if extended.changes.is_empty() && extended.heads == self.base.heads {
            return true;
        }
        self.base.heads = extended.heads;
        match extended.snapshot {
            Some(snapshot) => {
                self.base.snapshot = Some(snapshot.clone());
                self.base.tail.clear();
                self.write_base(Some(snapshot), Vec::new());
            }
            None => {
                self.base.tail.extend(extended.changes.iter().map(|change| change.bytes().to_vec()));
                self.write_base(None, extended.changes);
            }
        }
        true
    }

    fn write_base(&mut self, snapshot: Option<Vec<u8>>, tail: Vec<Admitted>) {
        self.writes.push(PhoneWrite::Base { doc: self.doc, heads: self.base.heads.clone(), snapshot, tail });
    }
}
