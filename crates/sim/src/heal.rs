//! Healing: nothing goes wrong any more, everybody has a good line, and everything has to come together.

use crate::events::office;
use crate::failure::{Failure, Held};
use crate::judges::{self, converged};
use crate::world::World;

/// Rounds in which everybody who has something to say or hear syncs once. What one phone brings in, others take in the
/// next, and a fresh name or a decision of the office takes a round more.
const ROUNDS: usize = 12;

/// Ends all faults and syncs until nobody has anything to say.
pub(crate) fn heal(world: &mut World<'_>) -> Held {
    world.calm = true;
    world.trace.note(format_args!("healing"));
    world.town.disk.calm();
    for handset in world.phones.iter().flatten() {
        handset.disk.calm();
    }
    world.restart_town()?;
    judges::acknowledged::what_phones_hold(world)?;
    while !world.late.is_empty() {
        world.late_request()?;
    }
    for round in 0..ROUNDS {
        let mut busy = 0;
        while office::decide(world, true)? {
            busy += 1;
        }
        for number in 0..world.phones.len() {
            if !converged::is_settled(world, number)? {
                busy += 1;
                world.sync(number)?;
            }
        }
        world.trace.note(format_args!("round {round}: {busy} phones had something to say or to hear"));
        if busy == 0 {
            return judged(world);
        }
    }
    for number in 0..world.phones.len() {
        if !converged::is_settled(world, number)? && !converged::lacks_a_seal(world, number)? {
            let differ = converged::differences(world, number)?;
            let what = format!(
                "phone {number} is not at rest after {ROUNDS} rounds; {} documents differ: {differ:?}",
                differ.len()
            );
            return Err(Failure::new("every outbox is empty in the end", what));
        }
    }
    judged(world)
}

fn judged(world: &mut World<'_>) -> Held {
    judges::acknowledged::all(world)?;
    converged::all(world)?;
    judges::kept::at_the_end(world)?;
    judges::views::rebuilt(world)
}
