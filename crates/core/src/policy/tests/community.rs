//! Pledges, studios and bases: who writes what, and who reads it.

use super::*;
use crate::access::{Facts, readers};
use crate::deed::Hand;
use crate::kind;
use crate::pledge::pledge_id;

/// What a deed writes in somebody's hand.
fn done(document: &Document, by: u8, n: u8, json: &str) -> Edit {
    let hand = Hand { worker: worker(by), at: DeviceMillis(n.into()), today: day(3), random: [n; 16] };
    let deed = kind::of(document.id().kind()).unwrap().deed(json).unwrap_or_else(|why| panic!("{json}: {why}"));
    deed.edit(document, &hand).unwrap_or_else(|why| panic!("{json}: {why}"))
}

/// What becomes of a deed.
fn ruled(document: &Document, by: u8, json: &str) -> Ruling {
    ruling(document, by, done(document, by, 99, json))
}

fn act(document: &mut Document, by: u8, n: u8, json: &str) {
    let edit = done(document, by, n, json);
    document.write(stamp(by, n.into()), edit).unwrap();
}

const ITEMS: &str = r#"[{"content":"明码标价","measured_by":"抽查","baseline":"无","due":"2026-12-01"},
    {"content":"缺一罚十","measured_by":"复秤","baseline":"无","due":"2026-12-01"}]"#;

