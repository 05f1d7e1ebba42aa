//! Carrying out: what a meeting decided becomes steps of the matters (domain §1, 民事交办会).
//!
//! A step's name follows from the meeting, the decision, who takes it, what it does and what they had seen; its
//! moment is that of the meeting. So whoever carries out a decision twice, or on two devices, writes the very same record,
//! and a step that carries out a decision is known as such by its name. Two people who carry out the same decision apart
//! take two steps that say the same: the second has no effect, and a matter's fold calls that no dispute.
//!
//! Where the diagram has no arrow from where the matter stands, the steps that lead there are taken first: what was
//! decided at a meeting has been submitted to it, and what is parked has been studied. What somebody has in hand is handed
//! on ([`Act::Transfer`]). Everything else is left, with the reason.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;

use crate::deadline::Terms;
use crate::document::Edit;
use crate::draft::{FieldId, Prose, ShortText};
use crate::ids::{DeviceMillis, DocId, RecordId, WorkerId};
use crate::matter::next_by;
use crate::matter::{Act, ActKind, Assignment, Matter, Satisfaction, Solved, State, Target, target};
use crate::meeting::{Ballot, Decided, Decision, Meeting, MeetingAct, MeetingState};

/// A step that is to be taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// Its name.
    pub id: RecordId,
    /// Its moment: the meeting's.
    pub at: DeviceMillis,
    /// What it does.
    pub act: Act,
    /// By when the next word is expected, counted from the meeting.
    pub limit: Option<NaiveDate>,
}

impl Due {
    /// The edit of the matter that takes it, after every step read.
    pub fn edit(&self, matter: &Matter, by: WorkerId) -> Edit {
        matter.step_with_limit(self.id, by, self.at, self.act.clone(), self.limit)
    }
}

/// Why something that was decided is not carried out here and now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotCarried {
    /// The matter is not here.
    NotHere,
    /// From where the matter stands there is no such step.
    NotNow,
    /// People wrote it down differently: that is settled first.
    Disputed,
    /// Whoever did the work does not record how it is judged (报办分离).
    OwnWork,
    /// Nobody said whether it is solved.
    NoVerdict,
    /// The rules do not let this person take the step.
    NotYours,
    /// This version does not know the decision, or it lacks what it needs.
    Unreadable,
}

/// Something that was left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Left {
    /// The matter.
    pub matter: DocId,
    /// Why.
    pub why: NotCarried,
}

/// What comes of one matter: the next step, if there is one, and what is left. Steps are taken one after the other: ask
/// again when this one is taken, until there is none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Carried {
    /// The next step.
    pub next: Option<Due>,
    /// What is left, and why.
    pub left: Vec<NotCarried>,
}

/// What came of a whole meeting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CarriedOut {
    /// The steps that were taken, each with its matter.
    pub steps: Vec<(DocId, &'static str)>,
    /// What was left.
    pub left: Vec<Left>,
}

impl CarriedOut {
    /// Notes a step that was taken.
    pub fn took(&mut self, matter: DocId, act: &Act) {
        self.steps.push((matter, act.kind().map_or("", ActKind::code)));
    }

    /// Notes what was left of a matter.
    pub fn leaves(&mut self, matter: DocId, left: impl IntoIterator<Item = NotCarried>) {
        self.left.extend(left.into_iter().map(|why| Left { matter, why }));
    }
}

/// The matters a meeting has something to carry out for; with `verdicts`, those the residents voted on too.
pub fn matters_to_carry_out(meeting: &Meeting, verdicts: bool) -> BTreeSet<DocId> {
    if held_at(meeting).is_none() {
        return BTreeSet::new();
    }
    let steps = |decision: &&Decision| decision.decision.is_none_or(Decided::is_a_step);
    let decisions = meeting.decisions.values().map(|field| &field.value).filter(steps);
    let decided = decisions.filter_map(|decision| decision.matter);
    let judged = meeting.ballots.values().filter_map(|ballot| ballot.value.matter).filter(|_| verdicts);
    decided.chain(judged).collect()
}

