//! Reading separated values (CSV), in UTF-8, UTF-16 or the GBK that Chinese Excel writes.

use super::ReadError;
use super::grid::{Cell, Grid, Line};
use super::limits::{MAX_COLUMNS, MAX_ROWS};

/// The one sheet of a CSV file, named after the file.
pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Grid, ReadError> {
    let text = decode(bytes)?;
    let mut grid = Grid { name: name.to_owned(), ..Grid::default() };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let (mut counted, mut line) = (0, 1);
    for record in reader.records() {
        let record = record.map_err(|_| ReadError::Damaged)?;
        // A record is said to begin before the blank lines that are skipped, so lines are counted here.
        let begins = record.position().map_or(0, csv::Position::byte);
        let begins = usize::try_from(begins).unwrap_or(usize::MAX);
        let blank_lines = text.get(begins..).unwrap_or_default();
        let begins = begins + blank_lines.len() - blank_lines.trim_start_matches(['\r', '\n']).len();
        line += text.get(counted..begins).unwrap_or_default().matches('\n').count();
        counted = begins;
        let number = u32::try_from(line).unwrap_or(u32::MAX);
        if number > MAX_ROWS || record.len() > MAX_COLUMNS as usize {
            return Err(ReadError::SheetTooLarge { sheet: name.to_owned() });
        }
        let cells: Vec<Cell> = record.iter().map(Cell::text).collect();
        let blank = cells.iter().all(Cell::is_empty);
        grid.lines.push(Line { number, cells, blank });
    }
    Ok(grid)
}

fn decode(bytes: &[u8]) -> Result<String, ReadError> {
    if let Some((marked, _)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, _, broken) = marked.decode(bytes);
        return if broken { Err(ReadError::NotText) } else { Ok(text.into_owned()) };
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    // GB 18030 contains GBK and GB 2312.
    let (text, _, broken) = encoding_rs::GB18030.decode(bytes);
    if broken || text.contains('\0') { Err(ReadError::NotText) } else { Ok(text.into_owned()) }
}

/// Excel's "Unicode text" separates by tabs, some locales by semicolons.
fn delimiter(text: &str) -> u8 {
    let top: Vec<&str> = text.lines().take(20).collect();
    let count = |mark: char| top.iter().map(|line| line.matches(mark).count()).sum::<usize>();
    let marks = [(b',', count(',')), (b'\t', count('\t')), (b';', count(';'))];
    let mut best = (b',', 0);
    for (mark, times) in marks {
        if times > best.1 {
            best = (mark, times);
        }
    }
    best.0
}
