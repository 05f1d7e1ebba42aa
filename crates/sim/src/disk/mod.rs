//! Simulated disks: what SQLite and a store write lies in memory, and is lost, torn or refused when the world says so.
//!
//! A disk stands for one machine's folder, `/sim/<world>/<machine>`. Its files have the bytes a program reads and a list
//! of what was written since the last sync. When the power goes, each of those writes is there, or not, or in part, as the
//! disk's dice decide; what was synced is there. After that every connection of the life before gets an error for
//! whatever it asks, so that it can be dropped without a trace.

mod file;
mod locks;
mod machine;
mod vfs;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::dice::Dice;
use file::SimFile;
use locks::{Locks, Shared};

pub(crate) use machine::SimMachine;
pub(crate) use vfs::NAME as VFS;

/// Every disk of this process by its folder. A world has its own folders, so worlds on several threads do not meet.
static DISKS: Mutex<BTreeMap<String, Arc<Disk>>> = Mutex::new(BTreeMap::new());

/// The disk of one machine.
pub(crate) struct Disk {
    state: Mutex<State>,
}

struct State {
    files: BTreeMap<String, SimFile>,
    /// How often the power went; who opened a file in an earlier life is refused.
    life: u64,
    down: bool,
    full: bool,
    ignores_sync: bool,
    crash_in: Option<u64>,
    fail_in: Option<(u64, Fault)>,
    locked: BTreeSet<String>,
    dice: Dice,
    names: Dice,
    /// Keys and nonces: however many are thrown, names stay the same.
    secrets: Dice,
    seen: DiskFaults,
    trouble: bool,
}

/// A single failure of a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Half of a write is done, and it fails.
    ShortWrite,
    /// A sync fails, and nothing is known about what came before it.
    FailedSync,
}

/// What disks did, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct DiskFaults {
    /// The power went between two writes.
    pub(crate) crashes: u64,
    /// The power went in the middle of somebody's work.
    pub(crate) crashes_between_writes: u64,
    /// Writes that were lost in a crash.
    pub(crate) lost_writes: u64,
    /// Writes that are on the disk in part.
    pub(crate) torn_writes: u64,
    /// Writes of which half was done.
    pub(crate) short_writes: u64,
    /// Syncs that failed.
    pub(crate) failed_syncs: u64,
    /// Writes for which there was no room.
    pub(crate) disk_full: u64,
}

impl DiskFaults {
    /// Each kind with its count.
    pub(crate) fn by_name(self) -> [(&'static str, u64); 7] {
        [
            ("power went", self.crashes),
            ("power went between two writes", self.crashes_between_writes),
            ("write lost", self.lost_writes),
            ("write torn", self.torn_writes),
            ("short write", self.short_writes),
            ("sync failed", self.failed_syncs),
            ("disk full", self.disk_full),
        ]
    }
}

/// Why a disk did not do as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// There is no such file.
    NotThere,
    /// The machine is down, or the file was opened in an earlier life.
    Down,
    /// There is no room.
    Full,
    /// The write or sync failed.
    Failed,
}

type Asked<T> = Result<T, Refused>;

/// An open file.
pub(super) struct Opened {
    disk: Arc<Disk>,
    name: String,
    life: u64,
    locks: Arc<Locks>,
}

impl Disk {
    /// A disk for a folder, in place of any that was there.
    pub(crate) fn attach(folder: &str, dice: Dice) -> Arc<Self> {
        vfs::register();
        let disk = Arc::new(Disk::empty(dice));
        disks().insert(folder.to_owned(), Arc::clone(&disk));
        disk
    }

    /// Forgets the disks of all folders under a path.
    pub(crate) fn detach_all(under: &str) {
        disks().retain(|folder, _| !folder.starts_with(under));
    }

