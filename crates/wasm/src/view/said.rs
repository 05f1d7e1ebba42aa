//! What a stored code, a figure or a key is called in front of people. The words are the core's; here is which list a field
//! takes its choices from.

use lianhu_core::aid::{AidActKind, InterestRule, Scheme};
use lianhu_core::complaint::About;
use lianhu_core::diary::Audience;
use lianhu_core::draft::{Fen, FieldId, Rate};
use lianhu_core::fund::Direction;
use lianhu_core::groups::{Group, LegalBasis};
use lianhu_core::household::{
    Answered, CareTag, ContactBy, Met, NoticeWay, Relation, RequestKind, Residence, Sex, SpokenBy, VisitChannel,
    VisitMode,
};
use lianhu_core::matter::{ActKind, Closing, FeedbackWay, Level, MatterKind, Raised, Satisfaction, Solved, Urgency};
use lianhu_core::meeting::{self, Attendance, Decided, MeetingKind};
use lianhu_core::plan::{Cause, PlanActKind};
use lianhu_core::pledge::{self, PledgeStep, Reviewer};
use lianhu_core::roster::{Chosen, Exempt, GridKind, Role};
use lianhu_core::studio::StudioKind;
use lianhu_core::views::key_label;
use lianhu_core::{DeviceMillis, DocKind, Lang};

/// Fields that no form asks for, and so have no name on paper.
const OWN: &[(&str, &str, &str)] = &[
    ("recorded_at", "写下时间", "written down at"),
    ("entered_at", "录入时间", "entered at"),
    ("created_by", "建立人", "made by"),
    ("created_at", "建立时间", "made at"),
    ("recorded_by", "记录人", "written down by"),
    ("called_by", "召集人", "called by"),
    ("since", "加入日期", "since"),
    ("met", "见到谁", "who was met"),
    ("how", "告知方式", "way of notice"),
    ("told_by", "告知人", "told by"),
    ("asked_by", "申请人", "asked by"),
    ("asked_on", "申请日期", "asked on"),
    ("until", "截止日期", "until"),
    ("keys", "写了什么", "what was written"),
    ("reverses", "冲销", "reverses"),
    ("on", "日期", "day"),
    ("supports", "是否支持", "supports it"),
    ("hours_tenths", "时长", "hours"),
];

/// What a field is called.
pub(super) fn name_of_field(name: &str, lang: Lang) -> String {
    let own =
        || OWN.iter().find(|(known, ..)| *known == name).map(|(_, zh, en)| if lang == Lang::Zh { *zh } else { *en });
    FieldId::parse(name).map(|field| field.label(lang)).or_else(own).unwrap_or(name).to_owned()
}

/// Collections that are called otherwise in one kind of document than in the others.
const COLLECTIONS: &[(DocKind, &str, [&str; 2])] = &[
    (DocKind::Studio, "service", ["服务记录", "service record"]),
    (DocKind::Studio, "member", ["成员", "member"]),
    (DocKind::Pledge, "item", ["承诺事项", "pledge item"]),
];

/// What a key of a document is called: a field of the document, a record, or a field of a record.
pub(super) fn name_of_key(of: DocKind, key: &str, lang: Lang) -> String {
    let mut parts = key.splitn(3, '/');
    let (collection, record, part) = (parts.next().unwrap_or(key), parts.next(), parts.next());
    let Some(record) = record else { return name_of_field(key, lang) };
    let in_lang = |[zh, en]: [&str; 2]| (if lang == Lang::Zh { zh } else { en }).to_owned();
    let own = COLLECTIONS.iter().find(|(kind, name, _)| (*kind, *name) == (of, collection));
    let named = own.map_or_else(|| key_label(&format!("{collection}/"), lang), |(.., words)| in_lang(*words));
    let named = if named == collection { name_of_field(collection, lang) } else { named };
    // A set of choices is kept choice by choice.
    let which = part.map(|part| name_of_field(part, lang)).or_else(|| choice(of, collection, record).map(in_lang));
    which.map_or_else(|| named.clone(), |which| format!("{named} · {which}"))
}

