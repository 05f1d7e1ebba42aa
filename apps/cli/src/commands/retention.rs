//! `lianhu retention`

use lianhu_core::retention::Kept;
use lianhu_server::audit::Actor;
use lianhu_server::{Purged, Town};
use serde_json::json;

use crate::args::{RetentionAction, RetentionArgs, Tongue};
use crate::commands::{existing_town, town_failure};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Shows the rules, sets one, or purges.
pub fn run(talk: Talk, args: &RetentionArgs) -> Result<(), Failure> {
    let town = existing_town(&args.township)?;
    match &args.action {
        None | Some(RetentionAction::Show) => show(talk, &town),
        Some(RetentionAction::Set { kind, years, .. }) => set(talk, &town, kind, *years),
        Some(RetentionAction::Run { dry_run }) => {
            let done = if *dry_run { town.look() } else { town.purge() };
            told(talk, &done.map_err(|why| town_failure(&why))?, *dry_run);
            Ok(())
        }
    }
}

fn show(talk: Talk, town: &Town) -> Result<(), Failure> {
    let rules = town.retention_rules().map_err(|why| town_failure(&why))?;
    for rule in &rules {
        let (zh, en) = rule.kept.counts_from();
        let name = format!("{:<12} {}", rule.kept.code(), rule.kept.label(talk.lang()));
        talk.print(match (talk.tongue, rule.years) {
            (Tongue::Zh, Some(years)) => format!("{name}：{zh}起保存 {years} 年；已过期 {}", rule.past),
            (Tongue::Zh, None) => {
                format!("{name}：未设定，保存到有人删除（可从 {} 年谈起，自{zh}起）", rule.suggested_years)
            }
            (Tongue::En, Some(years)) => format!("{name}: {years} years after {en}; past it: {}", rule.past),
            (Tongue::En, None) => {
                format!(
                    "{name}: kept until a person erases it (a start for talk: {} years after {en})",
                    rule.suggested_years
                )
            }
        });
    }
    talk.object(&json!({ "rules": rules }));
    Ok(())
}

fn set(talk: Talk, town: &Town, kind: &str, years: Option<u32>) -> Result<(), Failure> {
    let kept = Kept::parse(kind).ok_or_else(|| {
        let known = Kept::ALL.iter().map(|kept| kept.code()).collect::<Vec<_>>().join(" ");
        Failure::new(Kind::Input, (format!("没有 {kind} 这一类"), format!("there is no kind {kind}")))
            .hint((format!("可以写：{known}"), format!("one of: {known}")))
    })?;
    if years == Some(0) {
        return Err(Failure::new(Kind::Input, ("至少一年", "one year at least")));
    }
    town.set_retention(Actor::Machine, kept, years).map_err(|why| town_failure(&why))?;
    talk.print(match (talk.tongue, years) {
        (Tongue::Zh, Some(years)) => format!("{}：保存 {years} 年", kept.label(talk.lang())),
        (Tongue::Zh, None) => format!("{}：一直保存", kept.label(talk.lang())),
        (Tongue::En, Some(years)) => format!("{}: kept for {years} years", kept.label(talk.lang())),
        (Tongue::En, None) => format!("{}: kept", kept.label(talk.lang())),
    });
    talk.object(&json!({ "kept": kept, "years": years }));
    Ok(())
}

fn told(talk: Talk, purged: &Purged, dry_run: bool) {
    for (kept, count) in &purged.kinds {
        let label = kept.label(talk.lang());
        talk.print(match (talk.tongue, dry_run) {
            (Tongue::Zh, true) => format!("{label}：会清除 {} 份、{} 条", count.documents, count.records),
            (Tongue::Zh, false) => format!("{label}：已清除 {} 份、{} 条", count.documents, count.records),
            (Tongue::En, true) => {
                format!("{label}: {} documents and {} records would go", count.documents, count.records)
            }
            (Tongue::En, false) => {
                format!("{label}: {} documents and {} records are gone", count.documents, count.records)
            }
        });
    }
    for (doc, why) in &purged.left {
        talk.print(match talk.tongue {
            Tongue::Zh => format!("  {doc} 没有动（{why}）"),
            Tongue::En => format!("  {doc} was left as it is ({why})"),
        });
    }
    if purged.kinds.is_empty() {
        talk.print(talk.pick("没有过期的", "nothing is past its time"));
    }
    let left: Vec<_> = purged.left.iter().map(|(doc, why)| json!({ "doc": doc, "why": why })).collect();
    talk.object(&json!({ "dry_run": dry_run, "kinds": purged.kinds, "left": left }));
}
