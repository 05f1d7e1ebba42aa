//! May this author make this change? One pure function, [`judge`], which runs on the phone before writing and at the
//! township before recording.
//!
//! Who may do what, kind by kind and key by key, stands in `docs/permissions.md`: a test writes that page from what this
//! function says ([`table`]), so that it cannot say anything else. Each kind rules on its own keys (`Kind::key`, in the kind's
//! module), by the same few questions ([`rules`]); who takes which step is data ([`matter_rules`], `PlanAct::takers`,
//! `AidAct::takers`).
//!
//! What every kind has in common: a new document names its author and a village they belong to; the village is changed by its
//! own board and the town desk; steps and records that are signed are never rewritten, and are signed by nobody but their
//! author; late work is marked by the town. Nobody records how their own work is judged. The county and the administrators
//! write nothing that a village keeps.
//!
//! A worker whom several rosters list is judged, in each village that has them at work, by what that village says of them
//! ([`Author::within`]); elsewhere by their home's.
//!
//! Nobody writes into a group of personal data that the village's roster has not switched on ([`crate::groups`]); taking away
//! what stands there, and settling a conflict about it, is judged like anything else.
//!
//! Who was entitled and is no longer (a link ended, a matter handed on) is not refused: the work was honest when it was
//! done, and goes in marked as late ([`crate::late`]). Who does not work here any more is judged as if they did, but what
//! would go in then waits for a person. Settling a conflict is open to whoever may write the key, and to the town desk
//! with any of the values that are there. Known keys must hold what their schema says; unknown keys are let through to whoever may
//! write the document's card, unless they are a known name in another shape or no name at all.

pub mod matter_rules;
pub(crate) mod rules;
pub mod table;

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::document::{Document, Scalar};
use crate::ids::{DocId, WorkerId};
use crate::kind;
use crate::lang::Lang;
use crate::roster::{Role, Roster};
use crate::value::{Key, KeySpec, check};

/// The worker under whose name the township's own office writes. It is in no roster.
pub const OFFICE: WorkerId = WorkerId(uuid::Uuid::from_bytes(*b"lianhu-township!"));

/// Who writes, as the township (or the phone's own identity) knows them; never as a change claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The worker.
    pub worker: WorkerId,
    /// What they may do.
    pub roles: BTreeSet<Role>,
    /// The roster of the village they belong to; none for somebody at the town.
    pub village: Option<DocId>,
    /// Whether they are still trusted: they work here. What somebody who has left wrote waits for a person.
    pub active: bool,
}

impl Author {
    /// A worker as their village's roster has them, at work or gone; `None` for somebody it does not list.
    pub fn of_roster(worker: WorkerId, roster: &Roster) -> Option<Self> {
        let entry = roster.workers.get(&worker)?;
        let roles = entry.roles.as_ref().map(|roles| roles.value.clone()).unwrap_or_default();
        Some(Author { worker, roles, village: Some(roster.id), active: entry.is_active() })
    }

    /// Who the same worker is to the documents of a village: whoever that village's roster says while it has them at work,
    /// otherwise whoever they are at home. The town desk is the town desk everywhere.
    #[must_use]
    pub fn within(&self, roster: Option<&Roster>) -> Self {
        if self.has(Role::TownDesk) {
            return self.clone();
        }
        let there = roster.and_then(|roster| Author::of_roster(self.worker, roster));
        there.filter(|there| there.active).unwrap_or_else(|| self.clone())
    }

    /// Somebody no roster lists.
    pub fn unknown(worker: WorkerId) -> Self {
        Author { worker, roles: BTreeSet::new(), village: None, active: false }
    }

    /// Somebody at the town desk.
    pub fn town_desk(worker: WorkerId) -> Self {
        Author { worker, roles: [Role::TownDesk].into(), village: None, active: true }
    }

