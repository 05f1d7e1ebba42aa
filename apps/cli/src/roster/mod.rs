//! Rosters as clerks keep them: 党员名册, 农户信息 and 联户关系, from a workbook or from separated values.
//!
//! What is clear goes in; what is not is listed row by row with the reason; nothing is guessed, nothing is half taken,
//! and reading the same file again finds everything already there. [`read`] is a pure function of the files' bytes and of
//! what the township holds; who writes the result where is not this room's business.

mod grid;
mod header;
mod households;
mod known;
mod limits;
mod links;
mod plan;
mod reason;
mod report;
mod separated;
mod tally;
mod text;
mod workbook;
mod workers;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use lianhu_core::{DocId, Private, RecordId, WorkerId};
use serde::Serialize;

pub use header::SheetKind;
pub use known::{ExistingRoster, KnownHousehold, KnownLink, KnownWorker};
pub use plan::{Differs, Plan, PlanError, PlanOptions, Planned, known, plan};
pub use reason::{Note, Reason, Warning};
pub use report::{is_report, report, report_of_nothing};

use grid::Grid;
use header::Header;
use tally::Tally;

/// The project's own demo township, as `cargo xtask seeds` wrote it: names and contents for [`read`].
pub const DEMO_TOWN: [(&str, &[u8]); 3] = [
    ("members.csv", include_bytes!("../../../../seeds/town/members.csv")),
    ("households.csv", include_bytes!("../../../../seeds/town/households.csv")),
    ("links.csv", include_bytes!("../../../../seeds/town/links.csv")),
];

/// What a town is called while neither the township nor its clerk nor the list says.
pub const NAMELESS: &str = "本镇";

/// Why a file could not be read at all; nothing of any file was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// More bytes than any roster has.
    FileTooLarge,
    /// The archive does not open, or is cut short.
    Damaged,
    /// Unpacks to more than any roster needs.
    UnpacksTooLarge,
    /// Too many sheets or parts.
    TooManySheets,
    /// More rows or columns than the limits.
    SheetTooLarge {
        /// Which.
        sheet: String,
    },
    /// Neither UTF-8, UTF-16 nor GBK.
    NotText,
    /// A workbook of before 2007.
    OldWorkbook,
    /// No sheet lists anything we know.
    NothingRecognised,
    /// A recognised sheet lacks a column.
    ColumnMissing {
        /// Which sheet.
        sheet: String,
        /// Which column.
        column: &'static str,
    },
    /// Two columns say the same thing and nobody knows which one counts.
    ColumnTwice {
        /// Which sheet.
        sheet: String,
        /// The second column's name.
        column: String,
    },
}

impl ReadError {
    /// What to tell a clerk, in Chinese.
    pub fn zh(&self) -> String {
        match self {
            ReadError::FileTooLarge => "文件太大（上限 32 MB）。".into(),
            ReadError::Damaged => "文件已损坏或不完整，请重新另存一份。".into(),
            ReadError::UnpacksTooLarge => "文件解压后过大，不像名册。".into(),
            ReadError::TooManySheets => "工作表太多，不像名册。".into(),
            ReadError::SheetTooLarge { sheet } => format!("工作表“{sheet}”太大（上限 100000 行、64 列）。"),
            ReadError::NotText => "文件不是文字（需要 UTF-8 或 GBK 编码的 CSV，或 XLSX）。".into(),
            ReadError::OldWorkbook => "这是旧版 .xls 文件，请在 Excel 或 WPS 里另存为 .xlsx。".into(),
            ReadError::NothingRecognised => "没有认出任何一张表。党员名册需要“姓名、行政村、联系电话或出生年月”，\
                                             农户信息需要“行政村、门牌号、户主姓名”，联户关系需要“党员姓名、行政村、门牌号”。"
                .into(),
            ReadError::ColumnMissing { sheet, column } => format!("工作表“{sheet}”缺少“{column}”这一列。"),
            ReadError::ColumnTwice { sheet, column } => {
                format!("工作表“{sheet}”里有两列都像“{column}”，请只留一列。")
            }
        }
    }

