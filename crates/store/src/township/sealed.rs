//! Which columns of a township's store are sealed when it has a key, and how a store gets a key or loses it.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::{SCHEMA, Township, TownshipOptions, suite, views};
use crate::error::{OpenError, StoreError};
use crate::file::{self, Claim};
use crate::lock::{Lock, Unlocked, sweep};
use crate::sealed::{Column, Sealer, convert};

pub(super) const SEAL_KEY: Column = Column::new("meta", "seal_key", &[]);
pub(super) const CHANGE: Column = Column::new("log", "bytes", &["position"]);
pub(super) const BLOCK: Column = Column::new("blocks", "bytes", &["block"]);
pub(super) const LOG_WORDS: Column = Column::new("log", "words", &["position"]);
pub(super) const FACTS: Column = Column::new("documents", "facts", &["doc"]);
pub(super) const SNAPSHOT: Column = Column::new("snapshots", "bytes", &["doc"]);
pub(super) const HELD: Column = Column::new("held", "bytes", &["doc", "hash"]);
pub(super) const REFUSAL: Column = Column::new("refused", "reason", &["doc", "hash"]);
pub(super) const DEVICE_NAME: Column = Column::new("devices", "name", &["device"]);
pub(super) const STANDING_REASON: Column = Column::new("devices", "standing_reason", &["device"]);
pub(super) const TOWNSHIP_SECRET: Column = Column::new("township_keys", "secret", &["number"]);
pub(super) const AUDIT_REASON: Column = Column::new("audit", "reason", &["seq"]);
pub(super) const ERASURE_REASON: Column = Column::new("erasures", "reason", &["number"]);

/// Those that were plain in a sealed store until `meta.reasons_sealed` says otherwise.
const REASONS: &[Column] = &[AUDIT_REASON, ERASURE_REASON];

/// Every other column in which a name, a sentence or a secret may stand, but for those of views.
const SEALED: &[Column] = &[
    SEAL_KEY,
    CHANGE,
    BLOCK,
    LOG_WORDS,
    FACTS,
    SNAPSHOT,
    HELD,
    REFUSAL,
    DEVICE_NAME,
    STANDING_REASON,
    TOWNSHIP_SECRET,
];

impl Township {
    /// Seals the store at `path` with the key in `options`, all of it or nothing, and makes what was plain go from its
    /// files. One that is sealed with this key already stays as it is. Its views are made again when it is opened next.
    pub fn encrypt(path: impl AsRef<Path>, options: &TownshipOptions) -> Result<(), OpenError> {
        let (claim, mut connection) = take(path.as_ref(), options)?;
        let lock = lock_of(options);
        if open_lock(&mut connection, &lock, &claim)?.is_some() {
            return Ok(());
        }
        if seal(&mut connection, &lock, &claim)?.is_some_and(|unlocked| !unlocked.is_swept()) {
            sweep(&connection)?;
        }
        Ok(())
    }

    /// Makes the store at `path` plain again; the key in `options` opens it. One that is plain stays as it is.
    pub fn decrypt(path: impl AsRef<Path>, options: &TownshipOptions) -> Result<(), OpenError> {
        let (claim, mut connection) = take(path.as_ref(), options)?;
        let Some(unlocked) = open_lock(&mut connection, &lock_of(options), &claim)? else { return Ok(()) };
        let sealer = unlocked.sealer(&claim)?;
        let transaction = begin(&mut connection)?;
        convert(&transaction, SEALED, &sealer, &Sealer::PLAIN)?;
        convert(&transaction, REASONS, &sealer, &Sealer::PLAIN)?;
        transaction.execute("UPDATE meta SET reasons_sealed = 0", []).map_err(StoreError::from)?;
        views::drop_all(&transaction)?;
        transaction.execute("DELETE FROM lock", []).map_err(StoreError::from)?;
        Ok(transaction.commit().map_err(StoreError::from)?)
    }
}

