//! What of a roster is on the public board: who keeps in touch with how many households, and the coverage. Which households
//! is nobody's business.

use std::collections::BTreeMap;

use crate::board::{Item, Section, Seen};
use crate::ids::WorkerId;
use crate::roster::Covered;

/// The members with links on the day, and the village's coverage where it is known.
pub(crate) fn public(seen: &Seen<'_>, coverage: Option<Covered>) -> Vec<Item> {
    let roster = seen.roster;
    let mut households: BTreeMap<WorkerId, std::collections::BTreeSet<_>> = BTreeMap::new();
    for link in roster.active_links(seen.on) {
        if let (Some(worker), Some(household)) = (link.worker, link.household) {
            households.entry(worker).or_default().insert(household);
        }
    }
    let mut items = Vec::new();
    for (worker, linked) in households {
        let Some(entry) = roster.workers.get(&worker).filter(|entry| entry.is_active()) else { continue };
        let Some(name) = seen.name(worker) else { continue };
        let mut item = Item::new(Section::Links, roster.id);
        let branch = entry.branch().map(|branch| branch.as_str()).unwrap_or_default();
        item.sort_by(format!("{branch}\u{0}{name}\u{0}{worker}"));
        item.say("worker/name", name).say("worker/branch", branch).say("households", linked.len());
        items.push(item);
    }
    items.extend(coverage.map(|coverage| coverage_item(seen, coverage)));
    items
}

fn coverage_item(seen: &Seen<'_>, Covered { households, linked, .. }: Covered) -> Item {
    let mut item = Item::new(Section::Coverage, seen.roster.id);
    item.say("in_scope", households).say("linked", linked);
    // In tenths of a percent, cut off: 999 of 1000 is not all of them.
    let tenths = linked.saturating_mul(1000).checked_div(households);
    item.say_maybe("coverage", tenths.map(|tenths| format!("{}.{}%", tenths / 10, tenths % 10)));
    item
}
