//! How matters are shown.

use lianhu_core::deadline::{Deadlines, Due, Known, Limit, Terms};
use lianhu_core::matter::{Matter, State, Timeline, temporary_code};
use lianhu_core::roster::Roster;
use lianhu_core::{DocId, Lang, WorkerId};
use lianhu_server::OFFICE;
use serde_json::{Value, json};

use super::{all, at_town, read};
use crate::args::Tongue;
use crate::commands::town_failure;
use crate::desk::Desk;
use crate::failure::{Failure, Kind};
use crate::phone::workbook_failure;
use crate::talk::Talk;

/// Lists them.
pub(super) fn list(talk: Talk, desk: &mut Desk, state: Option<&str>) -> Result<(), Failure> {
    let wanted = match state.map(|said| (said, State::parse(said.trim()))) {
        Some((_, None)) => {
            let codes: Vec<_> = State::ALL.iter().map(|state| state.code()).collect();
            let codes = codes.join(" ");
            return Err(
                Failure::new(Kind::Input, ("没有这种状态", "there is no such state")).hint((codes.clone(), codes))
            );
        }
        Some((_, known)) => known,
        None => None,
    };
    let mut listed = Vec::new();
    for id in all(desk)? {
        let matter = read(desk, id)?;
        if wanted.is_some_and(|wanted| wanted != matter.state()) {
            continue;
        }
        let limits = Deadlines::of(&matter, &terms(desk, &matter)?);
        let due = limits.due.filter(|_| matter.state().is_with_owner());
        let title = matter.title.as_ref().map_or("", |title| title.value.as_str());
        talk.print(format!(
            "{}  {}  {title}  {}",
            called(&matter),
            matter.state().label(talk.lang()),
            due.map(|due| day(talk, due)).unwrap_or_default()
        ));
        listed.push(json!({
            "id": id, "number": number(&matter), "code": temporary_code(id), "state": matter.state().code(),
            "due": due.map(|due| due.on),
        }));
    }
    if listed.is_empty() {
        talk.say(talk.pick("这里没有这样的事项。", "There are no such matters here."));
    }
    talk.object(&json!({ "matters": listed }));
    Ok(())
}

/// One line after something was done.
pub(super) fn where_it_stands(talk: Talk, desk: &mut Desk, id: DocId) -> Result<(), Failure> {
    let matter = read(desk, id)?;
    let limits = Deadlines::of(&matter, &terms(desk, &matter)?);
    talk.print(format!("{}  {}", called(&matter), matter.state().label(talk.lang())));
    let open: Vec<_> = limits.open(&matter);
    open.iter().for_each(|(limit, due)| talk.print(expected(talk, *limit, *due)));
    talk.object(&object(&matter, &open, &[], &[]));
    Ok(())
}

/// Everything about one matter.
pub(super) fn one(talk: Talk, desk: &mut Desk, id: DocId) -> Result<(), Failure> {
    let matter = read(desk, id)?;
    let terms = terms(desk, &matter)?;
    let limits = Deadlines::of(&matter, &terms);
    let open = limits.open(&matter);
    let roster = roster(desk, &matter)?;
    let name = |worker: Option<WorkerId>| -> String {
        let entry = worker.and_then(|worker| roster.as_ref()?.workers.get(&worker));
        let name = entry.and_then(|entry| entry.name.as_ref()).map(|name| name.value.as_str().to_owned());
        if worker == Some(OFFICE) {
            return talk.pick("镇里", "the township").to_owned();
        }
        name.unwrap_or_else(|| worker.map(|worker| worker.to_string()).unwrap_or_default())
    };
    let lang = talk.lang();
    let title = matter.title.as_ref().map_or("", |title| title.value.as_str());
    talk.print(format!("{}  {title}", called(&matter)));
    talk.print(format!("{}  {}", matter.state().label(lang), name(matter.story.owner)).trim_end());
    if let Some(text) = &matter.text {
        talk.print(text.value.as_str());
    }
    for (limit, due) in &open {
        talk.print(expected(talk, *limit, *due));
    }
    let (merged_here, parts) = beside(desk, id)?;
    for line in relations(talk, &matter, &merged_here, &parts) {
        talk.print(line);
    }
    let mut steps = Vec::new();
    for told in &matter.story.steps {
        let act = told.step.act.kind().map_or("?", |kind| kind.label(lang));
        let on = told.step.day().map(|on| on.to_string()).unwrap_or_default();
        let why = told.not_standing.map(|why| format!("  ✗ {}", why.label(lang))).unwrap_or_default();
        talk.print(format!("  {on}  {act}  {}  {}{why}", name(told.step.by), told.id));
        if let Some(words) = told.step.act.words() {
            talk.print(format!("    {}", words.as_str().replace('\n', "\n    ")));
        }
        steps.push(json!({
            "id": told.id.to_string(), "act": told.step.act.kind().map(|kind| kind.code()), "by": told.step.by,
            "on": told.step.day(), "not_standing": told.not_standing.map(|why| why.code()),
        }));
    }
    talk.object(&object(&matter, &open, &steps, &merged_here));
    Ok(())
}

