//! `lianhu pledge`

use lianhu_core::pledge::{ItemForm, Outcome, Pledge, PledgeDeed, ReviewForm};
use lianhu_core::{DocKind, Private};
use serde_json::{Value, json};

use super::told::record;
use crate::args::{PledgeAction, PledgeArgs};
use crate::desk::Desk;
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Does what was typed with a pledge.
pub fn run(talk: Talk, args: &PledgeArgs) -> Result<(), Failure> {
    let mut desk = Desk::open(&args.desk)?;
    match &args.action {
        PledgeAction::List => list(talk, &mut desk),
        PledgeAction::Show { pledge } => show(talk, &mut desk, pledge),
        PledgeAction::Begin { worker, year, place, village } => {
            let worker = worker.as_ref().map(|said| desk.worker(said)).transpose()?;
            if worker.is_none() && matches!(desk, Desk::Town(_)) {
                return Err(Failure::new(Kind::Input, ("请写明是谁的承诺", "say whose pledge it is"))
                    .hint(("加上 --worker 姓名", "add --worker NAME")));
            }
            let village = desk.village(village.as_deref())?;
            let (place, items) = (place.clone(), Vec::new());
            let id = desk.begin(&PledgeDeed::Begin { worker, year: *year, village, place, items })?;
            talk.print(id.to_string());
            desk.done(talk);
            talk.object(&json!({ "id": id }));
            Ok(())
        }
        other => act(talk, &mut desk, other),
    }
}

fn act(talk: Talk, desk: &mut Desk, action: &PledgeAction) -> Result<(), Failure> {
    let Some((pledge, deed)) = deed(action)? else { return Ok(()) };
    let (id, _) = desk.named(pledge, DocKind::Pledge)?;
    let changed = desk.act(id, &deed)?;
    desk.done(talk);
    talk.object(&json!({ "id": id, "changed": changed }));
    Ok(())
}

/// Which pledge, and what is done with it.
fn deed(action: &PledgeAction) -> Result<Option<(&String, PledgeDeed)>, Failure> {
    Ok(Some(match action {
        PledgeAction::List | PledgeAction::Show { .. } | PledgeAction::Begin { .. } => return Ok(None),
        PledgeAction::Add { pledge, content, measure, baseline, due, item } => {
            let form = ItemForm {
                content: content.clone(),
                measured_by: measure.clone(),
                baseline: baseline.clone(),
                due: due.clone(),
            };
            (pledge, PledgeDeed::Item { id: item.as_deref().map(record).transpose()?, item: form })
        }
        PledgeAction::Remove { pledge, item } => (pledge, PledgeDeed::RemoveItem { id: record(item)? }),
        PledgeAction::Approve { pledge } => (pledge, PledgeDeed::Approve {}),
        PledgeAction::SendBack { pledge, reason } => (pledge, PledgeDeed::SendBack { reason: Private(reason.clone()) }),
        PledgeAction::Publish { pledge, on } => (pledge, PledgeDeed::Publish { on: on.clone() }),
        PledgeAction::Start { pledge } => (pledge, PledgeDeed::Start {}),
        PledgeAction::Result { pledge, item, outcome, reason } => {
            let (item, reason) = (record(item)?, Private(reason.clone()));
            (pledge, PledgeDeed::Result { item, outcome: *outcome, reason })
        }
        PledgeAction::Close { pledge, outcome, reason } => {
            (pledge, PledgeDeed::Close { outcome: *outcome, reason: Private(reason.clone()) })
        }
        PledgeAction::Review { pledge, reviewer, verdict, text } => {
            let (reviewer, verdict) = (*reviewer, *verdict);
            let review = ReviewForm { reviewer, verdict, text: Private(text.clone()), on: String::new() };
            (pledge, PledgeDeed::Review { review })
        }
    }))
}

fn list(talk: Talk, desk: &mut Desk) -> Result<(), Failure> {
    let mut told = Vec::new();
    for (id, _) in desk.list(DocKind::Pledge)? {
        let Some(document) = desk.document(id)? else { continue };
        let pledge = Pledge::read(&document);
        let year = pledge.year.map(|year| year.to_string()).unwrap_or_default();
        let worker = pledge.worker.map(|worker| desk.name(worker)).transpose()?.unwrap_or_default();
        let state = pledge.state().label(talk.lang());
        talk.print(format!("{id}  {year}  {worker}  {state}  {}", pledge.items.len()));
        told.push(json!({ "id": id, "worker": pledge.worker, "year": pledge.year, "state": pledge.state().code(),
            "items": pledge.items.len() }));
    }
    if told.is_empty() {
        talk.say(talk.pick("还没有承诺。", "There are no pledges yet."));
    }
    talk.object(&json!({ "pledges": told }));
    Ok(())
}

fn show(talk: Talk, desk: &mut Desk, said: &str) -> Result<(), Failure> {
    let (id, document) = desk.named(said, DocKind::Pledge)?;
    let pledge = Pledge::read(&document);
    let worker = pledge.worker.map(|worker| desk.name(worker)).transpose()?.unwrap_or_default();
    let year = pledge.year.map(|year| year.to_string()).unwrap_or_default();
    talk.print(format!("{worker}  {year}  {}", pledge.state().label(talk.lang())));
    if let Some(place) = &pledge.place {
        talk.print(place.value.as_str());
    }
    for (item, field) in &pledge.items {
        let words = [&field.value.content, &field.value.measured_by, &field.value.baseline];
        let words: Vec<&str> = words.into_iter().flatten().map(|words| words.as_str()).collect();
        let due = field.value.due.map(|due| due.to_string()).unwrap_or_default();
        let result = pledge.result_of(*item).map(|outcome| outcome.label(talk.lang())).unwrap_or_default();
        talk.print(format!("  [{item}] {}  {due}  {result}", words.join(" · ")));
    }
    for review in pledge.reviews.values().map(|review| &review.value) {
        let reviewer = review.reviewer.map(|reviewer| reviewer.label(talk.lang())).unwrap_or_default();
        let verdict = review.verdict.map(|verdict| verdict.label(talk.lang())).unwrap_or_default();
        let text = review.text.as_ref().map(|text| text.as_str()).unwrap_or_default();
        talk.print(format!("  {reviewer}: {verdict} {text}"));
    }
    let lacks = talk.pick(
        "还不能公示：需要2至5项，每项写明衡量标准、基线和期限。",
        "Not fit to be published yet: two to \
        five items, each with its measure, its baseline and its day.",
    );
    if !pledge.state().is_public() && !pledge.is_concrete() {
        talk.say(lacks);
    }
    let items: Vec<Value> = pledge
        .items
        .iter()
        .map(|(item, field)| {
            let content = field.value.content.as_ref().map(|content| content.as_str());
            json!({ "id": item, "content": content, "due": field.value.due,
                "result": pledge.result_of(*item).map(Outcome::code) })
        })
        .collect();
    talk.object(&json!({ "id": id, "worker": pledge.worker, "year": pledge.year, "state": pledge.state().code(),
        "published_on": pledge.published_on(), "items": items, "reviews": pledge.reviews.len() }));
    Ok(())
}