    /// The same in English.
    pub fn en(&self) -> String {
        match self {
            ReadError::FileTooLarge => "The file is larger than 32 MB.".into(),
            ReadError::Damaged => "The file is damaged or cut short: save it again.".into(),
            ReadError::UnpacksTooLarge => "The workbook unpacks to more than any roster needs.".into(),
            ReadError::TooManySheets => "The workbook has too many sheets.".into(),
            ReadError::SheetTooLarge { sheet } => {
                format!("The sheet {sheet} is larger than 100,000 rows or 64 columns.")
            }
            ReadError::NotText => "The file is no text: CSV in UTF-8 or GBK, or XLSX, is expected.".into(),
            ReadError::OldWorkbook => "This is an old .xls file: save it as .xlsx.".into(),
            ReadError::NothingRecognised => {
                "No sheet was recognised: members need 姓名, 行政村 and 联系电话 or 出生年月; \
                                             households 行政村, 门牌号, 户主姓名; links 党员姓名, 行政村, 门牌号."
                    .into()
            }
            ReadError::ColumnMissing { sheet, column } => format!("The sheet {sheet} lacks the column {column}."),
            ReadError::ColumnTwice { sheet, column } => {
                format!("Two columns of the sheet {sheet} read as {column}: keep one.")
            }
        }
    }
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.en())
    }
}

impl std::error::Error for ReadError {}

/// What a worker may do, as far as the roster says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RosterRole {
    /// 联户党员
    Member,
    /// 中心户, 微网格长
    Node,
    /// 支部书记, 网格长
    BranchLead,
    /// 村两委
    VillageBoard,
    /// 村务监督委员会
    Supervisor,
    /// 驻村干部
    ResidentCadre,
    /// 镇综合信息指挥室, 党建办
    TownDesk,
}

/// Why a member has no households to keep in touch with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Exempt {
    /// 年老体弱
    Age,
    /// 病
    Health,
    /// 长期外出
    Away,
    /// Any other reason.
    Other,
}

/// Whether people live in a house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Residence {
    /// 常住
    LivedIn,
    /// 部分外出
    PartlyAway,
    /// 全家外出
    AllAway,
    /// 空户
    Empty,
    /// 租住
    Renting,
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// Index into [`RosterReading::sheets`].
    pub sheet: usize,
    /// The row number the spreadsheet shows.
    pub row: u32,
}

/// A village the roster names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VillageRow {
    /// Its short name (庆胜村).
    pub name: String,
    /// Its 12-digit statistical code, where the roster gives one and only one.
    pub code: Option<String>,
}

/// A member or other worker whose row is clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerRow {
    /// Where it stands.
    pub at: Place,
    /// Derived from village, name and month of birth (or phone), or the one the township already gave.
    pub id: WorkerId,
    /// Whether the township already holds this person.
    pub known: bool,
    /// The village's short name.
    pub village: String,
    /// Their name.
    pub name: Private<String>,
    /// Digits only.
    pub phone: Option<Private<String>>,
    /// Party branch.
    pub branch: Option<String>,
    /// Responsibility area, as the clerk names it.
    pub area: Option<String>,
    /// At least [`RosterRole::Member`].
    pub roles: BTreeSet<RosterRole>,
    /// Why they have no households, if so.
    pub exempt: Option<Exempt>,
}

/// A household whose row is clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseholdRow {
    /// Where it stands.
    pub at: Place,
    /// Derived from village, doorplate and head, or the one the township already gave.
    pub id: DocId,
    /// Whether the township already holds this household.
    pub known: bool,
    /// The village's short name.
    pub village: String,
    /// Villagers' group (第3组).
    pub group: Option<String>,
    /// Responsibility area, as the clerk names it.
    pub area: Option<String>,
    /// Doorplate.
    pub doorplate: Private<String>,
    /// Head of the household.
    pub head: Private<String>,
    /// How many people.
    pub members: Option<u8>,
    /// Digits only.
    pub phone: Option<Private<String>>,
    /// Whether people live there.
    pub residence: Option<Residence>,
    /// Care tags under their short names. Sensitive (domain §4): keep them only where the township switched them on.
    pub care: BTreeSet<Private<String>>,
    /// Whether this is a node household (中心户).
    pub node: bool,
}

