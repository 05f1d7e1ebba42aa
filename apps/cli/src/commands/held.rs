//! `lianhu held`: what waits for a person, and the person's word.

use data_encoding::HEXLOWER;
use lianhu_server::audit::{Action, AuditLine};
use lianhu_server::{DecideError, HeldWork, Town};
use lianhu_sync::message::HeldReason;
use serde_json::json;

use crate::args::{HeldAction, HeldArgs};
use crate::commands::{account_for, by_hand, existing_town, names_of_workers, town_failure};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Characters of a change's name that people type.
const SHORT: usize = 8;

/// Lists held work, or decides about one piece of it.
pub fn run(talk: Talk, args: &HeldArgs) -> Result<(), Failure> {
    let town = existing_town(&args.township)?;
    let held = town.held_work(talk.lang()).map_err(|why| town_failure(&why))?;
    match &args.action {
        None | Some(HeldAction::List) => list(talk, &town, &held),
        Some(HeldAction::Accept { change }) => {
            let work = find(&held, change)?;
            account_for(&town, &decision(work, "accepted"))?;
            let decided = town.accept_held(work.doc, work.change).map_err(|why| failure(&why))?;
            talk.print(talk.pick(
                "已收下，记入正本；下次同步时本人会知道。",
                "Recorded; its author hears of it at the next sync.",
            ));
            talk.object(&json!({ "decided": decided }));
            Ok(())
        }
        Some(HeldAction::Decline { change, reason }) => {
            let work = find(&held, change)?;
            account_for(&town, &decision(work, "declined"))?;
            let decided = town.decline_held(work.doc, work.change, reason).map_err(|why| failure(&why))?;
            talk.print(
                talk.pick("已退回；原话留在本人手机上。", "Declined; the words stay on the phone that wrote them."),
            );
            talk.object(&json!({ "decided": decided }));
            Ok(())
        }
    }
}

/// What the audit log has of a decision; its reason is for the author.
fn decision(work: &HeldWork, detail: &'static str) -> AuditLine {
    let change = HEXLOWER.encode(&work.change.0);
    let doc = lianhu_core::DocId::from_bytes(work.doc.0).ok();
    AuditLine { doc, subject: Some(change), ..by_hand(Action::Decided, detail) }
}

fn list(talk: Talk, town: &Town, held: &[HeldWork]) -> Result<(), Failure> {
    let names = names_of_workers(town)?;
    let mut rows = Vec::new();
    for work in held {
        let name = work.by.and_then(|by| names.get(&by.to_string()).cloned()).unwrap_or_default();
        let change = HEXLOWER.encode(&work.change.0);
        let short: String = change.chars().take(SHORT).collect();
        talk.print(format!("{short}  {name}\t{}\t[{}]", work.title.as_str(), reason_word(talk, work.reason)));
        for (part, said) in &work.words {
            talk.print(format!("          {part}: {}", said.as_str()));
        }
        let words: Vec<_> = work.words.iter().map(|(part, said)| json!({ "part": part, "said": said.0 })).collect();
        rows.push(json!({ "change": change, "by": work.by, "name": name, "document": work.title.0,
            "reason": work.reason.as_str(), "words": words }));
    }
    if held.is_empty() {
        talk.say(talk.pick("没有待定的。", "Nothing waits."));
    }
    talk.object(&json!({ "held": rows }));
    Ok(())
}

fn reason_word(talk: Talk, reason: HeldReason) -> &'static str {
    match reason {
        HeldReason::NoLongerEntitled => talk.pick("已不能再写这份资料", "may no longer write this"),
        HeldReason::DeviceSuspended => talk.pick("手机已停用", "the phone was suspended"),
        HeldReason::FollowsHeld => talk.pick("跟在另一条待定之后", "follows held work"),
        HeldReason::Other(_) => talk.pick("其他", "other"),
    }
}

/// The one piece of held work whose name begins so.
fn find<'a>(held: &'a [HeldWork], said: &str) -> Result<&'a HeldWork, Failure> {
    let said = said.trim().to_lowercase();
    let mut found = held.iter().filter(|work| !said.is_empty() && HEXLOWER.encode(&work.change.0).starts_with(&said));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => Err(Failure::new(Kind::Input, ("不止一条对得上", "more than one answers to that"))
            .hint(("请多写几位编号", "give more of its number"))),
        (None, _) => Err(not_waiting()),
    }
}

fn not_waiting() -> Failure {
    Failure::new(Kind::Input, ("没有这样一条待定的", "no such work is waiting"))
        .hint(("lianhu held 列出待定的", "`lianhu held` lists what waits"))
}

fn failure(why: &DecideError) -> Failure {
    match why {
        DecideError::Town(why) => town_failure(why),
        DecideError::NotWaiting => not_waiting(),
        DecideError::CannotStand(reason) => {
            Failure::new(Kind::Input, (format!("不能收下：{reason}"), format!("it cannot be accepted: {reason}"))).hint(
                ("可以退回并写明理由：lianhu held decline", "it can be declined with a reason: `lianhu held decline`"),
            )
        }
        DecideError::Reason => {
            Failure::new(Kind::Input, ("退回要写 1 到 200 个字的理由", "a reason of 1 to 200 characters is needed"))
                .hint((
                    "本人会看到这句话，例如：“记错了户”",
                    "its author reads it, for instance: \"another household's\"",
                ))
        }
    }
}
