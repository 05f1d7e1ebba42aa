//! Meetings (三会、村民说事、网格议事、支部生活会).

use std::collections::BTreeSet;

use crate::access::{Facts, Relations};
use crate::card::Card;
use crate::document::Document;
use crate::ids::WorkerId;
use crate::kind::Kind;
use crate::policy::rules;
use crate::policy::{Judgement, Ruling, Why};
use crate::value::{Key, KeySpec};
use crate::views::{Row, ViewSpec};

/// Meetings (三会、村民说事、网格议事、支部生活会).
pub(crate) struct Meetings;

impl Kind for Meetings {
    fn schema(&self) -> &'static [KeySpec] {
        &[]
    }

    fn facts(&self, _document: &Document) -> Facts {
        Facts::default()
    }

    fn readers(&self, _facts: &Facts, _by: &Relations<'_>) -> BTreeSet<WorkerId> {
        BTreeSet::new()
    }

    fn decides_who_reads(&self, _key: &str) -> bool {
        false
    }

    fn card(&self, _document: &Document) -> Card {
        Card::default()
    }

    fn views(&self) -> &'static [ViewSpec] {
        &[]
    }

    fn rows(&self, _document: &Document) -> Vec<Row> {
        Vec::new()
    }

    fn whole(&self, judgement: &Judgement<'_>) -> Result<(), Ruling> {
        rules::of_a_village(judgement)
    }

    fn key(&self, judgement: &Judgement<'_>, _key: Key<'_>, _name: &str, _settles: bool) -> Result<(), Ruling> {
        rules::only_the_desk(judgement, Why::UnknownKind)
    }
}
