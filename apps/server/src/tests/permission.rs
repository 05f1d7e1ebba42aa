//! Who reads and who writes, and what becomes of work that comes too late.

use crate::gate::OFFICE;
use lianhu_core::diary::{Audience, DiaryHeader, EntryDraft, diary_id};
use lianhu_core::draft::Month;
use lianhu_core::late::{LateMark, TownMillis, mark as mark_late};
use lianhu_core::matter::{Act, Assignment, Matter, MatterForm};
use lianhu_core::{ActorId, ChangeHash, DeviceMillis, Edit, RecordId, diary, roster};
use lianhu_device::Place;
use lianhu_sync::message::{DocHeads, Entry, HeldReason, Holds, RefusedCode, Verdict};

use super::wire::Served;
use super::world::{
    BOARD, Hand, LEAD, LI, WANG, World, ZHAO, day, entry, home, link_from, sent, village, visit, worker,
};

fn code(verdict: &Verdict) -> Option<RefusedCode> {
    match verdict {
        Verdict::Refused { code, .. } => Some(*code),
        _ => None,
    }
}

/// The board hands a household from one member to another, on its own phone.
fn reassign(world: &World, board: &Hand, from: u8, to: u8) {
    let link = world.link_id(from, home(2));
    let mut edit = roster::end_link(link, &world.roster().links[&link].value.clone(), day("2026-11-22"));
    edit.extend(link_from(to, home(2), "2026-11-23"));
    let change = board.write(village(), edit);
    assert_eq!(board.send(vec![(village(), vec![change])]), [Verdict::Recorded]);
}

#[test]
fn a_member_neither_reads_nor_writes_a_household_that_is_not_theirs() {
    let world = World::new();
    let mut zhao = world.phone(ZHAO);
    assert!(world.sync(&mut zhao).proven);
    assert!(zhao.households().list().unwrap().is_empty());
    let hand = world.hand(ZHAO, 71);
    let change = hand.write(home(1), hand.visit(1, "没有联系"));
    assert_eq!(code(&hand.send(vec![(home(1), vec![change])])[0]), Some(RefusedCode::NotPermitted));
    assert!(world.column("visits", "note").is_empty());
}

#[test]
fn naming_a_document_in_a_list_does_not_give_it_away() {
    let world = World::new();
    let hand = world.hand(ZHAO, 71);
    let docs = vec![DocHeads { doc: sent(home(1)), heads: Default::default() }];
    let mut request = hand.request(vec![]);
    request.holds = Some(Holds { after: None, until: None, docs });
    let reply = hand.ask(&request);
    assert!(reply.entries.contains(&Entry::Withdrawn { doc: sent(home(1)) }));
    let given = |entry: &Entry| matches!(entry, Entry::Granted { doc, .. } if *doc != sent(village()));
    assert!(!reply.entries.iter().any(given));
}

#[test]
fn nobody_writes_in_anothers_diary_nor_under_anothers_name() {
    let world = World::new();
    let hand = world.hand(ZHAO, 71);
    let month = Month::of(day("2026-11-22")).unwrap();
    let theirs = diary_id(worker(WANG), month, Audience::default());
    let header = DiaryHeader { author: worker(WANG), village: village(), audience: Audience::default() };
    let edit = |record| diary::write(&header, record, &EntryDraft::new(entry("不是我写的")).unwrap());
    let in_their_diary = hand.write(theirs, edit(world.town.mint_record().unwrap()));
    let mut forged = hand.stamp();
    forged.actor = ActorId::new(worker(WANG), hand.device, 1);
    let under_their_name = hand.write_as(forged, theirs, edit(world.town.mint_record().unwrap()));
    let verdicts = hand.send(vec![(theirs, vec![in_their_diary, under_their_name])]);
    let codes: Vec<_> = verdicts.iter().map(code).collect();
    assert_eq!(codes, [Some(RefusedCode::NotPermitted), Some(RefusedCode::ForeignActor)]);
    assert!(world.town.document(theirs).unwrap().is_blank());
}

#[test]
fn one_bad_change_holds_up_no_other() {
    let world = World::new();
    let hand = world.hand(LI, 72);
    let good = hand.write(home(1), hand.visit(1, "好的"));
    let not_theirs = hand.write(home(2), hand.visit(2, "不是我的户"));
    let garbage = vec![7; 60];
    let mut wrong_type = Edit::new();
    wrong_type.put("members", "很多");
    let verdicts = hand.send(vec![(home(1), vec![garbage, good]), (home(2), vec![not_theirs])]);
    let codes: Vec<_> = verdicts.iter().map(code).collect();
    assert_eq!(codes, [Some(RefusedCode::Malformed), None, Some(RefusedCode::NotPermitted)]);
    assert_eq!(verdicts[1], Verdict::Recorded);

    let bad = hand.write(home(1), wrong_type);
    let mut ahead = world.town.document(home(1)).unwrap();
    let follower = {
        let scanned = lianhu_core::gate::scan(&bad).unwrap();
        ahead = lianhu_core::gate::trial(&ahead, &[scanned]).document;
        ahead.write(hand.stamp(), hand.visit(3, "跟在后面")).unwrap().unwrap().bytes
    };
    let verdicts = hand.send(vec![(home(1), vec![bad, follower])]);
    let codes: Vec<_> = verdicts.iter().map(code).collect();
    assert_eq!(codes, [Some(RefusedCode::InvalidContent), Some(RefusedCode::FollowsRefused)]);
    assert_eq!(world.column("visits", "note"), ["好的"]);
}

