//! R3–R7 and R10–R12: how matters are handled.

use chrono::NaiveDate;

use crate::ids::DocId;
use crate::matter::{Closing, State};
use crate::report::asked::Asked;
use crate::report::cases::{Case, Few, by_village, share};
use crate::report::definitions::ReportId;
use crate::report::facts::{Facts, MatterFact, Move};
use crate::report::figures::{Figure, Ratio, Report, Table, Words, words};

/// The matters in scope.
pub(super) fn matters<'a>(facts: &'a Facts, asked: &Asked) -> impl Iterator<Item = (DocId, &'a MatterFact)> {
    let asked = *asked;
    let covered = facts.matters.iter().filter(move |(_, matter)| asked.covers(matter.village));
    covered.map(|(id, matter)| (*id, matter))
}

impl Facts {
    /// A matter's timeline, in its order.
    pub(super) fn timeline(&self, matter: DocId) -> impl Iterator<Item = &Move> {
        self.moves.get(&matter).into_iter().flat_map(|moves| moves.values())
    }

    /// Where a matter stood at the end of a day; `None` before it was recorded.
    pub(super) fn state_on(&self, matter: DocId, day: NaiveDate) -> Option<State> {
        self.timeline(matter).filter(|step| step.on.is_some_and(|on| on <= day)).last().and_then(|step| step.state)
    }
}

/// A report that is one share, of all and by village.
fn ratio(id: ReportId, facts: &Facts, asked: &Asked, name: Words, cases: &[Case]) -> Report {
    Report::new(id, *asked).line(name, share(cases, Few::Shown)).table(by_village(facts, asked, cases, Few::Shown))
}

/// A case of something that had to happen by a limit: in time, late, or overdue. `None` while there is still time.
fn within(asked: &Asked, village: Option<DocId>, done: Option<NaiveDate>, limit: NaiveDate) -> Option<Case> {
    let is_done = asked.by_then(done);
    let counts = is_done || asked.is_over(Some(limit));
    counts.then(|| Case::one(village, is_done && done <= Some(limit)))
}

/// R3.
pub(super) fn accepted_in_time(facts: &Facts, asked: &Asked) -> Report {
    let limited = matters(facts, asked).filter(|(_, matter)| asked.period.has(matter.accept_by));
    let cases: Vec<Case> = limited
        .filter_map(|(_, matter)| within(asked, matter.village, matter.accepted_on, matter.accept_by?))
        .collect();
    ratio(ReportId::R3, facts, asked, words("受理及时率", "accepted in time"), &cases)
}

/// The matters of R4's denominator.
fn due<'a>(facts: &'a Facts, asked: &Asked) -> Vec<&'a MatterFact> {
    let day = asked.as_of();
    let counts = |(id, matter): &(DocId, &MatterFact)| {
        let is_out = matter.is_merged || matter.is_referred || asked.by_then(matter.withdrawn_on);
        asked.period.has(matter.due) && !is_out && facts.state_on(*id, day) != Some(State::Parked)
    };
    matters(facts, asked).filter(counts).map(|(_, matter)| matter).collect()
}

/// R4, with R6 beside it.
pub(super) fn closed_of_due(facts: &Facts, asked: &Asked) -> Report {
    let cases: Vec<Case> = due(facts, asked)
        .into_iter()
        .map(|matter| Case::one(matter.village, asked.by_then(matter.closed_on)))
        .collect();
    let parked = matters(facts, asked).filter(|(id, _)| facts.state_on(*id, asked.as_of()) == Some(State::Parked));
    let (parked, out) = (parked.count(), left_out(facts, asked));
    Report::new(ReportId::R4, *asked)
        .line(words("办结率", "closed of those due"), share(&cases, Few::Shown))
        .line(words("实质办结率（R6）", "closed in substance (R6)"), share(&substance(facts, asked), Few::Shown))
        .count(words("期末暂缓（单列）", "parked on the last day (apart)"), parked)
        .count(words("到期但不计（撤回、并案、转外部）", "due but not counted (withdrawn, merged, referred out)"), out)
        .table(by_village(facts, asked, &cases, Few::Shown))
}

