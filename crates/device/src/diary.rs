//! The diary (民情日记).

use lianhu_core::diary::{self, Audience, Diary, DiaryHeader, Entry, EntryDraft, EntryForm, diary_id};
use lianhu_core::draft::{FieldId, Month, Reason};
use lianhu_core::matter::{self, MatterDraft, MatterForm, Source};
use lianhu_core::{DocId, DocKind, Edit, Field, Private, RecordId, Refusal};
use lianhu_sync::ports::PhoneStore;

use crate::error::WorkbookError;
use crate::place::{Page, Place};
use crate::surroundings::{Surroundings, record_id, today};
use crate::workbook::{Listed, Saved, Workbook};

/// The diary of a workbook's owner, and those of others that may be read.
pub struct DiaryBook<'a, S, X>(pub(crate) &'a mut Workbook<S, X>);

/// Where an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryAt {
    /// The diary month it is in.
    pub doc: DocId,
    /// Its name there.
    pub id: RecordId,
}

/// An entry as a page of the diary shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryShown {
    /// Where it stands.
    pub at: EntryAt,
    /// Who else reads it.
    pub audience: Audience,
    /// The entry.
    pub entry: Field<Entry>,
    /// Where it is.
    pub place: Place,
}

impl<S, X> Workbook<S, X> {
    /// The diary.
    pub fn diary(&mut self) -> DiaryBook<'_, S, X> {
        DiaryBook(self)
    }
}

