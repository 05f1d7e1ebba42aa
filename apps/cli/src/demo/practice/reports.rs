//! The figures: the office counts all reports from what the other parts have entered, a board member's phone counts the
//! village's from its own documents, and nobody types a number.

use lianhu_core::report::{self, Asked, Period, ReportId, Scope};
use lianhu_core::roster::Role;
use lianhu_server::reports::{Whose, json};
use serde_json::Value;

use super::Stage;
use crate::failure::{Failure, Kind};
use crate::phone::workbook_failure;

/// Counts them all, and compares the phone's with the office's.
pub(super) fn play(stage: &mut Stage<'_>) -> Result<(), Failure> {
    let told = stage.ask("/office/v1/reports")?;
    let reports = told.get("reports").and_then(Value::as_array).cloned().unwrap_or_default();
    let with_figures = reports.iter().filter(|report| has_figures(report)).count();
    stage.count(5, "办公室算出数字的报表", "reports the office has figures for", with_figures as u64);

    let checks: Vec<&Value> = reports.iter().filter_map(|report| report["checks"].as_array()).flatten().collect();
    if let Some(broken) = checks.iter().find(|check| check["holds"] != true) {
        return Err(Failure::new(Kind::Differences, format!("a report's check does not hold: {}", broken["name"])));
    }
    stage.count(13, "收支平衡和结转核对无误", "balances and carry-overs checked", checks.len() as u64);

    let equal = the_phone_agrees(stage)?;
    stage.count(
        3,
        "联户覆盖率等报表，手机与办公室算得一致",
        "reports equal on a board member's phone and at the office",
        equal,
    );
    Ok(())
}

fn has_figures(report: &Value) -> bool {
    let lines = report["lines"].as_array().into_iter().flatten();
    lines.into_iter().any(|line| match &line["figure"] {
        Value::Number(count) => count.as_i64() != Some(0),
        figure => figure["whole"].as_u64().is_some_and(|whole| whole > 0) || figure["fen"].is_i64(),
    })
}

/// A board member's phone holds all of the village's roster and households: it comes to the same figures.
fn the_phone_agrees(stage: &mut Stage<'_>) -> Result<u64, Failure> {
    let mut board = stage.phone_of(Role::VillageBoard, &[])?;
    let village = stage.roster.id;
    let told = stage.ask(&format!("/office/v1/reports?village={village}"))?;
    let office = told.get("reports").and_then(Value::as_array).cloned().unwrap_or_default();
    let asked = office.first().and_then(|first| question(first, Scope::Village(village)));
    let asked = asked.ok_or_else(|| Failure::new(Kind::Failed, "reports without days; this is a bug"))?;
    let facts = board.book.report_facts().map_err(|why| workbook_failure(&why))?;
    let whose = Whose { scope: asked.scope, name: String::new() };
    let mut equal = 0;
    for (ours, theirs) in report::all(&facts, &asked).iter().zip(&office) {
        let told = json(ours, &whose);
        let agrees = ["id", "lines", "tables", "checks"].iter().all(|part| told.get(part) == theirs.get(part));
        equal += u64::from(agrees);
        if ours.id == ReportId::R1 && !agrees {
            return Err(Failure::new(Kind::Differences, "R1 on a board member's phone is not the office's"));
        }
    }
    Ok(equal)
}

/// What the office was asked, from its answer.
fn question(told: &Value, scope: Scope) -> Option<Asked> {
    let day = |name: &str| told[name].as_str()?.parse().ok();
    Some(Asked { scope, period: Period::new(day("from")?, day("to")?).ok()?, today: day("as_of")? })
}
