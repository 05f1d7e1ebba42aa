//! What `docs/protocol.md` says of the office's JSON is what the server takes.

use std::collections::BTreeSet;

use lianhu_core::matter::{Act, ActKind};
use serde_json::{Map, Value, json};

const PAGE: &str = include_str!("../../../../docs/protocol.md");

/// The words in backquotes.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn sample(field: &str) -> Value {
    let id = "01980001-0000-7000-8000-000000000000";
    match field {
        "text" | "to" => json!("写明"),
        "on" | "due" => json!("2026-11-30"),
        "owner" | "worker" => json!(id),
        "co_owners" => json!([id]),
        "level" => json!("village"),
        "granted" => json!(true),
        "into" => json!(super::world::home(1).to_string()),
        "way" => json!("visit"),
        "solved" => json!("yes"),
        "satisfaction" => json!("satisfied"),
        "closing" => json!("phased"),
        "stands" => json!(lianhu_core::RecordId([7; 8]).to_string()),
        other => panic!("the page names a field nobody knows: {other}"),
    }
}

fn is_an_act(fields: &Map<String, Value>) -> bool {
    Act::from_json(&Value::Object(fields.clone()).to_string()).is_some()
}

#[test]
fn every_act_is_on_the_page_with_all_it_needs_and_nothing_more() {
    let table = PAGE.split("| act | needs | may have |").nth(1).unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let mut named = BTreeSet::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let (needs, may_have) = (quoted(cells[1]), quoted(cells[2]));
        for act in quoted(cells[0]) {
            let mut fields = Map::from_iter([("act".to_owned(), json!(act))]);
            fields.extend(needs.iter().map(|field| (field.clone(), sample(field))));
            assert!(is_an_act(&fields), "{act} needs more than {needs:?}");
            for field in &needs {
                let mut fewer = fields.clone();
                fewer.remove(field);
                assert!(!is_an_act(&fewer), "{act} does not need {field}");
            }
            fields.extend(may_have.iter().map(|field| (field.clone(), sample(field))));
            let act_with_all = Act::from_json(&Value::Object(fields).to_string()).unwrap();
            assert!(named.insert(act_with_all.kind().unwrap()), "{act} is named twice");
        }
    }
    assert_eq!(named, ActKind::ALL.iter().copied().collect());
}

#[test]
fn every_route_of_the_server_is_on_the_page() {
    let router = include_str!("../http/router.rs");
    let routes = router.split(".route(\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    for route in routes.filter(|route| route.contains("v1") || *route == "/healthz") {
        assert!(PAGE.contains(route), "{route}");
    }
}
