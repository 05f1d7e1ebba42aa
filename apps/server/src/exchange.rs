//! One request of one phone: who it is, whether it really is, the exchange, and what the office will want to know of it.

use std::sync::atomic::Ordering;

use ed25519_dalek::{Signature, VerifyingKey};
use lianhu_core::gate::on_large_stack;
use lianhu_store::{Contact, Device, StoreError};
use lianhu_sync::message::Verdict;
use lianhu_sync::ports::{Caller, Township as _};
use lianhu_sync::township::{Counters, ExchangeError};
use lianhu_sync::{township, wire};

use crate::settle;
use crate::town::Town;

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
            return Err(ExchangeFailure::RevokedDevice);
        }
        let caller = Caller { device: device.device, reader: device.reader };
        let exchange = || township::exchange(&self.store, &self.gate, caller, &request, self.now());
        // One roomy thread for all documents of the request instead of one for each; none when there is nothing to judge.
        let nothing_to_judge = request.changes.is_empty() && request.returned.is_none();
        let exchanged = if nothing_to_judge { exchange() } else { on_large_stack(exchange) };
        let (reply, counters) = exchanged.map_err(|why| match why {
            ExchangeError::Busy { retry_after_s } => ExchangeFailure::Busy(retry_after_s),
            other => ExchangeFailure::Internal(Box::new(other)),
        })?;
        if counters.recorded + counters.taken_back > 0 {
            let returned = request.returned.iter().flatten().map(|of_doc| of_doc.doc);
            settle::after(self, request.changes.iter().map(|of_doc| of_doc.doc).chain(returned));
        }
        let answer = wire::encode_reply(&reply).map_err(|why| ExchangeFailure::Internal(Box::new(why)))?;
        self.note(caller, body.len(), answer.len(), &reply.verdicts, counters)?;
        Ok(answer)
    }

    fn note(
        &self,
        caller: Caller,
        bytes_in: usize,
        bytes_out: usize,
        verdicts: &[Verdict],
        counters: Counters,
    ) -> Result<(), StoreError> {
        self.exchanges.fetch_add(1, Ordering::Relaxed);
        let count = |wanted: fn(&Verdict) -> bool| verdicts.iter().filter(|verdict| wanted(verdict)).count() as u64;
        self.store.note_contact(Contact {
            at: self.now(),
            device: caller.device,
            outcome: "answered".to_owned(),
            recorded: u64::from(counters.recorded),
            held: count(|verdict| matches!(verdict, Verdict::Held { .. })),
            refused: count(|verdict| matches!(verdict, Verdict::Refused { .. })),
            sent: u64::from(counters.entries),
            bytes_in: bytes_in as u64,
            bytes_out: bytes_out as u64,
        })
    }
}

fn check_signature(device: &Device, body: &[u8], signature: &[u8; 64]) -> Result<(), ExchangeFailure> {
    let key: Option<[u8; 32]> = device.public_key.as_slice().try_into().ok();
    let key = key.and_then(|key| VerifyingKey::from_bytes(&key).ok()).ok_or(ExchangeFailure::UnknownDevice)?;
    key.verify_strict(body, &Signature::from_bytes(signature)).map_err(|_| ExchangeFailure::WrongSignature)
}