/// Whether what stands under a key is the program's own, and says nothing to anybody.
pub(super) fn is_the_programs_own(key: &str) -> bool {
    matches!(key.rsplit('/').next(), Some("id" | "schema" | "position"))
}

/// A number in both languages: a moment as a day and a time, money in yuan, interest in per cent.
pub(super) fn figure(field: &str, number: i64) -> [String; 2] {
    let one = |said: String| [said.clone(), said];
    match field {
        _ if field.ends_with("_at") => one(DeviceMillis(number).in_china().format("%Y-%m-%d %H:%M").to_string()),
        "amount" | "asked" | "opening" | "standard" | "principal" | "interest" => {
            let yuan = Fen::new(number);
            [format!("{yuan} 元"), format!("{yuan} yuan")]
        }
        "hours_tenths" => {
            let tenths = if number % 10 == 0 { String::new() } else { format!(".{}", number % 10) };
            [format!("{}{tenths} 小时", number / 10), format!("{}{tenths} h", number / 10)]
        }
        "rate" => {
            let percent = format!("{}.{:04}", number / 10_000, number % 10_000);
            one(Rate::parse(FieldId::Rate, &percent).map_or_else(|_| number.to_string(), |rate| rate.to_string()))
        }
        _ => one(number.to_string()),
    }
}

/// The words of a stored choice, by the field it stands in and the kind of document.
pub(super) fn choice(of: DocKind, field: &str, code: &str) -> Option<[&'static str; 2]> {
    macro_rules! of {
        ($list:ty) => {
            <$list>::parse(code).map(|choice| [choice.label(Lang::Zh), choice.label(Lang::En)])
        };
    }
    match (of, field) {
        (DocKind::Matter, "kind") => of!(MatterKind),
        (DocKind::Meeting, "kind") => of!(MeetingKind),
        (DocKind::Studio, "kind") => of!(StudioKind),
        (DocKind::Roster, "kind") => of!(GridKind),
        (DocKind::Household, "kind") => of!(RequestKind),
        (DocKind::Matter, "act") => of!(ActKind),
        (DocKind::HelpPlan, "act") => of!(PlanActKind),
        (DocKind::Application, "act") => of!(AidActKind),
        (DocKind::Meeting, "act") => of!(meeting::StepKind),
        (DocKind::Studio | DocKind::Base, "act") => match code {
            "post" => Some(["公开", "post on the board"]),
            "unpost" => Some(["撤下", "take down"]),
            _ => None,
        },
        (DocKind::Pledge, "act") => of!(PledgeStep),
        (DocKind::Complaint, "about") => of!(About),
        (DocKind::Household | DocKind::Roster, "basis") => of!(LegalBasis),
        (DocKind::Household | DocKind::Roster, "group") => of!(Group),
        (_, "residence") => of!(Residence),
        (_, "contact_by") => of!(ContactBy),
        (_, "relation") => of!(Relation),
        (_, "sex") => of!(Sex),
        (_, "mode") => of!(VisitMode),
        (_, "channel") => of!(VisitChannel),
        (_, "met") => of!(Met),
        (_, "how") => of!(NoticeWay),
        (_, "agreed_by" | "asked_by") => of!(SpokenBy),
        (_, "answer") => of!(Answered),
        (_, "care" | "tag") => of!(CareTag),
        (_, "audience") => of!(Audience),
        (_, "raised") => of!(Raised),
        (_, "urgency") => of!(Urgency),
        (_, "level") => of!(Level),
        (_, "closing") => of!(Closing),
        (_, "solved") => of!(Solved),
        (_, "satisfaction") => of!(Satisfaction),
        (_, "way") => of!(FeedbackWay),
        (_, "attendance" | "attendee") => of!(Attendance),
        (_, "decision") => of!(Decided),
        (_, "outcome" | "verdict") => of!(pledge::Outcome),
        (_, "reviewer") => of!(Reviewer),
        (_, "causes") => of!(Cause),
        (_, "scheme") => of!(Scheme),
        (_, "rule") => of!(InterestRule),
        (_, "direction") => of!(Direction),
        (_, "roles") => of!(Role),
        (_, "exempt") => of!(Exempt),
        (_, "chosen") => of!(Chosen),
        _ => None,
    }
}
