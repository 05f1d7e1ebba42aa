//! One world: a township, its phones, what lies between them, and what the judges remember. Everything in it follows from
//! one seed.

mod ids;
pub(crate) mod line;
pub(crate) mod phone;
mod power;
pub(crate) mod town;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use lianhu_device::{Locked, WorkbookError};
use lianhu_server::Town;
use lianhu_store::StoreError;

use crate::broken::Break;
use crate::dice::Dice;
use crate::disk::Disk;
use crate::failure::{Failure, Held};
use crate::judges::{self, Rosters};
use crate::ledger::Ledger;
use crate::scene::{DAWN, Scene};
use crate::tally::Tally;
use crate::trace::Trace;
use crate::words;

pub(crate) use crate::disk::VFS;
pub(crate) use ids::{named, reader_of, worker_of};
use line::Late;
use phone::{Book, Handset};
use town::TownMachine;

/// A world under way.
pub(crate) struct World<'a> {
    pub(crate) scene: &'a Scene,
    pub(crate) dice: Dice,
    pub(crate) clock: Arc<AtomicI64>,
    pub(crate) town: TownMachine,
    pub(crate) phones: Vec<Option<Handset>>,
    pub(crate) late: Vec<Late>,
    pub(crate) backups: Vec<String>,
    /// Lives of the township's log after the first.
    pub(crate) restores: u64,
    pub(crate) ledger: Ledger,
    pub(crate) rosters: Rosters,
    pub(crate) events: Tally,
    pub(crate) faults: Tally,
    pub(crate) checks: Tally,
    pub(crate) trace: Trace,
    pub(crate) broken: Option<Break>,
    /// Whether anything may still go wrong.
    pub(crate) calm: bool,
    root: String,
    seed: u64,
    made: u64,
}

impl<'a> World<'a> {
    /// The world of a seed, at its beginning.
    pub(crate) fn new(scene: &'a Scene, seed: u64, broken: Option<Break>, trace: bool) -> Held<Self> {
        // Folders are named by a count, so that two worlds of one seed can be there at once; no trace tells it.
        static WORLDS: AtomicU64 = AtomicU64::new(0);
        let root = format!("/sim/w{}", WORLDS.fetch_add(1, Ordering::Relaxed));
        let dice = Dice::new(seed).apart(0);
        let clock = Arc::new(AtomicI64::new(DAWN));
        let town = TownMachine::new(format!("{root}/town"), Arc::clone(&clock), &dice.apart(10));
        town.put(&scene.town);
        Disk::attach(&format!("{root}/vault"), dice.apart(11));
        let mut world = World {
            scene,
            clock,
            town,
            phones: scene.phones.iter().map(|_| None).collect(),
            late: Vec::new(),
            backups: Vec::new(),
            restores: 0,
            ledger: Ledger::default(),
            rosters: Rosters::default(),
            events: Tally::default(),
            faults: Tally::default(),
            checks: Tally::default(),
            trace: Trace::new(trace),
            broken,
            calm: false,
            root,
            seed,
            made: 0,
            dice: dice.apart(12),
        };
        if let Some(broken) = broken {
            broken.of_the_township(&world.town)?;
        }
        world.start_town()?;
        Ok(world)
    }

    /// Dice nobody else throws.
    pub(crate) fn fresh_dice(&mut self) -> Dice {
        self.made += 1;
        Dice::new(self.seed).apart(1000 + self.made)
    }

