//! Rows 5 and 6: one cycle of the three meetings (民情分析会, 民事交办会, 民主评议会), a village talk, and a branch meeting that takes a
//! matter as an item. What is decided becomes steps of the matters; what the residents vote becomes their verdict.

use lianhu_core::deed::from_json;
use lianhu_core::meeting::{Meeting, MeetingKind, propose};
use lianhu_core::roster::Role;
use lianhu_core::{DocId, DocKind};
use serde_json::{Value, json};

use super::stage::{Actor, Stage};
use crate::failure::{Failure, Kind};
use crate::phone::workbook_failure;

fn deed(kind: DocKind, said: &Value) -> Result<Box<dyn lianhu_core::deed::Deed + Send>, Failure> {
    from_json(kind, &said.to_string()).map_err(|why| Failure::new(Kind::Failed, why.to_string()))
}

fn does(actor: &mut Actor, id: DocId, said: &Value) -> Result<(), Failure> {
    let deed = deed(id.kind(), said)?;
    actor.book.act(id, &*deed).map(|_| ()).map_err(|why| workbook_failure(&why))
}

fn begins(actor: &mut Actor, kind: DocKind, said: &Value) -> Result<DocId, Failure> {
    let deed = deed(kind, said)?;
    actor.book.begin(&*deed).map_err(|why| workbook_failure(&why))
}

/// A meeting that is called on a phone for today, with what should be on its agenda.
fn calls(actor: &mut Actor, kind: MeetingKind, recorder: &Actor) -> Result<DocId, Failure> {
    let today = actor.book.hand().today;
    let said = json!({
        "do": "call", "village": actor.book.owner().roster, "kind": kind, "date": today.to_string(), "time": "晚上七点",
        "place": "文化礼堂", "chair": actor.worker, "recorder": recorder.worker,
    });
    let id = begins(actor, DocKind::Meeting, &said)?;
    let open = actor.book.open_matters().map_err(|why| workbook_failure(&why))?;
    for proposal in propose(kind, &open, today) {
        let said = json!({ "do": "add_item", "matter": proposal.matter, "title": proposal.title.as_str() });
        does(actor, id, &said)?;
    }
    does(actor, id, &json!({ "do": "hold" }))?;
    Ok(id)
}

/// The people of the cycle.
struct People {
    board: Actor,
    member: Actor,
    owner: Actor,
    lead: Actor,
}

impl People {
    fn all_sync(&mut self, stage: &Stage<'_>) -> Result<(), Failure> {
        // Twice: what the last one brings reaches the first one too.
        for _ in 0..2 {
            for actor in [&mut self.member, &mut self.board, &mut self.owner, &mut self.lead] {
                stage.sync(actor)?;
            }
        }
        Ok(())
    }
}

/// Plays the scene.
pub(super) fn play(stage: &mut Stage<'_>) -> Result<(), Failure> {
    let board = stage.phone_of(Role::VillageBoard, &[])?;
    let member = stage.phone_of(Role::Member, &[board.worker])?;
    let lead = stage.phone_of(Role::BranchLead, &[board.worker, member.worker])?;
    let owner = stage.phone_of(Role::Member, &[board.worker, member.worker, lead.worker])?;
    let mut all = People { board, member, owner, lead };
    let mut told = Vec::new();
    for title in ["清理村口河道", "修桥边路灯", "规划路何时动工"] {
        let said = json!({
            "do": "raise", "village": all.member.book.owner().roster, "title": title, "category": "其他",
        });
        let id = begins(&mut all.member, DocKind::Matter, &said)?;
        does(&mut all.member, id, &json!({ "do": "submit" }))?;
        told.push(id);
    }
    all.all_sync(stage)?;

    let analysis = analysed(stage, &mut all, &told)?;
    let assignment = assigned(stage, &mut all, &told)?;
    let review = judged(stage, &mut all, &told)?;
    let branch = of_the_branch(stage, &mut all, &told)?;
    let talk = talked(stage, &all)?;
    count(stage, &[analysis, assignment, review, branch, talk], &told)
}

