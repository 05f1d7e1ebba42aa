//! A plan as people keep it.

use super::*;
use crate::course::NotStanding;
use crate::draft::FieldId;
use crate::draft::Reason;
use crate::testing::{all_refused, day, deed_edit, doc, does, id, merge, worker, write};
use crate::views::{Cell, project};
use crate::{DocKind, Document};

/// One deed of each sort at least. The measures are those that the dice 1 and 2 name.
pub(super) const SAMPLES: &[&str] = &[
    r#"{"do":"draft","village":"01010101-0101-8101-8101-010101010101","household":"02010101-0101-8101-8101-010101010101",
        "helpers":["01010101-0101-0101-0101-010101010101"],"causes":["skills","capital"],"goal":"学会织布，年内有活干"}"#,
    r#"{"do":"change","effect":"每月多了一千多元","causes":["labour"]}"#,
    r#"{"do":"change","goal":"两年内稳定","review_on":"2026-12-01"}"#,
    r#"{"do":"add_measure","kind":"生产资料","content":"织机两台","provider":"村集体","amount":"6,000","due":"2026-11-30"}"#,
    r#"{"do":"add_measure","content":"产品包收","provider":"丝织厂","due":"2026-12-31"}"#,
    r#"{"do":"measure_done","measure":"i0EwCplG5CY","on":"2026-11-08","result":"已装好"}"#,
    r#"{"do":"measure_done","measure":"bivykjthNDI"}"#,
    r#"{"do":"join","worker":"02020202-0202-0202-0202-020202020202"}"#,
    r#"{"do":"leave","worker":"01010101-0101-0101-0101-010101010101"}"#,
    r#"{"do":"begin"}"#,
    r#"{"do":"report_done","effect":"织机已开工"}"#,
    r#"{"do":"confirm","yes":true}"#,
    r#"{"do":"confirm","yes":false,"words":"还没有人来收"}"#,
    r#"{"do":"stabilise"}"#,
    r#"{"do":"end"}"#,
    r#"{"do":"end_early","reason":"举家外迁"}"#,
    r#"{"do":"resume","reason":"又病了"}"#,
    r#"{"do":"review","words":"按计划走","next":"2027-01-10"}"#,
];

/// What a clerk can get wrong, for the page of refusals.
pub(super) const REFUSED: &[&str] = &[
    r#"{"do":"draft","village":"01010101-0101-8101-8101-010101010101","household":"02010101-0101-8101-8101-010101010101",
        "goal":" "}"#,
    r#"{"do":"draft","village":"01010101-0101-8101-8101-010101010101","household":"02010101-0101-8101-8101-010101010101",
        "goal":"一","causes":["illness","skills","labour"]}"#,
    r#"{"do":"draft","village":"01010101-0101-8101-8101-010101010101","household":"02010101-0101-8101-8101-010101010101",
        "goal":"一","causes":["lazy"]}"#,
    r#"{"do":"draft","village":"01010101-0101-8101-8101-010101010101","household":"02010101-0101-8101-8101-010101010101",
        "goal":"一","causes":["other"]}"#,
    r#"{"do":"change","effect":""}"#,
    r#"{"do":"change","review_on":"下月"}"#,
    r#"{"do":"add_measure","content":"","due":"2026-11-30"}"#,
    r#"{"do":"add_measure","content":"织机","due":""}"#,
    r#"{"do":"add_measure","content":"织机","amount":"六千","due":"2026-11-30"}"#,
    r#"{"do":"measure_done","measure":"AAAAAAAAAAA"}"#,
    r#"{"do":"join","worker":"01010101-0101-0101-0101-010101010101"}"#,
    r#"{"do":"leave","worker":"05050505-0505-0505-0505-050505050505"}"#,
    r#"{"do":"leave","worker":"01010101-0101-0101-0101-010101010101","on":"2026-11-01"}"#,
    r#"{"do":"confirm","yes":true}"#,
    r#"{"do":"stabilise"}"#,
    r#"{"do":"end_early","reason":""}"#,
    r#"{"do":"resume","reason":""}"#,
    r#"{"do":"review","words":""}"#,
    r#"{"do":"review","words":"一","next":"2026-11-09"}"#,
];

