//! The exchange, told as what happens to phones and their township.

use lianhu_crypto::Suite;
use lianhu_sync::ids::{DeviceId, Digest, LogId, Position};
use lianhu_sync::limits::HOLDS_PER_REQUEST;
use lianhu_sync::message::{HeldReason, RefusedCode, Reply, Request, Verdict};
use lianhu_sync::phone::{Next, PhoneError, Session};
use lianhu_sync::ports::{Admitted, PendingState, PhoneStore, PhoneWrite, Received, Scanned, Township, TownshipReader};
use lianhu_sync::wire;

use crate::memory::MemoryTownship;
use crate::world::toy::{self, Toy};
use crate::world::{Phone, World, doc, reader};

/// One request and its answer, without the phone having seen the reply yet.
fn ask(world: &mut World, phone: &Phone, session: &mut Session) -> (Request, Reply) {
    let request = session.begin(&phone.store).unwrap();
    let reply = reply_to(world, phone, &request);
    (request, reply)
}

fn reply_to(world: &mut World, phone: &Phone, request: &Request) -> Reply {
    let (body, _) = world.answer(phone, &wire::encode_request(request).unwrap());
    wire::decode_reply(&body).unwrap()
}

fn absorb(phone: &mut Phone, session: &mut Session, request: &Request, reply: Reply) -> Next {
    session.absorb(&mut phone.store, &mut phone.gate, request, reply).unwrap()
}

fn heads_digest(phone: &Phone) -> Digest {
    let documents = phone.store.documents().unwrap().into_iter().filter(|doc| !doc.withdrawn);
    documents.fold(Digest::EMPTY, |sum, doc| sum.with(Digest::of(doc.doc, &doc.heads)))
}

#[test]
fn what_one_member_writes_the_other_reads() {
    let mut world = World::new();
    let (mut ada, mut bo) = (world.phone(1), world.phone(2));
    world.assign(doc(7), &[1, 2]);
    ada.write(doc(7), "roof leaks");
    ada.write(doc(7), "roof mended");

    let synced = world.sync(&mut ada);
    assert_eq!((synced.summary.recorded, synced.summary.round_trips, synced.summary.proven), (2, 1, true));
    let synced = world.sync(&mut bo);
    assert!(synced.summary.proven, "{:?}", synced.summary);
    assert_eq!(bo.words(doc(7)), ["roof leaks", "roof mended"]);
    assert_eq!(ada.readable(), bo.readable());
    assert_eq!(ada.store.pending(None).unwrap(), []);
}

#[test]
fn two_members_who_write_at_once_both_end_with_both_words() {
    let mut world = World::new();
    let (mut ada, mut bo) = (world.phone(1), world.phone(2));
    world.assign(doc(7), &[1, 2]);
    ada.write(doc(7), "visited on monday");
    bo.write(doc(7), "visited on tuesday");
    world.sync(&mut ada);
    world.sync(&mut bo);
    let synced = world.sync(&mut ada);
    assert_eq!((synced.summary.received, synced.summary.proven), (1, true));
    assert_eq!(ada.words(doc(7)), ["visited on monday", "visited on tuesday"]);
    assert_eq!(bo.readable(), ada.readable());
}

#[test]
fn nothing_new_costs_one_round_trip_a_hundred_bytes_and_no_document() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    for number in 1..=9 {
        ada.write(doc(number), "a word");
    }
    world.sync(&mut ada);
    ada.gate.asked = 0;
    let synced = world.sync(&mut ada);
    assert!(synced.summary.proven);
    assert_eq!((synced.summary.round_trips, synced.documents_loaded, ada.gate.asked), (1, 0, 0));
    assert!(synced.bytes_up <= 75 && synced.bytes_down <= 75, "{} up, {} down", synced.bytes_up, synced.bytes_down);
}

