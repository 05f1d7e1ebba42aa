//! Rows 4 and 8: the concern loop. A member hears of rubbish in the river at supper and writes it down without any signal;
//! two days later the water is clean, and the residents say so. Beside it every other way a matter can go.

use lianhu_core::deed::from_json;
use lianhu_core::matter::{Matter, temporary_code};
use lianhu_core::roster::Role;
use lianhu_core::{DocId, DocKind};
use serde_json::{Value, json};

use super::stage::{Actor, Stage};
use crate::failure::{Failure, Kind};
use crate::phone::workbook_failure;

/// Does something to a matter on a phone.
fn does(actor: &mut Actor, id: DocId, deed: &Value) -> Result<(), Failure> {
    let deed =
        from_json(DocKind::Matter, &deed.to_string()).map_err(|why| Failure::new(Kind::Failed, why.to_string()))?;
    actor.book.act(id, &*deed).map(|_| ()).map_err(|why| workbook_failure(&why))
}

fn raises(actor: &mut Actor, form: &Value) -> Result<DocId, Failure> {
    let mut form = form.as_object().cloned().unwrap_or_default();
    form.insert("do".to_owned(), json!("raise"));
    form.insert("village".to_owned(), json!(actor.book.owner().roster));
    let json = Value::Object(form).to_string();
    let deed = from_json(DocKind::Matter, &json).map_err(|why| Failure::new(Kind::Failed, why.to_string()))?;
    actor.book.begin(&*deed).map_err(|why| workbook_failure(&why))
}

/// The people of the loop.
struct People {
    member: Actor,
    owner: Actor,
    board: Actor,
}

impl People {
    fn all_sync(&mut self, stage: &Stage<'_>) -> Result<(), Failure> {
        for actor in [&mut self.member, &mut self.owner, &mut self.board] {
            stage.sync(actor)?;
        }
        Ok(())
    }

    fn member(&mut self, ids: &[DocId], deed: &Value) -> Result<(), Failure> {
        ids.iter().try_for_each(|id| does(&mut self.member, *id, deed))
    }

    fn owner(&mut self, ids: &[DocId], deed: &Value) -> Result<(), Failure> {
        ids.iter().try_for_each(|id| does(&mut self.owner, *id, deed))
    }

    fn board(&mut self, ids: &[DocId], deed: &Value) -> Result<(), Failure> {
        ids.iter().try_for_each(|id| does(&mut self.board, *id, deed))
    }
}

