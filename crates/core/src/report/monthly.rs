//! R17: what was carried over, came, ended, and is open.
//!
//! What ended and what is open is read from the matters' timelines; what is carried over from the days on their cards. The
//! two are different columns, so that the check (what is carried over equals what was open when the period before ended)
//! can fail, and says so where it does.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::ids::DocId;
use crate::lang::Lang;
use crate::matter::{Closing, Level, MatterKind, State};
use crate::private::Private;
use crate::report::asked::Asked;
use crate::report::definitions::ReportId;
use crate::report::facts::{Facts, MatterFact};
use crate::report::figures::{Check, Figure, Report, Table, Words, words};
use crate::report::handling::matters;
use crate::report::hide::{Group, hidden};
use crate::report::kinds::is_about_a_life;

/// A matter's part in the period.
#[derive(Clone, Copy, Debug, Default)]
struct Flow {
    /// Open on the eve, by the days on its card.
    carried: u64,
    new: u64,
    /// Came back after it had ended.
    back: u64,
    ended: u64,
    open: u64,
    /// Open on the eve, by its timeline.
    was_open: u64,
}

impl Flow {
    fn of(facts: &Facts, asked: &Asked, id: DocId, matter: &MatterFact) -> Self {
        let is_open = |day: NaiveDate| facts.state_on(id, day).is_some_and(|state| !state.is_final());
        let eve = asked.period.eve();
        let mut flow = Flow {
            carried: u64::from(eve.is_some_and(|eve| was_carried(facts, id, matter, eve))),
            open: u64::from(is_open(asked.as_of())),
            was_open: u64::from(eve.is_some_and(is_open)),
            ..Flow::default()
        };
        let mut before: Option<State> = None;
        for (place, step) in facts.timeline(id).enumerate() {
            let counts = u64::from(asked.in_period(step.on));
            flow.new += if place == 0 { counts } else { 0 };
            if before.is_some_and(State::is_final) && step.state.is_some_and(|state| !state.is_final()) {
                flow.back += counts;
            }
            let was_final = before.is_some_and(State::is_final);
            flow.ended += if !was_final && step.state.is_some_and(State::is_final) { counts } else { 0 };
            before = step.state.or(before);
        }
        flow
    }

    fn add(&mut self, other: Flow) {
        self.carried += other.carried;
        self.new += other.new;
        self.back += other.back;
        self.ended += other.ended;
        self.open += other.open;
        self.was_open += other.was_open;
    }

    fn counts(self) -> [u64; 5] {
        [self.carried, self.new, self.back, self.ended, self.open]
    }
}

/// Whether a matter was recorded by the eve and had not ended, by the days on its card. The day a matter was merged is on
/// no card: it comes from the timeline.
fn was_carried(facts: &Facts, id: DocId, matter: &MatterFact, eve: NaiveDate) -> bool {
    let merged_on = || {
        let merged = facts.timeline(id).filter(|step| step.state == Some(State::Merged));
        merged.last().and_then(|step| step.on)
    };
    let is_over = |day: Option<NaiveDate>| day.is_some_and(|day| day <= eve);
    // A clock that was behind may have ended it before it was recorded.
    let last = |day: Option<NaiveDate>| day.map(|day| matter.recorded_on.map_or(day, |recorded| recorded.max(day)));
    let has_ended = is_over(last(matter.closed_on))
        || is_over(last(matter.withdrawn_on))
        || (matter.is_merged && is_over(merged_on()));
    is_over(matter.recorded_on) && !has_ended
}

/// R17.
pub(super) fn monthly(facts: &Facts, asked: &Asked) -> Report {
    let flows: Vec<(&MatterFact, Flow)> =
        matters(facts, asked).map(|(id, matter)| (matter, Flow::of(facts, asked, id, matter))).collect();
    let mut sum = Flow::default();
    flows.iter().for_each(|(_, flow)| sum.add(*flow));
    let [carried, new, back, ended, open] = sum.counts();
    let mut report = Report::new(ReportId::R17, *asked)
        .line(words("期初结转", "carried over"), Figure::Count(carried))
        .line(words("新增", "new"), Figure::Count(new))
        .line(words("恢复办理", "come back"), Figure::Count(back))
        .line(words("了结", "ended"), Figure::Count(ended))
        .line(words("期末在办", "open"), Figure::Count(open))
        .table(by_category(&flows))
        .table(by_kind(&flows))
        .table(by_level(&flows))
        .table(by_ending(facts, asked));
    let int = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    report.checks.push(Check {
        words: words("期初结转＝上期期末在办", "carried over = open when the period before ended"),
        of: None,
        one: int(carried),
        other: int(sum.was_open),
    });
    report.checks.push(Check {
        words: words("结转＋新增＋恢复－了结＝在办", "carried over + new + come back − ended = open"),
        of: None,
        one: int(carried + new + back).saturating_sub(int(ended)),
        other: int(open),
    });
    report
}

