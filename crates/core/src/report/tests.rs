use chrono::NaiveDate;

use super::facts::{
    Ballots, EntryFact, FundFact, HouseholdFact, ItemFact, LinkFact, MatterFact, MeasureFact, Move, PlanFact, VisitFact,
};
use super::*;
use crate::lang::Lang;
use crate::matter::{Closing, Level, MatterKind, Satisfaction, Solved, State};
use crate::testing::{doc, worker};
use crate::{DocId, DocKind};

fn on(month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2026, month, day)
}

fn november(day: u32) -> Option<NaiveDate> {
    on(11, day)
}

fn village(number: u8) -> Option<DocId> {
    Some(doc(DocKind::Roster, number))
}

fn home(number: u8) -> DocId {
    doc(DocKind::Household, number)
}

/// November, asked when it is over.
fn asked(scope: Scope) -> Asked {
    Asked { scope, period: Period::month(2026, 11).unwrap(), today: on(12, 3).unwrap() }
}

const ALL: Asked = Asked { scope: Scope::All, period: Period { from: day(11, 1), to: day(11, 30) }, today: day(12, 3) };

const fn day(month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(2026, month, day) {
        Some(day) => day,
        None => NaiveDate::MIN,
    }
}

/// A matter, and its timeline: the days on which it came into each state.
type Told = (MatterFact, Vec<(Option<NaiveDate>, State)>);

/// Two villages, with the matters given, all of the first one unless they say otherwise.
fn with(matters: Vec<Told>) -> Facts {
    let mut facts = Facts::default();
    facts.villages.insert(village(1).unwrap(), "南浜村".into());
    facts.villages.insert(village(2).unwrap(), "庆胜村".into());
    for (number, (matter, moves)) in (1_u8..).zip(matters) {
        let id = doc(DocKind::Matter, number);
        let matter = MatterFact { village: matter.village.or(village(1)), ..matter };
        facts.matters.insert(id, matter);
        let moves = moves.into_iter().map(|(on, state)| Move { on, state: Some(state) });
        facts.moves.insert(id, (1..).zip(moves).collect());
    }
    facts
}

fn matters(matters: Vec<MatterFact>) -> Facts {
    with(matters.into_iter().map(|matter| (matter, Vec::new())).collect())
}

fn matter() -> MatterFact {
    MatterFact::default()
}

/// The figures of the whole, in words.
fn lines(report: &Report) -> Vec<String> {
    let of = |line: &Line| match &line.figure {
        Figure::Share(ratio) => format!("{}/{}", ratio.part, ratio.whole),
        figure => figure.shown(Lang::En),
    };
    report.lines.iter().map(of).collect()
}

fn first(id: ReportId, facts: &Facts) -> String {
    lines(&of(facts, id, &ALL)).swap_remove(0)
}

/// A table's rows, in words.
fn rows(report: &Report, title: &str) -> Vec<Vec<String>> {
    let table = report.tables.iter().find(|table| table.title.en == title).unwrap();
    assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{title}");
    table.rows.iter().map(|row| row.iter().map(|figure| figure.shown(Lang::En)).collect()).collect()
}

fn contact() -> Facts {
    let mut facts = with(Vec::new());
    for (number, of, is_empty) in
        [(1, 1, false), (2, 1, false), (3, 1, true), (4, 2, false), (5, 1, false), (6, 1, false)]
    {
        let doorplate = Some(format!("{number}号").into());
        let fact = HouseholdFact { village: village(of), doorplate, is_empty, ..HouseholdFact::default() };
        facts.households.insert(home(number), fact);
    }
    facts.at_work.insert((village(1).unwrap(), worker(1)));
    facts.at_work.insert((village(2).unwrap(), worker(1)));
    let link = |of, number, contact, from, to| LinkFact {
        village: village(of).unwrap(),
        worker: Some(worker(contact)),
        household: home(number),
        from,
        to,
    };
    facts.links = vec![
        link(1, 1, 1, on(1, 1), None),
        // Over since the middle of the month.
        link(1, 2, 1, on(1, 1), november(15)),
        link(1, 3, 1, None, None),
        link(2, 4, 1, None, None),
        // Nobody of the link works here any more.
        link(1, 5, 9, None, None),
        // Begins after the period.
        link(1, 6, 1, on(12, 1), None),
    ];
    let visit = |number, date, met_nobody| VisitFact { household: home(number), date, met_nobody };
    facts.visits = vec![
        visit(1, november(2), false),
        visit(1, november(30), false),
        visit(2, november(3), true),
        visit(4, on(10, 31), false),
        visit(4, on(12, 1), false),
        visit(5, november(9), false),
        visit(6, november(9), false),
        visit(1, None, false),
    ];
    facts
}