#[test]
fn a_lost_reply_repeats_nothing_and_settles_as_known() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    let word = ada.write(doc(7), "said once");
    let _lost = ask(&mut world, &ada, &mut ada.session());
    assert_eq!(ada.state(word.hash), Some(PendingState::Kept));

    let synced = world.sync(&mut ada);
    assert_eq!((synced.summary.known, synced.summary.recorded, synced.summary.proven), (1, 0, true));
    assert_eq!(ada.state(word.hash), None);
    assert_eq!(ada.words(doc(7)), ["said once"]);
    assert_eq!(world.words(doc(7)), ["said once"]);
}

#[test]
fn what_others_wrote_on_top_of_a_lost_reply_arrives_with_it() {
    let mut world = World::new();
    let (mut ada, mut bo) = (world.phone(1), world.phone(2));
    world.assign(doc(7), &[1, 2]);
    world.sync(&mut ada);
    ada.write(doc(7), "first");
    let _lost = ask(&mut world, &ada, &mut ada.session());
    world.sync(&mut bo);
    bo.write(doc(7), "second, after the first");
    world.sync(&mut bo);

    let synced = world.sync(&mut ada);
    assert_eq!((synced.summary.known, synced.summary.received, synced.summary.proven), (1, 1, true));
    assert_eq!(ada.words(doc(7)), ["first", "second, after the first"]);
}

#[test]
fn a_lost_verdict_of_every_kind_is_given_again() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    world.assign(doc(8), &[2]);
    let mut bo = world.phone(2);
    bo.write(doc(8), "not ada's");
    world.sync(&mut bo);

    let held = ada.write(doc(8), "late entry");
    let refused = ada.write(doc(9), "!nonsense");
    let _lost = ask(&mut world, &ada, &mut ada.session());
    let synced = world.sync(&mut ada);
    assert_eq!((synced.summary.held, synced.summary.refused), (1, 1));
    assert_eq!(ada.state(held.hash), Some(PendingState::Held(HeldReason::NoLongerEntitled)));
    let Some(PendingState::Refused(code, reason)) = ada.state(refused.hash) else { panic!("refused") };
    assert_eq!((code, reason.as_str()), (RefusedCode::InvalidContent, "invalid_content"));
    assert_eq!(world.sync(&mut ada).summary.round_trips, 1, "neither is sent again");
}

#[test]
fn a_truncated_first_download_resumes_where_it_stopped() {
    let mut world = World::new();
    let mut office = world.phone(9);
    for number in 1..=40 {
        world.assign(doc(number), &[1, 9]);
        office.write(doc(number), &format!("household {number} {}", "x".repeat(200)));
    }
    world.sync(&mut office);

    let mut ada = world.phone(1);
    let mut session = ada.session().with_budget(2000);
    let (mut request, mut reply) = ask(&mut world, &ada, &mut session);
    for _ in 0..3 {
        let Next::Send(next) = absorb(&mut ada, &mut session, &request, reply) else { panic!("there is more") };
        (request, reply) = (next.clone(), reply_to(&mut world, &ada, &next));
    }
    drop((request, reply));
    let had = ada.readable().len();
    assert!((3..40).contains(&had), "{had}");
    assert_eq!(heads_digest(&ada), ada.store.standing().unwrap().digest);

    let synced = world.sync(&mut ada);
    assert!(synced.summary.proven);
    assert_eq!(synced.summary.granted as usize, 40 - had, "nothing that was absorbed came again");
    assert_eq!(ada.readable(), office.readable());
}

#[test]
fn replies_that_come_twice_or_late_do_no_harm() {
    let mut world = World::new();
    let (mut ada, mut bo) = (world.phone(1), world.phone(2));
    world.assign(doc(7), &[1, 2]);
    ada.write(doc(7), "one");
    let mut session = ada.session();
    let (first, first_reply) = ask(&mut world, &ada, &mut session);
    bo.write(doc(7), "two");
    world.sync(&mut bo);
    let (second, second_reply) = ask(&mut world, &ada, &mut session);

    // The second reply overtakes the first.
    let _ = absorb(&mut ada, &mut session, &second, second_reply.clone());
    let after = ada.store.clone();
    for (request, reply) in [(&first, &first_reply), (&second, &second_reply), (&first, &first_reply)] {
        let Next::Send(_) = absorb(&mut ada, &mut session, request, reply.clone()) else { panic!("asks afresh") };
        assert_eq!(ada.store, after);
    }
    assert!(world.sync(&mut ada).summary.proven);
    assert_eq!(ada.readable(), bo.readable());
}

