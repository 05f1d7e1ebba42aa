//! Finding the header of a sheet and what its columns are.
//!
//! Clerks put a title above the header, write it over two rows with merged cells, and name the same thing differently
//! from town to town. Columns are recognised by name; what is not recognised is left alone and said so.

use std::collections::BTreeMap;

use super::ReadError;
use super::grid::{Cell, Grid, Line};
use super::limits::HEADER_WITHIN;
use super::text::{plain, squeeze};

/// What a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    Serial,
    Town,
    Village,
    VillageCode,
    Branch,
    Name,
    Sex,
    Birth,
    Phone,
    MemberPhone,
    HeadPhone,
    Office,
    Area,
    Expected,
    Exempt,
    Remark,
    Group,
    Doorplate,
    Head,
    Members,
    Residence,
    Care,
    Node,
    From,
    To,
}

/// Names of columns as clerks write them, without spaces and without what stands in brackets.
const NAMES: &[(Column, &[&str])] = &[
    (Column::Serial, &["序号", "编号", "序"]),
    (Column::Town, &["乡镇", "镇街", "镇", "街道", "乡镇街道", "所属乡镇", "所在乡镇", "乡镇名称"]),
    (
        Column::Village,
        &["行政村", "村", "村名", "所在村", "所属村", "村居", "村社", "村社区", "行政村名称", "所在行政村"],
    ),
    (Column::VillageCode, &["村代码", "村编码", "区划代码", "行政区划代码", "统计用区划代码", "行政村代码"]),
    (Column::Branch, &["所属支部", "支部", "党支部", "所在支部", "所属党支部", "所在党支部", "支部名称"]),
    (Column::Name, &["姓名", "党员姓名", "联户党员", "联户党员姓名", "联系党员", "党员"]),
    (Column::Sex, &["性别"]),
    (Column::Birth, &["出生年月", "出生日期", "出生年月日", "出生时间", "生日"]),
    (Column::Phone, &["联系电话", "电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "联系手机"]),
    (Column::MemberPhone, &["党员电话", "党员手机", "党员手机号", "党员联系电话", "联户党员电话"]),
    (Column::HeadPhone, &["户主电话", "户主手机", "户主手机号", "户主联系电话"]),
    (Column::Office, &["职务", "党内职务", "村内职务", "现任职务", "角色"]),
    (Column::Area, &["责任区", "所属责任区", "党员责任区", "网格", "所属网格", "民情网格", "所在网格"]),
    (Column::Expected, &["应联户数", "联户数", "联系户数"]),
    (Column::Exempt, &["免联原因", "免联情况", "免联", "不联户原因"]),
    (Column::Remark, &["备注", "说明", "备考"]),
    (Column::Group, &["村民小组", "小组", "组", "组别", "所在小组"]),
    (Column::Doorplate, &["门牌号", "门牌", "门牌号码", "户址", "住址", "家庭住址", "地址"]),
    (Column::Head, &["户主姓名", "户主", "户主名", "联系户户主", "联系户"]),
    (Column::Members, &["家庭人口", "人口", "人口数", "家庭人数", "家庭人口数", "人数", "家庭成员数"]),
    (Column::Residence, &["居住情况", "居住状况", "居住状态"]),
    (Column::Care, &["关注类型", "关爱类型", "困难类型", "重点关注", "关注类别"]),
    (Column::Node, &["中心户", "是否中心户"]),
    (
        Column::From,
        &["联户起始日期", "联户开始日期", "联户日期", "联户时间", "起始日期", "开始日期", "结对日期", "结对时间"],
    ),
    (Column::To, &["联户结束日期", "联户终止日期", "结束日期", "终止日期"]),
];

/// What a sheet lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetKind {
    /// 党员名册: members and other workers.
    Workers,
    /// 农户信息: households.
    Households,
    /// 联户关系: who keeps in touch with whom.
    Links,
}

/// A sheet whose header was found.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) kind: SheetKind,
    /// Where each column is, and its name as written.
    pub(super) columns: BTreeMap<Column, (usize, String)>,
    /// Names of columns nobody reads.
    pub(super) ignored: Vec<String>,
    /// How many lines stand before the first row of data.
    pub(super) lines: usize,
    /// What stands above the header.
    pub(super) title: Vec<String>,
}

impl Header {
    /// The name of a column as the clerk wrote it, with the letter the spreadsheet shows.
    pub(super) fn label(&self, column: Column) -> String {
        self.columns.get(&column).map(|(index, name)| format!("{} {name}", letter(*index))).unwrap_or_default()
    }
}