/// The lock of a store that is being opened; one to which nothing was ever written is sealed here when there is a key, and so
/// is one that is put back from a backup.
pub(super) fn unlock(
    connection: &mut Connection,
    options: &TownshipOptions,
    claim: &Claim,
) -> Result<Option<Unlocked>, OpenError> {
    let lock = lock_of(options);
    if let Some(unlocked) = open_lock(connection, &lock, claim)? {
        return Ok(Some(unlocked));
    }
    let fresh: bool =
        connection.query_row("SELECT commits = 0 FROM copy", [], |row| row.get(0)).map_err(StoreError::from)?;
    match options.key {
        None => Ok(None),
        Some(_) if !fresh => Err(OpenError::NotSealed { path: claim.path().to_owned() }),
        _ => seal(connection, &lock, claim),
    }
}

pub(super) fn sealer_of(unlocked: Option<&Unlocked>, claim: &Claim) -> Result<Sealer, StoreError> {
    unlocked.map_or(Ok(Sealer::PLAIN), |unlocked| unlocked.sealer(claim))
}

fn lock_of(options: &TownshipOptions) -> Lock {
    options.key.clone().map_or(Lock::Plain, Lock::Keystore)
}

fn take(path: &Path, options: &TownshipOptions) -> Result<(Claim, Connection), OpenError> {
    let claim = Claim::take(path, options.machine)?;
    let connection = file::open(&claim, &SCHEMA)?;
    // What is written over is overwritten in its page too.
    connection.pragma_update(None, "secure_delete", true).map_err(StoreError::from)?;
    Ok((claim, connection))
}

/// Opens the lock of a sealed store, and makes whatever is plain in it though it should not be go; `None` for a plain store.
fn open_lock(connection: &mut Connection, lock: &Lock, claim: &Claim) -> Result<Option<Unlocked>, OpenError> {
    let Some(unlocked) = Unlocked::open(connection, lock, claim)? else { return Ok(None) };
    let sealed: bool =
        connection.query_row("SELECT reasons_sealed FROM meta", [], |row| row.get(0)).map_err(StoreError::from)?;
    if !sealed {
        let sealer = unlocked.sealer(claim)?;
        let transaction = begin(connection)?;
        seal_reasons(&transaction, &sealer)?;
        // Until the file is written anew, what was plain lies in free pages and in the journal.
        transaction.execute("UPDATE lock SET swept = 0", []).map_err(StoreError::from)?;
        transaction.commit().map_err(StoreError::from)?;
    }
    if !sealed || !unlocked.is_swept() {
        sweep(connection)?;
    }
    Ok(Some(unlocked))
}

fn seal_reasons(connection: &Connection, sealer: &Sealer) -> Result<(), StoreError> {
    convert(connection, REASONS, &Sealer::PLAIN, sealer)?;
    connection.execute("UPDATE meta SET reasons_sealed = 1", [])?;
    Ok(())
}

fn begin(connection: &mut Connection) -> Result<rusqlite::Transaction<'_>, StoreError> {
    Ok(connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
}

fn seal(connection: &mut Connection, lock: &Lock, claim: &Claim) -> Result<Option<Unlocked>, OpenError> {
    let number: u8 = connection.query_row("SELECT suite FROM meta", [], |row| row.get(0)).map_err(StoreError::from)?;
    let Some(mut unlocked) = Unlocked::new(lock, suite::suite_numbered(number)?, claim)? else { return Ok(None) };
    let sealer = unlocked.sealer(claim)?;
    let transaction = begin(connection)?;
    convert(&transaction, SEALED, &Sealer::PLAIN, &sealer)?;
    seal_reasons(&transaction, &sealer)?;
    views::drop_all(&transaction)?;
    unlocked.write(&transaction, claim)?;
    transaction.commit().map_err(StoreError::from)?;
    Ok(Some(unlocked))
}
