//! The table of permissions at every door of the township: its page, and each of its cells tried with bytes that somebody's
//! own device signs, whatever an honest phone would have sent.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use lianhu_core::policy::{RefuseCode, Ruling};
use lianhu_core::{ActorId, DocId, DocKind, Edit, Stamp};
use lianhu_sync::ids::{Digest, Position};
use lianhu_sync::message::{Entry, RefusedCode, Request, Verdict};
use lianhu_sync::ports::Township as _;
use lianhu_testkit::permissions::{Reads, Row, SUBJECTS, Table, Who, founding, id_of, page, rows, worker};

use super::world::{Hand, World, sent};
use crate::accounts::ROLES;
use crate::http;

/// Both villages in a township, everything written by whoever may, on their own devices.
pub(super) fn founded() -> (World, PathBuf) {
    let world = World::bare();
    // The first word is the office's: nobody is let in before a roster lists them.
    let mut waves: BTreeMap<DocId, Vec<(Who, Edit)>> = BTreeMap::new();
    for (doc, who, edit) in founding() {
        if doc.kind() == DocKind::Roster {
            world.office(doc, edit);
        } else {
            waves.entry(doc).or_default().push((who, edit));
        }
    }
    let hands: BTreeMap<Who, Hand> = Who::ALL.iter().map(|who| (*who, hand(&world, *who, 1))).collect();
    let most = waves.values().map(Vec::len).max().unwrap();
    for wave in 0..most {
        let mut by: BTreeMap<Who, Vec<_>> = BTreeMap::new();
        for (doc, edits) in &waves {
            let Some((who, edit)) = edits.get(wave) else { continue };
            by.entry(*who).or_default().push((*doc, vec![hands[who].write(*doc, edit.clone())]));
        }
        for (who, changes) in by {
            let verdicts = hands[&who].send(changes);
            assert!(verdicts.iter().all(|verdict| *verdict == Verdict::Recorded), "{who:?}: {verdicts:?}");
        }
    }
    let backup = world.backup();
    (world, backup)
}

pub(super) fn hand(world: &World, who: Who, device: u8) -> Hand {
    world.hand_of(worker(who), device * 40 + who as u8)
}

/// A change on top of what was founded, under an actor of its own: none waits for another.
pub(super) fn change(hand: &Hand, document: &lianhu_core::Document, place: usize, edit: Edit) -> Vec<u8> {
    let incarnation = u16::try_from(place).unwrap() + 2;
    let stamp = Stamp { actor: ActorId::new(hand.worker, hand.device, incarnation), ..hand.stamp() };
    document.clone().write(stamp, edit).unwrap().unwrap().bytes
}

/// What the township is to answer to a cell.
fn expected(cell: Ruling) -> &'static str {
    match cell {
        Ruling::Allow => "recorded",
        Ruling::AllowLate => "recorded, late",
        Ruling::Hold(_) => "held",
        Ruling::Refuse { code: RefuseCode::NotPermitted, .. } => "not permitted",
        Ruling::Refuse { code: RefuseCode::InvalidContent, .. } => "invalid content",
    }
}

fn answered(verdict: &Verdict, late: bool) -> &'static str {
    match verdict {
        Verdict::Recorded if late => "recorded, late",
        Verdict::Recorded => "recorded",
        Verdict::Held { .. } => "held",
        Verdict::Refused { code: RefusedCode::NotPermitted, .. } => "not permitted",
        Verdict::Refused { code: RefusedCode::InvalidContent, .. } => "invalid content",
        _ => "something else",
    }
}

#[test]
fn every_cell_of_the_table_is_what_the_township_answers_to_a_device_that_obeys_no_rule() {
    let (_world, backup) = founded();
    let rows: usize = SUBJECTS.iter().map(|subject| rows(*subject).len()).sum();
    // Some columns each, side by side: every one has a township of its own.
    let tried: usize = std::thread::scope(|scope| {
        let halves = Who::ALL.chunks(Who::ALL.len().div_ceil(2));
        let walks: Vec<_> = halves.map(|half| scope.spawn(|| walk(&backup, half))).collect();
        walks.into_iter().map(|walk| walk.join().unwrap()).sum()
    });
    assert_eq!(tried, rows * Who::ALL.len());
}

