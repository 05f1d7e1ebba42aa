//! Kept ⇒ on that phone, or delivered, or turned down there with its words.

use std::collections::BTreeSet;

use lianhu_sync::message::HeldReason;
use lianhu_sync::ports::{PendingState, PhoneStore as _, TownshipReader as _};

use super::unread;
use crate::failure::{Failure, Held};
use crate::ledger::Fate;
use crate::words::words_in;
use crate::world::World;

const NAME: &str = "kept, so on the phone or delivered";

/// When an app opens: every word it answered *kept* for, and that was not delivered, is there.
pub(crate) fn on_phone(world: &mut World<'_>, number: usize) -> Held {
    let mut wanted: BTreeSet<u64> = world.ledger.kept_on(number).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    world.checks.add(NAME, wanted.len() as u64);
    let Some(book) = &world.handset(number)?.book else { return Ok(()) };
    for change in book.store().pending(None).map_err(unread)? {
        for word in words_in(&change.bytes) {
            wanted.remove(&word);
        }
    }
    match wanted.first() {
        None => Ok(()),
        Some(word) => Err(Failure::new(NAME, format!("word {word} is not on phone {number} any more"))),
    }
}

/// At the end: every word ever kept is in the log, or turned down on the phone where it was written, words and all.
pub(crate) fn at_the_end(world: &mut World<'_>) -> Held {
    let mut in_log = BTreeSet::new();
    let reader = world.read_town()?;
    for recorded in reader.documents().map_err(unread)? {
        for change in reader.history(recorded.doc).map_err(unread)? {
            in_log.extend(words_in(&change.bytes));
        }
    }
    for held in reader.held().map_err(unread)? {
        in_log.extend(words_in(&held.bytes));
    }
    drop(reader);
    world.checks.add("erased words are in no log", world.ledger.erased.len() as u64);
    if let Some(word) = world.ledger.erased.intersection(&in_log).next() {
        return Err(Failure::new("erased words are in no log", format!("word {word} came back")));
    }
    for number in 0..world.phones.len() {
        let wanted: Vec<u64> = world.ledger.kept_on(number).filter(|word| !in_log.contains(word)).collect();
        world.checks.add(NAME, wanted.len() as u64);
        if wanted.is_empty() || !world.open_phone(number)? {
            continue;
        }
        let revoked = world.handset(number)?.revoked;
        let Some(book) = &world.handset(number)?.book else { continue };
        let mut here = BTreeSet::new();
        for change in book.store().pending(None).map_err(unread)? {
            if revoked || matches!(change.state, PendingState::Refused(..)) {
                here.extend(words_in(&change.bytes));
            }
        }
        if let Some(word) = wanted.iter().find(|word| !here.contains(word)) {
            return Err(Failure::new(NAME, format!("at the end, word {word} of phone {number} is nowhere")));
        }
    }
    let lost = world.ledger.words.values().filter(|written| written.fate == Fate::LostWithItsHandset).count();
    world.trace.note(format_args!("words lost with a handset put back to an older state: {lost}"));
    Ok(())
}

/// Held on a phone ⇒ the office has it to decide about.
pub(crate) fn held_at_the_office(world: &mut World<'_>, number: usize) -> Held {
    if !world.open_phone(number)? {
        return Ok(());
    }
    let reader = world.read_town()?;
    let revoked = world.handset(number)?.revoked;
    let Some(book) = &world.handset(number)?.book else { return Ok(()) };
    let pending = book.store().pending(None).map_err(unread)?;
    for change in pending {
        // What follows a held change waits on the phone too, and is not the office's yet.
        let PendingState::Held(reason) = change.state else { continue };
        world.checks.count("held, so the office has it");
        let verdict = reader.verdict(change.doc, change.hash).map_err(unread)?;
        if verdict.is_none() && revoked && world.restores > 0 {
            // Not there yet: a revoked phone is not told that the township began a new life, so it does not send again what
            // an older life held. The words stay on it; lifting the revocation brings them.
            world.events.count("held on a revoked phone, forgotten by a restore");
            continue;
        }
        if verdict.is_none() && reason != HeldReason::FollowsHeld {
            let what = format!(
                "{:?} of {} is held on phone {number}, and the office does not know it",
                change.hash, change.doc
            );
            return Err(Failure::new("held, so the office has it", what));
        }
    }
    Ok(())
}
