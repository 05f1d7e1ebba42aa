//! What reports count: rows of the views, taken in by view and column name.
//!
//! Nothing here knows where rows come from. A cell of another type, a code or a date that cannot be read is absent, like
//! in every reading of a document.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::household::{CareTag, Met, Residence};
use crate::ids::{DocId, WorkerId};
use crate::matter::{Closing, Level, MatterKind, Satisfaction, Solved, State};
use crate::private::Private;
use crate::report::definitions::{ReportId, Source};
use crate::views::{self, Cell, Row};

/// The views whose rows reports count.
pub const SOURCES: &[&str] = &[
    "villages",
    "households",
    "links",
    "workers",
    "visits",
    "matters",
    "matter_moves",
    "meetings",
    "meeting_ballots",
    "plans",
    "plan_measures",
    "funds",
    "fund_entries",
    "pledges",
    "pledge_items",
];

/// Everything that is counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    pub(super) villages: BTreeMap<DocId, Private<String>>,
    pub(super) households: BTreeMap<DocId, HouseholdFact>,
    pub(super) links: Vec<LinkFact>,
    pub(super) at_work: BTreeSet<(DocId, WorkerId)>,
    pub(super) visits: Vec<VisitFact>,
    pub(super) matters: BTreeMap<DocId, MatterFact>,
    /// Each matter's timeline, in its order.
    pub(super) moves: BTreeMap<DocId, BTreeMap<i64, Move>>,
    /// The day of each meeting that was not cancelled.
    pub(super) meetings: BTreeMap<DocId, Option<NaiveDate>>,
    pub(super) ballots: Vec<Ballots>,
    pub(super) plans: Vec<PlanFact>,
    pub(super) measures: Vec<MeasureFact>,
    pub(super) funds: BTreeMap<DocId, FundFact>,
    pub(super) entries: Vec<EntryFact>,
    pub(super) pledges: BTreeMap<DocId, Option<String>>,
    pub(super) items: Vec<ItemFact>,
    /// What this version does not keep, of what the reports' sources name.
    pub(super) missing: BTreeSet<Source>,
}

/// A household's card.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct HouseholdFact {
    pub(super) village: Option<DocId>,
    pub(super) doorplate: Option<Private<String>>,
    pub(super) code: Option<Private<String>>,
    pub(super) is_empty: bool,
    pub(super) in_hardship: bool,
}

/// A link between a worker and a household.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LinkFact {
    /// The village whose roster it is in.
    pub(super) village: DocId,
    pub(super) worker: Option<WorkerId>,
    pub(super) household: DocId,
    pub(super) from: Option<NaiveDate>,
    pub(super) to: Option<NaiveDate>,
}

/// A visit to a household.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct VisitFact {
    pub(super) household: DocId,
    pub(super) date: Option<NaiveDate>,
    pub(super) met_nobody: bool,
}

/// A matter as it stands, with the days of its life.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct MatterFact {
    pub(super) village: Option<DocId>,
    pub(super) category: Option<Private<String>>,
    pub(super) kind: Option<MatterKind>,
    pub(super) place: Option<Private<String>>,
    pub(super) level: Option<Level>,
    pub(super) closing: Option<Closing>,
    pub(super) recorded_on: Option<NaiveDate>,
    pub(super) accepted_on: Option<NaiveDate>,
    pub(super) accept_by: Option<NaiveDate>,
    pub(super) contacted_on: Option<NaiveDate>,
    pub(super) contact_by: Option<NaiveDate>,
    pub(super) due: Option<NaiveDate>,
    pub(super) closed_on: Option<NaiveDate>,
    pub(super) feedback_on: Option<NaiveDate>,
    pub(super) evaluated_on: Option<NaiveDate>,
    pub(super) solved: Option<Solved>,
    pub(super) satisfaction: Option<Satisfaction>,
    pub(super) posted_on: Option<NaiveDate>,
    pub(super) withdrawn_on: Option<NaiveDate>,
    pub(super) is_merged: bool,
    pub(super) is_referred: bool,
}

/// A step of a matter's timeline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Move {
    pub(super) on: Option<NaiveDate>,
    pub(super) state: Option<State>,
}

