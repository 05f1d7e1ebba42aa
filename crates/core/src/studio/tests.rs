//! Studios, their members and what they served.

use super::*;
use crate::deed::{Deed as _, Hand};
use crate::draft::Reason;
use crate::testing::{day, doc, id, merge, put, stamp, worker};
use crate::{DocKind, Refusal, views};

/// Deeds, of which tests make documents that people write apart. The first one begins.
pub(super) const SAMPLES: &[&str] = &[
    r#"{"do":"begin","village":"01010101-0101-8101-8101-010101010101","studio":{"name":"一家人工作室","kind":"studio","skills":"法律、调解","services":"政策咨询，就业介绍","open_hours":"周三 8:30-11:30","phone":"0573-82345678","place":"村部一楼"}}"#,
    r#"{"do":"change","studio":{"name":"老娘舅工作室"}}"#,
    r#"{"do":"change","studio":{"skills":"调解","phone_public":true}}"#,
    r#"{"do":"join","worker":"02020202-0202-0202-0202-020202020202"}"#,
    r#"{"do":"join","worker":"03030303-0303-0303-0303-030303030303","since":"2026-11-01"}"#,
    r#"{"do":"leave","worker":"02020202-0202-0202-0202-020202020202"}"#,
    r#"{"do":"serve","service":{"date":"2026-11-04","hours":"1.5","content":"解答拆迁政策","served":3}}"#,
    r#"{"do":"serve","service":{"content":"夜间巡逻","hours":"2小时","matter":"04010101-0101-8101-8101-010101010101"}}"#,
    r#"{"do":"post","on":"2026-11-05"}"#,
    r#"{"do":"unpost","reason":"搬家"}"#,
    r#"{"do":"close","on":"2026-11-20"}"#,
];

/// What is refused of a studio that was just entered.
pub(super) const REFUSED: &[&str] = &[
    r#"{"do":"begin","village":"01010101-0101-8101-8101-010101010101","studio":{"name":""}}"#,
    r#"{"do":"begin","village":"01010101-0101-8101-8101-010101010101","studio":{"name":"一","phone":"12"}}"#,
    r#"{"do":"change","studio":{"name":"一\n二"}}"#,
    r#"{"do":"join","worker":"02020202-0202-0202-0202-020202020202","since":"昨天"}"#,
    r#"{"do":"leave","worker":"02020202-0202-0202-0202-020202020202"}"#,
    r#"{"do":"serve","service":{"content":""}}"#,
    r#"{"do":"serve","service":{"content":"一","hours":"很久"}}"#,
    r#"{"do":"serve","service":{"content":"一","hours":"25"}}"#,
    r#"{"do":"serve","service":{"content":"一","date":"2026-13-01"}}"#,
    r#"{"do":"serve","service":{"content":"一","served":-1}}"#,
    r#"{"do":"serve","service":{"content":"一","matter":"02010101-0101-8101-8101-010101010101"}}"#,
    r#"{"do":"unpost"}"#,
    r#"{"do":"close","on":"年底"}"#,
];

fn act(document: &mut Document, by: u8, n: u8, json: &str) -> Result<(), Refusal> {
    let deed: StudioDeed = serde_json::from_str(json).unwrap_or_else(|why| panic!("{json}: {why}"));
    let hand = Hand { worker: worker(by), at: crate::DeviceMillis(n.into()), today: day(9), random: [n; 16] };
    let edit = deed.edit(document, &hand)?;
    document.write(stamp(by, n.into()), edit).unwrap();
    Ok(())
}

fn begun() -> Document {
    let mut document = Document::new(doc(DocKind::Studio, 1));
    act(&mut document, 1, 1, SAMPLES[0]).unwrap();
    document
}

