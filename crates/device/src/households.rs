//! Households (户) and the visits paid to them (走访).

use lianhu_core::deed::Deed as _;
use lianhu_core::groups;
use lianhu_core::household::{
    self, CardChange, CardForm, CareTag, Household, HouseholdDeed, HouseholdDraft, OpenMinor, ResidentDraft,
    ResidentFields, ResidentForm, VisitDraft, VisitForm,
};
use lianhu_core::matter::{self, MatterDraft, MatterForm, Source};
use lianhu_core::{DocId, DocKind, Edit, RecordId};
use lianhu_sync::ports::PhoneStore;

use crate::error::WorkbookError;
use crate::place::Page;
use crate::surroundings::{Surroundings, record_id, today};
use crate::workbook::{Listed, Saved, Workbook};

/// The households on this phone.
pub struct Households<'a, S, X>(pub(crate) &'a mut Workbook<S, X>);

impl<S, X> Workbook<S, X> {
    /// The households on this phone.
    pub fn households(&mut self) -> Households<'_, S, X> {
        Households(self)
    }
}

impl<S: PhoneStore, X: Surroundings> Households<'_, S, X> {
    /// All of them, by their cards.
    pub fn list(&self) -> Result<Vec<Listed>, WorkbookError<S::Error>> {
        self.0.list(DocKind::Household)
    }

    /// One household; where a visit is, says `page.places.record("visit", id)`.
    pub fn get(&mut self, id: DocId) -> Result<Page<Household>, WorkbookError<S::Error>> {
        self.0.page(id, DocKind::Household, Household::read)
    }

    /// Makes a card for a household that has none, in the owner's village.
    pub fn create(&mut self, form: &CardForm) -> Result<DocId, WorkbookError<S::Error>> {
        let draft = HouseholdDraft::new(self.0.owner().roster, form)?;
        let id = DocId::mint(DocKind::Household, self.0.surroundings.random());
        let worker = self.0.owner().worker;
        self.0.save(id, household::create(worker, &draft))?;
        Ok(id)
    }

    /// Changes the fields of a card that the form names. Writing a field people disagree about settles it.
    pub fn change(&mut self, id: DocId, form: &CardForm) -> Result<Saved, WorkbookError<S::Error>> {
        let change = CardChange::new(form)?;
        self.0.is_here(id, DocKind::Household)?;
        self.0.save(id, household::change_card(&change))
    }

    /// Sets or takes away a care tag.
    pub fn care(&mut self, id: DocId, tag: CareTag, set: bool) -> Result<Saved, WorkbookError<S::Error>> {
        self.0.is_here(id, DocKind::Household)?;
        self.save_checked(id, household::care(tag, set))
    }

    /// Records a visit. Left empty, it was the owner who paid it and who types it in.
    pub fn visit(&mut self, id: DocId, form: VisitForm) -> Result<RecordId, WorkbookError<S::Error>> {
        let draft = self.visit_draft(form)?;
        self.0.is_here(id, DocKind::Household)?;
        let record = record_id(&mut self.0.surroundings);
        self.0.save(id, household::visit(record, &draft))?;
        Ok(record)
    }

    /// Records a visit at which a matter came up, and the matter with it, which names the visit: both or neither. Left
    /// empty, the matter is this household's, of today.
    pub fn visit_and_raise(
        &mut self,
        id: DocId,
        mut form: VisitForm,
        mut matter: MatterForm,
    ) -> Result<(RecordId, DocId), WorkbookError<S::Error>> {
        let record = record_id(&mut self.0.surroundings);
        let raised = DocId::mint(DocKind::Matter, self.0.surroundings.random());
        form.matters.push(raised);
        matter.date = matter.date.or(form.date).or(Some(today(self.0.surroundings.now())));
        let village = *matter.village.get_or_insert(self.0.owner().roster);
        matter.household.get_or_insert(id);
        matter.source = Some(Source { doc: id, record });
        let terms = self.0.terms(Some(village))?;
        let (visit, matter) = (self.visit_draft(form)?, MatterDraft::new(&matter, &terms.rules.categories)?);
        self.0.is_here(id, DocKind::Household)?;
        let worker = self.0.owner().worker;
        let matter = matter::create(worker, &matter);
        self.0.save_all(vec![(raised, matter), (id, household::visit(record, &visit))])?;
        Ok((record, raised))
    }

    /// Writes a visit anew.
    pub fn rewrite_visit(
        &mut self,
        id: DocId,
        visit: RecordId,
        form: VisitForm,
    ) -> Result<Saved, WorkbookError<S::Error>> {
        let draft = self.visit_draft(form)?;
        let page = self.get(id)?;
        let read = page.visits.get(&visit).ok_or(WorkbookError::NoSuchRecord)?;
        self.0.save(id, household::rewrite_visit(visit, &read.value, &draft))
    }

    fn visit_draft(&self, mut form: VisitForm) -> Result<VisitDraft, WorkbookError<S::Error>> {
        let owner = self.0.owner().worker;
        if form.workers.is_empty() {
            form.workers.push(owner);
        }
        form.entered_by.get_or_insert(owner);
        let now = self.0.surroundings.now();
        form.recorded_at.get_or_insert(now);
        form.entered_at.get_or_insert(now);
        Ok(VisitDraft::new(form)?)
    }

    /// Adds a resident.
    pub fn add_resident(&mut self, id: DocId, form: &ResidentForm) -> Result<RecordId, WorkbookError<S::Error>> {
        let record = record_id(&mut self.0.surroundings);
        self.put_resident(id, record, form)?;
        Ok(record)
    }

    /// Changes the fields of a resident that the form names.
    pub fn change_resident(
        &mut self,
        id: DocId,
        resident: RecordId,
        form: &ResidentForm,
    ) -> Result<Saved, WorkbookError<S::Error>> {
        if self.get(id)?.residents.contains_key(&resident) {
            self.put_resident(id, resident, form)
        } else {
            Err(WorkbookError::NoSuchRecord)
        }
    }

    fn put_resident(
        &mut self,
        id: DocId,
        resident: RecordId,
        form: &ResidentForm,
    ) -> Result<Saved, WorkbookError<S::Error>> {
        let draft = ResidentDraft::new(form)?;
        self.0.is_here(id, DocKind::Household)?;
        self.save_checked(id, household::put_resident(resident, &draft))
    }

    /// Saves what stays within the groups of personal data that the household's village has switched on.
    fn save_checked(&mut self, id: DocId, edit: Edit) -> Result<Saved, WorkbookError<S::Error>> {
        let village = self.get(id)?.village.as_ref().map(|village| village.value);
        groups::check(DocKind::Household, &edit, &self.0.terms(village)?.switches)?;
        self.0.save(id, edit)
    }

    /// Gives what is known of a child under 14, after the reason was written down in the household's document; it reaches the
    /// township with the next sync. Where the reason cannot be kept, nothing is given.
    pub fn minor(
        &mut self,
        id: DocId,
        resident: RecordId,
        reason: &str,
    ) -> Result<ResidentFields, WorkbookError<S::Error>> {
        let hand = self.0.hand();
        let deed = HouseholdDeed::OpenMinor(OpenMinor { resident: Some(resident), reason: reason.into() });
        let edit = deed.edit(&self.0.opened(id)?.document, &hand)?;
        self.0.save(id, edit)?;
        let page = self.get(id)?;
        page.minor(OpenMinor::record(&hand), hand.worker).cloned().ok_or(WorkbookError::NoSuchRecord)
    }

    /// Takes a resident off the card.
    pub fn remove_resident(&mut self, id: DocId, resident: RecordId) -> Result<Saved, WorkbookError<S::Error>> {
        self.0.is_here(id, DocKind::Household)?;
        self.0.save(id, household::remove_resident(resident))
    }
}