/// The residents' ballots on one matter at one review meeting, as counts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ballots {
    pub(super) meeting: DocId,
    pub(super) village: Option<DocId>,
    pub(super) matter: Option<DocId>,
    pub(super) satisfied: u64,
    pub(super) basically: u64,
    pub(super) not: u64,
    pub(super) no_answer: u64,
}

/// A help plan.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PlanFact {
    pub(super) household: Option<DocId>,
    pub(super) status: Option<String>,
    pub(super) begun_on: Option<NaiveDate>,
    pub(super) ended_on: Option<NaiveDate>,
}

/// A measure of a help plan.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MeasureFact {
    pub(super) village: Option<DocId>,
    pub(super) due: Option<NaiveDate>,
    pub(super) done_on: Option<NaiveDate>,
}

/// A fund; money in fen.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FundFact {
    pub(super) village: Option<DocId>,
    pub(super) name: Option<Private<String>>,
    pub(super) opening: i64,
    pub(super) balance: Option<i64>,
}

/// An entry of a fund.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct EntryFact {
    pub(super) fund: DocId,
    pub(super) date: Option<NaiveDate>,
    pub(super) is_in: bool,
    pub(super) amount: i64,
}

/// An item of a pledge.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ItemFact {
    pub(super) pledge: DocId,
    pub(super) village: Option<DocId>,
    pub(super) due: Option<NaiveDate>,
    pub(super) result: Option<String>,
}

impl Facts {
    /// No rows yet, of the views this version keeps.
    pub fn new() -> Self {
        let named = ReportId::ALL.iter().flat_map(|id| id.definition().sources);
        let is_missing = |source: &&Source| {
            let spec = views::find(source.view);
            spec.is_none_or(|spec| spec.columns.iter().all(|(column, _)| *column != source.column))
        };
        Facts { missing: named.filter(is_missing).copied().collect(), ..Facts::default() }
    }

    /// What is not kept of these.
    pub(super) fn not_kept(&self, sources: &[Source]) -> Vec<Source> {
        sources.iter().filter(|source| self.missing.contains(source)).copied().collect()
    }

    /// Takes a row in. A row that no report counts is left.
    pub fn take(&mut self, row: &Row) {
        if let Some(columns) = Columns::of(row) {
            let _ = self.take_columns(row.view, &columns);
        }
    }

    /// How many documents there are of those that are counted: households, matters, help plans, funds.
    pub fn size(&self) -> [usize; 4] {
        [self.households.len(), self.matters.len(), self.plans.len(), self.funds.len()]
    }

    /// `None`: the row names nothing it could be counted by.
    fn take_columns(&mut self, view: &str, row: &Columns<'_>) -> Option<()> {
        let doc: DocId = row.parsed("doc")?;
        match view {
            "villages" => {
                self.villages.insert(doc, row.text("name").unwrap_or_default());
            }
            "households" => {
                self.households.insert(doc, household(row));
            }
            "links" => self.links.push(LinkFact {
                village: doc,
                worker: row.parsed("worker"),
                household: row.parsed("household")?,
                from: row.parsed("from_on"),
                to: row.parsed("to_on"),
            }),
            "workers" if row.int("active") == Some(1) => {
                self.at_work.insert((doc, row.parsed("id")?));
            }
            "visits" => self.visits.push(VisitFact {
                household: doc,
                date: row.parsed("date"),
                met_nobody: row.code("met", Met::parse) == Some(Met::Nobody),
            }),
            "matters" => {
                self.matters.insert(doc, matter(row));
            }
            "matter_moves" => {
                let step = Move { on: row.parsed("on_day"), state: row.code("state", State::parse) };
                self.moves.entry(doc).or_default().insert(row.int("place")?, step);
            }
            "meetings" if row.str("state") != Some("cancelled") => {
                self.meetings.insert(doc, row.parsed("date"));
            }
            "meeting_ballots" => self.ballots.push(Ballots {
                meeting: doc,
                village: row.parsed("village"),
                matter: row.parsed("matter"),
                satisfied: row.count("satisfied"),
                basically: row.count("basically"),
                not: row.count("not_satisfied"),
                no_answer: row.count("no_answer"),
            }),
            "plans" => self.plans.push(PlanFact {
                household: row.parsed("household"),
                status: row.text("status").map(|status| status.0),
                begun_on: row.parsed("begun_on"),
                ended_on: row.parsed("ended_on"),
            }),
            "plan_measures" => self.measures.push(MeasureFact {
                village: row.parsed("village"),
                due: row.parsed("due"),
                done_on: row.parsed("done_on"),
            }),
            "funds" => {
                let fund = FundFact {
                    village: row.parsed("village"),
                    name: row.text("name"),
                    opening: row.int("opening").unwrap_or_default(),
                    balance: row.int("balance"),
                };
                self.funds.insert(doc, fund);
            }
            "fund_entries" => self.entries.push(EntryFact {
                fund: doc,
                date: row.parsed("date"),
                is_in: row.str("direction")? == "in",
                amount: row.int("amount")?,
            }),
            "pledges" => {
                self.pledges.insert(doc, row.text("status").map(|status| status.0));
            }
            "pledge_items" => self.items.push(ItemFact {
                pledge: doc,
                village: row.parsed("village"),
                due: row.parsed("due"),
                result: row.text("result").map(|result| result.0),
            }),
            _ => {}
        }
        Some(())
    }
}

