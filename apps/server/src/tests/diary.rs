//! Who holds which diary: everybody's phone, for every audience.

use lianhu_core::deed::from_json;
use lianhu_core::diary::{self, Audience, Diary, DiaryHeader, EntryDraft, diary_id};
use lianhu_core::draft::Month;
use lianhu_core::matter::{Matter, MatterForm};
use lianhu_core::roster::{self, Role, WorkerDraft, WorkerForm};
use lianhu_core::{DocId, DocKind};
use lianhu_device::EntryAt;
use lianhu_sync::message::{RefusedCode, Verdict};

use super::world::{BOARD, LEAD, LI, Phone, WANG, World, day, entry, village, worker};

/// Leads the first branch, Wang's.
const OWN_LEAD: u8 = 6;
const SUPERVISOR: u8 = 7;
const CADRE: u8 = 8;
const NODE: u8 = 9;

/// The village with a phone in every role's hand.
fn village_of_all_roles() -> World {
    let world = World::new();
    let people = [
        (OWN_LEAD, Role::BranchLead, "第一支部"),
        (SUPERVISOR, Role::Supervisor, "第一支部"),
        (CADRE, Role::ResidentCadre, "第一支部"),
        (NODE, Role::Node, "第一支部"),
    ];
    for (number, role, branch) in people {
        let name = format!("某{number}").into();
        let form = WorkerForm { name, roles: [role].into(), branch: branch.into(), ..WorkerForm::default() };
        let draft = WorkerDraft::new(&form).unwrap();
        world.office(village(), roster::put_worker(worker(number), &draft));
    }
    world
}

fn month_for(audience: Audience) -> DocId {
    diary_id(worker(WANG), Month::of(day("2026-11-22")).unwrap(), audience)
}

fn diaries(phone: &mut Phone) -> Vec<DocId> {
    phone.diary().list().unwrap().into_iter().map(|listed| listed.id).collect()
}

/// The words of everything a phone holds of a diary month.
fn words(phone: &mut Phone, doc: DocId) -> Vec<String> {
    let Ok(page) = phone.diary().get(doc) else { return Vec::new() };
    page.entries.values().filter_map(|entry| Some(entry.value.text.as_ref()?.as_str().to_owned())).collect()
}

#[test]
fn each_phone_holds_exactly_the_diaries_it_may_for_all_four_audiences() {
    let world = village_of_all_roles();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    for audience in Audience::ALL {
        wang.diary().write_for(*audience, entry(audience.code())).unwrap();
    }
    world.sync(&mut wang);
    let cases: [(u8, &[Audience]); 9] = [
        (WANG, Audience::ALL),
        (OWN_LEAD, &[Audience::Branch, Audience::Village, Audience::Town]),
        (BOARD, &[Audience::Village, Audience::Town]),
        (LEAD, &[]),
        (LI, &[]),
        (SUPERVISOR, &[]),
        (CADRE, &[]),
        (NODE, &[]),
        (3, &[]),
    ];
    for (number, audiences) in cases {
        let mut phone = if number == WANG { world.second_phone(WANG, 41) } else { world.phone(number) };
        assert!(world.sync(&mut phone).proven);
        let mut expected: Vec<DocId> = audiences.iter().map(|audience| month_for(*audience)).collect();
        expected.sort();
        assert_eq!(diaries(&mut phone), expected, "worker {number}");
        for audience in Audience::ALL {
            let held = words(&mut phone, month_for(*audience));
            let may: Vec<&str> = audiences.iter().filter(|may| *may == audience).map(|may| may.code()).collect();
            assert_eq!(held, may, "worker {number}, for {}", audience.code());
        }
    }
    // The office counts what is not for its author alone, and reads the words of what is for the town.
    let mut listed: Vec<_> = world.column("diary_entries", "audience");
    listed.sort();
    assert_eq!(listed, ["branch", "town", "village"]);
    let mut texts: Vec<_> = world.column("diary_entries", "text");
    texts.sort();
    assert_eq!(texts, ["", "", "town"]);
}

#[test]
fn an_entry_moved_to_another_audience_leaves_those_who_may_not_read_it_there() {
    let world = village_of_all_roles();
    let (mut wang, mut lead, mut board) = (world.phone(WANG), world.phone(OWN_LEAD), world.phone(BOARD));
    world.sync(&mut wang);
    let at = wang.diary().write(entry("先给支部看")).unwrap();
    for phone in [&mut wang, &mut lead, &mut board] {
        world.sync(phone);
    }
    assert_eq!(words(&mut lead, at.doc), ["先给支部看"]);

    let moved = wang.diary().move_to(at, Audience::Village).unwrap();
    assert_eq!(moved, EntryAt { doc: month_for(Audience::Village), id: at.id });
    for phone in [&mut wang, &mut lead, &mut board] {
        assert!(world.sync(phone).proven);
    }
    assert!(words(&mut lead, at.doc).is_empty());
    assert_eq!(words(&mut lead, moved.doc), ["先给支部看"]);
    assert_eq!(words(&mut board, moved.doc), ["先给支部看"]);

    let own = wang.diary().move_to(moved, Audience::OnlyMe).unwrap();
    for phone in [&mut wang, &mut lead, &mut board] {
        assert!(world.sync(phone).proven);
    }
    for phone in [&mut lead, &mut board] {
        let held = [at.doc, moved.doc, own.doc].map(|doc| words(phone, doc)).concat();
        assert!(held.is_empty(), "who has read it has read it, but holds it no longer");
    }
    assert_eq!(words(&mut wang, own.doc), ["先给支部看"]);
    assert!(world.column("diary_entries", "id").is_empty());
}