#[test]
fn a_reply_that_does_not_fit_its_request_stores_nothing() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    ada.write(doc(7), "one");
    let mut session = ada.session();
    let (request, mut reply) = ask(&mut world, &ada, &mut session);
    reply.verdicts.push(Verdict::Recorded);
    let before = ada.store.clone();
    let refused = session.absorb(&mut ada.store, &mut ada.gate, &request, reply);
    assert_eq!(refused, Err(PhoneError::NotThisRequest { changes: 1, verdicts: 2 }));
    assert_eq!(ada.store, before);
}

#[test]
fn reassignment_grants_to_one_and_withdraws_from_the_other() {
    let mut world = World::new();
    let (mut ada, mut bo) = (world.phone(1), world.phone(2));
    world.assign(doc(7), &[1]);
    ada.write(doc(7), "ada's visit");
    world.sync(&mut ada);
    world.sync(&mut bo);
    assert!(bo.readable().is_empty());

    world.assign(doc(7), &[2]);
    let synced = world.sync(&mut bo);
    assert_eq!((synced.summary.granted, synced.summary.proven), (1, true));
    assert_eq!(bo.words(doc(7)), ["ada's visit"]);
    let synced = world.sync(&mut ada);
    assert_eq!((synced.summary.withdrawn, synced.summary.proven), (1, true));
    assert_eq!(ada.store.documents().unwrap(), []);

    world.assign(doc(7), &[1, 2]);
    let synced = world.sync(&mut ada);
    assert_eq!((synced.summary.granted, synced.summary.proven), (1, true));
    assert_eq!(ada.readable(), bo.readable());
}

#[test]
fn a_withdrawn_document_stays_until_its_own_words_are_settled() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    world.assign(doc(7), &[1]);
    ada.write(doc(7), "before");
    world.sync(&mut ada);
    let late = ada.write(doc(7), "late entry");
    world.assign(doc(7), &[2]);

    let synced = world.sync(&mut ada);
    assert_eq!((synced.summary.held, synced.summary.withdrawn, synced.summary.proven), (1, 1, true));
    let documents = ada.store.documents().unwrap();
    assert!(documents[0].withdrawn && ada.readable().is_empty());
    assert_eq!(ada.words(doc(7)), ["before"]);

    world.accept(doc(7), &late.bytes);
    let synced = world.sync(&mut ada);
    assert_eq!((synced.summary.recorded, synced.summary.proven), (1, true));
    assert_eq!((ada.store.documents().unwrap(), ada.store.pending(None).unwrap()), (vec![], vec![]));
    assert_eq!(world.words(doc(7)), ["before", "late entry"]);
}

#[test]
fn a_withdrawn_document_goes_after_its_author_discarded_what_it_was_kept_for() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    world.assign(doc(7), &[1]);
    ada.write(doc(7), "before");
    world.sync(&mut ada);
    let late = ada.write(doc(7), "late entry");
    world.assign(doc(7), &[2]);
    world.sync(&mut ada);
    ada.store.commit(vec![PhoneWrite::Settled { doc: doc(7), hash: late.hash }]).unwrap();

    ada.write(doc(8), "something else");
    let synced = world.sync(&mut ada);
    assert!(synced.summary.proven);
    assert_eq!(ada.store.documents().unwrap().into_iter().map(|doc| doc.doc).collect::<Vec<_>>(), [doc(8)]);
}

