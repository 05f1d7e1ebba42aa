//! How much a device, a person or an address may ask: a bucket for each that fills with time, by the township's clock.

use std::collections::BTreeMap;

use lianhu_sync::ids::{DeviceId, ReaderId, ServerMillis};

use crate::limits::{
    BYTES_PER_DAY, CHANGES_PER_DAY, METERS_IN_MEMORY, PERSON_TIMES, POISON_PER_DAY, REQUESTS_AT_ONCE, REQUESTS_PER_DAY,
    TURNED_AWAY_PER_DAY,
};

const DAY_MS: i64 = 86_400_000;

/// Room that is used up and comes back evenly over a day.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    used: u64,
    at: ServerMillis,
}

/// How much fits, and how much of it comes back in a day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure {
    holds: u64,
    per_day: u64,
}

impl Measure {
    pub(crate) const fn new(holds: u64, per_day: u64) -> Self {
        Measure { holds, per_day }
    }

    const fn times(self, times: u64) -> Self {
        Measure { holds: self.holds * times, per_day: self.per_day * times }
    }
}

impl Bucket {
    fn drained(self, measure: Measure, now: ServerMillis) -> Self {
        let passed = u64::try_from(now.0.saturating_sub(self.at.0)).unwrap_or(0);
        let back = u128::from(passed) * u128::from(measure.per_day) / DAY_MS as u128;
        match u64::try_from(back) {
            // What is too little to give anything back is kept for the next look.
            Ok(0) if self.used > 0 => self,
            Ok(back) => Bucket { used: self.used.saturating_sub(back), at: now },
            Err(_) => Bucket { used: 0, at: now },
        }
    }

    /// Seconds until there is room for one more.
    fn wait_s(self, measure: Measure) -> u32 {
        let over = self.used.saturating_sub(measure.holds).saturating_add(1);
        u32::try_from(over.saturating_mul(86_400) / measure.per_day.max(1) + 1).unwrap_or(u32::MAX).min(3_600)
    }
}

/// Who is measured, and what of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Device(DeviceId, What),
    Person(ReaderId, What),
    Address([u8; 16]),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Requests,
    Changes,
    Bytes,
    TurnedAway,
    Poison,
}

impl What {
    const fn measure(self) -> Measure {
        match self {
            What::Requests => REQUESTS_PER_DAY,
            What::Changes => CHANGES_PER_DAY,
            What::Bytes => BYTES_PER_DAY,
            What::TurnedAway => TURNED_AWAY_PER_DAY,
            What::Poison => POISON_PER_DAY,
        }
    }
}

/// What became of a request that was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measured {
    /// There is room.
    Fits,
    /// There is none: come back after so many seconds.
    Later(u32),
    /// It has been asked to come back so often that it is no accident.
    Flood,
}

/// The buckets of everybody who asked lately. They are in memory alone: a township that is started anew begins anew.
#[derive(Debug, Default)]
pub(crate) struct Meters(BTreeMap<Who, Bucket>);

impl Meters {
    /// Measures one request of a device.
    pub(crate) fn request(
        &mut self,
        (device, reader): (DeviceId, ReaderId),
        changes: u64,
        bytes: u64,
        now: ServerMillis,
    ) -> Measured {
        let asked = [(What::Requests, 1), (What::Changes, changes), (What::Bytes, bytes)];
        for (what, amount) in asked {
            let own = self.pour(Who::Device(device, what), what.measure(), amount, now);
            let all = self.pour(Who::Person(reader, what), what.measure().times(PERSON_TIMES), amount, now);
            if let Err(wait_s) = own.and(all) {
                let turned = What::TurnedAway;
                return match self.pour(Who::Device(device, turned), turned.measure(), 1, now) {
                    Ok(()) => Measured::Later(wait_s),
                    Err(_) => Measured::Flood,
                };
            }
        }
        Measured::Fits
    }

