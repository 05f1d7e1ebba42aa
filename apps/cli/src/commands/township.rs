//! `lianhu township`: what is set for a whole township.

use lianhu_crypto::Suite;
use lianhu_server::Town;
use lianhu_store::ChosenSuite;
use serde_json::json;

use super::{existing_town, open_town, town_failure};
use crate::args::{SuiteArgs, SuiteName, TownshipAction, TownshipSetArgs};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Sets or shows something of a township.
pub fn run(talk: Talk, args: &TownshipSetArgs) -> Result<(), Failure> {
    match &args.action {
        TownshipAction::Suite(args) => suite(talk, args),
    }
}

fn suite(talk: Talk, args: &SuiteArgs) -> Result<(), Failure> {
    let dir = &args.township.dir;
    let town = match args.suite {
        Some(wanted) => {
            let town = open_town(dir)?;
            choose(&town, wanted)?;
            town
        }
        None => existing_town(dir)?,
    };
    let suite = town.suite().map_err(|why| town_failure(&why))?;
    talk.print(format!("{}  {}", suite.code(), algorithms(suite)));
    talk.object(&json!({ "suite": suite.code(), "number": suite.number() }));
    Ok(())
}

fn choose(town: &Town, wanted: SuiteName) -> Result<(), Failure> {
    let wanted = match wanted {
        SuiteName::International => Suite::International,
        SuiteName::National => Suite::National,
    };
    match town.choose_suite(wanted).map_err(|why| town_failure(&why))? {
        ChosenSuite::Chosen | ChosenSuite::AsBefore => Ok(()),
        ChosenSuite::TooLate(present) => Err(too_late(present)),
    }
}

fn too_late(present: Suite) -> Failure {
    let code = present.code();
    Failure::new(
        Kind::Input,
        (
            format!("这个镇用的是 {code}，已经发过登记代码，不能再换；什么也没有改动"),
            format!(
                "this township's suite is {code}, and codes were handed out under it: it cannot change, and nothing did"
            ),
        ),
    )
    .hint((
        "密码套件只在第一部手机登记之前选一次；要换，请另建一个镇，导入名册，手机重新登记",
        "a suite is chosen once, before the first phone; for another one make a new township, import its roster, and enrol \
         the phones anew",
    ))
}

fn algorithms(suite: Suite) -> &'static str {
    match suite {
        Suite::International => "Ed25519, SHA-256, XChaCha20-Poly1305",
        Suite::National => "SM2, SM3, SM4-GCM",
    }
}
