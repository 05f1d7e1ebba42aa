//! An application on its way.

use super::*;
use crate::course::NotStanding;
use crate::draft::FieldId;
use crate::draft::Reason;
use crate::fund::{NotCounted, payment_entry};
use crate::testing::{all_refused, day, deed_edit, doc, does, merge, write};
use crate::views::{Cell, project};
use crate::{DocKind, Document};

/// One deed of each sort at least. The loan and the repayment are those that the dice 1 and 2 name.
pub(super) const SAMPLES: &[&str] = &[
    r#"{"do":"apply","village":"01010101-0101-8101-8101-010101010101","household":"02010101-0101-8101-8101-010101010101",
        "applicant":"王某","scheme":"start_up","asked":"30000","reason":"想开一间豆腐坊，丈夫常年患病"}"#,
    r#"{"do":"change","asked":"25000"}"#,
    r#"{"do":"change","reason":"想开豆腐坊","applicant":"王某某"}"#,
    r#"{"do":"add_loan","lender":"农商银行","principal":"70,000","rate":"4.35","from":"2025-11-01","to":"2026-11-01"}"#,
    r#"{"do":"repay","loan":"i0EwCplG5CY","amount":"20000"}"#,
    r#"{"do":"reverse_repayment","repayment":"bivykjthNDI"}"#,
    r#"{"do":"opinion","supports":true,"text":"情况属实，同意上报"}"#,
    r#"{"do":"review","amount":"30000"}"#,
    r#"{"do":"review","amount":"20000","text":"按标准核减"}"#,
    r#"{"do":"publish","from":"2026-11-01","to":"2026-11-07"}"#,
    r#"{"do":"object","text":"听说已有补助"}"#,
    r#"{"do":"grant","amount":"20000"}"#,
    r#"{"do":"grant","amount":"30000","on":"2026-11-08"}"#,
    r#"{"do":"decline","reason":"已享受同类补助"}"#,
    r#"{"do":"pay","fund":"0a010101-0101-8101-8101-010101010101"}"#,
    r#"{"do":"finish","text":"已到账"}"#,
    r#"{"do":"withdraw","text":"不办了"}"#,
    r#"{"do":"note","text":"已电话告知"}"#,
];

/// What a clerk can get wrong, for the page of refusals.
pub(super) const REFUSED: &[&str] = &[
    r#"{"do":"apply","village":"01010101-0101-8101-8101-010101010101","household":"02010101-0101-8101-8101-010101010101",
        "applicant":"","scheme":"start_up","asked":"1","reason":"一"}"#,
    r#"{"do":"apply","village":"01010101-0101-8101-8101-010101010101","household":"02010101-0101-8101-8101-010101010101",
        "applicant":"王某","scheme":"","asked":"1","reason":"一"}"#,
    r#"{"do":"apply","village":"01010101-0101-8101-8101-010101010101","household":"02010101-0101-8101-8101-010101010101",
        "applicant":"王某","scheme":"lottery","asked":"1","reason":"一"}"#,
    r#"{"do":"apply","village":"01010101-0101-8101-8101-010101010101","household":"02010101-0101-8101-8101-010101010101",
        "applicant":"王某","scheme":"other","asked":"1","reason":"一"}"#,
    r#"{"do":"apply","village":"01010101-0101-8101-8101-010101010101","household":"02010101-0101-8101-8101-010101010101",
        "applicant":"王某","scheme":"start_up","asked":"三万","reason":"一"}"#,
    r#"{"do":"apply","village":"01010101-0101-8101-8101-010101010101","household":"02010101-0101-8101-8101-010101010101",
        "applicant":"王某","scheme":"start_up","asked":"3","reason":""}"#,
    r#"{"do":"apply","village":"01010101-0101-8101-8101-010101010101","household":"02010101-0101-8101-8101-010101010101",
        "applicant":"王某","scheme":"interest_subsidy","reason":"一","loan":{"principal":"5","rate":"101"}}"#,
    r#"{"do":"add_loan","rate":"4","from":"2026-01-01","to":"2026-02-01"}"#,
    r#"{"do":"add_loan","principal":"5","rate":"4","from":"2026-02-01","to":"2026-01-01"}"#,
    r#"{"do":"add_loan","principal":"5","rate":"4","from":"2026-01-01","to":"2026-02-01","rule":"compound"}"#,
    r#"{"do":"add_loan","principal":"9999999999","rate":"100","from":"1900-01-01","to":"2100-01-01"}"#,
    r#"{"do":"repay","loan":"AAAAAAAAAAA","amount":"5"}"#,
    r#"{"do":"reverse_repayment","repayment":"AAAAAAAAAAA"}"#,
    r#"{"do":"opinion","supports":true,"text":""}"#,
    r#"{"do":"review","amount":"0"}"#,
    r#"{"do":"publish","to":""}"#,
    r#"{"do":"publish","from":"2026-11-09","to":"2026-11-08"}"#,
    r#"{"do":"object","text":" "}"#,
    r#"{"do":"grant","amount":""}"#,
    r#"{"do":"grant","amount":"5"}"#,
    r#"{"do":"decline","reason":""}"#,
    r#"{"do":"pay","fund":"0a010101-0101-8101-8101-010101010101"}"#,
    r#"{"do":"pay","fund":"0b010101-0101-8101-8101-010101010101"}"#,
    r#"{"do":"note","text":""}"#,
];