fn left_out(facts: &Facts, asked: &Asked) -> usize {
    let is_out = |matter: &MatterFact| matter.is_merged || matter.is_referred || asked.by_then(matter.withdrawn_on);
    matters(facts, asked).filter(|(_, matter)| asked.period.has(matter.due) && is_out(matter)).count()
}

/// R5.
pub(super) fn closed_in_time(facts: &Facts, asked: &Asked) -> Report {
    let in_time = |matter: &MatterFact| asked.by_then(matter.closed_on) && matter.closed_on <= matter.due;
    let cases: Vec<Case> =
        due(facts, asked).into_iter().map(|matter| Case::one(matter.village, in_time(matter))).collect();
    ratio(ReportId::R5, facts, asked, words("按期办结率", "closed by the due date"), &cases)
}

/// The matters closed in the period.
fn closed<'a>(facts: &'a Facts, asked: &'a Asked) -> impl Iterator<Item = &'a MatterFact> {
    matters(facts, asked).map(|(_, matter)| matter).filter(|matter| asked.in_period(matter.closed_on))
}

fn substance(facts: &Facts, asked: &Asked) -> Vec<Case> {
    closed(facts, asked).map(|matter| Case::one(matter.village, matter.closing == Some(Closing::Substantive))).collect()
}

/// R6, with how the others closed.
pub(super) fn substantive(facts: &Facts, asked: &Asked) -> Report {
    let cases = substance(facts, asked);
    let row = |closing: &Closing| {
        let part = closed(facts, asked).filter(|matter| matter.closing == Some(*closing)).count() as u64;
        let name = words(closing.label(crate::Lang::Zh), closing.label(crate::Lang::En));
        let share = Ratio { part, whole: cases.len() as u64 };
        vec![Figure::Word(name), Figure::Count(part), Figure::Share(share)]
    };
    ratio(ReportId::R6, facts, asked, words("实质办结率", "closed in substance"), &cases).table(Table {
        title: words("办结方式", "how they closed"),
        columns: vec![words("方式", "closing"), words("件数", "matters"), words("占比", "share")],
        rows: Closing::ALL.iter().map(row).collect(),
    })
}

/// R7.
pub(super) fn contacted_in_time(facts: &Facts, asked: &Asked) -> Report {
    let accepted = matters(facts, asked)
        .filter(|(_, matter)| asked.by_then(matter.accepted_on) && asked.period.has(matter.contact_by));
    let cases: Vec<Case> = accepted
        .filter_map(|(_, matter)| within(asked, matter.village, matter.contacted_on, matter.contact_by?))
        .collect();
    ratio(ReportId::R7, facts, asked, words("响应率", "resident contacted in time"), &cases)
}

/// R10.
pub(super) fn fed_back(facts: &Facts, asked: &Asked) -> Report {
    let cases: Vec<Case> =
        closed(facts, asked).map(|matter| Case::one(matter.village, asked.by_then(matter.feedback_on))).collect();
    ratio(ReportId::R10, facts, asked, words("反馈率", "fed back"), &cases)
}

/// R11.
pub(super) fn posted_in_time(facts: &Facts, asked: &Asked) -> Report {
    let publishable =
        matters(facts, asked).filter(|(_, matter)| !matter.is_merged && !asked.by_then(matter.withdrawn_on));
    let assigned = publishable.filter_map(|(id, matter)| {
        let first = facts.timeline(id).find(|step| step.state == Some(State::Assigned))?.on?;
        asked.in_period(Some(first)).then_some((matter, matter.accept_by.unwrap_or(first)))
    });
    let cases: Vec<Case> =
        assigned.filter_map(|(matter, limit)| within(asked, matter.village, matter.posted_on, limit)).collect();
    ratio(ReportId::R11, facts, asked, words("公开率", "posted in time"), &cases)
}

/// R12.
pub(super) fn reopened(facts: &Facts, asked: &Asked) -> Report {
    let case = |(id, matter): (DocId, &MatterFact)| {
        let mut steps = facts.timeline(id);
        steps.find(|step| step.state == Some(State::Evaluated) && asked.in_period(step.on))?;
        let again = steps.any(|step| step.state == Some(State::InProgress) && asked.by_then(step.on));
        Some(Case::one(matter.village, again))
    };
    let cases: Vec<Case> = matters(facts, asked).filter_map(case).collect();
    ratio(ReportId::R12, facts, asked, words("重办率", "reopened"), &cases)
}
