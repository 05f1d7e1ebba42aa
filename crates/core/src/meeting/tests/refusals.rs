//! What a clerk is told when a deed is not taken.

use serde_json::{Value, json};

use super::{CHAIR, OWNER, called, edit, held, matter, village};
use crate::deed::from_json;
use crate::draft::{FieldId, Reason};
use crate::lang::Lang;
use crate::meeting::Item;
use crate::testing::{doc, id, worker};
use crate::{DocKind, Document};

/// A deed with some fields given otherwise.
fn but(deed: &Value, other: &Value) -> Value {
    let mut said = deed.clone();
    said.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    said
}

#[test]
fn every_deed_says_what_to_mend() {
    use Reason::*;
    let blank = Document::new(doc(DocKind::Meeting, 9));
    let (called_, held_, review) = (called("analysis"), held("assignment"), held("review"));
    let mut over = held("assignment");
    super::does(&mut over, CHAIR, 40, json!({ "do": "publish" }));
    let mut cancelled = called("analysis");
    super::does(&mut cancelled, CHAIR, 41, json!({ "do": "cancel", "reason": "台风" }));
    let call = json!({ "do": "call", "village": village(), "kind": "analysis", "date": "2026-11-06" });
    let assign = json!({
        "do": "decide", "item": Item::id_of(matter(1)), "decision": "assign", "owner": worker(OWNER), "due": "2026-11-20"
    });
    let park = but(&assign, &json!({ "decision": "park", "text": "等疏浚" }));
    let add = json!({ "do": "add_item", "title": "路灯" });
    let count = json!({ "do": "ballot", "satisfied": 3 });
    let long = "字".repeat(90);
    let cases: &[(&Document, Value, FieldId, Reason)] = &[
        (&blank, but(&call, &json!({ "kind": "party" })), FieldId::Kind, NotAChoice),
        (&blank, but(&call, &json!({ "kind": " " })), FieldId::Kind, Missing),
        (&blank, but(&call, &json!({ "date": "" })), FieldId::Date, Missing),
        (&blank, but(&call, &json!({ "date": "下周" })), FieldId::Date, NotADate),
        (&blank, but(&call, &json!({ "place": long })), FieldId::Place, TooLong { max: 80 }),
        (&blank, but(&call, &json!({ "number": "一\n二" })), FieldId::Number, NotPlain),
        (&blank, but(&call, &json!({ "time": long })), FieldId::Time, TooLong { max: 80 }),
        (&blank, but(&call, &json!({ "branch": long })), FieldId::Branch, TooLong { max: 80 }),
        (&blank, but(&call, &json!({ "village": matter(1) })), FieldId::Village, NotThere),
        (&called_, call, FieldId::Kind, NotNow),
        (&called_, json!({ "do": "change", "date": "2026-13-01" }), FieldId::Date, NotADate),
        (&called_, json!({ "do": "change", "place": long }), FieldId::Place, TooLong { max: 80 }),
        (&over, json!({ "do": "change", "place": "村部" }), FieldId::Date, NotNow),
        (&called_, json!({ "do": "attend", "workers": [], "attendance": "present" }), FieldId::Attendees, Missing),
        (
            &called_,
            json!({ "do": "attend", "workers": [worker(1)], "attendance": "late" }),
            FieldId::Attendance,
            NotAChoice,
        ),
        (&over, json!({ "do": "attend", "workers": [worker(1)], "attendance": "present" }), FieldId::Attendees, NotNow),
        (&called_, json!({ "do": "guest", "role": "居民代表" }), FieldId::Name, Missing),
        (&called_, json!({ "do": "guest", "name": "沈阿姨", "attendance": "late" }), FieldId::Attendance, NotAChoice),
        (&called_, json!({ "do": "guest", "guest": id(7), "attendance": "present" }), FieldId::Attendees, NotThere),
        (&called_, but(&add, &json!({ "title": "" })), FieldId::Title, Missing),
        (&called_, but(&add, &json!({ "title": "找张三13800138000" })), FieldId::Title, LooksPersonal),
        (&called_, but(&add, &json!({ "five": long })), FieldId::Five, TooLong { max: 80 }),
        (&called_, but(&add, &json!({ "before": id(7) })), FieldId::Agenda, NotThere),
        (&called_, but(&add, &json!({ "matter": village() })), FieldId::Matter, NotThere),
        (&over, add, FieldId::Agenda, NotNow),
        (&called_, json!({ "do": "change_item", "item": id(7) }), FieldId::Agenda, NotThere),
        (&called_, json!({ "do": "move_item", "item": id(7) }), FieldId::Agenda, NotThere),
        (
            &held_,
            json!({ "do": "move_item", "item": Item::id_of(matter(1)), "before": id(7) }),
            FieldId::Agenda,
            NotThere,
        ),
        (&called_, json!({ "do": "drop_item", "item": id(7) }), FieldId::Agenda, NotThere),
        (&called_, assign.clone(), FieldId::Decision, NotNow),
        (&over, assign.clone(), FieldId::Decision, NotNow),
        (&held_, but(&assign, &json!({ "item": id(7) })), FieldId::Agenda, NotThere),
        (&held_, but(&assign, &json!({ "decision": "praise" })), FieldId::Decision, NotAChoice),
        (&held_, but(&assign, &json!({ "owner": null })), FieldId::Owner, Missing),
        (&held_, but(&assign, &json!({ "due": "" })), FieldId::Due, Missing),
        (&held_, but(&assign, &json!({ "due": "2026-11-05" })), FieldId::Due, EndsBeforeItBegins),
        (&held_, but(&assign, &json!({ "level": "moon" })), FieldId::Level, NotAChoice),
        (&held_, but(&assign, &json!({ "target": long })), FieldId::Target, TooLong { max: 80 }),
        (&held_, but(&assign, &json!({ "text": "字".repeat(4001) })), FieldId::Measures, TooLong { max: 4000 }),
        (&held_, but(&assign, &json!({ "title": "电话13800138000" })), FieldId::Title, LooksPersonal),
        (&held_, but(&park, &json!({ "due": "" })), FieldId::Due, Missing),
        (&held_, but(&park, &json!({ "text": "" })), FieldId::Reason, Missing),
        (&held_, but(&park, &json!({ "decision": "escalate", "text": "" })), FieldId::Reason, Missing),
        (&held_, but(&park, &json!({ "decision": "refer_out", "text": long })), FieldId::Text, TooLong { max: 80 }),
        (&held_, json!({ "do": "decide", "title": "食堂", "decision": "agree" }), FieldId::Text, Missing),
        (&held_, json!({ "do": "decide", "decision": "agree", "text": "先试" }), FieldId::Title, Missing),
        (
            &held_,
            json!({ "do": "decide", "title": "食堂", "decision": "decline", "text": "先试" }),
            FieldId::Matter,
            Missing,
        ),
        (&held_, json!({ "do": "take_back", "item": id(7) }), FieldId::Decision, NotThere),
        (&held_, count.clone(), FieldId::Ballots, NotNow),
        (&called("review"), count.clone(), FieldId::Ballots, NotNow),
        (&review, but(&count, &json!({ "satisfied": 0 })), FieldId::Ballots, Missing),
        (&review, but(&count, &json!({ "not": -1 })), FieldId::Ballots, OutOfRange { min: 0, max: 9999 }),
        (&review, but(&count, &json!({ "matter": matter(9) })), FieldId::Matter, NotThere),
        (&called_, json!({ "do": "minutes", "text": "字".repeat(30_001) }), FieldId::Minutes, TooLong { max: 30_000 }),
        (&called_, json!({ "do": "minutes", "text": "一\u{7}二" }), FieldId::Minutes, NotPlain),
        (&called_, json!({ "do": "add_minutes", "text": "" }), FieldId::Minutes, Missing),
        (&cancelled, json!({ "do": "add_minutes", "text": "一" }), FieldId::Minutes, NotNow),
        (&called_, json!({ "do": "hold", "on": "上周" }), FieldId::Date, NotADate),
        (&held_, json!({ "do": "hold" }), FieldId::Act, NotNow),
        (&called_, json!({ "do": "close" }), FieldId::Act, NotNow),
        (&called_, json!({ "do": "publish" }), FieldId::Act, NotNow),
        (&called_, json!({ "do": "cancel", "reason": "" }), FieldId::Reason, Missing),
        (&held_, json!({ "do": "cancel", "reason": "台风" }), FieldId::Act, NotNow),
    ];
    for (document, said, field, reason) in cases {
        let refusal = edit(document, CHAIR, 50, said.clone()).expect_err(&said.to_string());
        assert_eq!((refusal.field, refusal.reason), (*field, *reason), "{said}");
        for lang in [Lang::Zh, Lang::En] {
            let message = refusal.message(lang);
            assert!(message.contains(field.label(lang)), "{message}");
        }
    }
}

