//! The choices on a matter and its steps (domain §4 and §5).

use crate::lang::codes;

codes! {
    /// By whom a matter was raised.
    Raised {
        Household = "household", "联系户", "a household";
        Named = "named", "实名", "a named person";
        Anonymous = "anonymous", "匿名", "somebody unnamed";
    }
}

codes! {
    /// What kind of concern it is.
    MatterKind {
        Enquiry = "enquiry", "咨询", "enquiry";
        Help = "help", "求助", "request for help";
        Complaint = "complaint", "投诉", "complaint";
        Report = "report", "举报", "report of wrongdoing";
        Suggestion = "suggestion", "建议", "suggestion";
    }
}

codes! {
    /// How urgent it is. An emergency is a choice on the form so that it can be answered with the numbers to call; it is
    /// never written.
    Urgency {
        AtOnce = "at_once", "立办", "at once";
        Ordinary = "ordinary", "一般", "ordinary";
        Hard = "hard", "难办", "hard";
        Emergency = "emergency", "紧急求助", "emergency";
    }
}

codes! {
    /// The level that handles it.
    Level {
        Member = "member", "党员", "member";
        Grid = "grid", "网格", "grid";
        Village = "village", "村", "village";
        Town = "town", "镇（街道）", "town";
        County = "county", "县级部门", "county department";
        Referred = "referred", "转外部", "referred out";
    }
}

codes! {
    /// How a matter closed; never hidden.
    Closing {
        Substantive = "substantive", "实质性办结", "substantive";
        Phased = "phased", "阶段性办结", "phased";
        Procedural = "procedural", "程序性办结", "procedural";
        Discontinued = "discontinued", "中止", "discontinued";
    }
}

codes! {
    /// Whether the residents say it is solved.
    Solved {
        Yes = "yes", "已解决", "yes";
        Partly = "partly", "部分解决", "partly";
        No = "no", "未解决", "no";
    }
}

codes! {
    /// How satisfied the residents are.
    Satisfaction {
        Satisfied = "satisfied", "满意", "satisfied";
        Basically = "basically", "基本满意", "basically satisfied";
        Not = "not", "不满意", "not satisfied";
        NoAnswer = "no_answer", "未表态", "no answer";
    }
}

codes! {
    /// How the resident was told.
    FeedbackWay {
        Visit = "visit", "上门", "visit";
        Phone = "phone", "电话", "phone";
        WeChat = "wechat", "微信", "WeChat";
        Meeting = "meeting", "会议", "meeting";
        Board = "board", "公开栏", "public board";
    }
}

codes! {
    /// Where a matter stands (domain §5).
    State {
        Recorded = "recorded", "已记录", "recorded";
        Submitted = "submitted", "已上报", "submitted";
        Analysed = "analysed", "已分析", "analysed";
        Assigned = "assigned", "已交办", "assigned";
        Accepted = "accepted", "已受理", "accepted";
        InProgress = "in_progress", "办理中", "in progress";
        ExtensionAsked = "extension_asked", "申请延期", "extension asked";
        Returned = "returned", "已退回", "returned";
        Escalated = "escalated", "已呈报", "escalated to the town";
        Parked = "parked", "暂缓", "parked";
        Merged = "merged", "已并案", "merged";
        Declined = "declined", "不予受理", "declined";
        ReferredOut = "referred_out", "已转外部", "referred out";
        Done = "done", "办毕待核", "done, unverified";
        FedBack = "fed_back", "已反馈", "fed back";
        Evaluated = "evaluated", "已评议", "evaluated";
        Closed = "closed", "已办结", "closed";
        Withdrawn = "withdrawn", "已撤回", "withdrawn";
    }
}

impl State {
    /// Whether nothing more is expected.
    pub const fn is_final(self) -> bool {
        matches!(self, State::Closed | State::Withdrawn | State::Merged)
    }

    /// Whether somebody has it in hand with a time limit.
    pub const fn is_with_owner(self) -> bool {
        matches!(self, State::Assigned | State::Accepted | State::InProgress | State::ExtensionAsked)
    }
}

codes! {
    /// What a step does.
    ActKind {
        Submit = "submit", "上报", "submit";
        Solve = "solve", "当场解决", "solve on the spot";
        ReferOut = "refer_out", "转外部", "refer out";
        Analyse = "analyse", "分析", "analyse";
        Assign = "assign", "交办", "assign";
        Transfer = "transfer", "转办", "transfer";
        Assist = "assist", "协办", "assist";
        Refer = "refer", "转工作室（服务队）", "refer to a studio or team";
        Accept = "accept", "受理", "accept";
        Start = "start", "开始办理", "start";
        Return = "return", "退回", "return";
        AskExtension = "ask_extension", "申请延期", "ask for an extension";
        AnswerExtension = "answer_extension", "答复延期", "answer an extension";
        Escalate = "escalate", "呈报", "escalate";
        Park = "park", "暂缓", "park";
        Merge = "merge", "并案", "merge";
        Split = "split", "拆分", "split";
        Similar = "similar", "类似事项", "note a similar matter";
        Decline = "decline", "不予受理", "decline";
        Done = "done", "办毕", "report done";
        Feedback = "feedback", "反馈", "give feedback";
        Evaluate = "evaluate", "评议", "evaluate";
        Close = "close", "办结", "close";
        Reopen = "reopen", "重办", "reopen";
        Withdraw = "withdraw", "撤回", "withdraw";
        Supervise = "supervise", "督办", "supervise";
        Post = "post", "公开", "post on the board";
        Note = "note", "备注", "note";
        Settle = "settle", "裁定", "settle";
    }
}