#[test]
fn a_comment_of_a_reader_reaches_the_author_and_nobody_rewrites_it() {
    let world = village_of_all_roles();
    let (mut wang, mut lead) = (world.phone(WANG), world.phone(OWN_LEAD));
    world.sync(&mut wang);
    let at = wang.diary().write(entry("河里有垃圾")).unwrap();
    world.sync(&mut wang);
    world.sync(&mut lead);
    let comment = lead.diary().comment(at, "明天一起去看").unwrap();
    assert!(lead.diary().remove(at).is_err(), "a reader's phone does not even keep more than a comment");
    assert_eq!(world.sync(&mut lead).recorded, 1);
    world.sync(&mut wang);
    let page = wang.diary().get(at.doc).unwrap();
    let comments = page.comments_on(at.id);
    assert_eq!((comments[0].0, comments[0].1.by), (comment, Some(worker(OWN_LEAD))));

    // A hand that keeps no rule: the township refuses.
    let hand = world.hand(WANG, 91);
    let mut removal = lianhu_core::Edit::new();
    removal.remove(format!("comment/{comment}"));
    let stranger = world.hand(LI, 92);
    let said = Diary::read(&world.town.document(at.doc).unwrap());
    let by_li =
        said.comment(world.town.mint_record().unwrap(), at.id, worker(LI), lianhu_core::DeviceMillis(1), "我也看");
    for (hand, edit) in [(&hand, removal), (&stranger, by_li.unwrap())] {
        let verdicts = hand.send(vec![(at.doc, vec![hand.write(at.doc, edit)])]);
        assert!(matches!(verdicts[0], Verdict::Refused { code: RefusedCode::NotPermitted, .. }), "{verdicts:?}");
    }
    assert_eq!(world.column("diary_comments", "by"), [worker(OWN_LEAD).to_string()]);
    assert_eq!(world.column("diary_comments", "text"), [""], "the words are not the town's");
}

#[test]
fn the_office_comments_on_what_was_written_for_the_town_and_on_nothing_else() {
    let world = village_of_all_roles();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let (town, branch) = (
        wang.diary().write_for(Audience::Town, entry("给镇里")).unwrap(),
        wang.diary().write(entry("给支部")).unwrap(),
    );
    world.sync(&mut wang);
    let comment = |at: EntryAt| {
        let json = format!(r#"{{"do":"comment","entry":"{}","text":"收到"}}"#, at.id);
        world.town.do_to(at.doc, &*from_json(DocKind::Diary, &json).unwrap())
    };
    assert!(comment(town).unwrap());
    assert!(comment(branch).is_err());
    world.sync(&mut wang);
    assert_eq!(wang.diary().get(town.doc).unwrap().comments_on(town.id).len(), 1);
}

#[test]
fn a_paper_book_typed_in_at_the_village_office_is_its_authors_and_stays_on_no_other_phone() {
    let world = village_of_all_roles();
    let (mut wang, mut board) = (world.phone(WANG), world.phone(BOARD));
    world.sync(&mut board);
    let json = format!(
        r#"{{"do":"write","author":"{}","village":"{}","date":"2026-11-03","recorded_on":"2026-11-03","text":"手写的一页"}}"#,
        worker(WANG),
        village()
    );
    let doc = board.begin(&*from_json(DocKind::Diary, &json).unwrap()).unwrap();
    assert_eq!(doc, month_for(Audience::Branch));
    assert_eq!(world.sync(&mut board).recorded, 1);
    assert!(diaries(&mut board).is_empty(), "who typed it in is no reader of it");
    world.sync(&mut wang);
    let page = wang.diary().get(doc).unwrap();
    let entry = &page.entries.values().next().unwrap().value;
    assert_eq!(entry.entered_by, Some(worker(BOARD)));
    assert!(entry.recorded_at < entry.entered_at);
    // A member types in nobody's.
    let hand = world.hand(LI, 93);
    let header = DiaryHeader { author: worker(WANG), village: village(), audience: Audience::Branch };
    let draft = EntryDraft::new(diary::EntryForm { entered_by: Some(worker(LI)), ..super::world::entry("冒充") });
    let edit = diary::write(&header, world.town.mint_record().unwrap(), &draft.unwrap());
    let verdicts = hand.send(vec![(doc, vec![hand.write(doc, edit)])]);
    assert!(matches!(verdicts[0], Verdict::Refused { code: RefusedCode::NotPermitted, .. }));
}

#[test]
fn a_sentence_becomes_a_matter_that_others_read_without_the_diary() {
    let world = village_of_all_roles();
    let (mut wang, mut board) = (world.phone(WANG), world.phone(BOARD));
    world.sync(&mut wang);
    let at = wang.diary().write_for(Audience::OnlyMe, entry("去陈芳家。桥边路灯不亮。她很担心。")).unwrap();
    let matter = wang.diary().raise(at, "桥边路灯不亮", MatterForm::default()).unwrap();
    assert_eq!(world.sync(&mut wang).recorded, 3);
    world.sync(&mut board);
    let page = board.matters().get(matter).unwrap();
    assert_eq!(page.title.as_ref().unwrap().value.as_str(), "桥边路灯不亮");
    let source = page.source.as_ref().unwrap().value;
    assert_eq!((source.doc, source.record), (at.doc, at.id));
    assert!(board.diary().get(at.doc).is_err(), "the diary stays its author's");
    let recorded = Diary::read(&world.town.document(at.doc).unwrap());
    assert_eq!(recorded.entries[&at.id].value.matters, [matter]);
    assert_eq!(Matter::read(&world.town.document(matter).unwrap()).text.unwrap().value.as_str(), "桥边路灯不亮");
}
