//! The public board as a phone can lay it out from what it holds.

use std::collections::BTreeMap;

use lianhu_core::board::{self, Board, Seen};
use lianhu_core::{DocKind, Document};
use lianhu_sync::ports::PhoneStore;

use crate::error::WorkbookError;
use crate::surroundings::{Surroundings, today};
use crate::workbook::Workbook;

impl<S: PhoneStore, X: Surroundings> Workbook<S, X> {
    /// The board of the owner's village today, of the documents on this phone: a member's holds only own matters, one of the
    /// village board's all of them. `None` while the phone has not received its roster.
    pub fn board(&mut self) -> Result<Option<Board>, WorkbookError<S::Error>> {
        let Some(roster) = self.roster()? else { return Ok(None) };
        let mut documents: Vec<Document> = Vec::new();
        for kind in board::kinds().filter(|kind| *kind != DocKind::Roster) {
            for listed in self.list(kind)? {
                if listed.card.village == Some(roster.content.id) {
                    documents.push(self.opened(listed.id)?.document.clone());
                }
            }
        }
        let others = BTreeMap::new();
        let on = today(self.surroundings.now());
        let seen = Seen { roster: &roster.content, others: &others, on };
        Ok(Some(Board::of(&documents, &seen, None)))
    }
}