#[test]
fn what_the_office_decides_about_held_work_reaches_the_phone_that_wrote_it() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    world.gate.suspended.insert(ada.caller().device);
    let accepted = ada.write(doc(7), "accepted");
    let declined = ada.write(doc(8), "declined");
    let follower = ada.write(doc(8), "on top of the declined");
    let synced = world.sync(&mut ada);
    assert_eq!(synced.summary.held, 3);
    assert_eq!(ada.state(follower.hash), Some(PendingState::Held(HeldReason::FollowsHeld)));
    assert_eq!(world.sync(&mut ada).summary.held, 0, "held work is not sent again");

    world.assign(doc(7), &[1]);
    world.accept(doc(7), &accepted.bytes);
    world.decline(doc(8), declined.hash);
    let later = ada.write(doc(8), "written before the decision was known");
    let synced = world.sync(&mut ada);
    assert_eq!((synced.summary.recorded, synced.summary.proven), (1, true));
    assert_eq!(ada.words(doc(7)), ["accepted"]);
    assert!(matches!(ada.state(declined.hash), Some(PendingState::Refused(RefusedCode::NotPermitted, _))));
    assert!(matches!(ada.state(later.hash), Some(PendingState::Refused(..) | PendingState::Held(_))));
}

#[test]
fn one_refused_change_blocks_no_other_document_and_keeps_its_words() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    ada.write(doc(7), "good");
    let bad = ada.write(doc(8), "!bad");
    let follower = ada.write(doc(8), "on top of the bad one");
    ada.write(doc(9), "also good");
    let synced = world.sync(&mut ada);
    assert_eq!((synced.summary.recorded, synced.summary.refused, synced.summary.proven), (2, 2, true));
    assert!(matches!(ada.state(bad.hash), Some(PendingState::Refused(RefusedCode::InvalidContent, _))));
    assert!(matches!(ada.state(follower.hash), Some(PendingState::Refused(RefusedCode::FollowsRefused, _))));
    assert_eq!(ada.store.pending(Some(doc(8))).unwrap().len(), 2);

    ada.write(doc(8), "written again");
    assert_eq!(world.sync(&mut ada).summary.recorded, 1);
    assert_eq!(world.words(doc(8)), ["written again"]);
}

#[test]
fn what_was_written_on_top_of_a_refused_change_meanwhile_is_refused_with_it() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    ada.write(doc(8), "!bad");
    let mut session = ada.session();
    let (request, reply) = ask(&mut world, &ada, &mut session);
    let meanwhile = ada.write(doc(8), "written while the reply was on its way");
    let Next::Done(summary) = absorb(&mut ada, &mut session, &request, reply) else { panic!("nothing left to send") };
    assert_eq!(summary.refused, 2);
    assert!(matches!(ada.state(meanwhile.hash), Some(PendingState::Refused(RefusedCode::FollowsRefused, _))));
}

#[test]
fn what_is_written_while_the_reply_is_on_its_way_goes_with_the_next_request() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    ada.write(doc(8), "first");
    let mut session = ada.session();
    let (request, reply) = ask(&mut world, &ada, &mut session);
    ada.write(doc(8), "second");
    let Next::Send(next) = absorb(&mut ada, &mut session, &request, reply) else { panic!("one is left to send") };
    let reply = reply_to(&mut world, &ada, &next);
    let Next::Done(summary) = absorb(&mut ada, &mut session, &next, reply) else { panic!("done") };
    assert_eq!((summary.recorded, summary.proven), (2, true));
}

#[test]
fn more_than_one_request_holds_is_sent_in_several_in_order() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    for number in 0..60 {
        ada.write(doc(7), &format!("{number:02} {}", "long ".repeat(2000)));
        ada.write(doc(8), &format!("{number:02} {}", "tall ".repeat(2000)));
    }
    let synced = world.sync(&mut ada);
    assert_eq!((synced.summary.recorded, synced.summary.refused, synced.summary.proven), (120, 0, true));
    assert!(synced.summary.round_trips >= 4);
}

