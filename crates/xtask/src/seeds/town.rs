//! The demo town itself: who lives where, who is a member, who keeps in touch with whom.
//!
//! A village of about 425 households has 18 groups; three groups make a responsibility area, two areas a branch. Members
//! are linked to neighbours in their own area, in door order, as a village would share them out.

use std::collections::BTreeSet;

use super::dice::Dice;
use super::names;

/// Changing it changes every name in the demo.
const SEED: u64 = 20_261_001;
/// Made up, like its villages.
pub(super) const NAME: &str = "禾泾镇";
const VILLAGES: [&str; 20] = [
    "柳泾村",
    "双荡村",
    "桃溇村",
    "菱塘村",
    "庙桥村",
    "稻丰村",
    "北浜村",
    "蚕丰村",
    "永和村",
    "东联村",
    "石灰桥村",
    "芦塘村",
    "荷溪村",
    "古窑村",
    "南埭村",
    "金鹅村",
    "长洄村",
    "红菱村",
    "新禾村",
    "秋塘村",
];
const GROUPS: usize = 18;
const AREAS: usize = 6;
const MEMBERS: usize = 1_250;
const HOUSEHOLDS: usize = 8_500;

#[derive(Debug)]
pub(super) struct Village {
    pub(super) name: &'static str,
    /// Made up for the demo: no province has the number 99.
    pub(super) code: String,
}

#[derive(Debug)]
pub(super) struct Member {
    pub(super) village: usize,
    /// 1 to 6.
    pub(super) area: usize,
    pub(super) name: String,
    pub(super) woman: bool,
    pub(super) born: (i32, usize),
    pub(super) phone: Option<String>,
    pub(super) office: &'static str,
    pub(super) exempt: Option<&'static str>,
}

#[derive(Debug)]
pub(super) struct Household {
    pub(super) village: usize,
    /// 1 to 18.
    pub(super) group: usize,
    pub(super) door: usize,
    pub(super) head: String,
    pub(super) people: usize,
    pub(super) phone: Option<String>,
    pub(super) residence: &'static str,
    pub(super) care: String,
    pub(super) node: bool,
}

#[derive(Debug)]
pub(super) struct Link {
    pub(super) member: usize,
    pub(super) household: usize,
    /// Year, month, day.
    pub(super) from: (usize, usize, usize),
}

#[derive(Debug)]
pub(super) struct Town {
    pub(super) villages: Vec<Village>,
    pub(super) members: Vec<Member>,
    pub(super) households: Vec<Household>,
    pub(super) links: Vec<Link>,
}

/// The responsibility area of a group.
pub(super) fn area_of(group: usize) -> usize {
    group.saturating_sub(1) / (GROUPS / AREAS) + 1
}

/// The branch of an area.
pub(super) fn branch_of(area: usize) -> usize {
    area.div_ceil(2)
}

impl Town {
    pub(super) fn make() -> Self {
        let mut dice = Dice::new(SEED);
        let villages =
            VILLAGES.iter().zip(201..).map(|(name, code)| Village { name, code: format!("990101101{code}") });
        let mut town =
            Town { villages: villages.collect(), members: Vec::new(), households: Vec::new(), links: Vec::new() };
        let mut phones = Phones::default();
        for village in 0..VILLAGES.len() {
            town.settle_members(village, &mut dice, &mut phones);
            town.settle_households(village, &mut dice, &mut phones);
            for area in 1..=AREAS {
                town.link(village, area, &mut dice);
            }
        }
        town
    }

    fn settle_members(&mut self, village: usize, dice: &mut Dice, phones: &mut Phones) {
        let count = share(MEMBERS, village);
        let mut names = BTreeSet::new();
        // Two to an area at most, or the others would have more than ten households each.
        let mut exempt_in = [0; AREAS + 1];
        for place in 0..count {
            let area = place % AREAS + 1;
            let office = office(village, place);
            let woman = dice.per_mille(if office.is_empty() { 380 } else { 250 });
            let oldest = if office.is_empty() { 1938 } else { 1964 };
            let youngest = if office.is_empty() { 2004 } else { 1995 };
            let born = (i32::try_from(dice.between(oldest, youngest)).unwrap_or(1970), dice.between(1, 12));
            let mut name = names::person(dice, woman, born.0);
            while !names.insert(name.clone()) {
                name = names::person(dice, woman, born.0);
            }
            let spared = exempt_in.get(area).is_some_and(|&already| already < 2);
            let exempt = if office.is_empty() && spared { exemption(dice, born.0) } else { None };
            if let Some(already) = exempt_in.get_mut(area).filter(|_| exempt.is_some()) {
                *already += 1;
            }
            let phone = (!office.is_empty() || !dice.per_mille(30)).then(|| phones.next(dice));
            self.members.push(Member { village, area, name, woman, born, phone, office, exempt });
        }
    }

