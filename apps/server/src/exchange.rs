//! One request of one phone: who it is, whether it really is, the exchange, and what the office will want to know of it.

use std::sync::atomic::Ordering;

use ed25519_dalek::{Signature, VerifyingKey};
use lianhu_core::gate::on_large_stack;
use lianhu_store::{Contact, Device, StoreError};
use lianhu_sync::message::{Reply, Request, Verdict};
use lianhu_sync::ports::{Caller, Judged, Township as _};
use lianhu_sync::township::{Counters, ExchangeError};
use lianhu_sync::{township, wire};

use crate::limits::{HELD_BYTES_OF_REVOKED, HELD_OF_REVOKED};
use crate::town::Town;
use crate::{numbers, settle};

/// Why an exchange has no reply.
#[derive(Debug)]
pub enum ExchangeFailure {
    /// The body is not a request.
    Wire(wire::WireError),
    /// No such device.
    UnknownDevice,
    /// Signed with another key.
    WrongSignature,
    /// It was this device, and it may not ask any more.
    RevokedDevice,
    /// Too many at once; come back after so many seconds.
    Busy(u32),
    /// Our own fault.
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl From<StoreError> for ExchangeFailure {
    fn from(why: StoreError) -> Self {
        ExchangeFailure::Internal(Box::new(why))
    }
}

impl Town {
    /// Answers one request of a phone: the body and its signature in, the reply's body out.
    pub fn exchange(&self, body: &[u8], signature: &[u8; 64]) -> Result<Vec<u8>, ExchangeFailure> {
        let request = wire::decode_request(body).map_err(ExchangeFailure::Wire)?;
        let device = self.store.read()?.device(request.device)?.ok_or(ExchangeFailure::UnknownDevice)?;
        check_signature(&device, body, signature)?;
        // Only whoever holds its key is told that a device was revoked.
        if device.revoked_at.is_some() {
            return self.farewell(&device, body, &request);
        }
        let caller = Caller { device: device.device, reader: device.reader };
        let touched = || {
            let returned = request.returned.iter().flatten().map(|of_doc| of_doc.doc);
            request.changes.iter().map(|of_doc| of_doc.doc).chain(returned)
        };
        // A matter's number is in the reply to the request that brought it.
        let recorded = |counters: &Counters| {
            if counters.recorded + counters.taken_back > 0 {
                numbers::after(self, touched());
            }
        };
        let exchange = || township::exchange_then(&self.store, &self.gate, caller, &request, self.now(), recorded);
        // One roomy thread for all documents of the request instead of one for each; none when there is nothing to judge.
        let nothing_to_judge = request.changes.is_empty() && request.returned.is_none();
        let exchanged = if nothing_to_judge { exchange() } else { on_large_stack(exchange) };
        let (reply, counters) = exchanged.map_err(|why| match why {
            ExchangeError::Busy { retry_after_s } => ExchangeFailure::Busy(retry_after_s),
            other => ExchangeFailure::Internal(Box::new(other)),
        })?;
        if counters.recorded + counters.taken_back > 0 {
            settle::after(self, touched());
        }
        let answer = wire::encode_reply(&reply).map_err(|why| ExchangeFailure::Internal(Box::new(why)))?;
        self.note(caller, "answered", (body, &answer), &reply.verdicts, counters)?;
        Ok(answer)
    }

    /// A revoked device's last words. What it wrote and nobody has seen yet is kept for the office to decide about, and it
    /// hears so; nothing else is told it, and nothing given: the reply says of the township only what the request said, and
    /// whether this is still the life of the log it knows, so that it brings again what another life held for it. Its next
    /// request, when it has nothing more to bring, hears that it is revoked.
    fn farewell(&self, device: &Device, body: &[u8], request: &Request) -> Result<Vec<u8>, ExchangeFailure> {
        let ours = request.device == device.device;
        let log = self.store.read()?.log();
        // A list comes before what is written, so it is passed over.
        if !ours || request.changes.is_empty() && request.holds.is_none() && request.log == log {
            return Err(ExchangeFailure::RevokedDevice);
        }
        let caller = Caller { device: device.device, reader: device.reader };
        let judged = on_large_stack(|| self.hold_last_words(caller, request))?;
        let reply = Reply {
            log,
            verdicts: judged,
            entries: Vec::new(),
            position: request.position,
            digest: request.digest,
            more: true,
            list_heads: false,
            retry_after_s: None,
            server_time: self.now(),
            seals: None,
            late: None,
            wanted: None,
        };
        let answer = wire::encode_reply(&reply).map_err(|why| ExchangeFailure::Internal(Box::new(why)))?;
        self.note(caller, "revoked", (body, &answer), &reply.verdicts, Counters::default())?;
        Ok(answer)
    }

    fn hold_last_words(&self, caller: Caller, request: &Request) -> Result<Vec<Verdict>, ExchangeFailure> {
        let reader = self.store.read()?;
        let (count, bytes) = reader.held_from(caller.device)?;
        let judged = self.gate.suspend(&reader, caller, &request.changes, self.now());
        drop(reader);
        let Judged { verdicts, commit, .. } = judged.map_err(|why| ExchangeFailure::Internal(Box::new(why)))?;
        let Some(commit) = commit else { return Ok(verdicts) };
        let more: u64 = commit.held.iter().map(|held| held.bytes.len() as u64).sum();
        if count + commit.held.len() as u64 > HELD_OF_REVOKED || bytes + more > HELD_BYTES_OF_REVOKED {
            return Err(ExchangeFailure::RevokedDevice);
        }
        self.store.commit(commit)?;
        Ok(verdicts)
    }

    fn note(
        &self,
        caller: Caller,
        outcome: &str,
        (body, answer): (&[u8], &[u8]),
        verdicts: &[Verdict],
        counters: Counters,
    ) -> Result<(), StoreError> {
        self.exchanges.fetch_add(1, Ordering::Relaxed);
        let count = |wanted: fn(&Verdict) -> bool| verdicts.iter().filter(|verdict| wanted(verdict)).count() as u64;
        self.store.note_contact(Contact {
            at: self.now(),
            device: caller.device,
            outcome: outcome.to_owned(),
            recorded: u64::from(counters.recorded),
            held: count(|verdict| matches!(verdict, Verdict::Held { .. })),
            refused: count(|verdict| matches!(verdict, Verdict::Refused { .. })),
            sent: u64::from(counters.entries),
            bytes_in: body.len() as u64,
            bytes_out: answer.len() as u64,
        })
    }
}

fn check_signature(device: &Device, body: &[u8], signature: &[u8; 64]) -> Result<(), ExchangeFailure> {
    let key: Option<[u8; 32]> = device.public_key.as_slice().try_into().ok();
    let key = key.and_then(|key| VerifyingKey::from_bytes(&key).ok()).ok_or(ExchangeFailure::UnknownDevice)?;
    key.verify_strict(body, &Signature::from_bytes(signature)).map_err(|_| ExchangeFailure::WrongSignature)
}
