//! Lists: rows by their cards, searched, ordered and cut.

use std::collections::BTreeSet;

use lianhu_core::matter::State;
use lianhu_core::{DocId, DocKind};
use lianhu_device::{Listed, Sought, Surroundings};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Look, Outcome, word};
use crate::error::ApiError;

/// Rows a list gives unless it is asked for more.
const ROWS: usize = 100;

/// What is asked of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Asked {
    query: Option<String>,
    offset: usize,
    limit: Option<usize>,
    pub(crate) kind: Option<String>,
    order: Option<String>,
    mine: bool,
    open: bool,
    state: Option<String>,
}

impl<X: Surroundings> Look<'_, X> {
    /// A document in a list.
    pub(crate) fn row(&self, listed: &Listed) -> Value {
        let card = &listed.card;
        let over = card.state.is_some_and(State::is_final);
        json!({
            "id": listed.id, "kind": listed.id.kind().name(), "title": card.title.as_ref().map_or("", |title| title.as_str()),
            "doorplate": card.doorplate, "records": card.records, "last": card.last,
            "state": card.state.map(|state| word!(state)), "owner": self.maybe_person(card.owner), "due": card.due,
            "overdue": !over && card.due.is_some_and(|due| due < self.today),
            "late": card.late, "conflict": card.conflict, "withdrawn": listed.withdrawn, "where": listed.place.code(),
        })
    }

    pub(crate) fn rows_of(&self, listed: &[Listed]) -> Value {
        listed.iter().map(|listed| self.row(listed)).collect()
    }

    /// The households this worker keeps in touch with today.
    pub(crate) fn own_households(&self) -> BTreeSet<DocId> {
        let (worker, today) = (self.book.owner().worker, self.today);
        self.roster.as_ref().map(|roster| roster.households_of(worker, today)).unwrap_or_default()
    }

    pub(crate) fn households(&mut self, asked: &Asked) -> Outcome {
        let mut found = self.found(DocKind::Household, asked)?;
        let own = self.own_households();
        if asked.mine {
            found.retain(|listed| own.contains(&listed.id));
        }
        if asked.order.as_deref() == Some("last") {
            found.sort_by_cached_key(|listed| (!own.contains(&listed.id), by_last_visit(listed)));
        } else {
            found.sort_by_cached_key(|listed| (!own.contains(&listed.id), by_doorplate(listed)));
        }
        Ok(self.page_of(&found, asked))
    }

    pub(crate) fn matters(&mut self, asked: &Asked) -> Outcome {
        let mut found = self.found(DocKind::Matter, asked)?;
        let worker = self.book.owner().worker;
        found.retain(|Listed { card, .. }| {
            let is_open = card.state.is_none_or(|state| !state.is_final());
            let state = asked.state.as_deref().is_none_or(|code| card.state.map(State::code) == Some(code));
            (!asked.open || is_open) && (!asked.mine || card.owner == Some(worker)) && state
        });
        self.by_urgency(&mut found);
        Ok(self.page_of(&found, asked))
    }

    /// What is still open first; what one owns before the rest; then by the day it is due.
    pub(crate) fn by_urgency(&self, matters: &mut [Listed]) {
        let worker = self.book.owner().worker;
        matters.sort_by_key(|Listed { card, id, .. }| {
            let over = card.state.is_some_and(State::is_final);
            (over, card.owner != Some(worker), card.due.is_none(), card.due, *id)
        });
    }

    pub(crate) fn documents(&mut self, kind: DocKind, asked: &Asked) -> Outcome {
        let mut found = self.found(kind, asked)?;
        found.sort_by(|one, other| {
            (other.card.last, other.card.due, other.id).cmp(&(one.card.last, one.card.due, one.id))
        });
        Ok(self.page_of(&found, asked))
    }

    fn found(&self, kind: DocKind, asked: &Asked) -> Result<Vec<Listed>, ApiError> {
        let sought = Sought::new(asked.query.as_deref().unwrap_or_default());
        Ok(self.book.search(kind, &sought)?)
    }

    fn page_of(&self, found: &[Listed], asked: &Asked) -> Value {
        let rows = found.iter().skip(asked.offset).take(asked.limit.unwrap_or(ROWS));
        json!({ "rows": rows.map(|listed| self.row(listed)).collect::<Vec<_>>(), "total": found.len() })
    }
}

/// The household that waits longest for a visit first: one that was never visited before all.
pub(super) fn by_last_visit(household: &Listed) -> impl Ord + use<> {
    (household.card.last, by_doorplate(household))
}

fn by_doorplate(household: &Listed) -> impl Ord + use<> {
    (natural(&household.card.doorplate), household.id)
}

/// A doorplate in the order people walk: 9 before 10.
fn natural(doorplate: &Option<lianhu_core::Private<String>>) -> Vec<(String, u64)> {
    let text = doorplate.as_ref().map_or("", |doorplate| doorplate.as_str());
    let mut parts: Vec<(String, u64)> = vec![(String::new(), 0)];
    let mut in_number = false;
    for sign in text.chars() {
        let digit = sign.to_digit(10);
        if digit.is_none() && in_number {
            parts.push((String::new(), 0));
        }
        in_number = digit.is_some();
        if let Some((words, number)) = parts.last_mut() {
            match digit {
                Some(digit) => *number = number.saturating_mul(10).saturating_add(digit.into()),
                None => words.push(sign),
            }
        }
    }
    parts
}
