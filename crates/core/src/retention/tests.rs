//! From which day what counts.

use super::*;
use crate::document::Edit;
use crate::testing::{doc, put, write};

fn since(day: &str) -> NaiveDate {
    day.parse().unwrap()
}

#[test]
fn years_are_counted_back_to_the_same_day_and_the_29th_of_february_is_one() {
    assert_eq!(kept_since(since("2026-11-23"), 3), since("2023-11-23"));
    assert_eq!(kept_since(since("2028-02-29"), 1), since("2027-02-28"));
    assert_eq!(kept_since(since("2026-11-23"), u32::MAX), NaiveDate::MIN, "for ever is for ever");
}

#[test]
fn a_diary_counts_from_the_end_of_its_month() {
    let mut diary = Document::new(doc(DocKind::Diary, 1));
    write(&mut diary, 1, put("month", "2024-02"));
    write(&mut diary, 1, put("entry/AQEBAQEBAQE", "{}"));
    let past = |day| past(Kept::Diary, &diary, None, since("2026-11-23"), since(day));
    assert_eq!(past("2024-02-29"), None);
    assert_eq!(past("2024-03-01"), Some(Past::Whole));
}

#[test]
fn a_document_of_which_nothing_is_left_is_not_purged_again() {
    let mut diary = Document::new(doc(DocKind::Diary, 1));
    write(&mut diary, 1, put("month", "2020-02"));
    assert_eq!(past(Kept::Diary, &diary, None, since("2026-11-23"), since("2026-01-01")), None);
}

#[test]
fn only_old_visits_of_a_household_are_past_and_a_visit_without_a_day_is_kept() {
    let mut household = Document::new(doc(DocKind::Household, 1));
    let mut edit = Edit::new();
    edit.put("visit/AQEBAQEBAQE", r#"{"date":"2020-01-05"}"#);
    edit.put("visit/AgICAgICAgI", r#"{"date":"2026-01-05"}"#);
    edit.put("visit/AwMDAwMDAwM", r#"{"note":"哪天不知道"}"#);
    write(&mut household, 1, edit);
    let past = |kept| past(kept, &household, None, since("2026-11-23"), since("2023-11-23"));
    assert_eq!(past(Kept::Visit), Some(Past::Keys(vec!["visit/AQEBAQEBAQE".to_owned()])));
    assert_eq!(past(Kept::Household), None, "without a roster nobody knows whose it is");
    assert_eq!(past(Kept::Matter), None, "it is no matter");
}

#[test]
fn every_kind_has_a_code_of_its_own_and_a_suggestion() {
    for kept in Kept::ALL {
        assert_eq!(Kept::parse(kept.code()), Some(*kept));
        assert!(kept.suggested_years() > 0);
    }
}
