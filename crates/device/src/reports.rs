//! Reports from what this phone holds: the same numbers as the office's, wherever it holds the same documents.

use lianhu_core::report::{self, Asked, Facts, Period, Report, ReportId, Scope};
use lianhu_core::views::project;
use lianhu_sync::ports::PhoneStore;

use crate::convert::core_doc;
use crate::error::WorkbookError;
use crate::surroundings::{Surroundings, today};
use crate::workbook::Workbook;

impl<S: PhoneStore, X: Surroundings> Workbook<S, X> {
    /// A report for a village or for everything here, counted from the documents on this phone, its unsettled changes
    /// included. It says nothing of what the phone does not hold: for most people that is their own households.
    pub fn report(&mut self, id: ReportId, scope: Scope, period: Period) -> Result<Report, WorkbookError<S::Error>> {
        let asked = Asked { scope, period, today: today(self.surroundings.now()) };
        Ok(report::of(&self.report_facts()?, id, &asked))
    }

    /// What reports count, of all documents on this phone; for several reports of one moment ([`report::of`]).
    pub fn report_facts(&mut self) -> Result<Facts, WorkbookError<S::Error>> {
        self.unlocked()?;
        let documents = self.store.documents().map_err(WorkbookError::Store)?;
        let here = documents.into_iter().filter(|summary| !summary.withdrawn);
        let mut facts = Facts::new();
        for id in here.filter_map(|summary| core_doc(summary.doc)) {
            project(&self.opened(id)?.document).iter().for_each(|row| facts.take(row));
        }
        Ok(facts)
    }
}
