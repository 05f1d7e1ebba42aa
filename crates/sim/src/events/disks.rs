//! Disks fail and power goes, at the next write or some writes later, whatever is being done then.

use std::path::Path;

use lianhu_store::DeviceStanding;

use super::{EVENTS, somebody};
use crate::disk::Fault;
use crate::failure::{Failure, Held};
use crate::judges;
use crate::world::World;

/// Within how many writes an armed fault strikes.
const WITHIN: u64 = 24;

/// The township is stopped in order and started.
pub(super) fn restart_township(world: &mut World<'_>) -> Held {
    world.town.town = None;
    if world.town.disk.is_down() {
        world.town.power_cycle();
    }
    world.start_town()?;
    if world.dice.percent(20) {
        return judges::views::rebuilt(world);
    }
    Ok(())
}

/// The township's power goes: now, or between two of its next writes.
pub(super) fn crash_township(world: &mut World<'_>) -> Held {
    if world.dice.percent(30) {
        world.fault("township lost power");
        return world.restart_town();
    }
    let writes = world.dice.below(WITHIN);
    world.town.disk.crash_in(writes);
    Ok(())
}

/// A write or a sync of the township fails.
pub(super) fn fail_township(world: &mut World<'_>) -> Held {
    let (writes, fault) = some_fault(world);
    world.town.disk.fail_in(writes, fault);
    Ok(())
}

/// The township's disk is full, until somebody makes room.
pub(super) fn fill_township(world: &mut World<'_>) -> Held {
    world.town.disk.set_full(true);
    for _ in 0..3 {
        something_ordinary(world)?;
    }
    world.town.disk.set_full(false);
    world.town.disk.take_trouble();
    Ok(())
}

/// A phone's power goes: now, or between two of its next writes.
pub(super) fn crash_phone(world: &mut World<'_>) -> Held {
    let number = somebody(world);
    if world.dice.percent(30) {
        world.fault("phone lost power");
        world.handset(number)?.power_cycle();
        world.open_phone(number)?;
        return Ok(());
    }
    let writes = world.dice.below(WITHIN);
    world.handset(number)?.disk.crash_in(writes);
    world.sync(number).map(|_| ())
}

/// A write or a sync of a phone fails.
pub(super) fn fail_phone(world: &mut World<'_>) -> Held {
    let (number, (writes, fault)) = (somebody(world), some_fault(world));
    world.handset(number)?.disk.fail_in(writes, fault);
    world.sync(number).map(|_| ())
}

/// A phone's disk is full while it syncs.
pub(super) fn fill_phone(world: &mut World<'_>) -> Held {
    let number = somebody(world);
    world.open_phone(number)?;
    world.handset(number)?.disk.set_full(true);
    world.sync(number)?;
    world.handset(number)?.disk.set_full(false);
    world.handset(number)?.disk.take_trouble();
    Ok(())
}

fn some_fault(world: &mut World<'_>) -> (u64, Fault) {
    let fault = if world.dice.percent(60) { Fault::ShortWrite } else { Fault::FailedSync };
    (world.dice.below(WITHIN / 4), fault)
}

/// Something people do: the first rows of the table.
fn something_ordinary(world: &mut World<'_>) -> Held {
    let row = world.dice.index(12);
    EVENTS.get(row).map_or(Ok(()), |event| (event.run)(world))
}

/// The township is copied while it works.
pub(super) fn backup(world: &mut World<'_>) -> Held {
    let path = world.fresh_backup();
    match world.town()?.store().backup_to(&path) {
        Ok(()) => world.backups.push(path),
        Err(why) => {
            if !world.town.disk.take_trouble() {
                return Err(Failure::new("no unexplained error", format!("the backup: {why}")));
            }
        }
    }
    world.after_town()
}

/// The township's disk is lost, and a backup takes its place.
pub(super) fn put_township_back(world: &mut World<'_>) -> Held {
    let Some(backup) = world.dice.pick(&world.backups).cloned() else { return Ok(()) };
    world.fault("township restored from an older backup");
    world.restores += 1;
    let dice = world.fresh_dice();
    if let Err(why) = world.town.restore(Path::new(&backup), dice) {
        return Err(Failure::new("no unexplained error", format!("restoring: {why}")));
    }
    if let Some(broken) = world.broken {
        broken.of_the_same_township(&world.town);
    }
    // A revocation after the backup is forgotten with it: the office sees its list, and revokes again if it wants to.
    let devices = world.read_town()?.devices().map_err(judges::unread)?;
    for handset in world.phones.iter_mut().flatten() {
        let device = devices.iter().find(|device| device.device == handset.device);
        handset.revoked = device.is_some_and(|device| device.standing != DeviceStanding::Active);
    }
    judges::acknowledged::after_a_restore(world)
}
