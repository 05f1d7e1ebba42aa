//! Documents begun anew: what phones far away bring lands on them, what is closed never returns, what is erased is gone.

use std::path::Path;

use lianhu_core::diary::{Audience, diary_id};
use lianhu_core::draft::Month;
use lianhu_core::household::{self, CardChange, CardForm, Household};
use lianhu_core::{DeviceMillis, DocId, DocKind, Edit, roster};
use lianhu_device::{NewDevice, Place, Workbook};
use lianhu_store::{Lock, Phone as PhoneFile, PhoneOptions};
use lianhu_sync::ids::{DeviceId, Heads};
use lianhu_sync::message::{DocHeads, Entry, Holds, RefusedCode, Returned, Verdict};
use lianhu_sync::ports::{CommitOutcome, Township as _, TownshipGate as _, TownshipReader as _};

use super::world::{LI, Phone, WANG, World, ZHAO, answer_of, day, entry, home, sent, village, visit, worker};
use crate::audit::Asked;
use crate::generations::{Erase, RenewError};
use crate::town::reader_of;

fn phone_number(number: &str) -> CardForm {
    CardForm { phone: number.to_owned().into(), ..CardForm::default() }
}

fn change(form: &CardForm) -> Edit {
    household::change_card(&CardChange::new(form).unwrap())
}

/// The office rewrites a household's card so often that trimming is worth it.
fn rewrite_often(world: &World, doc: DocId) {
    for time in 0..30 {
        world.office(doc, change(&CardForm { contact_time: format!("晚上{time}点"), ..CardForm::default() }));
    }
}

fn compact(world: &World, doc: DocId) -> u32 {
    world.town.compact(doc).unwrap().expect("there is something to trim").generation
}

fn notes(world: &World) -> Vec<String> {
    let mut notes = world.column("visits", "note");
    notes.sort();
    notes
}

fn kept(phone: &Phone) -> usize {
    phone.status().unwrap().kept
}

/// Asks, lets the township answer, and loses the answer.
fn lose_a_reply(world: &World, phone: &mut Phone) {
    let outgoing = phone.begin_sync().unwrap();
    world.town.exchange(&outgoing.body, &outgoing.signature).unwrap();
}

#[test]
fn whoever_trims_a_township_stands_in_its_audit_log_whatever_there_was_to_trim() {
    let world = World::new();
    let trimmed = || {
        let lines = world.town.audit_lines(&Asked::default()).unwrap().into_iter();
        let trimmed = lines.filter(|line| line.detail == "compacted").map(|line| (line.actor, line.action));
        trimmed.collect::<Vec<_>>()
    };
    assert!(trimmed().is_empty());
    rewrite_often(&world, home(1));
    assert_eq!(world.town.compact_where(10, |_, _| {}).unwrap().0.len(), 1);
    assert_eq!(world.town.compact_where(10, |_, _| {}).unwrap().0.len(), 0);
    assert_eq!(trimmed(), vec![("machine".to_owned(), "administered".to_owned()); 2]);
}

#[test]
fn a_trimmed_document_says_the_same_to_everybody_and_is_much_shorter() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    wang.households().visit(home(1), visit("来过")).unwrap();
    world.sync(&mut wang);
    for time in 0..120 {
        world.office(home(1), change(&phone_number(&format!("138000{time:05}"))));
    }
    world.sync(&mut wang);
    let before = Household::read(&world.town.document(home(1)).unwrap());
    let readers = |number| world.may_read(number, home(1));
    let allowed: Vec<bool> = (0..8).map(readers).collect();

    let renewed = world.town.compact(home(1)).unwrap().unwrap();
    // One change for each of the two authors.
    assert_eq!((renewed.generation, renewed.changes), (1, (122, 2)));
    assert!(renewed.bytes.1 * 10 < renewed.bytes.0, "{renewed:?}");
    assert_eq!(Household::read(&world.town.document(home(1)).unwrap()), before);
    assert_eq!((0..8).map(readers).collect::<Vec<bool>>(), allowed);
    let report = world.sync(&mut wang);
    assert!(report.proven, "{report:?}");
    assert_eq!((report.round_trips, report.granted, report.not_admitted), (1, 1, 0));
    let page = wang.households().get(home(1)).unwrap();
    assert_eq!(page.phone.as_ref().unwrap().value.as_str(), "13800000119");
    assert_eq!(world.town.compact(home(1)).unwrap(), None, "a short document is left alone");
    assert!(world.town.compact_where(100, |_, _| {}).unwrap().0.is_empty());
    wang.households().visit(home(1), visit("又来过")).unwrap();
    assert_eq!(world.sync(&mut wang).recorded, 1);
}

