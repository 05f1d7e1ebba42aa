//! Phones are closed, copied, put back, cloned and revoked; and a phone of elsewhere asks.

use lianhu_device::{NewDevice, Owner, Workbook};
use lianhu_server::ExchangeFailure;
use lianhu_store::{DeviceStanding, Phone, PhoneOptions};

use super::somebody;
use crate::disk::SimMachine;
use crate::failure::{Failure, Held};
use crate::world::World;
use crate::world::phone::{Handset, keystore};

/// Handsets a world may have beyond one for everybody.
const CLONES_MAX: usize = 8;

/// An app is closed and opened again.
pub(super) fn restarted(world: &mut World<'_>) -> Held {
    let number = somebody(world);
    world.handset(number)?.book = None;
    world.after_phone(number)?;
    world.open_phone(number)?;
    Ok(())
}

/// A phone's files are copied, for another day.
pub(super) fn image(world: &mut World<'_>) -> Held {
    let (number, words) = (somebody(world), world.ledger.next_word);
    if world.dice.percent(50) {
        world.handset(number)?.book = None;
    }
    world.after_phone(number)?;
    let older = world.handset(number)?.image(words);
    world.handset(number)?.older = older;
    Ok(())
}

/// A phone gets its older files back, with or without the file that names the copy.
pub(super) fn put_back(world: &mut World<'_>) -> Held {
    let with_older = |handset: &Option<Handset>| handset.as_ref().is_some_and(|handset| handset.older.is_some());
    let candidates: Vec<usize> =
        world.phones.iter().enumerate().filter(|(_, handset)| with_older(handset)).map(|(number, _)| number).collect();
    let Some(number) = world.dice.pick(&candidates).copied() else { return Ok(()) };
    let token = world.dice.below(5);
    let life = world.fresh_life();
    world.fault("phone restored from an older backup");
    let handset = world.handset(number)?;
    let Some(mut older) = handset.older.take() else { return Ok(()) };
    handset.power_cycle();
    let told = match token {
        // The file beside the database is kept out of backups, as hosts are told: it is still that of today.
        0 | 1 => {
            older.token = handset.disk.image(crate::world::phone::TOKEN_FILE);
            "today's"
        }
        2 | 3 => {
            older.token = None;
            "gone"
        }
        // The whole folder is put back, against what hosts are told: nothing can notice that before the next sync.
        _ => {
            handset.unnoticed = true;
            "put back too"
        }
    };
    handset.life = life;
    handset.put(&older);
    world.ledger.put_back(number, older.words);
    world.trace.note(format_args!("  phone {number} is put back, its token {told}"));
    world.open_phone(number)?;
    // The count beside the database is not synced: it may say less after a power cut, and then nobody can notice.
    let handset = world.handset(number)?;
    handset.unnoticed |= token < 2 && !handset.noticed;
    Ok(())
}

/// A phone's files are copied to another handset, and both are used.
pub(super) fn cloned(world: &mut World<'_>) -> Held {
    if world.phones.len() >= world.scene.phones.len() + CLONES_MAX {
        return Ok(());
    }
    let (number, words) = (somebody(world), world.ledger.next_word);
    let with_token = world.dice.percent(30);
    world.after_phone(number)?;
    let (folder, dice) = (world.fresh_folder("clone"), world.fresh_dice());
    let life = world.fresh_life();
    let handset = world.handset(number)?;
    let (worker, device, revoked) = (handset.worker, handset.device, handset.revoked);
    let Some(mut image) = handset.image(words) else { return Ok(()) };
    if !with_token {
        image.token = None;
    }
    world.fault("phone cloned");
    let mut clone = Handset::new(folder, &image, worker, device, std::sync::Arc::clone(&world.clock), &dice);
    (clone.revoked, clone.unnoticed, clone.life) = (revoked, with_token, life);
    if with_token {
        world.handset(number)?.unnoticed = true;
    }
    if let Some(broken) = world.broken {
        broken.of_a_clone(&clone);
    }
    world.phones.push(Some(clone));
    world.trace.note(format_args!("  phone {number} is cloned as {}", world.phones.len() - 1));
    Ok(())
}

/// The township lets a device ask no more for now.
pub(super) fn revoked(world: &mut World<'_>) -> Held {
    let number = somebody(world);
    let device = world.handset(number)?.device;
    let now = world.town()?.now();
    if let Err(why) = world.town()?.store().set_standing(device, DeviceStanding::Suspended, String::new(), now) {
        return world.town_failed(&why);
    }
    world.fault("device suspended");
    for handset in 0..world.phones.len() {
        let same =
            world.phones.get(handset).is_some_and(|place| place.as_ref().is_some_and(|one| one.device == device));
        if same {
            world.handset(handset)?.revoked = true;
        }
    }
    world.after_town()
}

/// A phone of another township asks here: it is not known, and gets nothing.
pub(super) fn stranger(world: &mut World<'_>) -> Held {
    let number = somebody(world);
    let owner: Owner = match world.with_book(number, |book, _| Ok(book.owner().clone()))? {
        Some(owner) => owner,
        None => return Ok(()),
    };
    let (folder, dice) = (world.fresh_folder("stranger"), world.fresh_dice());
    let blank = crate::world::phone::Image::default();
    let nobody = lianhu_sync::ids::DeviceId([0; 16]);
    let handset = Handset::new(folder, &blank, owner.worker, nobody, std::sync::Arc::clone(&world.clock), &dice);
    let mut pocket = handset.pocket();
    let device = NewDevice::generate(&mut pocket);
    let options = PhoneOptions { machine: &SimMachine, ..PhoneOptions::new(keystore()) };
    let store = Phone::open(handset.database(), options)
        .map_err(|why| Failure::new("no unexplained error", format!("a stranger's phone: {why}")))?;
    let failed = |why: &dyn std::fmt::Display| Failure::new("no unexplained error", format!("a stranger: {why}"));
    let mut book = Workbook::create(store, pocket, device, owner).map_err(|why| failed(&why))?;
    let outgoing = book.begin_sync().map_err(|why| failed(&why))?;
    world.checks.count("a stranger gets nothing");
    let answered = world.town()?.exchange(&outgoing.body, &outgoing.signature);
    match answered {
        Err(ExchangeFailure::UnknownDevice) => world.after_town(),
        Err(ExchangeFailure::Internal(why)) => world.town_failed(&why),
        other => Err(Failure::new("a stranger gets nothing", format!("a stranger was answered: {:?}", other.err()))),
    }
}
