//! What a phone's list shows of a document without opening it: a few fields, as small JSON bytes.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::ids::{DocId, WorkerId};
use crate::kind;
use crate::matter::State;
use crate::private::Private;

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
    /// The household a matter or a help plan is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub household: Option<DocId>,
    /// The day of the visit a household was promised, unless it was paid since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<NaiveDate>,
    /// Whether somebody of a household waits for an answer about their data.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub asked: bool,
    /// What a card says has grown over time: whoever reads one below [`Card::CURRENT`] opens the document for what it lacks.
    #[serde(rename = "v", skip_serializing_if = "is_first")]
    pub version: u8,
}

fn is_first(version: &u8) -> bool {
    *version == 0
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Card {
    /// What cards are written with now: from 1 on they name the household, the next visit and whether somebody waits.
    pub const CURRENT: u8 = 1;

    /// Whether the card says everything this version would.
    pub fn is_current(&self) -> bool {
        self.version >= Self::CURRENT
    }

    /// The card of a document. A kind of a newer version has an empty one.
    pub fn of(document: &Document) -> Self {
        let card = kind::of(document.id().kind()).map(|kind| kind.card(document)).unwrap_or_default();
        Card { conflict: card.conflict || document.has_conflict(), version: Self::CURRENT, ..card }
    }

    /// What people call the document in a sentence: its doorplate, if it has one, and what lists show first of it.
    pub fn called(&self) -> Private<String> {
        let parts = [&self.doorplate, &self.title].into_iter().flatten();
        Private(parts.map(|part| part.as_str()).collect::<Vec<_>>().join(" "))
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
