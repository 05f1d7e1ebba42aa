//! The table has a row for everything there is, and its cells keep what the whole township stands on (domain §3).

use std::collections::{BTreeMap, BTreeSet};

use lianhu_core::policy::{RefuseCode, Ruling, Why, table};
use lianhu_core::{DocKind, Document};

use crate::permissions::{Reads, SUBJECTS, Table, Who, founding, rows, stamp, wanted};

#[test]
fn every_key_of_every_schema_and_every_step_of_every_course_has_a_row() {
    for kind in table::kinds() {
        for subject in SUBJECTS.iter().filter(|subject| subject.kind == *kind) {
            let named: BTreeSet<String> = rows(*subject).into_iter().map(|row| row.name).collect();
            let lacking: Vec<_> = wanted(*kind).into_iter().filter(|name| !named.contains(name)).collect();
            assert!(lacking.is_empty(), "{} lacks {lacking:?}", kind.name());
            // A record that is there is also taken out, unless it is a step: those are rewritten as well.
            for name in table::keys(*kind).into_iter().filter(|name| name != "step" && table::is_record(*kind, name)) {
                let taken = [format!("{name} −"), format!("{name}/ −")];
                assert!(taken.iter().any(|name| named.contains(name)), "{}: nobody takes out a {name}", kind.name());
            }
        }
        assert!(SUBJECTS.iter().any(|subject| subject.kind == *kind), "{}", kind.name());
    }
}

#[test]
fn no_row_is_refused_for_what_it_says_but_what_is_part_of_a_documents_name() {
    let table = Table::new();
    for row in SUBJECTS.iter().flat_map(|subject| rows(*subject)) {
        let content = |who: &Who| match table.cell(&row, *who) {
            Ruling::Refuse { code: RefuseCode::InvalidContent, why } => Some(why),
            _ => None,
        };
        // Who somebody's diary or pledge is, and of when, is part of its name: nobody writes that anew.
        let of_its_name = matches!(row.name.as_str(), "worker" | "year" | "audience" | "author" | "month");
        let wrong: Vec<_> = Who::ALL.iter().filter_map(content).collect();
        assert!(wrong.is_empty() || of_its_name, "{} {}: {wrong:?}", row.subject.kind.name(), row.name);
    }
}

/// The four of another village, and whoever no roster lists, do nothing here; nor do those who sit apart from all villages.
#[test]
fn nobody_of_another_village_or_apart_from_all_writes_or_reads_anything() {
    let table = Table::new();
    let outside: Vec<Who> = Who::ALL.iter().copied().filter(|who| who.is_elsewhere() || who.is_apart()).collect();
    assert_eq!(outside.len(), 8);
    for who in outside {
        for subject in SUBJECTS {
            assert_eq!(table.reads(*subject, who), Reads::Not, "{who:?} reads {}", subject.kind.name());
            for row in rows(*subject) {
                let cell = table.cell(&row, who);
                let refused = matches!(cell, Ruling::Refuse { .. });
                assert!(refused, "{who:?} {} {}: {cell:?}", subject.kind.name(), row.name);
            }
        }
    }
}

#[test]
fn nobody_signs_for_another_whatever_else_they_may() {
    let table = Table::new();
    let mut forged = 0;
    for row in SUBJECTS.iter().flat_map(|subject| rows(*subject)) {
        for who in Who::ALL {
            for named in
                [Who::Linked, Who::Own, Who::Board, Who::Desk, Who::Unknown].into_iter().filter(|named| named != who)
            {
                let Some(edit) = row.forged(*who, named) else { continue };
                forged += 1;
                let cell = table.ruling(row.doc(*who), *who, edit);
                let refused = matches!(cell, Ruling::Refuse { .. });
                assert!(refused, "{who:?} as {named:?}: {} {}: {cell:?}", row.subject.kind.name(), row.name);
            }
        }
    }
    assert!(forged > 5_000, "{forged}");
}

#[test]
fn whoever_does_not_work_here_any_more_changes_nothing_by_themselves() {
    let table = Table::new();
    for row in SUBJECTS.iter().flat_map(|subject| rows(*subject)) {
        for who in [Who::Gone, Who::GoneBoard, Who::Unknown] {
            let cell = table.cell(&row, who);
            assert!(matches!(cell, Ruling::Hold(_) | Ruling::Refuse { .. }), "{who:?} {}: {cell:?}", row.name);
        }
    }
}

#[test]
fn an_owner_judges_no_work_of_their_own() {
    let table = Table::new();
    let judged = ["step evaluate", "step confirm", "step result", "review", "review (of the organisation)"];
    for row in SUBJECTS.iter().flat_map(|subject| rows(*subject)).filter(|row| judged.contains(&row.name.as_str())) {
        let of_a_course = matches!(row.subject.kind, DocKind::Matter | DocKind::HelpPlan | DocKind::Pledge);
        if of_a_course {
            let cell = table.cell(&row, Who::Own);
            assert!(matches!(cell, Ruling::Refuse { why: Why::OwnWork, .. }), "{}: {cell:?}", row.name);
        }
    }
}

#[test]
fn the_village_is_founded_as_the_rules_have_it() {
    let mut documents = BTreeMap::new();
    for (doc, who, edit) in founding().into_iter().filter(|(doc, ..)| doc.kind() != DocKind::Roster) {
        let before = documents.entry(doc).or_insert_with(|| Document::new(doc));
        let cell = Table::with(before.clone()).ruling(doc, who, edit.clone());
        assert_eq!(cell, Ruling::Allow, "{who:?} {} {:?}", doc.kind().name(), edit.keys().collect::<Vec<_>>());
        before.write(stamp(who), edit).unwrap();
    }
}