#[test]
fn a_value_written_and_covered_up_in_one_request_is_judged_all_the_same() {
    let world = World::new();
    let hand = world.hand(LI, 72);
    let mut document = world.town.document(home(1)).unwrap();
    let mut put = |value: Edit| document.write(hand.stamp(), value).unwrap().unwrap().bytes;
    let (mut bad, mut good) = (Edit::new(), Edit::new());
    bad.put("members", "很多");
    good.put("members", 4);
    let changes = vec![put(bad), put(good)];
    let codes: Vec<_> = hand.send(vec![(home(1), changes)]).iter().map(code).collect();
    assert_eq!(codes, [Some(RefusedCode::InvalidContent), Some(RefusedCode::FollowsRefused)]);
}

#[test]
fn a_household_handed_on_is_granted_to_the_new_member_and_withdrawn_from_the_old() {
    let world = World::new();
    let (mut wang, mut zhao) = (world.phone(WANG), world.phone(ZHAO));
    world.sync(&mut wang);
    world.sync(&mut zhao);
    let board = world.hand(BOARD, 75);
    reassign(&world, &board, WANG, ZHAO);
    assert!(world.may_read(ZHAO, home(2)) && !world.may_read(WANG, home(2)));
    let (theirs, ours) = (world.sync(&mut wang), world.sync(&mut zhao));
    assert_eq!((theirs.withdrawn, theirs.proven), (1, true));
    assert_eq!((ours.granted, ours.proven), (1, true));
    assert!(wang.households().get(home(2)).is_err());
    zhao.households().visit(home(2), visit("新来的")).unwrap();
    assert_eq!(world.sync(&mut zhao).recorded, 1);
}

#[test]
fn late_work_of_the_former_member_goes_in_marked_and_both_people_are_told() {
    let world = World::new();
    let (mut wang, mut zhao) = (world.phone(WANG), world.phone(ZHAO));
    world.sync(&mut wang);
    world.sync(&mut zhao);
    wang.households().visit(home(2), visit("还不知道换人了")).unwrap();
    wang.households().visit(home(2), visit("又去了一次")).unwrap();
    let board = world.hand(BOARD, 75);
    reassign(&world, &board, WANG, ZHAO);

    let report = world.sync(&mut wang);
    assert_eq!((report.recorded, report.late, report.held, report.refused), (2, 2, 0, 0));
    assert!(report.proven && wang.needs_attention().unwrap().is_empty());
    assert_eq!(world.column("visits", "note").len(), 2);
    assert_eq!(world.column("late_entries", "by"), [worker(WANG).to_string(), worker(WANG).to_string()]);

    // The household has left the former member's phone; the notices stay until they are dismissed.
    assert!(wang.households().get(home(2)).is_err());
    let notices = wang.notices().to_vec();
    assert_eq!(notices.len(), 2);
    assert!(notices.iter().all(|notice| notice.doc == home(2) && notice.title.as_str() == "2组2号 陈芳"));
    assert!(notices.iter().all(|notice| notice.keys.len() == 1 && notice.keys[0].starts_with("visit/")));
    wang.dismiss_notice(notices[0].id).unwrap();
    assert_eq!(wang.notices().len(), 1);

    world.sync(&mut zhao);
    let late = zhao.late_entries().unwrap();
    assert_eq!(late.len(), 2);
    assert!(late.iter().all(|entry| entry.by == worker(WANG) && entry.title.as_str() == "2组2号 陈芳"));
    let mut told: Vec<_> = late.iter().map(|entry| (entry.id, entry.keys.clone())).collect();
    told.sort();
    let mut noticed: Vec<_> = notices.into_iter().map(|notice| (notice.id, notice.keys)).collect();
    noticed.sort();
    assert_eq!(told, noticed, "both are told the same");
    zhao.looked_at_late(home(2)).unwrap();
    assert!(zhao.late_entries().unwrap().is_empty());
    assert!(world.sync(&mut zhao).proven);
}