/// Plays the scene.
pub(super) fn play(stage: &mut Stage<'_>) -> Result<(), Failure> {
    let board = stage.phone_of(Role::VillageBoard, &[])?;
    let member = stage.phone_of(Role::Member, &[board.worker])?;
    let owner = stage.phone_of(Role::Member, &[board.worker, member.worker])?;
    let (worker, day) = (owner.worker, |days: u64| later(days).to_string());
    let mut all = People { member, owner, board };

    // At supper, without a signal.
    let home = all.member.book.households().list().map_err(|why| workbook_failure(&why))?.first().map(|home| home.id);
    let mut told = Vec::new();
    for (title, channel) in [
        ("河道里有垃圾", "everyday"),
        ("桥头路灯不亮", "overnight"),
        ("水泵房漏水", "regular"),
        ("自来水水压小", "off_hours"),
        ("规划路何时修", "village_week"),
        ("晒谷场被占", "on_request"),
        ("沟渠淤塞", "everyday"),
        ("河里漂着垃圾", "everyday"),
        ("噪声和路面破损", "on_request"),
        ("劳动合同纠纷", "regular"),
        ("工资拖欠", "festival"),
        ("污水管要改造", "village_week"),
    ] {
        let form = json!({ "title": title, "household": home, "channel": channel, "category": "其他" });
        told.push(raises(&mut all.member, &form)?);
    }
    let [river, spot, returned, extended, parked, withdrawn, reopened, same, whole, team, outside, up] =
        told.as_slice()
    else {
        return Err(Failure::new(Kind::Failed, "the scene has another number of matters; this is a bug"));
    };
    let (river, spot) = (*river, *spot);
    let part = raises(&mut all.member, &json!({ "title": "路面破损", "household": home, "split_from": whole }))?;
    all.member(&[*whole], &json!({ "do": "split", "parts": [part] }))?;
    all.member(&[spot], &json!({ "do": "solve", "text": "换了灯泡" }))?;
    all.member(&[spot], &json!({ "do": "feedback", "way": "visit" }))?;
    let submitted = [river, *returned, *extended, *parked, *withdrawn, *reopened, *same, *up];
    all.member(&submitted, &json!({ "do": "submit" }))?;
    all.member(&[*withdrawn], &json!({ "do": "withdraw" }))?;
    let refer = json!({ "do": "refer", "owner": worker, "to": "一家人志愿服务队" });
    all.member(&[*team], &refer)?;
    all.member(&[*outside], &json!({ "do": "refer_out", "to": "12345" }))?;
    let emergency = raises(&mut all.member, &json!({ "title": "着火", "urgency": "emergency" }));
    stage.count(
        4,
        "紧急情况：显示110、119、120，不记录",
        "emergencies answered with the card",
        emergency.is_err().into(),
    );
    stage.sync(&mut all.member)?;
    let numbered = told.iter().filter(|id| number(&mut all.member, **id).is_some()).count();
    stage.count(4, "同一次同步内编了号的事项", "matters numbered within the sync that brought them", numbered as u64);

    // The board studies and hands out, on the phone, too.
    all.all_sync(stage)?;
    let assigned = [river, *returned, *extended, *reopened];
    all.board(&[river, *parked, *same], &json!({ "do": "analyse", "text": "议过" }))?;
    all.board(&assigned, &json!({ "do": "assign", "owner": worker, "level": "village", "text": "尽快办" }))?;
    all.board(&[*parked], &json!({ "do": "park", "text": "等镇里规划，已向户主说明", "on": day(30) }))?;
    all.board(&[*same], &json!({ "do": "merge", "into": river }))?;
    all.board(&[*up], &json!({ "do": "escalate", "text": "村里没有资金" }))?;
    all.board(&[*outside], &json!({ "do": "close", "closing": "procedural" }))?;
    all.all_sync(stage)?;
    let desk = json!({ "do": "assign", "owner": all.board.worker, "level": "town", "due": day(60) });
    stage.office_does(*up, &desk)?;

    // The owner.
    stage.sync(&mut all.owner)?;
    let accepted = [river, *extended, *reopened, *team];
    all.owner(&[*returned], &json!({ "do": "return", "text": "不是我的片" }))?;
    all.owner(&accepted, &json!({ "do": "accept" }))?;
    all.owner(&accepted, &json!({ "do": "start" }))?;
    let due = all.owner.book.matters().get(*extended).map_err(|why| workbook_failure(&why))?.story.due;
    let until = due.and_then(|due| due.checked_add_days(chrono::Days::new(5))).unwrap_or(later(20));
    all.owner(&[*extended], &json!({ "do": "ask_extension", "on": until.to_string(), "text": "等配件" }))?;
    all.owner(&[river, *reopened, *team], &json!({ "do": "done", "text": "清理干净了" }))?;
    stage.sync(&mut all.owner)?;
    all.all_sync(stage)?;
    let again = json!({ "do": "assign", "owner": all.member.worker });
    all.board(&[*returned], &again)?;
    all.board(&[*extended], &json!({ "do": "answer_extension", "granted": true, "on": day(0) }))?;
    all.member(&[river, *reopened], &json!({ "do": "feedback", "way": "visit" }))?;
    all.owner(&[*team], &json!({ "do": "feedback", "way": "phone" }))?;
    all.all_sync(stage)?;

    // The verdict: never by whoever had it in hand.
    stage.sync(&mut all.owner)?;
    let own = all.owner(&[*team], &json!({ "do": "evaluate", "solved": "yes", "satisfaction": "satisfied" }));
    stage.count(4, "承办人登记评议被拒（报办分离）", "verdicts by the owner refused", own.is_err().into());
    stage.sync(&mut all.board)?;
    all.board(&[river, spot, *team], &json!({ "do": "evaluate", "solved": "yes", "satisfaction": "satisfied" }))?;
    all.board(&[*reopened], &json!({ "do": "evaluate", "solved": "no", "satisfaction": "not", "text": "又淤了" }))?;
    all.board(&[river, spot, *team], &json!({ "do": "close", "closing": "substantive" }))?;
    all.all_sync(stage)?;
    stage.sync(&mut all.member)?;
    all.member(&[*reopened], &json!({ "do": "reopen", "text": "雨后又淤了" }))?;
    all.all_sync(stage)?;
    stage.sync(&mut all.owner)?;
    all.owner(&[*reopened], &json!({ "do": "done", "text": "又清了一遍" }))?;
    all.all_sync(stage)?;

    count(stage, &told)
}

