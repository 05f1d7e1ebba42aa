//! The course of a meeting: called, held, closed or published; or cancelled.

use chrono::NaiveDate;

use crate::course::Act;
use crate::draft::Prose;
use crate::meeting::{MeetingState, StepKind};
use crate::record::Record;

/// What a step does to a meeting, with all it needs.
///
/// | act | from | to |
/// |---|---|---|
/// | hold | called | held |
/// | close | held | closed |
/// | publish | held, closed | published |
/// | cancel | called | cancelled |
#[derive(Clone, Debug, PartialEq)]
pub enum MeetingAct {
    /// It took place.
    Hold {
        /// The day.
        on: NaiveDate,
    },
    /// It is over, and nothing of it is published.
    Close,
    /// Its decisions are on the public board.
    Publish {
        /// Since when.
        on: NaiveDate,
    },
    /// It does not take place.
    Cancel {
        /// Why.
        reason: Prose,
    },
}

impl MeetingAct {
    /// Which act it is.
    pub const fn kind(&self) -> StepKind {
        match self {
            MeetingAct::Hold { .. } => StepKind::Hold,
            MeetingAct::Close => StepKind::Close,
            MeetingAct::Publish { .. } => StepKind::Publish,
            MeetingAct::Cancel { .. } => StepKind::Cancel,
        }
    }
}

impl Act for MeetingAct {
    type State = MeetingState;
    const START: MeetingState = MeetingState::Called;

    fn target(&self, from: MeetingState) -> Option<MeetingState> {
        match (self, from) {
            (MeetingAct::Hold { .. }, MeetingState::Called) => Some(MeetingState::Held),
            (MeetingAct::Close, MeetingState::Held) => Some(MeetingState::Closed),
            (MeetingAct::Publish { .. }, MeetingState::Held | MeetingState::Closed) => Some(MeetingState::Published),
            (MeetingAct::Cancel { .. }, MeetingState::Called) => Some(MeetingState::Cancelled),
            _ => None,
        }
    }

    fn take(record: &mut Record) -> Option<Self> {
        Some(match record.take::<StepKind>("act")? {
            StepKind::Hold => MeetingAct::Hold { on: record.take("on")? },
            StepKind::Close => MeetingAct::Close,
            StepKind::Publish => MeetingAct::Publish { on: record.take("on")? },
            StepKind::Cancel => MeetingAct::Cancel { reason: record.take("text")? },
        })
    }

    fn put(&self, record: &mut Record) {
        record.put("act", Some(&self.kind()));
        match self {
            MeetingAct::Hold { on } | MeetingAct::Publish { on } => record.put("on", Some(on)),
            MeetingAct::Close => {}
            MeetingAct::Cancel { reason } => record.put("text", Some(reason)),
        }
    }
}
