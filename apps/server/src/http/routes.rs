//! Every route on one screen, with who may ask: the router is built from this table, so that no route is without a row.

use axum::routing::{MethodRouter, get, post};
use lianhu_core::roster::Role;

use crate::audit::Action;
use crate::http::room::Room;
use crate::http::{
    accounts, acts, audit, board, conflicts, coverage, deeds, document, enrol, groups, handbook, lists, minors, page,
    people, person, reports, retention, rules, session, standing, sync,
};

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Phones: signed by the device, except for the first word.
    Phones,
    /// Everybody, wherever the server listens.
    Everybody,
    /// Whoever may stand before the office's door: what is here shows nothing of the township.
    Door,
    /// Everybody with an account, once signed in.
    Account,
    /// Accounts with one of these roles.
    Roles(&'static [Role]),
}

/// A route, and who may ask for it.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The address; `{…}` stands for one piece of it.
    pub path: &'static str,
    /// Who may ask.
    pub who: Who,
    /// Whether it shows named data: the county says why it wants to see it, in `x-lianhu-reason`, and a line is written.
    pub named: bool,
    /// The line that is written in the audit log before it is answered.
    pub line: Option<(Action, &'static str)>,
}

/// A route and its handler.
pub(super) struct Row {
    pub(super) route: Route,
    pub(super) handler: fn() -> MethodRouter<Room>,
}

/// The routes of the server.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    TABLE.iter().map(|row| &row.route)
}

const fn ask(path: &'static str, who: Who, handler: fn() -> MethodRouter<Room>) -> Row {
    Row { route: Route { method: "GET", path, who, named: false, line: None }, handler }
}

const fn act(path: &'static str, who: Who, handler: fn() -> MethodRouter<Room>) -> Row {
    Row { route: Route { method: "POST", path, who, named: false, line: None }, handler }
}

impl Row {
    /// It shows named data.
    const fn named(mut self) -> Self {
        self.route.named = true;
        self
    }

    /// It is written down.
    const fn line(mut self, action: Action, detail: &'static str) -> Self {
        self.route.line = Some((action, detail));
        self
    }
}

use Who::{Account, Door, Everybody, Phones};

const DESK: Who = Who::Roles(&[Role::TownDesk]);
const DESK_AND_COUNTY: Who = Who::Roles(&[Role::TownDesk, Role::CountyView]);
const DESK_AND_MACHINE: Who = Who::Roles(&[Role::TownDesk, Role::SysAdmin]);
const SEE_DEVICES: Who = Who::Roles(&[Role::TownDesk, Role::SysAdmin, Role::SecAdmin]);
const AUDIT: Who = Who::Roles(&[Role::AuditAdmin]);
const SECURITY: Who = Who::Roles(&[Role::SecAdmin]);

