//! What a workbook knows of its township and the township of it: the key it holds it by, its certificate, its lease, and why
//! it is locked.
//!
//! A certificate is a lease too: without contact a workbook goes on for the days it names, and then locks. The time is told
//! by the phone's own clock as it goes on, so that a clock that is wrong all along does no harm, and one that is put back
//! wins nothing but the time it was put back by, once.

use lianhu_core::DeviceMillis;
use lianhu_sync::message::{NewKey, Reply, Request};
use lianhu_sync::signed::{Certificate, DeviceKeyProof, Signed, TownshipKey, follow};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::enrol::EnrolReply;
use crate::host::Host;
use crate::key::{DeviceKey, PublicKey, base64};

const DAY_MS: i64 = 86_400_000;

/// Why nothing can be read or written. Syncing still works; nothing is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Locked {
    /// The phone has not reached its township for longer than it may: one sync unlocks it.
    #[error("the phone has not reached its township for too long: sync it once")]
    LeaseOver,
    /// The township has revoked the phone for ever.
    #[error("the township has revoked this phone")]
    Revoked,
    /// The phone is somebody else's by now; what waits here still goes to the township.
    #[error("the phone was handed over: what waits in this workbook still goes to the township")]
    HandedOver,
    /// Everything was destroyed, by the township's order or after a hand-over.
    #[error("what this workbook held was destroyed")]
    Destroyed,
}

/// A township's key as a workbook holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownTownship {
    /// The key.
    pub key: PublicKey,
    /// How many keys it had before.
    #[serde(default)]
    pub number: u32,
}

/// See the module. A default one is that of a workbook that has not met its township.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Trust {
    pub(crate) township: Option<KnownTownship>,
    pub(crate) certificate: Option<Kept>,
    /// Milliseconds that went by since the certificate came, up to `seen`.
    pub(crate) elapsed_ms: i64,
    /// The clock when it was looked at last.
    pub(crate) seen_ms: i64,
    /// The number of the last request.
    pub(crate) last_number: u64,
    /// The key to sign with once the township has heard of it.
    pub(crate) next_key: Option<DeviceKey>,
    pub(crate) locked: Option<Locked>,
    /// Made without a line: the code to enrol with at the first contact.
    pub(crate) code: Option<String>,
    /// The roster names other roles than the certificate.
    pub(crate) roles_changed: bool,
}

/// A certificate as it is kept, and what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) signed: Bytes,
    pub(crate) good_for_days: u32,
    pub(crate) roles: Vec<String>,
}

/// Bytes that are base64 in JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&data_encoding::BASE64.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        base64(deserializer).map(Bytes)
    }
}

impl Trust {
    /// What an enrolment brought. `None` when the certificate is not this township's word about this device.
    pub(crate) fn enrolled(host: &Host, reply: &EnrolReply, now: DeviceMillis) -> Option<Self> {
        let mut trust = Trust { code: None, ..host.trust.clone() };
        let Some(key) = &reply.township_key else { return Some(trust) };
        trust.township = Some(KnownTownship { key: key.clone(), number: reply.key_number });
        if let Some(certificate) = &reply.certificate {
            let signed = Signed::from_bytes(&certificate.0).ok()?;
            trust.take_certificate(host, &signed, now)?;
        }
        Some(trust)
    }

    fn take_certificate(&mut self, host: &Host, signed: &Signed, now: DeviceMillis) -> Option<()> {
        let certificate: Certificate = signed.check(&self.township.as_ref()?.key.0).ok()?;
        let keys = [Some(&host.key), host.trust.next_key.as_ref()];
        let own_key = keys.into_iter().flatten().any(|key| key.public().0.to_bytes() == certificate.public_key);
        let own = certificate.device.0 == host.device.0 && certificate.worker == *host.owner.worker.0.as_bytes();
        if !own || !own_key {
            return None;
        }
        let Certificate { good_for_days, roles, .. } = certificate;
        self.certificate = Some(Kept { signed: Bytes(signed.to_bytes()), good_for_days, roles });
        (self.elapsed_ms, self.seen_ms, self.roles_changed) = (0, now.0, false);
        Some(())
    }