    fn settle_households(&mut self, village: usize, dice: &mut Dice, phones: &mut Phones) {
        let count = share(HOUSEHOLDS, village);
        let per_group = count.div_ceil(GROUPS);
        for place in 0..count {
            let (group, door) = (place / per_group + 1, place % per_group + 1);
            let woman = dice.per_mille(220);
            let born = i32::try_from(dice.between(1940, 1992)).unwrap_or(1965);
            let residences = [("常住", 710), ("部分外出", 150), ("全家外出", 55), ("空户", 47), ("租住", 38)];
            let residence = dice.weighted(&residences).copied().unwrap_or("常住");
            let sizes = [(1, 80), (2, 200), (3, 270), (4, 200), (5, 150), (6, 75), (7, 25)];
            let mut people = dice.weighted(&sizes).copied().unwrap_or(3);
            let mut care = care(dice, residence);
            if care == "独居" && residence == "常住" {
                people = 1;
            } else if care == "独居" {
                care.clear();
            }
            if people == 1 && born < 1953 && residence == "常住" && care.is_empty() {
                care = "独居".into();
            }
            // One node household to an area, about 71 households: the first house of its middle group.
            let node = door == 1 && group % 3 == 2;
            let residence = if node { "常住" } else { residence };
            let phone = (node || !dice.per_mille(140)).then(|| phones.next(dice));
            let head = names::person(dice, woman, born);
            self.households.push(Household { village, group, door, head, people, phone, residence, care, node });
        }
    }

    fn link(&mut self, village: usize, area: usize, dice: &mut Dice) {
        let able = self.members.iter().enumerate();
        let able = able.filter(|(_, m)| m.village == village && m.area == area && m.exempt.is_none());
        let able: Vec<usize> = able.map(|(index, _)| index).collect();
        let homes = self.households.iter().enumerate();
        let homes = homes.filter(|(_, h)| h.village == village && area_of(h.group) == area && h.residence != "空户");
        let mut homes: Vec<usize> = homes.map(|(index, _)| index).collect();
        // One household in a hundred has nobody yet: coverage is what the members' work is measured by.
        homes.retain(|_| !dice.per_mille(10));
        let mut loads: Vec<usize> =
            able.iter().enumerate().map(|(i, _)| share_of(homes.len(), able.len(), i)).collect();
        for _ in 0..able.len() {
            let (from, to) = (dice.below(loads.len()), dice.below(loads.len()));
            let full = loads.get(to).is_none_or(|&load| load >= 9);
            if let Some(load) = loads.get_mut(from).filter(|load| **load > 5 && !full && from != to) {
                *load -= 1;
                if let Some(load) = loads.get_mut(to) {
                    *load += 1;
                }
            }
        }
        let mut homes = homes.into_iter();
        for (member, load) in able.into_iter().zip(loads) {
            let year = dice.between(2019, 2025);
            for household in homes.by_ref().take(load) {
                let from = (year, dice.between(1, 12), dice.between(1, 28));
                self.links.push(Link { member, household, from });
            }
        }
    }
}

/// How many of `total` the village with this index has.
fn share(total: usize, village: usize) -> usize {
    share_of(total, VILLAGES.len(), village)
}

fn share_of(total: usize, parts: usize, index: usize) -> usize {
    let parts = parts.max(1);
    total / parts + usize::from(index < total % parts)
}

/// The posts of a village, given to the first members on its list.
fn office(village: usize, place: usize) -> &'static str {
    match (place, village) {
        (0, _) => "村党总支书记、村委会主任",
        (1, _) => "村党总支副书记",
        (2, _) => "村两委委员、支部书记",
        (3 | 4, _) => "村两委委员",
        (5 | 6, _) => "支部书记",
        (7, _) => "村务监督委员会主任",
        (8 | 9, _) => "村务监督委员会委员",
        (10, _) => "驻村干部",
        (11..=16, _) => "微网格长",
        (17, 0..=2) => "镇综合信息指挥室工作人员",
        _ => "",
    }
}

fn exemption(dice: &mut Dice, born: i32) -> Option<&'static str> {
    if born < 1945 {
        return dice.per_mille(550).then_some("年老体弱");
    }
    if dice.per_mille(15) {
        return Some("患病");
    }
    (born > 1980 && dice.per_mille(45)).then_some("长期外出")
}

fn care(dice: &mut Dice, residence: &str) -> String {
    if residence == "空户" || residence == "租住" || !dice.per_mille(125) {
        return String::new();
    }
    let kinds = [
        ("低保", 26),
        ("低保边缘", 11),
        ("特困", 3),
        ("残疾", 25),
        ("独居", 20),
        ("留守儿童", 6),
        ("优抚", 5),
        ("重病", 10),
    ];
    let first = dice.weighted(&kinds).copied().unwrap_or("残疾");
    if first != "独居" && dice.per_mille(90) && first != "残疾" {
        return format!("{first}、残疾");
    }
    first.to_owned()
}

/// Phones nobody has: of the segments 150–159 the regulator never allotted 154 to anybody.
#[derive(Debug, Default)]
struct Phones(BTreeSet<usize>);

impl Phones {
    fn next(&mut self, dice: &mut Dice) -> String {
        loop {
            let number = dice.below(100_000_000);
            if self.0.insert(number) {
                return format!("154{number:08}");
            }
        }
    }
}
