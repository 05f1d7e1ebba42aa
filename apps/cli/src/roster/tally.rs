//! Keeping count while rows are read, and what all three lists share: rows, villages, equal and contradicting rows.

use std::collections::{BTreeMap, BTreeSet};

use super::grid::{Cell, Line};
use super::header::{Column, Header};
use super::text::{self, Read, plain};
use super::workers::Workers;
use super::{
    ExistingRoster, HouseholdRow, NAMELESS, Note, Noted, Place, Reason, Refusal, RosterReading, SheetKind, SheetRead,
    Source, VillageRow, Warned, Warning,
};

/// Counts, refusals, warnings and notes as they come up.
#[derive(Default)]
pub(super) struct Tally {
    sheets: Vec<SheetRead>,
    refusals: Vec<Refusal>,
    warnings: Vec<Warned>,
    notes: BTreeMap<(usize, String, Note), usize>,
}

impl Tally {
    pub(super) fn sheet(&mut self, file: usize, name: &str, kind: Option<SheetKind>) -> usize {
        let name = name.to_owned();
        self.sheets.push(SheetRead { file, name, kind, rows: 0, new: 0, known: 0, refused: 0, blank: 0 });
        self.sheets.len() - 1
    }

    pub(super) fn refuse(&mut self, at: Place, column: &str, reason: Reason, other: Option<Place>) {
        self.refusals.push(Refusal { at, column: column.to_owned(), reason, other });
    }

    pub(super) fn warn(&mut self, at: Place, warning: Warning) {
        self.warnings.push(Warned { at, warning });
    }

    pub(super) fn note(&mut self, sheet: usize, column: &str, note: Note) {
        *self.notes.entry((sheet, column.to_owned(), note)).or_default() += 1;
    }

    fn count(&mut self, at: Place, known: bool) {
        if let Some(sheet) = self.sheets.get_mut(at.sheet) {
            if known {
                sheet.known += 1;
            } else {
                sheet.new += 1;
            }
        }
    }

    /// Completes a reading with everything that was counted meanwhile.
    pub(super) fn finish(mut self, read: RosterReading) -> RosterReading {
        read.workers.iter().for_each(|row| self.count(row.at, row.known));
        read.households.iter().for_each(|row| self.count(row.at, row.known));
        read.links.iter().for_each(|row| self.count(row.at, row.known));
        self.refusals.sort_by_key(|refusal| refusal.at);
        self.warnings.sort_by_key(|warned| (warned.at, warned.warning));
        for refusal in &self.refusals {
            if let Some(sheet) = self.sheets.get_mut(refusal.at.sheet) {
                sheet.refused += 1;
            }
        }
        let notes = self.notes.into_iter();
        let notes = notes.map(|((sheet, column, note), cells)| Noted { sheet, column, note, cells }).collect();
        let (refusals, warnings, sheets) = (self.refusals, self.warnings, self.sheets);
        RosterReading { refusals, warnings, notes, sheets, ..read }
    }
}

/// One row of data with its header: hands out cells and remembers what had to be tidied.
pub(super) struct Row<'a> {
    pub(super) at: Place,
    line: &'a Line,
    header: &'a Header,
}

/// A refusal of one row: the column it is about, and why.
pub(super) type RowError = (Option<Column>, Reason);

impl Row<'_> {
    pub(super) fn cell(&self, column: Column) -> &Cell {
        let index = self.header.columns.get(&column).map(|(index, _)| *index);
        index.map_or(&Cell::Empty, |index| self.line.get(index))
    }

    pub(super) fn label(&self, column: Option<Column>) -> String {
        column.map(|column| self.header.label(column)).unwrap_or_default()
    }

    /// Reads one cell.
    pub(super) fn get<T>(
        &self,
        column: Column,
        tally: &mut Tally,
        how: impl FnOnce(&Cell) -> Read<T>,
    ) -> Result<T, RowError> {
        let (value, note) = how(self.cell(column)).map_err(|reason| (Some(column), reason))?;
        if let Some(note) = note {
            tally.note(self.at.sheet, &self.header.label(column), note);
        }
        Ok(value)
    }

    /// The village, by the name all its rows share.
    pub(super) fn village(&self, villages: &Villages, tally: &mut Tally) -> Result<String, RowError> {
        let name = self.get(Column::Village, tally, text::village)?;
        let name = name.ok_or((Some(Column::Village), Reason::VillageMissing))?;
        let full = villages.full(&name).ok_or((Some(Column::Village), Reason::VillageUnclear))?;
        if full != name {
            tally.note(self.at.sheet, &self.header.label(Column::Village), Note::VillageCompleted);
        }
        Ok(full)
    }
}

/// The rows of data of a sheet: blank lines, totals, signatures and repeated headers are counted and left out.
pub(super) fn rows<'a>(source: &'a Source, tally: &mut Tally) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    let mut blank = 0;
    for line in source.grid.lines.iter().skip(source.header.lines) {
        if line.blank || is_total(line) || is_header(line, &source.header) {
            blank += 1;
            continue;
        }
        rows.push(Row { at: Place { sheet: source.index, row: line.number }, line, header: &source.header });
    }
    if let Some(sheet) = tally.sheets.get_mut(source.index) {
        sheet.rows = rows.len();
        sheet.blank = blank;
    }
    rows
}

