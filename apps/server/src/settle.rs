//! Access lists follow the rosters.
//!
//! A document's commit brings its own list, made from the roster it was judged against; a roster's commit moves the lists
//! of its whole village. A document that was committed in between, and a link that began or ended today, are found here:
//! lists are computed again and only differences are written. It runs when the township opens, after every change of a
//! roster, and at midnight ([`crate::calendar`]), and running it twice changes nothing.

use std::collections::BTreeSet;

use lianhu_core::DocKind;
use lianhu_core::access::{Facts, readers};
use lianhu_store::Reader;
use lianhu_sync::ids::{DocId, Heads, ReaderId};
use lianhu_sync::ports::{Commit, CommitOutcome, DocAccess, Township as _};

use crate::gate::GateError;
use crate::limits::{LISTS_PER_COMMIT, SETTLED_AGAIN};
use crate::town::{Town, TownError, reader_of};

/// Brings the lists of every document up to date.
pub(crate) fn all(town: &Town) -> Result<(), TownError> {
    settle(town, None)
}

/// Brings the lists of the villages up to date whose rosters are among documents that were just recorded. What was
/// recorded stays so whatever happens here: a failure is only told, and midnight or the next opening makes it good.
pub(crate) fn after(town: &Town, recorded: impl IntoIterator<Item = DocId>) {
    let rosters: BTreeSet<DocId> =
        recorded.into_iter().filter(|doc| DocKind::from_code(doc.0[0]) == DocKind::Roster).collect();
    for roster in rosters {
        if let Err(why) = settle(town, Some(roster)) {
            tracing::error!(%roster, why = %why, "the access lists of a village could not be brought up to date");
        }
    }
}

fn settle(town: &Town, only: Option<DocId>) -> Result<(), TownError> {
    let mut at_most = LISTS_PER_COMMIT;
    for _ in 0..SETTLED_AGAIN {
        let reader = town.store.read()?;
        let (access, based_on) = differences(town, &reader, only, at_most)?;
        drop(reader);
        if access.is_empty() {
            return Ok(());
        }
        let commit = Commit { based_on, access, at: town.now(), ..Commit::default() };
        // Committed or not, the next round looks again, and ends when there is nothing left to write. While phones write
        // the same documents a large commit would be stale again and again: a smaller one gets through.
        if town.store.commit(commit)? == CommitOutcome::Stale {
            at_most = (at_most / 2).max(1);
        }
    }
    // Lists that do not stay as they were written: better said than tried for ever.
    Err(TownError::Busy)
}

type Differences = (Vec<DocAccess>, Vec<(DocId, Heads)>);

fn differences(town: &Town, reader: &Reader, only: Option<DocId>, at_most: usize) -> Result<Differences, TownError> {
    let today = town.today();
    let mut access = Vec::new();
    let mut based_on = BTreeSet::new();
    for recorded in reader.documents()? {
        let facts = Facts::from_bytes(&recorded.facts);
        let (Some(village), Ok(id)) = (facts.village, lianhu_core::DocId::from_bytes(recorded.doc.0)) else { continue };
        let village = DocId(village.to_bytes());
        if only.is_some_and(|only| only != village) {
            continue;
        }
        let at = match town.gate.roster(reader, village) {
            Ok(at) => at,
            // One damaged roster must not keep the whole township shut; `verify` tells of it.
            Err(GateError::Damaged(doc)) => {
                tracing::error!(%doc, "a roster does not open; its village's access lists stay as they are");
                continue;
            }
            Err(why) => return Err(why.into()),
        };
        let entitled: BTreeSet<ReaderId> =
            readers(id.kind(), &facts, &at.roster, today).into_iter().map(reader_of).collect();
        let listed: BTreeSet<ReaderId> = reader.document_readers(recorded.doc)?.into_iter().collect();
        if entitled != listed {
            based_on.insert((village, at.heads));
            based_on.insert((recorded.doc, recorded.heads));
            access.push(DocAccess { doc: recorded.doc, readers: entitled.into_iter().collect() });
            if access.len() >= at_most {
                break;
            }
        }
    }
    Ok((access, based_on.into_iter().collect()))
}
