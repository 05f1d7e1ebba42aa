//! `lianhu phone`

use lianhu_core::Private;
use lianhu_server::audit::Actor;
use lianhu_server::{DeviceStanding, Town};
use lianhu_sync::ids::{DeviceId, ReaderId};
use lianhu_sync::limits::MAX_REASON_CHARS;
use lianhu_sync::ports::Township as _;
use serde_json::{Value, json};

use crate::args::{OnePhone, PhoneAction, PhoneArgs};
use crate::commands::code::find;
use crate::commands::{existing_town, store_failure, town_failure};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Lists the phones, or says how one stands from now on.
pub fn run(talk: Talk, args: &PhoneArgs) -> Result<(), Failure> {
    let town = existing_town(&args.township)?;
    let (one, standing) = match &args.action {
        PhoneAction::List => return list(talk, &town),
        PhoneAction::Suspend(one) => (one, DeviceStanding::Suspended),
        PhoneAction::Lift(one) => (one, DeviceStanding::Active),
        PhoneAction::Revoke(one) => (one, DeviceStanding::Revoked),
        PhoneAction::Lost(one) => (one, DeviceStanding::Lost),
    };
    stand(talk, &town, one, standing)
}

fn list(talk: Talk, town: &Town) -> Result<(), Failure> {
    let devices = town.store().read().and_then(|reader| reader.devices()).map_err(|why| store_failure(&why))?;
    let mut rows: Vec<Value> = Vec::new();
    for device in devices {
        let (worker, standing) = (uuid::Uuid::from_bytes(device.reader.0), device.standing);
        let reason = &device.standing_reason;
        let called = device.last_contact.map(|(at, _)| at.0);
        talk.print(format!("{}  {worker}  {}\t[{}] {reason}", device.device, device.name, word(talk, standing)));
        rows.push(json!({
            "device": device.device.to_string(), "worker": worker, "name": device.name, "standing": standing.code(),
            "reason": reason, "standing_at": device.standing_at.map(|at| at.0), "last_contact": called,
        }));
    }
    talk.object(&json!({ "phones": rows }));
    Ok(())
}

fn word(talk: Talk, standing: DeviceStanding) -> &'static str {
    match standing {
        DeviceStanding::Active => talk.pick("正常", "active"),
        DeviceStanding::Suspended => talk.pick("暂停", "suspended"),
        DeviceStanding::Revoked => talk.pick("注销", "revoked"),
        DeviceStanding::Lost => talk.pick("遗失，等它联系时清除", "lost: wiped at its next contact"),
        DeviceStanding::Wiped => talk.pick("已清除", "wiped"),
    }
}

fn stand(talk: Talk, town: &Town, one: &OnePhone, standing: DeviceStanding) -> Result<(), Failure> {
    if one.reason.chars().count() > MAX_REASON_CHARS {
        return Err(Failure::new(Kind::Input, ("理由太长", "the reason is too long")));
    }
    let device = device(town, &one.phone)?;
    let reason = Private(one.reason.clone());
    let stands = town.set_standing(device, standing, reason, Actor::Machine).map_err(|why| town_failure(&why))?;
    let stands = stands.ok_or_else(nothing)?;
    if stands != standing {
        let what = (
            format!("这部手机是“{}”，不能再改", word(talk, stands)),
            format!("this phone is {}, and stays so", stands.code()),
        );
        return Err(Failure::new(Kind::Input, what).hint((
            "请给这个人一个新代码，登记另一部手机：lianhu code",
            "give its owner a new code for another phone: lianhu code",
        )));
    }
    talk.print(match standing {
        DeviceStanding::Active => talk.pick("这部手机又可以同步了。", "This phone may sync again."),
        DeviceStanding::Lost => talk.pick(
            "这部手机下次联系时先交出还没有送到的内容，再清除它上面的一切；清除后 lianhu phone list 里可以看到。",
            "At its next contact this phone brings what has not arrived yet and then destroys all it holds; `lianhu phone list` \
             shows when it has.",
        ),
        _ => talk.pick(
            "这部手机不能再同步；它还没有送到的内容会待定，由镇里决定：lianhu held",
            "This phone may sync no more; what it has not delivered yet will wait for a decision: lianhu held",
        ),
    });
    talk.object(&json!({ "device": device.to_string(), "standing": stands.code() }));
    Ok(())
}

/// A phone by its own id or by its owner, if they have one.
fn device(town: &Town, said: &str) -> Result<DeviceId, Failure> {
    let id = data_encoding::HEXLOWER_PERMISSIVE.decode(said.trim().as_bytes()).ok();
    if let Some(id) = id.and_then(|bytes| bytes.try_into().ok()) {
        return Ok(DeviceId(id));
    }
    let owner = ReaderId(find(town, said)?.0.into_bytes());
    let devices = town.store().read().and_then(|reader| reader.devices()).map_err(|why| store_failure(&why))?;
    let theirs: Vec<_> = devices.iter().filter(|device| device.reader == owner).collect();
    match theirs.as_slice() {
        [one] => Ok(one.device),
        [] => Err(nothing()),
        several => {
            let named =
                several.iter().map(|one| format!("{} {}", one.device, one.name)).collect::<Vec<_>>().join("\n  ");
            let count = several.len();
            Err(Failure::new(Kind::Input, (format!("这个人有 {count} 部手机"), format!("they have {count} phones")))
                .hint((format!("请写明哪一部：\n  {named}"), format!("say which one:\n  {named}"))))
        }
    }
}

fn nothing() -> Failure {
    Failure::new(Kind::Input, ("没有登记过这样的手机", "no such phone is enrolled"))
}
