//! What hangs on the board, and what never does.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::{self, Rule};
use super::*;
use crate::kind::KNOWN;
use crate::testing::{day, doc, id, put, worker, write};

/// Nobody adds a field without deciding whether it is public.
#[test]
fn every_key_of_every_kind_is_shown_or_never_is() {
    for kind in KNOWN {
        let keys: Vec<String> = kind::of(*kind).unwrap().schema().iter().map(crate::value::KeySpec::name).collect();
        let rows: Vec<&str> = rules::of(*kind).iter().map(|(key, _)| *key).collect();
        let decided: BTreeSet<&str> = rows.iter().copied().collect();
        assert_eq!(decided.len(), rows.len(), "{}: a key has two rows", kind.name());
        for key in keys {
            assert!(decided.contains(key.as_str()), "{}: `{key}` has no row in board/rules.rs", kind.name());
        }
    }
}

#[test]
fn a_key_without_a_row_and_one_that_is_never_shown_say_nothing() {
    let mut item = Item::new(Section::Matters, doc(DocKind::Matter, 1));
    item.say("text", "原话").say("phone", "13800138000").say("of_a_newer_version", "一").say("title", " ");
    assert_eq!(item, Item::new(Section::Matters, doc(DocKind::Matter, 1)));
    for (kind, key) in [(DocKind::Household, "head"), (DocKind::Diary, "entry"), (DocKind::Other(99), "title")] {
        assert!(!matches!(rules::find(kind, key), Some((_, Rule::Shown { .. }))));
    }
}
