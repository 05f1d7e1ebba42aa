use super::*;
use crate::testing::{day, doc, id, merge, put, worker, write};

fn member(name: &str) -> WorkerDraft {
    let roles = [Role::Member].into();
    WorkerDraft::new(&WorkerForm { name: name.into(), roles, branch: "一支部".into(), ..WorkerForm::default() })
        .unwrap()
}

fn link(by: u8, home: u8) -> LinkForm {
    LinkForm { worker: Some(worker(by)), household: Some(doc(DocKind::Household, home)), ..LinkForm::default() }
}

fn village() -> Document {
    let mut document = Document::new(roster_id("高桥镇", "南浜村"));
    let form = RosterForm { name: "南浜村".into(), town: "高桥镇".into(), area: String::new() };
    let mut edit = create(&RosterDraft::new(&form).unwrap());
    edit.extend(put_worker(worker(1), &member("张三")));
    edit.extend(put_worker(worker(2), &member("李四")));
    write(&mut document, 9, edit);
    document
}

fn with_links(links: &[(u8, LinkForm)]) -> Document {
    let mut document = village();
    for (n, form) in links {
        write(&mut document, 9, put_link(id(*n), &LinkDraft::new(form).unwrap()));
    }
    document
}

#[test]
fn a_roster_is_named_by_its_town_and_village() {
    assert_eq!(roster_id("高桥镇", "南浜村"), roster_id(" 高桥镇", "南浜村 "));
    assert_ne!(roster_id("高桥镇", "南浜村"), roster_id("洛东镇", "南浜村"));
    assert_eq!(roster_id("高桥镇", "南浜村").kind(), DocKind::Roster);
}

#[test]
fn a_roster_reads_as_it_was_written_and_invents_no_code() {
    let roster = Roster::read(&village());
    assert_eq!(roster.name.unwrap().value.as_str(), "南浜村");
    assert_eq!(roster.area, None);
    let worker = &roster.workers[&worker(1)];
    assert!(worker.has(Role::Member) && !worker.has(Role::Node) && worker.is_active());
    assert_eq!(worker.branch().unwrap().as_str(), "一支部");
}

#[test]
fn a_link_holds_from_its_first_to_its_last_day() {
    let form = LinkForm { from: Some(day(3)), to: Some(day(5)), ..link(1, 1) };
    let roster = Roster::read(&with_links(&[(1, form)]));
    let home = doc(DocKind::Household, 1);
    for (n, linked) in [(2, false), (3, true), (5, true), (6, false)] {
        assert_eq!(roster.linked_to(home, day(n)).contains(&worker(1)), linked, "on the {n}th");
        assert_eq!(roster.households_of(worker(1), day(n)).len(), usize::from(linked));
    }
    assert!(roster.was_ever_linked(worker(1), home) && !roster.was_ever_linked(worker(2), home));
}

#[test]
fn ending_a_link_leaves_the_rest_of_it() {
    let mut document = with_links(&[(1, LinkForm { chosen: Some(Chosen::ByResidents), ..link(1, 1) })]);
    let read = Roster::read(&document).links[&id(1)].value.clone();
    write(&mut document, 9, end_link(id(1), &read, day(4)));
    let ended = Roster::read(&document).links[&id(1)].value.clone();
    assert_eq!((ended.to, ended.chosen), (Some(day(4)), Some(Chosen::ByResidents)));
}

#[test]
fn a_link_needs_both_ends_and_an_order() {
    assert!(LinkDraft::new(&LinkForm { worker: None, ..link(1, 1) }).is_err());
    assert!(LinkDraft::new(&LinkForm { from: Some(day(5)), to: Some(day(3)), ..link(1, 1) }).is_err());
    assert!(LinkDraft::new(&LinkForm { backup: Some(worker(1)), ..link(1, 1) }).is_err());
}

#[test]
fn a_load_outside_the_preset_is_told_and_not_blocked() {
    let mut links: Vec<_> = (1..=11).map(|n| (n, link(1, n))).collect();
    links.push((12, link(2, 1)));
    links.push((13, link(7, 20)));
    let roster = Roster::read(&with_links(&links));
    assert_eq!(roster.load(day(3))[&worker(1)], 11);
    assert_eq!(roster.covered(day(3)).len(), 11);
    let home = |n| doc(DocKind::Household, n);
    assert_eq!(
        roster.load_warnings(day(3), Preset::JIAXING),
        [
            LoadWarning::TooMany { worker: worker(1), households: 11 },
            LoadWarning::TooFew { worker: worker(2), households: 1 },
            LoadWarning::LinkedTwice { household: home(1) },
            LoadWarning::NobodyThere { household: home(20) },
        ]
    );
}

#[test]
fn an_exempt_member_is_not_expected_to_have_households() {
    let mut document = village();
    for n in [1, 2] {
        write(&mut document, 9, put(&format!("worker/{}/exempt", worker(n)), Exempt::Age.code()));
    }
    write(&mut document, 9, put_link(id(1), &LinkDraft::new(&link(2, 1)).unwrap()));
    let warnings = Roster::read(&document).load_warnings(day(3), Preset::JIAXING);
    assert_eq!(warnings, [LoadWarning::ExemptButLinked { worker: worker(2) }]);
}

#[test]
fn while_people_disagree_whether_somebody_left_nothing_new_is_opened_to_them() {
    let one = village();
    let (mut left, mut stays) = (one.clone(), one);
    write(&mut left, 8, set_active(worker(1), false));
    write(&mut stays, 9, set_active(worker(1), true));
    let roster = Roster::read(&merge(&left, &stays));
    assert!(!roster.workers[&worker(1)].is_active());
    assert_eq!(roster.active_workers().count(), 1);
}

#[test]
fn roles_of_a_newer_version_are_left_out_of_the_reading() {
    let mut document = village();
    write(&mut document, 9, put(&format!("worker/{}/roles", worker(1)), "member,star_pilot,node"));
    let roster = Roster::read(&document);
    assert_eq!(roster.workers[&worker(1)].roles.as_ref().unwrap().value, [Role::Member, Role::Node].into());
}

mod areas;
mod deeds;
mod reassign;
