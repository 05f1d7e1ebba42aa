//! The steps of an application, and where each leads.

use chrono::NaiveDate;

use crate::course::Act;
use crate::draft::{Fen, Prose};
use crate::ids::{DocId, RecordId};
use crate::lang::codes;
use crate::policy::matter_rules::Relation::{self, Board, Desk, Lead, Linked, Recorder, Supervisor};
use crate::record::Record;

codes! {
    /// Where an application stands.
    AidState {
        Applied = "applied", "已申请", "applied";
        BranchHeard = "branch_heard", "待镇审核", "heard by the branch";
        Reviewed = "reviewed", "已审核", "reviewed by the town";
        Published = "published", "公示中", "published";
        Granted = "granted", "已批准", "granted";
        Declined = "declined", "未批准", "declined";
        Paid = "paid", "已拨付", "paid";
        Done = "done", "已办结", "done";
        Withdrawn = "withdrawn", "已撤回", "withdrawn";
    }
}

/// Where an application stands, and what is known of it there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AidStanding {
    /// The state.
    pub state: AidState,
    /// The amount the town's review came to: what is published.
    pub standard: Option<Fen>,
    /// The last day of the publication.
    pub until: Option<NaiveDate>,
    /// The amount that was granted.
    pub granted: Option<Fen>,
}

codes! {
    /// What a step does.
    AidActKind {
        Opinion = "opinion", "支部意见", "branch's opinion";
        Review = "review", "镇级审核", "town review";
        Publish = "publish", "公示", "publication";
        Object = "object", "异议", "objection";
        Grant = "grant", "批准", "grant";
        Decline = "decline", "不予批准", "decline";
        Pay = "pay", "拨付", "payment";
        Finish = "finish", "办结", "finish";
        Withdraw = "withdraw", "撤回", "withdraw";
        Note = "note", "备注", "note";
    }
}

/// A step of an application.
#[derive(Clone, Debug, PartialEq)]
pub enum AidAct {
    /// The branch says what it thinks; whatever that is, the application goes up.
    Opinion {
        /// Whether it supports the application.
        supports: bool,
        /// Its words.
        text: Prose,
    },
    /// The town has looked at it.
    Review {
        /// The amount it comes to.
        amount: Fen,
        /// Its words.
        text: Option<Prose>,
    },
    /// It hangs on the board.
    Publish {
        /// The first day.
        from: NaiveDate,
        /// The last day.
        to: NaiveDate,
    },
    /// Somebody objects; it goes back to the town's review.
    Object {
        /// What was said; never published.
        text: Prose,
    },
    /// Granted: after the last day of the publication, and no more than was published.
    Grant {
        /// How much.
        amount: Fen,
        /// When.
        on: NaiveDate,
    },
    /// Not granted.
    Decline {
        /// Why; the household is told.
        reason: Prose,
        /// When.
        on: NaiveDate,
    },
    /// Paid, exactly what was granted.
    Pay {
        /// Out of which fund.
        fund: DocId,
        /// By which of its entries.
        entry: RecordId,
        /// How much.
        amount: Fen,
        /// When.
        on: NaiveDate,
    },
    /// The household has it.
    Finish {
        /// What is to be said.
        text: Option<Prose>,
    },
    /// The household takes it back.
    Withdraw {
        /// Why, if it says.
        text: Option<Prose>,
    },
    /// A note.
    Note {
        /// The note.
        text: Prose,
    },
}

impl AidAct {
    /// What sort of step it is.
    pub const fn kind(&self) -> AidActKind {
        match self {
            AidAct::Opinion { .. } => AidActKind::Opinion,
            AidAct::Review { .. } => AidActKind::Review,
            AidAct::Publish { .. } => AidActKind::Publish,
            AidAct::Object { .. } => AidActKind::Object,
            AidAct::Grant { .. } => AidActKind::Grant,
            AidAct::Decline { .. } => AidActKind::Decline,
            AidAct::Pay { .. } => AidActKind::Pay,
            AidAct::Finish { .. } => AidActKind::Finish,
            AidAct::Withdraw { .. } => AidActKind::Withdraw,
            AidAct::Note { .. } => AidActKind::Note,
        }
    }