/// What a meeting has still to carry out for one matter, by the hand of `by`. With `verdicts`, the residents' votes become
/// the matter's evaluation: what most said, with the counts as its grounds.
pub fn carry_out(meeting: &Meeting, matter: &Matter, by: WorkerId, terms: &Terms, verdicts: bool) -> Carried {
    let mut carried = Carried::default();
    let Some(at) = held_at(meeting) else { return carried };
    let held_on = meeting.held_on();
    for (id, field) in &meeting.decisions {
        if field.value.matter != Some(matter.id) || field.value.decision == Some(Decided::Agree) {
            continue;
        }
        let source = Source { meeting: meeting.id, record: *id, by, at, held_on, terms };
        let found = if field.is_conflict() { Err(NotCarried::Disputed) } else { source.decision(&field.value, matter) };
        carried.add(found);
    }
    if let Some((id, field)) = meeting.ballots.get_key_value(&Ballot::id_of(Some(matter.id))).filter(|_| verdicts) {
        let source = Source { meeting: meeting.id, record: *id, by, at, held_on, terms };
        let found = if field.is_conflict() { Err(NotCarried::Disputed) } else { source.verdict(&field.value, matter) };
        carried.add(found);
    }
    carried
}

impl Carried {
    fn add(&mut self, found: Result<Option<Due>, NotCarried>) {
        match found {
            Ok(due) => self.next = self.next.take().or(due),
            Err(why) => self.left.push(why),
        }
    }
}

/// The moment of a meeting that took place: when it was written down that it did.
fn held_at(meeting: &Meeting) -> Option<DeviceMillis> {
    if matches!(meeting.state(), MeetingState::Called | MeetingState::Cancelled) {
        return None;
    }
    meeting.course.standing().find(|(_, act)| matches!(act, MeetingAct::Hold { .. })).and_then(|(step, _)| step.at)
}

/// What is carried out, and by whom.
struct Source<'a> {
    meeting: DocId,
    record: RecordId,
    by: WorkerId,
    at: DeviceMillis,
    held_on: Option<NaiveDate>,
    terms: &'a Terms,
}

impl Source<'_> {
    /// The name of the step by which a worker carries this out, having seen these steps.
    fn step_id(&self, by: WorkerId, act: ActKind, limit: Option<NaiveDate>, after: &BTreeSet<RecordId>) -> RecordId {
        let (meeting, record) = (self.meeting.to_bytes(), self.record.0);
        let limit = limit.map(|day| day.to_string()).unwrap_or_default();
        let mut parts: Vec<&[u8]> =
            vec![b"carried out", &meeting, &record, by.0.as_bytes(), act.code().as_bytes(), limit.as_bytes()];
        parts.extend(after.iter().map(|id| id.0.as_slice()));
        RecordId::derive(&parts)
    }

    /// Whether anybody has taken this step for this meeting already.
    fn was_taken(&self, matter: &Matter, act: ActKind) -> bool {
        matter.story.steps.iter().any(|told| {
            let by = told.step.by.filter(|_| told.step.act.kind() == Some(act));
            by.is_some_and(|by| self.step_id(by, act, told.step.limit, &told.step.after) == told.id)
        })
    }

    fn due(&self, matter: &Matter, act: Act) -> Result<Option<Due>, NotCarried> {
        let kind = act.kind().ok_or(NotCarried::Unreadable)?;
        if self.was_taken(matter, kind) {
            return Err(NotCarried::NotNow);
        }
        let limit = next_by(&act, self.at.in_china().date(), self.terms);
        let id = self.step_id(self.by, kind, limit, &matter.story.latest);
        Ok(Some(Due { id, at: self.at, act, limit }))
    }

    fn decision(&self, decision: &Decision, matter: &Matter) -> Result<Option<Due>, NotCarried> {
        let act = act_of(decision).ok_or(NotCarried::Unreadable)?;
        let kind = act.kind().ok_or(NotCarried::Unreadable)?;
        let transferred = kind == ActKind::Assign && self.was_taken(matter, ActKind::Transfer);
        if self.was_taken(matter, kind) || transferred || stands_already(&act, matter) {
            return Ok(None);
        }
        match first_on_the_way(matter.state(), &act, 2) {
            Some(first) => self.due(matter, first),
            None => Err(NotCarried::NotNow),
        }
    }

    fn verdict(&self, ballot: &Ballot, matter: &Matter) -> Result<Option<Due>, NotCarried> {
        if self.was_taken(matter, ActKind::Evaluate) {
            return Ok(None);
        }
        let solved = ballot.solved().ok_or(NotCarried::NoVerdict)?;
        if matter.story.is_owned_by(self.by) {
            return Err(NotCarried::OwnWork);
        }
        let act = Act::Evaluate {
            solved,
            satisfaction: ballot.satisfaction(),
            grounds: Some(counted(ballot)?),
            collected_by: None,
            on: self.held_on,
        };
        if target(ActKind::Evaluate, matter.state()).is_none() {
            return Err(NotCarried::NotNow);
        }
        self.due(matter, act)
    }
}

