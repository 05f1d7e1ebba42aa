//! Backups: a whole, consistent copy while the township goes on working; and putting one back.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::Backup;

use super::{SCHEMA, Township, TownshipOptions, ViewSpec};
use crate::error::{OpenError, StoreError};
use crate::file::{self, Claim};
use crate::machine::Machine;

/// Pages copied at a time.
const PAGES: std::ffi::c_int = 4096;

impl Township {
    /// Copies the store to a new file, as it is at one moment. Refuses a path where there is something.
    pub fn backup_to(&self, path: impl AsRef<Path>) -> Result<(), StoreError> {
        let path = path.as_ref();
        // Claims the name, so that nothing is overwritten.
        let machine = self.inner.lock.machine();
        machine.make_file(path, None).map_err(|error| io(path, &error))?;
        let from = self.inner.take_connection()?;
        let copied = copy(&from, path, machine);
        self.inner.give_back(from);
        copied
    }

    /// Puts a backup back at `path`, where there must be nothing, and opens it with a new life of the log, so that phones
    /// give back what the backup does not know.
    pub fn restore(
        backup: impl AsRef<Path>,
        path: impl AsRef<Path>,
        views: &[ViewSpec],
        options: TownshipOptions,
    ) -> Result<Self, OpenError> {
        let (backup, path) = (backup.as_ref(), path.as_ref());
        let machine = options.machine;
        let copied = machine.make_file(path, Some(backup));
        copied.map_err(|error| OpenError::io(if machine.exists(backup) { path } else { backup }, error))?;
        Self::begin_again(path, views, options)
    }

    /// Opens a backup that was put at `path` already, with a new life of the log.
    pub fn begin_again(
        path: impl AsRef<Path>,
        views: &[ViewSpec],
        options: TownshipOptions,
    ) -> Result<Self, OpenError> {
        let township = Self::open(path, views, options)?;
        township.restored()?;
        Ok(township)
    }

    /// The store at `path`, checked, closed, and with everything in its one file. Whoever copies that file has the whole
    /// township. Made where there is none.
    #[expect(clippy::needless_pass_by_value, reason = "the key in them is given away")]
    pub fn still(path: impl AsRef<Path>, options: TownshipOptions) -> Result<Still, OpenError> {
        let claim = Claim::take(path.as_ref(), options.machine)?;
        let connection = file::open(&claim, &SCHEMA)?;
        if !file::empty_journal(&connection).map_err(StoreError::from)? {
            return Err(StoreError::StillRead.into());
        }
        connection.close().map_err(|(_, why)| StoreError::from(why))?;
        // The journal is gone with the last connection. If something else wrote meanwhile, it is not.
        if claim
            .machine()
            .read(&file::beside(claim.path(), "-wal"), 1)
            .is_ok_and(|wal| wal.is_some_and(|wal| !wal.is_empty()))
        {
            return Err(StoreError::StillRead.into());
        }
        Ok(Still(claim))
    }
}

/// A store that is closed and that nobody can open until this goes: its file stays as it is.
pub struct Still(Claim);

impl Still {
    /// The file.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

fn copy(from: &Connection, path: &Path, machine: &dyn Machine) -> Result<(), StoreError> {
    let mut to = file::connect(path, machine)?;
    let backup = Backup::new(from, &mut to)?;
    // One read transaction for the whole copy: writers go on, and what they write meanwhile is not in it.
    from.execute_batch("BEGIN DEFERRED; SELECT count(*) FROM meta;")?;
    let copied = backup.run_to_completion(PAGES, std::time::Duration::ZERO, None);
    from.execute_batch("ROLLBACK")?;
    Ok(copied?)
}

fn io(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Io { path: path.display().to_string(), why: error.to_string() }
}
