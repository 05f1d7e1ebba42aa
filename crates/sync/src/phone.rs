//! The phone's side of an exchange, without any I/O: what to ask, and what a reply means for the store.
//!
//! ```text
//! begin ──► Request ──(the host sends it)──► Reply ──► absorb ──► Send(Request) … or Done(Summary)
//! ```
//!
//! Everything one reply changes is one [`PhoneStore::commit`]. Nothing has to be remembered between sessions: a session
//! that was cut off anywhere is simply begun again, and what the township already has comes back as *known*.

mod absorb;
mod compose;
mod document;
mod give_back;

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{DeviceId, DocId, Heads};
use crate::limits::MAX_ROUND_TRIPS;
use crate::message::{Reply, Request};
use crate::ports::{PhoneGate, PhoneStore};

/// One sync, from the first request until nothing is left to say.
#[derive(Clone, Debug)]
pub struct Session {
    device: DeviceId,
    budget: Option<u32>,
    /// While what the phone holds is listed piece by piece: how far the township has compared it.
    listed: Option<DocId>,
    /// The whole list was compared in this session: a digest that still differs will not get better by listing again.
    compared: bool,
    /// Documents whose own changes wait until the next session or a repair, so that they do not go round in circles.
    waiting: BTreeSet<DocId>,
    /// Documents the township asked back, with the heads it has of them.
    wanted: BTreeMap<DocId, Heads>,
    /// Documents that were given back in this session under a seal, as far as this phone could.
    given: BTreeSet<DocId>,
    /// Documents of which the township lacks something no seal of this phone is over, with the heads it has of them.
    unsealed: BTreeMap<DocId, Heads>,
    /// Documents whose unsealed rest was sent in this session.
    offered: BTreeSet<DocId>,
    /// Something was given back since the list was compared, or a grant put off until it is: it is compared once more.
    gave_back: bool,
    summary: Summary,
}

/// What the host does next.
#[expect(clippy::large_enum_variant, reason = "one of these is made for each round trip, and nearly each is a request")]
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Next {
    /// Sends this and absorbs the reply.
    Send(Request),
    /// Nothing: this sync is over.
    Done(Summary),
}

/// What a sync did.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Summary {
    /// Own changes the township recorded in this sync.
    pub recorded: u32,
    /// Own changes it had recorded before (an earlier reply was lost).
    pub known: u32,
    /// Of these two, how many went in late: the author was entitled no longer.
    pub late: u32,
    /// Own changes that wait for a person now.
    pub held: u32,
    /// Own changes that were not taken.
    pub refused: u32,
    /// Own changes that could not be judged yet; they stay kept and are sent again by the next sync.
    pub waiting: u32,
    /// Changes received from others.
    pub received: u32,
    /// Documents received whole.
    pub granted: u32,
    /// Documents withdrawn.
    pub withdrawn: u32,
    /// Recorded changes, its own and others', given back to a township that had lost them.
    pub given_back: u32,
    /// Documents of the township this phone's gate did not let in; what the phone had of them is as it was.
    pub not_admitted: u32,
    /// Requests answered.
    pub round_trips: u32,
    /// The digests were compared at the end, and are equal: the phone holds exactly what it may read.
    pub proven: bool,
    /// The sync ended with digests that differ, or without an end in sight. Nothing is lost; the next sync
    /// compares again.
    pub unsettled: bool,
    /// The township asks not to come back sooner; what is left waits for the next sync.
    pub retry_after_s: Option<u32>,
}

/// Why a reply could not be absorbed. Nothing was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError<E> {
    /// The store failed.
    #[error("the phone's store failed")]
    Store(#[source] E),
    /// The reply does not answer the request: another number of verdicts than changes.
    #[error("the reply has {verdicts} verdicts for {changes} changes")]
    NotThisRequest {
        /// Changes sent.
        changes: usize,
        /// Verdicts received.
        verdicts: usize,
    },
}

impl Session {
    /// A sync of this device.
    pub fn new(device: DeviceId) -> Self {
        Session {
            device,
            budget: None,
            listed: None,
            compared: false,
            waiting: BTreeSet::new(),
            wanted: BTreeMap::new(),
            given: BTreeSet::new(),
            unsealed: BTreeMap::new(),
            offered: BTreeSet::new(),
            gave_back: false,
            summary: Summary::default(),
        }
    }

    /// The same, asking for replies of at most about this many bytes (a bad line).
    #[must_use]
    pub fn with_budget(mut self, bytes: u32) -> Self {
        self.budget = Some(bytes);
        self
    }

    /// The first request.
    pub fn begin<S: PhoneStore>(&mut self, store: &S) -> Result<Request, PhoneError<S::Error>> {
        compose::request(self, store, None).map_err(PhoneError::Store)
    }

    /// Takes the township's reply to `request` and says what to do next.
    ///
    /// A reply that comes late or twice (the store has moved on since `request`) changes nothing and leads to a new request.
    pub fn absorb<S: PhoneStore, G: PhoneGate>(
        &mut self,
        store: &mut S,
        gate: &mut G,
        request: &Request,
        reply: Reply,
    ) -> Result<Next, PhoneError<S::Error>> {
        let changes = request.changes.iter().map(|doc| doc.changes.len()).sum();
        if reply.verdicts.len() != changes {
            return Err(PhoneError::NotThisRequest { changes, verdicts: reply.verdicts.len() });
        }
        self.summary.round_trips += 1;
        let outcome = absorb::reply(self, store, gate, request, reply).map_err(PhoneError::Store)?;
        let within_bounds = (self.summary.round_trips as usize) < MAX_ROUND_TRIPS;
        match outcome {
            absorb::Outcome::AskAgain if within_bounds => {
                let back = give_back::next(self, store, gate).map_err(PhoneError::Store)?;
                compose::request(self, store, back).map(Next::Send).map_err(PhoneError::Store)
            }
            absorb::Outcome::AskAgain => {
                self.summary.unsettled = true;
                Ok(Next::Done(self.summary.clone()))
            }
            absorb::Outcome::Over => Ok(Next::Done(self.summary.clone())),
        }
    }

    /// What happened so far; also true when the line broke in the middle.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }
}
