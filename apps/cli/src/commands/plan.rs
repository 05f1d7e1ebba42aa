//! `lianhu plan`: help plans, on a phone or at the township.

use lianhu_core::plan::{HelpPlan, MeasureForm, PlanChange, PlanDeed, PlanForm};
use lianhu_core::{DocId, DocKind, Field, Lang, WorkerId};
use serde_json::json;

use super::told::{acted, begun, day, name_of, names, record};
use crate::args::{PlanAction, PlanArgs};
use crate::desk::Desk;
use crate::failure::Failure;
use crate::talk::Talk;

/// Does one thing with help plans.
pub fn run(talk: Talk, args: &PlanArgs) -> Result<(), Failure> {
    let mut desk = Desk::open(&args.desk)?;
    let desk = &mut desk;
    match &args.action {
        PlanAction::List => list(talk, desk),
        PlanAction::Show { plan } => show(talk, desk, plan),
        PlanAction::Draft { .. } => draft(talk, desk, &args.action),
        PlanAction::Change { plan, goal, effect, cause, cause_other, review_on } => {
            let private = |typed: &Option<String>| typed.clone().map(Into::into);
            let change = PlanChange {
                causes: Some(cause.clone()).filter(|causes| !causes.is_empty()),
                cause_other: private(cause_other),
                goal: private(goal),
                effect: private(effect),
                review_on: review_on.clone(),
            };
            act(talk, desk, plan, &PlanDeed::Change(change))
        }
        PlanAction::Measure { plan, content, due, kind, provider, amount } => {
            let form = MeasureForm {
                kind: kind.clone(),
                content: content.as_str().into(),
                provider: provider.as_str().into(),
                amount: amount.clone(),
                due: due.clone(),
            };
            act(talk, desk, plan, &PlanDeed::AddMeasure(form))
        }
        PlanAction::MeasureDone { plan, measure, result, on } => {
            let (measure, on, result) = (record(measure)?, on.clone(), result.as_str().into());
            act(talk, desk, plan, &PlanDeed::MeasureDone { measure, on, result })
        }
        PlanAction::Join { plan, worker, from } => {
            let worker = desk.worker(worker)?;
            act(talk, desk, plan, &PlanDeed::Join { worker, from: from.clone() })
        }
        PlanAction::Leave { plan, worker, on } => {
            let worker = desk.worker(worker)?;
            act(talk, desk, plan, &PlanDeed::Leave { worker, on: on.clone() })
        }
        _ => step(talk, desk, &args.action),
    }
}

/// What moves a plan on.
fn step(talk: Talk, desk: &mut Desk, action: &PlanAction) -> Result<(), Failure> {
    let (plan, deed) = match action {
        PlanAction::Begin { plan, on } => (plan, PlanDeed::Begin { on: on.clone() }),
        PlanAction::Report { plan, effect, on } => {
            (plan, PlanDeed::ReportDone { on: on.clone(), effect: effect.as_str().into() })
        }
        PlanAction::Confirm { plan, words, no, on } => {
            (plan, PlanDeed::Confirm { on: on.clone(), yes: !no, words: words.as_str().into() })
        }
        PlanAction::Stabilise { plan, on } => (plan, PlanDeed::Stabilise { on: on.clone() }),
        PlanAction::End { plan, early: None, on } => (plan, PlanDeed::End { on: on.clone() }),
        PlanAction::End { plan, early: Some(reason), on } => {
            (plan, PlanDeed::EndEarly { on: on.clone(), reason: reason.as_str().into() })
        }
        PlanAction::Resume { plan, reason, on } => {
            (plan, PlanDeed::Resume { on: on.clone(), reason: reason.as_str().into() })
        }
        PlanAction::Review { plan, words, next, on } => {
            (plan, PlanDeed::Review { on: on.clone(), words: words.as_str().into(), next: next.clone() })
        }
        _ => return Ok(()),
    };
    act(talk, desk, plan, &deed)
}

fn act(talk: Talk, desk: &mut Desk, said: &str, deed: &PlanDeed) -> Result<(), Failure> {
    let (id, _) = desk.named(said, DocKind::HelpPlan)?;
    acted(talk, desk, id, deed)
}

fn draft(talk: Talk, desk: &mut Desk, action: &PlanAction) -> Result<(), Failure> {
    let PlanAction::Draft { household, goal, cause, cause_other, helper, review_on, village } = action else {
        return Ok(());
    };
    let form = PlanForm {
        village: desk.village(village.as_deref())?,
        household: desk.household(household)?,
        helpers: helper.iter().map(|said| desk.worker(said)).collect::<Result<_, _>>()?,
        causes: cause.clone(),
        cause_other: cause_other.as_str().into(),
        goal: goal.as_str().into(),
        review_on: review_on.clone(),
    };
    begun(talk, desk, &PlanDeed::Draft(form)).map(|_| ())
}

