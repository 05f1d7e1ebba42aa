//! What people disagree about, in one document or in all of this phone, and how its owner settles it.

use lianhu_core::dispute::{About, Dispute, disputes, settle};
use lianhu_core::household::{KEPT_BACK, KeptBack};
use lianhu_core::{DocId, Document, Edit, Private, Scalar, Told};
use lianhu_sync::ports::PhoneStore;

use crate::error::WorkbookError;
use crate::surroundings::{Surroundings, record_id, today};
use crate::workbook::{Saved, Workbook};

/// A value people disagree about.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The key.
    pub key: String,
    /// Every value with its author and time; the first is the one shown.
    pub rivals: Vec<Told<Scalar>>,
}

/// Something people disagree about, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenConflict {
    /// The document.
    pub doc: DocId,
    /// What lists show of it.
    pub title: Private<String>,
    /// A key with several values, or two steps of a matter that cannot both stand.
    pub about: About,
    /// What there is to choose from, each with its author and time; the first is what everybody sees meanwhile.
    pub choices: Vec<Told<Scalar>>,
}

impl<S: PhoneStore, X: Surroundings> Workbook<S, X> {
    /// The values of a document people disagree about.
    pub fn conflicts(&mut self, doc: DocId) -> Result<Vec<Conflict>, WorkbookError<S::Error>> {
        let on = today(self.surroundings.now());
        self.unlocked()?;
        let opened = self.opened(doc)?;
        if !opened.exists {
            return Err(WorkbookError::NotHere(doc));
        }
        let (kept_back, mut conflicts) = (KeptBack::of(&opened.document, on), conflicts_of(&opened.document));
        conflicts.iter_mut().filter(|one| kept_back.covers(&one.key)).for_each(|one| keep_back(&mut one.rivals));
        Ok(conflicts)
    }

    /// Settles a conflict by writing one of its values again, for everybody.
    pub fn settle(&mut self, doc: DocId, key: &str, choice: usize) -> Result<Saved, WorkbookError<S::Error>> {
        let opened = self.opened(doc)?;
        if !opened.exists {
            return Err(WorkbookError::NotHere(doc));
        }
        let conflict = conflicts_of(&opened.document).into_iter().find(|conflict| conflict.key == key);
        let told = conflict.and_then(|conflict| conflict.rivals.into_iter().nth(choice));
        let mut edit = Edit::new();
        edit.put(key, told.ok_or(WorkbookError::NoSuchRecord)?.value);
        self.save(doc, edit)
    }

    /// Everything people disagree about in the documents of this phone, own saves that are not recorded yet included.
    /// Only documents whose cards say so are opened.
    pub fn open_conflicts(&mut self) -> Result<Vec<OpenConflict>, WorkbookError<S::Error>> {
        let (mut open, on) = (Vec::new(), today(self.surroundings.now()));
        for (doc, title) in self.documents_by(|card| card.conflict)? {
            let document = &self.opened(doc)?.document;
            let kept_back = KeptBack::of(document, on);
            open.extend(disputes(document).into_iter().map(|Dispute { about, mut choices }| {
                if matches!(&about, About::Key(key) if kept_back.covers(key)) {
                    keep_back(&mut choices);
                }
                OpenConflict { doc, title: title.clone(), about, choices }
            }));
        }
        Ok(open)
    }

    /// Settles a disagreement with one of its choices, for everybody. What is no longer there to settle is no such record:
    /// somebody else was first, or a value has come that the owner has not seen.
    pub fn settle_open(&mut self, open: &OpenConflict, choice: usize) -> Result<Saved, WorkbookError<S::Error>> {
        let hand = (record_id(&mut self.surroundings), self.host.owner.worker, self.surroundings.now());
        let document = &self.opened(open.doc)?.document;
        // What was shown may have been kept back: who wrote the values and when says whether they are still the same.
        let told = |choices: &[Told<Scalar>]| choices.iter().map(|told| (told.by, told.at)).collect::<Vec<_>>();
        let same = |now: &Dispute| now.about == open.about && told(&now.choices) == told(&open.choices);
        let now = disputes(document).into_iter().find(same).ok_or(WorkbookError::NoSuchRecord)?;
        let chosen = now.choices.into_iter().nth(choice).ok_or(WorkbookError::NoSuchRecord)?.value;
        let edit = settle(document, &open.about, &chosen, hand).ok_or(WorkbookError::NoSuchRecord)?;
        self.save(open.doc, edit)
    }
}

/// Shows that there are values of a child's, with who wrote them and when, and not what they say.
fn keep_back(rivals: &mut [Told<Scalar>]) {
    rivals.iter_mut().for_each(|told| told.value = KEPT_BACK.into());
}

fn conflicts_of(document: &Document) -> Vec<Conflict> {
    let conflicts = document.conflicts().into_iter();
    conflicts.map(|(key, field)| Conflict { key, rivals: field.rivals }).collect()
}
