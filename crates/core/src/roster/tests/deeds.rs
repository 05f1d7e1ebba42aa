//! What is done to a roster, and what a clerk reads when it cannot be.

use super::*;
use crate::Lang;
use crate::deed::{Hand, from_json};
use crate::draft::{FieldId, Reason, Refusal};

const HAND: u8 = 9;

fn hand(random: u8) -> Hand {
    Hand { worker: worker(HAND), at: crate::DeviceMillis(5), today: day(9), random: [random; 16] }
}

/// Does a deed and writes it.
fn done(document: &mut Document, random: u8, json: &str) {
    let edit = from_json(DocKind::Roster, json).unwrap().edit(document, &hand(random)).unwrap();
    write(document, HAND, edit);
}

fn refused(document: &Document, json: &str) -> Refusal {
    from_json(DocKind::Roster, json).unwrap().edit(document, &hand(1)).unwrap_err()
}

fn grid(random: u8) -> RecordId {
    hand(random).record(0)
}

#[test]
fn a_village_is_built_by_deeds() {
    let json = r#"{"do":"put_village","name":"南浜村","town":"高桥镇","area":"330411101201","district":"秀洲区"}"#;
    let deed = from_json(DocKind::Roster, json).unwrap();
    let mut document = Document::new(deed.begins(&hand(1)).unwrap());
    assert_eq!(document.id(), roster_id("高桥镇", "南浜村"));
    done(&mut document, 1, json);
    done(&mut document, 2, r#"{"do":"put_worker","name":"张三","roles":["member"],"branch":"一支部"}"#);
    let zhang = *Roster::read(&document).workers.keys().next().unwrap();
    done(&mut document, 3, &format!(r#"{{"do":"put_worker","worker":"{zhang}","phone":"138 0013 8000"}}"#));
    done(&mut document, 4, r#"{"do":"put_grid","name":"第1网格","kind":"grid","from":"2026年1月1日"}"#);
    done(&mut document, 5, &format!(r#"{{"do":"put_grid","name":"第1组","kind":"group","parent":"{}"}}"#, grid(4)));
    let home = doc(DocKind::Household, 1);
    let link = format!(r#"{{"do":"link","worker":"{zhang}","household":"{home}","chosen":"self_reported"}}"#);
    done(&mut document, 6, &link);
    done(&mut document, 7, &link);
    done(&mut document, 8, &format!(r#"{{"do":"set_exempt","worker":"{zhang}","exempt":"health"}}"#));
    done(&mut document, 9, &format!(r#"{{"do":"set_published","id":"{}","published_on":"2026-11-08"}}"#, grid(6)));
    done(&mut document, 10, &format!(r#"{{"do":"pair","name":"陈干部","household":"{home}"}}"#));
    done(&mut document, 11, &format!(r#"{{"do":"end_pair","id":"{}","last_day":"2026-11-20"}}"#, grid(10)));
    done(&mut document, 12, &format!(r#"{{"do":"station","worker":"{zhang}"}}"#));
    done(&mut document, 13, &format!(r#"{{"do":"end_station","id":"{}","last_day":"2026-11-21"}}"#, grid(12)));
    let service =
        format!(r#"{{"do":"put_service_group","grid":"{}","leader":"{zhang}","members":["{zhang}"]}}"#, grid(4));
    done(&mut document, 14, &service);

    let roster = Roster::read(&document);
    assert_eq!(roster.district.as_ref().unwrap().value.as_str(), "秀洲区");
    let worker = &roster.workers[&zhang];
    assert_eq!(worker.phone.as_ref().unwrap().value.as_str(), "13800138000");
    assert_eq!(worker.exempt.as_ref().unwrap().value, Exempt::Health);
    assert!(worker.has(Role::Member), "what is left out stays");
    assert_eq!(roster.above(grid(5)), [grid(5), grid(4)]);
    assert_eq!(roster.links.len(), 1, "asked twice, it is the same link");
    let link = &roster.links[&grid(6)].value;
    assert_eq!((link.from, link.chosen), (Some(day(9)), Some(Chosen::SelfReported)));
    assert_eq!(link.published_on, Some(day(8)));
    assert_eq!(roster.active_pairs(day(20)).count() + roster.stationed(day(21)).count(), 2);
    assert_eq!(roster.active_pairs(day(21)).count() + roster.stationed(day(22)).count(), 0);
    assert_eq!(roster.services[&grid(4)].members.as_ref().unwrap().value, [zhang].into());
}

#[test]
fn a_member_who_comes_from_another_village_keeps_their_name_in_the_documents() {
    let mut document = village();
    done(&mut document, 1, &format!(r#"{{"do":"put_worker","worker":"{}","name":"赵敏"}}"#, worker(7)));
    assert!(Roster::read(&document).workers.contains_key(&worker(7)));
}

#[test]
fn a_backup_is_named_and_taken_away_and_households_are_handed_on() {
    let mut document = with_links(&[(1, link(1, 1)), (2, link(1, 2))]);
    done(&mut document, 1, &format!(r#"{{"do":"set_backup","id":"{}","backup":"{}"}}"#, id(1), worker(2)));
    assert_eq!(Roster::read(&document).links[&id(1)].value.backup, Some(worker(2)));
    done(&mut document, 2, &format!(r#"{{"do":"set_backup","id":"{}"}}"#, id(1)));
    assert_eq!(Roster::read(&document).links[&id(1)].value.backup, None);
    done(&mut document, 3, &format!(r#"{{"do":"hand_on","of":"{}","to":"{}"}}"#, worker(1), worker(2)));
    let roster = Roster::read(&document);
    assert_eq!(roster.households_of(worker(2), day(9)).len(), 2);
    assert!(roster.households_of(worker(1), day(9)).is_empty());
}

#[test]
fn what_cannot_be_done_is_said_in_both_languages() {
    let document = with_grids_and_link();
    let (zhang, stranger, home) = (worker(1), worker(99), doc(DocKind::Household, 1));
    let (inner, outer, link) = (id(1), id(2), id(1));
    let cases = [
        (
            r#"{"do":"put_village","name":"","town":"高桥镇"}"#.to_owned(),
            (FieldId::Village, Reason::Missing),
            "请填写“村”。",
            "Please fill in the village.",
        ),
        (
            r#"{"do":"put_village","name":"别的村","town":"高桥镇"}"#.to_owned(),
            (FieldId::Village, Reason::NotNow),
            "“村”现在还不能这样办：先看看办到了哪一步。",
            "The village does not fit now: look at how far it has come.",
        ),
        (
            r#"{"do":"put_worker","phone":"13800138000"}"#.to_owned(),
            (FieldId::Name, Reason::Missing),
            "请填写“姓名”。",
            "Please fill in the name.",
        ),
        (
            r#"{"do":"put_worker","name":"张三","phone":"12"}"#.to_owned(),
            (FieldId::Phone, Reason::NotAPhone),
            "“电话”不是电话号码：手机11位，座机可带区号。",
            "The phone is not a phone number: 11 digits, or a landline with its area code.",
        ),
        (
            format!(r#"{{"do":"put_worker","name":"张三","grids":["{}"]}}"#, id(77)),
            (FieldId::Grid, Reason::NotThere),
            "“网格”所指的内容不在这里，可能已被改动。",
            "The grid names something that is not here; it may have changed.",
        ),
        (
            format!(r#"{{"do":"set_exempt","worker":"{stranger}","exempt":"age"}}"#),
            (FieldId::Worker, Reason::NotThere),
            "“人员”所指的内容不在这里，可能已被改动。",
            "The worker names something that is not here; it may have changed.",
        ),
        (
            r#"{"do":"set_active","active":true}"#.to_owned(),
            (FieldId::Worker, Reason::Missing),
            "请填写“人员”。",
            "Please fill in the worker.",
        ),
        (
            format!(r#"{{"do":"put_grid","grid":"{outer}","parent":"{inner}"}}"#),
            (FieldId::Parent, Reason::NotAChoice),
            "“所属网格”不在可选项内，请从列表中选。",
            "The grid it lies in is not one of the choices.",
        ),
        (
            format!(r#"{{"do":"put_grid","name":"一","leader":"{stranger}"}}"#),
            (FieldId::Leader, Reason::NotThere),
            "“负责人”所指的内容不在这里，可能已被改动。",
            "The leader names something that is not here; it may have changed.",
        ),
        (
            format!(r#"{{"do":"end_grid","grid":"{inner}","last_day":"昨天"}}"#),
            (FieldId::To, Reason::NotADate),
            "“结束日期”不是日期，请按“2026-11-03”或“2026年11月3日”填写。",
            "The last day is not a date: write it like 2026-11-03.",
        ),
        (
            format!(r#"{{"do":"end_grid","grid":"{inner}","last_day":"2026-11-03","replaced_by":"{inner}"}}"#),
            (FieldId::ReplacedBy, Reason::NotAChoice),
            "“由谁接替”不在可选项内，请从列表中选。",
            "The successor is not one of the choices.",
        ),
        (
            format!(r#"{{"do":"link","worker":"{zhang}"}}"#),
            (FieldId::Household, Reason::Missing),
            "请填写“户”。",
            "Please fill in the household.",
        ),
        (
            format!(r#"{{"do":"link","worker":"{zhang}","household":"{}"}}"#, document.id()),
            (FieldId::Household, Reason::NotAChoice),
            "“户”不在可选项内，请从列表中选。",
            "The household is not one of the choices.",
        ),
        (
            format!(r#"{{"do":"link","worker":"{zhang}","household":"{home}","from":"2026-11-05","to":"2026-11-03"}}"#),
            (FieldId::To, Reason::EndsBeforeItBegins),
            "“结束日期”早于开始日期。",
            "The last day lies before the beginning.",
        ),
        (
            format!(r#"{{"do":"end_link","id":"{}","last_day":"2026-11-03"}}"#, id(77)),
            (FieldId::Record, Reason::NotThere),
            "“记录”所指的内容不在这里，可能已被改动。",
            "The record names something that is not here; it may have changed.",
        ),
        (
            format!(r#"{{"do":"set_backup","id":"{link}","backup":"{zhang}"}}"#),
            (FieldId::Backup, Reason::NotAChoice),
            "“后备联户人”不在可选项内，请从列表中选。",
            "The backup worker is not one of the choices.",
        ),
        (
            format!(r#"{{"do":"pair","name":"陈干部","household":"{}"}}"#, document.id()),
            (FieldId::Household, Reason::NotAChoice),
            "“户”不在可选项内，请从列表中选。",
            "The household is not one of the choices.",
        ),
        (
            r#"{"do":"station"}"#.to_owned(),
            (FieldId::Worker, Reason::Missing),
            "请填写“人员”。",
            "Please fill in the worker.",
        ),
        (
            format!(r#"{{"do":"put_service_group","grid":"{inner}","members":["{stranger}"]}}"#),
            (FieldId::ServiceMembers, Reason::NotThere),
            "“服务团成员”所指的内容不在这里，可能已被改动。",
            "The service group names something that is not here; it may have changed.",
        ),
        (
            format!(r#"{{"do":"hand_on","of":"{zhang}","to":"{zhang}"}}"#),
            (FieldId::Worker, Reason::NotAChoice),
            "“人员”不在可选项内，请从列表中选。",
            "The worker is not one of the choices.",
        ),
    ];
    for (json, (field, reason), zh, en) in cases {
        let refusal = refused(&document, &json);
        assert_eq!(refusal, Refusal::new(field, reason), "{json}");
        assert_eq!((refusal.message(Lang::Zh).as_str(), refusal.message(Lang::En).as_str()), (zh, en), "{json}");
    }
}

fn with_grids_and_link() -> Document {
    let mut document = with_links(&[(1, link(1, 1))]);
    for n in 1..=2 {
        let draft = GridDraft::new(&GridForm { name: "网格".into(), ..GridForm::default() }).unwrap();
        write(&mut document, 9, put_grid(id(n), &draft));
    }
    write(&mut document, 9, put(&format!("grid/{}/parent", id(1)), id(2).to_scalar()));
    document
}

#[test]
fn a_deed_that_is_none_is_told_without_what_was_typed() {
    for json in [r#"{"do":"crown"}"#, r#"{"do":"link","score":5}"#, r#"{"do":"link","worker":"张三"}"#, "[]"] {
        let why = from_json(DocKind::Roster, json).err().unwrap().to_string();
        assert!(why.contains("not a known deed") && !why.contains("张三"), "{why}");
    }
}
