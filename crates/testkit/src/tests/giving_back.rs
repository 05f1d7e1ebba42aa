//! A township put back from an old copy, and the phones that hold what it has lost.

use lianhu_crypto::Suite;
use lianhu_sync::phone::Next;
use lianhu_sync::ports::{PendingState, PhoneStore, PhoneWrite, Township, TownshipReader};
use lianhu_sync::seal::{Seal, SealKey};
use lianhu_sync::wire;

use crate::memory::MemoryTownship;
use crate::world::toy;
use crate::world::{Phone, World, doc};

/// Two phones of two readers who both read documents 5, 6 and 7; the first word of each is in the backup.
fn after_a_backup() -> (World, Phone, Phone, MemoryTownship) {
    let mut world = World::new();
    let (mut ada, mut bo) = (world.phone(1), world.phone(2));
    for number in 5..=7 {
        world.assign(doc(number), &[1, 2]);
        ada.write(doc(number), "in the backup");
    }
    world.sync(&mut ada);
    world.sync(&mut bo);
    let backup = world.township.restored_as(lianhu_sync::ids::LogId([0xbb; 16]));
    (world, ada, bo, backup)
}

#[test]
fn a_restored_township_gets_back_what_its_phones_hold_whoever_wrote_it() {
    let (mut world, mut ada, mut bo, backup) = after_a_backup();
    bo.write(doc(7), "bo's, after the backup");
    world.sync(&mut bo);
    ada.write(doc(7), "ada's, on top of it");
    world.sync(&mut ada);
    let lost = world.words(doc(7));

    // Bo's phone is gone. Ada's holds his words too, under the township's seal.
    world.restore(&backup);
    assert_eq!(world.words(doc(7)), ["in the backup"]);
    let synced = world.sync(&mut ada);
    // Bo's word is sealed on Ada's phone; so is hers, since the reply that recorded it.
    assert_eq!(world.words(doc(7)), lost);
    assert_eq!((synced.summary.given_back, synced.summary.proven), (2, true), "{:?}", synced.summary);
    assert_eq!(ada.words(doc(7)), lost);
    // And it costs the next one nothing.
    let synced = world.sync(&mut bo);
    assert!(synced.summary.proven && synced.summary.given_back == 0, "{:?}", synced.summary);
}

#[test]
fn a_document_begun_after_the_backup_comes_back_whole() {
    let (mut world, mut ada, _, backup) = after_a_backup();
    world.assign(doc(9), &[1, 2]);
    ada.write(doc(9), "new");
    ada.write(doc(9), "newer");
    world.sync(&mut ada);
    world.restore(&backup);
    let synced = world.sync(&mut ada);
    assert_eq!(world.words(doc(9)), ["new", "newer"]);
    assert!(synced.summary.proven, "{:?}", synced.summary);
}

#[test]
fn nothing_is_taken_back_without_the_townships_own_seal() {
    let (mut world, mut ada, mut bo, backup) = after_a_backup();
    bo.write(doc(7), "bo's");
    world.sync(&mut bo);
    world.sync(&mut ada);
    world.restore(&backup);
    // A phone that makes up a seal, and one whose seal is another township's.
    let heads = ada.store.base(doc(7)).unwrap().unwrap().heads;
    for seal in [Seal([7; 16]), SealKey::new(Suite::default(), [1; 32]).seal(doc(7), &heads)] {
        let mut forger = ada.clone();
        forger.store.commit(vec![PhoneWrite::Seal { doc: doc(7), heads: heads.clone(), seal }]).unwrap();
        let synced = world.sync(&mut forger);
        assert_eq!(world.words(doc(7)), ["in the backup"]);
        // It keeps what it has, and says that the two differ.
        assert!(synced.summary.unsettled && !synced.summary.proven);
        assert_eq!(forger.words(doc(7)), ["bo's", "in the backup"]);
    }
}