/// Puts something into a base that the township never recorded.
fn corrupt(phone: &mut Phone, number: u8) {
    let before = phone.store.base(doc(number)).unwrap().unwrap_or_default();
    let mut standing = phone.store.standing().unwrap();
    let heads = lianhu_sync::ids::Heads::default();
    standing.digest = standing.digest.without(Digest::of(doc(number), &before.heads));
    let write = PhoneWrite::Base { doc: doc(number), heads, snapshot: Some(vec![]), tail: vec![] };
    phone.store.commit(vec![write, PhoneWrite::Standing(standing)]).unwrap();
}

#[test]
fn a_digest_that_differs_is_repaired_and_never_adopted() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    for number in 1..=5 {
        ada.write(doc(number), "kept");
    }
    world.sync(&mut ada);
    corrupt(&mut ada, 3);
    assert_eq!(ada.words(doc(3)), Vec::<String>::new());

    let synced = world.sync(&mut ada);
    assert_eq!((synced.summary.granted, synced.summary.proven, synced.summary.round_trips), (1, true, 2));
    assert_eq!(ada.words(doc(3)), ["kept"]);
    assert_eq!(heads_digest(&ada), ada.store.standing().unwrap().digest);
    assert_eq!(world.sync(&mut ada).summary.round_trips, 1);
}

#[test]
fn a_wrong_digest_alone_does_not_settle_by_itself() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    ada.write(doc(1), "kept");
    world.sync(&mut ada);
    let mut standing = ada.store.standing().unwrap();
    standing.digest = standing.digest.with(Digest::from_bytes([5; 16]));
    ada.store.commit(vec![PhoneWrite::Standing(standing.clone())]).unwrap();
    let synced = world.sync(&mut ada);
    assert!(synced.summary.unsettled && !synced.summary.proven);
    assert!(synced.summary.round_trips <= 3);
    assert_eq!(ada.store.standing().unwrap().digest, standing.digest);
}

#[test]
fn a_long_repair_is_paged_and_misses_nothing_that_happens_meanwhile() {
    let mut world = World::new();
    let (mut ada, mut bo) = (world.phone(1), world.phone(2));
    for number in 1..=30 {
        world.assign(doc(number), &[1, 2]);
        bo.write(doc(number), &"w".repeat(300));
    }
    world.sync(&mut bo);
    world.sync(&mut ada);
    for number in 1..=30 {
        corrupt(&mut ada, number);
    }
    let mut session = ada.session().with_budget(3000);
    let mut request = session.begin(&ada.store).unwrap();
    let mut round = 0;
    let summary = loop {
        round += 1;
        if round == 4 {
            bo.write(doc(1), "written during the repair");
            world.sync(&mut bo);
        }
        let reply = reply_to(&mut world, &ada, &request);
        match absorb(&mut ada, &mut session, &request, reply) {
            Next::Send(next) => request = next,
            Next::Done(summary) => break summary,
        }
    };
    assert!(summary.proven && round > 4, "{summary:?}");
    assert_eq!(summary.granted, 30, "each once");
    assert_eq!(ada.readable(), bo.readable());
}

#[test]
fn an_empty_township_never_empties_a_phone() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    ada.write(doc(7), "recorded before the fire");
    world.sync(&mut ada);
    let unsent = ada.write(doc(8), "not sent yet");
    world.restore(&MemoryTownship::new(LogId::default()));

    let synced = world.sync(&mut ada);
    assert_eq!(ada.words(doc(7)), ["recorded before the fire"]);
    assert_eq!(synced.summary.withdrawn, 0);
    assert_eq!(world.words(doc(7)), ["recorded before the fire"], "what is her own, she brings again");
    assert_eq!((synced.summary.recorded, ada.state(unsent.hash)), (1, None), "new work goes in all the same");
    assert!(synced.summary.proven && synced.summary.round_trips <= 6, "{:?}", synced.summary);
}

