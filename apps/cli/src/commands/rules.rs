//! `lianhu rules`: what the township has set, for all its villages.

use lianhu_core::Lang;
use lianhu_core::deadline::{Rule, Terms};
use lianhu_server::audit::{Action, AuditLine};
use lianhu_server::{ActError, Town};
use serde_json::{Map, Value, json};

use super::town_failure;
use crate::args::{DeskArgs, RulesAction, RulesArgs};
use crate::commands::{account_for, by_hand};
use crate::desk::Desk;
use crate::failure::{Failure, Kind};
use crate::phone::workbook_failure;
use crate::talk::Talk;

/// Shows the rules, or sets one.
pub fn run(talk: Talk, args: &RulesArgs) -> Result<(), Failure> {
    let Some(RulesAction::Set { rule, value }) = &args.action else { return show(talk, &args.desk) };
    let Some(rule) = Rule::parse(rule.trim()) else {
        return Err(Failure::new(Kind::Input, ("没有这条规则", "there is no such rule"))
            .hint(("规则名见：lianhu rules show", "their names: lianhu rules show")));
    };
    let town = at_the_town(&args.desk)?;
    account_for(&town, &AuditLine { subject: Some(rule.code().to_owned()), ..by_hand(Action::Administered, "rules") })?;
    let set = town.set_rule(rule, value).map_err(act_failure)?;
    let villages = set.map_err(|why| Failure::new(Kind::Input, (why.message(Lang::Zh), why.message(Lang::En))))?;
    talk.print(talk.pick("已设定，下次同步时送到每部手机。", "Set; every phone has it with its next sync."));
    talk.object(&json!({ "rule": rule.code(), "villages": villages }));
    Ok(())
}

fn show(talk: Talk, desk: &DeskArgs) -> Result<(), Failure> {
    let terms = terms(desk)?;
    let mut shown = Map::new();
    for rule in Rule::ALL {
        let said = terms.rules.said(*rule);
        let words = if said.is_empty() { talk.pick("（未设定）", "(not set)") } else { said.as_str() };
        talk.print(format!("{}  {}  {words}", rule.code(), rule.label(talk.lang())));
        shown.insert(rule.code().to_owned(), Value::String(said));
    }
    talk.object(&json!({ "rules": shown }));
    Ok(())
}

/// What holds at a desk: in the phone's own village, or in the first of the township's (all have the same).
pub(super) fn terms(desk: &DeskArgs) -> Result<Terms, Failure> {
    match Desk::open(desk)? {
        Desk::Phone(mut book) => book.terms(None).map_err(|why| workbook_failure(&why)),
        Desk::Town(town) => {
            let rosters = town.documents_of(lianhu_core::DocKind::Roster).map_err(|why| town_failure(&why))?;
            town.terms(rosters.first().copied()).map_err(|why| town_failure(&why))
        }
    }
}

/// The township; rules are set there alone.
pub(super) fn at_the_town(desk: &DeskArgs) -> Result<Box<Town>, Failure> {
    match Desk::open(desk)? {
        Desk::Town(town) => Ok(town),
        Desk::Phone(_) => Err(Failure::new(
            Kind::Input,
            ("规则和日历由镇里设定，手机上不能改", "rules and calendars are set at the township, not on a phone"),
        )),
    }
}

pub(super) fn act_failure(why: ActError) -> Failure {
    match why {
        ActError::Town(why) => town_failure(&why),
        other => Failure::new(Kind::Failed, (format!("没有写入（{other}）"), other.to_string())),
    }
}
