//! The office begins documents anew: history trimmed, words erased, while phones are away with changes to them. And what
//! rests is packed.

use lianhu_core::household::Household;
use lianhu_core::{DocKind, RecordId};
use lianhu_server::{Erase, RenewError};
use lianhu_sync::ids::DocId as SyncDocId;

use crate::failure::{Failure, Held};
use crate::words::words_in;
use crate::world::World;

/// Some document begins anew with less history.
pub(super) fn compacted(world: &mut World<'_>) -> Held {
    let kind = match world.dice.below(4) {
        0 => DocKind::Roster,
        1 => DocKind::Diary,
        2 => DocKind::Matter,
        _ => DocKind::Household,
    };
    let documents = match world.town()?.documents_of(kind) {
        Ok(documents) => documents,
        Err(why) => return world.town_failed(&why),
    };
    let Some(doc) = world.dice.pick(&documents).copied() else { return Ok(()) };
    let renewed = world.town()?.compact(doc);
    match renewed {
        Ok(None) => Ok(()),
        Ok(Some(renewed)) => {
            world.events.count("document trimmed in fact");
            world.trace.note(format_args!("  {doc} is in generation {}", renewed.generation));
            world.ledger.renewed.insert(SyncDocId(doc.to_bytes()));
            world.after_town()
        }
        Err(why) => not_renewed(world, why),
    }
}

/// The township packs what rests. Nothing anybody reads changes by it.
pub(super) fn packed(world: &mut World<'_>) -> Held {
    match world.town()?.store().pack(|_, _| {}) {
        Ok(packed) => {
            world.trace.note(format_args!("  {packed} documents"));
            world.after_town()
        }
        Err(why) => world.town_failed(&why),
    }
}

/// A visit is erased, words and all.
pub(super) fn erased(world: &mut World<'_>) -> Held {
    let Some(home) = world.dice.pick(&world.scene.homes).copied() else { return Ok(()) };
    let household = match world.town()?.document(home.doc) {
        Ok(document) => Household::read(&document),
        Err(why) => return world.town_failed(&why),
    };
    let visits: Vec<RecordId> = household.visits.keys().copied().collect();
    let Some(visit) = world.dice.pick(&visits).copied() else { return Ok(()) };
    let note = household.visits.get(&visit).and_then(|visit| visit.value.note.as_ref());
    let words: Vec<u64> =
        note.into_iter().flat_map(|note| words_in(note.as_str().as_bytes()).collect::<Vec<_>>()).collect();
    let renewed = world.town()?.erase(home.doc, &Erase::Keys(vec![format!("visit/{visit}")]), "住户要求");
    match renewed {
        Ok(renewed) => {
            world.events.count("visit erased in fact");
            world.trace.note(format_args!("  {} is in generation {}", home.doc, renewed.generation));
            world.ledger.renewed.insert(SyncDocId(home.doc.to_bytes()));
            world.ledger.erased.extend(words);
            world.after_town()
        }
        Err(RenewError::Town(why)) => {
            world.town_failed(&why)?;
            // The disk may have failed when the words were gone and only the list beside them was not written yet.
            let gone = world
                .town()?
                .document(home.doc)
                .is_ok_and(|document| document.get(&format!("visit/{visit}")).is_none());
            if gone {
                world.ledger.renewed.insert(SyncDocId(home.doc.to_bytes()));
                world.ledger.erased.extend(words);
            }
            Ok(())
        }
        Err(why) => not_renewed(world, why),
    }
}

fn not_renewed(world: &mut World<'_>, why: RenewError) -> Held {
    match why {
        RenewError::Town(why) => world.town_failed(&why),
        RenewError::HeldWork(_) | RenewError::NotRecorded(_) | RenewError::StandsIn => {
            world.trace.note(format_args!("  not begun anew: {why}"));
            Ok(())
        }
        why => Err(Failure::new("a document can begin anew", why.to_string())),
    }
}
