//! The suite of a township.

use lianhu_crypto::{Suite, SymmetricKey};
use lianhu_sync::ids::{ReaderId, ServerMillis};
use lianhu_sync::ports::Township as _;

use super::path_in;
use crate::{ChosenSuite, StoreError, Township, TownshipOptions};

#[test]
fn a_suite_is_chosen_before_the_first_code_and_stays_for_ever() {
    let directory = tempfile::tempdir().unwrap();
    let open = || Township::open(path_in(&directory), &[], TownshipOptions::default()).unwrap();
    let township = open();
    assert_eq!(township.read().unwrap().suite(), Suite::International);
    assert_eq!(township.choose_suite(Suite::National).unwrap(), ChosenSuite::Chosen);
    assert_eq!(township.choose_suite(Suite::National).unwrap(), ChosenSuite::AsBefore);
    drop(township);
    let township = open();
    assert_eq!(township.read().unwrap().suite(), Suite::National);
    township.create_code("code", ReaderId([1; 16]), ServerMillis(1), ServerMillis(2)).unwrap();
    assert_eq!(township.choose_suite(Suite::International).unwrap(), ChosenSuite::TooLate(Suite::National));
    assert_eq!(township.choose_suite(Suite::National).unwrap(), ChosenSuite::AsBefore);
    assert_eq!(township.read().unwrap().suite(), Suite::National);
}

#[test]
fn a_sealed_township_keeps_the_suite_it_is_sealed_under_until_it_is_plain() {
    let directory = tempfile::tempdir().unwrap();
    let key = TownshipOptions { key: Some(SymmetricKey([7; 32])), ..TownshipOptions::default() };
    let township = Township::open(path_in(&directory), &[], key.clone()).unwrap();
    assert_eq!(township.choose_suite(Suite::National).unwrap(), ChosenSuite::Sealed(Suite::International));
    assert_eq!(township.choose_suite(Suite::International).unwrap(), ChosenSuite::AsBefore);
    assert_eq!(township.read().unwrap().suite(), Suite::International);
    drop(township);
    Township::decrypt(path_in(&directory), &key).unwrap();
    let township = Township::open(path_in(&directory), &[], TownshipOptions::default()).unwrap();
    assert_eq!(township.choose_suite(Suite::National).unwrap(), ChosenSuite::Chosen);
}

#[test]
fn a_store_under_a_suite_nobody_knows_is_not_read_under_another() {
    let directory = tempfile::tempdir().unwrap();
    drop(Township::open(path_in(&directory), &[], TownshipOptions::default()).unwrap());
    let raw = rusqlite::Connection::open(path_in(&directory)).unwrap();
    raw.execute("UPDATE meta SET suite = 99", []).unwrap();
    drop(raw);
    let township = Township::open(path_in(&directory), &[], TownshipOptions::default()).unwrap();
    assert!(matches!(township.read(), Err(StoreError::Damaged(_))));
}