fn letter(index: usize) -> String {
    let mut letters = Vec::new();
    let mut left = index + 1;
    while left > 0 {
        letters.push(char::from(b'A' + u8::try_from((left - 1) % 26).unwrap_or_default()));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect()
}

fn column_named(name: &str) -> Option<Column> {
    let name: String = plain(name).chars().filter(|c| !matches!(c, '*' | ':' | '★' | '/')).collect();
    let bare = name.split(['(', '[', '【', '〔']).next().unwrap_or_default();
    NAMES.iter().find(|(_, names)| names.contains(&bare)).map(|(column, _)| *column)
}

/// Finds the header of a sheet; `None` when it lists nothing we know.
pub(super) fn find(grid: &Grid) -> Result<Option<Header>, ReadError> {
    let used = grid.lines.iter().enumerate().filter(|(_, line)| !line.blank).take(HEADER_WITHIN);
    for (index, line) in used {
        let found = line.cells.iter().filter(|cell| column_named(&cell.words()).is_some()).count();
        if found < 3 {
            continue;
        }
        let last = last_header_line(grid, index, line);
        let Some(header) = read(grid, index, last)? else { continue };
        return Ok(Some(header));
    }
    Ok(None)
}

/// A header is two rows high when its cells are merged downwards, or when the next row holds nothing but names of columns.
fn last_header_line(grid: &Grid, first: usize, line: &Line) -> usize {
    let merged = grid.merged.iter().filter(|(top, bottom, ..)| *top == line.number && bottom > top);
    if let Some((top, bottom, ..)) = merged.min_by_key(|(_, bottom, ..)| *bottom) {
        return first + (bottom - top) as usize;
    }
    let next_is_header = grid.lines.get(first + 1).is_some_and(|next| {
        let mut said = next.cells.iter().filter(|cell| !cell.is_empty()).peekable();
        said.peek().is_some() && said.all(|cell| column_named(&cell.words()).is_some())
    });
    first + usize::from(next_is_header)
}

fn read(grid: &Grid, first: usize, last: usize) -> Result<Option<Header>, ReadError> {
    let rows: Vec<&Line> = grid.lines.iter().skip(first).take(last - first + 1).collect();
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    let mut columns = BTreeMap::new();
    let mut ignored = Vec::new();
    let mut twice = None;
    for index in 0..width {
        // The lower name says more: 联户情况 above, 备注 below.
        let mut names = rows.iter().rev().map(|row| squeeze(&row.get(index).words())).filter(|name| !name.is_empty());
        let Some(lowest) = names.next() else { continue };
        let known = column_named(&lowest).map(|column| (column, lowest.clone()));
        let known = known.or_else(|| names.find_map(|name| Some((column_named(&name)?, name))));
        match known {
            Some((column, name)) => {
                if columns.insert(column, (index, name.clone())).is_some() {
                    twice.get_or_insert((column, name));
                }
            }
            None => ignored.push(lowest),
        }
    }
    let Some(kind) = kind(&columns) else { return Ok(None) };
    let sheet = || grid.name.clone();
    if let Some((_, column)) = twice.filter(|(column, _)| !matches!(column, Column::Serial | Column::Remark)) {
        return Err(ReadError::ColumnTwice { sheet: sheet(), column });
    }
    if let Some(column) = missing(kind, &columns) {
        return Err(ReadError::ColumnMissing { sheet: sheet(), column });
    }
    let above = grid.lines.iter().take(first).filter(|line| !line.blank);
    let title = above.filter_map(|line| line.cells.iter().map(Cell::words).find(|words| !words.is_empty())).collect();
    Ok(Some(Header { kind, columns, ignored, lines: last + 1, title }))
}

fn kind(columns: &BTreeMap<Column, (usize, String)>) -> Option<SheetKind> {
    let has = |column| columns.contains_key(&column);
    let card = has(Column::Members) || has(Column::Residence) || has(Column::Care);
    if has(Column::Head) && (card || !has(Column::Name)) {
        return Some(SheetKind::Households);
    }
    if has(Column::Name) && (has(Column::Head) || (has(Column::Doorplate) && has(Column::MemberPhone))) {
        return Some(SheetKind::Links);
    }
    let about_a_member =
        [Column::Branch, Column::Birth, Column::Office, Column::Expected, Column::Exempt, Column::Phone];
    (has(Column::Name) && about_a_member.into_iter().any(has)).then_some(SheetKind::Workers)
}

/// The first column a sheet cannot do without and does not have.
fn missing(kind: SheetKind, columns: &BTreeMap<Column, (usize, String)>) -> Option<&'static str> {
    let has = |column| columns.contains_key(&column);
    let needed: &[(&str, bool)] = match kind {
        SheetKind::Workers => &[
            ("行政村", has(Column::Village)),
            ("联系电话 / 出生年月", has(Column::Phone) || has(Column::MemberPhone) || has(Column::Birth)),
        ],
        SheetKind::Households => &[("行政村", has(Column::Village)), ("门牌号", has(Column::Doorplate))],
        SheetKind::Links => &[("行政村", has(Column::Village)), ("门牌号", has(Column::Doorplate))],
    };
    needed.iter().find(|(_, there)| !there).map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_known_by_any_of_its_names() {
        for (written, column) in [
            ("行政村(社区)", Column::Village),
            ("行政村（社区）", Column::Village),
            (" 联系 电话 ", Column::Phone),
            ("*手机号码", Column::Phone),
            ("户主", Column::Head),
        ] {
            assert_eq!(column_named(written), Some(column), "{written}");
        }
        assert_eq!(column_named("身份证号"), None);
    }

    #[test]
    fn letters_are_those_the_spreadsheet_shows() {
        assert_eq!([0, 6, 25, 26, 51, 52].map(letter), ["A", "G", "Z", "AA", "AZ", "BA"]);
    }
}