/// The step a decision asks for; `None` if it asks for none, or lacks what the step needs.
fn act_of(decision: &Decision) -> Option<Act> {
    let text = decision.text.clone();
    Some(match decision.decision? {
        Decided::Agree => return None,
        Decided::Assign => Act::Assign(Assignment {
            owner: decision.owner?,
            co_owners: decision.co_owners.clone(),
            level: decision.level,
            measures: text,
            due: decision.due,
        }),
        Decided::Escalate => Act::Escalate { reason: text? },
        Decided::Park => Act::Park { reason: text?, recheck_on: decision.due? },
        Decided::Decline => Act::Decline { reason: text? },
        Decided::Analyse => Act::Analyse { opinion: text },
        Decided::ReferOut => Act::ReferOut { to: ShortText::parse(FieldId::Text, text?.as_str()).ok()? },
    })
}

/// Whether the matter stands as the meeting decided, whoever saw to it.
fn stands_already(act: &Act, matter: &Matter) -> bool {
    match act {
        Act::Assign(assignment) => {
            let story = &matter.story;
            story.state.is_with_owner()
                && story.owner == Some(assignment.owner)
                && story.co_owners == assignment.co_owners
                && story.due == assignment.due
        }
        act => matter.story.steps.last().is_some_and(|told| told.not_standing.is_none() && told.step.act == *act),
    }
}

/// The first step from a state to an act: the act itself, or one that must go before; `None` where no way leads there.
fn first_on_the_way(from: State, act: &Act, most: u8) -> Option<Act> {
    let kind = act.kind()?;
    if target(kind, from).is_some() {
        return Some(act.clone());
    }
    if let Act::Assign(assignment) = act
        && target(ActKind::Transfer, from).is_some()
    {
        return Some(Act::Transfer(assignment.clone()));
    }
    let before = [Act::Submit, Act::Analyse { opinion: None }];
    before.into_iter().find(|before| {
        let next = before.kind().and_then(|kind| target(kind, from));
        matches!(next, Some(Target::To(next)) if most > 0 && first_on_the_way(next, act, most - 1).is_some())
    })
}

/// The counts, as the grounds of the verdict.
fn counted(ballot: &Ballot) -> Result<Prose, NotCarried> {
    use crate::lang::Lang::Zh;
    let words = format!(
        "民主评议会计票：{} {}，{} {}，{} {}，{} {}；{} {}，{} {}，{} {}。",
        Satisfaction::Satisfied.label(Zh),
        ballot.satisfied,
        Satisfaction::Basically.label(Zh),
        ballot.basically,
        Satisfaction::Not.label(Zh),
        ballot.not,
        Satisfaction::NoAnswer.label(Zh),
        ballot.no_answer,
        Solved::Yes.label(Zh),
        ballot.yes,
        Solved::Partly.label(Zh),
        ballot.partly,
        Solved::No.label(Zh),
        ballot.no,
    );
    Prose::parse(FieldId::Text, &words).map_err(|_| NotCarried::Unreadable)
}
