//! What the public board shows of a fund, field by field (domain §4 and §5): no donor, no receipt, no application.

use chrono::NaiveDate;
use serde::Serialize;

use crate::draft::Fen;
use crate::fund::{Direction, Fund};
use crate::ids::DocId;
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
