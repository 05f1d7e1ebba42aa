//! R13–R15: help plans, their measures, and the care funds.

use std::collections::BTreeSet;

use crate::ids::DocId;
use crate::report::asked::Asked;
use crate::report::cases::{Case, Few, by_village, share};
use crate::report::definitions::ReportId;
use crate::report::facts::{EntryFact, Facts, FundFact, PlanFact};
use crate::report::figures::{Check, Figure, Report, Table, words};

/// R13.
pub(super) fn hardship_covered(facts: &Facts, asked: &Asked) -> Report {
    let day = asked.as_of();
    let is_running = |plan: &&PlanFact| {
        let begun = plan.begun_on.is_some_and(|on| on <= day);
        let ended = plan.ended_on.is_some_and(|on| on <= day);
        begun && !ended && plan.status.as_deref() != Some("draft")
    };
    let helped: BTreeSet<DocId> = facts.plans.iter().filter(is_running).filter_map(|plan| plan.household).collect();
    let in_hardship = facts.households.iter().filter(|(_, home)| home.in_hardship && asked.covers(home.village));
    let cases: Vec<Case> = in_hardship.map(|(id, home)| Case::one(home.village, helped.contains(id))).collect();
    Report::new(ReportId::R13, *asked)
        .line(words("困难户帮扶覆盖率", "hardship households helped"), share(&cases, Few::Hidden))
        .table(by_village(facts, asked, &cases, Few::Hidden))
}

/// R14.
pub(super) fn measures_done(facts: &Facts, asked: &Asked) -> Report {
    let in_scope = || facts.measures.iter().filter(|measure| asked.covers(measure.village));
    let cases: Vec<Case> = in_scope()
        .filter(|measure| asked.period.has(measure.due))
        .filter(|measure| asked.is_over(measure.due) || asked.by_then(measure.done_on))
        .map(|measure| Case::one(measure.village, asked.by_then(measure.done_on) && measure.done_on <= measure.due))
        .collect();
    Report::new(ReportId::R14, *asked)
        .line(words("措施兑现率", "measures done"), share(&cases, Few::Shown))
        .count(
            words("没有到期日的措施（单列）", "measures without a due date (apart)"),
            in_scope().filter(|measure| measure.due.is_none()).count(),
        )
        .table(by_village(facts, asked, &cases, Few::Shown))
}

/// What a fund did in the period; all in fen.
struct Flow {
    opening: i64,
    paid_in: i64,
    paid_out: i64,
    closing: i64,
    /// First balance and every entry, whenever it was.
    all: i64,
}

impl Flow {
    fn of(facts: &Facts, asked: &Asked, id: DocId, fund: &FundFact) -> Self {
        let entries = || facts.entries.iter().filter(|entry| entry.fund == id);
        let before = |entry: &&EntryFact| entry.date.is_some_and(|date| date < asked.period.from());
        let within = |entry: &&EntryFact| asked.in_period(entry.date);
        let signed = |entry: &EntryFact| if entry.is_in { entry.amount } else { entry.amount.saturating_neg() };
        let sum = |amounts: &mut dyn Iterator<Item = i64>| amounts.fold(0_i64, i64::saturating_add);
        let opening = fund.opening.saturating_add(sum(&mut entries().filter(before).map(signed)));
        let paid_in = sum(&mut entries().filter(within).filter(|entry| entry.is_in).map(|entry| entry.amount));
        let paid_out = sum(&mut entries().filter(within).filter(|entry| !entry.is_in).map(|entry| entry.amount));
        Flow {
            opening,
            paid_in,
            paid_out,
            closing: opening.saturating_add(paid_in).saturating_sub(paid_out),
            all: fund.opening.saturating_add(sum(&mut entries().map(signed))),
        }
    }
}

/// R15.
pub(super) fn money(facts: &Facts, asked: &Asked) -> Report {
    let mut report = Report::new(ReportId::R15, *asked);
    let mut rows = Vec::new();
    let mut total = [0_i64; 4];
    let mut funds: Vec<_> = facts.funds.iter().filter(|(_, fund)| asked.covers(fund.village)).collect();
    funds.sort_by_key(|(id, fund)| (fund.name.clone(), **id));
    for (id, fund) in funds {
        let flow = Flow::of(facts, asked, *id, fund);
        let figures = [flow.opening, flow.paid_in, flow.paid_out, flow.closing];
        total.iter_mut().zip(figures).for_each(|(sum, figure)| *sum = sum.saturating_add(figure));
        let village = fund.village.and_then(|village| facts.villages.get(&village)).cloned();
        let mut row = [village, fund.name.clone()].map(|name| name.map_or(Figure::Nothing, Figure::Text)).to_vec();
        row.extend(figures.map(Figure::Fen));
        rows.push(row);
        report.checks.push(Check {
            words: words("期初＋全部收支＝账面余额（分）", "first balance and all entries = balance shown (fen)"),
            of: fund.name.clone(),
            one: flow.all,
            other: fund.balance.unwrap_or_default(),
        });
    }
    let [opening, paid_in, paid_out, closing] = total;
    if !rows.is_empty() {
        report = report
            .line(words("期初余额", "opening"), Figure::Fen(opening))
            .line(words("收入", "in"), Figure::Fen(paid_in))
            .line(words("支出", "out"), Figure::Fen(paid_out))
            .line(words("期末余额", "closing"), Figure::Fen(closing));
        report.checks.push(Check {
            words: words("期初＋收入－支出＝期末（分）", "opening + in − out = closing (fen)"),
            of: None,
            one: opening.saturating_add(paid_in).saturating_sub(paid_out),
            other: closing,
        });
    }
    report.table(Table {
        title: words("分资金", "by fund"),
        columns: vec![
            words("村", "village"),
            words("资金", "fund"),
            words("期初余额", "opening"),
            words("收入", "in"),
            words("支出", "out"),
            words("期末余额", "closing"),
        ],
        rows,
    })
}