/// The analysis meeting: opinions; and minutes that two people write apart.
fn analysed(stage: &mut Stage<'_>, all: &mut People, told: &[DocId]) -> Result<DocId, Failure> {
    let meeting = calls(&mut all.board, MeetingKind::Analysis, &all.member)?;
    all.all_sync(stage)?;
    for id in told {
        let said = json!({ "do": "decide", "matter": id, "decision": "analyse", "text": "议过，属实" });
        does(&mut all.board, meeting, &said)?;
    }
    does(&mut all.board, meeting, &json!({ "do": "add_minutes", "text": "主持人：先议河道。" }))?;
    does(&mut all.member, meeting, &json!({ "do": "add_minutes", "text": "记录：路灯坏了两周。" }))?;
    all.board.book.carry_out(meeting, false).map_err(|why| workbook_failure(&why))?;
    does(&mut all.board, meeting, &json!({ "do": "close" }))?;
    all.all_sync(stage)?;
    let read = all.member.book.read(meeting, Meeting::read).map_err(|why| workbook_failure(&why))?;
    let both = ["先议河道", "路灯坏了两周"].iter().all(|words| read.minutes.contains(words));
    stage.count(5, "两人各自离线写的会议记录，都在", "minutes two people wrote apart, all kept", both.into());
    Ok(meeting)
}

/// The assignment meeting: owners and days, and what waits.
fn assigned(stage: &mut Stage<'_>, all: &mut People, told: &[DocId]) -> Result<DocId, Failure> {
    let meeting = calls(&mut all.board, MeetingKind::Assignment, &all.member)?;
    let today = all.board.book.hand().today;
    let later = |days| today.checked_add_days(chrono::Days::new(days)).unwrap_or(today).to_string();
    for (n, id) in told.iter().enumerate() {
        let said = match n {
            2 => json!({
                "do": "decide", "matter": id, "decision": "park", "text": "等镇里规划，已说明", "due": later(60),
            }),
            _ => json!({
                "do": "decide", "matter": id, "decision": "assign", "owner": all.owner.worker, "due": later(20),
                "text": "两周内办好",
            }),
        };
        does(&mut all.board, meeting, &said)?;
    }
    all.board.book.carry_out(meeting, false).map_err(|why| workbook_failure(&why))?;
    all.all_sync(stage)?;
    // The office carries the same decisions out: nothing is left to do, and nothing is done twice.
    let again = stage.office(&format!("/office/v1/meetings/{meeting}/carry-out"), &json!({}))?;
    let nothing = again.get("steps").and_then(Value::as_array).is_some_and(Vec::is_empty);
    stage.count(5, "再执行一次，不重复办理", "carried out again, and nothing twice", nothing.into());
    does(&mut all.board, meeting, &json!({ "do": "publish" }))?;
    for said in [json!({ "do": "accept" }), json!({ "do": "start" }), json!({ "do": "done", "text": "办好了" })] {
        told.iter().take(2).try_for_each(|id| does(&mut all.owner, *id, &said))?;
    }
    all.all_sync(stage)?;
    let feedback = json!({ "do": "feedback", "way": "meeting" });
    told.iter().take(2).try_for_each(|id| does(&mut all.member, *id, &feedback))?;
    all.all_sync(stage)?;
    Ok(meeting)
}

/// The review meeting: counts of votes, and the verdict by somebody who is not the owner.
fn judged(stage: &mut Stage<'_>, all: &mut People, told: &[DocId]) -> Result<DocId, Failure> {
    let meeting = calls(&mut all.board, MeetingKind::Review, &all.member)?;
    let guest = json!({ "do": "guest", "name": "居民代表一", "role": "居民代表", "attendance": "present" });
    does(&mut all.board, meeting, &guest)?;
    for id in told.iter().take(2) {
        let said = json!({
            "do": "ballot", "matter": id, "satisfied": 18, "basically": 4, "not": 1, "no_answer": 2, "yes": 20, "partly": 3,
        });
        does(&mut all.board, meeting, &said)?;
    }
    does(&mut all.board, meeting, &json!({ "do": "ballot", "satisfied": 20, "basically": 5 }))?;
    all.board.book.carry_out(meeting, true).map_err(|why| workbook_failure(&why))?;
    does(&mut all.board, meeting, &json!({ "do": "publish" }))?;
    all.all_sync(stage)?;
    Ok(meeting)
}

