//! `lianhu base`

use lianhu_core::base::{Base, BaseDeed, BaseForm, BatchForm, OutcomeForm};
use lianhu_core::{DocKind, Private};
use serde_json::json;

use super::told::record;
use crate::args::{BaseAction, BaseArgs, BaseCard};
use crate::desk::Desk;
use crate::failure::Failure;
use crate::talk::Talk;

/// Does what was typed with a base.
pub fn run(talk: Talk, args: &BaseArgs) -> Result<(), Failure> {
    let mut desk = Desk::open(&args.desk)?;
    match &args.action {
        BaseAction::List => list(talk, &mut desk),
        BaseAction::Show { base } => show(talk, &mut desk, base),
        BaseAction::Begin { name, trade, card, village } => {
            let village = desk.village(village.as_deref())?;
            let base = form(&mut desk, name, trade, card)?;
            let id = desk.begin(&BaseDeed::Begin { village, base })?;
            talk.print(id.to_string());
            desk.done(talk);
            talk.object(&json!({ "id": id }));
            Ok(())
        }
        other => {
            let Some((base, deed)) = deed(&mut desk, other)? else { return Ok(()) };
            let (id, _) = desk.named(base, DocKind::Base)?;
            let changed = desk.act(id, &deed)?;
            desk.done(talk);
            talk.object(&json!({ "id": id, "changed": changed }));
            Ok(())
        }
    }
}

fn form(desk: &mut Desk, name: &str, trade: &str, card: &BaseCard) -> Result<BaseForm, Failure> {
    Ok(BaseForm {
        name: name.to_owned(),
        trade: trade.to_owned(),
        place: card.place.clone(),
        sheds: card.sheds.clone(),
        host: Private(card.host.clone()),
        host_worker: card.host_worker.as_ref().map(|said| desk.worker(said)).transpose()?,
    })
}

/// Which base, and what is done with it.
fn deed<'a>(desk: &mut Desk, action: &'a BaseAction) -> Result<Option<(&'a String, BaseDeed)>, Failure> {
    Ok(Some(match action {
        BaseAction::List | BaseAction::Show { .. } | BaseAction::Begin { .. } => return Ok(None),
        BaseAction::Change { base, name, trade, card } => {
            (base, BaseDeed::Change { base: form(desk, name, trade, card)? })
        }
        BaseAction::Batch { base, topic, from, to, trained, outcome, lifted, batch } => {
            let form = BatchForm {
                from: from.clone(),
                to: to.clone(),
                topic: topic.clone(),
                trained: *trained,
                outcome: Private(outcome.clone()),
                lifted: *lifted,
            };
            (base, BaseDeed::Batch { id: batch.as_deref().map(record).transpose()?, batch: form })
        }
        BaseAction::Outcome { base, text, on } => {
            (base, BaseDeed::Outcome { outcome: OutcomeForm { on: on.clone(), text: Private(text.clone()) } })
        }
        BaseAction::Post { base } => (base, BaseDeed::Post { on: String::new() }),
        BaseAction::Unpost { base, reason } => (base, BaseDeed::Unpost { reason: reason.clone() }),
    }))
}

fn list(talk: Talk, desk: &mut Desk) -> Result<(), Failure> {
    let mut told = Vec::new();
    for (id, _) in desk.list(DocKind::Base)? {
        let Some(document) = desk.document(id)? else { continue };
        let base = Base::read(&document);
        let name = base.name.as_ref().map(|name| name.value.as_str()).unwrap_or_default();
        let trade = base.trade.as_ref().map(|trade| trade.value.as_str()).unwrap_or_default();
        let totals = base.totals();
        talk.print(format!("{id}  {name}  {trade}  {} / {}", totals.batches, totals.trained));
        told.push(
            json!({ "id": id, "name": name, "trade": trade, "batches": totals.batches, "trained": totals.trained,
            "lifted": totals.lifted }),
        );
    }
    if told.is_empty() {
        talk.say(talk.pick("还没有创业实践基地。", "There are no practice bases yet."));
    }
    talk.object(&json!({ "bases": told }));
    Ok(())
}

fn show(talk: Talk, desk: &mut Desk, said: &str) -> Result<(), Failure> {
    let (id, document) = desk.named(said, DocKind::Base)?;
    let base = Base::read(&document);
    let words = [&base.name, &base.trade, &base.place, &base.sheds];
    let words: Vec<&str> = words.into_iter().flatten().map(|words| words.value.as_str()).collect();
    talk.print(words.join("  "));
    for (batch, field) in &base.batches {
        let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let topic = field.value.topic.as_ref().map(|topic| topic.as_str()).unwrap_or_default();
        let trained = field.value.trained.map(|trained| trained.get().to_string()).unwrap_or_default();
        talk.print(format!("  [{batch}] {} {}  {topic}  {trained}", day(field.value.from), day(field.value.to)));
    }
    for outcome in base.outcomes.values().map(|outcome| &outcome.value) {
        let on = outcome.on.map(|on| on.to_string()).unwrap_or_default();
        talk.print(format!("  {on}  {}", outcome.text.as_ref().map(|text| text.as_str()).unwrap_or_default()));
    }
    let totals = base.totals();
    talk.print(match talk.pick("zh", "en") {
        "zh" => format!("合计 {} 批，{} 人次，脱贫 {} 户", totals.batches, totals.trained, totals.lifted),
        _ => format!(
            "altogether {} batches, {} people trained, {} households out of hardship",
            totals.batches, totals.trained, totals.lifted
        ),
    });
    talk.object(&json!({ "id": id, "batches": totals.batches, "trained": totals.trained, "lifted": totals.lifted,
        "outcomes": base.outcomes.len(), "posted_on": base.course.posted_on() }));
    Ok(())
}
