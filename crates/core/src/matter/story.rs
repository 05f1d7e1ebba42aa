//! The fold: from a matter's steps to where it stands.
//!
//! Steps are taken in one fixed order: each after the steps it names in `after`, ties by the step's id. (Steps that name
//! each other in a ring, which no honest phone writes, are taken by id.) A step the diagram has no arrow for is kept and
//! told as not standing, with the reason. What happens when two people act without having seen each other:
//!
//! | one did | the other did | both replicas show | marked for the lead |
//! |---|---|---|---|
//! | close | reopen | in progress; the closing is overtaken, whichever id is smaller | yes |
//! | close | close, another way | closed as the first in order says | yes |
//! | close | close, the same way | closed | no |
//! | assign | assign to another | assigned to the first in order | yes |
//! | any deciding step | another deciding step that no longer fits | the first in order | yes |
//! | accept, start, done, note … | the same | once; the second is overtaken | no |
//!
//! A lead clears the mark with a *settle* step that names the step which stands; if that one had not stood, it does now.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::course::{self, causal_order, saw};
use crate::draft::ShortText;
use crate::ids::{DocId, RecordId, WorkerId};
use crate::lang::Lang;
use crate::matter::table::{Target, target};
use crate::matter::{Act, ActKind, Closing, FeedbackWay, Level, Satisfaction, Solved, State, Step};

/// What became of a matter: a pure function of its steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// Where it stands.
    pub state: State,
    /// Who has it in hand.
    pub owner: Option<WorkerId>,
    /// Who assists.
    pub co_owners: BTreeSet<WorkerId>,
    /// Everybody who ever was owner or assisted, whether that assignment stood or not.
    pub ever_owners: BTreeSet<WorkerId>,
    /// The level that handles it.
    pub level: Option<Level>,
    /// The day it is due as its steps name it, extensions included. Where they name none, [`crate::deadline`] says.
    pub due: Option<NaiveDate>,
    /// The day it was first to be done by, as its steps name it.
    pub first_due: Option<NaiveDate>,
    /// Whether an extension was granted.
    pub extended: bool,
    /// Until when its owner has asked for, and nobody has answered yet.
    pub asked_until: Option<NaiveDate>,
    /// The matter it is merged into.
    pub merged_into: Option<DocId>,
    /// The matters that were split from it.
    pub split_into: BTreeSet<DocId>,
    /// Matters much like it.
    pub similar: BTreeSet<DocId>,
    /// Whom outside it was referred to.
    pub referred_to: Option<ShortText>,
    /// The studio or team it was referred to.
    pub team: Option<ShortText>,
    /// Its document, if it has one.
    pub studio: Option<DocId>,
    /// Who asked the residents for their verdict.
    pub evaluated_by: Option<WorkerId>,
    /// The steps that stand and brought it into a state, in order.
    pub moves: Vec<Move>,
    /// When a parked matter is looked at again.
    pub recheck_on: Option<NaiveDate>,
    /// How and when the resident was told.
    pub feedback: Option<(FeedbackWay, NaiveDate)>,
    /// The residents' verdict.
    pub evaluation: Option<(Solved, Satisfaction)>,
    /// How it closed, once it is closed.
    pub conclusion: Option<Conclusion>,
    /// The day it was first posted on the board.
    pub posted_on: Option<NaiveDate>,
    /// How often it was reopened.
    pub reopened: u32,
    /// Pairs of steps that cannot both stand, the one that stands meanwhile first, until a lead settles them.
    pub needs_lead: Vec<(RecordId, RecordId)>,
    /// Every step in its fixed order, standing or not.
    pub steps: Vec<Told>,
    /// The steps no other step names: what the next step comes after.
    pub latest: BTreeSet<RecordId>,
    returned: bool,
}

/// A step that brought the matter into a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The step.
    pub step: RecordId,
    /// What it does.
    pub act: ActKind,
    /// The state.
    pub state: State,
    /// The level that handles it from then on.
    pub level: Option<Level>,
    /// The day the step tells of.
    pub on: Option<NaiveDate>,
    /// The day by which the next word is expected, if the step says so.
    pub limit: Option<NaiveDate>,
}

