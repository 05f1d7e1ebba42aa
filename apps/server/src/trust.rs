//! What the township is known by and what it says under its name: its keys, certificates and invitations.

use lianhu_core::WorkerId;
use lianhu_crypto::{PublicKey, SecretKey, Suite};
use lianhu_store::{Device, TownshipKeyRow};
use lianhu_sync::ids::{DeviceId, ReaderId, ServerMillis};
use lianhu_sync::invitation::{self, Holder, Invitation};
use lianhu_sync::ports::Township as _;
use lianhu_sync::signed::{Certificate, Signed, TownshipKey};
use uuid::Uuid;

use crate::audit::{Action, Actor, AuditLine};
use crate::gate::home_of;
use crate::limits::{LEASE_DAYS, MAX_CODE_HOURS, MAX_LEASE_DAYS};
use crate::town::{Town, TownError};

/// The name of the setting that says for how many days a phone may go on without contact.
const LEASE_SETTING: &str = "lease_days";

/// The township's keys, the first one first; the last one signs.
pub(crate) struct Keys(Vec<Key>);

pub(crate) struct Key {
    pub(crate) secret: SecretKey,
    pub(crate) statement: Signed,
}

impl Keys {
    /// The keys that are stored; `None` when one does not read.
    pub(crate) fn of(rows: Vec<TownshipKeyRow>) -> Option<Self> {
        let key = |row: TownshipKeyRow| {
            let (suite, seed) = row.secret.split_first()?;
            let secret = SecretKey::from_seed(Suite::from_number(*suite).ok()?, seed.try_into().ok()?).ok()?;
            Some(Key { secret, statement: Signed::from_bytes(&row.statement).ok()? })
        };
        rows.into_iter().map(key).collect::<Option<Vec<_>>>().map(Keys)
    }

    /// The one that signs, and how many came before it.
    pub(crate) fn newest(&self) -> Option<(u32, &Key)> {
        let key = self.0.last()?;
        Some((u32::try_from(self.0.len() - 1).ok()?, key))
    }

    /// The one a phone knows the township by; the newest when it says it knows a later one than there is.
    pub(crate) fn known_as(&self, number: u32) -> Option<&Key> {
        self.0.get(number as usize).or_else(|| self.0.last())
    }

    /// The words by which one key followed the other, from a number on.
    pub(crate) fn steps_from(&self, number: u32) -> Vec<Signed> {
        self.0.iter().skip(number as usize).map(|key| key.statement.clone()).collect()
    }
}

/// Somebody's invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// The one-time code inside.
    pub code: String,
    /// The invitation as the text of a QR code.
    pub text: String,
    /// The fingerprint of the township's key, to compare by.
    pub fingerprint: [u8; 16],
}

impl Town {
    /// The suite of the key that signs, which is the township's.
    pub(crate) fn suite_of_keys(&self) -> Result<Suite, TownError> {
        self.with_keys(|keys| keys.newest().map(|(_, key)| key.secret.suite()))
    }

    /// The keys, made when there is none yet. A township that chose another suite before anybody knew it begins anew.
    pub(crate) fn load_keys(&self) -> Result<(), TownError> {
        let reader = self.store.read()?;
        let suite = reader.suite();
        let mut rows = reader.township_keys()?;
        let other_suite = rows.last().is_some_and(|row| row.secret.first() != Some(&suite.number()));
        let unknown = reader.devices()?.is_empty();
        drop(reader);
        if other_suite && unknown {
            self.store.forget_township_keys()?;
            rows.clear();
        }
        if rows.is_empty() {
            let key = self.fresh_key(suite)?;
            let first = self.key_row(0, &key, &key);
            self.store.add_township_key(first.clone())?;
            rows.push(first);
        }
        let keys = Keys::of(rows).ok_or(TownError::Keys)?;
        *self.keys.write().unwrap_or_else(std::sync::PoisonError::into_inner) = keys;
        Ok(())
    }

    fn fresh_key(&self, suite: Suite) -> Result<SecretKey, TownError> {
        let halves = [self.random::<16>()?, self.random::<16>()?].concat();
        let mut seed = suite.hash(&[&halves]);
        loop {
            match SecretKey::from_seed(suite, &seed) {
                Ok(key) => return Ok(key),
                // In some suites one seed among billions is no key: what follows from it will do.
                Err(_) => seed = suite.hash(&[&seed]),
            }
        }
    }

    fn key_row(&self, number: u32, key: &SecretKey, by: &SecretKey) -> TownshipKeyRow {
        let (public, since) = (key.public().to_bytes(), self.now());
        let statement = Signed::by(by, &TownshipKey { number, public_key: public.clone(), since });
        let secret = [&[key.suite().number()], key.seed().as_slice()].concat();
        TownshipKeyRow { number, public, secret, statement: statement.to_bytes(), since }
    }

    /// The key that signs, and how many came before it.
    pub fn township_key(&self) -> Result<(u32, PublicKey), TownError> {
        self.with_keys(|keys| keys.newest().map(|(number, key)| (number, key.secret.public())))
    }