#[test]
fn what_no_seal_is_over_comes_back_from_whoever_wrote_it() {
    let (mut world, mut ada, mut bo, backup) = after_a_backup();
    bo.write(doc(7), "bo's");
    world.sync(&mut bo);
    world.sync(&mut ada);
    ada.write(doc(7), "ada's, on top of bo's");
    world.sync(&mut ada);
    world.sync(&mut bo);
    // Both were cut off before their last seals came.
    for phone in [&mut ada, &mut bo] {
        let heads = phone.store.base(doc(7)).unwrap().unwrap().heads;
        let foreign = SealKey::new(Suite::default(), [1; 32]).seal(doc(7), &heads);
        phone.store.commit(vec![PhoneWrite::Seal { doc: doc(7), heads, seal: foreign }]).unwrap();
    }
    world.restore(&backup);
    // Ada's word follows Bo's, which is not hers to bring: it waits, and is lost nowhere.
    assert!(world.sync(&mut ada).summary.unsettled);
    assert_eq!(world.words(doc(7)), ["in the backup"]);
    assert!(world.sync(&mut bo).summary.unsettled, "he holds ada's too, which is not his");
    assert_eq!(world.words(doc(7)), ["bo's", "in the backup"]);
    assert!(world.sync(&mut ada).summary.proven);
    assert!(world.sync(&mut bo).summary.proven);
    assert_eq!(world.words(doc(7)), ["ada's, on top of bo's", "bo's", "in the backup"]);
}

#[test]
fn what_follows_a_word_that_waits_waits_with_it() {
    let (mut world, mut ada, mut bo, backup) = after_a_backup();
    bo.write(doc(7), "bo's");
    world.sync(&mut bo);
    world.sync(&mut ada);
    let heads = ada.store.base(doc(7)).unwrap().unwrap().heads;
    let foreign = SealKey::new(Suite::default(), [1; 32]).seal(doc(7), &heads);
    ada.store.commit(vec![PhoneWrite::Seal { doc: doc(7), heads, seal: foreign }]).unwrap();
    world.restore(&backup);
    let saves = [ada.write(doc(7), "on top of bo's"), ada.write(doc(7), "and on top of that")];
    let synced = world.sync(&mut ada);
    assert_eq!((synced.summary.waiting, synced.summary.refused), (2, 0), "{:?}", synced.summary);
    for save in &saves {
        assert_eq!(ada.state(save.hash), Some(PendingState::Kept));
    }
    world.sync(&mut bo);
    let synced = world.sync(&mut ada);
    assert_eq!(synced.summary.recorded, 2, "{:?} {:?}", synced.summary, world.words(doc(7)));
    assert_eq!(world.words(doc(7)), ["and on top of that", "bo's", "in the backup", "on top of bo's"]);
}

#[test]
fn what_is_not_under_the_seal_is_not_taken_back_with_it() {
    let (mut world, mut ada, mut bo, backup) = after_a_backup();
    bo.write(doc(7), "bo's");
    world.sync(&mut bo);
    world.sync(&mut ada);
    world.restore(&backup);
    // The phone slips a word of its own making between the sealed ones.
    let mut session = ada.session();
    let mut request = session.begin(&ada.store).unwrap();
    while request.returned.is_none() {
        let (body, _) = world.answer(&ada, &wire::encode_request(&request).unwrap());
        let reply = wire::decode_reply(&body).unwrap();
        let Next::Send(next) = session.absorb(&mut ada.store, &mut ada.gate, &request, reply).unwrap() else {
            panic!("something is to be given back")
        };
        request = next;
    }
    let base = toy::base(&ada.store.base(doc(7)).unwrap().unwrap());
    let slipped = toy::Toy::write(bo.caller().device, &toy::heads(&base), "in bo's name");
    let returned = request.returned.as_mut().unwrap();
    returned[0].changes.push(lianhu_sync::message::Chunk(slipped.bytes));
    world.answer(&ada, &wire::encode_request(&request).unwrap());
    assert_eq!(world.words(doc(7)), ["bo's", "in the backup"]);
}

