//! A phone's store: what the township recorded, and what the phone's owner wrote since, apart from each other.

mod write;

use std::path::Path;

use lianhu_sync::ids::{DocId, Heads};
use lianhu_sync::message::{HeldReason, RefusedCode};
use lianhu_sync::ports::{
    PendingChange, PendingState, PhoneBase, PhoneDocSummary, PhoneStanding, PhoneStore, PhoneWrite,
};
use lianhu_sync::seal::Seal;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior};

use crate::bytes::Columns;
use crate::error::{OpenError, StoreError, unreadable};
use crate::file::{self, Lock, Schema, SetAside};
use crate::machine::{Machine, ThisMachine};

use crate::copies::{self, Sidecar};

mod migrations {
    refinery::embed_migrations!("migrations/phone");
}

const SCHEMA: Schema = Schema {
    // "LHph"
    application_id: 0x4c48_7068,
    name: "phone's database",
    migrations: migrations::migrations::runner,
    name_itself: "UPDATE copy SET token = ?1",
};

/// A phone's store.
///
/// Two phones must never write under one author, so a store has to notice when it was copied or put back from a backup.
/// Beside the database lies a small file, `<name>.token`; it names this copy and counts its commits. When the file is
/// missing, names another copy, or has seen commits that the database has not, [`Phone::looks_copied`] is true. The host
/// then takes a fresh incarnation, stores it with its identity, and calls [`Phone::settle_copy`]. Hosts keep the file out
/// of backups and transfers to a new phone (on Android `noBackupFilesDir`, on iOS `isExcludedFromBackup`). A copy of the
/// whole directory, with the file and while nothing was written since, cannot be noticed.
pub struct Phone {
    connection: Connection,
    sidecar: Sidecar,
    _lock: Lock,
}

/// How a phone's store is opened.
#[derive(Clone, Copy)]
pub struct PhoneOptions {
    /// The most pages (of 4 KiB) the database may have; beyond it the disk counts as full.
    pub max_pages: Option<u32>,
    /// What it runs on.
    pub machine: &'static dyn Machine,
}

impl Default for PhoneOptions {
    fn default() -> Self {
        PhoneOptions { max_pages: None, machine: &ThisMachine }
    }
}

impl Phone {
    /// Opens the store at `path`, or makes it.
    pub fn open(path: impl AsRef<Path>, options: PhoneOptions) -> Result<Self, OpenError> {
        let lock = Lock::take(path.as_ref(), options.machine)?;
        let connection = file::open(&lock, &SCHEMA)?;
        Self::start(lock, connection, options)
    }

    /// The same; but a file that is damaged, or a database of something else, is renamed to `….damaged-1` (2, 3 …) with
    /// its journal, and a new store begins in its place. Nothing is deleted. Tell people where the old one lies.
    pub fn open_or_set_aside(
        path: impl AsRef<Path>,
        options: PhoneOptions,
    ) -> Result<(Self, Option<SetAside>), OpenError> {
        let lock = Lock::take(path.as_ref(), options.machine)?;
        let (connection, aside) = file::open_or_set_aside(&lock, &SCHEMA)?;
        Ok((Self::start(lock, connection, options)?, aside))
    }

    fn start(lock: Lock, connection: Connection, options: PhoneOptions) -> Result<Self, OpenError> {
        if let Some(pages) = options.max_pages {
            connection.pragma_update(None, "max_page_count", pages).map_err(StoreError::from)?;
        }
        // What is deleted is overwritten in its page: a phone is easily lost, and what was erased must not be on it. The
        // setting belongs to the connection and not to the file.
        connection.pragma_update(None, "secure_delete", true).map_err(StoreError::from)?;
        let sidecar = Sidecar::open(&lock, &connection)?;
        Ok(Phone { connection, sidecar, _lock: lock })
    }

    /// Whether this may be a copy, or an older state, of a store that is or was in use elsewhere.
    pub fn looks_copied(&self) -> bool {
        self.sidecar.looks_copied()
    }

    /// Makes this copy the one and only, once the host has stored its fresh incarnation.
    pub fn settle_copy(&mut self) -> Result<(), StoreError> {
        self.sidecar.renew(&self.connection)
    }

    /// What SQLite finds wrong with the file; nothing in a sound one.
    pub fn integrity_problems(&self) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection.prepare("PRAGMA integrity_check")?;
        let found = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
        Ok(found.into_iter().filter(|line| line != "ok").collect())
    }
}

impl PhoneStore for Phone {
    type Error = StoreError;

