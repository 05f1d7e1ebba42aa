//! Deeds of the office: whatever can be done to a document and has a [`Deed`].

use lianhu_core::access::Facts;
use lianhu_core::deadline::Terms;
use lianhu_core::deed::{Deed, Hand};
use lianhu_core::{DeviceMillis, DocId, Document, Edit, Refusal};

use crate::act::ActError;
use crate::gate::OFFICE;
use crate::town::{Town, TownError};

/// Why a deed of the office was not done. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum DeedError {
    /// What was filled in is not fit to be written, or not now; the field and the reason say what to mend.
    #[error("{0}")]
    Draft(#[from] Refusal),
    /// There is no such document, or it is of another kind; or the deed begins no document.
    #[error("there is no such document for this")]
    NotHere,
    /// The township, the document or the gate refused.
    #[error("{0}")]
    Act(#[from] ActError),
}

impl From<TownError> for DeedError {
    fn from(why: TownError) -> Self {
        DeedError::Act(why.into())
    }
}

impl Town {
    /// Begins a document as the office, and gives its name.
    pub fn begin(&self, deed: &dyn Deed) -> Result<DocId, DeedError> {
        let (hand, terms) = (self.hand()?, self.terms(deed.village())?);
        let id = deed.begins(&hand).ok_or(DeedError::NotHere)?;
        self.write(id, |document| done(deed, document, &hand, &terms))?;
        Ok(id)
    }

    /// Does something to a document as the office. Answers whether there was anything to write.
    pub fn do_to(&self, id: DocId, deed: &dyn Deed) -> Result<bool, DeedError> {
        let document = self.document(id)?;
        if id.kind() != deed.kind() || document.is_blank() {
            return Err(DeedError::NotHere);
        }
        let (hand, terms) = (self.hand()?, self.terms(Facts::of(&document).village)?);
        self.write(id, |document| done(deed, document, &hand, &terms))
    }

    /// The office's hand at this moment, with fresh dice.
    pub fn hand(&self) -> Result<Hand, TownError> {
        let at = DeviceMillis(self.now().0);
        Ok(Hand { worker: OFFICE, at, today: self.today(), random: self.random()? })
    }
}

fn done(deed: &dyn Deed, document: &Document, hand: &Hand, terms: &Terms) -> Result<Edit, DeedError> {
    Ok(deed.edit_under(document, hand, terms)?)
}
