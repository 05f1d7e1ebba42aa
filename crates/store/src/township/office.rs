//! What the server keeps besides documents: enrolment codes, devices, and who called when.

use std::sync::Arc;

use lianhu_sync::ids::{ChangeHash, DeviceId, DocId, Position, ReaderId, ServerMillis};
use lianhu_sync::message::HeldReason;
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest as _, Sha256};

use super::{DeviceStanding, Reader, Township, sealed};
use crate::bytes::Columns;
use crate::error::StoreError;
use crate::sealed::{Column, Opened as _, Sealer};

/// A device that wants to be enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDevice {
    /// Its id, minted by itself.
    pub device: DeviceId,
    /// What people call it.
    pub name: String,
    /// The key its requests are signed with.
    pub public_key: Vec<u8>,
}

/// A device the township knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub device: DeviceId,
    /// Whom it reads for.
    pub reader: ReaderId,
    /// What people call it.
    pub name: String,
    /// The key its requests are signed with.
    pub public_key: Vec<u8>,
    /// Since when.
    pub enrolled_at: ServerMillis,
    /// The key it has announced and not signed with yet.
    pub next_key: Option<Vec<u8>>,
    /// The greatest number of its requests; nought when none had one.
    pub last_number: u64,
    /// How it stands.
    pub standing: DeviceStanding,
    /// Why: a word of the township's own, or what somebody at the office wrote.
    pub standing_reason: String,
    /// Since when, if its standing ever changed.
    pub standing_at: Option<ServerMillis>,
    /// Its last exchange: when, and how it ended. `None` before the first, and from [`Reader::device`], which does not ask.
    pub last_contact: Option<(ServerMillis, String)>,
}

/// What became of an enrolment code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// The device is enrolled for this reader. Asking again with the same code, device and key answers the same.
    Enrolled(ReaderId),
    /// No such code.
    Unknown,
    /// Its time is over.
    Expired,
    /// Another device was enrolled with it.
    Used,
    /// A device of this id is enrolled already.
    DeviceExists,
    /// The code is for somebody else than whose device it is already.
    OtherReader,
}

/// One exchange with a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// When.
    pub at: ServerMillis,
    /// Who called.
    pub device: DeviceId,
    /// How it ended, as a stable code.
    pub outcome: String,
    /// Changes taken into the log.
    pub recorded: u64,
    /// Changes that wait for a person.
    pub held: u64,
    /// Changes not taken.
    pub refused: u64,
    /// Entries sent.
    pub sent: u64,
    /// Bytes of the request's body.
    pub bytes_in: u64,
    /// Bytes of the reply's body.
    pub bytes_out: u64,
}

/// A device's exchanges of some time, together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceNight {
    /// The device.
    pub device: DeviceId,
    /// Round trips.
    pub exchanges: u64,
    /// The sums; `at` and `outcome` are those of the last exchange.
    pub total: Contact,
}

/// A change that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRecord {
    /// The document.
    pub doc: DocId,
    /// The change.
    pub hash: ChangeHash,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Why it waits.
    pub reason: HeldReason,
    /// Who brought it.
    pub from: Option<(DeviceId, ReaderId)>,
    /// Since when.
    pub at: ServerMillis,
}

/// How much there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Counters {
    /// Documents with recorded changes.
    pub documents: u64,
    /// Changes in the log.
    pub changes: u64,
    /// Changes that wait for a person.
    pub held: u64,
    /// Changes not taken.
    pub refused: u64,
    /// Devices that may ask.
    pub devices: u64,
    /// The log's last position.
    pub head: Position,
}

impl Township {
    /// Keeps a one-time code (as its hash) with which one device can be enrolled for `reader` until `expires_at`.
    pub fn create_code(
        &self,
        code: &str,
        reader: ReaderId,
        at: ServerMillis,
        expires_at: ServerMillis,
    ) -> Result<(), StoreError> {
        let hash = code_hash(code);
        self.inner.writer.write(move |connection| {
            connection
                .prepare_cached("INSERT INTO codes (hash, reader, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![hash, reader.0, at.0, expires_at.0])?;
            Ok(())
        })
    }

    /// Uses up a code and enrols the device, both or neither. A device that is somebody's already says whose, and no code
    /// makes it another's: what it holds is in that person's name.
    pub fn redeem_code(
        &self,
        code: &str,
        device: NewDevice,
        whose: Option<ReaderId>,
        at: ServerMillis,
    ) -> Result<Redeemed, StoreError> {
        let hash = code_hash(code);
        let sealer = Arc::clone(&self.inner.sealer);
        self.inner.writer.write(move |connection| redeem(connection, &sealer, hash, &device, whose, at))
    }

    /// Enrols a device for a reader without a code. Answers `false` when a device of this id is enrolled already.
    pub fn enrol_device(&self, device: NewDevice, reader: ReaderId, at: ServerMillis) -> Result<bool, StoreError> {
        let sealer = Arc::clone(&self.inner.sealer);
        self.inner.writer.write(move |connection| insert_device(connection, &sealer, &device, reader, at))
    }

    /// Forgets exchanges before a moment.
    pub fn forget_contacts_before(&self, before: ServerMillis) -> Result<(), StoreError> {
        self.inner.writer.write(move |connection| {
            connection.execute("DELETE FROM contacts WHERE at < ?1", [before.0])?;
            Ok(())
        })
    }
}

impl Reader {
    /// One device, without its last exchange: every request asks this first.
    pub fn device(&self, device: DeviceId) -> Result<Option<Device>, StoreError> {
        self.prepare(DEVICE)?.query_row([device.0], |row| Ok(device_of(row, self.sealer()))).optional()?.transpose()
    }

