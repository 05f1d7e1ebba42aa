//! Meetings (三会、村民说事、网格议事、支部生活会): carrying out what was decided. Everything else that is done to a meeting is a
//! deed ([`Workbook::begin`], [`Workbook::act`]).

use lianhu_core::meeting::{CarriedOut, Meeting, NotCarried, OpenMatter, carry_out, matters_to_carry_out};
use lianhu_core::{DocId, DocKind, matter::Matter};
use lianhu_sync::ports::PhoneStore;

use crate::error::WorkbookError;
use crate::surroundings::Surroundings;
use crate::workbook::Workbook;

impl<S: PhoneStore, X: Surroundings> Workbook<S, X> {
    /// Carries out what a meeting decided: each decision becomes a step of its matter, taken by the owner of this phone.
    /// With `verdicts`, what most residents voted becomes the matters' evaluation. What is carried out already stays as it
    /// is; what cannot be carried out here is told with the reason. Each step is a save of its own: called again after an
    /// error it goes on where it stopped.
    pub fn carry_out(&mut self, meeting: DocId, verdicts: bool) -> Result<CarriedOut, WorkbookError<S::Error>> {
        let meeting = self.page(meeting, DocKind::Meeting, Meeting::read)?.content;
        let mut out = CarriedOut::default();
        for id in matters_to_carry_out(&meeting, verdicts) {
            self.carry_out_one(&meeting, id, verdicts, &mut out)?;
        }
        Ok(out)
    }

    fn carry_out_one(
        &mut self,
        meeting: &Meeting,
        id: DocId,
        verdicts: bool,
        out: &mut CarriedOut,
    ) -> Result<(), WorkbookError<S::Error>> {
        let worker = self.owner().worker;
        let terms = self.terms(meeting.village.as_ref().map(|village| village.value))?;
        loop {
            let matter = match self.page(id, DocKind::Matter, Matter::read) {
                Ok(page) => page.content,
                Err(WorkbookError::NotHere(_)) => {
                    out.leaves(id, [NotCarried::NotHere]);
                    return Ok(());
                }
                Err(why) => return Err(why),
            };
            let carried = carry_out(meeting, &matter, worker, &terms, verdicts);
            let Some(due) = carried.next else {
                out.leaves(id, carried.left);
                return Ok(());
            };
            match self.save(id, due.edit(&matter, worker)) {
                Ok(_) => out.took(id, &due.act),
                Err(WorkbookError::WouldBeRefused(_)) => {
                    out.leaves(id, [NotCarried::NotYours]);
                    return Ok(());
                }
                Err(why) => return Err(why),
            }
        }
    }

    /// The matters on this phone, as an agenda is proposed from them ([`lianhu_core::meeting::propose`]).
    pub fn open_matters(&mut self) -> Result<Vec<OpenMatter>, WorkbookError<S::Error>> {
        let ids: Vec<DocId> = self.list(DocKind::Matter)?.into_iter().map(|listed| listed.id).collect();
        let read = |id| self.page(id, DocKind::Matter, Matter::read).map(|page| OpenMatter::of(&page.content));
        ids.into_iter().map(read).collect()
    }
}