/// What is really there afterwards, as the office sees it.
fn count(stage: &mut Stage<'_>, told: &[DocId]) -> Result<(), Failure> {
    let list = stage.ask("/office/v1/lists/matters?limit=500")?;
    let columns: Vec<&str> =
        list.get("columns").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let rows: Vec<&Vec<Value>> =
        list.get("rows").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_array).collect();
    let names: Vec<String> = told.iter().map(ToString::to_string).collect();
    let of = |name: &str| columns.iter().position(|column| *column == name);
    let cell = |row: &[Value], name: &str| of(name).and_then(|place| row.get(place)).cloned().unwrap_or_default();
    let ours: Vec<&Vec<Value>> = rows
        .into_iter()
        .filter(|row| cell(row, "doc").as_str().is_some_and(|doc| names.iter().any(|id| id == doc)))
        .collect();
    let count = |is: &dyn Fn(&[Value]) -> bool| ours.iter().filter(|row| is(row)).count() as u64;
    let state = |wanted: &'static str| count(&|row| cell(row, "state") == wanted);
    let filled = |name: &'static str| count(&|row| !cell(row, name).is_null());
    stage.count(
        4,
        "从群众反映到群众评议办结的事项",
        "matters from the resident's word to the resident's verdict",
        count(&|row| cell(row, "state") == "closed" && cell(row, "satisfaction") == "satisfied"),
    );
    stage.count(
        4,
        "暂缓（定了复核日）",
        "parked with a day to look again",
        count(&|row| cell(row, "state") == "parked"),
    );
    stage.count(4, "群众撤回", "withdrawn by the resident", state("withdrawn"));
    stage.count(4, "并案", "merged", filled("merged_into"));
    stage.count(4, "延期（获准）", "extended once", count(&|row| cell(row, "extended") == 1));
    stage.count(
        4,
        "不满意后重办",
        "reopened because residents were not satisfied",
        count(&|row| cell(row, "reopened") == 1),
    );
    stage.count(4, "呈报到镇", "passed up to the town", filled("escalated_on"));
    stage.count(4, "转工作室或外部", "referred to a team or out", filled("referred_to") + filled("team"));
    let channels = ["overnight", "regular", "off_hours", "village_week", "on_request"];
    let taken = count(&|row| cell(row, "channel").as_str().is_some_and(|channel| channels.contains(&channel)));
    stage.count(8, "经五承办渠道受理的事项", "matters taken by the five channels", taken);
    Ok(())
}

fn number(actor: &mut Actor, id: DocId) -> Option<String> {
    let page = actor.book.read(id, Matter::read).ok()?;
    let number = page.number.as_ref().map(|number| number.value.as_str().to_owned());
    number.filter(|number| *number != temporary_code(id))
}

/// So many days from today, as this machine's clock says.
fn later(days: u64) -> chrono::NaiveDate {
    let today = chrono::Utc::now().date_naive();
    today.checked_add_days(chrono::Days::new(days)).unwrap_or(today)
}
