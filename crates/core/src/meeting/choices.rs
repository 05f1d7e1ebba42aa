//! The choices on a meeting (domain §2 rows 5 and 6, §4).

use crate::lang::codes;

codes! {
    /// Which meeting it is.
    MeetingKind {
        Analysis = "analysis", "民情分析会", "analysis meeting";
        Assignment = "assignment", "民事交办会", "assignment meeting";
        Review = "review", "民主评议会", "review meeting";
        VillageTalk = "village_talk", "村民说事", "village talk";
        Grid = "grid", "网格议事", "grid talk";
        Branch = "branch", "支部生活会", "branch meeting";
    }
}

codes! {
    /// Whether somebody who was called came. Nobody is counted by it.
    Attendance {
        Invited = "invited", "已通知", "called";
        Present = "present", "到会", "present";
        Away = "away", "请假", "away";
        LeftOut = "left_out", "不再通知", "left out";
    }
}

codes! {
    /// Where a meeting stands.
    MeetingState {
        Called = "called", "已通知", "called";
        Held = "held", "已召开", "held";
        Closed = "closed", "已结束", "closed";
        Published = "published", "已公开", "published";
        Cancelled = "cancelled", "已取消", "cancelled";
    }
}

impl MeetingState {
    /// Whether the agenda and the people may still change.
    pub const fn is_open(self) -> bool {
        matches!(self, MeetingState::Called | MeetingState::Held)
    }
}

codes! {
    /// What a step does to a meeting.
    StepKind {
        Hold = "hold", "召开", "hold";
        Close = "close", "结束", "close";
        Publish = "publish", "公开", "publish";
        Cancel = "cancel", "取消", "cancel";
    }
}

codes! {
    /// What was decided about an item.
    Decided {
        Assign = "assign", "交办", "assign";
        Escalate = "escalate", "呈报", "escalate";
        Park = "park", "暂缓", "park";
        Decline = "decline", "不予受理", "decline";
        Analyse = "analyse", "议定意见", "record an opinion";
        ReferOut = "refer_out", "转外部", "refer out";
        Agree = "agree", "议定", "agree";
    }
}

impl Decided {
    /// Whether it becomes a step of a matter.
    pub const fn is_a_step(self) -> bool {
        !matches!(self, Decided::Agree)
    }
}

codes! {
    /// What can be printed of a meeting.
    Paperwork {
        Notice = "notice", "会议通知", "notice and agenda";
        Attendance = "attendance", "签到表", "attendance sheet";
        Minutes = "minutes", "会议记录", "minutes";
        Decisions = "decisions", "议定事项公开表", "list of decisions for the board";
        Ballots = "ballots", "评议计票表", "ballot tally";
    }
}
