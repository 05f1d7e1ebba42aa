//! A care fund (关爱资金): an opening balance and what came in and went out, for publication. It is no accounting software.
//!
//! Entries `ledger/<id>` are append-only, one author's record each. A wrong one is not rewritten: another that names it
//! takes it back ([`Entry::reverses`]). The balance is opening + in − out, to the fen, whatever order entries arrived in
//! ([`Ledger`]); two people who each spent what was left overdraw it, and then the fund shows that.
//!
//! A fund without a village is the town's own: the town desk alone writes it, and it is read at the office alone.

mod deed;
mod entry;
mod kind;
mod ledger;
mod public;

use std::collections::BTreeMap;

pub use deed::{EntryForm, FundDeed, FundForm, PaymentForm};
pub use entry::{Direction, Entry, payment_entry};
pub(crate) use kind::Funds;
pub(crate) use ledger::reversals;
pub use ledger::{Ledger, Line, NotCounted, Statement, Turnover};
pub use public::{PublicEntry, PublicFund, public};

use chrono::NaiveDate;

use crate::document::{Document, Field, Scalar};
use crate::draft::{Fen, FieldId, Title};
use crate::ids::{DocId, RecordId, WorkerId};
use crate::value::{Key, KeySpec, own, own_if, record, typed};

/// What may stand under the keys of a fund.
pub(crate) const SCHEMA: &[KeySpec] = &[
    own::<DocId>("village"),
    own::<WorkerId>("created_by"),
    own_if("name", is_public),
    own::<Fen>("opening"),
    own::<NaiveDate>("opened_on"),
    record("ledger", Entry::is_valid),
];

/// What is shown in public holds no number of anybody.
fn is_public(scalar: &Scalar) -> bool {
    scalar.as_text().is_some_and(|text| Title::parse_public(FieldId::Name, text).is_ok())
}

/// A fund as it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Fund {
    /// Its document.
    pub id: DocId,
    /// The roster of its village; none for the town's own.
    pub village: Option<Field<DocId>>,
    /// Who opened it.
    pub created_by: Option<Field<WorkerId>>,
    /// What it is called, in public too.
    pub name: Option<Field<Title>>,
    /// What was in it when the ledger began.
    pub opening: Option<Field<Fen>>,
    /// The day the ledger began.
    pub opened_on: Option<Field<NaiveDate>>,
    /// Entries by id.
    pub entries: BTreeMap<RecordId, Field<Entry>>,
}

impl Fund {
    /// Reads a document of the kind fund, in one pass.
    pub fn read(document: &Document) -> Self {
        let mut fund = Fund {
            id: document.id(),
            village: None,
            created_by: None,
            name: None,
            opening: None,
            opened_on: None,
            entries: BTreeMap::new(),
        };
        for (key, field) in document.list("") {
            match Key::of(&key) {
                Key::Own("village") => fund.village = typed(&field),
                Key::Own("created_by") => fund.created_by = typed(&field),
                Key::Own("name") => fund.name = typed(&field),
                Key::Own("opening") => fund.opening = typed(&field),
                Key::Own("opened_on") => fund.opened_on = typed(&field),
                Key::Record("ledger", id) => {
                    if let (Ok(id), Some(entry)) = (id.parse(), typed(&field)) {
                        fund.entries.insert(id, entry);
                    }
                }
                _ => {}
            }
        }
        fund
    }

    /// Every entry in its place, and what is left.
    pub fn ledger(&self) -> Ledger {
        let opening = self.opening.as_ref().map_or(Fen::ZERO, |opening| opening.value);
        Ledger::of(opening, self.entries.iter().map(|(id, entry)| (*id, entry.value.clone())).collect())
    }
}

#[cfg(test)]
mod tests;
