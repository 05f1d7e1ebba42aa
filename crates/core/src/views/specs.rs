//! The tables and their columns. Adding a column or a view makes stores rebuild; nothing is migrated.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// A whole number.
    Int,
    /// Text that names nobody: codes, days.
    Text,
    /// An id as text, or some with commas between; a store may keep a single one as its bytes.
    Id,
    /// The id of the document the row is of.
    Doc,
    /// Text about people, or in their own words. It is asked for in bodies and never in an address, and a store may seal it.
    Personal,
}

use ColumnType::{Doc, Id, Int, Text};

use crate::kind;

/// A view: its name, its columns, and the lists of columns it is looked up by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewSpec {
    /// The name.
    pub name: &'static str,
    /// The columns; the first is `doc`, the row's document.
    pub columns: &'static [(&'static str, ColumnType)],
    /// What it is looked up by, besides `doc`.
    pub indexes: &'static [&'static [&'static str]],
}

impl ViewSpec {
    /// Whether each of its rows names a record, and a document's rows stand in the order of their records.
    pub fn is_by_record(&self) -> bool {
        kind::KNOWN.iter().filter_map(|known| kind::of(*known)).any(|kind| kind.views_by_record().contains(&self.name))
    }
}

/// The tables that documents of every kind have rows in.
const OF_EVERY_KIND: &[ViewSpec] = &[
    ViewSpec {
        name: "late_entries",
        columns: &[("doc", Doc), ("id", Text), ("village", Id), ("by", Text), ("at", Int), ("keys", Text)],
        indexes: &[&["by"]],
    },
    ViewSpec {
        name: "conflicts",
        columns: &[
            ("doc", Doc),
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
