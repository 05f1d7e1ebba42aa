//! `lianhu studio`

use lianhu_core::studio::{ServiceForm, Studio, StudioDeed, StudioForm, open_lines};
use lianhu_core::{DocId, DocKind, Document, Private};
use serde_json::json;

use crate::args::{StudioAction, StudioArgs, StudioCard};
use crate::desk::Desk;
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Does what was typed with a studio or a team.
pub fn run(talk: Talk, args: &StudioArgs) -> Result<(), Failure> {
    let mut desk = Desk::open(&args.desk)?;
    match &args.action {
        StudioAction::List => list(talk, &mut desk),
        StudioAction::Show { studio } => {
            let (id, document) = desk.named(studio, DocKind::Studio)?;
            show(talk, &mut desk, id, &document)
        }
        StudioAction::Begin { name, card, village } => {
            let village = desk.village(village.as_deref())?;
            let studio = form(&mut desk, name, card)?;
            let id = desk.begin(&StudioDeed::Begin { village, studio })?;
            talk.print(id.to_string());
            desk.done(talk);
            talk.object(&json!({ "id": id }));
            Ok(())
        }
        other => {
            let Some((studio, deed)) = deed(&mut desk, other)? else { return Ok(()) };
            let (id, _) = desk.named(studio, DocKind::Studio)?;
            let changed = desk.act(id, &deed)?;
            desk.done(talk);
            talk.object(&json!({ "id": id, "changed": changed }));
            Ok(())
        }
    }
}

fn form(desk: &mut Desk, name: &str, card: &StudioCard) -> Result<StudioForm, Failure> {
    Ok(StudioForm {
        kind: card.kind,
        name: name.to_owned(),
        leader: card.leader.as_ref().map(|said| desk.worker(said)).transpose()?,
        place: card.place.clone(),
        skills: card.skills.clone(),
        services: card.services.clone(),
        open_hours: card.open.clone(),
        phone: Private(card.phone.clone()),
        phone_public: card.phone_public,
    })
}

/// Which studio, and what is done with it.
fn deed<'a>(desk: &mut Desk, action: &'a StudioAction) -> Result<Option<(&'a String, StudioDeed)>, Failure> {
    Ok(Some(match action {
        StudioAction::List | StudioAction::Show { .. } | StudioAction::Begin { .. } => return Ok(None),
        StudioAction::Change { studio, name, card } => (studio, StudioDeed::Change { studio: form(desk, name, card)? }),
        StudioAction::Join { studio, worker } => {
            (studio, StudioDeed::Join { worker: desk.worker(worker)?, since: String::new() })
        }
        StudioAction::Leave { studio, worker } => (studio, StudioDeed::Leave { worker: desk.worker(worker)? }),
        StudioAction::Serve { studio, content, date, hours, place, by, matter, served } => {
            let service = ServiceForm {
                date: date.clone(),
                hours: hours.clone(),
                place: place.clone(),
                content: Private(content.clone()),
                by: by.as_ref().map(|said| desk.worker(said)).transpose()?,
                matter: matter.as_deref().map(matter_of).transpose()?,
                served: *served,
            };
            (studio, StudioDeed::Serve { service })
        }
        StudioAction::Post { studio } => (studio, StudioDeed::Post { on: String::new() }),
        StudioAction::Unpost { studio, reason } => (studio, StudioDeed::Unpost { reason: reason.clone() }),
        StudioAction::Close { studio } => (studio, StudioDeed::Close { on: String::new() }),
    }))
}

fn matter_of(said: &str) -> Result<DocId, Failure> {
    let matter = said.trim().parse::<DocId>().ok().filter(|id| id.kind() == DocKind::Matter);
    matter.ok_or_else(|| Failure::new(Kind::Input, ("这不是事项的编号", "this is no matter's id")))
}

fn list(talk: Talk, desk: &mut Desk) -> Result<(), Failure> {
    let mut told = Vec::new();
    for (id, _) in desk.list(DocKind::Studio)? {
        let Some(document) = desk.document(id)? else { continue };
        let studio = Studio::read(&document);
        let name = studio.name.as_ref().map(|name| name.value.as_str()).unwrap_or_default();
        let kind = studio.kind.as_ref().map(|kind| kind.value.label(talk.lang())).unwrap_or_default();
        let hours = studio.open_hours.as_ref().map(|hours| hours.value.as_str().replace('\n', "；"));
        talk.print(format!("{id}  {kind}  {name}  {}", hours.unwrap_or_default()));
        told.push(json!({ "id": id, "name": name, "kind": studio.kind.as_ref().map(|kind| kind.value),
            "members": studio.members_now().count() }));
    }
    if told.is_empty() {
        talk.say(talk.pick("还没有工作室或服务队。", "There are no studios or teams yet."));
    }
    talk.object(&json!({ "studios": told }));
    Ok(())
}

fn show(talk: Talk, desk: &mut Desk, id: DocId, document: &Document) -> Result<(), Failure> {
    let studio = Studio::read(document);
    let name = studio.name.as_ref().map(|name| name.value.as_str()).unwrap_or_default();
    talk.print(name);
    if let Some(leader) = &studio.leader {
        talk.print(format!("{}{}", talk.pick("负责人：", "leader: "), desk.name(leader.value)?));
    }
    let mut members = Vec::new();
    for member in studio.members_now() {
        members.push(desk.name(member)?);
    }
    talk.print(format!("{}{}", talk.pick("成员：", "members: "), members.join("、")));
    for line in open_lines(studio.open_hours.as_ref().map(|hours| hours.value.as_str()).unwrap_or_default()) {
        talk.print(format!("{}{}", talk.pick("开放：", "open: "), line.text));
    }
    for service in studio.record.values().map(|service| &service.value) {
        let date = service.date.map(|date| date.to_string()).unwrap_or_default();
        let content = service.content.as_ref().map(|content| content.as_str()).unwrap_or_default();
        let matter = service.matter.map(|matter| matter.to_string()).unwrap_or_default();
        talk.print(format!("  {date}  {content}  {matter}"));
    }
    let totals = studio.totals();
    let hours = format!("{}.{}", totals.hours_tenths / 10, totals.hours_tenths % 10);
    talk.print(match talk.pick("zh", "en") {
        "zh" => format!("合计 {} 次，{hours} 小时，{} 人次，{} 件事项", totals.services, totals.served, totals.matters),
        _ => format!(
            "altogether {} times, {hours} hours, {} people, {} matters",
            totals.services, totals.served, totals.matters
        ),
    });
    talk.object(&json!({ "id": id, "name": name, "members": studio.members_now().collect::<Vec<_>>(),
        "posted_on": studio.course.posted_on(), "services": totals.services, "hours_tenths": totals.hours_tenths,
        "served": totals.served, "matters": totals.matters }));
    Ok(())
}
