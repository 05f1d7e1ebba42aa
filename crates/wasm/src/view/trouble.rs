//! What people have to look at: saves that wait or were turned down, what people disagree about, late work.

use data_encoding::HEXLOWER;
use lianhu_core::dispute::About;
use lianhu_core::household::KeptBack;
use lianhu_core::{ActorId, ChangeHash, DocKind, Lang, Private, WorkerId};
use lianhu_device::{Attention, OpenConflict, Place, Surroundings};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::said::name_of_key;
use super::{Look, Outcome, both, line, place};
use crate::error::ApiError;

/// The worker id under which the office writes.
const OFFICE: WorkerId = lianhu_core::policy::OFFICE;

impl<X: Surroundings> Look<'_, X> {
    pub(crate) fn attention(&mut self) -> Outcome {
        let mut shown = Vec::new();
        for one in self.book.needs_attention()? {
            shown.push(self.attention_view(&one)?);
        }
        Ok(shown.into())
    }

    fn attention_view(&mut self, one: &Attention) -> Outcome {
        let kept_back = self.book.read(one.doc, |document| document.clone()).ok();
        let kept_back = kept_back.map(|page| KeptBack::of(&page.content, self.today)).unwrap_or_default();
        let mut words = Vec::new();
        for (key, value) in &one.words {
            let name = [Lang::Zh, Lang::En].map(|lang| name_of_key(one.doc.kind(), key, lang));
            let mut said = match value {
                Some(value) => self.line(one.doc.kind(), key, value)?,
                None => line(key, name, Default::default()),
            };
            if kept_back.covers(key) {
                said.said = [lianhu_core::household::KEPT_BACK, lianhu_core::household::KEPT_BACK].map(Private::from);
            }
            let mut said = said.to_json();
            if let Value::Object(said) = &mut said {
                said.insert("removed".to_owned(), value.is_none().into());
            }
            words.push(said);
        }
        let refused = matches!(one.place, Place::Refused(..));
        Ok(json!({
            "doc": one.doc, "kind": one.doc.kind().name(), "title": self.title(one.doc)?.unwrap_or_default(),
            "change": HEXLOWER.encode(&one.change.0), "where": place(&one.place), "at": one.at, "words": words,
            "may_discard": refused, "may_write_again": refused || matches!(one.place, Place::Kept | Place::Carried),
        }))
    }

    pub(crate) fn conflicts(&mut self) -> Outcome {
        let open = self.book.open_conflicts()?;
        Ok(open.iter().map(|one| self.conflict(one)).collect::<Result<Vec<_>, _>>()?.into())
    }

    fn conflict(&self, one: &OpenConflict) -> Outcome {
        let (key, (zh, en)) = match &one.about {
            About::Key(key) => (key.as_str(), both(|lang| name_of_key(one.doc.kind(), key, lang))),
            About::Steps(..) => {
                ("steps", ("两个步骤不能并存".to_owned(), "two steps that cannot both stand".to_owned()))
            }
        };
        let choices = one.choices.iter().map(|told| {
            let [said_zh, said_en] = self.line(one.doc.kind(), key, &told.value)?.said;
            Ok(json!({
                "said_zh": said_zh, "said_en": said_en, "by": self.writer(told.by), "by_office": told.by.is_of(OFFICE),
                "at": told.at,
            }))
        });
        Ok(json!({
            "id": name_of(one), "doc": one.doc, "kind": one.doc.kind().name(), "title": one.title, "key": key, "zh": zh,
            "en": en, "choices": choices.collect::<Result<Vec<_>, ApiError>>()?,
        }))
    }

    /// Who wrote under an actor, where the roster has them.
    fn writer(&self, by: ActorId) -> Value {
        let known = self.roster.iter().flat_map(|roster| roster.workers.keys()).find(|worker| by.is_of(**worker));
        let own = Some(self.book.owner().worker).filter(|owner| by.is_of(*owner));
        self.maybe_person(known.copied().or(own))
    }

    pub(crate) fn late(&mut self) -> Outcome {
        let said =
            |of: DocKind, keys: &[String], lang| keys.iter().map(|key| name_of_key(of, key, lang)).collect::<Vec<_>>();
        let notices = self.book.notices().iter().map(|notice| {
            json!({
                "id": notice.id, "doc": notice.doc, "title": notice.title, "at": notice.at,
                "what_zh": said(notice.doc.kind(), &notice.keys, Lang::Zh), "what_en": said(notice.doc.kind(), &notice.keys, Lang::En),
            })
        });
        let notices: Vec<Value> = notices.collect();
        let entries = self.book.late_entries()?;
        let entries = entries.iter().map(|entry| {
            json!({
                "id": entry.id, "doc": entry.doc, "title": entry.title, "by": self.person(entry.by), "at": entry.at,
                "what_zh": said(entry.doc.kind(), &entry.keys, Lang::Zh), "what_en": said(entry.doc.kind(), &entry.keys, Lang::En),
            })
        });
        Ok(json!({ "notices": notices, "entries": entries.collect::<Vec<_>>() }))
    }
}

/// What names a conflict as it is now: another value, and it is another.
pub(crate) fn name_of(one: &OpenConflict) -> String {
    let mut hash = Sha256::new();
    hash.update(one.doc.to_bytes());
    match &one.about {
        About::Key(key) => hash.update(key.as_bytes()),
        About::Steps(first, second) => hash.update([first.0, second.0].concat()),
    }
    for told in &one.choices {
        hash.update(told.by.to_bytes());
        hash.update(told.at.0.to_be_bytes());
    }
    HEXLOWER.encode(&hash.finalize()).chars().take(24).collect()
}

/// A change by its hash, as the page has it.
pub(crate) fn change_named(hex: &str) -> Result<ChangeHash, ApiError> {
    let bytes = HEXLOWER.decode(hex.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.map(ChangeHash).ok_or_else(ApiError::not_here)
}
