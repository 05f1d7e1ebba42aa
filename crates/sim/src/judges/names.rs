//! Two stores never write under one name, once a copy can be noticed.

use lianhu_core::gate;
use lianhu_sync::ports::PhoneStore as _;

use super::unread;
use crate::failure::{Failure, Held};
use crate::world::World;

const NAME: &str = "no two stores under one name";

/// After a save: the name it was written under is no other handset's.
pub(crate) fn after_a_save(world: &mut World<'_>, number: usize) -> Held {
    let handset = world.handset(number)?;
    let unnoticed = handset.unnoticed;
    let Some(book) = &handset.book else { return Ok(()) };
    let Some(newest) = book.store().pending(None).map_err(unread)?.pop() else { return Ok(()) };
    let Ok(scan) = gate::scan(&newest.bytes) else {
        return Err(Failure::new(NAME, format!("phone {number} keeps what no gate would take")));
    };
    world.checks.count(NAME);
    let actor = scan.actor();
    let owner = *world.ledger.actors.entry(actor).or_insert(number);
    if owner != number && !unnoticed {
        return Err(Failure::new(NAME, format!("phones {owner} and {number} write under one name")));
    }
    Ok(())
}
