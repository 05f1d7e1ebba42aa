//! Pledges from draft to end.

use super::*;
use crate::deed::{Deed as _, Hand};
use crate::draft::Reason;
use crate::testing::{day, doc, id, merge, stamp, worker};
use crate::{Refusal, views};

/// Deeds, of which tests make documents that people write apart. The first one begins.
pub(super) const SAMPLES: &[&str] = &[
    r#"{"do":"begin","worker":"01010101-0101-0101-0101-010101010101","year":2026,"village":"01010101-0101-8101-8101-010101010101","place":"12号摊位","items":[{"content":"明码标价","measured_by":"每月抽查两次","baseline":"三种商品未标价","due":"2026-12-31"},{"content":"缺一罚十","measured_by":"公平秤复秤","baseline":"去年投诉4起","due":"2026年12月31日"}]}"#,
    r#"{"do":"item","item":{"content":"代收包裹","measured_by":"登记簿","baseline":"无","due":"2026-12-01"}}"#,
    r#"{"do":"place","place":"7号摊位"}"#,
    r#"{"do":"approve"}"#,
    r#"{"do":"send_back","reason":"写具体些"}"#,
    r#"{"do":"publish","on":"2026-11-03"}"#,
    r#"{"do":"start"}"#,
    r#"{"do":"close","outcome":"kept"}"#,
    r#"{"do":"close","outcome":"not","reason":"摊位搬走了"}"#,
    r#"{"do":"review","review":{"reviewer":"residents","verdict":"kept","text":"秤准"}}"#,
];

/// What is refused of a pledge that was just begun by its worker.
pub(super) const REFUSED: &[&str] = &[
    r#"{"do":"begin","year":1,"village":"01010101-0101-8101-8101-010101010101"}"#,
    r#"{"do":"begin","village":"01010101-0101-8101-8101-010101010101","items":[{"content":" "}]}"#,
    r#"{"do":"begin","village":"01010101-0101-8101-8101-010101010101","items":[{"content":"一","due":"年底"}]}"#,
    r#"{"do":"place","place":""}"#,
    r#"{"do":"item","id":"AQEBAQEBAQE","item":{"content":"一"}}"#,
    r#"{"do":"remove_item","id":"AQEBAQEBAQE"}"#,
    r#"{"do":"send_back","reason":""}"#,
    r#"{"do":"publish"}"#,
    r#"{"do":"start"}"#,
    r#"{"do":"result","item":"AQEBAQEBAQE","outcome":"kept"}"#,
    r#"{"do":"close","outcome":"kept"}"#,
    r#"{"do":"review","review":{"reviewer":"self","verdict":"kept"}}"#,
];

fn hand(by: u8, n: u8) -> Hand {
    Hand { worker: worker(by), at: crate::DeviceMillis(i64::from(n)), today: day(9), random: [n; 16] }
}

fn deed(json: &str) -> PledgeDeed {
    serde_json::from_str(json).unwrap_or_else(|why| panic!("{json}: {why}"))
}

/// Does something, or says why not.
fn act(document: &mut Document, by: u8, n: u8, json: &str) -> Result<(), Refusal> {
    let edit = deed(json).edit(document, &hand(by, n))?;
    document.write(stamp(by, i64::from(n)), edit).unwrap();
    Ok(())
}

fn begun() -> Document {
    let mut document = Document::new(pledge_id(worker(1), 2026));
    act(&mut document, 1, 1, SAMPLES[0]).unwrap();
    document
}