    /// Every device, in the order of enrolment.
    pub fn devices(&self) -> Result<Vec<Device>, StoreError> {
        self.collect(&format!("{DEVICES} ORDER BY d.enrolled_at, d.device"), [], |row| device_of(row, self.sealer()))
    }

    /// Exchanges from one moment (included) to another (not included), in the order in which they were noted.
    pub fn contacts(&self, from: ServerMillis, until: ServerMillis) -> Result<Vec<Contact>, StoreError> {
        self.collect(
            "SELECT at, device, outcome, recorded, held, refused, sent, bytes_in, bytes_out
             FROM contacts WHERE at >= ?1 AND at < ?2 ORDER BY at, id",
            params![from.0, until.0],
            contact_of,
        )
    }

    /// The same, summed up for each device; devices that did not call are not here.
    pub fn night(&self, from: ServerMillis, until: ServerMillis) -> Result<Vec<DeviceNight>, StoreError> {
        // With max(at), SQLite takes the bare column `outcome` from the row of the last exchange.
        self.collect(
            "SELECT max(at), device, outcome, sum(recorded), sum(held), sum(refused), sum(sent), sum(bytes_in),
                    sum(bytes_out), count(*)
             FROM contacts WHERE at >= ?1 AND at < ?2 GROUP BY device ORDER BY device",
            params![from.0, until.0],
            |row| Ok(DeviceNight { device: row.device(1)?, exchanges: row.count(9)?, total: contact_of(row)? }),
        )
    }

    /// Every change that waits for a person, the oldest first.
    pub fn held(&self) -> Result<Vec<HeldRecord>, StoreError> {
        self.collect(&format!("{HELD} ORDER BY at, doc, hash"), [], |row| held_of(row, self.sealer()))
    }

    /// The changes of one document that wait for a person, the oldest first.
    pub fn held_of(&self, doc: DocId) -> Result<Vec<HeldRecord>, StoreError> {
        self.collect(&format!("{HELD} WHERE doc = ?1 ORDER BY at, hash"), [doc.0], |row| held_of(row, self.sealer()))
    }

    /// How many changes of a device wait for a person, and their bytes.
    pub fn held_from(&self, device: DeviceId) -> Result<(u64, u64), StoreError> {
        let sql = "SELECT count(*), coalesce(sum(length(bytes) - ?2), 0) FROM held WHERE device = ?1";
        self.prepare(sql)?
            .query_row(params![device.0, self.sealer().overhead()], |row| Ok((row.count(0), row.count(1))))
            .map(|(count, bytes)| Ok((count?, bytes?)))?
    }

    /// How much there is. Counts rows: not for every request.
    pub fn counters(&self) -> Result<Counters, StoreError> {
        let count =
            |sql: &str| -> Result<u64, StoreError> { self.prepare(sql)?.query_row([], |row| Ok(row.count(0)))? };
        Ok(Counters {
            documents: count("SELECT count(*) FROM documents")?,
            changes: count("SELECT count(*) FROM log WHERE kind = 1")?,
            held: count("SELECT count(*) FROM held")?,
            refused: count("SELECT count(*) FROM refused")?,
            devices: count("SELECT count(*) FROM devices WHERE standing = 0")?,
            head: self.head(),
        })
    }

    pub(super) fn collect<T>(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        mut each: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(params)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(each(row)?);
        }
        Ok(found)
    }
}

const HELD: &str = "SELECT doc, hash, bytes, reason, device, reader, at FROM held";

fn held_of(row: &Row<'_>, sealer: &Sealer) -> Result<HeldRecord, StoreError> {
    let (doc, hash) = (row.doc(0)?, row.hash(1)?);
    let (device, reader) = (row.optional_device(4)?, row.optional_bytes::<16>(5)?);
    Ok(HeldRecord {
        doc,
        hash,
        bytes: row.opened(2, sealer, &sealed::HELD.of(&[&doc.0, &hash.0]))?,
        reason: HeldReason::from_u8(row.code(3)?),
        from: device.zip(reader.map(ReaderId)),
        at: ServerMillis(row.get(6)?),
    })
}

const DEVICE: &str = "SELECT device, reader, name, public_key, enrolled_at, NULL, NULL,
       next_key, last_number, standing, standing_reason, standing_at
     FROM devices WHERE device = ?1";

