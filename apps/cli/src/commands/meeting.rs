//! `lianhu meeting`: the three meetings, village talks, grid talks and branch meetings, on a phone or at the township.

mod agenda;
mod shown;

use std::path::Path;

use lianhu_core::meeting::{
    CallForm, CardForm, Counts, DecideForm, GuestForm, Meeting, MeetingDeed, MeetingState, NotCarried, Paperwork, sheet,
};
use lianhu_core::print::Paper;
use lianhu_core::roster::Roster;
use lianhu_core::{DocId, DocKind, Private, RecordId, WorkerId};
use serde_json::json;

use crate::args::{BallotArgs, DecideArgs, MeetingAction, MeetingArgs, MeetingCard};
use crate::desk::Desk;
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Does one thing with meetings.
pub fn run(talk: Talk, args: &MeetingArgs) -> Result<(), Failure> {
    let mut desk = Desk::open(&args.desk)?;
    let desk = &mut desk;
    match &args.action {
        MeetingAction::Call { .. } => call(talk, desk, &args.action),
        MeetingAction::Change { meeting, date, number, card } => change(talk, desk, meeting, date, number, card),
        MeetingAction::Agenda { meeting, action } => agenda::run(talk, desk, meeting, action.as_ref()),
        MeetingAction::Attend { .. } => attend(talk, desk, &args.action),
        MeetingAction::Hold { meeting, on } => act(talk, desk, meeting, &MeetingDeed::Hold { on: on.clone() }),
        MeetingAction::Decide(asked) => decide(talk, desk, asked),
        MeetingAction::Ballot(asked) => ballot(talk, desk, asked),
        MeetingAction::Minutes { meeting, add, from, since } => {
            minutes(talk, desk, meeting, add.as_deref(), from.as_deref(), since.as_deref())
        }
        MeetingAction::CarryOut { meeting, evaluate } => carry_out(talk, desk, meeting, *evaluate),
        MeetingAction::Publish { meeting, on } => act(talk, desk, meeting, &MeetingDeed::Publish { on: on.clone() }),
        MeetingAction::Close { meeting } => act(talk, desk, meeting, &MeetingDeed::Close {}),
        MeetingAction::Cancel { meeting, reason } => {
            act(talk, desk, meeting, &MeetingDeed::Cancel { reason: reason.as_str().into() })
        }
        MeetingAction::List => shown::list(talk, desk),
        MeetingAction::Show { meeting } => shown::show(talk, desk, meeting),
        MeetingAction::Print { meeting, what, pocket, out } => {
            let paper = if *pocket { Paper::Pocket } else { Paper::A4 };
            print(talk, desk, meeting, what, paper, out.as_deref())
        }
    }
}

/// A meeting by its id.
fn named(desk: &mut Desk, said: &str) -> Result<Meeting, Failure> {
    let (_, document) = desk.named(said, DocKind::Meeting)?;
    Ok(Meeting::read(&document))
}

/// The roster of a meeting's village, if it is here.
fn roster_of(desk: &mut Desk, meeting: &Meeting) -> Result<Option<Roster>, Failure> {
    let Some(village) = meeting.village.as_ref().map(|village| village.value) else { return Ok(None) };
    Ok(desk.document(village)?.map(|document| Roster::read(&document)))
}

/// The item of a number on the agenda, from 1.
fn item(meeting: &Meeting, number: usize) -> Result<RecordId, Failure> {
    let agenda = meeting.agenda();
    let found = number.checked_sub(1).and_then(|place| agenda.get(place)).map(|(id, _)| *id);
    found.ok_or_else(|| {
        Failure::new(Kind::Input, ("议题里没有这个序号", "there is no such number on the agenda"))
            .hint(("lianhu meeting agenda 会议编号 列出议题", "`lianhu meeting agenda ID` lists it"))
    })
}

fn worker(desk: &mut Desk, said: Option<&String>) -> Result<Option<WorkerId>, Failure> {
    said.map(|said| desk.worker(said)).transpose()
}

fn workers(desk: &mut Desk, said: &[String]) -> Result<Vec<WorkerId>, Failure> {
    said.iter().map(|said| desk.worker(said)).collect()
}

/// Does one thing to a meeting and says so.
fn act(talk: Talk, desk: &mut Desk, said: &str, deed: &MeetingDeed) -> Result<(), Failure> {
    let id = named(desk, said)?.id;
    let changed = desk.act(id, deed)?;
    told(talk, desk, id, changed);
    Ok(())
}

fn told(talk: Talk, desk: &Desk, id: DocId, changed: bool) {
    if changed {
        desk.done(talk);
    } else {
        talk.say(talk.pick("没有需要改动的。", "There was nothing to change."));
    }
    talk.object(&json!({ "document": id, "changed": changed }));
}

