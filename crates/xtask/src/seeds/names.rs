//! Names people in a northern Zhejiang village could have. None of them is taken from a list of real people.

use super::dice::Dice;

/// Surnames, with their weight per mille or so: the national order, with what is common around Jiaxing raised.
const SURNAMES: &[(&str, usize)] = &[
    ("王", 62),
    ("李", 52),
    ("张", 60),
    ("沈", 58),
    ("陈", 52),
    ("朱", 44),
    ("徐", 40),
    ("周", 40),
    ("陆", 38),
    ("钱", 30),
    ("姚", 26),
    ("吴", 32),
    ("杨", 26),
    ("顾", 26),
    ("金", 24),
    ("俞", 22),
    ("许", 18),
    ("刘", 22),
    ("赵", 18),
    ("孙", 18),
    ("胡", 18),
    ("黄", 16),
    ("马", 12),
    ("高", 12),
    ("林", 10),
    ("何", 10),
    ("郭", 8),
    ("罗", 6),
    ("郑", 8),
    ("谢", 8),
    ("宋", 8),
    ("唐", 8),
    ("冯", 9),
    ("董", 7),
    ("程", 7),
    ("曹", 9),
    ("袁", 6),
    ("邓", 4),
    ("傅", 5),
    ("吕", 6),
    ("苏", 4),
    ("卢", 4),
    ("蒋", 10),
    ("蔡", 7),
    ("丁", 8),
    ("魏", 4),
    ("薛", 4),
    ("叶", 8),
    ("余", 4),
    ("潘", 8),
    ("戴", 6),
    ("夏", 6),
    ("钟", 5),
    ("汪", 5),
    ("姜", 5),
    ("范", 6),
    ("方", 6),
    ("石", 4),
    ("谭", 3),
    ("邹", 4),
    ("陶", 5),
    ("严", 5),
    ("施", 6),
    ("倪", 5),
    ("戚", 3),
    ("屠", 4),
    ("凌", 3),
    ("邵", 4),
    ("章", 6),
    ("盛", 5),
    ("计", 4),
    ("褚", 3),
    ("费", 4),
    ("翁", 2),
    ("柴", 2),
    ("鲍", 3),
    ("包", 2),
    ("虞", 2),
    ("诸葛", 1),
    ("欧阳", 1),
];

/// First and second characters of given names: (born before, men's, women's).
const GIVEN: &[(i32, [&str; 2], [&str; 2])] = &[
    (
        1960,
        ["根阿金水土福荣林兴德祥宝永正茂炳关", "根宝生荣泉林兴祥明法龙发财福元贤良"],
        ["阿金桂秀凤珍宝仙玉素月招彩引美", "娥珍英宝仙妹凤花珠囡琴香云莲"],
    ),
    (
        1975,
        ["建国志明永新金卫学忠文海祖雪培", "明华强军平民良忠荣根方法林清康"],
        ["建美秀惠玉雪月丽萍亚红小金", "英芳珍华琴娟萍芬琴妹琼珠凤"],
    ),
    (
        1988,
        ["建晓志伟俊海立春剑国学雪利", "峰斌伟强军杰勇华明飞江良平"],
        ["丽晓雪春利海小敏静燕红", "芳燕敏丽萍娟琴红霞英华娜"],
    ),
    (
        2010,
        ["俊嘉子宇晨浩一佳哲思文奕天", "杰豪轩涛凯宇鑫明峰磊诚辰毅"],
        ["佳思雨梦嘉怡晨诗一晓雅欣", "婷雯怡琳洁涵颖倩妮悦瑶佳"],
    ),
];

/// Given names written with one character, by the same ages.
const SHORT: &[(i32, [&str; 2])] =
    &[(1975, ["明荣康平勇", "英芳萍珍华"]), (2010, ["伟强斌杰磊凯超晨", "敏静燕丽婷颖洁琳"])];

/// A name for a person of this birth year.
pub(super) fn person(dice: &mut Dice, woman: bool, born: i32) -> String {
    let sex = usize::from(woman);
    let mut name = dice.weighted(SURNAMES).copied().unwrap_or("王").to_owned();
    if dice.per_mille(if born < 1960 { 60 } else { 190 }) {
        let short = SHORT.iter().find(|(before, _)| born < *before).and_then(|(_, sets)| sets.get(sex));
        name.push(dice.character(short.unwrap_or(&"明")));
        return name;
    }
    let of_age = GIVEN.iter().find(|(before, ..)| born < *before);
    let sets = of_age
        .map_or([&"明", &"华"], |(_, men, women)| if woman { [&women[0], &women[1]] } else { [&men[0], &men[1]] });
    let first = dice.character(sets[0]);
    let mut second = dice.character(sets[1]);
    while second == first {
        second = dice.character(&format!("{}平华", sets[1]));
    }
    name.push(first);
    name.push(second);
    name
}
