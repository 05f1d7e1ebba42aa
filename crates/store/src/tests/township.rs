//! What only the server asks: codes, devices, contacts, counters, checks, backups.

use lianhu_sync::ids::{DeviceId, Position, ServerMillis};
use lianhu_sync::ports::{Township as _, TownshipReader as _};
use lianhu_testkit::contract::{caller, doc, hash};

use super::{OnDisk, open_township, path_in, reader, record, township};
use crate::limits::NOTES_TOGETHER;
use crate::{Contact, Device, DeviceStanding, NewDevice, Redeemed, Township, TownshipOptions};

fn device(number: u8) -> NewDevice {
    NewDevice { device: DeviceId([number; 16]), name: format!("phone {number}"), public_key: vec![number; 32] }
}

fn contact(at: i64, number: u8, outcome: &str) -> Contact {
    Contact {
        at: ServerMillis(at),
        device: DeviceId([number; 16]),
        outcome: outcome.to_owned(),
        recorded: 3,
        held: 1,
        refused: 0,
        sent: 2,
        bytes_in: 100,
        bytes_out: 50,
    }
}

#[test]
fn an_exchange_without_news_loads_no_document() {
    let on_disk = township();
    record(&on_disk.store, doc(1), &[1], &[1]);
    let now = on_disk.store.read().unwrap();
    let standing = now.standing(reader(1)).unwrap();
    let page = now.page(reader(1), caller(1).device, standing.head, 1000).unwrap();
    assert!(page.entries.is_empty());
    now.readable(reader(1)).unwrap();
    assert_eq!(on_disk.store.documents_loaded(), 0);
    now.document(doc(1)).unwrap();
    assert_eq!(on_disk.store.documents_loaded(), 1);
}

#[test]
fn a_code_enrols_one_device_once() {
    let on_disk = township();
    let store = &on_disk.store;
    store.create_code("1234-5678", reader(1), ServerMillis(10), ServerMillis(100)).unwrap();
    assert_eq!(store.redeem_code("0000-0000", device(1), None, ServerMillis(20)).unwrap(), Redeemed::Unknown);
    assert_eq!(store.redeem_code("1234-5678", device(1), None, ServerMillis(100)).unwrap(), Redeemed::Expired);
    let theirs = store.redeem_code("1234-5678", device(1), Some(reader(2)), ServerMillis(20)).unwrap();
    assert_eq!(theirs, Redeemed::OtherReader, "and the code is not used up");
    assert_eq!(
        store.redeem_code("1234-5678", device(1), None, ServerMillis(20)).unwrap(),
        Redeemed::Enrolled(reader(1))
    );
    let again = store.redeem_code("1234-5678", device(1), None, ServerMillis(200)).unwrap();
    assert_eq!(again, Redeemed::Enrolled(reader(1)), "the reply may have been lost");
    let other_key = NewDevice { public_key: vec![9; 32], ..device(1) };
    assert_eq!(store.redeem_code("1234-5678", other_key, None, ServerMillis(30)).unwrap(), Redeemed::Used);
    assert_eq!(store.redeem_code("1234-5678", device(2), None, ServerMillis(30)).unwrap(), Redeemed::Used);
    store.create_code("8765-4321", reader(2), ServerMillis(10), ServerMillis(100)).unwrap();
    assert_eq!(store.redeem_code("8765-4321", device(1), None, ServerMillis(30)).unwrap(), Redeemed::DeviceExists);
    let found = store.read().unwrap().device(DeviceId([1; 16])).unwrap().unwrap();
    assert_eq!((found.reader, found.public_key, found.last_contact), (reader(1), vec![1; 32], None));
    assert_eq!(store.read().unwrap().devices().unwrap().len(), 1);
}

#[test]
fn the_code_itself_is_not_in_the_file() {
    let on_disk = township();
    on_disk.store.create_code("SECRET-CODE", reader(1), ServerMillis(1), ServerMillis(2)).unwrap();
    let path = on_disk.path();
    drop(on_disk.store);
    let bytes = std::fs::read(path).unwrap();
    assert!(!bytes.windows(11).any(|window| window == b"SECRET-CODE"));
}

#[test]
fn a_device_stands_as_it_was_put_and_a_revoked_one_never_comes_back() {
    let on_disk = township();
    let store = &on_disk.store;
    assert!(store.enrol_device(device(1), reader(1), ServerMillis(1)).unwrap());
    assert!(!store.enrol_device(device(1), reader(2), ServerMillis(1)).unwrap());
    let stand = |device: u8, standing| {
        store.set_standing(DeviceId([device; 16]), standing, "why".to_owned(), ServerMillis(5)).unwrap()
    };
    use DeviceStanding::{Active, Lost, Revoked, Suspended, Wiped};
    assert_eq!(stand(2, Suspended), None);
    assert_eq!(stand(1, Suspended), Some(Suspended));
    let found = store.read().unwrap().device(DeviceId([1; 16])).unwrap().unwrap();
    assert_eq!((found.reader, found.standing, found.standing_at), (reader(1), Suspended, Some(ServerMillis(5))));
    assert_eq!(found.standing_reason, "why");
    assert_eq!(store.read().unwrap().counters().unwrap().devices, 0);
    assert_eq!(stand(1, Active), Some(Active));
    assert_eq!(stand(1, Revoked), Some(Revoked));
    assert_eq!(stand(1, Active), Some(Revoked));
    assert_eq!(stand(1, Lost), Some(Lost));
    assert_eq!(stand(1, Wiped), Some(Wiped));
    assert_eq!(stand(1, Active), Some(Wiped));
}

