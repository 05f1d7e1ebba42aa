//! What lists keep back of children under 14. A row says that there is a resident; whose it is, how related and how old they
//! are is read for a reason ([`Town::open_minor`](crate::Town::open_minor)).

use chrono::NaiveDate;
use lianhu_core::household::{KEPT_BACK, first_minor_year};
use lianhu_core::views::ViewSpec;
use lianhu_store::{Op, Query};
use lianhu_sync::ports::ViewValue;

/// The list with a row for each resident, and the columns of it that are kept back.
const RESIDENTS: &str = "residents";
const COLUMNS: &[&str] = &["name", "relation", "born", "sex", "away"];
const BORN: &str = "born";

/// The question that is really asked: who looks for a name, or sorts by one, looks among those who are no children, for the
/// answer would say what the row does not.
pub(crate) fn asked(spec: &ViewSpec, query: &Query, today: NaiveDate) -> Query {
    let looks = |column: &str| COLUMNS.contains(&column);
    let by_column =
        query.filters.iter().any(|(column, _)| looks(column)) || query.order_by.as_deref().is_some_and(looks);
    if spec.name != RESIDENTS || !by_column {
        return query.clone();
    }
    let oldest = i64::from(first_minor_year(today)) - 1;
    query.clone().filter(BORN, Op::Le(ViewValue::Int(oldest)))
}

/// A row as it is shown.
pub(crate) fn row(spec: &ViewSpec, mut row: Vec<ViewValue>, today: NaiveDate) -> Vec<ViewValue> {
    if spec.name != RESIDENTS {
        return row;
    }
    let place = |name: &str| spec.columns.iter().position(|(column, _)| *column == name);
    let born = place(BORN).and_then(|place| row.get(place));
    let child = matches!(born, Some(ViewValue::Int(year)) if *year >= i64::from(first_minor_year(today)));
    for column in COLUMNS.iter().filter(|_| child) {
        if let Some(value) = place(column).and_then(|place| row.get_mut(place)) {
            *value = if *column == "name" { ViewValue::Text(KEPT_BACK.to_owned()) } else { ViewValue::Null };
        }
    }
    row
}
