//! What each report is: its name, its formula as it is printed under every table, and where its figures come from.

use crate::lang::{Lang, codes};
use crate::report::figures::{Words, words};

codes! {
    /// The reports of domain §6.
    ReportId {
        R1 = "R1", "联户覆盖率", "coverage";
        R2 = "R2", "走访率", "contacted";
        R3 = "R3", "受理及时率", "accepted in time";
        R4 = "R4", "办结率", "closed of those due";
        R5 = "R5", "按期办结率", "closed by the due date";
        R6 = "R6", "实质办结率", "closed in substance";
        R7 = "R7", "响应率", "resident contacted in time";
        R8 = "R8", "解决率", "solved";
        R9 = "R9", "满意率", "satisfied";
        R10 = "R10", "反馈率", "fed back";
        R11 = "R11", "公开率", "posted in time";
        R12 = "R12", "重办率", "reopened";
        R13 = "R13", "困难户帮扶覆盖率", "hardship households helped";
        R14 = "R14", "措施兑现率", "measures done";
        R15 = "R15", "资金收支", "money in and out";
        R16 = "R16", "承诺兑现率", "pledges kept";
        R17 = "R17", "月报", "monthly";
        R18 = "R18", "类事分析", "kinds of matters";
    }
}

/// A column of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The view.
    pub view: &'static str,
    /// The column.
    pub column: &'static str,
}

/// A report's definition.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// How it is counted; printed under every table.
    pub formula: Words,
    /// What is hidden in it; nothing where it is `None`.
    pub hides: Option<Words>,
    /// The views and columns it is counted from.
    pub sources: &'static [Source],
}

impl ReportId {
    /// The definition.
    pub fn definition(self) -> &'static Definition {
        match self {
            ReportId::R1 => &R1,
            ReportId::R2 => &R2,
            ReportId::R3 => &R3,
            ReportId::R4 => &R4,
            ReportId::R5 => &R5,
            ReportId::R6 => &R6,
            ReportId::R7 => &R7,
            ReportId::R8 => &R8,
            ReportId::R9 => &R9,
            ReportId::R10 => &R10,
            ReportId::R11 => &R11,
            ReportId::R12 => &R12,
            ReportId::R13 => &R13,
            ReportId::R14 => &R14,
            ReportId::R15 => &R15,
            ReportId::R16 => &R16,
            ReportId::R17 => &R17,
            ReportId::R18 => &R18,
        }
    }

    /// What is printed under every table: the formula, and what is hidden.
    pub fn printed(self, lang: Lang) -> String {
        let definition = self.definition();
        let hides = definition.hides.map(|hides| hides.in_lang(lang)).unwrap_or_default();
        let between = if lang == Lang::En && !hides.is_empty() { " " } else { "" };
        format!("{}{between}{hides}", definition.formula.in_lang(lang))
    }
}

const fn from(view: &'static str, column: &'static str) -> Source {
    Source { view, column }
}

const FEW_ANSWERS: Option<Words> = Some(words(
    "答复不足5人的不显示；分村表中不足5的村及为防倒推一并隐去的村不显示。",
    "Fewer than 5 answers are not shown; in the table by village, neither are those villages, nor as many more as it takes that the total does not give them away.",
));

const FEW_OF_A_KIND: Option<Words> = Some(words(
    "分事项类别（涉及个人的类别）和诉求性质的表中，不足5件的行及为防倒推一并隐去的行不显示。",
    "In the tables by kind of concern, and by category where the category is about a person's life, rows with fewer than 5 are not shown, nor as many more as it takes that the total does not give them away.",
));

const R1: Definition = Definition {
    formula: words(
        "期末有有效联户关系（联系人仍在岗）的户数 ÷ 范围内户数；空房不计；附未联户清单。",
        "Households with an active link on the last day (its worker still at work) ÷ households in scope; empty houses are excluded; with the list of gaps.",
    ),
    hides: None,
    sources: &[
        from("households", "village"),
        from("households", "doorplate"),
        from("households", "residence"),
        from("links", "worker"),
        from("links", "household"),
        from("links", "from_on"),
        from("links", "to_on"),
        from("workers", "id"),
        from("workers", "active"),
    ],
};

const R2: Definition = Definition {
    formula: words(
        "期内至少联系上一次的联户户数 ÷ 期内有联户关系的户数；按户计，不按次计；未遇的走访不算联系上；空房不计；只到村级。",
        "Linked households contacted at least once in the period ÷ households linked in the period; households are counted, not entries; a visit that met nobody is no contact; empty houses are excluded; village level and up.",
    ),
    hides: None,
    sources: &[
        from("households", "village"),
        from("households", "residence"),
        from("links", "household"),
        from("links", "from_on"),
        from("links", "to_on"),
        from("visits", "date"),
        from("visits", "met"),
    ],
};

