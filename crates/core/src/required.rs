//! No field is forced on anybody but those without which a deed would say nothing: the whole list stands here, and a deed
//! that begins to ask for more fails a test. Never on it: a photo, a place on a map, a number of visits.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::deed::{Hand, from_json};
use crate::draft::Reason;
use crate::testing::{day, doc, stamp, worker};
use crate::{DeviceMillis, DocKind, Document, kind};

/// The deeds of each kind that need something, and what they need.
type Needs = &'static [(&'static str, &'static [&'static str])];

const REQUIRED: &[(DocKind, Needs)] = &[
    (
        DocKind::Household,
        &[
            ("answer", &["answer", "request"]),
            ("ask", &["kind"]),
            ("create", &["head", "village"]),
            ("notice", &["basis", "consented_on"]),
            ("open_minor", &["reason", "resident"]),
            ("put_resident", &["name", "resident"]),
            ("remove_resident", &["resident"]),
            ("rewrite_visit", &["visit"]),
            ("set_care", &["set", "tag"]),
        ],
    ),
    (
        DocKind::Diary,
        &[
            ("comment", &["entry"]),
            ("link_matter", &["entry"]),
            ("remove", &["entry"]),
            ("remove_comment", &["comment"]),
            ("rewrite", &["entry"]),
            ("write", &["text", "village"]),
        ],
    ),
    (
        DocKind::Matter,
        &[
            ("answer_extension", &["granted"]),
            ("ask_extension", &["on", "text"]),
            ("assign", &["due", "owner"]),
            ("assist", &["worker"]),
            ("close", &["closing"]),
            ("decline", &["text"]),
            ("done", &["text"]),
            ("escalate", &["text"]),
            ("evaluate", &["satisfaction", "solved"]),
            ("feedback", &["way"]),
            ("merge", &["into"]),
            ("note", &["text"]),
            ("park", &["on", "text"]),
            ("raise", &["title", "village"]),
            ("refer_out", &["to"]),
            ("reopen", &["text"]),
            ("return", &["text"]),
            ("similar", &["similar"]),
            ("solve", &["text"]),
            ("split", &["parts"]),
            ("supervise", &["text"]),
        ],
    ),
    (
        DocKind::Roster,
        &[
            ("end_grid", &["grid", "last_day"]),
            ("end_link", &["id"]),
            ("hand_on", &["of", "to"]),
            ("link", &["household", "worker"]),
            ("pair", &["household", "name"]),
            ("put_grid", &["grid", "name"]),
            ("put_service_group", &["grid"]),
            ("put_worker", &["name"]),
            ("set_active", &["active", "worker"]),
            ("set_backup", &["id"]),
            ("set_exempt", &["exempt", "worker"]),
            ("set_group", &["basis", "group", "on", "purpose", "review_on"]),
            ("set_published", &["id"]),
            ("station", &["worker"]),
        ],
    ),
    (
        DocKind::Meeting,
        &[
            ("add_item", &["title"]),
            ("add_minutes", &["text"]),
            ("attend", &["attendance", "workers"]),
            ("call", &["date", "kind", "village"]),
            ("cancel", &["reason"]),
            ("change_item", &["item"]),
            ("decide", &["decision", "due", "matter", "owner", "text", "title"]),
            ("drop_item", &["item"]),
            ("guest", &["name"]),
            ("minutes", &["text"]),
            ("move_item", &["item"]),
            ("take_back", &["item"]),
        ],
    ),
    (
        DocKind::HelpPlan,
        &[
            ("add_measure", &["content", "due"]),
            ("confirm", &["words", "yes"]),
            ("draft", &["goal", "household", "village"]),
            ("end_early", &["reason"]),
            ("join", &["worker"]),
            ("leave", &["worker"]),
            ("measure_done", &["measure"]),
            ("resume", &["reason"]),
            ("review", &["words"]),
        ],
    ),
    (
        DocKind::Pledge,
        &[
            ("begin", &["village"]),
            ("close", &["outcome", "reason"]),
            ("item", &["item"]),
            ("place", &["place"]),
            ("review", &["review"]),
            ("send_back", &["reason"]),
        ],
    ),
    (
        DocKind::Studio,
        &[
            ("begin", &["studio", "village"]),
            ("change", &["studio"]),
            ("join", &["worker"]),
            ("leave", &["worker"]),
            ("serve", &["service"]),
        ],
    ),
    (
        DocKind::Base,
        &[("batch", &["batch"]), ("begin", &["base", "village"]), ("change", &["base"]), ("outcome", &["outcome"])],
    ),
    (
        DocKind::Fund,
        &[
            ("enter", &["amount", "direction", "purpose", "source"]),
            ("open", &["name", "opening"]),
            ("pay", &["amount", "application", "purpose"]),
            ("rename", &["name"]),
            ("reverse", &["entry", "purpose"]),
        ],
    ),
    (
        DocKind::Application,
        &[
            ("add_loan", &["from", "principal", "rate", "to"]),
            ("apply", &["applicant", "asked", "household", "reason", "scheme", "village"]),
            ("decline", &["reason"]),
            ("grant", &["amount"]),
            ("note", &["text"]),
            ("object", &["text"]),
            ("opinion", &["supports", "text"]),
            ("pay", &["fund"]),
            ("publish", &["to"]),
            ("repay", &["amount", "loan"]),
            ("reverse_repayment", &["repayment"]),
            ("review", &["amount"]),
        ],
    ),
    (DocKind::Complaint, &[("begin", &["text", "village"]), ("reply", &["text"])]),
];

