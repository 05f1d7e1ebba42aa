//! What a workbook keeps beside its documents: whose it is, its key, how often it was copied, and when it last synced.
//!
//! It lives in the store's `host` bytes, as JSON with a version, in the same transactions as everything else.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use lianhu_core::{ActorId, DeviceMillis, DocId, RecordId, Stamp};
use serde::{Deserialize, Serialize};

use crate::enrol::{DeviceName, NewDevice, Owner};
use crate::exchange::SyncReport;
use crate::key::DeviceKey;
use crate::late::Notice;
use crate::trust::Trust;

const VERSION: u32 = 1;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Host {
    pub(crate) version: u32,
    pub(crate) device: DeviceName,
    pub(crate) key: DeviceKey,
    pub(crate) owner: Owner,
    /// Another one is drawn whenever the store may exist twice.
    pub(crate) incarnation: u16,
    /// Own changes the township has recorded since the workbook was made.
    #[serde(default)]
    pub(crate) recorded: u64,
    #[serde(default)]
    pub(crate) last_sync: Option<SyncReport>,
    /// Own work that went in late, until its author has read so.
    #[serde(default)]
    pub(crate) notices: Vec<Notice>,
    /// Late work of others that the owner has looked at.
    #[serde(default)]
    pub(crate) seen_late: BTreeMap<DocId, BTreeSet<RecordId>>,
    /// The day whose digest was shown last.
    #[serde(default)]
    pub(crate) digest_shown: Option<NaiveDate>,
    /// The most bytes of entries in one reply, on a bad line.
    #[serde(default)]
    pub(crate) reply_budget: Option<u32>,
    /// What it knows of its township, and the township of it.
    #[serde(default)]
    pub(crate) trust: Trust,
}

impl Host {
    pub(crate) fn new(device: NewDevice, owner: Owner) -> Self {
        let NewDevice { device, key } = device;
        Host {
            version: VERSION,
            device,
            key,
            owner,
            incarnation: 1,
            recorded: 0,
            last_sync: None,
            notices: Vec::new(),
            seen_late: BTreeMap::new(),
            digest_shown: None,
            reply_budget: None,
            trust: Trust::default(),
        }
    }

    /// `None` for bytes that are not a workbook's of this version.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|host: &Host| host.version == VERSION)
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        // Only maps with other keys than text can fail to become JSON, and there are none.
        serde_json::to_vec(self).unwrap_or_default()
    }

    pub(crate) fn stamp(&self, at: DeviceMillis) -> Stamp {
        let worker = self.owner.worker;
        Stamp { worker, actor: ActorId::new(worker, self.device.0, self.incarnation), at }
    }
}
