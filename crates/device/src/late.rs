//! Late work (迟到), told to both people: to its author, who may hold the document no longer; and to those who have it now.

use std::collections::BTreeSet;

use lianhu_core::gate::scan;
use lianhu_core::late::{TownMillis, mark_id, marks};
use lianhu_core::{ChangeHash, DocId, Private, RecordId, WorkerId};
use lianhu_sync::message::{Reply, Request};
use lianhu_sync::ports::PhoneStore;
use serde::{Deserialize, Serialize};

use crate::convert::core_doc;
use crate::error::WorkbookError;
use crate::limits::MAX_NOTICES;
use crate::surroundings::Surroundings;
use crate::workbook::Workbook;

/// Own work that went in late. It stays until its author dismisses it, also when the document has left the phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The mark's name.
    pub id: RecordId,
    /// The document.
    pub doc: DocId,
    /// What lists showed of it: the doorplate and the head, or the title.
    pub title: Private<String>,
    /// When the township said so, by its clock.
    pub at: TownMillis,
    /// What was written.
    pub keys: Vec<String>,
}

/// Somebody else's work that came late into a document of this phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateEntry {
    /// The mark's name.
    pub id: RecordId,
    /// The document.
    pub doc: DocId,
    /// What lists show of it.
    pub title: Private<String>,
    /// Who wrote it.
    pub by: WorkerId,
    /// When the township took it in.
    pub at: TownMillis,
    /// What was written.
    pub keys: Vec<String>,
}

impl<S: PhoneStore, X: Surroundings> Workbook<S, X> {
    /// Own work that went in late and whose notice was not dismissed, the oldest first.
    pub fn notices(&self) -> &[Notice] {
        &self.host.notices
    }

    /// Lets a notice go; one that is gone already is no error.
    pub fn dismiss_notice(&mut self, id: RecordId) -> Result<(), WorkbookError<S::Error>> {
        let mut host = self.host.clone();
        host.notices.retain(|notice| notice.id != id);
        self.keep_host(host)
    }

    /// Others' late work in the documents of this phone that the owner has not looked at yet, document by document.
    pub fn late_entries(&mut self) -> Result<Vec<LateEntry>, WorkbookError<S::Error>> {
        let mut entries = Vec::new();
        for (doc, title) in self.documents_by(|card| card.late > 0)? {
            let seen = self.host.seen_late.get(&doc).cloned().unwrap_or_default();
            let owner = self.host.owner.worker;
            let marked = marks(&self.opened(doc)?.document).into_iter();
            let unseen = marked.filter(|(id, mark)| mark.by != owner && !seen.contains(id));
            entries.extend(unseen.map(|(id, mark)| LateEntry {
                id,
                doc,
                title: title.clone(),
                by: mark.by,
                at: mark.at,
                keys: mark.keys,
            }));
        }
        Ok(entries)
    }

    /// The owner has looked at all late work that is in a document now.
    pub fn looked_at_late(&mut self, doc: DocId) -> Result<(), WorkbookError<S::Error>> {
        self.unlocked()?;
        let marked: BTreeSet<RecordId> = marks(&self.opened(doc)?.document).into_keys().collect();
        let here: BTreeSet<DocId> = self.documents_by(|card| card.late > 0)?.into_iter().map(|(doc, _)| doc).collect();
        let mut host = self.host.clone();
        host.seen_late.insert(doc, marked);
        host.seen_late.retain(|doc, _| here.contains(doc));
        self.keep_host(host)
    }

    /// Keeps a notice of each own change that this reply says went in late. Durable before the reply is absorbed: a phone
    /// that stops in between hears the same again, and keeps it once.
    pub(crate) fn note_late(&mut self, request: &Request, reply: &Reply) -> Result<(), WorkbookError<S::Error>> {
        let sent: usize = request.changes.iter().map(|of_doc| of_doc.changes.len()).sum();
        if reply.verdicts.len() != sent {
            return Ok(());
        }
        let mut notices = Vec::new();
        for (doc, bytes) in reply.late_changes(request) {
            let (Some(doc), Ok(scanned)) = (core_doc(doc), scan(bytes)) else { continue };
            let id = mark_id(ChangeHash(scanned.hash().0));
            if self.host.notices.iter().all(|notice| notice.id != id) {
                let keys = scanned.touches().map(|(key, _)| key.to_owned()).collect();
                notices.push(Notice { id, doc, title: self.title(doc)?, at: TownMillis(reply.server_time.0), keys });
            }
        }
        if notices.is_empty() {
            return Ok(());
        }
        let mut host = self.host.clone();
        host.notices.extend(notices);
        let beyond = host.notices.len().saturating_sub(MAX_NOTICES);
        host.notices.drain(..beyond);
        self.keep_host(host)
    }

    fn title(&self, doc: DocId) -> Result<Private<String>, WorkbookError<S::Error>> {
        let here = self.titled(|_| true)?.into_iter().find(|(here, _)| *here == doc);
        Ok(here.map(|(_, title)| title).unwrap_or_default())
    }
}
