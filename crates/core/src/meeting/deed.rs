//! What people do to a meeting.

mod decide;
mod people;

use serde::Deserialize;

use crate::deed::{Deed, Hand};
use crate::document::{Document, Edit, Field, PROSE_KEY};
use crate::draft::{FieldId, Prose, Reason, Refusal, ShortText, Title};
use crate::ids::{DocId, DocKind, RecordId, WorkerId};
use crate::meeting::agenda::{drop_item, put_before};
use crate::meeting::{Item, MAX_ITEMS, Meeting, MeetingAct, MeetingState};
use crate::private::Private;
use crate::value::Value as _;

pub use decide::{Counts, DecideForm};
pub use people::{CallForm, CardForm, GuestForm};

/// The most characters of minutes.
pub const MAX_MINUTES: usize = 30_000;

// A document takes several times the minutes, since every character that was ever written counts.
const _: () = assert!(3 * MAX_MINUTES <= crate::gate::limits::MAX_PROSE_CHARS);

/// One thing that is done to a meeting: the body of the office's request, and what commands and screens make.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum MeetingDeed {
    /// Calls it: begins the document.
    Call(CallForm),
    /// Changes the card, while the meeting is not over. What is left out stays; what is given empty goes.
    Change(CardForm),
    /// Says of workers whether they are called and whether they came.
    Attend {
        /// Who.
        workers: Vec<WorkerId>,
        /// A choice of [`crate::meeting::Attendance`].
        attendance: String,
    },
    /// Calls somebody who is no worker, or says whether they came.
    Guest(GuestForm),
    /// Puts something on the agenda. A matter that is on it already stays where it is.
    AddItem {
        /// The matter it is about, if it is one.
        #[serde(default)]
        matter: Option<DocId>,
        /// What it is called, fit for the public board.
        title: Private<String>,
        /// Which of the five matters it belongs to.
        #[serde(default)]
        five: String,
        /// Before which item; left out: at the end.
        #[serde(default)]
        before: Option<RecordId>,
    },
    /// Renames an item. What is left out stays.
    ChangeItem {
        /// Which.
        item: RecordId,
        /// What it is called.
        #[serde(default)]
        title: Option<Private<String>>,
        /// Which of the five matters it belongs to; empty: none.
        #[serde(default)]
        five: Option<String>,
    },
    /// Moves an item.
    MoveItem {
        /// Which.
        item: RecordId,
        /// Before which other; left out: to the end.
        #[serde(default)]
        before: Option<RecordId>,
    },
    /// Takes an item off the agenda. What was decided about it stays.
    DropItem {
        /// Which.
        item: RecordId,
    },
    /// Writes down what was decided about an item, or writes it anew.
    Decide(DecideForm),
    /// Takes back what was written down as decided.
    TakeBack {
        /// The item it is about.
        item: RecordId,
    },
    /// Writes down counts of votes in a review meeting.
    Ballot(Counts),
    /// Makes the minutes say `text`. Only what differs is written, so that what others wrote stays.
    Minutes {
        /// What they are to say.
        text: Private<String>,
        /// What they said when the writer began; left out: what they say now. What others wrote since stays either way.
        #[serde(default)]
        read: Option<Private<String>>,
    },
    /// Adds words at the end of the minutes, as paragraphs of their own.
    AddMinutes {
        /// The words.
        text: Private<String>,
    },
    /// It took place.
    Hold {
        /// The day; left out: today.
        #[serde(default)]
        on: String,
    },
    /// It is over, and nothing of it is published.
    Close {},
    /// Its decisions are on the public board.
    Publish {
        /// Since when; left out: today.
        #[serde(default)]
        on: String,
    },
    /// It does not take place.
    Cancel {
        /// Why.
        reason: Private<String>,
    },
}

impl Deed for MeetingDeed {
    fn kind(&self) -> DocKind {
        DocKind::Meeting
    }

    fn begins(&self, hand: &Hand) -> Option<DocId> {
        matches!(self, MeetingDeed::Call(_)).then(|| hand.document(DocKind::Meeting))
    }

    fn village(&self) -> Option<DocId> {
        match self {
            MeetingDeed::Call(form) => Some(form.village),
            _ => None,
        }
    }

