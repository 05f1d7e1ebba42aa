//! Syncing: step by step for hosts that send as they like, or in one call over a blocking transport.
//!
//! What a township says is believed by its signature over this very request; what is not so signed changes nothing.

use lianhu_core::DeviceMillis;
use lianhu_sync::ids::DeviceId;
use lianhu_sync::message::{Order, Reply, Request};
use lianhu_sync::phone::{Next, PhoneError, Session, Summary};
use lianhu_sync::ports::{PendingState, PhoneStore};
use lianhu_sync::signature::{Signature, check_reply};
use lianhu_sync::wire::{WireError, decode_reply, encode_request};
use serde::{Deserialize, Serialize};

use crate::error::WorkbookError;
use crate::gate::Gate;
use crate::host::Host;
use crate::limits::{MAX_FRESH_NAMES_PER_SYNC, MAX_REQUEST_NUMBER};
use crate::surroundings::Surroundings;
use crate::trust::{Locked, Trust};
use crate::workbook::Workbook;

/// How requests reach the township: one body there, one body back. Blocking; a host that cannot block drives
/// [`Workbook::begin_sync`] and [`Workbook::absorb_reply`] itself.
pub trait Transport {
    /// Posts `body` to [`crate::SYNC_PATH`] with `signature` in [`crate::SIGNATURE_HEADER`], and gives the reply's body with
    /// the signature in the same header of the answer.
    fn send(&mut self, body: &[u8], signature: &Signature) -> Result<Answer, TransportError>;
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The body.
    pub body: Vec<u8>,
    /// The township's signature, if there was one.
    pub signature: Option<Signature>,
}

/// Why there is no reply.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection, or it broke. Sync again later; nothing is lost and nothing is sent twice.
    #[error("the township was not reached: {0}")]
    Unreachable(String),
    /// The township answered with an error.
    #[error("the township answered with an error: {status} {code}")]
    Answered {
        /// The HTTP status, or the transport's own number.
        status: u16,
        /// The stable code from the answer.
        code: String,
        /// The answer as it came, when it bears a signature: a refusal the phone has to act upon
        /// ([`Workbook::absorb_refusal`]).
        signed: Option<Answer>,
    },
}

/// Why a sync stopped. Everything absorbed before stays, and the next sync goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum SyncError<E> {
    /// The transport gave no reply.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The reply is not one, or a request could not be written.
    #[error("the township's reply could not be read: {0}")]
    Wire(#[from] WireError),
    /// The answer is not signed by the township this workbook belongs to. Nothing was changed.
    #[error("the answer is not this workbook's township's")]
    NotThisTownship,
    /// The workbook was made without a line and is not enrolled yet: enrol it first
    /// ([`Workbook::awaited_enrolment`]).
    #[error("the workbook has to be enrolled before it can sync")]
    EnrolFirst,
    /// The reply answers another request than the one that was sent.
    #[error("the township answered another request")]
    NotThisRequest,
    /// A reply was handed in although nothing was asked.
    #[error("no sync is under way")]
    NothingAsked,
    /// The workbook could not store what came.
    #[error(transparent)]
    Workbook(#[from] WorkbookError<E>),
}

/// What to post next.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Outgoing {
    /// The body.
    pub body: Vec<u8>,
    /// The signature over it.
    pub signature: Signature,
}

/// What comes after a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Step {
    /// Post this and hand in its reply.
    Send(Outgoing),
    /// The sync is over.
    Done(SyncReport),
}

