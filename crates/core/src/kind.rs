//! What the rest of this crate asks about a kind of document. One trait, one implementation in each kind's own module, and
//! [`of`], the one place that lists them: whoever adds a kind writes a module and a line here.

use std::collections::BTreeSet;

use crate::access::{Facts, Relations};
use crate::board::{Item, Seen};
use crate::card::Card;
use crate::deed::{Deed, NotADeed};
use crate::document::Document;
use crate::ids::{DocKind, RecordId, WorkerId};
use crate::policy::{Judgement, Ruling};
use crate::value::{Key, KeySpec};
use crate::views::{Row, ViewSpec};

/// A kind of document, as access, rules, lists and views see it.
pub(crate) trait Kind: Sync {
    /// What may stand under which key.
    fn schema(&self) -> &'static [KeySpec];

    /// The codes of its steps; none for a kind that has no course.
    fn steps(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// What permission to read the document depends on.
    fn facts(&self, document: &Document) -> Facts;

    /// Who reads a document with these facts. Whoever has left is taken off afterwards.
    fn readers(&self, facts: &Facts, by: &Relations<'_>) -> BTreeSet<WorkerId>;

    /// Whether who reads it depends on what stands under a key.
    fn decides_who_reads(&self, key: &str) -> bool;

    /// Whether what stands under a key stays when the whole document is erased: what says who reads it, and what must never
    /// be given to another document.
    fn stays_when_erased(&self, key: &str) -> bool {
        self.decides_who_reads(key)
    }

    /// Whether the town desk reads it whole.
    fn town_reads(&self, _document: &Document) -> bool {
        true
    }

    /// What a list shows of it; whether people disagree is added afterwards.
    fn card(&self, document: &Document) -> Card;

    /// What can be done to it, from JSON ([`crate::deed::from_json`]).
    fn deed(&self, _json: &str) -> Result<Box<dyn Deed + Send>, NotADeed> {
        Err(NotADeed::Kind)
    }

    /// Deeds as JSON, one of each sort at least, of which tests make documents that people write apart.
    #[cfg(test)]
    fn samples(&self) -> &'static [&'static str] {
        &[]
    }

    /// Deeds as JSON that are refused: one for each thing a person can get wrong, for the page of refusals.
    #[cfg(test)]
    fn refused(&self) -> &'static [&'static str] {
        &[]
    }

    /// The tables it has rows in.
    fn views(&self) -> &'static [ViewSpec];

    /// Its rows, each of a table named in [`Kind::views`].
    fn rows(&self, document: &Document) -> Vec<Row>;

    /// Those of its tables in which each row names a record.
    fn views_by_record(&self) -> &'static [&'static str] {
        &[]
    }

    /// Its rows after a change of these keys, where that can be told: of the rows that name a record only those of the records
    /// given besides, and no others can have changed. A name that stands in two collections is one record here: the rows of both
    /// are given.
    fn rows_since(&self, _document: &Document, _keys: &[&str]) -> Option<(Vec<Row>, BTreeSet<RecordId>)> {
        None
    }

    /// What of it is on the public board of its village on a day: only what [`crate::board::rules`] shows.
    fn public(&self, _document: &Document, _seen: &Seen<'_>) -> Vec<Item> {
        Vec::new()
    }

    /// What holds for a change to the document as a whole.
    fn whole(&self, judgement: &Judgement<'_>) -> Result<(), Ruling>;

    /// Whether the author may touch one key. `name` is the key as it stands; `settles` says that what is written is one of
    /// the values people disagree about.
    fn key(&self, judgement: &Judgement<'_>, key: Key<'_>, name: &str, settles: bool) -> Result<(), Ruling>;
}

/// The kinds this version knows, in the order of their tables.
pub(crate) const KNOWN: &[DocKind] = &[
    DocKind::Household,
    DocKind::Diary,
    DocKind::Matter,
    DocKind::Roster,
    DocKind::Meeting,
    DocKind::HelpPlan,
    DocKind::Pledge,
    DocKind::Studio,
    DocKind::Base,
    DocKind::Fund,
    DocKind::Application,
    DocKind::Complaint,
];

/// A kind; `None` for one of a newer version.
pub(crate) fn of(kind: DocKind) -> Option<&'static dyn Kind> {
    Some(match kind {
        DocKind::Roster => &crate::roster::Rosters,
        DocKind::Household => &crate::household::Households,
        DocKind::Diary => &crate::diary::Diaries,
        DocKind::Matter => &crate::matter::Matters,
        DocKind::Meeting => &crate::meeting::Meetings,
        DocKind::HelpPlan => &crate::plan::HelpPlans,
        DocKind::Pledge => &crate::pledge::Pledges,
        DocKind::Studio => &crate::studio::Studios,
        DocKind::Base => &crate::base::Bases,
        DocKind::Fund => &crate::fund::Funds,
        DocKind::Application => &crate::aid::Applications,
        DocKind::Complaint => &crate::complaint::Complaints,
        DocKind::Other(_) => return None,
    })
}