#[test]
fn a_studio_reads_as_it_was_entered_and_its_record_adds_up() {
    let mut document = begun();
    act(&mut document, 1, 2, SAMPLES[3]).unwrap();
    act(&mut document, 1, 3, SAMPLES[6]).unwrap();
    act(&mut document, 2, 4, SAMPLES[7]).unwrap();
    let studio = Studio::read(&document);
    let skills: Vec<_> = studio.skills.as_ref().unwrap().value.iter().map(ShortText::as_str).collect();
    assert_eq!(skills, ["法律", "调解"]);
    assert_eq!(studio.totals(), Totals { services: 2, hours_tenths: 35, served: 3, matters: 1 });
    assert_eq!(studio.members_now().collect::<Vec<_>>(), [worker(2)]);
    let rows = views::project(&document);
    assert_eq!(rows.iter().filter(|row| row.view == "service_records").count(), 2);
}

#[test]
fn two_who_serve_without_signal_both_stand_in_the_record() {
    let document = begun();
    let (mut one, mut other) = (document.clone(), document);
    act(&mut one, 1, 2, SAMPLES[6]).unwrap();
    act(&mut other, 2, 3, SAMPLES[7]).unwrap();
    let both = Studio::read(&merge(&one, &other));
    assert_eq!((both.record.len(), both.totals().hours_tenths), (2, 35));
}

#[test]
fn whoever_left_stays_named_and_may_come_back() {
    let mut document = begun();
    act(&mut document, 1, 2, SAMPLES[4]).unwrap();
    act(&mut document, 1, 3, r#"{"do":"leave","worker":"03030303-0303-0303-0303-030303030303"}"#).unwrap();
    let studio = Studio::read(&document);
    assert!(studio.members_now().next().is_none() && studio.was_ever_of(worker(3)));
    act(&mut document, 1, 4, r#"{"do":"join","worker":"03030303-0303-0303-0303-030303030303"}"#).unwrap();
    let again = Studio::read(&document).members[&worker(3)].clone();
    assert_eq!((again.since, again.until), (Some(day(9)), None));
}

#[test]
fn the_phone_is_public_only_where_the_studio_chose_so_and_nobody_disagrees() {
    let mut document = begun();
    assert_eq!(Studio::read(&document).public_phone(), None);
    act(&mut document, 1, 2, SAMPLES[2]).unwrap();
    assert!(Studio::read(&document).public_phone().is_some());
    let (mut one, mut other) = (document.clone(), document);
    one.write(stamp(1, 3), put("phone_public", false)).unwrap();
    other.write(stamp(2, 3), put("phone", "13800138000")).unwrap();
    assert_eq!(Studio::read(&merge(&one, &other)).public_phone(), None);
}

#[test]
fn a_closed_studio_serves_no_more_and_keeps_its_record() {
    let mut document = begun();
    act(&mut document, 1, 2, SAMPLES[6]).unwrap();
    act(&mut document, 1, 3, r#"{"do":"close","on":"2026-11-05"}"#).unwrap();
    assert_eq!(act(&mut document, 1, 4, SAMPLES[6]).unwrap_err().reason, Reason::NotNow);
    assert_eq!(Studio::read(&document).record.len(), 1);
}

#[test]
fn it_hangs_from_one_posting_to_the_next_taking_down() {
    let mut document = begun();
    act(&mut document, 1, 2, SAMPLES[8]).unwrap();
    assert_eq!(act(&mut document, 1, 3, SAMPLES[8]).unwrap_err().reason, Reason::NotNow);
    assert_eq!(Studio::read(&document).course.posted_on(), Some(day(5)));
    act(&mut document, 1, 4, SAMPLES[9]).unwrap();
    assert_eq!(Studio::read(&document).course.posted_on(), None);
}

#[test]
fn a_record_of_a_newer_version_is_read_as_far_as_it_is_known() {
    let mut document = begun();
    let newer = r#"{"date":"2026-11-04","content":"一","hours_tenths":999,"newer":1}"#;
    document.write(stamp(1, 2), put(&format!("service/{}", id(9)), newer)).unwrap();
    let service = Studio::read(&document).record[&id(9)].value.clone();
    assert_eq!((service.date, service.hours_tenths), (Some(day(4)), None));
    assert!(!Service::is_valid(&newer.into()), "a judge lets no such hours in");
}