#[test]
fn a_night_sums_up_each_devices_contacts() {
    let on_disk = township();
    let store = &on_disk.store;
    store.enrol_device(device(1), reader(1), ServerMillis(1)).unwrap();
    for one in [contact(10, 1, "before"), contact(20, 1, "first"), contact(21, 1, "last"), contact(25, 2, "other")] {
        store.note_contact(one, None).unwrap();
    }
    store.flush().unwrap();
    let now = store.read().unwrap();
    let night = now.night(ServerMillis(20), ServerMillis(30)).unwrap();
    assert_eq!(night.len(), 2);
    assert_eq!((night[0].exchanges, night[0].total.recorded, night[0].total.bytes_in), (2, 6, 200));
    assert_eq!((night[0].total.at, night[0].total.outcome.as_str()), (ServerMillis(21), "last"));
    assert_eq!(now.contacts(ServerMillis(10), ServerMillis(21)).unwrap().len(), 2);
    let devices = now.devices().unwrap();
    assert_eq!(devices[0].last_contact, Some((ServerMillis(21), "last".to_owned())));
    let asked = now.device(DeviceId([1; 16])).unwrap().unwrap();
    assert_eq!(asked, Device { last_contact: None, ..devices[0].clone() }, "the same device without its last exchange");
}

#[test]
fn notes_are_written_together_and_none_is_left_when_the_store_closes() {
    let on_disk = township();
    let noted = |store: &Township| store.read().unwrap().contacts(ServerMillis(0), ServerMillis(1_000)).unwrap().len();
    let note = |at| on_disk.store.note_contact(contact(at, 1, "answered"), None).unwrap();
    (0..NOTES_TOGETHER as i64 - 1).for_each(note);
    // Whatever is written now comes after everything that was handed over.
    let written = || on_disk.store.set_setting("a", None).unwrap();
    written();
    assert_eq!((noted(&on_disk.store), on_disk.store.has_notes()), (0, true));
    note(300);
    written();
    assert_eq!((noted(&on_disk.store), on_disk.store.has_notes()), (NOTES_TOGETHER, false));
    note(301);
    let OnDisk { store, directory } = on_disk;
    drop(store);
    let again = open_township(&path_in(&directory), &[]);
    assert_eq!(noted(&again), NOTES_TOGETHER + 1);
}

#[test]
fn the_history_of_a_document_is_every_change_of_it() {
    let on_disk = township();
    record(&on_disk.store, doc(1), &[1, 2], &[1, 2]);
    record(&on_disk.store, doc(2), &[3], &[1]);
    let now = on_disk.store.read().unwrap();
    let history = now.history(doc(1)).unwrap();
    assert_eq!(history.iter().map(|change| change.hash).collect::<Vec<_>>(), [hash(1), hash(2)]);
    assert_eq!(now.documents().unwrap().len(), 2);
    assert_eq!(now.document_readers(doc(1)).unwrap(), [reader(1), reader(2)]);
    assert!(now.may_read(reader(2), doc(1)).unwrap() && !now.may_read(reader(2), doc(2)).unwrap());
    let counters = now.counters().unwrap();
    assert_eq!((counters.documents, counters.changes, counters.head), (2, 3, Position(3)));
}

#[test]
fn a_digest_that_was_tampered_with_is_found() {
    let on_disk = township();
    record(&on_disk.store, doc(1), &[1], &[1]);
    assert!(on_disk.store.read().unwrap().digest_differences().unwrap().is_empty());
    let path = on_disk.path();
    drop(on_disk.store);
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute("UPDATE readers SET digest = zeroblob(16)", []).unwrap();
    drop(raw);
    let found = open_township(&path, &[]).read().unwrap().digest_differences().unwrap();
    assert_eq!(found.iter().map(|one| one.reader).collect::<Vec<_>>(), [reader(1)]);
}

#[test]
fn a_backup_is_whole_and_comes_back_under_a_new_log() {
    let on_disk = township();
    record(&on_disk.store, doc(1), &[1], &[1]);
    let elsewhere = tempfile::tempdir().unwrap();
    let (backup, path) = (elsewhere.path().join("backup"), path_in(&elsewhere));
    on_disk.store.backup_to(&backup).unwrap();
    assert!(on_disk.store.backup_to(&backup).is_err(), "a backup overwrites nothing");
    record(&on_disk.store, doc(1), &[2], &[1]);
    let restored = Township::restore(&backup, &path, &[], TownshipOptions::default()).unwrap();
    let (live, back) = (on_disk.store.read().unwrap(), restored.read().unwrap());
    assert_eq!(back.history(doc(1)).unwrap().len(), 1);
    assert_eq!(back.head(), Position(1));
    assert_ne!(back.log(), live.log());
}

#[test]
fn a_change_that_stands_twice_in_one_commit_is_recorded_not_even_once() {
    let on_disk = township();
    for numbers in [vec![1, 1], vec![2, 3, 2]] {
        let refused = super::try_record(&on_disk.store, doc(1), &numbers, 40, &[1]);
        assert!(matches!(refused, Err(crate::StoreError::Database(_))));
        assert!(on_disk.store.read().unwrap().facts(doc(1)).unwrap().is_none());
    }
}
