//! Whatever can be done to a document and has a [`Deed`]: meetings, help plans, funds, pledges and the rest.

use lianhu_core::access::Facts;
use lianhu_core::deed::{Deed, Hand};
use lianhu_core::{DocId, DocKind, Document, Edit};
use lianhu_sync::ports::PhoneStore;

use crate::error::WorkbookError;
use crate::place::Page;
use crate::surroundings::{Surroundings, today};
use crate::workbook::{Listed, Saved, Workbook, touched};

impl<S: PhoneStore, X: Surroundings> Workbook<S, X> {
    /// Begins a document with a deed that begins one, and gives its name. Where the name follows from what it is (a
    /// worker's pledges of a year), a document that is there already is gone on with.
    pub fn begin(&mut self, deed: &dyn Deed) -> Result<DocId, WorkbookError<S::Error>> {
        let hand = self.hand();
        let id = deed.begins(&hand).ok_or(WorkbookError::NothingBegun)?;
        self.save_deed(id, deed, &hand)?;
        Ok(id)
    }

    /// Does something to a document this phone holds.
    pub fn act(&mut self, id: DocId, deed: &dyn Deed) -> Result<Saved, WorkbookError<S::Error>> {
        if id.kind() != deed.kind() || !self.opened(id)?.exists {
            return Err(WorkbookError::NotHere(id));
        }
        let hand = self.hand();
        self.save_deed(id, deed, &hand)
    }

    /// Does several things to documents this phone holds, all of them or none: a payment and the step that says so.
    pub fn act_together(&mut self, deeds: &[(DocId, &dyn Deed)]) -> Result<Vec<Saved>, WorkbookError<S::Error>> {
        let mut edits = Vec::new();
        for (id, deed) in deeds {
            if id.kind() != deed.kind() || !self.opened(*id)?.exists {
                return Err(WorkbookError::NotHere(*id));
            }
            let hand = self.hand();
            edits.push((*id, deed.edit(&self.opened(*id)?.document, &hand)?));
        }
        self.save_all(edits)
    }

    /// What would become of a deed if it were done now, as far as this phone can tell; nothing is kept. A refusal says why it
    /// would not be done: a screen offers what would be.
    pub fn would_do(&mut self, id: DocId, deed: &dyn Deed) -> Result<Saved, WorkbookError<S::Error>> {
        self.is_here(id, deed.kind())?;
        let hand = self.hand();
        let edit = self.edit_of(id, deed, &hand)?;
        let before = self.opened(id)?.document.clone();
        let mut after = before.clone();
        let Some(change) = after.write(self.host.stamp(hand.at), edit)? else { return Ok(Saved::Unchanged) };
        let (_, touches) = touched(&change)?;
        self.judge(&touches, &before, &after)
    }

    /// Every document of a kind on this phone, by its card.
    pub fn documents(&self, kind: DocKind) -> Result<Vec<Listed>, WorkbookError<S::Error>> {
        self.list(kind)
    }

    /// One document this phone holds, read as its kind reads it: `book.read(id, Meeting::read)`.
    pub fn read<T>(&mut self, id: DocId, read: fn(&Document) -> T) -> Result<Page<T>, WorkbookError<S::Error>> {
        self.page(id, id.kind(), read)
    }

    /// The owner's hand at this moment, with fresh dice.
    pub fn hand(&mut self) -> Hand {
        let at = self.surroundings.now();
        Hand { worker: self.owner().worker, at, today: today(at), random: self.surroundings.random() }
    }

    fn save_deed(&mut self, id: DocId, deed: &dyn Deed, hand: &Hand) -> Result<Saved, WorkbookError<S::Error>> {
        let edit = self.edit_of(id, deed, hand)?;
        self.save(id, edit)
    }

    /// What a deed writes into a document, under the terms of its village.
    fn edit_of(&mut self, id: DocId, deed: &dyn Deed, hand: &Hand) -> Result<Edit, WorkbookError<S::Error>> {
        let village = Facts::of(&self.opened(id)?.document).village.or(deed.village());
        let terms = self.terms(village)?;
        Ok(deed.edit_under(&self.opened(id)?.document, hand, &terms)?)
    }
}