    fn edit(&self, document: &Document, hand: &Hand) -> Result<Edit, Refusal> {
        let meeting = Meeting::read(document);
        match self {
            MeetingDeed::Call(form) => form.edit(&meeting, hand),
            MeetingDeed::Change(form) => form.edit(&meeting),
            MeetingDeed::Attend { workers, attendance } => people::attend(&meeting, workers, attendance),
            MeetingDeed::Guest(form) => form.edit(&meeting, hand),
            MeetingDeed::AddItem { matter, title, five, before } => {
                add_item(&meeting, hand, *matter, title, five, *before)
            }
            MeetingDeed::ChangeItem { item, title, five } => {
                change_item(&meeting, *item, title.as_ref().map(|title| title.as_str()), five.as_deref())
            }
            MeetingDeed::MoveItem { item, before } => move_item(&meeting, *item, *before),
            MeetingDeed::DropItem { item } => {
                on_agenda(&meeting, *item)?;
                Ok(drop_item(document, *item))
            }
            MeetingDeed::Decide(form) => form.edit(&meeting, hand),
            MeetingDeed::TakeBack { item } => decide::take_back(&meeting, *item),
            MeetingDeed::Ballot(counts) => counts.edit(&meeting),
            MeetingDeed::Minutes { text, read } => minutes(&meeting, text, read.as_deref().map(String::as_str)),
            MeetingDeed::AddMinutes { text } => add_minutes(&meeting, text),
            MeetingDeed::Hold { on } => step(&meeting, hand, MeetingAct::Hold { on: hand.day(FieldId::Date, on)? }),
            MeetingDeed::Close {} => step(&meeting, hand, MeetingAct::Close),
            MeetingDeed::Publish { on } => publish(&meeting, hand, on),
            MeetingDeed::Cancel { reason } => {
                let reason = Prose::parse(FieldId::Reason, reason)?;
                step(&meeting, hand, MeetingAct::Cancel { reason })
            }
        }
    }
}

fn not_now(field: FieldId) -> Refusal {
    Refusal::new(field, Reason::NotNow)
}

fn not_there(field: FieldId) -> Refusal {
    Refusal::new(field, Reason::NotThere)
}

/// A meeting that is over, or cancelled, is not prepared any more.
fn still_open(meeting: &Meeting, field: FieldId) -> Result<(), Refusal> {
    if meeting.state().is_open() { Ok(()) } else { Err(not_now(field)) }
}

/// What is decided and counted is so at the meeting: after it was held and before it is over.
fn in_session(meeting: &Meeting, field: FieldId) -> Result<(), Refusal> {
    if meeting.state() == MeetingState::Held { Ok(()) } else { Err(not_now(field)) }
}

fn step(meeting: &Meeting, hand: &Hand, act: MeetingAct) -> Result<Edit, Refusal> {
    use crate::course::Act as _;
    if act.target(meeting.state()).is_none() {
        return Err(not_now(FieldId::Act));
    }
    Ok(meeting.course.step(hand.record(0), hand.worker, hand.at, act))
}

/// What people still disagree about is not put on the board.
fn publish(meeting: &Meeting, hand: &Hand, on: &str) -> Result<Edit, Refusal> {
    if meeting.decisions.values().any(Field::is_conflict) {
        return Err(not_now(FieldId::Decision));
    }
    step(meeting, hand, MeetingAct::Publish { on: hand.day(FieldId::Date, on)? })
}

/// Minutes are written before, during and after a meeting, and of one that was cancelled there are none.
fn written_down(meeting: &Meeting, text: &str) -> Result<String, Refusal> {
    if meeting.state() == MeetingState::Cancelled {
        return Err(not_now(FieldId::Minutes));
    }
    let text = text.replace("\r\n", "\n");
    if text.chars().count() > MAX_MINUTES {
        return Err(Refusal::new(FieldId::Minutes, Reason::TooLong { max: MAX_MINUTES }));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(Refusal::new(FieldId::Minutes, Reason::NotPlain));
    }
    Ok(text)
}

