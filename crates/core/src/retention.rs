//! How long what is kept: from which day each kind counts, and what of a document is past its time.
//!
//! No law names a period for most of what a village keeps, so nothing goes by itself: each township sets its years, and
//! what it has not set is kept ([`Kept::suggested_years`] is a suggestion to a person, not a rule). What goes, goes like
//! what is erased (`docs/adr/0004-generations.md`): who reads a document stays, and a matter's number.

use chrono::{Datelike as _, Months, NaiveDate};

use crate::access::stays_when_erased;
use crate::aid::{AidState, Application};
use crate::complaint::{Complaint, ComplaintState};
use crate::diary::Diary;
use crate::document::{Document, is_genesis_key};
use crate::household::{Household, Residence};
use crate::ids::{DeviceMillis, DocKind};
use crate::lang::codes;
use crate::matter::{Matter, State};
use crate::meeting::Meeting;
use crate::plan::{HelpPlan, Status};
use crate::pledge::{Pledge, PledgeState};
use crate::roster::Roster;
use crate::studio::Studio;

codes! {
    /// What is kept for a time of its own.
    Kept {
        Household = "household", "户卡", "household cards";
        Visit = "visit", "走访", "visits";
        Diary = "diary", "日记", "diary months";
        Matter = "matter", "事项", "matters";
        Meeting = "meeting", "会议", "meetings";
        HelpPlan = "plan", "帮扶计划", "help plans";
        Application = "application", "申请", "applications";
        Pledge = "pledge", "承诺", "pledges";
        Complaint = "complaint", "意见箱", "what is in the complaint box";
        Service = "service", "工作室服务记录", "service records of studios";
        Trace = "trace", "同步记录与登记码", "traces of phones: contacts, used codes, answers to what was not taken";
    }
}

impl Kept {
    /// The kind of document it is, or is in; `None` for what is in no document.
    pub const fn doc_kind(self) -> Option<DocKind> {
        Some(match self {
            Kept::Household | Kept::Visit => DocKind::Household,
            Kept::Diary => DocKind::Diary,
            Kept::Matter => DocKind::Matter,
            Kept::Meeting => DocKind::Meeting,
            Kept::HelpPlan => DocKind::HelpPlan,
            Kept::Application => DocKind::Application,
            Kept::Pledge => DocKind::Pledge,
            Kept::Complaint => DocKind::Complaint,
            Kept::Service => DocKind::Studio,
            Kept::Trace => return None,
        })
    }

    /// Years a township may begin its own talk with. Nobody has prescribed them.
    pub const fn suggested_years(self) -> u32 {
        match self {
            Kept::Trace => 1,
            Kept::Visit | Kept::Diary | Kept::Pledge | Kept::Complaint => 3,
            Kept::Household | Kept::Meeting | Kept::Service | Kept::HelpPlan => 5,
            Kept::Matter | Kept::Application => 10,
        }
    }

    /// From which day it counts, in Chinese and English.
    pub const fn counts_from(self) -> (&'static str, &'static str) {
        match self {
            Kept::Household => (
                "最后一个联户结束之日；从未联户的，标为空房之日",
                "the day its last link ended; without any, the day the house was marked as empty",
            ),
            Kept::Visit => ("走访之日", "the day of the visit"),
            Kept::Diary => ("当月月底", "the end of its month"),
            Kept::Matter => ("办结、撤回或合并之日", "the day it was closed, withdrawn or merged"),
            Kept::Meeting => ("会议结束之日", "the day it was over"),
            Kept::HelpPlan => ("计划结束之日", "the day it ended"),
            Kept::Application => ("办结、撤回或未批准之日", "the day it was done, declined or withdrawn"),
            Kept::Pledge => ("承诺年度年底", "the end of its year"),
            Kept::Complaint => ("最后一次答复或撤回之日", "the day of the last reply, or the day it was withdrawn"),
            Kept::Service => ("服务之日", "the day of the service"),
            Kept::Trace => ("同步或登记之日", "the day of the contact"),
        }
    }
}

/// What of a document is past its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Past {
    /// The whole document.
    Whole,
    /// What stands under these keys, never none.
    Keys(Vec<String>),
}

/// The first day whose things are still kept when they are kept for `years`.
pub fn kept_since(on: NaiveDate, years: u32) -> NaiveDate {
    on.checked_sub_months(Months::new(years.saturating_mul(12))).unwrap_or(NaiveDate::MIN)
}

