//! A township at work: its store, its gate and its clock, as blocking calls. HTTP, the commands and the demo all stand
//! on this.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use lianhu_core::{RecordId, WorkerId};
use lianhu_crypto::{Suite, SymmetricKey};
use lianhu_store::{
    ChosenSuite, ListError, Machine, OpenError, SetAside, Still, StoreError, ThisMachine, Township, TownshipOptions,
};
use lianhu_sync::ids::{ReaderId, ServerMillis};
use lianhu_sync::ports::Township as _;

use crate::devices::Numbers;
use crate::gate::{Gate, GateError, OFFICE, home_of};
use crate::limits::MAX_CODE_HOURS;
use crate::meter::Meters;
use crate::trust::Keys;
use crate::{erasures, numbers, projection, settle};

/// The township's wall clock: Beijing time, the one official time of the country. Days begin and end by it.
const UTC_OFFSET_SECONDS: i32 = 8 * 3600;

/// Where a township's time comes from.
pub type Clock = Arc<dyn Fn() -> ServerMillis + Send + Sync>;

/// Where a township's random bytes come from; `None` when there are none.
pub type Dice = Arc<dyn Fn() -> Option<[u8; 16]> + Send + Sync>;

/// What a township stands on. The default is this machine, its clock and its dice; a simulation brings its own.
#[derive(Clone)]
pub struct Ground {
    /// The time.
    pub clock: Clock,
    /// Random bytes.
    pub dice: Dice,
    /// Where its store's files are.
    pub machine: &'static dyn Machine,
    /// The key its store is sealed with, kept elsewhere; `None` for a plain one.
    pub key: Option<SymmetricKey>,
}

impl Default for Ground {
    fn default() -> Self {
        Ground { clock: system_clock(), dice: Arc::new(system_dice), machine: &ThisMachine, key: None }
    }
}

/// A township that is open.
pub struct Town {
    pub(crate) store: Township,
    pub(crate) gate: Gate,
    clock: Clock,
    dice: Dice,
    pub(crate) office_hand: Mutex<()>,
    pub(crate) accounts_hand: Mutex<()>,
    pub(crate) exchanges: AtomicU64,
    pub(crate) keys: RwLock<Keys>,
    pub(crate) request_numbers: Mutex<Numbers>,
    pub(crate) meters: Mutex<Meters>,
}

/// The file of a township's store inside its folder.
pub fn store_file(dir: &Path) -> std::path::PathBuf {
    dir.join("township.db")
}

impl Town {
    /// Opens the township in a folder, or makes it. Views that are out of date are made again from the documents.
    pub fn open(dir: &Path) -> Result<Self, TownError> {
        Self::open_by(dir, system_clock())
    }

    /// The same by another clock than the machine's: a simulated night needs one.
    pub fn open_by(dir: &Path, clock: Clock) -> Result<Self, TownError> {
        Self::open_on(dir, Ground { clock, ..Ground::default() })
    }

    /// The same on other ground than this machine.
    pub fn open_on(dir: &Path, ground: Ground) -> Result<Self, TownError> {
        ground.machine.make_folder(dir).map_err(TownError::Folder)?;
        let store = Township::open(store_file(dir), &projection::specs(), ground.options())?;
        Self::start(store, ground)
    }

    /// The same, but a damaged database is renamed first and a new one begun; the answer says where the old one lies.
    pub fn open_or_set_aside(dir: &Path, ground: Ground) -> Result<(Self, Option<SetAside>), TownError> {
        ground.machine.make_folder(dir).map_err(TownError::Folder)?;
        let (store, aside) = Township::open_or_set_aside(store_file(dir), &projection::specs(), ground.options())?;
        if let Some(aside) = &aside {
            // The list is the old database's: its proofs fit no other key, and it is wanted when a backup is put back.
            let (list, mut kept) = (store.erasure_file(), aside.path.clone().into_os_string());
            kept.push(".erasures.list");
            if ground.machine.exists(&list) {
                ground.machine.rename(&list, kept.as_ref()).map_err(TownError::Folder)?;
            }
        }
        Ok((Self::start(store, ground)?, aside))
    }

    /// Seals the township in a folder with the ground's key, while nothing has it open. Its files are written anew.
    pub fn encrypt(dir: &Path, ground: &Ground) -> Result<(), TownError> {
        Ok(Township::encrypt(store_file(dir), &ground.options())?)
    }

    /// Makes the township in a folder plain again; the ground's key opens it.
    pub fn decrypt(dir: &Path, ground: &Ground) -> Result<(), TownError> {
        Ok(Township::decrypt(store_file(dir), &ground.options())?)
    }

    /// Puts a backup back into a folder that holds no township, as a new life of its log: phones notice it by themselves.
    pub fn restore(backup: &Path, dir: &Path) -> Result<Self, TownError> {
        Self::restore_on(backup, dir, Ground::default())
    }

    /// The same on other ground than this machine.
    pub fn restore_on(backup: &Path, dir: &Path, ground: Ground) -> Result<Self, TownError> {
        ground.machine.make_folder(dir).map_err(TownError::Folder)?;
        let store = Township::restore(backup, store_file(dir), &projection::specs(), ground.options())?;
        Self::start(store, ground)
    }

    /// The same with a backup whose bytes lie in the folder already, as [`store_file`].
    pub fn begin_again_on(dir: &Path, ground: Ground) -> Result<Self, TownError> {
        let store = Township::begin_again(store_file(dir), &projection::specs(), ground.options())?;
        Self::start(store, ground)
    }

    /// The store of the township in a folder, closed and in one file, until what this answers goes.
    pub fn still(dir: &Path, ground: &Ground) -> Result<Still, TownError> {
        Ok(Township::still(store_file(dir), ground.options())?)
    }

