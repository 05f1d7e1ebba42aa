//! The rules, as cases: who writes what, and what becomes of it.

use super::*;
use crate::diary::{Audience, DiaryHeader, EntryDraft, EntryForm, diary_id};
use crate::document::Edit;
use crate::household::{CardChange, CardForm, HouseholdDraft, VisitDraft, VisitForm};
use crate::ids::DocKind;
use crate::matter::{Act, Categories, Matter, MatterDraft, MatterForm};
use crate::roster::{LinkDraft, LinkForm, WorkerDraft, WorkerForm};
use crate::testing::{day, doc, id, put, stamp, worker, write};
use crate::{DeviceMillis, draft::FieldId, draft::Prose};
use crate::{diary, household, matter, roster};

const LINKED: u8 = 1;
const LEAD: u8 = 2;
const BOARD: u8 = 3;
const FORMER: u8 = 4;
const STRANGER: u8 = 5;
const OTHER_LEAD: u8 = 6;
const BACKUP: u8 = 7;
const DESK: u8 = 8;
const NODE: u8 = 9;

const ALLOWED: Ruling = Ruling::Allow;
const HELD: Ruling = Ruling::Hold(HoldReason::NoLongerEntitled);
const LATE: Ruling = Ruling::AllowLate;

fn village() -> DocId {
    doc(DocKind::Roster, 1)
}

fn home() -> DocId {
    doc(DocKind::Household, 1)
}

fn roster_document() -> Document {
    let mut document = Document::new(village());
    let person = |n: u8, role: Role, branch: &str| {
        let form = WorkerForm {
            name: "某某".into(),
            roles: [role].into(),
            branch: branch.into(),
            grids: [id(9)].into(),
            ..WorkerForm::default()
        };
        roster::put_worker(worker(n), &WorkerDraft::new(&form).unwrap())
    };
    let mut edit = person(LINKED, Role::Member, "一支部");
    edit.extend(person(LEAD, Role::BranchLead, "一支部"));
    edit.extend(person(BOARD, Role::VillageBoard, "二支部"));
    edit.extend(person(FORMER, Role::Member, "一支部"));
    edit.extend(person(STRANGER, Role::Member, "一支部"));
    edit.extend(person(OTHER_LEAD, Role::BranchLead, "二支部"));
    edit.extend(person(BACKUP, Role::Member, "一支部"));
    edit.extend(person(NODE, Role::Node, "一支部"));
    let link = |n: u8, to, backup| {
        let form = LinkForm { worker: Some(worker(n)), household: Some(home()), to, backup, ..LinkForm::default() };
        roster::put_link(id(n), &LinkDraft::new(&form).unwrap())
    };
    edit.extend(link(LINKED, None, Some(worker(BACKUP))));
    edit.extend(link(FORMER, Some(day(1)), None));
    write(&mut document, DESK, edit);
    document
}

fn author(n: u8) -> Author {
    if n == DESK {
        return Author::town_desk(worker(n));
    }
    Author::of_roster(worker(n), &Roster::read(&roster_document())).unwrap()
}

/// What becomes of an edit that `by` makes on `before`.
fn ruling(before: &Document, by: u8, edit: Edit) -> Ruling {
    let roster = Roster::read(&roster_document());
    let keys: Vec<_> = edit.keys().map(str::to_owned).collect();
    let mut after = before.clone();
    after.write(stamp(by, 0), edit).unwrap();
    let (author, roster) = (&author(by), Some(&roster));
    judge(&Judgement { author, keys: &keys, before, after: &after, roster, on: day(3) })
}

fn household() -> Document {
    let form = CardForm { head: "张三".into(), grid: Some(id(9)), ..CardForm::default() };
    let mut document = Document::new(home());
    write(&mut document, BOARD, household::create(worker(BOARD), &HouseholdDraft::new(village(), &form).unwrap()));
    document
}

fn phone() -> Edit {
    let form = CardForm { phone: "13800138000".into(), ..CardForm::default() };
    household::change_card(&CardChange::new(&form).unwrap())
}

fn visit(workers: &[u8], entered_by: u8) -> Edit {
    let form = VisitForm {
        workers: workers.iter().map(|n| worker(*n)).collect(),
        date: Some(day(3)),
        entered_by: Some(worker(entered_by)),
        ..VisitForm::default()
    };
    household::visit(id(1), &VisitDraft::new(form).unwrap())
}