/// The whole HTTP face of a township.
pub(super) const TABLE: &[Row] = &[
    // Phones.
    act("/v1/sync", Phones, || post(sync::sync)),
    act("/v1/enrol", Phones, || post(enrol::enrol)),
    ask("/v1/township", Phones, || get(enrol::township)),
    // Everybody.
    ask("/healthz", Everybody, || get(standing::healthz)),
    ask("/board", Everybody, || get(board::door)),
    ask("/board/", Everybody, || get(board::villages)),
    ask("/board/{village}", Everybody, || get(board::board)),
    ask("/board/v1/{village}", Everybody, || get(board::json)),
    ask("/handbook", Everybody, || get(handbook::door)),
    ask("/handbook/", Everybody, || get(handbook::page)),
    ask("/handbook/{*file}", Everybody, || get(handbook::file)),
    // Before the office's door: pages without a word of the township, and the way in.
    ask("/", Door, || get(page::home)),
    ask("/office/", Door, || get(page::index)),
    ask("/office/page.css", Door, || get(page::style)),
    ask("/office/page.js", Door, || get(page::script)),
    ask("/office/sign-in", Door, || get(page::sign_in)),
    ask("/office/sign-in.js", Door, || get(page::sign_in_script)),
    ask("/office/set-up", Door, || get(page::set_up)),
    ask("/office/set-up.js", Door, || get(page::set_up_script)),
    ask("/office/accounts", Door, || get(page::accounts)),
    ask("/office/accounts.js", Door, || get(page::accounts_script)),
    ask("/office/v1/door", Door, || get(session::door)),
    act("/office/v1/sign-in", Door, || post(session::sign_in)),
    act("/office/v1/set-up", Door, || post(session::begin_set_up)),
    act("/office/v1/set-up/finish", Door, || post(session::finish_set_up)),
    // Everybody with an account, about their own.
    ask("/office/v1/session", Account, || get(session::show)),
    act("/office/v1/sign-out", Account, || post(session::sign_out)),
    act("/office/v1/password", Account, || post(session::password)),
    act("/office/v1/recovery", Account, || post(session::recovery)),
    // Accounts and devices: the security administrator.
    ask("/office/v1/accounts", SECURITY, || get(accounts::list)),
    act("/office/v1/accounts", SECURITY, || post(accounts::add)),
    act("/office/v1/accounts/{id}", SECURITY, || post(accounts::change)),
    ask("/office/v1/devices", SEE_DEVICES, || get(standing::devices)),
    act("/office/v1/devices/{id}", SECURITY, || post(people::stand)),
    act("/office/v1/codes", SECURITY, || post(acts::new_code)).line(Action::DeviceChanged, "code"),
    // The audit log: the audit administrator.
    ask("/office/v1/audit", AUDIT, || get(audit::list)),
    ask("/office/v1/audit/verify", AUDIT, || get(audit::verify)),
    // The machine: the system administrator.
    ask("/office/v1/counters", DESK_AND_MACHINE, || get(standing::counters)),
    act("/office/v1/calendar", DESK_AND_MACHINE, || post(rules::calendar)).line(Action::Administered, "calendar"),
    // Figures: the desk and the county.
    ask("/office/v1/reports", DESK_AND_COUNTY, || get(reports::all)),
    ask("/office/v1/reports.xlsx", DESK_AND_COUNTY, || get(reports::workbook)).line(Action::Exported, "reports.xlsx"),
    ask("/office/v1/reports/{id}", DESK_AND_COUNTY, || get(reports::one)),
    ask("/office/v1/coverage", DESK_AND_COUNTY, || get(coverage::show)),
    // Named data: the desk, and the county with a reason.
    ask("/office/v1/lists/{view}", DESK_AND_COUNTY, || get(lists::list)).named(),
    act("/office/v1/lists/{view}", DESK_AND_COUNTY, || post(lists::ask)).named(),
    ask("/office/v1/documents/{id}", DESK_AND_COUNTY, || get(document::document)).named(),
    // The office's work: the desk.
    ask("/office/v1/night", DESK, || get(standing::night)),
    ask("/office/v1/held", DESK, || get(standing::held)),
    act("/office/v1/held/{doc}/{change}/accept", DESK, || post(acts::accept_held)).line(Action::Decided, "accepted"),
    act("/office/v1/held/{doc}/{change}/decline", DESK, || post(acts::decline_held)).line(Action::Decided, "declined"),
    act("/office/v1/documents/{id}/deeds", DESK, || post(deeds::act)).line(Action::Written, "deed"),
    act("/office/v1/documents/{id}/minors", DESK, || post(minors::open)),
    act("/office/v1/person/{household}", DESK, || post(person::file)),
    ask("/office/v1/groups", DESK, || get(groups::show)),
    act("/office/v1/groups", DESK, || post(groups::set)),
    ask("/office/v1/retention", DESK_AND_MACHINE, || get(retention::show)),
    act("/office/v1/begin/{kind}", DESK, || post(deeds::begin)).line(Action::Written, "begun"),
    act("/office/v1/meetings/{id}/carry-out", DESK, || post(deeds::carry_out)).line(Action::Written, "carried_out"),
    act("/office/v1/households/{id}", DESK, || post(acts::change_household)).line(Action::Written, "household"),
    ask("/office/v1/rules", DESK, || get(rules::show)),
    act("/office/v1/rules", DESK, || post(rules::set)).line(Action::Administered, "rules"),
    ask("/office/v1/digest", DESK, || get(rules::digest)),
    ask("/office/v1/conflicts", DESK, || get(conflicts::list)),
    act("/office/v1/conflicts/settle", DESK, || post(conflicts::settle)).line(Action::Written, "settled"),
    act("/office/v1/reassignments", DESK, || post(people::reassign)).line(Action::PermissionChanged, "reassigned"),
];