    fn start(store: Township, ground: Ground) -> Result<Self, TownError> {
        let Ground { clock, dice, .. } = ground;
        let (office_hand, accounts_hand, exchanges) = (Mutex::new(()), Mutex::new(()), AtomicU64::new(0));
        let town = Town {
            store,
            gate: Gate::default(),
            clock,
            dice,
            office_hand,
            accounts_hand,
            exchanges,
            keys: RwLock::new(Keys::of(Vec::new()).ok_or(TownError::Keys)?),
            request_numbers: Mutex::default(),
            meters: Mutex::default(),
        };
        town.load_keys()?;
        if town.store.views_stale() {
            projection::rebuild(&town)?;
        }
        erasures::settle(&town)?;
        settle::all(&town)?;
        numbers::all(&town);
        // What could not be written stays off and is refused with a sentence; the next opening tries again.
        if let Err(why) = town.keep_groups_in_use() {
            tracing::error!(why = %why, "the groups of personal data that are in use could not be switched on");
        }
        Ok(town)
    }

    /// The township's clock.
    pub fn now(&self) -> ServerMillis {
        (self.clock)()
    }

    /// Today, by the township's wall clock.
    pub fn today(&self) -> NaiveDate {
        local(self.now()).date_naive()
    }

    /// The township's suite: everything of its own is made under it, and nothing of another is taken.
    pub fn suite(&self) -> Result<Suite, TownError> {
        Ok(self.store.read()?.suite())
    }

    /// Chooses the suite; only before the first code is made and before the township is sealed ([`ChosenSuite::TooLate`] and
    /// [`ChosenSuite::Sealed`] otherwise).
    pub fn choose_suite(&self, suite: Suite) -> Result<ChosenSuite, TownError> {
        let chosen = self.store.choose_suite(suite)?;
        // Nobody knows the key yet that was made under another suite.
        self.load_keys()?;
        Ok(chosen)
    }

    /// The store, for what needs no rule.
    pub fn store(&self) -> &Township {
        &self.store
    }

    /// Exchanges answered since the township was opened.
    pub fn exchanges(&self) -> u64 {
        self.exchanges.load(Ordering::Relaxed)
    }

    /// Makes a one-time code with which a phone of `worker` enrols; it is kept only as its hash. `None`: no such worker.
    pub fn new_code(&self, worker: WorkerId, hours: u32) -> Result<Option<String>, TownError> {
        // Nobody becomes the office by being written into a roster under its name.
        if worker == OFFICE || home_of(&self.store.read()?, worker)?.is_none() {
            return Ok(None);
        }
        let code = data_encoding::BASE32_NOPAD.encode(&self.random::<10>()?);
        let now = self.now();
        let until = ServerMillis(now.0 + i64::from(hours.min(MAX_CODE_HOURS)) * 3_600_000);
        self.store.create_code(&code, reader_of(worker), now, until)?;
        Ok(Some(code))
    }

    /// A name for a new record.
    pub(crate) fn mint_record(&self) -> Result<RecordId, TownError> {
        self.random().map(RecordId)
    }

    /// Fresh random bytes, 16 at most.
    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N], TownError> {
        let bytes = (self.dice)().ok_or(TownError::Dice)?;
        bytes.first_chunk().copied().ok_or(TownError::Dice)
    }
}

impl Ground {
    fn options(&self) -> TownshipOptions {
        TownshipOptions { key: self.key.clone(), machine: self.machine, ..TownshipOptions::default() }
    }
}

fn system_clock() -> Clock {
    Arc::new(|| ServerMillis(Utc::now().timestamp_millis()))
}

fn system_dice() -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok().map(|()| bytes)
}

/// When a day begins by the township's wall clock.
pub(crate) fn begin_of(day: NaiveDate) -> ServerMillis {
    let utc = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
    ServerMillis(utc - i64::from(UTC_OFFSET_SECONDS) * 1_000)
}

/// A moment by the township's wall clock.
pub(crate) fn local(at: ServerMillis) -> DateTime<FixedOffset> {
    let utc = DateTime::<Utc>::from_timestamp_millis(at.0).unwrap_or_default();
    let offset = FixedOffset::east_opt(UTC_OFFSET_SECONDS).unwrap_or_else(|| chrono::Offset::fix(&Utc));
    utc.with_timezone(&offset)
}

/// Whom a worker's devices read for.
pub(crate) fn reader_of(worker: WorkerId) -> ReaderId {
    ReaderId(worker.0.into_bytes())
}

/// Why a township does not open or cannot do its work.
#[derive(Debug, thiserror::Error)]
pub enum TownError {
    /// The folder cannot be made.
    #[error("the township's folder cannot be used: {0}")]
    Folder(#[source] std::io::Error),
    /// The store does not open.
    #[error("{0}")]
    Open(#[from] OpenError),
    /// The store failed.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The gate failed.
    #[error("{0}")]
    Gate(#[from] GateError),
    /// The list of erasures beside the database is not sound. While it is, nothing is shown.
    #[error("{0}")]
    ErasureList(ListError),
    /// A document holds what the list of erasures says went, and cannot be erased again.
    #[error("the document {0} cannot be erased again as the list of erasures says: {1}")]
    NotErasedAgain(lianhu_sync::ids::DocId, lianhu_core::NotRenewed),
    /// Others kept writing the same document. Nothing is wrong; try again.
    #[error("others keep writing the same document: try again")]
    Busy,
    /// The township's own keys do not read.
    #[error("the township's keys do not read")]
    Keys,
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    Dice,
}