    /// The number of one more life of a handset.
    pub(crate) fn fresh_life(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    /// A folder nobody else has.
    pub(crate) fn fresh_folder(&mut self, kind: &str) -> String {
        self.made += 1;
        format!("{}/{kind}{}", self.root, self.made)
    }

    /// A place for one more backup, on a disk apart.
    pub(crate) fn fresh_backup(&mut self) -> String {
        self.made += 1;
        format!("{}/vault/backup{}.db", self.root, self.made)
    }

    /// What the disks did, into the count of faults.
    pub(crate) fn count_disk_faults(&mut self) {
        let seen = self.phones.iter().flatten().map(|handset| handset.disk.seen()).chain([self.town.disk.seen()]);
        for (name, count) in seen.flat_map(|seen| seen.by_name()).collect::<Vec<_>>() {
            if count > 0 {
                self.faults.add(name, count);
            }
        }
    }

    /// The lines of the trace, if they were kept.
    pub(crate) fn take_trace(&mut self) -> Vec<String> {
        std::mem::replace(&mut self.trace, Trace::new(false)).into_lines()
    }

    /// A word nobody wrote before, and its number.
    pub(crate) fn fresh_word(&mut self) -> (u64, String) {
        let number = self.ledger.next_word;
        self.ledger.next_word += 1;
        (number, words::word(number))
    }

    /// The township, which runs.
    pub(crate) fn town(&self) -> Held<&Town> {
        self.town.town.as_ref().ok_or_else(|| Failure::new("simulator", "the township is off"))
    }

    /// A handset by its number; those of the scene are made when they are first wanted.
    pub(crate) fn handset(&mut self, number: usize) -> Held<&mut Handset> {
        let missing = || Failure::new("simulator", format!("there is no phone {number}"));
        if self.phones.get(number).ok_or_else(missing)?.is_none() {
            let in_scene = self.scene.phones.get(number).ok_or_else(missing)?;
            let dice = Dice::new(self.seed).apart(1_000_000 + number as u64);
            let folder = format!("{}/p{number}", self.root);
            let clock = Arc::clone(&self.clock);
            let handset = Handset::new(folder, &in_scene.image, in_scene.worker, in_scene.device, clock, &dice);
            if let Some(broken) = self.broken {
                broken.of_a_phone(&handset)?;
            }
            if let Some(place) = self.phones.get_mut(number) {
                *place = Some(handset);
            }
        }
        self.phones.get_mut(number).and_then(Option::as_mut).ok_or_else(missing)
    }

    /// Does something with a phone's workbook. What its owner is told in words is `None`, and so is a failing disk.
    pub(crate) fn with_book<T>(
        &mut self,
        number: usize,
        act: impl FnOnce(&mut Book, &mut Dice) -> Result<T, WorkbookError<StoreError>>,
    ) -> Held<Option<T>> {
        if !self.open_phone(number)? {
            return Ok(None);
        }
        let Some(mut book) = self.handset(number)?.book.take() else { return Ok(None) };
        let done = act(&mut book, &mut self.dice);
        self.handset(number)?.book = Some(book);
        match done {
            Ok(done) => {
                self.after_phone(number)?;
                Ok(Some(done))
            }
            Err(WorkbookError::Store(why)) => {
                self.phone_store_failed(number, &why)?;
                Ok(None)
            }
            Err(
                why @ (WorkbookError::NotHere(_)
                | WorkbookError::NoSuchRecord
                | WorkbookError::Draft(_)
                | WorkbookError::WouldBeRefused(_)
                | WorkbookError::Locked(Locked::LeaseOver)),
            ) => {
                self.trace.note(format_args!("  phone {number} says: {why}"));
                self.after_phone(number)?;
                Ok(None)
            }
            Err(why) => Err(Failure::new("no unexplained error", format!("phone {number}: {why}"))),
        }
    }

    /// Writes on a phone; the word is in what is written. Only what was answered counts as kept.
    pub(crate) fn write(
        &mut self,
        number: usize,
        act: impl FnOnce(&mut Book, &mut Dice, &str) -> Result<bool, WorkbookError<StoreError>>,
    ) -> Held {
        let (word, text) = self.fresh_word();
        if let Some(true) = self.with_book(number, |book, dice| act(book, dice, &text))? {
            self.ledger.kept(word, number);
            self.trace.note(format_args!("  phone {number} keeps word {word}"));
            judges::names::after_a_save(self, number)?;
        }
        Ok(())
    }
}

impl Drop for World<'_> {
    fn drop(&mut self) {
        // Nothing writes any more; what is open is dropped without a trace.
        self.town.disk.switch_off();
        for handset in self.phones.iter().flatten() {
            handset.disk.switch_off();
        }
        Disk::detach_all(&self.root);
    }
}