fn draft() -> Document {
    let mut document = Document::new(doc(DocKind::HelpPlan, 1));
    does(&mut document, 1, 1, SAMPLES[0]);
    document
}

fn running() -> Document {
    let mut document = draft();
    does(&mut document, 1, 1, SAMPLES[3]);
    does(&mut document, 1, 2, SAMPLES[4]);
    does(&mut document, 1, 3, r#"{"do":"begin","on":"2026-11-01"}"#);
    document
}

/// The cells of the plan's own row.
fn row_of(document: &Document) -> Vec<Cell> {
    project(document).into_iter().find(|row| row.view == "plans").unwrap().values
}

#[test]
fn two_looms_and_buy_back_go_from_draft_to_the_households_word_and_on_to_the_end() {
    let mut document = running();
    does(&mut document, 1, 4, SAMPLES[5]);
    does(&mut document, 1, 5, SAMPLES[6]);
    does(&mut document, 1, 6, SAMPLES[10]);
    does(&mut document, 3, 7, r#"{"do":"confirm","on":"2026-11-08","yes":true,"words":"织机好用，也有人收"}"#);
    let plan = HelpPlan::read(&document);
    assert_eq!((plan.status(), plan.confirmed_on()), (Status::Done, Some(day(8))));
    does(&mut document, 2, 8, SAMPLES[13]);
    does(&mut document, 2, 9, r#"{"do":"review","words":"稳定","next":"2026-12-20"}"#);
    does(&mut document, 2, 10, r#"{"do":"end","on":"2026-11-09"}"#);
    let plan = HelpPlan::read(&document);
    assert_eq!((plan.status(), plan.begun_on(), plan.ended_on()), (Status::Ended, Some(day(1)), Some(day(9))));
    assert_eq!(plan.causes.as_ref().unwrap().value, [Cause::Skills, Cause::Capital].into());
    let looms = &plan.measures["i0EwCplG5CY".parse().as_ref().unwrap()];
    assert_eq!(looms.amount.as_ref().unwrap().value, Fen::new(600_000));
    assert_eq!(looms.done_on.as_ref().unwrap().value, day(8));
    assert_eq!(
        row_of(&document)[3..],
        [
            Cell::text("ended"),
            Cell::text("2026-11-01"),
            Cell::text("2026-11-09"),
            Cell::text("2026-11-08"),
            Cell::text("2026-12-20"),
            Cell::Int(2),
        ]
    );
    assert_eq!(project(&document).iter().filter(|row| row.view == "plan_measures").count(), 2);
    assert!(!plan.is_disputed());
}

#[test]
fn a_household_that_says_no_sends_the_plan_back_to_work() {
    let mut document = running();
    does(&mut document, 1, 4, SAMPLES[10]);
    does(&mut document, 3, 5, SAMPLES[12]);
    let plan = HelpPlan::read(&document);
    assert_eq!((plan.status(), plan.confirmed_on()), (Status::Running, None));
}

#[test]
fn nothing_is_stable_before_the_household_confirmed() {
    let mut document = running();
    does(&mut document, 1, 4, SAMPLES[10]);
    let refusal = deed_edit(&document, 2, 5, SAMPLES[13]).unwrap_err();
    assert_eq!((refusal.field, refusal.reason), (FieldId::Step, Reason::NotNow));
}

#[test]
fn no_helper_collects_the_households_word_not_even_one_who_has_left() {
    let mut document = running();
    does(&mut document, 1, 4, SAMPLES[10]);
    does(&mut document, 2, 5, SAMPLES[8]);
    assert!(HelpPlan::read(&document).helping().is_empty());
    let own = [(
        SAMPLES[11],
        FieldId::Confirmation,
        "“户主确认”：承办人不能登记对自己工作的评议（报办分离），请由他人收集。",
        "The household's confirmation: whoever did the work does not record how it is judged; somebody else collects it.",
    )];
    all_refused(&document, 1, &own);
    assert!(deed_edit(&document, 3, 6, SAMPLES[11]).is_ok());
}

#[test]
fn what_ended_early_says_so_and_goes_on_when_need_comes_back() {
    let mut document = running();
    does(&mut document, 2, 4, SAMPLES[15]);
    let plan = HelpPlan::read(&document);
    assert!(plan.course.state.early && plan.status() == Status::Ended);
    does(&mut document, 2, 5, SAMPLES[16]);
    let plan = HelpPlan::read(&document);
    assert_eq!((plan.status(), plan.course.state.early, plan.ended_on()), (Status::Running, false, None));
}

#[test]
fn two_who_act_apart_both_stay_and_the_second_is_shown_as_overtaken() {
    let mut one = running();
    does(&mut one, 1, 4, SAMPLES[10]);
    let mut other = one.clone();
    does(&mut one, 3, 5, SAMPLES[11]);
    does(&mut other, 2, 6, SAMPLES[15]);
    let merged = HelpPlan::read(&merge(&one, &other));
    assert_eq!(merged, HelpPlan::read(&merge(&other, &one)));
    assert_eq!(merged.course.steps.len(), 4);
    let fates: Vec<_> = merged.course.steps.iter().filter_map(|told| told.not_standing).collect();
    assert!(fates.iter().all(|why| matches!(why, NotStanding::Overtaken { .. })));
    assert_eq!(merged.is_disputed(), !fates.is_empty());
}

#[test]
fn a_helper_is_known_by_the_days_from_and_to() {
    let mut document = draft();
    does(&mut document, 2, 4, r#"{"do":"join","worker":"02020202-0202-0202-0202-020202020202","from":"2026-11-05"}"#);
    assert_eq!(HelpPlan::read(&document).helping(), [worker(1), worker(2)].into());
    does(&mut document, 2, 5, r#"{"do":"leave","worker":"01010101-0101-0101-0101-010101010101"}"#);
    let plan = HelpPlan::read(&document);
    assert_eq!((plan.helping(), plan.ever_helped()), ([worker(2)].into(), [worker(1), worker(2)].into()));
    assert_eq!(
        plan.helpers.values().filter_map(|helper| Some(helper.to.as_ref()?.value)).collect::<Vec<_>>(),
        [day(9)]
    );
}

#[test]
fn what_does_not_fit_is_refused_in_words_a_clerk_can_act_on() {
    let blank = Document::new(doc(DocKind::HelpPlan, 1));
    let form = |rest: &str| {
        format!(
            r#"{{"do":"draft","village":"01010101-0101-8101-8101-010101010101",
                "household":"02010101-0101-8101-8101-010101010101",{rest}}}"#
        )
    };
    let long = form(&format!(r#""goal":"{}""#, "字".repeat(4001)));
    all_refused(
        &blank,
        1,
        &[
            (&form(r#""goal":" ""#), FieldId::Goal, "请填写“帮扶目标”。", "Please fill in the goal."),
            (&long, FieldId::Goal, "“帮扶目标”太长，最多4000个字。", "The goal is too long: at most 4000 characters."),
            (
                &form(r#""goal":"一","causes":["illness","skills","labour"]"#),
                FieldId::Causes,
                "“致困原因”应在0到2之间。",
                "The causes must be between 0 and 2.",
            ),
            (
                &form(r#""goal":"一","causes":["lazy"]"#),
                FieldId::Causes,
                "“致困原因”不在可选项内，请从列表中选。",
                "The causes is not one of the choices.",
            ),
            (
                &form(r#""goal":"一","causes":["other"]"#),
                FieldId::CauseOther,
                "请填写“其他致困原因”。",
                "Please fill in the other cause.",
            ),
            (
                &form(r#""goal":"一","review_on":"下月""#),
                FieldId::ReviewOn,
                "“复核日”不是日期，请按“2026-11-03”或“2026年11月3日”填写。",
                "The review day is not a date: write it like 2026-11-03.",
            ),
        ],
    );
    let not_now = |zh: &'static str, en: &'static str| (zh, en);
    let (step_zh, step_en) = not_now(
        "“办理步骤”现在还不能这样办：先看看办到了哪一步。",
        "The step does not fit now: look at how far it has come.",
    );
    all_refused(
        &running(),
        2,
        &[
            (SAMPLES[0], FieldId::Step, step_zh, step_en),
            (SAMPLES[9], FieldId::Step, step_zh, step_en),
            (SAMPLES[14], FieldId::Step, step_zh, step_en),
            (
                r#"{"do":"change","cause_other":" "}"#,
                FieldId::CauseOther,
                "请填写“其他致困原因”。",
                "Please fill in the other cause.",
            ),
            (r#"{"do":"change","effect":""}"#, FieldId::Effect, "请填写“成效”。", "Please fill in the effect."),
            (
                r#"{"do":"add_measure","content":"","due":"2026-11-30"}"#,
                FieldId::Measure,
                "请填写“帮扶措施”。",
                "Please fill in the measure.",
            ),
            (
                r#"{"do":"add_measure","content":"织机","due":""}"#,
                FieldId::Due,
                "请填写“办结期限”。",
                "Please fill in the due date.",
            ),
            (
                r#"{"do":"add_measure","content":"织机","amount":"六千","due":"2026-11-30"}"#,
                FieldId::Amount,
                "“金额”不是金额：请按“元”填写，最多两位小数。",
                "The amount is not an amount: write yuan with at most two decimals.",
            ),
            (
                r#"{"do":"measure_done","measure":"AAAAAAAAAAA"}"#,
                FieldId::Measure,
                "“帮扶措施”所指的内容不在这里，可能已被改动。",
                "The measure names something that is not here; it may have changed.",
            ),
            (
                r#"{"do":"measure_done","measure":"i0EwCplG5CY","on":"2026-11-31"}"#,
                FieldId::DoneOn,
                "“完成日期”不是日期，请按“2026-11-03”或“2026年11月3日”填写。",
                "The day it was done is not a date: write it like 2026-11-03.",
            ),
            (
                r#"{"do":"join","worker":"01010101-0101-0101-0101-010101010101"}"#,
                FieldId::Helper,
                "“帮扶人”现在还不能这样办：先看看办到了哪一步。",
                "The helper does not fit now: look at how far it has come.",
            ),
            (
                r#"{"do":"leave","worker":"05050505-0505-0505-0505-050505050505"}"#,
                FieldId::Helper,
                "“帮扶人”所指的内容不在这里，可能已被改动。",
                "The helper names something that is not here; it may have changed.",
            ),
            (
                r#"{"do":"leave","worker":"01010101-0101-0101-0101-010101010101","on":"2026-11-01"}"#,
                FieldId::To,
                "“结束日期”早于开始日期。",
                "The last day lies before the beginning.",
            ),
            (
                r#"{"do":"leave","worker":"01010101-0101-0101-0101-010101010101","on":"2026-12-01"}"#,
                FieldId::To,
                "“结束日期”现在还不能这样办：先看看办到了哪一步。",
                "The last day does not fit now: look at how far it has come.",
            ),
            (
                r#"{"do":"confirm","yes":false}"#,
                FieldId::Confirmation,
                "请填写“户主确认”。",
                "Please fill in the household's confirmation.",
            ),
            (r#"{"do":"end_early","reason":""}"#, FieldId::Reason, "请填写“理由”。", "Please fill in the reason."),
            (r#"{"do":"resume","reason":""}"#, FieldId::Reason, "请填写“理由”。", "Please fill in the reason."),
            (r#"{"do":"review","words":""}"#, FieldId::Review, "请填写“评议”。", "Please fill in the review."),
            (
                r#"{"do":"review","words":"一","next":"2026-11-09"}"#,
                FieldId::ReviewOn,
                "“复核日”早于开始日期。",
                "The review day lies before the beginning.",
            ),
        ],
    );
}

#[test]
fn an_unknown_field_of_a_deed_is_no_deed() {
    for json in [r#"{"do":"begin","score":5}"#, r#"{"do":"change","rank":1}"#, r#"{"do":"praise"}"#, "[]"] {
        assert!(crate::deed::from_json(DocKind::HelpPlan, json).is_err(), "{json}");
    }
}

#[test]
fn what_a_newer_version_wrote_into_a_plan_is_carried() {
    let mut document = running();
    write(&mut document, 2, crate::testing::put("weather", "晴"));
    let newer = r#"{"act":"celebrate","at":5,"by":"01010101-0101-0101-0101-010101010101","on":"2026-11-05"}"#;
    write(&mut document, 2, crate::testing::put(&format!("step/{}", id(9)), newer));
    let plan = HelpPlan::read(&document);
    assert_eq!(plan.status(), Status::Running);
    assert_eq!(plan.course.steps.iter().filter(|told| told.not_standing == Some(NotStanding::Unreadable)).count(), 1);
}
