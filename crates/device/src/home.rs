//! The owner's own village: the one whose roster has them at work. Somebody who moves to another village goes on there with
//! the phone they have.

use std::collections::BTreeSet;

use lianhu_core::roster::{Role, Roster, Worker};
use lianhu_core::{DocId, DocKind};
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

    /// Looks whether the roster gives the owner other roles than the certificate: then a fresh one is asked for next time.
    pub(crate) fn compare_roles(&mut self) -> Result<(), WorkbookError<S::Error>> {
        let Some(kept) = &self.host.trust.certificate else { return Ok(()) };
        let certified: BTreeSet<String> = kept.roles.iter().cloned().collect();
        let (roster, worker) = (self.host.owner.roster, self.host.owner.worker);
        let roles = match self.page(roster, DocKind::Roster, Roster::read) {
            Ok(page) => {
                page.workers.get(&worker).and_then(|worker| worker.roles.as_ref().map(|roles| codes(&roles.value)))
            }
            Err(WorkbookError::NotHere(_) | WorkbookError::UnreadableDocument(_)) => None,
            Err(error) => return Err(error),
        };
        self.host.trust.roles_changed = roles.is_some_and(|roles| roles != certified);
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

fn codes(roles: &BTreeSet<Role>) -> BTreeSet<String> {
    roles.iter().map(|role| role.code().to_owned()).collect()
}
