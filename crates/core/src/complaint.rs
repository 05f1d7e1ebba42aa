//! The complaint box (意见箱): a worker who is asked for too much says so to the town desk, past their own lead and village.
//!
//! One document per complaint, written without a line like anything else; its author and the town desk read it, and nobody
//! else. Card `village`, `created_by`, `date`, `about` and `text`, which stay as they were written; `withdrawn_on`, by its
//! author; `reply/<id>`, one JSON record each, added by the desk and never rewritten. It is no secret from the desk whose it
//! is, but nobody is counted by it: its table has no column for who complained.

mod deed;
mod kind;
mod reply;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use deed::ComplaintDeed;
pub(crate) use kind::Complaints;
pub use reply::Reply;

use chrono::NaiveDate;

use crate::document::{Document, Field};
use crate::draft::Prose;
use crate::ids::{DocId, RecordId, WorkerId};
use crate::lang::codes;
use crate::value::{Key, KeySpec, own, record, typed};

codes! {
    /// What somebody is asked for too much: what formalism at the fingertips (指尖上的形式主义) asks for, and anything else.
    About {
        CheckIns = "made_to_check_in", "要求打卡", "made to check in";
        Points = "ranked_by_points", "按积分排名", "ranked by points";
        OnlineTime = "online_time_counted", "计算在线时长", "online time is counted";
        Photos = "forced_photos", "强制拍照", "forced photos";
        Location = "forced_location", "强制定位", "forced location";
        LogIn = "forced_log_in", "强制登录", "forced log-in";
        Quotas = "quotas_handed_down", "指标摊派", "quotas handed down";
        Twice = "asked_twice", "重复填报", "the same fact asked for twice";
        Other = "other", "其他", "something else";
    }
}

codes! {
    /// Where a complaint stands.
    ComplaintState {
        Waiting = "waiting", "待答复", "waits for a reply";
        Replied = "replied", "已答复", "replied to";
        Withdrawn = "withdrawn", "已撤回", "withdrawn";
    }
}

/// What may stand under the keys of a complaint.
pub(crate) const SCHEMA: &[KeySpec] = &[
    own::<DocId>("village"),
    own::<WorkerId>("created_by"),
    own::<NaiveDate>("date"),
    own::<About>("about"),
    own::<Prose>("text"),
    own::<NaiveDate>("withdrawn_on"),
    record("reply", Reply::is_valid),
];

/// A complaint as it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Complaint {
    /// Its document.
    pub id: DocId,
    /// The roster of the author's village.
    pub village: Option<Field<DocId>>,
    /// Whose it is.
    pub created_by: Option<Field<WorkerId>>,
    /// The day it was written.
    pub date: Option<Field<NaiveDate>>,
    /// What it is about.
    pub about: Option<Field<About>>,
    /// In its author's words.
    pub text: Option<Field<Prose>>,
    /// The day its author took it back.
    pub withdrawn_on: Option<Field<NaiveDate>>,
    /// What the town desk says to it.
    pub replies: BTreeMap<RecordId, Field<Reply>>,
}

impl Complaint {
    /// Reads a document of the kind complaint, in one pass.
    pub fn read(document: &Document) -> Self {
        let mut complaint = Complaint {
            id: document.id(),
            village: None,
            created_by: None,
            date: None,
            about: None,
            text: None,
            withdrawn_on: None,
            replies: BTreeMap::new(),
        };
        for (key, field) in document.list("") {
            match Key::of(&key) {
                Key::Own("village") => complaint.village = typed(&field),
                Key::Own("created_by") => complaint.created_by = typed(&field),
                Key::Own("date") => complaint.date = typed(&field),
                Key::Own("about") => complaint.about = typed(&field),
                Key::Own("text") => complaint.text = typed(&field),
                Key::Own("withdrawn_on") => complaint.withdrawn_on = typed(&field),
                Key::Record("reply", id) => {
                    if let (Ok(id), Some(reply)) = (id.parse(), typed(&field)) {
                        complaint.replies.insert(id, reply);
                    }
                }
                _ => {}
            }
        }
        complaint
    }

    /// Where it stands. One that was withdrawn stays so, whatever the desk had written meanwhile.
    pub fn state(&self) -> ComplaintState {
        match (&self.withdrawn_on, self.replies.is_empty()) {
            (Some(_), _) => ComplaintState::Withdrawn,
            (None, false) => ComplaintState::Replied,
            (None, true) => ComplaintState::Waiting,
        }
    }

    /// The replies, the earliest first by the clocks of those who wrote them.
    pub fn told(&self) -> Vec<(RecordId, &Reply)> {
        let mut told: Vec<_> = self.replies.iter().map(|(id, reply)| (*id, &reply.value)).collect();
        told.sort_by_key(|(id, reply)| (reply.at, *id));
        told
    }

    /// The day of the last reply.
    pub fn replied_on(&self) -> Option<NaiveDate> {
        self.replies.values().filter_map(|reply| reply.value.on).max()
    }
}
