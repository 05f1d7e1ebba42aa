//! Whom a day's page sends its reader to.

use serde_json::json;

use super::Hand;

fn visit(hand: &mut Hand, household: &str, visit: serde_json::Value) {
    hand.ok("visit", json!({ "household": household, "visit": visit }));
}

/// The doorplates of a list on today's page.
fn doors(hand: &mut Hand, list: &str) -> Vec<String> {
    let today = hand.ok("today", json!({}));
    let rows = today[list].as_array().unwrap().iter();
    rows.map(|row| row["doorplate"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn own_households_that_wait_longest_for_a_visit_stand_there_and_one_never_visited_first() {
    let mut hand = Hand::in_a_village();
    for (doorplate, last) in [
        ("1组10号", "2026-11-20"),
        ("1组3号", "2026-11-12"),
        ("1组4号", "2026-11-19"),
        ("1组5号", "2026-11-25"),
        ("1组6号", "2026-11-26"),
    ] {
        let home = hand.household("王建国", doorplate);
        visit(&mut hand, &home, json!({ "date": last, "met": "head" }));
    }
    assert_eq!(doors(&mut hand, "longest"), ["1组3号", "1组4号", "1组10号"]);
    hand.household("单雄飞", "1组12号");
    hand.household("单雄飞", "1组9号");
    assert_eq!(doors(&mut hand, "longest"), ["1组9号", "1组12号", "1组3号"]);
}

#[test]
fn a_household_stands_there_once_and_not_when_it_was_visited_today_or_is_another_members() {
    let mut hand = Hand::in_a_village();
    hand.ok("create_household", json!({ "card": { "head": "单雄飞", "doorplate": "2组1号" } }));
    let (promised, fresh) = (hand.household("王建国", "1组3号"), hand.household("陆秀英", "1组4号"));
    visit(&mut hand, &promised, json!({ "date": "2026-11-12", "next_on": "2026-11-26", "met": "head" }));
    assert_eq!(
        (doors(&mut hand, "visits"), doors(&mut hand, "longest")),
        (vec!["1组3号".into()], vec!["1组4号".into()])
    );
    visit(&mut hand, &fresh, json!({ "date": "2026-11-26", "met": "nobody" }));
    assert!(doors(&mut hand, "longest").is_empty());
}