/// A link whose row is clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRow {
    /// Where it stands.
    pub at: Place,
    /// Derived from member, household and first day.
    pub id: RecordId,
    /// Whether the township already holds this link.
    pub known: bool,
    /// The village's short name.
    pub village: String,
    /// The member.
    pub worker: WorkerId,
    /// The household.
    pub household: DocId,
    /// Since when.
    pub from: Option<NaiveDate>,
    /// Until when, for a link that has ended.
    pub to: Option<NaiveDate>,
}

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where it stands.
    pub at: Place,
    /// The column to look at, with its letter (`G 联系电话`); empty when it is about the row.
    pub column: String,
    /// Why.
    pub reason: Reason,
    /// The other row it is about, if there is one.
    pub other: Option<Place>,
}

/// A row to look at; it was taken all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warned {
    /// Where it stands.
    pub at: Place,
    /// What about.
    pub warning: Warning,
}

/// How cells of one column were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// Index into [`RosterReading::sheets`].
    pub sheet: usize,
    /// The column, with its letter; empty when it is about the sheet.
    pub column: String,
    /// What was done.
    pub note: Note,
    /// In how many cells.
    pub cells: usize,
}

/// A sheet that was read, or left alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SheetRead {
    /// Index of its file among those given.
    pub file: usize,
    /// Its name.
    pub name: String,
    /// What it lists; `None` when it was left alone.
    pub kind: Option<SheetKind>,
    /// Rows of data, without blank ones, totals and repeated headers.
    pub rows: usize,
    /// Rows taken that the township did not hold yet.
    pub new: usize,
    /// Rows taken that the township already held.
    pub known: usize,
    /// Rows refused.
    pub refused: usize,
    /// Blank rows, totals and repeated headers.
    pub blank: usize,
}

/// What a roster says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RosterReading {
    /// What the town was called while ids were derived: as the township or the clerk says, else as the list says, else
    /// [`NAMELESS`].
    pub called: String,
    /// The town, if the list itself names it, without blanks or crosses.
    pub town: Option<String>,
    /// Every village with at least one row taken, in the order they appear.
    pub villages: Vec<VillageRow>,
    /// Members and other workers.
    pub workers: Vec<WorkerRow>,
    /// Households.
    pub households: Vec<HouseholdRow>,
    /// Links.
    pub links: Vec<LinkRow>,
    /// Rows not taken, in the order they stand.
    pub refusals: Vec<Refusal>,
    /// Rows to look at.
    pub warnings: Vec<Warned>,
    /// How cells were read.
    pub notes: Vec<Noted>,
    /// Every sheet, with its counts: `rows == new + known + refused`.
    pub sheets: Vec<SheetRead>,
}

impl RosterReading {
    /// How often each reason occurs, by its code.
    pub fn reasons(&self) -> BTreeMap<&'static str, usize> {
        let mut reasons = BTreeMap::new();
        for refusal in &self.refusals {
            *reasons.entry(refusal.reason.code()).or_default() += 1;
        }
        reasons
    }
}

/// A sheet on its way through.
struct Source {
    index: usize,
    /// Workbooks keep text and numbers apart; separated values do not.
    typed: bool,
    grid: Grid,
    header: Header,
}