/// A table of flows by something; rows that nobody may be found by are hidden.
fn table(title: Words, first: Words, rows: Vec<(Figure, bool, Flow)>) -> Table {
    let groups: Vec<Group> = rows
        .iter()
        .map(|(_, sensitive, flow)| Group { counts: flow.counts().to_vec(), sensitive: *sensitive })
        .collect();
    let rows = rows.into_iter().zip(hidden(&groups)).map(|((name, _, flow), is_hidden)| {
        let figures = flow.counts().map(|count| if is_hidden { Figure::Hidden } else { Figure::Count(count) });
        std::iter::once(name).chain(figures).collect()
    });
    Table {
        title,
        columns: vec![
            first,
            words("期初结转", "carried over"),
            words("新增", "new"),
            words("恢复办理", "come back"),
            words("了结", "ended"),
            words("期末在办", "open"),
        ],
        rows: rows.collect(),
    }
}

fn sums<'a, K: Ord>(
    flows: &'a [(&MatterFact, Flow)],
    by: impl Fn(&'a MatterFact) -> K,
) -> impl Iterator<Item = (K, Flow)> {
    let mut sums: BTreeMap<K, Flow> = BTreeMap::new();
    for (matter, flow) in flows {
        sums.entry(by(matter)).or_default().add(*flow);
    }
    sums.into_iter().filter(|(_, flow)| flow.counts() != [0; 5])
}

const NOT_SAID: Words = words("未写明", "not said");

fn by_category(flows: &[(&MatterFact, Flow)]) -> Table {
    let row = |(category, flow): (Option<&Private<String>>, Flow)| {
        let sensitive = is_about_a_life(category.map(|category| category.as_str()));
        (category.cloned().map_or(Figure::Word(NOT_SAID), Figure::Text), sensitive, flow)
    };
    let rows = sums(flows, |matter| matter.category.as_ref()).map(row).collect();
    table(words("按类别", "by category"), words("类别", "category"), rows)
}

fn by_kind(flows: &[(&MatterFact, Flow)]) -> Table {
    let word = |kind: MatterKind| words(kind.label(Lang::Zh), kind.label(Lang::En));
    let row = |(kind, flow): (Option<MatterKind>, Flow)| (Figure::Word(kind.map_or(NOT_SAID, word)), true, flow);
    let rows = sums(flows, |matter| matter.kind).map(row).collect();
    table(words("按诉求性质", "by kind of concern"), words("性质", "kind"), rows)
}

fn by_level(flows: &[(&MatterFact, Flow)]) -> Table {
    let word = |level: Level| words(level.label(Lang::Zh), level.label(Lang::En));
    let row = |(level, flow): (Option<Level>, Flow)| (Figure::Word(level.map_or(NOT_SAID, word)), false, flow);
    let rows = sums(flows, |matter| matter.level).map(row).collect();
    table(words("按办理层级", "by level"), words("层级", "level"), rows)
}

/// How what ended in the period ended.
fn by_ending(facts: &Facts, asked: &Asked) -> Table {
    let mut ended: BTreeMap<(State, Option<Closing>), u64> = BTreeMap::new();
    for (id, matter) in matters(facts, asked) {
        let mut was_final = false;
        for step in facts.timeline(id) {
            let is_final = step.state.is_some_and(State::is_final);
            if let Some(state) = step.state.filter(|_| is_final && !was_final && asked.in_period(step.on)) {
                let closing = matter.closing.filter(|_| state == State::Closed);
                *ended.entry((state, closing)).or_default() += 1;
            }
            was_final = if step.state.is_some() { is_final } else { was_final };
        }
    }
    let row = |((state, closing), count): ((State, Option<Closing>), u64)| {
        let word = match closing {
            Some(closing) => words(closing.label(Lang::Zh), closing.label(Lang::En)),
            None => words(state.label(Lang::Zh), state.label(Lang::En)),
        };
        vec![Figure::Word(word), Figure::Count(count)]
    };
    Table {
        title: words("按了结方式", "how they ended"),
        columns: vec![words("方式", "ending"), words("件数", "matters")],
        rows: ended.into_iter().map(row).collect(),
    }
}
