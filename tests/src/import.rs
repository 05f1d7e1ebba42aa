//! `lianhu import roster`: lists as clerks keep them.

use std::collections::BTreeMap;
use std::path::Path;

use rust_xlsxwriter::{Format, Workbook};
use serde_json::{Value, json};

use crate::house::{House, SEEDS};

/// A workbook as a clerk keeps it: a title, a header over two rows, the village in a merged cell, phones as text and as
/// numbers, full-width digits, a blank row, a row that is there twice, a household that two members claim.
fn clerks_workbook(path: &Path) {
    let mut book = Workbook::new();
    let plain = Format::new();

    let members = book.add_worksheet().set_name("党员名册").unwrap();
    members.merge_range(0, 0, 0, 5, "禾泾镇党员联户花名册(2026年)", &plain).unwrap();
    for (name, column) in ["行政村(社区)", "所属支部", "姓名", "出生年月", "联系电话"].into_iter().zip(0..)
    {
        members.merge_range(1, column, 2, column, name, &plain).unwrap();
    }
    members.merge_range(1, 5, 1, 6, "联户情况", &plain).unwrap();
    members.write_row(2, 5, ["应联户数", "备注"]).unwrap();
    let rows = [
        ("韩珠", "1965.4", "15400000001"),
        ("李辉土", "1964年1月", "１５４０００００００３"),
        ("曹兰月", "1976.10", ""),
        ("孟莲", "1950年6月", "1540000006"),
        ("邹雪", "1984年4月", "15400000007"),
        ("邹雪", "1984年4月", "15400000007"),
        ("金桂娥", "1937.7", "15400000009"),
    ];
    // Rows 4 to 10 as the spreadsheet numbers them, row 11 is blank.
    for (row, (name, born, phone)) in (3..).zip(rows) {
        members.write_string(row, 1, "庆胜第1支部").unwrap().write_string(row, 2, name).unwrap();
        members.write_string(row, 3, born).unwrap().write_string(row, 4, phone).unwrap();
    }
    members.write_number(9, 4, 15_400_000_009.0).unwrap();
    members.merge_range(3, 0, 10, 0, "庆胜村", &plain).unwrap();

    let households = book.add_worksheet().set_name("农户信息").unwrap();
    households.write_row(0, 0, ["行政村", "门牌号", "户主姓名", "家庭人口", "居住情况"]).unwrap();
    let rows = [
        ["庆胜村", "1组1号", "邱国兴", "三", "常住"],
        ["庆胜村民委员会", "1组2号", "汤观志", "4人", "部分外出"],
        ["庆胜村", "1组3号", "江娟莉", "?", "常住"],
        ["庆胜村", "1组4号", "孙荣", "6", "空户"],
        ["庆胜村", "1组5号", "夏宝宝", "3", "常住"],
        ["庆胜村", "1组5号", "彭建兴", "3", "常住"],
    ];
    for (row, cells) in (1..).zip(rows) {
        households.write_row(row, 0, cells).unwrap();
    }

    let links = book.add_worksheet().set_name("联户关系").unwrap();
    links.write_row(0, 0, ["党员姓名", "党员电话", "行政村", "户主姓名", "门牌号", "联户起始日期"]).unwrap();
    let rows = [
        ["韩珠", "15400000001", "庆胜村", "邱国兴", "1组1号", "2025年9月18日"],
        ["李辉土", "15400000003", "庆胜村", "汤观志", "1组2号", "2022.12.12"],
        ["邹雪", "15400000007", "庆胜村", "汤观志", "1组2号", "2022.12.12"],
        ["查无此人", "15400000077", "庆胜村", "孙荣", "1组4号", "2019-03-11"],
    ];
    for (row, cells) in (1..).zip(rows) {
        links.write_row(row, 0, cells).unwrap();
    }
    book.save(path).unwrap();
}

/// What the report says of each row: (sheet, row) and the reason.
fn report(told: &Value, number: usize) -> BTreeMap<(String, u32), String> {
    let text = std::fs::read_to_string(told["reports"][number].as_str().unwrap()).unwrap();
    let text = text.strip_prefix('\u{feff}').expect("a mark by which Excel knows the Chinese");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("sheet,row,column,reason,说明,explanation"));
    let cells = lines.map(|line| line.split(',').collect::<Vec<_>>());
    cells.map(|cells| ((cells[0].to_owned(), cells[1].parse().unwrap()), cells[3].to_owned())).collect()
}