fn grid(desk: &mut Desk, village: DocId, said: Option<&String>) -> Result<Option<RecordId>, Failure> {
    let Some(said) = said else { return Ok(None) };
    if let Ok(id) = said.parse() {
        return Ok(Some(id));
    }
    let roster = desk.document(village)?.map(|document| Roster::read(&document));
    let grids = roster.iter().flat_map(|roster| &roster.grids);
    let named = |name: &lianhu_core::Field<lianhu_core::draft::ShortText>| name.value.as_str() == said.trim();
    let mut found = grids.filter(|(_, grid)| grid.name.as_ref().is_some_and(named)).map(|(id, _)| *id);
    match (found.next(), found.next()) {
        (Some(id), None) => Ok(Some(id)),
        _ => Err(Failure::new(
            Kind::Input,
            ("名册里没有这个网格，或不止一个", "the roster has no such grid, or several"),
        )),
    }
}

fn call(talk: Talk, desk: &mut Desk, asked: &MeetingAction) -> Result<(), Failure> {
    let MeetingAction::Call { kind, date, village, number, card, with } = asked else { return Ok(()) };
    let village = desk.village(village.as_deref())?;
    let form = CallForm {
        village,
        kind: kind.clone(),
        date: date.clone(),
        number: number.clone(),
        time: card.time.clone().unwrap_or_default(),
        place: card.place.clone().unwrap_or_default(),
        chair: worker(desk, card.chair.as_ref())?,
        recorder: worker(desk, card.recorder.as_ref())?,
        branch: card.branch.clone().unwrap_or_default(),
        grid: grid(desk, village, card.grid.as_ref())?,
        workers: workers(desk, with)?,
    };
    let id = desk.begin(&MeetingDeed::Call(form))?;
    talk.print(format!("{}{id}", talk.pick("会议编号：", "meeting: ")));
    desk.done(talk);
    talk.object(&json!({ "document": id, "changed": true }));
    Ok(())
}

fn change(
    talk: Talk,
    desk: &mut Desk,
    said: &str,
    date: &Option<String>,
    number: &Option<String>,
    card: &MeetingCard,
) -> Result<(), Failure> {
    let meeting = named(desk, said)?;
    let village = meeting.village.as_ref().map(|village| village.value);
    let grid = match village {
        Some(village) => grid(desk, village, card.grid.as_ref())?,
        None => None,
    };
    let form = CardForm {
        number: number.clone(),
        date: date.clone(),
        time: card.time.clone(),
        place: card.place.clone(),
        chair: worker(desk, card.chair.as_ref())?,
        recorder: worker(desk, card.recorder.as_ref())?,
        branch: card.branch.clone(),
        grid,
    };
    let changed = desk.act(meeting.id, &MeetingDeed::Change(form))?;
    told(talk, desk, meeting.id, changed);
    Ok(())
}

fn attend(talk: Talk, desk: &mut Desk, asked: &MeetingAction) -> Result<(), Failure> {
    let MeetingAction::Attend { meeting, workers: who, invite, away, left_out, guest, role } = asked else {
        return Ok(());
    };
    let attendance = match (invite, away, left_out) {
        (true, ..) => "invited",
        (_, true, _) => "away",
        (.., true) => "left_out",
        _ => "present",
    };
    let meeting = named(desk, meeting)?;
    let deed = match guest {
        Some(name) => {
            let same = |guest: &lianhu_core::meeting::Guest| {
                guest.name.as_ref().is_some_and(|known| known.value.as_str() == name.trim())
            };
            let known = meeting.guests.iter().find(|(_, guest)| same(guest)).map(|(id, _)| *id);
            let (name, role) = (name.as_str().into(), role.clone());
            MeetingDeed::Guest(GuestForm { guest: known, name, role, attendance: attendance.to_owned() })
        }
        None => MeetingDeed::Attend { workers: workers(desk, who)?, attendance: attendance.to_owned() },
    };
    let changed = desk.act(meeting.id, &deed)?;
    told(talk, desk, meeting.id, changed);
    Ok(())
}

fn decide(talk: Talk, desk: &mut Desk, asked: &DecideArgs) -> Result<(), Failure> {
    let meeting = named(desk, &asked.meeting)?;
    let item = item(&meeting, asked.item)?;
    let deed = match &asked.decision {
        None => MeetingDeed::TakeBack { item },
        Some(decision) => MeetingDeed::Decide(DecideForm {
            item: Some(item),
            decision: decision.clone(),
            text: asked.text.as_str().into(),
            target: asked.target.clone(),
            owner: worker(desk, asked.owner.as_ref())?,
            co_owners: workers(desk, &asked.with)?,
            level: asked.level.clone().unwrap_or_default(),
            due: asked.due.clone(),
            ..DecideForm::default()
        }),
    };
    let changed = desk.act(meeting.id, &deed).map_err(|why| held_first(&meeting, why))?;
    told(talk, desk, meeting.id, changed);
    Ok(())
}

/// Decisions and votes are of a meeting that took place; where it has not, the next step says so.
fn held_first(meeting: &Meeting, why: Failure) -> Failure {
    if meeting.state() != MeetingState::Called {
        return why;
    }
    why.hint((
        "会议还没有开；开过之后先运行 lianhu meeting hold 会议编号",
        "the meeting has not taken place; once it has: lianhu meeting hold MEETING",
    ))
}

