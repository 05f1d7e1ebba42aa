//! The course of a pledge, from draft to what became of it.
//!
//! | act | from | to |
//! |---|---|---|
//! | approve | draft | approved |
//! | send back, with a reason | approved | draft |
//! | publish | approved | published |
//! | start | published | running |
//! | result of one item | published, running | the same |
//! | close, with a reason unless it was kept | published, running | kept, partly kept, not kept |

use chrono::NaiveDate;

use crate::course::Act;
use crate::draft::Prose;
use crate::ids::RecordId;
use crate::lang::codes;
use crate::record::Record;

codes! {
    /// Where a pledge stands.
    PledgeState {
        Draft = "draft", "草稿", "draft";
        Approved = "approved", "已审核", "approved";
        Published = "published", "已公示", "published";
        Running = "running", "履诺中", "running";
        Kept = "kept", "已兑现", "kept";
        PartlyKept = "partly_kept", "部分兑现", "partly kept";
        NotKept = "not_kept", "未兑现", "not kept";
    }
}

impl PledgeState {
    /// Whether it is out for everybody to see.
    pub const fn is_public(self) -> bool {
        !matches!(self, PledgeState::Draft | PledgeState::Approved)
    }
}

codes! {
    /// What became of something pledged.
    Outcome {
        Kept = "kept", "兑现", "kept";
        Partly = "partly", "部分兑现", "partly kept";
        Not = "not", "未兑现", "not kept";
    }
}

codes! {
    /// What a step of a pledge does.
    PledgeStep {
        Approve = "approve", "审核通过", "approve";
        SendBack = "send_back", "退回修改", "send back";
        Publish = "publish", "公示", "publish";
        Start = "start", "开始履诺", "start";
        Result = "result", "事项结果", "result of an item";
        Close = "close", "办结", "close";
    }
}

/// A step of a pledge.
#[derive(Clone, Debug, PartialEq)]
pub enum PledgeAct {
    /// The lead or the board agrees.
    Approve,
    /// It needs more work.
    SendBack {
        /// Why.
        reason: Prose,
    },
    /// It is shown where the worker serves, and on the board.
    Publish {
        /// The day.
        on: NaiveDate,
    },
    /// The worker begins.
    Start,
    /// What became of one item; what is said later holds.
    Result {
        /// The item.
        item: RecordId,
        /// What became of it.
        outcome: Outcome,
        /// Why it was not kept, or not wholly.
        reason: Option<Prose>,
    },
    /// What became of the whole.
    Close {
        /// What became of it.
        outcome: Outcome,
        /// Why it was not kept, or not wholly.
        reason: Option<Prose>,
    },
}

impl PledgeAct {
    /// What it does.
    pub const fn step(&self) -> PledgeStep {
        match self {
            PledgeAct::Approve => PledgeStep::Approve,
            PledgeAct::SendBack { .. } => PledgeStep::SendBack,
            PledgeAct::Publish { .. } => PledgeStep::Publish,
            PledgeAct::Start => PledgeStep::Start,
            PledgeAct::Result { .. } => PledgeStep::Result,
            PledgeAct::Close { .. } => PledgeStep::Close,
        }
    }
}

impl Act for PledgeAct {
    type State = PledgeState;
    const START: PledgeState = PledgeState::Draft;

    fn target(&self, from: PledgeState) -> Option<PledgeState> {
        use PledgeState::{Approved, Draft, Kept, NotKept, PartlyKept, Published, Running};
        match (self, from) {
            (PledgeAct::Approve, Draft) => Some(Approved),
            (PledgeAct::SendBack { .. }, Approved) => Some(Draft),
            (PledgeAct::Publish { .. }, Approved) => Some(Published),
            (PledgeAct::Start, Published) => Some(Running),
            (PledgeAct::Result { .. }, Published | Running) => Some(from),
            (PledgeAct::Close { outcome, .. }, Published | Running) => Some(match outcome {
                Outcome::Kept => Kept,
                Outcome::Partly => PartlyKept,
                Outcome::Not => NotKept,
            }),
            _ => None,
        }
    }

    fn take(record: &mut Record) -> Option<Self> {
        Some(match record.take::<PledgeStep>("act")? {
            PledgeStep::Approve => PledgeAct::Approve,
            PledgeStep::SendBack => PledgeAct::SendBack { reason: record.take("reason")? },
            PledgeStep::Publish => PledgeAct::Publish { on: record.take("on")? },
            PledgeStep::Start => PledgeAct::Start,
            PledgeStep::Result => PledgeAct::Result {
                item: record.take("item")?,
                outcome: record.take("outcome")?,
                reason: record.take("reason"),
            },
            PledgeStep::Close => PledgeAct::Close { outcome: record.take("outcome")?, reason: record.take("reason") },
        })
    }

    fn put(&self, record: &mut Record) {
        record.put("act", Some(&self.step()));
        match self {
            PledgeAct::Approve | PledgeAct::Start => {}
            PledgeAct::SendBack { reason } => record.put("reason", Some(reason)),
            PledgeAct::Publish { on } => record.put("on", Some(on)),
            PledgeAct::Result { item, outcome, reason } => {
                record.put("item", Some(item));
                record.put("outcome", Some(outcome));
                record.put("reason", reason.as_ref());
            }
            PledgeAct::Close { outcome, reason } => {
                record.put("outcome", Some(outcome));
                record.put("reason", reason.as_ref());
            }
        }
    }
}
