//! Who takes which step of a matter (domain §3 and §5), as data.

use crate::matter::ActKind;

/// How somebody stands to a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// Wrote it down.
    Recorder,
    /// Is linked to its household.
    Linked,
    /// Owns it, or assists.
    Owner,
    /// Is stationed in the village, and has to do with it: wrote it down, is linked to its household, or owns it.
    Cadre,
    /// Leads a branch of the village.
    Lead,
    /// Sits on the village board.
    Board,
    /// Supervises village affairs.
    Supervisor,
    /// Sits at the town desk.
    Desk,
}

use Relation::{Board, Cadre, Desk, Lead, Linked, Owner, Recorder, Supervisor};

/// Who takes which step. An owner records no evaluation of the own work, whoever else they are: [`super::rules::step`] and
/// the fold both see to it.
pub const STEPS: &[(ActKind, &[Relation])] = &[
    (ActKind::Submit, &[Recorder, Linked, Lead, Board, Desk]),
    (ActKind::Solve, &[Recorder, Linked, Lead, Board, Desk]),
    (ActKind::ReferOut, &[Recorder, Linked, Lead, Board, Desk]),
    (ActKind::Analyse, &[Lead, Board, Desk]),
    (ActKind::Assign, &[Lead, Board, Desk]),
    (ActKind::Transfer, &[Lead, Board, Desk]),
    (ActKind::Assist, &[Owner, Lead, Board, Desk]),
    (ActKind::Refer, &[Recorder, Linked, Lead, Board, Desk]),
    (ActKind::Accept, &[Owner, Desk]),
    (ActKind::Start, &[Owner, Desk]),
    (ActKind::Return, &[Owner, Desk]),
    (ActKind::AskExtension, &[Owner, Desk]),
    (ActKind::AnswerExtension, &[Lead, Board, Desk]),
    (ActKind::Escalate, &[Cadre, Lead, Board, Desk]),
    (ActKind::Park, &[Lead, Board, Desk]),
    (ActKind::Merge, &[Lead, Board, Desk]),
    (ActKind::Split, &[Recorder, Linked, Lead, Board, Desk]),
    (ActKind::Similar, &[Recorder, Linked, Owner, Lead, Board, Supervisor, Desk]),
    (ActKind::Decline, &[Lead, Board, Desk]),
    (ActKind::Done, &[Owner, Desk]),
    (ActKind::Feedback, &[Recorder, Linked, Owner, Lead, Board, Desk]),
    (ActKind::Evaluate, &[Recorder, Linked, Lead, Board, Supervisor, Desk]),
    (ActKind::Close, &[Lead, Board, Desk]),
    (ActKind::Reopen, &[Recorder, Linked, Lead, Board, Supervisor, Desk]),
    (ActKind::Withdraw, &[Recorder, Linked, Lead, Board, Desk]),
    (ActKind::Supervise, &[Supervisor, Lead, Board, Desk]),
    (ActKind::Post, &[Lead, Board, Supervisor, Desk]),
    (ActKind::Note, &[Recorder, Linked, Owner, Lead, Board, Supervisor, Desk]),
    (ActKind::Settle, &[Lead, Board, Desk]),
];

/// The relations that may take a step.
pub fn takers(act: ActKind) -> &'static [Relation] {
    STEPS.iter().find(|(kind, _)| *kind == act).map_or(&[], |(_, takers)| takers)
}