    fn standing(&self) -> Result<PhoneStanding, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT log_id, position, digest, list_heads, host FROM standing")?;
        let mut rows = statement.query([])?;
        let Some(row) = rows.next()? else { return Err(unreadable("standing")) };
        Ok(PhoneStanding {
            log: row.log_id(0)?,
            position: row.position(1)?,
            digest: row.digest(2)?,
            list_heads: row.get(3)?,
            host: row.get(4)?,
        })
    }

    fn documents(&self) -> Result<Vec<PhoneDocSummary>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT doc, heads, card, withdrawn FROM documents ORDER BY doc")?;
        let mut rows = statement.query([])?;
        let mut documents = Vec::new();
        while let Some(row) = rows.next()? {
            documents.push(PhoneDocSummary {
                doc: row.doc(0)?,
                heads: row.heads(1)?,
                card: row.get(2)?,
                withdrawn: row.get(3)?,
            });
        }
        Ok(documents)
    }

    fn base(&self, doc: DocId) -> Result<Option<PhoneBase>, StoreError> {
        let found = self
            .connection
            .prepare_cached("SELECT heads, sealed_heads, seal FROM documents WHERE doc = ?1 AND based")?
            .query_row([doc.0], |row| Ok((row.heads(0), sealed_of(row))))
            .optional()?;
        let Some((heads, sealed)) = found else { return Ok(None) };
        let snapshot = self
            .connection
            .prepare_cached("SELECT bytes FROM snapshots WHERE doc = ?1")?
            .query_row([doc.0], |row| row.get(0))
            .optional()?;
        let mut statement = self.connection.prepare_cached("SELECT bytes FROM tail WHERE doc = ?1 ORDER BY seq")?;
        let tail = statement.query_map([doc.0], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(Some(PhoneBase { heads: heads?, snapshot, tail, sealed: sealed? }))
    }

    fn pending(&self, doc: Option<DocId>) -> Result<Vec<PendingChange>, StoreError> {
        const COLUMNS: &str = "SELECT doc, hash, bytes, touches, state, code, words FROM pending";
        let (sql, key) = match doc {
            Some(doc) => (format!("{COLUMNS} WHERE doc = ?1 ORDER BY seq"), vec![doc.0]),
            None => (format!("{COLUMNS} ORDER BY seq"), Vec::new()),
        };
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(key))?;
        let mut pending = Vec::new();
        while let Some(row) = rows.next()? {
            pending.push(pending_of(row)?);
        }
        Ok(pending)
    }

    fn commit(&mut self, writes: Vec<PhoneWrite>) -> Result<(), StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut gone = false;
        for write in &writes {
            gone |= write::apply(&transaction, write)?;
        }
        let commits = copies::count_commit(&transaction)?;
        transaction.commit()?;
        self.sidecar.note(commits);
        if gone {
            // The journal still has what was replaced. The commit is durable whether or not this succeeds; the next one
            // that replaces something tries again.
            let _ = file::empty_journal(&self.connection);
        }
        Ok(())
    }

    fn destroy(&mut self) -> Result<(), StoreError> {
        // What is deleted is overwritten in its page (`secure_delete`); the file is then written anew without free pages.
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(
            "DELETE FROM pending; DELETE FROM tail; DELETE FROM snapshots; DELETE FROM documents;
             UPDATE standing SET log_id = zeroblob(16), position = 0, digest = zeroblob(16), list_heads = 0, host = x'';",
        )?;
        let commits = copies::count_commit(&transaction)?;
        transaction.commit()?;
        self.sidecar.note(commits);
        self.connection.execute_batch("VACUUM")?;
        file::empty_journal(&self.connection)?;
        Ok(())
    }
}

/// The seal in columns 1 (its heads) and 2.
fn sealed_of(row: &Row<'_>) -> Result<Option<(Heads, Seal)>, StoreError> {
    match row.optional_bytes::<16>(2)? {
        Some(seal) => Ok(Some((row.heads(1)?, Seal(seal)))),
        None => Ok(None),
    }
}

fn pending_of(row: &Row<'_>) -> Result<PendingChange, StoreError> {
    let touches: String = row.get(3)?;
    Ok(PendingChange {
        doc: row.doc(0)?,
        hash: row.hash(1)?,
        bytes: row.get(2)?,
        touches: touches.split('\n').filter(|key| !key.is_empty()).map(str::to_owned).collect(),
        state: state_of(row)?,
    })
}

fn state_of(row: &Row<'_>) -> Result<PendingState, StoreError> {
    match row.code(4)? {
        write::KEPT => Ok(PendingState::Kept),
        write::CARRIED => Ok(PendingState::Carried),
        write::HELD => Ok(PendingState::Held(HeldReason::from_u8(row.code(5)?))),
        write::REFUSED => {
            let words: Option<String> = row.get(6)?;
            Ok(PendingState::Refused(RefusedCode::from_u8(row.code(5)?), words.unwrap_or_default()))
        }
        _ => Err(unreadable("state")),
    }
}
