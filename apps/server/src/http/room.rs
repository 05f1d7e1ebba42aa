//! What the handlers share: the township, and room to work in. Calls into a township block, so each takes a thread; phones
//! and the office have theirs apart, and neither waits for the other.

use std::collections::HashMap;
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::accounts::Waits;
use crate::http::board::Boards;
use crate::http::guesses::Guesses;
use crate::http::handbook::Handbook;
use crate::http::problem::Problem;
use crate::http::serve::OfficeDoor;
use crate::limits::{
    BOARDS_AT_ONCE, BOARDS_LET_IN, COME_BACK_AFTER_S, EXCHANGES_AT_ONCE, LET_IN_OF_ONE_ADDRESS, OFFICE_AT_ONCE,
    PASSWORDS_AT_ONCE, PASSWORDS_WAITING, PHONES_LET_IN,
};
use crate::town::Town;

/// The township and its rooms, shared by all handlers.
#[derive(Clone)]
pub(crate) struct Room(Arc<Rooms>);

/// What a [`Room`] is made of.
pub(crate) struct Rooms {
    pub(crate) town: Arc<Town>,
    pub(crate) office: OfficeDoor,
    pub(crate) waits: Arc<Waits>,
    pub(crate) guesses: Arc<Guesses>,
    pub(crate) boards: Arc<Boards>,
    pub(crate) handbook: Handbook,
    let_in: Arc<Semaphore>,
    by_address: Arc<ByAddress>,
    exchanges: Arc<Semaphore>,
    office_work: Arc<Semaphore>,
    passwords_let_in: Arc<Semaphore>,
    passwords: Arc<Semaphore>,
    public_let_in: Arc<Semaphore>,
    public: Arc<Semaphore>,
}

impl Deref for Room {
    type Target = Rooms;

    fn deref(&self) -> &Rooms {
        &self.0
    }
}

impl Room {
    pub(crate) fn new(town: Arc<Town>, office: OfficeDoor, handbook: Handbook) -> Self {
        let room = |places| Arc::new(Semaphore::new(places));
        Room(Arc::new(Rooms {
            town,
            office,
            waits: Arc::default(),
            guesses: Arc::default(),
            boards: Arc::default(),
            handbook,
            let_in: room(PHONES_LET_IN),
            by_address: Arc::default(),
            exchanges: room(EXCHANGES_AT_ONCE),
            office_work: room(OFFICE_AT_ONCE),
            passwords_let_in: room(PASSWORDS_WAITING),
            passwords: room(PASSWORDS_AT_ONCE),
            public_let_in: room(BOARDS_LET_IN),
            public: room(BOARDS_AT_ONCE),
        }))
    }

    /// Lets a phone in, or asks it to come back: to be called before its body is read.
    pub(crate) fn let_in(&self, from: IpAddr) -> Result<Place, Problem> {
        let busy = || Problem::busy(COME_BACK_AFTER_S);
        let of_address = ByAddress::take(&self.by_address, from).ok_or_else(busy)?;
        let place = Arc::clone(&self.let_in).try_acquire_owned().map_err(|_| busy())?;
        Ok(Place { _place: place, _of_address: of_address })
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
        self.work(&self.office_work, work).await
    }

    /// Hashes a password, while there is room for one more: the sign-in is open to everybody, and hashing is dear.
    pub(crate) async fn for_passwords<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Town) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let waiting = Arc::clone(&self.passwords_let_in);
        let _place = waiting.try_acquire_owned().map_err(|_| Problem::busy(COME_BACK_AFTER_S))?;
        self.work(&self.passwords, work).await
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

/// A place inside, until it is dropped.
pub(crate) struct Place {
    _place: OwnedSemaphorePermit,
    _of_address: OfAddress,
}

/// How many are inside from each address.
#[derive(Default)]
struct ByAddress(Mutex<HashMap<IpAddr, usize>>);

impl ByAddress {
    fn take(all: &Arc<Self>, address: IpAddr) -> Option<OfAddress> {
        let mut inside = all.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = inside.entry(address).or_default();
        if *count >= LET_IN_OF_ONE_ADDRESS {
            return None;
        }
        *count += 1;
        Some(OfAddress { all: Arc::clone(all), address })
    }
}

struct OfAddress {
    all: Arc<ByAddress>,
    address: IpAddr,
}

impl Drop for OfAddress {
    fn drop(&mut self) {
        let mut inside = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = inside.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                inside.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Condvar;

    use axum::response::IntoResponse as _;

    use super::*;

    fn room() -> (tempfile::TempDir, Room) {
        let dir = tempfile::tempdir().unwrap();
        let town = Arc::new(Town::open(dir.path()).unwrap());
        (dir, Room::new(town, OfficeDoor::ThisMachine, Handbook::default()))
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
        let phone = |number: usize| IpAddr::from([10, 0, (number >> 8) as u8, number as u8]);
        let inside: Vec<_> = (0..PHONES_LET_IN).map(|number| room.let_in(phone(number)).unwrap()).collect();
        let answer = room.let_in(phone(PHONES_LET_IN)).err().unwrap().into_response();
        assert_eq!((answer.status().as_u16(), &answer.headers()["retry-after"]), (503, &"15".parse().unwrap()));
        drop(inside);
        assert!(room.let_in(phone(0)).is_ok());
    }

    #[tokio::test]
    async fn one_address_leaves_room_for_the_others() {
        let (_dir, room) = room();
        let (one, other) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        let mut inside: Vec<_> = (0..LET_IN_OF_ONE_ADDRESS).map(|_| room.let_in(one).unwrap()).collect();
        assert!(room.let_in(one).is_err());
        assert!(room.let_in(other).is_ok());
        inside.pop();
        assert!(room.let_in(one).is_ok());
        drop(inside);
        assert_eq!(room.by_address.0.lock().unwrap().len(), 0, "nobody inside, nothing remembered");
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
