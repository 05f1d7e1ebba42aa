//! What happens in a world while things go wrong. To add an event: one row of the table, and what it does.

mod clocks;
mod copies;
mod disks;
mod generations;
pub(crate) mod office;
mod writing;

use crate::failure::Held;
use crate::world::World;

/// Something that happens now and then.
pub(crate) struct Event {
    /// What the trace and the report call it.
    pub(crate) name: &'static str,
    /// How often it happens, compared with the others.
    pub(crate) weight: u64,
    /// What it does.
    pub(crate) run: fn(&mut World<'_>) -> Held,
}

const fn event(name: &'static str, weight: u64, run: fn(&mut World<'_>) -> Held) -> Event {
    Event { name, weight, run }
}

/// Everything that happens.
pub(crate) const EVENTS: &[Event] = &[
    event("visit", 120, writing::visit),
    event("diary", 80, writing::diary),
    event("card", 90, writing::card),
    event("matter raised", 30, writing::raise),
    event("matter step", 60, writing::step),
    event("meeting called", 8, writing::call),
    event("minutes", 40, writing::minutes),
    event("conflict settled", 20, writing::settle),
    event("refused work", 20, writing::refused),
    event("sync", 260, writing::sync),
    event("old request", 20, writing::late),
    event("office card", 40, office::card),
    event("office note", 30, office::note),
    event("link begins", 10, office::link_begins),
    event("link ends", 10, office::link_ends),
    event("household handed over", 8, office::handed_over),
    event("households reassigned", 14, office::reassigned),
    event("office decides", 20, office::decides),
    event("document trimmed", 14, generations::compacted),
    event("visit erased", 5, generations::erased),
    event("township packed", 8, generations::packed),
    event("hours pass", 30, clocks::hours),
    event("days pass", 4, clocks::days),
    event("clock off", 10, clocks::off),
    event("app restarted", 20, copies::restarted),
    event("phone copied for later", 16, copies::image),
    event("phone put back", 8, copies::put_back),
    event("phone cloned", 8, copies::cloned),
    event("phone revoked", 3, copies::revoked),
    event("stranger asks", 4, copies::stranger),
    event("township restarted", 6, disks::restart_township),
    event("township loses power", 16, disks::crash_township),
    event("township cannot write", 8, disks::fail_township),
    event("township has no room", 4, disks::fill_township),
    event("phone loses power", 30, disks::crash_phone),
    event("phone cannot write", 12, disks::fail_phone),
    event("phone has no room", 8, disks::fill_phone),
    event("backup", 8, disks::backup),
    event("township put back", 5, disks::put_township_back),
];

/// What may happen while a reply is under way: permission, generations, time and the township itself move in flight.
const MEANWHILE: &[Event] = &[
    event("meanwhile reassigned", 4, office::reassigned),
    event("meanwhile handed over", 2, office::handed_over),
    event("meanwhile trimmed", 4, generations::compacted),
    event("meanwhile packed", 2, generations::packed),
    event("meanwhile erased", 2, generations::erased),
    event("meanwhile decided", 2, office::decides),
    event("meanwhile revoked", 1, copies::revoked),
    event("meanwhile days passed", 1, clocks::days),
    event("meanwhile restarted", 2, disks::restart_township),
    event("meanwhile put back", 1, disks::put_township_back),
];

/// Something that happens between an answer and its arrival.
pub(crate) fn meanwhile(world: &mut World<'_>) -> Held {
    one_of(world, MEANWHILE)
}

/// One event, chosen by the world's dice.
pub(crate) fn next(world: &mut World<'_>) -> Held {
    one_of(world, EVENTS)
}

fn one_of(world: &mut World<'_>, events: &[Event]) -> Held {
    let total: u64 = events.iter().map(|event| event.weight).sum();
    let mut place = world.dice.below(total);
    for event in events {
        if place < event.weight {
            world.events.count(event.name);
            world.trace.note(format_args!("{}", event.name));
            return (event.run)(world);
        }
        place -= event.weight;
    }
    Ok(())
}

/// A phone, any.
fn somebody(world: &mut World<'_>) -> usize {
    world.dice.index(world.phones.len())
}
