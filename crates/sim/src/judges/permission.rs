//! No document where its reader may not read it: none is served, and none stays once the phone has heard.
//!
//! Who may read is worked out here from the roster and the document's own facts, not from the store's access lists.

use std::collections::BTreeMap;
use std::sync::Arc;

use lianhu_core::access::{Facts, readers};
use lianhu_core::roster::Roster;
use lianhu_sync::ids::{Digest, DocId, Heads};
use lianhu_sync::ports::{PhoneStore as _, TownshipReader as _};

use super::unread;
use crate::failure::{Failure, Held};
use crate::world::{World, named, reader_of, worker_of};

const NAME: &str = "nobody has what they may not read";

/// Rosters read lately, by the heads they were read at.
#[derive(Default)]
pub(crate) struct Rosters(BTreeMap<DocId, (Heads, Arc<Roster>)>);

/// A document is being sent to a phone.
pub(crate) fn served(world: &mut World<'_>, number: usize, doc: DocId) -> Held {
    world.checks.count(NAME);
    if may_read(world, number, doc)? == Some(false) {
        return Err(Failure::new(NAME, format!("{doc} is served to phone {number}, which may not read it")));
    }
    Ok(())
}

/// A sync came to its end; `proven` says that the phone holds exactly what it may read.
pub(crate) fn held_by_phone(world: &mut World<'_>, number: usize, proven: bool) -> Held {
    if !proven {
        return Ok(());
    }
    let Some(book) = &world.handset(number)?.book else { return Ok(()) };
    let documents = book.store().documents().map_err(unread)?;
    let standing = book.store().standing().map_err(unread)?;
    let worker = world.handset(number)?.worker;
    let mut digest = Digest::EMPTY;
    for document in documents {
        // What is withdrawn waits for own words to be settled; what has no heads is the phone's own alone.
        if document.withdrawn || document.heads.is_empty() {
            continue;
        }
        digest = digest.with(Digest::of(document.doc, &document.heads));
        world.checks.count(NAME);
        if may_read(world, number, document.doc)? == Some(false) {
            return Err(Failure::new(NAME, format!("phone {number} holds {}, which it may not read", document.doc)));
        }
    }
    world.checks.count("proven, so the same digest");
    let township = world.read_town()?.standing(reader_of(worker)).map_err(unread)?.digest;
    if digest != standing.digest || digest != township {
        let what = format!("phone {number} calls itself proven and does not hold what the township would have it hold");
        return Err(Failure::new("proven, so the same digest", what));
    }
    Ok(())
}

/// Whether a phone's owner may read a document, by the roster as it is; `None` when the calendar is behind.
fn may_read(world: &mut World<'_>, number: usize, doc: DocId) -> Held<Option<bool>> {
    let worker = world.handset(number)?.worker;
    let today = world.town()?.today();
    if world.town.settled_on != today {
        return Ok(None);
    }
    let reader = world.read_town()?;
    let (Some(facts), Some(id)) = (reader.facts(doc).map_err(unread)?, named(doc)) else { return Ok(Some(false)) };
    let facts = Facts::from_bytes(&facts.facts);
    let Some(village) = facts.village else { return Ok(Some(false)) };
    let village_sent = DocId(village.to_bytes());
    let heads = reader.facts(village_sent).map_err(unread)?.map(|facts| facts.heads).unwrap_or_default();
    drop(reader);
    let known = world.rosters.0.get(&village_sent).filter(|(at, _)| *at == heads);
    let roster = match known {
        Some((_, roster)) => Arc::clone(roster),
        None => {
            let document = world.town()?.document(village);
            let document = document.map_err(|why| Failure::new("no unexplained error", format!("a roster: {why}")))?;
            let roster = Arc::new(Roster::read(&document));
            world.rosters.0.insert(village_sent, (heads, Arc::clone(&roster)));
            roster
        }
    };
    debug_assert_eq!(worker_of(reader_of(worker)), worker);
    Ok(Some(readers(id.kind(), &facts, &roster, today).contains(&worker)))
}
