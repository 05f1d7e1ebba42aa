//! `lianhu code`

use std::collections::BTreeSet;

use fast_qr::ECL;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::qr::QRBuilder;
use lianhu_core::WorkerId;
use lianhu_server::Town;
use lianhu_server::audit::{Action, AuditLine};
use lianhu_store::{Op, Query};
use lianhu_sync::ports::{Township as _, ViewValue};
use serde_json::json;

use crate::args::CodeArgs;
use crate::commands::{account_for, by_hand, existing_town, store_failure, town_failure};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Makes a one-time code for a member, named by id, phone or name.
pub fn run(talk: Talk, args: &CodeArgs) -> Result<(), Failure> {
    let town = existing_town(&args.township)?;
    let worker = find(&town, &args.who)?;
    let line = by_hand(Action::DeviceChanged, "code");
    account_for(&town, &AuditLine { subject: Some(worker.to_string()), ..line })?;
    if let Some(server) = &args.server {
        return invite(talk, &town, worker, server, args);
    }
    let code = town.new_code(worker, args.hours).map_err(|why| town_failure(&why))?;
    let code = code.ok_or_else(nobody)?;
    talk.print(&code);
    talk.say(talk.pick(
        "这个代码只显示这一次，只能登记一部手机：lianhu device enrol 服务器地址 代码",
        "The code is shown this once and enrols one phone: lianhu device enrol SERVER CODE",
    ));
    talk.object(&json!({ "code": code, "worker": worker, "hours": args.hours }));
    Ok(())
}

/// Makes an invitation: the code, where the township is and the key it is known by, as text and as a QR code.
fn invite(talk: Talk, town: &Town, worker: WorkerId, server: &str, args: &CodeArgs) -> Result<(), Failure> {
    let invited = town.invite(worker, args.hours, server, None).map_err(|why| town_failure(&why))?;
    let invited = invited.ok_or_else(nobody)?;
    let qr = QRBuilder::new(invited.text.as_str()).ecl(ECL::L).build();
    let qr = qr.map_err(|why| Failure::new(Kind::Input, format!("{why:?}")))?;
    talk.print(&invited.code);
    talk.print(&invited.text);
    talk.print(qr.to_str());
    if let Some(file) = &args.svg {
        std::fs::write(file, SvgBuilder::default().to_str(&qr))?;
    }
    talk.say(talk.pick(
        "扫码，或在手机上：lianhu device enrol 邀请。只登记一部手机，只显示这一次。",
        "Scan it, or on the phone: lianhu device enrol INVITATION. It enrols one phone and is shown this once.",
    ));
    talk.object(&json!({
        "code": invited.code, "invitation": invited.text, "worker": worker, "hours": args.hours,
        "fingerprint": data_encoding::HEXLOWER.encode(&invited.fingerprint),
    }));
    Ok(())
}

fn nobody() -> Failure {
    Failure::new(Kind::Input, ("名册里没有这个人", "nobody of the roster answers to that")).hint((
        "请写名册上的姓名、电话或工作人员编号；名册还没有导入的，先运行 lianhu import roster",
        "give a name, phone or worker id of the roster; import the roster first if that is not done yet",
    ))
}

/// A worker by name, phone or id; more than one answer is no answer.
pub(crate) fn find(town: &Town, who: &str) -> Result<WorkerId, Failure> {
    if let Ok(worker) = who.parse() {
        return Ok(worker);
    }
    let reader = town.store().read().map_err(|why| store_failure(&why))?;
    // Somebody whom two villages list is one person.
    let mut found = BTreeSet::new();
    for column in ["phone", "name"] {
        let query = Query::default().filter(column, Op::Eq(ViewValue::Text(who.trim().to_owned())));
        let rows = reader.list("workers", &query).map_err(|why| store_failure(&why))?;
        found.extend(rows.into_iter().filter_map(|row| match row.get(1) {
            Some(ViewValue::Text(id)) => id.parse::<WorkerId>().ok(),
            _ => None,
        }));
    }
    match (found.len(), found.first()) {
        (1, Some(one)) => Ok(*one),
        (0, _) => Err(nobody()),
        (several, _) => Err(Failure::new(
            Kind::Input,
            (format!("有 {several} 位叫这个名字"), format!("{several} members answer to that")),
        )
        .hint(("请改写电话或工作人员编号", "give the phone or the worker id instead"))),
    }
}

#[cfg(test)]
mod tests {
    use lianhu_crypto::{SecretKey, Suite};
    use lianhu_sync::ids::ServerMillis;
    use lianhu_sync::invitation::{Holder, Invitation, to_text};
    use lianhu_sync::signed::Signed;

    use super::*;

    /// Dots for each module, and modules of white around the code.
    const SCALE: usize = 4;
    const MARGIN: usize = 4;

    #[test]
    fn a_code_that_is_drawn_is_read_again_as_the_invitation_it_was() {
        for suite in Suite::ALL {
            let key = SecretKey::from_seed(*suite, &[7; 32]).unwrap();
            let invitation = Invitation {
                server: "https://lianhu.example.org:8630".to_owned(),
                code: "ABCDEFGHIJKLMNOP".to_owned(),
                township_key: key.public().to_bytes(),
                key_number: 0,
                until: ServerMillis(1_790_000_000_000),
                holder: Some(Holder { worker: [0x77; 16], roster: [0x05; 16] }),
                device_name: None,
            };
            let text = to_text(&Signed::by(&key, &invitation));
            let qr = QRBuilder::new(text.as_str()).ecl(ECL::L).build().unwrap();
            let side = (qr.size + 2 * MARGIN) * SCALE;
            let mut seen = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
                let module = |at: usize| (at / SCALE).checked_sub(MARGIN).filter(|at| *at < qr.size);
                let dark = module(y).zip(module(x)).is_some_and(|(row, column)| qr[row][column].value());
                if dark { 0 } else { 255 }
            });
            let grids = seen.detect_grids();
            assert_eq!(grids.len(), 1);
            let (_, read) = grids[0].decode().unwrap();
            assert_eq!(Invitation::from_text(&read), Ok(invitation));
        }
    }
}
