//! What the rest of the crate asks about pledges.

use std::collections::BTreeSet;

use crate::access::{Facts, Relations};
use crate::board::{self, Section, Seen};
use crate::card::Card;
use crate::deed::{Deed, NotADeed};
use crate::document::Document;
use crate::ids::WorkerId;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::pledge::{Outcome, Pledge, PledgeAct, PledgeDeed, PledgeState, Review, Reviewer, SCHEMA};
use crate::policy::rules;
use crate::policy::{Judgement, Ruling, Why};
use crate::roster::Role;
use crate::value::{Key, KeySpec};
use crate::views::ColumnType::{Doc, Id, Int, Personal, Text};
use crate::views::{Cell, Row, ViewSpec, row};

/// Pledges.
pub(crate) struct Pledges;

impl Kind for Pledges {
    fn schema(&self) -> &'static [KeySpec] {
        SCHEMA
    }

    fn steps(&self) -> Vec<&'static str> {
        crate::pledge::PledgeStep::ALL.iter().map(|step| step.code()).collect()
    }

    fn facts(&self, document: &Document) -> Facts {
        let pledge = Pledge::read(document);
        if !pledge.is_named_right() {
            return Facts::default();
        }
        let village = pledge.village.map(|village| village.value);
        Facts { village, author: pledge.worker, ..Facts::default() }
    }

    /// A pledge is made to be shown, and the other members review it: everybody of the village.
    fn readers(&self, facts: &Facts, by: &Relations<'_>) -> BTreeSet<WorkerId> {
        let mut readers = by.everybody();
        readers.extend(facts.author);
        readers
    }

    fn decides_who_reads(&self, key: &str) -> bool {
        matches!(key, "worker" | "year" | "village")
    }

    fn card(&self, document: &Document) -> Card {
        let pledge = Pledge::read(document);
        Card {
            title: pledge.year.map(|year| year.to_string().into()),
            village: pledge.village.as_ref().map(|village| village.value),
            owner: pledge.worker,
            records: pledge.items.len(),
            last: pledge.published_on(),
            due: pledge.items.values().filter_map(|item| item.value.due).max(),
            ..Card::default()
        }
    }

    fn deed(&self, json: &str) -> Result<Box<dyn Deed + Send>, NotADeed> {
        Ok(Box::new(serde_json::from_str::<PledgeDeed>(json)?))
    }

    #[cfg(test)]
    fn samples(&self) -> &'static [&'static str] {
        super::tests::SAMPLES
    }

    #[cfg(test)]
    fn refused(&self) -> &'static [&'static str] {
        super::tests::REFUSED
    }

    fn views(&self) -> &'static [ViewSpec] {
        VIEWS
    }

    fn rows(&self, document: &Document) -> Vec<Row> {
        rows_of(&Pledge::read(document))
    }

    fn public(&self, document: &Document, seen: &Seen<'_>) -> Vec<board::Item> {
        public(&Pledge::read(document), seen).into_iter().collect()
    }

    fn whole(&self, judgement: &Judgement<'_>) -> Result<(), Ruling> {
        rules::of_a_village(judgement)?;
        if Pledge::read(judgement.after).is_named_right() { Ok(()) } else { Err(Why::NotItsType.into()) }
    }

    fn key(&self, judgement: &Judgement<'_>, key: Key<'_>, name: &str, _settles: bool) -> Result<(), Ruling> {
        match key {
            Key::Own("village") => rules::handed_on(judgement, name),
            Key::Record("step", _) => step(judgement, name),
            Key::Record("review", _) => review(judgement, name),
            Key::Record("item", _) => {
                own_or_typed(judgement)?;
                let desk = judgement.author.has(Role::TownDesk);
                let draft = Pledge::read(judgement.before).state() == PledgeState::Draft;
                if draft || desk { Ok(()) } else { Err(Why::ItemsStay.into()) }
            }
            _ => own_or_typed(judgement),
        }
    }
}

