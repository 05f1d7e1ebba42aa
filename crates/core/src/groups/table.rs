//! Which group every key of every kind belongs to: one row for each key a document may hold. A field that is added is added
//! here too, or a test fails.
//!
//! A key is written as in the kind's schema. Ids of documents and workers, days, states and other bookkeeping are not personal
//! data of a household by themselves.

use crate::groups::Group;
use crate::ids::DocKind;
use crate::value::Key;

/// What stands under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Personal data of this group.
    Personal(Group),
    /// Nothing about a person, beyond ids and days.
    NotPersonal,
}

use Holds::NotPersonal as No;

const BASE: Holds = Holds::Personal(Group::Base);
const PHONE: Holds = Holds::Personal(Group::Phone);
const RESIDENTS: Holds = Holds::Personal(Group::Residents);
const CARE: Holds = Holds::Personal(Group::Care);
const SAID: Holds = Holds::Personal(Group::Said);
const HELP: Holds = Holds::Personal(Group::Help);
const PARTNERS: Holds = Holds::Personal(Group::Partners);

/// The rows of a kind.
pub(crate) type Rows = &'static [(&'static str, Holds)];

const ROSTER: Rows = &[
    ("name", No),
    ("town", No),
    ("area", No),
    ("district", No),
    ("grid/name", No),
    ("grid/kind", No),
    ("grid/branch", No),
    ("grid/leader", No),
    ("grid/node", No),
    ("grid/parent", No),
    ("grid/from", No),
    ("grid/to", No),
    ("grid/replaced_by", No),
    ("service/leader", No),
    ("service/members", No),
    ("worker/name", PARTNERS),
    ("worker/phone", PARTNERS),
    ("worker/roles", PARTNERS),
    ("worker/branch", PARTNERS),
    ("worker/grids", No),
    ("worker/exempt", PARTNERS),
    ("worker/active", PARTNERS),
    ("link", No),
    ("pair", PARTNERS),
    ("station", PARTNERS),
    ("rule", No),
    ("calendar", No),
    ("switch", No),
];

const HOUSEHOLD: Rows = &[
    ("village", No),
    ("created_by", No),
    ("grid", BASE),
    ("group", BASE),
    ("code", BASE),
    ("doorplate", BASE),
    ("head", BASE),
    ("phone", PHONE),
    ("members", BASE),
    ("residence", BASE),
    ("contact_by", PHONE),
    ("contact_time", PHONE),
    // What shows that the rest is kept lawfully: kept with the card, whatever is switched on.
    ("basis", BASE),
    ("noticed_on", BASE),
    ("consented_on", BASE),
    ("review_by", BASE),
    ("care", CARE),
    ("resident/name", RESIDENTS),
    ("resident/relation", RESIDENTS),
    ("resident/born", RESIDENTS),
    ("resident/sex", RESIDENTS),
    ("resident/away", RESIDENTS),
    ("visit", SAID),
    ("request", BASE),
    ("answer", BASE),
    ("words", SAID),
    ("opened", SAID),
    ("late", No),
];

const DIARY: Rows =
    &[("author", No), ("month", No), ("audience", No), ("village", No), ("entry", SAID), ("comment", SAID)];

const MATTER: Rows = &[
    ("village", No),
    ("recorded_by", No),
    ("recorded_on", No),
    ("title", SAID),
    ("text", SAID),
    ("household", SAID),
    ("raised", SAID),
    ("raiser", SAID),
    ("phone", PHONE),
    ("headcount", No),
    ("category", No),
    ("kind", No),
    ("urgency", No),
    ("place", SAID),
    ("number", No),
    ("source", No),
    ("channel", No),
    ("split_from", No),
    ("step", SAID),
    ("late", No),
];

const MEETING: Rows = &[
    ("village", No),
    ("called_by", No),
    ("kind", No),
    ("number", No),
    ("date", No),
    ("time", No),
    ("place", No),
    ("chair", No),
    ("recorder", No),
    ("branch", No),
    ("grid", No),
    ("attendee", PARTNERS),
    ("former", PARTNERS),
    ("guest/name", PARTNERS),
    ("guest/role", PARTNERS),
    ("guest/attendance", PARTNERS),
    ("item/matter", No),
    ("item/title", SAID),
    ("item/five", No),
    ("item/position", No),
    ("decision", SAID),
    ("ballot", No),
    ("minutes", SAID),
    ("step", No),
    ("late", No),
];

