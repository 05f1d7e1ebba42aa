//! Bases, their batches and what came of them.

use super::*;
use crate::deed::{Deed as _, Hand};
use crate::draft::Reason;
use crate::testing::{day, doc, id, merge, put, stamp, worker};
use crate::{DocKind, Refusal, views};

/// Deeds, of which tests make documents that people write apart. The first one begins.
pub(super) const SAMPLES: &[&str] = &[
    r#"{"do":"begin","village":"01010101-0101-8101-8101-010101010101","base":{"name":"先锋号大棚","trade":"草莓","place":"三组","sheds":"大棚6个，12亩","host":"周阿水"}}"#,
    r#"{"do":"change","base":{"trade":"葡萄"}}"#,
    r#"{"do":"change","base":{"host_worker":"02020202-0202-0202-0202-020202020202","place":"四组"}}"#,
    r#"{"do":"batch","batch":{"from":"2026-11-02","to":"2026-11-04","topic":"草莓育苗","trained":24,"lifted":2}}"#,
    r#"{"do":"batch","batch":{"topic":"直播带货","trained":12,"outcome":"三户开了网店"}}"#,
    r#"{"do":"outcome","outcome":{"on":"2026-11-08","text":"合作社收购一万斤"}}"#,
    r#"{"do":"post"}"#,
    r#"{"do":"unpost","reason":"歇棚"}"#,
];

/// What is refused of a base that was just entered.
pub(super) const REFUSED: &[&str] = &[
    r#"{"do":"begin","village":"01010101-0101-8101-8101-010101010101","base":{"trade":"草莓"}}"#,
    r#"{"do":"begin","village":"01010101-0101-8101-8101-010101010101","base":{"name":"一"}}"#,
    r#"{"do":"change","base":{"host":"一\n二"}}"#,
    r#"{"do":"batch","batch":{"topic":""}}"#,
    r#"{"do":"batch","batch":{"topic":"一","from":"2026-11-04","to":"2026-11-02"}}"#,
    r#"{"do":"batch","batch":{"topic":"一","trained":-3}}"#,
    r#"{"do":"batch","batch":{"topic":"一","lifted":10000}}"#,
    r#"{"do":"batch","id":"AQEBAQEBAQE","batch":{"topic":"一"}}"#,
    r#"{"do":"outcome","outcome":{"text":" "}}"#,
    r#"{"do":"unpost"}"#,
];

fn act(document: &mut Document, by: u8, n: u8, json: &str) -> Result<(), Refusal> {
    let deed: BaseDeed = serde_json::from_str(json).unwrap_or_else(|why| panic!("{json}: {why}"));
    let hand = Hand { worker: worker(by), at: crate::DeviceMillis(n.into()), today: day(9), random: [n; 16] };
    let edit = deed.edit(document, &hand)?;
    document.write(stamp(by, n.into()), edit).unwrap();
    Ok(())
}

fn begun() -> Document {
    let mut document = Document::new(doc(DocKind::Base, 1));
    act(&mut document, 1, 1, SAMPLES[0]).unwrap();
    document
}

#[test]
fn batches_that_two_people_write_apart_add_up() {
    let document = begun();
    let (mut one, mut other) = (document.clone(), document);
    act(&mut one, 1, 2, SAMPLES[3]).unwrap();
    act(&mut other, 2, 3, SAMPLES[4]).unwrap();
    let both = merge(&one, &other);
    assert_eq!(Base::read(&both).totals(), Totals { batches: 2, trained: 36, lifted: 2 });
    let batches = views::project(&both).into_iter().filter(|row| row.view == "base_batches");
    assert_eq!(batches.count(), 2);
}

#[test]
fn a_batch_is_written_anew_with_what_a_newer_version_added() {
    let mut document = begun();
    let newer = r#"{"from":"2026-11-02","topic":"一","by":"01010101-0101-0101-0101-010101010101","newer":[1]}"#;
    document.write(stamp(1, 2), put(&format!("batch/{}", id(9)), newer)).unwrap();
    let rewrite =
        format!(r#"{{"do":"batch","id":"{}","batch":{{"from":"2026-11-02","topic":"二","trained":5}}}}"#, id(9));
    act(&mut document, 1, 3, &rewrite).unwrap();
    let base = Base::read(&document);
    assert_eq!((base.batches.len(), base.totals().trained), (1, 5));
    let text = document.get(&format!("batch/{}", id(9))).unwrap().value;
    assert!(text.as_text().unwrap().contains(r#""newer":[1]"#));
}

#[test]
fn it_hangs_on_the_board_when_it_is_posted_and_once() {
    let mut document = begun();
    assert_eq!(act(&mut document, 1, 2, SAMPLES[7]).unwrap_err().reason, Reason::NotNow);
    act(&mut document, 1, 3, SAMPLES[6]).unwrap();
    assert_eq!(act(&mut document, 1, 4, SAMPLES[6]).unwrap_err().reason, Reason::NotNow);
    assert_eq!(Base::read(&document).course.posted_on(), Some(day(9)));
}
