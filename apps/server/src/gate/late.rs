//! Late work: it goes in, and the township marks it in the document itself, in the same commit.

use lianhu_core::WorkerId;
use lianhu_core::gate::{Scan, Trial, TrialVerdict, scan, trial};
use lianhu_core::late::{LateMark, TownMillis, mark, mark_id};
use lianhu_store::{Reader, StoreError};
use lianhu_sync::ids::{ChangeHash, DocId};
use lianhu_sync::ports::{Admitted, Received, Scanned, ViewValue};

use super::Judging;
use crate::act::office_stamp;

impl Judging<'_> {
    /// Marks what is to go in late, each change with its author, by one change under the office's hand on top of them.
    /// `None` where the document has no room for the mark: then nothing of it goes in, since nothing goes in unmarked.
    pub(super) fn mark_late<'s>(
        &self,
        after: &Trial,
        late: impl IntoIterator<Item = (&'s Scan, WorkerId)>,
    ) -> Option<(Trial, Admitted)> {
        let at = TownMillis(self.commit.at.0);
        let marks = late.into_iter().map(|(scan, by)| {
            let keys = scan.touches().map(|(key, _)| key);
            (scan.hash(), LateMark::new(by, at, keys))
        });
        let marks: Vec<_> = marks.collect();
        let stamp = office_stamp(self.reader.log(), self.commit.at);
        let written = after.document.clone().write(stamp, mark(&marks)).ok().flatten()?;
        let scanned = scan(&written.bytes).ok()?;
        let marked = trial(&after.document, std::slice::from_ref(&scanned));
        let fits = marked.verdicts.first() == Some(&TrialVerdict::Admitted);
        let scanned = Scanned::by_gate(Received::new(written.bytes), ChangeHash(written.hash.0));
        fits.then(|| (marked, Admitted::by_township(scanned)))
    }

    /// Notes that the change in this place of the request went in late.
    pub(super) fn went_in_late(&mut self, slot: usize) {
        self.late.extend(u32::try_from(slot));
    }
}

/// Whether a recorded change bears the mark: a phone that did not hear its verdict is told so again.
pub(super) fn is_marked(reader: &Reader, doc: DocId, change: lianhu_core::ChangeHash) -> Result<bool, StoreError> {
    let mark = ViewValue::Text(mark_id(change).to_string());
    Ok(reader.list_of("late_entries", doc)?.iter().any(|row| row.get(1) == Some(&mark)))
}
