//! What is past its time goes, and nothing else does; and what is held about a person is written down for them.

use chrono::NaiveDate;
use lianhu_core::diary::{Audience, EntryForm};
use lianhu_core::household::VisitForm;
use lianhu_core::matter::{Act, MatterForm};
use lianhu_core::retention::Kept;
use lianhu_core::{DocKind, Lang, roster};
use lianhu_sync::ports::Township as _;

use super::world::{DAY, LI, WANG, World, day, entry, home, sent, village, visit};
use crate::audit::Actor;
use crate::calendar::turn;
use crate::person::PersonFileError;

const OLD: &str = "过期的话不该留下";

fn keep(world: &World, kept: Kept, years: u32) {
    world.town.set_retention(Actor::Machine, kept, Some(years)).unwrap();
}

fn on(date: &str, note: &str) -> VisitForm {
    VisitForm { date: Some(day(date)), ..visit(note) }
}

fn holds(folder: &std::path::Path, words: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|file| {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        bytes.windows(words.len()).any(|window| window == words.as_bytes())
    })
}

#[test]
fn old_visits_go_from_the_township_and_from_phones_and_the_others_stay() {
    let world = World::new();
    let (mut wang, mut li) = (world.phone(WANG), world.phone(LI));
    world.sync(&mut wang);
    wang.households().visit(home(1), on("2022-01-05", OLD)).unwrap();
    wang.households().visit(home(1), on("2026-01-05", "还要留着")).unwrap();
    world.sync(&mut wang);
    world.sync(&mut li);
    assert!(world.town.purge().unwrap().kinds.is_empty(), "nothing goes by itself");
    keep(&world, Kept::Visit, 3);
    let would = world.town.look().unwrap();
    assert_eq!((would.kinds[&Kept::Visit].records, would.kinds.len()), (1, 1));
    assert!(holds(world.folder(), OLD), "looking purges nothing");
    let purged = world.town.purge().unwrap();
    assert_eq!(purged, would);
    assert!(!holds(world.folder(), OLD), "neither in the database nor in the list");
    assert_eq!(world.column("visits", "note"), ["还要留着"]);
    for phone in [&mut wang, &mut li] {
        assert!(world.sync(phone).proven);
        assert_eq!(phone.households().get(home(1)).unwrap().visits.len(), 1);
    }
    let rules = world.town.retention_rules().unwrap();
    let rule = rules.iter().find(|rule| rule.kept == Kept::Visit).unwrap();
    assert_eq!((rule.years, rule.past, rule.purged), (Some(3), 0, 1));
    assert!(world.town.purge().unwrap().kinds.is_empty());
}

#[test]
fn the_night_purges_what_the_township_has_set() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    wang.diary().write(entry(OLD)).unwrap();
    world.sync(&mut wang);
    keep(&world, Kept::Diary, 1);
    let today = world.town.today();
    assert_eq!(turn(&world.town, today).unwrap(), today);
    assert_eq!(world.column("diary_entries", "id").len(), 1);
    world.later(373 * DAY);
    turn(&world.town, today).unwrap();
    assert!(world.column("diary_entries", "id").is_empty(), "a year after the end of its month");
    assert!(!holds(world.folder(), OLD));
    assert!(world.sync(&mut wang).proven);
    assert_eq!(world.town.documents_of(DocKind::Diary).unwrap().len(), 1, "who reads it stays");
}

#[test]
fn a_household_goes_when_the_last_of_its_links_is_over_for_long_and_not_before() {
    let world = World::new();
    keep(&world, Kept::Household, 1);
    let link = world.link_id(WANG, home(2));
    let ended = world.roster().links[&link].value.clone();
    world.office(village(), roster::end_link(link, &ended, day("2026-11-22")));
    assert!(world.town.look().unwrap().kinds.is_empty());
    world.later(200 * DAY);
    assert!(world.town.look().unwrap().kinds.is_empty(), "half a year is not a year");
    world.later(200 * DAY);
    assert_eq!(world.town.purge().unwrap().kinds[&Kept::Household].documents, 1);
    let left = world.town.document(home(2)).unwrap();
    assert!(left.get("village").is_some() && left.get("head").is_none() && left.get("doorplate").is_none());
    assert!(world.town.document(home(1)).unwrap().get("head").is_some(), "somebody is linked to the other one");
}

#[test]
fn a_matter_that_is_over_leaves_its_number_and_one_under_way_is_kept() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    let matter = wang.matters().raise(MatterForm { title: OLD.into(), ..MatterForm::default() }).unwrap();
    let open = wang.matters().raise(MatterForm { title: "还在办".into(), ..MatterForm::default() }).unwrap();
    world.sync(&mut wang);
    wang.matters().step(matter, Act::Withdraw).unwrap();
    world.sync(&mut wang);
    let number = world.town.document(matter).unwrap().get("number").map(|number| number.value);
    keep(&world, Kept::Matter, 1);
    world.later(400 * DAY);
    assert_eq!(world.town.purge().unwrap().kinds[&Kept::Matter].documents, 1);
    let left = world.town.document(matter).unwrap();
    assert_eq!((left.get("number").map(|number| number.value), left.get("title")), (number, None));
    assert!(world.town.document(open).unwrap().get("title").is_some());
    assert!(!holds(world.folder(), OLD));
}

