//! Noticing that a store was copied or put back: a file beside the database names the copy and counts its commits.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::bytes::Columns;
use crate::error::{OpenError, StoreError};
use crate::file::beside;

/// A token of 16 bytes and a count of 8, big-endian.
const LENGTH: usize = 24;

/// Which copy this is, and how many commits it has seen.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Copy {
    token: [u8; 16],
    commits: u64,
}

/// The file beside the database.
pub(super) struct Sidecar {
    path: PathBuf,
    file: File,
    token: [u8; 16],
    looks_copied: bool,
}

impl Sidecar {
    /// Compares the file with the database. A store that has never seen a commit starts a file of its own.
    pub(super) fn open(database: &Path, connection: &Connection) -> Result<Self, OpenError> {
        let path = beside(database, ".token");
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(|error| OpenError::io(&path, error))?;
        let ours = in_database(connection)?;
        let beside = read(&mut file).map_err(|error| OpenError::io(&path, error))?;
        let looks_copied = match beside {
            // The file is written after the database, so it may be behind by a commit, but never ahead.
            Some(beside) => beside.token != ours.token || beside.commits > ours.commits,
            None => ours.commits > 0,
        };
        let mut sidecar = Sidecar { path, file, token: ours.token, looks_copied };
        // A database that has never been committed to has nothing a copy could share.
        if ours.commits == 0 && looks_copied {
            sidecar.renew(connection)?;
        } else if !looks_copied {
            sidecar.write(ours.commits).map_err(|error| OpenError::io(&sidecar.path, error))?;
        }
        Ok(sidecar)
    }

    pub(super) fn looks_copied(&self) -> bool {
        self.looks_copied
    }

    /// A new name for this copy, in the database first: a crash between leaves them different, which is noticed.
    pub(super) fn renew(&mut self, connection: &Connection) -> Result<(), StoreError> {
        connection.execute("UPDATE copy SET token = randomblob(16)", [])?;
        let ours = in_database(connection)?;
        self.token = ours.token;
        let written = self.write(ours.commits).and_then(|()| self.file.sync_all());
        written.map_err(|error| StoreError::Io { path: self.path.display().to_string(), why: error.to_string() })?;
        self.looks_copied = false;
        Ok(())
    }

    /// Notes a commit. Not synced, and a failure does no harm: a count that lags says less, never something wrong.
    pub(super) fn note(&mut self, commits: u64) {
        if !self.looks_copied {
            let _ = self.write(commits);
        }
    }

    fn write(&mut self, commits: u64) -> std::io::Result<()> {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend(self.token);
        bytes.extend(commits.to_be_bytes());
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&bytes)
    }
}

/// Counts a commit inside its transaction.
pub(super) fn count_commit(connection: &Connection) -> Result<u64, StoreError> {
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

fn read(file: &mut File) -> std::io::Result<Option<Copy>> {
    let mut bytes = Vec::new();
    file.take(LENGTH as u64 + 1).read_to_end(&mut bytes)?;
    let Some((token, commits)) = bytes.split_first_chunk::<16>() else { return Ok(None) };
    let Ok(commits) = <[u8; 8]>::try_from(commits) else { return Ok(None) };
    Ok(Some(Copy { token: *token, commits: u64::from_be_bytes(commits) }))
}
