//! What a store asks of the machine it runs on besides SQLite: files beside the database, the right to use it, and dice.
//!
//! The system's answers are the default. A simulation brings its own, so that the same store runs over disks that lose
//! power, and one seed gives one run.

use std::any::Any;
use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Read as _, Result, Seek as _, SeekFrom, Write as _};
use std::path::Path;

/// The right to use a database; it ends when this is dropped, or with the process.
pub type Held = Box<dyn Any + Send + Sync>;

/// The machine under a store. Every path it is given is a database's, or lies beside one.
pub trait Machine: Send + Sync {
    /// The SQLite file system (VFS) the databases lie in; `None` is SQLite's own.
    fn vfs(&self) -> Option<&'static str>;

    /// Whether nobody but this process can have a database there open, as in a browser. Its journal then needs no memory that
    /// is shared between processes, which there is none of.
    fn is_alone(&self) -> bool;

    /// 16 bytes nobody has seen before, to name a log or a copy; `None` leaves it to SQLite's own source.
    fn random(&self, database: &Path) -> Option<[u8; 16]>;

    /// 32 bytes nobody can guess: keys come from them.
    fn secret(&self, database: &Path) -> Result<[u8; 32]>;

    /// Makes a folder and those above it; one that is there is fine.
    fn make_folder(&self, path: &Path) -> Result<()>;

    /// Takes the right to use the database at `path`; `None`: somebody else has it.
    fn lock(&self, path: &Path) -> Result<Option<Held>>;

    /// Whether there is something under this name.
    fn exists(&self, path: &Path) -> bool;

    /// The first bytes of a small file, `at_most` of them; `None` where there is no file.
    fn read(&self, path: &Path, at_most: u64) -> Result<Option<Vec<u8>>>;

    /// Writes over the first bytes of a small file, which is made when it is not there. `durable` waits for the disk.
    fn write(&self, path: &Path, bytes: &[u8], durable: bool) -> Result<()>;

    /// Gives a file another name.
    fn rename(&self, from: &Path, to: &Path) -> Result<()>;

    /// Makes an empty file, or a durable copy of `from`. Refuses a name where there is something.
    fn make_file(&self, to: &Path, from: Option<&Path>) -> Result<()>;
}

/// The machine this process runs on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ThisMachine;

impl Machine for ThisMachine {
    fn vfs(&self) -> Option<&'static str> {
        None
    }

    fn is_alone(&self) -> bool {
        false
    }

    fn random(&self, _database: &Path) -> Option<[u8; 16]> {
        None
    }

    fn secret(&self, _database: &Path) -> Result<[u8; 32]> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
        Ok(bytes)
    }

    fn make_folder(&self, path: &Path) -> Result<()> {
        std::fs::create_dir_all(path)
    }

    fn lock(&self, path: &Path) -> Result<Option<Held>> {
        let file = File::options().create(true).truncate(false).write(true).open(crate::file::beside(path, ".lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Box::new(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn exists(&self, path: &Path) -> bool {
        path.exists()
    }

    fn read(&self, path: &Path, at_most: u64) -> Result<Option<Vec<u8>>> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        file.take(at_most).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    fn write(&self, path: &Path, bytes: &[u8], durable: bool) -> Result<()> {
        let mut file = File::options().create(true).truncate(false).write(true).open(path)?;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(bytes)?;
        if durable { file.sync_all() } else { Ok(()) }
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        std::fs::rename(from, to)
    }

    fn make_file(&self, to: &Path, from: Option<&Path>) -> Result<()> {
        // The other one first: without it, no empty file is left behind.
        let from = from.map(File::open).transpose()?;
        let mut to = File::create_new(to)?;
        if let Some(mut from) = from {
            std::io::copy(&mut from, &mut to)?;
            to.sync_all()?;
        }
        Ok(())
    }
}
