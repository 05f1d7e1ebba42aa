//! The township's machine: the real township over a simulated disk, and what happens to its power.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use lianhu_crypto::SymmetricKey;
use lianhu_server::{Ground, Town, TownError};
use lianhu_sync::ids::ServerMillis;

use crate::dice::Dice;
use crate::disk::{Disk, SimMachine};

/// The file of the township's store in its folder.
const TOWN_FILE: &str = "township.db";

/// Its token, beside it.
const TOKEN_FILE: &str = "township.db.token";

/// Its list of erasures, beside it.
const LIST_FILE: &str = "erasures.list";

/// A copy of a township's files.
#[derive(Clone, Default)]
pub(crate) struct TownImage {
    database: Arc<Vec<u8>>,
    token: Arc<Vec<u8>>,
}

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

    /// Throws the disk away, puts a backup on a new one, and the list of erasures as the operator took it along after
    /// the last of them; and starts.
    pub(crate) fn restore(&mut self, backup: &Path, dice: Dice) -> Result<(), TownError> {
        let list = self.town.as_ref().and_then(|town| town.store().erasure_list().ok());
        let list = list.map(|text| Arc::new(text.into_bytes())).or_else(|| self.disk.image(LIST_FILE));
        self.disk.switch_off();
        self.town = None;
        self.disk = Disk::attach(&self.folder, dice);
        if let Some(list) = list {
            self.disk.put_image(LIST_FILE, list);
        }
        // Nothing fails while somebody sits there and restores.
        let town = Town::restore_on(backup, Path::new(&self.folder), self.ground())?;
        self.settled_on = town.today();
        self.town = Some(town);
        Ok(())
    }

    /// Its files, while nothing runs.
    pub(crate) fn image(&self) -> Option<TownImage> {
        Some(TownImage { database: self.disk.image(TOWN_FILE)?, token: self.disk.image(TOKEN_FILE)? })
    }

    /// Puts files on its disk.
    pub(crate) fn put(&self, image: &TownImage) {
        self.disk.put_image(TOWN_FILE, Arc::clone(&image.database));
        self.disk.put_image(TOKEN_FILE, Arc::clone(&image.token));
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
            key: Some(SymmetricKey([0x70; 32])),
        }
    }
}
