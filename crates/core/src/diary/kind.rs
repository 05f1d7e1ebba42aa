//! What the rest of the crate asks about diaries.

use std::collections::BTreeSet;

use crate::access::{Facts, Relations};
use crate::card::Card;
use crate::deed::{Deed, NotADeed};
use crate::diary::{Audience, Diary, DiaryDeed, Entry, SCHEMA, comment};
use crate::document::Document;
use crate::ids::{DocId, RecordId, WorkerId};
use crate::kind::Kind;
use crate::policy::rules;
use crate::policy::{Judgement, Ruling, Why, written};
use crate::roster::Role;
use crate::value::{Key, KeySpec, Value as _, shown};
use crate::views::ColumnType::{Doc, Id, Int, Personal, Text};
use crate::views::{Cell, Row, ViewSpec, joined, row_of};

/// Diaries.
pub(crate) struct Diaries;

impl Kind for Diaries {
    fn schema(&self) -> &'static [KeySpec] {
        SCHEMA
    }

    fn facts(&self, document: &Document) -> Facts {
        let diary = Diary::header(document);
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
        let diary = Diary::header(document);
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

    fn deed(&self, json: &str) -> Result<Box<dyn Deed + Send>, NotADeed> {
        Ok(Box::new(serde_json::from_str::<DiaryDeed>(json)?))
    }

    #[cfg(test)]
    fn samples(&self) -> &'static [&'static str] {
        SAMPLES
    }

    #[cfg(test)]
    fn refused(&self) -> &'static [&'static str] {
        REFUSED
    }

    fn views(&self) -> &'static [ViewSpec] {
        VIEWS
    }

    fn rows(&self, document: &Document) -> Vec<Row> {
        rows_of(&Diary::read(document))
    }

    fn views_by_record(&self) -> &'static [&'static str] {
        &["diary_entries", "diary_comments"]
    }

    fn rows_since(&self, document: &Document, keys: &[&str]) -> Option<(Vec<Row>, BTreeSet<RecordId>)> {
        // Whose diary it is, and who may read it, stands in the row of each entry.
        if keys.iter().any(|key| matches!(Key::of(key), Key::Own(_))) {
            return None;
        }
        let names = keys.iter().filter_map(|key| match Key::of(key) {
            Key::Record(_, name) => Some(name),
            Key::Own(_) | Key::Part(..) => None,
        });
        let names: BTreeSet<&str> = names.collect();
        let records = names.iter().filter_map(|name| name.parse().ok()).collect();
        Some((rows_of(&Diary::with(document, &names)), records))
    }

    fn whole(&self, judgement: &Judgement<'_>) -> Result<(), Ruling> {
        if !Diary::header(judgement.after).is_named_right() {
            return Err(Why::OtherDiary.into());
        }
        rules::new_in_village(judgement)
    }

    fn key(&self, judgement: &Judgement<'_>, key: Key<'_>, name: &str, settles: bool) -> Result<(), Ruling> {
        let author: Option<WorkerId> = shown(judgement.after, "author");
        let own = author == Some(judgement.author.worker);
        match key {
            Key::Record("comment", _) => comment::ruling(judgement, name),
            Key::Own("village") if own => rules::own_village_now(judgement, name),
            Key::Record("entry", _) if own && !settles => typed_by(judgement, name),
            _ if own => Ok(()),
            Key::Record("entry", _) if !settles => typed_in(judgement, name),
            // Who types in the first page of a paper book begins the month for its author.
            Key::Own("author" | "month" | "audience" | "village") if says_the_same(judgement, name) => {
                types_for_the_author(judgement)
            }
            _ => Err(Why::OtherDiary.into()),
        }
    }
}

/// Whether what is written is new, or what stands there already: whoever types a paper book in may not hold the month, and
/// begins it once more in the same words.
fn says_the_same(judgement: &Judgement<'_>, key: &str) -> bool {
    let same = |was: crate::Field<crate::Scalar>| written(judgement, key).iter().all(|now| *now == was.value);
    judgement.after.get(key).is_some() && judgement.before.get(key).is_none_or(same)
}

/// A paper book is typed in by whoever may type for others; never one for its author alone.
fn types_for_the_author(judgement: &Judgement<'_>) -> Result<(), Ruling> {
    let audience: Option<Audience> = shown(judgement.after, "audience");
    let may = rules::types_for_others(judgement) && audience.is_some_and(|audience| audience != Audience::OnlyMe);
    let village: Option<DocId> = shown(judgement.after, "village");
    let of_the_village = judgement.author.has(Role::TownDesk) || judgement.author.village == village;
    if may && of_the_village { Ok(()) } else { Err(Why::OtherDiary.into()) }
}

/// What the author writes says that they typed it, or says nothing of it; who typed in a page they rewrite stays.
fn typed_by(judgement: &Judgement<'_>, key: &str) -> Result<(), Ruling> {
    let was =
        judgement.before.get(key).and_then(|field| Entry::from_scalar(&field.value)).and_then(|was| was.entered_by);
    let said = |entry: Entry| match entry.entered_by {
        Some(typist) => typist == judgement.author.worker || was == Some(typist),
        None => true,
    };
    let named = written(judgement, key).iter().filter_map(Entry::from_scalar).all(said);
    if named { Ok(()) } else { Err(Why::OtherName.into()) }
}

