//! Field groups (信息类别): which personal data a township keeps, group by group, and on what grounds (《个人信息保护法》,
//! PIPL).
//!
//! The minimal form is the usual one: the head, the doorplate, who is to be reached and how, and what was said on visits. What
//! goes beyond it (`residents`, `care`) is off in every village until the town desk switches it on in the village's roster,
//! `switch/<group>`, with a purpose, a legal basis and a day on which it is looked at again. Nothing is switched off by itself:
//! a switch whose day has passed stays on and is shown in every digest until somebody decides, because work that stops
//! overnight would only move to paper.
//!
//! While a group is off nothing new is written under its keys, by anybody; what stands there can still be read, corrected by
//! being taken away, and erased. Without a village's roster nobody knows what is switched on, and nothing is refused.

mod switch;
mod table;

pub use switch::{Switch, SwitchTyped, Switches};
#[cfg(test)]
pub(crate) use table::rows;
pub use table::{Holds, holds};

use crate::document::Edit;
use crate::draft::{FieldId, Reason, Refusal};
use crate::ids::DocKind;
use crate::lang::codes;

codes! {
    /// A group of personal data: what one purpose, one notice and one consent are about.
    Group {
        Base = "base", "基本信息", "basic card";
        Phone = "phone", "电话与联系方式", "phone and contact";
        Residents = "residents", "家庭成员", "residents";
        Care = "care", "关注类型（敏感）", "care tags (sensitive)";
        Minors = "minors", "未满十四周岁儿童（敏感）", "children under 14 (sensitive)";
        Said = "said", "走访与诉求", "visits and concerns";
        Help = "help", "帮扶与救助（敏感）", "help and aid (sensitive)";
        Partners = "partners", "工作人员与参与人", "workers and partners";
    }
}

codes! {
    /// What makes the processing lawful: the seven bases of PIPL article 13.
    LegalBasis {
        Consent = "consent", "取得个人同意", "the person's consent";
        Contract = "contract", "订立、履行合同或人力资源管理所必需", "a contract, or the management of staff";
        Duty = "duty", "履行法定职责或法定义务所必需", "a duty or task laid down by law";
        Emergency = "emergency", "应对突发公共卫生事件或紧急情况所必需", "a public-health incident, or an emergency";
        News = "news", "为公共利益实施新闻报道、舆论监督", "news and supervision in the public interest";
        Disclosed = "disclosed", "个人自行公开或已合法公开的信息", "information made public already";
        OtherLaw = "other_law", "法律、行政法规规定的其他情形", "another case the law provides for";
    }
}

impl Group {
    /// Whether it is part of the minimal form: on without being switched on.
    pub const fn is_minimal(self) -> bool {
        !matches!(self, Group::Residents | Group::Care | Group::Minors)
    }

    /// Whether it has a switch of its own. Children's data comes and goes with the residents'.
    pub const fn has_switch(self) -> bool {
        matches!(self, Group::Residents | Group::Care)
    }

    /// Whether it is sensitive (PIPL articles 28 to 31): where the basis is consent, it has to be given for this group alone.
    pub const fn is_sensitive(self) -> bool {
        matches!(self, Group::Care | Group::Minors | Group::Help)
    }

    /// The field a refusal points at when something of a group that is off was filled in.
    const fn field(self) -> FieldId {
        match self {
            Group::Residents | Group::Minors => FieldId::Resident,
            Group::Care => FieldId::Tags,
            _ => FieldId::FieldGroup,
        }
    }
}

/// Refuses an edit that would write into a group that is off. What it only takes away is let through.
pub fn check(kind: DocKind, edit: &Edit, switches: &Switches) -> Result<(), Refusal> {
    let written = edit.writes().filter(|(_, value)| value.is_some());
    let off = written.filter_map(|(key, _)| table::group_of(kind, key)).find(|group| !switches.is_on(*group));
    off.map_or(Ok(()), |group| Err(Refusal::new(group.field(), Reason::GroupOff)))
}

/// Whether a key belongs to a group that is off.
pub(crate) fn is_off(kind: DocKind, key: &str, switches: &Switches) -> bool {
    table::group_of(kind, key).is_some_and(|group| !switches.is_on(group))
}

#[cfg(test)]
mod tests;
