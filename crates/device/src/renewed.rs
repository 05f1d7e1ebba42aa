//! Own words that were written on a generation of a document that is closed: written again on the present one.
//!
//! The township keeps nothing of a closed generation but the names of what was recorded. So it says of each change that
//! comes late either *known*, and the words are in the present generation as far as nobody rewrote them, or
//! *generation_closed*, and they are written again here: in order, once each, with the time they had.

use std::collections::BTreeSet;

use lianhu_core::gate::scan;
use lianhu_core::{DocId, Document, Edit, Generation, NewChange, Stamp};
use lianhu_sync::ids::DocId as SyncDocId;
use lianhu_sync::message::RefusedCode;
use lianhu_sync::ports::{PendingChange, PendingState, PhoneStore, PhoneWrite};

use crate::attention::gives_way;
use crate::convert::{core_doc, sync_doc};
use crate::error::WorkbookError;
use crate::surroundings::Surroundings;
use crate::workbook::Workbook;

/// One document, while its words are written again.
struct Renewal {
    id: DocId,
    /// The name this phone has written under so far: for what goes on top of the document.
    here: Stamp,
    /// The generation's beginning with what was written beside the words of others, under a name of its own: a value
    /// written on top of one its author never saw would take its place unseen, beside it they are rivals.
    beside: Option<(Stamp, Document)>,
}

/// What one change is written again as.
#[derive(Default)]
struct Parts {
    here: Edit,
    beside: Edit,
}

impl<S: PhoneStore, X: Surroundings> Workbook<S, X> {
    /// Writes again what was turned down because its generation is closed. Says how many saves were.
    ///
    /// What stands under somebody else's name is not replaced unseen: the two become rivals. What this phone wrote on the
    /// present generation meanwhile is newer and stays. What may not be written any more, what would remove somebody
    /// else's words, and what belongs to a document this phone does not hold, stays turned down with its words.
    pub(crate) fn write_on_the_present_generation(&mut self) -> Result<u32, WorkbookError<S::Error>> {
        let pending = self.store.pending(None).map_err(WorkbookError::Store)?;
        let documents: BTreeSet<SyncDocId> = left_behind(&pending).map(|change| change.doc).collect();
        let mut written = 0;
        for doc in documents {
            let Some(id) = core_doc(doc) else { continue };
            if !self.is_renewed(id)? {
                continue;
            }
            let of_doc: Vec<PendingChange> = pending.iter().filter(|change| change.doc == doc).cloned().collect();
            let here = self.host.stamp(self.surroundings.now());
            let mut renewal = Renewal { id, here, beside: None };
            for change in left_behind(&of_doc) {
                match self.renew(&mut renewal, &of_doc, change) {
                    Ok(()) => written += 1,
                    Err(WorkbookError::Store(error)) => return Err(WorkbookError::Store(error)),
                    Err(why) => self.turn_down(change, &why)?,
                }
            }
        }
        Ok(written)
    }

    /// Replaces one change, in one transaction.
    fn renew(
        &mut self,
        renewal: &mut Renewal,
        of_doc: &[PendingChange],
        change: &PendingChange,
    ) -> Result<(), WorkbookError<S::Error>> {
        let scanned = scan(&change.bytes).map_err(WorkbookError::TooMuch)?;
        let words = Edit::again(&scanned).without(&written_since(of_doc, change));
        let Parts { here, beside } = self.parts(renewal, &words)?;
        let mut writes = Vec::new();
        let stamp = Stamp { at: scanned.time(), ..renewal.here };
        if let Some(prepared) = self.prepare(renewal.id, here, stamp)? {
            writes.extend(prepared.writes);
        }
        if !beside.is_empty() {
            let new = self.write_beside(renewal, beside, scanned.time())?;
            if let Some(new) = new {
                let prepared = self.weigh(renewal.id, new)?;
                writes.extend(prepared.writes);
            }
        }
        writes.push(gives_way(change, &writes));
        self.store.commit(writes).map_err(WorkbookError::Store)?;
        self.forget_cached(Some(renewal.id));
        Ok(())
    }

