//! The life of a matter as data (domain §5): which act leads from which states to which.

use crate::matter::choices::{ActKind, State};

/// Where an act leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// To this state.
    To(State),
    /// Nowhere: it adds to the matter and leaves its state.
    Stays,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Transition {
    /// The act.
    pub act: ActKind,
    /// The states it may follow.
    pub from: &'static [State],
    /// Where it leads.
    pub to: Target,
}

/// Every state in which the matter is still somebody's business.
const OPEN: &[State] = &[
    State::Recorded,
    State::Submitted,
    State::Analysed,
    State::Assigned,
    State::Accepted,
    State::InProgress,
    State::ExtensionAsked,
    State::Returned,
    State::Escalated,
    State::Parked,
    State::Declined,
    State::ReferredOut,
    State::Done,
    State::FedBack,
    State::Evaluated,
];

const fn row(act: ActKind, from: &'static [State], to: State) -> Transition {
    Transition { act, from, to: Target::To(to) }
}

const fn stays(act: ActKind, from: &'static [State]) -> Transition {
    Transition { act, from, to: Target::Stays }
}

/// The whole diagram. Small matters may be assigned the day they are submitted, without a meeting (domain §1); a referred,
/// declined or parked matter closes procedurally or is discontinued, which the fold checks.
pub const TRANSITIONS: &[Transition] = {
    use State::*;
    &[
        row(ActKind::Submit, &[Recorded], Submitted),
        row(ActKind::Solve, &[Recorded], Done),
        row(ActKind::ReferOut, &[Recorded, Submitted, Analysed, Escalated], ReferredOut),
        row(ActKind::Analyse, &[Submitted, Parked], Analysed),
        row(ActKind::Assign, &[Submitted, Analysed, Returned, Escalated], Assigned),
        row(ActKind::Refer, &[Recorded, Submitted, Analysed, Returned, Escalated], Assigned),
        row(ActKind::Transfer, &[Assigned, Accepted, InProgress], Assigned),
        row(ActKind::Accept, &[Assigned], Accepted),
        row(ActKind::Start, &[Accepted], InProgress),
        row(ActKind::Return, &[Assigned], Returned),
        row(ActKind::AskExtension, &[InProgress], ExtensionAsked),
        row(ActKind::AnswerExtension, &[ExtensionAsked], InProgress),
        row(ActKind::Escalate, &[Submitted, Analysed, Returned], Escalated),
        row(ActKind::Park, &[Analysed], Parked),
        row(ActKind::Merge, &[Submitted, Analysed], Merged),
        row(ActKind::Decline, &[Submitted, Analysed], Declined),
        row(ActKind::Done, &[InProgress], Done),
        row(ActKind::Feedback, &[Done], FedBack),
        row(ActKind::Evaluate, &[FedBack], Evaluated),
        row(ActKind::Close, &[Evaluated, ReferredOut, Declined, Parked], Closed),
        row(ActKind::Reopen, &[Evaluated], InProgress),
        row(ActKind::Withdraw, OPEN, Withdrawn),
        stays(ActKind::Assist, &[Assigned, Accepted, InProgress, ExtensionAsked]),
        stays(ActKind::Split, OPEN),
        stays(ActKind::Similar, State::ALL),
        stays(ActKind::Supervise, OPEN),
        stays(ActKind::Post, State::ALL),
        stays(ActKind::Note, State::ALL),
        stays(ActKind::Settle, State::ALL),
    ]
};

/// Where an act leads from a state; `None` where the diagram has no such arrow.
pub fn target(act: ActKind, from: State) -> Option<Target> {
    let row = TRANSITIONS.iter().find(|row| row.act == act && row.from.contains(&from))?;
    Some(row.to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_one_row() {
        for act in ActKind::ALL {
            assert_eq!(TRANSITIONS.iter().filter(|row| row.act == *act).count(), 1, "{act:?}");
        }
    }

    #[test]
    fn every_state_is_reached_and_every_open_one_can_be_left() {
        let mut reached = vec![State::Recorded];
        while let Some(row) = TRANSITIONS.iter().find(|row| match row.to {
            Target::To(to) => !reached.contains(&to) && row.from.iter().any(|from| reached.contains(from)),
            Target::Stays => false,
        }) {
            let Target::To(to) = row.to else { unreachable!() };
            reached.push(to);
        }
        for state in State::ALL {
            assert!(reached.contains(state), "{state:?} is never reached");
            let moves = |row: &&Transition| row.from.contains(state) && row.to != Target::Stays;
            assert_eq!(TRANSITIONS.iter().filter(moves).count() == 0, state.is_final(), "{state:?}");
        }
    }
}