#[test]
fn a_clerk_reads_what_to_do() {
    let document = held("assignment");
    let said = json!({ "do": "decide", "item": Item::id_of(matter(1)), "decision": "assign", "owner": worker(1) });
    let refusal = edit(&document, CHAIR, 50, said).unwrap_err();
    assert_eq!(refusal.message(Lang::Zh), "请填写“办结期限”。");
    assert_eq!(refusal.message(Lang::En), "Please fill in the due date.");
    let refusal = edit(&called("analysis"), CHAIR, 50, json!({ "do": "ballot", "satisfied": 1 })).unwrap_err();
    assert_eq!(refusal.message(Lang::Zh), "“票数”现在还不能这样办：先看看办到了哪一步。");
}

#[test]
fn an_unknown_deed_or_field_is_no_deed() {
    for said in [
        r#"{"do":"vote","by":"张三"}"#,
        r#"{"do":"hold","where":"村部"}"#,
        r#"{"do":"close","on":"2026-11-06"}"#,
        r#"{"do":"ballot","satisfied":1,"voters":["张三"]}"#,
        r#"{"do":"decide","decision":"agree","points":5}"#,
        r#"{"do":"call","kind":"analysis","date":"2026-11-06"}"#,
        r#"{"do":"move_item","item":"short"}"#,
        "{}",
    ] {
        assert!(from_json(DocKind::Meeting, said).is_err(), "{said}");
    }
}

#[test]
fn an_agenda_has_a_bound() {
    let mut document = called("analysis");
    let mut all = crate::Edit::new();
    for n in 0..crate::meeting::MAX_ITEMS {
        let item = crate::RecordId::derive(&[&n.to_be_bytes()]);
        all.put(format!("item/{item}/title"), "一");
    }
    crate::testing::write(&mut document, CHAIR, all);
    let refusal = edit(&document, CHAIR, 1, json!({ "do": "add_item", "title": "再一件" })).unwrap_err();
    assert_eq!((refusal.field, refusal.reason), (FieldId::Agenda, Reason::OutOfRange { min: 0, max: 200 }));
}
