//! The columns: how somebody stands to a document, by role, by link, and by what they did with it.

use lianhu_core::WorkerId;
use lianhu_core::roster::Role;

macro_rules! people {
    ($($(#[doc = $doc:literal])* $who:ident $letter:literal $zh:literal, $en:literal, [$($role:ident)*], $branch:literal;)+) => {
        /// Somebody at the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Who { $(#[doc = $en] $who,)+ }

        impl Who {
            /// Everybody, in the order of the columns.
            pub const ALL: &'static [Who] = &[$(Who::$who,)+];

            /// The letter of the column.
            pub const fn letter(self) -> &'static str {
                match self { $(Who::$who => $letter,)+ }
            }

            /// The word people use.
            pub const fn zh(self) -> &'static str {
                match self { $(Who::$who => $zh,)+ }
            }

            /// The same in English.
            pub const fn en(self) -> &'static str {
                match self { $(Who::$who => $en,)+ }
            }

            /// Their roles, in the roster of the village that lists them.
            pub fn roles(self) -> Vec<Role> {
                match self { $(Who::$who => vec![$(Role::$role)*],)+ }
            }

            /// Their branch.
            pub const fn branch(self) -> &'static str {
                match self { $(Who::$who => $branch,)+ }
            }
        }
    };
}

people! {
    Linked "A" "联户党员（本户）", "a member linked to the household", [Member], "一支部";
    Backup "B" "后备联户人", "who stands in for the linked member", [Member], "一支部";
    FormerLinked "C" "原联户人", "a member whose link has ended", [Member], "一支部";
    Node "D" "本网格中心户", "a node of the household's grid", [Node], "三支部";
    OtherNode "E" "其他网格中心户", "a node of another grid", [Node], "三支部";
    Recorder "F" "记录人、建立人", "who recorded, called or made the document", [Member], "三支部";
    Own "G" "承办人、帮扶人、主持人、负责人、本人", "whose it is: owner, helper, chair, leader, host, the diary's and the pledge's own worker", [Member], "一支部";
    Assisting "H" "协办人、参会人、成员", "who assists, is called, is a member", [Member], "三支部";
    FormerOwn "I" "原承办人等", "whose it was: owner, helper, chair, member", [Member], "三支部";
    Member "J" "其他联户党员", "a member who has nothing to do with it", [Member], "三支部";
    Lead "K" "联户人、承办人所在支部书记", "the lead of the branch of A and G", [BranchLead], "一支部";
    OtherLead "L" "其他支部书记", "the lead of another branch", [BranchLead], "二支部";
    Board "M" "村两委", "the village board", [VillageBoard], "二支部";
    Supervisor "N" "村务监督委员会", "a supervisor", [Supervisor], "二支部";
    CadreAssisting "O" "驻村干部（协办）", "a resident cadre who assists or is called", [ResidentCadre], "三支部";
    Cadre "P" "驻村干部", "a resident cadre who has nothing to do with it", [ResidentCadre], "三支部";
    Gone "Q" "已离岗的联户党员", "a linked member who does not work here any more", [Member], "一支部";
    GoneBoard "R" "已离岗的村两委", "a member of the board who does not any more", [VillageBoard], "二支部";
    Desk "S" "镇综合信息指挥室", "the town desk", [TownDesk], "四支部";
    County "T" "县级", "the county", [CountyView], "四支部";
    SysAdmin "U" "系统管理员", "the system administrator", [SysAdmin], "四支部";
    SecAdmin "V" "安全管理员", "the security administrator", [SecAdmin], "四支部";
    AuditAdmin "W" "审计管理员", "the audit administrator", [AuditAdmin], "四支部";
    ElseMember "X" "外村联户党员", "a member of another village", [Member], "一支部";
    ElseLead "Y" "外村支部书记", "a lead of another village, whose branch has the same name", [BranchLead], "一支部";
    ElseBoard "Z" "外村村两委", "the board of another village", [VillageBoard], "二支部";
    Unknown "?" "名册之外的人", "somebody no roster lists", [], "";
}

impl Who {
    /// Whether the roster of the second village lists them.
    pub fn is_elsewhere(self) -> bool {
        matches!(self, Who::ElseMember | Who::ElseLead | Who::ElseBoard)
    }

    /// Whether they sit apart from all villages, or nowhere.
    pub fn is_apart(self) -> bool {
        matches!(self, Who::County | Who::SysAdmin | Who::SecAdmin | Who::AuditAdmin | Who::Unknown)
    }

    /// Whether they work there still.
    pub fn is_active(self) -> bool {
        !matches!(self, Who::Gone | Who::GoneBoard)
    }
}

/// The worker of a column.
pub fn worker(who: Who) -> WorkerId {
    numbered(who as u8 + 1)
}

/// Somebody the roster lists and no column has: others are put in their place.
pub(super) fn spare() -> WorkerId {
    numbered(200)
}

/// Somebody from outside, whom no roster lists and no column has.
pub(super) fn outsider() -> WorkerId {
    numbered(201)
}

fn numbered(number: u8) -> WorkerId {
    let pair = format!("{number:02x}");
    let text = format!("{0}{0}{0}{0}-{0}{0}-{0}{0}-{0}{0}-{0}{0}{0}{0}{0}{0}", pair);
    text.parse().unwrap()
}
