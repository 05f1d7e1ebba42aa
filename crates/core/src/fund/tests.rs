//! A fund's ledger: to the fen, whatever happens.

use proptest::prelude::*;

use super::*;
use crate::access::Facts;
use crate::card::Card;
use crate::draft::Reason;
use crate::testing::{all_refused, day, deed_edit, doc, does, merge, write};
use crate::views::{Cell, project};
use crate::{DocKind, Document};

/// One deed of each sort at least. The entry taken back is the one the dice 1 name.
pub(super) const SAMPLES: &[&str] = &[
    r#"{"do":"open","village":"01010101-0101-8101-8101-010101010101","name":"联户关爱资金","opening":"20,000.00",
        "opened_on":"2026-01-01"}"#,
    r#"{"do":"rename","name":"庆胜村关爱资金"}"#,
    r#"{"do":"rename","name":"关爱资金"}"#,
    r#"{"do":"enter","direction":"in","source":"社会捐赠","donor":"某公司","amount":"10000","receipt":"收0012"}"#,
    r#"{"do":"enter","direction":"in","source":"党员捐款","amount":"123.45","date":"2026-11-02"}"#,
    r#"{"do":"enter","direction":"out","purpose":"慰问困难户","amount":"8,000.55","date":"2026-11-03"}"#,
    r#"{"do":"enter","direction":"out","purpose":"助学","amount":"15000"}"#,
    r#"{"do":"reverse","entry":"i0EwCplG5CY","purpose":"重复登记，冲销"}"#,
    r#"{"do":"reverse","entry":"bivykjthNDI","purpose":"金额登错，冲销"}"#,
    r#"{"do":"pay","application":"0b010101-0101-8101-8101-010101010101","amount":"3000","purpose":"关爱资金"}"#,
    r#"{"do":"pay","application":"0b010101-0101-8101-8101-010101010101","amount":"3200","purpose":"关爱资金"}"#,
];

/// What a clerk can get wrong, for the page of refusals.
pub(super) const REFUSED: &[&str] = &[
    r#"{"do":"open","opening":"0"}"#,
    r#"{"do":"open","name":"找张三13800138000","opening":"0"}"#,
    r#"{"do":"open","name":"资金"}"#,
    r#"{"do":"open","name":"资金","opening":"-5"}"#,
    r#"{"do":"open","name":"资金","opening":"10000000000"}"#,
    r#"{"do":"open","name":"资金","opening":"5","opened_on":"元旦"}"#,
    r#"{"do":"enter","amount":"5"}"#,
    r#"{"do":"enter","direction":"收","amount":"5"}"#,
    r#"{"do":"enter","direction":"in","amount":"5"}"#,
    r#"{"do":"enter","direction":"out","amount":"5"}"#,
    r#"{"do":"enter","direction":"out","amount":"5","purpose":"给11010519491231002X"}"#,
    r#"{"do":"enter","direction":"out","amount":"0","purpose":"慰问"}"#,
    r#"{"do":"enter","direction":"out","amount":"5","purpose":"慰问","date":"2025-12-31"}"#,
    r#"{"do":"enter","direction":"out","amount":"99999","purpose":"慰问"}"#,
    r#"{"do":"reverse","entry":"AAAAAAAAAAA","purpose":"冲销"}"#,
];

fn opened() -> Document {
    let mut document = Document::new(doc(DocKind::Fund, 1));
    does(&mut document, 1, 1, SAMPLES[0]);
    document
}

fn balance(document: &Document) -> Fen {
    Fund::read(document).ledger().balance.unwrap()
}

