//! What is done to a diary month, who may comment, and what an author reads when something cannot be done.

use super::*;
use crate::Lang;
use crate::deed::{Hand, from_json};
use crate::policy::{Author, Judgement, Ruling, Why, judge};
use crate::roster::{self, Role, Roster, WorkerDraft, WorkerForm};

const AUTHOR: u8 = 1;
const LEAD: u8 = 2;
const BOARD: u8 = 3;
const MEMBER: u8 = 4;
const NODE: u8 = 5;
const DESK: u8 = 9;

fn hand(n: u8) -> Hand {
    Hand { worker: worker(n), at: DeviceMillis(7), today: day(23), random: [n; 16] }
}

fn village() -> Roster {
    let mut document = Document::new(doc(DocKind::Roster, 1));
    let people = [
        (AUTHOR, Role::Member, "一支部"),
        (LEAD, Role::BranchLead, "一支部"),
        (BOARD, Role::VillageBoard, "二支部"),
        (MEMBER, Role::Member, "一支部"),
        (NODE, Role::Node, "一支部"),
    ];
    for (n, role, branch) in people {
        let form =
            WorkerForm { name: "某".into(), roles: [role].into(), branch: branch.into(), ..WorkerForm::default() };
        write_by(&mut document, DESK, roster::put_worker(worker(n), &WorkerDraft::new(&form).unwrap()));
    }
    Roster::read(&document)
}

/// A month of the author with one entry, `id(1)`.
fn month(audience: Audience) -> Document {
    let draft = EntryDraft::new(form("河里有垃圾。")).unwrap();
    let mut document = Document::new(diary_id(worker(AUTHOR), draft.month(), audience));
    write_by(&mut document, AUTHOR, write(&DiaryHeader { audience, ..header() }, id(1), &draft));
    document
}

/// What becomes of an edit, and the document with it.
fn ruled(before: &Document, by: u8, edit: Edit) -> (Ruling, Document) {
    let roster = village();
    let author = match by {
        DESK => Author::town_desk(worker(DESK)),
        by => Author::of_roster(worker(by), &roster).unwrap(),
    };
    let keys: Vec<String> = edit.keys().map(str::to_owned).collect();
    let mut after = before.clone();
    write_by(&mut after, by, edit);
    let on = day(23);
    (judge(&Judgement { author: &author, keys: &keys, before, after: &after, roster: Some(&roster), on }), after)
}