fn begin_pledge(of: u8) -> String {
    format!(r#"{{"do":"begin","worker":"{}","year":2026,"village":"{}","items":{ITEMS}}}"#, worker(of), village())
}

fn pledge(n: u8) -> Document {
    let mut document = Document::new(pledge_id(worker(LINKED), 2026));
    act(&mut document, LINKED, 1, &begin_pledge(LINKED));
    for (n, json) in (2..).zip([r#"{"do":"approve"}"#, r#"{"do":"publish"}"#]).take(n.into()) {
        act(&mut document, LEAD, n, json);
    }
    document
}

#[test]
fn a_pledge_is_its_workers_own_or_typed_in_for_them_under_its_own_name() {
    let blank = Document::new(pledge_id(worker(LINKED), 2026));
    for by in [LINKED, LEAD, BOARD, NODE, DESK] {
        assert_eq!(ruled(&blank, by, &begin_pledge(LINKED)), ALLOWED, "worker {by}");
    }
    assert_eq!(ruled(&blank, STRANGER, &begin_pledge(LINKED)), Why::OtherName.into());
    let elsewhere = Document::new(doc(DocKind::Pledge, 1));
    assert_eq!(ruled(&elsewhere, LINKED, &begin_pledge(LINKED)), Why::NotItsType.into(), "under another name");
}

#[test]
fn leads_and_board_agree_and_publish_and_what_was_agreed_on_stays() {
    for by in [LEAD, BOARD, DESK] {
        assert_eq!(ruled(&pledge(0), by, r#"{"do":"approve"}"#), ALLOWED, "worker {by}");
        assert_eq!(ruled(&pledge(1), by, r#"{"do":"publish"}"#), ALLOWED, "worker {by}");
    }
    assert_eq!(ruled(&pledge(0), LINKED, r#"{"do":"approve"}"#), Why::NotYourStep.into());
    let item = put(&format!("item/{}", id(8)), r#"{"content":"一"}"#);
    assert_eq!(ruling(&pledge(0), LINKED, item.clone()), ALLOWED);
    assert_eq!(ruling(&pledge(1), LINKED, item), Why::ItemsStay.into());
}

#[test]
fn a_pledge_that_is_not_concrete_is_not_published_whatever_a_phone_writes() {
    let mut vague = pledge(1);
    let publish = done(&vague, LEAD, 50, r#"{"do":"publish"}"#);
    write(&mut vague, DESK, put(&format!("item/{}", id(8)), r#"{"content":"一"}"#));
    assert_eq!(ruling(&vague, LEAD, publish), Why::NotConcrete.into());
}

#[test]
fn nobody_judges_the_own_pledge_whatever_role_they_hold() {
    let close = r#"{"do":"close","outcome":"kept"}"#;
    for by in [LEAD, BOARD, DESK] {
        assert_eq!(ruled(&pledge(2), by, close), ALLOWED, "worker {by}");
    }
    assert_eq!(ruled(&pledge(2), STRANGER, close), Why::NotYourStep.into());
    let own = done(&pledge(2), BOARD, 50, close);
    let own: Edit = rewritten(&own, &worker(BOARD).to_string(), &worker(LINKED).to_string());
    assert_eq!(ruling(&pledge(2), LINKED, own), Why::OwnWork.into());
    let residents = r#"{"do":"review","review":{"reviewer":"residents","verdict":"kept"}}"#;
    assert_eq!(ruled(&pledge(2), STRANGER, residents), ALLOWED);
    let own = rewritten(
        &done(&pledge(2), STRANGER, 50, residents),
        &worker(STRANGER).to_string(),
        &worker(LINKED).to_string(),
    );
    assert_eq!(ruling(&pledge(2), LINKED, own), Why::OwnWork.into());
    let own = r#"{"do":"review","review":{"reviewer":"self","verdict":"kept"}}"#;
    assert_eq!(ruled(&pledge(2), LINKED, own), ALLOWED);
    assert_eq!(ruled(&pledge(2), STRANGER, own), Why::OtherName.into());
    let organisation = r#"{"do":"review","review":{"reviewer":"organisation","verdict":"kept"}}"#;
    assert_eq!(ruled(&pledge(2), STRANGER, organisation), Why::NotYourStep.into());
}

/// The same edit with one word for another in its texts, as only a hostile phone would write it.
fn rewritten(edit: &Edit, from: &str, to: &str) -> Edit {
    let mut hostile = Edit::new();
    for (key, value) in edit.writes() {
        let text = value.and_then(Scalar::as_text).unwrap_or_default();
        hostile.put(key, text.replace(from, to));
    }
    hostile
}

fn studio() -> Document {
    let mut document = Document::new(doc(DocKind::Studio, 1));
    let begin = format!(r#"{{"do":"begin","village":"{}","studio":{{"name":"一家人"}}}}"#, village());
    act(&mut document, LINKED, 1, &begin);
    act(&mut document, LINKED, 2, &format!(r#"{{"do":"join","worker":"{}"}}"#, worker(BACKUP)));
    document
}

#[test]
fn a_studios_card_is_kept_by_its_leader_and_the_village_and_its_record_by_its_members() {
    let change = r#"{"do":"change","studio":{"skills":"调解"}}"#;
    for (by, expected) in [(LINKED, ALLOWED), (LEAD, ALLOWED), (BOARD, ALLOWED), (DESK, ALLOWED)] {
        assert_eq!(ruled(&studio(), by, change), expected, "worker {by}");
        assert_eq!(ruled(&studio(), by, r#"{"do":"post"}"#), expected, "worker {by}");
    }
    assert_eq!(ruled(&studio(), BACKUP, change), Why::NotYours.into());
    assert_eq!(ruled(&studio(), STRANGER, r#"{"do":"post"}"#), Why::NotYours.into());
    let serve = r#"{"do":"serve","service":{"content":"解答政策"}}"#;
    assert_eq!(ruled(&studio(), BACKUP, serve), ALLOWED);
    assert_eq!(ruled(&studio(), STRANGER, serve), Why::NotYours.into());
    let typed = format!(r#"{{"do":"serve","service":{{"content":"一","by":"{}"}}}}"#, worker(BACKUP));
    assert_eq!(ruled(&studio(), NODE, &typed), ALLOWED, "typed in from paper");
    assert_eq!(ruled(&studio(), LINKED, &typed), Why::OtherName.into());
    let join = format!(r#"{{"do":"join","worker":"{}"}}"#, worker(STRANGER));
    assert_eq!(ruled(&studio(), STRANGER, &join), ALLOWED, "whoever wants to serve may");
    assert_eq!(ruled(&studio(), FORMER, &join), Why::NotYours.into());
}

#[test]
fn whoever_left_a_studio_may_still_write_down_what_they_served_and_nobody_rewrites_it() {
    let mut document = studio();
    act(&mut document, LINKED, 3, &format!(r#"{{"do":"leave","worker":"{}"}}"#, worker(BACKUP)));
    assert_eq!(ruled(&document, BACKUP, r#"{"do":"serve","service":{"content":"一"}}"#), ALLOWED);
    act(&mut document, BACKUP, 4, r#"{"do":"serve","service":{"content":"一"}}"#);
    let key = document.list("service/").first().unwrap().0.clone();
    let mut away = Edit::new();
    away.remove(key.clone());
    assert_eq!(ruling(&document, BACKUP, away), Why::StepsStay.into());
    let again = r#"{"date":"2026-11-03","content":"二","by":"07070707-0707-0707-0707-070707070707","entered_by":"07070707-0707-0707-0707-070707070707"}"#;
    assert_eq!(ruling(&document, BACKUP, put(&key, again)), Why::StepsStay.into());
}

#[test]
fn a_base_is_kept_by_its_host_whoever_entered_it_and_the_village() {
    let mut document = Document::new(doc(DocKind::Base, 1));
    let host = worker(BACKUP);
    let begin = format!(
        r#"{{"do":"begin","village":"{}","base":{{"name":"大棚","trade":"草莓","host_worker":"{host}"}}}}"#,
        village()
    );
    assert_eq!(ruled(&document, LINKED, &begin), ALLOWED);
    act(&mut document, LINKED, 1, &begin);
    let batch = r#"{"do":"batch","batch":{"topic":"育苗","trained":12}}"#;
    for by in [LINKED, BACKUP, LEAD, BOARD, DESK] {
        assert_eq!(ruled(&document, by, batch), ALLOWED, "worker {by}");
    }
    assert_eq!(ruled(&document, STRANGER, batch), Why::NotYours.into());
    assert_eq!(ruling(&document, BACKUP, done(&document, LINKED, 50, batch)), Why::OtherName.into());
}

#[test]
fn what_is_made_to_be_shown_is_read_by_every_active_worker_of_the_village() {
    let roster = Roster::read(&roster_document());
    let everybody = roster.active_workers().count();
    for document in [pledge(0), studio()] {
        assert_eq!(readers(document.id().kind(), &Facts::of(&document), &roster, day(3)).len(), everybody);
    }
}

fn complaint() -> Document {
    let mut document = Document::new(doc(DocKind::Complaint, 1));
    act(&mut document, STRANGER, 1, &begin_complaint());
    document
}

fn begin_complaint() -> String {
    format!(r#"{{"do":"begin","village":"{}","about":"made_to_check_in","text":"每天两次"}}"#, village())
}

#[test]
fn whoever_works_in_the_village_complains_in_their_own_name() {
    let blank = Document::new(doc(DocKind::Complaint, 1));
    for by in [STRANGER, LEAD, BOARD, NODE, DESK] {
        assert_eq!(ruled(&blank, by, &begin_complaint()), ALLOWED, "worker {by}");
    }
    let anothers = done(&blank, STRANGER, 1, &begin_complaint());
    assert_eq!(ruling(&blank, LEAD, anothers.clone()), Why::NotYours.into());
    assert_eq!(ruling(&blank, DESK, anothers), ALLOWED, "somebody told it to the desk");
    let mut nobodys = put("text", "一");
    nobodys.put("village", Scalar::Bytes(village().to_bytes().to_vec()));
    assert_eq!(ruling(&blank, LEAD, nobodys), Why::NotYours.into());
}

#[test]
fn the_desk_replies_and_nobody_touches_the_words_not_even_their_author() {
    let reply = r#"{"do":"reply","text":"已取消"}"#;
    assert_eq!(ruled(&complaint(), DESK, reply), ALLOWED);
    for by in [STRANGER, LEAD, BOARD, NODE] {
        assert_eq!(ruled(&complaint(), by, reply), Why::TownReplies.into(), "worker {by}");
    }
    for (by, why) in [(STRANGER, Why::ComplaintStays), (DESK, Why::ComplaintStays), (LEAD, Why::NotYours)] {
        assert_eq!(ruling(&complaint(), by, put("text", "没有的事")), why.into(), "worker {by}");
    }
    let mut replied = complaint();
    act(&mut replied, DESK, 2, reply);
    let key = replied.list("reply/").remove(0).0;
    let mut gone = Edit::new();
    gone.remove(key);
    assert_eq!(ruling(&replied, DESK, gone), Why::StepsStay.into());
}

#[test]
fn a_complaint_is_withdrawn_by_its_author_alone() {
    let withdraw = r#"{"do":"withdraw"}"#;
    assert_eq!(ruled(&complaint(), STRANGER, withdraw), ALLOWED);
    for by in [LEAD, BOARD, DESK] {
        assert_eq!(ruled(&complaint(), by, withdraw), Why::NotYours.into(), "worker {by}");
    }
}
