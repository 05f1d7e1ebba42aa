//! A phone's store: what the township recorded, and what the phone's owner wrote since, apart from each other.

mod write;

use std::path::Path;

use lianhu_crypto::Suite;
use lianhu_sync::ids::{DocId, Heads};
use lianhu_sync::message::{HeldReason, RefusedCode};
use lianhu_sync::ports::{
    PendingChange, PendingState, PhoneBase, PhoneDocSummary, PhoneStanding, PhoneStore, PhoneWrite,
};
use lianhu_sync::seal::Seal;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior};

use crate::bytes::Columns;
use crate::error::{OpenError, StoreError, unreadable};
use crate::file::{self, Claim, Schema, SetAside};
use crate::lock::{Lock, Unlocked, sweep};
use crate::machine::{Machine, ThisMachine};
use crate::schema::{Migration, migrations};
use crate::sealed::{self, Column, Opened, Sealer};

use crate::copies::{self, Sidecar};

pub(crate) const MIGRATIONS: &[Migration] = migrations! { "phone": 1 "base_and_pending", 2 "seals", 3 "sealed" };

const SCHEMA: Schema = Schema {
    // "LHph"
    application_id: 0x4c48_7068,
    name: "phone's database",
    migrations: MIGRATIONS,
    name_itself: "UPDATE copy SET token = ?1",
};

const HOST: Column = Column::new("standing", "host", &[]);
const CARD: Column = Column::new("documents", "card", &["doc"]);
const SNAPSHOT: Column = Column::new("snapshots", "bytes", &["doc"]);
const TAIL: Column = Column::new("tail", "bytes", &["doc", "hash"]);
const PENDING: Column = Column::new("pending", "bytes", &["doc", "hash"]);
const TOUCHES: Column = Column::new("pending", "touches", &["doc", "hash"]);
const WORDS: Column = Column::new("pending", "words", &["doc", "hash"]);

/// Every column in which a name or a sentence may stand.
const SEALED: &[Column] = &[HOST, CARD, SNAPSHOT, TAIL, PENDING, TOUCHES, WORDS];

/// A phone's store. What people wrote is sealed in it, unless the host asks for a plain one by name ([`Lock`]).
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
    unlocked: Option<Unlocked>,
    sealer: Sealer,
    claim: Claim,
}

/// How a phone's store is opened. There is no default: whoever opens one says what locks it.
#[derive(Clone)]
pub struct PhoneOptions {
    /// What locks it. A store that is plain so far is sealed when it is opened with a key or a PIN.
    pub lock: Lock,
    /// What a store is sealed with that is sealed now; one that is sealed keeps its suite.
    pub suite: Suite,
    /// The most pages (of 4 KiB) the database may have; beyond it the disk counts as full.
    pub max_pages: Option<u32>,
    /// What it runs on.
    pub machine: &'static dyn Machine,
}

impl PhoneOptions {
    /// A store under this lock, on this machine, without a bound.
    pub fn new(lock: Lock) -> Self {
        PhoneOptions { lock, suite: Suite::default(), max_pages: None, machine: &ThisMachine }
    }
}

impl Phone {
    /// Opens the store at `path`, or makes it.
    #[expect(clippy::needless_pass_by_value, reason = "the key in them is given away")]
    pub fn open(path: impl AsRef<Path>, options: PhoneOptions) -> Result<Self, OpenError> {
        let claim = Claim::take(path.as_ref(), options.machine)?;
        let connection = file::open(&claim, &SCHEMA)?;
        Self::start(claim, connection, &options)
    }

    /// The same; but a file that is damaged, or a database of something else, is renamed to `….damaged-1` (2, 3 …) with
    /// its journal, and a new store begins in its place. Nothing is deleted. Tell people where the old one lies.
    #[expect(clippy::needless_pass_by_value, reason = "the key in them is given away")]
    pub fn open_or_set_aside(
        path: impl AsRef<Path>,
        options: PhoneOptions,
    ) -> Result<(Self, Option<SetAside>), OpenError> {
        let claim = Claim::take(path.as_ref(), options.machine)?;
        let (connection, aside) = file::open_or_set_aside(&claim, &SCHEMA)?;
        Ok((Self::start(claim, connection, &options)?, aside))
    }

    fn start(claim: Claim, mut connection: Connection, options: &PhoneOptions) -> Result<Self, OpenError> {
        if let Some(pages) = options.max_pages {
            connection.pragma_update(None, "max_page_count", pages).map_err(StoreError::from)?;
        }
        // What is deleted is overwritten in its page: a phone is easily lost, and what was erased must not be on it. The
        // setting belongs to the connection and not to the file.
        connection.pragma_update(None, "secure_delete", true).map_err(StoreError::from)?;
        let unlocked = match Unlocked::open(&connection, &options.lock, &claim)? {
            Some(unlocked) => Some(unlocked),
            None => seal(&mut connection, options, &claim)?,
        };
        if unlocked.as_ref().is_some_and(|unlocked| !unlocked.is_swept()) {
            sweep(&connection)?;
        }
        let sealer = sealer_of(unlocked.as_ref(), &claim)?;
        let sidecar = Sidecar::open(&claim, &connection)?;
        Ok(Phone { connection, sidecar, unlocked, sealer, claim })
    }