/// Reads rosters. `files` are names (for messages) and contents; all are read as one roster, so that members,
/// households and links may come in one workbook or in three CSV files. `known` is what the township already holds.
pub fn read(files: &[(&str, &[u8])], known: &ExistingRoster) -> Result<RosterReading, ReadError> {
    let mut tally = Tally::default();
    let mut sources = Vec::new();
    let mut town = Towns::default();
    for (file, (name, bytes)) in files.iter().enumerate() {
        let (typed, grids, hidden) = open(name, bytes)?;
        for grid in grids {
            let Some(header) = header::find(&grid)? else {
                if grid.lines.iter().any(|line| !line.blank) {
                    let index = tally.sheet(file, &grid.name, None);
                    tally.note(index, "", Note::SheetIgnored);
                }
                continue;
            };
            let index = tally.sheet(file, &grid.name, Some(header.kind));
            for column in &header.ignored {
                tally.note(index, column, Note::ColumnIgnored);
            }
            header.title.iter().for_each(|title| town.see(title));
            town.see_column(&grid, &header);
            sources.push(Source { index, typed, grid, header });
        }
        for name in hidden {
            let index = tally.sheet(file, &name, None);
            tally.note(index, "", Note::SheetHidden);
        }
    }
    if sources.is_empty() {
        return Err(ReadError::NothingRecognised);
    }
    let of = |kind| sources.iter().filter(move |source| source.header.kind == kind);
    let town = town.clear();
    let names = tally::Villages::collect(&sources, known, town.as_deref());
    let workers = workers::read(of(SheetKind::Workers), &names, known, &mut tally);
    let households = households::read(of(SheetKind::Households), &names, known, &mut tally);
    let links = links::read(of(SheetKind::Links), &names, &workers, &households, known, &mut tally);
    let villages = tally::villages(&workers, &households.taken, &mut tally);
    Ok(tally.finish(RosterReading {
        called: names.town,
        town,
        villages,
        workers: workers.taken,
        households: households.taken,
        links,
        ..RosterReading::default()
    }))
}

fn open(name: &str, bytes: &[u8]) -> Result<(bool, Vec<Grid>, Vec<String>), ReadError> {
    if bytes.len() > limits::MAX_FILE_BYTES {
        return Err(ReadError::FileTooLarge);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        let (grids, hidden) = workbook::read(bytes)?;
        return Ok((true, grids, hidden));
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(ReadError::OldWorkbook);
    }
    Ok((false, vec![separated::read(name, bytes)?], Vec::new()))
}

/// The town a title names (禾泾镇党员联户花名册). `××镇` names none, and two titles must not disagree.
#[derive(Default)]
struct Towns(BTreeSet<String>);

impl Towns {
    fn see(&mut self, title: &str) {
        let title = text::plain(title);
        let ends = ["镇", "街道", "乡"].iter().filter_map(|ending| Some(title.find(ending)? + ending.len()));
        let Some(name) = ends.min().and_then(|end| title.get(..end)) else { return };
        let stem = name.trim_end_matches(['镇', '乡']).trim_end_matches("街道");
        let crossed = name.contains(['×', 'X', 'x', '*', '_', '某', '○', '〇']);
        if !crossed && (2..=12).contains(&stem.chars().count()) && name.chars().all(char::is_alphabetic) {
            self.0.insert(name.to_owned());
        }
    }

    /// A column that names the town in every row.
    fn see_column(&mut self, grid: &Grid, header: &Header) {
        let Some((index, _)) = header.columns.get(&header::Column::Town) else { return };
        for line in grid.lines.iter().skip(header.lines).filter(|line| !line.blank) {
            self.see(&line.get(*index).words());
        }
    }

    fn clear(self) -> Option<String> {
        if self.0.len() == 1 { self.0.into_iter().next() } else { None }
    }
}

/// A worker's id from what tells them apart; 16 bytes of SHA-256 as a version 8 UUID.
fn derive_worker(town: &str, village: &str, name: &str, mark: &str) -> WorkerId {
    WorkerId(uuid::Builder::from_custom_bytes(digest("worker", &[town, village, name, mark])).into_uuid())
}

fn derive_household(town: &str, village: &str, doorplate: &str, head: &str) -> DocId {
    let parts = [town, village, doorplate, head].map(str::as_bytes);
    DocId::derive(lianhu_core::DocKind::Household, &parts)
}

fn derive_link(worker: WorkerId, household: DocId, from: Option<NaiveDate>) -> RecordId {
    let from = from.map(|from| from.to_string()).unwrap_or_default();
    derive_record("link", &[&worker.to_string(), &household.to_string(), &from])
}

fn derive_record(what: &str, parts: &[&str]) -> RecordId {
    let mut id = [0; 8];
    id.iter_mut().zip(digest(what, parts)).for_each(|(to, from)| *to = from);
    RecordId(id)
}

fn digest(what: &str, parts: &[&str]) -> [u8; 16] {
    use sha2::Digest as _;
    let mut hasher = sha2::Sha256::new();
    for part in std::iter::once(&what).chain(parts) {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    let hash: [u8; 32] = hasher.finalize().into();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    bytes
}
