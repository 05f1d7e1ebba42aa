//! `GET /office/v1/reports…`: figures of a village or the town, for days, as JSON, CSV, XLSX or a page to print.

use axum::Json;
use axum::extract::{Extension, Path, Query as Asked, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use lianhu_core::Lang;
use lianhu_core::report::{self, NotAPeriod, Period, ReportId};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::audit::{Action, AuditLine};
use crate::http::guard::Caller;
use crate::http::problem::Problem;
use crate::http::room::Room;
use crate::reports::{self, Counted, Whose};
use crate::town::Town;

/// A report's page runs nothing and loads nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

/// Which village and days.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    village: Option<String>,
    period: Option<String>,
    from: Option<String>,
    to: Option<String>,
    lang: Option<Lang>,
}

/// All reports as JSON.
pub(crate) async fn all(State(room): State<Room>, Asked(asked): Asked<Question>) -> Result<Json<Value>, Problem> {
    let (whose, counted) = room.for_office(move |town| count(town, ReportId::ALL, &asked)).await??;
    let told: Vec<Value> = counted.reports.iter().map(|report| reports::json(report, &whose)).collect();
    Ok(Json(json!({ "reports": told })))
}

/// All reports of the days as a workbook, one sheet for each.
pub(crate) async fn workbook(State(room): State<Room>, Asked(asked): Asked<Question>) -> Result<Response, Problem> {
    let made = room.for_office(move |town| {
        let (_, counted) = count(town, ReportId::ALL, &asked)?;
        reports::xlsx(&counted).map_err(|why| Problem::internal(&why))
    });
    const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(file(KIND, "reports.xlsx", made.await??))
}

/// One report: `R4` as JSON, `R4.csv` as a table, `R4.html` as a page to print.
pub(crate) async fn one(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    Path(named): Path<String>,
    Asked(asked): Asked<Question>,
) -> Result<Response, Problem> {
    let (code, ending) = named.split_once('.').unwrap_or((&named, "json"));
    let id = ReportId::parse(code).ok_or_else(|| Problem::not_found("report"))?;
    if !["json", "csv", "html"].contains(&ending) {
        return Err(Problem::not_found("report"));
    }
    let line = AuditLine {
        subject: Some(named.to_ascii_lowercase()),
        ..AuditLine::new(caller.actor, Action::Exported, "report")
    };
    let shown = ending == "json";
    let counted = room.for_office(move |town| {
        let counted = count(town, &[id], &asked)?;
        // To look at a figure is no export; a file that is taken along is.
        if !shown {
            town.audit(&line).map_err(|why| Problem::internal(&why))?;
        }
        Ok::<_, Problem>(counted)
    });
    let (whose, counted) = counted.await??;
    Ok(match (ending, counted.reports.first()) {
        ("csv", _) => file("text/csv; charset=utf-8", &format!("{}.csv", id.code()), reports::csv(&counted)),
        ("html", _) => page(report::sheet(&counted.reports, &counted.whose, counted.lang).to_html(counted.lang)),
        (_, Some(report)) => Json(reports::json(report, &whose)).into_response(),
        (_, None) => return Err(Problem::not_found("report")),
    })
}

fn count(town: &Town, ids: &[ReportId], question: &Question) -> Result<(Whose, Counted), Problem> {
    let failed = |why| Problem::internal(&why);
    let whose = town.whose_figures(question.village.as_deref()).map_err(failed)?;
    let whose = whose.ok_or_else(|| Problem::not_found("village, or more than one of that name"))?;
    let asked = report::Asked { scope: whose.scope, period: period(question, town)?, today: town.today() };
    let reports = town.reports(ids, &asked).map_err(failed)?;
    let counted = Counted { reports, whose: whose.name.clone(), lang: question.lang.unwrap_or_default() };
    Ok((whose, counted))
}

/// The days: `period`, or `from` and `to`, or this month.
fn period(question: &Question, town: &Town) -> Result<Period, Problem> {
    let parsed = match (&question.period, &question.from, &question.to) {
        (Some(period), None, None) => Period::parse(period),
        (None, Some(from), Some(to)) => Period::parse(&format!("{from}..{to}")),
        (None, None, None) => Ok(Period::month_of(town.today())),
        _ => Err(NotAPeriod),
    };
    parsed.map_err(|why| Problem::bad_request("not_a_period", why.to_string()))
}

fn file(kind: &'static str, name: &str, bytes: impl IntoResponse) -> Response {
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, bytes).into_response()
}

fn page(html: String) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, html).into_response()
}
