//! What was erased is erased again: whatever is put back under the list of erasures holds none of it when the township
//! opens. `docs/adr/0012-erasure-list.md`.

use std::collections::BTreeMap;

use lianhu_core::access::stays_when_erased;
use lianhu_core::gate::on_large_stack;
use lianhu_core::{DocKind, Generation, NotRenewed};
use lianhu_store::ErasedLine;
use lianhu_sync::ids::DocId;
use lianhu_sync::ports::{CommitOutcome, StandIn, Township as _};

use crate::gate::{hand_of, heads_of};
use crate::generations::{Begin, RenewError, is_inside};
use crate::limits::WRITTEN_AGAIN;
use crate::town::{Town, TownError};

/// Whether what stands under a key went with one of these lines.
pub(crate) fn forgotten(kind: DocKind, key: &str, lines: &[&ErasedLine]) -> bool {
    lines.iter().any(|line| match &line.erasure.keys {
        None => !stays_when_erased(kind, key),
        Some(keys) => keys.iter().any(|erased| is_inside(key, erased)),
    })
}

/// Takes in the list beside the database, erases what the store has of it, and makes both say the same. A list that is
/// not sound keeps the township shut: what it would have erased must not be shown.
pub(crate) fn settle(town: &Town) -> Result<(), TownError> {
    let beside = town.store.erasures_beside()?.transpose().map_err(TownError::ErasureList)?;
    town.store.add_erasures(beside.as_deref().unwrap_or_default())?;
    let lines = town.store.read()?.erasures()?;
    let mut by_doc: BTreeMap<DocId, Vec<&ErasedLine>> = BTreeMap::new();
    for line in &lines {
        by_doc.entry(line.erasure.doc).or_default().push(line);
    }
    let mut again = 0;
    for (doc, lines) in by_doc {
        again += u32::from(town.erase_again(doc, &lines)?);
    }
    if again > 0 {
        tracing::info!(documents = again, "what the list of erasures says was erased again");
        town.store.sweep()?;
    }
    // A township that never erased has no list; one that was sealed since has to seal its list too.
    let is_current = lines.is_empty() && beside.is_none() || town.store.erasures_beside_are_current()?;
    if is_current { Ok(()) } else { Ok(town.store.write_erasures_beside()?) }
}

impl Town {
    /// Begins a document in the generation the list says it had, without what went; answers whether it had to. What it
    /// begins stands in for what was begun elsewhere, until a phone gives that back.
    fn erase_again(&self, doc: DocId, lines: &[&ErasedLine]) -> Result<bool, TownError> {
        for _ in 0..WRITTEN_AGAIN {
            let reader = self.store.read()?;
            let recorded = Generation(reader.generation_of(doc)?.0);
            let lines: Vec<_> = lines.iter().copied().filter(|line| line.erasure.generation.0 > recorded.0).collect();
            let Some(generation) = lines.iter().map(|line| Generation(line.erasure.generation.0)).max() else {
                return Ok(false);
            };
            let opened = self.gate.open(&reader, doc)?;
            if opened.heads.is_empty() {
                return Ok(false);
            }
            let kind = opened.document.id().kind();
            let forget = |key: &str| forgotten(kind, key, &lines);
            let hand = hand_of(&opened.heads);
            let next = on_large_stack(|| opened.document.stand_in(generation, &hand, forget));
            let next = next.map_err(|why| TownError::NotErasedAgain(doc, why))?;
            let snapshot = next.document.save().map_err(|_| TownError::NotErasedAgain(doc, NotRenewed::WouldDiffer))?;
            let heads = heads_of(&next.document);
            let begin = Begin { erase: None, reason: "erased again after the township was put back" };
            let mut commit =
                self.commit_of(&reader, doc, &opened, next, snapshot, &begin).map_err(|why| match why {
                    RenewError::Town(why) => why,
                    _ => TownError::Busy,
                })?;
            commit.erasures.clear();
            commit.stand_ins.push((doc, Some(StandIn { heads, of: opened.heads })));
            for begins in commit.documents.iter_mut().filter_map(|document| document.begins.as_mut()) {
                begins.erases = true;
            }
            drop(reader);
            if self.store.commit(commit)? != CommitOutcome::Stale {
                return Ok(true);
            }
        }
        Err(TownError::Busy)
    }
}