fn entry(direction: &str, fen: i64) -> String {
    let amount = Fen::new(fen);
    format!(r#"{{"do":"enter","direction":"{direction}","source":"捐赠","purpose":"慰问","amount":"{amount}"}}"#)
}

#[test]
fn opening_and_in_less_out_is_what_is_left_to_the_fen() {
    let mut document = opened();
    does(&mut document, 1, 2, SAMPLES[4]);
    does(&mut document, 1, 3, SAMPLES[5]);
    assert_eq!(balance(&document).to_string(), "12122.90");
    let ledger = Fund::read(&document).ledger();
    assert_eq!(ledger.lines.iter().map(|line| line.left.unwrap().get()).collect::<Vec<_>>(), [2_012_345, 1_212_290]);
    let rows = project(&document);
    assert_eq!(rows[0].values[3..], [Cell::Int(2_000_000), Cell::Int(1_212_290)]);
    assert_eq!(rows.len(), 3);
}

#[test]
fn a_statement_of_some_days_begins_with_what_was_left_before_them_and_balances() {
    let mut document = opened();
    for (n, json) in [(2, SAMPLES[4]), (3, SAMPLES[5]), (4, SAMPLES[3])] {
        does(&mut document, 1, n, json);
    }
    let ledger = Fund::read(&document).ledger();
    let statement = ledger.statement(Some(day(3)), Some(day(8))).unwrap();
    assert_eq!((statement.opening, statement.came_in), (Fen::new(2_012_345), Fen::ZERO));
    assert_eq!((statement.went_out, statement.closing), (Fen::new(800_055), Fen::new(1_212_290)));
    assert!(statement.balances() && statement.lines.len() == 1);
    assert!(ledger.statement(None, None).unwrap().balances());
    assert_eq!(
        ledger.years()[&2026],
        Turnover { came_in: Some(Fen::new(1_012_345)), went_out: Some(Fen::new(800_055)), entries: 3 }
    );
    let off = Statement { closing: Fen::new(1), ..statement };
    assert!(!off.balances());
}

#[test]
fn what_would_overdraw_the_fund_is_refused_and_what_two_spent_apart_is_shown() {
    let mut one = opened();
    let too_much = deed_edit(&one, 1, 2, &entry("out", 2_000_001)).unwrap_err();
    assert_eq!((too_much.field, too_much.reason), (FieldId::Amount, Reason::NotNow));
    let mut other = one.clone();
    does(&mut one, 1, 2, SAMPLES[6]);
    does(&mut other, 2, 3, SAMPLES[6]);
    let merged = merge(&one, &other);
    assert_eq!(balance(&merged), Fen::new(-1_000_000));
    let ledger = Fund::read(&merged).ledger();
    assert!(ledger.is_overdrawn() && ledger.needs_keeper());
    assert_eq!(ledger.counted().count(), 2, "nothing is dropped");
    assert!(Card::of(&merged).conflict && !Card::of(&one).conflict);
}

#[test]
fn a_wrong_entry_is_taken_back_by_another_and_only_once() {
    let mut one = opened();
    does(&mut one, 1, 1, SAMPLES[3]);
    let mut other = one.clone();
    does(&mut one, 1, 2, SAMPLES[7]);
    does(&mut other, 2, 3, SAMPLES[7]);
    assert_eq!(balance(&one), Fen::new(2_000_000));
    let again = deed_edit(&one, 1, 4, SAMPLES[7]).unwrap_err();
    assert_eq!((again.field, again.reason), (FieldId::Line, Reason::NotNow));
    let merged = merge(&one, &other);
    let ledger = Fund::read(&merged).ledger();
    assert_eq!(ledger.balance, Some(Fen::new(2_000_000)), "taken back apart, it counts once");
    let fates: Vec<_> = ledger.lines.iter().filter_map(|line| line.not_counted).collect();
    assert_eq!((fates.as_slice(), ledger.needs_keeper()), (&[NotCounted::AlreadyReversed][..], true));
    assert_eq!(project(&merged).iter().filter(|row| row.view == "fund_entries").count(), 2);
}

#[test]
fn a_wrong_entry_is_taken_back_even_when_its_money_is_spent() {
    let mut document = opened();
    does(&mut document, 1, 1, SAMPLES[3]);
    does(&mut document, 1, 2, &entry("out", 2_500_000));
    does(&mut document, 1, 3, SAMPLES[7]);
    assert_eq!(balance(&document), Fen::new(-500_000));
}

#[test]
fn paying_an_application_twice_makes_one_entry() {
    let mut one = opened();
    let mut other = one.clone();
    does(&mut one, 1, 2, SAMPLES[9]);
    let again = deed_edit(&one, 1, 3, SAMPLES[9]).unwrap();
    assert!(again.is_empty());
    let otherwise = deed_edit(&one, 1, 3, SAMPLES[10]).unwrap_err();
    assert_eq!((otherwise.field, otherwise.reason), (FieldId::Payment, Reason::NotNow));
    does(&mut other, 2, 4, SAMPLES[9]);
    let merged = merge(&one, &other);
    assert_eq!((balance(&merged), Fund::read(&merged).entries.len()), (Fen::new(1_700_000), 1));
}

#[test]
fn a_balance_beyond_any_fund_is_refused() {
    let mut document = opened();
    let most = entry("in", Fen::MAX.get() - 2_000_000);
    does(&mut document, 1, 2, &most);
    let refusal = deed_edit(&document, 1, 3, &entry("in", 1)).unwrap_err();
    assert_eq!(refusal, Fen::too_much(FieldId::Amount));
    assert_eq!(balance(&document), Fen::MAX);
}

#[test]
fn what_is_not_known_to_this_version_is_carried_and_does_not_count() {
    let mut document = opened();
    let newer =
        r#"{"by":"01010101-0101-0101-0101-010101010101","at":1,"amount":5,"date":"2026-11-05","direction":"across"}"#;
    write(&mut document, 1, crate::testing::put("ledger/AQEBAQEBAQE", newer));
    let ledger = Fund::read(&document).ledger();
    assert_eq!(ledger.lines[0].not_counted, Some(NotCounted::Unreadable));
    assert_eq!(ledger.balance, Some(Fen::new(2_000_000)));
    does(&mut document, 1, 2, SAMPLES[3]);
    assert_eq!(document.get("ledger/AQEBAQEBAQE").unwrap().value, newer.into(), "nobody writes over it");
    assert!(!Entry::is_valid(&newer.into()));
}

#[test]
fn the_board_shows_what_it_was_for_and_nobody() {
    let mut document = opened();
    does(&mut document, 1, 2, SAMPLES[3]);
    does(&mut document, 1, 3, SAMPLES[9]);
    let shown = public(&Fund::read(&document), None, None).unwrap();
    assert_eq!(
        (shown.balance, shown.came_in, shown.went_out),
        (Fen::new(2_700_000), Fen::new(1_000_000), Fen::new(300_000))
    );
    let json = serde_json::to_string(&shown).unwrap();
    for private in ["某公司", "收0012", "0b010101", "by", "donor", "receipt"] {
        assert!(!json.contains(private), "{private}");
    }
    assert!(json.contains("社会捐赠") && json.contains("关爱资金"));
}

#[test]
fn a_fund_of_the_town_has_no_readers_of_a_village() {
    let mut document = Document::new(doc(DocKind::Fund, 2));
    does(&mut document, 1, 1, r#"{"do":"open","name":"镇关爱资金","opening":"0"}"#);
    assert_eq!(Facts::of(&document).village, None);
    let roster = crate::roster::Roster::read(&Document::new(doc(DocKind::Roster, 1)));
    assert!(crate::access::readers(DocKind::Fund, &Facts::of(&document), &roster, day(9)).is_empty());
}

#[test]
fn what_does_not_fit_is_refused_in_words_a_clerk_can_act_on() {
    let blank = Document::new(doc(DocKind::Fund, 1));
    all_refused(
        &blank,
        1,
        &[
            (
                r#"{"do":"open","opening":"0"}"#,
                FieldId::FundName,
                "请填写“资金名称”。",
                "Please fill in the name of the fund.",
            ),
            (
                r#"{"do":"open","name":"找张三13800138000","opening":"0"}"#,
                FieldId::FundName,
                "“资金名称”会公开张贴，请去掉其中的电话或证件号码。",
                "The name of the fund is shown in public: take out the phone or ID number.",
            ),
            (
                r#"{"do":"open","name":"资金"}"#,
                FieldId::Opening,
                "请填写“期初余额”。",
                "Please fill in the opening balance.",
            ),
            (
                r#"{"do":"open","name":"资金","opening":"-5"}"#,
                FieldId::Opening,
                "“期初余额”不是金额：请按“元”填写，最多两位小数。",
                "The opening balance is not an amount: write yuan with at most two decimals.",
            ),
            (
                r#"{"do":"open","name":"资金","opening":"5","opened_on":"元旦"}"#,
                FieldId::OpenedOn,
                "“建账日期”不是日期，请按“2026-11-03”或“2026年11月3日”填写。",
                "The day the ledger begins is not a date: write it like 2026-11-03.",
            ),
        ],
    );
    let mut document = opened();
    does(&mut document, 1, 1, SAMPLES[3]);
    does(&mut document, 1, 2, SAMPLES[7]);
    all_refused(
        &document,
        1,
        &[
            (
                SAMPLES[0],
                FieldId::Opening,
                "“期初余额”现在还不能这样办：先看看办到了哪一步。",
                "The opening balance does not fit now: look at how far it has come.",
            ),
            (r#"{"do":"enter","amount":"5"}"#, FieldId::Direction, "请填写“收支”。", "Please fill in the direction."),
            (
                r#"{"do":"enter","direction":"收","amount":"5"}"#,
                FieldId::Direction,
                "“收支”不在可选项内，请从列表中选。",
                "The direction is not one of the choices.",
            ),
            (
                r#"{"do":"enter","direction":"in","amount":"5"}"#,
                FieldId::Source,
                "请填写“来源”。",
                "Please fill in the source.",
            ),
            (
                r#"{"do":"enter","direction":"out","amount":"5"}"#,
                FieldId::Purpose,
                "请填写“用途”。",
                "Please fill in the purpose.",
            ),
            (
                r#"{"do":"enter","direction":"out","amount":"5","purpose":"给11010519491231002X"}"#,
                FieldId::Purpose,
                "“用途”会公开张贴，请去掉其中的电话或证件号码。",
                "The purpose is shown in public: take out the phone or ID number.",
            ),
            (
                r#"{"do":"enter","direction":"out","amount":"0","purpose":"慰问"}"#,
                FieldId::Amount,
                "请填写“金额”。",
                "Please fill in the amount.",
            ),
            (
                r#"{"do":"enter","direction":"out","amount":"5","purpose":"慰问","date":"2025-12-31"}"#,
                FieldId::Date,
                "“日期”早于开始日期。",
                "The date lies before the beginning.",
            ),
            (
                r#"{"do":"enter","direction":"out","amount":"99999","purpose":"慰问"}"#,
                FieldId::Amount,
                "“金额”现在还不能这样办：先看看办到了哪一步。",
                "The amount does not fit now: look at how far it has come.",
            ),
            (
                r#"{"do":"reverse","entry":"AAAAAAAAAAA","purpose":"冲销"}"#,
                FieldId::Line,
                "“收支记录”所指的内容不在这里，可能已被改动。",
                "The entry of the fund names something that is not here; it may have changed.",
            ),
            (
                r#"{"do":"reverse","entry":"bivykjthNDI","purpose":"冲销"}"#,
                FieldId::Line,
                "“收支记录”现在还不能这样办：先看看办到了哪一步。",
                "The entry of the fund does not fit now: look at how far it has come.",
            ),
            (
                r#"{"do":"pay","application":"0b010101-0101-8101-8101-010101010101","amount":"3000.001","purpose":"一"}"#,
                FieldId::Amount,
                "“金额”不是金额：请按“元”填写，最多两位小数。",
                "The amount is not an amount: write yuan with at most two decimals.",
            ),
        ],
    );
    document = opened();
    does(&mut document, 1, 1, SAMPLES[3]);
    all_refused(
        &document,
        1,
        &[(
            r#"{"do":"reverse","entry":"i0EwCplG5CY","purpose":""}"#,
            FieldId::Purpose,
            "请填写“用途”。",
            "Please fill in the purpose.",
        )],
    );
}

proptest! {
    #[test]
    fn replicas_that_enter_apart_come_to_the_sum_of_it_all_in_whatever_order_they_meet(
        amounts in proptest::collection::vec((any::<bool>(), 1_i64..=Fen::MAX.get(), 0_usize..3), 0..12),
        order in Just([0_usize, 1, 2]).prop_shuffle(),
    ) {
        let base = opened();
        let mut phones = [base.clone(), base.clone(), base];
        let mut sum = 2_000_000_i128;
        for (n, (comes_in, amount, phone)) in (1_u8..).zip(&amounts) {
            let direction = if *comes_in { "in" } else { "out" };
            // Written past the deed's own check of what is left: a replica sees only its part.
            let entry = Entry {
                by: Some(crate::testing::worker(1)),
                at: Some(crate::DeviceMillis(0)),
                direction: Direction::parse(direction),
                source: Title::parse_public(FieldId::Source, "捐赠").ok(),
                purpose: Title::parse_public(FieldId::Purpose, "慰问").ok(),
                amount: Some(Fen::new(*amount)),
                date: Some(day(1 + u32::from(n % 9))),
                ..Entry::default()
            };
            let scalar = crate::value::Value::to_scalar(&entry);
            prop_assert!(Entry::is_valid(&scalar));
            let key = format!("ledger/{}", crate::testing::id(n));
            write(&mut phones[*phone], 1 + *phone as u8, crate::testing::put(&key, scalar));
            sum += if *comes_in { i128::from(*amount) } else { -i128::from(*amount) };
        }
        let merged = merge(&merge(&phones[order[0]], &phones[order[1]]), &phones[order[2]]);
        let ledger = Fund::read(&merged).ledger();
        prop_assert_eq!(ledger.counted().count(), amounts.len());
        prop_assert_eq!(i128::from(ledger.balance.unwrap().get()), sum);
        prop_assert_eq!(ledger.is_overdrawn(), sum < 0);
        for on in [None, Some(day(4))] {
            prop_assert!(ledger.statement(on, None).unwrap().balances());
            prop_assert!(ledger.statement(None, on).unwrap().balances());
        }
    }
}
