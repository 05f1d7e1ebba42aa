//! Reports: the township's figures R1–R18, as pure functions of what stands in the views.
//!
//! A report is asked of [`Facts`] (rows of the views, by view and column name) with [`Asked`] (which village, which days,
//! and what day it is). The rows come from [`crate::views::project`] on a phone and from the tables at the township, and
//! the same code counts both: the numbers are the same where both hold the same documents.
//!
//! Everybody's entries are counted, nobody is: no report has a worker in a row, and there is no score, rank or target. A
//! numerator and its denominator are kept as they are; a percentage is only how they are shown.
//!
//! What is small is hidden where a person could be found by it (`hide`): the definition under every table says where.
//! What a version or a phone does not keep is said to be not kept, which is another thing than nought.
//!
//! `docs/reports.md` is the page about them; a test holds it to the definitions here.

mod aid;
mod asked;
mod cases;
mod contact;
mod definitions;
mod facts;
mod figures;
mod handling;
mod hide;
mod kinds;
mod layout;
mod monthly;
#[cfg(test)]
mod page;
mod pledges;
#[cfg(test)]
mod tests;
mod verdicts;

pub use asked::{Asked, NotAPeriod, Period, Scope};
pub use definitions::{Definition, ReportId, Source};
pub use facts::{Facts, SOURCES};
pub use figures::{Check, Figure, Line, Ratio, Report, Table, Words};
pub use hide::FEWEST;
pub use layout::{Block, blocks, sheet};

/// One report.
pub fn of(facts: &Facts, id: ReportId, asked: &Asked) -> Report {
    let not_kept = facts.not_kept(id.definition().sources);
    if !not_kept.is_empty() {
        return Report { not_kept, ..Report::new(id, *asked) };
    }
    match id {
        ReportId::R1 => contact::coverage(facts, asked),
        ReportId::R2 => contact::contacted(facts, asked),
        ReportId::R3 => handling::accepted_in_time(facts, asked),
        ReportId::R4 => handling::closed_of_due(facts, asked),
        ReportId::R5 => handling::closed_in_time(facts, asked),
        ReportId::R6 => handling::substantive(facts, asked),
        ReportId::R7 => handling::contacted_in_time(facts, asked),
        ReportId::R8 => verdicts::solved(facts, asked),
        ReportId::R9 => verdicts::satisfied(facts, asked),
        ReportId::R10 => handling::fed_back(facts, asked),
        ReportId::R11 => handling::posted_in_time(facts, asked),
        ReportId::R12 => handling::reopened(facts, asked),
        ReportId::R13 => aid::hardship_covered(facts, asked),
        ReportId::R14 => aid::measures_done(facts, asked),
        ReportId::R15 => aid::money(facts, asked),
        ReportId::R16 => pledges::kept(facts, asked),
        ReportId::R17 => monthly::monthly(facts, asked),
        ReportId::R18 => kinds::kinds(facts, asked),
    }
}

/// All reports, in their order.
pub fn all(facts: &Facts, asked: &Asked) -> Vec<Report> {
    ReportId::ALL.iter().map(|id| of(facts, *id, asked)).collect()
}
