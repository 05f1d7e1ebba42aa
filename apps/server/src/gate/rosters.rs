//! The rosters the gate has read lately: nearly every verdict asks one, and they change seldom.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use lianhu_core::roster::Roster;
use lianhu_store::Reader;
use lianhu_sync::ids::{DocId, Heads};

use super::{Gate, GateError};
use crate::limits::ROSTERS_IN_MEMORY;

/// A roster and the heads it was read at.
#[derive(Clone, Debug)]
pub(crate) struct RosterAt {
    pub(crate) heads: Heads,
    pub(crate) roster: Arc<Roster>,
}

#[derive(Debug, Default)]
pub(super) struct Rosters(Mutex<BTreeMap<DocId, RosterAt>>);

impl Gate {
    /// The roster under an id as this snapshot has it; one never recorded is empty.
    pub(crate) fn roster(&self, reader: &Reader, doc: DocId) -> Result<RosterAt, GateError> {
        let heads = reader.facts(doc)?.map(|facts| facts.heads).unwrap_or_default();
        let known = self.rosters.0.lock().unwrap_or_else(PoisonError::into_inner).get(&doc).cloned();
        if let Some(known) = known.filter(|known| known.heads == heads) {
            return Ok(known);
        }
        let opened = self.open(reader, doc)?;
        let read = RosterAt { heads, roster: Arc::new(Roster::read(&opened.document)) };
        let mut rosters = self.rosters.0.lock().unwrap_or_else(PoisonError::into_inner);
        if rosters.len() >= ROSTERS_IN_MEMORY && !rosters.contains_key(&doc) {
            rosters.pop_first();
        }
        rosters.insert(doc, read.clone());
        Ok(read)
    }
}