    fn empty(dice: Dice) -> Self {
        let state = State {
            files: BTreeMap::new(),
            life: 0,
            down: false,
            full: false,
            ignores_sync: false,
            crash_in: None,
            fail_in: None,
            locked: BTreeSet::new(),
            names: dice.apart(1),
            secrets: dice.apart(2),
            dice,
            seen: DiskFaults::default(),
            trouble: false,
        };
        Disk { state: Mutex::new(state) }
    }

    /// The disk a path lies on, and the file's name there.
    fn of(path: &Path) -> Option<(Arc<Self>, String)> {
        let text = path.to_str()?;
        let (folder, name) = text.rsplit_once('/')?;
        let disk = disks().get(folder).map(Arc::clone)?;
        Some((disk, name.to_owned()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The power goes when so many more writes and syncs have been done.
    pub(crate) fn crash_in(&self, writes: u64) {
        self.state().crash_in = Some(writes);
    }

    /// One of the next writes fails.
    pub(crate) fn fail_in(&self, writes: u64, fault: Fault) {
        self.state().fail_in = Some((writes, fault));
    }

    /// There is no room any more, or again.
    pub(crate) fn set_full(&self, full: bool) {
        self.state().full = full;
    }

    /// Syncs do nothing from now on: a rule broken on purpose.
    pub(crate) fn ignore_syncs(&self) {
        self.state().ignores_sync = true;
    }

    /// No fault waits any more.
    pub(crate) fn calm(&self) {
        let mut state = self.state();
        (state.crash_in, state.fail_in, state.full) = (None, None, false);
    }

    /// Whether the power has gone.
    pub(crate) fn is_down(&self) -> bool {
        self.state().down
    }

    /// Switches the machine off: from now on nothing reaches the disk, so that what runs on it can be dropped.
    pub(crate) fn switch_off(&self) {
        self.state().down = true;
    }

    /// Switches it on again. What had been written and not synced is there, or not, or in part.
    pub(crate) fn switch_on(&self) {
        let mut state = self.state();
        let State { files, dice, seen, .. } = &mut *state;
        seen.crashes += 1;
        files.retain(|_, file| file.crash(dice, &mut seen.lost_writes, &mut seen.torn_writes));
        state.life += 1;
        state.down = false;
        state.locked.clear();
        (state.crash_in, state.fail_in) = (None, None);
    }

    /// Whether it failed in any way since this was last asked.
    pub(crate) fn take_trouble(&self) -> bool {
        let mut state = self.state();
        std::mem::take(&mut state.trouble) || state.down
    }

    /// What it did so far.
    pub(crate) fn seen(&self) -> DiskFaults {
        self.state().seen
    }

    /// A file's bytes as a copy made now would have them.
    pub(crate) fn image(&self, name: &str) -> Option<Arc<Vec<u8>>> {
        self.state().files.get(name).map(|file| Arc::clone(file.bytes()))
    }

    /// Puts a file there, whole and synced.
    pub(crate) fn put_image(&self, name: &str, bytes: Arc<Vec<u8>>) {
        self.state().files.insert(name.to_owned(), SimFile::holding(bytes));
    }

    /// Takes a file away.
    pub(crate) fn remove(&self, name: &str) {
        self.state().files.remove(name);
    }

    fn open(self: &Arc<Self>, name: &str, create: bool) -> Asked<Opened> {
        let mut state = self.state();
        if state.down {
            return Err(Refused::Down);
        }
        let life = state.life;
        let locks = match state.files.get(name) {
            Some(file) => Arc::clone(&file.locks),
            None if create => Arc::clone(&state.files.entry(name.to_owned()).or_default().locks),
            None => return Err(Refused::NotThere),
        };
        Ok(Opened { disk: Arc::clone(self), name: name.to_owned(), life, locks })
    }

    fn exists(&self, name: &str) -> bool {
        self.state().files.contains_key(name)
    }

    fn delete(&self, name: &str) -> Asked<()> {
        let mut state = self.state();
        state.may_write(0)?;
        state.files.remove(name).map(|_| ()).ok_or(Refused::NotThere)
    }
}

fn disks() -> MutexGuard<'static, BTreeMap<String, Arc<Disk>>> {
    DISKS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    /// Counts one more write, sync, cut or deletion; answers how many of `length` bytes may still be written.
    fn may_write(&mut self, length: usize) -> Asked<usize> {
        if self.down {
            return Err(Refused::Down);
        }
        if let Some(left) = &mut self.crash_in {
            if *left == 0 {
                self.down = true;
                self.trouble = true;
                self.seen.crashes_between_writes += 1;
                return Err(Refused::Down);
            }
            *left -= 1;
        }
        Ok(length)
    }

    fn fails_now(&mut self, now: Fault) -> bool {
        match &mut self.fail_in {
            Some((left, fault)) if *fault == now => {
                if *left == 0 {
                    self.fail_in = None;
                    self.trouble = true;
                    return true;
                }
                *left -= 1;
                false
            }
            _ => false,
        }
    }
}

impl Opened {
    fn with<T>(&self, work: impl FnOnce(&mut State, &str) -> Asked<T>) -> Asked<T> {
        let mut state = self.disk.state();
        if state.down || state.life != self.life {
            return Err(Refused::Down);
        }
        work(&mut state, &self.name)
    }

    /// Reads as much as there is; the rest of the buffer is zeros.
    fn read(&self, at: usize, buffer: &mut [u8]) -> Asked<usize> {
        self.with(|state, name| {
            let file = state.files.get(name).ok_or(Refused::NotThere)?;
            let there = file.bytes().get(at..).unwrap_or_default();
            let count = there.len().min(buffer.len());
            let (read, rest) = buffer.split_at_mut(count);
            read.copy_from_slice(there.get(..count).unwrap_or_default());
            rest.fill(0);
            Ok(count)
        })
    }

    fn write(&self, at: usize, bytes: &[u8]) -> Asked<()> {
        self.with(|state, name| {
            state.may_write(bytes.len())?;
            if state.full {
                state.seen.disk_full += 1;
                state.trouble = true;
                return Err(Refused::Full);
            }
            let short = state.fails_now(Fault::ShortWrite);
            let file = state.files.get_mut(name).ok_or(Refused::NotThere)?;
            if short {
                file.write(at, bytes.get(..bytes.len() / 2).unwrap_or_default());
                state.seen.short_writes += 1;
                return Err(Refused::Failed);
            }
            file.write(at, bytes);
            Ok(())
        })
    }

    fn cut(&self, to: usize) -> Asked<()> {
        self.with(|state, name| {
            state.may_write(0)?;
            state.files.get_mut(name).ok_or(Refused::NotThere)?.cut(to);
            Ok(())
        })
    }

    fn sync(&self) -> Asked<()> {
        self.with(|state, name| {
            state.may_write(0)?;
            if state.fails_now(Fault::FailedSync) {
                state.seen.failed_syncs += 1;
                return Err(Refused::Failed);
            }
            if !state.ignores_sync {
                state.files.get_mut(name).ok_or(Refused::NotThere)?.sync();
            }
            Ok(())
        })
    }

    fn len(&self) -> Asked<usize> {
        self.with(|state, name| state.files.get(name).map(SimFile::len).ok_or(Refused::NotThere))
    }

    fn locks(&self) -> &Locks {
        &self.locks
    }

    fn shared(&self) -> Asked<Arc<Shared>> {
        self.with(|state, name| {
            let file = state.files.get_mut(name).ok_or(Refused::NotThere)?;
            Ok(Arc::clone(file.shared.get_or_insert_default()))
        })
    }

    /// The last connection is gone: the next one begins with an empty index.
    fn forget_shared(&self) {
        let _ = self.with(|state, name| {
            if let Some(file) = state.files.get_mut(name) {
                file.shared = None;
            }
            Ok(())
        });
    }
}