/// How a matter ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conclusion {
    /// How.
    pub closing: Closing,
    /// The step that says so.
    pub step: RecordId,
}

/// A step in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Its id.
    pub id: RecordId,
    /// The step.
    pub step: Step,
    /// Why it does not stand; `None` when it does.
    pub not_standing: Option<NotStanding>,
}

/// Why a step has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotStanding {
    /// The diagram has no such arrow from the state its author saw.
    NoSuchStep,
    /// Another step its author had not seen came first.
    Overtaken {
        /// The other step.
        by: RecordId,
    },
    /// The owner may not record the evaluation of the own work (报办分离).
    OwnWork,
    /// A matter is returned once.
    ReturnedBefore,
    /// A matter is extended once.
    ExtendedBefore,
    /// Reopening needs residents who are not satisfied.
    NotDissatisfied,
    /// What was referred out, declined or parked closes procedurally or is discontinued.
    OnlyProcedural,
    /// Written by a newer version, or incomplete.
    Unreadable,
    /// There is nothing to settle, or not between these steps.
    NothingToSettle,
}

impl NotStanding {
    /// One of each sort; the step that overtook is any.
    pub const SORTS: &'static [NotStanding] = &[
        NotStanding::NoSuchStep,
        NotStanding::Overtaken { by: RecordId([0; 8]) },
        NotStanding::OwnWork,
        NotStanding::ReturnedBefore,
        NotStanding::ExtendedBefore,
        NotStanding::NotDissatisfied,
        NotStanding::OnlyProcedural,
        NotStanding::Unreadable,
        NotStanding::NothingToSettle,
    ];

    /// A stable code for views.
    pub const fn code(self) -> &'static str {
        match self {
            NotStanding::NoSuchStep => "no_such_step",
            NotStanding::Overtaken { .. } => "overtaken",
            NotStanding::OwnWork => "own_work",
            NotStanding::ReturnedBefore => "returned_before",
            NotStanding::ExtendedBefore => "extended_before",
            NotStanding::NotDissatisfied => "not_dissatisfied",
            NotStanding::OnlyProcedural => "only_procedural",
            NotStanding::Unreadable => "unreadable",
            NotStanding::NothingToSettle => "nothing_to_settle",
        }
    }

    /// Why, in a few words for people.
    pub const fn label(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => match self {
                NotStanding::NoSuchStep => course::NotStanding::NoSuchStep.label(lang),
                NotStanding::Overtaken { by } => course::NotStanding::Overtaken { by }.label(lang),
                NotStanding::OwnWork => "承办人不得评议自己承办的事项",
                NotStanding::ReturnedBefore => "只能退回一次",
                NotStanding::ExtendedBefore => "只能延期一次",
                NotStanding::NotDissatisfied => "评议为不满意时才能重办",
                NotStanding::OnlyProcedural => "只能程序性办结或中止",
                NotStanding::Unreadable => course::NotStanding::Unreadable.label(lang),
                NotStanding::NothingToSettle => "没有需要裁定的分歧",
            },
            Lang::En => match self {
                NotStanding::NoSuchStep => course::NotStanding::NoSuchStep.label(lang),
                NotStanding::Overtaken { by } => course::NotStanding::Overtaken { by }.label(lang),
                NotStanding::OwnWork => "owners do not evaluate their own work",
                NotStanding::ReturnedBefore => "a matter is returned once",
                NotStanding::ExtendedBefore => "a matter is extended once",
                NotStanding::NotDissatisfied => "only what residents are not satisfied with is reopened",
                NotStanding::OnlyProcedural => "closes procedurally or is discontinued",
                NotStanding::Unreadable => course::NotStanding::Unreadable.label(lang),
                NotStanding::NothingToSettle => "nothing to settle",
            },
        }
    }
}

