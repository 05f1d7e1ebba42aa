//! What a fund's entries come to: the balance, a statement of some days, the turnover of a year.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};

use crate::draft::Fen;
use crate::fund::{Direction, Entry};
use crate::ids::RecordId;

/// Why an entry is shown and does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotCounted {
    /// It lacks direction or amount: of a newer version.
    Unreadable,
    /// It takes back what is not there, was itself taken back from something, or is another amount.
    NothingToReverse,
    /// Somebody else, who had not seen it, took the same entry back already.
    AlreadyReversed,
}

impl NotCounted {
    /// The code that is shown.
    pub const fn code(self) -> &'static str {
        match self {
            NotCounted::Unreadable => "unreadable",
            NotCounted::NothingToReverse => "nothing_to_reverse",
            NotCounted::AlreadyReversed => "already_reversed",
        }
    }
}

/// An entry in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its name.
    pub id: RecordId,
    /// The entry.
    pub entry: Entry,
    /// Why it does not count, if it does not.
    pub not_counted: Option<NotCounted>,
    /// What is in the fund after it; `None` beyond what 64 bits hold.
    pub left: Option<Fen>,
}

/// A fund's entries by day, and what is left after each.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger {
    /// What was there when it began.
    pub opening: Fen,
    /// Every entry, by day, those of one day by name: the same on every replica.
    pub lines: Vec<Line>,
    /// What is left; `None` beyond what 64 bits hold, which no bounded amounts of a real fund reach.
    pub balance: Option<Fen>,
}

/// Of records that may take back others, those that do not count: of several that take the same one back the first by name
/// does, and a record that takes one back is not itself taken back.
pub(crate) fn reversals<T>(
    records: &BTreeMap<RecordId, T>,
    reverses: impl Fn(&T) -> Option<RecordId>,
    fits: impl Fn(&T, &T) -> bool,
) -> BTreeMap<RecordId, NotCounted> {
    let mut taken_back = BTreeMap::new();
    let mut not_counted = BTreeMap::new();
    for (id, record) in records {
        let Some(wrong) = reverses(record) else { continue };
        let there = records.get(&wrong).filter(|wrong| reverses(wrong).is_none() && fits(record, wrong));
        if there.is_none() {
            not_counted.insert(*id, NotCounted::NothingToReverse);
        } else if taken_back.insert(wrong, *id).is_some() {
            not_counted.insert(*id, NotCounted::AlreadyReversed);
        }
    }
    not_counted
}

/// Whether one entry takes the other back to the fen.
fn undoes(entry: &Entry, wrong: &Entry) -> bool {
    entry.amount == wrong.amount && entry.direction == wrong.direction.map(Direction::opposite)
}

impl Ledger {
    pub(crate) fn of(opening: Fen, entries: BTreeMap<RecordId, Entry>) -> Self {
        let not_counted = reversals(&entries, |entry| entry.reverses, undoes);
        let mut lines: Vec<Line> = entries
            .into_iter()
            .map(|(id, entry)| {
                let unreadable = entry.signed().is_none().then_some(NotCounted::Unreadable);
                let not_counted = not_counted.get(&id).copied().or(unreadable);
                Line { id, entry, not_counted, left: None }
            })
            .collect();
        lines.sort_by_key(|line| (line.entry.date, line.id));
        // As wide a sum as no number of entries fills, so that where it passes a bound does not depend on their order.
        let mut sum = i128::from(opening.get());
        for line in &mut lines {
            if line.not_counted.is_none() {
                sum += i128::from(line.entry.signed().unwrap_or_default().get());
            }
            line.left = i64::try_from(sum).ok().map(Fen::new);
        }
        let balance = i64::try_from(sum).ok().map(Fen::new);
        Ledger { opening, lines, balance }
    }