    /// Whether they hold a role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// All that a ruling depends on.
#[derive(Clone, Copy, Debug)]
pub struct Judgement<'a> {
    /// Who writes.
    pub author: &'a Author,
    /// The keys the change sets or removes.
    pub keys: &'a [String],
    /// The document without the change.
    pub before: &'a Document,
    /// The document with it.
    pub after: &'a Document,
    /// The roster of the document's village, as recorded; `None` where there is none. Without it only the town desk, and
    /// authors of their own diaries, may write: a phone that holds no roster yet does not ask.
    pub roster: Option<&'a Roster>,
    /// The day by the judge's own clock, on which links are looked at.
    pub on: NaiveDate,
}

/// What is to become of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// It may be recorded.
    Allow,
    /// It may be recorded, marked as late: the author was entitled and is no longer (the link ended, the matter was
    /// handed on), but is still trusted.
    AllowLate,
    /// A person decides.
    Hold(HoldReason),
    /// It is not taken.
    Refuse {
        /// The code a program acts on.
        code: RefuseCode,
        /// Why, for people.
        why: Why,
    },
}

/// Why a person is to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldReason {
    /// The author does not work here any more, but would have been let in before.
    NoLongerEntitled,
}

/// The code of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefuseCode {
    /// The author may not write this.
    NotPermitted,
    /// The values are not what the document's kind allows.
    InvalidContent,
}

macro_rules! reasons {
    ($($variant:ident => $code:ident, $zh:literal, $en:literal;)+) => {
        /// Why a change is refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Why { $(#[doc = $en] $variant,)+ }

        impl Why {
            /// The code of the refusal.
            pub const fn code(self) -> RefuseCode {
                match self { $(Why::$variant => RefuseCode::$code,)+ }
            }

            /// One sentence for people, without personal data.
            pub const fn message(self, lang: Lang) -> &'static str {
                match lang {
                    Lang::Zh => match self { $(Why::$variant => $zh,)+ },
                    Lang::En => match self { $(Why::$variant => $en,)+ },
                }
            }
        }
    };
}

reasons! {
    UnknownKind => NotPermitted, "镇里的版本还不认识这种资料。", "The township's version does not know this kind of document.";
    UnknownVillage => NotPermitted, "没有找到所属的村。", "The village is not known.";
    NoVillageRole => NotPermitted, "这一职责不办理村里的资料。", "This role neither reads nor writes what a village keeps.";
    OtherVillage => NotPermitted, "只能为自己所在的村建立资料。", "New documents are made for one's own village.";
    RosterKeepers => NotPermitted, "名册只能由村两委或镇里维护。", "The roster is kept by the village board and the town desk.";
    TownRoles => NotPermitted, "镇一级的职责由镇里授予。", "Roles of the town are given by the town.";
    NotLinked => NotPermitted, "您不是这户的联户人。", "You are not linked to this household.";
    OtherName => NotPermitted, "不能以他人名义填写。", "Nobody writes in another's name.";
    NotAReader => NotPermitted, "只有能看到这篇日记的人可以评论。", "Comments are for those who may read the entry.";
    OtherDiary => NotPermitted, "日记只能由本人填写。", "A diary is written by its author alone.";
    TownNumber => NotPermitted, "事项编号由镇里统一编。", "Numbers are given by the town desk.";
    TownRules => NotPermitted, "时限和日历等规则由镇里设定。", "Rules and calendars are set by the town desk.";
    GroupOff => NotPermitted, "这类个人信息本镇没有启用，不能填写。", "This kind of personal data is not switched on in the village.";
    OwnWork => NotPermitted, "不能登记对自己工作的评议（报办分离），请由他人收集。", "Nobody records how their own work is judged; somebody else collects it.";
    NotYourMatter => NotPermitted, "您无权修改这件事项。", "You may not change this matter.";
    NotYourMeeting => NotPermitted, "这个会议不由您登记。", "This meeting is not yours to keep.";
    NotYourPlan => NotPermitted, "您无权修改这份帮扶计划。", "You may not change this help plan.";
    NotYourFund => NotPermitted, "资金台账由村两委或镇里登记。", "A fund's ledger is kept by the village board and the town desk.";
    NotYourApplication => NotPermitted, "您无权修改这份申请。", "You may not change this application.";
    NotYourStep => NotPermitted, "这一步不由您办理。", "This step is not yours to take.";
    RefusalsAbove => NotPermitted, "不予办理或只办一部分，由支部书记、村两委或镇里答复。", "That a request is not met, or only in part, is answered by a branch lead, the board or the town desk.";
    TownMarks => NotPermitted, "迟到标记由镇里加注。", "Late work is marked by the town.";
    StepsStay => NotPermitted, "已有的办理记录不能改动。", "Steps are never rewritten.";
    WrittenOnce => NotPermitted, "建立人和所属的村不能改动。", "Who made a document, and for which village, stays.";
    NotYours => NotPermitted, "您无权修改这份资料。", "You may not change this document.";
    ItemsStay => NotPermitted, "已审核的承诺不能改动。", "What was agreed on in a pledge stays.";
    ComplaintStays => NotPermitted, "投进意见箱的话不能改动，可以撤回再写。", "What was put into the complaint box stays as it was written; withdraw it and write another.";
    TownReplies => NotPermitted, "意见箱由镇里答复。", "The town desk replies to what is in the complaint box.";
    NotConcrete => InvalidContent, "公示的承诺应有2至5项，每项写明衡量标准、基线和期限。", "A published pledge has two to five items, each with its measure, its baseline and a day.";
    NamesItself => InvalidContent, "资料自身的编号不能改动。", "A document's own name is written by its genesis alone.";
    NotItsType => InvalidContent, "内容格式不对或超出长度。", "A value is not of its field's type or length.";
    NoSuchKey => InvalidContent, "没有这样的栏目。", "There is no such field.";
    NoVillage => InvalidContent, "新资料必须写明所属的村。", "A new document must name its village.";
}

