//! What a roster file may be at most. A clerk's file of a large town is a tenth of each; anything beyond is refused
//! before it is read further.

/// Bytes of one file.
pub(super) const MAX_FILE_BYTES: usize = 32 << 20;
/// Bytes of a workbook when unpacked, all parts together.
pub(super) const MAX_UNPACKED_BYTES: u64 = 256 << 20;
/// Parts of a workbook.
pub(super) const MAX_PARTS: usize = 512;
/// Sheets read from one workbook.
pub(super) const MAX_SHEETS: usize = 32;
/// Rows of one sheet, blank ones included.
pub(super) const MAX_ROWS: u32 = 100_000;
/// Columns of one sheet.
pub(super) const MAX_COLUMNS: u32 = 64;
/// Cells that merged regions of one sheet may cover within its rows and columns.
pub(super) const MAX_MERGED_CELLS: u64 = 1_000_000;
/// Characters of one cell that is read.
pub(super) const MAX_CELL_CHARS: usize = 200;
/// Rows at the top of a sheet among which the header is looked for.
pub(super) const HEADER_WITHIN: usize = 20;
/// More links to one member than this are warned about (domain §4, the Jiaxing preset), never refused.
pub(super) const MANY_LINKS: usize = 10;