fn published() -> Document {
    let mut document = begun();
    act(&mut document, 2, 2, r#"{"do":"approve"}"#).unwrap();
    act(&mut document, 2, 3, r#"{"do":"publish","on":"2026-11-03"}"#).unwrap();
    document
}

#[test]
fn a_pledge_runs_from_draft_to_what_became_of_it() {
    let mut document = published();
    act(&mut document, 1, 4, r#"{"do":"start"}"#).unwrap();
    let item = *Pledge::read(&document).items.keys().next().unwrap();
    let result = format!(r#"{{"do":"result","item":"{item}","outcome":"partly","reason":"还差一种"}}"#);
    act(&mut document, 2, 5, &result).unwrap();
    act(&mut document, 3, 6, r#"{"do":"review","review":{"reviewer":"members","verdict":"partly"}}"#).unwrap();
    act(&mut document, 2, 7, r#"{"do":"close","outcome":"partly","reason":"还差一种"}"#).unwrap();
    let pledge = Pledge::read(&document);
    assert!(pledge.is_named_right());
    assert_eq!((pledge.state(), pledge.published_on()), (PledgeState::PartlyKept, Some(day(3))));
    assert_eq!((pledge.result_of(item), pledge.items.len(), pledge.reviews.len()), (Some(Outcome::Partly), 2, 1));
    let rows = views::project(&document);
    let results = rows.iter().filter(|row| row.view == "pledge_items").map(|row| row.values[7].clone());
    assert_eq!(results.filter(|cell| *cell == views::Cell::Text("partly".into())).count(), 1);
}

#[test]
fn fewer_than_two_or_more_than_five_items_or_vague_ones_are_not_published() {
    let why = |items: &str| {
        let mut document = Document::new(pledge_id(worker(1), 2026));
        let village = doc(DocKind::Roster, 1);
        act(&mut document, 1, 1, &format!(r#"{{"do":"begin","village":"{village}","items":[{items}]}}"#)).unwrap();
        act(&mut document, 2, 2, r#"{"do":"approve"}"#).unwrap();
        let refusal = act(&mut document, 2, 3, r#"{"do":"publish"}"#).unwrap_err();
        (refusal.field.code(), refusal.reason)
    };
    let whole = r#"{"content":"一","measured_by":"二","baseline":"三","due":"2026-12-01"}"#;
    let many = |n: usize| vec![whole; n].join(",");
    assert_eq!(why(&many(1)), ("item", Reason::OutOfRange { min: 2, max: 5 }));
    assert_eq!(why(&many(6)), ("item", Reason::OutOfRange { min: 2, max: 5 }));
    for (vague, field) in [
        (r#"{"content":"一"}"#, "measured_by"),
        (r#"{"content":"一","measured_by":"二"}"#, "baseline"),
        (r#"{"content":"一","measured_by":"二","baseline":"三"}"#, "due"),
    ] {
        assert_eq!(why(&format!("{whole},{vague}")), (field, Reason::Missing), "{vague}");
    }
}

#[test]
fn nobody_judges_the_own_pledge_and_what_was_not_kept_has_a_reason() {
    let mut document = published();
    let residents = r#"{"do":"review","review":{"reviewer":"residents","verdict":"kept"}}"#;
    let own = r#"{"do":"review","review":{"reviewer":"self","verdict":"kept"}}"#;
    assert_eq!(act(&mut document, 1, 4, residents).unwrap_err().reason, Reason::OwnWork);
    assert_eq!(act(&mut document, 1, 5, r#"{"do":"close","outcome":"kept"}"#).unwrap_err().reason, Reason::OwnWork);
    assert_eq!(act(&mut document, 2, 6, r#"{"do":"close","outcome":"not"}"#).unwrap_err().reason, Reason::Missing);
    act(&mut document, 1, 7, own).unwrap();
    act(&mut document, 2, 8, residents).unwrap();
    assert_eq!(Pledge::read(&document).reviews.len(), 2);
}

#[test]
fn what_was_agreed_on_stays_until_it_is_sent_back() {
    let mut document = begun();
    act(&mut document, 2, 2, r#"{"do":"approve"}"#).unwrap();
    assert_eq!(act(&mut document, 1, 3, SAMPLES[1]).unwrap_err().reason, Reason::NotNow);
    act(&mut document, 2, 4, r#"{"do":"send_back","reason":"写具体些"}"#).unwrap();
    act(&mut document, 1, 5, SAMPLES[1]).unwrap();
    assert_eq!(Pledge::read(&document).items.len(), 3);
}

#[test]
fn two_who_close_it_apart_both_stay_visible_and_one_stands() {
    let document = published();
    let (mut one, mut other) = (document.clone(), document);
    act(&mut one, 2, 4, r#"{"do":"close","outcome":"kept"}"#).unwrap();
    act(&mut other, 3, 5, r#"{"do":"close","outcome":"not","reason":"没有"}"#).unwrap();
    let both = Pledge::read(&merge(&one, &other));
    assert_eq!(both.course, Pledge::read(&merge(&other, &one)).course);
    assert_eq!(both.course.steps.iter().filter(|told| told.not_standing.is_some()).count(), 1);
}

#[test]
fn what_a_newer_version_wrote_in_an_item_survives_a_rewrite() {
    let mut document = begun();
    let newer = r#"{"content":"一","newer":{"deep":1}}"#;
    document.write(stamp(1, 2), crate::testing::put(&format!("item/{}", id(9)), newer)).unwrap();
    let rewrite = format!(r#"{{"do":"item","id":"{}","item":{{"content":"二"}}}}"#, id(9));
    act(&mut document, 1, 3, &rewrite).unwrap();
    let text = document.get(&format!("item/{}", id(9))).unwrap().value;
    assert_eq!(text.as_text(), Some(r#"{"content":"二","newer":{"deep":1}}"#));
}

#[test]
fn a_deed_with_a_field_nobody_knows_is_no_deed() {
    for json in [r#"{"do":"approve","x":1}"#, r#"{"do":"item","item":{"content":"一","points":5}}"#, r#"{"do":"rank"}"#]
    {
        assert!(serde_json::from_str::<PledgeDeed>(json).is_err(), "{json}");
    }
}