#[test]
fn a_former_owner_who_still_reads_the_matter_gets_the_mark_too_and_stays_proven() {
    let world = World::new();
    world.link(ZHAO, home(1));
    let mut zhao = world.phone(ZHAO);
    world.sync(&mut zhao);
    let form =
        MatterForm { title: "清理水沟".to_owned().into(), household: Some(home(1)), ..MatterForm::default() };
    let matter = zhao.matters().raise(form).unwrap();
    world.sync(&mut zhao);
    let assignment = |owner| Assignment {
        owner: worker(owner),
        co_owners: Default::default(),
        level: None,
        measures: None,
        due: Some(day("2026-11-30")),
    };
    let office = |record: u8, act: Act| {
        let recorded = world.town.document(matter).unwrap();
        let step = Matter::read(&recorded).step(RecordId([record; 8]), OFFICE, DeviceMillis(0), act);
        world.office(matter, step);
    };
    office(1, Act::Submit);
    office(2, Act::Assign(assignment(ZHAO)));
    world.sync(&mut zhao);
    zhao.matters().step(matter, Act::Accept).unwrap();
    office(3, Act::Transfer(assignment(LI)));

    let report = world.sync(&mut zhao);
    assert_eq!((report.recorded, report.late, report.proven), (1, 1, true), "{report:?}");
    assert_eq!(zhao.notices().len(), 1);
    assert!(zhao.late_entries().unwrap().is_empty(), "nobody is told of their own work as somebody else's");
    let mut li = world.phone(LI);
    world.sync(&mut li);
    assert_eq!(li.late_entries().unwrap()[0].by, worker(ZHAO));
}

#[test]
fn a_late_verdict_that_was_not_heard_is_told_again_and_once() {
    let world = World::new();
    let hand = world.hand(WANG, 73);
    let change = hand.write(home(2), hand.visit(1, "迟到"));
    let board = world.hand(BOARD, 75);
    reassign(&world, &board, WANG, ZHAO);
    let request = hand.request(vec![(home(2), vec![change])]);
    for expected in [Verdict::Recorded, Verdict::Known, Verdict::Known] {
        let reply = hand.ask(&request);
        assert_eq!((reply.verdicts, reply.late), (vec![expected], Some(vec![0])));
    }
    assert_eq!(world.column("late_entries", "by").len(), 1);
}

#[test]
fn nobody_writes_a_late_mark_but_the_town() {
    let world = World::new();
    let hand = world.hand(WANG, 73);
    let mark = LateMark::new(worker(LI), TownMillis(1), ["visit/x"]);
    let forged = hand.write(home(1), mark_late(&[(ChangeHash([1; 32]), mark)]));
    assert_eq!(code(&hand.send(vec![(home(1), vec![forged])])[0]), Some(RefusedCode::NotPermitted));
    assert!(world.column("late_entries", "by").is_empty());
}

#[test]
fn work_of_a_member_who_has_left_waits_for_a_person_and_the_office_sees_it() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let record = wang.households().visit(home(2), visit("还不知道换人了")).unwrap();
    wang.households().visit(home(2), visit("又去了一次")).unwrap();
    let board = world.hand(BOARD, 75);
    reassign(&world, &board, WANG, ZHAO);
    world.office(village(), roster::set_active(worker(WANG), false));

    let report = world.sync(&mut wang);
    assert_eq!((report.recorded, report.held, report.refused), (0, 2, 0));
    let place = wang.households().get(home(2)).unwrap().places.record("visit", record);
    assert_eq!(place, Place::Held(HeldReason::NoLongerEntitled));
    assert_eq!(wang.needs_attention().unwrap().len(), 2);
    assert!(world.column("visits", "note").is_empty());

    let served = Served::of(&world.town);
    let held = served.get("/office/v1/held").json();
    let held = held["held"].as_array().unwrap();
    let ours = |held: &serde_json::Value| held["doc"] == home(2).to_string() && held["by"] == worker(WANG).to_string();
    assert!(held.len() == 2 && held.iter().all(ours), "{held:?}");
    let mut reasons: Vec<_> = held.iter().map(|held| held["reason"].as_u64().unwrap()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, [1, 3], "one has no author here any more, the other follows it");
    // What waits is not sent again, and waits on.
    assert_eq!(world.sync(&mut wang).held, 0);
    assert_eq!(served.get("/office/v1/counters").json()["held"], 2);
}

#[test]
fn a_roster_is_kept_by_the_board_and_by_nobody_else() {
    let world = World::new();
    for (number, device) in [(WANG, 81), (LEAD, 84)] {
        let hand = world.hand(number, device);
        let change = hand.write(village(), link_from(number, home(2), "2026-02-01"));
        let verdicts = hand.send(vec![(village(), vec![change])]);
        assert_eq!(code(&verdicts[0]), Some(RefusedCode::NotPermitted), "{number}");
    }
}
