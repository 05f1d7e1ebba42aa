//! Opening, locking, closing: what each store answers, and that nothing is lost by it.

use lianhu_store::OpenError;
use serde_json::json;

use super::{Hand, KEY, PIN};
use crate::{Fresh, Opened, parsed};

fn is(hand: &mut Hand, opened: &Opened) -> String {
    parsed(&hand.handbook.state(opened))["is"].as_str().unwrap().to_owned()
}

#[test]
fn a_place_without_a_store_is_nobodys_phone_and_looking_makes_none() {
    let mut hand = Hand::blank();
    let opened = hand.handbook.open(Some(KEY));
    assert_eq!(is(&mut hand, &opened), "not_enrolled");
    assert!(!hand.home.path.exists());
    assert_eq!(hand.refused("today", json!({})), "not_ready");
    assert!(hand.ok("words", json!({}))["residence"][0]["zh"].is_string());
}

#[test]
fn what_was_written_is_there_after_closing_and_opening() {
    let mut hand = Hand::new();
    hand.ok("write_entry", json!({ "entry": { "text": "桥边路灯不亮" } }));
    hand.handbook.close();
    assert_eq!(hand.refused("diary", json!({ "month": "2026-11" })), "not_ready");
    let opened = hand.handbook.open(Some(KEY));
    assert_eq!(is(&mut hand, &opened), "ready");
    let diary = hand.ok("diary", json!({ "month": "2026-11" }));
    assert_eq!(
        (&diary["entries"][0]["text"], &diary["entries"][0]["where"]["is"]),
        (&json!("桥边路灯不亮"), &json!("kept"))
    );
}

#[test]
fn a_pin_takes_the_place_of_the_key_and_a_key_that_of_the_pin() {
    let mut hand = Hand::new();
    hand.ok("write_entry", json!({ "entry": { "text": "走访" } }));
    let short = hand.handbook.change_lock(None, Some(KEY), Fresh::Pin("12345")).unwrap_err();
    assert_eq!(short.code, "pin_too_short");
    hand.handbook.change_lock(None, Some(KEY), Fresh::Pin(PIN)).unwrap();
    for key in [None, Some(KEY)] {
        let opened = hand.handbook.open(key);
        assert_eq!(is(&mut hand, &opened), "pin_needed", "{key:?}");
    }
    assert_eq!(hand.handbook.unlock("六六六六六六").unwrap_err().code, "wrong_pin");
    let opened = hand.handbook.unlock(PIN).unwrap();
    assert_eq!(is(&mut hand, &opened), "ready");
    assert!(hand.handbook.has_pin());
    assert_eq!(hand.handbook.change_lock(None, None, Fresh::Key([9; 32])).unwrap_err().code, "pin_needed");
    assert_eq!(
        hand.handbook.change_lock(Some("六六六六六六"), None, Fresh::Key([9; 32])).unwrap_err().code,
        "wrong_pin"
    );
    hand.handbook.change_lock(Some(PIN), None, Fresh::Key([9; 32])).unwrap();
    let opened = hand.handbook.open(Some([9; 32]));
    assert_eq!(is(&mut hand, &opened), "ready");
    assert_eq!(hand.ok("diary", json!({ "month": "2026-11" }))["entries"].as_array().unwrap().len(), 1);
}

#[test]
fn a_store_whose_key_is_gone_says_so_and_is_left_as_it_is() {
    let mut hand = Hand::new();
    hand.ok("write_entry", json!({ "entry": { "text": "走访" } }));
    for key in [None, Some([1; 32])] {
        let opened = hand.handbook.open(key);
        let Opened::No(why) = &opened else { panic!("{opened:?}") };
        assert_eq!(why.code, "no_key");
        assert_eq!(is(&mut hand, &opened), "broken");
    }
    let opened = hand.handbook.open(Some(KEY));
    assert_eq!(is(&mut hand, &opened), "ready");
    assert_eq!(hand.ok("status", json!({}))["kept"], 1);
}

#[test]
fn a_store_of_a_newer_version_is_told_from_a_damaged_one_which_is_left_as_it_is() {
    let mut hand = Hand::new();
    hand.handbook.close();
    let newer: crate::ApiError = OpenError::Newer { path: hand.home.path.to_owned(), found: 99, known: 1 }.into();
    let opened = Opened::No(Box::new(newer));
    assert_eq!(is(&mut hand, &opened), "newer");
    let mut other = Hand::blank();
    std::fs::write(other.home.path, "not a database any more").unwrap();
    let opened = other.handbook.open(Some(KEY));
    assert!(matches!(&opened, Opened::No(why) if why.code == "damaged"));
    assert_eq!(is(&mut other, &opened), "broken");
    assert_eq!(std::fs::read(other.home.path).unwrap(), b"not a database any more");
}

#[test]
fn a_wipe_leaves_nothing_that_opens() {
    let mut hand = Hand::new();
    hand.ok("write_entry", json!({ "entry": { "text": "走访" } }));
    hand.handbook.destroy().unwrap();
    let opened = hand.handbook.open(Some(KEY));
    assert_eq!(is(&mut hand, &opened), "not_enrolled");
}
