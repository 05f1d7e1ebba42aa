//! A diary month (民情日记): one author's dated entries, in one document per author, month and audience.
//!
//! The audience is part of the document's name because a document is the unit of permission: an entry for oneself must
//! not travel in a document the branch lead may read. Most authors only ever use the default, *branch*. Moving an entry
//! to another audience is writing it there and removing it here; who has read it has read it.
//!
//! Header `author`, `month`, `audience`, `village`; entries `entry/<id>` and comments `comment/<id>`, one JSON record each. No
//! grade, no quota and no minimum length. Comments stay with the audience they were written for: an entry that is moved
//! leaves them behind.

mod comment;
mod deeds;
mod kind;

use std::collections::{BTreeMap, BTreeSet};

pub use comment::Comment;
pub use deeds::{DiaryDeed, EntryTyped, LinkMatter, PutComment, RemoveComment, RemoveEntry, RewriteEntry};
pub(crate) use kind::Diaries;

use chrono::NaiveDate;

use crate::document::{Document, Edit, Field, Scalar};
use crate::draft::{FieldId, Month, Prose, Reason, Refusal, ShortText, require};
use crate::ids::{DeviceMillis, DocId, DocKind, RecordId, WorkerId};
use crate::lang::codes;
use crate::private::Private;
use crate::record::Record;
use crate::value::{Key, KeySpec, Value, own, record, typed};

codes! {
    /// Who reads a diary besides its author. Each includes the ones before it.
    Audience {
        OnlyMe = "self", "仅自己", "only me";
        Branch = "branch", "支部", "the branch";
        Village = "village", "村", "the village";
        Town = "town", "镇", "the town";
    }
}

impl Default for Audience {
    /// The author and the branch (domain §4).
    fn default() -> Self {
        Audience::Branch
    }
}

/// What may stand under the keys of a diary month.
pub(crate) const SCHEMA: &[KeySpec] = &[
    own::<WorkerId>("author"),
    own::<Month>("month"),
    own::<Audience>("audience"),
    own::<DocId>("village"),
    record("entry", Entry::is_valid),
    record("comment", Comment::is_valid),
];

/// The name of an author's diary of one month for one audience; every device derives the same.
pub fn diary_id(author: WorkerId, month: Month, audience: Audience) -> DocId {
    let month = month.to_string();
    DocId::derive(DocKind::Diary, &[author.0.as_bytes(), month.as_bytes(), audience.code().as_bytes()])
}

/// A diary month as it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Diary {
    /// Its document.
    pub id: DocId,
    /// Whose it is.
    pub author: Option<WorkerId>,
    /// The month.
    pub month: Option<Month>,
    /// Who else reads it.
    pub audience: Option<Audience>,
    /// The roster of the author's village.
    pub village: Option<Field<DocId>>,
    /// Entries by id.
    pub entries: BTreeMap<RecordId, Field<Entry>>,
    /// Comments by id.
    pub comments: BTreeMap<RecordId, Field<Comment>>,
}

impl Diary {
    /// Reads a document of the kind diary, in one pass.
    pub fn read(document: &Document) -> Self {
        Self::of(document, |_| true)
    }

    /// The same with no entries and comments but those of these names; one of each may have the same.
    pub(crate) fn with(document: &Document, names: &BTreeSet<&str>) -> Self {
        Self::of(document, |key| match Key::of(key) {
            Key::Record(_, name) => names.contains(name),
            Key::Own(_) | Key::Part(..) => true,
        })
    }

    fn of(document: &Document, wanted: impl Fn(&str) -> bool) -> Self {
        let mut diary = Diary::nothing(document.id());
        for (key, field) in document.fields(wanted) {
            diary.take(key, &field);
        }
        diary
    }

    fn nothing(id: DocId) -> Self {
        let (entries, comments) = (BTreeMap::new(), BTreeMap::new());
        Diary { id, author: None, month: None, audience: None, village: None, entries, comments }
    }

