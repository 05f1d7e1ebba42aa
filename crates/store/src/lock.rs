//! What a store is locked by: its key is random, and lies in the table `lock` sealed under a key that lies elsewhere.

use std::fmt;

use lianhu_crypto::{NONCE_BYTES, Nonce, Purpose, Stretch, Suite, SymmetricKey};
use rusqlite::{Connection, OptionalExtension, params};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::bytes::Columns;
use crate::error::{OpenError, StoreError, unreadable};
use crate::file::{self, Claim};
use crate::limits::PIN_MIN;
use crate::sealed::Sealer;

/// What opens a phone's store.
#[derive(Clone, Debug)]
pub enum Lock {
    /// A key the host keeps for it: in the keystore of the phone, or a file that only its owner reads.
    Keystore(SymmetricKey),
    /// A number or words its owner remembers. Nobody has them who has lost them.
    Pin(Pin),
    /// Nothing: everything in the file can be read by whoever has the file.
    Plain,
}

/// What somebody remembers; `Debug` does not show it, and it is overwritten when it goes.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Pin(String);

/// A PIN that is too easily guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a PIN has six characters or more")]
pub struct PinTooShort;

impl Pin {
    /// A PIN of six characters or more; spaces around it do not count.
    pub fn new(said: &str) -> Result<Self, PinTooShort> {
        let said = said.trim();
        if said.chars().count() < PIN_MIN { Err(PinTooShort) } else { Ok(Pin(said.to_owned())) }
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// The numbers in the column `by`.
const KEYSTORE: u8 = 1;
const PIN: u8 = 2;

/// An opened lock: the store's key, and what it takes to lock another one in its place.
pub(crate) struct Unlocked {
    suite: Suite,
    by: u8,
    recipe: Option<Stretch>,
    wrapping: SymmetricKey,
    key: SymmetricKey,
    /// Nothing plain can be left in free pages or in the journal.
    swept: bool,
}

impl Unlocked {
    /// A new key under a lock; `None` for a plain one.
    pub(crate) fn new(lock: &Lock, suite: Suite, claim: &Claim) -> Result<Option<Self>, StoreError> {
        let recipe = matches!(lock, Lock::Pin(_)).then(|| claim.dice().map(Stretch::new)).transpose()?;
        let Some((by, wrapping)) = wrapping(lock, suite, recipe.as_ref())? else { return Ok(None) };
        let key = SymmetricKey(claim.secret()?);
        Ok(Some(Unlocked { suite, by, recipe, wrapping, key, swept: false }))
    }

    /// Opens the lock of a store; `None` when the store is plain. Whether plain is what was asked for, the caller sees.
    pub(crate) fn open(connection: &Connection, lock: &Lock, claim: &Claim) -> Result<Option<Self>, OpenError> {
        let path = || claim.path().to_owned();
        let Some(row) = LockRow::read(connection)? else { return Ok(None) };
        let suite = Suite::from_number(row.suite).map_err(|_| StoreError::Damaged("its suite is not known".into()))?;
        let Some((by, wrapping)) = wrapping(lock, suite, row.recipe.as_ref())? else {
            return Err(OpenError::Locked { path: path() });
        };
        if by != row.by {
            return Err(OpenError::OtherLock { path: path(), by: if row.by == PIN { "a PIN" } else { "a key" } });
        }
        let opened = suite.open(&wrapping, PLACE, &row.wrapped).ok().and_then(|key| key.try_into().ok());
        let Some(key) = opened.map(SymmetricKey) else {
            return Err(if by == PIN {
                OpenError::WrongPin { path: path() }
            } else {
                OpenError::WrongKey { path: path() }
            });
        };
        Ok(Some(Unlocked { suite, by, recipe: row.recipe, wrapping, key, swept: row.swept }))
    }

    /// The same lock with another key inside: nobody opens any more what was sealed with the one before.
    pub(crate) fn with_another_key(&self, claim: &Claim) -> Result<Self, StoreError> {
        let (recipe, wrapping) = (self.recipe, self.wrapping.clone());
        Ok(Unlocked {
            suite: self.suite,
            by: self.by,
            recipe,
            wrapping,
            key: SymmetricKey(claim.secret()?),
            swept: false,
        })
    }

    /// The same key under another lock; `None` under a plain one.
    pub(crate) fn under(&self, lock: &Lock, claim: &Claim) -> Result<Option<Self>, StoreError> {
        let renewed = Unlocked::new(lock, self.suite, claim)?;
        Ok(renewed.map(|renewed| Unlocked { key: self.key.clone(), ..renewed }))
    }

    /// The sealer of the store's values.
    pub(crate) fn sealer(&self, claim: &Claim) -> Result<Sealer, StoreError> {
        Sealer::new(self.suite, &self.key, claim.dice()?)
    }

    /// Puts the lock into the store in place of the one that is there. In a store that was never committed to there is
    /// nothing to sweep.
    pub(crate) fn write(&mut self, connection: &Connection, claim: &Claim) -> Result<(), StoreError> {
        self.swept = connection.query_row("SELECT commits = 0 FROM copy", [], |row| row.get(0))?;
        let random = claim.secret()?;
        let nonce: Nonce = std::array::from_fn::<u8, NONCE_BYTES, _>(|place| random.get(place).copied().unwrap_or(0));
        let wrapped = self.suite.seal(&self.wrapping, &nonce, PLACE, &self.key.0);
        let wrapped = wrapped.map_err(|why| StoreError::Database(why.to_string()))?;
        connection.execute(
            "INSERT INTO lock (one, suite, by, recipe, wrapped, swept) VALUES (1, ?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (one) DO UPDATE SET suite = ?1, by = ?2, recipe = ?3, wrapped = ?4, swept = ?5",
            params![self.suite.number(), self.by, self.recipe.map(|recipe| recipe.to_bytes()), wrapped, self.swept],
        )?;
        Ok(())
    }

    pub(crate) fn suite(&self) -> Suite {
        self.suite
    }

    pub(crate) fn is_swept(&self) -> bool {
        self.swept
    }
}

/// Makes what was there before go from the file: it is written anew without free pages, and the journal emptied. When there
/// is no room for that now, the next opening tries again.
pub(crate) fn sweep(connection: &Connection) -> Result<(), StoreError> {
    let written_anew = connection.execute_batch("VACUUM").map_err(StoreError::from);
    match written_anew.and_then(|()| Ok(file::empty_journal(connection)?)) {
        Ok(true) => {
            connection.execute("UPDATE lock SET swept = 1", [])?;
            Ok(())
        }
        Ok(false) | Err(StoreError::DiskFull) => Ok(()),
        Err(why) => Err(why),
    }
}

/// The place of the key in the table.
const PLACE: &[u8] = b"lock.wrapped";

/// The number of a kind of lock, and the key it makes.
fn wrapping(lock: &Lock, suite: Suite, recipe: Option<&Stretch>) -> Result<Option<(u8, SymmetricKey)>, StoreError> {
    match lock {
        Lock::Plain => Ok(None),
        Lock::Keystore(key) => Ok(Some((KEYSTORE, suite.derive(key, Purpose::Store, b"keystore")))),
        // Without a recipe the store has another lock, and no PIN is asked to be slow for it.
        Lock::Pin(pin) => match recipe {
            None => Ok(Some((PIN, SymmetricKey([0; 32])))),
            Some(recipe) => {
                let key = recipe.key(pin.0.as_bytes()).map_err(|_| unreadable("lock"))?;
                Ok(Some((PIN, suite.derive(&key, Purpose::Store, b"pin"))))
            }
        },
    }
}

/// The one row of the table `lock`.
struct LockRow {
    suite: u8,
    by: u8,
    recipe: Option<Stretch>,
    wrapped: Vec<u8>,
    swept: bool,
}

impl LockRow {
    fn read(connection: &Connection) -> Result<Option<Self>, StoreError> {
        let read = |row: &rusqlite::Row<'_>| {
            let wrapped = row.get(3)?;
            let swept = row.get(4)?;
            Ok((row.code(0), row.code(1), row.optional_bytes::<24>(2), wrapped, swept))
        };
        let found = connection.query_row("SELECT suite, by, recipe, wrapped, swept FROM lock", [], read).optional()?;
        let Some((suite, by, recipe, wrapped, swept)) = found else { return Ok(None) };
        let recipe = recipe?.map(|bytes| Stretch::from_bytes(&bytes));
        Ok(Some(LockRow { suite: suite?, by: by?, recipe, wrapped, swept }))
    }
}
