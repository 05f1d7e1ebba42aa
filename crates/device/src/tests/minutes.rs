//! Minutes that several phones write together, and what becomes of words that were not taken.

use lianhu_core::deed::{Hand, from_json};
use lianhu_core::{DeviceMillis, DocId, DocKind, Document, Edit, PROSE_KEY, Scalar};
use lianhu_sync::message::RefusedCode;

use super::town::{Phone, Town, day, phone, scripted, village, worker};
use crate::{Place, Saved, Workbook};

fn meeting() -> DocId {
    DocId::mint(DocKind::Meeting, [7; 16])
}

/// The office calls a meeting of phones 1 and 3, and they hear of it.
fn called(town: &mut Town) -> [Phone; 2] {
    let json = format!(
        r#"{{"do":"call","village":"{}","kind":"analysis","date":"2026-11-22","workers":["{}","{}"]}}"#,
        village(),
        worker(1),
        worker(3)
    );
    let hand = Hand { worker: worker(9), at: DeviceMillis(0), today: day("2026-11-22"), random: [7; 16] };
    let call = from_json(DocKind::Meeting, &json).unwrap();
    town.desk(meeting(), call.edit(&Document::new(meeting()), &hand).unwrap());
    [1, 3].map(|number| {
        let mut phone = phone(number);
        town.sync(&mut phone);
        phone
    })
}

fn says(text: &str) -> Edit {
    let mut edit = Edit::new();
    edit.prose(PROSE_KEY, text);
    edit
}

fn minutes(phone: &mut Phone) -> String {
    phone.read(meeting(), |document| document.prose(PROSE_KEY).unwrap()).unwrap().content
}

#[test]
fn minutes_that_two_write_without_a_network_come_together() {
    let mut town = Town::new();
    let [mut one, mut three] = called(&mut town);
    one.save(meeting(), says("到会十人。")).unwrap();
    town.sync(&mut one);
    town.sync(&mut three);
    one.save(meeting(), says("议事会。到会十人。")).unwrap();
    three.save(meeting(), says("到会十二人。散会。")).unwrap();
    assert_eq!(three.save(meeting(), says("到会十二人。散会。")).unwrap(), Saved::Unchanged);
    assert_eq!(town.sync(&mut one).recorded, 1);
    assert!(town.sync(&mut three).proven && town.sync(&mut one).proven);
    assert_eq!(minutes(&mut one), "议事会。到会十二人。散会。");
    assert_eq!(minutes(&mut three), minutes(&mut one));
}

#[test]
fn a_copied_phone_loses_no_word_of_the_minutes() {
    let mut town = Town::new();
    let [mut one, _] = called(&mut town);
    one.save(meeting(), says("到会十人。")).unwrap();
    town.sync(&mut one);
    let store = one.into_store();
    let mut one = Workbook::open(store.clone(), scripted(11)).unwrap();
    let mut copy = Workbook::open(store, scripted(12)).unwrap();
    one.save(meeting(), says("到会十人。原机。")).unwrap();
    copy.save(meeting(), says("到会人。副本一。")).unwrap();
    copy.save(meeting(), says("到会人。副本一和二。")).unwrap();
    assert_eq!(town.sync(&mut one).recorded, 1);
    let report = town.sync(&mut copy);
    assert_eq!((report.written_again, report.recorded, report.refused), (2, 2, 0));
    assert!(report.proven && copy.needs_attention().unwrap().is_empty());
    // Nothing is taken out under another name, and what came in stands at the end.
    assert_eq!(minutes(&mut copy), "到会十人。原机。\n。副本一\n和二");
}

#[test]
fn minutes_that_were_turned_down_stay_with_their_author_as_words() {
    let mut town = Town::new();
    // A phone that has not received the roster does not know that this village is not its own.
    let mut one = phone(1);
    let elsewhere = DocId::mint(DocKind::Roster, [55; 16]);
    let mut begun = says("到会十人。");
    begun.put("village", elsewhere.to_string());
    one.save(meeting(), begun).unwrap();
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
