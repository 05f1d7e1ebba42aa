//! What the rest of the crate asks about diaries.

use std::collections::BTreeSet;

use crate::access::{Facts, Relations};
use crate::card::Card;
use crate::diary::{Audience, Diary, SCHEMA};
use crate::document::Document;
use crate::ids::WorkerId;
use crate::kind::Kind;
use crate::policy::rules;
use crate::policy::{Judgement, Ruling, Why};
use crate::roster::Role;
use crate::value::{Key, KeySpec};
use crate::views::ColumnType::{Int, Text};
use crate::views::{Cell, Row, ViewSpec, joined, row};

/// Diaries.
pub(crate) struct Diaries;

impl Kind for Diaries {
    fn schema(&self) -> &'static [KeySpec] {
        SCHEMA
    }

    fn facts(&self, document: &Document) -> Facts {
        let diary = Diary::read(document);
        if !diary.is_named_right() {
            return Facts::default();
        }
        Facts {
            village: diary.village.map(|village| village.value),
            author: diary.author,
            audience: diary.audience,
            ..Facts::default()
        }
    }

    fn readers(&self, facts: &Facts, by: &Relations<'_>) -> BTreeSet<WorkerId> {
        let mut readers: BTreeSet<WorkerId> = facts.author.into_iter().collect();
        let audience = facts.audience.unwrap_or(Audience::OnlyMe);
        if audience >= Audience::Branch {
            readers.extend(by.leads_of(&facts.author.into_iter().collect()));
        }
        if audience >= Audience::Village {
            readers.extend(by.all(Role::VillageBoard));
        }
        readers
    }

    fn decides_who_reads(&self, key: &str) -> bool {
        matches!(key, "author" | "month" | "audience" | "village")
    }

    fn town_reads(&self, document: &Document) -> bool {
        let diary = Diary::read(document);
        diary.is_named_right() && diary.audience == Some(Audience::Town)
    }

    fn card(&self, document: &Document) -> Card {
        let diary = Diary::read(document);
        Card {
            title: diary.month.map(|month| month.to_string().into()),
            village: diary.village.as_ref().map(|village| village.value),
            owner: diary.author,
            records: diary.entries.len(),
            last: diary.entries.values().filter_map(|entry| entry.value.date).max(),
            ..Card::default()
        }
    }

    fn views(&self) -> &'static [ViewSpec] {
        VIEWS
    }

    fn rows(&self, document: &Document) -> Vec<Row> {
        rows_of(&Diary::read(document))
    }

    fn whole(&self, judgement: &Judgement<'_>) -> Result<(), Ruling> {
        let diary = Diary::read(judgement.after);
        if diary.author != Some(judgement.author.worker) || !diary.is_named_right() {
            return Err(Why::OtherDiary.into());
        }
        rules::new_in_village(judgement)
    }

    fn key(&self, judgement: &Judgement<'_>, key: Key<'_>, name: &str, _settles: bool) -> Result<(), Ruling> {
        match key {
            Key::Own("village") => rules::own_village_now(judgement, name),
            _ => Ok(()),
        }
    }
}

/// Its tables.
const VIEWS: &[ViewSpec] = &[ViewSpec {
    name: "diary_entries",
    columns: &[
        ("doc", Text),
        ("id", Text),
        ("author", Text),
        ("village", Text),
        ("month", Text),
        ("audience", Text),
        ("date", Text),
        ("weather", Text),
        ("place", Text),
        ("title", Text),
        ("text", Text),
        ("reflection", Text),
        ("tags", Text),
        ("households", Int),
        ("matters", Int),
        ("recorded_at", Int),
    ],
    indexes: &[&["author", "month"], &["date"]],
}];

/// An entry's words are the town's to read only when it was written for the town; of one for the branch or the village
/// the office sees that it was written, of one for its author alone nothing at all (domain §4, audience).
fn rows_of(diary: &Diary) -> Vec<Row> {
    let for_town = diary.audience == Some(Audience::Town);
    if !diary.is_named_right() || diary.audience == Some(Audience::OnlyMe) {
        return Vec::new();
    }
    let words = |cell: Cell| if for_town { cell } else { Cell::Null };
    let rows = diary.entries.iter().map(|(id, entry)| {
        let entry = &entry.value;
        row(
            "diary_entries",
            vec![
                Cell::text(&diary.id),
                Cell::text(id),
                Cell::value(diary.author.as_ref()),
                Cell::field(diary.village.as_ref()),
                Cell::value(diary.month.as_ref()),
                Cell::value(diary.audience.as_ref()),
                Cell::value(entry.date.as_ref()),
                Cell::value(entry.weather.as_ref()),
                words(Cell::value(entry.place.as_ref())),
                words(Cell::value(entry.title.as_ref())),
                words(Cell::value(entry.text.as_ref())),
                words(Cell::value(entry.reflection.as_ref())),
                words(joined(entry.tags.iter().map(crate::draft::ShortText::as_str))),
                Cell::count(entry.households.len()),
                Cell::count(entry.matters.len()),
                Cell::value(entry.recorded_at.as_ref()),
            ],
        )
    });
    rows.collect()
}
