//! How many wrong enrolment codes were tried lately.

use std::sync::{Mutex, PoisonError};

use lianhu_sync::ids::ServerMillis;

use crate::limits::WRONG_CODES_PER_MINUTE;

const MINUTE_MS: i64 = 60_000;

/// The wrong codes of the present minute, from everybody together.
#[derive(Debug, Default)]
pub(crate) struct Guesses(Mutex<Minute>);

#[derive(Debug, Default)]
struct Minute {
    number: i64,
    wrong: u32,
}

impl Guesses {
    /// Whether another code may be tried now; if not, in how many seconds.
    pub(crate) fn may_try(&self, now: ServerMillis) -> Result<(), u32> {
        let minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if minute.number != now.0.div_euclid(MINUTE_MS) || minute.wrong < WRONG_CODES_PER_MINUTE {
            return Ok(());
        }
        let left_ms = MINUTE_MS - now.0.rem_euclid(MINUTE_MS);
        Err(u32::try_from(left_ms / 1_000 + 1).unwrap_or(60))
    }

    /// A code was wrong.
    pub(crate) fn wrong(&self, now: ServerMillis) {
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = now.0.div_euclid(MINUTE_MS);
        let before = if minute.number == number { minute.wrong } else { 0 };
        *minute = Minute { number, wrong: before.saturating_add(1) };
    }
}