    /// The entries that count, in order.
    pub fn counted(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.not_counted.is_none())
    }

    /// Whether more was spent than there was: two who had not seen each other each spent what was left.
    pub fn is_overdrawn(&self) -> bool {
        self.balance.is_none_or(Fen::is_negative)
    }

    /// Whether its keeper has to look: it is overdrawn, or an entry does not count.
    pub fn needs_keeper(&self) -> bool {
        self.is_overdrawn() || self.lines.iter().any(|line| line.not_counted.is_some())
    }

    /// Whether an entry was taken back.
    pub fn is_reversed(&self, id: RecordId) -> bool {
        self.counted().any(|line| line.entry.reverses == Some(id))
    }

    /// What counts on one side among these lines.
    fn side<'a>(lines: impl Iterator<Item = &'a Line>, direction: Direction) -> Option<Fen> {
        Fen::sum(lines.filter(|line| line.entry.direction == Some(direction)).filter_map(|line| line.entry.amount))
    }

    /// The statement of the days from one to another, both included; without a day, from the beginning or to the end.
    /// `None` beyond what 64 bits hold.
    pub fn statement(&self, from: Option<NaiveDate>, to: Option<NaiveDate>) -> Option<Statement> {
        let before = |line: &&Line| from.is_some_and(|from| line.entry.date < Some(from));
        let within = |line: &&Line| !before(line) && to.is_none_or(|to| line.entry.date <= Some(to));
        let signed = |line: &Line| line.entry.signed();
        let opening = Fen::sum(std::iter::once(self.opening).chain(self.counted().filter(before).filter_map(signed)))?;
        let up_to = |line: &&Line| before(line) || within(line);
        let closing = Fen::sum(std::iter::once(self.opening).chain(self.counted().filter(up_to).filter_map(signed)))?;
        Some(Statement {
            from,
            to,
            opening,
            came_in: Ledger::side(self.counted().filter(within), Direction::In)?,
            went_out: Ledger::side(self.counted().filter(within), Direction::Out)?,
            closing,
            lines: self.lines.iter().filter(within).cloned().collect(),
        })
    }

    /// What came in and went out, year by year.
    pub fn years(&self) -> BTreeMap<i32, Turnover> {
        let mut years: BTreeMap<i32, Turnover> = BTreeMap::new();
        for line in self.counted() {
            let (Some(date), Some(amount)) = (line.entry.date, line.entry.amount) else { continue };
            let year = years.entry(date.year()).or_default();
            match line.entry.direction {
                Some(Direction::In) => year.came_in = year.came_in.and_then(|sum| sum.plus(amount)),
                Some(Direction::Out) => year.went_out = year.went_out.and_then(|sum| sum.plus(amount)),
                None => {}
            }
            year.entries += 1;
        }
        years
    }
}

/// What moved in one year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turnover {
    /// In; `None` beyond what 64 bits hold.
    pub came_in: Option<Fen>,
    /// Out; `None` beyond what 64 bits hold.
    pub went_out: Option<Fen>,
    /// How many entries count.
    pub entries: usize,
}

impl Default for Turnover {
    fn default() -> Self {
        Turnover { came_in: Some(Fen::ZERO), went_out: Some(Fen::ZERO), entries: 0 }
    }
}

/// A fund's statement of some days (domain §6, R15).
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The first day; none for the beginning.
    pub from: Option<NaiveDate>,
    /// The last day; none for the end.
    pub to: Option<NaiveDate>,
    /// What was there before the first day.
    pub opening: Fen,
    /// What came in.
    pub came_in: Fen,
    /// What went out.
    pub went_out: Fen,
    /// What was there after the last day, summed up from the very beginning.
    pub closing: Fen,
    /// The entries of these days, those that do not count too.
    pub lines: Vec<Line>,
}

impl Statement {
    /// Whether opening + in − out is the closing balance, to the fen. The two sides are summed apart.
    pub fn balances(&self) -> bool {
        let reckoned = self.opening.plus(self.came_in).and_then(|sum| sum.minus(self.went_out));
        reckoned == Some(self.closing)
    }
}
