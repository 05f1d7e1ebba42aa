//! Every list of choices with its words, so that the page has none of its own.

use lianhu_core::complaint::About;
use lianhu_core::diary::Audience;
use lianhu_core::draft::FieldId;
use lianhu_core::household::{CareTag, ContactBy, Met, Relation, Residence, Sex, VisitChannel, VisitMode};
use lianhu_core::matter::{
    ActKind, Closing, FeedbackWay, Level, MatterKind, Raised, Satisfaction, Solved, State, Urgency,
};
use lianhu_core::meeting::{Attendance, Decided, MeetingKind, MeetingState, Paperwork};
use lianhu_core::plan::{Cause, Status};
use lianhu_core::pledge::{Outcome, PledgeState, Reviewer};
use lianhu_core::roster::Role;
use serde_json::{Value, json};

use super::word;

/// All of them.
pub(crate) fn words() -> Value {
    macro_rules! lists {
        ($($name:literal: $list:ty),+ $(,)?) => {
            json!({
                $($name: <$list>::ALL.iter().map(|choice| word!(choice)).collect::<Vec<Value>>(),)+
                "place": own(PLACE), "saved": own(SAVED),
            })
        };
    }
    lists! {
        "residence": Residence, "contact_by": ContactBy, "care": CareTag, "sex": Sex, "relation": Relation, "mode": VisitMode,
        "channel": VisitChannel, "met": Met, "audience": Audience, "raised": Raised, "matter_kind": MatterKind,
        "urgency": Urgency, "level": Level, "closing": Closing, "solved": Solved, "satisfaction": Satisfaction,
        "way": FeedbackWay, "state": State, "act": ActKind, "cause": Cause, "plan_status": Status,
        "pledge_state": PledgeState, "outcome": Outcome, "reviewer": Reviewer, "about": About, "meeting_kind": MeetingKind,
        "attendance": Attendance, "meeting_state": MeetingState, "decision": Decided, "paperwork": Paperwork, "role": Role,
        "field": FieldId,
    }
}

type Own = [(&'static str, &'static str, &'static str)];

/// Where a record is, in the words of the README.
const PLACE: &Own = &[
    ("kept", "在本机", "kept on this phone"),
    ("carried", "已交转递", "carried"),
    ("recorded", "镇里已收", "recorded"),
    ("held", "待定", "held for a person"),
    ("refused", "未收", "refused"),
];

/// What a save came to.
const SAVED: &Own = &[
    ("kept", "已记在这部手机上", "kept on this phone"),
    (
        "kept_will_be_late",
        "已记下；这一户已转交他人，镇里会标为迟到",
        "kept; it is somebody else's by now and will be marked as late",
    ),
    ("kept_will_be_held", "已记下；镇里会先请人决定", "kept; a person at the township will decide first"),
    ("unchanged", "没有改动", "nothing to change"),
];

fn own(words: &Own) -> Value {
    words.iter().map(|(code, zh, en)| json!({ "code": code, "zh": zh, "en": en })).collect()
}
