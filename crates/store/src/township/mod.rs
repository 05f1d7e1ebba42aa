//! A township's store: one writer, many readers, and everything an exchange writes in one transaction.

mod access;
mod accounts;
mod audit;
mod backup;
mod blocks;
mod commit;
mod erasures;
mod generation;
mod list;
mod notes;
mod office;
mod pack;
mod page;
mod reader;
mod retention;
mod rows;
mod sealed;
mod suite;
mod trust;
mod verify;
mod views;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use lianhu_crypto::SymmetricKey;
use lianhu_sync::ids::{DocId, LogId, Position};
use lianhu_sync::ports::{self, Commit, CommitOutcome, ViewRow};
use rusqlite::Connection;
use rusqlite::config::DbConfig;

use crate::copies::Sidecar;
use crate::error::{OpenError, StoreError};
use crate::file::{self, Claim, Schema, SetAside};
use crate::limits::{CHECKPOINT_PAGES, IDLE_READERS, READER_CACHE_KIB, TOWNSHIP_WAL_KEEP_BYTES, WRITER_CACHE_KIB};
use crate::machine::{Machine, ThisMachine};
use crate::schema::{Migration, migrations};
use crate::sealed::Sealer;

pub use accounts::{Account, AccountChange, AccountId, Session};
pub use audit::{
    AuditFindings, AuditHead, AuditPick, AuditProblem, AuditQuery, AuditRecord, AuditTrim, AuditTrimming, NewAuditLine,
    NewAuditTrim,
};
pub use backup::Still;
pub use erasures::{ErasedLine, ListError};
pub use list::{Op, Query};
pub use office::{Contact, Counters, Device, DeviceNight, HeldRecord, NewDevice, Redeemed};
pub use reader::Reader;
pub use suite::ChosenSuite;
pub use trust::{DeviceStanding, TownshipKeyRow};
pub use verify::{DigestDifference, DocFacts, LoggedChange};
pub use views::{ColumnType, ViewSpec};

use notes::Notes;
use views::Views;
use writer::Writer;

pub(crate) const MIGRATIONS: &[Migration] = migrations! {
    "township": 1 "log_documents_access", 2 "generations", 3 "seals", 4 "copies", 5 "suite", 6 "sealed", 7 "trust",
    8 "accounts", 9 "audit", 10 "erasures", 11 "signed_summaries", 12 "sealed_reasons", 13 "blocks",
};

const SCHEMA: Schema = Schema {
    // "LHtw"
    application_id: 0x4c48_7477,
    name: "township's database",
    migrations: MIGRATIONS,
    name_itself: "UPDATE meta SET log_id = ?1, seal_key = CAST(?1 || ?1 AS BLOB)",
};

/// A township's store. Clones share it; it closes when the last clone and the last [`Reader`] are gone.
///
/// Like a phone's store it notices, by a small file beside it (`<name>.token`), that it was copied or put back: then it
/// begins a new life of its log when it is opened, whoever put it there and however. A copy of the whole directory, with
/// that file and while nothing was written since, cannot be noticed.
#[derive(Clone)]
pub struct Township {
    inner: Arc<Inner>,
}

/// How a township's store is opened.
#[derive(Clone)]
pub struct TownshipOptions {
    /// The key it is sealed with; `None` for a plain one. It is kept elsewhere than the store ([`Township::encrypt`]).
    pub key: Option<SymmetricKey>,
    /// The most pages (of 4 KiB) the database may have; beyond it the disk counts as full.
    pub max_pages: Option<u32>,
    /// What it runs on.
    pub machine: &'static dyn Machine,
}

impl Default for TownshipOptions {
    fn default() -> Self {
        TownshipOptions { key: None, max_pages: None, machine: &ThisMachine }
    }
}

struct Inner {
    // In the order in which they must go: the connections before the right to use the file.
    writer: Writer,
    idle: Mutex<Vec<Connection>>,
    notes: Notes,
    sealer: Arc<Sealer>,
    views: Arc<Views>,
    views_stale: AtomicBool,
    documents_loaded: AtomicU64,
    lock: Claim,
}

impl Township {
    /// Opens the store at `path`, or makes it. `views` are the tables to keep besides the log; when they are others than
    /// last time they are made anew and empty, and [`Township::views_stale`] says so.
    #[expect(clippy::needless_pass_by_value, reason = "the key in them is given away")]
    pub fn open(path: impl AsRef<Path>, views: &[ViewSpec], options: TownshipOptions) -> Result<Self, OpenError> {
        let lock = Claim::take(path.as_ref(), options.machine)?;
        let connection = file::open(&lock, &SCHEMA)?;
        Self::start(lock, connection, views, &options)
    }