const JUDGES: &[Role] = &[Role::BranchLead, Role::VillageBoard];

/// The worker's own, or that of somebody whose paper is typed in.
fn own_or_typed(judgement: &Judgement<'_>) -> Result<(), Ruling> {
    let own = Pledge::read(judgement.after).worker == Some(judgement.author.worker);
    let typed = rules::types_for_others(judgement) && rules::is_of_its_village(judgement);
    if own || typed { Ok(()) } else { Err(Why::OtherName.into()) }
}

/// Steps are new and name their author. The lead and the board agree and publish; nobody judges the own pledge.
fn step(judgement: &Judgement<'_>, key: &str) -> Result<(), Ruling> {
    let own = Pledge::read(judgement.after).worker == Some(judgement.author.worker);
    for act in rules::new_steps::<PledgeAct>(judgement, key)? {
        let may = match act {
            PledgeAct::Start => own || rules::holds_here(judgement, JUDGES),
            PledgeAct::Approve | PledgeAct::SendBack { .. } => rules::holds_here(judgement, JUDGES),
            PledgeAct::Publish { .. } => {
                if !Pledge::read(judgement.after).is_concrete() {
                    return Err(Why::NotConcrete.into());
                }
                rules::holds_here(judgement, JUDGES)
            }
            PledgeAct::Result { .. } | PledgeAct::Close { .. } => {
                if own {
                    return Err(Why::OwnWork.into());
                }
                rules::holds_here(judgement, &[Role::BranchLead, Role::VillageBoard, Role::Supervisor])
            }
        };
        if !may {
            return Err(Why::NotYourStep.into());
        }
    }
    Ok(())
}

/// A review is new and names whoever wrote it down: the worker for the worker, somebody else for everybody else.
fn review(judgement: &Judgement<'_>, key: &str) -> Result<(), Ruling> {
    let own = Pledge::read(judgement.after).worker == Some(judgement.author.worker);
    let typed = rules::types_for_others(judgement) && rules::is_of_its_village(judgement);
    for review in rules::new_records::<Review>(judgement, key, |review| review.by)? {
        match review.reviewer {
            Some(Reviewer::Own) if !own && !typed => return Err(Why::OtherName.into()),
            Some(Reviewer::Own) => {}
            _ if own => return Err(Why::OwnWork.into()),
            Some(Reviewer::Organisation) if !rules::holds_here(judgement, JUDGES) => {
                return Err(Why::NotYourStep.into());
            }
            _ if !rules::is_of_its_village(judgement) => return Err(Why::NotYours.into()),
            _ => {}
        }
    }
    Ok(())
}

/// Its tables.
const VIEWS: &[ViewSpec] = &[
    ViewSpec {
        name: "pledges",
        columns: &[
            ("doc", Doc),
            ("village", Id),
            ("worker", Id),
            ("year", Int),
            ("status", Text),
            ("published_on", Text),
            ("items", Int),
            ("place", Personal),
            ("reviews", Int),
        ],
        indexes: &[&["village", "year"], &["worker"]],
    },
    ViewSpec {
        name: "pledge_items",
        columns: &[
            ("doc", Doc),
            ("id", Text),
            ("village", Id),
            ("worker", Id),
            ("year", Int),
            ("content", Personal),
            ("due", Text),
            ("result", Personal),
            ("measured_by", Personal),
            ("baseline", Personal),
        ],
        indexes: &[&["village", "due"]],
    },
    ViewSpec {
        name: "pledge_reviews",
        columns: &[
            ("doc", Doc),
            ("id", Text),
            ("reviewer", Text),
            ("verdict", Personal),
            ("on_day", Text),
            ("by", Text),
        ],
        indexes: &[],
    },
    ViewSpec {
        name: "pledge_steps",
        columns: &[
            ("doc", Doc),
            ("id", Text),
            ("place", Int),
            ("act", Text),
            ("by", Text),
            ("at", Int),
            ("not_standing", Text),
        ],
        indexes: &[],
    },
];

