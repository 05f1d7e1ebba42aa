//! What the calendar does by itself: at midnight, by the township's wall clock, links begin and end, a matter that was
//! left without a number gets one, and what the township keeps for a time is purged when the time is over.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use chrono::{Days, NaiveDate, NaiveTime};
use lianhu_sync::ids::ServerMillis;

use crate::limits::LOOK_AT_CALENDAR;
use crate::town::{Town, TownError, local};
use crate::{numbers, settle};

/// Looks at the calendar just after every midnight, and a few times between. Never ends; dropping it is the end.
pub(crate) async fn keep(town: Arc<Town>) -> Infallible {
    let mut settled_on = town.today();
    loop {
        tokio::time::sleep(until_next_look(town.now())).await;
        let look = Arc::clone(&town);
        match tokio::task::spawn_blocking(move || turn(&look, settled_on)).await {
            Ok(Ok(today)) => settled_on = today,
            // The next look tries again.
            Ok(Err(why)) => tracing::error!(why = %why, "access lists could not be brought up to date"),
            Err(why) => tracing::error!(why = %why, "access lists could not be brought up to date"),
        }
    }
}

/// Brings the access lists up to a new day; says on which day they stand now.
pub fn turn(town: &Town, settled_on: NaiveDate) -> Result<NaiveDate, TownError> {
    let today = town.today();
    if today != settled_on {
        settle::all(town)?;
        numbers::all(town);
        // What could not be purged tonight is past its time tomorrow, too.
        if let Err(why) = town.purge() {
            tracing::error!(why = %why, "what is past its time could not be purged");
        }
        town.keep_audit()?;
    }
    Ok(today)
}

/// A second past the next midnight, or sooner.
pub(crate) fn until_next_look(now: ServerMillis) -> Duration {
    let wall = local(now);
    let midnight = wall.checked_add_days(Days::new(1)).and_then(|day| day.with_time(NaiveTime::MIN).single());
    let left = midnight.and_then(|midnight| (midnight - wall).to_std().ok());
    left.map_or(LOOK_AT_CALENDAR, |left| (left + Duration::from_secs(1)).min(LOOK_AT_CALENDAR))
}