#[test]
fn of_a_clerks_workbook_the_clear_rows_go_in_and_each_other_row_is_named_with_its_reason() {
    let house = House::empty();
    clerks_workbook(&house.path("名册.xlsx"));
    let file = house.typed("名册.xlsx");
    let told = house.import(&[&file]).done();
    assert_eq!(told["imported"], json!({ "党员名册": 5, "农户信息": 3, "联户关系": 1 }), "{told}");
    assert_eq!(told["refused"], json!({ "党员名册": 2, "农户信息": 3, "联户关系": 3 }), "{told}");
    let reasons = json!({
        "phone_unclear": 1, "duplicate_row": 1, "count_unclear": 1,
        "two_heads": 2, "linked_twice": 2, "member_unknown": 1,
    });
    assert_eq!(told["reasons"], reasons);
    assert_eq!(told["reports"], json!([format!("{file}.report.csv")]));
    let rows = report(&told, 0);
    let of = |sheet: &str, row: u32| rows.get(&(sheet.to_owned(), row)).map(String::as_str);
    assert_eq!((of("党员名册", 4), of("党员名册", 6)), (None, None));
    assert_eq!((of("党员名册", 8), of("党员名册", 9)), (None, Some("duplicate_row")));
    assert_eq!(of("党员名册", 7), Some("phone_unclear"));
    assert_eq!(of("农户信息", 4), Some("count_unclear"));
    assert_eq!((of("农户信息", 6), of("农户信息", 7)), (Some("two_heads"), Some("two_heads")));
    assert_eq!((of("联户关系", 3), of("联户关系", 4)), (Some("linked_twice"), Some("linked_twice")));
    assert_eq!(of("联户关系", 5), Some("member_unknown"));
    let report = std::fs::read_to_string(format!("{file}.report.csv")).unwrap();
    for personal in ["孟莲", "1540000006", "江娟莉", "查无此人"] {
        assert!(!report.contains(personal), "the report repeats {personal}");
    }

    let server = house.serve();
    let workers = server.list("workers");
    let phone = |name: &str| workers.iter().find(|worker| worker["name"] == name).map(|worker| &worker["phone"]);
    assert_eq!(phone("李辉土"), Some(&json!("15400000003")), "full-width digits are digits");
    assert_eq!(phone("金桂娥"), Some(&json!("15400000009")), "a number is a phone");
    assert_eq!(phone("孟莲"), None, "a phone with a digit too few is not guessed");
    assert_eq!(server.list("households").len(), 3);
    assert!(server.stop().success());
}

#[test]
fn importing_the_same_file_again_changes_no_document() {
    let house = House::empty();
    clerks_workbook(&house.path("名册.xlsx"));
    let file = house.typed("名册.xlsx");
    let first = house.import(&[&file]).done();
    let counted = house.sound();
    assert!(counted["changes"].as_u64().unwrap() > 0);
    let again = house.import(&[&file]).done();
    assert_eq!(again["imported"], json!({ "党员名册": 0, "农户信息": 0, "联户关系": 0 }));
    assert_eq!(again["unchanged"], first["imported"]);
    assert_eq!(again["refused"], first["refused"]);
    assert_eq!(again["reasons"], first["reasons"]);
    assert_eq!(again["documents"], 0);
    assert_eq!(house.sound(), counted);
}

#[test]
fn a_dry_run_says_the_same_and_writes_only_the_report() {
    let house = House::with_a_village();
    let counted = house.sound();
    clerks_workbook(&house.path("名册.xlsx"));
    let file = house.typed("名册.xlsx");
    let dry = house.import(&[&file, "--dry-run"]).done();
    assert_eq!(dry["imported"]["党员名册"], 5);
    assert_eq!(house.sound(), counted);
    let wet = house.import(&[&file]).done();
    assert_eq!((&wet["imported"], &wet["reasons"]), (&dry["imported"], &dry["reasons"]));
}

#[test]
fn one_file_that_cannot_be_read_stops_the_import_of_all() {
    let house = House::with_a_village();
    let counted = house.sound();
    let good = house.write("good.csv", "乡镇,行政村,姓名,联系电话\n禾泾镇,庆丰村,新党员,15400000088\n");
    let torn = house.write("torn.xlsx", b"PK\x03\x04 and then nothing");
    let missing = house.typed("no-such-file.csv");
    for bad in [&torn, &missing] {
        house.import(&[&good, bad]).failed(3);
        assert_eq!(house.sound(), counted, "{bad}");
    }
    assert!(!house.names().iter().any(|name| name.ends_with(".report.csv")));
}

#[test]
fn a_file_that_holds_no_list_is_named_and_alone_it_is_refused() {
    let house = House::empty();
    let good = house.write("good.csv", "乡镇,行政村,姓名,联系电话\n禾泾镇,庆丰村,新党员,15400000088\n");
    let notes = house.write("notes.csv", "今天,天气,好\n明天,下雨,吧\n");
    assert!(house.import(&[&notes]).failed(3).contains("No sheet was recognised"));
    let told = house.import(&[&good, &notes]).done();
    assert_eq!((&told["imported"], &told["not_read"]), (&json!({ "good.csv": 1 }), &json!(["notes.csv"])));
}

#[test]
fn the_demo_town_goes_in_whole_from_csv_with_nothing_refused() {
    let house = House::empty();
    let files = ["members", "households", "links"].map(|name| format!("{SEEDS}/{name}.csv"));
    let rows = files.clone().map(|file| std::fs::read_to_string(file).unwrap().lines().count() - 1);
    let report = house.typed("report.csv");
    let told = house.import(&[&files[0], &files[1], &files[2], "--report", &report]).done();
    assert_eq!(told["imported"], json!({ "members.csv": rows[0], "households.csv": rows[1], "links.csv": rows[2] }));
    assert_eq!(told["refused"], json!({ "members.csv": 0, "households.csv": 0, "links.csv": 0 }));
    assert_eq!(told["reasons"], json!({}));
    assert!(rows[0] > 1_000 && rows[1] > 8_000);
    let findings = house.sound();
    // A card for every household and a roster for every village.
    assert!(findings["documents"].as_u64().unwrap() > rows[1] as u64);
}