#[test]
fn a_phone_that_was_away_through_two_generations_lands_its_words_on_the_present_one() {
    let world = World::new();
    let (mut wang, mut li) = (world.phone(WANG), world.phone(LI));
    world.sync(&mut wang);
    world.sync(&mut li);
    let first = wang.households().visit(home(1), visit("山上没有信号")).unwrap();
    wang.households().change(home(1), &phone_number("13800000001")).unwrap();
    let second = wang.households().visit(home(1), visit("下了雪")).unwrap();
    rewrite_often(&world, home(1));
    assert_eq!(compact(&world, home(1)), 1);
    li.households().visit(home(1), visit("李来过")).unwrap();
    world.sync(&mut li);
    rewrite_often(&world, home(1));
    assert_eq!(compact(&world, home(1)), 2);
    world.later(400 * super::world::DAY);

    let report = world.sync(&mut wang);
    assert!(report.proven, "{report:?}");
    assert_eq!((report.written_again, report.recorded, report.refused), (3, 3, 0), "{report:?}");
    assert!(wang.needs_attention().unwrap().is_empty());
    assert_eq!(notes(&world), ["下了雪", "山上没有信号", "李来过"]);
    let page = wang.households().get(home(1)).unwrap();
    assert_eq!(page.phone.as_ref().unwrap().value.as_str(), "13800000001");
    for record in [first, second] {
        assert_eq!(page.places.record("visit", record), Place::Recorded);
    }
    let again = world.sync(&mut wang);
    assert_eq!((again.written_again, again.recorded, again.round_trips), (0, 0, 1), "once, and never again");
    assert!(world.sync(&mut li).proven);
    assert_eq!(li.households().get(home(1)).unwrap().visits.len(), 3);
}

#[test]
fn words_written_again_keep_their_time_and_take_no_ones_place_unseen() {
    let world = World::new();
    let (mut wang, mut li) = (world.phone(WANG), world.phone(LI));
    world.sync(&mut wang);
    world.sync(&mut li);
    wang.households().change(home(1), &phone_number("13800000001")).unwrap();
    wang.households().change(home(1), &phone_number("13800000003")).unwrap();
    li.households().change(home(1), &phone_number("13800000002")).unwrap();
    world.sync(&mut li);
    rewrite_often(&world, home(1));
    compact(&world, home(1));
    world.later(400 * super::world::DAY);
    let report = world.sync(&mut wang);
    assert!(report.proven, "{report:?}");
    let recorded = world.town.document(home(1)).unwrap();
    let rivals = recorded.get("phone").unwrap().rivals;
    let mut told: Vec<_> =
        rivals.iter().map(|told| (told.value.as_text().unwrap(), told.by.is_of(worker(WANG)))).collect();
    told.sort_unstable();
    assert_eq!(told, [("13800000002", false), ("13800000003", true)]);
    let by_wang = rivals.iter().find(|told| told.by.is_of(worker(WANG))).unwrap();
    assert!(by_wang.at < DeviceMillis(super::world::EVENING), "the time is when it was written");
    assert_eq!(world.column("conflicts", "key"), ["phone"]);
    // What stood before nobody disputes.
    assert_eq!(Household::read(&recorded).head.unwrap().rivals.len(), 0);
}

#[test]
fn what_was_recorded_before_the_generation_changed_is_known_and_not_written_over_what_followed() {
    let world = World::new();
    let (mut wang, mut li) = (world.phone(WANG), world.phone(LI));
    world.sync(&mut wang);
    wang.households().change(home(1), &phone_number("13800000001")).unwrap();
    lose_a_reply(&world, &mut wang);
    world.sync(&mut li);
    li.households().change(home(1), &phone_number("13800000002")).unwrap();
    world.sync(&mut li);
    rewrite_often(&world, home(1));
    compact(&world, home(1));
    assert_eq!(kept(&wang), 1);
    let report = world.sync(&mut wang);
    assert!(report.proven, "{report:?}");
    assert_eq!((report.recorded, report.written_again, kept(&wang)), (1, 0, 0));
    let page = wang.households().get(home(1)).unwrap();
    let shown = page.phone.as_ref().unwrap();
    assert_eq!((shown.value.as_str(), shown.rivals.len()), ("13800000002", 0));
}

