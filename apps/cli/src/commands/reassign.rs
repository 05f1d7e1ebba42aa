//! `lianhu reassign`

use std::collections::BTreeSet;

use lianhu_core::roster::Which;
use lianhu_core::{DocId, Lang};
use lianhu_server::audit::{Action, AuditLine};
use lianhu_server::{ActError, HandOver, HandOverError, Town};
use lianhu_store::{Op, Query};
use lianhu_sync::ports::{Township as _, ViewValue};
use serde_json::json;

use crate::args::{ReassignArgs, Tongue};
use crate::commands::code::find;
use crate::commands::{account_for, by_hand, existing_town, store_failure, town_failure};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Hands households on, for good or until a day.
pub fn run(talk: Talk, args: &ReassignArgs) -> Result<(), Failure> {
    let town = existing_town(&args.township)?;
    let which = match &args.all_of {
        Some(worker) => Which::AllOf(find(&town, worker)?),
        None => Which::These {
            households: args.households.iter().map(|said| household(&town, said)).collect::<Result<_, _>>()?,
            of: args.of.as_ref().map(|worker| find(&town, worker)).transpose()?,
        },
    };
    let asked = HandOver { which, to: find(&town, &args.to)?, from: args.from, until: args.until };
    let line = by_hand(Action::PermissionChanged, "reassigned");
    account_for(&town, &AuditLine { subject: Some(asked.to.to_string()), ..line })?;
    let done = town.reassign(&asked).map_err(|why| failure(&why))?;
    say(talk, args, &done.households, done.from);
    talk.object(&json!({
        "households": done.households, "to": asked.to, "from": done.from, "until": args.until,
    }));
    Ok(())
}

fn say(talk: Talk, args: &ReassignArgs, households: &BTreeSet<DocId>, from: chrono::NaiveDate) {
    let count = households.len();
    talk.print(match (talk.tongue, args.until) {
        _ if count == 0 => {
            talk.pick("先前已经办好，没有改动。", "This was done before; nothing has changed.").to_owned()
        }
        (Tongue::Zh, None) => format!("自 {from} 起转交 {count} 户。"),
        (Tongue::Zh, Some(until)) => format!("{from} 至 {until} 代管 {count} 户，到期自动收回。"),
        (Tongue::En, None) => format!("{count} households handed on from {from}."),
        (Tongue::En, Some(until)) => format!("{count} households covered from {from} to {until}; it ends by itself."),
    });
    if count > 0 {
        talk.say(talk.pick(
            "原联户人手机上还没有送到的内容不会丢：同步时照收，标为“迟到”，两边都会知道。",
            "What the former phone has not delivered yet is not lost: it goes in, marked as late, and both people are told.",
        ));
    }
}

fn failure(why: &HandOverError) -> Failure {
    match why {
        HandOverError::NotReassigned(why) => Failure::new(Kind::Input, (why.message(Lang::Zh), why.message(Lang::En))),
        HandOverError::Act(ActError::Town(why)) => town_failure(why),
        HandOverError::Act(other) => Failure::new(Kind::Failed, (format!("没有写入（{other}）"), other.to_string()))
            .hint(("什么也没有改动，请再试一次", "nothing was changed: try again")),
    }
}

/// A household by id, doorplate or the head's name; more than one answer is no answer.
pub(crate) fn household(town: &Town, said: &str) -> Result<DocId, Failure> {
    if let Ok(id) = said.parse() {
        return Ok(id);
    }
    let reader = town.store().read().map_err(|why| store_failure(&why))?;
    let mut found = BTreeSet::new();
    for column in ["doorplate", "head"] {
        let query = Query::default().filter(column, Op::Eq(ViewValue::Text(said.trim().to_owned())));
        let rows = reader.list("households", &query).map_err(|why| store_failure(&why))?;
        found.extend(rows.iter().filter_map(|row| match row.first() {
            Some(ViewValue::Text(id)) => id.parse::<DocId>().ok(),
            _ => None,
        }));
    }
    match (found.len(), found.first()) {
        (1, Some(one)) => Ok(*one),
        (0, _) => Err(Failure::new(
            Kind::Input,
            (format!("没有哪一户对得上“{said}”"), format!("no household answers to “{said}”")),
        )
        .hint(("请写门牌号、户主姓名或资料编号", "give a doorplate, the head's name or the document's id"))),
        (several, _) => Err(Failure::new(
            Kind::Input,
            (format!("有 {several} 户对得上“{said}”"), format!("{several} households answer to “{said}”")),
        )
        .hint(("请改写资料编号", "give the document's id instead"))),
    }
}
