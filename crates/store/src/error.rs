//! What can go wrong, for whoever opens a store and for whoever uses one. No error repeats what people wrote.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why a store could not be opened. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process, or another part of this one, has it open.
    #[error("{} is in use: {hint}", path.display())]
    InUse {
        /// The database.
        path: PathBuf,
        /// What to do.
        hint: &'static str,
    },
    /// A newer program wrote it.
    #[error("{} was written by a newer version (schema {found}, this program knows {known}): update this program", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema this program knows.
        known: i64,
    },
    /// A database, but of something else.
    #[error("{} is not a {expected}", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What was expected.
        expected: &'static str,
    },
    /// Not readable as a database any more.
    #[error("{} is damaged: {why}", path.display())]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What SQLite found.
        why: String,
    },
    /// The file system refused.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        error: std::io::Error,
    },
    /// Too many damaged databases lie next to this one.
    #[error("{} cannot be set aside: too many damaged copies lie beside it", path.display())]
    TooManySetAside {
        /// The database.
        path: PathBuf,
    },
    /// Its values are sealed, and no key or PIN was given.
    #[error("{} is sealed: it opens with its key or PIN alone", path.display())]
    Locked {
        /// The database.
        path: PathBuf,
    },
    /// It is sealed by something else than what was given.
    #[error("{} is sealed by {by}, and something else was given", path.display())]
    OtherLock {
        /// The database.
        path: PathBuf,
        /// What it is sealed by.
        by: &'static str,
    },
    /// The key is not the one it is sealed by.
    #[error("{} does not open with this key", path.display())]
    WrongKey {
        /// The database.
        path: PathBuf,
    },
    /// The PIN is not the one it is sealed by.
    #[error("{} does not open with this PIN", path.display())]
    WrongPin {
        /// The database.
        path: PathBuf,
    },
    /// A key was given, and the township in it is not sealed.
    #[error("{} is not sealed, and a key was given: seal it first, or open it without one", path.display())]
    NotSealed {
        /// The database.
        path: PathBuf,
    },
    /// A view's description cannot be turned into a table.
    #[error("the view {0} cannot be made: names are lower-case letters, digits and _, each used once")]
    BadView(String),
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OpenError {
    /// Whether setting the file aside and starting anew is a way out.
    pub fn can_be_set_aside(&self) -> bool {
        matches!(self, OpenError::Damaged { .. } | OpenError::Foreign { .. })
    }

    pub(crate) fn io(path: &Path, error: std::io::Error) -> Self {
        OpenError::Io { path: path.to_owned(), error }
    }
}

/// Why a store did not do as asked. What was being written was not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// No room; everything acknowledged before is still there and readable.
    #[error("the disk is full; nothing of this was written, and what was there before is unharmed")]
    DiskFull,
    /// The file is not a sound database any more.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// Anything else the database said.
    #[error("the database did not do as asked: {0}")]
    Database(String),
    /// Somebody still reads from the journal, so it could not be emptied; what was deleted may lie there. Try again.
    #[error("somebody is still reading; the journal could not be emptied, try again")]
    StillRead,
    /// The store is being closed.
    #[error("the store is closed")]
    Closed,
    /// No such view.
    #[error("there is no view {0}")]
    UnknownView(String),
    /// No such column.
    #[error("the view {view} has no column {column}")]
    UnknownColumn {
        /// The view.
        view: String,
        /// The column asked for.
        column: String,
    },
    /// A row that does not fit its view.
    #[error("a row does not fit the view {0}")]
    BadRow(String),
    /// The file system refused.
    #[error("{path}: {why}")]
    Io {
        /// The file.
        path: String,
        /// What it said.
        why: String,
    },
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error() {
            Some(failure) if is_out_of_room(failure) => StoreError::DiskFull,
            Some(failure) if matches!(failure.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                StoreError::Damaged(error.to_string())
            }
            _ => StoreError::Database(error.to_string()),
        }
    }
}

fn is_out_of_room(failure: &rusqlite::ffi::Error) -> bool {
    failure.code == ErrorCode::DiskFull
        || matches!(failure.extended_code, rusqlite::ffi::SQLITE_IOERR_WRITE | rusqlite::ffi::SQLITE_IOERR_SHMSIZE)
}

/// A stored value this version cannot read.
pub(crate) fn unreadable(what: &str) -> StoreError {
    StoreError::Damaged(format!("a stored {what} cannot be read"))
}