#[test]
fn coverage_counts_links_that_hold_on_the_last_day_and_lists_the_gaps() {
    let facts = contact();
    let report = of(&facts, ReportId::R1, &ALL);
    assert_eq!(lines(&report), ["2/5", "3"]);
    let gaps: Vec<String> =
        rows(&report, "gaps: households without a link").into_iter().map(|mut row| row.swap_remove(1)).collect();
    assert_eq!(gaps, ["2号", "5号", "6号"]);
    assert_eq!(
        rows(&report, "by village"),
        [["南浜村", "1", "4", "25.00%"], ["庆胜村", "1", "1", "100.00%"]],
        "without the empty house"
    );
    // In the middle of the month the second household still had its link.
    let middle = Asked { period: Period::new(day(11, 1), day(11, 15)).unwrap(), ..ALL };
    assert_eq!(lines(&of(&facts, ReportId::R1, &middle)), ["3/5", "2"]);
    let one = of(&facts, ReportId::R1, &asked(Scope::Village(village(2).unwrap())));
    assert_eq!((lines(&one), one.tables.len()), (vec!["1/1".to_owned(), "0".to_owned()], 1));
}

#[test]
fn a_household_visited_twice_is_one_and_nobody_met_is_no_contact() {
    // Linked in the period: 1, 2, 4, 5 (the link stands, whoever has left); contacted: 1 and 5.
    assert_eq!(lines(&of(&contact(), ReportId::R2, &ALL)), ["2/4", "4"]);
}

#[test]
fn accepting_is_in_time_late_overdue_or_has_time_still() {
    let limit = |accept_by, accepted_on| MatterFact { accept_by, accepted_on, ..matter() };
    let facts = matters(vec![
        limit(november(10), november(10)),
        limit(november(10), november(11)),
        limit(november(10), None),
        limit(november(30), None),
        // Accepted after the period: in the period it was overdue.
        limit(november(30), on(12, 1)),
        limit(on(12, 1), november(30)),
        limit(None, november(3)),
    ]);
    assert_eq!(first(ReportId::R3, &facts), "1/5");
    // On the 25th the limits of the 30th still have time.
    let early = Asked { today: day(11, 25), ..ALL };
    assert_eq!(lines(&of(&facts, ReportId::R3, &early)), ["1/3"]);
}

/// Due in November: closed in time, closed late, closed after the period, open, withdrawn, merged, referred out, parked.
fn due() -> Facts {
    let due = |closed_on| MatterFact { due: november(20), closed_on, closing: Some(Closing::Phased), ..matter() };
    let plain = |matter: MatterFact| (matter, Vec::new());
    let parked = vec![(on(10, 1), State::Recorded), (november(5), State::Parked)];
    with(vec![
        plain(MatterFact { closing: Some(Closing::Substantive), ..due(november(20)) }),
        plain(due(november(21))),
        plain(due(on(12, 1))),
        plain(due(None)),
        plain(MatterFact { withdrawn_on: november(7), ..due(None) }),
        plain(MatterFact { is_merged: true, ..due(None) }),
        plain(MatterFact { is_referred: true, closing: Some(Closing::Procedural), ..due(november(8)) }),
        (due(None), parked.clone()),
        // Parked, and never due; due in another month.
        (matter(), parked),
        plain(MatterFact { due: on(12, 1), ..due(november(2)) }),
    ])
}

#[test]
fn withdrawn_merged_and_referred_out_count_on_neither_side_and_parked_apart() {
    let report = of(&due(), ReportId::R4, &ALL);
    assert_eq!(lines(&report), ["2/4", "1/4", "2", "3"], "closed of due, in substance beside it, parked, left out");
    assert_eq!(first(ReportId::R5, &due()), "1/4");
}

