//! Noticing that a store was copied or put back: a file beside the database names the copy and counts its commits.

use std::path::PathBuf;

use rusqlite::Connection;

use crate::bytes::Columns;
use crate::error::{OpenError, StoreError};
use crate::file::{Claim, beside};
use crate::machine::Machine;

/// A token of 16 bytes and a count of 8, big-endian.
const LENGTH: usize = 24;

/// Which copy this is, and how many commits it has seen.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Copy {
    token: [u8; 16],
    commits: u64,
}

/// The file beside the database.
pub(crate) struct Sidecar {
    path: PathBuf,
    machine: &'static dyn Machine,
    token: [u8; 16],
    looks_copied: bool,
}

impl Sidecar {
    /// Compares the file with the database. A store that has never seen a commit starts a file of its own.
    pub(crate) fn open(lock: &Claim, connection: &Connection) -> Result<Self, OpenError> {
        let (path, machine) = (beside(lock.path(), ".token"), lock.machine());
        let ours = in_database(connection)?;
        let beside = machine.read(&path, LENGTH as u64 + 1).map_err(|error| OpenError::io(&path, error))?;
        let looks_copied = match beside.as_deref().and_then(parse) {
            // The file is written after the database, so it may be behind by a commit, but never ahead.
            Some(beside) => beside.token != ours.token || beside.commits > ours.commits,
            None => ours.commits > 0,
        };
        let mut sidecar = Sidecar { path, machine, token: ours.token, looks_copied };
        // A database that has never been committed to has nothing a copy could share.
        if ours.commits == 0 && looks_copied {
            sidecar.renew(connection)?;
        } else if !looks_copied {
            sidecar.write(ours.commits, false).map_err(|error| OpenError::io(&sidecar.path, error))?;
        }
        Ok(sidecar)
    }

    pub(crate) fn looks_copied(&self) -> bool {
        self.looks_copied
    }

    /// A new name for this copy, in the database first: a crash between leaves them different, which is noticed.
    pub(crate) fn renew(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let named = self.machine.random(&self.path);
        connection.execute("UPDATE copy SET token = coalesce(?1, randomblob(16))", [named])?;
        let ours = in_database(connection)?;
        self.token = ours.token;
        let written = self.write(ours.commits, true);
        written.map_err(|error| StoreError::Io { path: self.path.display().to_string(), why: error.to_string() })?;
        self.looks_copied = false;
        Ok(())
    }

    /// Notes a commit. Not synced, and a failure does no harm: a count that lags says less, never something wrong.
    pub(crate) fn note(&mut self, commits: u64) {
        if !self.looks_copied {
            let _ = self.write(commits, false);
        }
    }

    fn write(&self, commits: u64, durable: bool) -> std::io::Result<()> {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend(self.token);
        bytes.extend(commits.to_be_bytes());
        self.machine.write(&self.path, &bytes, durable)
    }
}

/// Counts a commit inside its transaction.
pub(crate) fn count_commit(connection: &Connection) -> Result<u64, StoreError> {
    connection
        .prepare_cached("UPDATE copy SET commits = commits + 1 RETURNING commits")?
        .query_row([], |row| Ok(row.count(0)))?
}

fn in_database(connection: &Connection) -> Result<Copy, StoreError> {
    let (token, commits) = connection
        .prepare_cached("SELECT token, commits FROM copy")?
        .query_row([], |row| Ok((row.bytes::<16>(0), row.count(1))))?;
    Ok(Copy { token: token?, commits: commits? })
}

fn parse(bytes: &[u8]) -> Option<Copy> {
    let (token, commits) = bytes.split_first_chunk::<16>()?;
    Some(Copy { token: *token, commits: u64::from_be_bytes(commits.try_into().ok()?) })
}
