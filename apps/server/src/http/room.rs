//! What the handlers share: the township, and room to work in. Calls into a township block, so each takes a thread; phones
//! and the office have theirs apart, and neither waits for the other.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::http::guesses::Guesses;
use crate::http::problem::Problem;
use crate::limits::{COME_BACK_AFTER_S, EXCHANGES_AT_ONCE, OFFICE_AT_ONCE, PHONES_LET_IN};
use crate::town::Town;

/// The township and its rooms.
#[derive(Clone)]
pub(crate) struct Room {
    pub(crate) town: Arc<Town>,
    pub(crate) guesses: Arc<Guesses>,
    let_in: Arc<Semaphore>,
    exchanges: Arc<Semaphore>,
    office: Arc<Semaphore>,
}

impl Room {
    pub(crate) fn new(town: Arc<Town>) -> Self {
        let room = |places| Arc::new(Semaphore::new(places));
        Room {
            town,
            guesses: Arc::default(),
            let_in: room(PHONES_LET_IN),
            exchanges: room(EXCHANGES_AT_ONCE),
            office: room(OFFICE_AT_ONCE),
        }
    }

    /// Lets a phone in, or asks it to come back: to be called before its body is read.
    pub(crate) fn let_in(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.let_in).try_acquire_owned().map_err(|_| Problem::busy(COME_BACK_AFTER_S))
    }

    /// Works for a phone.
    pub(crate) async fn for_phone<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Town) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        self.work(&self.exchanges, work).await
    }

    /// Works for the office.
    pub(crate) async fn for_office<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Town) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        self.work(&self.office, work).await
    }

    async fn work<T: Send + 'static>(
        &self,
        room: &Arc<Semaphore>,
        work: impl FnOnce(&Town) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let place = Arc::clone(room).acquire_owned().await.map_err(|why| Problem::internal(&why))?;
        let town = Arc::clone(&self.town);
        let done = tokio::task::spawn_blocking(move || {
            // The place is taken until the work is done, even if whoever asked has hung up.
            let _place = place;
            work(&town)
        });
        done.await.map_err(|why| Problem::internal(&why))
    }
}