fn matter() -> Document {
    let form = MatterForm {
        village: Some(village()),
        date: Some(day(3)),
        title: "河道垃圾".into(),
        household: Some(home()),
        ..MatterForm::default()
    };
    let mut document = Document::new(doc(DocKind::Matter, 1));
    let draft = MatterDraft::new(&form, &Categories::default()).unwrap();
    write(&mut document, LINKED, matter::create(worker(LINKED), &draft));
    document
}

fn step(document: &Document, n: u8, by: u8, act: Act) -> Edit {
    Matter::read(document).step(id(n), worker(by), DeviceMillis(0), act)
}

fn assign(owner: u8) -> Act {
    let owner = worker(owner);
    let co_owners = BTreeSet::new();
    Act::Assign(matter::Assignment { owner, co_owners, level: None, measures: None, due: Some(day(9)) })
}

#[test]
fn a_card_is_kept_up_by_those_who_have_to_do_with_the_household() {
    for (by, expected) in [
        (LINKED, ALLOWED),
        (BACKUP, ALLOWED),
        (LEAD, ALLOWED),
        (BOARD, ALLOWED),
        (DESK, ALLOWED),
        (NODE, ALLOWED),
        (FORMER, LATE),
        (STRANGER, Why::NotLinked.into()),
        (OTHER_LEAD, Why::NotLinked.into()),
    ] {
        assert_eq!(ruling(&household(), by, phone()), expected, "worker {by}");
    }
}

#[test]
fn nobody_writes_a_visit_in_anothers_name_but_those_who_type_in_paper_books() {
    for (by, workers, entered_by, expected) in [
        (LINKED, [LINKED].as_slice(), LINKED, ALLOWED),
        (LINKED, &[LINKED, STRANGER], LINKED, ALLOWED),
        (LINKED, &[BACKUP], LINKED, Why::OtherName.into()),
        (LINKED, &[LINKED], BACKUP, Why::OtherName.into()),
        (NODE, &[LINKED], NODE, ALLOWED),
        (NODE, &[LINKED], LINKED, Why::OtherName.into()),
        (FORMER, &[FORMER], FORMER, LATE),
        (STRANGER, &[STRANGER], STRANGER, Why::NotLinked.into()),
    ] {
        assert_eq!(ruling(&household(), by, visit(workers, entered_by)), expected, "worker {by} for {workers:?}");
    }
}

#[test]
fn a_visit_is_rewritten_and_removed_only_by_those_who_paid_it() {
    let mut document = household();
    write(&mut document, LINKED, visit(&[LINKED], LINKED));
    assert_eq!(ruling(&document, BACKUP, visit(&[BACKUP], BACKUP)), Why::OtherName.into());
    let key = format!("visit/{}", id(1));
    let mut removal = Edit::new();
    removal.remove(key);
    assert_eq!(ruling(&document, BACKUP, removal.clone()), Why::OtherName.into());
    assert_eq!(ruling(&document, LINKED, removal), ALLOWED);
}

#[test]
fn whoever_takes_a_visit_back_is_not_blamed_for_what_another_wrote_meanwhile() {
    let mut document = household();
    write(&mut document, LINKED, visit(&[LINKED, BACKUP], LINKED));
    let mut phone = document.clone();
    write(&mut document, BACKUP, visit(&[LINKED, BACKUP], BACKUP));
    let key = format!("visit/{}", id(1));
    let mut removal = Edit::new();
    removal.remove(key.as_str());
    write(&mut phone, LINKED, removal);
    let after = crate::testing::merge(&document, &phone);
    let roster = Roster::read(&roster_document());
    let (author, keys) = (author(LINKED), [key]);
    let judgement =
        Judgement { author: &author, keys: &keys, before: &document, after: &after, roster: Some(&roster), on: day(3) };
    assert_eq!(judge(&judgement), ALLOWED);
}

