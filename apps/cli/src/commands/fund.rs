//! `lianhu fund`: care funds, on a phone or at the township.

use chrono::NaiveDate;
use lianhu_core::draft::Fen;
use lianhu_core::fund::{Direction, EntryForm, Fund, FundDeed, FundForm, Line, Statement, public};
use lianhu_core::{DocId, DocKind};
use serde_json::json;

use super::told::{acted, begun, day, record};
use crate::args::{FundAction, FundArgs};
use crate::desk::Desk;
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Does one thing with funds.
pub fn run(talk: Talk, args: &FundArgs) -> Result<(), Failure> {
    let mut desk = Desk::open(&args.desk)?;
    let desk = &mut desk;
    match &args.action {
        FundAction::List => list(talk, desk),
        FundAction::Open { name, opening, on, village, of_the_town } => {
            let village = if *of_the_town { None } else { Some(desk.village(village.as_deref())?) };
            let (name, opening, opened_on) = (name.clone(), opening.clone(), on.clone());
            begun(talk, desk, &FundDeed::Open(FundForm { village, name, opening, opened_on })).map(|_| ())
        }
        FundAction::Rename { fund, name } => act(talk, desk, fund, &FundDeed::Rename { name: name.clone() }),
        FundAction::In { fund, amount, source, donor, receipt, on } => {
            let form = EntryForm {
                direction: Direction::In.code().to_owned(),
                source: source.clone(),
                donor: donor.as_str().into(),
                amount: amount.clone(),
                date: on.clone(),
                receipt: receipt.clone(),
                ..EntryForm::default()
            };
            act(talk, desk, fund, &FundDeed::Enter(form))
        }
        FundAction::Out { fund, amount, purpose, receipt, on } => {
            let form = EntryForm {
                direction: Direction::Out.code().to_owned(),
                purpose: purpose.clone(),
                amount: amount.clone(),
                date: on.clone(),
                receipt: receipt.clone(),
                ..EntryForm::default()
            };
            act(talk, desk, fund, &FundDeed::Enter(form))
        }
        FundAction::Reverse { fund, entry, reason, on } => {
            let (entry, date, purpose) = (record(entry)?, on.clone(), reason.clone());
            act(talk, desk, fund, &FundDeed::Reverse { entry, date, purpose })
        }
        FundAction::Statement { fund, from, to } => statement(talk, desk, fund, *from, *to),
        FundAction::Totals { fund } => totals(talk, desk, fund.as_deref()),
        FundAction::Public { fund } => on_the_board(talk, desk, fund),
    }
}

fn act(talk: Talk, desk: &mut Desk, said: &str, deed: &FundDeed) -> Result<(), Failure> {
    let (id, _) = desk.named(said, DocKind::Fund)?;
    acted(talk, desk, id, deed)
}

fn named(desk: &mut Desk, said: &str) -> Result<Fund, Failure> {
    let (_, document) = desk.named(said, DocKind::Fund)?;
    Ok(Fund::read(&document))
}

/// Every fund here.
pub(super) fn funds(desk: &mut Desk) -> Result<Vec<Fund>, Failure> {
    let ids: Vec<DocId> = desk.list(DocKind::Fund)?.into_iter().map(|(id, _)| id).collect();
    let documents = ids.into_iter().map(|id| desk.document(id)).collect::<Result<Vec<_>, _>>()?;
    Ok(documents.iter().flatten().map(Fund::read).collect())
}

fn name_of(fund: &Fund) -> &str {
    fund.name.as_ref().map_or("", |name| name.value.as_str())
}

/// No fund of a township comes to this; a fund whose amounts were made up might.
fn beyond_bounds() -> Failure {
    Failure::new(Kind::Differences, ("金额合计超出了可表示的范围", "the amounts sum up to more than can be held"))
}

fn list(talk: Talk, desk: &mut Desk) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for fund in funds(desk)? {
        let ledger = fund.ledger();
        let balance = ledger.balance.map(|balance| balance.to_string()).unwrap_or_default();
        let mark = if ledger.needs_keeper() { talk.pick("  请核对", "  look at it") } else { "" };
        talk.print(format!("{}  {}  {balance}{mark}", fund.id, name_of(&fund)));
        rows.push(json!({
            "document": fund.id, "name": name_of(&fund), "village": fund.village.as_ref().map(|village| village.value),
            "balance": ledger.balance, "overdrawn": ledger.is_overdrawn(), "needs_keeper": ledger.needs_keeper(),
        }));
    }
    if rows.is_empty() {
        talk.say(talk.pick("还没有关爱资金。", "There are no care funds yet."));
    }
    talk.object(&json!({ "funds": rows }));
    Ok(())
}

