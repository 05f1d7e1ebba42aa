//! Applications as they are listed and shown.

use lianhu_core::Lang;
use lianhu_core::aid::{AidAct, Application, public, totals as totals_of};
use lianhu_core::draft::Fen;
use serde_json::json;

use super::{applications, as_json, named};
use crate::commands::told::{day, name_of, names};
use crate::desk::Desk;
use crate::failure::Failure;
use crate::talk::Talk;

pub(super) fn list(talk: Talk, desk: &mut Desk) -> Result<(), Failure> {
    let applications = applications(desk)?;
    for application in &applications {
        talk.print(heading(application, talk.lang()));
    }
    if applications.is_empty() {
        talk.say(talk.pick("还没有申请。", "There are no applications yet."));
    }
    talk.object(&json!({ "applications": applications.iter().map(as_json).collect::<Vec<_>>() }));
    Ok(())
}

fn heading(application: &Application, lang: Lang) -> String {
    format!(
        "{}  {}  {}  {}  {}",
        application.id,
        application.state().label(lang),
        application.scheme_label(lang).unwrap_or_default(),
        application.applicant.as_ref().map_or("", |name| name.value.as_str()),
        application.asked.as_ref().map_or(Fen::ZERO, |asked| asked.value),
    )
}

pub(super) fn show(talk: Talk, desk: &mut Desk, said: &str) -> Result<(), Failure> {
    let application = named(desk, said)?;
    let names = names(desk, application.village.as_ref().map(|village| village.value))?;
    let lang = talk.lang();
    talk.print(heading(&application, lang));
    talk.print(application.reason.as_ref().map_or("", |reason| reason.value.as_str()));
    for (id, loan) in &application.loans {
        talk.print(format!(
            "{id}  {} {}  {}  {} – {}  {} {}  {} {}",
            talk.pick("贷款", "loan"),
            loan.principal.unwrap_or_default(),
            loan.rate.map(|rate| rate.to_string()).unwrap_or_default(),
            day(loan.from),
            day(loan.to),
            talk.pick("贴息", "interest borne"),
            loan.interest.unwrap_or_default(),
            talk.pick("未还", "outstanding"),
            application.outstanding(*id).unwrap_or_default(),
        ));
    }
    for (id, repaid) in &application.repayments {
        let what = if repaid.reverses.is_some() { ("冲销还款", "taken back") } else { ("还款", "repaid") };
        let amount = repaid.amount.unwrap_or_default();
        talk.print(format!("{id}  {}  {} {amount}", day(repaid.date), talk.pick(what.0, what.1)));
    }
    for told in &application.course.steps {
        let Some(act) = &told.step.act else { continue };
        let by = told.step.by.map(|by| name_of(&names, by)).unwrap_or_default();
        let fate = told.not_standing.map_or("", |why| why.code());
        talk.print(format!("{}  {by}  {}  {fate}", act.kind().label(lang), words(act)));
    }
    let loans: Vec<_> = application
        .loans
        .iter()
        .map(|(id, loan)| json!({ "id": id, "interest": loan.interest, "outstanding": application.outstanding(*id) }))
        .collect();
    let repayments: Vec<_> = application.repayments.keys().collect();
    let mut object = as_json(&application);
    if let Some(object) = object.as_object_mut() {
        object.insert("loans".to_owned(), json!(loans));
        object.insert("repayments".to_owned(), json!(repayments));
    }
    talk.object(&object);
    Ok(())
}

/// What a step says of itself.
fn words(act: &AidAct) -> String {
    match act {
        AidAct::Opinion { text, .. } | AidAct::Object { text } | AidAct::Note { text } => text.as_str().to_owned(),
        AidAct::Review { amount, .. } => amount.to_string(),
        AidAct::Publish { from, to } => format!("{from} – {to}"),
        AidAct::Grant { amount, on } | AidAct::Pay { amount, on, .. } => format!("{on}  {amount}"),
        AidAct::Decline { reason, on } => format!("{on}  {}", reason.as_str()),
        AidAct::Finish { text } | AidAct::Withdraw { text } => {
            text.as_ref().map(|text| text.as_str().to_owned()).unwrap_or_default()
        }
    }
}

pub(super) fn on_the_board(talk: Talk, desk: &mut Desk) -> Result<(), Failure> {
    let lang = talk.lang();
    let shown: Vec<_> = applications(desk)?.iter().filter_map(|application| public(application, lang)).collect();
    for one in &shown {
        talk.print(format!(
            "{}  {}  {}  {}  {} – {}",
            one.name.as_str(),
            one.scheme_label.as_str(),
            one.standard,
            one.state.label(lang),
            one.from,
            one.to,
        ));
    }
    talk.object(&json!({ "applications": shown }));
    Ok(())
}

pub(super) fn totals(talk: Talk, desk: &mut Desk) -> Result<(), Failure> {
    let applications = applications(desk)?;
    let mut rows = Vec::new();
    for ((year, scheme), total) in totals_of(&applications) {
        talk.print(format!(
            "{year}  {}  {} {}  {} {}  {} {}  {}",
            scheme.label(talk.lang()),
            talk.pick("申请", "applications"),
            total.applications,
            talk.pick("批准", "granted"),
            total.granted,
            talk.pick("拨付", "paid"),
            total.paid,
            total.paid_amount.unwrap_or_default(),
        ));
        rows.push(json!({ "year": year, "scheme": scheme, "total": total }));
    }
    talk.object(&json!({ "totals": rows }));
    Ok(())
}