/// The branch meeting takes a matter as an item; the lead holds it on the own phone.
fn of_the_branch(stage: &mut Stage<'_>, all: &mut People, told: &[DocId]) -> Result<DocId, Failure> {
    let lead = &mut all.lead;
    let meeting = calls(lead, MeetingKind::Branch, &all.member)?;
    if let Some(id) = told.last() {
        does(lead, meeting, &json!({ "do": "add_item", "matter": id, "title": "规划路何时动工" }))?;
    }
    let said = json!({ "do": "decide", "title": "党员带头向住户说明", "decision": "agree", "text": "每人走五户" });
    does(lead, meeting, &said)?;
    does(lead, meeting, &json!({ "do": "close" }))?;
    all.all_sync(stage)?;
    Ok(meeting)
}

/// A village talk, written down at the office from paper.
fn talked(stage: &mut Stage<'_>, all: &People) -> Result<DocId, Failure> {
    let village = all.board.book.owner().roster;
    let today = chrono::Utc::now().date_naive().to_string();
    let call = json!({ "do": "call", "village": village, "kind": "village_talk", "date": today, "place": "祠堂前" });
    let meeting = stage.office_begins("meeting", &call)?;
    for said in [
        json!({ "do": "add_item", "title": "老年食堂" }),
        json!({ "do": "hold" }),
        json!({ "do": "decide", "title": "晒谷场安排", "decision": "agree", "text": "轮流用" }),
        json!({ "do": "publish" }),
    ] {
        stage.office_does(meeting, &said)?;
    }
    Ok(meeting)
}

/// What is really there afterwards, as the office sees it.
fn count(stage: &mut Stage<'_>, meetings: &[DocId], told: &[DocId]) -> Result<(), Failure> {
    let names = |ids: &[DocId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let rows = |view: &str, ids: &[DocId]| -> Result<Vec<Value>, Failure> {
        let list = stage.ask(&format!("/office/v1/lists/{view}?limit=500"))?;
        let part = |name| list.get(name).and_then(Value::as_array).into_iter().flatten();
        let columns: Vec<&str> = part("columns").filter_map(Value::as_str).collect();
        let ids = names(ids);
        let rows = part("rows").filter_map(Value::as_array);
        let named = rows.map(|row| {
            let cells = columns.iter().zip(row).map(|(column, cell)| ((*column).to_owned(), cell.clone()));
            Value::Object(cells.collect())
        });
        Ok(named.filter(|row| row["doc"].as_str().is_some_and(|doc| ids.iter().any(|id| id == doc))).collect())
    };
    let held = rows("meetings", meetings)?;
    let decisions = rows("meeting_decisions", meetings)?;
    let ballots = rows("meeting_ballots", meetings)?;
    let matters = rows("matters", told)?;
    let of = |rows: &[Value], column: &str, wanted: &[&str]| {
        let is = |row: &&Value| row[column].as_str().is_some_and(|said| wanted.contains(&said));
        rows.iter().filter(is).count() as u64
    };
    let three = of(&held, "kind", &["analysis", "assignment", "review"]);
    stage.count(5, "一联三会：分析、交办、评议", "analysis, assignment and review meetings held", three);
    stage.count(5, "村民说事", "village talks", of(&held, "kind", &["village_talk"]));
    let carried = of(&decisions, "decision", &["analyse", "assign", "park"]);
    stage.count(5, "会议议定的事项办理", "decisions about matters", carried);
    let stepped = of(&matters, "state", &["evaluated", "parked"]);
    stage.count(5, "议定后真正流转的事项", "matters that moved as the meetings decided", stepped);
    stage.count(5, "评议计票（只记票数）", "ballots, as counts only", ballots.len() as u64);
    stage.count(5, "公开的会议", "meetings published", of(&held, "state", &["published"]));
    let branch: Vec<Value> = held.iter().filter(|row| row["kind"] == "branch").cloned().collect();
    stage.count(6, "支部生活会", "branch meetings", branch.len() as u64);
    let items = branch.iter().filter_map(|row| row["agenda"].as_u64()).sum();
    stage.count(6, "支部生活会上的议题", "items on their agendas", items);
    Ok(())
}
