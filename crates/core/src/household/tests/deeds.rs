//! What is done to a household, and what a clerk reads when it cannot be.

use super::*;
use crate::Lang;
use crate::deed::{Hand, from_json};
use crate::draft::Refusal;
use crate::policy::{Author, Judgement, Ruling, judge};
use crate::roster::{Role, Roster};

fn hand(n: u8) -> Hand {
    Hand { worker: worker(n), at: DeviceMillis(1_795_395_600_000), today: day(23), random: [n; 16] }
}

fn edit(document: &Document, json: &str) -> Result<Edit, Refusal> {
    from_json(DocKind::Household, json).unwrap().edit(document, &hand(1))
}

#[test]
fn a_household_is_made_and_kept_by_deeds() {
    let village = doc(DocKind::Roster, 1);
    let json =
        format!(r#"{{"do":"create","village":"{village}","head":"张三","group":"第1组","review_by":"2027年1月1日"}}"#);
    let deed = from_json(DocKind::Household, &json).unwrap();
    let mut document = Document::new(deed.begins(&hand(1)).unwrap());
    for json in [
        json.as_str(),
        r#"{"do":"change","phone":"138 0013 8000","residence":"empty"}"#,
        r#"{"do":"set_care","tag":"dibao","set":true}"#,
        r#"{"do":"put_resident","name":"张小四","relation":"2","born":2015}"#,
    ] {
        let edit = edit(&document, json).unwrap();
        write(&mut document, 1, edit);
    }
    let resident = *Household::read(&document).residents.keys().next().unwrap();
    let away = edit(&document, &format!(r#"{{"do":"put_resident","resident":"{resident}","away":true}}"#)).unwrap();
    write(&mut document, 1, away);
    let home = Household::read(&document);
    assert_eq!((home.group.as_ref().unwrap().value.as_str(), home.is_hardship()), ("第1组", true));
    assert_eq!(home.residence.as_ref().unwrap().value, Residence::Empty);
    assert_eq!(home.review_by.as_ref().unwrap().value.to_string(), "2027-01-01");
    let resident = &home.residents[&resident];
    assert_eq!(
        (resident.fields.name.as_ref().unwrap().value.as_str(), resident.fields.away.as_ref().unwrap().value),
        ("张小四", true)
    );
    let again = edit(&document, &json).unwrap_err();
    assert_eq!(again.reason, Reason::NotNow, "a card is made once");
}

#[test]
fn a_visit_of_any_hour_way_and_occasion_is_recorded_also_when_nobody_was_met() {
    for mode in VisitMode::ALL {
        for channel in VisitChannel::ALL {
            for met in Met::ALL {
                let (mode, channel, met) = (mode.code(), channel.code(), met.code());
                let json = format!(
                    r#"{{"do":"visit","time":"０3：05","mode":"{mode}","channel":"{channel}","met":"{met}","next_on":"2026-12-01"}}"#
                );
                let mut document = home();
                let edit = edit(&document, &json).unwrap();
                write(&mut document, 1, edit);
                let visit = Household::read(&document).visits.pop_first().unwrap().1.value;
                assert_eq!((visit.date, visit.workers), (Some(day(23)), [worker(1)].into()));
                assert_eq!(visit.time.unwrap().to_string(), "03:05:00");
                assert_eq!(visit.met.unwrap().code(), met);
                assert!(visit.matters.is_empty() && visit.note.is_none(), "nothing is asked for that was not there");
            }
        }
    }
}

#[test]
fn a_paper_visit_typed_in_for_another_keeps_both_days_and_who_typed() {
    let mut document = home();
    let json = format!(
        r#"{{"do":"visit","workers":["{}"],"date":"2026-11-03","recorded_on":"2026-11-04","note":"想装扶手"}}"#,
        worker(7)
    );
    let typed = edit(&document, &json).unwrap();
    write(&mut document, 1, typed);
    let visit = Household::read(&document).visits.pop_first().unwrap().1.value;
    assert_eq!((visit.workers.clone(), visit.entered_by), ([worker(7)].into(), Some(worker(1))));
    assert_eq!(visit.recorded_at, Some(millis_of(day(4))));
    assert_eq!(visit.entered_at, Some(hand(1).at));
    let rows = crate::views::project(&document);
    let row = rows.iter().find(|row| row.view == "visits").unwrap();
    let both = [visit.recorded_at, visit.entered_at].map(|at| crate::views::Cell::Int(at.unwrap().0));
    assert!(both.iter().all(|at| row.values.contains(at)), "the office sees them apart");
}

#[test]
fn a_visit_written_anew_keeps_what_came_of_it_and_when_it_was_written_down() {
    let mut document = home();
    let (first, matter) = (form(1, "初稿"), doc(DocKind::Matter, 1));
    write(&mut document, 1, visit(id(1), &VisitDraft::new(VisitForm { matters: vec![matter], ..first }).unwrap()));
    let json = format!(r#"{{"do":"rewrite_visit","visit":"{}","note":"改过","met":"nobody"}}"#, id(1));
    let anew = edit(&document, &json).unwrap();
    write(&mut document, 1, anew);
    let visit = &Household::read(&document).visits[&id(1)].value;
    assert_eq!((visit.date, visit.recorded_at), (Some(day(1)), Some(DeviceMillis(5))));
    assert_eq!((visit.note.as_ref().unwrap().as_str(), visit.matters.as_slice()), ("改过", [matter].as_slice()));
    let rows = crate::views::project(&document);
    assert_eq!(rows.iter().filter(|row| row.view == "visit_matters").count(), 1);
}

#[test]
fn nothing_about_a_visit_can_be_measured() {
    for field in ["duration", "minutes", "track", "mileage", "location", "photo", "score"] {
        let json = format!(r#"{{"do":"visit","note":"一","{field}":5}}"#);
        assert!(from_json(DocKind::Household, &json).is_err(), "{field}");
    }
}

#[test]
fn what_cannot_be_done_is_said_in_both_languages() {
    let document = home();
    let blank = Document::new(doc(DocKind::Household, 2));
    let (village, nobody) = (doc(DocKind::Roster, 1), id(77));
    let cases = [
        (
            &blank,
            r#"{"do":"create","head":"张三"}"#.to_owned(),
            (FieldId::Village, Reason::Missing),
            "请填写“村”。",
            "Please fill in the village.",
        ),
        (
            &blank,
            format!(r#"{{"do":"create","village":"{village}"}}"#),
            (FieldId::Head, Reason::Missing),
            "请填写“户主”。",
            "Please fill in the head of household.",
        ),
        (
            &document,
            format!(r#"{{"do":"change","village":"{village}"}}"#),
            (FieldId::Village, Reason::NotAChoice),
            "“村”不在可选项内，请从列表中选。",
            "The village is not one of the choices.",
        ),
        (
            &document,
            r#"{"do":"change","review_by":"明年"}"#.to_owned(),
            (FieldId::ReviewBy, Reason::NotADate),
            "“复核日期”不是日期，请按“2026-11-03”或“2026年11月3日”填写。",
            "The review date is not a date: write it like 2026-11-03.",
        ),
        (
            &document,
            r#"{"do":"put_resident","born":1950}"#.to_owned(),
            (FieldId::Name, Reason::Missing),
            "请填写“姓名”。",
            "Please fill in the name.",
        ),
        (
            &document,
            format!(r#"{{"do":"remove_resident","resident":"{nobody}"}}"#),
            (FieldId::Resident, Reason::NotThere),
            "“家庭成员”所指的内容不在这里，可能已被改动。",
            "The resident names something that is not here; it may have changed.",
        ),
        (
            &document,
            r#"{"do":"set_care","set":true}"#.to_owned(),
            (FieldId::Tags, Reason::Missing),
            "请填写“标签”。",
            "Please fill in the tags.",
        ),
        (
            &document,
            r#"{"do":"visit","time":"晚上"}"#.to_owned(),
            (FieldId::Time, Reason::NotATime),
            "“时间”不是时刻，请按“19:30”填写。",
            "The time is not a time of day: write it like 19:30.",
        ),
        (
            &document,
            r#"{"do":"visit","date":"2026-11-05","next_on":"2026-11-03"}"#.to_owned(),
            (FieldId::NextOn, Reason::EndsBeforeItBegins),
            "“下次走访”早于开始日期。",
            "The next visit lies before the beginning.",
        ),
        (
            &document,
            format!(r#"{{"do":"visit","note":"{}"}}"#, "字".repeat(4001)),
            (FieldId::Note, Reason::TooLong { max: 4000 }),
            "“走访情况”太长，最多4000个字。",
            "The note is too long: at most 4000 characters.",
        ),
        (
            &document,
            format!(r#"{{"do":"rewrite_visit","visit":"{nobody}"}}"#),
            (FieldId::Visit, Reason::NotThere),
            "“走访记录”所指的内容不在这里，可能已被改动。",
            "The visit names something that is not here; it may have changed.",
        ),
    ];
    for (document, json, (field, reason), zh, en) in cases {
        let refusal = edit(document, &json).unwrap_err();
        assert_eq!(refusal, Refusal::new(field, reason), "{json}");
        assert_eq!((refusal.message(Lang::Zh).as_str(), refusal.message(Lang::En).as_str()), (zh, en), "{json}");
    }
}

#[test]
fn only_who_may_type_for_others_records_anothers_visit() {
    let before = home();
    let mut after = before.clone();
    let json = format!(r#"{{"do":"visit","workers":["{}"],"note":"代记"}}"#, worker(7));
    let edit = edit(&before, &json).unwrap();
    let keys: Vec<String> = edit.keys().map(str::to_owned).collect();
    write(&mut after, 1, edit);
    let mut roster = Document::new(doc(DocKind::Roster, 1));
    let form = |role| crate::roster::WorkerForm { name: "某".into(), roles: [role].into(), ..Default::default() };
    for (role, allowed) in [(Role::Member, false), (Role::VillageBoard, true)] {
        let draft = crate::roster::WorkerDraft::new(&form(role)).unwrap();
        write(&mut roster, 9, crate::roster::put_worker(worker(1), &draft));
        let roster = Roster::read(&roster);
        let author = Author::of_roster(worker(1), &roster).unwrap();
        let judgement = Judgement {
            author: &author,
            keys: &keys,
            before: &before,
            after: &after,
            roster: Some(&roster),
            on: day(9),
        };
        assert_eq!(judge(&judgement) == Ruling::Allow, allowed, "{role:?}");
    }
}

#[test]
fn living_alone_is_no_hardship_and_an_allowance_is() {
    let mut document = Document::new(doc(DocKind::Household, 1));
    write(&mut document, 1, care(CareTag::Alone, true));
    assert!(!Household::read(&document).is_hardship());
    write(&mut document, 1, care(CareTag::NearDibao, true));
    assert!(Household::read(&document).is_hardship());
}
