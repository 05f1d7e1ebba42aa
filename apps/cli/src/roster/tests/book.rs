//! Workbooks as clerks make them, for the tests.

use rust_xlsxwriter::{Format, Workbook, Worksheet};

/// A cell to write.
#[derive(Clone)]
pub(super) enum Put {
    Text(String),
    Number(f64),
}

/// Text; an empty one leaves the cell blank.
pub(super) fn t(text: &str) -> Put {
    Put::Text(text.to_owned())
}

/// A number.
pub(super) fn n(number: f64) -> Put {
    Put::Number(number)
}

pub(super) struct Book(Workbook);

impl Book {
    pub(super) fn new() -> Self {
        Book(Workbook::new())
    }

    /// A sheet with a plain header in its first row.
    pub(super) fn list<const N: usize>(mut self, name: &str, header: &[&str; N], rows: &[[Put; N]]) -> Self {
        let sheet = self.0.add_worksheet().set_name(name).unwrap();
        put_row(sheet, 0, &header.map(t));
        for (row, at) in rows.iter().zip(1..) {
            put_row(sheet, at, row);
        }
        self
    }

    pub(super) fn bytes(mut self) -> Vec<u8> {
        self.0.save_to_buffer().unwrap()
    }

    /// One of each fault; the row numbers are those the tests name.
    pub(super) fn messy() -> Self {
        let mut book = Book::new();
        messy_members(book.0.add_worksheet().set_name("党员名册").unwrap());
        messy_households(book.0.add_worksheet().set_name("农户信息").unwrap());
        messy_links(book.0.add_worksheet().set_name("联户关系").unwrap());
        let notes = book.0.add_worksheet().set_name("说明").unwrap();
        put_row(notes, 0, &[t("本表由各村填报")]);
        book
    }
}

fn put_row(sheet: &mut Worksheet, row: u32, cells: &[Put]) {
    for (cell, column) in cells.iter().zip(0..) {
        match cell {
            Put::Text(text) if text.is_empty() => {}
            Put::Text(text) => drop(sheet.write_string(row, column, text).unwrap()),
            Put::Number(number) => drop(sheet.write_number(row, column, *number).unwrap()),
        }
    }
}

fn messy_members(sheet: &mut Worksheet) {
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 9, "禾泾镇党员联户花名册(2026年上半年)", &plain).unwrap();
    let header = ["序号", "行政村(社区)", "所属支部", "姓名", "性别", "出生年月", "联系电话", "责任区"];
    for (name, column) in header.into_iter().zip(0..) {
        sheet.merge_range(1, column, 2, column, name, &plain).unwrap();
    }
    sheet.merge_range(1, 8, 1, 9, "联户情况", &plain).unwrap();
    put_row(sheet, 2, &[vec![t(""); 8], vec![t("应联户数"), t("备注")]].concat());
    let row = |branch: &str, name: &str, born: Put, phone: Put, expected: f64, remark: &str| {
        let branch = format!("庆胜第{branch}支部");
        [n(1.0), t(""), t(&branch), t(name), t("女"), born, phone, t("第1责任区"), n(expected), t(remark)]
    };
    // Rows 4 to 14 as the spreadsheet numbers them.
    let rows = [
        row("1", "韩珠", t("1965.4"), t("15400000001"), 5.0, ""),
        row("2", "朱丽娜 ", t("1950年5月"), n(15_400_000_002.0), 5.0, ""),
        row("3", "李辉土", t("1964年1月"), t("１５４０００００００３"), 5.0, ""),
        row("1", "汪 根金", t("1982-08"), t("154 0000 0004"), 7.0, ""),
        row("2", "曹兰月", t("1976.10"), t(""), 5.0, ""),
        row("3", "孟莲", t("1950年6月"), t("1540000006"), 6.0, ""),
        row("1", "邹雪", t("1984年4月"), t("15400000007"), 8.0, ""),
        row("1", "邹雪", t("1984年4月"), t("15400000007"), 6.0, ""),
        row("2", "邹雪", t("1991.2"), t("15400000008"), 6.0, ""),
        row("1", "金桂娥", t("1937.7"), t("15400000009"), 0.0, "年老体弱,免联"),
    ];
    for (cells, at) in rows.iter().zip(3..) {
        put_row(sheet, at, cells);
    }
    // Row 14 stays blank within the village's merged cell.
    sheet.merge_range(3, 1, 13, 1, "庆胜村", &plain).unwrap();
    put_row(sheet, 14, &[t(""), t("合计"), t(""), t("10人")]);
}