/// What a sync did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SyncReport {
    /// When it ended, by the device's clock.
    pub at: Option<DeviceMillis>,
    /// Own saves the township has now, newly or (after a lost reply) already.
    pub recorded: u32,
    /// Of these, how many went in late: what they are in is somebody else's by now. [`Workbook::notices`] has them.
    pub late: u32,
    /// Own saves that wait for a person.
    pub held: u32,
    /// Own saves that were turned down.
    pub refused: u32,
    /// Own saves that could not be judged yet; the next sync sends them again.
    pub waiting: u32,
    /// Own saves that were written again: under a fresh name, because a copy of this store had used the old one; without a
    /// refused save they had followed and do not depend on; or because their document was begun anew meanwhile.
    pub written_again: u32,
    /// Changes received from others.
    pub received: u32,
    /// Documents received whole.
    pub granted: u32,
    /// Documents taken back.
    pub withdrawn: u32,
    /// Recorded changes given back to a township that had lost them.
    pub given_back: u32,
    /// Documents this phone's gate did not let in.
    pub not_admitted: u32,
    /// Requests answered.
    pub round_trips: u32,
    /// Bytes of bodies sent.
    pub bytes_sent: u64,
    /// Bytes of bodies received.
    pub bytes_received: u64,
    /// The phone holds exactly what it may read, proven by one digest.
    pub proven: bool,
    /// The township asks not to come back sooner than in this many seconds.
    pub retry_after_s: Option<u32>,
    /// Everything the workbook held was destroyed: the township ordered it, or it was handed over and had nothing left to
    /// bring.
    pub destroyed: bool,
}

impl SyncReport {
    fn add(&mut self, summary: &Summary) {
        self.recorded += summary.recorded + summary.known;
        self.late += summary.late;
        self.held += summary.held;
        self.refused += summary.refused;
        self.waiting = summary.waiting;
        self.received += summary.received;
        self.granted += summary.granted;
        self.withdrawn += summary.withdrawn;
        self.given_back += summary.given_back;
        self.not_admitted += summary.not_admitted;
        self.round_trips += summary.round_trips;
        self.proven = summary.proven;
        self.retry_after_s = summary.retry_after_s;
    }
}

/// A sync between two steps.
pub(crate) struct Underway {
    session: Session,
    request: Request,
    report: SyncReport,
    fresh_names: u32,
    /// The request as it was sent: the reply is signed over it.
    body: Vec<u8>,
    /// The request was sent again under another number already.
    renumbered: bool,
}

impl<S: PhoneStore, X: Surroundings> Workbook<S, X> {
    /// Syncs until nothing is left to say.
    pub fn sync(&mut self, transport: &mut impl Transport) -> Result<SyncReport, SyncError<S::Error>> {
        let mut outgoing = self.begin_sync()?;
        loop {
            let step = match transport.send(&outgoing.body, &outgoing.signature) {
                Ok(answer) => self.absorb_reply(&answer)?,
                Err(why) => self.absorb_failure(why)?,
            };
            match step {
                Step::Send(next) => outgoing = next,
                Step::Done(report) => return Ok(report),
            }
        }
    }

    /// From now on asks for replies of at most about this many bytes, for a bad line; `None` for as much as fits.
    pub fn limit_replies(&mut self, bytes: Option<u32>) -> Result<(), WorkbookError<S::Error>> {
        self.keep_host(Host { reply_budget: bytes, ..self.host.clone() })
    }

    /// What a sync does about a request that was not answered with a reply: it is over with this error, unless the township
    /// asked for something else. For hosts that send as they like.
    pub fn absorb_failure(&mut self, why: TransportError) -> Result<Step, SyncError<S::Error>> {
        if let Some(underway) = self.underway.take_if(|_| self.host.trust.locked == Some(Locked::Destroyed)) {
            // The township did not hear that it is done. It is.
            return Ok(Step::Done(underway.report));
        }
        if let TransportError::Answered { signed: Some(answer), .. } = &why
            && self.host.trust.township.is_some()
            && let Some(step) = self.absorb_refusal(answer)?
        {
            return Ok(step);
        }
        Err(why.into())
    }

    /// Begins a sync. One that was under way is dropped: what it absorbed is stored, what it asked is asked again.
    pub fn begin_sync(&mut self) -> Result<Outgoing, SyncError<S::Error>> {
        if self.host.trust.locked == Some(Locked::Destroyed) {
            return Err(WorkbookError::Locked(Locked::Destroyed).into());
        }
        if self.host.trust.code.is_some() {
            return Err(SyncError::EnrolFirst);
        }
        self.begin_session(SyncReport::default(), 0)
    }

    fn begin_session(&mut self, report: SyncReport, fresh_names: u32) -> Result<Outgoing, SyncError<S::Error>> {
        let mut session = Session::new(DeviceId(self.host.device.0));
        if let Some(bytes) = self.host.reply_budget {
            session = session.with_budget(bytes);
        }
        let request = session.begin(&self.store).map_err(phone_error)?;
        self.ask(Underway { session, request, report, fresh_names, body: Vec::new(), renumbered: false })
    }

