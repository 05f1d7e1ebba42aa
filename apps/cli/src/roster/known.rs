//! What the township already holds, as far as an import has to know it.

use chrono::NaiveDate;
use lianhu_core::{DocId, Private, WorkerId};

/// A member the township holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownWorker {
    /// Their id.
    pub id: WorkerId,
    /// Their village's short name.
    pub village: String,
    /// Their name.
    pub name: Private<String>,
    /// Their phone, digits only.
    pub phone: Option<Private<String>>,
}

/// A household the township holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownHousehold {
    /// Its document.
    pub id: DocId,
    /// Its village's short name.
    pub village: String,
    /// Its doorplate.
    pub doorplate: Private<String>,
    /// Its head.
    pub head: Private<String>,
}

/// A link the township holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownLink {
    /// The member.
    pub worker: WorkerId,
    /// The household.
    pub household: DocId,
    /// Since when.
    pub from: Option<NaiveDate>,
    /// Until when, if that is settled.
    pub to: Option<NaiveDate>,
    /// Whether it has ended by now: then the household is free for another member.
    pub ended: bool,
}

/// What the township already holds. Empty for a first import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExistingRoster {
    /// What the township is called, if it or the clerk says so; a title in the file stands in for it. Derived ids begin
    /// with it, so that two towns' villages of one name stay apart: what is held must have been read under the same name.
    pub town: Option<String>,
    /// Members and other workers.
    pub workers: Vec<KnownWorker>,
    /// Households.
    pub households: Vec<KnownHousehold>,
    /// Links, those that have ended too.
    pub links: Vec<KnownLink>,
}
