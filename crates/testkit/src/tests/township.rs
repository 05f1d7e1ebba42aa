//! The township's side when things move under it.

use std::cell::Cell;
use std::convert::Infallible;

use lianhu_sync::ids::{DeviceId, ServerMillis};
use lianhu_sync::limits::MAX_JUDGED_AGAIN;
use lianhu_sync::message::{Chunk, DocChanges, Request, Verdict};
use lianhu_sync::ports::{Caller, Judged, SealedDoc, Township, TownshipGate, TownshipReader};
use lianhu_sync::township::{ExchangeError, exchange};

use crate::memory::{MemoryReader, MemoryTownship};
use crate::world::toy::{self, Toy, ToyGate};
use crate::world::{Phone, World, doc};

/// A gate during whose work somebody else records something in the same document, so many times.
struct Disturbed<'a> {
    gate: &'a ToyGate,
    township: &'a MemoryTownship,
    times: Cell<u32>,
}

impl TownshipGate<MemoryReader> for Disturbed<'_> {
    type Error = Infallible;

    fn judge(
        &self,
        reader: &MemoryReader,
        caller: Caller,
        changes: &[DocChanges],
        at: ServerMillis,
    ) -> Result<Judged, Infallible> {
        let judged = self.gate.judge(reader, caller, changes, at)?;
        if let Some(left) = self.times.get().checked_sub(1) {
            self.times.set(left);
            let toy = Toy::write(DeviceId([0xee; 16]), &Default::default(), &format!("meanwhile {left}"));
            let fresh = self.township.read()?;
            let admitted = toy::admit(&fresh, &DocChanges { doc: doc(7), changes: vec![Chunk(toy.bytes)] });
            let commit = lianhu_sync::ports::Commit { documents: vec![admitted], ..Default::default() };
            self.township.commit(commit)?;
        }
        Ok(judged)
    }

    fn take_back(&self, _: &MemoryReader, _: Caller, _: &[SealedDoc], _: ServerMillis) -> Result<Judged, Infallible> {
        Ok(Judged::default())
    }
}

fn one_word(world: &mut World) -> (Phone, Request) {
    let mut ada = world.phone(1);
    world.assign(doc(7), &[1]);
    ada.write(doc(7), "mine");
    let request = ada.session().begin(&ada.store).unwrap();
    (ada, request)
}

#[test]
fn a_document_that_moved_meanwhile_is_judged_again() {
    let mut world = World::new();
    let (ada, request) = one_word(&mut world);
    let gate = Disturbed { gate: &world.gate, township: &world.township, times: Cell::new(2) };
    let (reply, counters) = exchange(&world.township, &gate, ada.caller(), &request, ServerMillis(1)).unwrap();
    assert_eq!(reply.verdicts, [Verdict::Recorded]);
    assert_eq!((counters.judged_again, counters.recorded), (2, 1));
    assert_eq!(world.words(doc(7)), ["meanwhile 0", "meanwhile 1", "mine"]);
}

#[test]
fn a_document_that_never_rests_makes_the_phone_wait_and_records_nothing_of_it() {
    let mut world = World::new();
    let (ada, request) = one_word(&mut world);
    let gate = Disturbed { gate: &world.gate, township: &world.township, times: Cell::new(u32::MAX) };
    let busy = exchange(&world.township, &gate, ada.caller(), &request, ServerMillis(1)).unwrap_err();
    assert!(matches!(busy, ExchangeError::Busy { .. }));
    let words = world.words(doc(7));
    assert_eq!(words.len(), MAX_JUDGED_AGAIN as usize + 1);
    assert!(!words.contains(&"mine".to_owned()));
}

#[test]
fn nobody_asks_in_another_devices_name() {
    let mut world = World::new();
    let (_, request) = one_word(&mut world);
    let other = world.phone(2);
    let refused = exchange(&world.township, &world.gate, other.caller(), &request, ServerMillis(1)).unwrap_err();
    assert_eq!(refused, ExchangeError::NotThisDevice);
    assert_eq!(world.words(doc(7)), Vec::<String>::new());
}

/// A gate that forgets a change.
struct Forgetful;

impl<R: TownshipReader> TownshipGate<R> for Forgetful {
    type Error = Infallible;

    fn judge(&self, _: &R, _: Caller, _: &[DocChanges], _: ServerMillis) -> Result<Judged, Infallible> {
        Ok(Judged::default())
    }

    fn take_back(&self, _: &R, _: Caller, _: &[SealedDoc], _: ServerMillis) -> Result<Judged, Infallible> {
        Ok(Judged::default())
    }
}

#[test]
fn a_gate_that_forgets_a_change_is_found_out_before_anything_is_committed() {
    let mut world = World::new();
    let (ada, request) = one_word(&mut world);
    let refused = exchange(&world.township, &Forgetful, ada.caller(), &request, ServerMillis(1)).unwrap_err();
    assert_eq!(refused, ExchangeError::VerdictsMissing { changes: 1, verdicts: 0 });
}

#[test]
fn a_reader_gets_nothing_of_documents_that_are_not_theirs() {
    let mut world = World::new();
    let (mut ada, mut bo) = (world.phone(1), world.phone(2));
    for number in 1..=5 {
        ada.write(doc(number), "ada's");
    }
    world.sync(&mut ada);
    world.assign(doc(3), &[1, 2]);
    world.sync(&mut bo);
    assert_eq!(bo.readable().into_keys().collect::<Vec<_>>(), [doc(3)]);
    // Not even by claiming to hold them.
    let request = Request {
        log: bo.session().begin(&bo.store).unwrap().log,
        holds: Some(Default::default()),
        ..bo.session().begin(&bo.store).unwrap()
    };
    let (reply, _) = exchange(&world.township, &world.gate, bo.caller(), &request, ServerMillis(1)).unwrap();
    assert_eq!(reply.entries.len(), 1);
}

#[test]
fn a_budget_bounds_every_reply_and_one_entry_always_fits() {
    let mut world = World::new();
    let mut office = world.phone(9);
    for number in 1..=20 {
        world.assign(doc(number), &[1, 9]);
        office.write(doc(number), &"w".repeat(500));
    }
    world.sync(&mut office);
    let ada = world.phone(1);
    for (budget, entries) in [(1, 1), (1_300, 2), (1 << 30, 20)] {
        let request = ada.session().with_budget(budget).begin(&ada.store).unwrap();
        let (reply, counters) =
            exchange(&world.township, &world.gate, ada.caller(), &request, ServerMillis(1)).unwrap();
        assert_eq!((reply.entries.len(), reply.more), (entries, entries < 20), "budget {budget}");
        assert_eq!(counters.entries as usize, entries);
    }
}