    fn ask(&mut self, mut underway: Underway) -> Result<Outgoing, SyncError<S::Error>> {
        let now = self.surroundings.now();
        let mut trust = self.host.trust.clone();
        trust.fill(&self.host, &mut underway.request, now);
        // Kept in memory: the clock goes on by itself, and whoever falls behind is told so.
        self.host.trust = trust;
        let body = encode_request(&underway.request)?;
        underway.report.bytes_sent += body.len() as u64;
        underway.body.clone_from(&body);
        self.underway = Some(underway);
        let signature = self.host.key.sign(&body);
        Ok(Outgoing { body, signature })
    }

    /// Takes the reply to what was posted last. After an error the sync is over; begin another.
    pub fn absorb_reply(&mut self, answer: &Answer) -> Result<Step, SyncError<S::Error>> {
        let mut underway = self.underway.take().ok_or(SyncError::NothingAsked)?;
        let (reply, trust) = self.believe(&underway, answer)?;
        underway.report.bytes_received += answer.body.len() as u64;
        if self.host.trust.locked == Some(Locked::Destroyed) {
            return Ok(Step::Done(underway.report));
        }
        if reply.order == Some(Order::Wipe) && trust.township.is_some() {
            return self.obey_wipe(underway);
        }
        self.keep_trust(trust, underway.request.new_key.is_some())?;
        // First of all, since the document may be gone once the reply is absorbed.
        self.note_late(&underway.request, &reply)?;
        let before = counted(underway.session.summary());
        let next = underway.session.absorb(&mut self.store, &mut Gate, &underway.request, reply);
        self.forget_cached(None);
        let next = next.map_err(phone_error)?;
        let newly = counted(underway.session.summary()) - before;
        if newly > 0 {
            self.keep_host(Host { recorded: self.host.recorded + newly, ..self.host.clone() })?;
        }
        match next {
            Next::Send(request) => {
                underway.request = request;
                underway.renumbered = false;
                self.ask(underway).map(Step::Send)
            }
            Next::Done(summary) => {
                underway.report.add(&summary);
                self.end(underway.report, underway.fresh_names)
            }
        }
    }

    /// Ends a session: what a copy of this store has spoilt, or a document begun anew has left behind, is written again and
    /// sent at once; everything else is over.
    fn end(&mut self, mut report: SyncReport, fresh_names: u32) -> Result<Step, SyncError<S::Error>> {
        if fresh_names < MAX_FRESH_NAMES_PER_SYNC && report.retry_after_s.is_none() {
            let written_again =
                self.heal_forks()? + self.write_on_the_present_generation()? + self.replay_independent()?;
            if written_again > 0 {
                report.written_again += written_again;
                report.refused = report.refused.saturating_sub(written_again);
                return self.begin_session(report, fresh_names + 1).map(Step::Send);
            }
        }
        if self.host.trust.locked == Some(Locked::HandedOver) {
            return self.end_handed_over(report);
        }
        if self.unlocked().is_ok() {
            self.follow_home()?;
            self.compare_roles()?;
        }
        let now = self.surroundings.now();
        report.at = Some(now);
        let trust = self.host.trust.looked_at(now);
        self.keep_host(Host { last_sync: Some(report.clone()), trust, ..self.host.clone() })?;
        Ok(Step::Done(report))
    }

    /// The reply in an answer, and what it means for trust, if it is this township's reply to this request.
    fn believe(&self, underway: &Underway, answer: &Answer) -> Result<(Reply, Trust), SyncError<S::Error>> {
        let mut trust = self.host.trust.clone();
        if trust.township.is_some() {
            self.check_signed(underway, answer)?;
        }
        let reply = decode_reply(&answer.body)?;
        if trust.township.is_none() {
            // A workbook that was enrolled before townships had keys takes the first one it meets; a township that has none
            // gives none.
            trust.township = Trust::first_key(&reply);
            if let Some(known) = &trust.township {
                let signature = answer.signature.ok_or(SyncError::NotThisTownship)?;
                check_reply(&known.key.0, &underway.body, &answer.body, &signature)
                    .map_err(|_| SyncError::NotThisTownship)?;
            }
        }
        let trust = trust.absorb(&self.host, &reply, self.surroundings.now()).ok_or(SyncError::NotThisTownship)?;
        Ok((reply, trust))
    }

