//! One file: its bytes as a program sees them, and which of its writes the disk has not been told to keep yet.

use std::sync::Arc;

use super::locks::{Locks, Shared};
use crate::dice::Dice;

/// What a disk writes at once; a write longer than this can be torn.
const SECTOR: usize = 512;

/// A file of a simulated disk.
#[derive(Default)]
pub(super) struct SimFile {
    /// What a program reads.
    bytes: Arc<Vec<u8>>,
    /// What was done since the last sync, in order.
    unsynced: Vec<Done>,
    /// Whether its name was ever synced: a file that never was may be gone after a crash.
    named: bool,
    /// Who locks it, in this life of the machine.
    pub(super) locks: Arc<Locks>,
    /// The memory SQLite shares between connections, in this life of the machine.
    pub(super) shared: Option<Arc<Shared>>,
}

enum Done {
    Wrote { at: usize, was: usize, old: Vec<u8>, new: Vec<u8> },
    Cut { to: usize, old: Vec<u8> },
}

impl SimFile {
    pub(super) fn holding(bytes: Arc<Vec<u8>>) -> Self {
        SimFile { bytes, named: true, ..SimFile::default() }
    }

    pub(super) fn bytes(&self) -> &Arc<Vec<u8>> {
        &self.bytes
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn write(&mut self, at: usize, new: &[u8]) {
        let bytes = Arc::make_mut(&mut self.bytes);
        let (was, end) = (bytes.len(), at.saturating_add(new.len()));
        let old = bytes.get(at.min(bytes.len())..end.min(bytes.len())).unwrap_or_default().to_vec();
        put(bytes, at, new);
        self.unsynced.push(Done::Wrote { at, was, old, new: new.to_vec() });
    }

    pub(super) fn cut(&mut self, to: usize) {
        if to < self.bytes.len() {
            let old = Arc::make_mut(&mut self.bytes).split_off(to);
            self.unsynced.push(Done::Cut { to, old });
        }
    }

    pub(super) fn sync(&mut self) {
        self.unsynced.clear();
        self.named = true;
    }

    /// The power goes: each write since the last sync is on the disk, or not, or in part. Answers whether the file is
    /// still there, and counts writes that were lost and that were torn.
    pub(super) fn crash(&mut self, dice: &mut Dice, lost: &mut u64, torn: &mut u64) -> bool {
        self.locks = Arc::default();
        self.shared = None;
        let unsynced = std::mem::take(&mut self.unsynced);
        if !self.named && dice.percent(50) {
            *lost += 1;
            return false;
        }
        self.named = true;
        if unsynced.is_empty() {
            return true;
        }
        let bytes = Arc::make_mut(&mut self.bytes);
        for done in unsynced.iter().rev() {
            match done {
                Done::Wrote { at, was, old, .. } => {
                    put(bytes, *at, old);
                    bytes.truncate(*was);
                }
                Done::Cut { to, old } => put(bytes, *to, old),
            }
        }
        for done in unsynced {
            match (done, dice.below(3)) {
                (_, 0) => *lost += 1,
                (Done::Wrote { at, new, .. }, 1) if new.len() > SECTOR => {
                    *torn += 1;
                    for (number, sector) in new.chunks(SECTOR).enumerate() {
                        if dice.percent(50) {
                            put(bytes, at + number * SECTOR, sector);
                        }
                    }
                }
                (Done::Wrote { at, new, .. }, _) => put(bytes, at, &new),
                (Done::Cut { to, .. }, _) => bytes.truncate(to),
            }
        }
        true
    }
}

/// Writes into a list of bytes; a gap before it is filled with zeros.
fn put(bytes: &mut Vec<u8>, at: usize, new: &[u8]) {
    if new.is_empty() {
        return;
    }
    let end = at.saturating_add(new.len());
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    if let Some(place) = bytes.get_mut(at..end) {
        place.copy_from_slice(new);
    }
}
