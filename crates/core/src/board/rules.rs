//! What is public, field by field: one row for every key a document of any kind may hold.
//!
//! A key is written as in the kind's schema: `title`; `worker/name` for a field several people keep up; `item/content` for a
//! field of a record that is written as one value. Keys that no document holds, such as `state`, are what the board derives.

use crate::ids::DocKind;
use crate::lang::Lang;

/// Whether something is on the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// It is, under these words; numbers of people in it are masked.
    Shown {
        /// The column, in Chinese.
        zh: &'static str,
        /// The column, in English.
        en: &'static str,
    },
    /// It is, as it stands: a number that is public by purpose.
    ShownWhole {
        /// The column, in Chinese.
        zh: &'static str,
        /// The column, in English.
        en: &'static str,
    },
    /// It never is.
    Never,
    /// A record of which some fields are shown: each has its own row.
    ByParts,
}

use Rule::{ByParts, Never};

const fn shown(zh: &'static str, en: &'static str) -> Rule {
    Rule::Shown { zh, en }
}

const fn whole(zh: &'static str, en: &'static str) -> Rule {
    Rule::ShownWhole { zh, en }
}

/// A table of rules.
pub type Rules = &'static [(&'static str, Rule)];

const ROSTER: Rules = &[
    ("name", shown("村", "village")),
    ("town", shown("镇（街道）", "town")),
    ("area", Never),
    ("district", Never),
    ("grid/name", Never),
    ("grid/kind", Never),
    ("grid/branch", Never),
    ("grid/leader", Never),
    ("grid/node", Never),
    ("grid/parent", Never),
    ("grid/from", Never),
    ("grid/to", Never),
    ("grid/replaced_by", Never),
    ("service/leader", Never),
    ("service/members", Never),
    ("pair", Never),
    ("station", Never),
    ("worker/name", shown("联户党员", "member")),
    ("worker/branch", shown("支部", "branch")),
    ("worker/phone", Never),
    ("worker/roles", Never),
    ("worker/grids", Never),
    ("worker/exempt", Never),
    ("worker/active", Never),
    ("link", Never),
    ("rule", Never),
    ("calendar", Never),
    ("switch", Never),
    // Derived.
    ("households", shown("联系户数", "households")),
    ("in_scope", shown("应联系户数", "households in scope")),
    ("linked", shown("已联系户数", "households with a link")),
    ("coverage", shown("覆盖率", "coverage")),
];

const HOUSEHOLD: Rules = &[
    ("village", Never),
    ("created_by", Never),
    ("grid", Never),
    ("group", Never),
    ("code", Never),
    ("doorplate", Never),
    ("head", Never),
    ("phone", Never),
    ("members", Never),
    ("residence", Never),
    ("contact_by", Never),
    ("contact_time", Never),
    ("basis", Never),
    ("noticed_on", Never),
    ("consented_on", Never),
    ("review_by", Never),
    ("care", Never),
    ("resident/name", Never),
    ("resident/relation", Never),
    ("resident/born", Never),
    ("resident/sex", Never),
    ("resident/away", Never),
    ("visit", Never),
    ("request", Never),
    ("answer", Never),
    ("words", Never),
    ("opened", Never),
    ("late", Never),
];

const DIARY: Rules = &[
    ("author", Never),
    ("month", Never),
    ("audience", Never),
    ("village", Never),
    ("entry", Never),
    ("comment", Never),
];

const MATTER: Rules = &[
    ("number", whole("编号", "number")),
    ("title", shown("事项", "matter")),
    // Derived.
    ("owner", shown("承办人", "owner")),
    ("state", shown("进度", "state")),
    ("due", shown("办结期限", "due")),
    ("posted_on", shown("公开日期", "posted on")),
    ("village", Never),
    ("recorded_by", Never),
    ("recorded_on", Never),
    ("text", Never),
    ("household", Never),
    ("raised", Never),
    ("raiser", Never),
    ("phone", Never),
    ("headcount", Never),
    ("category", Never),
    ("kind", Never),
    ("urgency", Never),
    ("place", Never),
    ("source", Never),
    ("channel", Never),
    ("split_from", Never),
    ("step", Never),
    ("late", Never),
];

const MEETING: Rules = &[
    ("kind", shown("会议", "meeting")),
    ("number", shown("届次", "number")),
    ("date", shown("日期", "date")),
    ("place", shown("地点", "place")),
    // Derived: of each decision its title, what was decided, the owner and the day; nothing else of it.
    ("decisions", shown("决定", "decisions")),
    ("published_on", shown("公开日期", "posted on")),
    ("village", Never),
    ("called_by", Never),
    ("time", Never),
    ("chair", Never),
    ("recorder", Never),
    ("branch", Never),
    ("grid", Never),
    ("attendee", Never),
    ("former", Never),
    ("guest/name", Never),
    ("guest/role", Never),
    ("guest/attendance", Never),
    ("item/matter", Never),
    ("item/title", Never),
    ("item/five", Never),
    ("item/position", Never),
    ("decision", ByParts),
    ("decision/title", shown("议题", "item")),
    ("decision/decision", shown("决定", "decision")),
    ("decision/owner", shown("承办人", "owner")),
    ("decision/due", shown("办结期限", "due")),
    ("ballot", Never),
    ("minutes", Never),
    ("step", Never),
    ("late", Never),
];

