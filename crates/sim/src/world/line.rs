//! The line between a phone and its township, and what is done to messages on it.

use lianhu_device::{Answer, Signature, Step, SyncError, SyncReport, Transport, TransportError, WorkbookError};
use lianhu_server::{ExchangeFailure, Town};
use lianhu_store::StoreError;

use super::World;
use crate::failure::{Failure, Held};
use crate::{events, judges};

/// Round trips after which a sync must have come to its end.
const ROUND_TRIPS: usize = 200;
/// Answers in a hundred during which something happens at the township.
const MEANWHILE_PERCENT: u64 = 4;
/// Requests kept for later.
const LATE_MAX: usize = 8;

/// The township, with nothing in between.
pub(crate) struct Direct<'a>(pub(crate) &'a Town);

impl Transport for Direct<'_> {
    fn send(&mut self, body: &[u8], signature: &Signature) -> Result<Answer, TransportError> {
        let failed = |why: ExchangeFailure| TransportError::Unreachable(format!("{why:?}"));
        self.0.exchange(body, signature).map(answer_of).map_err(failed)
    }
}

/// An answer as a phone takes it.
fn answer_of(answer: lianhu_server::Answer) -> Answer {
    Answer { body: answer.body, signature: Some(answer.signature) }
}

/// What the township said to one request.
#[derive(Clone)]
enum Told {
    /// A reply.
    Reply(Answer),
    /// A refusal the phone acts upon.
    Refusal(Answer),
}

/// A request that arrives later, or once more.
pub(crate) struct Late {
    from: usize,
    body: Vec<u8>,
    signature: Signature,
}

/// What the line does to one round trip.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trip {
    Clear,
    RequestLost,
    ReplyLost,
    RequestTwice,
    RequestLate,
    RequestCut,
    ReplyCut,
    RequestGarbled,
    PhoneDies,
}

