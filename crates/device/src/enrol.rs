//! Enrolment: a one-time code from the township makes this device one of a worker's.
//!
//! [`EnrolRequest`] goes as JSON to [`ENROL_PATH`]; the answer is an [`EnrolReply`]. The township writes the same JSON from
//! its own types.

use data_encoding::HEXLOWER;
use lianhu_core::{DocId, Private, WorkerId};
use lianhu_crypto::Suite;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::key::{DeviceKey, PublicKey};
use crate::limits::{MAX_CODE_BYTES, MAX_DEVICE_NAME_CHARS};
use crate::surroundings::Surroundings;
use crate::trust::Bytes;

/// Where an [`EnrolRequest`] is posted.
pub const ENROL_PATH: &str = "/v1/enrol";

/// One installed copy of a workbook, named by 16 random bytes; 32 hexadecimal digits in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceName(pub [u8; 16]);

impl Serialize for DeviceName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&HEXLOWER.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for DeviceName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| serde::de::Error::custom("not hexadecimal"))?;
        bytes.try_into().map(DeviceName).map_err(|_| serde::de::Error::custom("not 16 bytes"))
    }
}

/// A name and a key for a device that is not anybody's yet. Keep it until the reply is there, so that an enrolment that
/// was cut off is repeated with the same name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewDevice {
    pub(crate) device: DeviceName,
    pub(crate) key: DeviceKey,
}

impl NewDevice {
    /// A fresh name and key.
    pub fn generate(surroundings: &mut impl Surroundings) -> Self {
        Self::generate_in(Suite::International, surroundings)
    }

    /// The same in a township's suite: the one its key is of.
    pub fn generate_in(suite: Suite, surroundings: &mut impl Surroundings) -> Self {
        NewDevice { device: DeviceName(surroundings.random()), key: DeviceKey::generate_in(suite, surroundings) }
    }

    /// What to ask the township, with the code it gave and a name people know the device by. Spaces around a typed code
    /// are taken away; a code or name that is too long is refused.
    pub fn enrolment(&self, code: &str, name: &str) -> Result<EnrolRequest, NotAnEnrolment> {
        let (code, name) = (code.trim(), name.trim());
        if code.is_empty() || code.len() > MAX_CODE_BYTES {
            return Err(NotAnEnrolment::Code);
        }
        if name.chars().count() > MAX_DEVICE_NAME_CHARS {
            return Err(NotAnEnrolment::Name);
        }
        Ok(EnrolRequest {
            code: code.to_owned(),
            device: self.device,
            public_key: self.key.public(),
            name: name.to_owned(),
            worker: None,
        })
    }
}

/// Why nothing was asked of the township.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnEnrolment {
    /// No code, or more than anyone would type.
    #[error("the code is empty or too long")]
    Code,
    /// The device's name is too long.
    #[error("the device's name is too long")]
    Name,
}

/// What a device asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// The one-time code.
    pub code: String,
    /// The device.
    pub device: DeviceName,
    /// Its key.
    pub public_key: PublicKey,
    /// What people call the device.
    #[serde(default)]
    pub name: String,
    /// Whose the device is already, when its workbook is to be enrolled again ([`crate::Workbook::enrolment`]): a code
    /// for somebody else is then refused, and not used up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker: Option<WorkerId>,
}

/// What the township answers: whose device it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolReply {
    /// The worker.
    pub worker: WorkerId,
    /// The worker's name.
    pub name: Private<String>,
    /// The worker's roles, as codes; the roster has the last word.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The roster of the worker's village.
    pub roster: DocId,
    /// The township's name.
    pub township: String,
    /// The township's key: replies are believed by it from now on.
    #[serde(default)]
    pub township_key: Option<PublicKey>,
    /// How many keys the township had before.
    #[serde(default)]
    pub key_number: u32,
    /// The device's certificate, signed with that key.
    #[serde(default)]
    pub certificate: Option<Bytes>,
}

/// Whose workbook it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The worker, whose name every change bears.
    pub worker: WorkerId,
    /// The worker's name.
    pub name: Private<String>,
    /// The worker's roles, as codes, for a screen to begin with; the roster has the last word.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The roster of the worker's village.
    pub roster: DocId,
    /// The township's name; empty for a workbook that belongs to none yet.
    #[serde(default)]
    pub township: String,
    /// Where it syncs, in the host's own words (an address); empty when the host keeps that elsewhere.
    #[serde(default)]
    pub server: String,
}

impl From<EnrolReply> for Owner {
    fn from(reply: EnrolReply) -> Self {
        let EnrolReply { worker, name, roles, roster, township, .. } = reply;
        Owner { worker, name, roles, roster, township, server: String::new() }
    }
}