#[test]
fn a_new_household_is_made_for_ones_own_village_in_ones_own_name() {
    let create = |maker: u8, village| {
        let form = CardForm { head: "李四".into(), ..CardForm::default() };
        household::create(worker(maker), &HouseholdDraft::new(village, &form).unwrap())
    };
    let blank = Document::new(doc(DocKind::Household, 2));
    assert_eq!(ruling(&blank, STRANGER, create(STRANGER, village())), ALLOWED);
    assert_eq!(ruling(&blank, STRANGER, create(LINKED, village())), Why::OtherName.into());
    assert_eq!(ruling(&blank, STRANGER, create(STRANGER, doc(DocKind::Roster, 2))), Why::OtherVillage.into());
    assert_eq!(ruling(&blank, STRANGER, phone()), Why::NoVillage.into());
    assert_eq!(ruling(&blank, DESK, create(DESK, doc(DocKind::Roster, 2))), ALLOWED);
    let mut made = blank;
    write(&mut made, STRANGER, create(STRANGER, village()));
    assert_eq!(ruling(&made, STRANGER, phone()), ALLOWED, "its maker keeps it up while nobody is linked");
    assert_eq!(ruling(&made, LINKED, phone()), Why::NotLinked.into());
}

#[test]
fn a_document_does_not_change_its_village_or_maker() {
    let elsewhere = || put("village", Scalar::Bytes(doc(DocKind::Roster, 2).to_bytes().to_vec()));
    assert_eq!(ruling(&household(), LINKED, elsewhere()), Why::WrittenOnce.into());
    assert_eq!(ruling(&household(), DESK, elsewhere()), ALLOWED);
    let mut unnamed = Edit::new();
    unnamed.remove("created_by");
    assert_eq!(ruling(&household(), LINKED, unnamed), Why::WrittenOnce.into());
}