    /// Locks the store by something else from now on: another PIN, another key. `old` is what opens it now, asked again
    /// because the phone may lie open before somebody else; when it does not open the store, nothing changes. A plain store
    /// is sealed by opening it with a lock, and a sealed one does not become plain.
    pub fn change_lock(&mut self, old: &Lock, new: &Lock) -> Result<(), OpenError> {
        let path = || self.claim.path().to_owned();
        let Some(opened) = Unlocked::open(&self.connection, old, &self.claim)? else {
            return Err(OpenError::NotSealed { path: path() });
        };
        let mut renewed = opened.under(new, &self.claim)?.ok_or_else(|| OpenError::Locked { path: path() })?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = transaction.map_err(StoreError::from)?;
        renewed.write(&transaction, &self.claim)?;
        transaction.commit().map_err(StoreError::from)?;
        sweep(&self.connection)?;
        self.unlocked = Some(renewed);
        Ok(())
    }

    /// What the store is sealed under; `None` for a plain one.
    pub fn suite(&self) -> Option<Suite> {
        self.unlocked.as_ref().map(Unlocked::suite)
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

/// Seals what a plain store holds, all of it or nothing.
fn seal(connection: &mut Connection, options: &PhoneOptions, claim: &Claim) -> Result<Option<Unlocked>, OpenError> {
    let Some(mut unlocked) = Unlocked::new(&options.lock, options.suite, claim)? else { return Ok(None) };
    let sealer = unlocked.sealer(claim)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
    sealed::convert(&transaction, SEALED, &Sealer::PLAIN, &sealer)?;
    unlocked.write(&transaction, claim)?;
    transaction.commit().map_err(StoreError::from)?;
    Ok(Some(unlocked))
}

fn sealer_of(unlocked: Option<&Unlocked>, claim: &Claim) -> Result<Sealer, StoreError> {
    unlocked.map_or(Ok(Sealer::PLAIN), |unlocked| unlocked.sealer(claim))
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
            host: row.opened(4, &self.sealer, &HOST.of(&[]))?,
        })
    }

    fn documents(&self) -> Result<Vec<PhoneDocSummary>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT doc, heads, card, withdrawn FROM documents ORDER BY doc")?;
        let mut rows = statement.query([])?;
        let mut documents = Vec::new();
        while let Some(row) = rows.next()? {
            let doc = row.doc(0)?;
            documents.push(PhoneDocSummary {
                doc,
                heads: row.heads(1)?,
                card: row.opened(2, &self.sealer, &CARD.of(&[&doc.0]))?,
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
            .query_row([doc.0], |row| Ok(row.opened(0, &self.sealer, &SNAPSHOT.of(&[&doc.0]))))
            .optional()?
            .transpose()?;
        let mut statement =
            self.connection.prepare_cached("SELECT hash, bytes FROM tail WHERE doc = ?1 ORDER BY seq")?;
        let mut rows = statement.query([doc.0])?;
        let mut tail = Vec::new();
        while let Some(row) = rows.next()? {
            tail.push(row.opened(1, &self.sealer, &TAIL.of(&[&doc.0, &row.bytes::<32>(0)?]))?);
        }
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
            pending.push(pending_of(row, &self.sealer)?);
        }
        Ok(pending)
    }

    fn commit(&mut self, writes: Vec<PhoneWrite>) -> Result<(), StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut gone = false;
        for write in &writes {
            gone |= write::apply(&transaction, &self.sealer, write)?;
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
        let mut renewed = self.unlocked.as_ref().map(|unlocked| unlocked.with_another_key(&self.claim)).transpose()?;
        let sealer = sealer_of(renewed.as_ref(), &self.claim)?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // The key first: without it nothing of the rest opens, whatever a flash chip keeps of it.
        if let Some(renewed) = &mut renewed {
            renewed.write(&transaction, &self.claim)?;
        }
        // What is deleted is overwritten in its page (`secure_delete`).
        transaction.execute_batch(
            "DELETE FROM pending; DELETE FROM tail; DELETE FROM snapshots; DELETE FROM documents;
             UPDATE standing SET log_id = zeroblob(16), position = 0, digest = zeroblob(16), list_heads = 0, host = x'';",
        )?;
        let commits = copies::count_commit(&transaction)?;
        transaction.commit()?;
        (self.unlocked, self.sealer) = (renewed, sealer);
        self.sidecar.note(commits);
        sweep(&self.connection)
    }
}

/// The seal in columns 1 (its heads) and 2.
fn sealed_of(row: &Row<'_>) -> Result<Option<(Heads, Seal)>, StoreError> {
    match row.optional_bytes::<16>(2)? {
        Some(seal) => Ok(Some((row.heads(1)?, Seal(seal)))),
        None => Ok(None),
    }
}

fn pending_of(row: &Row<'_>, sealer: &Sealer) -> Result<PendingChange, StoreError> {
    let (doc, hash) = (row.doc(0)?, row.hash(1)?);
    let key: &[&[u8]] = &[&doc.0, &hash.0];
    let touches = row.opened_text(3, sealer, &TOUCHES.of(key))?.unwrap_or_default();
    Ok(PendingChange {
        doc,
        hash,
        bytes: row.opened(2, sealer, &PENDING.of(key))?,
        touches: touches.split('\n').filter(|key| !key.is_empty()).map(str::to_owned).collect(),
        state: state_of(row, row.opened_text(6, sealer, &WORDS.of(key))?)?,
    })
}

fn state_of(row: &Row<'_>, words: Option<String>) -> Result<PendingState, StoreError> {
    match row.code(4)? {
        write::KEPT => Ok(PendingState::Kept),
        write::CARRIED => Ok(PendingState::Carried),
        write::HELD => Ok(PendingState::Held(HeldReason::from_u8(row.code(5)?))),
        write::REFUSED => Ok(PendingState::Refused(RefusedCode::from_u8(row.code(5)?), words.unwrap_or_default())),
        _ => Err(unreadable("state")),
    }
}
