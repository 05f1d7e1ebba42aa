//! The owner's own village: the one whose roster has them at work. Somebody who moves to another village goes on there with
//! the phone they have.

use lianhu_core::DocId;
use lianhu_core::DocKind;
use lianhu_core::roster::{Roster, Worker};
use lianhu_sync::ports::PhoneStore;

use crate::enrol::Owner;
use crate::error::WorkbookError;
use crate::host::Host;
use crate::surroundings::Surroundings;
use crate::workbook::Workbook;

impl<S: PhoneStore, X: Surroundings> Workbook<S, X> {
    /// Looks, after a sync, whether another of the rosters on this phone has the owner at work and their own has not. A
    /// phone that holds no such roster keeps to the village it has: nobody is left without one.
    pub(crate) fn follow_home(&mut self) -> Result<(), WorkbookError<S::Error>> {
        let own = self.host.owner.roster;
        if self.has_owner_at_work(own)? {
            return Ok(());
        }
        let mut rosters: Vec<DocId> = self.list(DocKind::Roster)?.into_iter().map(|listed| listed.id).collect();
        rosters.sort_unstable();
        for roster in rosters.into_iter().filter(|roster| *roster != own) {
            if self.has_owner_at_work(roster)? {
                let owner = Owner { roster, ..self.host.owner.clone() };
                return self.keep_host(Host { owner, ..self.host.clone() });
            }
        }
        Ok(())
    }

    fn has_owner_at_work(&mut self, roster: DocId) -> Result<bool, WorkbookError<S::Error>> {
        let worker = self.host.owner.worker;
        match self.page(roster, DocKind::Roster, Roster::read) {
            Ok(page) => Ok(page.workers.get(&worker).is_some_and(Worker::is_active)),
            // One that does not open is not this question's to complain about.
            Err(WorkbookError::NotHere(_) | WorkbookError::UnreadableDocument(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
