//! Acknowledged ⇒ in the log for ever.
//!
//! Whatever a reply called recorded, even one that never arrived, is in the township's log at every moment after, across
//! crashes. A township put back from a backup has to have it again once the phones have given back what any of them holds.

use std::collections::{BTreeMap, BTreeSet};

use lianhu_core::{ChangeHash as CoreHash, Document};
use lianhu_sync::ids::{ChangeHash, DocId};
use lianhu_sync::message::Verdict;
use lianhu_sync::ports::{PhoneStore as _, TownshipReader as _};

use super::unread;
use crate::failure::{Failure, Held};
use crate::world::{World, named};

const NAME: &str = "acknowledged, so in the log";

/// After a start: what was acknowledged since the last one is there.
pub(crate) fn since_last(world: &mut World<'_>) -> Held {
    let unchecked = std::mem::take(&mut world.ledger.unchecked);
    let reader = world.read_town()?;
    for (doc, hash) in &unchecked {
        world.checks.count(NAME);
        if reader.verdict(*doc, *hash).map_err(unread)? != Some(Verdict::Recorded) {
            return Err(Failure::new(NAME, format!("{hash:?} of {doc} is not in the log any more")));
        }
    }
    Ok(())
}

/// After a restore: what the backup does not know and nobody can give back is a disaster's loss, and counted. All else
/// has to come back: whatever the documents of a phone that may still sync are made of.
pub(crate) fn after_a_restore(world: &mut World<'_>) -> Held {
    world.ledger.unchecked.clear();
    // An erasure after the backup is as lost as everything else, unless a phone holds it.
    world.ledger.erased.clear();
    let reader = world.read_town()?;
    let mut missing: BTreeMap<DocId, BTreeSet<ChangeHash>> = BTreeMap::new();
    for (doc, hash) in world.ledger.recorded.difference(&world.ledger.gone) {
        if reader.verdict(*doc, *hash).map_err(unread)? != Some(Verdict::Recorded) {
            missing.entry(*doc).or_default().insert(*hash);
        }
    }
    drop(reader);
    let count: usize = missing.values().map(BTreeSet::len).sum();
    world.trace.note(format_args!("  the backup lacks {count} acknowledged changes"));
    // A document that was begun anew comes back, if at all, as its latest generation, which is made of other changes.
    let renewed = world.ledger.renewed.clone();
    for number in 0..world.phones.len() {
        if world.phones.get(number).is_none_or(Option::is_none) || world.handset(number)?.revoked {
            continue;
        }
        if !world.open_phone(number)? {
            continue;
        }
        let Some(book) = &world.handset(number)?.book else { continue };
        let mut here = Vec::new();
        for (doc, hashes) in missing.iter().filter(|(doc, _)| !renewed.contains(doc)) {
            let Some(base) = book.store().base(*doc).map_err(unread)? else { continue };
            let Some(id) = named(*doc) else { continue };
            // A base that cannot be given back without its seal, or that was withdrawn, is nobody's to give.
            let tail = base.tail.iter().map(Vec::as_slice);
            let Ok(document) = Document::open(id, base.snapshot.as_deref(), tail) else { continue };
            let sealed = base.sealed.as_ref().is_some_and(|(heads, _)| *heads == base.heads);
            let held = hashes.iter().filter(|hash| sealed && document.holds(CoreHash(hash.0)));
            here.extend(held.map(|hash| (*doc, *hash)));
        }
        for (doc, hash) in here {
            if let Some(hashes) = missing.get_mut(&doc) {
                hashes.remove(&hash);
            }
        }
    }
    let gone = missing.into_iter().flat_map(|(doc, hashes)| hashes.into_iter().map(move |hash| (doc, hash)));
    let gone: Vec<_> = gone.collect();
    world.events.add("acknowledged changes nobody could give back", gone.len() as u64);
    world.trace.note(format_args!("  of them nobody holds {}", gone.len()));
    world.ledger.gone.extend(gone);
    Ok(())
}

/// At the end: everything is there, but what a disaster took that nobody held.
pub(crate) fn all(world: &mut World<'_>) -> Held {
    let reader = world.read_town()?;
    for (doc, hash) in world.ledger.recorded.difference(&world.ledger.gone) {
        world.checks.count(NAME);
        if reader.verdict(*doc, *hash).map_err(unread)? != Some(Verdict::Recorded) {
            return Err(Failure::new(NAME, format!("at the end, {hash:?} of {doc} is not in the log")));
        }
    }
    Ok(())
}
