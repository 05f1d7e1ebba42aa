//! `lianhu group`: which personal data the township keeps beyond the minimal form.

use lianhu_core::Lang;
use lianhu_core::groups::{Group, SwitchTyped};
use lianhu_server::audit::Actor;
use serde_json::json;

use super::rules::{act_failure, at_the_town, terms};
use crate::args::{DeskArgs, GroupAction, GroupArgs};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Shows the groups, or turns the switch of one.
pub fn run(talk: Talk, args: &GroupArgs) -> Result<(), Failure> {
    let typed = match &args.action {
        None | Some(GroupAction::Show) => return show(talk, &args.desk),
        Some(GroupAction::On { group, purpose, basis, review_on }) => SwitchTyped {
            group: Some(*group),
            on: Some(true),
            purpose: purpose.clone(),
            basis: Some(*basis),
            review_on: review_on.clone(),
        },
        Some(GroupAction::Off { group }) => {
            SwitchTyped { group: Some(*group), on: Some(false), ..SwitchTyped::default() }
        }
    };
    let set = at_the_town(&args.desk)?.set_group(Actor::Machine, &typed).map_err(act_failure)?;
    let villages = set.map_err(|why| Failure::new(Kind::Input, (why.message(Lang::Zh), why.message(Lang::En))))?;
    talk.print(talk.pick("已设定，下次同步时送到每部手机。", "Set; every phone has it with its next sync."));
    talk.object(&json!({ "group": typed.group, "on": typed.on, "villages": villages }));
    Ok(())
}

fn show(talk: Talk, desk: &DeskArgs) -> Result<(), Failure> {
    let switches = terms(desk)?.switches;
    let mut shown = Vec::new();
    for group in Group::ALL {
        let switch = switches.turned().find(|(turned, _)| turned == group).map(|(_, switch)| switch);
        let on = switches.is_on(*group);
        let word = if on { talk.pick("启用", "on") } else { talk.pick("未启用", "off") };
        let purpose = switch.and_then(|switch| switch.purpose.as_ref()).map_or("", |purpose| purpose.as_str());
        let review_on = switch.and_then(|switch| switch.review_on);
        let until = review_on.map(|day| format!("{} {day}", talk.pick("复核", "review"))).unwrap_or_default();
        let line = format!("{}  {}  {word}  {purpose}  {until}", group.code(), group.label(talk.lang()));
        talk.print(line.trim_end());
        let basis = switch.and_then(|switch| switch.basis);
        shown.push(json!({ "group": group, "on": on, "purpose": purpose, "basis": basis, "review_on": review_on }));
    }
    talk.object(&json!({ "groups": shown }));
    Ok(())
}