#[test]
fn a_closing_has_a_kind_and_the_kind_is_never_hidden() {
    let report = of(&due(), ReportId::R6, &ALL);
    assert_eq!(lines(&report), ["1/4"]);
    let kinds: Vec<_> =
        rows(&report, "how they closed").into_iter().map(|row| format!("{} {}", row[0], row[1])).collect();
    assert_eq!(kinds, ["substantive 1", "phased 2", "procedural 1", "discontinued 0"]);
}

#[test]
fn a_resident_is_contacted_in_time_after_the_matter_was_accepted() {
    let contact =
        |contacted_on, accepted_on| MatterFact { contact_by: november(10), contacted_on, accepted_on, ..matter() };
    let facts = matters(vec![
        contact(november(9), november(5)),
        contact(november(12), november(5)),
        contact(None, november(5)),
        contact(november(9), None),
    ]);
    assert_eq!(first(ReportId::R7, &facts), "1/3");
}

fn verdicts(said: &[(Solved, Satisfaction, u8)]) -> Facts {
    let verdict = |(solved, satisfaction, of): &(Solved, Satisfaction, u8)| MatterFact {
        village: village(*of),
        evaluated_on: november(9),
        solved: Some(*solved),
        satisfaction: Some(*satisfaction),
        ..matter()
    };
    matters(said.iter().map(verdict).collect())
}

#[test]
fn fewer_than_five_answers_are_not_shown() {
    let yes = (Solved::Yes, Satisfaction::Satisfied, 1);
    let few = verdicts(&[yes, yes, (Solved::No, Satisfaction::Not, 1), (Solved::Yes, Satisfaction::NoAnswer, 1), yes]);
    for id in [ReportId::R8, ReportId::R9] {
        let report = of(&few, id, &ALL);
        assert!(lines(&report).iter().all(|line| !line.contains('/')), "{id:?}: {:?}", lines(&report));
        assert_eq!(lines(&report)[0], "fewer than 5: not shown");
    }
    assert_eq!(lines(&of(&Facts::default(), ReportId::R9, &ALL))[0], "0/0", "none are no secret");
}

#[test]
fn verdicts_are_shares_of_those_who_answered() {
    let facts = verdicts(&[
        (Solved::Yes, Satisfaction::Satisfied, 1),
        (Solved::Yes, Satisfaction::Basically, 1),
        (Solved::Partly, Satisfaction::Basically, 1),
        (Solved::No, Satisfaction::Not, 1),
        (Solved::Yes, Satisfaction::Satisfied, 1),
        (Solved::Yes, Satisfaction::NoAnswer, 1),
    ]);
    assert_eq!(lines(&of(&facts, ReportId::R8, &ALL)), ["3/5", "5", "5/6"]);
    assert_eq!(lines(&of(&facts, ReportId::R9, &ALL)), ["2/5", "4/5", "5", "fewer than 5: not shown"]);
}

#[test]
fn a_village_with_few_answers_is_hidden_and_the_total_does_not_give_it_away() {
    let yes = |of| (Solved::Yes, Satisfaction::Satisfied, of);
    let said: Vec<_> = (0..3).map(|_| yes(1)).chain((0..6).map(|_| yes(2))).chain((0..9).map(|_| yes(3))).collect();
    let mut facts = verdicts(&said);
    facts.villages.insert(village(3).unwrap(), "桑园村".into());
    for id in [ReportId::R8, ReportId::R9] {
        let report = of(&facts, id, &ALL);
        assert_eq!(lines(&report)[0], "18/18");
        let shown: Vec<String> = rows(&report, "by village").into_iter().map(|mut row| row.swap_remove(2)).collect();
        assert_eq!(shown, ["fewer than 5: not shown", "fewer than 5: not shown", "9"], "{id:?}");
    }
}

#[test]
fn ballots_count_instead_of_the_evaluation_of_the_same_matter() {
    let mut facts = verdicts(&[(Solved::Yes, Satisfaction::Satisfied, 1), (Solved::No, Satisfaction::Not, 1)]);
    let meeting = doc(DocKind::Meeting, 1);
    let ballots = |number, held| Ballots {
        meeting: doc(DocKind::Meeting, held),
        village: village(1),
        matter: Some(doc(DocKind::Matter, number)),
        satisfied: 20,
        basically: 5,
        not: 2,
        no_answer: 7,
    };
    facts.meetings.insert(meeting, november(28));
    facts.meetings.insert(doc(DocKind::Meeting, 2), on(10, 28));
    facts.ballots = vec![ballots(2, 1), ballots(1, 2)];
    assert_eq!(lines(&of(&facts, ReportId::R9, &ALL)), ["21/28", "26/28", "28", "7"]);
}

