//! Opening a database file: one owner, the right kind, sound, migrated; and setting a damaged one aside.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::{OpenError, StoreError};
use crate::limits::{BUSY_TIMEOUT, SET_ASIDE_MAX, STATEMENTS, WAL_KEEP_BYTES};
use crate::machine::{Held, Machine};
use crate::schema::{self, Migration};

/// A database that could not be opened, moved out of the way.
#[derive(Debug)]
pub struct SetAside {
    /// Where it lies now.
    pub path: PathBuf,
    /// Why it was set aside.
    pub why: OpenError,
}

/// What makes a database one of ours.
pub(crate) struct Schema {
    /// The number in the file's header.
    pub(crate) application_id: i32,
    /// For people.
    pub(crate) name: &'static str,
    /// Its migrations.
    pub(crate) migrations: &'static [Migration],
    /// Where a new database keeps the 16 random bytes that name it.
    pub(crate) name_itself: &'static str,
}

/// The right to use a database, held for as long as it is open.
pub(crate) struct Claim {
    path: PathBuf,
    machine: &'static dyn Machine,
    _held: Held,
}

impl Claim {
    /// Takes the lock file next to the database; the machine lets go of it when the process ends, however.
    pub(crate) fn take(path: &Path, machine: &'static dyn Machine) -> Result<Self, OpenError> {
        let held = machine.lock(path).map_err(|error| OpenError::io(&beside(path, ".lock"), error))?;
        let Some(held) = held else {
            return Err(OpenError::InUse {
                path: path.to_owned(),
                hint: "another lianhu has it open; stop that one first, or give this one another directory",
            });
        };
        Ok(Claim { path: path.to_owned(), machine, _held: held })
    }

    /// The database this is for.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// 32 bytes nobody can guess.
    pub(crate) fn secret(&self) -> Result<[u8; 32], StoreError> {
        let told = |why: std::io::Error| StoreError::Io { path: self.path.display().to_string(), why: why.to_string() };
        self.machine.secret(&self.path).map_err(told)
    }

    /// 16 random bytes.
    pub(crate) fn dice(&self) -> Result<[u8; 16], StoreError> {
        let secret = self.secret()?;
        Ok(std::array::from_fn(|place| secret.get(place).copied().unwrap_or_default()))
    }

    /// The machine it lies on.
    pub(crate) fn machine(&self) -> &'static dyn Machine {
        self.machine
    }
}

/// Opens the database, checks it and brings its schema up to date.
pub(crate) fn open(lock: &Claim, schema: &Schema) -> Result<Connection, OpenError> {
    let path = lock.path();
    let mut connection = connect(path, lock.machine()).map_err(|error| at(path, error))?;
    let fresh = check_kind(&connection, path, schema)?;
    if !fresh {
        check_sound(&connection, path)?;
    }
    let known = schema::known(schema.migrations);
    let found = schema::found(&connection).map_err(|error| at(path, error))?;
    if found > known {
        return Err(OpenError::Newer { path: path.to_owned(), found, known });
    }
    prepare_file(&connection, schema).map_err(|error| at(path, error))?;
    if found < known {
        schema::bring_up_to_date(&mut connection, schema.migrations)?;
    }
    if found == 0
        && let Some(name) = lock.machine().random(path)
    {
        connection.execute(schema.name_itself, [name]).map_err(|error| at(path, error))?;
    }
    Ok(connection)
}

/// Opens; what is damaged or foreign is renamed first, with a number, and never deleted.
pub(crate) fn open_or_set_aside(lock: &Claim, schema: &Schema) -> Result<(Connection, Option<SetAside>), OpenError> {
    match open(lock, schema) {
        Ok(connection) => Ok((connection, None)),
        Err(why) if why.can_be_set_aside() => {
            let path = set_aside(lock)?;
            Ok((open(lock, schema)?, Some(SetAside { path, why })))
        }
        Err(error) => Err(error),
    }
}

/// A further connection to a database that [`open`] has prepared.
pub(crate) fn connect(path: &Path, machine: &dyn Machine) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = match machine.vfs() {
        None => Connection::open_with_flags(path, flags)?,
        Some(vfs) => Connection::open_with_flags_and_vfs(path, flags, vfs)?,
    };
    if machine.is_alone() {
        // Before anything is read: a database that is in WAL mode already is then opened without shared memory.
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    }
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // A statement is planned without looking at what is bound to it. Otherwise SQLite compiles many of them anew each time
    // something else is bound, in case another plan should suit that better; ours find rows by their keys, whatever they are.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

/// Moves everything from the journal into the database and empties the journal. False when somebody still reads from it.
pub(crate) fn empty_journal(connection: &Connection) -> Result<bool, rusqlite::Error> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| Ok(row.get::<_, i64>(0)? == 0))
}

/// The path with something after its name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn check_kind(connection: &Connection, path: &Path, schema: &Schema) -> Result<bool, OpenError> {
    let id: i32 =
        connection.query_row("PRAGMA application_id", [], |row| row.get(0)).map_err(|error| at(path, error))?;
    if id == schema.application_id {
        return Ok(false);
    }
    let objects: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(|error| at(path, error))?;
    if id == 0 && objects == 0 {
        return Ok(true);
    }
    Err(OpenError::Foreign { path: path.to_owned(), expected: schema.name })
}

fn check_sound(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let found: String =
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(|error| at(path, error))?;
    if found == "ok" { Ok(()) } else { Err(OpenError::Damaged { path: path.to_owned(), why: found }) }
}

fn prepare_file(connection: &Connection, schema: &Schema) -> Result<(), rusqlite::Error> {
    connection.pragma_update(None, "application_id", schema.application_id)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // NORMAL would lose acknowledged commits when the power goes.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "journal_size_limit", WAL_KEEP_BYTES)?;
    Ok(())
}

fn set_aside(lock: &Claim) -> Result<PathBuf, OpenError> {
    let (path, machine) = (lock.path(), lock.machine());
    for number in 1..=SET_ASIDE_MAX {
        let to = beside(path, &format!(".damaged-{number}"));
        if machine.exists(&to) {
            continue;
        }
        for suffix in ["-wal", "-shm", ""] {
            let from = beside(path, suffix);
            if machine.exists(&from) {
                machine.rename(&from, &beside(&to, suffix)).map_err(|error| OpenError::io(&from, error))?;
            }
        }
        return Ok(to);
    }
    Err(OpenError::TooManySetAside { path: path.to_owned() })
}

fn at(path: &Path, error: rusqlite::Error) -> OpenError {
    match StoreError::from(error) {
        StoreError::Damaged(why) => OpenError::Damaged { path: path.to_owned(), why },
        other => OpenError::Store(other),
    }
}