#[test]
fn replies_lost_around_a_new_generation_repeat_nothing() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    wang.households().visit(home(1), visit("只有一次")).unwrap();
    rewrite_often(&world, home(1));
    compact(&world, home(1));
    lose_a_reply(&world, &mut wang);
    lose_a_reply(&world, &mut wang);
    // The reply that brings the new generation arrives; the one that records the words is lost.
    let outgoing = wang.begin_sync().unwrap();
    let reply = answer_of(world.town.exchange(&outgoing.body, &outgoing.signature).unwrap());
    let lianhu_device::Step::Send(next) = wang.absorb_reply(&reply).unwrap() else { panic!("words are to be sent") };
    world.town.exchange(&next.body, &next.signature).unwrap();
    assert_eq!(notes(&world), ["只有一次"]);
    rewrite_often(&world, home(1));
    compact(&world, home(1));
    let report = world.sync(&mut wang);
    assert!(report.proven, "{report:?}");
    assert_eq!((report.recorded, report.written_again, kept(&wang)), (1, 0, 0));
    assert_eq!(notes(&world), ["只有一次"]);
}

#[test]
fn work_the_office_has_to_decide_about_is_not_trimmed_away_and_an_erasure_leaves_its_words_to_its_author() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let late = wang.households().visit(home(2), visit("交出之前")).unwrap();
    let link = world.link_id(WANG, home(2));
    let edit = roster::end_link(link, &world.roster().links[&link].value.clone(), day("2026-11-22"));
    world.office(village(), edit);
    world.office(village(), roster::set_active(worker(WANG), false));
    assert_eq!(world.sync(&mut wang).held, 1);
    rewrite_often(&world, home(2));
    assert!(matches!(world.town.compact(home(2)), Err(RenewError::HeldWork(1))));
    let (renewed, left) = world.town.compact_where(10, |_, _| {}).unwrap();
    assert_eq!((renewed.len(), left.len(), world.counters().held), (0, 1, 1));

    world.town.erase(home(2), &Erase::Keys(vec!["contact_time".to_owned()]), "本人要求").unwrap();
    assert_eq!(world.counters().held, 0);
    assert!(world.sync(&mut wang).proven);
    let attention = wang.needs_attention().unwrap();
    assert_eq!(attention.len(), 1);
    assert_eq!(attention[0].words[0].0, format!("visit/{late}"));
    assert_eq!(attention[0].place, Place::Refused(RefusedCode::GenerationClosed, String::new()));
    assert_eq!(notes(&world), [""; 0]);
    assert!(world.sync(&mut wang).proven);
    assert_eq!(wang.needs_attention().unwrap(), attention);
}

#[test]
fn a_cloned_phone_writes_nothing_twice() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    wang.households().visit(home(1), visit("原来的手机")).unwrap();
    let store = wang.store().clone();
    let (_, pocket) = world.new_device(41);
    let mut clone = Workbook::open(store, pocket).unwrap();
    clone.fresh_incarnation().unwrap();
    clone.households().visit(home(1), visit("副本")).unwrap();
    rewrite_often(&world, home(1));
    compact(&world, home(1));
    for phone in [&mut wang, &mut clone] {
        let report = world.sync(phone);
        assert!(report.proven, "{report:?}");
        assert_eq!(kept(phone), 0);
    }
    assert_eq!(notes(&world), ["副本", "原来的手机"]);
    assert_eq!(world.town.document(home(1)).unwrap().conflicts(), []);
    assert!(world.sync(&mut wang).proven);
}

#[test]
fn a_judgement_on_the_old_generation_writes_nothing() {
    let world = World::new();
    let hand = world.hand(WANG, 71);
    rewrite_often(&world, home(1));
    let change = hand.write(home(1), hand.visit(1, "正在路上"));
    let request = hand.request(vec![(home(1), vec![change])]);
    let caller = lianhu_sync::ports::Caller { device: DeviceId(hand.device), reader: reader_of(hand.worker) };
    let reader = world.town.store().read().unwrap();
    let judged = world.town.gate.judge(&reader, caller, &request.changes, world.town.now()).unwrap();
    drop(reader);
    assert_eq!(judged.verdicts, [Verdict::Recorded]);
    compact(&world, home(1));
    assert_eq!(world.town.store().commit(judged.commit.unwrap()).unwrap(), CommitOutcome::Stale);
    let closed = |verdict: &Verdict| matches!(verdict, Verdict::Refused { code: RefusedCode::GenerationClosed, .. });
    assert!(closed(&hand.ask(&request).verdicts[0]));
    assert!(closed(&hand.ask(&request).verdicts[0]), "the same bytes get the same answer");
}