impl<S: PhoneStore, X: Surroundings> DiaryBook<'_, S, X> {
    /// Writes an entry that the branch may read, as is usual.
    pub fn write(&mut self, form: EntryForm) -> Result<EntryAt, WorkbookError<S::Error>> {
        self.write_for(Audience::default(), form)
    }

    /// Writes an entry for an audience.
    pub fn write_for(&mut self, audience: Audience, mut form: EntryForm) -> Result<EntryAt, WorkbookError<S::Error>> {
        let now = self.0.surroundings.now();
        form.recorded_at.get_or_insert(now);
        form.entered_at.get_or_insert(now);
        let draft = EntryDraft::new(form)?;
        let id = record_id(&mut self.0.surroundings);
        let header = self.header(audience);
        let doc = diary_id(header.author, draft.month(), audience);
        self.0.save(doc, diary::write(&header, id, &draft))?;
        Ok(EntryAt { doc, id })
    }

    /// Writes an entry anew. Its day stays within its month; to move it, write it there and remove it here.
    pub fn rewrite(&mut self, at: EntryAt, form: EntryForm) -> Result<Saved, WorkbookError<S::Error>> {
        let draft = EntryDraft::new(form)?;
        let page = self.get(at.doc)?;
        let read = page.entries.get(&at.id).ok_or(WorkbookError::NoSuchRecord)?;
        let audience = page.audience.unwrap_or_default();
        let header = self.header(audience);
        if diary_id(header.author, draft.month(), audience) != at.doc {
            return Err(WorkbookError::NoSuchRecord);
        }
        let edit = diary::rewrite(&header, at.id, &read.value, &draft);
        self.0.save(at.doc, edit)
    }

    /// Takes an entry out.
    pub fn remove(&mut self, at: EntryAt) -> Result<Saved, WorkbookError<S::Error>> {
        if self.get(at.doc)?.entries.contains_key(&at.id) {
            self.0.save(at.doc, diary::remove(at.id))
        } else {
            Err(WorkbookError::NoSuchRecord)
        }
    }

    /// Moves an entry of one's own to another audience: written there and taken out here in one, so that it is never in
    /// neither. Who has read it has read it; comments stay with those they were written for. Disagreements about the entry
    /// are settled first.
    pub fn move_to(&mut self, at: EntryAt, audience: Audience) -> Result<EntryAt, WorkbookError<S::Error>> {
        let page = self.get(at.doc)?;
        let read = page.entries.get(&at.id).ok_or(WorkbookError::NoSuchRecord)?;
        if read.is_conflict() {
            return Err(Refusal::new(FieldId::Entry, Reason::NotNow).into());
        }
        let (Some(author), Some(month)) = (page.author, page.month) else { return Err(WorkbookError::NoSuchRecord) };
        let doc = diary_id(author, month, audience);
        if doc == at.doc {
            return Ok(at);
        }
        let header = self.header(audience);
        let there = diary::put_over(&header, at.id, &read.value).ok_or(WorkbookError::NoSuchRecord)?;
        self.0.save_all(vec![(doc, there), (at.doc, diary::remove(at.id))])?;
        Ok(EntryAt { doc, id: at.id })
    }

    /// Makes a matter of a sentence of an entry: its text is the sentence, and its title too unless the form has one. The
    /// matter names the entry and the entry the matter, in one transaction: there is never one without the other. An entry
    /// about one household makes a matter of that household.
    pub fn raise(
        &mut self,
        at: EntryAt,
        sentence: &str,
        mut form: MatterForm,
    ) -> Result<DocId, WorkbookError<S::Error>> {
        let page = self.get(at.doc)?;
        let read = &page.entries.get(&at.id).ok_or(WorkbookError::NoSuchRecord)?.value;
        let sentence = sentence.trim();
        let said = read.text.as_ref().is_some_and(|text| text.as_str().contains(sentence));
        if sentence.is_empty() || !said {
            return Err(Refusal::new(FieldId::Text, Reason::NotThere).into());
        }
        if form.title.trim().is_empty() {
            form.title = Private(sentence.chars().take(lianhu_core::draft::Title::MAX_CHARS).collect());
        }
        if form.text.trim().is_empty() {
            form.text = sentence.into();
        }
        if let ([one], None) = (read.households.as_slice(), form.household) {
            form.household = Some(*one);
        }
        let village = *form.village.get_or_insert(self.0.owner().roster);
        form.date.get_or_insert(today(self.0.surroundings.now()));
        form.source = Some(Source { doc: at.doc, record: at.id });
        let terms = self.0.terms(Some(village))?;
        let draft = MatterDraft::new(&form, &terms.rules.categories)?;
        let id = DocId::mint(DocKind::Matter, self.0.surroundings.random());
        let worker = self.0.owner().worker;
        let link = diary::link_matter(at.id, read, id);
        self.0.save_all(vec![(id, matter::create(worker, &draft)), (at.doc, link)])?;
        Ok(id)
    }

    /// Says something to an entry this phone may read, one's own or another's.
    pub fn comment(&mut self, at: EntryAt, text: &str) -> Result<RecordId, WorkbookError<S::Error>> {
        let (by, now) = (self.0.owner().worker, self.0.surroundings.now());
        let id = record_id(&mut self.0.surroundings);
        let edit: Edit = self.get(at.doc)?.comment(id, at.id, by, now, text)?;
        self.0.save(at.doc, edit)?;
        Ok(id)
    }

    /// The owner's entries of a month, for every audience, by day.
    pub fn month(&mut self, month: Month) -> Result<Vec<EntryShown>, WorkbookError<S::Error>> {
        let author = self.0.owner().worker;
        let mut entries = Vec::new();
        for audience in Audience::ALL.iter().copied() {
            let doc = diary_id(author, month, audience);
            let page = match self.get(doc) {
                Ok(page) => page,
                Err(WorkbookError::NotHere(_)) => continue,
                Err(error) => return Err(error),
            };
            let Page { content, places } = page;
            entries.extend(content.entries.into_iter().map(|(id, entry)| {
                let place = places.record("entry", id);
                EntryShown { at: EntryAt { doc, id }, audience, entry, place }
            }));
        }
        entries.sort_by_key(|shown| (shown.entry.value.date, shown.entry.value.recorded_at, shown.at.id));
        Ok(entries)
    }

    /// Every diary month on this phone; those of others too, where they let others read.
    pub fn list(&self) -> Result<Vec<Listed>, WorkbookError<S::Error>> {
        self.0.list(DocKind::Diary)
    }

    /// One diary month, whosever it is.
    pub fn get(&mut self, doc: DocId) -> Result<Page<Diary>, WorkbookError<S::Error>> {
        self.0.page(doc, DocKind::Diary, Diary::read)
    }

    fn header(&self, audience: Audience) -> DiaryHeader {
        let owner = self.0.owner();
        DiaryHeader { author: owner.worker, village: owner.roster, audience }
    }
}
