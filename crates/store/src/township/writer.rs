//! The one thread that writes. What waits is gathered into one transaction, so that many phones share one fsync;
//! each piece has its own savepoint, so that none can spoil another; nobody is answered before the transaction is durable.

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

    /// Does `work` in the next transaction, and waits until it is durable. When it fails, nothing of it is written.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = sync_channel(1);
        self.hand_over(Box::new(Piece { work: Some(work), done: None, reply }))?;
        answer.recv().map_err(|_| StoreError::Closed)?
    }

    /// Does `work` in one of the next transactions; nobody waits, and nobody hears when it fails.
    pub(crate) fn note(
        &self,
        work: impl FnOnce(&Connection) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), StoreError> {
        let (reply, _) = sync_channel(1);
        self.hand_over(Box::new(Piece { work: Some(work), done: None, reply }))
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
    fn run(&mut self, connection: &Connection);
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Piece<W, T> {
    work: Option<W>,
    done: Option<Result<T, StoreError>>,
    reply: SyncSender<Result<T, StoreError>>,
}

impl<T, W> Job for Piece<W, T>
where
    T: Send,
    W: FnOnce(&Connection) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, connection: &Connection) {
        if let Some(work) = self.work.take() {
            self.done = Some(in_savepoint(connection, work));
        }
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
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        while group.len() < GROUP_MAX
            && let Ok(next) = jobs.try_recv()
        {
            group.push(next);
        }
        let committed = write_group(connection, copy, &mut group);
        for job in group {
            job.answer(committed.clone());
        }
    }
}

fn write_group(connection: &Connection, copy: &mut Sidecar, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let before = connection.total_changes();
    for job in group.iter_mut() {
        job.run(connection);
        if connection.is_autocommit() {
            // SQLite has rolled everything back by itself, as it may when there is no room.
            return Err(StoreError::DiskFull);
        }
    }
    // Whoever only waited for what was before them has written nothing, and costs the disk nothing.
    let wrote = connection.total_changes() != before;
    let counted = if wrote { count_commit(connection).map(Some) } else { Ok(None) };
    let committed = counted.and_then(|commits| {
        connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(commits)
    });
    match committed {
        Ok(commits) => _ = commits.map(|commits| copy.note(commits)),
        Err(_) if !connection.is_autocommit() => connection.execute_batch("ROLLBACK")?,
        Err(_) => {}
    }
    committed.map(|_| ())
}

fn in_savepoint<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    connection.prepare_cached("SAVEPOINT piece")?.execute([])?;
    let done = work(connection);
    if connection.is_autocommit() {
        return done.and(Err(StoreError::DiskFull));
    }
    if done.is_err() {
        connection.prepare_cached("ROLLBACK TO piece")?.execute([])?;
    }
    connection.prepare_cached("RELEASE piece")?.execute([])?;
    done
}
