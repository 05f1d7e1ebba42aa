//! What the handlers share: the township, and room to work in. Calls into a township block, so each takes a thread; phones
//! and the office have theirs apart, and neither waits for the other.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::http::board::Boards;
use crate::http::guesses::Guesses;
use crate::http::problem::Problem;
use crate::limits::{
    BOARDS_AT_ONCE, BOARDS_LET_IN, COME_BACK_AFTER_S, EXCHANGES_AT_ONCE, OFFICE_AT_ONCE, PHONES_LET_IN,
};
use crate::town::Town;

/// The township and its rooms.
#[derive(Clone)]
pub(crate) struct Room {
    pub(crate) town: Arc<Town>,
    pub(crate) guesses: Arc<Guesses>,
    pub(crate) boards: Arc<Boards>,
    let_in: Arc<Semaphore>,
    exchanges: Arc<Semaphore>,
    office: Arc<Semaphore>,
    public_let_in: Arc<Semaphore>,
    public: Arc<Semaphore>,
}

impl Room {
    pub(crate) fn new(town: Arc<Town>) -> Self {
        let room = |places| Arc::new(Semaphore::new(places));
        Room {
            town,
            guesses: Arc::default(),
            boards: Arc::default(),
            let_in: room(PHONES_LET_IN),
            exchanges: room(EXCHANGES_AT_ONCE),
            office: room(OFFICE_AT_ONCE),
            public_let_in: room(BOARDS_LET_IN),
            public: room(BOARDS_AT_ONCE),
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

    /// Works for whoever looks at a public board, while there is room for one more.
    pub(crate) async fn for_everybody<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Town) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let waiting = Arc::clone(&self.public_let_in);
        let _place = waiting.try_acquire_owned().map_err(|_| Problem::busy(COME_BACK_AFTER_S))?;
        self.work(&self.public, work).await
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

#[cfg(test)]
mod tests {
    use std::sync::Condvar;
    use std::sync::Mutex;

    use axum::response::IntoResponse as _;

    use super::*;

    fn room() -> (tempfile::TempDir, Room) {
        let dir = tempfile::tempdir().unwrap();
        let town = Arc::new(Town::open(dir.path()).unwrap());
        (dir, Room::new(town))
    }

    #[tokio::test]
    async fn the_office_does_not_wait_behind_phones_and_a_hung_up_phone_keeps_its_place() {
        let (_dir, room) = room();
        let gate = Arc::new((Mutex::new(false), Condvar::new()));
        let begun = Arc::new(Semaphore::new(0));
        let mut phones = Vec::new();
        for _ in 0..EXCHANGES_AT_ONCE {
            let (room, gate, begun) = (room.clone(), Arc::clone(&gate), Arc::clone(&begun));
            phones.push(tokio::spawn(async move {
                let stuck = move |_: &Town| {
                    begun.add_permits(1);
                    let open = gate.0.lock().unwrap();
                    drop(gate.1.wait_while(open, |open| !*open).unwrap());
                };
                room.for_phone(stuck).await.unwrap();
            }));
        }
        begun.acquire_many(EXCHANGES_AT_ONCE as u32).await.unwrap().forget();
        let office = room.for_office(|_| 1).await;
        // A phone that hangs up does not let another one in while its work goes on.
        phones.pop().unwrap().abort();
        tokio::task::yield_now().await;
        let free = room.exchanges.available_permits();
        *gate.0.lock().unwrap() = true;
        gate.1.notify_all();
        assert_eq!((office.unwrap(), free), (1, 0));
        for phone in phones {
            phone.await.unwrap();
        }
    }

    #[tokio::test]
    async fn phones_beyond_the_limit_are_asked_to_come_back() {
        let (_dir, room) = room();
        let inside: Vec<_> = (0..PHONES_LET_IN).map(|_| room.let_in().unwrap()).collect();
        let answer = room.let_in().unwrap_err().into_response();
        assert_eq!((answer.status().as_u16(), &answer.headers()["retry-after"]), (503, &"15".parse().unwrap()));
        drop(inside);
        assert!(room.let_in().is_ok());
    }

    #[tokio::test]
    async fn a_panic_is_one_failed_request_and_no_more() {
        let (_dir, room) = room();
        let answer = room.for_phone(|_| panic!("of a test")).await.unwrap_err().into_response();
        assert_eq!(answer.status().as_u16(), 500);
        assert_eq!(room.for_phone(|_| 1).await.unwrap(), 1);
    }

    #[test]
    fn a_full_disk_is_called_by_its_name() {
        let full = crate::TownError::Store(lianhu_store::StoreError::DiskFull);
        let answer = Problem::internal(&full).into_response();
        assert_eq!(answer.status().as_u16(), 507);
    }
}