#[test]
fn own_words_that_build_on_what_was_lost_are_recorded_after_it_came_back() {
    let (mut world, mut ada, mut bo, backup) = after_a_backup();
    bo.write(doc(7), "bo's");
    world.sync(&mut bo);
    world.sync(&mut ada);
    world.restore(&backup);
    ada.write(doc(7), "ada's, not sent yet");
    let synced = world.sync(&mut ada);
    assert_eq!(world.words(doc(7)), ["ada's, not sent yet", "bo's", "in the backup"]);
    assert_eq!((synced.summary.recorded, synced.summary.waiting), (1, 0));
    assert!(synced.summary.proven);
}

#[test]
fn a_document_the_backup_does_not_give_the_phone_comes_back_before_it_is_withdrawn() {
    let (mut world, mut ada, _, backup) = after_a_backup();
    ada.write(doc(7), "after the backup");
    world.sync(&mut ada);
    world.restore(&backup);
    world.assign(doc(7), &[2]);
    let synced = world.sync(&mut ada);
    assert_eq!(world.words(doc(7)), ["after the backup", "in the backup"]);
    assert_eq!(synced.summary.withdrawn, 1);
    assert!(synced.summary.proven && !ada.readable().contains_key(&doc(7)));
}

#[test]
fn giving_back_that_is_cut_off_anywhere_begins_again_and_ends_the_same() {
    for cut in 0..12 {
        let (mut world, mut ada, mut bo, backup) = after_a_backup();
        for number in 5..=7 {
            bo.write(doc(number), &format!("{number}{}", "w".repeat(90_000)));
        }
        world.sync(&mut bo);
        world.sync(&mut ada);
        world.restore(&backup);
        // So many messages get through; after that the line is gone, half the time with the reply on it.
        let mut session = ada.session();
        let mut request = session.begin(&ada.store).unwrap();
        for message in 0..cut {
            let (body, _) = world.answer(&ada, &wire::encode_request(&request).unwrap());
            if message + 1 == cut && cut % 2 == 0 {
                break;
            }
            let reply = wire::decode_reply(&body).unwrap();
            match session.absorb(&mut ada.store, &mut ada.gate, &request, reply).unwrap() {
                Next::Send(next) => request = next,
                Next::Done(_) => break,
            }
        }
        let synced = world.sync(&mut ada);
        assert!(synced.summary.proven, "cut after {cut}: {:?}", synced.summary);
        assert_eq!(world.readable(1), ada.readable(), "cut after {cut}");
        assert_eq!(world.readable(1).values().map(Vec::len).sum::<usize>(), 6);
    }
}

#[test]
fn a_phone_that_never_sealed_anything_gets_its_seals_with_the_next_list() {
    let (mut world, ada, _, _) = after_a_backup();
    // As a phone of an earlier version has it: documents without seals.
    let mut old = world.phone(1);
    for number in 5..=7 {
        let base = ada.store.base(doc(number)).unwrap().unwrap();
        let snapshot = Some(toy::snapshot(&toy::base(&base)));
        old.store
            .commit(vec![PhoneWrite::Base { doc: doc(number), heads: base.heads, snapshot, tail: vec![] }])
            .unwrap();
    }
    let standing = lianhu_sync::ports::PhoneStanding { list_heads: true, ..ada.store.standing().unwrap() };
    old.store.commit(vec![PhoneWrite::Standing(standing)]).unwrap();
    let synced = world.sync(&mut old);
    assert_eq!((synced.summary.granted, synced.summary.proven), (0, true));
    let key = world.township.read().unwrap().standing(crate::world::reader(1)).unwrap().seals;
    for number in 5..=7 {
        let (heads, seal) = old.store.base(doc(number)).unwrap().unwrap().sealed.unwrap();
        assert!(key.made(&seal, doc(number), &heads));
    }
}