    pub(crate) fn with_keys<T>(&self, ask: impl FnOnce(&Keys) -> Option<T>) -> Result<T, TownError> {
        ask(&self.keys.read().unwrap_or_else(std::sync::PoisonError::into_inner)).ok_or(TownError::Keys)
    }

    /// Makes the next key, in the last one's name. Phones follow at their next contact; from then on they believe the new
    /// key alone. A backup from before does not have it: make one now.
    pub fn rotate_township_key(&self, by: Actor) -> Result<(u32, PublicKey), TownError> {
        let key = self.fresh_key(self.suite()?)?;
        let (number, row) = self.with_keys(|keys| {
            let (number, newest) = keys.newest()?;
            let next = number.checked_add(1)?;
            Some((next, self.key_row(next, &key, &newest.secret)))
        })?;
        self.audit(&AuditLine::new(by, Action::Administered, "township_key"))?;
        self.store.add_township_key(row)?;
        self.load_keys()?;
        Ok((number, key.public()))
    }

    /// For how many days a phone may go on without contact.
    pub fn lease_days(&self) -> Result<u32, TownError> {
        let set = self.store.read()?.setting(LEASE_SETTING)?;
        Ok(set.and_then(|days| days.parse().ok()).unwrap_or(LEASE_DAYS).clamp(1, MAX_LEASE_DAYS))
    }

    /// Sets it; phones hear of it with their next certificate.
    pub fn set_lease_days(&self, days: u32, by: Actor) -> Result<(), TownError> {
        self.audit(&AuditLine::new(by, Action::Administered, "lease_days"))?;
        Ok(self.store.set_setting(LEASE_SETTING, Some(days.clamp(1, MAX_LEASE_DAYS).to_string()))?)
    }

    /// Something that is set under a name, if it is.
    pub fn setting(&self, name: &str) -> Result<Option<String>, TownError> {
        Ok(self.store.read()?.setting(name)?)
    }

    /// Makes a one-time code for a worker's phone and the invitation around it. `None`: no such worker.
    pub fn invite(
        &self,
        worker: WorkerId,
        hours: u32,
        server: &str,
        device_name: Option<String>,
    ) -> Result<Option<Invited>, TownError> {
        let Some(code) = self.new_code(worker, hours)? else { return Ok(None) };
        let Some(home) = home_of(&self.store.read()?, worker)? else { return Ok(None) };
        let until = ServerMillis(self.now().0 + i64::from(hours.min(MAX_CODE_HOURS)) * 3_600_000);
        self.with_keys(|keys| {
            let (key_number, key) = keys.newest()?;
            let public = key.secret.public();
            let invitation = Invitation {
                server: server.to_owned(),
                code: code.clone(),
                township_key: public.to_bytes(),
                key_number,
                until,
                holder: Some(Holder { worker: *worker.0.as_bytes(), roster: home.0 }),
                device_name,
            };
            let text = invitation::to_text(&Signed::by(&key.secret, &invitation));
            Some(Invited { code, text, fingerprint: public.fingerprint() })
        })
        .map(Some)
    }

    /// A fresh certificate for a device with this key; `None` when its worker is in no roster any more.
    pub(crate) fn certify(
        &self,
        device: DeviceId,
        public_key: &[u8],
        reader: ReaderId,
    ) -> Result<Option<Signed>, TownError> {
        let worker = WorkerId(Uuid::from_bytes(reader.0));
        let Some(roles) = self.roles_of(worker)? else { return Ok(None) };
        let (issued_at, good_for_days) = (self.now(), self.lease_days()?);
        self.with_keys(|keys| {
            let (_, key) = keys.newest()?;
            let certificate = Certificate {
                township: key.secret.public().fingerprint(),
                device,
                public_key: public_key.to_vec(),
                worker: reader.0,
                roles,
                issued_at,
                good_for_days,
            };
            Some(Signed::by(&key.secret, &certificate))
        })
        .map(Some)
    }

    fn roles_of(&self, worker: WorkerId) -> Result<Option<Vec<String>>, TownError> {
        let reader = self.store.read()?;
        let Some(home) = home_of(&reader, worker)? else { return Ok(None) };
        let roster = self.gate.roster(&reader, home)?.roster;
        let roles = |entry: &lianhu_core::roster::Worker| {
            entry.roles.iter().flat_map(|roles| &roles.value).map(|role| role.code().to_owned()).collect()
        };
        Ok(roster.workers.get(&worker).map(roles))
    }
}

/// The keys by which a device's request may be signed: its own, and the one it announced.
pub(crate) fn keys_of(device: &Device) -> impl Iterator<Item = (PublicKey, bool)> {
    let own = PublicKey::from_bytes(&device.public_key).ok().map(|key| (key, false));
    let next = device.next_key.as_deref().and_then(|key| PublicKey::from_bytes(key).ok()).map(|key| (key, true));
    own.into_iter().chain(next)
}
