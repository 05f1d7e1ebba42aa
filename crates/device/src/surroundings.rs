//! What a workbook asks of the world around it besides its store: the time, and dice.

use chrono::NaiveDate;
use lianhu_core::{DeviceMillis, RecordId};

/// The clock and the dice. Both are the host's: the SDK never asks the system itself, so it runs in a browser and in a
/// simulation alike.
pub trait Surroundings {
    /// The device's clock. It is shown as what the author's device claimed, and never decides an order.
    fn now(&self) -> DeviceMillis;

    /// 16 bytes nobody can guess or has seen before; ids and the device's key are made of them. Use the operating
    /// system's source.
    fn random(&mut self) -> [u8; 16];
}

/// A fresh id for a record.
pub(crate) fn record_id(surroundings: &mut impl Surroundings) -> RecordId {
    let [a, b, c, d, e, f, g, h, ..] = surroundings.random();
    RecordId([a, b, c, d, e, f, g, h])
}

/// The day in China at a moment.
pub(crate) fn today(now: DeviceMillis) -> NaiveDate {
    now.in_china().date()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn the_day_changes_at_midnight_in_china() {
        let evening = DateTime::parse_from_rfc3339("2026-11-23T23:59:59+08:00").unwrap().timestamp_millis();
        assert_eq!(today(DeviceMillis(evening)).to_string(), "2026-11-23");
        assert_eq!(today(DeviceMillis(evening + 1_000)).to_string(), "2026-11-24");
        today(DeviceMillis(i64::MAX));
        today(DeviceMillis(i64::MIN));
    }
}
