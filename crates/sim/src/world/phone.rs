//! A handset: the real workbook on the real phone store over a simulated disk, in somebody's pocket.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use lianhu_core::{DeviceMillis, WorkerId};
use lianhu_crypto::SymmetricKey;
use lianhu_device::{Surroundings, Workbook, WorkbookError};
use lianhu_store::{Lock, OpenError, Phone, PhoneOptions, StoreError};
use lianhu_sync::ids::DeviceId;

use crate::dice::Dice;
use crate::disk::{Disk, SimMachine};

/// The file of a phone's store in its folder, and the one beside it.
pub(crate) const PHONE_FILE: &str = "phone.db";
pub(crate) const TOKEN_FILE: &str = "phone.db.token";
/// What every simulated phone is locked by, so that a copied one opens elsewhere too: what is tried there is the copying.
pub(crate) fn keystore() -> Lock {
    Lock::Keystore(SymmetricKey([0x51; 32]))
}

const JOURNAL_FILE: &str = "phone.db-wal";

/// Somebody's workbook.
pub(crate) type Book = Workbook<Phone, Pocket>;

/// A handset's clock and dice.
pub(crate) struct Pocket {
    clock: Arc<AtomicI64>,
    off: Arc<AtomicI64>,
    dice: Arc<Mutex<Dice>>,
}

impl Surroundings for Pocket {
    fn now(&self) -> DeviceMillis {
        DeviceMillis(self.clock.load(Ordering::Relaxed).saturating_add(self.off.load(Ordering::Relaxed)))
    }

    fn random(&mut self) -> [u8; 16] {
        self.dice.lock().unwrap_or_else(PoisonError::into_inner).bytes()
    }
}

/// A copy of a handset's files.
#[derive(Clone, Default)]
pub(crate) struct Image {
    pub(crate) database: Arc<Vec<u8>>,
    /// Its journal, if it was copied while the app was open or the power had gone.
    pub(crate) journal: Option<Arc<Vec<u8>>>,
    pub(crate) token: Option<Arc<Vec<u8>>>,
    /// Words written in the world before it was made.
    pub(crate) words: u64,
}

/// A handset.
pub(crate) struct Handset {
    folder: String,
    pub(crate) disk: Arc<Disk>,
    pub(crate) worker: WorkerId,
    pub(crate) device: DeviceId,
    clock: Arc<AtomicI64>,
    /// By how much its clock is wrong, in milliseconds.
    pub(crate) off: Arc<AtomicI64>,
    dice: Arc<Mutex<Dice>>,
    /// `None` while the app is closed.
    pub(crate) book: Option<Book>,
    /// The township lets it ask no more.
    pub(crate) revoked: bool,
    /// An older copy of its files.
    pub(crate) older: Option<Image>,
    /// It was cloned together with the file that names the copy: nothing can notice that before its next sync.
    pub(crate) unnoticed: bool,
    /// Whether its store noticed, when it was opened last, that it may be a copy.
    pub(crate) noticed: bool,
    /// Which life of which handset this is; another one begins when it is put back.
    pub(crate) life: u64,
}

/// Why a handset's workbook does not open.
#[derive(Debug)]
#[expect(dead_code, reason = "what is inside is shown when it fails")]
pub(crate) enum NotOpen {
    Store(OpenError),
    Book(WorkbookError<StoreError>),
}

impl Handset {
    /// A handset with a copy of some files on its disk.
    pub(crate) fn new(
        folder: String,
        image: &Image,
        worker: WorkerId,
        device: DeviceId,
        clock: Arc<AtomicI64>,
        dice: &Dice,
    ) -> Self {
        let disk = Disk::attach(&folder, dice.apart(1));
        let dice = Arc::new(Mutex::new(dice.apart(2)));
        let off = Arc::new(AtomicI64::new(0));
        let (book, revoked, older, life) = (None, false, None, 0);
        let (unnoticed, noticed) = (false, false);
        let handset =
            Handset { folder, disk, worker, device, clock, off, dice, book, revoked, older, unnoticed, noticed, life };
        handset.put(image);
        handset
    }

    /// Where its database is.
    pub(crate) fn database(&self) -> String {
        format!("{}/{PHONE_FILE}", self.folder)
    }

    /// Clock and dice for a workbook on it.
    pub(crate) fn pocket(&self) -> Pocket {
        Pocket { clock: Arc::clone(&self.clock), off: Arc::clone(&self.off), dice: Arc::clone(&self.dice) }
    }

    /// Opens the store.
    pub(crate) fn store(&self) -> Result<Phone, OpenError> {
        let options = PhoneOptions { machine: &SimMachine, ..PhoneOptions::new(keystore()) };
        Phone::open(self.database(), options)
    }

    /// Opens the app, if it is not open. A store that may be a copy takes a fresh name first, as every host does.
    pub(crate) fn open(&mut self, fresh_names: bool) -> Result<&mut Book, NotOpen> {
        if self.book.is_none() {
            let store = self.store().map_err(NotOpen::Store)?;
            let copied = store.looks_copied();
            self.noticed = copied;
            let mut book = Workbook::open(store, self.pocket()).map_err(NotOpen::Book)?;
            if copied && fresh_names {
                book.fresh_incarnation().map_err(NotOpen::Book)?;
                book.store_mut().settle_copy().map_err(|why| NotOpen::Book(WorkbookError::Store(why)))?;
            }
            self.book = Some(book);
        }
        self.book.as_mut().ok_or(NotOpen::Book(WorkbookError::NoWorkbook))
    }

    /// Takes the power away and gives it back; the app is closed then.
    pub(crate) fn power_cycle(&mut self) {
        self.disk.switch_off();
        self.book = None;
        self.disk.switch_on();
    }

    /// Copies its files as they are.
    pub(crate) fn image(&self, words: u64) -> Option<Image> {
        let database = self.disk.image(PHONE_FILE)?;
        Some(Image { database, journal: self.disk.image(JOURNAL_FILE), token: self.disk.image(TOKEN_FILE), words })
    }

    /// Puts files in place of those that are there.
    pub(crate) fn put(&self, image: &Image) {
        match &image.journal {
            Some(journal) => self.disk.put_image(JOURNAL_FILE, Arc::clone(journal)),
            None => self.disk.remove(JOURNAL_FILE),
        }
        if !image.database.is_empty() {
            self.disk.put_image(PHONE_FILE, Arc::clone(&image.database));
        }
        match &image.token {
            Some(token) => self.disk.put_image(TOKEN_FILE, Arc::clone(token)),
            None => self.disk.remove(TOKEN_FILE),
        }
    }
}
