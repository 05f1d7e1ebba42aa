//! One request of one phone: who it is, whether it really is, the exchange, and what the office will want to know of it.

use std::convert::Infallible;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use lianhu_core::WorkerId;
use lianhu_core::gate::on_large_stack;
use lianhu_crypto::{PublicKey, Purpose};
use lianhu_store::{Contact, Device, DeviceStanding, Reader, StoreError, Township};
use lianhu_sync::ids::LogId;
use lianhu_sync::message::{NewKey, Order, RefusedCode, Reply, Request, Verdict};
use lianhu_sync::ports::{Caller, Commit, CommitOutcome, Judged, Township as _};
use lianhu_sync::signature::{Signature, sign_reply};
use lianhu_sync::signed::DeviceKeyProof;
use lianhu_sync::township::{Counters, ExchangeError};
use lianhu_sync::{township, wire};

use crate::audit::{Action, Actor, AuditLine};
use crate::limits::{HELD_BYTES_OF_REVOKED, HELD_OF_REVOKED, NOTED_WITHIN};
use crate::meter::{Measured, Meters};
use crate::town::{Town, TownError};
use crate::trust::keys_of;
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
    /// It was this device, and it may not ask: how it stands.
    MayNotAsk(DeviceStanding),
    /// Not greater than the number of a request before: the last one's.
    Replayed(u64),
    /// Too many at once; come back after so many seconds.
    Busy(u32),
    /// This device or this person asks too much; come back after so many seconds.
    TooMuch(u32),
    /// Our own fault.
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl ExchangeFailure {
    /// Of a refusal a phone acts upon, its stable code: such a one is signed.
    pub fn signed_code(&self) -> Option<&'static str> {
        match self {
            ExchangeFailure::Replayed(_) => Some("replayed"),
            ExchangeFailure::MayNotAsk(DeviceStanding::Suspended) => Some("suspended_device"),
            ExchangeFailure::MayNotAsk(DeviceStanding::Lost) => Some("lost_device"),
            ExchangeFailure::MayNotAsk(DeviceStanding::Wiped) => Some("wiped_device"),
            ExchangeFailure::MayNotAsk(_) => Some("revoked_device"),
            _ => None,
        }
    }
}

/// What goes back: a body, and the township's signature over it as the answer to just this request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The body.
    pub body: Vec<u8>,
    /// The signature.
    pub signature: Signature,
}

impl From<TownError> for ExchangeFailure {
    fn from(why: TownError) -> Self {
        ExchangeFailure::Internal(Box::new(why))
    }
}

impl From<StoreError> for ExchangeFailure {
    fn from(why: StoreError) -> Self {
        ExchangeFailure::Internal(Box::new(why))
    }
}

/// The store, with the snapshot that was opened to ask who calls: it is the first one that is read, too.
struct Begun<'a> {
    store: &'a Township,
    reader: Mutex<Option<Reader>>,
}

impl lianhu_sync::ports::Township for Begun<'_> {
    type Error = StoreError;
    type Reader = Reader;

    fn read(&self) -> Result<Reader, StoreError> {
        let begun = self.reader.lock().unwrap_or_else(PoisonError::into_inner).take();
        begun.map_or_else(|| self.store.read(), Ok)
    }

    fn commit(&self, commit: Commit) -> Result<CommitOutcome, StoreError> {
        self.store.commit(commit)
    }
}

/// Writes what is noted of exchanges, again and again. Never ends; dropping it is the end.
pub(crate) async fn keep_noted(town: Arc<Town>) -> Infallible {
    loop {
        tokio::time::sleep(NOTED_WITHIN).await;
        if town.store.has_notes() {
            let town = Arc::clone(&town);
            match tokio::task::spawn_blocking(move || town.store.write_notes()).await {
                Ok(Ok(())) => {}
                Ok(Err(why)) => tracing::error!(why = %why, "what was noted of exchanges could not be written"),
                Err(why) => tracing::error!(why = %why, "what was noted of exchanges could not be written"),
            }
        }
    }
}

