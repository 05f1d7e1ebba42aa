//! The judges: each says one thing that must hold, and looks at the real stores to see whether it does.

pub(crate) mod acknowledged;
pub(crate) mod converged;
pub(crate) mod kept;
pub(crate) mod names;
pub(crate) mod permission;
pub(crate) mod replies;
pub(crate) mod views;

pub(crate) use permission::Rosters;

use lianhu_store::StoreError;

use crate::failure::Failure;

/// A store that does not answer a judge: nothing is armed against it then.
#[expect(clippy::needless_pass_by_value, reason = "what `map_err` hands over")]
pub(crate) fn unread(why: StoreError) -> Failure {
    Failure::new("no unexplained error", format!("a judge could not read: {why}"))
}
