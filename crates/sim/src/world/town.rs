//! The township's machine: the real township over a simulated disk, and what happens to its power.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use lianhu_server::{Ground, Town, TownError};
use lianhu_sync::ids::ServerMillis;

use crate::dice::Dice;
use crate::disk::{Disk, SimMachine};

/// The file of the township's store in its folder.
pub(crate) const TOWN_FILE: &str = "township.db";

/// The township of a world.
pub(crate) struct TownMachine {
    pub(crate) folder: String,
    pub(crate) disk: Arc<Disk>,
    clock: Arc<AtomicI64>,
    dice: Arc<Mutex<Dice>>,
    /// `None` while its power is off.
    pub(crate) town: Option<Town>,
    /// The day its access lists were last brought up to.
    pub(crate) settled_on: NaiveDate,
}

impl TownMachine {
    /// A machine in a folder with an empty disk; nothing runs on it yet.
    pub(crate) fn new(folder: String, clock: Arc<AtomicI64>, dice: &Dice) -> Self {
        let disk = Disk::attach(&folder, dice.apart(1));
        let dice = Arc::new(Mutex::new(dice.apart(2)));
        TownMachine { folder, disk, clock, dice, town: None, settled_on: NaiveDate::MIN }
    }

    /// Starts the township on what its disk holds, or makes one.
    pub(crate) fn start(&mut self) -> Result<(), TownError> {
        self.town = None;
        let town = Town::open_on(Path::new(&self.folder), self.ground())?;
        self.settled_on = town.today();
        self.town = Some(town);
        Ok(())
    }

    /// Throws the disk away, puts a backup on a new one, and starts.
    pub(crate) fn restore(&mut self, backup: &Path, dice: Dice) -> Result<(), TownError> {
        self.disk.switch_off();
        self.town = None;
        self.disk = Disk::attach(&self.folder, dice);
        let town = Town::restore_on(backup, Path::new(&self.folder), self.ground())?;
        self.settled_on = town.today();
        self.town = Some(town);
        Ok(())
    }

    /// Takes the power away and gives it back; nothing runs then.
    pub(crate) fn power_cycle(&mut self) {
        self.disk.switch_off();
        self.town = None;
        self.disk.switch_on();
    }

    /// Where its database is.
    pub(crate) fn database(&self) -> PathBuf {
        Path::new(&self.folder).join(TOWN_FILE)
    }

    fn ground(&self) -> Ground {
        let (clock, dice) = (Arc::clone(&self.clock), Arc::clone(&self.dice));
        Ground {
            clock: Arc::new(move || ServerMillis(clock.load(Ordering::Relaxed))),
            dice: Arc::new(move || Some(dice.lock().unwrap_or_else(PoisonError::into_inner).bytes())),
            machine: &SimMachine,
        }
    }
}
