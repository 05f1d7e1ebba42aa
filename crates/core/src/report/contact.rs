//! R1 and R2: which households somebody keeps in touch with.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::DocId;
use crate::report::asked::Asked;
use crate::report::cases::{Case, Few, by_village, share};
use crate::report::definitions::ReportId;
use crate::report::facts::{Facts, HouseholdFact, LinkFact};
use crate::report::figures::{Figure, Report, Table, words};

/// The households in scope, in their order; empty houses excluded.
fn households<'a>(facts: &'a Facts, asked: &Asked) -> impl Iterator<Item = (DocId, &'a HouseholdFact)> {
    let asked = *asked;
    let lived_in = facts.households.iter().filter(move |(_, home)| !home.is_empty && asked.covers(home.village));
    lived_in.map(|(id, home)| (*id, home))
}

/// The households that have a link in some days.
fn linked(facts: &Facts, holds: impl Fn(&LinkFact) -> bool) -> BTreeSet<DocId> {
    facts.links.iter().filter(|link| holds(link)).map(|link| link.household).collect()
}

/// R1.
pub(super) fn coverage(facts: &Facts, asked: &Asked) -> Report {
    let day = asked.as_of();
    let is_active = |link: &LinkFact| {
        let at_work = |worker| facts.at_work.contains(&(link.village, worker));
        let holds = link.from.is_none_or(|from| from <= day) && link.to.is_none_or(|to| day <= to);
        holds && link.worker.is_some_and(at_work)
    };
    let linked = linked(facts, is_active);
    let cases: Vec<Case> =
        households(facts, asked).map(|(id, home)| Case::one(home.village, linked.contains(&id))).collect();
    let mut gaps: Vec<_> = households(facts, asked)
        .filter(|(id, _)| !linked.contains(id))
        .map(|(id, home)| (home.village.and_then(|village| facts.villages.get(&village)), home, id))
        .collect();
    gaps.sort_by_key(|(village, home, id)| (village.cloned(), home.doorplate.clone(), *id));
    let text = |text: Option<&crate::Private<String>>| text.cloned().map_or(Figure::Nothing, Figure::Text);
    let row = |(village, home, id): &(Option<&crate::Private<String>>, &HouseholdFact, DocId)| {
        let id = Figure::Text(id.to_string().into());
        vec![text(*village), text(home.doorplate.as_ref()), text(home.code.as_ref()), id]
    };
    Report::new(ReportId::R1, *asked)
        .line(words("联户覆盖率", "coverage"), share(&cases, Few::Shown))
        .count(words("未联户数", "households without a link"), gaps.len())
        .table(by_village(facts, asked, &cases, Few::Shown))
        .table(Table {
            title: words("未联户清单", "gaps: households without a link"),
            columns: vec![
                words("村", "village"),
                words("门牌", "doorplate"),
                words("户码", "code"),
                words("资料编号", "document"),
            ],
            rows: gaps.iter().map(row).collect(),
        })
}

/// R2.
pub(super) fn contacted(facts: &Facts, asked: &Asked) -> Report {
    let (from, to) = (asked.period.from(), asked.as_of());
    let overlaps =
        |link: &LinkFact| link.from.is_none_or(|first| first <= to) && link.to.is_none_or(|last| from <= last);
    let linked = linked(facts, overlaps);
    let mut visits: BTreeMap<DocId, u64> = BTreeMap::new();
    let met = facts.visits.iter().filter(|visit| !visit.met_nobody && asked.in_period(visit.date));
    for visit in met {
        *visits.entry(visit.household).or_default() += 1;
    }
    let cases: Vec<Case> = households(facts, asked)
        .filter(|(id, _)| linked.contains(id))
        .map(|(id, home)| Case::one(home.village, visits.contains_key(&id)))
        .collect();
    let entries: u64 = households(facts, asked).filter_map(|(id, _)| visits.get(&id)).sum();
    Report::new(ReportId::R2, *asked)
        .line(words("走访率", "contacted"), share(&cases, Few::Shown))
        .line(words("联系次数（不进公式）", "contacts (not in the formula)"), Figure::Count(entries))
        .table(by_village(facts, asked, &cases, Few::Shown))
}
