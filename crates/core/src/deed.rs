//! Deeds: what people do to a document, as values. A screen, a command and the office's JSON make the same deed of what was
//! filled in, and one function turns it into the keys of a save ([`Deed::edit`]), on a phone and at the office alike.

mod forms;

pub use forms::{Form, forms};

use chrono::NaiveDate;

use crate::deadline::Terms;
use crate::document::{Document, Edit};
use crate::draft::{FieldId, Refusal, parse_date};
use crate::ids::{DeviceMillis, DocId, DocKind, RecordId, WorkerId};
use crate::kind;

/// Who acts, when, and the dice for what has to be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hand {
    /// The worker who acts.
    pub worker: WorkerId,
    /// The device's clock.
    pub at: DeviceMillis,
    /// The day where the hand is.
    pub today: NaiveDate,
    /// 16 random bytes of the host, fresh for each deed. A save that is tried again keeps them, and with them its names.
    pub random: [u8; 16],
}

impl Hand {
    /// The name of the `n`th record this deed adds.
    pub fn record(&self, n: u32) -> RecordId {
        RecordId::derive(&[&self.random, &n.to_be_bytes()])
    }

    /// A name for the document this deed begins.
    pub fn document(&self, kind: DocKind) -> DocId {
        DocId::mint(kind, self.random)
    }

    /// A day as typed; today, if nothing was.
    pub(crate) fn day(&self, field: FieldId, typed: &str) -> Result<NaiveDate, Refusal> {
        if typed.trim().is_empty() { Ok(self.today) } else { parse_date(field, typed) }
    }
}

/// One thing that can be done to a document of one kind.
pub trait Deed {
    /// The kind of document it is done to.
    fn kind(&self) -> DocKind;

    /// The document it begins; `None` for what is done to a document that is there.
    fn begins(&self, hand: &Hand) -> Option<DocId>;

    /// The roster of the village it is for, where the deed says it: what begins a document does. What is done to a document
    /// is for the village the document names.
    fn village(&self) -> Option<DocId> {
        None
    }

    /// What it writes into the document as it stands. A refusal names the field and says what to do.
    fn edit(&self, document: &Document, hand: &Hand) -> Result<Edit, Refusal>;

    /// The same by the rules and the calendar of the village, as far as whoever acts has them. Most deeds ask for neither.
    fn edit_under(&self, document: &Document, hand: &Hand, _terms: &Terms) -> Result<Edit, Refusal> {
        self.edit(document, hand)
    }
}

/// JSON that is no deed of its kind. It repeats nothing of what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotADeed {
    /// The kind has no deeds here, or is of a newer version.
    #[error("nothing can be done to this kind of document this way")]
    Kind,
    /// The JSON has no known `do`, lacks a field, or has one too many or of another type.
    #[error("line {line}, column {column}: not a known deed, or a field is missing, unknown or of another type")]
    Json {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
}

impl From<serde_json::Error> for NotADeed {
    fn from(error: serde_json::Error) -> Self {
        NotADeed::Json { line: error.line(), column: error.column() }
    }
}

/// The deed a JSON object says: `{"do": …}` and the deed's own fields, as `docs/protocol.md` lists them kind by kind.
pub fn from_json(kind: DocKind, json: &str) -> Result<Box<dyn Deed + Send>, NotADeed> {
    kind::of(kind).ok_or(NotADeed::Kind)?.deed(json)
}