impl Town {
    /// Answers one request of a phone: the body and its signature in, the reply's body and signature out.
    pub fn exchange(&self, body: &[u8], signature: &Signature) -> Result<Answer, ExchangeFailure> {
        let request = wire::decode_request(body).map_err(ExchangeFailure::Wire)?;
        let reader = self.store.read()?;
        let device = reader.device(request.device)?.ok_or(ExchangeFailure::UnknownDevice)?;
        let signed_with = self.who_signed(&device, body, signature)?;
        let numbers = self.request_numbers.lock();
        let taken = numbers.unwrap_or_else(PoisonError::into_inner).take(&device, request.number);
        taken.map_err(ExchangeFailure::Replayed)?;
        self.measure(&device, body, &request)?;
        let reply = if device.standing == DeviceStanding::Active {
            self.converse(&device, &signed_with, body, &request, reader)?
        } else {
            let log = reader.log();
            drop(reader);
            // Only whoever holds its key is told how a device stands.
            self.farewell(&device, body, &request, log)?
        };
        self.sign(&request, body, reply)
    }

    /// Measures what a device asks. One that goes on although it was asked to come back later is suspended.
    fn measure(&self, device: &Device, body: &[u8], request: &Request) -> Result<(), ExchangeFailure> {
        let changes = request.changes.iter().map(|of_doc| of_doc.changes.len() as u64).sum();
        let who = (device.device, device.reader);
        let measured = self.meters().request(who, changes, body.len() as u64, self.now());
        match measured {
            Measured::Fits => Ok(()),
            Measured::Later(seconds) => Err(ExchangeFailure::TooMuch(seconds)),
            Measured::Flood => self.suspend_by_itself(device, "flood"),
        }
    }

    /// Counts what no honest phone makes among the verdicts. One that makes too much of it is suspended.
    fn watch_for_poison(&self, device: &Device, verdicts: &[Verdict]) -> Result<(), ExchangeFailure> {
        let is_poison = |verdict: &&Verdict| {
            matches!(verdict, Verdict::Refused { code: RefusedCode::Malformed | RefusedCode::Inconsistent, .. })
        };
        let poison = verdicts.iter().filter(is_poison).count() as u64;
        if self.meters().poison(device.device, poison, self.now()) {
            return self.suspend_by_itself(device, "poison");
        }
        Ok(())
    }

    fn suspend_by_itself(&self, device: &Device, why: &str) -> Result<(), ExchangeFailure> {
        if device.standing != DeviceStanding::Active {
            return Ok(());
        }
        let reason = why.to_owned().into();
        self.set_standing(device.device, DeviceStanding::Suspended, reason, Actor::Township)?;
        Err(ExchangeFailure::MayNotAsk(DeviceStanding::Suspended))
    }

    pub(crate) fn meters(&self) -> std::sync::MutexGuard<'_, Meters> {
        self.meters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to a refusal that a phone acts upon, signed; `None` for any other.
    pub fn refusal(&self, body: &[u8], failure: &ExchangeFailure, message: &str) -> Option<Answer> {
        let code = failure.signed_code()?;
        let request = wire::decode_request(body).ok()?;
        let mut told = serde_json::json!({ "code": code, "message": message });
        if let (ExchangeFailure::Replayed(last), Some(told)) = (failure, told.as_object_mut()) {
            told.insert("last".to_owned(), (*last).into());
        }
        self.sign(&request, body, told.to_string().into_bytes()).ok()
    }

    /// Signs with the key the phone knows the township by; if there is a later one, the reply itself says how it followed.
    fn sign(&self, request: &Request, body: &[u8], answer: Vec<u8>) -> Result<Answer, ExchangeFailure> {
        let known = request.knows.unwrap_or_default();
        let signature = self.with_keys(|keys| Some(sign_reply(&keys.known_as(known)?.secret, body, &answer)))?;
        Ok(Answer { body: answer, signature })
    }