    /// Counts changes no honest phone makes. Answers whether these are too many of them.
    pub(crate) fn poison(&mut self, device: DeviceId, changes: u64, now: ServerMillis) -> bool {
        changes > 0 && self.pour(Who::Device(device, What::Poison), POISON_PER_DAY, changes, now).is_err()
    }

    /// Whether an address may still ask without being known; if not, in how many seconds.
    pub(crate) fn may_ask(&mut self, address: [u8; 16], now: ServerMillis) -> Result<(), u32> {
        self.pour(Who::Address(address), REQUESTS_AT_ONCE, 0, now)
    }

    /// An address asked for something and was not who it said.
    pub(crate) fn failed(&mut self, address: [u8; 16], now: ServerMillis) {
        // Whether that was one too many is asked by the next request.
        let _ = self.pour(Who::Address(address), REQUESTS_AT_ONCE, 1, now);
    }

    fn pour(&mut self, who: Who, measure: Measure, amount: u64, now: ServerMillis) -> Result<(), u32> {
        if self.0.len() >= METERS_IN_MEMORY && !self.0.contains_key(&who) {
            self.forget_the_empty(now);
        }
        let bucket = self.0.entry(who).or_insert(Bucket { used: 0, at: now });
        *bucket = bucket.drained(measure, now);
        if bucket.used.saturating_add(amount.max(1)) > measure.holds {
            return Err(bucket.wait_s(measure));
        }
        bucket.used += amount;
        Ok(())
    }

    /// Forgets who used nothing lately; if everybody did, everybody: somebody who floods gains one more day by it.
    fn forget_the_empty(&mut self, now: ServerMillis) {
        self.0.retain(|_, bucket| bucket.used > 0 && now.0.saturating_sub(bucket.at.0) < DAY_MS);
        if self.0.len() >= METERS_IN_MEMORY {
            self.0.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANG: (DeviceId, ReaderId) = (DeviceId([1; 16]), ReaderId([1; 16]));
    const LI: (DeviceId, ReaderId) = (DeviceId([2; 16]), ReaderId([2; 16]));

    #[test]
    fn whoever_asks_too_often_waits_and_then_may_ask_again_and_nobody_else_waits() {
        let mut meters = Meters::default();
        let now = ServerMillis(1_000);
        let mut asked = 0;
        let wait_s = loop {
            match meters.request(WANG, 0, 100, now) {
                Measured::Fits => asked += 1,
                Measured::Later(wait_s) => break wait_s,
                Measured::Flood => panic!("the first time is no flood"),
            }
        };
        assert_eq!(asked, REQUESTS_PER_DAY.holds);
        assert_eq!(meters.request(LI, 0, 100, now), Measured::Fits);
        let later = ServerMillis(now.0 + i64::from(wait_s) * 1_000);
        assert_eq!(meters.request(WANG, 0, 100, later), Measured::Fits);
    }

    #[test]
    fn whoever_goes_on_asking_all_the_same_floods() {
        let mut meters = Meters::default();
        let measured = (0..10_000).map(|_| meters.request(WANG, 0, 100, ServerMillis(1)));
        let measured: Vec<_> = measured.take_while(|one| *one != Measured::Flood).collect();
        assert!(measured.len() < 10_000);
    }

    #[test]
    fn a_days_poison_is_counted_and_a_day_later_forgotten() {
        let mut meters = Meters::default();
        let (device, holds) = (WANG.0, POISON_PER_DAY.holds);
        assert!(!meters.poison(device, 0, ServerMillis(1)));
        assert!(!meters.poison(device, holds, ServerMillis(1)));
        assert!(meters.poison(device, 1, ServerMillis(1)));
        assert!(!meters.poison(device, 1, ServerMillis(2 * DAY_MS)));
    }

    #[test]
    fn memory_stays_bounded_whoever_asks() {
        let mut meters = Meters::default();
        for number in 0..3 * METERS_IN_MEMORY as u64 {
            let mut address = [0; 16];
            address[..8].copy_from_slice(&number.to_be_bytes());
            meters.failed(address, ServerMillis(1));
        }
        assert!(meters.0.len() <= METERS_IN_MEMORY);
    }
}
