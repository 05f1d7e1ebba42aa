//! `lianhu township`

use std::path::Path;

use lianhu_crypto::Suite;
use lianhu_device::PublicKey;
use lianhu_server::audit::{Action, Actor};
use lianhu_server::{Town, store_file};
use lianhu_store::ChosenSuite;
use serde_json::json;

use crate::args::{KeyAction, SuiteName, TownshipAction, TownshipArgs, TownshipCommandArgs};
use crate::commands::{account_for, by_hand, existing_town, ground_of, open_town, town_failure};
use crate::failure::{Failure, Kind};
use crate::keys;
use crate::talk::Talk;

/// Shows or changes what a township is known by.
pub fn run(talk: Talk, args: &TownshipCommandArgs) -> Result<(), Failure> {
    let at = &args.township;
    match &args.action {
        TownshipAction::Encrypt => encrypt(talk, at),
        TownshipAction::Decrypt => decrypt(talk, at),
        TownshipAction::Suite { suite: wanted } => suite(talk, at, *wanted),
        TownshipAction::Key { action } => key(talk, &existing_town(at)?, *action),
        TownshipAction::Lease { days } => lease(talk, &existing_town(at)?, *days),
    }
}

fn encrypt(talk: Talk, at: &TownshipArgs) -> Result<(), Failure> {
    let file = named_key_file(at)?;
    // What cannot be opened as it is is not given a key.
    if keys::read(file)?.is_none() {
        drop(existing_town(&TownshipArgs { dir: at.dir.clone(), key_file: None })?);
        keys::make(file)?;
    }
    seal(at)?;
    talk.print(talk.pick(
        "已加密。从现在起打开这个镇都要这把密钥：请把密钥文件另存一份，不要放在镇文件夹里。以前的备份没有加密。",
        "Sealed. From now on this township opens with this key alone: keep a copy of the key file, and not in the township's \
         folder. Backups from before are not sealed.",
    ));
    talk.object(&json!({ "sealed": true, "key_file": file }));
    Ok(())
}

/// Seals a township that is there, and opens it: the tables of the office are made again at once, so that the next start does
/// not wait for them.
fn seal(at: &TownshipArgs) -> Result<Town, Failure> {
    Town::encrypt(&at.dir, &ground_of(at)?).map_err(|why| town_failure(&why))?;
    let town = existing_town(at)?;
    account_for(&town, &by_hand(Action::Administered, "encrypted"))?;
    Ok(town)
}

fn decrypt(talk: Talk, at: &TownshipArgs) -> Result<(), Failure> {
    named_key_file(at)?;
    Town::decrypt(&at.dir, &ground_of(at)?).map_err(|why| town_failure(&why))?;
    let plain = existing_town(&TownshipArgs { dir: at.dir.clone(), key_file: None })?;
    account_for(&plain, &by_hand(Action::Administered, "decrypted"))?;
    talk.print(talk.pick("已不加密，也不再需要密钥。", "Plain again; no key is needed any more."));
    talk.object(&json!({ "sealed": false }));
    Ok(())
}

fn named_key_file(at: &TownshipArgs) -> Result<&Path, Failure> {
    at.key_file.as_deref().ok_or_else(|| {
        Failure::new(Kind::Input, ("没有写明密钥文件", "no key file was named")).hint((
            "用 --key-file 写明；文件不在时，加密会新建一个",
            "name it with --key-file; `encrypt` makes it if it is not there",
        ))
    })
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

fn suite(talk: Talk, at: &TownshipArgs, wanted: Option<SuiteName>) -> Result<(), Failure> {
    let town = match wanted {
        // It is made plain and sealed when it has its suite: what is sealed does not change it.
        Some(wanted) if at.key_file.is_some() && !store_file(&at.dir).exists() => {
            // A key that does not read is said before anything is made.
            ground_of(at)?;
            choose(&open_town(&TownshipArgs { key_file: None, ..at.clone() })?, wanted)?;
            seal(at)?
        }
        Some(wanted) => {
            let town = open_town(at)?;
            choose(&town, wanted)?;
            town
        }
        None => existing_town(at)?,
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
        ChosenSuite::Chosen => account_for(town, &by_hand(Action::Administered, "suite")),
        ChosenSuite::AsBefore => Ok(()),
        ChosenSuite::TooLate(present) => {
            let code = present.code();
            Err(not_chosen(
                format!("这个镇用的是 {code}，已经用它发过登记代码或写过审计记录，不能再换；什么也没有改动"),
                format!(
                    "this township's suite is {code}, and codes or audit lines were made under it: it cannot change, and \
                     nothing did"
                ),
            ))
        }
        ChosenSuite::Sealed(present) => {
            let code = present.code();
            Err(not_chosen(
                format!("这个镇已经用 {code} 加密，密码套件不能再换；什么也没有改动"),
                format!("this township is sealed under {code}: its suite cannot change, and nothing did"),
            ))
        }
    }
}

fn not_chosen(zh: String, en: String) -> Failure {
    Failure::new(Kind::Input, (zh, en)).hint((
        "密码套件只在第一部手机登记之前、加密之前选一次；要换，请另建一个镇，导入名册，手机重新登记",
        "a suite is chosen once, before the township is sealed and before the first phone; for another one make a new \
         township, import its roster, and enrol the phones anew",
    ))
}

fn algorithms(suite: Suite) -> &'static str {
    match suite {
        Suite::International => "Ed25519, SHA-256, XChaCha20-Poly1305",
        Suite::National => "SM2, SM3, SM4-GCM",
    }
}
