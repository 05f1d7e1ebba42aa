//! What is shown field by field is said in words: no code of the program's stands before people.

use lianhu_core::roster::roster_id;
use serde_json::{Value, json};

use super::{Hand, worker};

/// Two letters of a Latin word or more: Chinese pages have none, but for what people typed themselves.
fn codes_in(said: &str) -> Option<String> {
    let mut run = String::new();
    for sign in said.chars().chain([' ']) {
        if sign.is_ascii_alphabetic() || sign == '_' {
            run.push(sign);
        } else if run.len() > 1 {
            return Some(run);
        } else {
            run.clear();
        }
    }
    None
}

/// The fields of a document as a Chinese page shows them: name and what it says.
fn fields(hand: &mut Hand, id: &Value) -> Vec<(String, String)> {
    let page = hand.ok("document", json!({ "id": id }));
    let said = |field: &Value, name: &str| field[name].as_str().unwrap().to_owned();
    page["fields"].as_array().unwrap().iter().map(|field| (said(field, "zh"), said(field, "said_zh"))).collect()
}

fn begin(hand: &mut Hand, kind: &str, deed: Value) -> Value {
    hand.ok("begin", json!({ "kind": kind, "deed": deed }))["id"].clone()
}

fn act(hand: &mut Hand, id: &Value, deeds: &[Value]) {
    for deed in deeds {
        hand.ok("act", json!({ "id": id, "deed": deed }));
    }
}

/// A document of every kind that has its fields shown, with something in each of them.
fn shelf(hand: &mut Hand) -> Vec<Value> {
    let village = roster_id("新塍镇", "火炬村");
    let home = hand.household("王建国", "1组3号");
    let visit = json!({ "note": "水管冻裂", "mode": "home", "met": "head", "channel": "everyday", "recorded_on": "2026-11-20" });
    hand.ok("visit", json!({ "household": home, "visit": visit }));
    let notice = json!({ "do": "notice", "basis": "consent", "consented_on": "2026-11-26", "how": "spoken", "agreed_by": "head" });
    hand.ok("act", json!({ "id": home, "deed": notice }));
    let asks = json!({ "do": "ask", "kind": "access", "asked_by": "person", "words": "想看看" });
    hand.ok("act", json!({ "id": home, "deed": asks }));
    let studio =
        json!({ "name": "一家人工作室", "kind": "team", "place": "村口", "skills": "水电", "open_hours": "周三晚上" });
    let studio = begin(hand, "studio", json!({ "do": "begin", "village": village, "studio": studio }));
    act(
        hand,
        &studio,
        &[
            json!({ "do": "join", "worker": worker(2) }),
            json!({ "do": "serve", "service": { "content": "修水管", "hours": "2", "place": "三组", "served": 3 } }),
            json!({ "do": "post" }),
        ],
    );
    let base = json!({ "name": "先锋大棚", "trade": "蔬菜", "place": "东片", "sheds": "151", "host": "陆秀英" });
    let base = begin(hand, "base", json!({ "do": "begin", "village": village, "base": base }));
    act(
        hand,
        &base,
        &[
            json!({ "do": "batch", "batch": { "topic": "嫁接", "trained": 20, "lifted": 2 } }),
            json!({ "do": "outcome", "outcome": { "text": "两户办起了大棚" } }),
        ],
    );
    let plan = json!({
        "do": "draft", "village": village, "household": home, "goal": "添两台织机", "helpers": [worker(2)],
        "causes": ["illness", "capital"],
    });
    let plan = begin(hand, "plan", plan);
    let measure =
        json!({ "do": "add_measure", "content": "买织机", "kind": "产业", "due": "2026-12-20", "amount": "3,000" });
    act(hand, &plan, &[measure, json!({ "do": "begin" })]);
    let items = [
        json!({ "content": "修小家电", "measured_by": "每月一次", "baseline": "没有", "due": "2026-12-20" }),
        json!({ "content": "明码标价", "measured_by": "居民评议", "baseline": "偶有反映", "due": "2026-12-20" }),
    ];
    let pledge = begin(hand, "pledge", json!({ "do": "begin", "village": village, "place": "三号摊", "items": items }));
    act(hand, &pledge, &[json!({ "do": "approve" }), json!({ "do": "publish" }), json!({ "do": "start" })]);
    let aid = json!({
        "do": "apply", "village": village, "household": home, "applicant": "王建国", "scheme": "interest_subsidy",
        "reason": "添织机", "asked": "30,000",
        "loan": { "principal": "30,000", "rate": "4.35", "from": "2026-01-01", "to": "2026-11-01", "rule": "days_365" },
    });
    let aid = begin(hand, "aid", aid);
    act(hand, &aid, &[json!({ "do": "opinion", "supports": true, "text": "属实" })]);
    let meeting =
        json!({ "do": "call", "village": village, "kind": "branch", "date": "2026-12-01", "workers": [worker(2)] });
    let meeting = begin(hand, "meeting", meeting);
    act(hand, &meeting, &[json!({ "do": "add_item", "title": "河道" })]);
    vec![studio, base, plan, pledge, aid, meeting, json!(village), json!(home)]
}

#[test]
fn no_field_is_named_or_said_by_a_code() {
    let mut hand = Hand::in_a_village();
    let mut left = Vec::new();
    for id in shelf(&mut hand) {
        for (name, said) in fields(&mut hand, &id) {
            left.extend(codes_in(&name).or_else(|| codes_in(&said)).map(|code| format!("{code} in {name}: {said}")));
        }
    }
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn choices_people_and_money_are_said_as_on_paper() {
    let mut hand = Hand::in_a_village();
    let shelf = shelf(&mut hand);
    let said: Vec<_> = shelf.iter().flat_map(|id| fields(&mut hand, id)).map(|(_, said)| said).collect();
    let all = said.join("\n");
    for words in ["志愿服务队", "因病、缺资金", "贴息", "30000.00 元", "4.35%", "陆秀英", "单利，按实际天数/365"]
    {
        assert!(all.contains(words), "{words} is nowhere in\n{all}");
    }
}

#[test]
fn a_record_begins_with_what_somebody_wrote_and_says_no_person_or_moment_twice() {
    let mut hand = Hand::in_a_village();
    let home = hand.household("王建国", "1组3号");
    let mut said_of = |visit: Value| {
        hand.ok("visit", json!({ "household": home, "visit": visit }));
        let all = fields(&mut hand, &json!(home));
        let visits = all.into_iter().filter(|(_, said)| said.starts_with("走访情况 ")).map(|(_, said)| said);
        visits.collect::<Vec<_>>()
    };
    let at_once = said_of(json!({ "note": "水管冻裂", "met": "head" }));
    assert_eq!(at_once.len(), 1);
    assert!(at_once[0].starts_with("走访情况 水管冻裂；"), "{at_once:?}");
    assert!(at_once[0].contains("写下时间") && !at_once[0].contains("录入"), "{at_once:?}");
    let from_paper = said_of(json!({ "note": "屋顶漏雨", "met": "head", "recorded_on": "2026-11-20" }));
    let from_paper = from_paper.iter().find(|said| said.contains("屋顶漏雨")).unwrap();
    assert!(from_paper.contains("录入时间") && !from_paper.contains("录入人"), "{from_paper}");
}