#[test]
fn known_keys_hold_what_their_schema_says_and_unknown_ones_pass() {
    let not_its_type = Ruling::from(Why::NotItsType);
    for (key, value) in [
        ("head", Scalar::Int(7)),
        ("phone", "12".into()),
        ("head", "字".repeat(41).into()),
        ("visit/AQEBAQEBAQE", r#"{"date":"2026-11-03"}"#.into()),
        ("visit/AQEBAQEBAQE", "no object".into()),
        ("care/dibao", "yes".into()),
        ("resident/AQEBAQEBAQE/born", 1850.into()),
    ] {
        assert_eq!(ruling(&household(), LINKED, put(key, value)), not_its_type, "{key}");
    }
    assert_eq!(ruling(&household(), LINKED, put("newer", true)), ALLOWED);
    assert_eq!(ruling(&household(), STRANGER, put("newer", true)), Why::NotLinked.into());
    for title in ["找张三13800138000", ""] {
        assert_eq!(ruling(&matter(), LINKED, put("title", title)), not_its_type);
    }
    assert_eq!(ruling(&matter(), LINKED, put("urgency", "emergency")), not_its_type);
}

#[test]
fn a_diary_is_written_by_its_author_in_the_document_of_that_name() {
    let draft = EntryDraft::new(EntryForm { date: Some(day(3)), text: "一".into(), ..EntryForm::default() }).unwrap();
    let header = |n: u8| DiaryHeader { author: worker(n), village: village(), audience: Audience::Branch };
    let blank = |n: u8| Document::new(diary_id(worker(n), draft.month(), Audience::Branch));
    let write_as = |n: u8| diary::write(&header(n), id(1), &draft);
    assert_eq!(ruling(&blank(LINKED), LINKED, write_as(LINKED)), ALLOWED);
    assert_eq!(ruling(&blank(LINKED), BOARD, write_as(LINKED)), Why::OtherDiary.into());
    assert_eq!(ruling(&blank(LINKED), BOARD, write_as(BOARD)), Why::OtherDiary.into());
    let mut begun = blank(LINKED);
    write(&mut begun, LINKED, write_as(LINKED));
    assert_eq!(ruling(&begun, LEAD, diary::remove(id(1))), Why::OtherDiary.into());
    let wider = put("audience", Audience::OnlyMe.code());
    assert_eq!(ruling(&begun, LINKED, wider), Why::OtherDiary.into(), "the audience is part of the name");
}

#[test]
fn a_step_is_taken_by_whoever_it_is_theirs_to_take() {
    let mut document = matter();
    let submit = step(&document, 1, LINKED, Act::Submit);
    assert_eq!(ruling(&document, LINKED, submit.clone()), ALLOWED);
    assert_eq!(ruling(&document, BOARD, submit.clone()), Why::OtherName.into(), "by names another");
    assert_eq!(ruling(&document, FORMER, step(&document, 1, FORMER, Act::Submit)), LATE);
    assert_eq!(ruling(&document, STRANGER, step(&document, 1, STRANGER, Act::Submit)), Why::NotYourStep.into());
    write(&mut document, LINKED, submit);
    assert_eq!(ruling(&document, LINKED, step(&document, 2, LINKED, assign(STRANGER))), Why::NotYourStep.into());
    let assigned = step(&document, 2, BOARD, assign(STRANGER));
    assert_eq!(ruling(&document, BOARD, assigned.clone()), ALLOWED);
    write(&mut document, BOARD, assigned);
    assert_eq!(ruling(&document, STRANGER, step(&document, 3, STRANGER, Act::Accept)), ALLOWED);
    assert_eq!(ruling(&document, LINKED, step(&document, 3, LINKED, Act::Accept)), Why::NotYourStep.into());
    let transfer = step(
        &document,
        3,
        BOARD,
        match assign(BACKUP) {
            Act::Assign(assignment) => Act::Transfer(assignment),
            other => other,
        },
    );
    let unseen = step(&document, 4, STRANGER, Act::Accept);
    write(&mut document, BOARD, transfer);
    assert_eq!(ruling(&document, STRANGER, unseen), LATE, "it was handed on, and they did not know");
    let seen = step(&document, 4, STRANGER, Act::Accept);
    assert_eq!(ruling(&document, STRANGER, seen), Why::NotYourStep.into(), "it was handed on, and they knew");
}

#[test]
fn nobody_records_how_their_own_work_is_judged_as_it_is_recorded_or_as_they_had_seen_it() {
    let evaluate = |collected_by: Option<u8>| Act::Evaluate {
        solved: matter::Solved::Yes,
        satisfaction: matter::Satisfaction::Satisfied,
        grounds: None,
        collected_by: collected_by.map(worker),
        on: Some(day(9)),
    };
    let mut document = matter();
    let next = step(&document, 1, LINKED, Act::Submit);
    write(&mut document, LINKED, next);
    // The lead had seen nothing of it, and is the owner by now.
    let unseen = step(&document, 9, LEAD, evaluate(None));
    assert_eq!(ruling(&document, LEAD, unseen.clone()), ALLOWED);
    let next = step(&document, 2, BOARD, assign(LEAD));
    write(&mut document, BOARD, next);
    assert_eq!(ruling(&document, LEAD, unseen), Why::OwnWork.into(), "as it is recorded");
    let seen = step(&document, 9, LEAD, evaluate(None));
    let collected = step(&document, 8, BOARD, evaluate(Some(LEAD)));
    assert_eq!(ruling(&document, LEAD, seen.clone()), Why::OwnWork.into());
    assert_eq!(ruling(&document, BOARD, collected), Why::OwnWork.into(), "nor through others");
    assert_eq!(ruling(&document, BOARD, step(&document, 9, BOARD, evaluate(Some(LINKED)))), ALLOWED);
    let Act::Assign(other) = assign(STRANGER) else { unreachable!() };
    let next = step(&document, 3, BOARD, Act::Transfer(other));
    write(&mut document, BOARD, next);
    assert_eq!(ruling(&document, LEAD, seen), Why::OwnWork.into(), "as they had seen it");
    assert_eq!(ruling(&document, LEAD, step(&document, 9, LEAD, evaluate(None))), ALLOWED, "it is not theirs any more");
}

#[test]
fn rules_and_calendars_are_set_by_the_town_desk_alone() {
    let roster = Document::new(village());
    let edit = || crate::deadline::put_rule(crate::deadline::Rule::AcceptDays, "3").unwrap();
    assert_eq!(ruling(&roster, BOARD, edit()), Why::TownRules.into());
    assert_eq!(ruling(&roster, DESK, edit()), ALLOWED);
    let plan = crate::deadline::YearPlan::parse("2027-01-01,off").unwrap();
    assert_eq!(ruling(&roster, BOARD, crate::deadline::put_calendar(&plan)), Why::TownRules.into());
    assert_eq!(ruling(&roster, DESK, crate::deadline::put_calendar(&plan)), ALLOWED);
    assert_eq!(ruling(&roster, DESK, put("rule/accept_days", 3_i64)), Why::NotItsType.into());
    let mut set = roster;
    write(&mut set, DESK, edit());
    write(&mut set, DESK, crate::deadline::put_calendar(&plan));
    let terms = Roster::read(&set).terms;
    assert_eq!((terms.rules.accept_days, terms.days.unknown_from()), (3, Some(2028)));
}

#[test]
fn steps_are_never_rewritten_or_removed() {
    let mut document = matter();
    let submit = step(&document, 1, LINKED, Act::Submit);
    write(&mut document, LINKED, submit);
    let note = Act::Note { note: Prose::parse(FieldId::Note, "改写").unwrap(), contacted_on: None };
    assert_eq!(ruling(&document, LINKED, step(&document, 1, LINKED, note)), Why::StepsStay.into());
    let mut removal = Edit::new();
    removal.remove(format!("step/{}", id(1)));
    assert_eq!(ruling(&document, LINKED, removal), Why::StepsStay.into());
}

#[test]
fn a_number_is_given_by_the_town_desk() {
    let number = || matter::number("330411101203-2026-0001").unwrap();
    assert_eq!(ruling(&matter(), DESK, number()), ALLOWED);
    for by in [LINKED, BOARD, LEAD] {
        assert_eq!(ruling(&matter(), by, number()), Why::TownNumber.into());
    }
    assert_eq!(ruling(&matter(), STRANGER, put("place", "村口")), Why::NotYourMatter.into());
    assert_eq!(ruling(&matter(), LINKED, put("place", "村口")), ALLOWED);
}

#[test]
fn a_villages_board_gives_no_role_of_the_town() {
    let give = |roles: &[Role]| {
        let form =
            WorkerForm { name: "某某".into(), roles: roles.iter().copied().collect(), ..WorkerForm::default() };
        roster::put_worker(worker(BOARD), &WorkerDraft::new(&form).unwrap())
    };
    let plain = roster_document();
    assert_eq!(ruling(&plain, BOARD, give(&[Role::VillageBoard, Role::BranchLead])), ALLOWED);
    assert_eq!(ruling(&plain, BOARD, give(&[Role::VillageBoard, Role::TownDesk])), Why::TownRoles.into());
    assert_eq!(ruling(&plain, DESK, give(&[Role::VillageBoard, Role::TownDesk])), ALLOWED);
    let mut appointed = plain;
    write(&mut appointed, DESK, give(&[Role::VillageBoard, Role::CountyView]));
    assert_eq!(ruling(&appointed, BOARD, give(&[Role::Member, Role::CountyView])), ALLOWED);
    assert_eq!(ruling(&appointed, BOARD, give(&[Role::VillageBoard, Role::SysAdmin])), Why::TownRoles.into());
}

#[test]
fn a_household_is_not_taken_over_by_another_villages_board() {
    let theirs = doc(DocKind::Roster, 7);
    let mut edit = Edit::new();
    edit.put_value("village", Some(&theirs));
    assert_eq!(ruling(&household(), BOARD, edit.clone()), ALLOWED);
    let mut elsewhere = Document::new(doc(DocKind::Household, 8));
    write(&mut elsewhere, DESK, edit);
    let mut here = Edit::new();
    here.put_value("village", Some(&village()));
    assert_eq!(ruling(&elsewhere, BOARD, here), Why::WrittenOnce.into());
}

#[test]
fn a_roster_is_kept_by_its_board_and_the_town_desk() {
    let leave = || roster::set_active(worker(FORMER), false);
    for (by, expected) in
        [(BOARD, ALLOWED), (DESK, ALLOWED), (LINKED, Why::RosterKeepers.into()), (LEAD, Why::RosterKeepers.into())]
    {
        assert_eq!(ruling(&roster_document(), by, leave()), expected, "worker {by}");
    }
    let elsewhere = Document::new(doc(DocKind::Roster, 2));
    assert_eq!(ruling(&elsewhere, BOARD, leave()), Why::RosterKeepers.into());
}

#[test]
fn a_kind_of_a_newer_version_and_a_village_nobody_knows_are_refused() {
    let newer = Document::new(doc(DocKind::Other(99), 1));
    assert_eq!(ruling(&newer, DESK, put("any", 1)), Why::UnknownKind.into());
    let document = household();
    let keys = ["phone".to_owned()];
    let (author, before, after) = (&author(LINKED), &document, &document);
    let ruling = judge(&Judgement { author, keys: &keys, before, after, roster: None, on: day(3) });
    assert_eq!(ruling, Why::UnknownVillage.into());
}

#[test]
fn what_somebody_who_has_left_would_have_been_let_write_waits_for_a_person() {
    let mut document = roster_document();
    for n in [LINKED, FORMER, STRANGER, LEAD, BOARD] {
        write(&mut document, DESK, roster::set_active(worker(n), false));
    }
    let roster = Roster::read(&document);
    let of_the_gone = |before: &Document, by: u8, edit: Edit| {
        let author = Author::of_roster(worker(by), &roster).unwrap();
        let keys: Vec<_> = edit.keys().map(str::to_owned).collect();
        let mut after = before.clone();
        after.write(stamp(by, 0), edit).unwrap();
        judge(&Judgement { author: &author, keys: &keys, before, after: &after, roster: Some(&roster), on: day(3) })
    };
    for (by, expected) in
        [(LINKED, HELD), (FORMER, HELD), (LEAD, HELD), (BOARD, HELD), (STRANGER, Why::NotLinked.into())]
    {
        assert_eq!(of_the_gone(&household(), by, phone()), expected, "worker {by}");
    }
    let blank = Document::new(doc(DocKind::Household, 2));
    let form = CardForm { head: "李四".into(), ..CardForm::default() };
    let own = household::create(worker(LINKED), &HouseholdDraft::new(village(), &form).unwrap());
    assert_eq!(of_the_gone(&blank, LINKED, own), HELD, "a card of their own waits too");
    assert_eq!(
        of_the_gone(&document, BOARD, roster::set_active(worker(BOARD), true)),
        HELD,
        "nobody lets themselves in"
    );
}

#[test]
fn late_work_is_marked_by_the_town_and_by_nobody_else() {
    let mark = crate::late::LateMark::new(worker(FORMER), crate::late::TownMillis(5), ["phone"]);
    let edit = crate::late::mark(&[(crate::ChangeHash([7; 32]), mark)]);
    for document in [household(), matter()] {
        assert_eq!(ruling(&document, DESK, edit.clone()), ALLOWED);
        for by in [LINKED, BOARD, LEAD, FORMER] {
            assert_eq!(ruling(&document, by, edit.clone()), Why::TownMarks.into(), "worker {by}");
        }
    }
    assert_eq!(ruling(&household(), DESK, put("late/x", "something else")), Why::NotItsType.into());
}

#[test]
fn a_conflict_is_settled_with_any_of_its_values_and_with_nothing_else() {
    let mut document = household();
    write(&mut document, LINKED, visit(&[LINKED, BACKUP], LINKED));
    let mut phone = document.clone();
    write(&mut document, LINKED, visit(&[LINKED], LINKED));
    write(&mut phone, BACKUP, visit(&[LINKED, BACKUP, NODE], BACKUP));
    let disputed = crate::testing::merge(&document, &phone);
    let key = format!("visit/{}", id(1));
    let rivals = disputed.get(&key).unwrap().rivals;
    assert_eq!(rivals.len(), 2);
    for told in rivals {
        for by in [DESK, BOARD, LINKED] {
            assert_eq!(ruling(&disputed, by, put(&key, told.value.clone())), ALLOWED, "worker {by}");
        }
        assert_eq!(ruling(&disputed, STRANGER, put(&key, told.value)), Why::NotLinked.into());
    }
    assert_eq!(ruling(&disputed, BOARD, visit(&[BACKUP], LINKED)), Why::OtherName.into());
}

#[test]
fn the_strictest_ruling_holds_for_the_whole_change() {
    let mut both = phone();
    both.extend(visit(&[FORMER], FORMER));
    assert_eq!(ruling(&household(), FORMER, both.clone()), LATE);
    both.extend(visit(&[FORMER], BOARD));
    assert_eq!(
        ruling(&household(), FORMER, both),
        Why::OtherName.into(),
        "late or not, nobody writes in another's name"
    );
    let mut bad = phone();
    bad.extend(visit(&[BACKUP], LINKED));
    assert_eq!(ruling(&household(), LINKED, bad), Why::OtherName.into());
}

#[test]
fn refusals_speak_both_languages_and_fit_a_reply() {
    for lang in [Lang::Zh, Lang::En] {
        let message = Why::NotLinked.message(lang);
        assert!(!message.is_empty() && message.chars().count() <= 200);
    }
    assert_eq!((Why::NotLinked.code(), Why::NotItsType.code()), (RefuseCode::NotPermitted, RefuseCode::InvalidContent));
}

mod access;
mod aid;
mod community;