fn messy_households(sheet: &mut Worksheet) {
    sheet.merge_range(0, 0, 0, 6, "农户基本信息表", &Format::new()).unwrap();
    put_row(sheet, 1, &["行政村", "门牌号", "户主姓名", "家庭人口", "联系电话", "居住情况", "身份证号"].map(t));
    let row = |village: &str, door: &str, head: &str, people: Put, phone: &str, residence: &str| {
        [t(village), t(door), t(head), people, t(phone), t(residence), t("")]
    };
    // Rows 3 to 14; row 10 stays blank.
    let rows = [
        row("庆胜村", "1组1号", "邱国兴", t("三"), "15400001001", "常住"),
        row("庆胜村民委员会", "1组2号", "汤观志", t("4人"), "", "部分外出"),
        row("庆胜村", "1组3号", "江娟莉", t("?"), "", "常住"),
        row("庆胜村", "1组4号", "孙荣", n(6.0), "15400001004", "空户"),
        row("庆胜村", "1组4号", "孙荣", n(6.0), "", "空户"),
        row("庆胜村", "1组5号", "夏宝宝", n(3.0), "", "常住"),
        row("庆胜村", "1组5号", "彭建兴", n(3.0), "", "常住"),
        row("", "", "", t(""), "", ""),
        row("庆胜村", "1组6号", "顾斌", n(2.0), "15400001006", "租住"),
        row("庆胜村", "1组6号", "顾斌", n(2.0), "15400001066", "租住"),
        row("庆胜村", "1组7号", "毛法", n(2.0), "", "时来时往"),
        row("庆胜村", "-1组9号", "赵平", n(2.0), "", "全家外出"),
        row("庆胜村", "1 组 8 号", "周秀", n(2.0), "", "全家外出"),
        row("庆胜村", "1组10号", "郭妹", n(1.0), "无", "常住"),
        row("庆胜村", "1组11号", "叶娜", n(1.0), "", "常住"),
        row("庆胜村", "1组12号", "薛玲", n(1.0), "", "常住"),
    ];
    for (cells, at) in rows.iter().zip(2..) {
        put_row(sheet, at, cells);
    }
}

fn messy_links(sheet: &mut Worksheet) {
    put_row(sheet, 0, &["党员姓名", "党员电话", "行政村", "户主姓名", "门牌号", "联户起始日期"].map(t));
    let row = |name: &str, phone: &str, head: &str, door: &str, from: &str| {
        [t(name), t(phone), t("庆胜村"), t(head), t(door), t(from)]
    };
    // Rows 2 to 18.
    let rows = [
        row("韩珠", "15400000001", "邱国兴", "1组1号", "2025年9月18日"),
        row("朱丽娜", "", "汤观志", "1组2号", "2022.12.12"),
        row("邹雪", "", "薛玲", "1组12号", "2024-11-11"),
        row("邹雪", "15400000008", "孙荣", "1组4号", "2023-11-25"),
        row("李辉土", "15400000099", "薛玲", "1组12号", "2019-03-11"),
        row("孟莲", "15400000066", "薛玲", "1组12号", "2019-03-11"),
        row("查无此人", "15400000077", "薛玲", "1组12号", "2019-03-11"),
        row("韩珠", "15400000001", "不在册", "8组8号", "2019-03-11"),
        row("韩珠", "15400000001", "江娟莉", "1组3号", "2019-03-11"),
        row("韩珠", "15400000001", "夏宝宝", "1组5号", "2019-03-11"),
        row("韩珠", "15400000001", "赵不平", "-1组9号", "2019-03-11"),
        row("韩珠", "15400000001", "周秀", "1组8号", "2019-03-11"),
        row("朱丽娜", "15400000002", "周秀", "1组8号", "2019-03-11"),
        row("韩珠", "15400000001", "薛玲", "1组12号", "2019.13.2"),
        row("金桂娥", "15400000009", "郭妹", "1组10号", "2024/8/3"),
        row("汪根金", "15400000004", "叶娜", "1组11号", "20210321"),
        row("汪根金", "15400000004", "叶娜", "1组11号", "2021-3-21"),
    ];
    for (cells, at) in rows.iter().zip(1..) {
        put_row(sheet, at, cells);
    }
}
