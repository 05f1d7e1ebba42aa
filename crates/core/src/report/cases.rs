//! Counting cases: how many of them meet what is asked, in all and village by village.

use std::collections::BTreeMap;

use crate::ids::DocId;
use crate::report::asked::{Asked, Scope};
use crate::report::facts::Facts;
use crate::report::figures::{Figure, Ratio, Table, words};
use crate::report::hide::{Group, hidden, is_too_few};

/// Something that counts: a household, a matter, an answer; or several of one village together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case {
    pub(super) village: Option<DocId>,
    pub(super) counts: Ratio,
}

impl Case {
    /// One case, and whether it meets what is asked.
    pub(super) fn one(village: Option<DocId>, meets: bool) -> Self {
        Case { village, counts: Ratio { part: u64::from(meets), whole: 1 } }
    }
}

/// Whether cases are hidden where they are few.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Few {
    Shown,
    Hidden,
}

fn sum<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Ratio {
    cases.into_iter().fold(Ratio::default(), |sum, case| Ratio {
        part: sum.part.saturating_add(case.counts.part),
        whole: sum.whole.saturating_add(case.counts.whole),
    })
}

/// The share of all cases.
pub(super) fn share(cases: &[Case], few: Few) -> Figure {
    let ratio = sum(cases);
    if few == Few::Hidden && is_too_few(ratio.whole) { Figure::Hidden } else { Figure::Share(ratio) }
}

/// The cases by village, in the order of the villages' names; `None` where one village was asked for, or there is no
/// other.
pub(super) fn by_village(facts: &Facts, asked: &Asked, cases: &[Case], few: Few) -> Option<Table> {
    if asked.scope != Scope::All || facts.villages.len() < 2 {
        return None;
    }
    let mut of: BTreeMap<Option<DocId>, Vec<&Case>> =
        facts.villages.keys().map(|village| (Some(*village), Vec::new())).collect();
    for case in cases {
        of.entry(case.village).or_default().push(case);
    }
    let name = |village: Option<DocId>| village.and_then(|village| facts.villages.get(&village)).cloned();
    let mut rows: Vec<_> =
        of.into_iter().map(|(village, cases)| (name(village), village, sum(cases.iter().copied()))).collect();
    rows.sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
    let group = |ratio: &Ratio| Group { counts: vec![ratio.whole], sensitive: few == Few::Hidden };
    let kept_back = hidden(&rows.iter().map(|(_, _, ratio)| group(ratio)).collect::<Vec<_>>());
    let rows = rows.into_iter().zip(kept_back).map(|((name, _, ratio), is_hidden)| {
        let name = name.map_or(Figure::Nothing, Figure::Text);
        if is_hidden {
            return vec![name, Figure::Hidden, Figure::Hidden, Figure::Hidden];
        }
        vec![name, Figure::Count(ratio.part), Figure::Count(ratio.whole), Figure::Share(ratio)]
    });
    Some(Table {
        title: words("分村", "by village"),
        columns: vec![
            words("村", "village"),
            words("分子", "numerator"),
            words("分母", "denominator"),
            words("比率", "share"),
        ],
        rows: rows.collect(),
    })
}
