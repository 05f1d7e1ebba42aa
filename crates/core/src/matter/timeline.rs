//! When what happened to a matter: the days its steps tell of, in the order in which they stand.

use chrono::NaiveDate;

use crate::matter::{Act, ActKind, Matter, State};

/// The days of a matter. A day is what a step names, or that of its author's device; they are shown and counted, and decide
/// no order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// Handed to the branch.
    pub submitted_on: Option<NaiveDate>,
    /// Handed to the owner who has it now, or had it last.
    pub assigned_on: Option<NaiveDate>,
    /// Accepted by that owner.
    pub accepted_on: Option<NaiveDate>,
    /// The resident was first spoken to after it was first accepted.
    pub contacted_on: Option<NaiveDate>,
    /// First begun.
    pub started_on: Option<NaiveDate>,
    /// Reported done; not any more once it is reopened.
    pub done_on: Option<NaiveDate>,
    /// The resident was told of it; not any more once it is reopened.
    pub fed_back_on: Option<NaiveDate>,
    /// The residents' last verdict.
    pub evaluated_on: Option<NaiveDate>,
    /// Closed, if it is.
    pub closed_on: Option<NaiveDate>,
    /// Withdrawn by the resident.
    pub withdrawn_on: Option<NaiveDate>,
    /// First passed up to the town.
    pub escalated_on: Option<NaiveDate>,
    /// By when it is to be accepted, if the assignment says so.
    pub accept_limit: Option<NaiveDate>,
    /// By when the resident is to be spoken to, if the first acceptance says so.
    pub contact_limit: Option<NaiveDate>,
    /// By when the resident is to be told, if the step that reports it done says so.
    pub feedback_limit: Option<NaiveDate>,
    /// By when the verdict is to be asked for, if the feedback says so.
    pub evaluation_limit: Option<NaiveDate>,
    /// First accepted.
    pub first_accepted_on: Option<NaiveDate>,
}

impl Timeline {
    /// The days of a matter.
    pub fn of(matter: &Matter) -> Self {
        let mut days = Timeline::default();
        for moved in &matter.story.moves {
            let (on, limit) = (moved.on, moved.limit);
            match moved.state {
                State::Submitted => days.submitted_on = days.submitted_on.or(on),
                State::Assigned => {
                    (days.assigned_on, days.accept_limit, days.accepted_on) = (on, limit, None);
                }
                State::Accepted => {
                    days.accepted_on = on;
                    if days.first_accepted_on.is_none() {
                        (days.first_accepted_on, days.contact_limit) = (on, limit);
                    }
                }
                State::InProgress if moved.act == ActKind::Start => days.started_on = days.started_on.or(on),
                State::InProgress if moved.act == ActKind::Reopen => {
                    (days.done_on, days.fed_back_on, days.closed_on) = (None, None, None);
                    (days.feedback_limit, days.evaluation_limit) = (None, None);
                }
                State::Done => (days.done_on, days.feedback_limit) = (on, limit),
                State::FedBack => (days.fed_back_on, days.evaluation_limit) = (on, limit),
                State::Evaluated => days.evaluated_on = on,
                State::Closed => days.closed_on = on,
                State::Withdrawn => days.withdrawn_on = on,
                State::Escalated => days.escalated_on = days.escalated_on.or(on),
                _ => {}
            }
        }
        days.contacted_on = first_contact(matter);
        days
    }
}

/// The first day after the first acceptance on which the resident heard something.
fn first_contact(matter: &Matter) -> Option<NaiveDate> {
    let standing = matter.story.steps.iter().filter(|told| told.not_standing.is_none());
    let after = standing.skip_while(|told| told.step.act.kind() != Some(ActKind::Accept));
    after.into_iter().find_map(|told| match &told.step.act {
        Act::Feedback { on, .. } => Some(*on),
        Act::Note { contacted_on, .. } => *contacted_on,
        Act::AnswerExtension { told_on, .. } => *told_on,
        _ => None,
    })
}

/// The moves of a matter with days that never run backwards, whatever clocks said: the first is the recording.
pub(crate) fn moves(matter: &Matter) -> Vec<(Option<NaiveDate>, State, Option<crate::matter::Level>)> {
    let recorded = matter.recorded_on.as_ref().map(|on| on.value);
    let mut latest = recorded;
    let mut moves = vec![(recorded, State::Recorded, None)];
    for moved in &matter.story.moves {
        latest = latest.max(moved.on);
        moves.push((latest, moved.state, moved.level));
    }
    moves
}
