//! What people do with a complaint.

use serde::Deserialize;

use crate::complaint::{About, Complaint, ComplaintState, Reply};
use crate::deed::{Deed, Hand};
use crate::document::{Document, Edit};
use crate::draft::{FieldId, Prose, Reason, Refusal};
use crate::ids::{DocId, DocKind};
use crate::private::Private;
use crate::record::Record;
use crate::value::Value as _;

/// One thing done with a complaint.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum ComplaintDeed {
    /// Puts one into the box, in the name of whoever acts.
    Begin {
        /// The roster of their village.
        village: DocId,
        /// What it is about; something else, if left out.
        #[serde(default)]
        about: Option<About>,
        /// In their words; needed, one sentence will do.
        #[serde(default)]
        text: Private<String>,
    },
    /// Its author takes it back; what was written stays.
    Withdraw {},
    /// The town desk says what it did about it; more than once, if there is more to say.
    Reply {
        /// What it says; needed.
        #[serde(default)]
        text: Private<String>,
    },
}

impl Deed for ComplaintDeed {
    fn kind(&self) -> DocKind {
        DocKind::Complaint
    }

    fn begins(&self, hand: &Hand) -> Option<DocId> {
        matches!(self, ComplaintDeed::Begin { .. }).then(|| hand.document(DocKind::Complaint))
    }

    fn edit(&self, document: &Document, hand: &Hand) -> Result<Edit, Refusal> {
        let complaint = Complaint::read(document);
        let mut edit = Edit::new();
        match self {
            ComplaintDeed::Begin { village, about, text } => {
                edit.put_value("village", Some(village));
                edit.put_value("created_by", Some(&hand.worker));
                edit.put_value("date", Some(&hand.today));
                edit.put_value("about", Some(&about.unwrap_or(About::Other)));
                edit.put_value("text", Some(&Prose::parse(FieldId::Text, text)?));
            }
            ComplaintDeed::Withdraw {} => {
                not_withdrawn(&complaint)?;
                edit.put_value("withdrawn_on", Some(&hand.today));
            }
            ComplaintDeed::Reply { text } => {
                not_withdrawn(&complaint)?;
                let reply = Reply {
                    on: Some(hand.today),
                    text: Some(Prose::parse(FieldId::Text, text)?),
                    by: Some(hand.worker),
                    at: Some(hand.at),
                    other: Record::default(),
                };
                edit.put(format!("reply/{}", hand.record(0)), reply.to_scalar());
            }
        }
        Ok(edit)
    }
}

fn not_withdrawn(complaint: &Complaint) -> Result<(), Refusal> {
    match complaint.state() {
        ComplaintState::Withdrawn => Err(Refusal::new(FieldId::WithdrawnOn, Reason::NotNow)),
        ComplaintState::Waiting | ComplaintState::Replied => Ok(()),
    }
}