    /// Who takes it (domain §3).
    pub(super) const fn takers(&self) -> &'static [Relation] {
        match self {
            AidAct::Opinion { .. } => &[Lead, Desk],
            AidAct::Review { .. } => &[Desk],
            AidAct::Publish { .. } | AidAct::Grant { .. } | AidAct::Decline { .. } | AidAct::Pay { .. } => {
                &[Board, Desk]
            }
            AidAct::Object { .. } | AidAct::Note { .. } => &[Recorder, Linked, Lead, Board, Supervisor, Desk],
            AidAct::Finish { .. } | AidAct::Withdraw { .. } => &[Recorder, Linked, Lead, Board, Desk],
        }
    }
}

impl Act for AidAct {
    type State = AidStanding;

    const START: AidStanding = AidStanding { state: AidState::Applied, standard: None, until: None, granted: None };

    fn target(&self, from: AidStanding) -> Option<AidStanding> {
        use AidState::{Applied, BranchHeard, Declined, Done, Granted, Paid, Published, Reviewed, Withdrawn};
        let to = |state| AidStanding { state, ..from };
        match (self, from.state) {
            (AidAct::Opinion { .. }, Applied) => Some(to(BranchHeard)),
            (AidAct::Review { amount, .. }, BranchHeard) => {
                Some(AidStanding { standard: Some(*amount), ..to(Reviewed) })
            }
            (AidAct::Publish { from, to: until }, Reviewed) if from <= until => {
                Some(AidStanding { until: Some(*until), ..to(Published) })
            }
            (AidAct::Object { .. }, Published) => Some(AidStanding { standard: None, until: None, ..to(BranchHeard) }),
            (AidAct::Grant { amount, on }, Published) => {
                let fits =
                    from.until.is_some_and(|until| until < *on) && from.standard.is_some_and(|most| *amount <= most);
                fits.then_some(AidStanding { granted: Some(*amount), ..to(Granted) })
            }
            (AidAct::Decline { .. }, Applied | BranchHeard | Reviewed | Published) => Some(to(Declined)),
            (AidAct::Pay { amount, .. }, Granted) if from.granted == Some(*amount) => Some(to(Paid)),
            (AidAct::Finish { .. }, Paid) => Some(to(Done)),
            (AidAct::Withdraw { .. }, Applied | BranchHeard | Reviewed | Published | Granted) => {
                Some(AidStanding { granted: None, ..to(Withdrawn) })
            }
            (AidAct::Note { .. }, _) => Some(from),
            _ => None,
        }
    }

    fn take(record: &mut Record) -> Option<Self> {
        Some(match record.take("act")? {
            AidActKind::Opinion => AidAct::Opinion { supports: record.take("supports")?, text: record.take("text")? },
            AidActKind::Review => AidAct::Review { amount: record.take("amount")?, text: record.take("text") },
            AidActKind::Publish => AidAct::Publish { from: record.take("from")?, to: record.take("to")? },
            AidActKind::Object => AidAct::Object { text: record.take("text")? },
            AidActKind::Grant => AidAct::Grant { amount: record.take("amount")?, on: record.take("on")? },
            AidActKind::Decline => AidAct::Decline { reason: record.take("text")?, on: record.take("on")? },
            AidActKind::Pay => AidAct::Pay {
                fund: record.take("fund")?,
                entry: record.take("entry")?,
                amount: record.take("amount")?,
                on: record.take("on")?,
            },
            AidActKind::Finish => AidAct::Finish { text: record.take("text") },
            AidActKind::Withdraw => AidAct::Withdraw { text: record.take("text") },
            AidActKind::Note => AidAct::Note { text: record.take("text")? },
        })
    }

    fn put(&self, record: &mut Record) {
        record.put("act", Some(&self.kind()));
        match self {
            AidAct::Opinion { supports, text } => {
                record.put("supports", Some(supports));
                record.put("text", Some(text));
            }
            AidAct::Review { amount, text } => {
                record.put("amount", Some(amount));
                record.put("text", text.as_ref());
            }
            AidAct::Publish { from, to } => {
                record.put("from", Some(from));
                record.put("to", Some(to));
            }
            AidAct::Grant { amount, on } => {
                record.put("amount", Some(amount));
                record.put("on", Some(on));
            }
            AidAct::Decline { reason, on } => {
                record.put("text", Some(reason));
                record.put("on", Some(on));
            }
            AidAct::Pay { fund, entry, amount, on } => {
                record.put("fund", Some(fund));
                record.put("entry", Some(entry));
                record.put("amount", Some(amount));
                record.put("on", Some(on));
            }
            AidAct::Object { text } | AidAct::Note { text } => record.put("text", Some(text)),
            AidAct::Finish { text } | AidAct::Withdraw { text } => record.put("text", text.as_ref()),
        }
    }
}
