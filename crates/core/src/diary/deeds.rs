//! What is done to a diary month. Moving an entry to another audience and raising a matter from one touch two documents and
//! are done by the workbook.

use serde::Deserialize;

use crate::deed::{Deed, Hand};
use crate::diary::{self, Audience, Diary, DiaryHeader, Entry, EntryDraft, EntryForm, diary_id};
use crate::document::{Document, Edit};
use crate::draft::{FieldId, Month, Reason, Refusal, parse_optional_date, require};
use crate::household::millis_of;
use crate::ids::{DocId, DocKind, RecordId, WorkerId};
use crate::private::Private;

/// What can be done to a diary month. Days are as typed.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum DiaryDeed {
    /// Writes an entry; begins the month if there is none.
    Write(EntryTyped),
    /// Writes an entry anew.
    Rewrite(RewriteEntry),
    /// Takes an entry out.
    Remove(RemoveEntry),
    /// Says something to an entry.
    Comment(PutComment),
    /// Takes one's own comment out.
    RemoveComment(RemoveComment),
    /// Says that a matter came of an entry.
    LinkMatter(LinkMatter),
}

/// An entry. It is the diary of whoever writes, unless they type in somebody's paper book.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EntryTyped {
    /// Whose diary; one's own if left out.
    pub author: Option<WorkerId>,
    /// The roster of the author's village; needed to begin a month.
    pub village: Option<DocId>,
    /// Who else reads it; the branch if left out.
    pub audience: Option<Audience>,
    /// The day; today if left empty.
    pub date: String,
    /// The weather.
    pub weather: String,
    /// The place.
    pub place: Private<String>,
    /// Households it tells of.
    pub households: Vec<DocId>,
    /// A title.
    pub title: Private<String>,
    /// What happened; needed, one sentence will do.
    pub text: Private<String>,
    /// What the author thinks of it.
    pub reflection: Private<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// The day it was written down on paper, where it is typed in later.
    pub recorded_on: String,
}

/// An entry written anew; its day stays in its month.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RewriteEntry {
    /// Which; needed.
    pub entry: Option<RecordId>,
    /// The day; left empty, it stays.
    pub date: String,
    /// The weather.
    pub weather: String,
    /// The place.
    pub place: Private<String>,
    /// Households it tells of.
    pub households: Vec<DocId>,
    /// A title.
    pub title: Private<String>,
    /// What happened; needed.
    pub text: Private<String>,
    /// What the author thinks of it.
    pub reflection: Private<String>,
    /// Tags.
    pub tags: Vec<String>,
}

/// An entry that is taken out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RemoveEntry {
    /// Which; needed.
    pub entry: Option<RecordId>,
}

/// A comment.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PutComment {
    /// The entry; needed.
    pub entry: Option<RecordId>,
    /// What is said; needed.
    pub text: Private<String>,
}

/// A comment that is taken out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RemoveComment {
    /// Which; needed.
    pub comment: Option<RecordId>,
}

/// A matter that came of an entry.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinkMatter {
    /// The entry; needed.
    pub entry: Option<RecordId>,
    /// The matter; needed.
    pub matter: Option<DocId>,
}

impl Deed for DiaryDeed {
    fn kind(&self) -> DocKind {
        DocKind::Diary
    }

    fn begins(&self, hand: &Hand) -> Option<DocId> {
        let DiaryDeed::Write(entry) = self else { return None };
        // A day that is none names the month it would be today; the edit says what is wrong with it.
        let date = parse_optional_date(FieldId::Date, &entry.date).ok().flatten().unwrap_or(hand.today);
        let author = entry.author.unwrap_or(hand.worker);
        Some(diary_id(author, Month::of(date)?, entry.audience.unwrap_or_default()))
    }

