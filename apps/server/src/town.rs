//! A township at work: its store, its gate and its clock, as blocking calls. HTTP, the commands and the demo all stand
//! on this.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use ed25519_dalek::{Signature, VerifyingKey};
use lianhu_core::{RecordId, WorkerId};
use lianhu_store::{Contact, Device, OpenError, SetAside, StoreError, Township, TownshipOptions};
use lianhu_sync::ids::{ReaderId, ServerMillis};
use lianhu_sync::message::Verdict;
use lianhu_sync::ports::{Caller, Township as _};
use lianhu_sync::township::{Counters, ExchangeError};
use lianhu_sync::{township, wire};
use tokio::sync::Semaphore;

use crate::gate::{Gate, GateError, home_of};
use crate::http::problem::Problem;
use crate::{projection, settle};

/// Exchanges that may be under way at once; more wait their turn outside. Each holds a thread while it waits for its
/// commit, and one commit to disk gathers all that wait.
const MAX_AT_WORK: usize = 64;
/// The township's wall clock: Beijing time, the one official time of the country. Days begin and end by it.
const UTC_OFFSET_SECONDS: i32 = 8 * 3600;

/// A township that is open.
pub struct Town {
    pub(crate) store: Township,
    pub(crate) gate: Gate,
    at_work: Semaphore,
    exchanges: AtomicU64,
}

/// Why an exchange has no reply.
#[derive(Debug)]
pub enum ExchangeFailure {
    /// The body is not a request.
    Wire(wire::WireError),
    /// No such device, or it was revoked.
    UnknownDevice,
    /// Signed with another key.
    WrongSignature,
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

/// The file of a township's store inside its folder.
pub fn store_file(dir: &Path) -> std::path::PathBuf {
    dir.join("township.db")
}

impl Town {
    /// Opens the township in a folder, or makes it. Views that are out of date are made again from the documents.
    pub fn open(dir: &Path) -> Result<Self, TownError> {
        std::fs::create_dir_all(dir).map_err(TownError::Folder)?;
        let store = Township::open(store_file(dir), &projection::specs(), TownshipOptions::default())?;
        Self::start(store)
    }

    /// The same, but a damaged database is renamed first and a new one begun; the answer says where the old one lies.
    pub fn open_or_set_aside(dir: &Path) -> Result<(Self, Option<SetAside>), TownError> {
        std::fs::create_dir_all(dir).map_err(TownError::Folder)?;
        let (store, aside) =
            Township::open_or_set_aside(store_file(dir), &projection::specs(), TownshipOptions::default())?;
        Ok((Self::start(store)?, aside))
    }

    /// Puts a backup back into a folder that holds no township, as a new life of its log: phones notice it by themselves.
    pub fn restore(backup: &Path, dir: &Path) -> Result<Self, TownError> {
        std::fs::create_dir_all(dir).map_err(TownError::Folder)?;
        let options = TownshipOptions::default();
        Self::start(Township::restore(backup, store_file(dir), &projection::specs(), options)?)
    }

    fn start(store: Township) -> Result<Self, TownError> {
        let town =
            Town { store, gate: Gate::default(), at_work: Semaphore::new(MAX_AT_WORK), exchanges: AtomicU64::new(0) };
        if town.store.views_stale() {
            projection::rebuild(&town)?;
        }
        settle::all(&town)?;
        Ok(town)
    }

    /// The township's clock.
    pub fn now(&self) -> ServerMillis {
        ServerMillis(Utc::now().timestamp_millis())
    }

    /// Today, by the township's wall clock.
    pub fn today(&self) -> NaiveDate {
        local(self.now()).date_naive()
    }

    /// The store, for what needs no rule.
    pub fn store(&self) -> &Township {
        &self.store
    }

    /// Exchanges answered since the township was opened.
    pub fn exchanges(&self) -> u64 {
        self.exchanges.load(Ordering::Relaxed)
    }