#[test]
fn what_was_closed_without_a_word_to_the_resident_is_not_fed_back() {
    let closed = |closed_on, feedback_on| MatterFact { closed_on, feedback_on, ..matter() };
    let facts = matters(vec![
        closed(november(9), november(8)),
        closed(november(9), None),
        closed(on(10, 9), on(10, 8)),
        closed(None, november(8)),
    ]);
    assert_eq!(first(ReportId::R10, &facts), "1/2");
}

#[test]
fn a_matter_is_posted_in_time_by_the_limit_for_accepting_it_or_the_day_it_was_assigned() {
    let assigned = |on| vec![(november(2), State::Recorded), (on, State::Assigned), (november(28), State::Assigned)];
    let posted = |posted_on, accept_by| MatterFact { posted_on, accept_by, ..matter() };
    let facts = with(vec![
        (posted(november(5), november(5)), assigned(november(3))),
        (posted(november(6), november(5)), assigned(november(3))),
        (posted(None, november(5)), assigned(november(3))),
        (posted(november(3), None), assigned(november(3))),
        (posted(november(4), None), assigned(november(3))),
        // The board shows neither what was withdrawn nor what was never assigned.
        (MatterFact { withdrawn_on: november(9), ..posted(None, november(5)) }, assigned(november(3))),
        (posted(november(5), november(5)), Vec::new()),
    ]);
    assert_eq!(first(ReportId::R11, &facts), "2/5");
}

#[test]
fn reopened_is_what_went_back_to_work_after_its_evaluation() {
    let life = |rest: &[(u32, State)]| {
        let mut moves = vec![(on(10, 1), State::Recorded), (on(10, 2), State::InProgress)];
        moves.extend(rest.iter().map(|(day, state)| (november(*day), *state)));
        (matter(), moves)
    };
    let facts = with(vec![
        life(&[(3, State::Evaluated), (4, State::InProgress)]),
        life(&[(3, State::Evaluated), (4, State::Closed)]),
        life(&[(3, State::FedBack)]),
    ]);
    assert_eq!(first(ReportId::R12, &facts), "1/2");
    let before = Asked { period: Period::month(2026, 10).unwrap(), ..ALL };
    assert_eq!(lines(&of(&facts, ReportId::R12, &before)), ["0/0"]);
}

fn hardship() -> Facts {
    let mut facts = with(Vec::new());
    for number in 1..=7 {
        let fact = HouseholdFact { village: village(1), in_hardship: number < 7, ..HouseholdFact::default() };
        facts.households.insert(home(number), fact);
    }
    let plan = |number, status: &str, begun_on, ended_on| PlanFact {
        household: Some(home(number)),
        status: Some(status.to_owned()),
        begun_on,
        ended_on,
    };
    facts.plans = vec![
        plan(1, "running", on(3, 1), None),
        plan(1, "ended", on(1, 1), on(2, 1)),
        plan(2, "draft", None, None),
        plan(3, "running", on(12, 1), None),
        plan(4, "ended", on(3, 1), november(29)),
        plan(5, "ended", on(3, 1), on(12, 1)),
        plan(7, "running", on(3, 1), None),
    ];
    facts
}

#[test]
fn a_hardship_household_is_helped_by_a_plan_that_runs_on_the_last_day() {
    let mut facts = hardship();
    assert_eq!(first(ReportId::R13, &facts), "2/6");
    facts.households.retain(|id, _| *id != home(1) && *id != home(2));
    assert_eq!(first(ReportId::R13, &facts), "fewer than 5: not shown");
}

#[test]
fn a_measure_is_done_by_its_due_date_or_it_is_not() {
    let measure = |due, done_on| MeasureFact { village: village(1), due, done_on };
    let mut facts = with(Vec::new());
    facts.measures = vec![
        measure(november(9), november(9)),
        measure(november(9), november(10)),
        measure(november(9), None),
        measure(on(10, 9), None),
        measure(None, november(9)),
    ];
    assert_eq!(lines(&of(&facts, ReportId::R14, &ALL)), ["1/3", "1"]);
}