/// Tries every row as these people; how many cells that were.
fn walk(backup: &Path, people: &[Who]) -> usize {
    let table = Table::new();
    let rows: Vec<Row> = SUBJECTS.iter().flat_map(|subject| rows(*subject)).collect();
    let mut tried = 0;
    for who in people {
        let world = World::unchecked_from(backup);
        let hand = hand(&world, *who, 3);
        let mut by: BTreeMap<DocId, Vec<usize>> = BTreeMap::new();
        for (place, row) in rows.iter().enumerate() {
            by.entry(row.doc(*who)).or_default().push(place);
        }
        let mut order: Vec<usize> = Vec::new();
        let mut changes = Vec::new();
        for (doc, places) in &by {
            let before = world.town.document(*doc).unwrap();
            let bytes = places.iter().map(|place| change(&hand, &before, *place, rows[*place].edit(*who))).collect();
            changes.push((*doc, bytes));
            order.extend(places);
        }
        let heads = |doc: &DocId| world.town.document(*doc).unwrap().heads();
        let before: BTreeMap<DocId, _> = by.keys().map(|doc| (*doc, heads(doc))).collect();
        let reply = hand.ask(&hand.request(changes));
        let late: BTreeSet<u32> = reply.late.into_iter().flatten().collect();
        let mut moved = BTreeSet::new();
        for ((place, verdict), number) in order.iter().zip(&reply.verdicts).zip(0..) {
            let row: &Row = &rows[*place];
            let cell = table.cell(row, *who);
            let heard = answered(verdict, late.contains(&number));
            assert_eq!(heard, expected(cell), "{who:?} {} {}: {verdict:?}", row.subject.kind.name(), row.name);
            if matches!(cell, Ruling::Allow | Ruling::AllowLate) {
                moved.insert(row.doc(*who));
            }
            tried += 1;
        }
        for (doc, was) in before.iter().filter(|(doc, _)| !moved.contains(*doc)) {
            assert_eq!(heads(doc), *was, "{who:?} was refused and moved {doc:?}");
        }
    }
    tried
}

#[test]
fn a_phone_is_given_what_the_table_says_its_owner_reads_and_nothing_else() {
    let table = Table::new();
    let (world, _) = founded();
    for who in Who::ALL {
        let hand = hand(&world, *who, 3);
        let mut request = Request { position: Position(0), digest: Digest::EMPTY, ..hand.request(vec![]) };
        let mut given = BTreeSet::new();
        loop {
            let reply = hand.ask(&request);
            given.extend(reply.entries.iter().filter_map(|entry| match entry {
                Entry::Granted { doc, .. } => Some(*doc),
                _ => None,
            }));
            if !reply.more {
                break;
            }
            request.position = reply.position;
        }
        for subject in SUBJECTS {
            let doc = id_of(*subject, 0);
            let reads = table.reads(*subject, *who) == Reads::OnThePhone;
            let reader = crate::town::reader_of(hand.worker);
            let listed = world.town.store().read().unwrap().may_read(reader, sent(doc)).unwrap();
            let what = (subject.kind.name(), subject.en);
            assert_eq!((listed, given.contains(&sent(doc))), (reads, reads), "{who:?} {what:?}");
        }
    }
}

/// The page, with the office's own table behind it.
#[test]
fn the_page_of_permissions_says_what_the_rules_say() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/permissions.md");
    let page = page() + &office();
    if std::env::var_os("BLESS_GOLDEN").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == page, "BLESS_GOLDEN=1 cargo test -p lianhu-server permission writes docs/permissions.md again");
}

/// The routes of the office, by the roles of accounts.
fn office() -> String {
    let mut page = String::from(
        "\n## The office and everything else that is asked over HTTP\n\n\
         The rows are the table the server's router is built from (`apps/server/src/http/routes.rs`); that every one of them \
         lets in whom it\nnames and nobody else is tried over HTTP in `apps/server/src/tests/accounts.rs`. `✓` the account may \
         ask, `由` it says why and\nthat is written down, `·` it is turned away. Phones and the public board need no account: \
         a phone is let in by its key, and the\nboard shows what a property test in `crates/core/src/board` lets it show.\n\n",
    );
    let heads: String = ROLES.iter().map(|role| format!(" {} |", role.label(lianhu_core::Lang::Zh))).collect();
    write!(page, "| route |{heads} otherwise |\n|{}\n", "---|".repeat(ROLES.len() + 2)).unwrap();
    for route in http::routes() {
        let cell = |role| match route.who {
            http::Who::Roles(roles) if !roles.contains(&role) => "·",
            http::Who::Roles(_) if route.named && role == lianhu_core::roster::Role::CountyView => "由",
            _ => "✓",
        };
        let otherwise = match route.who {
            http::Who::Phones => "phones, signed",
            http::Who::Everybody => "everybody",
            http::Who::Door => "everybody before the door",
            http::Who::Account => "every account, about itself",
            http::Who::Roles(_) => "",
        };
        let of_accounts = matches!(route.who, http::Who::Roles(_) | http::Who::Account);
        let cells: String =
            ROLES.iter().map(|role| format!(" {} |", if of_accounts { cell(*role) } else { "" })).collect();
        writeln!(page, "| `{} {}` |{cells} {otherwise} |", route.method, route.path).unwrap();
    }
    page
}