impl Default for Story {
    fn default() -> Self {
        Story {
            state: State::Recorded,
            owner: None,
            co_owners: BTreeSet::new(),
            ever_owners: BTreeSet::new(),
            level: None,
            due: None,
            first_due: None,
            extended: false,
            asked_until: None,
            merged_into: None,
            split_into: BTreeSet::new(),
            similar: BTreeSet::new(),
            referred_to: None,
            team: None,
            studio: None,
            evaluated_by: None,
            moves: Vec::new(),
            recheck_on: None,
            feedback: None,
            evaluation: None,
            conclusion: None,
            posted_on: None,
            reopened: 0,
            needs_lead: Vec::new(),
            steps: Vec::new(),
            latest: BTreeSet::new(),
            returned: false,
        }
    }
}

impl Story {
    /// Folds the steps. The order in which they arrived, or arrived again, makes no difference.
    pub fn of(steps: &BTreeMap<RecordId, Step>) -> Self {
        let after = steps.iter().map(|(id, step)| (*id, &step.after)).collect();
        let mut fold = Fold { steps, after, story: Story::default(), mover: None };
        for id in causal_order(&fold.after) {
            if let Some(step) = steps.get(&id) {
                let not_standing = fold.take(id, step).err();
                fold.story.steps.push(Told { id, step: step.clone(), not_standing });
            }
        }
        let named: BTreeSet<_> = steps.values().flat_map(|step| step.after.iter().copied()).collect();
        fold.story.latest = steps.keys().copied().filter(|id| !named.contains(id)).collect();
        fold.story
    }

    /// Whether a lead has something to settle.
    pub fn is_disputed(&self) -> bool {
        !self.needs_lead.is_empty()
    }

    /// Whether a worker owns the matter or assists now.
    pub fn is_owned_by(&self, worker: WorkerId) -> bool {
        self.owner == Some(worker) || self.co_owners.contains(&worker)
    }

    /// Whether a worker owned the matter, or assisted, as far as the author of a step had seen it.
    pub fn owned_as_seen(&self, step: &Step, worker: WorkerId) -> bool {
        let steps: BTreeMap<RecordId, &Step> = self.steps.iter().map(|told| (told.id, &told.step)).collect();
        let mut seen = BTreeMap::new();
        let mut open: Vec<RecordId> = step.after.iter().copied().collect();
        while let Some(id) = open.pop() {
            if let Some(before) = steps.get(&id).filter(|_| !seen.contains_key(&id)) {
                open.extend(before.after.iter().copied());
                seen.insert(id, (*before).clone());
            }
        }
        Story::of(&seen).is_owned_by(worker)
    }

    /// Whether a step taken now, after all that is told here, would stand.
    pub fn would_stand(&self, by: WorkerId, act: &Act) -> Result<(), NotStanding> {
        let id = RecordId::derive(&[b"the next step", &self.steps.len().to_be_bytes()]);
        let next = Step { by: Some(by), at: None, after: self.latest.clone(), limit: None, act: act.clone() };
        let mut steps: BTreeMap<_, _> = self.steps.iter().map(|told| (told.id, told.step.clone())).collect();
        steps.insert(id, next);
        let story = Story::of(&steps);
        let told = story.steps.iter().find(|told| told.id == id);
        told.and_then(|told| told.not_standing).map_or(Ok(()), Err)
    }

    fn mark_overtaken(&mut self, step: RecordId, by: RecordId) {
        self.moves.retain(|moved| moved.step != step);
        if let Some(told) = self.steps.iter_mut().find(|told| told.id == step) {
            told.not_standing = Some(NotStanding::Overtaken { by });
        }
    }
}

/// Whether an act decides what becomes of the matter, so that two different ones cannot both stand.
const fn decides(kind: ActKind) -> bool {
    use ActKind::*;
    matches!(
        kind,
        Solve | ReferOut | Refer | Assign | Transfer | Return | Escalate | Park | Merge | Decline | Close | Withdraw
    )
}

struct Fold<'a> {
    steps: &'a BTreeMap<RecordId, Step>,
    /// What each step's author had seen.
    after: BTreeMap<RecordId, &'a BTreeSet<RecordId>>,
    story: Story,
    /// The step that brought the matter into its state.
    mover: Option<RecordId>,
}