fn household(row: &Columns<'_>) -> HouseholdFact {
    let tags = row.str("care").unwrap_or_default().split(',').filter_map(CareTag::parse);
    HouseholdFact {
        village: row.parsed("village"),
        doorplate: row.text("doorplate"),
        code: row.text("code"),
        is_empty: row.code("residence", Residence::parse) == Some(Residence::Empty),
        in_hardship: tags.into_iter().any(CareTag::is_hardship),
    }
}

fn matter(row: &Columns<'_>) -> MatterFact {
    MatterFact {
        village: row.parsed("village"),
        category: row.text("category"),
        kind: row.code("kind", MatterKind::parse),
        place: row.text("place"),
        level: row.code("level", Level::parse),
        closing: row.code("closing", Closing::parse),
        recorded_on: row.parsed("recorded_on"),
        accepted_on: row.parsed("accepted_on"),
        accept_by: row.parsed("accept_by"),
        contacted_on: row.parsed("contacted_on"),
        contact_by: row.parsed("contact_by"),
        due: row.parsed("due"),
        closed_on: row.parsed("closed_on"),
        feedback_on: row.parsed("feedback_on"),
        evaluated_on: row.parsed("evaluated_on"),
        solved: row.code("solved", Solved::parse),
        satisfaction: row.code("satisfaction", Satisfaction::parse),
        posted_on: row.parsed("posted_on"),
        withdrawn_on: row.parsed("withdrawn_on"),
        is_merged: row.str("merged_into").is_some(),
        is_referred: row.str("referred_to").is_some(),
    }
}

/// A row with the names of its columns.
struct Columns<'a> {
    names: &'static [(&'static str, views::ColumnType)],
    values: &'a [Cell],
}

impl<'a> Columns<'a> {
    fn of(row: &'a Row) -> Option<Self> {
        let spec = views::find(row.view).filter(|_| SOURCES.contains(&row.view))?;
        Some(Columns { names: spec.columns, values: &row.values })
    }

    fn cell(&self, column: &str) -> Option<&'a Cell> {
        let place = self.names.iter().position(|(name, _)| *name == column)?;
        self.values.get(place)
    }

    fn str(&self, column: &str) -> Option<&'a str> {
        match self.cell(column)? {
            Cell::Text(text) => Some(text.as_str()),
            Cell::Int(_) | Cell::Null => None,
        }
    }

    fn text(&self, column: &str) -> Option<Private<String>> {
        self.str(column).map(Private::from)
    }

    fn int(&self, column: &str) -> Option<i64> {
        match self.cell(column)? {
            Cell::Int(number) => Some(*number),
            Cell::Text(_) | Cell::Null => None,
        }
    }

    /// A number of people; what is below nought is none.
    fn count(&self, column: &str) -> u64 {
        self.int(column).and_then(|number| u64::try_from(number).ok()).unwrap_or_default()
    }

    fn parsed<T: std::str::FromStr>(&self, column: &str) -> Option<T> {
        self.str(column)?.parse().ok()
    }

    fn code<T>(&self, column: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        parse(self.str(column)?)
    }
}
