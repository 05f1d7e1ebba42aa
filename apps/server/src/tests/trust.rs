//! By which keys phones and their township know each other, and what either does when the other is not who it says.

use lianhu_core::WorkerId;
use lianhu_crypto::{SecretKey, Suite};
use lianhu_device::WorkbookError;
use lianhu_device::{
    Answer, EnrolReply, Invitation, Locked, NewDevice, Signature, SyncError, Transport, TransportError, Workbook,
};
use lianhu_sync::ids::DeviceId;
use lianhu_sync::ports::{PhoneStore as _, Township as _};
use lianhu_sync::signature::sign_reply;
use lianhu_sync::wire;
use lianhu_testkit::memory::MemoryPhone;

use super::wire::Served;
use super::world::{DAY, Phone, Pocket, WANG, World, ZHAO, answer_of, entry, home, visit, worker};
use crate::audit::Actor;
use crate::{DeviceStanding, ExchangeFailure};

fn stand(world: &World, phone: &Phone, standing: DeviceStanding) {
    let device = DeviceId(phone.device().0);
    let stands = world.town.set_standing(device, standing, "丢在车上".to_owned().into(), Actor::Machine).unwrap();
    assert_eq!(stands, Some(standing));
}

fn code_of(told: &SyncError<std::convert::Infallible>) -> &str {
    match told {
        SyncError::Transport(TransportError::Answered { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

/// What an enrolment over HTTP brings, as phones are enrolled.
pub(super) fn enrolment(world: &World, number: u8) -> (NewDevice, Pocket, EnrolReply) {
    let served = Served::of(&world.town);
    let (device, pocket) = world.new_device(number);
    let code = world.town.new_code(worker(number), 1).unwrap().unwrap();
    let asked = serde_json::to_string(&device.enrolment(&code, "手机").unwrap()).unwrap();
    let reply = serde_json::from_value(served.post_json("/v1/enrol", &asked).json()).unwrap();
    (device, pocket, reply)
}

/// A phone that is enrolled so.
fn enrolled(world: &World, number: u8) -> (Phone, EnrolReply) {
    let (device, pocket, reply) = enrolment(world, number);
    let phone = Workbook::create_enrolled(MemoryPhone::default(), pocket, device, reply.clone(), "").unwrap();
    (phone, reply)
}

/// A township that is not ours, and answers all the same.
struct False<'a> {
    world: &'a World,
    key: SecretKey,
    said: fn(&World, &[u8], &Signature) -> Vec<u8>,
}

impl Transport for False<'_> {
    fn send(&mut self, body: &[u8], signature: &Signature) -> Result<Answer, TransportError> {
        let said = (self.said)(self.world, body, signature);
        let signature = Some(sign_reply(&self.key, body, &said));
        Ok(Answer { body: said, signature })
    }
}

#[test]
fn a_request_counts_once_and_a_phone_that_fell_behind_asks_once_more() {
    let world = World::new();
    let (mut wang, _) = enrolled(&world, WANG);
    world.sync(&mut wang);
    let outgoing = wang.begin_sync().unwrap();
    world.town.exchange(&outgoing.body, &outgoing.signature).unwrap();
    let again = world.town.exchange(&outgoing.body, &outgoing.signature);
    assert!(matches!(again, Err(ExchangeFailure::Replayed(_))), "{again:?}");
    // A copy of the store, whose clock is behind: one more round trip, and only then.
    let copy = wang.store().clone();
    wang.diary().write(entry("今天走了三户")).unwrap();
    assert_eq!(world.sync(&mut wang).round_trips, 1);
    let mut twin = Workbook::open(copy, world.new_device(9).1).unwrap();
    assert!(world.sync(&mut twin).proven);
    assert!(world.sync(&mut wang).proven);
}

#[test]
fn a_number_that_came_before_the_township_was_started_again_is_not_taken_after_it() {
    let world = World::new();
    let (mut wang, _) = enrolled(&world, WANG);
    world.sync(&mut wang);
    let outgoing = wang.begin_sync().unwrap();
    world.town.exchange(&outgoing.body, &outgoing.signature).unwrap();
    world.town.store().flush().unwrap();
    let world = world.reopened();
    let again = world.town.exchange(&outgoing.body, &outgoing.signature);
    assert!(matches!(again, Err(ExchangeFailure::Replayed(_))), "{again:?}");
}

#[test]
fn a_false_township_cannot_feed_a_phone_wipe_it_or_lock_it() {
    let world = World::new();
    let (mut wang, _) = enrolled(&world, WANG);
    world.sync(&mut wang);
    wang.households().visit(home(1), visit("甲户")).unwrap();
    let before = wang.store().clone();
    #[expect(clippy::type_complexity, reason = "a table of replies")]
    let replies: [fn(&World, &[u8], &Signature) -> Vec<u8>; 3] = [
        |world, body, signature| world.town.exchange(body, signature).unwrap().body,
        |_, body, _| {
            let request = wire::decode_request(body).unwrap();
            let (log, position, digest) = (request.log, request.position, request.digest);
            let order = Some(lianhu_sync::message::Order::Wipe);
            let reply = lianhu_sync::message::Reply { log, position, digest, order, ..Default::default() };
            wire::encode_reply(&reply).unwrap()
        },
        |_, _, _| br#"{"code":"revoked_device","message":"no"}"#.to_vec(),
    ];
    for said in replies {
        let key = SecretKey::from_seed(Suite::International, &[66; 32]).unwrap();
        let told = wang.sync(&mut False { world: &world, key, said }).unwrap_err();
        assert!(matches!(told, SyncError::NotThisTownship), "{told:?}");
        assert_eq!(wang.store().pending(None).unwrap(), before.pending(None).unwrap());
        assert_eq!(wang.locked(), None);
    }
    // The same words without any signature are nobody's either.
    let outgoing = wang.begin_sync().unwrap();
    let reply = world.town.exchange(&outgoing.body, &outgoing.signature).unwrap();
    let unsigned = Answer { body: reply.body, signature: None };
    assert!(matches!(wang.absorb_reply(&unsigned), Err(SyncError::NotThisTownship)));
    assert!(world.sync(&mut wang).proven);
}

#[test]
fn an_old_reply_is_not_the_answer_to_a_new_request() {
    let world = World::new();
    let (mut wang, _) = enrolled(&world, WANG);
    let first = wang.begin_sync().unwrap();
    let old = answer_of(world.town.exchange(&first.body, &first.signature).unwrap());
    let _ = wang.begin_sync().unwrap();
    assert!(matches!(wang.absorb_reply(&old), Err(SyncError::NotThisTownship)));
    assert!(world.sync(&mut wang).proven);
}

#[test]
fn a_phone_follows_its_township_from_key_to_key_and_believes_the_new_one_alone() {
    let world = World::new();
    let (mut wang, _) = enrolled(&world, WANG);
    world.sync(&mut wang);
    let first = wang.township().unwrap().clone();
    let (number, key) = world.town.rotate_township_key(Actor::Machine).unwrap();
    world.town.rotate_township_key(Actor::Machine).unwrap();
    assert_eq!((number, first.key.0 == key), (1, false));
    assert!(world.sync(&mut wang).proven);
    let newest = world.town.township_key().unwrap();
    assert_eq!((wang.township().unwrap().number, wang.township().unwrap().key.0.clone()), newest);
    assert_eq!(world.sync(&mut wang).round_trips, 1);
}

#[test]
fn a_phone_that_renews_its_key_is_known_by_the_new_one_wherever_the_line_breaks() {
    for lost in ["nothing", "the request", "the reply"] {
        let world = World::new();
        let (mut wang, _) = enrolled(&world, WANG);
        world.sync(&mut wang);
        let old = wang.key();
        wang.renew_key().unwrap();
        let outgoing = wang.begin_sync().unwrap();
        if lost != "the request" {
            let reply = answer_of(world.town.exchange(&outgoing.body, &outgoing.signature).unwrap());
            if lost == "nothing" {
                let _ = wang.absorb_reply(&reply).unwrap();
            }
        }
        let store = wang.store().clone();
        let mut wang = Workbook::open(store, world.pocket(3)).unwrap();
        assert!(world.sync(&mut wang).proven, "{lost}");
        assert_ne!(wang.key(), old, "{lost}");
        assert!(world.sync(&mut wang).proven, "{lost}");
        let device = world.town.store().read().unwrap().device(DeviceId(wang.device().0)).unwrap().unwrap();
        assert_eq!((device.public_key, device.next_key), (wang.key().0.to_bytes(), None), "{lost}");
    }
}

#[test]
fn a_certificate_is_a_lease_that_locks_a_phone_away_for_too_long_and_one_sync_unlocks_it() {
    let world = World::new();
    world.town.set_lease_days(10, Actor::Machine).unwrap();
    let (mut wang, _) = enrolled(&world, WANG);
    world.sync(&mut wang);
    wang.households().visit(home(1), visit("甲户")).unwrap();
    let later = |days: i64, phone: Phone| {
        world.later(days * DAY);
        Workbook::open(phone.into_store(), world.pocket(4)).unwrap()
    };
    let wang = later(9, wang);
    assert_eq!(wang.locked(), None);
    let mut wang = later(2, wang);
    assert_eq!(wang.locked(), Some(Locked::LeaseOver));
    let locked = WorkbookError::<std::convert::Infallible>::Locked(Locked::LeaseOver).to_string();
    assert_eq!(wang.households().list().unwrap_err().to_string(), locked);
    assert_eq!(wang.households().visit(home(1), visit("乙")).unwrap_err().to_string(), locked);
    assert_eq!(wang.needs_attention().unwrap_err().to_string(), locked);
    let report = world.sync(&mut wang);
    assert_eq!((report.recorded, report.proven, wang.locked()), (1, true, None));
    assert!(wang.households().get(home(1)).is_ok());
}

#[test]
fn a_clock_that_is_put_back_does_not_give_a_lease_back() {
    let world = World::new();
    world.town.set_lease_days(10, Actor::Machine).unwrap();
    let (mut wang, _) = enrolled(&world, WANG);
    world.sync(&mut wang);
    let mut store = wang.into_store();
    for _ in 0..2 {
        world.later(6 * DAY);
        store = Workbook::open(store, world.pocket(4)).unwrap().into_store();
        world.later(-6 * DAY);
        store = Workbook::open(store, world.pocket(4)).unwrap().into_store();
    }
    let wang = Workbook::open(store, world.pocket(4)).unwrap();
    assert_eq!(wang.locked(), Some(Locked::LeaseOver));
}

#[test]
fn a_certificate_is_renewed_once_half_its_time_is_over() {
    let world = World::new();
    let (mut wang, _) = enrolled(&world, WANG);
    let first = wang.certificate();
    assert!(first.is_some());
    world.sync(&mut wang);
    assert_eq!(wang.certificate(), first);
    world.later(31 * DAY);
    let mut wang = Workbook::open(wang.into_store(), world.pocket(4)).unwrap();
    world.sync(&mut wang);
    assert_ne!(wang.certificate(), first);
}

#[test]
fn a_revoked_phone_locks_itself_and_what_it_had_written_waits_at_the_township() {
    let world = World::new();
    let (mut wang, _) = enrolled(&world, WANG);
    world.sync(&mut wang);
    wang.households().visit(home(1), visit("甲户")).unwrap();
    stand(&world, &wang, DeviceStanding::Revoked);
    assert_eq!(code_of(&world.try_sync(&mut wang).unwrap_err()), "revoked_device");
    assert_eq!((wang.locked(), world.counters().held), (Some(Locked::Revoked), 1));
    let wang = Workbook::open(wang.into_store(), world.pocket(4)).unwrap();
    assert_eq!(wang.locked(), Some(Locked::Revoked));
}

#[test]
fn a_lost_phone_brings_what_it_has_destroys_the_rest_and_says_so() {
    let world = World::new();
    let (mut wang, _) = enrolled(&world, WANG);
    world.sync(&mut wang);
    wang.households().visit(home(1), visit("甲户")).unwrap();
    stand(&world, &wang, DeviceStanding::Lost);
    let report = world.sync(&mut wang);
    assert!(report.destroyed);
    assert_eq!(world.counters().held, 1, "its words are here");
    assert_eq!(wang.store(), &MemoryPhone::default());
    let device = world.town.store().read().unwrap().device(DeviceId(wang.device().0)).unwrap().unwrap();
    assert_eq!((device.standing, device.standing_reason.as_str()), (DeviceStanding::Wiped, "丢在车上"));
    assert!(matches!(world.try_sync(&mut wang), Err(SyncError::Workbook(WorkbookError::Locked(Locked::Destroyed)))));
    let shown = Served::of(&world.town).get("/office/v1/devices").json();
    assert!(shown["devices"].as_array().unwrap().iter().any(|one| one["standing"] == "wiped"));
}

#[test]
fn a_phone_that_is_handed_over_is_sealed_brings_what_waits_and_goes_while_the_next_one_writes_offline() {
    let world = World::new();
    let (mut wang, _) = enrolled(&world, WANG);
    world.sync(&mut wang);
    wang.households().visit(home(1), visit("甲户")).unwrap();
    wang.hand_over().unwrap();
    assert!(matches!(wang.households().list(), Err(WorkbookError::Locked(Locked::HandedOver))));

    let invited = world.town.invite(worker(ZHAO), 1, "http://127.0.0.1:1", None).unwrap().unwrap();
    let invitation = Invitation::from_text(&invited.text).unwrap();
    let known = wang.township().unwrap().clone();
    let fresh = || (MemoryPhone::default(), world.new_device(77).1);
    let (store, pocket) = fresh();
    let mut zhao = Workbook::create_offline(store, pocket, &invitation, &known).unwrap();
    assert_eq!(zhao.owner().worker, worker(ZHAO));
    zhao.diary().write(entry("接手第一天")).unwrap();
    assert!(matches!(zhao.begin_sync(), Err(SyncError::EnrolFirst)));

    let elsewhere = World::new();
    elsewhere.town.rotate_township_key(Actor::Machine).unwrap();
    let foreign = elsewhere.town.invite(worker(ZHAO), 1, "", None).unwrap().unwrap();
    let (store, pocket) = fresh();
    let foreign = Invitation::from_text(&foreign.text).unwrap();
    let refused = Workbook::create_offline(store, pocket, &foreign, &known).err();
    assert!(matches!(refused, Some(WorkbookError::NotThisTownship)));

    let served = Served::of(&world.town);
    let asked = serde_json::to_string(&zhao.awaited_enrolment("手机").unwrap().unwrap()).unwrap();
    let reply: EnrolReply = serde_json::from_value(served.post_json("/v1/enrol", &asked).json()).unwrap();
    zhao.enrolled(reply).unwrap();
    let report = world.sync(&mut zhao);
    assert_eq!((report.recorded, report.proven), (1, true));
    let report = world.sync(&mut wang);
    assert_eq!((report.recorded, report.destroyed), (1, true));
    assert_eq!(wang.store(), &MemoryPhone::default());
}

#[test]
fn a_device_that_brings_what_no_honest_phone_makes_is_suspended_with_the_reason() {
    let world = World::new();
    let hand = world.hand(WANG, 70);
    let garbage = |n: u8| (0..12).map(|m| [n, m, 7, 7].repeat(15)).collect::<Vec<_>>();
    let mut turned_away = None;
    for n in 0..4 {
        let body = wire::encode_request(&hand.request(vec![(home(1), garbage(n))])).unwrap();
        turned_away = world.town.exchange(&body, &hand.sign(&body)).err();
        assert_eq!(turned_away.is_some(), n >= 2, "{n}");
        if turned_away.is_some() {
            break;
        }
    }
    assert!(matches!(turned_away, Some(ExchangeFailure::MayNotAsk(DeviceStanding::Suspended))));
    let device = world.town.store().read().unwrap().device(DeviceId(hand.device)).unwrap().unwrap();
    assert_eq!((device.standing, device.standing_reason.as_str()), (DeviceStanding::Suspended, "poison"));
}

#[test]
fn a_code_of_the_same_person_takes_a_known_device_with_another_key_and_no_other_code_does() {
    let world = World::new();
    let (wang, _) = enrolled(&world, WANG);
    let served = Served::of(&world.town);
    let enrol = |whose: WorkerId| {
        let code = world.town.new_code(whose, 1).unwrap().unwrap();
        let (other, _) = world.new_device(55);
        let mut asked = serde_json::to_value(other.enrolment(&code, "手机").unwrap()).unwrap();
        asked["device"] = serde_json::to_value(wang.device()).unwrap();
        served.post_json("/v1/enrol", &asked.to_string()).status
    };
    assert_eq!(enrol(worker(ZHAO)), 403);
    assert_eq!(enrol(worker(WANG)), 200);
    stand(&world, &wang, DeviceStanding::Suspended);
    assert_eq!(enrol(worker(WANG)), 403);
}
