//! Reports as JSON: figures as whole numbers, words in both languages.

use lianhu_core::Lang;
use lianhu_core::report::{Figure, Ratio, Report, Table, Words};
use serde_json::{Value, json};

use crate::reports::Whose;

/// A report as JSON (`docs/protocol.md`).
pub fn json(report: &Report, whose: &Whose) -> Value {
    let lines = report.lines.iter().map(|line| json!({ "name": words(line.words), "figure": figure(&line.figure) }));
    let checks = report.checks.iter().map(|check| {
        json!({
            "name": words(check.words),
            "of": check.of.as_ref().map(|of| of.as_str()),
            "one": check.one,
            "other": check.other,
            "holds": check.holds(),
        })
    });
    json!({
        "id": report.id,
        "name": { "zh": report.id.label(Lang::Zh), "en": report.id.label(Lang::En) },
        "definition": { "zh": report.id.printed(Lang::Zh), "en": report.id.printed(Lang::En) },
        "whose": whose.name,
        "from": report.asked.period.from(),
        "to": report.asked.period.to(),
        "as_of": report.asked.as_of(),
        "lines": lines.collect::<Vec<_>>(),
        "tables": report.tables.iter().map(table).collect::<Vec<_>>(),
        "checks": checks.collect::<Vec<_>>(),
        "not_kept": report.not_kept.iter().map(|one| format!("{}.{}", one.view, one.column)).collect::<Vec<_>>(),
    })
}

fn table(table: &Table) -> Value {
    json!({
        "title": words(table.title),
        "columns": table.columns.iter().copied().map(words).collect::<Vec<_>>(),
        "rows": table.rows.iter().map(|row| row.iter().map(figure).collect()).collect::<Vec<Vec<_>>>(),
    })
}

fn words(words: Words) -> Value {
    json!({ "zh": words.zh, "en": words.en })
}

fn figure(figure: &Figure) -> Value {
    match figure {
        Figure::Count(count) => json!(count),
        Figure::Share(ratio) => {
            let Ratio { part, whole } = ratio;
            json!({ "part": part, "whole": whole, "basis_points": ratio.basis_points() })
        }
        Figure::Fen(fen) => json!({ "fen": fen }),
        Figure::TenthDays(tenths) => json!({ "tenth_days": tenths }),
        Figure::Word(word) => words(*word),
        Figure::Text(text) => json!(text.as_str()),
        Figure::Day(day) => json!(day),
        Figure::Hidden => json!({ "hidden": true }),
        Figure::Nothing => Value::Null,
    }
}