/// What of a document is past its time: what counts from a day before `since`. What is not over, whose day nobody wrote
/// down, or of which nothing is left, is not. `roster` is its village's, on the day `on`.
pub fn past(kept: Kept, document: &Document, roster: Option<&Roster>, on: NaiveDate, since: NaiveDate) -> Option<Past> {
    if kept.doc_kind() != Some(document.id().kind()) {
        return None;
    }
    let keys = match kept {
        Kept::Visit => {
            let visits = Household::read(document).visits;
            let old = visits.into_iter().filter(|(_, visit)| visit.value.date.is_some_and(|date| date < since));
            old.map(|(id, _)| format!("visit/{id}")).collect()
        }
        Kept::Service => {
            let record = Studio::read(document).record;
            let old = record.into_iter().filter(|(_, service)| service.value.date.is_some_and(|date| date < since));
            old.map(|(id, _)| format!("service/{id}")).collect()
        }
        _ => {
            let over = over_on(kept, document, roster, on).is_some_and(|day| day < since);
            let kind = document.id().kind();
            let left = document.list("").iter().any(|(key, _)| !is_genesis_key(key) && !stays_when_erased(kind, key));
            return (over && left).then_some(Past::Whole);
        }
    };
    Some(keys).filter(|keys: &Vec<String>| !keys.is_empty()).map(Past::Keys)
}

/// The day a document was over, if it is.
fn over_on(kept: Kept, document: &Document, roster: Option<&Roster>, on: NaiveDate) -> Option<NaiveDate> {
    let last_step = || last_written(document, "step/");
    match kept {
        Kept::Household => household_over(document, roster?, on),
        Kept::Diary => {
            let month = Diary::read(document).month?;
            let first = NaiveDate::from_ymd_opt(i32::from(month.year()), u32::from(month.month()), 1)?;
            first.checked_add_months(Months::new(1))?.pred_opt()
        }
        Kept::Matter => {
            let matter = Matter::read(document);
            // One that was only written down waits for somebody, however long.
            let over = [State::Closed, State::Withdrawn, State::Merged];
            over.contains(&matter.state()).then(last_step).flatten()
        }
        Kept::Meeting => {
            let meeting = Meeting::read(document);
            let day = last_step().max(meeting.date.as_ref().map(|date| date.value));
            (!meeting.state().is_open()).then_some(day).flatten()
        }
        Kept::HelpPlan => (HelpPlan::read(document).course.state.status == Status::Ended).then(last_step).flatten(),
        Kept::Application => {
            let over = [AidState::Declined, AidState::Done, AidState::Withdrawn];
            over.contains(&Application::read(document).state()).then(last_step).flatten()
        }
        Kept::Pledge => {
            let pledge = Pledge::read(document);
            let over = matches!(pledge.state(), PledgeState::Kept | PledgeState::PartlyKept | PledgeState::NotKept);
            let year = pledge.year.filter(|_| over)?;
            last_step().max(NaiveDate::from_ymd_opt(year, 12, 31))
        }
        Kept::Complaint => {
            let complaint = Complaint::read(document);
            // One that waits for a reply is not over, however long.
            let over = complaint.state() != ComplaintState::Waiting;
            let withdrawn_on = complaint.withdrawn_on.as_ref().map(|day| day.value);
            over.then(|| complaint.replied_on().max(withdrawn_on)).flatten()
        }
        Kept::Visit | Kept::Service | Kept::Trace => None,
    }
}

/// A household is over when nobody is linked to it any more, since the last of its links ended.
fn household_over(document: &Document, roster: &Roster, on: NaiveDate) -> Option<NaiveDate> {
    let links = roster
        .links
        .values()
        .flat_map(|link| std::iter::once(&link.value).chain(link.rivals.iter().map(|told| &told.value)));
    let ends: Vec<Option<NaiveDate>> =
        links.filter(|link| link.household == Some(document.id())).map(|link| link.to).collect();
    // A link without an end, or whose end is to come, is somebody's household.
    if ends.iter().any(|end| end.is_none_or(|end| end >= on)) {
        return None;
    }
    let ended = ends.into_iter().flatten().max();
    let empty = Household::read(document).residence.is_some_and(|residence| residence.value == Residence::Empty);
    // Where nobody ever was linked, an empty house is one that nobody lives in any more.
    ended.or_else(|| empty.then(|| last_written(document, "residence")).flatten())
}

/// The last day something under these keys was written, by the clocks of those who wrote it.
fn last_written(document: &Document, keys: &str) -> Option<NaiveDate> {
    let fields = document.list(keys);
    let times = fields.iter().flat_map(|(key, _)| document.told_values(key)).map(|told| told.at);
    let day = times.max().map(DeviceMillis::in_china)?.date();
    (day.year() > 1970).then_some(day)
}

#[cfg(test)]
mod tests;