#[test]
fn a_closed_generation_comes_back_neither_under_a_seal_nor_in_a_list() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    wang.households().visit(home(1), visit("旧话")).unwrap();
    world.sync(&mut wang);
    rewrite_often(&world, home(1));
    let old = world.town.document(home(1)).unwrap();
    let heads = Heads::new(old.heads().into_iter().map(|hash| lianhu_sync::ids::ChangeHash(hash.0)).collect());
    let seal =
        world.town.store().read().unwrap().standing(reader_of(worker(WANG))).unwrap().seals.seal(sent(home(1)), &heads);
    compact(&world, home(1));
    let now = world.town.document(home(1)).unwrap().heads();

    let hand = world.hand(WANG, 71);
    let changes = old.beyond(&[]).into_iter().map(lianhu_sync::message::Chunk).collect();
    let mut request = hand.request(vec![]);
    request.returned = Some(vec![Returned { doc: sent(home(1)), heads: heads.clone(), seal, changes }]);
    hand.ask(&request);
    assert_eq!(world.town.document(home(1)).unwrap().heads(), now);

    // A phone that lists it is not asked to give it back, and one that may not read it any more is told so.
    let list = |doc| Holds { after: None, until: None, docs: vec![DocHeads { doc: sent(doc), heads: heads.clone() }] };
    let mut request = hand.request(vec![]);
    request.holds = Some(list(home(1)));
    let reply = hand.ask(&request);
    assert_eq!(reply.wanted, None);
    assert!(reply.entries.iter().any(|entry| matches!(entry, Entry::Granted { doc, .. } if *doc == sent(home(1)))));
    let stranger = world.hand(ZHAO, 72);
    let mut request = stranger.request(vec![]);
    request.holds = Some(list(home(1)));
    assert!(stranger.ask(&request).entries.contains(&Entry::Withdrawn { doc: sent(home(1)) }));
}

#[test]
fn a_township_that_began_a_new_life_after_the_change_still_knows_what_is_closed() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    wang.households().visit(home(1), visit("换了日志")).unwrap();
    rewrite_often(&world, home(1));
    world.sync(&mut wang);
    wang.households().visit(home(1), visit("还没送出")).unwrap();
    compact(&world, home(1));
    world.town.store().restored().unwrap();
    let report = world.sync(&mut wang);
    assert!(report.proven, "{report:?}");
    assert_eq!(notes(&world), ["换了日志", "还没送出"]);
}

#[test]
fn a_village_goes_on_with_a_trimmed_roster() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    for time in 0..30 {
        let form = roster::WorkerForm {
            name: format!("王建国{time}").into(),
            roles: [roster::Role::Member].into(),
            branch: "第一支部".into(),
            ..roster::WorkerForm::default()
        };
        world.office(village(), roster::put_worker(worker(WANG), &roster::WorkerDraft::new(&form).unwrap()));
    }
    let before = world.roster();
    compact(&world, village());
    assert_eq!(world.roster(), before);
    assert!(world.sync(&mut wang).proven);
    wang.households().visit(home(1), visit("名册换了")).unwrap();
    assert_eq!(world.sync(&mut wang).recorded, 1);
    world.link(ZHAO, home(2));
    let mut zhao = world.phone(ZHAO);
    assert!(world.sync(&mut zhao).proven);
    assert_eq!(zhao.households().list().unwrap().len(), 1);
    assert!(matches!(world.town.erase(village(), &Erase::Whole, "试"), Err(RenewError::WholeRoster)));
}

#[test]
fn what_is_not_there_is_not_said_to_be_erased() {
    let world = World::new();
    let erase = |doc, key: &str| world.town.erase(doc, &Erase::Keys(vec![key.to_owned()]), "试");
    assert!(matches!(erase(home(1), "visit/nothing"), Err(RenewError::NoSuchKey(_))));
    assert!(matches!(erase(home(9), "phone"), Err(RenewError::NotRecorded(_))));
    assert_eq!(world.town.document(home(1)).unwrap().generation().0, 0);
    assert!(matches!(world.town.compact(home(9)), Err(RenewError::NotRecorded(_))));
}

#[test]
fn a_diary_that_was_erased_whole_is_begun_again_by_its_author_even_on_a_new_phone() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    wang.diary().write(entry("不该写的话")).unwrap();
    world.sync(&mut wang);
    let month = Month::of(day("2026-11-22")).unwrap();
    let doc = diary_id(worker(WANG), month, Audience::default());
    let renewed = world.town.erase(doc, &Erase::Whole, "本人要求").unwrap();
    assert_eq!(renewed.generation, 1);
    assert!(world.may_read(WANG, doc));
    assert!(world.column("diary_entries", "id").is_empty());
    let report = world.sync(&mut wang);
    assert!(report.proven, "{report:?}");
    assert!(wang.diary().month(month).unwrap().is_empty());
    wang.diary().write(entry("重新开始")).unwrap();
    assert_eq!(world.sync(&mut wang).recorded, 1);

    let mut second = world.second_phone(WANG, 78);
    second.diary().write(entry("新手机没有信号时")).unwrap();
    let report = world.sync(&mut second);
    assert!(report.proven, "{report:?}");
    assert_eq!((report.written_again, second.diary().month(month).unwrap().len()), (1, 2));
}

