//! How a command ends: an exit code that means something, a sentence that says what happened, and what to do next.

use std::fmt;
use std::process::ExitCode;

/// What went wrong, as scripts see it. The numbers are part of the command's interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Something failed that is not in this list.
    Failed = 1,
    /// The arguments do not make sense (clap uses the same number).
    Usage = 2,
    /// Bad input: a file, a record, an id that cannot be taken.
    Input = 3,
    /// A check found differences.
    Differences = 4,
    /// Another program is using the database.
    InUse = 5,
    /// A database is damaged, foreign or newer than this program.
    Damaged = 6,
    /// The disk is full or refuses writes.
    Disk = 7,
    /// The township cannot be reached, or it refused.
    Network = 8,
}

/// A command that did not do what it was asked.
#[derive(Debug)]
pub struct Failure {
    kind: Kind,
    what: String,
    next: Option<String>,
}

impl Failure {
    /// What happened.
    pub fn new(kind: Kind, what: impl Into<String>) -> Self {
        Failure { kind, what: what.into(), next: None }
    }

    /// What the person can do about it.
    #[must_use]
    pub fn hint(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// The exit code.
    pub fn code(&self) -> ExitCode {
        ExitCode::from(self.kind as u8)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        match &self.next {
            Some(next) => write!(f, "\n  → {next}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}

impl From<std::io::Error> for Failure {
    fn from(why: std::io::Error) -> Self {
        let kind = match why.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::ReadOnlyFilesystem => Kind::Disk,
            _ => Kind::Failed,
        };
        Failure::new(kind, why.to_string())
    }
}
