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
