//! The digest: what the owner is reminded of today, from what this phone holds. It is asked for and never pushed; there is
//! one for each day, and none in the village's quiet hours.

use lianhu_core::DocKind;
use lianhu_core::card::Card;
use lianhu_core::deadline::{Digest, Digested, Seen, digest};
use lianhu_core::household::Household;
use lianhu_core::matter::Matter;
use lianhu_core::roster::Role;
use lianhu_sync::ports::PhoneStore;

use crate::error::WorkbookError;
use crate::host::Host;
use crate::surroundings::{Surroundings, today};
use crate::workbook::Workbook;

impl<S: PhoneStore, X: Surroundings> Workbook<S, X> {
    /// Today's digest, to be shown now; `None` in quiet hours, and once it has been shown today.
    pub fn digest(&mut self) -> Result<Option<Digest>, WorkbookError<S::Error>> {
        let now = self.surroundings.now();
        let quiet = self.terms(None)?.rules.quiet_hours.contains(now.in_china().time());
        if quiet || self.host.digest_shown == Some(today(now)) {
            return Ok(None);
        }
        let digest = self.digest_of_today()?;
        self.keep_host(Host { digest_shown: Some(digest.day), ..self.host.clone() })?;
        Ok(Some(digest))
    }

    /// Today's digest, for somebody who wants to look, at whatever hour and however often.
    pub fn digest_of_today(&mut self) -> Result<Digest, WorkbookError<S::Error>> {
        let on = today(self.surroundings.now());
        let terms = self.terms(None)?;
        let (mut matters, mut households) = (Vec::new(), Vec::new());
        for listed in self.list(DocKind::Matter)? {
            if listed.card.state.is_none_or(|state| !state.is_final()) {
                matters.push(self.page(listed.id, DocKind::Matter, Matter::read)?.content);
            }
        }
        let worker = self.owner().worker;
        let roster = self.village(None)?;
        let entry = roster.as_ref().and_then(|roster| roster.workers.get(&worker));
        let leads = entry.is_some_and(|entry| entry.has(Role::BranchLead) || entry.has(Role::VillageBoard));
        // A lead's phone holds the branch's households; whoever is linked is reminded of the visits.
        let own = roster.as_ref().map(|roster| roster.households_of(worker, on));
        let soon = terms.days.after(on, 1).on;
        for listed in self.list(DocKind::Household)? {
            if own.as_ref().is_some_and(|own| !own.contains(&listed.id)) {
                continue;
            }
            // A phone may hold thousands of visits: only what the card says is asked for is opened.
            let Card { next, asked, .. } = listed.card;
            let silent = listed.card.is_current() && !asked && next.is_none_or(|next| next > soon);
            households.push(match silent {
                true => Household::unread(listed.id),
                false => self.page(listed.id, DocKind::Household, Household::read)?.content,
            });
        }
        let of = Digested { matters: &matters, households: &households, ..Digested::default() };
        Ok(digest(Seen::By { worker, leads }, on, of, &terms))
    }
}
