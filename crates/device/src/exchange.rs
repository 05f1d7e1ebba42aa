//! Syncing: step by step for hosts that send as they like, or in one call over a blocking transport.

use lianhu_core::DeviceMillis;
use lianhu_sync::ids::DeviceId;
use lianhu_sync::message::Request;
use lianhu_sync::phone::{Next, PhoneError, Session, Summary};
use lianhu_sync::ports::PhoneStore;
use lianhu_sync::wire::{WireError, decode_reply, encode_request};
use serde::{Deserialize, Serialize};

use crate::error::WorkbookError;
use crate::gate::Gate;
use crate::host::Host;
use crate::key::Signature;
use crate::limits::MAX_FRESH_NAMES_PER_SYNC;
use crate::surroundings::Surroundings;
use crate::workbook::Workbook;

/// How requests reach the township: one body there, one body back. Blocking; a host that cannot block drives
/// [`Workbook::begin_sync`] and [`Workbook::absorb_reply`] itself.
pub trait Transport {
    /// Posts `body` to [`crate::SYNC_PATH`] with `signature` in [`crate::SIGNATURE_HEADER`], and gives the reply's body.
    fn send(&mut self, body: &[u8], signature: &Signature) -> Result<Vec<u8>, TransportError>;
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
}

impl<S: PhoneStore, X: Surroundings> Workbook<S, X> {
    /// Syncs until nothing is left to say.
    pub fn sync(&mut self, transport: &mut impl Transport) -> Result<SyncReport, SyncError<S::Error>> {
        let mut outgoing = self.begin_sync()?;
        loop {
            let reply = transport.send(&outgoing.body, &outgoing.signature)?;
            match self.absorb_reply(&reply)? {
                Step::Send(next) => outgoing = next,
                Step::Done(report) => return Ok(report),
            }
        }
    }

    /// From now on asks for replies of at most about this many bytes, for a bad line; `None` for as much as fits.
    pub fn limit_replies(&mut self, bytes: Option<u32>) -> Result<(), WorkbookError<S::Error>> {
        self.keep_host(Host { reply_budget: bytes, ..self.host.clone() })
    }

    /// Begins a sync. One that was under way is dropped: what it absorbed is stored, what it asked is asked again.
    pub fn begin_sync(&mut self) -> Result<Outgoing, SyncError<S::Error>> {
        self.begin_session(SyncReport::default(), 0)
    }

    fn begin_session(&mut self, report: SyncReport, fresh_names: u32) -> Result<Outgoing, SyncError<S::Error>> {
        let mut session = Session::new(DeviceId(self.host.device.0));
        if let Some(bytes) = self.host.reply_budget {
            session = session.with_budget(bytes);
        }
        let request = session.begin(&self.store).map_err(phone_error)?;
        self.ask(Underway { session, request, report, fresh_names })
    }

    fn ask(&mut self, mut underway: Underway) -> Result<Outgoing, SyncError<S::Error>> {
        let body = encode_request(&underway.request)?;
        underway.report.bytes_sent += body.len() as u64;
        self.underway = Some(underway);
        let signature = self.host.key.sign(&body);
        Ok(Outgoing { body, signature })
    }

    /// Takes the body of the reply to what was posted last. After an error the sync is over; begin another.
    pub fn absorb_reply(&mut self, body: &[u8]) -> Result<Step, SyncError<S::Error>> {
        let mut underway = self.underway.take().ok_or(SyncError::NothingAsked)?;
        let reply = decode_reply(body)?;
        underway.report.bytes_received += body.len() as u64;
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
        self.follow_home()?;
        report.at = Some(self.surroundings.now());
        self.keep_host(Host { last_sync: Some(report.clone()), ..self.host.clone() })?;
        Ok(Step::Done(report))
    }
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
