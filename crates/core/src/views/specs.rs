//! The tables and their columns. Adding a column or a view makes stores rebuild; nothing is migrated.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// A whole number.
    Int,
    /// Text that names nobody: ids, codes, days.
    Text,
    /// Text about people, or in their own words. It is asked for in bodies and never in an address, and a store may seal it.
    Personal,
}

use ColumnType::{Int, Text};

use crate::kind;

/// A view: its name, its columns, and the lists of columns it is looked up by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewSpec {
    /// The name.
    pub name: &'static str,
    /// The columns; the first is `doc`.
    pub columns: &'static [(&'static str, ColumnType)],
    /// What it is looked up by, besides `doc`.
    pub indexes: &'static [&'static [&'static str]],
}

/// The tables that documents of every kind have rows in.
const OF_EVERY_KIND: &[ViewSpec] = &[
    ViewSpec {
        name: "late_entries",
        columns: &[("doc", Text), ("id", Text), ("village", Text), ("by", Text), ("at", Int), ("keys", Text)],
        indexes: &[&["by"]],
    },
    ViewSpec {
        name: "conflicts",
        columns: &[
            ("doc", Text),
            ("key", Text),
            ("count", Int),
            ("first_by", Text),
            ("first_at", Int),
            ("last_by", Text),
            ("last_at", Int),
        ],
        indexes: &[],
    },
];

/// Every view, in the order in which [`super::project`] gives their rows.
pub fn all() -> impl Iterator<Item = &'static ViewSpec> {
    let of_kinds = kind::KNOWN.iter().filter_map(|known| kind::of(*known)).flat_map(|kind| kind.views());
    of_kinds.chain(OF_EVERY_KIND)
}

/// The view of a name.
pub fn find(name: &str) -> Option<&'static ViewSpec> {
    all().find(|spec| spec.name == name)
}