fn applied() -> Document {
    let mut document = Document::new(doc(DocKind::Application, 1));
    does(&mut document, 1, 1, SAMPLES[0]);
    document
}

/// After these deeds, by number.
fn after(deeds: &[usize]) -> Document {
    let mut document = applied();
    for (n, deed) in (10..).zip(deeds) {
        does(&mut document, 2, n, SAMPLES[*deed]);
    }
    document
}

const TO_GRANT: [usize; 4] = [6, 7, 9, 12];

fn fund() -> Document {
    let mut document = Document::new(doc(DocKind::Fund, 1));
    does(&mut document, 3, 1, r#"{"do":"open","name":"关爱资金","opening":"50000","opened_on":"2026-01-01"}"#);
    document
}

/// Pays, as a command does: the fund first.
fn pays(application: &mut Document, fund: &mut Document, by: u8, n: u8) {
    let hand = crate::deed::Hand {
        worker: crate::testing::worker(by),
        at: crate::DeviceMillis(0),
        today: day(9),
        random: [n; 16],
    };
    let (from_fund, step) = payment(&Application::read(application), fund.id(), "", "凭0031").unwrap();
    write(fund, by, crate::deed::Deed::edit(&from_fund, fund, &hand).unwrap());
    write(application, by, crate::deed::Deed::edit(&step, application, &hand).unwrap());
}

#[test]
fn thirty_thousand_yuan_to_begin_with_go_through_the_whole_chain() {
    let (mut document, mut fund) = (after(&TO_GRANT), fund());
    pays(&mut document, &mut fund, 3, 20);
    does(&mut document, 1, 21, SAMPLES[15]);
    let application = Application::read(&document);
    assert_eq!(application.state(), AidState::Done);
    assert!(application.agrees_with(&Fund::read(&fund)));
    assert_eq!(Fund::read(&fund).ledger().balance, Some(Fen::new(2_000_000)));
    let row = project(&document).remove(0).values;
    assert_eq!(
        row[3..],
        [
            Cell::text("start_up"),
            Cell::Int(3_000_000),
            Cell::Int(3_000_000),
            Cell::text("done"),
            Cell::text("2026-11-09"),
            Cell::text("2026-11-08"),
            Cell::text("2026-11-01"),
            Cell::text("2026-11-09"),
        ]
    );
    assert!(application.course.steps.iter().all(|told| told.not_standing.is_none()));
}

#[test]
fn paying_twice_makes_one_entry_and_one_step_here_and_apart() {
    let (mut document, mut ledger) = (after(&TO_GRANT), fund());
    let (mut document_apart, mut ledger_apart) = (document.clone(), ledger.clone());
    pays(&mut document, &mut ledger, 3, 20);
    pays(&mut document, &mut ledger, 3, 21);
    assert_eq!(Application::read(&document).course.steps.len(), 5);
    pays(&mut document_apart, &mut ledger_apart, 4, 22);
    let (document, ledger) = (merge(&document, &document_apart), merge(&ledger, &ledger_apart));
    let (application, fund) = (Application::read(&document), Fund::read(&ledger));
    assert_eq!((fund.entries.len(), fund.ledger().balance), (1, Some(Fen::new(2_000_000))));
    assert!(application.agrees_with(&fund) && application.is_disputed(), "both steps stay, one stands");
    assert_eq!(application.state(), AidState::Paid);
}

#[test]
fn a_payment_that_was_taken_back_is_no_payment_any_more() {
    let (mut document, mut ledger) = (after(&TO_GRANT), fund());
    pays(&mut document, &mut ledger, 3, 20);
    let entry = payment_entry(document.id());
    does(&mut ledger, 3, 21, &format!(r#"{{"do":"reverse","entry":"{entry}","purpose":"退票"}}"#));
    assert!(!Application::read(&document).agrees_with(&Fund::read(&ledger)));
}

#[test]
fn an_objection_sends_it_back_to_review_and_takes_it_off_the_board() {
    let mut document = after(&[6, 7, 9]);
    assert!(public(&Application::read(&document), Lang::Zh).is_some());
    does(&mut document, 5, 20, SAMPLES[10]);
    let application = Application::read(&document);
    assert_eq!((application.state(), public(&application, Lang::Zh)), (AidState::BranchHeard, None));
    let refusal = deed_edit(&document, 2, 21, SAMPLES[12]).unwrap_err();
    assert_eq!((refusal.field, refusal.reason), (FieldId::Step, Reason::NotNow));
    for (n, deed) in [(22, 8), (23, 9), (24, 11)] {
        does(&mut document, 2, n, SAMPLES[deed]);
    }
    assert_eq!(Application::read(&document).course.state.granted, Some(Fen::new(2_000_000)));
}

#[test]
fn nothing_is_granted_while_it_still_hangs_there_nor_more_than_was_published() {
    let published = after(&[6, 8, 9]);
    all_refused(
        &published,
        2,
        &[
            (
                r#"{"do":"grant","amount":"20000","on":"2026-11-07"}"#,
                FieldId::Date,
                "“日期”现在还不能这样办：先看看办到了哪一步。",
                "The date does not fit now: look at how far it has come.",
            ),
            (
                r#"{"do":"grant","amount":"20000.01"}"#,
                FieldId::Granted,
                "“核定金额”现在还不能这样办：先看看办到了哪一步。",
                "The amount granted does not fit now: look at how far it has come.",
            ),
        ],
    );
    let early = AidAct::Grant { amount: Fen::new(1), on: day(7) };
    assert_eq!(
        crate::course::Act::target(&early, Application::read(&published).course.state),
        None,
        "the fold knows too"
    );
}

#[test]
fn a_household_withdraws_any_time_before_the_payment() {
    for deeds in [&[][..], &[6], &[6, 7], &[6, 7, 9], &TO_GRANT] {
        let mut document = after(deeds);
        does(&mut document, 1, 30, SAMPLES[16]);
        let application = Application::read(&document);
        assert_eq!((application.state(), application.course.state.granted), (AidState::Withdrawn, None));
        assert_eq!(public(&application, Lang::Zh), None);
    }
    let (mut document, mut ledger) = (after(&TO_GRANT), fund());
    pays(&mut document, &mut ledger, 3, 20);
    assert_eq!(deed_edit(&document, 1, 30, SAMPLES[16]).unwrap_err().reason, Reason::NotNow);
}

#[test]
fn a_payment_and_a_withdrawal_that_meet_are_both_kept_and_somebody_is_to_look() {
    let (paid, mut ledger) = (after(&TO_GRANT), fund());
    let (mut paid, mut withdrawn) = (paid.clone(), paid);
    pays(&mut paid, &mut ledger, 3, 20);
    does(&mut withdrawn, 1, 21, SAMPLES[16]);
    let merged = Application::read(&merge(&paid, &withdrawn));
    assert_eq!(merged, Application::read(&merge(&withdrawn, &paid)));
    assert!(merged.is_disputed());
    let overtaken =
        |told: &&crate::course::Told<AidAct>| matches!(told.not_standing, Some(NotStanding::Overtaken { .. }));
    assert_eq!(merged.course.steps.iter().filter(overtaken).count(), 1);
}

#[test]
fn interest_is_borne_by_the_figure_that_stands_in_the_record() {
    let mut document = Document::new(doc(DocKind::Application, 1));
    let form = |rest: &str| {
        format!(
            r#"{{"do":"apply","village":"01010101-0101-8101-8101-010101010101",
                "household":"02010101-0101-8101-8101-010101010101","applicant":"李某","scheme":"interest_subsidy",
                "reason":"养蚕","loan":{{"principal":"70000","rate":"4.35%","from":"2025-11-01","to":"2026-11-01"{rest}}}}}"#
        )
    };
    let typed = deed_edit(&document, 1, 2, &form(r#","interest":"3000""#)).unwrap();
    does(&mut document, 1, 1, &form(""));
    let application = Application::read(&document);
    let (id, loan) = application.loans.first_key_value().unwrap();
    assert_eq!((loan.interest, loan.rule), (Some(Fen::new(304_500)), Some(InterestRule::Days365)));
    assert_eq!(application.asked.as_ref().unwrap().value, Fen::new(304_500), "3,045 yuan are asked for");
    assert_eq!(application.outstanding(*id), Some(Fen::new(7_000_000)));
    let mut other = Document::new(doc(DocKind::Application, 1));
    write(&mut other, 1, typed);
    let other = Application::read(&other);
    let loan = other.loans.values().next().unwrap();
    assert_eq!((loan.interest, loan.rule), (Some(Fen::new(300_000)), None), "the bank's own figure holds");
}

#[test]
fn a_loan_that_says_nothing_else_is_reckoned_as_the_township_has_it() {
    let document = Document::new(doc(DocKind::Application, 1));
    let json = r#"{"do":"apply","village":"01010101-0101-8101-8101-010101010101",
        "household":"02010101-0101-8101-8101-010101010101","applicant":"李某","scheme":"interest_subsidy","reason":"养蚕",
        "loan":{"principal":"70000","rate":"4.35%","from":"2025-11-01","to":"2026-11-01"}}"#;
    let deed = crate::deed::from_json(DocKind::Application, json).unwrap();
    let mut terms = crate::deadline::Terms::default();
    terms.rules.set(crate::deadline::Rule::Interest, "days_360").unwrap();
    let hand = crate::deed::Hand {
        worker: crate::testing::worker(1),
        at: crate::DeviceMillis(1),
        today: day(9),
        random: [1; 16],
    };
    let mut bankers = document.clone();
    write(&mut bankers, 1, deed.edit_under(&document, &hand, &terms).unwrap());
    let application = Application::read(&bankers);
    let loan = application.loans.values().next().unwrap();
    assert_eq!((loan.interest, loan.rule), (Some(Fen::new(308_729)), Some(InterestRule::Days360)));
}

#[test]
fn a_wrong_repayment_is_taken_back_and_only_once() {
    let mut one = applied();
    does(&mut one, 1, 1, SAMPLES[3]);
    does(&mut one, 1, 2, SAMPLES[4]);
    let loan = "i0EwCplG5CY".parse().unwrap();
    assert_eq!(Application::read(&one).outstanding(loan), Some(Fen::new(5_000_000)));
    let mut other = one.clone();
    does(&mut one, 1, 3, SAMPLES[5]);
    does(&mut other, 2, 4, SAMPLES[5]);
    assert_eq!(Application::read(&merge(&one, &other)).outstanding(loan), Some(Fen::new(7_000_000)));
    let reasons = reversals(&Application::read(&merge(&one, &other)).repayments, |back| back.reverses, |_, _| true);
    assert_eq!(reasons.into_values().collect::<Vec<_>>(), [NotCounted::AlreadyReversed]);
    assert_eq!(Application::read(&one).outstanding(crate::testing::id(9)), None);
}

#[test]
fn the_board_names_name_scheme_and_standard_and_nothing_else() {
    let mut document = after(&[6, 8, 9]);
    does(&mut document, 1, 30, SAMPLES[3]);
    let application = Application::read(&document);
    let shown = serde_json::to_value(public(&application, Lang::Zh).unwrap()).unwrap();
    let keys: Vec<_> = shown.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["from", "id", "name", "scheme", "scheme_label", "standard", "state", "to", "village"]);
    assert_eq!((&shown["name"], &shown["standard"]), (&"王某".into(), &2_000_000.into()));
    let text = shown.to_string();
    for private in ["患病", "农商银行", "核减", "70", "02010101"] {
        assert!(!text.contains(private), "{private}");
    }
}

#[test]
fn an_application_hangs_on_the_board_from_its_publication_until_some_days_after_it_was_paid() {
    use crate::board::{Section, Seen};
    let roster = crate::roster::Roster::read(&Document::new(doc(DocKind::Roster, 1)));
    let others = BTreeMap::new();
    let seen = Seen { roster: &roster, others: &others, on: day(9) };
    let public = |document: &Document| crate::kind::Kind::public(&Applications, document, &seen);
    assert!(public(&after(&[6, 8])).is_empty());
    let (mut document, mut ledger) = (after(&TO_GRANT), fund());
    let hangs = |document: &Document, on| public(document)[0].is_posted(on);
    assert!(hangs(&document, day(30)) && !hangs(&document, NaiveDate::from_ymd_opt(2026, 10, 31).unwrap()));
    pays(&mut document, &mut ledger, 3, 20);
    assert!(hangs(&document, day(16)) && !hangs(&document, day(17)));
    let items = public(&document);
    let said = [items[0].get("applicant"), items[0].get("standard"), items[0].get("objections_until")];
    assert_eq!(said, [Some("王某"), Some("30000.00"), Some("2026-11-07")]);
    let items = crate::kind::Kind::public(&crate::fund::Funds, &ledger, &seen);
    let sections: Vec<_> = items.iter().map(|item| item.section).collect();
    assert_eq!(sections, [Section::Funds, Section::FundEntries]);
    assert_eq!((items[0].get("opening"), items[0].get("closing")), (Some("50000.00"), Some("20000.00")));
    assert_eq!((items[1].get("amount"), items[1].get("purpose")), (Some("30000.00"), Some("创业扶助")));
}

#[test]
fn totals_are_by_scheme_and_year_and_count_what_was_paid() {
    let (mut paid, mut ledger) = (after(&TO_GRANT), fund());
    pays(&mut paid, &mut ledger, 3, 20);
    let all = [paid, after(&TO_GRANT), after(&[6, 13])].map(|document| Application::read(&document));
    let totals = totals(&all);
    let total = totals[&(2026, Scheme::StartUp)];
    assert_eq!((total.applications, total.granted, total.paid), (3, 2, 1));
    assert_eq!((total.granted_amount, total.paid_amount), (Some(Fen::new(6_000_000)), Some(Fen::new(3_000_000))));
    assert_eq!(totals.len(), 1);
}

#[test]
fn what_does_not_fit_is_refused_in_words_a_clerk_can_act_on() {
    let blank = Document::new(doc(DocKind::Application, 1));
    let form = |rest: &str| {
        format!(
            r#"{{"do":"apply","village":"01010101-0101-8101-8101-010101010101",
                "household":"02010101-0101-8101-8101-010101010101",{rest}}}"#
        )
    };
    let loan = |rest: &str| {
        form(&format!(r#""applicant":"李某","scheme":"interest_subsidy","reason":"养蚕","loan":{{{rest}}}"#))
    };
    all_refused(
        &blank,
        1,
        &[
            (
                &form(r#""applicant":"","scheme":"start_up","asked":"1","reason":"一""#),
                FieldId::Applicant,
                "请填写“申请户”。",
                "Please fill in the applicant.",
            ),
            (
                &form(r#""applicant":"王某","scheme":"","asked":"1","reason":"一""#),
                FieldId::Scheme,
                "请填写“项目”。",
                "Please fill in the scheme.",
            ),
            (
                &form(r#""applicant":"王某","scheme":"lottery","asked":"1","reason":"一""#),
                FieldId::Scheme,
                "“项目”不在可选项内，请从列表中选。",
                "The scheme is not one of the choices.",
            ),
            (
                &form(r#""applicant":"王某","scheme":"other","asked":"1","reason":"一""#),
                FieldId::SchemeOther,
                "请填写“其他项目”。",
                "Please fill in the other scheme.",
            ),
            (
                &form(r#""applicant":"王某","scheme":"start_up","reason":"一""#),
                FieldId::Asked,
                "请填写“申请金额”。",
                "Please fill in the amount asked for.",
            ),
            (
                &form(r#""applicant":"王某","scheme":"start_up","asked":"三万","reason":"一""#),
                FieldId::Asked,
                "“申请金额”不是金额：请按“元”填写，最多两位小数。",
                "The amount asked for is not an amount: write yuan with at most two decimals.",
            ),
            (
                &form(r#""applicant":"王某","scheme":"start_up","asked":"3","reason":"""#),
                FieldId::Reason,
                "请填写“理由”。",
                "Please fill in the reason.",
            ),
            (
                &form(r#""applicant":"王某","scheme":"start_up","asked":"3","reason":"一","applied_on":"x""#),
                FieldId::AppliedOn,
                "“申请日期”不是日期，请按“2026-11-03”或“2026年11月3日”填写。",
                "The day of application is not a date: write it like 2026-11-03.",
            ),
            (
                &loan(r#""rate":"4","from":"2026-01-01","to":"2026-02-01""#),
                FieldId::Principal,
                "请填写“本金”。",
                "Please fill in the principal.",
            ),
            (
                &loan(r#""principal":"5","rate":"101","from":"2026-01-01","to":"2026-02-01""#),
                FieldId::Rate,
                "“利率”应在0到100之间。",
                "The rate must be between 0 and 100.",
            ),
            (
                &loan(r#""principal":"5","rate":"4","from":"2026-02-01","to":"2026-01-01""#),
                FieldId::To,
                "“结束日期”早于开始日期。",
                "The last day lies before the beginning.",
            ),
            (
                &loan(r#""principal":"5","rate":"4","from":"2026-01-01","to":"2026-02-01","rule":"compound""#),
                FieldId::Rule,
                "“规则”不在可选项内，请从列表中选。",
                "The rule is not one of the choices.",
            ),
            (
                &loan(r#""principal":"9999999999","rate":"100","from":"1900-01-01","to":"2100-01-01""#),
                FieldId::Interest,
                "“贴息金额”应在0到9999999999之间。",
                "The interest borne must be between 0 and 9999999999.",
            ),
        ],
    );
    let step =
        ("“办理步骤”现在还不能这样办：先看看办到了哪一步。", "The step does not fit now: look at how far it has come.");
    all_refused(
        &applied(),
        2,
        &[
            (SAMPLES[0], FieldId::Step, step.0, step.1),
            (SAMPLES[7], FieldId::Step, step.0, step.1),
            (SAMPLES[9], FieldId::Step, step.0, step.1),
            (SAMPLES[12], FieldId::Step, step.0, step.1),
            (
                SAMPLES[14],
                FieldId::Payment,
                "“拨付”现在还不能这样办：先看看办到了哪一步。",
                "The payment does not fit now: look at how far it has come.",
            ),
            (
                r#"{"do":"pay","fund":"0b010101-0101-8101-8101-010101010101"}"#,
                FieldId::Payment,
                "“拨付”所指的内容不在这里，可能已被改动。",
                "The payment names something that is not here; it may have changed.",
            ),
            (
                r#"{"do":"opinion","supports":true,"text":""}"#,
                FieldId::Opinion,
                "请填写“支部意见”。",
                "Please fill in the branch's opinion.",
            ),
            (r#"{"do":"review","amount":"0"}"#, FieldId::Standard, "请填写“标准”。", "Please fill in the standard."),
            (r#"{"do":"publish","to":""}"#, FieldId::To, "请填写“结束日期”。", "Please fill in the last day."),
            (
                r#"{"do":"publish","from":"2026-11-09","to":"2026-11-08"}"#,
                FieldId::To,
                "“结束日期”早于开始日期。",
                "The last day lies before the beginning.",
            ),
            (r#"{"do":"object","text":" "}"#, FieldId::Objection, "请填写“异议”。", "Please fill in the objection."),
            (
                r#"{"do":"grant","amount":""}"#,
                FieldId::Granted,
                "请填写“核定金额”。",
                "Please fill in the amount granted.",
            ),
            (r#"{"do":"decline","reason":""}"#, FieldId::Reason, "请填写“理由”。", "Please fill in the reason."),
            (r#"{"do":"note","text":""}"#, FieldId::Text, "请填写“内容”。", "Please fill in the text."),
            (
                SAMPLES[4],
                FieldId::Loan,
                "“贷款”所指的内容不在这里，可能已被改动。",
                "The loan names something that is not here; it may have changed.",
            ),
            (
                SAMPLES[5],
                FieldId::Repayment,
                "“还款”所指的内容不在这里，可能已被改动。",
                "The repayment names something that is not here; it may have changed.",
            ),
        ],
    );
    let mut with_loan = applied();
    does(&mut with_loan, 1, 1, SAMPLES[3]);
    all_refused(
        &with_loan,
        1,
        &[(
            r#"{"do":"repay","loan":"i0EwCplG5CY","amount":"70000.01"}"#,
            FieldId::Repayment,
            "“还款”现在还不能这样办：先看看办到了哪一步。",
            "The repayment does not fit now: look at how far it has come.",
        )],
    );
    all_refused(
        &after(&[6]),
        1,
        &[(
            SAMPLES[1],
            FieldId::Applicant,
            "“申请户”现在还不能这样办：先看看办到了哪一步。",
            "The applicant does not fit now: look at how far it has come.",
        )],
    );
}