fn ballot(talk: Talk, desk: &mut Desk, asked: &BallotArgs) -> Result<(), Failure> {
    let meeting = named(desk, &asked.meeting)?;
    let matter =
        match asked.item {
            None => None,
            Some(number) => {
                let item = item(&meeting, number)?;
                let matter = meeting.items.get(&item).and_then(|item| item.matter.as_ref()).map(|matter| matter.value);
                Some(matter.ok_or_else(|| {
                    Failure::new(Kind::Input, ("这个议题不是民情事项", "this item is about no matter"))
                })?)
            }
        };
    let counts = Counts {
        matter,
        satisfied: asked.satisfied,
        basically: asked.basically,
        not: asked.not,
        no_answer: asked.no_answer,
        yes: asked.yes,
        partly: asked.partly,
        no: asked.no,
    };
    let changed = desk.act(meeting.id, &MeetingDeed::Ballot(counts)).map_err(|why| held_first(&meeting, why))?;
    told(talk, desk, meeting.id, changed);
    Ok(())
}

fn minutes(
    talk: Talk,
    desk: &mut Desk,
    said: &str,
    add: Option<&str>,
    from: Option<&Path>,
    since: Option<&Path>,
) -> Result<(), Failure> {
    let read = |path: &Path| std::fs::read_to_string(path).map_err(|why| Failure::file(path, &why));
    let deed = match (add, from) {
        (Some(text), _) => MeetingDeed::AddMinutes { text: text.into() },
        (None, Some(path)) => {
            let since = since.map(read).transpose()?.map(Private);
            MeetingDeed::Minutes { text: read(path)?.into(), read: since }
        }
        (None, None) => {
            let meeting = named(desk, said)?;
            if meeting.minutes.is_empty() {
                talk.say(talk.pick("还没有记录。", "There are no minutes yet."));
            } else {
                talk.print(meeting.minutes.as_str());
            }
            talk.object(&json!({ "document": meeting.id, "minutes": meeting.minutes }));
            return Ok(());
        }
    };
    act(talk, desk, said, &deed)
}

fn carry_out(talk: Talk, desk: &mut Desk, said: &str, evaluate: bool) -> Result<(), Failure> {
    let meeting = named(desk, said)?;
    let out = desk.carry_out(meeting.id, evaluate)?;
    let title = |matter: DocId| {
        let item = meeting.item_about(matter).and_then(|(_, item)| item.title.as_ref());
        item.map(|title| title.value.as_str().to_owned()).unwrap_or_else(|| matter.to_string())
    };
    for (matter, act) in &out.steps {
        let word = lianhu_core::matter::ActKind::parse(act).map_or(*act, |act| act.label(talk.lang()));
        talk.print(format!("{}  {word}", title(*matter)));
    }
    for left in &out.left {
        talk.say(format!("{}  {}", title(left.matter), why(talk, left.why)));
    }
    if out.steps.is_empty() && out.left.is_empty() {
        talk.say(talk.pick("议定的都已办理，没有新的步骤。", "Everything decided is carried out; nothing new."));
    } else {
        desk.done(talk);
    }
    talk.object(&out);
    Ok(())
}

fn why(talk: Talk, why: NotCarried) -> &'static str {
    let (zh, en) = match why {
        NotCarried::NotHere => ("这件事项不在这里", "the matter is not here"),
        NotCarried::NotNow => ("事项现在的状态不能这样办", "does not fit where the matter stands"),
        NotCarried::Disputed => ("记录不一致，先裁定", "written down differently: settle it first"),
        NotCarried::OwnWork => ("承办人不能登记对自己工作的评议", "owners do not evaluate their own work"),
        NotCarried::NoVerdict => ("没有“是否解决”的票数", "nobody said whether it is solved"),
        NotCarried::NotYours => ("这一步不由您办理", "this step is not yours to take"),
        NotCarried::Unreadable => ("需要更新版本才能办理", "needs a newer version"),
    };
    talk.pick(zh, en)
}

fn print(talk: Talk, desk: &mut Desk, said: &str, what: &str, paper: Paper, out: Option<&Path>) -> Result<(), Failure> {
    let meeting = named(desk, said)?;
    let roster = roster_of(desk, &meeting)?;
    let which = Paperwork::parse(what).unwrap_or(Paperwork::Notice);
    let html = sheet(&meeting, which, roster.as_ref(), paper, talk.lang()).to_html(talk.lang());
    match out {
        Some(path) => {
            std::fs::write(path, html).map_err(|why| Failure::file(path, &why))?;
            talk.say(format!("{}{}", talk.pick("已写入 ", "written to "), path.display()));
            talk.object(&json!({ "document": meeting.id, "file": path }));
        }
        None if talk.json => talk.object(&json!({ "document": meeting.id, "html": html })),
        None => talk.print(html),
    }
    Ok(())
}
