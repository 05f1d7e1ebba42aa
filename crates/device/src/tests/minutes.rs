//! Minutes that were not taken.

use lianhu_core::{DocId, DocKind, Edit, PROSE_KEY, Scalar};
use lianhu_sync::message::RefusedCode;

use super::town::{Town, phone};
use crate::Place;

fn meeting() -> DocId {
    DocId::mint(DocKind::Meeting, [7; 16])
}

fn says(text: &str) -> Edit {
    let mut edit = Edit::new();
    edit.prose(PROSE_KEY, text);
    edit
}

fn begun(village: DocId, text: &str) -> Edit {
    let mut edit = says(text);
    edit.put("village", village.to_string());
    edit
}

#[test]
fn minutes_that_were_turned_down_stay_with_their_author_as_words() {
    let mut town = Town::new();
    // A phone that has not received the roster does not know that this village is not its own.
    let mut one = phone(1);
    let elsewhere = DocId::mint(DocKind::Roster, [55; 16]);
    one.save(meeting(), begun(elsewhere, "到会十人。")).unwrap();
    one.save(meeting(), says("到会九人，记到这里。")).unwrap();
    assert_eq!(town.sync(&mut one).refused, 2);
    let attention = one.needs_attention().unwrap();
    let shown: Vec<_> = attention.iter().map(|one| one.words.clone()).collect();
    let said = |words: Option<&str>| (PROSE_KEY.to_owned(), words.map(Scalar::from));
    assert_eq!(shown[0][1..], [said(Some("到会十人。"))]);
    assert_eq!(shown[1], [said(Some("九")), said(Some("，记到这里")), said(None)]);
    assert!(!format!("{attention:?}").contains("记到这里"));
    assert!(matches!(attention[0].place, Place::Refused(RefusedCode::NotPermitted | RefusedCode::InvalidContent, _)));
}
