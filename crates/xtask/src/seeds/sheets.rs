//! The town as the three lists a clerk keeps: 党员名册, 农户信息, 联户关系.

use super::town::{self, Town, area_of, branch_of};

pub(super) fn members(town: &Town) -> String {
    let mut sheet = Sheet::new(&[
        "序号",
        "乡镇",
        "行政村",
        "村代码",
        "所属支部",
        "姓名",
        "性别",
        "出生年月",
        "联系电话",
        "职务",
        "责任区",
        "免联原因",
    ]);
    for (member, number) in town.members.iter().zip(1..) {
        let Some(village) = town.villages.get(member.village) else { continue };
        sheet.row(&[
            &format!("{number}"),
            town::NAME,
            village.name,
            &village.code,
            &branch(village.name, member.area),
            &member.name,
            if member.woman { "女" } else { "男" },
            &format!("{}-{:02}", member.born.0, member.born.1),
            member.phone.as_deref().unwrap_or(""),
            member.office,
            &area(member.area),
            member.exempt.unwrap_or(""),
        ]);
    }
    sheet.0
}

pub(super) fn households(town: &Town) -> String {
    let mut sheet = Sheet::new(&[
        "序号",
        "行政村",
        "村民小组",
        "责任区",
        "门牌号",
        "户主姓名",
        "家庭人口",
        "联系电话",
        "居住情况",
        "关注类型",
        "中心户",
    ]);
    for (household, number) in town.households.iter().zip(1..) {
        let Some(village) = town.villages.get(household.village) else { continue };
        sheet.row(&[
            &format!("{number}"),
            village.name,
            &format!("第{}组", household.group),
            &area(area_of(household.group)),
            &format!("{}组{}号", household.group, household.door),
            &household.head,
            &format!("{}", household.people),
            household.phone.as_deref().unwrap_or(""),
            household.residence,
            &household.care,
            if household.node { "是" } else { "" },
        ]);
    }
    sheet.0
}

pub(super) fn links(town: &Town) -> String {
    let mut sheet = Sheet::new(&["党员姓名", "党员电话", "行政村", "户主姓名", "门牌号", "联户起始日期"]);
    for link in &town.links {
        let (Some(member), Some(household)) = (town.members.get(link.member), town.households.get(link.household))
        else {
            continue;
        };
        let Some(village) = town.villages.get(household.village) else { continue };
        let (year, month, day) = link.from;
        sheet.row(&[
            &member.name,
            member.phone.as_deref().unwrap_or(""),
            village.name,
            &household.head,
            &format!("{}组{}号", household.group, household.door),
            &format!("{year}-{month:02}-{day:02}"),
        ]);
    }
    sheet.0
}

fn branch(village: &str, area: usize) -> String {
    format!("{}第{}支部", village.trim_end_matches('村'), branch_of(area))
}

fn area(number: usize) -> String {
    format!("第{number}责任区")
}

/// Comma-separated values; no word of the town holds a comma, a quote or a line break.
struct Sheet(String);

impl Sheet {
    fn new(header: &[&str]) -> Self {
        let mut sheet = Sheet(String::new());
        sheet.row(header);
        sheet
    }

    fn row(&mut self, cells: &[&str]) {
        self.0.push_str(&cells.join(","));
        self.0.push('\n');
    }
}