#[test]
fn a_key_that_was_erased_and_changed_offline_meanwhile_is_written_anew() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    wang.households().change(home(1), &phone_number("13800000001")).unwrap();
    world.sync(&mut wang);
    wang.households().change(home(1), &phone_number("13800000009")).unwrap();
    world.town.erase(home(1), &Erase::Keys(vec!["phone".to_owned()]), "本人要求").unwrap();
    assert!(world.town.document(home(1)).unwrap().get("phone").is_none());
    assert!(world.sync(&mut wang).proven);
    let phone = world.town.document(home(1)).unwrap().get("phone").unwrap();
    assert_eq!((phone.value.as_text(), phone.rivals.len()), (Some("13800000009"), 0));
}

/// Every file below a folder that holds some bytes.
fn files_with(folder: &Path, words: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, words));
        } else if std::fs::read(&path).unwrap().windows(words.len()).any(|bytes| bytes == words.as_bytes()) {
            found.push(path);
        }
    }
    found
}

#[test]
fn erased_words_are_in_no_file_of_the_township_nor_of_the_phone() {
    const WORDS: &str = "谁都认得出的一句话";
    let world = World::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("phone.db");
    let (device, pocket) = world.new_device(88);
    let mut phone = on_file(&world, &file, device, pocket);
    world.sync(&mut phone);
    let record = phone.households().visit(home(1), visit(WORDS)).unwrap();
    phone.households().change(home(1), &CardForm { contact_time: WORDS.into(), ..CardForm::default() }).unwrap();
    world.sync(&mut phone);
    for time in 0..50 {
        world.office(home(1), change(&CardForm { contact_time: format!("{WORDS}{time}"), ..CardForm::default() }));
    }
    world.sync(&mut phone);
    assert!(!files_with(world.folder(), WORDS).is_empty() && !files_with(folder.path(), WORDS).is_empty());

    let keys = vec![format!("visit/{record}"), "contact_time".to_owned()];
    world.town.erase(home(1), &Erase::Keys(keys), "本人要求").unwrap();
    world.town.store().sweep().unwrap();
    assert_eq!(files_with(world.folder(), WORDS), Vec::<std::path::PathBuf>::new());
    assert!(world.sync(&mut phone).proven);
    assert_eq!(files_with(folder.path(), WORDS), Vec::<std::path::PathBuf>::new());
    let page = phone.households().get(home(1)).unwrap();
    assert_eq!((page.visits.len(), page.head.as_ref().unwrap().value.as_str()), (0, "张伟"));
}

/// A phone on disk, of Wang.
fn on_file(
    world: &World,
    file: &Path,
    device: NewDevice,
    pocket: super::world::Pocket,
) -> Workbook<PhoneFile, super::world::Pocket> {
    let asked = device.enrolment("", "手机");
    let asked = asked.unwrap_or_else(|_| device.enrolment("CODE", "手机").unwrap());
    let new = lianhu_store::NewDevice {
        device: DeviceId(asked.device.0),
        name: asked.name,
        public_key: asked.public_key.0.to_bytes(),
    };
    assert!(world.town.store().enrol_device(new, reader_of(worker(WANG)), world.town.now()).unwrap());
    let store = PhoneFile::open(file, PhoneOptions::new(Lock::Plain)).unwrap();
    Workbook::create(store, pocket, device, super::world::owner(WANG)).unwrap()
}

#[test]
fn a_matter_keeps_its_story_and_a_phone_far_away_takes_the_next_step() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let form = lianhu_core::matter::MatterForm { title: "路灯不亮".into(), ..Default::default() };
    let matter = wang.matters().raise(form).unwrap();
    world.sync(&mut wang);
    for time in 0..30 {
        let mut edit = Edit::new();
        edit.put("place", format!("桥边{time}"));
        world.office(matter, edit);
    }
    wang.matters().step(matter, lianhu_core::matter::Act::Submit).unwrap();
    compact(&world, matter);
    let report = world.sync(&mut wang);
    assert!(report.proven, "{report:?}");
    assert_eq!(wang.matters().get(matter).unwrap().story.steps.len(), 1);
    assert_eq!(matter.kind(), DocKind::Matter);
}