#[test]
fn a_township_restored_from_an_older_copy_takes_nothing_recorded_away() {
    let mut world = World::new();
    let (mut ada, mut bo) = (world.phone(1), world.phone(2));
    world.assign(doc(7), &[1, 2]);
    ada.write(doc(7), "monday");
    world.sync(&mut ada);
    let backup = world.township.restored_as(LogId([0xbb; 16]));
    ada.write(doc(7), "tuesday");
    world.sync(&mut ada);
    world.restore(&backup);

    // Ada's phone has no seal of this township: what is hers goes in again as her own.
    let base = ada.store.base(doc(7)).unwrap().unwrap();
    let foreign = lianhu_sync::seal::SealKey::new(Suite::default(), [0; 32]).seal(doc(7), &base.heads);
    ada.store.commit(vec![PhoneWrite::Seal { doc: doc(7), heads: base.heads, seal: foreign }]).unwrap();

    let waiting = ada.write(doc(7), "wednesday, on top of tuesday");
    let synced = world.sync(&mut ada);
    assert_eq!(ada.state(waiting.hash), None, "it is not refused for what the township lost");
    assert!(synced.summary.proven, "{:?}", synced.summary);
    world.sync(&mut bo);
    assert_eq!(bo.words(doc(7)), ["monday", "tuesday", "wednesday, on top of tuesday"]);
}

#[test]
fn a_township_restored_from_an_equal_copy_costs_one_round_trip() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    ada.write(doc(7), "monday");
    world.sync(&mut ada);
    let copy = world.township.clone();
    world.restore(&copy);
    let synced = world.sync(&mut ada);
    assert_eq!((synced.summary.round_trips, synced.summary.proven), (1, true));
    ada.write(doc(7), "tuesday");
    assert!(world.sync(&mut ada).summary.proven);
}

#[test]
fn held_work_is_sent_again_to_a_new_log() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    world.gate.suspended.insert(ada.caller().device);
    let held = ada.write(doc(7), "held");
    world.sync(&mut ada);
    world.restore(&MemoryTownship::new(LogId::default()));
    world.gate.suspended.clear();
    let synced = world.sync(&mut ada);
    assert_eq!((synced.summary.recorded, synced.summary.proven), (1, true));
    assert_eq!(ada.state(held.hash), None);
}

#[test]
fn a_document_the_gate_refuses_blocks_no_other_and_is_repaired_later() {
    let mut world = World::new();
    let (mut ada, mut bo) = (world.phone(1), world.phone(2));
    for number in 1..=3 {
        world.assign(doc(number), &[1, 2]);
        bo.write(doc(number), "word");
    }
    world.sync(&mut bo);
    ada.gate.refuses.insert(doc(2));
    let synced = world.sync(&mut ada);
    assert!(synced.summary.unsettled && synced.summary.not_admitted >= 1);
    assert!(synced.summary.round_trips <= 4, "{:?}", synced.summary);
    assert_eq!(ada.readable().len(), 2);

    ada.gate.refuses.clear();
    let synced = world.sync(&mut ada);
    assert!(synced.summary.proven);
    assert_eq!(ada.readable(), bo.readable());
}

#[test]
fn own_words_are_not_settled_while_the_phone_cannot_take_them_into_its_base() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    let word = ada.write(doc(7), "mine");
    ada.gate.refuses.insert(doc(7));
    let synced = world.sync(&mut ada);
    assert!(synced.summary.unsettled && synced.summary.round_trips <= 4, "{:?}", synced.summary);
    assert_eq!(ada.state(word.hash), Some(PendingState::Kept));
    ada.gate.refuses.clear();
    assert!(world.sync(&mut ada).summary.proven);
    assert_eq!((ada.state(word.hash), ada.words(doc(7))), (None, vec!["mine".to_owned()]));
}

#[test]
fn a_township_that_keeps_saying_more_is_left_alone() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    ada.write(doc(7), "mine");
    world.sync(&mut ada);
    let mut session = ada.session();
    let mut request = session.begin(&ada.store).unwrap();
    for _ in 0..5 {
        let mut reply = reply_to(&mut world, &ada, &request);
        (reply.more, reply.digest) = (true, Digest::from_bytes([9; 16]));
        match absorb(&mut ada, &mut session, &request, reply) {
            Next::Send(next) => request = next,
            Next::Done(summary) => {
                assert!(summary.unsettled);
                return;
            }
        }
    }
    panic!("it should have stopped");
}