    fn take(&mut self, key: &str, field: &Field<Scalar>) {
        match Key::of(key) {
            Key::Own("author") => self.author = Value::from_scalar(&field.value),
            Key::Own("month") => self.month = Value::from_scalar(&field.value),
            Key::Own("audience") => self.audience = Value::from_scalar(&field.value),
            Key::Own("village") => self.village = typed(field),
            Key::Record("entry", id) => {
                if let (Ok(id), Some(entry)) = (id.parse(), typed(field)) {
                    self.entries.insert(id, entry);
                }
            }
            Key::Record("comment", id) => {
                if let (Ok(id), Some(comment)) = (id.parse(), typed(field)) {
                    self.comments.insert(id, comment);
                }
            }
            _ => {}
        }
    }

    /// What a document says of itself apart from its entries and comments, which are not read.
    pub(crate) fn header(document: &Document) -> Self {
        let mut diary = Diary::nothing(document.id());
        for key in ["author", "month", "audience", "village"] {
            if let Some(field) = document.get(key) {
                diary.take(key, &field);
            }
        }
        diary
    }

    /// Whether the header says what the document's name says. One that does not is nobody's diary.
    pub fn is_named_right(&self) -> bool {
        match (self.author, self.month, self.audience) {
            (Some(author), Some(month), Some(audience)) => diary_id(author, month, audience) == self.id,
            _ => false,
        }
    }
}

const FIELDS: &[&str] = &[
    "date",
    "weather",
    "place",
    "households",
    "title",
    "text",
    "reflection",
    "tags",
    "matters",
    "recorded_at",
    "entered_at",
    "entered_by",
];

/// A diary entry as read. What a newer version added is carried and written back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// The day it tells of.
    pub date: Option<NaiveDate>,
    /// The weather, if the author cares to say.
    pub weather: Option<ShortText>,
    /// The place.
    pub place: Option<ShortText>,
    /// Households it tells of.
    pub households: Vec<DocId>,
    /// A title.
    pub title: Option<ShortText>,
    /// What happened.
    pub text: Option<Prose>,
    /// What the author thinks of it.
    pub reflection: Option<Prose>,
    /// Tags.
    pub tags: BTreeSet<ShortText>,
    /// Matters that came of it.
    pub matters: Vec<DocId>,
    /// When it was first written down, on paper or phone.
    pub recorded_at: Option<DeviceMillis>,
    /// When it was typed in; later than `recorded_at` where somebody types in a paper book.
    pub entered_at: Option<DeviceMillis>,
    /// Who typed it in, if that was not the author.
    pub entered_by: Option<WorkerId>,
    other: Record,
}

impl Entry {
    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Entry::from_scalar(scalar)
            .is_some_and(|entry| entry.date.is_some() && entry.text.is_some() && entry.other.lacks_all(FIELDS))
    }
}

impl Value for Entry {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(Entry {
            date: record.take("date"),
            weather: record.take("weather"),
            place: record.take("place"),
            households: record.take_all("households"),
            title: record.take("title"),
            text: record.take("text"),
            reflection: record.take("reflection"),
            tags: record.take_all("tags").into_iter().collect(),
            matters: record.take_all("matters"),
            recorded_at: record.take("recorded_at"),
            entered_at: record.take("entered_at"),
            entered_by: record.take("entered_by"),
            other: record,
        })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("date", self.date.as_ref());
        record.put("weather", self.weather.as_ref());
        record.put("place", self.place.as_ref());
        record.put_all("households", &self.households);
        record.put("title", self.title.as_ref());
        record.put("text", self.text.as_ref());
        record.put("reflection", self.reflection.as_ref());
        record.put_all("tags", &self.tags);
        record.put_all("matters", &self.matters);
        record.put("recorded_at", self.recorded_at.as_ref());
        record.put("entered_at", self.entered_at.as_ref());
        record.put("entered_by", self.entered_by.as_ref());
        record.into_scalar()
    }
}