    fn edit(&self, document: &Document, hand: &Hand) -> Result<Edit, Refusal> {
        let diary = Diary::read(document);
        match self {
            DiaryDeed::Write(entry) => entry.edit(&diary, hand),
            DiaryDeed::Rewrite(entry) => entry.edit(&diary),
            DiaryDeed::Remove(remove) => Ok(diary::remove(found(&diary, remove.entry)?.0)),
            DiaryDeed::Comment(comment) => {
                let entry = require(FieldId::Entry, comment.entry)?;
                diary.comment(hand.record(0), entry, hand.worker, hand.at, &comment.text)
            }
            DiaryDeed::RemoveComment(RemoveComment { comment }) => {
                let id = require(FieldId::Comment, *comment)?;
                if !diary.comments.contains_key(&id) {
                    return Err(Refusal::new(FieldId::Comment, Reason::NotThere));
                }
                let mut edit = Edit::new();
                edit.remove(format!("comment/{id}"));
                Ok(edit)
            }
            DiaryDeed::LinkMatter(link) => {
                let (id, read) = found(&diary, link.entry)?;
                let matter = require(FieldId::Matter, link.matter)?;
                if matter.kind() != DocKind::Matter {
                    return Err(Refusal::new(FieldId::Matter, Reason::NotAChoice));
                }
                Ok(diary::link_matter(id, read, matter))
            }
        }
    }
}

fn found(diary: &Diary, entry: Option<RecordId>) -> Result<(RecordId, &Entry), Refusal> {
    let id = require(FieldId::Entry, entry)?;
    let read = diary.entries.get(&id).ok_or(Refusal::new(FieldId::Entry, Reason::NotThere))?;
    Ok((id, &read.value))
}

impl EntryTyped {
    fn edit(&self, diary: &Diary, hand: &Hand) -> Result<Edit, Refusal> {
        let author = self.author.unwrap_or(hand.worker);
        let audience = self.audience.unwrap_or_default();
        let recorded_on = parse_optional_date(FieldId::RecordedOn, &self.recorded_on)?;
        let others = author != hand.worker;
        let draft = EntryDraft::new(EntryForm {
            date: Some(parse_optional_date(FieldId::Date, &self.date)?.unwrap_or(hand.today)),
            weather: self.weather.clone(),
            place: self.place.clone(),
            households: self.households.clone(),
            title: self.title.clone(),
            text: self.text.clone(),
            reflection: self.reflection.clone(),
            tags: self.tags.clone(),
            matters: Vec::new(),
            recorded_at: Some(recorded_on.map_or(hand.at, millis_of)),
            entered_at: Some(hand.at),
            entered_by: others.then_some(hand.worker),
        })?;
        // What the month is named by stays: another day, author or audience is another document.
        for (field, same) in [
            (FieldId::Month, diary.month.is_none_or(|month| month == draft.month())),
            (FieldId::Author, diary.author.is_none_or(|of| of == author)),
            (FieldId::Audience, diary.audience.is_none_or(|of| of == audience)),
        ] {
            if !same {
                return Err(Refusal::new(field, Reason::NotNow));
            }
        }
        let village = diary.village.as_ref().map(|village| village.value).or(self.village);
        let header = DiaryHeader { author, village: require(FieldId::Village, village)?, audience };
        Ok(diary::write(&header, hand.record(0), &draft))
    }
}

impl RewriteEntry {
    fn edit(&self, diary: &Diary) -> Result<Edit, Refusal> {
        let (id, read) = found(diary, self.entry)?;
        let draft = EntryDraft::new(EntryForm {
            date: parse_optional_date(FieldId::Date, &self.date)?.or(read.date),
            weather: self.weather.clone(),
            place: self.place.clone(),
            households: self.households.clone(),
            title: self.title.clone(),
            text: self.text.clone(),
            reflection: self.reflection.clone(),
            tags: self.tags.clone(),
            // What came of it stays.
            matters: read.matters.clone(),
            recorded_at: read.recorded_at,
            entered_at: read.entered_at,
            entered_by: read.entered_by,
        })?;
        let (author, month, audience, village) = (diary.author, diary.month, diary.audience, diary.village.as_ref());
        let (Some(author), Some(audience), Some(village)) = (author, audience, village) else {
            return Err(Refusal::new(FieldId::Author, Reason::NotThere));
        };
        if month != Some(draft.month()) {
            return Err(Refusal::new(FieldId::Month, Reason::NotNow));
        }
        Ok(diary::rewrite(&DiaryHeader { author, village: village.value, audience }, id, read, &draft))
    }
}
