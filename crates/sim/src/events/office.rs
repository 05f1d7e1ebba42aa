//! The office writes, and hands households from one member to another.

use chrono::Days;
use lianhu_core::draft::{FieldId, Prose};
use lianhu_core::household::{self, CardChange, CardForm};
use lianhu_core::matter::{Act, Matter};
use lianhu_core::roster::{self, Roster, Which};
use lianhu_core::{DeviceMillis, DocId, DocKind, Document, Edit, RecordId, Refusal, WorkerId};
use lianhu_server::{ActError, DecideError, HandOver, HandOverError, OFFICE};

use crate::failure::{Failure, Held};
use crate::scene::{Home, link};
use crate::world::World;

/// Writes as the office; a disk that fails is no fault of the office's.
fn write(world: &mut World<'_>, doc: DocId, mut edit: impl FnMut(&Document) -> Result<Edit, Refusal>) -> Held<bool> {
    let mut unfit = None;
    let written = world.town()?.write(doc, |document| {
        Ok::<_, ActError>(edit(document).unwrap_or_else(|why| {
            unfit = Some(why);
            Edit::new()
        }))
    });
    if let Some(why) = unfit {
        return Err(Failure::new("simulator", format!("the office writes what is not fit: {why}")));
    }
    match written {
        Ok(written) => {
            world.after_town()?;
            Ok(written)
        }
        Err(ActError::NotRecorded(verdict)) => {
            world.trace.note(format_args!("  the office is told {verdict:?}"));
            world.after_town()?;
            Ok(false)
        }
        Err(why) => {
            world.town_failed(&why)?;
            Ok(false)
        }
    }
}

fn home(world: &mut World<'_>) -> Held<Home> {
    world.dice.pick(&world.scene.homes).copied().ok_or_else(|| Failure::new("simulator", "no household"))
}

/// The office corrects a card.
pub(super) fn card(world: &mut World<'_>) -> Held {
    let home = home(world)?;
    let (_, text) = world.fresh_word();
    let form = CardForm { contact_time: text, ..CardForm::default() };
    write(world, home.doc, |_| CardChange::new(&form).map(|change| household::change_card(&change)))?;
    Ok(())
}

/// The office adds a remark to a matter.
pub(super) fn note(world: &mut World<'_>) -> Held {
    let matters = match world.town()?.documents_of(DocKind::Matter) {
        Ok(matters) => matters,
        Err(why) => return world.town_failed(&why),
    };
    let Some(matter) = world.dice.pick(&matters).copied() else { return Ok(()) };
    let (_, text) = world.fresh_word();
    let id = RecordId(world.fresh_dice().next().to_be_bytes());
    let at = DeviceMillis(world.town()?.now().0);
    write(world, matter, |document| {
        let note = Prose::parse(FieldId::Text, &text)?;
        Ok(Matter::read(document).step(id, OFFICE, at, Act::Note { note, contacted_on: None }))
    })?;
    Ok(())
}

fn members(world: &World<'_>, home: Home) -> Vec<WorkerId> {
    world.scene.phones.iter().filter(|phone| phone.village == home.village).map(|phone| phone.worker).collect()
}

/// Another member looks after a household too, from today or from a day to come.
pub(super) fn link_begins(world: &mut World<'_>) -> Held {
    let home = home(world)?;
    let Some(worker) = world.dice.pick(&members(world, home)).copied() else { return Ok(()) };
    let from = world.town()?.today().checked_add_days(Days::new(world.dice.below(3)));
    let time = world.fresh_dice().next();
    write(world, home.village, |_| link(worker, home.doc, from, time))?;
    Ok(())
}

/// A member no longer looks after a household, since yesterday or from a day to come.
pub(super) fn link_ends(world: &mut World<'_>) -> Held {
    let home = home(world)?;
    let (throw, shift) = (world.dice.next(), world.dice.below(4));
    let today = world.town()?.today();
    let last = if shift == 0 { today.pred_opt() } else { today.checked_add_days(Days::new(shift - 1)) };
    write(world, home.village, |document| Ok(end_one(document, home.doc, throw, last.unwrap_or(today)).0))?;
    Ok(())
}

