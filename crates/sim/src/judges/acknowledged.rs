//! Acknowledged ⇒ in the log for ever.
//!
//! Whatever a reply called recorded, even one that never arrived, is in the township's log at every moment after, across
//! crashes. A township put back from a backup has to have it again once the phones have given back what any of them holds.

use lianhu_sync::message::Verdict;
use lianhu_sync::ports::TownshipReader as _;

use super::unread;
use crate::failure::{Failure, Held};
use crate::world::World;

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