impl World<'_> {
    /// Syncs a phone; `None` when it did not come to its end.
    pub(crate) fn sync(&mut self, number: usize) -> Held<Option<SyncReport>> {
        if !self.open_phone(number)? {
            return Ok(None);
        }
        let begun = self.talk(number, |book| book.begin_sync().map(|first| Some(Step::Send(first))))?;
        let Some(mut step) = begun else { return Ok(None) };
        // Whether the township went on after its last answer: then what the answer proved may be so no longer.
        let mut moved = false;
        for _ in 0..ROUND_TRIPS {
            let outgoing = match step {
                Step::Done(report) => {
                    let told = (report.recorded, report.held, report.refused, report.received, report.granted);
                    self.trace.note(format_args!("  phone {number} synced: {told:?} proven {}", report.proven));
                    judges::permission::held_by_phone(self, number, report.proven && !moved)?;
                    return Ok(Some(report));
                }
                Step::Send(outgoing) => outgoing,
            };
            let trip = self.trip();
            let Some(reply) = self.round_trip(number, trip, &outgoing.body, &outgoing.signature)? else {
                return Ok(None);
            };
            moved = !self.calm && self.dice.percent(MEANWHILE_PERCENT);
            if moved {
                events::meanwhile(self)?;
            }
            if trip == Trip::PhoneDies {
                self.fault("phone died in a sync");
                self.handset(number)?.power_cycle();
                self.open_phone(number)?;
                return Ok(None);
            }
            let next = match reply {
                Told::Reply(answer) => self.talk(number, |book| book.absorb_reply(&answer).map(Some))?,
                Told::Refusal(answer) => self.talk(number, |book| book.absorb_refusal(&answer))?,
            };
            match next {
                Some(next) => step = next,
                None => return Ok(None),
            }
        }
        Err(Failure::new("a sync ends", format!("phone {number} still talks after {ROUND_TRIPS} round trips")))
    }

    /// One step of the phone's side; `None` when the sync is over before its end.
    fn talk(
        &mut self,
        number: usize,
        act: impl FnOnce(&mut super::Book) -> Result<Option<Step>, SyncError<StoreError>>,
    ) -> Held<Option<Step>> {
        let Some(mut book) = self.handset(number)?.book.take() else { return Ok(None) };
        let done = act(&mut book);
        self.handset(number)?.book = Some(book);
        match done {
            Ok(step) => {
                self.after_phone(number)?;
                Ok(step.filter(|_| self.handset(number).is_ok_and(|handset| handset.book.is_some())))
            }
            Err(SyncError::Workbook(WorkbookError::Store(why))) => {
                self.phone_store_failed(number, &why)?;
                Ok(None)
            }
            Err(
                why @ (SyncError::Wire(_)
                | SyncError::NothingAsked
                | SyncError::NotThisRequest
                | SyncError::NotThisTownship),
            ) => {
                self.trace.note(format_args!("  phone {number} gives up: {why}"));
                if self.calm {
                    return Err(Failure::new("no unexplained error", format!("phone {number} on a good line: {why}")));
                }
                Ok(None)
            }
            Err(why) => Err(Failure::new("no unexplained error", format!("phone {number}: {why}"))),
        }
    }

    fn trip(&mut self) -> Trip {
        if self.calm {
            return Trip::Clear;
        }
        match self.dice.below(100) {
            0..3 => Trip::RequestLost,
            3..7 => Trip::ReplyLost,
            7..10 => Trip::RequestTwice,
            10..12 => Trip::RequestLate,
            12..14 => Trip::RequestCut,
            14..16 => Trip::ReplyCut,
            16..17 => Trip::RequestGarbled,
            17..19 => Trip::PhoneDies,
            _ => Trip::Clear,
        }
    }

    fn round_trip(&mut self, number: usize, trip: Trip, body: &[u8], signature: &Signature) -> Held<Option<Told>> {
        match trip {
            Trip::Clear | Trip::PhoneDies => self.deliver(number, body, signature),
            Trip::RequestLost => {
                self.fault("request lost");
                Ok(None)
            }
            Trip::ReplyLost => {
                self.fault("reply lost");
                self.deliver(number, body, signature)?;
                Ok(None)
            }
            Trip::RequestTwice => {
                self.fault("request twice");
                let first = self.deliver(number, body, signature)?;
                let second = self.deliver(number, body, signature)?;
                Ok(if self.dice.percent(50) { first } else { second })
            }
            Trip::RequestLate => {
                self.fault("request late");
                if self.late.len() >= LATE_MAX {
                    self.late.remove(0);
                }
                self.late.push(Late { from: number, body: body.to_vec(), signature: *signature });
                Ok(None)
            }
            Trip::RequestCut => {
                self.fault("request cut");
                let cut = self.dice.index(body.len());
                self.must_be_refused(number, body.get(..cut).unwrap_or_default(), signature)?;
                Ok(None)
            }
            Trip::RequestGarbled => {
                self.fault("request garbled");
                let mut garbled = body.to_vec();
                let (place, bit) = (self.dice.index(garbled.len()), self.dice.below(8));
                if let Some(byte) = garbled.get_mut(place) {
                    *byte ^= 1 << bit;
                }
                self.must_be_refused(number, &garbled, signature)?;
                Ok(None)
            }
            Trip::ReplyCut => {
                let Some(Told::Reply(mut answer)) = self.deliver(number, body, signature)? else { return Ok(None) };
                self.fault("reply cut");
                let cut = self.dice.index(answer.body.len());
                answer.body.truncate(cut);
                Ok(Some(Told::Reply(answer)))
            }
        }
    }

    /// A request arrives at the township. `None`: no reply.
    fn deliver(&mut self, number: usize, body: &[u8], signature: &Signature) -> Held<Option<Told>> {
        let answered = self.town()?.exchange(body, signature);
        let revoked = self.handset(number)?.revoked;
        let reply = match answered {
            Ok(reply) => {
                // What it says holds even if the power went right after it was said.
                self.after_town()?;
                judges::replies::look(self, number, body, &reply.body)?;
                return Ok(Some(Told::Reply(answer_of(reply))));
            }
            Err(ExchangeFailure::MayNotAsk(_)) if revoked => {
                self.trace.note(format_args!("  phone {number} is told that it may not ask"));
                None
            }
            Err(why @ ExchangeFailure::Replayed(last)) => {
                self.checks.count("a request is answered once");
                self.trace.note(format_args!("  phone {number} is told that {last} came before"));
                let refusal = self.town()?.refusal(body, &why, "");
                refusal.map(|answer| Told::Refusal(answer_of(answer)))
            }
            Err(ExchangeFailure::Internal(why)) => {
                self.town_failed(&why)?;
                None
            }
            Err(why) => {
                return Err(Failure::new("no unexplained error", format!("the township to phone {number}: {why:?}")));
            }
        };
        self.after_town()?;
        Ok(reply)
    }

    fn must_be_refused(&mut self, number: usize, body: &[u8], signature: &Signature) -> Held {
        self.checks.count("bad bytes are a typed error");
        let answered = self.town()?.exchange(body, signature);
        let typed = match answered {
            Ok(_) => false,
            Err(ExchangeFailure::Internal(why)) => {
                self.town_failed(&why)?;
                true
            }
            Err(_) => true,
        };
        if !typed {
            return Err(Failure::new("bad bytes are a typed error", format!("altered bytes of phone {number} got in")));
        }
        self.after_town()
    }

    /// A request that was under way for long arrives, out of order and perhaps once more. Its reply reaches nobody.
    pub(crate) fn late_request(&mut self) -> Held {
        if self.late.is_empty() {
            return Ok(());
        }
        let place = self.dice.index(self.late.len());
        let Late { from, body, signature } = self.late.remove(place);
        self.trace.note(format_args!("  an old request of phone {from} arrives"));
        self.fault("reordered request");
        self.deliver(from, &body, &signature)?;
        Ok(())
    }

    /// Counts a fault.
    pub(crate) fn fault(&mut self, name: &'static str) {
        self.faults.count(name);
        self.trace.note(format_args!("  fault: {name}"));
    }
}
