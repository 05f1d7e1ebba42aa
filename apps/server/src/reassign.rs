//! Handing households on: the office's act, whoever asks for it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use lianhu_core::access::Facts;
use lianhu_core::roster::{NotReassigned, Reassignment, Roster, Which};
use lianhu_core::{DocId, DocKind, WorkerId};
use lianhu_sync::ports::Township as _;

use crate::act::ActError;
use crate::gate::home_of;
use crate::town::{Town, TownError};

/// What somebody at the office asks for.
#[derive(Clone, Debug)]
pub struct HandOver {
    /// Which households.
    pub which: Which,
    /// Who gets them.
    pub to: WorkerId,
    /// The first day they are the new worker's; today unless named.
    pub from: Option<NaiveDate>,
    /// The last day of a cover; absent when they are handed on for good.
    pub until: Option<NaiveDate>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedOver {
    /// The households that change hands; none when it was done before.
    pub households: BTreeSet<DocId>,
    /// The first day they are the new worker's.
    pub from: NaiveDate,
}

/// Why nothing was handed over.
#[derive(Debug, thiserror::Error)]
pub enum HandOverError {
    /// The roster does not allow it.
    #[error("{0}")]
    NotReassigned(#[from] NotReassigned),
    /// It could not be written.
    #[error("{0}")]
    Act(#[from] ActError),
}

impl From<TownError> for HandOverError {
    fn from(why: TownError) -> Self {
        HandOverError::Act(why.into())
    }
}

impl Town {
    /// Hands households on, as one change of their village's roster: all of them or none. Access lists move in the same
    /// commit, or at the midnight when the first day comes. Asked again, it answers the same and writes nothing more.
    pub fn reassign(&self, asked: &HandOver) -> Result<HandedOver, HandOverError> {
        let from = asked.from.unwrap_or_else(|| self.today());
        let village = self.village_of(&asked.which)?;
        let reassignment =
            Reassignment { which: asked.which.clone(), to: asked.to, first_day: from, last_day: asked.until };
        let mut households = BTreeSet::new();
        self.write(village, |roster| {
            let reassigned = Roster::read(roster).reassign(&reassignment)?;
            households = reassigned.households;
            Ok::<_, HandOverError>(reassigned.edit)
        })?;
        Ok(HandedOver { households, from })
    }

    /// The roster in which it is to be done: that of the households, or of the worker whose they are.
    fn village_of(&self, which: &Which) -> Result<DocId, HandOverError> {
        let reader = self.store.read().map_err(TownError::from)?;
        match which {
            Which::AllOf(worker) => {
                let home = home_of(&reader, *worker).map_err(TownError::from)?;
                let home = home.and_then(|doc| DocId::from_bytes(doc.0).ok());
                Ok(home.ok_or(NotReassigned::UnknownWorker)?)
            }
            Which::These { households, .. } => {
                let first = households.first().ok_or(NotReassigned::NothingToHandOn)?;
                if first.kind() != DocKind::Household {
                    return Err(NotReassigned::NotLinked.into());
                }
                let facts = reader.facts(lianhu_sync::ids::DocId(first.to_bytes())).map_err(TownError::from)?;
                let village = facts.and_then(|facts| Facts::from_bytes(&facts.facts).village);
                Ok(village.ok_or(NotReassigned::NotLinked)?)
            }
        }
    }
}