const HELP_PLAN: Rows = &[
    ("village", No),
    ("created_by", No),
    ("household", HELP),
    ("causes", HELP),
    ("cause_other", HELP),
    ("goal", HELP),
    ("effect", HELP),
    ("review_on", No),
    ("helper/worker", No),
    ("helper/from", No),
    ("helper/to", No),
    ("measure/kind", HELP),
    ("measure/content", HELP),
    ("measure/provider", HELP),
    ("measure/amount", HELP),
    ("measure/due", No),
    ("measure/done_on", No),
    ("measure/result", HELP),
    ("step", HELP),
    ("late", No),
];

const AID: Rows = &[
    ("village", No),
    ("recorded_by", No),
    ("household", HELP),
    ("applicant", HELP),
    ("scheme", HELP),
    ("scheme_other", HELP),
    ("asked", HELP),
    ("reason", HELP),
    ("applied_on", HELP),
    ("loan", HELP),
    ("repayment", HELP),
    ("step", HELP),
    ("late", No),
];

const FUND: Rows = &[
    ("village", No),
    ("created_by", No),
    ("name", No),
    ("opening", No),
    ("opened_on", No),
    // Donors and purposes.
    ("ledger", PARTNERS),
];

const PLEDGE: Rows = &[
    ("worker", No),
    ("year", No),
    ("village", No),
    ("place", PARTNERS),
    ("item", PARTNERS),
    ("step", PARTNERS),
    ("review", PARTNERS),
];

const STUDIO: Rows = &[
    ("village", No),
    ("created_by", No),
    ("kind", No),
    ("name", No),
    ("leader", No),
    ("place", No),
    ("skills", No),
    ("services", No),
    ("open_hours", No),
    ("phone", PARTNERS),
    ("phone_public", No),
    ("closed_on", No),
    ("member", PARTNERS),
    ("service", SAID),
    ("step", No),
];

const BASE_ROWS: Rows = &[
    ("village", No),
    ("created_by", No),
    ("name", No),
    ("trade", No),
    ("place", No),
    ("sheds", No),
    ("host", PARTNERS),
    ("host_worker", No),
    ("batch", No),
    ("outcome", PARTNERS),
    ("step", No),
];

const COMPLAINT: Rows = &[
    ("village", No),
    ("created_by", No),
    ("date", No),
    ("about", No),
    // A worker's own words, about how they are made to work.
    ("text", PARTNERS),
    ("withdrawn_on", No),
    ("reply", PARTNERS),
];

/// The rows of a kind; none for one of a newer version, which nobody writes here.
pub(crate) const fn rows(kind: DocKind) -> Rows {
    match kind {
        DocKind::Roster => ROSTER,
        DocKind::Household => HOUSEHOLD,
        DocKind::Diary => DIARY,
        DocKind::Matter => MATTER,
        DocKind::Pledge => PLEDGE,
        DocKind::Studio => STUDIO,
        DocKind::Base => BASE_ROWS,
        DocKind::Meeting => MEETING,
        DocKind::HelpPlan => HELP_PLAN,
        DocKind::Application => AID,
        DocKind::Fund => FUND,
        DocKind::Complaint => COMPLAINT,
        DocKind::Other(_) => &[],
    }
}

/// What stands under a key as the schema writes it (`phone`, `resident/name`); `None` for a key of a newer version.
pub fn holds(kind: DocKind, key: &str) -> Option<Holds> {
    rows(kind).iter().find(|(known, _)| *known == key).map(|(_, holds)| *holds)
}

/// The group of a key as it stands in a document. A field that a newer version added to a record belongs where the others of
/// that record do.
pub(crate) fn group_of(kind: DocKind, key: &str) -> Option<Group> {
    let found = match Key::of(key) {
        Key::Own(name) | Key::Record(name, _) => holds(kind, name),
        Key::Part(collection, _, field) => holds(kind, &format!("{collection}/{field}")).or_else(|| {
            let of_it = |known: &str| known.strip_prefix(collection).is_some_and(|rest| rest.starts_with('/'));
            rows(kind).iter().find(|(known, _)| of_it(known)).map(|(_, holds)| *holds)
        }),
    };
    match found? {
        Holds::Personal(group) => Some(group),
        No => None,
    }
}
