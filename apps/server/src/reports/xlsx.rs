//! Reports as a workbook for Excel and WPS: one sheet for each. Text is written as text whatever it looks like, days as
//! `yyyy-mm-dd` text, numbers as numbers.

use lianhu_core::Lang;
use lianhu_core::report::{Block, Figure, blocks};
use rust_xlsxwriter::{Format, FormatBorder, Workbook, Worksheet, XlsxError};

use crate::reports::Counted;

/// A workbook that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the workbook could not be made: {0}")]
pub struct NotWritten(#[from] XlsxError);

/// The reports as the bytes of a workbook.
pub fn xlsx(counted: &Counted) -> Result<Vec<u8>, NotWritten> {
    let mut workbook = Workbook::new();
    let looks = Looks::new();
    for report in &counted.reports {
        let sheet = workbook.add_worksheet();
        sheet.set_name(format!("{} {}", report.id.code(), report.id.label(counted.lang)))?;
        sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
        sheet.set_column_width(0, 36)?;
        sheet.set_column_range_width(1, 6, 18)?;
        let mut row = 0;
        for block in blocks(report, &counted.whose, counted.lang) {
            row = write(sheet, row, &block, &looks, counted.lang)?;
        }
    }
    Ok(workbook.save_to_buffer()?)
}

struct Looks {
    title: Format,
    heading: Format,
    cell: Format,
    share: Format,
    money: Format,
    days: Format,
    alarm: Format,
}

impl Looks {
    fn new() -> Self {
        let bordered = || Format::new().set_border(FormatBorder::Thin);
        Looks {
            title: Format::new().set_bold().set_font_size(14),
            heading: bordered().set_bold(),
            cell: bordered(),
            share: bordered().set_num_format("0.00%"),
            money: bordered().set_num_format("0.00"),
            days: bordered().set_num_format("0.0"),
            alarm: Format::new().set_bold(),
        }
    }
}

/// Writes a block from a row on, and gives the row after it.
fn write(sheet: &mut Worksheet, row: u32, block: &Block, looks: &Looks, lang: Lang) -> Result<u32, XlsxError> {
    match block {
        Block::Title(text) => sheet.write_string_with_format(row, 0, text, &looks.title)?,
        Block::Text(text) | Block::Note(text) => sheet.write_string(row, 0, text)?,
        Block::Alarm(text) => sheet.write_string_with_format(row, 0, text, &looks.alarm)?,
        Block::Table { title, columns, rows } => {
            sheet.write_string(row, 0, title)?;
            for (column, name) in (0..).zip(columns) {
                sheet.write_string_with_format(row + 1, column, name, &looks.heading)?;
            }
            let mut next = row + 2;
            for cells in rows {
                for (column, figure) in (0..).zip(cells) {
                    write_cell(sheet, next, column, figure, looks, lang)?;
                }
                next += 1;
            }
            return Ok(next + 1);
        }
    };
    Ok(row + 1)
}

fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    figure: &Figure,
    looks: &Looks,
    lang: Lang,
) -> Result<(), XlsxError> {
    match figure {
        Figure::Count(count) => sheet.write_number_with_format(row, column, *count as f64, &looks.cell)?,
        Figure::Fen(fen) => sheet.write_number_with_format(row, column, *fen as f64 / 100.0, &looks.money)?,
        Figure::TenthDays(tenths) => sheet.write_number_with_format(row, column, *tenths as f64 / 10.0, &looks.days)?,
        Figure::Share(ratio) => match ratio.basis_points() {
            Some(points) => sheet.write_number_with_format(row, column, points as f64 / 10_000.0, &looks.share)?,
            None => sheet.write_string_with_format(row, column, figure.shown(lang), &looks.cell)?,
        },
        Figure::Nothing => sheet.write_blank(row, column, &looks.cell)?,
        Figure::Word(_) | Figure::Text(_) | Figure::Day(_) | Figure::Hidden => {
            sheet.write_string_with_format(row, column, figure.shown(lang), &looks.cell)?
        }
    };
    Ok(())
}
