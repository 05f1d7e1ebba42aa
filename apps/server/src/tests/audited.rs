//! Old lines of the audit log go at night, and what stands for them is the township's word.

use data_encoding::HEXLOWER;
use lianhu_crypto::{PublicKey, Purpose, Signature};

use super::world::{DAY, World};
use crate::audit::{Action, Actor, AuditLine, Summary, TrimError};
use crate::calendar::turn;

fn noted(world: &World) {
    world.town.audit(&AuditLine::new(Actor::Machine, Action::Exported, "reports.xlsx")).unwrap();
}

/// Checks a summary as somebody does who has nothing of ours but what the command prints.
fn is_the_word_of(key: &str, summary: &Summary) -> bool {
    let bytes = |hex: &Option<String>| HEXLOWER.decode(hex.as_ref().unwrap().as_bytes()).unwrap();
    let key = PublicKey::from_bytes(&HEXLOWER.decode(key.as_bytes()).unwrap()).unwrap();
    let signature = Signature(bytes(&summary.signature)[1..].try_into().unwrap());
    key.verify(Purpose::Audit, &bytes(&summary.said), &signature).is_ok()
}

#[test]
fn what_a_night_trims_is_signed_by_the_key_of_that_night() {
    let world = World::new();
    noted(&world);
    let key = |world: &World| HEXLOWER.encode(&world.town.township_key().unwrap().1.to_bytes());
    let first = key(&world);
    let fingerprint = world.town.township_key().unwrap().1.fingerprint();
    world.later(370 * DAY);
    turn(&world.town, super::world::day("2026-01-01")).unwrap();
    world.town.rotate_township_key(Actor::Machine).unwrap();
    world.later(370 * DAY);
    turn(&world.town, super::world::day("2026-01-01")).unwrap();
    let summaries = world.town.audit_summaries().unwrap();
    assert_eq!(summaries.len(), 2);
    assert_eq!(summaries[0].lines.counts["exported"], 1);
    assert_eq!((summaries[0].problems, summaries[0].key_number, summaries[1].key_number), (Some(0), Some(0), Some(1)));
    assert!(is_the_word_of(&first, &summaries[0]) && is_the_word_of(&key(&world), &summaries[1]));
    assert!(!is_the_word_of(&first, &summaries[1]));
    let found = world.town.verify_audit(None, Some(fingerprint)).unwrap();
    assert_eq!((found.problems, found.unsigned), (vec![], vec![]));
    assert!(matches!(world.town.trim_audit(Actor::Machine, 5, true), Err(TrimError::TooShort)));
}
