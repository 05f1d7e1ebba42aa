//! The diary by month.

use std::collections::BTreeSet;

use lianhu_core::diary::{Audience, Diary, diary_id};
use lianhu_core::draft::Month;
use lianhu_core::{DocId, RecordId};
use lianhu_device::{EntryShown, Page, Surroundings};
use serde_json::{Value, json};

use super::{Look, Outcome, Shown as _, place};
use crate::error::ApiError;

impl<X: Surroundings> Look<'_, X> {
    pub(crate) fn diary(&mut self, month: Month) -> Outcome {
        let shown = self.book.diary().month(month)?;
        let author = self.book.owner().worker;
        let mut entries = Vec::new();
        for audience in Audience::ALL {
            let of_audience: Vec<_> = shown.iter().filter(|entry| entry.audience == *audience).collect();
            if of_audience.is_empty() {
                continue;
            }
            let page = self.book.diary().get(diary_id(author, month, *audience))?;
            for entry in of_audience {
                entries.push((entry.entry.value.date, entry.at.id, self.entry(entry, &page)?));
            }
        }
        entries.sort_by_key(|(date, id, _)| (*date, *id));
        let entries: Vec<Value> = entries.into_iter().map(|(_, _, entry)| entry).collect();
        Ok(json!({ "month": month.to_string(), "entries": entries, "months": self.months()? }))
    }

    fn entry(&self, shown: &EntryShown, page: &Page<Diary>) -> Outcome {
        let entry = &shown.entry.value;
        let comments = page.comments.iter().filter(|(_, comment)| comment.value.entry == Some(shown.at.id));
        let comments = comments.map(|(id, comment)| {
            json!({
                "id": id, "by": self.maybe_person(comment.value.by), "at": comment.value.at,
                "text": comment.value.text.shown(), "where": place(&page.places.record("comment", id)),
            })
        });
        Ok(json!({
            "doc": shown.at.doc, "id": shown.at.id, "audience": shown.audience, "date": entry.date,
            "weather": entry.weather.shown(), "place": entry.place.shown(), "title": entry.title.shown(),
            "text": entry.text.shown(), "reflection": entry.reflection.shown(),
            "tags": entry.tags.iter().map(|tag| tag.shown()).collect::<Vec<_>>(),
            "households": self.all_named(&entry.households)?, "matters": self.all_named(&entry.matters)?,
            "recorded_at": entry.recorded_at, "comments": comments.collect::<Vec<_>>(),
            "where": place(&shown.place), "conflict": shown.entry.is_conflict(),
        }))
    }

    /// The owner's months that have entries, the newest first.
    fn months(&self) -> Result<Vec<String>, ApiError> {
        let author = self.book.owner().worker;
        let listed = self.book.documents(lianhu_core::DocKind::Diary)?;
        let own = listed.iter().filter(|listed| listed.card.owner == Some(author) && listed.card.records > 0);
        let months: BTreeSet<String> =
            own.filter_map(|listed| Month::of(listed.card.last?)).map(|month| month.to_string()).collect();
        Ok(months.into_iter().rev().collect())
    }

    /// The whole text of an entry.
    pub(crate) fn text_of(&mut self, doc: DocId, id: RecordId) -> Result<String, ApiError> {
        let page = self.book.diary().get(doc)?;
        let entry = page.entries.get(&id).ok_or_else(ApiError::not_here)?;
        Ok(entry.value.text.as_ref().map(|text| text.as_str().to_owned()).unwrap_or_default())
    }
}