/// Every plan here.
fn plans(desk: &mut Desk) -> Result<Vec<HelpPlan>, Failure> {
    let ids: Vec<DocId> = desk.list(DocKind::HelpPlan)?.into_iter().map(|(id, _)| id).collect();
    let documents = ids.into_iter().map(|id| desk.document(id)).collect::<Result<Vec<_>, _>>()?;
    Ok(documents.iter().flatten().map(HelpPlan::read).collect())
}

fn list(talk: Talk, desk: &mut Desk) -> Result<(), Failure> {
    let plans = plans(desk)?;
    for plan in &plans {
        let goal = plan.goal.as_ref().map_or("", |goal| goal.value.as_str());
        talk.print(format!("{}  {}  {goal}", plan.id, plan.status().label(talk.lang())));
    }
    if plans.is_empty() {
        talk.say(talk.pick("还没有帮扶计划。", "There are no help plans yet."));
    }
    let rows: Vec<_> = plans
        .iter()
        .map(|plan| {
            json!({
                "document": plan.id,
                "household": plan.household.as_ref().map(|household| household.value),
                "status": plan.status(),
                "begun_on": plan.begun_on(),
                "confirmed_on": plan.confirmed_on(),
                "ended_on": plan.ended_on(),
                "review_on": plan.review_on.as_ref().map(|day| day.value),
                "measures": plan.measures.len(),
            })
        })
        .collect();
    talk.object(&json!({ "plans": rows }));
    Ok(())
}

fn show(talk: Talk, desk: &mut Desk, said: &str) -> Result<(), Failure> {
    let (_, document) = desk.named(said, DocKind::HelpPlan)?;
    let plan = HelpPlan::read(&document);
    let names = names(desk, plan.village.as_ref().map(|village| village.value))?;
    let lang = talk.lang();
    talk.print(format!("{}  {}", plan.id, status(&plan, lang)));
    talk.print(plan.goal.as_ref().map_or("", |goal| goal.value.as_str()));
    let causes = plan.causes.iter().flat_map(|causes| &causes.value).map(|cause| cause.label(lang));
    talk.print(format!("{} {}", talk.pick("原因：", "Causes:"), causes.collect::<Vec<_>>().join("、")));
    for helper in plan.helpers.values() {
        let (from, to) = (helper.from.as_ref().map(|day| day.value), helper.to.as_ref().map(|day| day.value));
        let name = helper.worker.as_ref().map(|worker| name_of(&names, worker.value)).unwrap_or_default();
        talk.print(format!("{} {name}  {} – {}", talk.pick("帮扶人：", "Helper:"), day(from), day(to)));
    }
    for (id, measure) in &plan.measures {
        let text = |field: &Option<Field<lianhu_core::draft::ShortText>>| {
            field.as_ref().map(|field| field.value.as_str().to_owned()).unwrap_or_default()
        };
        let amount = measure.amount.as_ref().map(|amount| amount.value.to_string()).unwrap_or_default();
        talk.print(format!(
            "{id}  {}  {}  {amount}  {} {}  {} {}",
            measure.content.as_ref().map_or("", |content| content.value.as_str()),
            text(&measure.provider),
            talk.pick("期限", "due"),
            day(measure.due.as_ref().map(|day| day.value)),
            talk.pick("完成", "done"),
            day(measure.done_on.as_ref().map(|day| day.value)),
        ));
    }
    for told in &plan.course.steps {
        let Some(act) = &told.step.act else { continue };
        let by = told.step.by.map(|by: WorkerId| name_of(&names, by)).unwrap_or_default();
        let fate = told.not_standing.map_or("", |why| why.code());
        talk.print(format!("{}  {}  {by}  {fate}", act.on(), act.kind().label(lang)));
    }
    let measures: Vec<_> = plan.measures.keys().collect();
    talk.object(&json!({
        "document": plan.id, "status": plan.status(), "confirmed_on": plan.confirmed_on(),
        "ended_early": plan.course.state.early, "helping": plan.helping(), "measures": measures,
        "disputed": plan.is_disputed(),
    }));
    Ok(())
}

/// Where it stands, with what is known of it there.
fn status(plan: &HelpPlan, lang: Lang) -> String {
    let mut words = plan.status().label(lang).to_owned();
    let more = [
        (plan.course.state.confirmed, "户主已确认", "confirmed by the household"),
        (plan.course.state.early, "提前结束", "ended early"),
        (plan.is_disputed(), "有步骤未生效，请核对", "a step has no effect: look at it"),
    ];
    for (_, zh, en) in more.iter().filter(|(is, ..)| *is) {
        words.push_str(if lang == Lang::Zh { "，" } else { ", " });
        words.push_str(if lang == Lang::Zh { zh } else { en });
    }
    words
}
