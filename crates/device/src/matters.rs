//! Matters (民情事项): what residents raise, and the steps by which it comes to an end.

use lianhu_core::matter::{self, Act, Categories, Matter, MatterDraft, MatterForm};
use lianhu_core::{DocId, DocKind, RecordId};
use lianhu_sync::ports::PhoneStore;

use crate::error::WorkbookError;
use crate::place::Page;
use crate::surroundings::{Surroundings, record_id, today};
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

    /// Records what a resident raised, with the usual categories. Left empty, the village is the owner's and the day today.
    pub fn raise(&mut self, form: MatterForm) -> Result<DocId, WorkbookError<S::Error>> {
        self.raise_in(&Categories::default(), form)
    }

    /// The same with a township's own categories.
    pub fn raise_in(
        &mut self,
        categories: &Categories,
        mut form: MatterForm,
    ) -> Result<DocId, WorkbookError<S::Error>> {
        form.village.get_or_insert(self.0.owner().roster);
        form.date.get_or_insert(today(self.0.surroundings.now()));
        let draft = MatterDraft::new(&form, categories)?;
        let id = DocId::mint(DocKind::Matter, self.0.surroundings.random());
        let worker = self.0.owner().worker;
        self.0.save(id, matter::create(worker, &draft))?;
        Ok(id)
    }

    /// Takes a step, after every step this phone has seen.
    pub fn step(&mut self, id: DocId, act: Act) -> Result<RecordId, WorkbookError<S::Error>> {
        let page = self.get(id)?;
        let record = record_id(&mut self.0.surroundings);
        let edit = page.step(record, self.0.owner().worker, self.0.surroundings.now(), act);
        self.0.save(id, edit)?;
        Ok(record)
    }
}
