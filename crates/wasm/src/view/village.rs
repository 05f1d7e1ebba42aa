//! The village as its roster has it: what forms choose from.

use std::collections::BTreeSet;

use lianhu_core::draft::ShortText;
use lianhu_core::roster::Role;
use lianhu_device::Surroundings;
use serde_json::{Value, json};

use super::{Look, Outcome, Shown as _, word};

pub(super) fn role_words(roles: &BTreeSet<Role>) -> Vec<Value> {
    roles.iter().map(|role| word!(role)).collect()
}

impl<X: Surroundings> Look<'_, X> {
    pub(crate) fn village(&mut self) -> Outcome {
        let id = self.book.owner().roster;
        let terms = self.book.terms(None)?;
        let roster = self.roster.as_deref();
        let people = roster.iter().flat_map(|roster| &roster.workers).map(|(id, worker)| {
            json!({
                "id": id, "name": worker.name.shown(),
                "roles": worker.roles.as_ref().map(|roles| role_words(&roles.value)).unwrap_or_default(),
                "branch": worker.branch.shown(), "active": worker.is_active(),
            })
        });
        let grids = roster
            .iter()
            .flat_map(|roster| &roster.grids)
            .map(|(id, grid)| json!({ "id": id, "name": grid.name.shown(), "kind": grid.kind.shown() }));
        let hours = terms.rules.quiet_hours;
        let time = |time: chrono::NaiveTime| time.format("%H:%M").to_string();
        Ok(json!({
            "id": id, "name": roster.map(|roster| roster.name.shown()), "town": roster.map(|roster| roster.town.shown()),
            "people": people.collect::<Vec<_>>(), "grids": grids.collect::<Vec<_>>(),
            "categories": terms.rules.categories.names().collect::<Vec<_>>(),
            "five_matters": terms.rules.five_matters.iter().map(ShortText::as_str).collect::<Vec<_>>(),
            "quiet_hours": { "from": time(hours.from), "until": time(hours.until) },
        }))
    }
}