    fn check_signed(&self, underway: &Underway, answer: &Answer) -> Result<(), SyncError<S::Error>> {
        let known = self.host.trust.township.as_ref().ok_or(SyncError::NotThisTownship)?;
        let signature = answer.signature.ok_or(SyncError::NotThisTownship)?;
        check_reply(&known.key.0, &underway.body, &answer.body, &signature).map_err(|_| SyncError::NotThisTownship)
    }

    /// Takes a refusal that bears the township's signature. Gives what to post next when asking once more, otherwise
    /// nothing: the sync is over. A refusal that is not this township's is an error and changes nothing.
    pub fn absorb_refusal(&mut self, answer: &Answer) -> Result<Option<Step>, SyncError<S::Error>> {
        let mut underway = self.underway.take().ok_or(SyncError::NothingAsked)?;
        self.check_signed(&underway, answer)?;
        let Ok(refusal) = serde_json::from_slice::<Refusal>(&answer.body) else { return Ok(None) };
        match (refusal.code.as_str(), refusal.last) {
            // Somebody asked with a greater number: a copy of this store, or this phone before its clock was put back.
            ("replayed", Some(last)) if !underway.renumbered && last < MAX_REQUEST_NUMBER => {
                underway.renumbered = true;
                self.host.trust.last_number = self.host.trust.last_number.max(last);
                self.ask(underway).map(|next| Some(Step::Send(next)))
            }
            ("revoked_device", _) => {
                let trust = Trust { locked: Some(Locked::Revoked), ..self.host.trust.clone() };
                self.keep_host(Host { trust, ..self.host.clone() })?;
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    /// Keeps what a reply meant for trust, and signs with the new key once the township has heard of it.
    fn keep_trust(&mut self, mut trust: Trust, key_told: bool) -> Result<(), SyncError<S::Error>> {
        let mut host = self.host.clone();
        let next = if key_told { trust.next_key.take() } else { None };
        let news =
            next.is_some() || trust.certificate != host.trust.certificate || trust.township != host.trust.township;
        if let Some(next) = next {
            host.key = next;
        }
        host.trust = trust;
        if news { Ok(self.keep_host(host)?) } else { Ok(()) }
    }

    /// Destroys everything, and then says so: the words of whoever lost the phone are at the township, and nothing may be
    /// claimed gone that is not.
    fn obey_wipe(&mut self, underway: Underway) -> Result<Step, SyncError<S::Error>> {
        self.destroy()?;
        let report = SyncReport { destroyed: true, ..underway.report };
        let request = Request {
            device: DeviceId(self.host.device.0),
            wiped: Some(true),
            log: underway.request.log,
            position: underway.request.position,
            digest: underway.request.digest,
            ..Request::default()
        };
        let next = Underway { request, report, ..underway };
        self.ask(next).map(Step::Send)
    }

    /// The end of a sync of a workbook that was handed over: it goes once nothing of it is left that only it has.
    fn end_handed_over(&mut self, mut report: SyncReport) -> Result<Step, SyncError<S::Error>> {
        let pending = self.store.pending(None).map_err(WorkbookError::Store)?;
        if pending.iter().all(|change| matches!(change.state, PendingState::Held(_))) {
            self.destroy()?;
            report.destroyed = true;
        }
        Ok(Step::Done(report))
    }

    fn destroy(&mut self) -> Result<(), WorkbookError<S::Error>> {
        self.store.destroy().map_err(WorkbookError::Store)?;
        self.forget_cached(None);
        self.host.trust.locked = Some(Locked::Destroyed);
        Ok(())
    }
}

/// What a refusal says to a phone.
#[derive(Deserialize)]
struct Refusal {
    code: String,
    #[serde(default)]
    last: Option<u64>,
}

fn counted(summary: &Summary) -> u64 {
    u64::from(summary.recorded) + u64::from(summary.known)
}

fn phone_error<E>(error: PhoneError<E>) -> SyncError<E> {
    match error {
        PhoneError::Store(error) => SyncError::Workbook(WorkbookError::Store(error)),
        PhoneError::NotThisRequest { .. } => SyncError::NotThisRequest,
    }
}
