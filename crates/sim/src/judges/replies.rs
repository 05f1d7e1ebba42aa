//! What a reply says is so already when it is said: verdicts are stored before they are sent.

use lianhu_core::gate;
use lianhu_sync::ids::ChangeHash;
use lianhu_sync::message::{Entry, RefusedCode, Verdict};
use lianhu_sync::ports::TownshipReader as _;
use lianhu_sync::wire::{decode_reply, decode_request};

use super::{permission, unread};
use crate::failure::{Failure, Held};
use crate::words::words_in;
use crate::world::World;

const NAME: &str = "a verdict is stored before it is sent";
const HONEST: &str = "an honest phone is understood";

/// Looks at a reply before it is sent to a phone.
pub(crate) fn look(world: &mut World<'_>, number: usize, body: &[u8], reply: &[u8]) -> Held {
    let unreadable = |what: &str| Failure::new(HONEST, format!("the {what} of phone {number} does not decode"));
    let request = decode_request(body).map_err(|_| unreadable("request"))?;
    let reply = decode_reply(reply).map_err(|_| unreadable("reply"))?;
    let changes = request.changes.iter().flat_map(|of_doc| of_doc.changes.iter().map(move |chunk| (of_doc.doc, chunk)));
    let unnoticed = world.handset(number)?.unnoticed;
    let reader = world.read_town()?;
    for ((doc, chunk), verdict) in changes.zip(&reply.verdicts) {
        let Ok(scan) = gate::scan(&chunk.0) else {
            return Err(Failure::new(HONEST, format!("phone {number} sends what no gate would take")));
        };
        let hash = ChangeHash(scan.hash().0);
        world.checks.count(NAME);
        let stored = reader.verdict(doc, hash).map_err(unread)?;
        let holds = match verdict {
            Verdict::Recorded => stored == Some(Verdict::Recorded),
            // Words that were erased before the township was put back are known and gone.
            Verdict::Known => stored == Some(Verdict::Recorded) || reader.is_listed(doc, hash).map_err(unread)?,
            Verdict::Held { .. } => matches!(stored, Some(Verdict::Held { .. })),
            // What others wrote and no seal is over, a phone offers in vain: that says nothing of the change itself.
            Verdict::Refused { code: RefusedCode::ForeignActor, .. } => stored.is_none(),
            Verdict::Refused {
                code: RefusedCode::MissingDependency | RefusedCode::FollowsRefused | RefusedCode::GenerationClosed,
                ..
            } => true,
            Verdict::Refused { .. } => matches!(stored, Some(Verdict::Refused { .. })),
        };
        if !holds {
            return Err(Failure::new(
                NAME,
                format!("phone {number} is told {verdict:?} of {hash:?}, and that is not stored"),
            ));
        }
        let words: Vec<u64> = words_in(&chunk.0).collect();
        world.trace.note(format_args!(
            "    {} is told {} of {hash:?} in {doc}, words {words:?}",
            number,
            told(verdict)
        ));
        match verdict {
            Verdict::Recorded | Verdict::Known => {
                world.ledger.recorded(doc, hash, Some(&chunk.0));
                if unnoticed {
                    world.ledger.doubled.insert((doc, hash));
                }
            }
            Verdict::Refused { code: RefusedCode::Malformed | RefusedCode::Inconsistent, .. } => {
                return Err(Failure::new(HONEST, format!("phone {number} is told {verdict:?} of {hash:?}")));
            }
            Verdict::Held { .. } => world.events.count("verdict held"),
            Verdict::Refused { code, .. } => world.events.count(refused(*code)),
        }
    }
    drop(reader);
    if world.handset(number)?.revoked {
        // It may bring its last words, and is given nothing.
        world.checks.count("a revoked phone is given nothing");
        let given = reply.entries.len() + reply.seals.iter().flatten().count() + reply.wanted.iter().flatten().count();
        if given > 0 {
            return Err(Failure::new(
                "a revoked phone is given nothing",
                format!("phone {number} is given {given} things"),
            ));
        }
    }
    world.events.add("verdict late", reply.late.iter().flatten().count() as u64);
    world.events.add("document asked back", reply.wanted.iter().flatten().count() as u64);
    for entry in &reply.entries {
        match entry {
            Entry::Changes(changes) => permission::served(world, number, changes.doc)?,
            Entry::Granted { doc, .. } => permission::served(world, number, *doc)?,
            Entry::Settled { doc, hash, verdict: Verdict::Recorded | Verdict::Known } => {
                world.ledger.recorded(*doc, *hash, None);
            }
            Entry::Withdrawn { .. } | Entry::Settled { .. } => {}
        }
    }
    Ok(())
}

fn told(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Recorded => "recorded",
        Verdict::Known => "known",
        Verdict::Held { .. } => "held",
        Verdict::Refused { code, .. } => refused(*code),
    }
}

fn refused(code: RefusedCode) -> &'static str {
    match code {
        RefusedCode::MissingDependency => "verdict waits for others",
        RefusedCode::Forked => "verdict forked",
        RefusedCode::NotPermitted => "verdict not permitted",
        RefusedCode::InvalidContent => "verdict invalid content",
        RefusedCode::FollowsRefused => "verdict follows refused",
        RefusedCode::GenerationClosed => "verdict generation closed",
        RefusedCode::Declined => "verdict declined",
        _ => "verdict refused otherwise",
    }
}
