//! The one thread that writes. What waits is gathered into one transaction, so that many phones share one fsync. When a
//! piece fails, nothing of the group is written, and each of its pieces is done again in a transaction of its own, so that
//! none can spoil another. Nobody is answered before the transaction of their piece is durable.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use crate::copies::{Sidecar, count_commit};
use crate::error::StoreError;
use crate::limits::{GROUP_MAX, QUEUE_MAX};

/// The way to the writer thread. Dropping it finishes what waits and closes the connection.
pub(crate) struct Writer {
    queue: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(connection: Connection, mut copy: Sidecar) -> std::io::Result<Self> {
        let (queue, jobs) = sync_channel(QUEUE_MAX);
        let thread = std::thread::Builder::new()
            .name("township-writer".into())
            .spawn(move || run(&connection, &mut copy, &jobs))?;
        Ok(Writer { queue: Some(queue), thread: Some(thread) })
    }

    /// Does `work` in the next transaction, and waits until it is durable. When it fails, nothing of it is written. It may
    /// be done more than once, the last time on what is there; so it changes nothing but the database.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.wait_for(work, false)
    }

    /// The same for work that can be done only once: it has a transaction of its own.
    pub(crate) fn write_alone<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let mut work = Some(work);
        self.wait_for(move |connection| work.take().ok_or(StoreError::Closed)?(connection), true)
    }

    /// Does `work` in one of the next transactions; nobody waits, and nobody hears when it fails.
    pub(crate) fn note(
        &self,
        work: impl Fn(&Connection) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), StoreError> {
        let (reply, _) = sync_channel(1);
        self.hand_over(Box::new(Piece { work, alone: false, done: None, reply }))
    }

    fn wait_for<T: Send + 'static>(
        &self,
        work: impl FnMut(&Connection) -> Result<T, StoreError> + Send + 'static,
        alone: bool,
    ) -> Result<T, StoreError> {
        let (reply, answer) = sync_channel(1);
        self.hand_over(Box::new(Piece { work, alone, done: None, reply }))?;
        answer.recv().map_err(|_| StoreError::Closed)?
    }

    fn hand_over(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        self.queue.as_ref().ok_or(StoreError::Closed)?.send(job).map_err(|_| StoreError::Closed)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            // A panic there has already been told: everyone who waited got `Closed`.
            let _ = thread.join();
        }
    }
}

/// A piece of work, whatever it gives back.
trait Job: Send {
    /// Whether it wants a transaction of its own.
    fn is_alone(&self) -> bool;
    /// Does it, and says whether it went well.
    fn run(&mut self, connection: &Connection) -> bool;
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Piece<W, T> {
    work: W,
    alone: bool,
    done: Option<Result<T, StoreError>>,
    reply: SyncSender<Result<T, StoreError>>,
}

impl<T, W> Job for Piece<W, T>
where
    T: Send,
    W: FnMut(&Connection) -> Result<T, StoreError> + Send,
{
    fn is_alone(&self) -> bool {
        self.alone
    }

    fn run(&mut self, connection: &Connection) -> bool {
        self.done.insert((self.work)(connection)).is_ok()
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let answer = match (self.done, committed) {
            (Some(Err(error)), _) | (_, Err(error)) => Err(error),
            (Some(done), Ok(())) => done,
            (None, Ok(())) => Err(StoreError::Closed),
        };
        // Whoever has stopped waiting needs no answer.
        let _ = self.reply.send(answer);
    }
}

fn run(connection: &Connection, copy: &mut Sidecar, jobs: &Receiver<Box<dyn Job>>) {
    let mut next = None;
    while let Some(first) = next.take().or_else(|| jobs.recv().ok()) {
        let mut group = vec![first];
        while group.len() < GROUP_MAX
            && !group.iter().any(|job| job.is_alone())
            && let Ok(job) = jobs.try_recv()
        {
            if job.is_alone() {
                next = Some(job);
                break;
            }
            group.push(job);
        }
        write_group(connection, copy, group);
    }
}

fn write_group(connection: &Connection, copy: &mut Sidecar, mut group: Vec<Box<dyn Job>>) {
    match in_transaction(connection, copy, &mut group) {
        Ok(Outcome::Failed) if group.len() > 1 => {
            for mut job in group {
                let committed = in_transaction(connection, copy, std::slice::from_mut(&mut job));
                job.answer(committed.map(|_| ()));
            }
        }
        committed => {
            let committed = committed.map(|_| ());
            group.into_iter().for_each(|job| job.answer(committed.clone()));
        }
    }
}

/// What became of a transaction.
enum Outcome {
    /// All of it is durable. The count of commits, if anything was written.
    Committed(Option<u64>),
    /// A piece failed, and knows why. Nothing is written, and the pieces after it were not tried.
    Failed,
}

/// Does pieces in one transaction; an error is everybody's. Savepoints, which would undo one piece alone, are dearer than
/// doing a group again now and then: with one open, SQLite copies every page before it is changed.
fn in_transaction(
    connection: &Connection,
    copy: &mut Sidecar,
    pieces: &mut [Box<dyn Job>],
) -> Result<Outcome, StoreError> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let outcome = run_and_commit(connection, pieces);
    match outcome {
        Ok(Outcome::Committed(commits)) => _ = commits.map(|commits| copy.note(commits)),
        _ if !connection.is_autocommit() => connection.execute_batch("ROLLBACK")?,
        // SQLite has rolled back by itself, as it may when there is no room.
        _ => {}
    }
    outcome
}

fn run_and_commit(connection: &Connection, pieces: &mut [Box<dyn Job>]) -> Result<Outcome, StoreError> {
    let before = connection.total_changes();
    for piece in pieces {
        if !piece.run(connection) {
            return Ok(Outcome::Failed);
        }
        if connection.is_autocommit() {
            return Err(StoreError::DiskFull);
        }
    }
    // Whoever only waited for what was before them has written nothing, and costs the disk nothing.
    let wrote = connection.total_changes() != before;
    let commits = if wrote { Some(count_commit(connection)?) } else { None };
    connection.prepare_cached("COMMIT")?.execute([])?;
    Ok(Outcome::Committed(commits))
}
