//! A sweep over every document on all cores: many hands work, one takes what they found, in the order of documents.
//!
//! What it finds is the same however many hands there are, and it never holds more than a bounded number of documents.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use lianhu_core::gate::on_large_stack;
use lianhu_store::{DocFacts, Reader};
use lianhu_sync::ids::Position;
use lianhu_sync::ports::Township as _;

use crate::limits::{SWEEP_AT_ONCE, SWEEP_HANDS, SWEEP_TRIES};
use crate::town::{Town, TownError};

/// Every document of one moment, and a hand for each core.
pub(crate) struct Sweep {
    first: Reader,
    others: Vec<Reader>,
    documents: Vec<DocFacts>,
}

impl Sweep {
    /// Begins at the present moment.
    pub(crate) fn begin(town: &Town) -> Result<Self, TownError> {
        let hands = thread::available_parallelism().map_or(1, NonZero::get).min(SWEEP_HANDS);
        let mut tries = 0;
        loop {
            let first = town.store.read()?;
            let others = (1..hands).map(|_| town.store.read()).collect::<Result<Vec<_>, _>>()?;
            let of_one_moment = others.iter().all(|one| (one.head(), one.log()) == (first.head(), first.log()));
            tries += 1;
            // Where people write all the time, one hand still has one moment for all it reads.
            if of_one_moment || tries >= SWEEP_TRIES {
                let documents = first.documents()?;
                let others = if of_one_moment { others } else { Vec::new() };
                return Ok(Sweep { first, others, documents });
            }
        }
    }

    /// The log's last position at that moment.
    pub(crate) fn head(&self) -> Position {
        self.first.head()
    }

    /// A reader of that moment.
    pub(crate) fn reader(&self) -> &Reader {
        &self.first
    }

    /// How many documents there are.
    pub(crate) fn documents(&self) -> usize {
        self.documents.len()
    }

    /// Does `work` for every document, and hands what it gave to `take`, one document after another in their order. The
    /// first failure ends it.
    pub(crate) fn each<T: Send>(
        &mut self,
        work: impl Fn(&Reader, &DocFacts) -> Result<T, TownError> + Sync,
        mut take: impl FnMut(&DocFacts, T) -> Result<(), TownError>,
    ) -> Result<(), TownError> {
        let Sweep { first, others, documents } = self;
        for part in documents.chunks(SWEEP_AT_ONCE) {
            let mut done = together((&mut *first, others.as_mut_slice()), part, &work)?;
            done.sort_by_key(|(place, _)| *place);
            for (entry, (_, found)) in part.iter().zip(done) {
                take(entry, found)?;
            }
        }
        Ok(())
    }
}

/// One part of the documents, each by whichever hand is free. A thread that cannot be had is a hand less.
fn together<T: Send>(
    (first, others): (&mut Reader, &mut [Reader]),
    part: &[DocFacts],
    work: &(impl Fn(&Reader, &DocFacts) -> Result<T, TownError> + Sync),
) -> Result<Vec<(usize, T)>, TownError> {
    let next = AtomicUsize::new(0);
    let hand = |reader: &mut Reader| -> Result<Vec<(usize, T)>, TownError> {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(entry) = part.get(place) else { return Ok(done) };
            done.push((place, work(reader, entry)?));
        }
    };
    let hand = &hand;
    thread::scope(|scope| {
        let spawn = |reader| thread::Builder::new().spawn_scoped(scope, move || on_large_stack(|| hand(reader)));
        let begun: Vec<_> = others.iter_mut().map(spawn).collect();
        let mut all = on_large_stack(|| hand(first))?;
        for spawned in begun.into_iter().flatten() {
            // A panic is a bug, and goes on as the panic it is.
            all.extend(spawned.join().unwrap_or_else(|why| std::panic::resume_unwind(why))?);
        }
        Ok(all)
    })
}
