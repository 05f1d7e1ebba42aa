//! `lianhu revoke`

use lianhu_server::Town;
use lianhu_sync::ids::{DeviceId, ReaderId};
use lianhu_sync::ports::Township as _;
use serde_json::json;

use crate::args::RevokeArgs;
use crate::commands::code::find;
use crate::commands::{existing_town, store_failure, town_failure};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Takes a phone's right to sync away, or gives it back.
pub fn run(talk: Talk, args: &RevokeArgs) -> Result<(), Failure> {
    let town = existing_town(&args.township.dir)?;
    let device = device(&town, &args.phone)?;
    if !town.revoke(device, !args.lift).map_err(|why| town_failure(&why))? {
        return Err(nothing());
    }
    talk.print(match args.lift {
        true => talk.pick("这部手机又可以同步了。", "This phone may sync again."),
        false => talk.pick(
            "这部手机不能再同步；它还没有送到的内容会待定，由镇里决定：lianhu held",
            "This phone may sync no more; what it has not delivered yet will wait for a decision: lianhu held",
        ),
    });
    talk.object(&json!({ "device": device.to_string(), "revoked": !args.lift }));
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
