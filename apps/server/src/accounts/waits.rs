//! Who waits after failed sign-ins, and for how long. Known and unknown logins are treated alike.
//!
//! Failures are counted for an address, for an account from an address, and for an account from everywhere. After the third
//! the wait doubles each time. An account as such waits a minute at most, and never from the address its person last signed
//! in from: no stranger can lock anybody out. An attempt counts as failed from its beginning until it succeeds, so that many
//! at once do not get through together. All of it is in memory: a restart forgets it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use lianhu_sync::ids::ServerMillis;

use crate::limits::{FAILURES_REMEMBERED, FREE_FAILURES, LONGEST_WAIT_OF_ACCOUNT_S, LONGEST_WAIT_S};

/// The failures lately.
#[derive(Debug, Default)]
pub(crate) struct Waits(Mutex<HashMap<Whose, Failures>>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Whose {
    Address(IpAddr),
    AccountFrom(String, IpAddr),
    Account(String),
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    until: i64,
    longest_s: i64,
}

impl Waits {
    /// Begins an attempt, or says in how many seconds the next may begin. `known`: the account knows the address.
    pub(crate) fn begin(&self, login: &str, from: IpAddr, known: bool, now: ServerMillis) -> Result<(), u32> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let concerned = concerned(login, from, known);
        let waits = concerned.iter().filter_map(|(whose, _)| all.get(whose)).map(|failures| failures.until - now.0);
        if let Some(left) = waits.max().filter(|left| *left > 0) {
            return Err(u32::try_from(left / 1_000 + 1).unwrap_or(u32::MAX));
        }
        if all.len() + concerned.len() > FAILURES_REMEMBERED {
            forget_some(&mut all, now);
        }
        for (whose, longest_s) in concerned {
            let failures = all.entry(whose).or_insert(Failures { count: 0, until: 0, longest_s });
            failures.count = failures.count.saturating_add(1);
            let doubled = 1_i64 << failures.count.saturating_sub(FREE_FAILURES).min(20);
            if failures.count > FREE_FAILURES {
                failures.until = now.0 + doubled.min(failures.longest_s) * 1_000;
            } else {
                failures.until = now.0;
            }
        }
        Ok(())
    }

    /// The attempt succeeded: what was counted for this account from here is forgotten.
    pub(crate) fn succeeded(&self, login: &str, from: IpAddr) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for whose in [
            Whose::AccountFrom(login.to_owned(), from),
            Whose::Address(network(from)),
            Whose::Account(login.to_owned()),
        ] {
            all.remove(&whose);
        }
    }
}

fn concerned(login: &str, from: IpAddr, known: bool) -> Vec<(Whose, i64)> {
    let from = network(from);
    let mut concerned =
        vec![(Whose::Address(from), LONGEST_WAIT_S), (Whose::AccountFrom(login.to_owned(), from), LONGEST_WAIT_S)];
    if !known {
        concerned.push((Whose::Account(login.to_owned()), LONGEST_WAIT_OF_ACCOUNT_S));
    }
    concerned
}

/// One household has one IPv4 address, or a whole IPv6 network of 64 bits.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) & !0 << 64).into()),
        address => address,
    }
}

/// Makes room: an hour after their wait failures are forgotten; if that is not enough, those whose wait is over.
fn forget_some(all: &mut HashMap<Whose, Failures>, now: ServerMillis) {
    all.retain(|_, failures| failures.until + 3_600_000 > now.0);
    if all.len() >= FAILURES_REMEMBERED / 2 {
        all.retain(|_, failures| failures.until > now.0);
    }
    if all.len() >= FAILURES_REMEMBERED {
        all.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000_000;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, last])
    }

    #[test]
    fn the_wait_doubles_after_the_third_failure_and_ends_with_a_success() {
        let waits = Waits::default();
        let mut now = NOW;
        let mut told = Vec::new();
        for _ in 0..15 {
            while let Err(seconds) = waits.begin("wang", address(1), true, ServerMillis(now)) {
                told.push(seconds);
                now += i64::from(seconds) * 1_000;
            }
        }
        assert_eq!(told, [3, 5, 9, 17, 33, 65, 129, 257, 513, 901, 901]);
        waits.succeeded("wang", address(1));
        assert_eq!(waits.begin("wang", address(1), true, ServerMillis(now)), Ok(()));
    }

    #[test]
    fn a_stranger_cannot_make_a_person_wait_where_the_person_signs_in() {
        let waits = Waits::default();
        for stranger in 2..200 {
            _ = waits.begin("wang", address(stranger), false, ServerMillis(NOW));
        }
        assert!(waits.begin("wang", address(1), false, ServerMillis(NOW)).is_err());
        assert_eq!(waits.begin("wang", address(1), true, ServerMillis(NOW)), Ok(()));
        // And elsewhere they wait a minute, not longer.
        assert_eq!(waits.begin("wang", address(201), false, ServerMillis(NOW + 61_000)), Ok(()));
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let waits = Waits::default();
        for number in 0..FAILURES_REMEMBERED as u32 * 2 {
            _ = waits.begin(&number.to_string(), IpAddr::from(number.to_be_bytes()), false, ServerMillis(NOW));
        }
        assert!(waits.0.lock().unwrap().len() <= FAILURES_REMEMBERED);
    }
}