    /// Answers one request of a phone: the body and its signature in, the reply's body out.
    pub fn exchange(&self, body: &[u8], signature: &[u8; 64]) -> Result<Vec<u8>, ExchangeFailure> {
        let request = wire::decode_request(body).map_err(ExchangeFailure::Wire)?;
        let device = self.store.read()?.device(request.device)?.filter(|device| device.revoked_at.is_none());
        let device = device.ok_or(ExchangeFailure::UnknownDevice)?;
        check_signature(&device, body, signature)?;
        let caller = Caller { device: device.device, reader: device.reader };
        let (reply, counters) =
            township::exchange(&self.store, &self.gate, caller, &request, self.now()).map_err(|why| match why {
                ExchangeError::Busy { retry_after_s } => ExchangeFailure::Busy(retry_after_s),
                other => ExchangeFailure::Internal(Box::new(other)),
            })?;
        let answer = wire::encode_reply(&reply).map_err(ExchangeFailure::Wire)?;
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
            recorded: count(|verdict| matches!(verdict, Verdict::Recorded)),
            held: count(|verdict| matches!(verdict, Verdict::Held { .. })),
            refused: count(|verdict| matches!(verdict, Verdict::Refused { .. })),
            sent: u64::from(counters.entries),
            bytes_in: bytes_in as u64,
            bytes_out: bytes_out as u64,
        })
    }

    /// Makes a one-time code with which a phone of `worker` enrols; it is kept only as its hash. `None`: no such worker.
    pub fn new_code(&self, worker: WorkerId, hours: u32) -> Result<Option<String>, TownError> {
        if home_of(&self.store.read()?, worker)?.is_none() {
            return Ok(None);
        }
        let code = data_encoding::BASE32_NOPAD.encode(&random::<10>()?);
        let now = self.now();
        let until = ServerMillis(now.0 + i64::from(hours) * 3_600_000);
        self.store.create_code(&code, reader_of(worker), now, until)?;
        Ok(Some(code))
    }

    /// A name for a new record.
    pub(crate) fn mint_record(&self) -> Result<RecordId, TownError> {
        random().map(RecordId)
    }

    /// Runs a blocking call on a thread that may wait, when there is room for one more.
    pub(crate) async fn blocking<T: Send + 'static>(
        self: Arc<Self>,
        work: impl FnOnce(&Town) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let town = Arc::clone(&self);
        let _room = self.at_work.acquire().await.map_err(|why| Problem::internal(&why))?;
        tokio::task::spawn_blocking(move || work(&town)).await.map_err(|why| Problem::internal(&why))
    }
}

fn check_signature(device: &Device, body: &[u8], signature: &[u8; 64]) -> Result<(), ExchangeFailure> {
    let key: Option<[u8; 32]> = device.public_key.as_slice().try_into().ok();
    let key = key.and_then(|key| VerifyingKey::from_bytes(&key).ok()).ok_or(ExchangeFailure::UnknownDevice)?;
    key.verify_strict(body, &Signature::from_bytes(signature)).map_err(|_| ExchangeFailure::WrongSignature)
}

fn random<const N: usize>() -> Result<[u8; N], TownError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| TownError::Dice)?;
    Ok(bytes)
}

/// A moment by the township's wall clock.
pub(crate) fn local(at: ServerMillis) -> DateTime<FixedOffset> {
    let utc = DateTime::<Utc>::from_timestamp_millis(at.0).unwrap_or_default();
    let offset = FixedOffset::east_opt(UTC_OFFSET_SECONDS).unwrap_or_else(|| chrono::Offset::fix(&Utc));
    utc.with_timezone(&offset)
}

/// Whom a worker's devices read for.
pub(crate) fn reader_of(worker: WorkerId) -> ReaderId {
    ReaderId(worker.0.into_bytes())
}

/// Why a township does not open or cannot do its work.
#[derive(Debug, thiserror::Error)]
pub enum TownError {
    /// The folder cannot be made.
    #[error("the township's folder cannot be used: {0}")]
    Folder(#[source] std::io::Error),
    /// The store does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The gate failed.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    Dice,
}
