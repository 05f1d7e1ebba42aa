//! What the server keeps to be known by and to know by: its own keys, its settings, and how each device stands.

use std::sync::Arc;

use lianhu_sync::ids::{DeviceId, ServerMillis};
use rusqlite::{OptionalExtension, params};

use super::{Reader, Township, sealed};
use crate::bytes::Columns;
use crate::error::{StoreError, unreadable};
use crate::sealed::Opened as _;

/// One of a township's own keys.
#[derive(Clone, PartialEq, Eq)]
pub struct TownshipKeyRow {
    /// How many came before it.
    pub number: u32,
    /// The public half, as it travels.
    pub public: Vec<u8>,
    /// The secret half: the suite's number and the seed.
    pub secret: Vec<u8>,
    /// The word of the key before (of the first: its own) that it follows.
    pub statement: Vec<u8>,
    /// Since when.
    pub since: ServerMillis,
}

impl std::fmt::Debug for TownshipKeyRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TownshipKeyRow").field("number", &self.number).finish_non_exhaustive()
    }
}

/// How a device stands with its township. Codes are stored, and are for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum DeviceStanding {
    /// It may ask.
    #[default]
    Active,
    /// It may not ask for now.
    Suspended,
    /// It may never ask again.
    Revoked,
    /// It is in wrong hands: at its next contact it is told to destroy what it holds.
    Lost,
    /// It was told so, and said that it did.
    Wiped,
}

impl DeviceStanding {
    /// Every one.
    pub const ALL: &[DeviceStanding] = &[
        DeviceStanding::Active,
        DeviceStanding::Suspended,
        DeviceStanding::Revoked,
        DeviceStanding::Lost,
        DeviceStanding::Wiped,
    ];

    /// The number that is stored.
    pub const fn to_u8(self) -> u8 {
        match self {
            DeviceStanding::Active => 0,
            DeviceStanding::Suspended => 1,
            DeviceStanding::Revoked => 2,
            DeviceStanding::Lost => 3,
            DeviceStanding::Wiped => 4,
        }
    }

    /// A stable word.
    pub const fn code(self) -> &'static str {
        match self {
            DeviceStanding::Active => "active",
            DeviceStanding::Suspended => "suspended",
            DeviceStanding::Revoked => "revoked",
            DeviceStanding::Lost => "lost",
            DeviceStanding::Wiped => "wiped",
        }
    }

    /// The standing with this word.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|standing| standing.code() == code)
    }

    pub(super) fn from_u8(number: u8) -> Result<Self, StoreError> {
        Self::ALL.iter().copied().find(|standing| standing.to_u8() == number).ok_or_else(|| unreadable("standing"))
    }
}

impl Township {
    /// Keeps one more key.
    pub fn add_township_key(&self, key: TownshipKeyRow) -> Result<(), StoreError> {
        let sealer = Arc::clone(&self.inner.sealer);
        self.inner.writer.write(move |connection| {
            let place = sealed::TOWNSHIP_SECRET.at(i64::from(key.number));
            let secret = sealer.seal(&place, &key.secret)?;
            connection
                .prepare_cached(
                    "INSERT INTO township_keys (number, public, secret, statement, since) VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute(params![key.number, key.public, secret, key.statement, key.since.0])?;
            Ok(())
        })
    }

    /// Forgets every key: the township begins anew with one of another suite, before anybody knows it by the old one.
    pub fn forget_township_keys(&self) -> Result<(), StoreError> {
        self.inner.writer.write(|connection| {
            connection.execute("DELETE FROM township_keys", [])?;
            Ok(())
        })
    }

    /// Sets something, or with `None` puts it back to what it is unless it is set.
    pub fn set_setting(&self, name: &'static str, value: Option<String>) -> Result<(), StoreError> {
        self.inner.writer.write(move |connection| {
            match &value {
                Some(value) => connection
                    .prepare_cached(
                        "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
                    )?
                    .execute(params![name, value])?,
                None => connection.prepare_cached("DELETE FROM settings WHERE name = ?1")?.execute([name])?,
            };
            Ok(())
        })
    }

    /// From `at` on the device stands like this, for this reason. A device that is revoked or wiped stays so, except
    /// that a revoked one may turn out to be lost. Answers how it stands afterwards; `None` when there is no such device.
    pub fn set_standing(
        &self,
        device: DeviceId,
        standing: DeviceStanding,
        reason: String,
        at: ServerMillis,
    ) -> Result<Option<DeviceStanding>, StoreError> {
        let sealer = Arc::clone(&self.inner.sealer);
        self.inner.writer.write(move |connection| {
            let reason = sealer.seal_text(&sealed::STANDING_REASON.of(&[&device.0]), &reason)?;
            connection
                .prepare_cached(
                    "UPDATE devices SET standing = ?2, standing_reason = ?3, standing_at = ?4
                     WHERE device = ?1 AND (standing IN (0, 1, 3) OR standing = 2 AND ?2 IN (3, 4))",
                )?
                .execute(params![device.0, standing.to_u8(), reason, at.0])?;
            let stands = connection
                .prepare_cached("SELECT standing FROM devices WHERE device = ?1")?
                .query_row([device.0], |row| Ok(row.code(0)))
                .optional()?;
            stands.map(|code| DeviceStanding::from_u8(code?)).transpose()
        })
    }

    /// Keeps a device's next key beside the one it signs with.
    pub fn set_next_key(&self, device: DeviceId, key: Vec<u8>) -> Result<(), StoreError> {
        self.inner.writer.write(move |connection| {
            connection
                .prepare_cached("UPDATE devices SET next_key = ?2 WHERE device = ?1")?
                .execute(params![device.0, key])?;
            Ok(())
        })
    }

    /// The device signs with its next key from now on; the one before is good for nothing any more.
    pub fn take_next_key(&self, device: DeviceId, key: Vec<u8>) -> Result<(), StoreError> {
        self.inner.writer.write(move |connection| {
            connection
                .prepare_cached(
                    "UPDATE devices SET public_key = ?2, next_key = NULL WHERE device = ?1 AND next_key = ?2",
                )?
                .execute(params![device.0, key])?;
            Ok(())
        })
    }
}

impl Reader {
    /// The township's own keys, the first one first.
    pub fn township_keys(&self) -> Result<Vec<TownshipKeyRow>, StoreError> {
        self.collect("SELECT number, public, secret, statement, since FROM township_keys ORDER BY number", [], |row| {
            Ok(TownshipKeyRow {
                number: row.get(0)?,
                public: row.get(1)?,
                secret: row.opened(2, self.sealer(), &sealed::TOWNSHIP_SECRET.at(row.get(0)?))?,
                statement: row.get(3)?,
                since: ServerMillis(row.get(4)?),
            })
        })
    }

    /// What is set under a name, if anything is.
    pub fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(self
            .prepare("SELECT value FROM settings WHERE name = ?1")?
            .query_row([name], |row| row.get(0))
            .optional()?)
    }
}