fn minutes(meeting: &Meeting, text: &str, read: Option<&str>) -> Result<Edit, Refusal> {
    let text = written_down(meeting, text)?;
    let mut edit = Edit::new();
    match read {
        Some(read) => edit.prose_read(PROSE_KEY, read, text),
        None => edit.prose(PROSE_KEY, text),
    };
    Ok(edit)
}

fn add_minutes(meeting: &Meeting, text: &str) -> Result<Edit, Refusal> {
    let text = written_down(meeting, text)?;
    if text.trim().is_empty() {
        return Err(Refusal::new(FieldId::Minutes, Reason::Missing));
    }
    if meeting.minutes.chars().count() + text.chars().count() > MAX_MINUTES {
        return Err(Refusal::new(FieldId::Minutes, Reason::TooLong { max: MAX_MINUTES }));
    }
    let mut edit = Edit::new();
    edit.prose_added(PROSE_KEY, text);
    Ok(edit)
}

fn on_agenda(meeting: &Meeting, item: RecordId) -> Result<(), Refusal> {
    still_open(meeting, FieldId::Agenda)?;
    if meeting.items.contains_key(&item) { Ok(()) } else { Err(not_there(FieldId::Agenda)) }
}

fn add_item(
    meeting: &Meeting,
    hand: &Hand,
    matter: Option<DocId>,
    title: &str,
    five: &str,
    before: Option<RecordId>,
) -> Result<Edit, Refusal> {
    still_open(meeting, FieldId::Agenda)?;
    if let Some((item, _)) = matter.and_then(|matter| meeting.item_about(matter)) {
        let five = Some(five).filter(|five| !five.trim().is_empty());
        return change_item(meeting, item, None, five);
    }
    let item = matter.map_or_else(|| hand.record(0), Item::id_of);
    new_item(meeting, item, matter, title, five, before)
}

/// A new item before another one, or at the end.
fn new_item(
    meeting: &Meeting,
    item: RecordId,
    matter: Option<DocId>,
    title: &str,
    five: &str,
    before: Option<RecordId>,
) -> Result<Edit, Refusal> {
    if meeting.items.len() >= MAX_ITEMS {
        let max = i64::try_from(MAX_ITEMS).unwrap_or(i64::MAX);
        return Err(Refusal::new(FieldId::Agenda, Reason::OutOfRange { min: 0, max }));
    }
    if matter.is_some_and(|matter| matter.kind() != DocKind::Matter) {
        return Err(not_there(FieldId::Matter));
    }
    if before.is_some_and(|before| !meeting.items.contains_key(&before)) {
        return Err(not_there(FieldId::Agenda));
    }
    let title = Title::parse_public(FieldId::Title, title)?;
    let five = ShortText::parse_optional(FieldId::Five, five)?;
    let mut edit = Edit::new();
    edit.put_value(format!("item/{item}/matter"), matter.as_ref());
    edit.put(format!("item/{item}/title"), title.to_scalar());
    edit.put_value(format!("item/{item}/five"), five.as_ref());
    edit.extend(put_before(meeting, item, before));
    Ok(edit)
}

fn change_item(meeting: &Meeting, item: RecordId, title: Option<&str>, five: Option<&str>) -> Result<Edit, Refusal> {
    on_agenda(meeting, item)?;
    let mut edit = Edit::new();
    if let Some(title) = title {
        edit.put(format!("item/{item}/title"), Title::parse_public(FieldId::Title, title)?.to_scalar());
    }
    if let Some(five) = five {
        let five = ShortText::parse_optional(FieldId::Five, five)?;
        set(&mut edit, &format!("item/{item}/five"), five.as_ref());
    }
    Ok(edit)
}

fn move_item(meeting: &Meeting, item: RecordId, before: Option<RecordId>) -> Result<Edit, Refusal> {
    on_agenda(meeting, item)?;
    match before {
        Some(before) if before == item => Ok(Edit::new()),
        Some(before) if !meeting.items.contains_key(&before) => Err(not_there(FieldId::Agenda)),
        before => Ok(put_before(meeting, item, before)),
    }
}

/// Sets a key, or takes it away where there is nothing to set.
fn set<T: crate::value::Value>(edit: &mut Edit, key: &str, value: Option<&T>) {
    match value {
        Some(value) => edit.put(key, value.to_scalar()),
        None => edit.remove(key),
    };
}