    /// The same; but a file that is damaged, or a database of something else, is renamed to `….damaged-1` (2, 3 …) with
    /// its journal, and a new store begins in its place. Nothing is deleted. Tell people where the old one lies.
    #[expect(clippy::needless_pass_by_value, reason = "the key in them is given away")]
    pub fn open_or_set_aside(
        path: impl AsRef<Path>,
        views: &[ViewSpec],
        options: TownshipOptions,
    ) -> Result<(Self, Option<SetAside>), OpenError> {
        let lock = Claim::take(path.as_ref(), options.machine)?;
        let (connection, aside) = file::open_or_set_aside(&lock, &SCHEMA)?;
        Ok((Self::start(lock, connection, views, &options)?, aside))
    }

    fn start(
        lock: Claim,
        mut connection: Connection,
        views: &[ViewSpec],
        options: &TownshipOptions,
    ) -> Result<Self, OpenError> {
        let unlocked = sealed::unlock(&mut connection, options, &lock)?;
        let sealer = Arc::new(sealed::sealer_of(unlocked.as_ref(), &lock)?);
        let views = Views::new(views, Arc::clone(&sealer))?;
        let current = views.prepare(&mut connection)?;
        if let Some(pages) = options.max_pages {
            connection.pragma_update(None, "max_page_count", pages).map_err(StoreError::from)?;
        }
        prepare_writer(&connection).map_err(StoreError::from)?;
        let mut copy = Sidecar::open(&lock, &connection)?;
        if copy.looks_copied() {
            // Put back or copied by hand: positions of this log may mean something else to phones that went on without it.
            commit::renew_log(&connection, lock.machine().random(lock.path()))?;
            copy.renew(&connection)?;
        }
        let writer = Writer::start(connection, copy).map_err(|error| OpenError::io(lock.path(), error))?;
        let inner = Inner {
            writer,
            idle: Mutex::new(Vec::new()),
            notes: Notes::default(),
            sealer,
            views: Arc::new(views),
            views_stale: AtomicBool::new(!current),
            documents_loaded: AtomicU64::new(0),
            lock,
        };
        Ok(Township { inner: Arc::new(inner) })
    }

    /// Where the database is.
    pub fn path(&self) -> PathBuf {
        self.inner.lock.path().to_owned()
    }

    /// Whether the views were made anew and wait for [`Township::replace_views`].
    pub fn views_stale(&self) -> bool {
        self.inner.views_stale.load(Ordering::Acquire)
    }

    /// Replaces all rows of all views, in one transaction. `as_of` is the log's head of the snapshot the rows were
    /// projected from; when the log has moved since, nothing is written and the answer is stale: project again. Rows are
    /// written as they come, and an error among them ends it with nothing written.
    pub fn replace_views(
        &self,
        as_of: Position,
        rows: impl Iterator<Item = Result<(DocId, Vec<ViewRow>), StoreError>> + Send + 'static,
    ) -> Result<CommitOutcome, StoreError> {
        let views = Arc::clone(&self.inner.views);
        let outcome = self.inner.writer.write_alone(move |connection| views.replace_all(connection, as_of, rows))?;
        if outcome != CommitOutcome::Stale {
            self.inner.views_stale.store(false, Ordering::Release);
        }
        Ok(outcome)
    }

    /// How often a document's bytes were loaded since the store was opened. An exchange without news loads none.
    pub fn documents_loaded(&self) -> u64 {
        self.inner.documents_loaded.load(Ordering::Relaxed)
    }

    /// Begins a new life of the log. Whoever puts back an old copy of the database calls this before the first exchange:
    /// phones then list what they hold and give back what the copy does not know.
    pub fn restored(&self) -> Result<LogId, StoreError> {
        let named = self.inner.lock.machine().random(self.inner.lock.path());
        self.inner.writer.write(move |connection| commit::renew_log(connection, named))
    }
}

impl ports::Township for Township {
    type Error = StoreError;
    type Reader = Reader;

    fn read(&self) -> Result<Reader, StoreError> {
        Reader::begin(Arc::clone(&self.inner))
    }

    fn commit(&self, commit: Commit) -> Result<CommitOutcome, StoreError> {
        let (views, sealer) = (Arc::clone(&self.inner.views), Arc::clone(&self.inner.sealer));
        self.inner.writer.write(move |connection| commit::write(connection, &sealer, &views, &commit))
    }
}

/// Room for the one connection that writes. How durable a commit is does not change by it.
fn prepare_writer(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "journal_size_limit", TOWNSHIP_WAL_KEEP_BYTES)
}

impl Inner {
    fn take_connection(&self) -> Result<Connection, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(connection) = idle {
            return Ok(connection);
        }
        let connection = file::connect(self.lock.path(), self.lock.machine())?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
        // A plan does not hang on the values asked for. Otherwise some statements are compiled again for every new value.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(connection)
    }

    fn give_back(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_READERS {
            idle.push(connection);
        }
    }
}
