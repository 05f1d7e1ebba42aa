//! Files that are no roster, and files that would do harm.

use std::io::{Cursor, Write as _};

use super::book::{Book, t};
use crate::roster::{ExistingRoster, ReadError, read};

fn refused(bytes: &[u8]) -> ReadError {
    read(&[("file", bytes)], &ExistingRoster::default()).unwrap_err()
}

#[test]
fn a_file_that_lists_nothing_we_know_says_what_was_expected() {
    let error = refused("日期,菜名,价格\n2026-01-01,青菜,3\n".as_bytes());
    assert_eq!(error, ReadError::NothingRecognised);
    assert!(error.zh().contains("行政村、门牌号、户主姓名"));
    assert_eq!(refused(b""), ReadError::NothingRecognised);
}

#[test]
fn a_file_that_is_no_text_is_refused() {
    assert_eq!(refused(&[0xff, 0x00, 0x81, 0x20, 0x80]), ReadError::NotText);
    assert_eq!(refused(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1]), ReadError::OldWorkbook);
    assert_eq!(refused(b"PK\x03\x04 and then nothing"), ReadError::Damaged);
}

#[test]
fn every_shortened_workbook_is_refused_whole() {
    let whole = Book::messy().bytes();
    for end in (4..whole.len()).step_by(97) {
        assert!(read(&[("cut.xlsx", &whole[..end])], &ExistingRoster::default()).is_err(), "cut at {end}");
    }
}

#[test]
fn a_workbook_with_a_damaged_byte_never_panics() {
    let whole = Book::messy().bytes();
    for at in (0..whole.len()).step_by(61) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        let _whatever = read(&[("bent.xlsx", &bytes)], &ExistingRoster::default());
    }
}

#[test]
fn an_archive_that_unpacks_without_end_is_stopped() {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let zeros = vec![0_u8; 1 << 20];
    for _ in 0..300 {
        archive.write_all(&zeros).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    assert!(bytes.len() < 1 << 20, "small on disk");
    assert_eq!(refused(&bytes), ReadError::UnpacksTooLarge);
}

#[test]
fn a_cell_in_the_last_corner_does_not_make_a_table_of_the_whole_sheet() {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write_string(1_048_575, 16_383, "x").unwrap();
    assert!(matches!(refused(&book.save_to_buffer().unwrap()), ReadError::SheetTooLarge { .. }));
}

#[test]
fn an_endless_cell_costs_its_row_and_nothing_else() {
    let rows = [[t("庆胜村"), t(&"长".repeat(30_000)), t("15400000001")], [t("庆胜村"), t("韩珠"), t("15400000002")]];
    let book = Book::new().list("党员", &["村", "姓名", "电话"], &rows).bytes();
    let reading = read(&[("long.xlsx", &book)], &ExistingRoster::default()).unwrap();
    assert_eq!((reading.workers.len(), reading.refusals.len()), (1, 1));
}

#[test]
fn two_columns_that_say_the_same_thing_are_not_chosen_between() {
    let text = "行政村,姓名,电话,手机号\n庆胜村,韩珠,15400000001,15400000002\n";
    assert!(matches!(refused(text.as_bytes()), ReadError::ColumnTwice { .. }));
    let text = "姓名,支部,电话\n韩珠,第一支部,15400000001\n";
    assert_eq!(refused(text.as_bytes()), ReadError::ColumnMissing { sheet: "file".into(), column: "行政村" });
}

#[test]
fn hidden_sheets_and_formulas_are_not_read_as_people() {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, hidden) in [("党员", false), ("旧名册", true)] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        sheet.set_hidden(hidden);
        for (header, column) in ["村", "姓名", "电话"].into_iter().zip(0..) {
            sheet.write_string(0, column, header).unwrap();
        }
        sheet.write_string(1, 0, "庆胜村").unwrap();
        sheet.write_string(1, 1, "=cmd|'/c calc'!A1").unwrap();
        sheet.write_string(1, 2, "15400000001").unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let reading = read(&[("book.xlsx", &bytes)], &ExistingRoster::default()).unwrap();
    assert_eq!(reading.workers.len(), 0, "signs are not a name");
    assert_eq!((reading.sheets[0].rows, reading.sheets[1].kind), (1, None));
}