    /// The key a request is signed with. A device that signs with the key it announced has no other from then on.
    fn who_signed(&self, device: &Device, body: &[u8], signature: &Signature) -> Result<PublicKey, ExchangeFailure> {
        let fits = |key: &PublicKey| signature.check(key, Purpose::Request, body).is_ok();
        let (key, is_next) = keys_of(device).find(|(key, _)| fits(key)).ok_or(ExchangeFailure::WrongSignature)?;
        if is_next {
            self.store.take_next_key(device.device, key.to_bytes())?;
        }
        Ok(key)
    }

    /// Keeps the key a device announces, if the device has it indeed.
    fn announce_key(&self, device: &Device, signed_with: &PublicKey, new: &NewKey) -> Result<(), ExchangeFailure> {
        let (old, announced) = (signed_with.to_bytes(), new.public_key.clone());
        if announced == old || device.next_key.as_ref() == Some(&announced) {
            return Ok(());
        }
        let key = PublicKey::from_bytes(&announced).map_err(|_| ExchangeFailure::WrongSignature)?;
        let proof = DeviceKeyProof { device: device.device, old, new: announced.clone() };
        let suite = self.suite_of_keys().map_err(|why| ExchangeFailure::Internal(Box::new(why)))?;
        if key.suite() != suite || !proof.is_proven(&key, &new.proof) {
            return Err(ExchangeFailure::WrongSignature);
        }
        let line = AuditLine::new(Actor::Device(device.device), Action::DeviceChanged, "new_key");
        self.audit(&AuditLine { subject: Some(device.device.to_string()), ..line })?;
        Ok(self.store.set_next_key(device.device, announced)?)
    }

    /// What a device hears besides what it asked for: a fresh certificate, and how the township's keys followed each other.
    fn vouch(
        &self,
        device: &Device,
        signed_with: &PublicKey,
        request: &Request,
        reply: &mut Reply,
    ) -> Result<(), ExchangeFailure> {
        let asked = request.certify == Some(true);
        if asked {
            let key = request.new_key.as_ref().map_or_else(|| signed_with.to_bytes(), |new| new.public_key.clone());
            reply.certificate = self.certify(device.device, &key, device.reader)?;
        }
        // Who has no certificate may not have met a township with keys: it begins with the first.
        let from = match request.knows {
            None if asked => 0,
            knows => knows.unwrap_or_default().saturating_add(1),
        };
        reply.keys = Some(self.with_keys(|keys| Some(keys.steps_from(from)))?).filter(|steps| !steps.is_empty());
        Ok(())
    }