/// A plan to help a household is nobody else's business: what was granted is on the board as aid.
const HELP_PLAN: Rules = &[
    ("village", Never),
    ("created_by", Never),
    ("household", Never),
    ("causes", Never),
    ("cause_other", Never),
    ("goal", Never),
    ("effect", Never),
    ("review_on", Never),
    ("helper/worker", Never),
    ("helper/from", Never),
    ("helper/to", Never),
    ("measure/kind", Never),
    ("measure/content", Never),
    ("measure/provider", Never),
    ("measure/amount", Never),
    ("measure/due", Never),
    ("measure/done_on", Never),
    ("measure/result", Never),
    ("step", Never),
    ("late", Never),
];

const AID: Rules = &[
    ("applicant", shown("姓名", "name")),
    ("scheme", shown("项目", "scheme")),
    // Another scheme is shown as the scheme.
    ("scheme_other", shown("其他项目", "other scheme")),
    // Derived.
    ("standard", shown("标准（元）", "standard (yuan)")),
    ("published_on", shown("公示日期", "posted on")),
    ("objections_until", shown("异议截止", "objections until")),
    ("village", Never),
    ("recorded_by", Never),
    ("household", Never),
    ("asked", Never),
    ("reason", Never),
    ("applied_on", Never),
    ("loan", Never),
    ("repayment", Never),
    ("step", Never),
    ("late", Never),
];

const FUND: Rules = &[
    ("name", shown("资金", "fund")),
    // Derived: the statement, and its entries.
    ("period", shown("期间", "period")),
    ("opening", shown("期初（元）", "opening (yuan)")),
    ("in", shown("收入（元）", "in (yuan)")),
    ("out", shown("支出（元）", "out (yuan)")),
    ("closing", shown("结余（元）", "closing (yuan)")),
    ("date", shown("日期", "date")),
    ("direction", shown("收支", "in or out")),
    ("source", shown("来源", "source")),
    ("purpose", shown("用途", "purpose")),
    ("amount", shown("金额（元）", "amount (yuan)")),
    ("village", Never),
    ("created_by", Never),
    ("opened_on", Never),
    // Donors, receipts and the applications that were paid are not: an entry says where it is from, or what it was for.
    ("ledger", ByParts),
    ("ledger/date", shown("日期", "date")),
    ("ledger/direction", shown("收支", "in or out")),
    ("ledger/source", shown("来源", "source")),
    ("ledger/purpose", shown("用途", "purpose")),
    ("ledger/amount", shown("金额（元）", "amount (yuan)")),
];

const PLEDGE: Rules = &[
    ("worker", shown("承诺人", "who")),
    ("year", shown("年度", "year")),
    ("place", shown("公示地点", "where it is shown")),
    ("item", ByParts),
    ("item/content", shown("承诺事项", "what")),
    ("item/measured_by", Never),
    ("item/baseline", Never),
    ("item/due", Never),
    ("step", Never),
    ("review", Never),
    ("village", Never),
    // Derived.
    ("state", shown("状态", "state")),
];

const STUDIO: Rules = &[
    ("kind", shown("类型", "kind")),
    ("name", shown("名称", "name")),
    ("skills", shown("特长", "skills")),
    ("open_hours", shown("开放时间", "open hours")),
    ("services", shown("服务事项", "services")),
    ("place", shown("地点", "place")),
    ("phone", whole("电话", "phone")),
    ("phone_public", Never),
    ("village", Never),
    ("created_by", Never),
    ("leader", Never),
    ("member", Never),
    ("closed_on", Never),
    ("service", Never),
    ("step", Never),
];

const BASE: Rules = &[
    ("name", shown("名称", "name")),
    ("trade", shown("行业", "trade")),
    ("place", shown("地点", "place")),
    ("host", shown("带头人", "host")),
    ("sheds", shown("规模", "size")),
    ("village", Never),
    ("created_by", Never),
    ("host_worker", Never),
    ("batch", Never),
    ("outcome", Never),
    ("step", Never),
    // Derived.
    ("batches", shown("培训批次", "batches")),
    ("trained", shown("参训人次", "people trained")),
];

const COMPLAINT: Rules = &[
    ("village", Never),
    ("created_by", Never),
    ("date", Never),
    ("about", Never),
    ("text", Never),
    ("withdrawn_on", Never),
    ("reply", Never),
];

/// The rules of a kind; none for one of a newer version, of which nothing is shown.
pub const fn of(kind: DocKind) -> Rules {
    match kind {
        DocKind::Roster => ROSTER,
        DocKind::Household => HOUSEHOLD,
        DocKind::Diary => DIARY,
        DocKind::Matter => MATTER,
        DocKind::Pledge => PLEDGE,
        DocKind::Studio => STUDIO,
        DocKind::Base => BASE,
        DocKind::Meeting => MEETING,
        DocKind::HelpPlan => HELP_PLAN,
        DocKind::Application => AID,
        DocKind::Fund => FUND,
        DocKind::Complaint => COMPLAINT,
        DocKind::Other(_) => &[],
    }
}

/// The rule for a key, with the key as the table has it.
pub fn find(kind: DocKind, key: &str) -> Option<(&'static str, Rule)> {
    of(kind).iter().copied().find(|(known, _)| *known == key)
}

/// What a column is called; `None` for what is not shown.
pub fn label(kind: DocKind, key: &str, lang: Lang) -> Option<&'static str> {
    match find(kind, key)?.1 {
        Rule::Shown { zh, en } | Rule::ShownWhole { zh, en } => Some(if lang == Lang::Zh { zh } else { en }),
        Never | ByParts => None,
    }
}