impl From<Why> for Ruling {
    fn from(why: Why) -> Self {
        Ruling::Refuse { code: why.code(), why }
    }
}

/// Rules on one change: content first, then every key it touches. The strictest ruling holds for the whole change.
pub fn judge(judgement: &Judgement<'_>) -> Ruling {
    if judgement.author.active {
        return rule(judgement);
    }
    // As if they had not left: what would be taken then waits for a person, and nothing else is told apart.
    let author = Author { active: true, ..judgement.author.clone() };
    let roster = judgement.roster.map(|roster| roster.as_if_active(author.worker));
    match rule(&Judgement { author: &author, roster: roster.as_ref(), ..*judgement }) {
        Ruling::Allow | Ruling::AllowLate => Ruling::Hold(HoldReason::NoLongerEntitled),
        other => other,
    }
}

fn rule(judgement: &Judgement<'_>) -> Ruling {
    let Some(kind) = kind::of(judgement.after.id().kind()) else { return Why::UnknownKind.into() };
    if Role::keep_out_of_villages(&judgement.author.roles) {
        return Why::NoVillageRole.into();
    }
    let mut ruling = match content(judgement, kind.schema()).and_then(|()| kind.whole(judgement)) {
        Ok(()) => Ruling::Allow,
        Err(ruling) => return ruling,
    };
    for key in judgement.keys {
        match rules::key(judgement, kind, key) {
            Ok(()) => {}
            Err(refused @ Ruling::Refuse { .. }) => return refused,
            Err(late) => ruling = late,
        }
    }
    ruling
}

/// Every value the change leaves under a key it touches is what the schema says.
fn content(judgement: &Judgement<'_>, schema: &[KeySpec]) -> Result<(), Ruling> {
    for key in judgement.keys {
        if crate::document::is_genesis_key(key) {
            return Err(Why::NamesItself.into());
        }
        let values = written(judgement, key);
        if values.iter().any(|value| check(schema, Key::of(key), value) == Some(false)) {
            return Err(Why::NotItsType.into());
        }
        if !values.is_empty() && crate::value::is_no_key(schema, key) {
            return Err(Why::NoSuchKey.into());
        }
    }
    Ok(())
}

/// The values the change put under a key; none if it removed the key, or if somebody else's value stands there alone.
pub(crate) fn written(judgement: &Judgement<'_>, key: &str) -> Vec<Scalar> {
    judgement.after.written_since(judgement.before, key)
}

#[cfg(test)]
mod tests;
