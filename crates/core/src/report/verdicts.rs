//! R8 and R9: what residents say of the work.

use std::collections::BTreeSet;

use crate::ids::DocId;
use crate::matter::{Satisfaction, Solved};
use crate::report::asked::Asked;
use crate::report::cases::{Case, Few, by_village, share};
use crate::report::definitions::ReportId;
use crate::report::facts::{Ballots, Facts, MatterFact};
use crate::report::figures::{Figure, Ratio, Report, words};
use crate::report::handling::matters;
use crate::report::hide::is_too_few;

fn evaluated<'a>(facts: &'a Facts, asked: &'a Asked) -> impl Iterator<Item = (DocId, &'a MatterFact)> {
    matters(facts, asked).filter(|(_, matter)| asked.in_period(matter.evaluated_on))
}

fn answered(matter: &MatterFact) -> bool {
    matter.solved.is_some() && matter.satisfaction != Some(Satisfaction::NoAnswer)
}

/// R8.
pub(super) fn solved(facts: &Facts, asked: &Asked) -> Report {
    let of_all: Vec<Case> =
        evaluated(facts, asked).map(|(_, matter)| Case::one(matter.village, answered(matter))).collect();
    let cases: Vec<Case> = evaluated(facts, asked)
        .filter(|(_, matter)| answered(matter))
        .map(|(_, matter)| Case::one(matter.village, matter.solved == Some(Solved::Yes)))
        .collect();
    Report::new(ReportId::R8, *asked)
        .line(words("解决率", "solved"), share(&cases, Few::Hidden))
        .line(words("有答复数 n", "answered, n"), few(cases.len() as u64))
        .line(
            words("答复率", "answer rate"),
            if is_too_few(cases.len() as u64) { Figure::Hidden } else { share(&of_all, Few::Hidden) },
        )
        .table(by_village(facts, asked, &cases, Few::Hidden))
}

fn few(count: u64) -> Figure {
    if is_too_few(count) { Figure::Hidden } else { Figure::Count(count) }
}

/// The ballots of the review meetings in the period.
fn ballots<'a>(facts: &'a Facts, asked: &'a Asked) -> impl Iterator<Item = &'a Ballots> {
    facts.ballots.iter().filter(|ballots| {
        let held_on = facts.meetings.get(&ballots.meeting).copied().flatten();
        asked.covers(ballots.village) && asked.in_period(held_on)
    })
}

/// R9.
pub(super) fn satisfied(facts: &Facts, asked: &Asked) -> Report {
    let voted: BTreeSet<DocId> =
        ballots(facts, asked).filter(|ballots| ballots.valid() > 0).filter_map(|one| one.matter).collect();
    let one_each = |is: fn(Satisfaction) -> bool| {
        let verdicts = evaluated(facts, asked).filter(|(id, _)| !voted.contains(id));
        verdicts
            .filter_map(|(_, matter)| matter.satisfaction.map(|said| (matter.village, said)))
            .filter(|(_, said)| *said != Satisfaction::NoAnswer)
            .map(move |(village, said)| Case::one(village, is(said)))
            .collect::<Vec<_>>()
    };
    let by_ballot = |part: fn(&Ballots) -> u64| {
        let case = move |ballots: &Ballots| Case {
            village: ballots.village,
            counts: Ratio { part: part(ballots), whole: ballots.valid() },
        };
        ballots(facts, asked).map(case).collect::<Vec<_>>()
    };
    let satisfied = [one_each(|said| said == Satisfaction::Satisfied), by_ballot(|ballots| ballots.satisfied)].concat();
    let at_least = [
        one_each(|said| said != Satisfaction::Not),
        by_ballot(|ballots| ballots.satisfied.saturating_add(ballots.basically)),
    ]
    .concat();
    let valid: u64 = satisfied.iter().map(|case| case.counts.whole).sum();
    let no_answer = evaluated(facts, asked)
        .filter(|(id, matter)| matter.satisfaction == Some(Satisfaction::NoAnswer) && !voted.contains(id))
        .count() as u64;
    let silent: u64 = ballots(facts, asked).map(|ballots| ballots.no_answer).sum();
    Report::new(ReportId::R9, *asked)
        .line(words("满意率", "satisfied"), share(&satisfied, Few::Hidden))
        .line(words("满意和基本满意率", "satisfied or basically satisfied"), share(&at_least, Few::Hidden))
        .line(words("有效答复数 n", "valid answers, n"), few(valid))
        .line(words("未表态", "no answer"), few(no_answer.saturating_add(silent)))
        .table(by_village(facts, asked, &satisfied, Few::Hidden))
}

impl Ballots {
    fn valid(&self) -> u64 {
        self.satisfied.saturating_add(self.basically).saturating_add(self.not)
    }
}
