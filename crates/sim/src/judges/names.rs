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
    let (unnoticed, life) = (handset.unnoticed, handset.life);
    let Some(book) = &handset.book else { return Ok(()) };
    let Some(newest) = book.store().pending(None).map_err(unread)?.pop() else { return Ok(()) };
    let Ok(scan) = gate::scan(&newest.bytes) else {
        return Err(Failure::new(NAME, format!("phone {number} keeps what no gate would take")));
    };
    world.trace.note(format_args!("    {:?} in {} touches {:?}", newest.hash, newest.doc, newest.touches));
    world.checks.count(NAME);
    let actor = scan.actor();
    let owner = *world.ledger.actors.entry(actor).or_insert((number, life));
    if owner == (number, life) || unnoticed {
        return Ok(());
    }
    // Fresh names are drawn, sixteen bits of them: that two copies draw the same is rare, and the township's answer mends
    // it. That it happens twice in one world is no chance.
    world.ledger.met_by_chance += 1;
    world.ledger.actors.insert(actor, (number, life));
    let first_name = actor.to_bytes().ends_with(&[0, 1]);
    if first_name || world.ledger.met_by_chance > 1 {
        let what = format!("phones {} and {number}, lives {} and {life}, write under one name", owner.0, owner.1);
        return Err(Failure::new(NAME, what));
    }
    Ok(())
}
