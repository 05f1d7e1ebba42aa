//! What people disagree about, as the office sees it, and how the office settles it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use lianhu_core::access::{Facts, town_reads};
use lianhu_core::card::Card;
use lianhu_core::dispute::{About, Dispute, disputes, settle};
use lianhu_core::household::KeptBack;
use lianhu_core::{ActorId, DeviceMillis, DocId, Document, Private, Scalar, WorkerId};
use lianhu_store::{Op, Query, Reader, StoreError};
use lianhu_sync::ports::{Township as _, ViewValue};

use crate::act::ActError;
use crate::gate::OFFICE;
use crate::limits::SHOWN_PER_LIST;
use crate::projection::doc_of;
use crate::town::{Town, TownError};

/// One open disagreement.
#[derive(Clone, Debug)]
pub struct Disputed {
    /// The document.
    pub doc: DocId,
    /// What people call it.
    pub title: Private<String>,
    /// Its village's roster.
    pub village: Option<DocId>,
    /// What it is about, and what there is to choose from.
    pub dispute: Dispute,
    /// Whether it is about a child under 14: then what the values say is not shown.
    pub kept_back: bool,
}

/// Why nothing was settled.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// There is no such disagreement any more, or this is none of its values.
    #[error("there is no such disagreement, or this is not one of its values")]
    NotOpen,
    /// It could not be written.
    #[error("{0}")]
    Act(#[from] ActError),
}

impl Town {
    /// What people disagree about in documents that are the town's to read, document by document; at most this many
    /// documents ([`SHOWN_PER_LIST`]), since each is opened.
    pub fn disputed(&self) -> Result<Vec<Disputed>, TownError> {
        let reader = self.store.read()?;
        let mut open = Vec::new();
        for doc in in_dispute(&reader)?.into_iter().take(SHOWN_PER_LIST as usize) {
            let document = self.gate.open(&reader, doc)?.document;
            if town_reads(&document) {
                open.extend(of_document(&document, self.today()));
            }
        }
        Ok(open)
    }

    /// The same of one document, whoever may read it.
    pub(crate) fn disputed_in(&self, doc: DocId) -> Result<Vec<Disputed>, TownError> {
        Ok(of_document(&self.document(doc)?, self.today()).collect())
    }

    /// Settles a disagreement with one of its values, for everybody. Answers whether there was anything to write.
    pub fn settle_dispute(&self, doc: DocId, about: &About, chosen: &Scalar) -> Result<bool, SettleError> {
        let id = self.mint_record().map_err(ActError::from)?;
        let hand = (id, OFFICE, DeviceMillis(self.now().0));
        self.write(doc, |document| {
            let settled = settle(document, about, chosen, hand).filter(|_| town_reads(document));
            settled.ok_or(SettleError::NotOpen)
        })
    }

    /// The names of those who wrote under some actors; the office itself, and whoever no roster lists, have none.
    pub fn names_of(
        &self,
        actors: &BTreeSet<ActorId>,
    ) -> Result<BTreeMap<ActorId, (WorkerId, Private<String>)>, TownError> {
        let mut names = BTreeMap::new();
        for row in self.store.read()?.list("workers", &Query::default())? {
            let (Some(ViewValue::Text(id)), Some(ViewValue::Text(name))) = (row.get(1), row.get(2)) else { continue };
            let Ok(worker) = id.parse::<WorkerId>() else { continue };
            let theirs = actors.iter().filter(|actor| actor.is_of(worker));
            names.extend(theirs.map(|actor| (*actor, (worker, Private(name.clone())))));
        }
        Ok(names)
    }
}

fn of_document(document: &Document, today: NaiveDate) -> impl Iterator<Item = Disputed> {
    let (doc, village, card) = (document.id(), Facts::of(document).village, Card::of(document));
    let called: Vec<String> = [card.doorplate, card.title].into_iter().flatten().map(|text| text.0).collect();
    let title = Private(called.join(" "));
    let children = KeptBack::of(document, today);
    disputes(document).into_iter().map(move |dispute| {
        let kept_back = matches!(&dispute.about, About::Key(key) if children.covers(key));
        Disputed { doc, title: title.clone(), village, dispute, kept_back }
    })
}

/// The documents in which people disagree, found in the views.
fn in_dispute(reader: &Reader) -> Result<BTreeSet<lianhu_sync::ids::DocId>, StoreError> {
    let steps = Query::default().filter("needs_lead", Op::Eq(ViewValue::Int(1)));
    let mut rows = reader.list("conflicts", &Query::default())?;
    rows.extend(reader.list("matters", &steps)?);
    Ok(rows.iter().filter_map(|row| doc_of(row)).collect())
}