/// Whether a deed says enough: it is taken, or what is wrong with it is not that something was left out.
fn says_enough(of: DocKind, deed: &Map<String, Value>, states: &[Document]) -> bool {
    let Ok(deed) = from_json(of, &Value::Object(deed.clone()).to_string()) else { return false };
    let hand = Hand { worker: worker(1), at: DeviceMillis(0), today: day(9), random: [1; 16] };
    states.iter().all(|state| !matches!(deed.edit(state, &hand), Err(refusal) if refusal.reason == Reason::Missing))
}

/// The documents that the deeds of a kind lead to, one after the other, beginning with a new one.
fn states(of: DocKind, deeds: &[&str]) -> Vec<Document> {
    let mut states = vec![Document::new(doc(of, 1))];
    for (n, json) in (1_u8..).zip(deeds) {
        let mut document = states.last().unwrap().clone();
        let hand = Hand { worker: worker(1), at: DeviceMillis(0), today: day(9), random: [n; 16] };
        let edit = from_json(of, json).unwrap().edit(&document, &hand);
        if let Ok(edit) = edit {
            document.write(stamp(1, i64::from(n)), edit).unwrap();
            states.push(document);
        }
    }
    states
}

/// The fields without which deeds of a kind do not say enough, as `deed.field`; found by leaving each out.
fn needed(of: DocKind, deeds: &[&str]) -> BTreeSet<String> {
    let states = states(of, deeds);
    let mut needed = BTreeSet::new();
    for json in deeds {
        let Value::Object(deed) = serde_json::from_str(json).unwrap() else { panic!("a deed is an object") };
        for field in deed.keys().filter(|field| *field != "do") {
            let mut fewer = deed.clone();
            fewer.remove(field);
            if says_enough(of, &deed, &states) && !says_enough(of, &fewer, &states) {
                needed.insert(format!("{}.{field}", deed["do"].as_str().unwrap()));
            }
        }
    }
    needed
}

#[test]
fn nobody_is_forced_to_fill_in_more_than_a_deed_needs_to_say_anything() {
    for of in kind::KNOWN {
        let listed = REQUIRED.iter().filter(|(kind, _)| kind == of).flat_map(|(_, deeds)| deeds.iter());
        let listed: BTreeSet<String> =
            listed.flat_map(|(deed, fields)| fields.iter().map(move |field| format!("{deed}.{field}"))).collect();
        let needed = needed(*of, kind::of(*of).unwrap().samples());
        assert!(!needed.is_empty(), "the deeds of {} show nothing", of.name());
        let more: Vec<&String> = needed.difference(&listed).collect();
        assert!(more.is_empty(), "{} asks for more than before: {more:?}", of.name());
    }
}
