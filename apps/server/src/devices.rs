//! How a device stands: active, suspended, revoked, lost, wiped; and the numbers by which its requests follow each other.

use std::collections::BTreeMap;

use lianhu_core::Private;
use lianhu_store::{Device, DeviceStanding};
use lianhu_sync::ids::DeviceId;

use crate::audit::{Action, Actor, AuditLine};
use crate::town::{Town, TownError};

/// The greatest number of each device's requests since the township was opened.
#[derive(Default)]
pub(crate) struct Numbers(BTreeMap<DeviceId, u64>);

impl Numbers {
    /// Takes a request's number, once: it must be greater than the last. Otherwise answers the last. A request without a
    /// number is of a phone that never had any.
    pub(crate) fn take(&mut self, device: &Device, number: Option<u64>) -> Result<(), u64> {
        let last = self.0.get(&device.device).copied().unwrap_or_default().max(device.last_number);
        match number {
            Some(number) if number > last => {
                self.0.insert(device.device, number);
                Ok(())
            }
            None if last == 0 => Ok(()),
            _ => Err(last),
        }
    }
}

impl Town {
    /// Changes how a device stands, and says how it stands then: who is revoked or wiped stays so. `None`: no such device.
    pub fn set_standing(
        &self,
        device: DeviceId,
        standing: DeviceStanding,
        reason: Private<String>,
        by: Actor,
    ) -> Result<Option<DeviceStanding>, TownError> {
        self.audit(&AuditLine {
            subject: Some(device.to_string()),
            reason: Some(reason.clone()),
            ..AuditLine::new(by, Action::DeviceChanged, standing.code())
        })?;
        Ok(self.store.set_standing(device, standing, reason.0, self.now())?)
    }
}
