//! What the public board shows of a fund, field by field (domain §4 and §5): no donor, no receipt, no application.

use chrono::{Datelike as _, NaiveDate};
use serde::Serialize;

use crate::board::{Item, Section, Seen};
use crate::draft::Fen;
use crate::fund::{Direction, Fund};
use crate::ids::DocId;
use crate::lang::Lang;
use crate::private::Private;

/// A fund on the board. Amounts are fen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PublicFund {
    /// Its document.
    pub id: DocId,
    /// What it is called.
    pub name: Private<String>,
    /// What was in it when its ledger began.
    pub opening: Fen,
    /// What counts, by day.
    pub entries: Vec<PublicEntry>,
    /// What came in.
    pub came_in: Fen,
    /// What went out.
    pub went_out: Fen,
    /// What is left; less than nothing is shown as it is.
    pub balance: Fen,
}

/// An entry on the board.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PublicEntry {
    /// The day.
    pub date: Option<NaiveDate>,
    /// In or out.
    pub direction: Option<Direction>,
    /// Where it is from, or what it was for: lines that were checked to hold no number of anybody.
    pub words: Option<Private<String>>,
    /// How much.
    pub amount: Option<Fen>,
    /// Whether it takes back a wrong entry.
    pub corrects: bool,
}

/// What the board shows of a fund between two days; `None` for one without a name, or beyond what 64 bits hold.
pub fn public(fund: &Fund, from: Option<NaiveDate>, to: Option<NaiveDate>) -> Option<PublicFund> {
    let name = fund.name.as_ref()?.value.as_str().into();
    let statement = fund.ledger().statement(from, to)?;
    let counted = statement.lines.iter().filter(|line| line.not_counted.is_none());
    let entries = counted.map(|line| PublicEntry {
        date: line.entry.date,
        direction: line.entry.direction,
        words: line.entry.source.as_ref().or(line.entry.purpose.as_ref()).map(|words| words.as_str().into()),
        amount: line.entry.amount,
        corrects: line.entry.reverses.is_some(),
    });
    Some(PublicFund {
        id: fund.id,
        name,
        opening: statement.opening,
        entries: entries.collect(),
        came_in: statement.came_in,
        went_out: statement.went_out,
        balance: statement.closing,
    })
}

/// The fund's statement of the year so far, and a line for each entry of it that counts.
pub(super) fn items(fund: &Fund, seen: &Seen<'_>) -> Vec<Item> {
    let new_year = NaiveDate::from_ymd_opt(seen.on.year(), 1, 1);
    let Some(shown) = public(fund, new_year, Some(seen.on)) else { return Vec::new() };
    let mut statement = Item::new(Section::Funds, fund.id);
    let from = new_year.unwrap_or(seen.on);
    statement.sort_by(shown.name.as_str()).say("name", shown.name.as_str());
    statement.say("period", format!("{from} – {}", seen.on)).say("opening", shown.opening);
    statement.say("in", shown.came_in).say("out", shown.went_out).say("closing", shown.balance);
    let entries = shown.entries.iter().enumerate().map(|(place, entry)| {
        let mut item = Item::new(Section::FundEntries, fund.id);
        item.sort_by(format!("{} {place:06}", shown.name.as_str())).say("name", shown.name.as_str());
        item.say_maybe("date", entry.date);
        item.say_maybe("direction", entry.direction.map(|direction| direction.label(Lang::Zh)));
        let key = if entry.direction == Some(Direction::In) && !entry.corrects { "source" } else { "purpose" };
        item.say_maybe(key, entry.words.as_ref().map(|words| words.as_str()));
        item.say_maybe("amount", entry.amount);
        item
    });
    std::iter::once(statement).chain(entries).collect()
}
