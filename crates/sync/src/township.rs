//! The township's side of an exchange: judge, commit, answer. Blocking; the server calls it from a thread that may wait,
//! the simulator calls it as it is.

mod answer;

use crate::ids::ServerMillis;
use crate::limits::{BUSY_RETRY_AFTER_S, MAX_JUDGED_AGAIN};
use crate::message::{Reply, Request, Returned, Verdict};
use crate::ports::{Caller, CommitOutcome, Judged, Received, SealedDoc, Township, TownshipGate, TownshipReader as _};

/// What one exchange cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Counters {
    /// Documents whose bytes were loaded, to judge or to send. Zero when there was nothing new.
    pub documents_loaded: u32,
    /// Changes judged.
    pub changes: u32,
    /// Changes recorded.
    pub recorded: u32,
    /// Changes an earlier life of the log had recorded, taken back from the phone.
    pub taken_back: u32,
    /// Entries sent.
    pub entries: u32,
    /// Bytes of changes and snapshots sent.
    pub entry_bytes: u64,
    /// Times the changes were judged again because a document had moved.
    pub judged_again: u32,
}

/// Why an exchange has no reply. Nothing was recorded that the phone will not be told by its next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError<S, G> {
    /// The store failed.
    #[error("the township's store failed")]
    Store(#[source] S),
    /// The gate failed (not: refused a change).
    #[error("the township's gate failed")]
    Gate(#[source] G),
    /// The documents kept moving while the changes were judged. Nothing is wrong; ask again.
    #[error("the township is busy, ask again in {retry_after_s} seconds")]
    Busy {
        /// When to ask again.
        retry_after_s: u32,
    },
    /// The request names another device than the one that signed it.
    #[error("the request is in another device's name")]
    NotThisDevice,
    /// The gate gave another number of verdicts than there are changes: a fault of this program.
    #[error("the gate gave {verdicts} verdicts for {changes} changes")]
    VerdictsMissing {
        /// Changes judged.
        changes: usize,
        /// Verdicts given.
        verdicts: usize,
    },
}

type Failure<T, G> = ExchangeError<<T as Township>::Error, <G as TownshipGate<<T as Township>::Reader>>::Error>;

/// Answers one request. What it records is durable before the reply exists.
pub fn exchange<T, G>(
    township: &T,
    gate: &G,
    caller: Caller,
    request: &Request,
    now: ServerMillis,
) -> Result<(Reply, Counters), Failure<T, G>>
where
    T: Township,
    G: TownshipGate<T::Reader>,
{
    exchange_then(township, gate, caller, request, now, |_| ())
}

/// The same, and does something between recording and answering: what it records, the reply tells already.
pub fn exchange_then<T, G>(
    township: &T,
    gate: &G,
    caller: Caller,
    request: &Request,
    now: ServerMillis,
    recorded: impl FnOnce(&Counters),
) -> Result<(Reply, Counters), Failure<T, G>>
where
    T: Township,
    G: TownshipGate<T::Reader>,
{
    if request.device != caller.device {
        return Err(ExchangeError::NotThisDevice);
    }
    let mut counters = Counters::default();
    if let Some(returned) = &request.returned {
        take_back(township, gate, caller, returned, now, &mut counters)?;
    }
    let (verdicts, late) = if request.changes.is_empty() {
        (Vec::new(), Vec::new())
    } else {
        judge(township, gate, caller, request, now, &mut counters)?
    };
    recorded(&counters);
    // A fresh snapshot: it has what was just recorded, and what others recorded meanwhile.
    let reader = township.read().map_err(ExchangeError::Store)?;
    let mut reply =
        answer::answer(&reader, caller, request, verdicts, now, &mut counters).map_err(ExchangeError::Store)?;
    reply.late = Some(late).filter(|late| !late.is_empty());
    Ok((reply, counters))
}

/// Judges the request's changes; one verdict for each, and the places of those that went in late.
fn judge<T, G>(
    township: &T,
    gate: &G,
    caller: Caller,
    request: &Request,
    now: ServerMillis,
    counters: &mut Counters,
) -> Result<(Vec<Verdict>, Vec<u32>), Failure<T, G>>
where
    T: Township,
    G: TownshipGate<T::Reader>,
{
    let changes: usize = request.changes.iter().map(|doc| doc.changes.len()).sum();
    counters.changes = u32::try_from(changes).unwrap_or(u32::MAX);
    let (judged, _) = commit(township, counters, |reader| {
        let judged = gate.judge(reader, caller, &request.changes, now).map_err(ExchangeError::Gate)?;
        match judged.verdicts.len() {
            verdicts if verdicts == changes => Ok(judged),
            verdicts => Err(ExchangeError::VerdictsMissing { changes, verdicts }),
        }
    })?;
    let recorded = judged.verdicts.iter().filter(|verdict| **verdict == Verdict::Recorded).count();
    counters.recorded = u32::try_from(recorded).unwrap_or(u32::MAX);
    Ok((judged.verdicts, judged.late))
}

/// Takes back what bears this township's own seal; the rest is passed over, for whoever else holds it.
fn take_back<T, G>(
    township: &T,
    gate: &G,
    caller: Caller,
    returned: &[Returned],
    now: ServerMillis,
    counters: &mut Counters,
) -> Result<(), Failure<T, G>>
where
    T: Township,
    G: TownshipGate<T::Reader>,
{
    let seals = township.read().and_then(|reader| reader.standing(caller.reader)).map_err(ExchangeError::Store)?.seals;
    let sealed = returned.iter().filter(|doc| seals.made(&doc.seal, doc.doc, &doc.heads));
    let sealed: Vec<SealedDoc> = sealed
        .map(|doc| {
            let changes = doc.changes.iter().map(|chunk| Received::new(chunk.0.clone()));
            SealedDoc::new(doc.doc, doc.heads.clone(), changes.collect())
        })
        .collect();
    if sealed.is_empty() {
        return Ok(());
    }
    let (_, taken_back) =
        commit(township, counters, |reader| gate.take_back(reader, caller, &sealed, now).map_err(ExchangeError::Gate))?;
    counters.taken_back = taken_back;
    Ok(())
}

/// Works on a snapshot and commits what comes of it; when a document has moved meanwhile, works again on a newer one.
/// Says how many changes it wrote, too.
fn commit<T, E>(
    township: &T,
    counters: &mut Counters,
    work: impl Fn(&T::Reader) -> Result<Judged, ExchangeError<T::Error, E>>,
) -> Result<(Judged, u32), ExchangeError<T::Error, E>>
where
    T: Township,
{
    loop {
        let reader = township.read().map_err(ExchangeError::Store)?;
        let mut judged = work(&reader)?;
        counters.documents_loaded += judged.documents_loaded;
        // The snapshot is given back before the writer is waited for.
        drop(reader);
        let written = judged.commit.take();
        let changes = written.iter().flat_map(|commit| &commit.documents).map(|doc| doc.changes.len()).sum::<usize>();
        let outcome = written.map(|commit| township.commit(commit)).transpose().map_err(ExchangeError::Store)?;
        if outcome != Some(CommitOutcome::Stale) {
            return Ok((judged, u32::try_from(changes).unwrap_or(u32::MAX)));
        }
        counters.judged_again += 1;
        if counters.judged_again > MAX_JUDGED_AGAIN {
            return Err(ExchangeError::Busy { retry_after_s: BUSY_RETRY_AFTER_S });
        }
    }
}
