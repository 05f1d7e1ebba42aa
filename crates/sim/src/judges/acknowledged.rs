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

/// After a restore: what the backup does not know is the disaster's loss for now.
pub(crate) fn after_a_restore(world: &mut World<'_>) -> Held {
    world.ledger.unchecked.clear();
    let missing = missing(world)?;
    world.trace.note(format_args!("  the backup lacks {} acknowledged changes", missing.len()));
    world.ledger.gone.extend(missing);
    Ok(())
}

/// When healing begins: what is lost so far, and held by any phone that may sync, has to come back. The claim is about what a
/// phone can give back: under a seal that fits, of a document that did not begin anew (that one comes back, if at all, as
/// its latest generation, which is made of other changes).
pub(crate) fn what_phones_hold(world: &mut World<'_>) -> Held {
    let missing: BTreeSet<_> = missing(world)?.into_iter().chain(world.ledger.gone.iter().copied()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut by_doc: BTreeMap<DocId, Vec<ChangeHash>> = BTreeMap::new();
    for (doc, hash) in missing.iter().filter(|(doc, _)| !world.ledger.renewed.contains(doc)) {
        by_doc.entry(*doc).or_default().push(*hash);
    }
    let mut held = BTreeSet::new();
    for number in 0..world.phones.len() {
        let touched = world.phones.get(number).is_some_and(Option::is_some);
        if !touched || world.handset(number)?.revoked || !world.open_phone(number)? {
            continue;
        }
        let Some(book) = &world.handset(number)?.book else { continue };
        for document in book.store().documents().map_err(unread)?.iter().filter(|document| !document.withdrawn) {
            let (Some(hashes), Some(id)) = (by_doc.get(&document.doc), named(document.doc)) else { continue };
            let Some(base) = book.store().base(document.doc).map_err(unread)? else { continue };
            let sealed = base.sealed.as_ref().is_some_and(|(heads, _)| *heads == base.heads);
            let tail = base.tail.iter().map(Vec::as_slice);
            let Ok(opened) = Document::open(id, base.snapshot.as_deref(), tail) else { continue };
            let here = hashes.iter().filter(|hash| sealed && opened.holds(CoreHash(hash.0)));
            held.extend(here.map(|hash| (document.doc, *hash)));
        }
    }
    held.retain(|change| !world.ledger.doubled.contains(change));
    world.ledger.gone = missing.difference(&held).copied().collect();
    world.events.add("acknowledged changes phones hold after a restore", held.len() as u64);
    world.trace.note(format_args!("phones hold {} of {} changes that are not in the log", held.len(), missing.len()));
    Ok(())
}

/// Acknowledged changes that are not in the log, besides those given up already.
fn missing(world: &World<'_>) -> Held<Vec<(DocId, ChangeHash)>> {
    let reader = world.read_town()?;
    let mut missing = Vec::new();
    for (doc, hash) in world.ledger.recorded.difference(&world.ledger.gone) {
        if reader.verdict(*doc, *hash).map_err(unread)? != Some(Verdict::Recorded) {
            missing.push((*doc, *hash));
        }
    }
    Ok(missing)
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
