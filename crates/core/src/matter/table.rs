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

/// The acts that lead on from a state, in the order of a matter's life.
pub fn next_from(from: State) -> impl Iterator<Item = ActKind> {
    let moves = move |row: &&Transition| row.to != Target::Stays && row.from.contains(&from);
    TRANSITIONS.iter().filter(moves).map(|row| row.act)
}

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
    fn who_may_not_close_yet_is_told_what_may_be_done() {
        let next: Vec<ActKind> = next_from(State::Done).collect();
        assert_eq!(next, [ActKind::Feedback, ActKind::Withdraw]);
        assert_eq!(next_from(State::Closed).count(), 0);
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

    const PAGE: &str = include_str!("../../../../docs/matters.md");

    /// The words in backquotes of one cell of the row that begins with a step's code.
    fn cell(act: ActKind, place: usize) -> Vec<&'static str> {
        let code = format!("`{}`", act.code());
        let row = PAGE.lines().find(|line| line.starts_with('|') && line.split('|').nth(2).unwrap().trim() == code);
        let row = row.unwrap_or_else(|| panic!("the page has no row for {code}"));
        row.split('|').nth(place).unwrap().split('`').skip(1).step_by(2).collect()
    }

    #[test]
    fn the_page_has_every_step_with_the_states_it_follows_and_the_one_it_leads_to() {
        for row in TRANSITIONS {
            let from: Vec<_> = row.from.iter().map(|state| state.code()).collect();
            let said = cell(row.act, 3);
            let any = row.from == OPEN || row.from == State::ALL;
            assert!(said == from || any && said.is_empty(), "{:?}: {said:?} is not {from:?}", row.act);
            match row.to {
                Target::To(state) => assert_eq!(cell(row.act, 4).first(), Some(&state.code()), "{:?}", row.act),
                Target::Stays => assert!(!cell(row.act, 4).iter().any(|word| State::parse(word).is_some())),
            }
        }
    }

    #[test]
    fn the_page_has_every_state_every_reason_and_every_rule() {
        let states = State::ALL.iter().map(|state| state.code());
        let reasons = crate::matter::NotStanding::SORTS.iter().map(|why| why.code());
        for code in states.chain(reasons).chain(crate::matter::Closing::ALL.iter().map(|closing| closing.code())) {
            assert!(PAGE.contains(&format!("`{code}`")), "{code}");
        }
        let limits = crate::deadline::Rule::ALL
            .iter()
            .filter(|rule| rule.code().ends_with("_days") && **rule != crate::deadline::Rule::ReportDays);
        for rule in limits {
            assert!(PAGE.contains(&format!("| `{}` |", rule.code())), "{rule:?}");
        }
    }
}