fn fund() -> Facts {
    let mut facts = with(Vec::new());
    let id = doc(DocKind::Fund, 1);
    let fund =
        FundFact { village: village(1), name: Some("关爱资金".into()), opening: 10_000, balance: Some(40_000) };
    facts.funds.insert(id, fund);
    let entry = |date, is_in, amount| EntryFact { fund: id, date, is_in, amount };
    facts.entries = vec![
        entry(on(10, 9), true, 50_001),
        entry(november(9), true, 30_000),
        entry(november(30), false, 50_000),
        entry(on(12, 1), false, 1),
    ];
    facts
}

#[test]
fn money_balances_to_the_fen_and_a_fund_that_does_not_says_so() {
    let mut facts = fund();
    let report = of(&facts, ReportId::R15, &ALL);
    assert_eq!(lines(&report), ["600.01", "300.00", "500.00", "400.01"]);
    assert_eq!((report.checks.len(), report.broken().count()), (2, 0));
    facts.entries.push(EntryFact { date: None, ..facts.entries[0].clone() });
    let report = of(&facts, ReportId::R15, &ALL);
    let broken: Vec<_> = report.broken().map(|check| (check.one, check.other)).collect();
    assert_eq!(broken, [(90_001, 40_000)], "an entry without a day is in no period, and is told of");
}

#[test]
fn only_published_pledges_are_promises() {
    let mut facts = with(Vec::new());
    let pledge = |number| doc(DocKind::Pledge, number);
    facts.pledges.insert(pledge(1), Some("published".into()));
    facts.pledges.insert(pledge(2), Some("draft".into()));
    let item = |number, due, result: Option<&str>| ItemFact {
        pledge: pledge(number),
        village: village(1),
        due,
        result: result.map(str::to_owned),
    };
    facts.items = vec![
        item(1, november(9), Some("kept")),
        item(1, november(9), Some("partly")),
        item(1, november(9), Some("not")),
        item(1, november(9), None),
        item(1, on(12, 9), None),
        item(2, november(9), Some("kept")),
        item(3, november(9), Some("kept")),
    ];
    assert_eq!(lines(&of(&facts, ReportId::R16, &ALL)), ["1/4", "1", "1", "1"]);
}

/// Carried over: 1 and 2; new: 3, 4 and 5; ended: 2, 3 and 4.
fn month() -> Facts {
    let of = |recorded_on, category: &str| MatterFact {
        recorded_on,
        category: Some(category.into()),
        kind: Some(MatterKind::Help),
        level: Some(Level::Village),
        ..matter()
    };
    let closed =
        |matter: MatterFact, closed_on| MatterFact { closed_on, closing: Some(Closing::Substantive), ..matter };
    let life = |moves: &[(Option<NaiveDate>, State)]| moves.to_vec();
    with(vec![
        (of(on(10, 3), "水利"), life(&[(on(10, 3), State::Recorded), (november(4), State::Submitted)])),
        (
            closed(of(on(10, 4), "水利"), november(9)),
            life(&[(on(10, 4), State::Recorded), (november(9), State::Closed)]),
        ),
        (
            MatterFact { withdrawn_on: november(6), ..of(november(5), "交通") },
            life(&[(november(5), State::Recorded), (november(6), State::Withdrawn)]),
        ),
        (
            MatterFact { is_merged: true, ..of(november(5), "交通") },
            life(&[(november(5), State::Recorded), (november(7), State::Merged)]),
        ),
        (of(november(30), "医疗卫生"), life(&[(november(30), State::Recorded)])),
        (closed(of(on(9, 1), "水利"), on(9, 9)), life(&[(on(9, 1), State::Recorded), (on(9, 9), State::Closed)])),
        (of(on(12, 1), "水利"), life(&[(on(12, 1), State::Recorded)])),
    ])
}

