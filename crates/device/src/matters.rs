//! Matters (民情事项): what residents raise, and the steps by which it comes to an end.

use lianhu_core::matter::{self, Act, Matter, MatterDraft, MatterForm};
use lianhu_core::{DocId, DocKind, RecordId};
use lianhu_sync::ports::PhoneStore;

use crate::error::WorkbookError;
use crate::place::Page;
use crate::surroundings::{Surroundings, today};
use crate::workbook::{Listed, Workbook};

/// The matters on this phone.
pub struct Matters<'a, S, X>(pub(crate) &'a mut Workbook<S, X>);

impl<S, X> Workbook<S, X> {
    /// The matters on this phone.
    pub fn matters(&mut self) -> Matters<'_, S, X> {
        Matters(self)
    }
}

impl<S: PhoneStore, X: Surroundings> Matters<'_, S, X> {
    /// All of them, by their cards.
    pub fn list(&self) -> Result<Vec<Listed>, WorkbookError<S::Error>> {
        self.0.list(DocKind::Matter)
    }

    /// One matter with its story; where a step is, says `page.places.record("step", id)`.
    pub fn get(&mut self, id: DocId) -> Result<Page<Matter>, WorkbookError<S::Error>> {
        self.0.page(id, DocKind::Matter, Matter::read)
    }

    /// Records what a resident raised, with the township's categories. Left empty, the village is the owner's and the day
    /// today.
    pub fn raise(&mut self, mut form: MatterForm) -> Result<DocId, WorkbookError<S::Error>> {
        let village = *form.village.get_or_insert(self.0.owner().roster);
        form.date.get_or_insert(today(self.0.surroundings.now()));
        let terms = self.0.terms(Some(village))?;
        let draft = MatterDraft::new(&form, &terms.rules.categories)?;
        let id = DocId::mint(DocKind::Matter, self.0.surroundings.random());
        let worker = self.0.owner().worker;
        self.0.save(id, matter::create(worker, &draft))?;
        Ok(id)
    }

    /// Takes a step, after every step this phone has seen. One that would not stand as the matter is here is refused before
    /// anything is kept.
    pub fn step(&mut self, id: DocId, act: Act) -> Result<RecordId, WorkbookError<S::Error>> {
        let page = self.get(id)?;
        let hand = self.0.hand();
        let terms = self.0.terms(page.village.as_ref().map(|village| village.value))?;
        self.0.save(id, matter::take(&page, act, &hand, &terms)?)?;
        Ok(hand.record(0))
    }
}
