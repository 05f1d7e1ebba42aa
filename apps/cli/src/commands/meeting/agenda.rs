//! The agenda of a meeting.

use lianhu_core::DocKind;
use lianhu_core::matter::{Matter, temporary_code};
use lianhu_core::meeting::{AgendaProposal, Meeting, MeetingDeed, propose};
use serde_json::{Value, json};

use super::{item, named, told};
use crate::args::AgendaAction;
use crate::commands::matter;
use crate::desk::Desk;
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

pub(super) fn run(talk: Talk, desk: &mut Desk, said: &str, action: Option<&AgendaAction>) -> Result<(), Failure> {
    let meeting = named(desk, said)?;
    let deed = match action {
        None => {
            show(talk, &meeting);
            talk.object(&as_json(&meeting));
            return Ok(());
        }
        Some(AgendaAction::Propose { add }) => return proposed(talk, desk, &meeting, *add),
        Some(AgendaAction::Add { title, matter, five, before }) => {
            let matter = matter.as_ref().map(|said| matter_named(desk, said)).transpose()?;
            let own = || matter.as_ref().and_then(|matter| matter.title.as_ref()).map(|title| title.value.as_str());
            let title = title.as_deref().or_else(own).unwrap_or_default().into();
            let before = before.map(|number| item(&meeting, number)).transpose()?;
            let matter = matter.as_ref().map(|matter| matter.id);
            MeetingDeed::AddItem { matter, title, five: five.clone(), before }
        }
        Some(AgendaAction::Move { item: moved, before }) => MeetingDeed::MoveItem {
            item: item(&meeting, *moved)?,
            before: before.map(|number| item(&meeting, number)).transpose()?,
        },
        Some(AgendaAction::Drop { item: dropped }) => MeetingDeed::DropItem { item: item(&meeting, *dropped)? },
    };
    let changed = desk.act(meeting.id, &deed)?;
    show(talk, &named(desk, said)?);
    told(talk, desk, meeting.id, changed);
    Ok(())
}

/// One line for each item.
pub(super) fn lines(meeting: &Meeting) -> Vec<String> {
    let line = |(place, (_, item)): (usize, (_, &lianhu_core::meeting::Item))| {
        let title = item.title.as_ref().map(|title| title.value.as_str()).unwrap_or_default();
        let five = item.five.as_ref().map(|five| format!("  [{}]", five.value.as_str())).unwrap_or_default();
        format!("{:>3}  {title}{five}", place + 1)
    };
    meeting.agenda().into_iter().enumerate().map(line).collect()
}

fn show(talk: Talk, meeting: &Meeting) {
    let lines = lines(meeting);
    lines.iter().for_each(|line| talk.print(line));
    if lines.is_empty() {
        talk.say(talk.pick("还没有议题。", "There is nothing on the agenda yet."));
    }
}

fn as_json(meeting: &Meeting) -> Value {
    let items = meeting.agenda().into_iter().map(|(id, item)| {
        let title = item.title.as_ref().map(|title| title.value.as_str());
        json!({ "item": id, "title": title, "matter": item.matter.as_ref().map(|matter| matter.value) })
    });
    json!({ "document": meeting.id, "agenda": items.collect::<Vec<_>>() })
}

fn proposed(talk: Talk, desk: &mut Desk, meeting: &Meeting, add: bool) -> Result<(), Failure> {
    let kind = meeting.kind().ok_or_else(|| Failure::new(Kind::Input, ("需要更新版本", "needs a newer version")))?;
    let village = match meeting.village.as_ref() {
        Some(village) => village.value,
        None => desk.village(None)?,
    };
    let on = desk.hand()?.today;
    let open = desk.open_matters(village)?;
    let new = |proposal: &AgendaProposal| meeting.item_about(proposal.matter).is_none();
    let proposals: Vec<_> = propose(kind, &open, on).into_iter().filter(new).collect();
    for proposal in &proposals {
        let number = proposal.number.as_ref().map(|number| number.as_str().to_owned());
        let number = number.unwrap_or_else(|| temporary_code(proposal.matter));
        let since = proposal.since.map(|day| format!(" {day}")).unwrap_or_default();
        talk.print(format!("{number}  {}  {}{since}", proposal.title.as_str(), proposal.why.label(talk.lang())));
        if add {
            let title = proposal.title.as_str().into();
            let deed = MeetingDeed::AddItem { matter: Some(proposal.matter), title, five: String::new(), before: None };
            desk.act(meeting.id, &deed)?;
        }
    }
    if proposals.is_empty() {
        talk.say(talk.pick("没有可建议的议题。", "There is nothing to propose."));
    } else if add {
        desk.done(talk);
    }
    let told = |proposal: &AgendaProposal| json!({ "matter": proposal.matter, "why": proposal.why });
    let told: Vec<_> = proposals.iter().map(told).collect();
    talk.object(&json!({ "document": meeting.id, "proposed": told, "added": add }));
    Ok(())
}

/// A matter by id, number or temporary code.
fn matter_named(desk: &mut Desk, said: &str) -> Result<Matter, Failure> {
    let id = matter::named(desk, said)?;
    desk.named(&id.to_string(), DocKind::Matter).map(|(_, document)| Matter::read(&document))
}
