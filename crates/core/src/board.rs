//! The public board (公开栏): what a village shows everybody, and nothing else.
//!
//! What is public is data: [`rules`] has a row for every key a document of any kind may hold, *shown* or *never*, and an
//! [`Item`] takes no word under any other ([`Item::say`]). So a new field is on no board until somebody has decided that it
//! is, and a test asks for the decision. What is printed is masked besides: a phone or ID number that was typed into a title
//! does not come through.
//!
//! Each kind says itself what of a document is on the board on a day (`Kind::public`); [`Board::of`] gathers it. Posting,
//! updating and taking down follow from dates and states. What has no such course is posted by hand ([`Posting`]).

mod item;
mod mask;
mod posting;
pub mod rules;
mod sheet;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

pub use item::{Item, Section};
pub use mask::masked;
pub use posting::Posting;
pub use sheet::index;

use crate::document::Document;
use crate::ids::{DocId, DocKind, WorkerId};
use crate::kind;
use crate::lang::Lang;
use crate::roster::{Covered, Roster};
use crate::value::shown;

/// The kinds of documents that hang on the board.
pub fn kinds() -> impl Iterator<Item = DocKind> {
    Section::ALL.iter().map(|section| section.kind()).collect::<std::collections::BTreeSet<_>>().into_iter()
}

/// What a kind needs to know to say what of a document is public.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The village's roster.
    pub roster: &'a Roster,
    /// Names of workers of other villages and of the town, where they are known.
    pub others: &'a BTreeMap<WorkerId, String>,
    /// The day.
    pub on: NaiveDate,
}

impl Seen<'_> {
    /// What a worker is called; nothing for somebody no roster names.
    pub fn name(&self, worker: WorkerId) -> Option<&str> {
        let own = self.roster.workers.get(&worker).and_then(|worker| worker.name.as_ref());
        own.map(|name| name.value.as_str()).or(self.others.get(&worker).map(String::as_str))
    }

    /// The last day of the year after a day: so long hang the decisions of a meeting, aid and the entries of a fund.
    pub fn year_after(&self, day: NaiveDate) -> NaiveDate {
        NaiveDate::from_ymd_opt(day.year().saturating_add(1), 12, 31).unwrap_or(day)
    }

    /// The last day of what ended on a day.
    pub fn last_day(&self, ended: NaiveDate) -> NaiveDate {
        ended.checked_add_days(chrono::Days::new(self.roster.terms.rules.board_days.into())).unwrap_or(ended)
    }
}

/// One village's board on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Board {
    /// The village's roster.
    pub village: DocId,
    /// Its name.
    pub name: String,
    /// The town's name.
    pub town: String,
    /// The day it is of.
    pub on: NaiveDate,
    /// What is on it, by section.
    pub items: Vec<Item>,
}

impl Board {
    /// The board of the village this roster is of, on a day. The coverage comes from whoever holds all its households; a
    /// phone that holds only its own leaves it out. Documents of other villages say nothing, nor does one that was
    /// taken down before the day; the same documents in any order give the same board.
    pub fn of<'d>(
        documents: impl IntoIterator<Item = &'d Document>,
        seen: &Seen<'_>,
        coverage: Option<Covered>,
    ) -> Self {
        let roster = seen.roster;
        let mut items = crate::roster::public(seen, coverage);
        for document in documents {
            let here = document.id().kind() != DocKind::Roster && shown(document, "village") == Some(roster.id);
            if let Some(kind) = kind::of(document.id().kind()).filter(|_| here) {
                items.extend(kind.public(document, seen));
            }
        }
        items.retain(|item| item.is_posted(seen.on));
        items.sort();
        items.dedup();
        let text = |field: &Option<crate::Field<crate::draft::ShortText>>| {
            masked(field.as_ref().map(|field| field.value.as_str()).unwrap_or_default())
        };
        Board { village: roster.id, name: text(&roster.name), town: text(&roster.town), on: seen.on, items }
    }

    /// The items of a section, in order.
    pub fn section(&self, section: Section) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.section == section)
    }

    /// The sections that have something to show.
    pub fn sections(&self) -> impl Iterator<Item = Section> {
        Section::ALL.iter().copied().filter(|section| self.section(*section).next().is_some())
    }

    /// The columns of a section: what any of its items says, in the order of the rules.
    pub fn columns(&self, section: Section) -> Vec<&'static str> {
        let rows = rules::of(section.kind()).iter().map(|(key, _)| *key);
        rows.filter(|key| self.section(section).any(|item| item.get(key).is_some())).collect()
    }
}

/// The words of one column.
#[derive(Serialize)]
struct Column {
    key: &'static str,
    zh: &'static str,
    en: &'static str,
}

#[derive(Serialize)]
struct Shelf<'a> {
    section: Section,
    zh: &'static str,
    en: &'static str,
    columns: Vec<Column>,
    items: Vec<&'a Item>,
}

impl Serialize for Board {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shelf = |section: Section| Shelf {
            section,
            zh: section.label(Lang::Zh),
            en: section.label(Lang::En),
            columns: self
                .columns(section)
                .into_iter()
                .map(|key| {
                    let label = |lang| rules::label(section.kind(), key, lang).unwrap_or_default();
                    Column { key, zh: label(Lang::Zh), en: label(Lang::En) }
                })
                .collect(),
            items: self.section(section).collect(),
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("village", &self.name)?;
        map.serialize_entry("town", &self.town)?;
        map.serialize_entry("on", &self.on)?;
        map.serialize_entry("sections", &self.sections().map(shelf).collect::<Vec<_>>())?;
        map.end()
    }
}
