//! What is filled in to raise a matter, to mend its card, to hand it to somebody.

use serde::Deserialize;

use crate::household::VisitChannel;
use crate::ids::{DocId, WorkerId};
use crate::matter::{Level, MatterKind, Urgency};
use crate::private::Private;

/// A matter as it is raised.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RaiseForm {
    /// The roster of its village; needed.
    pub village: Option<DocId>,
    /// The day it was told; today if left out.
    pub date: String,
    /// What the public board will show; needed.
    pub title: Private<String>,
    /// The resident's words; never published.
    pub text: Private<String>,
    /// The household, if one raised it.
    pub household: Option<DocId>,
    /// The person's name, if somebody else did.
    pub raiser: Private<String>,
    /// The person's phone.
    pub phone: Private<String>,
    /// How many people it concerns.
    pub headcount: Option<i64>,
    /// One of the township's categories; left empty it is set later.
    pub category: String,
    /// Kind.
    pub kind: Option<MatterKind>,
    /// Urgency; an emergency is refused with the numbers to call.
    pub urgency: Option<Urgency>,
    /// Place.
    pub place: Private<String>,
    /// The channel by which it was taken (五承办, or every day).
    pub channel: Option<VisitChannel>,
    /// The matter it is split from.
    pub split_from: Option<DocId>,
}

/// Fields of a matter's card to set; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AmendForm {
    /// What the public board shows.
    pub title: Private<String>,
    /// The resident's words.
    pub text: Private<String>,
    /// The household it is about.
    pub household: Option<DocId>,
    /// How many people it concerns.
    pub headcount: Option<i64>,
    /// One of the township's categories.
    pub category: String,
    /// Kind.
    pub kind: Option<MatterKind>,
    /// Urgency.
    pub urgency: Option<Urgency>,
    /// Place.
    pub place: Private<String>,
}

/// To whom a matter is handed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AssignForm {
    /// The owner; needed.
    pub owner: Option<WorkerId>,
    /// Those who assist.
    pub co_owners: Vec<WorkerId>,
    /// The level that handles it.
    pub level: Option<Level>,
    /// What is to be done.
    pub text: Private<String>,
    /// The day it is due; the village's rule says, if left out. A hard matter needs the day the meeting set.
    pub due: String,
    /// A studio's or team's document, where it is referred to one.
    pub studio: Option<DocId>,
    /// What the studio or team is called.
    pub to: Private<String>,
}
