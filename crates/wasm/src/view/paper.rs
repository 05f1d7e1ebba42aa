//! Paper and files: the workbook and a meeting's papers as pages to print, and everything of one's own as one file.

use lianhu_core::diary::Diary;
use lianhu_core::household::{Household, KEPT_BACK, KeptBack};
use lianhu_core::matter::Matter;
use lianhu_core::meeting::{self, Meeting, Paperwork};
use lianhu_core::print::workbook::{Workbook, workbook};
use lianhu_core::print::{Paper, Sheet};
use lianhu_core::{DocId, DocKind, Document, Lang, Private};
use lianhu_device::{Places, Surroundings};
use serde_json::{Map, Value, json};

use super::{Look, Outcome};
use crate::error::ApiError;

impl<X: Surroundings> Look<'_, X> {
    /// The owner's workbook, with rows to write in by hand.
    pub(crate) fn print_workbook(&mut self, paper: Paper, lang: Lang) -> Outcome {
        let worker = self.book.owner().worker;
        let mut households: Vec<Household> = Vec::new();
        for id in self.own_households() {
            // One that has not come to this phone yet is not printed.
            households.extend(self.book.read(id, Household::read).ok().map(|page| page.content));
        }
        households.sort_by_key(|home| (home.doorplate.as_ref().map(|door| door.value.as_str().to_owned()), home.id));
        let mut diaries = Vec::new();
        for listed in self.book.documents(DocKind::Diary)? {
            if listed.card.owner == Some(worker) {
                diaries.push(self.book.read(listed.id, Diary::read)?.content);
            }
        }
        let mut matters = Vec::new();
        for listed in self.book.documents(DocKind::Matter)? {
            let matter = self.book.read(listed.id, Matter::read)?.content;
            let recorded = matter.recorded_by.as_ref().is_some_and(|by| by.value == worker);
            let household = matter.household.as_ref().map(|household| household.value);
            let about = household.is_some_and(|household| households.iter().any(|home| home.id == household));
            if recorded || about || matter.story.is_owned_by(worker) {
                matters.push(matter);
            }
        }
        let roster = self.roster.clone();
        let book = Workbook { worker, roster: roster.as_deref(), on: self.today, households, diaries, matters };
        let title = if lang == Lang::Zh { "党员联户工作手册" } else { "Household-contact workbook" };
        Ok(sheet(title, &workbook(&book, paper, lang), lang))
    }

    /// The public board as this phone can lay it out.
    pub(crate) fn print_board(&mut self, lang: Lang) -> Outcome {
        let board = self.book.board()?.ok_or_else(ApiError::not_here)?;
        Ok(sheet(if lang == Lang::Zh { "公开栏" } else { "Public board" }, &board.sheet(lang), lang))
    }

    /// A paper of a meeting.
    pub(crate) fn print_meeting(&mut self, id: DocId, which: &str, paper: Paper, lang: Lang) -> Outcome {
        let which = Paperwork::parse(which).ok_or_else(|| ApiError::bad_call("no such paper of a meeting"))?;
        let meeting = self.book.read(id, Meeting::read)?.content;
        let page = meeting::sheet(&meeting, which, self.roster.as_deref(), paper, lang);
        Ok(sheet(which.label(lang), &page, lang))
    }

    /// Everything on this phone as one file that a person can read: documents field by field, with where each is, and the
    /// words that were not delivered. What is known of children stays kept back.
    pub(crate) fn export_mine(&mut self, lang: Lang) -> Outcome {
        let mut documents = Vec::new();
        for kind in KINDS {
            for listed in self.book.documents(*kind)? {
                let Ok(page) = self.book.read(listed.id, Document::clone) else { continue };
                documents.push(json!({
                    "id": listed.id, "kind": kind.name(), "title": self.title(listed.id)?, "where": listed.place.code(),
                    "fields": self.fields_of(&page.content, &page.places, lang)?,
                }));
            }
        }
        let attention = self.attention()?;
        let owner = self.owner();
        let file = json!({
            "owner": owner, "made_on": self.today, "documents": documents, "not_delivered": attention,
        });
        let text = serde_json::to_string_pretty(&file).map_err(|why| ApiError::bad_call(why.to_string()))?;
        Ok(json!({ "name": format!("lianhu-{}.json", self.today), "text": text }))
    }

    fn fields_of(&self, document: &Document, places: &Places, lang: Lang) -> Result<Vec<Value>, ApiError> {
        let kept_back = KeptBack::of(document, self.today);
        let listed = document.list("").into_iter().map(|(key, field)| {
            let mut said = self.line(document.id().kind(), &key, &field.value)?;
            if kept_back.covers(&key) {
                said.said = [KEPT_BACK, KEPT_BACK].map(Private::from);
            }
            let ([zh, en], [said_zh, said_en]) = (said.name, said.said);
            let (name, said) = if lang == Lang::Zh { (zh, said_zh) } else { (en, said_en) };
            let mut field = Map::new();
            field.insert("key".to_owned(), key.clone().into());
            field.insert("name".to_owned(), name.into());
            field.insert("says".to_owned(), said.0.into());
            field.insert("where".to_owned(), places.key(&key).code().into());
            Ok(Value::Object(field))
        });
        listed.collect()
    }
}

/// The kinds of documents a phone may hold, its owner's own first.
const KINDS: &[DocKind] = &[
    DocKind::Diary,
    DocKind::Household,
    DocKind::Matter,
    DocKind::Pledge,
    DocKind::Complaint,
    DocKind::HelpPlan,
    DocKind::Meeting,
    DocKind::Application,
    DocKind::Studio,
    DocKind::Base,
    DocKind::Fund,
    DocKind::Roster,
];

fn sheet(title: &str, page: &Sheet, lang: Lang) -> Value {
    json!({ "title": title, "html": page.to_html(lang) })
}

/// The paper by its name.
pub(crate) fn paper(name: &str) -> Result<Paper, ApiError> {
    match name {
        "a4" => Ok(Paper::A4),
        "pocket" => Ok(Paper::Pocket),
        _ => Err(ApiError::bad_call("no such paper")),
    }
}