/// The matters that were merged into one, and those that were split from it.
fn beside(desk: &mut Desk, id: DocId) -> Result<(Vec<DocId>, Vec<DocId>), Failure> {
    if let Desk::Town(town) = desk {
        let said = id.to_string();
        return Ok((at_town(town, &["merged_into"], &said)?, at_town(town, &["split_from"], &said)?));
    }
    let (mut merged, mut parts) = (Vec::new(), Vec::new());
    for other in all(desk)? {
        let matter = read(desk, other)?;
        if matter.story.merged_into == Some(id) {
            merged.push(other);
        }
        if matter.split_from.is_some_and(|from| from.value == id) {
            parts.push(other);
        }
    }
    Ok((merged, parts))
}

fn relations(talk: Talk, matter: &Matter, merged_here: &[DocId], parts: &[DocId]) -> Vec<String> {
    let story = &matter.story;
    let mut lines = Vec::new();
    let mut say = |zh: &str, en: &str, what: String| lines.push(format!("{}{what}", talk.pick(zh, en)));
    if let Some(into) = story.merged_into {
        say("并入：", "merged into ", temporary_code(into));
    }
    merged_here.iter().for_each(|id| say("并入本件：", "merged here: ", temporary_code(*id)));
    if let Some(from) = &matter.split_from {
        say("拆分自：", "split from ", temporary_code(from.value));
    }
    let parts: std::collections::BTreeSet<_> = parts.iter().chain(&story.split_into).collect();
    parts.into_iter().for_each(|id| say("拆分出：", "split into ", temporary_code(*id)));
    story.similar.iter().for_each(|id| say("类似：", "similar: ", temporary_code(*id)));
    if let Some(to) = story.referred_to.as_ref().or(story.team.as_ref()) {
        say("转交：", "referred to ", to.as_str().to_owned());
    }
    if let Some(conclusion) = story.conclusion {
        say("办结方式：", "closed: ", conclusion.closing.label(talk.lang()).to_owned());
    }
    lines
}

fn object(matter: &Matter, open: &[(Limit, Due)], steps: &[Value], merged_here: &[DocId]) -> Value {
    let (story, days) = (&matter.story, Timeline::of(matter));
    let expected: Vec<_> = open
        .iter()
        .map(|(limit, due)| json!({ "what": limit.code(), "on": due.on, "provisional": due.known == Known::No }))
        .collect();
    json!({
        "id": matter.id, "number": number(matter), "code": temporary_code(matter.id), "state": story.state.code(),
        "owner": story.owner, "expected": expected, "extended": story.extended, "reopened": story.reopened,
        "closing": story.conclusion.map(|conclusion| conclusion.closing.code()), "merged_into": story.merged_into,
        "merged_here": merged_here, "split_from": matter.split_from.as_ref().map(|from| from.value),
        "split_into": story.split_into, "similar": story.similar,
        "referred_to": story.referred_to.as_ref().map(|to| to.as_str()), "team": story.team.as_ref().map(|to| to.as_str()), "studio": story.studio,
        "closed_on": days.closed_on, "needs_lead": story.is_disputed(), "steps": steps,
    })
}

/// What a village works under, as far as this desk knows.
fn terms(desk: &mut Desk, matter: &Matter) -> Result<Terms, Failure> {
    let village = matter.village.as_ref().map(|village| village.value);
    match desk {
        Desk::Phone(book) => book.terms(village).map_err(|why| workbook_failure(&why)),
        Desk::Town(town) => town.terms(village).map_err(|why| town_failure(&why)),
    }
}

fn roster(desk: &mut Desk, matter: &Matter) -> Result<Option<Roster>, Failure> {
    let Some(village) = matter.village.as_ref().map(|village| village.value) else { return Ok(None) };
    Ok(desk.document(village)?.map(|document| Roster::read(&document)))
}

fn number(matter: &Matter) -> Option<String> {
    matter.number.as_ref().map(|number| number.value.as_str().to_owned())
}

/// Its number, or its temporary code while it has none.
fn called(matter: &Matter) -> String {
    number(matter).unwrap_or_else(|| temporary_code(matter.id))
}

fn expected(talk: Talk, limit: Limit, due: Due) -> String {
    match talk.tongue {
        Tongue::Zh => format!("{}：{}", limit.label(Lang::Zh), day(talk, due)),
        Tongue::En => format!("{} by {}", limit.label(Lang::En), day(talk, due)),
    }
}

/// A due day, marked where the year's holidays are not known.
fn day(talk: Talk, due: Due) -> String {
    match due.known {
        Known::Yes => due.on.to_string(),
        Known::No => format!("{}{}", due.on, talk.pick("（暂定）", " (provisional)")),
    }
}