/// Households are handed on as the office does it: one or all of a member's, for good or covered for some days.
pub(super) fn reassigned(world: &mut World<'_>) -> Held {
    let home = home(world)?;
    let (Some(of), Some(to)) =
        (world.dice.pick(&members(world, home)).copied(), world.dice.pick(&members(world, home)).copied())
    else {
        return Ok(());
    };
    let today = world.town()?.today();
    let from = today.checked_add_days(Days::new(world.dice.below(3)));
    let until = if world.dice.percent(40) { from.and_then(|from| from.checked_add_days(Days::new(2))) } else { None };
    let which = match world.dice.below(3) {
        0 => Which::AllOf(of),
        1 => Which::These { households: [home.doc].into(), of: Some(of) },
        _ => Which::These { households: [home.doc].into(), of: None },
    };
    let handed = world.town()?.reassign(&HandOver { which, to, from, until });
    match handed {
        Ok(handed) => {
            world.events.add("households handed over in fact", handed.households.len() as u64);
            world.after_town()
        }
        Err(HandOverError::NotReassigned(why)) => {
            world.trace.note(format_args!("  not handed over: {why}"));
            Ok(())
        }
        Err(HandOverError::Act(why)) => world.town_failed(&why),
    }
}

/// The office decides about the oldest work that waits.
pub(super) fn decides(world: &mut World<'_>) -> Held {
    let accepts = world.dice.percent(60);
    decide(world, accepts).map(|_| ())
}

/// Accepts or declines the oldest work that waits; `false` when nothing does.
pub(crate) fn decide(world: &mut World<'_>, accept: bool) -> Held<bool> {
    let held = world.read_town()?.held();
    let held = held.map_err(|why| Failure::new("no unexplained error", format!("the office's list: {why}")))?;
    let Some(oldest) = held.first() else { return Ok(false) };
    let town = world.town()?;
    let decided = if accept { town.accept_held(oldest.doc, oldest.hash) } else { Err(DecideError::NotWaiting) };
    let decided = match decided {
        // What cannot stand, and what the office does not want, is declined.
        Err(DecideError::CannotStand(_) | DecideError::NotWaiting) => {
            town.decline_held(oldest.doc, oldest.hash, "请当面说明")
        }
        other => other,
    };
    match decided {
        Ok(count) => {
            world.events.add("held work decided", count as u64);
            world.trace.note(format_args!("  the office decides about {count} changes"));
            world.after_town()?;
        }
        Err(DecideError::Town(why)) => world.town_failed(&why)?,
        Err(why) => return Err(Failure::new("held work can be decided", format!("{:?}: {why}", oldest.hash))),
    }
    Ok(true)
}

/// A household is handed from one member to another, today.
pub(super) fn handed_over(world: &mut World<'_>) -> Held {
    let home = home(world)?;
    let Some(to) = world.dice.pick(&members(world, home)).copied() else { return Ok(()) };
    let (throw, time) = (world.dice.next(), world.fresh_dice().next());
    let today = world.town()?.today();
    let yesterday = today.pred_opt().unwrap_or(today);
    write(world, home.village, |document| {
        let (mut edit, ended) = end_one(document, home.doc, throw, yesterday);
        if ended {
            edit.extend(link(to, home.doc, Some(today), time)?);
        }
        Ok(edit)
    })?;
    Ok(())
}

/// An edit that ends one of a household's links, and whether there was one.
fn end_one(document: &Document, household: DocId, throw: u64, last: chrono::NaiveDate) -> (Edit, bool) {
    let roster = Roster::read(document);
    let begun = |from: Option<chrono::NaiveDate>| from.is_none_or(|from| from <= last);
    let links: Vec<_> = roster
        .links
        .iter()
        .filter(|(_, link)| {
            link.value.household == Some(household) && link.value.to.is_none() && begun(link.value.from)
        })
        .collect();
    let place = usize::try_from(throw % links.len().max(1) as u64).unwrap_or_default();
    match links.get(place) {
        Some((id, link)) => (roster::end_link(**id, &link.value, last), true),
        None => (Edit::new(), false),
    }
}