    /// Sorts the words of a change by where they go.
    fn parts(&mut self, renewal: &Renewal, words: &Edit) -> Result<Parts, WorkbookError<S::Error>> {
        let worker = self.host.owner.worker;
        let document = &self.opened(renewal.id)?.document;
        // Prose takes nothing's place: what others wrote stays beside it.
        let mut parts = Parts { here: words.only_prose(), ..Parts::default() };
        for (key, value) in words.writes() {
            let shown = document.get(key).map(|field| field.value);
            let others = document.authors(key).into_iter().any(|author| !author.is_of(worker));
            match value {
                Some(value) if shown.as_ref() == Some(value) => {}
                Some(value) if others => _ = parts.beside.put(key, value.clone()),
                Some(value) => _ = parts.here.put(key, value.clone()),
                None if others => return Err(WorkbookError::WouldRemoveUnseen),
                None => _ = parts.here.remove(key),
            }
        }
        Ok(parts)
    }

    fn write_beside(
        &mut self,
        renewal: &mut Renewal,
        words: Edit,
        at: lianhu_core::DeviceMillis,
    ) -> Result<Option<NewChange>, WorkbookError<S::Error>> {
        if renewal.beside.is_none() {
            let generation = self.opened(renewal.id)?.document.generation();
            self.fresh_incarnation()?;
            renewal.beside = Some((self.host.stamp(at), Document::of_generation(renewal.id, generation)));
        }
        match &mut renewal.beside {
            Some((stamp, document)) => Ok(document.write(Stamp { at, ..*stamp }, words)?),
            None => Ok(None),
        }
    }

    /// Whether this phone holds a document in a generation later than the first.
    fn is_renewed(&mut self, doc: DocId) -> Result<bool, WorkbookError<S::Error>> {
        let based = self.store.base(sync_doc(doc)).map_err(WorkbookError::Store)?.is_some();
        match self.opened(doc) {
            Ok(opened) => Ok(based && opened.document.generation() != Generation::FIRST),
            Err(WorkbookError::Store(error)) => Err(WorkbookError::Store(error)),
            Err(_) => Ok(false),
        }
    }

    /// Notes why words are not written again, so that they are tried once and not at every sync.
    fn turn_down(
        &mut self,
        change: &PendingChange,
        why: &WorkbookError<S::Error>,
    ) -> Result<(), WorkbookError<S::Error>> {
        let state = PendingState::Refused(RefusedCode::NotPermitted, why.to_string());
        let write = PhoneWrite::PendingState { doc: change.doc, hash: change.hash, state };
        self.store.commit(vec![write]).map_err(WorkbookError::Store)?;
        self.forget_cached(core_doc(change.doc));
        Ok(())
    }
}

/// Changes of closed generations, in order: those the township said it of, and those that only followed one.
fn left_behind(pending: &[PendingChange]) -> impl Iterator<Item = &PendingChange> {
    let mut closed: BTreeSet<SyncDocId> = BTreeSet::new();
    pending.iter().filter(move |change| match &change.state {
        PendingState::Refused(RefusedCode::GenerationClosed, _) => {
            closed.insert(change.doc);
            true
        }
        PendingState::Refused(RefusedCode::FollowsRefused, _) => closed.contains(&change.doc),
        PendingState::Refused(..) => {
            closed.remove(&change.doc);
            false
        }
        _ => false,
    })
}

/// The keys that later changes of this phone, which stand, have written.
fn written_since<'a>(of_doc: &'a [PendingChange], change: &PendingChange) -> BTreeSet<&'a str> {
    let later = of_doc.iter().skip_while(|other| other.hash != change.hash);
    let standing = later.filter(|other| !matches!(other.state, PendingState::Refused(..)));
    standing.flat_map(|other| other.touches.iter().map(String::as_str)).collect()
}