fn rows_of(pledge: &Pledge) -> Vec<Row> {
    let doc = Cell::text(&pledge.id);
    let (village, worker) = (Cell::field(pledge.village.as_ref()), Cell::value(pledge.worker.as_ref()));
    let year = pledge.year.map_or(Cell::Null, |year| Cell::Int(year.into()));
    let mut rows = vec![row(
        "pledges",
        vec![
            doc.clone(),
            village.clone(),
            worker.clone(),
            year.clone(),
            Cell::text(pledge.state().code()),
            Cell::value(pledge.published_on().as_ref()),
            Cell::count(pledge.items.len()),
            Cell::field(pledge.place.as_ref()),
            Cell::count(pledge.reviews.len()),
        ],
    )];
    rows.extend(pledge.items.iter().map(|(id, item)| {
        let item = &item.value;
        row(
            "pledge_items",
            vec![
                doc.clone(),
                Cell::text(id),
                village.clone(),
                worker.clone(),
                year.clone(),
                Cell::value(item.content.as_ref()),
                Cell::value(item.due.as_ref()),
                Cell::maybe(pledge.result_of(*id).map(result_code)),
                Cell::value(item.measured_by.as_ref()),
                Cell::value(item.baseline.as_ref()),
            ],
        )
    }));
    rows.extend(pledge.reviews.iter().map(|(id, review)| {
        let review = &review.value;
        row(
            "pledge_reviews",
            vec![
                doc.clone(),
                Cell::text(id),
                Cell::value(review.reviewer.as_ref()),
                Cell::value(review.verdict.as_ref()),
                Cell::value(review.on.as_ref()),
                Cell::value(review.by.as_ref()),
            ],
        )
    }));
    rows.extend(pledge.course.steps.iter().enumerate().map(|(place, told)| {
        row(
            "pledge_steps",
            vec![
                doc.clone(),
                Cell::text(&told.id),
                Cell::count(place + 1),
                Cell::maybe(told.step.act.as_ref().map(|act| act.step().code())),
                Cell::value(told.step.by.as_ref()),
                Cell::value(told.step.at.as_ref()),
                Cell::maybe(told.not_standing.map(|why| why.code())),
            ],
        )
    }));
    rows
}

fn result_code(outcome: Outcome) -> &'static str {
    outcome.code()
}

/// On the board from the day it was published until some days after its end: who, what, where, and how it stands.
fn public(pledge: &Pledge, seen: &Seen<'_>) -> Option<board::Item> {
    let published_on = pledge.published_on().filter(|_| pledge.is_named_right() && pledge.state().is_public())?;
    let name = pledge.worker.and_then(|worker| seen.name(worker))?;
    let year = pledge.year?;
    let items = pledge.items.iter().map(|(id, item)| {
        let content = item.value.content.as_ref().map(|content| content.as_str()).unwrap_or_default();
        let due = item.value.due.map(|due| format!("（{due}）")).unwrap_or_default();
        let result = pledge.result_of(*id).map(|outcome| format!("：{}", outcome.label(Lang::Zh)));
        format!("{content}{due}{}", result.unwrap_or_default())
    });
    let mut item = board::Item::new(Section::Pledges, pledge.id);
    item.sort_by(format!("{year}\u{0}{name}"));
    item.say("worker", name).say("year", year).say_lines("item/content", items);
    item.say_maybe("place", pledge.place.as_ref().map(|place| place.value.as_str()));
    item.say("state", pledge.state().label(Lang::Zh));
    item.hang(Some(published_on), ended_on(pledge).map(|ended| seen.last_day(ended)));
    Some(item)
}

/// The day it came to its end: that of the step that closed it.
fn ended_on(pledge: &Pledge) -> Option<chrono::NaiveDate> {
    let closing = pledge.course.standing().filter(|(_, act)| matches!(act, PledgeAct::Close { .. })).last();
    closing.and_then(|(step, _)| step.at).map(|at| at.in_china().date())
}