const R3: Definition = Definition {
    formula: words(
        "受理期限落在期内的事项中：期限内受理的 ÷（已受理的＋超期未受理的）。",
        "Of the matters whose limit for accepting falls in the period: accepted within the limit ÷ accepted or overdue.",
    ),
    hides: None,
    sources: &[from("matters", "village"), from("matters", "accepted_on"), from("matters", "accept_by")],
};

const R4: Definition = Definition {
    formula: words(
        "期内到期且截至期末已办结的 ÷ 期内到期的；撤回、并案、转外部的分子分母均不计；暂缓的单列，不在分母。须与实质办结率（R6）并列。",
        "Due in the period and closed by its last day ÷ due in the period; withdrawn, merged and referred out are excluded on both sides; parked are shown apart and not in the denominator. Always beside R6.",
    ),
    hides: None,
    sources: &[
        from("matters", "village"),
        from("matters", "due"),
        from("matters", "closed_on"),
        from("matters", "closing"),
        from("matters", "merged_into"),
        from("matters", "referred_to"),
        from("matters", "withdrawn_on"),
        from("matter_moves", "on_day"),
        from("matter_moves", "state"),
    ],
};

const R5: Definition = Definition {
    formula: words(
        "办结率（R4）的分母中，在到期日（含经批准的延期）当天或之前办结的 ÷ 同一分母。",
        "Of R4's denominator, closed on or before the due date ÷ the same denominator; an approved extension moves the due date.",
    ),
    hides: None,
    sources: R4.sources,
};

const R6: Definition = Definition {
    formula: words(
        "期内办结的事项中：实质性办结的 ÷ 办结的；阶段性、程序性、中止分别列出。",
        "Of the matters closed in the period: substantive ÷ closed; phased, procedural and discontinued are listed.",
    ),
    hides: None,
    sources: &[from("matters", "village"), from("matters", "closed_on"), from("matters", "closing")],
};

const R7: Definition = Definition {
    formula: words(
        "已受理且联系群众的期限落在期内的事项中：期限内首次联系反映人的 ÷（已联系的＋超期未联系的）。",
        "Of the accepted matters whose limit for contacting the resident falls in the period: first contact within the limit ÷ contacted or overdue.",
    ),
    hides: None,
    sources: &[
        from("matters", "village"),
        from("matters", "accepted_on"),
        from("matters", "contacted_on"),
        from("matters", "contact_by"),
    ],
};

const R8: Definition = Definition {
    formula: words(
        "期内评议的事项中：答“已解决”的 ÷ 有答复的；并列有答复数 n 和答复率（有答复的 ÷ 评议的）；“未表态”不算答复。",
        "Of the matters evaluated in the period: \"yes\" ÷ answered, with n and the answer rate (answered ÷ evaluated); \"no answer\" is none.",
    ),
    hides: FEW_ANSWERS,
    sources: &[
        from("matters", "village"),
        from("matters", "evaluated_on"),
        from("matters", "solved"),
        from("matters", "satisfaction"),
    ],
};

const R9: Definition = Definition {
    formula: words(
        "期内评议：满意 ÷ 有效答复；（满意＋基本满意）÷ 有效答复。每个事项的评议计一份答复；经评议会投票的事项以票数为准，不重复计；取消的会议不计。",
        "Verdicts of the period: satisfied ÷ valid; (satisfied + basically satisfied) ÷ valid. A matter's evaluation is one answer; where a review meeting voted on a matter, its ballots count instead, not twice; a cancelled meeting does not count.",
    ),
    hides: FEW_ANSWERS,
    sources: &[
        from("matters", "village"),
        from("matters", "evaluated_on"),
        from("matters", "satisfaction"),
        from("meetings", "date"),
        from("meetings", "state"),
        from("meeting_ballots", "village"),
        from("meeting_ballots", "matter"),
        from("meeting_ballots", "satisfied"),
        from("meeting_ballots", "basically"),
        from("meeting_ballots", "not_satisfied"),
        from("meeting_ballots", "no_answer"),
    ],
};

const R10: Definition = Definition {
    formula: words(
        "期内办结的事项中：已向反映人反馈的 ÷ 办结的。",
        "Of the matters closed in the period: closed with feedback to the resident ÷ closed.",
    ),
    hides: None,
    sources: &[from("matters", "village"), from("matters", "closed_on"), from("matters", "feedback_on")],
};

const R11: Definition = Definition {
    formula: words(
        "期内首次交办的可公开事项中：按时上公开栏的 ÷ 可公开的。按时指不晚于受理期限（没有受理期限的，交办当天）；公开栏不登的（撤回、并案）不计；尚未到期又未公开的不计。",
        "Of the publishable matters first assigned in the period: posted on the board in time ÷ publishable. In time is no later than the limit for accepting (where there is none, the day of assignment); what the board does not show (withdrawn, merged) is not counted; neither is what is not posted while there is still time.",
    ),
    hides: None,
    sources: &[
        from("matters", "village"),
        from("matters", "merged_into"),
        from("matters", "withdrawn_on"),
        from("matters", "accept_by"),
        from("matters", "posted_on"),
        from("matter_moves", "on_day"),
        from("matter_moves", "state"),
    ],
};

