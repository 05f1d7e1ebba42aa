//! The steps of a help plan, and where each leads.

use chrono::NaiveDate;

use crate::course::Act;
use crate::draft::Prose;
use crate::lang::codes;
use crate::policy::matter_rules::Relation::{self, Board, Desk, Lead, Linked, Owner, Supervisor};
use crate::record::Record;

codes! {
    /// Where a plan stands.
    Status {
        Draft = "draft", "拟定", "draft";
        Running = "running", "帮扶中", "running";
        Done = "done", "已落实", "done";
        Stable = "stable", "稳定", "stable";
        Ended = "ended", "已结束", "ended";
    }
}

/// Where a plan stands, and what is known of it there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanState {
    /// The status.
    pub status: Status,
    /// Whether the household has confirmed what was reported done.
    pub confirmed: bool,
    /// Whether it ended before the household stood by itself.
    pub early: bool,
}

codes! {
    /// What a step does.
    PlanActKind {
        Begin = "begin", "开始帮扶", "begin";
        ReportDone = "report_done", "上报落实", "report done";
        Confirm = "confirm", "户主确认", "household's confirmation";
        Stabilise = "stabilise", "转为稳定", "stabilise";
        End = "end", "结束", "end";
        EndEarly = "end_early", "提前结束", "end early";
        Resume = "resume", "恢复帮扶", "resume";
        Review = "review", "复核", "review";
    }
}

/// A step of a plan.
#[derive(Clone, Debug, PartialEq)]
pub enum PlanAct {
    /// Help begins.
    Begin {
        /// When.
        on: NaiveDate,
    },
    /// What was planned is reported done; the household has not said so yet.
    ReportDone {
        /// When.
        on: NaiveDate,
        /// What came of it.
        effect: Option<Prose>,
    },
    /// The household's word, collected by whoever writes this step: never a helper.
    Confirm {
        /// When it was given.
        on: NaiveDate,
        /// Whether the help arrived. A no sends the plan back to work.
        yes: bool,
        /// Their words.
        words: Option<Prose>,
    },
    /// The household stands by itself for now; needs its confirmation.
    Stabilise {
        /// When.
        on: NaiveDate,
    },
    /// It is over.
    End {
        /// When.
        on: NaiveDate,
    },
    /// It is over before it reached its goal.
    EndEarly {
        /// When.
        on: NaiveDate,
        /// Why.
        reason: Prose,
    },
    /// The household is in need again.
    Resume {
        /// When.
        on: NaiveDate,
        /// Why.
        reason: Prose,
    },
    /// Looked at, without changing where it stands.
    Review {
        /// When.
        on: NaiveDate,
        /// What was found.
        words: Prose,
        /// When next.
        next: Option<NaiveDate>,
    },
}

impl PlanAct {
    /// What sort of step it is.
    pub const fn kind(&self) -> PlanActKind {
        match self {
            PlanAct::Begin { .. } => PlanActKind::Begin,
            PlanAct::ReportDone { .. } => PlanActKind::ReportDone,
            PlanAct::Confirm { .. } => PlanActKind::Confirm,
            PlanAct::Stabilise { .. } => PlanActKind::Stabilise,
            PlanAct::End { .. } => PlanActKind::End,
            PlanAct::EndEarly { .. } => PlanActKind::EndEarly,
            PlanAct::Resume { .. } => PlanActKind::Resume,
            PlanAct::Review { .. } => PlanActKind::Review,
        }
    }

    /// The day it tells of.
    pub const fn on(&self) -> NaiveDate {
        match self {
            PlanAct::Begin { on }
            | PlanAct::ReportDone { on, .. }
            | PlanAct::Confirm { on, .. }
            | PlanAct::Stabilise { on }
            | PlanAct::End { on }
            | PlanAct::EndEarly { on, .. }
            | PlanAct::Resume { on, .. }
            | PlanAct::Review { on, .. } => *on,
        }
    }

    /// Who takes it (domain §3); helpers stand to a plan as owners do to a matter. That no helper collects the confirmation
    /// is a rule of its own.
    pub(super) const fn takers(&self) -> &'static [Relation] {
        match self {
            PlanAct::Begin { .. } | PlanAct::Resume { .. } => &[Owner, Linked, Lead, Board, Desk],
            PlanAct::ReportDone { .. } => &[Owner, Lead, Board, Desk],
            PlanAct::Confirm { .. } => &[Linked, Lead, Board, Supervisor, Desk],
            PlanAct::Stabilise { .. } | PlanAct::End { .. } | PlanAct::EndEarly { .. } => &[Lead, Board, Desk],
            PlanAct::Review { .. } => &[Owner, Linked, Lead, Board, Supervisor, Desk],
        }
    }
}

impl Act for PlanAct {
    type State = PlanState;

    const START: PlanState = PlanState { status: Status::Draft, confirmed: false, early: false };

    fn target(&self, from: PlanState) -> Option<PlanState> {
        use Status::{Done, Draft, Ended, Running, Stable};
        let to = |status| Some(PlanState { status, confirmed: false, early: false });
        match (self, from.status) {
            (PlanAct::Begin { .. }, Draft) => to(Running),
            (PlanAct::ReportDone { .. }, Running) => to(Done),
            (PlanAct::Confirm { yes: true, .. }, Done | Stable) => Some(PlanState { confirmed: true, ..from }),
            (PlanAct::Confirm { yes: false, .. }, Done | Stable) => to(Running),
            (PlanAct::Stabilise { .. }, Done) if from.confirmed => Some(PlanState { status: Stable, ..from }),
            (PlanAct::End { .. }, Stable) => Some(PlanState { status: Ended, ..from }),
            (PlanAct::EndEarly { .. }, Draft | Running | Done | Stable) => {
                Some(PlanState { status: Ended, early: true, ..from })
            }
            (PlanAct::Resume { .. }, Done | Stable | Ended) => to(Running),
            (PlanAct::Review { .. }, Running | Done | Stable) => Some(from),
            _ => None,
        }
    }

    fn take(record: &mut Record) -> Option<Self> {
        let kind: PlanActKind = record.take("act")?;
        let on = record.take("on")?;
        Some(match kind {
            PlanActKind::Begin => PlanAct::Begin { on },
            PlanActKind::ReportDone => PlanAct::ReportDone { on, effect: record.take("text") },
            PlanActKind::Confirm => PlanAct::Confirm { on, yes: record.take("yes")?, words: record.take("text") },
            PlanActKind::Stabilise => PlanAct::Stabilise { on },
            PlanActKind::End => PlanAct::End { on },
            PlanActKind::EndEarly => PlanAct::EndEarly { on, reason: record.take("text")? },
            PlanActKind::Resume => PlanAct::Resume { on, reason: record.take("text")? },
            PlanActKind::Review => PlanAct::Review { on, words: record.take("text")?, next: record.take("next") },
        })
    }

    fn put(&self, record: &mut Record) {
        record.put("act", Some(&self.kind()));
        record.put("on", Some(&self.on()));
        match self {
            PlanAct::Begin { .. } | PlanAct::Stabilise { .. } | PlanAct::End { .. } => {}
            PlanAct::ReportDone { effect, .. } => record.put("text", effect.as_ref()),
            PlanAct::Confirm { yes, words, .. } => {
                record.put("yes", Some(yes));
                record.put("text", words.as_ref());
            }
            PlanAct::EndEarly { reason, .. } | PlanAct::Resume { reason, .. } => record.put("text", Some(reason)),
            PlanAct::Review { words, next, .. } => {
                record.put("text", Some(words));
                record.put("next", next.as_ref());
            }
        }
    }
}
