//! What SQLite's connections agree on through the file system: locks on a file, and the memory of a journal's index.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Slots of the shared memory that can be locked.
pub(super) const SLOTS: usize = 8;

/// The locks on one database file: SQLite's five levels, from none (0) to exclusive (4).
#[derive(Default)]
pub(super) struct Locks(Mutex<Held>);

#[derive(Default)]
struct Held {
    shared: usize,
    reserved: bool,
    pending: bool,
    exclusive: bool,
}

pub(super) const NONE: i32 = 0;
pub(super) const SHARED: i32 = 1;
pub(super) const RESERVED: i32 = 2;
pub(super) const PENDING: i32 = 3;
pub(super) const EXCLUSIVE: i32 = 4;

impl Locks {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves a connection up from one level to another; answers the level it has then.
    pub(super) fn raise(&self, from: i32, to: i32) -> i32 {
        let mut held = self.held();
        let mut level = from;
        if level < SHARED && to >= SHARED {
            if held.pending || held.exclusive {
                return level;
            }
            held.shared += 1;
            level = SHARED;
        }
        if level < RESERVED && to == RESERVED {
            if held.reserved || held.pending || held.exclusive {
                return level;
            }
            held.reserved = true;
            return RESERVED;
        }
        if to == EXCLUSIVE {
            if level < RESERVED {
                if held.reserved || held.pending || held.exclusive {
                    return level;
                }
                held.reserved = true;
            }
            held.pending = true;
            level = PENDING;
            if held.shared > 1 {
                return level;
            }
            held.exclusive = true;
            level = EXCLUSIVE;
        }
        level
    }

    /// Moves a connection down.
    pub(super) fn lower(&self, from: i32, to: i32) {
        let mut held = self.held();
        if from > SHARED {
            held.reserved &= from < RESERVED;
            held.pending &= from < PENDING;
            held.exclusive &= from < EXCLUSIVE;
        }
        if from >= SHARED && to == NONE {
            held.shared = held.shared.saturating_sub(1);
        }
    }

    /// Whether somebody means to write.
    pub(super) fn reserved(&self) -> bool {
        let held = self.held();
        held.reserved || held.pending || held.exclusive
    }
}

/// The shared memory of a journal's index. Its pages live as long as a connection holds this.
#[derive(Default)]
pub(super) struct Shared {
    slots: Mutex<[Slot; SLOTS]>,
    pages: Mutex<Vec<super::vfs::Page>>,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    readers: u32,
    writer: bool,
}

impl Shared {
    fn slots(&self) -> MutexGuard<'_, [Slot; SLOTS]> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn pages(&self) -> MutexGuard<'_, Vec<super::vfs::Page>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks `count` slots from `first` on, all or none. `mine` is what this connection holds already.
    pub(super) fn lock(&self, first: usize, count: usize, exclusive: bool, mine: &mut Mine) -> bool {
        let mut slots = self.slots();
        let range = first..(first + count).min(SLOTS);
        for (slot, mine) in slots.iter().zip(mine.0.iter()).take(range.end).skip(range.start) {
            let others = slot.readers - u32::from(*mine == Hold::Reads);
            let writes = slot.writer && *mine != Hold::Writes;
            if writes || (exclusive && others > 0) {
                return false;
            }
        }
        for (slot, mine) in slots.iter_mut().zip(mine.0.iter_mut()).take(range.end).skip(range.start) {
            match (exclusive, *mine) {
                (true, _) => {
                    slot.writer = true;
                    *mine = Hold::Writes;
                }
                (false, Hold::Nothing) => {
                    slot.readers += 1;
                    *mine = Hold::Reads;
                }
                (false, _) => {}
            }
        }
        true
    }

    /// Lets go of slots.
    pub(super) fn unlock(&self, first: usize, count: usize, mine: &mut Mine) {
        let mut slots = self.slots();
        for (slot, mine) in slots.iter_mut().zip(mine.0.iter_mut()).take((first + count).min(SLOTS)).skip(first) {
            match *mine {
                Hold::Writes => slot.writer = false,
                Hold::Reads => slot.readers = slot.readers.saturating_sub(1),
                Hold::Nothing => {}
            }
            *mine = Hold::Nothing;
        }
    }
}

/// What one connection holds of the slots.
#[derive(Clone, Copy, Default)]
pub(super) struct Mine([Hold; SLOTS]);

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Hold {
    #[default]
    Nothing,
    Reads,
    Writes,
}
