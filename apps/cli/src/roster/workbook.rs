//! Reading a workbook (XLSX). calamine's home.
//!
//! A workbook is a zip archive of XML: 100 KB can unpack to gigabytes, and a single cell in the last corner would make a
//! table of 17 thousand million cells. So the archive is unpacked once against a limit first, and cells are read one by
//! one.

use std::io::{self, Cursor, Read as _};

use calamine::{DataRef, Reader as _, SheetVisible, Xlsx};
use chrono::NaiveDate;

use super::ReadError;
use super::grid::{Cell, Grid, Line};
use super::limits::{MAX_COLUMNS, MAX_MERGED_CELLS, MAX_PARTS, MAX_ROWS, MAX_SHEETS, MAX_UNPACKED_BYTES};

/// The visible sheets of a workbook and the names of the hidden ones.
pub(super) fn read(bytes: &[u8]) -> Result<(Vec<Grid>, Vec<String>), ReadError> {
    check_unpacked(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| ReadError::Damaged)?;
    let sheets = book.sheets_metadata().to_vec();
    if sheets.len() > MAX_SHEETS {
        return Err(ReadError::TooManySheets);
    }
    let (visible, hidden): (Vec<_>, Vec<_>) =
        sheets.into_iter().partition(|sheet| sheet.visible == SheetVisible::Visible);
    let grids = visible.into_iter().map(|sheet| read_sheet(&mut book, &sheet.name)).collect::<Result<_, _>>()?;
    Ok((grids, hidden.into_iter().map(|sheet| sheet.name).collect()))
}

fn check_unpacked(bytes: &[u8]) -> Result<(), ReadError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| ReadError::Damaged)?;
    if archive.len() > MAX_PARTS {
        return Err(ReadError::TooManySheets);
    }
    let mut left = MAX_UNPACKED_BYTES;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| ReadError::Damaged)?;
        // What the archive says of its own sizes is not trusted: bytes are counted as they come out.
        let unpacked = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|_| ReadError::Damaged)?;
        left = left.checked_sub(unpacked).ok_or(ReadError::UnpacksTooLarge)?;
    }
    Ok(())
}

fn read_sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Grid, ReadError> {
    let regions = book.merge_cells_by_sheet_name(name).map_err(|_| ReadError::Damaged)?;
    let mut grid = Grid { name: name.to_owned(), ..Grid::default() };
    let mut cells = book.worksheet_cells_reader(name).map_err(|_| ReadError::Damaged)?;
    while let Some(cell) = cells.next_cell().map_err(|_| ReadError::Damaged)? {
        let (row, column) = cell.get_position();
        let value = convert(cell.get_value());
        if value.is_empty() {
            continue;
        }
        if row >= MAX_ROWS || column >= MAX_COLUMNS {
            return Err(ReadError::SheetTooLarge { sheet: name.to_owned() });
        }
        place(&mut grid.lines, row, column as usize, value);
    }
    spread(&mut grid, regions.iter().map(|region| (region.start, region.end)))?;
    Ok(grid)
}

/// Puts a cell where it belongs; lines before it that do not exist yet are blank.
fn place(lines: &mut Vec<Line>, row: u32, column: usize, value: Cell) {
    while lines.len() <= row as usize {
        let number = u32::try_from(lines.len()).unwrap_or(u32::MAX).saturating_add(1);
        lines.push(Line { number, cells: Vec::new(), blank: true });
    }
    if let Some(line) = lines.get_mut(row as usize) {
        if line.cells.len() <= column {
            line.cells.resize(column + 1, Cell::Empty);
        }
        if let Some(cell) = line.cells.get_mut(column) {
            *cell = value;
            line.blank = false;
        }
    }
}

/// Gives every line of a merged region its first cell: a village written once beside sixty members is each one's village.
fn spread(grid: &mut Grid, regions: impl Iterator<Item = ((u32, u32), (u32, u32))>) -> Result<(), ReadError> {
    let last_line = u32::try_from(grid.lines.len()).unwrap_or(u32::MAX).saturating_sub(1);
    let mut covered = 0;
    for ((top, left), (bottom, right)) in regions {
        let (bottom, right) = (bottom.min(last_line), right.min(MAX_COLUMNS - 1));
        if top > bottom || left > right {
            continue;
        }
        covered += u64::from(bottom - top + 1) * u64::from(right - left + 1);
        if covered > MAX_MERGED_CELLS {
            return Err(ReadError::SheetTooLarge { sheet: grid.name.clone() });
        }
        grid.merged.push((top + 1, bottom + 1, left as usize, right as usize));
        let first = grid.lines.get(top as usize).map(|line| line.get(left as usize).clone()).unwrap_or_default();
        for row in top + 1..=bottom {
            let blank = grid.lines.get(row as usize).is_none_or(|line| line.blank);
            place(&mut grid.lines, row, left as usize, first.clone());
            if let Some(line) = grid.lines.get_mut(row as usize) {
                line.blank = blank;
            }
        }
    }
    Ok(())
}

fn convert(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        #[expect(clippy::cast_precision_loss, reason = "a workbook's numbers are floats to begin with")]
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::String(text) => Cell::text(text),
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day)).map_or(Cell::Bad, Cell::Date)
        }
        DataRef::DateTimeIso(text) => {
            let day = text.split('T').next().unwrap_or_default();
            NaiveDate::parse_from_str(day, "%Y-%m-%d").map_or(Cell::Bad, Cell::Date)
        }
        DataRef::Bool(_) | DataRef::DateTime(_) | DataRef::DurationIso(_) | DataRef::Error(_) => Cell::Bad,
    }
}
