//! Access lists follow the rosters.
//!
//! A document's commit brings its own list, made from the roster it was judged against; a roster's commit moves the lists
//! of its whole village. A document that was committed in between, and a link that began or ended today, are found here:
//! lists are computed again and only differences are written. It runs when the township opens, after every change of a
//! roster, and at midnight, and running it twice changes nothing.

use std::collections::BTreeSet;

use lianhu_core::DocKind;
use lianhu_core::access::{Facts, readers};
use lianhu_store::Reader;
use lianhu_sync::ids::{DocId, Heads, ReaderId};
use lianhu_sync::ports::{Commit, CommitOutcome, DocAccess, Township as _};

use crate::gate::GateError;
use crate::town::{Town, TownError, reader_of};

/// Access lists that one commit replaces at most: a whole village fits.
const LISTS_PER_COMMIT: usize = 2_000;

/// Brings the lists of every document up to date.
pub(crate) fn all(town: &Town) -> Result<(), TownError> {
    settle(town, None)
}

/// Brings the lists of one roster's documents up to date.
pub(crate) fn village(town: &Town, roster: DocId) -> Result<(), TownError> {
    settle(town, Some(roster))
}

fn settle(town: &Town, only: Option<DocId>) -> Result<(), TownError> {
    loop {
        let reader = town.store.read()?;
        let (access, based_on) = differences(town, &reader, only)?;
        drop(reader);
        if access.is_empty() {
            return Ok(());
        }
        // Stale or committed, the next round looks again; it ends when there is nothing left to write.
        let commit = Commit { based_on, access, at: town.now(), ..Commit::default() };
        let _: CommitOutcome = town.store.commit(commit)?;
    }
}

type Differences = (Vec<DocAccess>, Vec<(DocId, Heads)>);

fn differences(town: &Town, reader: &Reader, only: Option<DocId>) -> Result<Differences, TownError> {
    let today = town.today();
    let mut access = Vec::new();
    let mut based_on = BTreeSet::new();
    for recorded in reader.documents()? {
        let facts = Facts::from_bytes(&recorded.facts);
        let Some(village) = facts.village.map(|village| DocId(village.to_bytes())) else { continue };
        if only.is_some_and(|only| only != village) {
            continue;
        }
        let at = town.gate.roster(reader, village)?;
        let id = lianhu_core::DocId::from_bytes(recorded.doc.0).map_err(|_| GateError::Damaged(recorded.doc))?;
        let entitled: BTreeSet<ReaderId> =
            readers(id.kind(), &facts, &at.roster, today).into_iter().map(reader_of).collect();
        let listed: BTreeSet<ReaderId> = reader.document_readers(recorded.doc)?.into_iter().collect();
        if entitled != listed {
            based_on.insert((village, at.heads));
            based_on.insert((recorded.doc, recorded.heads));
            access.push(DocAccess { doc: recorded.doc, readers: entitled.into_iter().collect() });
            if access.len() == LISTS_PER_COMMIT {
                break;
            }
        }
    }
    Ok((access, based_on.into_iter().collect()))
}

/// The rosters among some documents.
pub(crate) fn rosters(docs: impl IntoIterator<Item = DocId>) -> BTreeSet<DocId> {
    docs.into_iter().filter(|doc| DocKind::from_code(doc.0[0]) == DocKind::Roster).collect()
}