#[test]
fn a_township_that_asks_for_patience_gets_it() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    ada.write(doc(7), "mine");
    let mut session = ada.session();
    let (request, mut reply) = ask(&mut world, &ada, &mut session);
    (reply.retry_after_s, reply.more) = (Some(30), true);
    let Next::Done(summary) = absorb(&mut ada, &mut session, &request, reply) else { panic!("done for now") };
    assert_eq!((summary.retry_after_s, summary.recorded, summary.proven), (Some(30), 1, false));
}

#[test]
fn a_phone_ahead_of_its_township_compares_instead_of_guessing() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    ada.write(doc(7), "mine");
    world.sync(&mut ada);
    let mut standing = ada.store.standing().unwrap();
    (standing.position, standing.digest) = (Position(1_000_000), Digest::EMPTY);
    ada.store.commit(vec![PhoneWrite::Forget { doc: doc(7) }, PhoneWrite::Standing(standing)]).unwrap();
    let synced = world.sync(&mut ada);
    assert!(synced.summary.proven);
    assert_eq!(ada.words(doc(7)), ["mine"]);
    let head = world.township.read().unwrap().standing(reader(1)).unwrap().head;
    assert_eq!(ada.store.standing().unwrap().position, head);
}

#[test]
fn a_phone_that_lost_its_store_but_not_its_name_gets_its_own_documents_back() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    for number in 1..=5 {
        ada.write(doc(number), "mine");
    }
    world.sync(&mut ada);
    let had = ada.readable();
    ada.store = Default::default();
    let synced = world.sync(&mut ada);
    // A device is not sent what it wrote itself, so the digest is what notices.
    assert_eq!((synced.summary.proven, synced.summary.granted, synced.summary.round_trips), (true, 5, 2));
    assert_eq!(ada.readable(), had);
}

#[test]
fn a_list_longer_than_one_request_is_compared_piece_by_piece() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    ada.write(doc(1), "mine");
    world.sync(&mut ada);
    // A phone full of documents a lost township had recorded: all must be listed, none may be taken.
    let mut standing = ada.store.standing().unwrap();
    let mut writes = Vec::new();
    for number in 0..HOLDS_PER_REQUEST as u32 + 10 {
        let mut id = [0x55; 16];
        id[..4].copy_from_slice(&number.to_be_bytes());
        let id = lianhu_sync::ids::DocId(id);
        let toy = Toy::write(DeviceId([0xee; 16]), &Default::default(), "lost elsewhere");
        let heads = lianhu_sync::ids::Heads::new(vec![toy.hash]);
        standing.digest = standing.digest.with(Digest::of(id, &heads));
        let tail = vec![Admitted::by_gate(Scanned::by_gate(Received::new(toy.bytes), toy.hash))];
        writes.push(PhoneWrite::Base { doc: id, heads, snapshot: None, tail });
    }
    writes.push(PhoneWrite::Standing(standing));
    ada.store.commit(writes).unwrap();
    let synced = world.sync(&mut ada);
    assert!(synced.summary.unsettled);
    // The township asks for all of it; but nothing here bears its seal, and nothing is this phone's own.
    assert_eq!((synced.summary.given_back, synced.summary.refused, synced.summary.withdrawn), (0, 0, 0));
    assert_eq!(ada.readable().len(), HOLDS_PER_REQUEST + 11);
}

#[test]
fn a_card_shows_base_and_pending_together() {
    let mut world = World::new();
    let mut ada = world.phone(1);
    ada.write(doc(7), "one");
    world.sync(&mut ada);
    ada.write(doc(7), "!two");
    world.sync(&mut ada);
    let card = ada.store.documents().unwrap()[0].card.clone();
    assert_eq!(String::from_utf8(card).unwrap(), "1 recorded, 0 pending");
    assert_eq!(toy::words(&toy::base(&ada.store.base(doc(7)).unwrap().unwrap())), ["one"]);
}