#[test]
fn work_that_waits_for_a_decision_is_not_purged_away() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    wang.households().visit(home(2), on("2020-01-01", "交出之前")).unwrap();
    world.sync(&mut wang);
    wang.households().visit(home(2), visit("还没有送出")).unwrap();
    let link = world.link_id(WANG, home(2));
    let ended = world.roster().links[&link].value.clone();
    world.office(village(), roster::end_link(link, &ended, day("2026-11-22")));
    world.office(village(), roster::set_active(super::world::worker(WANG), false));
    assert_eq!(world.sync(&mut wang).held, 1);
    keep(&world, Kept::Visit, 3);
    let purged = world.town.purge().unwrap();
    assert_eq!((purged.kinds.len(), purged.left), (0, vec![(home(2), "held")]));
    assert_eq!(world.counters().held, 1);
}

#[test]
fn traces_of_phones_go_and_what_waits_does_not() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    world.town.store().flush().unwrap();
    keep(&world, Kept::Trace, 1);
    assert!(world.town.look().unwrap().kinds.is_empty());
    world.later(400 * DAY);
    let gone = world.town.purge().unwrap().kinds[&Kept::Trace].records;
    assert!(gone >= 2, "a contact and a code: {gone}");
    let reader = world.town.store().read().unwrap();
    assert_eq!(reader.devices().unwrap()[0].last_contact, None);
    drop(reader);
    assert!(world.sync(&mut wang).proven);
}

#[test]
fn purged_words_stay_gone_when_an_older_backup_is_put_back() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    wang.households().visit(home(1), on("2022-01-05", OLD)).unwrap();
    world.sync(&mut wang);
    let copy = world.backup();
    keep(&world, Kept::Visit, 3);
    world.town.purge().unwrap();
    let list = std::fs::read(world.folder().join("erasures.list")).unwrap();
    let world = world.reopened_with(&copy, |dir| std::fs::write(dir.join("erasures.list"), list).unwrap());
    assert!(world.column("visits", "note").is_empty());
    assert!(world.sync(&mut wang).proven);
    assert!(world.column("visits", "note").is_empty() && !holds(world.folder(), OLD));
    assert!(world.town.store().read().unwrap().stand_in(sent(home(1))).unwrap().is_some());
}

#[test]
fn a_persons_file_says_what_is_held_and_hides_what_is_other_peoples() {
    let world = World::new();
    world.keeps(lianhu_core::groups::Group::Residents);
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    world.keeps(lianhu_core::groups::Group::Residents);
    world.sync(&mut wang);
    let resident = lianhu_core::household::ResidentForm { name: "张小明".into(), ..Default::default() };
    let resident = wang.households().add_resident(home(1), &resident).unwrap();
    wang.households().visit(home(1), visit("张伟家屋顶漏，<b>陈芳</b>家来帮过忙")).unwrap();
    let told = EntryForm { households: vec![home(1)], ..entry("去了张伟家") };
    wang.diary().write_for(Audience::Town, told).unwrap();
    let private = EntryForm { households: vec![home(1)], ..entry("只给自己看的话") };
    wang.diary().write_for(Audience::OnlyMe, private).unwrap();
    let form = MatterForm { title: "修屋顶".into(), household: Some(home(1)), ..MatterForm::default() };
    wang.matters().raise(form).unwrap();
    let form = MatterForm { title: "别人家的事".into(), household: Some(home(2)), ..MatterForm::default() };
    wang.matters().raise(form).unwrap();
    world.sync(&mut wang);
    world.town.store().flush().unwrap();
    let file = |resident| world.town.person_file(Actor::Machine, home(1), resident, "本人要副本", Lang::Zh);
    let made = file(None).unwrap();
    let text = serde_json::to_string(&made).unwrap();
    for there in ["张伟", "张小明", "屋顶漏", "去了张伟家", "修屋顶", "王建国", "李秀英"] {
        assert!(text.contains(there), "{there}");
    }
    for hidden in ["陈芳", "别人家的事", "只给自己看的话"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    assert_eq!(made.phones.len(), 1);
    assert!(made.kept.iter().all(|line| line.years.is_none()));
    let page = made.sheet(Lang::Zh).to_html(Lang::Zh);
    assert!(page.contains("&lt;b&gt;○○&lt;/b&gt;") && !page.contains("<b>"), "what people wrote is text");
    // Of one resident: the others of the household are masked too.
    let text = serde_json::to_string(&file(Some(resident)).unwrap()).unwrap();
    assert!(text.contains("张小明"));
    assert!(matches!(file(Some(lianhu_core::RecordId([9; 8]))), Err(PersonFileError::NotHere)));
    let nobody = world.town.person_file(Actor::Machine, home(9), None, "试", Lang::Zh);
    assert!(matches!(nobody, Err(PersonFileError::NotHere)));
    assert_eq!(made.made_on, NaiveDate::from_ymd_opt(2026, 11, 23).unwrap());
}
