//! R16: what members pledged in public, and kept.

use crate::report::asked::Asked;
use crate::report::cases::{Case, Few, by_village, share};
use crate::report::definitions::ReportId;
use crate::report::facts::{Facts, ItemFact};
use crate::report::figures::{Report, words};

/// R16. What is not published yet is nobody's promise.
pub(super) fn kept(facts: &Facts, asked: &Asked) -> Report {
    let is_published = |item: &&ItemFact| {
        let status = facts.pledges.get(&item.pledge).and_then(Option::as_deref);
        status.is_some_and(|status| !["draft", "approved"].contains(&status))
    };
    let due: Vec<&ItemFact> = facts
        .items
        .iter()
        .filter(|item| asked.covers(item.village) && asked.in_period(item.due))
        .filter(is_published)
        .collect();
    let ended = |result: Option<&str>| due.iter().filter(|item| item.result.as_deref() == result).count();
    let cases: Vec<Case> =
        due.iter().map(|item| Case::one(item.village, item.result.as_deref() == Some("kept"))).collect();
    Report::new(ReportId::R16, *asked)
        .line(words("承诺兑现率", "pledges kept"), share(&cases, Few::Shown))
        .count(words("部分兑现", "partly kept"), ended(Some("partly")))
        .count(words("未兑现", "not kept"), ended(Some("not")))
        .count(words("尚未评议", "not reviewed yet"), ended(None))
        .table(by_village(facts, asked, &cases, Few::Shown))
}