/// A line of sums or signatures. Only cells that say so count: nobody is called 合计.
fn is_total(line: &Line) -> bool {
    let mut said = line.cells.iter().filter(|cell| !cell.is_empty()).map(|cell| plain(&cell.words()));
    let first = said.next().unwrap_or_default();
    let second = said.next().unwrap_or_default();
    let sum = |words: &str| {
        let bare = words.trim_end_matches([':', '：']);
        matches!(bare, "合计" | "总计" | "小计" | "共计" | "本页合计" | "本页小计" | "全镇合计" | "全村合计")
    };
    let signed = ["填表人", "制表人", "审核人", "填报人", "注:", "说明:"];
    sum(&first) || sum(&second) || signed.iter().any(|words| first.starts_with(words))
}

/// A header repeated at the top of a printed page.
fn is_header(line: &Line, header: &Header) -> bool {
    let mut said = 0;
    for (index, name) in header.columns.values() {
        let cell = line.get(*index);
        if cell.is_empty() {
            continue;
        }
        if plain(&cell.words()) != plain(name) {
            return false;
        }
        said += 1;
    }
    said > 1
}

/// The names of all villages, to complete one written without its ending.
pub(super) struct Villages {
    names: BTreeSet<String>,
    /// What derived ids begin with.
    pub(super) town: String,
}

impl Villages {
    pub(super) fn collect(sources: &[Source], known: &ExistingRoster, town: Option<&str>) -> Self {
        let mut names: BTreeSet<String> = known.workers.iter().map(|worker| worker.village.clone()).collect();
        names.extend(known.households.iter().map(|household| household.village.clone()));
        for source in sources {
            let Some((index, _)) = source.header.columns.get(&Column::Village) else { continue };
            for line in source.grid.lines.iter().skip(source.header.lines).filter(|line| !line.blank) {
                names.extend(text::village(line.get(*index)).ok().and_then(|(name, _)| name));
            }
        }
        let said = [known.town.as_deref(), town].into_iter().flatten().map(str::trim).find(|town| !town.is_empty());
        Villages { names, town: said.unwrap_or(NAMELESS).to_owned() }
    }

    /// `庆胜` is 庆胜村 where there is one and no 庆胜社区; `None` where there are both.
    fn full(&self, name: &str) -> Option<String> {
        let endings = ["村", "社区"];
        if endings.iter().any(|ending| name.ends_with(ending)) {
            return Some(name.to_owned());
        }
        let longer =
            endings.iter().map(|ending| format!("{name}{ending}")).filter(|longer| self.names.contains(longer));
        let longer: Vec<_> = longer.collect();
        match longer.as_slice() {
            [] => Some(name.to_owned()),
            [one] => Some(one.clone()),
            _ => None,
        }
    }
}

/// Every village with a row taken, with its code if all its rows agree.
pub(super) fn villages(workers: &Workers, households: &[HouseholdRow], tally: &mut Tally) -> Vec<VillageRow> {
    let mut seen = BTreeSet::new();
    let named = workers.taken.iter().map(|row| &row.village).chain(households.iter().map(|row| &row.village));
    let mut villages = Vec::new();
    for name in named {
        if !seen.insert(name) {
            continue;
        }
        let codes: BTreeMap<&String, Place> =
            workers.codes.iter().filter(|(village, ..)| village == name).map(|(_, code, at)| (code, *at)).collect();
        let code = if codes.len() == 1 { codes.keys().next().map(|code| (*code).clone()) } else { None };
        if let Some(at) = codes.values().max().filter(|_| codes.len() > 1) {
            tally.warn(*at, Warning::VillageCodes);
        }
        villages.push(VillageRow { name: name.clone(), code });
    }
    villages
}

/// Whether the first says everything the second says about one thing.
pub(super) fn covers<T: PartialEq>(first: &Option<T>, second: &Option<T>) -> bool {
    second.is_none() || first == second
}

/// Settles rows about the same thing. One that says everything the others say is kept (the first, when several do) and
/// the others are its duplicates; when there is none, all are refused.
pub(super) fn settle<T>(
    rows: &[T],
    at: impl Fn(&T) -> Place,
    covers: impl Fn(&T, &T) -> bool,
    tally: &mut Tally,
) -> Option<usize> {
    let kept = rows.iter().position(|one| rows.iter().all(|other| covers(one, other)));
    for (index, row) in rows.iter().enumerate() {
        match kept {
            Some(kept) if kept == index => {}
            Some(kept) => tally.refuse(at(row), "", Reason::DuplicateRow, rows.get(kept).map(&at)),
            None => {
                let other = rows.iter().enumerate().find(|(other, _)| *other != index);
                tally.refuse(at(row), "", Reason::RowsContradict, other.map(|(_, other)| at(other)));
            }
        }
    }
    kept
}
