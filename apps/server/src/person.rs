//! What the township holds about one household, gathered for the person who asks.

use std::collections::BTreeSet;

use lianhu_core::access::Facts;
use lianhu_core::household::Household;
use lianhu_core::person::{Gathered, PersonFile, Phone, names_in};
use lianhu_core::{DocId, DocKind, Lang, Private, RecordId};
use lianhu_store::Reader;
use lianhu_sync::ports::Township as _;

use crate::audit::{Action, Actor, AuditLine};
use crate::gate::GateError;
use crate::town::{Town, TownError, local, reader_of};

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum PersonFileError {
    /// The store or the gate failed.
    #[error("{0}")]
    Town(#[from] TownError),
    /// No such household is recorded, or the resident is not one of it.
    #[error("there is no such household, or no such resident of it")]
    NotHere,
}

impl From<lianhu_store::StoreError> for PersonFileError {
    fn from(why: lianhu_store::StoreError) -> Self {
        PersonFileError::Town(why.into())
    }
}

impl From<GateError> for PersonFileError {
    fn from(why: GateError) -> Self {
        PersonFileError::Town(why.into())
    }
}

impl Town {
    /// Everything held about a household, or one resident of it. `reason` says who asked and why; that it was made is
    /// written down before anything is read.
    pub fn person_file(
        &self,
        actor: Actor,
        household: DocId,
        resident: Option<RecordId>,
        reason: &str,
        lang: Lang,
    ) -> Result<PersonFile, PersonFileError> {
        let reader = self.store.read()?;
        let doc = lianhu_sync::ids::DocId(household.to_bytes());
        let opened = self.gate.open(&reader, doc)?;
        let home = Household::read(&opened.document);
        let known = resident.is_none_or(|resident| home.residents.contains_key(&resident));
        if household.kind() != DocKind::Household || opened.heads.is_empty() || !known {
            return Err(PersonFileError::NotHere);
        }
        self.audit(&AuditLine {
            doc: Some(household),
            subject: resident.map(|resident| resident.to_string()),
            reason: Some(Private(reason.to_owned())),
            ..AuditLine::new(actor, Action::Exported, "person")
        })?;
        let village = Facts::of(&opened.document).village;
        let roster = village.map(|id| self.gate.roster(&reader, lianhu_sync::ids::DocId(id.to_bytes()))).transpose()?;
        let (mut documents, mut others) = (Vec::new(), Vec::new());
        for recorded in reader.documents()? {
            let Ok(id) = DocId::from_bytes(recorded.doc.0) else { continue };
            let of = Facts::from_bytes(&recorded.facts).village;
            // A fund may be the town's own.
            if id == household || id.kind() == DocKind::Roster || (of != village && id.kind() != DocKind::Fund) {
                continue;
            }
            let document = self.gate.open(&reader, recorded.doc)?.document;
            match id.kind() {
                DocKind::Household => others.extend(names_in(&Household::read(&document))),
                _ => documents.push(document),
            }
        }
        let phones = self.phones_of(&reader, doc)?;
        let roster = roster.as_ref().map(|at| &*at.roster);
        let years = self.retention()?;
        let gathered = Gathered {
            household: &opened.document,
            resident,
            roster,
            documents: &documents,
            others: &others,
            phones: &phones,
            years: &years,
            on: self.today(),
        };
        Ok(PersonFile::of(&gathered, lang))
    }

    /// The phones of those who may read a document, the office's names for them.
    fn phones_of(&self, reader: &Reader, doc: lianhu_sync::ids::DocId) -> Result<Vec<Phone>, TownError> {
        let readers: BTreeSet<_> = reader.document_readers(doc)?.into_iter().collect();
        let mut phones = Vec::new();
        for device in reader.devices()?.into_iter().filter(|device| readers.contains(&device.reader)) {
            let worker = lianhu_core::WorkerId(uuid::Uuid::from_bytes(device.reader.0));
            debug_assert_eq!(reader_of(worker), device.reader);
            let home = crate::gate::home_of(reader, worker)?;
            let roster = home.map(|home| self.gate.roster(reader, home)).transpose()?;
            let name =
                roster.as_ref().and_then(|at| at.roster.workers.get(&worker)).and_then(|worker| worker.name.as_ref());
            phones.push(Phone {
                of: name.map(|name| name.value.as_str().to_owned()).unwrap_or_default().into(),
                last_contact: device.last_contact.map(|(at, _)| local(at).date_naive()),
            });
        }
        Ok(phones)
    }
}