const R12: Definition = Definition {
    formula: words(
        "期内评议过的事项中：截至期末评议后重办的 ÷ 评议过的。",
        "Of the matters evaluated in the period: reopened after the evaluation by its last day ÷ evaluated.",
    ),
    hides: None,
    sources: &[
        from("matters", "village"),
        from("matter_moves", "place"),
        from("matter_moves", "on_day"),
        from("matter_moves", "state"),
    ],
};

const R13: Definition = Definition {
    formula: words(
        "期末有在帮计划（已开始、未结束）的困难户 ÷ 困难户。困难户指户卡上标有低保、特困或低保边缘的户；没有启用关注类型的镇，此表为空。",
        "Hardship households with a help plan that runs on the last day (begun and not ended) ÷ hardship households: those whose card says minimum living allowance, destitute, or near the allowance line. Where care tags are not switched on there are none.",
    ),
    hides: Some(words(
        "不足5户的不显示；分村表中不足5户的村及为防倒推一并隐去的村不显示。",
        "Fewer than 5 are not shown; in the table by village, neither are those villages, nor as many more as it takes that the total does not give them away.",
    )),
    sources: &[
        from("households", "village"),
        from("households", "care"),
        from("plans", "household"),
        from("plans", "status"),
        from("plans", "begun_on"),
        from("plans", "ended_on"),
    ],
};

const R14: Definition = Definition {
    formula: words(
        "期内到期的帮扶措施中：在到期日当天或之前完成的 ÷ 到期的；没有到期日的措施单列。",
        "Of the measures of help plans due in the period: done on or before their due date ÷ due; measures without a due date are shown apart.",
    ),
    hides: None,
    sources: &[from("plan_measures", "village"), from("plan_measures", "due"), from("plan_measures", "done_on")],
};

const R15: Definition = Definition {
    formula: words(
        "期初余额＋收入－支出＝期末余额，精确到分；每个资金项目核对：期初＋全部收支＝账面余额。供公示，不是会计账。",
        "Opening + in − out = closing, to the fen; checked for each fund: its first balance and all entries make the balance it shows. For publication; no accounting.",
    ),
    hides: None,
    sources: &[
        from("funds", "village"),
        from("funds", "name"),
        from("funds", "opening"),
        from("funds", "balance"),
        from("fund_entries", "date"),
        from("fund_entries", "direction"),
        from("fund_entries", "amount"),
    ],
};

const R16: Definition = Definition {
    formula: words(
        "已公示的承诺中期内到期的事项：兑现的 ÷ 到期的；部分兑现、未兑现、尚未评议的分别列出。",
        "Of the items of published pledges due in the period: kept ÷ due; partly kept, not kept and not reviewed yet are listed.",
    ),
    hides: None,
    sources: &[
        from("pledges", "status"),
        from("pledge_items", "village"),
        from("pledge_items", "due"),
        from("pledge_items", "result"),
    ],
};

const R17: Definition = Definition {
    formula: words(
        "期初结转＋新增＋恢复－了结＝期末在办；按类别、诉求性质、层级、了结方式列出。核对：期初结转等于上期期末在办。了结包括办结、撤回、并案。",
        "Carried over + new + come back − ended = open; by category, kind of concern, level, and how they ended. Checked: what is carried over equals what was open on the last day of the period before. Ended are closed, withdrawn and merged.",
    ),
    hides: FEW_OF_A_KIND,
    sources: &[
        from("matters", "village"),
        from("matters", "category"),
        from("matters", "kind"),
        from("matters", "level"),
        from("matters", "closing"),
        from("matters", "recorded_on"),
        from("matters", "closed_on"),
        from("matters", "withdrawn_on"),
        from("matters", "merged_into"),
        from("matter_moves", "place"),
        from("matter_moves", "on_day"),
        from("matter_moves", "state"),
    ],
};

const R18: Definition = Definition {
    formula: words(
        "期内记录的事项按类别：件数；重复发生（此前十二个月内同一地点有过同类事项的件数）；期内办结的从记录到办结天数的中位数；同一地点两件以上的列出。涉及个人的类别不列地点。供民情分析会使用。",
        "Matters recorded in the period by category: how many; recurring (the same category at the same place in the twelve months before); the median of days from recorded to closed of those closed in the period; places with two and more are listed. No places where the category is about a person's life. The paper for the analysis meeting.",
    ),
    hides: FEW_OF_A_KIND,
    sources: &[
        from("matters", "village"),
        from("matters", "category"),
        from("matters", "place"),
        from("matters", "recorded_on"),
        from("matters", "closed_on"),
    ],
};
