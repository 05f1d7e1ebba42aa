//! What is public of applications, and what they come to (domain §4 and §5).

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use serde::Serialize;

use crate::aid::{AidState, Application, Scheme};
use crate::board::{Item, Section, Seen};
use crate::draft::Fen;
use crate::ids::DocId;
use crate::lang::Lang;
use crate::private::Private;

/// An application on the board: name, scheme and standard, and nothing else about the household. Amounts are fen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PublicAid {
    /// Its document.
    pub id: DocId,
    /// The roster of its village.
    pub village: Option<DocId>,
    /// The name it was applied for under.
    pub name: Private<String>,
    /// The scheme's code.
    pub scheme: Scheme,
    /// What the scheme is called.
    pub scheme_label: Private<String>,
    /// The amount: what was granted, until then what the review came to.
    pub standard: Fen,
    /// Where it stands: published, granted, paid or done.
    pub state: AidState,
    /// The first day of the publication.
    pub from: NaiveDate,
    /// Its last day: until then anybody may object.
    pub to: NaiveDate,
}

/// What the board shows of an application: from its publication on, and not while it is reviewed again, nor declined or
/// withdrawn. Reason, loan and the words of steps are never among it.
pub fn public(application: &Application, lang: Lang) -> Option<PublicAid> {
    let standing = application.course.state;
    let shown = matches!(standing.state, AidState::Published | AidState::Granted | AidState::Paid | AidState::Done);
    let (from, to) = application.published().filter(|_| shown)?;
    Some(PublicAid {
        id: application.id,
        village: application.village.as_ref().map(|village| village.value),
        name: application.applicant.as_ref()?.value.as_str().into(),
        scheme: application.scheme.as_ref()?.value,
        scheme_label: application.scheme_label(lang)?.into(),
        standard: standing.granted.or(standing.standard)?,
        state: standing.state,
        from,
        to,
    })
}

/// The same as it hangs on the board: until some days after it was paid.
pub(super) fn item(application: &Application, seen: &Seen<'_>) -> Option<Item> {
    let shown = public(application, Lang::Zh)?;
    let mut item = Item::new(Section::Aid, application.id);
    item.sort_by(shown.from.to_string())
        .say("applicant", shown.name.as_str())
        .say("scheme", shown.scheme.label(Lang::Zh));
    let own = application.scheme_other.as_ref().filter(|_| shown.scheme == Scheme::Other);
    item.say_maybe("scheme_other", own.map(|own| own.value.as_str().to_owned()));
    item.say("standard", shown.standard).say("published_on", shown.from).say("objections_until", shown.to);
    item.hang(Some(shown.from), application.paid().map(|(.., on)| seen.last_day(on.max(shown.to))));
    Some(item)
}

/// What the applications of one scheme and one year come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SchemeTotal {
    /// How many were made.
    pub applications: usize,
    /// How many were granted.
    pub granted: usize,
    /// How much was granted; `None` beyond what 64 bits hold.
    pub granted_amount: Option<Fen>,
    /// How many were paid.
    pub paid: usize,
    /// How much was paid; `None` beyond what 64 bits hold.
    pub paid_amount: Option<Fen>,
}

/// The totals by scheme and year of application.
pub fn totals<'a>(applications: impl IntoIterator<Item = &'a Application>) -> BTreeMap<(i32, Scheme), SchemeTotal> {
    let nothing = SchemeTotal {
        applications: 0,
        granted: 0,
        granted_amount: Some(Fen::ZERO),
        paid: 0,
        paid_amount: Some(Fen::ZERO),
    };
    let mut totals = BTreeMap::new();
    for application in applications {
        let (Some(on), Some(scheme)) = (&application.applied_on, &application.scheme) else { continue };
        let total = totals.entry((on.value.year(), scheme.value)).or_insert(nothing);
        total.applications += 1;
        let granted = application.course.state.granted.unwrap_or_default();
        let state = application.state();
        if matches!(state, AidState::Granted | AidState::Paid | AidState::Done) {
            total.granted += 1;
            total.granted_amount = total.granted_amount.and_then(|sum| sum.plus(granted));
        }
        if matches!(state, AidState::Paid | AidState::Done) {
            total.paid += 1;
            total.paid_amount = total.paid_amount.and_then(|sum| sum.plus(granted));
        }
    }
    totals
}
