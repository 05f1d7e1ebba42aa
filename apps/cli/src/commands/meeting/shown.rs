//! Meetings, as they are listed and shown.

use lianhu_core::meeting::{Ballot, Meeting};
use lianhu_core::roster::Roster;
use lianhu_core::{DocKind, WorkerId};
use serde_json::{Value, json};

use super::{agenda, named, roster_of};
use crate::desk::Desk;
use crate::failure::Failure;
use crate::talk::Talk;

pub(super) fn list(talk: Talk, desk: &mut Desk) -> Result<(), Failure> {
    let mut listed = Vec::new();
    for (id, card) in desk.list(DocKind::Meeting)? {
        let Some(document) = desk.document(id)? else { continue };
        let meeting = Meeting::read(&document);
        let conflict = if card.conflict { talk.pick("  两处不一致", "  in conflict") } else { "" };
        talk.print(format!("{id}  {}{conflict}", headline(talk, &meeting)));
        listed.push(summary(&meeting));
    }
    if listed.is_empty() {
        talk.say(talk.pick("还没有会议。", "There is no meeting yet."));
    }
    talk.object(&json!({ "meetings": listed }));
    Ok(())
}

fn headline(talk: Talk, meeting: &Meeting) -> String {
    let kind = meeting.kind().map(|kind| kind.label(talk.lang())).unwrap_or_default();
    let number = meeting.number.as_ref().map(|number| number.value.as_str()).unwrap_or_default();
    let date = meeting.held_on().or(meeting.date.as_ref().map(|date| date.value));
    let date = date.map(|date| date.to_string()).unwrap_or_default();
    format!("{date}  {kind} {number}  {}", meeting.state().label(talk.lang()))
}

fn summary(meeting: &Meeting) -> Value {
    json!({
        "document": meeting.id,
        "kind": meeting.kind(),
        "number": meeting.number.as_ref().map(|number| number.value.as_str()),
        "date": meeting.date.as_ref().map(|date| date.value),
        "state": meeting.state(),
        "agenda": meeting.items.len(),
        "decisions": meeting.decisions.len(),
        "ballots": meeting.ballots.len(),
        "published_on": meeting.published_on(),
    })
}

pub(super) fn show(talk: Talk, desk: &mut Desk, said: &str) -> Result<(), Failure> {
    let meeting = named(desk, said)?;
    let roster = roster_of(desk, &meeting)?;
    talk.print(headline(talk, &meeting));
    let title = |zh, en| talk.print(format!("— {}", talk.pick(zh, en)));
    title("参加人", "people");
    people(talk, &meeting, roster.as_ref());
    title("议题", "agenda");
    agenda::lines(&meeting).iter().for_each(|line| talk.print(line));
    title("议定事项", "decisions");
    decisions(talk, &meeting, roster.as_ref());
    if !meeting.ballots.is_empty() {
        title("评议票数", "ballots");
        meeting.ballots.values().for_each(|field| talk.print(count(talk, &meeting, &field.value, field.is_conflict())));
    }
    talk.object(&summary(&meeting));
    Ok(())
}

fn name(roster: Option<&Roster>, worker: WorkerId) -> String {
    let entry = roster.and_then(|roster| roster.workers.get(&worker));
    let name = entry.and_then(|entry| entry.name.as_ref()).map(|name| name.value.as_str().to_owned());
    name.unwrap_or_else(|| worker.to_string())
}

fn people(talk: Talk, meeting: &Meeting, roster: Option<&Roster>) {
    for (field, zh, en) in [(&meeting.chair, "主持人", "chair"), (&meeting.recorder, "记录人", "recorder")] {
        if let Some(field) = field {
            talk.print(format!("  {}  {}", name(roster, field.value), talk.pick(zh, en)));
        }
    }
    for (worker, attendance) in &meeting.attendees {
        talk.print(format!("  {}  {}", name(roster, *worker), attendance.value.label(talk.lang())));
    }
    for guest in meeting.guests.values() {
        let name = guest.name.as_ref().map(|name| name.value.as_str()).unwrap_or_default();
        let role = guest.role.as_ref().map(|role| role.value.as_str()).unwrap_or_default();
        let came = guest.attendance.as_ref().map(|came| came.value.label(talk.lang())).unwrap_or_default();
        talk.print(format!("  {name}  {role}  {came}"));
    }
}

fn decisions(talk: Talk, meeting: &Meeting, roster: Option<&Roster>) {
    for (_, field) in meeting.decisions_in_order() {
        let said = &field.value;
        let title = said.title.as_ref().map(|title| title.as_str()).unwrap_or_default();
        let what = said.decision.map(|decision| decision.label(talk.lang())).unwrap_or_default();
        let owner = said.owner.map(|owner| name(roster, owner)).unwrap_or_default();
        let due = said.due.map(|due| due.to_string()).unwrap_or_default();
        let text = said.text.as_ref().map(|text| text.as_str()).unwrap_or_default();
        let conflict = if field.is_conflict() { talk.pick("  两处不一致", "  in conflict") } else { "" };
        talk.print(format!("  {title}  {what}  {owner}  {due}  {text}{conflict}"));
    }
}

fn count(talk: Talk, meeting: &Meeting, ballot: &Ballot, conflict: bool) -> String {
    let item = ballot.matter.and_then(|matter| meeting.item_about(matter)).and_then(|(_, item)| item.title.as_ref());
    let about = match (ballot.matter, item) {
        (None, _) => talk.pick("联户工作总体", "the contact work as a whole").to_owned(),
        (Some(_), Some(title)) => title.value.as_str().to_owned(),
        (Some(matter), None) => matter.to_string(),
    };
    let words = match talk.lang() {
        lianhu_core::Lang::Zh => format!(
            "满意 {} 基本满意 {} 不满意 {} 未表态 {}；已解决 {} 部分解决 {} 未解决 {}",
            ballot.satisfied, ballot.basically, ballot.not, ballot.no_answer, ballot.yes, ballot.partly, ballot.no
        ),
        lianhu_core::Lang::En => format!(
            "satisfied {}, basically {}, not {}, no answer {}; solved {}, partly {}, not solved {}",
            ballot.satisfied, ballot.basically, ballot.not, ballot.no_answer, ballot.yes, ballot.partly, ballot.no
        ),
    };
    let conflict = if conflict { talk.pick("  两处不一致", "  in conflict") } else { "" };
    format!("  {about}  {words}{conflict}")
}
