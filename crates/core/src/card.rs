//! What a phone's list shows of a document without opening it: a few fields, as small JSON bytes.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::diary::Diary;
use crate::document::Document;
use crate::household::Household;
use crate::ids::{DocId, DocKind, WorkerId};
use crate::late::marks;
use crate::matter::{Matter, State};
use crate::private::Private;
use crate::roster::Roster;

/// A document in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Card {
    /// What the list shows first: the head of household, a diary's month, a matter's title, a village's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Private<String>>,
    /// The roster of its village.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub village: Option<DocId>,
    /// A household's doorplate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doorplate: Option<Private<String>>,
    /// A household's visits, a diary's entries, a matter's steps, a roster's workers.
    #[serde(skip_serializing_if = "is_zero")]
    pub records: usize,
    /// The day of the last visit or entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<NaiveDate>,
    /// Where a matter stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// Who owns a matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<WorkerId>,
    /// When a matter is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<NaiveDate>,
    /// How many changes came late ([`crate::late`]).
    #[serde(skip_serializing_if = "is_zero")]
    pub late: usize,
    /// Whether people disagree about something in it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub conflict: bool,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Card {
    /// The card of a document. A kind of a newer version has an empty one.
    pub fn of(document: &Document) -> Self {
        let conflict = document.has_conflict();
        let late = marks(document).len();
        let text = |text: &str| Some(Private::from(text));
        match document.id().kind() {
            DocKind::Household => {
                let home = Household::read(document);
                Card {
                    title: home.head.as_ref().and_then(|head| text(head.value.as_str())),
                    village: home.village.as_ref().map(|village| village.value),
                    doorplate: home.doorplate.as_ref().and_then(|doorplate| text(doorplate.value.as_str())),
                    records: home.visits.len(),
                    last: home.last_visit(),
                    late,
                    conflict,
                    ..Card::default()
                }
            }
            DocKind::Diary => {
                let diary = Diary::read(document);
                Card {
                    title: diary.month.and_then(|month| text(&month.to_string())),
                    village: diary.village.as_ref().map(|village| village.value),
                    owner: diary.author,
                    records: diary.entries.len(),
                    last: diary.entries.values().filter_map(|entry| entry.value.date).max(),
                    conflict,
                    ..Card::default()
                }
            }
            DocKind::Matter => {
                let matter = Matter::read(document);
                Card {
                    title: matter.title.as_ref().and_then(|title| text(title.value.as_str())),
                    village: matter.village.as_ref().map(|village| village.value),
                    records: matter.story.steps.len(),
                    state: Some(matter.state()),
                    owner: matter.story.owner,
                    due: matter.story.due,
                    late,
                    conflict: conflict || matter.story.is_disputed(),
                    ..Card::default()
                }
            }
            DocKind::Roster => {
                let roster = Roster::read(document);
                Card {
                    title: roster.name.as_ref().and_then(|name| text(name.value.as_str())),
                    village: Some(roster.id),
                    records: roster.workers.len(),
                    conflict,
                    ..Card::default()
                }
            }
            DocKind::Other(_) => Card { conflict, ..Card::default() },
        }
    }

    /// The bytes to keep.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The card kept as these bytes; bytes that are none give an empty card.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_default()
    }
}
