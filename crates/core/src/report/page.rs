//! `docs/reports.md` says of every report what the code says.

use std::collections::BTreeMap;

use crate::Lang;
use crate::report::{FEWEST, Facts, ReportId, SOURCES};

const PAGE: &str = include_str!("../../../../docs/reports.md");

/// A report's section of the page, from its definition.
fn section(id: ReportId) -> String {
    let definition = id.definition();
    let mut sources: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for source in definition.sources {
        sources.entry(source.view).or_default().push(format!("`{}`", source.column));
    }
    let sources: Vec<String> =
        sources.into_iter().map(|(view, columns)| format!("* `{view}`: {}", columns.join(", "))).collect();
    let hides =
        definition.hides.map_or("Nothing is hidden.".to_owned(), |hides| format!("{}\n\n{}", hides.zh, hides.en));
    format!(
        "## {} {} · {}\n\n{}\n\n{}\n\n{hides}\n\nCounted from:\n\n{}\n",
        id.code(),
        id.label(Lang::Zh),
        id.label(Lang::En),
        definition.formula.zh,
        definition.formula.en,
        sources.join("\n")
    )
}

#[test]
fn every_report_is_on_the_page_in_its_order_with_its_definition() {
    let sections: Vec<String> = ReportId::ALL.iter().map(|id| section(*id)).collect();
    let expected = sections.join("\n");
    let told = PAGE.find("## R1 ").map(|at| &PAGE[at..]).unwrap_or_default();
    assert!(told == expected, "docs/reports.md should end with:\n\n{expected}");
    assert!(PAGE.contains(&format!("fewer than {FEWEST}")));
}

#[test]
fn every_source_of_every_report_is_a_column_of_a_view() {
    for id in ReportId::ALL {
        let sources = id.definition().sources;
        assert_eq!(Facts::new().not_kept(sources), [], "{id:?}");
        assert!(
            sources.iter().all(|source| SOURCES.contains(&source.view)),
            "{id:?} counts rows that are not taken in"
        );
    }
}
