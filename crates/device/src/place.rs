//! Where a record is: on this phone, on its way, at the township, waiting for a person, or turned down.

use std::ops::Deref;

use lianhu_sync::message::{HeldReason, RefusedCode};
use lianhu_sync::ports::{PendingChange, PendingState};

/// Where a record is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// On this phone only.
    Kept,
    /// Handed to a carrier.
    Carried,
    /// In the township's log.
    Recorded,
    /// At the township, waiting for a person.
    Held(HeldReason),
    /// Turned down, with a reason in words; the words written are in [`crate::Workbook::needs_attention`].
    Refused(RefusedCode, String),
}

impl Place {
    /// Its code, for scripts and pages.
    pub const fn code(&self) -> &'static str {
        match self {
            Place::Kept => "kept",
            Place::Carried => "carried",
            Place::Recorded => "recorded",
            Place::Held(_) => "held",
            Place::Refused(..) => "refused",
        }
    }
}

impl From<&PendingState> for Place {
    fn from(state: &PendingState) -> Self {
        match state {
            PendingState::Kept => Place::Kept,
            PendingState::Carried => Place::Carried,
            PendingState::Held(reason) => Place::Held(*reason),
            PendingState::Refused(code, reason) => Place::Refused(*code, reason.clone()),
        }
    }
}

/// Where every record of one document is: this phone's own unsettled changes, newest last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places(Vec<(Vec<String>, Place)>);

impl Places {
    pub(crate) fn of(pending: &[PendingChange]) -> Self {
        Places(pending.iter().map(|change| (change.touches.clone(), Place::from(&change.state))).collect())
    }

    /// One more save, on this phone only.
    pub(crate) fn kept(&mut self, touches: Vec<String>) {
        self.0.push((touches, Place::Kept));
    }

    /// Where the document as a whole is: as its newest unsettled change, or recorded.
    pub fn whole(&self) -> Place {
        self.0.last().map_or(Place::Recorded, |(_, place)| place.clone())
    }

    /// Where what stands under `key` is, or under any key inside it (`resident/<id>` is all fields of a resident).
    pub fn key(&self, key: &str) -> Place {
        let inside =
            |touched: &String| touched.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let newest = self.0.iter().rev().find(|(touched, _)| touched.iter().any(inside));
        newest.map_or(Place::Recorded, |(_, place)| place.clone())
    }

    /// Where a record of a collection is.
    pub fn record(&self, collection: &str, id: impl std::fmt::Display) -> Place {
        self.key(&format!("{collection}/{id}"))
    }
}

/// What was read of a document, and where each part of it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// What was read, this phone's unsettled changes included.
    pub content: T,
    /// Where each part is.
    pub places: Places,
}

impl<T> Deref for Page<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.content
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_change_of_a_record_says_where_it_is() {
        let touched = |key: &str| vec![key.to_owned()];
        let refused = Place::Refused(RefusedCode::NotPermitted, String::new());
        let places = Places(vec![
            (touched("head"), refused.clone()),
            (touched("visit/1"), Place::Held(HeldReason::NoLongerEntitled)),
            (touched("resident/1/name"), Place::Carried),
            (touched("visit/1"), Place::Kept),
        ]);
        assert_eq!(places.key("head"), refused);
        assert_eq!(places.record("visit", 1), Place::Kept);
        assert_eq!(places.record("visit", 11), Place::Recorded);
        assert_eq!(places.record("resident", 1), Place::Carried);
        assert_eq!(places.whole(), Place::Kept);
        assert_eq!(Places::default().whole(), Place::Recorded);
    }
}