impl Fold<'_> {
    /// Whether the author of `later` had seen `earlier`.
    fn saw(&self, later: RecordId, earlier: RecordId) -> bool {
        saw(&self.after, later, earlier)
    }

    fn take(&mut self, id: RecordId, step: &Step) -> Result<(), NotStanding> {
        let kind = step.act.kind().ok_or(NotStanding::Unreadable)?;
        self.remember_owners(&step.act);
        if let Act::Settle { stands } = step.act {
            return self.settle(id, stands);
        }
        let Some(to) = target(kind, self.story.state) else {
            return self.take_unfitting(id, step, kind);
        };
        self.check(step)?;
        self.apply(id, &step.act, to);
        Ok(())
    }

    /// The diagram has no arrow: either it never had, or somebody the author had not seen was first.
    fn take_unfitting(&mut self, id: RecordId, step: &Step, kind: ActKind) -> Result<(), NotStanding> {
        let Some(mover) = self.mover.filter(|mover| !self.saw(id, *mover)) else {
            return Err(NotStanding::NoSuchStep);
        };
        let moved_by = self.steps.get(&mover).map(|step| &step.act);
        let moved_kind = moved_by.and_then(Act::kind);
        if kind == ActKind::Reopen && moved_kind == Some(ActKind::Close) && self.dissatisfied() {
            self.story.mark_overtaken(mover, id);
            self.story.needs_lead.retain(|pair| pair.0 != mover && pair.1 != mover);
            self.story.conclusion = None;
            self.apply(id, &step.act, Target::To(State::InProgress));
            self.story.needs_lead.push((id, mover));
            return Ok(());
        }
        if let Some(reopening) = self.unseen_reopening(id).filter(|_| kind == ActKind::Close) {
            self.story.needs_lead.push((reopening, id));
            return Err(NotStanding::Overtaken { by: reopening });
        }
        if decides(kind) && moved_kind.is_some_and(decides) && moved_by != Some(&step.act) {
            self.story.needs_lead.push((mover, id));
        }
        Err(NotStanding::Overtaken { by: mover })
    }

    /// A reopening that stands and that the author of a step had not seen, whatever has followed it since.
    fn unseen_reopening(&self, id: RecordId) -> Option<RecordId> {
        let stands = |told: &&Told| told.not_standing.is_none() && matches!(told.step.act, Act::Reopen { .. });
        self.story.steps.iter().filter(stands).map(|told| told.id).find(|reopening| !self.saw(id, *reopening))
    }

    fn dissatisfied(&self) -> bool {
        self.story.evaluation.is_some_and(|(_, satisfaction)| satisfaction == Satisfaction::Not)
    }

    /// What the diagram's text says beside its arrows.
    fn check(&self, step: &Step) -> Result<(), NotStanding> {
        match &step.act {
            Act::Evaluate { collected_by, .. }
                if step.by.iter().chain(collected_by).any(|by| self.story.is_owned_by(*by)) =>
            {
                Err(NotStanding::OwnWork)
            }
            Act::Return { .. } if self.story.returned => Err(NotStanding::ReturnedBefore),
            Act::AskExtension { .. } if self.story.extended => Err(NotStanding::ExtendedBefore),
            Act::Reopen { .. } if !self.dissatisfied() => Err(NotStanding::NotDissatisfied),
            Act::Close { closing: Closing::Substantive | Closing::Phased } if self.story.state != State::Evaluated => {
                Err(NotStanding::OnlyProcedural)
            }
            _ => Ok(()),
        }
    }

    fn apply(&mut self, id: RecordId, act: &Act, to: Target) {
        self.add(id, act);
        let (Target::To(state), Some(kind), Some(step)) = (to, act.kind(), self.steps.get(&id)) else { return };
        let level = self.story.level;
        self.story.state = state;
        if state != State::Merged {
            self.story.merged_into = None;
        }
        self.mover = Some(id);
        self.story.moves.push(Move { step: id, act: kind, state, level, on: step.day(), limit: step.limit });
    }

    /// What an act adds to the matter, wherever it leads.
    fn add(&mut self, id: RecordId, act: &Act) {
        let by = self.steps.get(&id).and_then(|step| step.by);
        let story = &mut self.story;
        if let Some(assignment) = act.assignment() {
            story.owner = Some(assignment.owner);
            story.co_owners = assignment.co_owners.clone();
            story.level = assignment.level;
            story.due = assignment.due;
            story.first_due = story.first_due.or(assignment.due);
        }
        match act {
            Act::Refer { studio, to, .. } => {
                story.team = Some(to.clone());
                story.studio = *studio;
            }
            // Whoever solved it on the spot had it in hand, and somebody else asks for the verdict.
            Act::Solve { .. } => story.owner = by,
            Act::Assist { worker } => {
                story.co_owners.insert(*worker);
            }
            Act::Return { .. } => {
                story.returned = true;
                story.owner = None;
                story.co_owners.clear();
                story.due = None;
            }
            Act::AskExtension { until, .. } => story.asked_until = Some(*until),
            Act::AnswerExtension { granted, .. } => {
                let until = story.asked_until.take().filter(|_| *granted);
                story.extended |= *granted;
                story.due = until.or(story.due);
            }
            Act::ReferOut { to } => {
                story.level = Some(Level::Referred);
                story.referred_to = Some(to.clone());
            }
            Act::Merge { into } => story.merged_into = Some(*into),
            Act::Split { parts } => story.split_into.extend(parts),
            Act::Similar { to } => {
                story.similar.insert(*to);
            }
            Act::Escalate { .. } => story.level = Some(Level::Town),
            Act::Park { recheck_on, .. } => story.recheck_on = Some(*recheck_on),
            Act::Feedback { way, on } => story.feedback = Some((*way, *on)),
            Act::Evaluate { solved, satisfaction, collected_by, .. } => {
                story.evaluation = Some((*solved, *satisfaction));
                story.evaluated_by = collected_by.or(by);
            }
            Act::Close { closing } => story.conclusion = Some(Conclusion { closing: *closing, step: id }),
            Act::Reopen { .. } => story.reopened += 1,
            Act::Post { on } => story.posted_on = story.posted_on.or(Some(*on)),
            _ => {}
        }
    }

    fn remember_owners(&mut self, act: &Act) {
        if let Some(assignment) = act.assignment() {
            self.story.ever_owners.insert(assignment.owner);
            self.story.ever_owners.extend(&assignment.co_owners);
        }
        if let Act::Assist { worker } = act {
            self.story.ever_owners.insert(*worker);
        }
    }

    fn settle(&mut self, id: RecordId, stands: RecordId) -> Result<(), NotStanding> {
        let seen = |pair: &(RecordId, RecordId)| self.saw(id, pair.0) && self.saw(id, pair.1);
        let names = |pair: &(RecordId, RecordId)| pair.0 == stands || pair.1 == stands;
        let settled: Vec<_> = self.story.needs_lead.iter().copied().filter(|pair| names(pair) && seen(pair)).collect();
        let Some(act) = self.steps.get(&stands).map(|step| step.act.clone()).filter(|_| !settled.is_empty()) else {
            return Err(NotStanding::NothingToSettle);
        };
        self.story.needs_lead.retain(|pair| !settled.contains(pair));
        let overtaken = settled.iter().find(|pair| pair.1 == stands).map(|pair| pair.0);
        if let Some(first) = overtaken {
            self.story.mark_overtaken(first, stands);
            if self.steps.get(&first).is_some_and(|step| matches!(step.act, Act::Refer { .. } | Act::ReferOut { .. })) {
                (self.story.referred_to, self.story.team, self.story.studio) = (None, None, None);
            }
            if self.steps.get(&first).is_some_and(|step| matches!(step.act, Act::Reopen { .. })) {
                self.story.reopened = self.story.reopened.saturating_sub(1);
            }
            if let Some(told) = self.story.steps.iter_mut().find(|told| told.id == stands) {
                told.not_standing = None;
            }
            let to = act.kind().and_then(|kind| crate::matter::TRANSITIONS.iter().find(|row| row.act == kind));
            self.story.conclusion = None;
            self.apply(stands, &act, to.map_or(Target::Stays, |row| row.to));
            self.mover = Some(id);
        }
        Ok(())
    }
}