    /// What the next request says besides what it asks.
    pub(crate) fn fill(&mut self, host: &Host, request: &mut Request, now: DeviceMillis) {
        self.last_number = u64::try_from(now.0).unwrap_or(0).max(self.last_number.saturating_add(1));
        request.number = Some(self.last_number);
        request.knows = self.township.as_ref().map(|known| known.number).filter(|number| *number > 0);
        request.certify = self.wants_certificate(now).then_some(true);
        request.new_key = self.next_key.as_ref().map(|next| {
            let (old, new) = (host.key.public().0.to_bytes(), next.public().0.to_bytes());
            let proof = DeviceKeyProof { device: request.device, old, new: new.clone() };
            NewKey { public_key: new, proof: Signed::by(next.secret(), &proof).signature }
        });
    }

    /// What a reply brings besides what was asked; the reply itself is checked already. `None` when something in it is not
    /// this township's word.
    pub(crate) fn absorb(&self, host: &Host, reply: &Reply, now: DeviceMillis) -> Option<Self> {
        let mut trust = self.clone();
        if let Some(known) = &self.township {
            let known = (known.number, known.key.0.clone());
            let (number, key) = follow(known, reply.keys.as_deref().unwrap_or_default())?;
            trust.township = Some(KnownTownship { key: PublicKey(key), number });
        }
        if let Some(signed) = &reply.certificate {
            trust.take_certificate(host, signed, now)?;
        }
        Some(trust)
    }

    /// The key a township that is met for the first time begins with.
    pub(crate) fn first_key(reply: &Reply) -> Option<KnownTownship> {
        let first = reply.keys.as_deref()?.first()?;
        let named: TownshipKey = first.read().ok()?;
        let key = lianhu_crypto::PublicKey::from_bytes(&named.public_key).ok()?;
        first.check::<TownshipKey>(&key).ok()?;
        Some(KnownTownship { key: PublicKey(key), number: named.number })
    }

    /// Time that went by since the certificate came.
    fn elapsed_ms(&self, now: DeviceMillis) -> i64 {
        self.elapsed_ms.saturating_add(now.0.saturating_sub(self.seen_ms).max(0))
    }

    /// The same, with the clock looked at: to be kept.
    pub(crate) fn looked_at(&self, now: DeviceMillis) -> Self {
        Trust { elapsed_ms: self.elapsed_ms(now), seen_ms: now.0, ..self.clone() }
    }

    /// Whether the time that was kept is worth keeping anew.
    pub(crate) fn is_stale(&self, now: DeviceMillis) -> bool {
        const HOUR_MS: i64 = 3_600_000;
        self.certificate.is_some() && now.0.saturating_sub(self.seen_ms).saturating_abs() > HOUR_MS
    }

    fn wants_certificate(&self, now: DeviceMillis) -> bool {
        let half = |kept: &Kept| self.elapsed_ms(now) >= i64::from(kept.good_for_days) * DAY_MS / 2;
        self.roles_changed || self.certificate.as_ref().is_none_or(half)
    }

    /// Milliseconds the workbook still goes on without contact; `None` without a certificate.
    pub(crate) fn lease_left_ms(&self, now: DeviceMillis) -> Option<i64> {
        let kept = self.certificate.as_ref()?;
        Some((i64::from(kept.good_for_days) * DAY_MS - self.elapsed_ms(now)).max(0))
    }

    /// Why nothing can be read or written now, if so.
    pub(crate) fn locked(&self, now: impl FnOnce() -> DeviceMillis) -> Option<Locked> {
        self.locked.or_else(|| {
            self.certificate.as_ref()?;
            (self.lease_left_ms(now()) == Some(0)).then_some(Locked::LeaseOver)
        })
    }
}