#[test]
fn what_is_carried_over_is_what_was_open_and_the_month_adds_up() {
    let facts = month();
    let november = of(&facts, ReportId::R17, &ALL);
    assert_eq!(lines(&november), ["2", "3", "0", "3", "2"]);
    assert_eq!((november.checks.len(), november.broken().count()), (2, 0));
    for (earlier, later) in [(9, 10), (10, 11), (11, 12)] {
        let month =
            |month| lines(&of(&facts, ReportId::R17, &Asked { period: Period::month(2026, month).unwrap(), ..ALL }));
        assert_eq!(month(earlier)[4], month(later)[0], "{later} carries over what {earlier} left open");
    }
    assert_eq!(rows(&november, "how they ended"), [["merged", "1"], ["substantive", "1"], ["withdrawn", "1"]]);
    assert_eq!(rows(&november, "by level"), [["village", "2", "3", "0", "3", "2"]]);
}

#[test]
fn a_check_that_fails_is_shown() {
    let mut facts = month();
    // A card that says it was closed in October, and a timeline that says November.
    facts.matters.get_mut(&doc(DocKind::Matter, 2)).unwrap().closed_on = on(10, 9);
    let report = of(&facts, ReportId::R17, &ALL);
    let broken: Vec<_> = report.broken().map(|check| (check.one, check.other)).collect();
    assert_eq!(broken, [(1, 2), (1, 2)]);
}

#[test]
fn kinds_of_concern_and_categories_of_a_life_are_hidden_where_they_are_few() {
    let report = of(&month(), ReportId::R17, &ALL);
    let few = "fewer than 5: not shown";
    let of_life = rows(&report, "by category").into_iter().find(|row| row[0] == "医疗卫生").unwrap();
    assert_eq!(of_life[1..], [few; 5]);
    assert_eq!(rows(&report, "by kind of concern"), [["request for help", few, few, few, few, few]]);
}

#[test]
fn kinds_of_matters_are_counted_with_what_came_again_and_where() {
    let at = |recorded_on, category: &str, place: &str, closed_on| MatterFact {
        recorded_on,
        category: Some(category.into()),
        place: Some(place.into()),
        closed_on,
        ..matter()
    };
    let facts = matters(vec![
        at(november(2), "水利", "东河", november(4)),
        at(november(9), "水利", " 东河 ", november(14)),
        at(november(9), "交通", "桥头", None),
        at(on(1, 9), "交通", "桥头", november(9)),
        at(Some(day(1, 1).pred_opt().unwrap()), "水利", "东河", None),
        at(november(2), "邻里纠纷", "3号", None),
        at(november(3), "邻里纠纷", "3号", None),
        at(november(3), "公共安全", "3号", None),
        MatterFact { recorded_on: november(8), ..matter() },
    ]);
    let report = of(&facts, ReportId::R18, &ALL);
    assert_eq!(lines(&report), ["7", "4", "5.0"]);
    assert_eq!(rows(&report, "places with two and more of a kind"), [["东河", "水利", "2"]]);
    let first = rows(&report, "by category").swap_remove(0);
    assert_eq!(first[0], "水利");
}

#[test]
fn a_median_between_two_is_their_middle() {
    let days = |closed: &[u32]| {
        let closed =
            closed.iter().map(|day| MatterFact { recorded_on: november(1), closed_on: november(1 + day), ..matter() });
        lines(&of(&matters(closed.collect()), ReportId::R18, &ALL)).swap_remove(2)
    };
    assert_eq!([days(&[]), days(&[3]), days(&[3, 8]), days(&[8, 1, 3])], ["—", "3.0", "5.5", "3.0"]);
}

#[test]
fn what_this_version_does_not_keep_is_not_nought() {
    let missing = Source { view: "visits", column: "met" };
    let facts = Facts { missing: [missing].into(), ..contact() };
    let report = of(&facts, ReportId::R2, &ALL);
    assert_eq!(
        (report.not_kept.as_slice(), report.lines.len(), report.has_figures()),
        ([missing].as_slice(), 0, false)
    );
    assert!(of(&facts, ReportId::R1, &ALL).has_figures());
}

#[test]
fn no_report_has_a_worker_in_a_row_and_every_row_is_as_long_as_its_table() {
    let workers: Vec<String> = (0..20).map(|number| worker(number).to_string()).collect();
    for facts in [contact(), due(), month(), hardship(), fund()] {
        for report in all(&facts, &ALL) {
            for row in report.tables.iter().flat_map(|table| {
                assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{:?}", report.id);
                &table.rows
            }) {
                assert!(row.iter().all(|figure| !workers.contains(&figure.shown(Lang::En))), "{:?}", report.id);
            }
        }
    }
}