/// An entry as typed.
#[derive(Clone, Debug, Default)]
pub struct EntryForm {
    /// The day; needed. It decides the month, and with it the document.
    pub date: Option<NaiveDate>,
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
    /// Matters that came of it.
    pub matters: Vec<DocId>,
    /// When it was first written down.
    pub recorded_at: Option<DeviceMillis>,
    /// When it is typed in.
    pub entered_at: Option<DeviceMillis>,
    /// Who types it in, if that is not the author.
    pub entered_by: Option<WorkerId>,
}

/// An entry fit to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryDraft {
    month: Month,
    entry: Entry,
}

impl EntryDraft {
    /// Parses a form.
    pub fn new(form: EntryForm) -> Result<Self, Refusal> {
        let date = require(FieldId::Date, form.date)?;
        let month = Month::of(date).ok_or(Refusal::new(FieldId::Date, Reason::NotADate))?;
        let tags = form.tags.iter().map(|tag| ShortText::parse(FieldId::Tags, tag));
        Ok(EntryDraft {
            month,
            entry: Entry {
                date: Some(date),
                weather: ShortText::parse_optional(FieldId::Weather, &form.weather)?,
                place: ShortText::parse_optional(FieldId::Place, &form.place)?,
                households: form.households,
                title: ShortText::parse_optional(FieldId::Title, &form.title)?,
                text: Some(Prose::parse(FieldId::Text, &form.text)?),
                reflection: Prose::parse_optional(FieldId::Reflection, &form.reflection)?,
                tags: tags.collect::<Result<_, _>>()?,
                matters: form.matters,
                recorded_at: form.recorded_at,
                entered_at: form.entered_at,
                entered_by: form.entered_by,
                other: Record::default(),
            },
        })
    }

    /// The month it belongs to: the document is [`diary_id`] of it.
    pub fn month(&self) -> Month {
        self.month
    }
}

/// Whose diary, and where: what the header of every month says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiaryHeader {
    /// Whose it is.
    pub author: WorkerId,
    /// The roster of the author's village.
    pub village: DocId,
    /// Who else reads it.
    pub audience: Audience,
}

/// Writes an entry under a freshly minted id, with the header if the month is new. The document must be
/// [`diary_id`]`(header.author, draft.month(), header.audience)`.
pub fn write(header: &DiaryHeader, id: RecordId, draft: &EntryDraft) -> Edit {
    rewrite(header, id, &Entry::default(), draft)
}

/// Writes an entry anew over the one read, with the fields of a newer version that it carried.
pub fn rewrite(header: &DiaryHeader, id: RecordId, read: &Entry, draft: &EntryDraft) -> Edit {
    let mut edit = Edit::new();
    edit.put_value("author", Some(&header.author));
    edit.put_value("month", Some(&draft.month));
    edit.put_value("audience", Some(&header.audience));
    edit.put_value("village", Some(&header.village));
    edit.put(format!("entry/{id}"), Entry { other: read.other.clone(), ..draft.entry.clone() }.to_scalar());
    edit
}

/// Says that a matter came of an entry, and leaves the rest of it as read. Said twice, it is there once.
pub fn link_matter(id: RecordId, read: &Entry, matter: DocId) -> Edit {
    let mut edit = Edit::new();
    if !read.matters.contains(&matter) {
        let mut entry = read.clone();
        entry.matters.push(matter);
        edit.put(format!("entry/{id}"), entry.to_scalar());
    }
    edit
}

/// Writes an entry as it was read into another month or audience of its author, under the name it has: moved twice, it is
/// there once. Taking it out where it was is [`remove`].
pub fn put_over(header: &DiaryHeader, id: RecordId, read: &Entry) -> Option<Edit> {
    let mut edit = Edit::new();
    edit.put_value("author", Some(&header.author));
    edit.put_value("month", Some(&Month::of(read.date?)?));
    edit.put_value("audience", Some(&header.audience));
    edit.put_value("village", Some(&header.village));
    edit.put(format!("entry/{id}"), read.to_scalar());
    Some(edit)
}

/// Takes an entry out of its month.
pub fn remove(id: RecordId) -> Edit {
    let mut edit = Edit::new();
    edit.remove(format!("entry/{id}"));
    edit
}

#[cfg(test)]
mod tests;
