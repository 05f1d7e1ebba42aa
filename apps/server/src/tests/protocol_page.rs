//! What `docs/protocol.md` says of the office's JSON is what the server takes.

use std::collections::BTreeSet;

use lianhu_core::deed::{Hand, from_json};
use lianhu_core::matter::ActKind;
use lianhu_core::{DeviceMillis, DocKind, Document};
use serde_json::{Map, Value, json};

use super::world::{WANG, day, home, worker};

const PAGE: &str = include_str!("../../../../docs/protocol.md");

/// The words in backquotes.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn sample(field: &str) -> Value {
    let other = lianhu_core::DocId::mint(DocKind::Matter, [9; 16]);
    match field {
        "text" | "to" | "title" | "place" | "raiser" => json!("写明"),
        "on" | "due" | "date" => json!("2026-11-30"),
        "owner" | "worker" | "collected_by" => json!(worker(WANG)),
        "co_owners" => json!([worker(WANG)]),
        "level" => json!("village"),
        "granted" => json!(true),
        "into" | "similar" | "split_from" => json!(other),
        "parts" => json!([other]),
        "studio" => json!(lianhu_core::DocId::mint(DocKind::Studio, [9; 16])),
        "household" => json!(home(1)),
        "village" => json!(super::world::village()),
        "phone" => json!("13800138000"),
        "headcount" => json!(3),
        "category" => json!("水利"),
        "kind" => json!("help"),
        "urgency" => json!("hard"),
        "way" => json!("visit"),
        "channel" => json!("on_request"),
        "solved" => json!("yes"),
        "satisfaction" => json!("satisfied"),
        "closing" => json!("phased"),
        "stands" => json!(lianhu_core::RecordId([7; 8]).to_string()),
        other => panic!("the page names a field nobody knows: {other}"),
    }
}

/// Whether the deed says all it needs: it is taken, or refused only because the matter is not there yet.
fn says_enough(fields: &Map<String, Value>) -> bool {
    let Ok(deed) = from_json(DocKind::Matter, &Value::Object(fields.clone()).to_string()) else { return false };
    let document = Document::new(lianhu_core::DocId::mint(DocKind::Matter, [1; 16]));
    let hand = Hand { worker: worker(WANG), at: DeviceMillis(0), today: day("2026-11-23"), random: [1; 16] };
    match deed.edit(&document, &hand) {
        Ok(_) => true,
        Err(refusal) => refusal.code() == "cannot_stand",
    }
}

#[test]
fn every_deed_of_a_matter_is_on_the_page_with_all_it_needs_and_nothing_more() {
    let table = PAGE.split("| `do` | needs | may have |").nth(1).unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let mut named = BTreeSet::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let (needs, may_have) = (quoted(cells[1]), quoted(cells[2]));
        for act in quoted(cells[0]) {
            let mut fields = Map::from_iter([("do".to_owned(), json!(act))]);
            fields.extend(needs.iter().map(|field| (field.clone(), sample(field))));
            assert!(says_enough(&fields), "{act} needs more than {needs:?}");
            for field in &needs {
                let mut fewer = fields.clone();
                fewer.remove(field);
                assert!(!says_enough(&fewer), "{act} does not need {field}");
            }
            fields.extend(may_have.iter().map(|field| (field.clone(), sample(field))));
            assert!(says_enough(&fields), "{act} may not have {may_have:?}");
            assert!(named.insert(act.clone()), "{act} is named twice");
        }
    }
    let steps = ActKind::ALL.iter().map(|act| act.code().to_owned());
    assert_eq!(named, steps.chain(["raise".to_owned(), "amend".to_owned()]).collect());
}

#[test]
fn every_route_of_the_server_is_on_the_page() {
    for route in crate::routes().map(|route| route.path) {
        assert!(PAGE.contains(route) || !(route.contains("v1") || route == "/healthz"), "{route}");
    }
}