fn comment(document: &Document, by: u8, text: &str) -> Edit {
    let json = format!(r#"{{"do":"comment","entry":"{}","text":"{text}"}}"#, id(1));
    from_json(DocKind::Diary, &json).unwrap().edit(document, &hand(by)).unwrap()
}

#[test]
fn who_may_read_may_comment_and_nobody_else() {
    let everybody = [AUTHOR, LEAD, BOARD, MEMBER, NODE, DESK];
    let cases = [
        (Audience::OnlyMe, vec![AUTHOR]),
        (Audience::Branch, vec![AUTHOR, LEAD]),
        (Audience::Village, vec![AUTHOR, LEAD, BOARD]),
        (Audience::Town, vec![AUTHOR, LEAD, BOARD, DESK]),
    ];
    for (audience, readers) in cases {
        let document = month(audience);
        for by in everybody {
            let (ruling, after) = ruled(&document, by, comment(&document, by, "去看看"));
            if readers.contains(&by) {
                assert_eq!(ruling, Ruling::Allow, "{audience:?} {by}");
                assert_eq!(Diary::read(&after).comments_on(id(1)).len(), 1);
            } else {
                assert_eq!(ruling, Why::NotAReader.into(), "{audience:?} {by}");
            }
        }
    }
}

#[test]
fn nobody_rewrites_anothers_comment_nor_comments_in_anothers_name() {
    let (_, document) = ruled(&month(Audience::Town), LEAD, comment(&month(Audience::Town), LEAD, "去看看"));
    let key = Diary::read(&document).comments.keys().map(|id| format!("comment/{id}")).next().unwrap();
    let mut taken_out = Edit::new();
    taken_out.remove(key.as_str());
    let mut rewritten = Edit::new();
    let said = format!(r#"{{"at":7,"by":"{}","entry":"{}","text":"别的"}}"#, worker(BOARD), id(1));
    rewritten.put(key.as_str(), said.as_str());
    for by in [AUTHOR, BOARD, DESK] {
        for edit in [&taken_out, &rewritten] {
            assert_eq!(ruled(&document, by, edit.clone()).0, Why::OtherName.into(), "{by}");
        }
    }
    assert_eq!(ruled(&document, LEAD, taken_out).0, Ruling::Allow, "one's own");
    let mut forged = Edit::new();
    forged.put(format!("comment/{}", id(9)), said.as_str());
    assert_eq!(ruled(&document, LEAD, forged).0, Why::OtherName.into());
}

#[test]
fn a_reader_writes_nothing_but_comments() {
    let document = month(Audience::Town);
    let entry =
        write(&DiaryHeader { audience: Audience::Town, ..header() }, id(2), &EntryDraft::new(form("一")).unwrap());
    for by in [LEAD, BOARD, DESK, MEMBER] {
        assert_eq!(ruled(&document, by, entry.clone()).0, Why::OtherDiary.into(), "{by}");
        assert_eq!(ruled(&document, by, remove(id(1))).0, Why::OtherDiary.into(), "{by}");
    }
}

#[test]
fn a_paper_book_is_typed_in_by_whoever_may_and_names_them() {
    let json = |audience: &str| {
        let (author, village) = (worker(AUTHOR), doc(DocKind::Roster, 1));
        format!(
            r#"{{"do":"write","author":"{author}","village":"{village}","audience":"{audience}","date":"2026-11-03","recorded_on":"2026-11-03","text":"下雨。"}}"#
        )
    };
    let typed = |by: u8, audience: &str| {
        let deed = from_json(DocKind::Diary, &json(audience)).unwrap();
        let blank = Document::new(deed.begins(&hand(by)).unwrap());
        ruled(&blank, by, deed.edit(&blank, &hand(by)).unwrap())
    };
    for (by, allowed) in [(LEAD, true), (BOARD, true), (NODE, true), (DESK, true), (MEMBER, false)] {
        let (ruling, after) = typed(by, "branch");
        assert_eq!(ruling == Ruling::Allow, allowed, "{by}");
        let entry = Diary::read(&after).entries.pop_first().unwrap().1.value;
        assert_eq!((entry.entered_by, entry.entered_at), (Some(worker(by)), Some(DeviceMillis(7))));
        assert_eq!(entry.recorded_at, Some(crate::household::millis_of(day(3))));
    }
    assert_eq!(typed(BOARD, "self").0, Why::OtherDiary.into(), "one for its author alone is nobody's to type");
    let (_, own) = typed(AUTHOR, "self");
    assert_eq!(Diary::read(&own).entries.pop_first().unwrap().1.value.entered_by, None);
}

#[test]
fn a_page_is_typed_in_by_somebody_who_does_not_hold_the_month_and_nothing_of_it_changes() {
    let there = month(Audience::Branch);
    let json = format!(
        r#"{{"do":"write","author":"{}","village":"{}","date":"2026-11-04","text":"手写"}}"#,
        worker(AUTHOR),
        doc(DocKind::Roster, 1)
    );
    let mut blank = Document::new(there.id());
    let edit = from_json(DocKind::Diary, &json).unwrap().edit(&blank, &hand(BOARD)).unwrap();
    let keys: Vec<String> = edit.keys().map(str::to_owned).collect();
    write_by(&mut blank, BOARD, edit);
    let roster = village();
    let author = Author::of_roster(worker(BOARD), &roster).unwrap();
    let after = merge(&there, &blank);
    let ruled = |keys: &[String], after: &Document| {
        judge(&Judgement { author: &author, keys, before: &there, after, roster: Some(&roster), on: day(23) })
    };
    assert_eq!(ruled(&keys, &after), Ruling::Allow);
    assert_eq!(Diary::read(&after).entries.len(), 2);
    assert!(!after.has_conflict());
    let mut taken = there.clone();
    let mut removal = Edit::new();
    removal.remove("village");
    write_by(&mut taken, BOARD, removal);
    assert_ne!(ruled(&["village".to_owned()], &taken), Ruling::Allow);
}

#[test]
fn somebody_who_types_does_not_write_over_what_the_author_wrote() {
    let document = month(Audience::Branch);
    let read = Diary::read(&document).entries[&id(1)].value.clone();
    let anew = Entry { entered_by: Some(worker(LEAD)), ..read };
    let mut edit = Edit::new();
    edit.put(format!("entry/{}", id(1)), anew.to_scalar());
    assert_eq!(ruled(&document, LEAD, edit).0, Why::OtherDiary.into());
}

#[test]
fn a_matter_is_linked_once_and_an_entry_written_anew_keeps_it() {
    let mut document = month(Audience::Branch);
    let matter = doc(DocKind::Matter, 1);
    let link = format!(r#"{{"do":"link_matter","entry":"{}","matter":"{matter}"}}"#, id(1));
    let anew = format!(r#"{{"do":"rewrite","entry":"{}","text":"改过"}}"#, id(1));
    for json in [&link, &link, &anew] {
        let edit = from_json(DocKind::Diary, json).unwrap().edit(&document, &hand(AUTHOR)).unwrap();
        write_by(&mut document, AUTHOR, edit);
    }
    let entry = &Diary::read(&document).entries[&id(1)].value;
    assert_eq!((entry.matters.as_slice(), entry.text.as_ref().unwrap().as_str()), ([matter].as_slice(), "改过"));
    assert_eq!(entry.date, Some(day(3)));
}

#[test]
fn what_cannot_be_done_is_said_in_both_languages() {
    let document = month(Audience::Branch);
    let (village, nothing) = (doc(DocKind::Roster, 1), id(77));
    let cases = [
        (
            format!(r#"{{"do":"write","village":"{village}"}}"#),
            (FieldId::Text, Reason::Missing),
            "请填写“内容”。",
            "Please fill in the text.",
        ),
        (
            format!(r#"{{"do":"write","village":"{village}","date":"前天","text":"一"}}"#),
            (FieldId::Date, Reason::NotADate),
            "“日期”不是日期，请按“2026-11-03”或“2026年11月3日”填写。",
            "The date is not a date: write it like 2026-11-03.",
        ),
        (
            format!(r#"{{"do":"write","village":"{village}","date":"2026-12-03","text":"一"}}"#),
            (FieldId::Month, Reason::NotNow),
            "“月份”现在还不能这样办：先看看办到了哪一步。",
            "The month does not fit now: look at how far it has come.",
        ),
        (
            format!(r#"{{"do":"rewrite","entry":"{}","date":"2026-12-03","text":"一"}}"#, id(1)),
            (FieldId::Month, Reason::NotNow),
            "“月份”现在还不能这样办：先看看办到了哪一步。",
            "The month does not fit now: look at how far it has come.",
        ),
        (
            format!(r#"{{"do":"remove","entry":"{nothing}"}}"#),
            (FieldId::Entry, Reason::NotThere),
            "“日记”所指的内容不在这里，可能已被改动。",
            "The diary entry names something that is not here; it may have changed.",
        ),
        (
            format!(r#"{{"do":"comment","entry":"{}","text":" "}}"#, id(1)),
            (FieldId::Comment, Reason::Missing),
            "请填写“评论”。",
            "Please fill in the comment.",
        ),
        (
            format!(r#"{{"do":"link_matter","entry":"{}","matter":"{village}"}}"#, id(1)),
            (FieldId::Matter, Reason::NotAChoice),
            "“事项”不在可选项内，请从列表中选。",
            "The matter is not one of the choices.",
        ),
    ];
    for (json, (field, reason), zh, en) in cases {
        let refusal = from_json(DocKind::Diary, &json).unwrap().edit(&document, &hand(AUTHOR)).unwrap_err();
        assert_eq!(refusal, Refusal::new(field, reason), "{json}");
        assert_eq!((refusal.message(Lang::Zh).as_str(), refusal.message(Lang::En).as_str()), (zh, en), "{json}");
    }
}

#[test]
fn nobody_grades_a_diary() {
    for field in ["grade", "score", "stars", "words_at_least", "mood_points"] {
        let json = format!(r#"{{"do":"write","text":"一","{field}":5}}"#);
        assert!(from_json(DocKind::Diary, &json).is_err(), "{field}");
    }
}
