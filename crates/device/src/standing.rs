//! Whose this workbook is to the township: enrolled or waiting to be, under which key, handed over or not.

use lianhu_core::{DeviceMillis, DocId, Private, WorkerId};
use lianhu_sync::invitation::Invitation;
use lianhu_sync::ports::PhoneStore;
use uuid::Uuid;

use crate::enrol::{EnrolReply, EnrolRequest, NewDevice, NotAnEnrolment, Owner};
use crate::error::WorkbookError;
use crate::host::Host;
use crate::key::{DeviceKey, PublicKey};
use crate::surroundings::Surroundings;
use crate::trust::{KnownTownship, Locked, Trust};
use crate::workbook::Workbook;

impl<S: PhoneStore, X: Surroundings> Workbook<S, X> {
    /// Makes a workbook with what an enrolment brought: the owner, the township's key and the certificate.
    #[expect(clippy::needless_pass_by_value, reason = "an enrolment is used up")]
    pub fn create_enrolled(
        store: S,
        surroundings: X,
        device: NewDevice,
        reply: EnrolReply,
        server: &str,
    ) -> Result<Self, WorkbookError<S::Error>> {
        let owner = Owner { server: server.to_owned(), ..Owner::from(reply.clone()) };
        let mut host = Host::new(device, owner);
        host.trust = Trust::enrolled(&host, &reply, surroundings.now()).ok_or(WorkbookError::NotThisTownship)?;
        Self::create_with(store, surroundings, host)
    }

    /// Makes a workbook without a line, from an invitation to one worker that the township signed with the key `known`. It
    /// is written at once; at the first contact the host enrols it ([`Workbook::awaited_enrolment`]).
    pub fn create_offline(
        store: S,
        mut surroundings: X,
        invitation: &Invitation,
        known: &KnownTownship,
    ) -> Result<Self, WorkbookError<S::Error>> {
        let named = invitation.holder.ok_or(WorkbookError::NotThisTownship)?;
        let by = (invitation.key_number, &invitation.township_key);
        if by != (known.number, &known.key.0.to_bytes()) {
            return Err(WorkbookError::NotThisTownship);
        }
        let owner = Owner {
            worker: WorkerId(Uuid::from_bytes(named.worker)),
            name: Private::default(),
            roles: Vec::new(),
            roster: DocId::from_bytes(named.roster).map_err(|_| WorkbookError::NotThisTownship)?,
            township: String::new(),
            server: invitation.server.clone(),
        };
        let device = NewDevice::generate_in(known.key.0.suite(), &mut surroundings);
        let mut host = Host::new(device, owner);
        host.trust.township = Some(known.clone());
        host.trust.code = Some(invitation.code.clone());
        Self::create_with(store, surroundings, host)
    }

    /// What to ask the township before the first sync of a workbook that was made without a line; `None` for any other.
    pub fn awaited_enrolment(&self, name: &str) -> Option<Result<EnrolRequest, NotAnEnrolment>> {
        self.host.trust.code.as_ref().map(|code| self.enrolment(code, name))
    }

    /// Takes the township's answer to [`Workbook::enrolment`] or [`Workbook::awaited_enrolment`]: its key is the one to
    /// believe from now on. Whoever asked with an invitation or knows the fingerprint compares it before.
    pub fn enrolled(&mut self, reply: EnrolReply) -> Result<(), WorkbookError<S::Error>> {
        if reply.worker != self.host.owner.worker {
            return Err(WorkbookError::NotThisTownship);
        }
        let now = self.surroundings.now();
        let mut trust = Trust::enrolled(&self.host, &reply, now).ok_or(WorkbookError::NotThisTownship)?;
        trust.locked = trust.locked.filter(|why| *why != Locked::Revoked);
        let server = self.host.owner.server.clone();
        let owner = Owner { server, ..Owner::from(reply) };
        self.keep_host(Host { owner, trust, ..self.host.clone() })
    }

    /// The township's key this workbook believes; `None` before it has met one.
    pub fn township(&self) -> Option<&KnownTownship> {
        self.host.trust.township.as_ref()
    }

    /// The township's certificate, as it was signed; `None` before there is one.
    pub fn certificate(&self) -> Option<Vec<u8>> {
        self.host.trust.certificate.as_ref().map(|kept| kept.signed.0.clone())
    }

    /// Milliseconds the workbook still goes on without contact; `None` before it has a certificate.
    pub fn lease_left_ms(&self) -> Option<i64> {
        self.host.trust.lease_left_ms(self.surroundings.now())
    }

    /// The key the township knows this device by.
    pub fn key(&self) -> PublicKey {
        self.host.key.public()
    }

    /// Makes the key anew. The next sync tells the township, signed with the old one; from its answer on the new one
    /// signs. Called twice before a sync, the second key counts.
    pub fn renew_key(&mut self) -> Result<(), WorkbookError<S::Error>> {
        let suite = self.host.key.secret().suite();
        let next_key = Some(DeviceKey::generate_in(suite, &mut self.surroundings));
        let trust = Trust { next_key, ..self.host.trust.clone() };
        self.keep_host(Host { trust, ..self.host.clone() })
    }

    /// Seals the workbook for good because the phone is somebody else's from now on: nothing can be read or written any
    /// more. The next sync takes what waits to the township and, when nothing is left that only this workbook has,
    /// destroys it. Saves that were turned down are words nobody else has: with some here, it stays, sealed.
    pub fn hand_over(&mut self) -> Result<(), WorkbookError<S::Error>> {
        let trust = Trust { locked: Some(Locked::HandedOver), ..self.host.trust.clone() };
        self.keep_host(Host { trust, ..self.host.clone() })?;
        self.forget_cached(None);
        Ok(())
    }

    /// Keeps how much of the lease is gone, now and then, so that a clock that is put back while the workbook is closed
    /// does not give it back.
    pub(crate) fn look_at_clock(&mut self) -> Result<(), WorkbookError<S::Error>> {
        if self.host.trust.certificate.is_none() {
            return Ok(());
        }
        let now: DeviceMillis = self.surroundings.now();
        if !self.host.trust.is_stale(now) {
            return Ok(());
        }
        let trust = self.host.trust.looked_at(now);
        self.keep_host(Host { trust, ..self.host.clone() })
    }
}
