use super::*;
use crate::deed::from_json;
use crate::testing::{day, doc, stamp, worker};
use crate::{DeviceMillis, Lang};

const MEMBER: u8 = 1;
const OWNER: u8 = 2;
const LEAD: u8 = 3;

fn hand(by: u8, on: NaiveDate, n: u8) -> Hand {
    Hand { worker: worker(by), at: DeviceMillis(millis(on)), today: on, random: [n; 16] }
}

/// Noon in China.
fn millis(on: NaiveDate) -> i64 {
    on.and_hms_opt(4, 0, 0).unwrap().and_utc().timestamp_millis()
}

/// A matter and its people.
struct Told {
    document: Document,
    n: u8,
}

impl Told {
    fn raised() -> Self {
        Self::raised_as(r#"{"do":"raise","village":"01010101-0101-8101-8101-010101010101","title":"河道有垃圾"}"#)
    }

    fn raised_as(json: &str) -> Self {
        let mut told = Told { document: Document::new(doc(DocKind::Matter, 1)), n: 0 };
        told.on(MEMBER, 2, json).unwrap();
        told
    }

    /// Somebody acts on a day of November.
    fn on(&mut self, by: u8, on: u32, json: &str) -> Result<(), Refusal> {
        self.n += 1;
        let deed = from_json(DocKind::Matter, json).unwrap_or_else(|why| panic!("{json}: {why}"));
        let edit = deed.edit(&self.document, &hand(by, day(on), self.n))?;
        self.document.write(stamp(by, millis(day(on))), edit).unwrap();
        Ok(())
    }

    fn all(mut self, steps: &[(u8, u32, &str)]) -> Self {
        for (by, on, json) in steps {
            self.on(*by, *on, json).unwrap_or_else(|why| panic!("{json}: {why}"));
        }
        self
    }

    fn matter(&self) -> Matter {
        Matter::read(&self.document)
    }
}

const SUBMIT: &str = r#"{"do":"submit"}"#;
const ASSIGN: &str = r#"{"do":"assign","owner":"02020202-0202-0202-0202-020202020202"}"#;
const VERDICT: &str = r#"{"do":"evaluate","solved":"no","satisfaction":"not"}"#;

fn in_progress() -> Told {
    Told::raised().all(&[
        (MEMBER, 2, SUBMIT),
        (LEAD, 3, ASSIGN),
        (OWNER, 4, r#"{"do":"accept"}"#),
        (OWNER, 4, r#"{"do":"start"}"#),
    ])
}

fn fed_back() -> Told {
    in_progress()
        .all(&[(OWNER, 6, r#"{"do":"done","text":"已清理"}"#), (MEMBER, 9, r#"{"do":"feedback","way":"visit"}"#)])
}

#[test]
fn an_assignment_without_a_day_takes_the_villages_rule_and_says_by_when_the_next_is_expected() {
    let matter = in_progress().matter();
    let limits = Deadlines::of(&matter, Terms::usual());
    // Assigned on Tuesday the 3rd: two working days, and seven.
    assert_eq!(limits.accept_by.unwrap().on, day(5));
    assert_eq!((limits.due.unwrap().on, limits.first_due.unwrap().on), (day(12), day(12)));
    assert_eq!(limits.contact_by.unwrap().on, day(9));
    // The village's rules change: what was said when it was assigned stays.
    let mut terms = Terms::default();
    terms.rules.accept_days = 20;
    terms.rules.finish_days = 20;
    assert_eq!(Deadlines::of(&matter, &terms).accept_by.unwrap().on, day(5));
    assert_eq!(Deadlines::of(&matter, &terms).due.unwrap().on, day(12));
    assert_eq!(
        limits.overdue(&matter, day(13)).iter().map(|(limit, _)| *limit).collect::<Vec<_>>(),
        [crate::deadline::Limit::Contact, crate::deadline::Limit::Finish]
    );
    assert!(limits.overdue(&matter, day(9)).is_empty());
}

#[test]
fn what_follows_is_expected_by_its_own_day_and_the_verdict_within_fifteen_days() {
    let matter = fed_back().matter();
    let limits = Deadlines::of(&matter, Terms::usual());
    assert_eq!(limits.feedback_by.unwrap().on, day(11));
    assert_eq!(limits.evaluate_by.unwrap().on, day(24));
    assert_eq!(limits.open(&matter).len(), 1, "only the verdict is still expected");
    let days = crate::matter::Timeline::of(&matter);
    assert_eq!((days.contacted_on, days.done_on, days.fed_back_on), (Some(day(9)), Some(day(6)), Some(day(9))));
}

#[test]
fn an_extension_is_asked_once_within_the_rule_and_moves_the_day_when_it_is_granted() {
    let mut told = in_progress();
    let ask = |on: &str| format!(r#"{{"do":"ask_extension","on":"{on}","text":"等配件"}}"#);
    // Due on Thursday the 12th; ten working days on is Thursday the 26th.
    assert_eq!(told.on(OWNER, 9, &ask("2026-11-12")).unwrap_err().reason, Reason::EndsBeforeItBegins);
    let refusal = told.on(OWNER, 9, &ask("2026-11-27")).unwrap_err();
    assert_eq!(refusal.message(Lang::Zh), "“延期工作日数”应在1到10之间。");
    told.on(OWNER, 9, &ask("2026-11-26")).unwrap();
    told.on(LEAD, 10, r#"{"do":"answer_extension","granted":true,"on":"2026-11-10"}"#).unwrap();
    let matter = told.matter();
    let limits = Deadlines::of(&matter, Terms::usual());
    assert_eq!((limits.due.unwrap().on, limits.first_due.unwrap().on), (day(26), day(12)));
    assert_eq!((matter.story.extended, crate::matter::Timeline::of(&matter).contacted_on), (true, Some(day(10))));
    let refusal = told.on(OWNER, 11, &ask("2026-12-01")).unwrap_err();
    assert_eq!(refusal.message(Lang::Zh), "事项“办理中”，不能“申请延期”：只能延期一次。");
}

#[test]
fn a_hard_matter_carries_the_day_the_meeting_set() {
    let mut told = Told::raised().all(&[(LEAD, 2, r#"{"do":"amend","urgency":"hard"}"#), (MEMBER, 2, SUBMIT)]);
    let refusal = told.on(LEAD, 3, ASSIGN).unwrap_err();
    assert_eq!((refusal.field, refusal.reason), (FieldId::Due, Reason::Missing));
    let with = r#"{"do":"assign","owner":"02020202-0202-0202-0202-020202020202","due":"2027年3月1日"}"#;
    told.on(LEAD, 3, with).unwrap();
    assert_eq!(told.matter().story.due, NaiveDate::from_ymd_opt(2027, 3, 1));
}

#[test]
fn a_due_day_in_a_year_whose_holidays_nobody_has_entered_is_provisional() {
    let mut told = Told::raised();
    told.on(MEMBER, 30, SUBMIT).unwrap();
    let next = NaiveDate::from_ymd_opt(2026, 12, 28).unwrap();
    let matter = told.matter();
    let act = Act::Assign(Assignment {
        owner: worker(OWNER),
        co_owners: std::collections::BTreeSet::new(),
        level: None,
        measures: None,
        due: None,
    });
    let edit = matter.step(RecordId([9; 8]), worker(LEAD), DeviceMillis(millis(next)), act);
    told.document.write(stamp(LEAD, millis(next)), edit).unwrap();
    let due = Deadlines::of(&told.matter(), Terms::usual()).due.unwrap();
    assert_eq!((due.on, due.known), (NaiveDate::from_ymd_opt(2027, 1, 6).unwrap(), crate::deadline::Known::No));
}

#[test]
fn what_is_returned_goes_back_once_and_in_time() {
    let back = r#"{"do":"return","text":"不属于本组"}"#;
    let assigned = || Told::raised().all(&[(MEMBER, 2, SUBMIT), (LEAD, 3, ASSIGN)]);
    let mut told = assigned();
    assert_eq!(told.on(OWNER, 6, back).unwrap_err().field, FieldId::ReturnBy);
    let mut told = assigned().all(&[(OWNER, 5, back), (LEAD, 6, ASSIGN)]);
    let refusal = told.on(OWNER, 6, back).unwrap_err();
    assert_eq!(refusal.message(Lang::Zh), "事项“已交办”，不能“退回”：只能退回一次。");
}

#[test]
fn a_small_matter_is_done_the_same_day_and_whoever_solved_it_does_not_ask_for_the_verdict() {
    let mut told = Told::raised()
        .all(&[(MEMBER, 2, r#"{"do":"solve","text":"当场捞走"}"#), (MEMBER, 2, r#"{"do":"feedback","way":"visit"}"#)]);
    assert_eq!(told.on(MEMBER, 2, VERDICT).unwrap_err().reason, Reason::OwnWork);
    let by_other = r#"{"do":"evaluate","solved":"yes","satisfaction":"satisfied"}"#;
    let told = told.all(&[(LEAD, 2, by_other), (LEAD, 2, r#"{"do":"close","closing":"substantive"}"#)]);
    let matter = told.matter();
    assert_eq!((matter.state(), matter.story.evaluated_by), (State::Closed, Some(worker(LEAD))));
    assert_eq!(matter.story.moves.len(), 4);
}

#[test]
fn the_owner_neither_writes_nor_collects_the_verdict() {
    let mut told = fed_back();
    assert_eq!(told.on(OWNER, 10, VERDICT).unwrap_err().reason, Reason::OwnWork);
    let collected =
        format!(r#"{{"do":"evaluate","solved":"no","satisfaction":"not","collected_by":"{}"}}"#, worker(OWNER));
    let refusal = told.on(LEAD, 10, &collected).unwrap_err();
    assert!(refusal.message(Lang::Zh).contains("报办分离"), "{}", refusal.message(Lang::Zh));
    told.on(LEAD, 10, VERDICT).unwrap();
    assert_eq!(crate::matter::Timeline::of(&told.matter()).evaluated_on, Some(day(10)));
    told.on(MEMBER, 11, r#"{"do":"reopen","text":"又飘来了"}"#).unwrap();
    let matter = told.matter();
    assert_eq!((matter.state(), matter.story.reopened), (State::InProgress, 1));
    assert_eq!(crate::matter::Timeline::of(&matter).done_on, None, "it is not done any more");
}

#[test]
fn matters_are_merged_split_referred_and_noted_as_similar() {
    let other = doc(DocKind::Matter, 9);
    let told = Told::raised().all(&[
        (MEMBER, 2, SUBMIT),
        (LEAD, 3, &format!(r#"{{"do":"split","parts":["{}"]}}"#, doc(DocKind::Matter, 8))),
        (LEAD, 3, &format!(r#"{{"do":"similar","similar":"{}"}}"#, doc(DocKind::Matter, 7))),
        (LEAD, 3, &format!(r#"{{"do":"merge","into":"{other}"}}"#)),
    ]);
    let story = told.matter().story;
    assert_eq!((story.state, story.merged_into), (State::Merged, Some(other)));
    assert_eq!(story.split_into, [doc(DocKind::Matter, 8)].into());
    assert_eq!(story.similar, [doc(DocKind::Matter, 7)].into());

    let studio = doc(DocKind::Studio, 1);
    let refer = format!(r#"{{"do":"refer","owner":"{}","studio":"{studio}","to":"一家人"}}"#, worker(OWNER));
    let story = Told::raised().all(&[(MEMBER, 2, &refer)]).matter().story;
    assert_eq!((story.state, story.owner, story.studio), (State::Assigned, Some(worker(OWNER)), Some(studio)));
    assert_eq!(story.team.unwrap().as_str(), "一家人");
    let part = format!(
        r#"{{"do":"raise","village":"01010101-0101-8101-8101-010101010101","title":"桥面破损","split_from":"{other}"}}"#
    );
    assert_eq!(Told::raised_as(&part).matter().split_from.unwrap().value, other);
}

#[test]
fn an_emergency_is_answered_with_the_card_and_nothing_is_written() {
    let raise =
        r#"{"do":"raise","village":"01010101-0101-8101-8101-010101010101","title":"着火","urgency":"emergency"}"#;
    let mut told = Told { document: Document::new(doc(DocKind::Matter, 1)), n: 0 };
    let refusal = told.on(MEMBER, 2, raise).unwrap_err();
    assert!(told.document.is_blank());
    for lang in [Lang::Zh, Lang::En] {
        let card = crate::matter::emergency_card(lang);
        assert_eq!(card.advice, refusal.message(lang));
        assert_eq!(card.numbers.map(|number| number.number), ["110", "119", "120"]);
        assert!(card.numbers.iter().all(|number| card.advice.contains(number.answers)), "{}", card.advice);
    }
    let amend = r#"{"do":"amend","urgency":"emergency"}"#;
    assert_eq!(Told::raised().on(MEMBER, 2, amend).unwrap_err().reason, Reason::Emergency);
}

#[test]
fn what_is_not_fit_to_be_written_is_refused_with_a_sentence_a_clerk_can_act_on() {
    let village = r#""village":"01010101-0101-8101-8101-010101010101""#;
    let long = "长".repeat(61);
    let own = doc(DocKind::Matter, 1);
    let fresh: &[(&str, FieldId, &str, &str)] = &[
        (r#"{"do":"raise","title":"路灯不亮"}"#, FieldId::Village, "missing", "请填写“村”。"),
        (&format!(r#"{{"do":"raise",{village}}}"#), FieldId::Title, "missing", "请填写“标题”。"),
        (
            &format!(r#"{{"do":"raise",{village},"title":"{long}"}}"#),
            FieldId::Title,
            "too_long",
            "“标题”太长，最多60个字。",
        ),
        (
            &format!(r#"{{"do":"raise",{village},"title":"找13800138000"}}"#),
            FieldId::Title,
            "looks_personal",
            "“标题”会公开张贴，请去掉其中的电话或证件号码。",
        ),
        (
            &format!(r#"{{"do":"raise",{village},"title":"灯","phone":"12"}}"#),
            FieldId::Phone,
            "not_a_phone",
            "“电话”不是电话号码：手机11位，座机可带区号。",
        ),
        (
            &format!(r#"{{"do":"raise",{village},"title":"灯","date":"昨天"}}"#),
            FieldId::Date,
            "not_a_date",
            "“日期”不是日期，请按“2026-11-03”或“2026年11月3日”填写。",
        ),
        (
            &format!(r#"{{"do":"raise",{village},"title":"灯","category":"占星"}}"#),
            FieldId::Category,
            "not_a_choice",
            "“类别”不在可选项内，请从列表中选。",
        ),
        (
            &format!(r#"{{"do":"raise",{village},"title":"灯","headcount":-1}}"#),
            FieldId::Headcount,
            "out_of_range",
            "“涉及人数”应在0到",
        ),
        (r#"{"do":"solve","text":" "}"#, FieldId::Result, "missing", "请填写“结果”。"),
        (r#"{"do":"refer_out","to":""}"#, FieldId::ReferTo, "missing", "请填写“转交对象”。"),
        (r#"{"do":"refer","to":"队"}"#, FieldId::Owner, "missing", "请填写“承办人”。"),
        (r#"{"do":"assign"}"#, FieldId::Owner, "missing", "请填写“承办人”。"),
        (
            r#"{"do":"park","text":"等","on":"2026-11-01"}"#,
            FieldId::RecheckOn,
            "ends_before_it_begins",
            "“复核日期”早于开始日期。",
        ),
        (r#"{"do":"return","text":""}"#, FieldId::Reason, "missing", "请填写“理由”。"),
        (
            &format!(r#"{{"do":"merge","into":"{own}"}}"#),
            FieldId::Into,
            "not_a_choice",
            "“并入的事项”不在可选项内，请从列表中选。",
        ),
        (r#"{"do":"split","parts":[]}"#, FieldId::Parts, "missing", "请填写“拆分出的事项”。"),
        (
            &format!(r#"{{"do":"similar","similar":"{own}"}}"#),
            FieldId::Similar,
            "not_a_choice",
            "“类似事项”不在可选项内，请从列表中选。",
        ),
        (r#"{"do":"accept"}"#, FieldId::Act, "cannot_stand", "事项“已记录”，不能“受理”：当前状态下不能这样办理。"),
        (
            r#"{"do":"close","closing":"phased"}"#,
            FieldId::Act,
            "cannot_stand",
            "事项“已记录”，不能“办结”：当前状态下不能这样办理。",
        ),
        (
            r#"{"do":"settle","stands":"AQEBAQEBAQE"}"#,
            FieldId::Act,
            "cannot_stand",
            "事项“已记录”，不能“裁定”：没有需要裁定的分歧。",
        ),
    ];
    for (json, field, code, zh) in fresh {
        let refused = Told::raised().on(MEMBER, 2, json);
        let refusal = refused.err().unwrap_or_else(|| panic!("{json} is taken"));
        assert_eq!((refusal.field, refusal.code()), (*field, *code), "{json}");
        assert!(refusal.message(Lang::Zh).starts_with(zh), "{}", refusal.message(Lang::Zh));
        let en = refusal.message(Lang::En);
        assert!(en.is_ascii() || en.contains('“'), "{en}");
    }
}

#[test]
fn json_that_is_no_deed_of_a_matter_is_refused_and_not_repeated() {
    for json in [r#"{"do":"dance"}"#, r#"{"do":"submit","to":"x"}"#, r#"{"do":"assign","boss":1}"#, r#"{"do":"close"}"#]
    {
        assert!(from_json(DocKind::Matter, json).is_err(), "{json}");
    }
}

#[test]
fn whatever_step_a_deed_lets_through_stands_and_whatever_it_refuses_would_not() {
    let mut told = Told::raised();
    let mut stood = std::collections::BTreeSet::new();
    for round in 0..4 {
        for json in samples::SAMPLES.iter().skip(1) {
            let before = told.matter().story.steps.len();
            if told.on(LEAD, 3 + round, json).is_ok() {
                let story = told.matter().story;
                assert!(story.steps.iter().all(|told| told.not_standing.is_none()), "{json}");
                stood.insert(story.steps.len() - before);
            }
        }
    }
    assert!(stood.contains(&1));
}
