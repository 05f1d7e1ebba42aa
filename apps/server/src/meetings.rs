//! Meetings at the office: carrying out what was decided. Everything else is a deed.

use lianhu_core::matter::Matter;
use lianhu_core::meeting::{CarriedOut, Meeting, NotCarried, OpenMatter, carry_out, matters_to_carry_out};
use lianhu_core::{DocId, DocKind, Document};
use lianhu_sync::message::Verdict;

use crate::act::ActError;
use crate::deeds::DeedError;
use crate::gate::OFFICE;
use crate::town::{Town, TownError};

impl Town {
    /// Carries out what a meeting decided, as the office: each decision becomes a step of its matter. With `verdicts`, what
    /// most residents voted becomes the matters' evaluation. What is carried out already stays as it is, by whomever; what
    /// cannot be carried out is told with the reason.
    pub fn carry_out(&self, meeting: DocId, verdicts: bool) -> Result<CarriedOut, DeedError> {
        let document = self.document(meeting)?;
        if meeting.kind() != DocKind::Meeting || document.is_blank() {
            return Err(DeedError::NotHere);
        }
        let meeting = Meeting::read(&document);
        let mut out = CarriedOut::default();
        for id in matters_to_carry_out(&meeting, verdicts) {
            self.carry_out_one(&meeting, id, verdicts, &mut out)?;
        }
        Ok(out)
    }

    fn carry_out_one(
        &self,
        meeting: &Meeting,
        id: DocId,
        verdicts: bool,
        out: &mut CarriedOut,
    ) -> Result<(), DeedError> {
        if self.document(id)?.is_blank() {
            out.leaves(id, [NotCarried::NotHere]);
            return Ok(());
        }
        let terms = self.terms(meeting.village.as_ref().map(|village| village.value))?;
        loop {
            // What it is decided on is what it is written on: another's step may get in between.
            let mut next = None;
            let written = self.write(id, |document: &Document| {
                let matter = Matter::read(document);
                let carried = carry_out(meeting, &matter, OFFICE, &terms, verdicts);
                let edit = carried.next.as_ref().map(|due| due.edit(&matter, OFFICE)).unwrap_or_default();
                next = Some(carried);
                Ok::<_, DeedError>(edit)
            });
            match (written, next.unwrap_or_default()) {
                (Ok(true), carried) => {
                    let Some(due) = carried.next else { return Ok(()) };
                    out.took(id, &due.act);
                }
                (Ok(false), carried) => {
                    out.leaves(id, carried.left);
                    return Ok(());
                }
                (Err(DeedError::Act(ActError::NotRecorded(Verdict::Refused { .. }))), _) => {
                    out.leaves(id, [NotCarried::NotYours]);
                    return Ok(());
                }
                (Err(why), _) => return Err(why),
            }
        }
    }

    /// The matters of a village, as an agenda is proposed from them ([`lianhu_core::meeting::propose`]).
    pub fn open_matters(&self, village: DocId) -> Result<Vec<OpenMatter>, TownError> {
        let mut open = Vec::new();
        for id in self.documents_of(DocKind::Matter)? {
            let matter = OpenMatter::of(&Matter::read(&self.document(id)?));
            open.extend(Some(matter).filter(|matter| matter.village == Some(village)));
        }
        Ok(open)
    }
}
