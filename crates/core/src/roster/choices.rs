//! The choices in a roster (domain §3 and §4).

use crate::lang::codes;

codes! {
    /// What a worker may do. `owner` is not among them: one owns a matter, not a role.
    Role {
        Member = "member", "联户党员", "member";
        Node = "node", "中心户", "node household";
        BranchLead = "branch_lead", "支部书记", "branch lead";
        VillageBoard = "village_board", "村两委", "village board";
        Supervisor = "supervisor", "村务监督委员会", "supervisor";
        ResidentCadre = "resident_cadre", "驻村干部", "resident cadre";
        TownDesk = "town_desk", "镇综合信息指挥室", "town desk";
        CountyView = "county_view", "县级", "county view";
        SysAdmin = "sys_admin", "系统管理员", "system administrator";
        SecAdmin = "sec_admin", "安全管理员", "security administrator";
        AuditAdmin = "audit_admin", "审计管理员", "audit administrator";
    }
}

impl Role {
    /// Whether these are nothing but roles that read and write no village's documents (domain §3): the county, which sees
    /// figures, and the administrators, who keep the machine, its accounts and its log.
    pub fn keep_out_of_villages(roles: &std::collections::BTreeSet<Role>) -> bool {
        let apart = |role: &Role| role.is_of_the_town() && *role != Role::TownDesk;
        !roles.is_empty() && roles.iter().all(apart)
    }

    /// Whether the town gives it: a village's board may not.
    pub fn is_of_the_town(self) -> bool {
        match self {
            Role::TownDesk | Role::CountyView | Role::SysAdmin | Role::SecAdmin | Role::AuditAdmin => true,
            Role::Member
            | Role::Node
            | Role::BranchLead
            | Role::VillageBoard
            | Role::Supervisor
            | Role::ResidentCadre => false,
        }
    }
}

codes! {
    /// What kind of area it is.
    GridKind {
        Grid = "grid", "网格", "grid";
        MicroGrid = "micro_grid", "微网格", "micro-grid";
        Area = "area", "责任区", "responsibility area";
        Group = "group", "村民小组", "village group";
    }
}

codes! {
    /// Why a worker is exempt from links.
    Exempt {
        No = "none", "不免", "not exempt";
        Age = "age", "年老", "age";
        Health = "health", "体弱", "health";
        Away = "away", "外出", "away";
        Other = "other", "其他", "other";
    }
}

codes! {
    /// How a link came about.
    Chosen {
        SelfReported = "self_reported", "自报", "self-reported";
        ByResidents = "by_residents", "群众选", "chosen by residents";
        Assigned = "assigned", "组织定", "assigned";
    }
}
