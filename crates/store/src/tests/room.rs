//! A full disk: said so, nothing half-written, everything acknowledged before still there.

use lianhu_sync::ids::Heads;
use lianhu_sync::ports::{
    PendingChange, PendingState, PhoneStanding, PhoneStore, PhoneWrite, Township as _, TownshipReader as _,
};
use lianhu_testkit::contract::{bytes, doc, hash};

use super::{keyed, open_township, path_in, reader, record, try_record};
use crate::{Phone, PhoneOptions, StoreError, Township, TownshipOptions};

#[test]
fn a_township_without_room_keeps_what_it_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let path = path_in(&directory);
    let small = TownshipOptions { max_pages: Some(120), ..TownshipOptions::default() };
    let township = Township::open(&path, &[], small).unwrap();
    let mut acknowledged = 0;
    let refused = loop {
        match try_record(&township, doc(1), &[acknowledged + 1], 2000, &[1]) {
            Ok(_) => acknowledged += 1,
            Err(error) => break error,
        }
        assert!(acknowledged < 1000, "the disk never fills");
    };
    assert_eq!(refused, StoreError::DiskFull);
    assert!(acknowledged > 10);
    let check = |township: &Township| {
        let reader_now = township.read().unwrap();
        let recorded = reader_now.document(doc(1)).unwrap().unwrap();
        assert_eq!(recorded.heads, Heads::new(vec![hash(acknowledged)]));
        assert_eq!(recorded.tail.len() as u64, acknowledged);
        assert_eq!(reader_now.standing(reader(1)).unwrap().head.0, acknowledged);
        assert!(reader_now.digest_differences().unwrap().is_empty());
        assert!(reader_now.integrity_problems().unwrap().is_empty());
    };
    check(&township);
    drop(township);
    let township = open_township(&path, &[]);
    check(&township);
    record(&township, doc(1), &[acknowledged + 1], &[1]);
}

#[test]
fn a_phone_commit_that_fails_in_the_middle_leaves_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let mut phone = Phone::open(path_in(&directory), PhoneOptions { max_pages: Some(40), ..keyed() }).unwrap();
    phone.commit(vec![PhoneWrite::Card { doc: doc(1), card: b"before".to_vec() }]).unwrap();
    let before = (phone.standing().unwrap(), phone.documents().unwrap());
    let own =
        PendingChange { doc: doc(1), hash: hash(1), bytes: bytes(1, 40), touches: vec![], state: PendingState::Kept };
    let failed = phone.commit(vec![
        PhoneWrite::Standing(PhoneStanding { list_heads: true, ..Default::default() }),
        PhoneWrite::Card { doc: doc(1), card: b"after".to_vec() },
        PhoneWrite::Pending(own.clone()),
        PhoneWrite::Base { doc: doc(2), heads: Heads::default(), snapshot: Some(vec![1; 1 << 20]), tail: vec![] },
        PhoneWrite::Settled { doc: doc(1), hash: hash(1) },
    ]);
    assert_eq!(failed, Err(StoreError::DiskFull));
    assert_eq!((phone.standing().unwrap(), phone.documents().unwrap()), before);
    assert!(phone.pending(None).unwrap().is_empty());
    phone.commit(vec![PhoneWrite::Pending(own)]).unwrap();
    assert!(phone.integrity_problems().unwrap().is_empty());
}