fn statement(
    talk: Talk,
    desk: &mut Desk,
    said: &str,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Result<(), Failure> {
    let fund = named(desk, said)?;
    let ledger = fund.ledger();
    let statement = ledger.statement(from, to).ok_or_else(beyond_bounds)?;
    let sum = |zh, en, amount: Fen| talk.print(format!("{:<16}{amount:>18}", talk.pick(zh, en)));
    talk.print(name_of(&fund));
    sum("期初余额", "opening", statement.opening);
    statement.lines.iter().for_each(|line| talk.print(line_of(talk, line)));
    sum("本期收入", "came in", statement.came_in);
    sum("本期支出", "went out", statement.went_out);
    sum("期末余额", "closing", statement.closing);
    if ledger.needs_keeper() {
        talk.say(talk.pick(
            "请核对：余额为负，或有记录没有计入。",
            "Look at it: the balance is less than nothing, or an entry does not count.",
        ));
    }
    talk.object(&as_json(&fund, &statement));
    if statement.balances() {
        talk.print(talk.pick("期初＋收入－支出＝期末，分毫不差。", "opening + in − out = closing, to the fen."));
        return Ok(());
    }
    Err(Failure::new(
        Kind::Differences,
        ("期初＋收入－支出与期末不符", "opening + in − out is not the closing balance"),
    ))
}

fn line_of(talk: Talk, line: &Line) -> String {
    let entry = &line.entry;
    let direction = entry.direction.map_or("", |direction| direction.label(talk.lang()));
    let words = entry.source.as_ref().or(entry.purpose.as_ref()).map_or("", |words| words.as_str());
    let amount = entry.amount.unwrap_or_default();
    let fate = line.not_counted.map_or("", |why| why.code());
    format!("{}  {}  {direction}  {amount}  {words}  {fate}", line.id, day(entry.date))
}

fn as_json(fund: &Fund, statement: &Statement) -> serde_json::Value {
    let lines = statement.lines.iter().map(|line| {
        let entry = &line.entry;
        json!({
            "id": line.id, "date": entry.date, "direction": entry.direction, "amount": entry.amount,
            "source": entry.source.as_ref().map(|source| source.as_str()),
            "purpose": entry.purpose.as_ref().map(|purpose| purpose.as_str()),
            "receipt": entry.receipt.as_ref().map(|receipt| receipt.as_str()),
            "reverses": entry.reverses, "application": entry.application,
            "not_counted": line.not_counted.map(|why| why.code()),
        })
    });
    json!({
        "document": fund.id, "from": statement.from, "to": statement.to, "opening": statement.opening,
        "in": statement.came_in, "out": statement.went_out, "closing": statement.closing,
        "balances": statement.balances(), "entries": lines.collect::<Vec<_>>(),
    })
}

fn totals(talk: Talk, desk: &mut Desk, said: Option<&str>) -> Result<(), Failure> {
    let funds = match said {
        Some(said) => vec![named(desk, said)?],
        None => funds(desk)?,
    };
    let mut rows = Vec::new();
    for fund in &funds {
        for (year, moved) in fund.ledger().years() {
            let (Some(came_in), Some(went_out)) = (moved.came_in, moved.went_out) else {
                return Err(beyond_bounds());
            };
            let (of_in, of_out) = (talk.pick("收入", "in"), talk.pick("支出", "out"));
            talk.print(format!("{}  {year}  {of_in} {came_in}  {of_out} {went_out}", name_of(fund)));
            rows.push(json!({
                "document": fund.id, "name": name_of(fund), "year": year, "in": came_in, "out": went_out,
                "entries": moved.entries,
            }));
        }
    }
    talk.object(&json!({ "totals": rows }));
    Ok(())
}

fn on_the_board(talk: Talk, desk: &mut Desk, said: &str) -> Result<(), Failure> {
    let shown = public(&named(desk, said)?, None, None).ok_or_else(beyond_bounds)?;
    talk.print(shown.name.as_str());
    for entry in &shown.entries {
        let direction = entry.direction.map_or("", |direction| direction.label(talk.lang()));
        let words = entry.words.as_ref().map_or("", |words| words.as_str());
        talk.print(format!("{}  {direction}  {}  {words}", day(entry.date), entry.amount.unwrap_or_default()));
    }
    talk.print(format!("{} {}", talk.pick("余额", "balance"), shown.balance));
    talk.object(&shown);
    Ok(())
}
