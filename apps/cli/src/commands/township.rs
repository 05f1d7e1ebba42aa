//! `lianhu township`

use lianhu_device::PublicKey;
use lianhu_server::Town;
use lianhu_server::audit::Actor;
use serde_json::json;

use crate::args::{KeyAction, TownshipAction, TownshipCommandArgs};
use crate::commands::{existing_town, town_failure};
use crate::failure::Failure;
use crate::talk::Talk;

/// Shows or changes what a township is known by.
pub fn run(talk: Talk, args: &TownshipCommandArgs) -> Result<(), Failure> {
    let town = existing_town(&args.township.dir)?;
    match &args.action {
        TownshipAction::Key { action } => key(talk, &town, *action),
        TownshipAction::Lease { days } => lease(talk, &town, *days),
    }
}

fn key(talk: Talk, town: &Town, action: Option<KeyAction>) -> Result<(), Failure> {
    let (number, key) = match action {
        Some(KeyAction::Rotate) => town.rotate_township_key(Actor::Machine),
        None => town.township_key(),
    }
    .map_err(|why| town_failure(&why))?;
    let fingerprint = PublicKey(key).fingerprint();
    talk.print(&fingerprint);
    if action.is_some() {
        talk.say(talk.pick(
            "新密钥由上一把签过名，手机下次同步时自动认得。现在就做一次备份：以前的备份里没有这把密钥。",
            "The last key has signed the new one, and phones follow at their next sync. Make a backup now: earlier ones do not \
             have this key.",
        ));
    }
    talk.object(&json!({ "number": number, "fingerprint": fingerprint }));
    Ok(())
}

fn lease(talk: Talk, town: &Town, days: Option<u32>) -> Result<(), Failure> {
    if let Some(days) = days {
        town.set_lease_days(days, Actor::Machine).map_err(|why| town_failure(&why))?;
    }
    let days = town.lease_days().map_err(|why| town_failure(&why))?;
    talk.print(format!("{days}{}", talk.pick(" 天", " days")));
    talk.object(&json!({ "days": days }));
    Ok(())
}