const DEVICES: &str = "SELECT d.device, d.reader, d.name, d.public_key, d.enrolled_at, c.at, c.outcome,
       d.next_key, d.last_number, d.standing, d.standing_reason, d.standing_at
     FROM devices d LEFT JOIN contacts c
       ON c.id = (SELECT id FROM contacts l WHERE l.device = d.device ORDER BY l.at DESC, l.id DESC LIMIT 1)";

fn device_of(row: &Row<'_>, sealer: &Sealer) -> Result<Device, StoreError> {
    let device = row.device(0)?;
    let text = |column, of: &Column| row.opened_text(column, sealer, &of.of(&[&device.0]));
    let (at, outcome): (Option<i64>, Option<String>) = (row.get(5)?, row.get(6)?);
    Ok(Device {
        device,
        reader: row.reader(1)?,
        name: text(2, &sealed::DEVICE_NAME)?.unwrap_or_default(),
        public_key: row.get(3)?,
        enrolled_at: ServerMillis(row.get(4)?),
        next_key: row.get(7)?,
        last_number: row.count(8)?,
        standing: DeviceStanding::from_u8(row.code(9)?)?,
        standing_reason: text(10, &sealed::STANDING_REASON)?.unwrap_or_default(),
        standing_at: row.get::<_, Option<i64>>(11)?.map(ServerMillis),
        last_contact: at.map(ServerMillis).zip(outcome),
    })
}

fn contact_of(row: &Row<'_>) -> Result<Contact, StoreError> {
    Ok(Contact {
        at: ServerMillis(row.get(0)?),
        device: row.device(1)?,
        outcome: row.get(2)?,
        recorded: row.count(3)?,
        held: row.count(4)?,
        refused: row.count(5)?,
        sent: row.count(6)?,
        bytes_in: row.count(7)?,
        bytes_out: row.count(8)?,
    })
}

fn code_hash(code: &str) -> [u8; 32] {
    Sha256::digest(code.as_bytes()).into()
}

fn redeem(
    connection: &Connection,
    sealer: &Sealer,
    hash: [u8; 32],
    device: &NewDevice,
    whose: Option<ReaderId>,
    at: ServerMillis,
) -> Result<Redeemed, StoreError> {
    let found = connection
        .prepare_cached("SELECT reader, expires_at, used_by FROM codes WHERE hash = ?1")?
        .query_row([hash], |row| Ok((row.reader(0), row.get::<_, i64>(1)?, row.optional_device(2))))
        .optional()?;
    let Some((reader, expires_at, used_by)) = found else { return Ok(Redeemed::Unknown) };
    let reader = reader?;
    if whose.is_some_and(|whose| whose != reader) {
        return Ok(Redeemed::OtherReader);
    }
    if let Some(used_by) = used_by? {
        // The reply may have been lost: the same device with the same key gets the same answer.
        let same = used_by == device.device && has_key(connection, device)?;
        return Ok(if same { Redeemed::Enrolled(reader) } else { Redeemed::Used });
    }
    if at.0 >= expires_at {
        return Ok(Redeemed::Expired);
    }
    if !insert_device(connection, sealer, device, reader, at)? && !renew_device(connection, device, reader)? {
        return Ok(Redeemed::DeviceExists);
    }
    connection.prepare_cached("UPDATE codes SET used_at = ?2, used_by = ?3 WHERE hash = ?1")?.execute(params![
        hash,
        at.0,
        device.device.0
    ])?;
    Ok(Redeemed::Enrolled(reader))
}

/// The same device of the same person with another key than this store knows (it was put back from before the key was
/// renewed): the office's code is its word for the new one. What may not ask any more does not come back this way.
fn renew_device(connection: &Connection, device: &NewDevice, reader: ReaderId) -> Result<bool, StoreError> {
    let renewed = connection
        .prepare_cached(
            "UPDATE devices SET public_key = ?3, next_key = NULL
             WHERE device = ?1 AND reader = ?2 AND public_key <> ?3 AND standing = 0",
        )?
        .execute(params![device.device.0, reader.0, device.public_key])?;
    Ok(renewed > 0)
}

fn has_key(connection: &Connection, device: &NewDevice) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM devices WHERE device = ?1 AND public_key = ?2")?
        .exists(params![device.device.0, device.public_key])?)
}

fn insert_device(
    connection: &Connection,
    sealer: &Sealer,
    device: &NewDevice,
    reader: ReaderId,
    at: ServerMillis,
) -> Result<bool, StoreError> {
    let inserted = connection
        .prepare_cached(
            "INSERT INTO devices (device, reader, name, public_key, enrolled_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (device) DO NOTHING",
        )?
        .execute(params![
            device.device.0,
            reader.0,
            sealer.seal_text(&sealed::DEVICE_NAME.of(&[&device.device.0]), &device.name)?,
            device.public_key,
            at.0
        ])?;
    Ok(inserted > 0)
}