/// What somebody types in for the author is new, and names them.
fn typed_in(judgement: &Judgement<'_>, key: &str) -> Result<(), Ruling> {
    types_for_the_author(judgement)?;
    let typist = Some(judgement.author.worker);
    let named = |entry: Entry| entry.entered_by == typist;
    let entries = written(judgement, key);
    let all_named = entries.iter().all(|entry| Entry::from_scalar(entry).is_some_and(named));
    let new = judgement.before.get(key).is_none() && !entries.is_empty();
    if new && all_named { Ok(()) } else { Err(Why::OtherDiary.into()) }
}

/// Its tables.
const VIEWS: &[ViewSpec] = &[ENTRIES, COMMENTS];

const COMMENTS: ViewSpec = ViewSpec {
    name: "diary_comments",
    columns: &[
        ("doc", Doc),
        ("id", Text),
        ("village", Id),
        ("entry", Text),
        ("by", Text),
        ("at", Int),
        ("text", Personal),
    ],
    indexes: &[],
};

const ENTRIES: ViewSpec = ViewSpec {
    name: "diary_entries",
    columns: &[
        ("doc", Doc),
        ("id", Text),
        ("author", Id),
        ("village", Id),
        ("month", Text),
        ("audience", Text),
        ("date", Text),
        ("weather", Text),
        ("place", Personal),
        ("title", Personal),
        ("text", Personal),
        ("reflection", Personal),
        ("tags", Personal),
        ("households", Int),
        ("matters", Int),
        ("recorded_at", Int),
        ("entered_at", Int),
        ("entered_by", Id),
    ],
    indexes: &[&["author", "month"], &["date"]],
};

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
        row_of(
            *id,
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
                Cell::value(entry.entered_at.as_ref()),
                Cell::value(entry.entered_by.as_ref()),
            ],
        )
    });
    let comments = diary.comments.iter().map(|(id, comment)| {
        let comment = &comment.value;
        let cells = vec![
            Cell::text(&diary.id),
            Cell::text(id),
            Cell::field(diary.village.as_ref()),
            Cell::value(comment.entry.as_ref()),
            Cell::value(comment.by.as_ref()),
            Cell::value(comment.at.as_ref()),
            words(Cell::value(comment.text.as_ref())),
        ];
        row_of(*id, "diary_comments", cells)
    });
    rows.chain(comments).collect()
}

/// Deeds of every sort, on few entries, so that they meet.
#[cfg(test)]
const SAMPLES: &[&str] = &[
    r#"{"do":"write","author":"01010101-0101-0101-0101-010101010101","village":"01010101-0101-8101-8101-010101010101","audience":"town","date":"2026-11-03","text":"雨停了。"}"#,
    r#"{"do":"write","author":"01010101-0101-0101-0101-010101010101","village":"01010101-0101-8101-8101-010101010101","audience":"town","date":"2026-11-09","text":"河里有垃圾。","tags":["河道"],"recorded_on":"2026-11-04"}"#,
    r#"{"do":"rewrite","entry":"AQEBAQEBAQE","text":"改过"}"#,
    r#"{"do":"remove","entry":"AQEBAQEBAQE"}"#,
    r#"{"do":"comment","entry":"AQEBAQEBAQE","text":"写得好"}"#,
    r#"{"do":"comment","entry":"AgICAgICAgI","text":"再去看看"}"#,
    r#"{"do":"remove_comment","comment":"AQEBAQEBAQE"}"#,
    r#"{"do":"link_matter","entry":"AQEBAQEBAQE","matter":"04010101-0101-8101-8101-010101010101"}"#,
    r#"{"do":"link_matter","entry":"AgICAgICAgI","matter":"04010101-0101-8101-8101-010101010101"}"#,
];

/// Deeds that are refused: one for each thing a person can get wrong.
#[cfg(test)]
const REFUSED: &[&str] = &[
    r#"{"do":"write","village":"01010101-0101-8101-8101-010101010101"}"#,
    r#"{"do":"write","text":"一"}"#,
    r#"{"do":"write","village":"01010101-0101-8101-8101-010101010101","date":"前天","text":"一"}"#,
    r#"{"do":"rewrite","text":"一"}"#,
    r#"{"do":"rewrite","entry":"CQkJCQkJCQk","text":"一"}"#,
    r#"{"do":"remove","entry":"CQkJCQkJCQk"}"#,
    r#"{"do":"comment","text":"一"}"#,
    r#"{"do":"comment","entry":"CQkJCQkJCQk","text":"一"}"#,
    r#"{"do":"remove_comment","comment":"CQkJCQkJCQk"}"#,
    r#"{"do":"link_matter","entry":"CQkJCQkJCQk"}"#,
];
