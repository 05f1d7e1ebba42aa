//! Children under 14 at the office: what is known of them is read for a reason, which goes into the audit log and into the
//! household's document before anything is given.

use lianhu_core::deed::Deed as _;
use lianhu_core::household::{Household, HouseholdDeed, OpenMinor, ResidentFields};
use lianhu_core::{DocId, Refusal};

use crate::act::ActError;
use crate::audit::{Action, Actor, AuditLine};
use crate::deeds::DeedError;
use crate::town::Town;

impl Town {
    /// Gives what is known of a child, to somebody who says why.
    pub fn open_minor(&self, by: Actor, household: DocId, asked: &OpenMinor) -> Result<ResidentFields, DeedError> {
        let document = self.document(household)?;
        if document.is_blank() {
            return Err(DeedError::NotHere);
        }
        let hand = self.hand()?;
        let deed = HouseholdDeed::OpenMinor(asked.clone());
        // What is not fit to be written is said before anything is logged.
        deed.edit(&document, &hand)?;
        let mut line = AuditLine::new(by, Action::NamedRead, "minor");
        line.doc = Some(household);
        line.subject = asked.resident.map(|resident| resident.to_string());
        line.reason = Some(asked.reason.clone());
        self.audit(&line).map_err(ActError::from)?;
        self.write(household, |document| deed.edit(document, &hand).map_err(|why: Refusal| DeedError::from(why)))?;
        let read = Household::read(&self.document(household)?);
        read.minor(OpenMinor::record(&hand), hand.worker).cloned().ok_or(DeedError::NotHere)
    }
}