    fn converse(
        &self,
        device: &Device,
        signed_with: &PublicKey,
        body: &[u8],
        request: &Request,
        reader: Reader,
    ) -> Result<Vec<u8>, ExchangeFailure> {
        if let Some(new) = &request.new_key {
            self.announce_key(device, signed_with, new)?;
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
        let store = Begun { store: &self.store, reader: Mutex::new(Some(reader)) };
        let exchange = || township::exchange_then(&store, &self.gate, caller, request, self.now(), recorded);
        // One roomy thread for all documents of the request instead of one for each; none when there is nothing to judge.
        let nothing_to_judge = request.changes.is_empty() && request.returned.is_none();
        let exchanged = if nothing_to_judge { exchange() } else { on_large_stack(exchange) };
        let (mut reply, counters) = exchanged.map_err(|why| match why {
            ExchangeError::Busy { retry_after_s } => ExchangeFailure::Busy(retry_after_s),
            other => ExchangeFailure::Internal(Box::new(other)),
        })?;
        if counters.recorded + counters.taken_back > 0 {
            settle::after(self, touched());
            let by = Actor::Worker(WorkerId(uuid::Uuid::from_bytes(device.reader.0)));
            self.log_rights(&by, &request.changes, &reply.verdicts);
        }
        self.vouch(device, signed_with, request, &mut reply)?;
        self.watch_for_poison(device, &reply.verdicts)?;
        let answer = wire::encode_reply(&reply).map_err(|why| ExchangeFailure::Internal(Box::new(why)))?;
        self.note(caller, "answered", request, (body, &answer), &reply.verdicts, counters)?;
        Ok(answer)
    }

    /// The last words of a device that may not ask. What it wrote and nobody has seen yet is kept for the office to decide about, and it
    /// hears so; nothing else is told it, and nothing given: the reply says of the township only what the request said, and
    /// whether this is still the life of the log it knows, so that it brings again what another life held for it. Its next
    /// request, when it has nothing more to bring, hears how it stands; if it is lost, that it is to destroy what it holds.
    fn farewell(
        &self,
        device: &Device,
        body: &[u8],
        request: &Request,
        log: LogId,
    ) -> Result<Vec<u8>, ExchangeFailure> {
        let ours = request.device == device.device;
        // A list comes before what is written, so it is passed over.
        if !ours {
            return Err(ExchangeFailure::MayNotAsk(device.standing));
        }
        let brought_all = request.changes.is_empty() && request.holds.is_none() && request.log == log;
        let lost = matches!(device.standing, DeviceStanding::Lost | DeviceStanding::Wiped);
        let wiped = lost && request.wiped == Some(true);
        if brought_all && !lost {
            return Err(ExchangeFailure::MayNotAsk(device.standing));
        }
        if wiped {
            let by = Actor::Device(device.device);
            let reason = device.standing_reason.clone().into();
            self.set_standing(device.device, DeviceStanding::Wiped, reason, by)?;
        }
        let caller = Caller { device: device.device, reader: device.reader };
        let judged = match request.changes.is_empty() {
            true => Vec::new(),
            false => on_large_stack(|| self.hold_last_words(device.standing, caller, request))?,
        };
        let reply = Reply {
            log,
            verdicts: judged,
            position: request.position,
            digest: request.digest,
            more: !brought_all && !wiped,
            server_time: self.now(),
            order: (lost && brought_all && !wiped).then_some(Order::Wipe),
            ..Reply::default()
        };
        let answer = wire::encode_reply(&reply).map_err(|why| ExchangeFailure::Internal(Box::new(why)))?;
        self.note(caller, device.standing.code(), request, (body, &answer), &reply.verdicts, Counters::default())?;
        Ok(answer)
    }

    fn hold_last_words(
        &self,
        standing: DeviceStanding,
        caller: Caller,
        request: &Request,
    ) -> Result<Vec<Verdict>, ExchangeFailure> {
        let reader = self.store.read()?;
        let (count, bytes) = reader.held_from(caller.device)?;
        let judged = self.gate.suspend(&reader, caller, &request.changes, self.now());
        drop(reader);
        let Judged { verdicts, commit, .. } = judged.map_err(|why| ExchangeFailure::Internal(Box::new(why)))?;
        let Some(commit) = commit else { return Ok(verdicts) };
        let more: u64 = commit.held.iter().map(|held| held.bytes.len() as u64).sum();
        if count + commit.held.len() as u64 > HELD_OF_REVOKED || bytes + more > HELD_BYTES_OF_REVOKED {
            return Err(ExchangeFailure::MayNotAsk(standing));
        }
        self.store.commit(commit)?;
        Ok(verdicts)
    }

    fn note(
        &self,
        caller: Caller,
        outcome: &str,
        request: &Request,
        (body, answer): (&[u8], &[u8]),
        verdicts: &[Verdict],
        counters: Counters,
    ) -> Result<(), StoreError> {
        self.exchanges.fetch_add(1, Ordering::Relaxed);
        let count = |wanted: fn(&Verdict) -> bool| verdicts.iter().filter(|verdict| wanted(verdict)).count() as u64;
        let contact = Contact {
            at: self.now(),
            device: caller.device,
            outcome: outcome.to_owned(),
            recorded: u64::from(counters.recorded),
            held: count(|verdict| matches!(verdict, Verdict::Held { .. })),
            refused: count(|verdict| matches!(verdict, Verdict::Refused { .. })),
            sent: u64::from(counters.entries),
            bytes_in: body.len() as u64,
            bytes_out: answer.len() as u64,
        };
        self.store.note_contact(contact, request.number)
    }
}
