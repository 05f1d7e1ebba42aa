//! Time passes, and some clocks are wrong.

use std::sync::atomic::Ordering;

use lianhu_server::turn;

use super::somebody;
use crate::failure::Held;
use crate::world::World;

const HOUR: i64 = 3_600_000;
const YEAR: i64 = 365 * 24 * HOUR;

/// Some hours pass; if midnight is among them, the township looks at its calendar.
pub(super) fn hours(world: &mut World<'_>) -> Held {
    let hours = 1 + world.dice.below(8) as i64;
    pass(world, hours)
}

/// Some days pass.
pub(super) fn days(world: &mut World<'_>) -> Held {
    let days = 1 + world.dice.below(5) as i64;
    pass(world, days * 24)
}

fn pass(world: &mut World<'_>, hours: i64) -> Held {
    world.clock.fetch_add(hours * HOUR, Ordering::Relaxed);
    look_at_calendar(world)
}

/// What the township does by itself after midnight.
pub(crate) fn look_at_calendar(world: &mut World<'_>) -> Held {
    let turned = turn(world.town()?, world.town.settled_on);
    match turned {
        Ok(today) => {
            world.town.settled_on = today;
            world.after_town()
        }
        Err(why) => world.town_failed(&why),
    }
}

/// A phone's clock is set wrong, by years either way, or right again.
pub(super) fn off(world: &mut World<'_>) -> Held {
    let number = somebody(world);
    let by = match world.dice.below(4) {
        0 => 0,
        1 => world.dice.below(10) as i64 * YEAR,
        _ => -(world.dice.below(20) as i64) * YEAR,
    };
    world.fault("clock off");
    world.handset(number)?.off.store(by, Ordering::Relaxed);
    Ok(())
}
